/* tests/fuzz/fuzz_h248_engine.c - the H.248 engine on the model, fed with messages.
 *
 * layer: tests   thread: main   I/O: none
 * RFC 3525 7, 8, 11
 *
 * The first byte says how it begins: its two lowest bits are the version (0: 3), 4 lets
 * registration to the input, 8 makes the MGC a binary one; the second is a line end. The
 * rest is cut at lines that are "%%". A part that starts with "+N" and a line end comes N
 * ms later. "2 " in front sends it from the second MGC, "b " as BER when it can be read;
 * "=" makes it an event of the gateway's own, see happen(). "@0" stands for the id of
 * the last request the engine sent. What must hold: all that is sent can be read, time
 * goes on, limits are kept, and what is told of contexts and terminations is so.
 */
#include "fuzz_parts.h"

#include "../replay/media.h"
#include "h248/engine.h"
#include "h248/mg.h"
#include "util/log.h"
#include "util/rnd.h"
#include "util/tmr.h"
#include "wire/h248.h"

enum {
	INPUT_MOST = 16384,
	TEXT_MOST = 40000,
	SETTLE_MOST = 20000,
	DELAY_MOST = 20000,
	ANSWERS_MOST = 4,
	ARENA_MOST = 64 << 20,
	STORE_MOST = 16,
	LONG_MS = 4000,
};

struct run {
	struct fake_media media;
	struct model *model;
	struct owner *owner;
	struct h248_engine *engine;
	struct assoc from[2];
	uint64_t now;
	uint32_t last; /* id of the engine's last request */
	unsigned answers; /* registrations answered for the input */
	uint8_t version;
	bool by_hand, binary, zone;
	size_t in, out;
};

static struct arena *arena;
static struct h248_mg_conf conf;

/* ---- the gateway ----------------------------------------------------------------- */

static void set_conf(const struct run *r)
{
	h248_mg_conf_init(&conf);
	strcpy(conf.name, "ca");
	strcpy(conf.mid, "[192.0.2.10]:2944");
	conf.version = r->version;
	conf.nmgc = 2;
	for (int i = 0; i < 2; i++) {
		strcpy(conf.mgc[i].host, "mgc");
		conf.mgc[i].addr = r->from[i].remote;
		conf.mgc[i].binary = r->binary;
		conf.listen[i].addr = r->from[0].local;
		conf.listen[i].binary = i;
	}
	conf.nlisten = 2;
	conf.max_contexts = 12;
	conf.max_terms = 8;
	conf.max_maps = 3;
	conf.store_max = STORE_MOST;
	conf.datagram_max = 1200;
	conf.long_timer = LONG_MS;
	conf.t_max = 2000;
	conf.rto_max = 1000;
	conf.mwd = 100;
	conf.tries = 4;
	conf.segment_time = 300;
	conf.mg_pending_limit = conf.mgc_pending_limit = 3;
	conf.silent_mgc = r->by_hand ? 3000 : 0;
	conf.pool[2] = (struct h248_pool){ .pattern = "line/%d",
					     .kind = H248_POOL_NAMED,
					     .first = 1,
					     .last = 3,
					     .bin = { 4, 3, 0, 3 } };
	conf.npool = 3;
}

static void zone(struct run *r, bool on)
{
	static struct room_spec spec;
	struct room *room = room_find(r->model, STR_LIT("lobby"));

	memset(&spec, 0, sizeof(spec));
	strcpy(spec.name, "lobby");
	spec.shared = true;
	spec.ngroup = 1;
	spec.group[0].emit = true;
	spec.group[0].spec.group = parts_addr("239.1.1.1:5000");
	if (on)
		room_add(r->model, &spec, NULL);
	else if (room)
		room_del(room, true);
	r->zone = on;
}

static void gateway_open(struct run *r)
{
	struct owner_spec spec = { .name = "ca", .proto = PROTO_H248 };
	struct pool_spec lines = { .pattern = "line/%d", .first = 1, .count = 3,
				   .kind = ENDP_LINE };
	struct h248_conf all = { 1, &conf };

	spec.silent_ms = 1000;
	spec.silent_action = r->by_hand ? IDLE_RELEASE : IDLE_REPORT;
	r->owner = owner_add(r->model, &spec);
	pool_add(r->model, r->owner, &lines, NULL);
	for (int i = 0; i < 2; i++)
		r->from[i] = (struct assoc){ .local = parts_addr("192.0.2.10:2944"),
					     .remote = parts_addr(i ? "192.0.2.2:2944"
								 : "192.0.2.1:2944"),
					     .owner = r->owner };
	set_conf(r);
	zone(r, true);
	r->engine = h248_engine_new(r->model, &all, NULL, NULL);
	if (!r->engine)
		fuzz_bug("no engine");
}

/* ---- what it sends --------------------------------------------------------------- */

static struct h248_msg *read_msg(struct span s)
{
	struct h248_fault f;
	struct h248_msg *m = NULL;
	bool ber = s.n && *s.p == 0x30;

	arena_reset(arena);
	if (ber ? h248_ber_dec(arena, s, &m, &f) : h248_text_parse(arena, s, &m, &f))
		return NULL;
	return m;
}

static void input(struct run *r, int who, struct span bytes)
{
	r->in++;
	h248_engine_input(r->engine, &r->from[who], bytes, r->now);
}

/* In BER when that is wanted and it can be said so. */
static void say(struct run *r, int who, struct span text, bool ber)
{
	struct h248_misfit why;
	struct h248_msg *m = ber ? read_msg(text) : NULL;
	struct h248_mg *mg = owner_user(r->owner);
	struct buf b;

	if (!m) {
		input(r, who, text);
		return;
	}
	buf_init(&b, TEXT_MOST);
	if (h248_ber_enc(&b, m, &mg->names, &why))
		input(r, who, text);
	else
		input(r, who, buf_view(&b));
	buf_fini(&b);
}

static bool registers(const struct h248_trans *t)
{
	const struct h248_cmd *c = t->actions ? t->actions->cmds : NULL;

	return c && c->kind == H248_SVC_CHANGE && c->terms &&
	       c->terms->kind == H248_TERM_ROOT;
}

/* 0, or the id of a registration to be answered. */
static uint32_t look(struct run *r, struct span bytes)
{
	struct h248_msg *m = read_msg(bytes);
	uint32_t answer = 0;

	if (!m)
		fuzz_bug("what the engine sends can't be read");
	for (const struct h248_trans *t = m->trans; t; t = t->next)
		if (t->kind == H248_REQUEST) {
			r->last = t->id;
			if (!r->by_hand && registers(t) && r->answers < ANSWERS_MOST)
				answer = t->id;
		}
	return answer;
}

static void answer(struct run *r, const struct assoc *to, uint32_t tid)
{
	char text[160];
	int who = addr_eq(&to->remote, &r->from[1].remote);

	r->answers++;
	snprintf(text, sizeof(text), "!/1 <mgc%d>\nP=%u{C=-{SC=ROOT{SV{V=%u}}}}",
		 who + 1, tid, r->version);
	say(r, who, str_of(text), r->binary);
}

static void settle(struct run *r)
{
	struct out_msg m;

	for (int i = 0; i < SETTLE_MOST; i++) {
		fake_media_flush(&r->media);
		if (model_next_timeout(r->model) <= r->now)
			model_timeout(r->model, r->now);
		while (h248_engine_output(r->engine, &m)) {
			struct assoc to = m.to;
			uint32_t tid = look(r, m.bytes);

			r->out++;
			if (tid)
				answer(r, &to, tid);
		}
		if (h248_engine_next_timeout(r->engine) > r->now)
			return;
		h248_engine_timeout(r->engine, r->now);
	}
	fuzz_bug("a timeout that never passes");
}

static void wait_ms(struct run *r, uint32_t ms)
{
	uint64_t to = r->now + TMR_MS(ms);

	for (int i = 0; r->now < to && i < SETTLE_MOST; i++) {
		uint64_t next = h248_engine_next_timeout(r->engine);
		uint64_t mine = model_next_timeout(r->model);

		next = mine < next ? mine : next;
		r->now = next < to ? (next > r->now ? next : r->now) : to;
		settle(r);
	}
}

/* ---- what happens to it ---------------------------------------------------------- */

static void media_silent(struct run *r)
{
	for (struct ctx *c = ctx_owner_next(r->owner, NULL); c;
	     c = ctx_owner_next(r->owner, c))
		for (struct term *t = ctx_term_next(c, NULL); t;
		     t = ctx_term_next(c, t)) {
			struct med_event ev = { .kind = MED_SILENT, .at = r->now };

			if (!t->nstrm || !t->strm[0].plan)
				continue;
			ev.cookie = t->strm[0].plan->cookie;
			model_event(r->model, &ev);
			return; /* the lists may have changed */
		}
}

/* "=g|f|b NAME" (graceful, forced, back), "=e" (silence), "=z" (the zone comes or goes),
 * "=u" (unreachable), "=n" (no ports for a while), "=o" (overload), "=r" (reload),
 * "=s" (stop). */
static void happen(struct run *r, struct span s)
{
	struct h248_conf all = { 1, &conf };
	char what = s.n > 1 ? s.p[1] : ' ';
	struct span name = s.n > 3 ? (struct span){ s.p + 3, s.n - 3 } : STR_LIT("ROOT");

	while (name.n && name.p[name.n - 1] == '\n')
		name.n--;
	if (what == 'g' || what == 'f' || what == 'b')
		h248_engine_service(r->engine, r->owner, name,
				    what == 'g'	  ? H248_TAKE_GRACEFUL
				    : what == 'f' ? H248_TAKE_FORCED
						  : H248_PUT_BACK,
				    what == 'g', 0, r->now);
	else if (what == 'e')
		media_silent(r);
	else if (what == 'z')
		zone(r, !r->zone);
	else if (what == 'u')
		h248_engine_unreachable(r->engine, &r->from[0].remote, r->now);
	else if (what == 'n')
		r->media.refuse = 3;
	else if (what == 'o')
		r->media.overloaded = !r->media.overloaded;
	else if (what == 'r' && h248_engine_reload(r->engine, &all, r->now))
		fuzz_bug("the same configuration is refused");
	else if (what == 's')
		h248_engine_stop(r->engine, 1, r->now);
}

static size_t fill(const struct run *r, struct span s, char *text)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n && n < TEXT_MOST - 16; i++)
		if (s.p[i] == '@' && i + 1 < s.n && s.p[i + 1] == '0') {
			n += (size_t)snprintf(text + n, 12, "%u", r->last);
			i++;
		} else {
			text[n++] = s.p[i];
		}
	return n;
}

static void part(struct run *r, struct span s, char *text)
{
	uint32_t ms = parts_delay(&s, DELAY_MOST);
	int who;
	bool ber;

	if (ms)
		wait_ms(r, ms);
	if (!s.p || !s.n)
		return;
	who = parts_begin(&s, "2 ");
	ber = parts_begin(&s, "b ");
	if (s.n && *s.p == '=')
		happen(r, s);
	else
		say(r, who, (struct span){ text, fill(r, s, text) }, ber);
	settle(r);
}

/* ---- what must be so ------------------------------------------------------------- */

static void check(const struct run *r)
{
	struct h248_mg_status st;
	uint32_t ctxs = 0, terms = 0;

	if (!h248_mg_status(r->engine, 0, &st))
		fuzz_bug("the gateway is gone");
	for (struct ctx *c = ctx_owner_next(r->owner, NULL); c;
	     c = ctx_owner_next(r->owner, c)) {
		ctxs++;
		if (!c->nterm || c->nterm > conf.max_terms)
			fuzz_bug("a context of no terminations, or of too many");
		for (struct term *t = ctx_term_next(c, NULL); t;
		     t = ctx_term_next(c, t)) {
			struct h248_term_status ts;

			terms++;
			if (!h248_term_status(r->engine, t, &ts))
				fuzz_bug("a termination the engine does not know");
			if (ts.ctx != c->id || term_find(r->owner, str_of(ts.name)) != t)
				fuzz_bug("a termination that is not where it says");
		}
	}
	if (ctxs != st.contexts || terms != st.terms || ctxs > conf.max_contexts)
		fuzz_bug("contexts or terminations are counted wrong");
	if (st.stored > STORE_MOST)
		fuzz_bug("more replies are kept than may be");
}

static void finish(struct run *r)
{
	struct h248_mg_status st;

	check(r);
	wait_ms(r, LONG_MS + 1);
	check(r);
	h248_mg_status(r->engine, 0, &st);
	if (st.stored)
		fuzz_bug("replies outlive LONG-TIMER");
	if (r->out > 100 * r->in + 2000)
		fuzz_bug("far more is sent than received");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char text[TEXT_MOST];
	struct run r = { .now = TMR_S(1000) };
	struct span rest = { (const char *)data, size };

	if (size < 2 || size > INPUT_MOST)
		return 0;
	if (!arena)
		arena = arena_new(ARENA_MOST);
	rnd_fix(7);
	log_set_all(LOGL_ERR);
	r.version = data[0] & 3 ? data[0] & 3 : 3;
	r.by_hand = data[0] & 4;
	r.binary = data[0] & 8;
	rest.p += 2, rest.n -= 2;
	fake_media_init(&r.media);
	r.model = model_new(fake_media_ops(), &r.media);
	r.media.model = r.model;
	gateway_open(&r);
	h248_engine_start(r.engine, data[0] & 64, r.now);
	wait_ms(&r, conf.mwd);
	while (rest.p)
		part(&r, parts_next(&rest), text);
	finish(&r);
	h248_engine_free(r.engine);
	model_shutdown(r.model, r.now);
	fake_media_flush(&r.media);
	if (r.media.taken)
		fuzz_bug("ports outlive their terminations");
	model_free(r.model);
	return 0;
}
