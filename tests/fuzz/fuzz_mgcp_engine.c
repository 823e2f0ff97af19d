/* tests/fuzz/fuzz_mgcp_engine.c - the MGCP engine on the model, fed with datagrams.
 *
 * layer: tests   thread: main   I/O: none
 * RFC 3435 3.5
 *
 * The input is cut into datagrams at lines that are "%%". One that starts with "+N" and a
 * line end comes N ms later; "@1" to "@9" in it stand for connections made so far, "@0"
 * for the id of the last command the engine sent, and a leading "2 " sends it from the
 * second agent. What must hold: all that is sent can be parsed, time always goes on, and
 * when all is deleted nothing is held.
 */
#include "fuzz_parts.h"

#include "../replay/media.h"
#include "mgcp/engine.h"
#include "util/log.h"
#include "util/rnd.h"
#include "util/tmr.h"
#include "wire/mgcp.h"

enum { CONNS = 10, TEXT_MOST = 70000, SETTLE_MOST = 20000, DELAY_MOST = 120000 };

struct run {
	struct fake_media media;
	struct model *model;
	struct owner *owner;
	struct mgcp_engine *engine;
	struct assoc from[2];
	uint64_t now;
	char conn[CONNS][33]; /* [0]: id of the engine's last command */
	int nconn;
	size_t in, out; /* datagrams */
};

static void owner_open(struct run *r, bool announce)
{
	static struct mgcp_owner_conf conf;
	struct owner_spec spec = { .name = "ca", .proto = PROTO_MGCP };
	struct pool_spec pool = { .pattern = "rtpbridge/%x", .first = 1, .count = 20 };
	struct pool_spec few = {
		.pattern = "conf/%d", .first = 1, .count = 2, .kind = ENDP_CONF
	};
	struct mgcp_conf all = { 1, &conf };

	r->owner = owner_add(r->model, &spec);
	pool_add(r->model, r->owner, &pool, NULL);
	pool_add(r->model, r->owner, &few, NULL);
	mgcp_owner_conf_init(&conf,
			     announce ? MGCP_PROFILE_DEFAULT : MGCP_PROFILE_OSMOCOM);
	strcpy(conf.name, "ca");
	strcpy(conf.gateway, "gw");
	conf.nallow = 2;
	conf.nagent = 1;
	for (int i = 0; i < 2; i++) {
		r->from[i] = (struct assoc){ .local = parts_addr("192.0.2.10:2427"),
					     .remote = parts_addr(i ? "192.0.2.2:2727"
								 : "192.0.2.1:2727"),
					     .owner = r->owner };
		conf.allow[i] = (struct mgcp_allow){ r->from[i].remote, 32 };
		conf.allow[i].net.port = 0;
	}
	conf.agent[0] = r->from[0].remote;
	r->engine = mgcp_engine_new(r->model, &all, NULL, NULL);
}

static void note(struct run *r, const struct mgcp_msg *m)
{
	const struct mgcp_param *i = mgcp_get(m, MGCP_PARAM_I);

	if (m->verb != MGCP_RESPONSE)
		snprintf(r->conn[0], sizeof(r->conn[0]), "%u", m->tid);
	else if (i && i->words && i->words->text.n < 33 && r->nconn < CONNS - 1)
		snprintf(r->conn[++r->nconn], 33, "%.*s", (int)i->words->text.n,
			 i->words->text.p);
}

static void look(struct run *r, struct span bytes)
{
	struct arena *a = arena_new(1 << 20);
	struct span rest = bytes, one;
	struct mgcp_msg *m;

	while (mgcp_split(&rest, &one)) {
		arena_reset(a);
		if (mgcp_parse(a, one, &m, NULL))
			fuzz_bug("what the engine sends can't be parsed");
		note(r, m);
	}
	arena_free(a);
}

static void settle(struct run *r)
{
	struct out_msg m;

	for (int i = 0; i < SETTLE_MOST; i++) {
		fake_media_flush(&r->media);
		if (model_next_timeout(r->model) <= r->now)
			model_timeout(r->model, r->now);
		while (mgcp_engine_output(r->engine, &m)) {
			look(r, m.bytes);
			r->out++;
		}
		if (mgcp_engine_next_timeout(r->engine) > r->now)
			return;
		mgcp_engine_timeout(r->engine, r->now);
	}
	fuzz_bug("a timeout that never passes");
}

static void wait_ms(struct run *r, uint32_t ms)
{
	uint64_t to = r->now + TMR_MS(ms);

	for (int i = 0; r->now < to && i < SETTLE_MOST; i++) {
		uint64_t next = mgcp_engine_next_timeout(r->engine);

		r->now = next < to ? (next > r->now ? next : r->now) : to;
		settle(r);
	}
}

static size_t fill(const struct run *r, struct span s, char *text)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n && n < TEXT_MOST - 40; i++) {
		if (s.p[i] == '@' && i + 1 < s.n && str_isdigit(s.p[i + 1])) {
			const char *c = r->conn[s.p[++i] - '0'];

			memcpy(text + n, c, strlen(c));
			n += strlen(c);
		} else {
			text[n++] = s.p[i];
		}
	}
	return n;
}

static void datagram(struct run *r, struct span s, char *text)
{
	uint32_t ms = parts_delay(&s, DELAY_MOST);
	int who;

	if (ms)
		wait_ms(r, ms);
	who = parts_begin(&s, "2 ");
	if (!s.p)
		return;
	r->in++;
	mgcp_engine_input(r->engine, &r->from[who],
			  (struct span){ text, fill(r, s, text) }, r->now);
	settle(r);
}

static void finish(struct run *r)
{
	wait_ms(r, 100);
	mgcp_engine_service(r->engine, r->owner, STR_LIT("*"), MGCP_TAKE_FORCED, 0,
			    r->now);
	settle(r);
	if (owner_terms(r->owner))
		fuzz_bug("connections outlive their endpoints");
	if (r->media.taken)
		fuzz_bug("ports outlive their connections");
	if (r->out > 100 * r->in + 2000)
		fuzz_bug("far more is sent than received");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char text[TEXT_MOST];
	struct run r = { .now = TMR_S(1000) };
	struct span rest = { (const char *)data, size };

	if (!size || size > TEXT_MOST / 2)
		return 0;
	rnd_fix(7);
	log_set_all(LOGL_ERR);
	fake_media_init(&r.media);
	r.model = model_new(fake_media_ops(), &r.media);
	r.media.model = r.model;
	owner_open(&r, data[0] % 2);
	mgcp_engine_start(r.engine, r.now);
	settle(&r);
	while (rest.p)
		datagram(&r, parts_next(&rest), text);
	finish(&r);
	mgcp_engine_free(r.engine);
	model_shutdown(r.model, r.now);
	fake_media_flush(&r.media);
	model_free(r.model);
	return 0;
}
