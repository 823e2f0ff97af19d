/* tests/unit/model_test.c - see model_test.h.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "model_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"

struct world w;

static struct owner *add_owner(const char *name)
{
	struct owner_spec spec = { .proto = PROTO_MGCP, .accept = ACCEPT_HOST };

	snprintf(spec.name, sizeof(spec.name), "%s", name);
	return owner_add(w.m, &spec);
}

static struct pool *add_pool(struct owner *o, const char *pattern, enum endp_kind kind,
			     uint32_t count)
{
	struct pool_spec spec = { .kind = kind, .first = 1, .count = count,
				  .dscp = 34 };
	struct pool *p = NULL;

	snprintf(spec.pattern, sizeof(spec.pattern), "%s", pattern);
	ck_assert_int_eq(pool_add(w.m, o, &spec, &p), CAUSE_OK);
	return p;
}

void world_open(void)
{
	memset(&w, 0, sizeof(w));
	fake_init(&w.fake);
	w.now = 1000000000;
	w.arena = arena_new(16 << 20);
	w.m = model_new(&fake_ops, &w.fake);
	ck_assert(w.arena && w.m);
	w.fake.model = w.m;
	w.o = add_owner("a");
	w.other = add_owner("b");
	ck_assert(w.o && w.other);
	w.bridges = add_pool(w.o, "rtpbridge/%x", ENDP_BRIDGE, 40);
	w.confs = add_pool(w.o, "conf/%d", ENDP_CONF, 4);
	w.lines = add_pool(w.o, "line/%d", ENDP_LINE, 4);
	add_pool(w.other, "rtpbridge/%x", ENDP_BRIDGE, 4);
}

void world_close(void)
{
	if (!w.m)
		return;
	w.fake.hold = false;
	fake_retire(&w.fake);
	model_shutdown(w.m, w.now);
	model_free(w.m);
	fake_fini(&w.fake);
	arena_free(w.arena);
	w.m = NULL;
	w.arena = NULL;
	ck_assert_uint_eq(w.fake.errors, 0);
}

struct sdp *sdp_text(const char *text)
{
	struct parse_err err = { 0 };
	struct sdp *sdp = NULL;
	struct buf b;

	buf_init(&b, 1 << 20);
	buf_str(&b, "v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\n");
	for (; *text; text++)
		*text == '|' ? buf_str(&b, "\r\n") : buf_char(&b, *text);
	buf_str(&b, "\r\n");
	text = arena_cstr(w.arena, buf_view(&b));
	buf_fini(&b);
	ck_assert_ptr_nonnull(text);
	ck_assert_msg(!sdp_parse(w.arena, str_of(text), &sdp, &err), "%s: %s", err.clause,
		      err.what);
	return sdp;
}

static enum strm_mode mode_get(struct span s)
{
	for (int i = 0; i < MODE_N; i++)
		if (str_ieqz(s, mode_str((enum strm_mode)i)))
			return (enum strm_mode)i;
	ck_abort_msg("no such mode: %.*s", (int)s.n, s.p);
	return MODE_INACTIVE;
}

static struct sdp *make_remote(struct span at, struct span formats)
{
	char line[1024], maps[1024] = "", ip[ADDR_STRLEN];
	unsigned dyn = 96;
	struct addr a;
	size_t n;

	ck_assert(!addr_parse(&a, at));
	n = (size_t)snprintf(line, sizeof(line),
			     "c=IN IP%u %s%s|t=0 0|m=audio %u RTP/AVP", a.family,
			     addr_print_ip(ip, &a),
			     a.family == 4 && addr_is_multicast(&a) ? "/16" : "", a.port);
	while (formats.p) {
		struct span f = str_cut(&formats, ';');
		unsigned pt = f.n && str_isdigit(*f.p) ? (unsigned)atoi(f.p) : dyn++;

		n += (size_t)snprintf(line + n, sizeof(line) - n, " %u", pt);
		if (f.n && !str_isdigit(*f.p))
			snprintf(maps + strlen(maps), sizeof(maps) - strlen(maps),
				 "|a=rtpmap:%u %.*s", pt, (int)f.n, f.p);
	}
	snprintf(line + n, sizeof(line) - n, "%s", maps);
	return sdp_text(line);
}

void ask_text(struct term_ask *ask, const char *text)
{
	struct span rest = str_of(text), mode = str_cut(&rest, ' ');
	struct span at = str_cut(&rest, ' '), formats = str_cut(&rest, ' ');

	*ask = (struct term_ask){ 0 };
	if (!str_ieqz(mode, "-")) {
		ask->has |= ASK_MODE;
		ask->mode = mode_get(mode);
	}
	if (at.n && !str_ieqz(at, "-")) {
		ask->has |= ASK_REMOTE;
		ask->remote = make_remote(at, formats.n ? formats : STR_LIT("0"));
		return;
	}
	while (formats.n) {
		struct span f = str_cut(&formats, ';');

		ask->has |= ASK_FORMATS;
		ck_assert(format_parse(&ask->formats.v[ask->formats.n++], f));
	}
}

struct endp *ep(const char *name)
{
	struct endp *e = endp_find(w.o, str_of(name));

	ck_assert_msg(e != NULL, "no endpoint %s", name);
	return e;
}

static enum cause settle(enum cause c)
{
	if (c != CAUSE_OK) {
		model_rollback(w.m);
		return c;
	}
	return model_commit(w.m, w.now++);
}

struct term *conn(struct endp *e, const char *text, enum cause *out)
{
	struct term *t = NULL;
	struct term_ask ask;
	enum cause c;

	ask_text(&ask, text);
	c = settle(term_add(e, &ask, &t));
	if (out)
		*out = c;
	else
		ck_assert_msg(c == CAUSE_OK, "%s: %s", text, cause_str(c));
	return c == CAUSE_OK ? t : NULL;
}

enum cause change(struct term *t, const char *text)
{
	struct term_ask ask;

	ask_text(&ask, text);
	return settle(term_modify(t, &ask));
}

enum cause del(struct term *t)
{
	return settle(term_subtract(t));
}

struct room *zone(const char *name, const char *groups)
{
	struct span rest = str_of(groups);
	struct room_spec *spec = arena_zalloc(w.arena, sizeof(*spec));
	struct room *r = NULL;
	enum cause c;

	ck_assert_ptr_nonnull(spec);
	snprintf(spec->name, sizeof(spec->name), "%s", name);
	while (rest.n) {
		struct room_group *g = &spec->group[spec->ngroup++];

		ck_assert(!addr_parse(&g->spec.group, str_cut(&rest, ' ')));
		g->emit = true;
	}
	spec->shared = true;
	c = room_add(w.m, spec, &r);
	ck_assert_msg(c == CAUSE_OK, "zone %s: %s", name, cause_str(c));
	return r;
}

const char *local_text(const struct term *t)
{
	struct sdp *sdp = term_local_sdp(t, w.arena);
	const char *text;
	struct buf b;

	ck_assert_ptr_nonnull(sdp);
	buf_init(&b, 65536);
	sdp_print(&b, sdp);
	ck_assert(buf_ok(&b));
	text = arena_cstr(w.arena, buf_view(&b));
	buf_fini(&b);
	ck_assert_ptr_nonnull(text);
	return text;
}

static void dump_strm(struct buf *b, const struct strm *s)
{
	char ip[ADDR_STRLEN];

	buf_printf(b, "    strm %u %s %s on %d told %d slot %p plan %p remote %s", s->id,
		   mode_str((enum strm_mode)s->mode), s->media, s->on, s->told,
		   (void *)s->slot.slot, (const void *)s->plan,
		   addr_print(ip, &s->raddr));
	buf_printf(b, " ptime %u dscp %u gen %u group %d joined %d", s->ptime, s->dscp,
		   s->generation, s->group != NULL, s->joined);
	for (unsigned i = 0; s->local && i < s->local->n; i++)
		buf_printf(b, " %u:%s", s->local->v[i].pt, s->local->v[i].name);
	buf_str(b, " /");
	for (unsigned i = 0; s->remote && i < s->remote->n; i++)
		buf_printf(b, " %u:%s", s->remote->v[i].pt, s->remote->v[i].name);
	buf_char(b, '\n');
}

static void dump_term(struct buf *b, const struct term *t)
{
	buf_printf(b,
		   "  term %s id %llu kind %d version %u halted %d link %d waiting %d\n",
		   t->name, (unsigned long long)t->id, t->kind, t->sdp_version, t->halted,
		   t->link != NULL, t->waiting);
	buf_printf(b, "    text %s\n", t->remote_text ? t->remote_text : "-");
	for (unsigned i = 0; i < t->nstrm; i++)
		dump_strm(b, &t->strm[i]);
}

static void dump_owner(struct buf *b, struct owner *o)
{
	struct endp *e = NULL, *next = NULL;

	buf_printf(b, "owner %s terms %u\n", owner_get_spec(o)->name, owner_terms(o));
	while (endp_next(o, STR_LIT("*"), &e)) {
		buf_printf(b, " endp %s nconn %u free %d", e->name, e->nconn,
			   !list_empty(&e->in_free));
		LIST_EACH (i, &e->conns)
			buf_printf(b, " %s", LIST_OF(i, struct term, in_endp)->name);
		buf_char(b, '\n');
	}
	if (endp_choose(o, STR_LIT("$"), false, &next) == CAUSE_OK)
		buf_printf(b, " next free %s\n", next->name);
}

static void dump_slots(struct buf *b)
{
	LIST_EACH (i, &w.fake.slots) {
		const struct slot *s = LIST_OF(i, struct slot, in_fake);

		buf_printf(b, "slot %p joined %u", (const void *)s, s->joined);
		if (s->plan) {
			buf_printf(b, " flags %x room %p", s->plan->flags,
				   (void *)s->plan->room);
			for (uint32_t k = 0; k < s->plan->nrelay; k++)
				buf_printf(b, " %p", (void *)s->plan->relay[k]);
			for (uint32_t k = 0; k < s->plan->nfar; k++)
				buf_printf(b, " far %p",
					   (void *)plan_far(s->plan)[k].slot);
		}
		buf_char(b, '\n');
	}
}

static void dump_rooms(struct buf *b)
{
	for (struct room *r = NULL; (r = room_next(w.m, r));) {
		struct room_state st;
		struct slot_info slot;
		struct addr to;
		char ip[ADDR_STRLEN];

		room_get_state(r, &st);
		buf_printf(b, "room ports %u waiting %u outputs %u\n", st.ports,
			   st.waiting, st.outputs);
		for (uint32_t i = 0; room_output(r, i, &to, &slot); i++)
			buf_printf(b, "  %s %p\n", addr_print(ip, &to),
				   (void *)slot.slot);
	}
	LIST_EACH (i, &w.fake.rooms) {
		const struct med_room *r = LIST_OF(i, struct med_room, in_fake);

		for (unsigned k = 0; k < 4; k++) {
			const struct plan_room *p = r->plan[k];

			buf_printf(b, "med room %u:", k);
			for (uint32_t c = 0; p && c < p->nchunk; c++)
				for (uint32_t j = 0; j < p->chunk[c]->n; j++)
					buf_printf(b, " %p", (void *)p->chunk[c]->out[j]);
			buf_char(b, '\n');
		}
	}
}

const char *dump(void)
{
	struct model_totals n;
	const char *text;
	struct buf b;

	buf_init(&b, 16 << 20);
	model_get_totals(w.m, &n);
	buf_printf(&b,
		   "contexts %llu terms %llu streams %llu endpoints %llu rooms %llu\n",
		   (unsigned long long)n.contexts, (unsigned long long)n.terminations,
		   (unsigned long long)n.streams, (unsigned long long)n.endpoints,
		   (unsigned long long)n.rooms);
	for (struct ctx *c = NULL; (c = ctx_next(w.m, c));) {
		buf_printf(&b, "ctx %u terms %u\n", c->id, c->nterm);
		for (struct term *t = NULL; (t = ctx_term_next(c, t));)
			dump_term(&b, t);
	}
	dump_owner(&b, w.o);
	dump_owner(&b, w.other);
	dump_rooms(&b);
	dump_slots(&b);
	ck_assert(buf_ok(&b));
	text = arena_cstr(w.arena, buf_view(&b));
	buf_fini(&b);
	ck_assert_ptr_nonnull(text);
	return text;
}

void same_as(const char *before)
{
	struct span a = str_of(before), b = str_of(dump());

	while (a.p || b.p) {
		struct span x = str_cut(&a, '\n'), y = str_cut(&b, '\n');

		ck_assert_msg(str_eq(x, y), "was: %.*s\nis:  %.*s", (int)x.n, x.p,
			      (int)y.n, y.p);
	}
}

struct med_room *zone_med(void)
{
	return fake_room(&w.fake, 0);
}

struct slot *zone_slot(const struct room *r, uint32_t i)
{
	struct slot_info info;

	ck_assert_ptr_nonnull(room_output(r, i, NULL, &info));
	return info.slot;
}

struct room_spec *zone_spec(const struct room *r)
{
	struct room_spec *s = arena_zalloc(w.arena, sizeof(*s));

	ck_assert_ptr_nonnull(s);
	room_get_spec(r, s);
	return s;
}
