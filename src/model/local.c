/* model/local.c - the local description: what an answer to the agent carries.
 *
 * layer: model (L2)   thread: control   I/O: none
 * RFC 3264 6 (answers), RFC 3435 3.4 (o=, s=, t=; LOCAL), RFC 4570 (source filters)
 */
#include "model/impl.h"

#include <string.h>

static const struct addr nowhere = { .family = 4 };

static const struct addr *strm_addr(const struct strm *s)
{
	return s->group ? &s->group->group : &s->slot.told;
}

static struct sdp_conn *conn_of(struct arena *a, const struct strm *s)
{
	struct addr addr = *strm_addr(s);

	return sdp_conn_new(a, &addr, s->group ? s->group->hops : SDP_TTL_NONE, 1);
}

static void put_filter(struct arena *a, struct sdp_media *m, const struct group_spec *g)
{
	size_t size = 64 + (g->nsource + 1u) * ADDR_STRLEN;
	char ip[ADDR_STRLEN], *text = arena_alloc(a, size);
	struct buf b;

	if (!text)
		return;
	buf_fixed(&b, text, size);
	buf_str(&b, g->exclude ? " excl IN " : " incl IN ");
	buf_str(&b, g->group.family == 4 ? "IP4 " : "IP6 ");
	buf_str(&b, addr_print_ip(ip, &g->group));
	for (unsigned i = 0; i < g->nsource; i++) {
		buf_char(&b, ' ');
		buf_str(&b, addr_print_ip(ip, &g->sources[i]));
	}
	sdp_attr_add(a, &m->attrs, STR_LIT("source-filter"), buf_view(&b));
}

/* RFC 3264 6.1: an answer turns the offer's direction round; 6.2: a group's it repeats.
 */
static const char *direction(const struct strm *s)
{
	static const char *const name[] = {
		[SDP_SENDRECV] = NULL, [SDP_SENDONLY] = "sendonly",
		[SDP_RECVONLY] = "recvonly", [SDP_INACTIVE] = "inactive",
	};
	unsigned dir = s->dir;

	if (!s->group && dir == SDP_SENDONLY)
		dir = SDP_RECVONLY;
	else if (!s->group && dir == SDP_RECVONLY)
		dir = SDP_SENDONLY;
	return name[dir];
}

static void put_formats(struct arena *a, struct sdp_media *m, const struct strm *s)
{
	const struct format_set *set = s->on && s->local ? s->local : s->remote;

	for (unsigned i = 0; set && i < set->n; i++) {
		const struct format *f = &set->v[i];

		sdp_fmt_add(a, m, f->pt, str_of(f->name), f->clock, f->channels,
			    str_of(f->fmtp));
	}
	if (!set || !set->n) /* a refused line still names one */
		sdp_fmt_add(a, m, 0, STR_LIT("PCMU"), 8000, 1, STR_LIT(""));
}

static void put_strm(struct arena *a, struct sdp *sdp, const struct strm *s,
		     const struct addr *session)
{
	uint16_t port = s->on ? strm_addr(s)->port : 0;
	struct sdp_media *m;

	m = sdp_media_add(a, sdp, str_of(s->media), port, STR_LIT("RTP/AVP"));
	if (!m)
		return;
	put_formats(a, m, s);
	if (!s->on)
		return;
	if (!addr_same_host(session, strm_addr(s)))
		m->conn = conn_of(a, s);
	if (s->ptime)
		sdp_attr_add(a, &m->attrs, STR_LIT("ptime"),
			     str_of(arena_printf(a, "%u", s->ptime)));
	if (direction(s))
		sdp_attr_add(a, &m->attrs, str_of(direction(s)),
			     (struct span){ NULL, 0 });
	if (s->group && s->group->nsource)
		put_filter(a, m, s->group);
}

struct sdp *strm_local_sdp(const struct term *t, const struct strm *st, struct arena *a)
{
	struct sdp *s = sdp_new(a);

	(void)t;
	if (!s)
		return NULL;
	s->version = STR_LIT("0");
	s->conn = st->slot.slot || st->group ? conn_of(a, st)
					     : sdp_conn_new(a, &nowhere, SDP_TTL_NONE, 1);
	put_strm(a, s, st, strm_addr(st));
	return arena_failed(a) ? NULL : s;
}

/* RFC 3435 3.4.2: the other end is inside this gateway. */
static void local_link(const struct term *t, struct arena *a, struct sdp *s)
{
	struct sdp_conn *c = arena_zalloc(a, sizeof(*c));
	struct sdp_media *m;

	sdp_set_origin(a, s, t->id, t->sdp_version, &nowhere);
	s->origin.nettype = STR_LIT("LOCAL");
	s->origin.addrtype = STR_LIT("EPN");
	s->origin.addr = arena_span(a, str_of(t->endp->name));
	if (c) {
		c->nettype = s->origin.nettype;
		c->addrtype = s->origin.addrtype;
		c->host = s->origin.addr;
		c->ttl = SDP_TTL_NONE;
		c->count = 1;
	}
	s->conn = c;
	sdp_attr_add(a, &s->attrs, STR_LIT("MGCPlocalcx"),
		     arena_span(a, str_of(t->name)));
	m = sdp_media_add(a, s, STR_LIT("audio"), 0, STR_LIT("LOCAL"));
	sdp_fmt_add(a, m, 0, STR_LIT("PCMU"), 8000, 1, STR_LIT(""));
}

static const struct strm *first_on(const struct term *t)
{
	for (unsigned i = 0; i < t->nstrm; i++)
		if (t->strm[i].on && strm_addr(&t->strm[i])->family)
			return &t->strm[i];
	return NULL;
}

struct sdp *term_local_sdp(const struct term *t, struct arena *a)
{
	const struct strm *first = first_on(t);
	const struct addr *session = first ? strm_addr(first) : &nowhere;
	struct sdp *s = sdp_new(a);

	if (!s)
		return NULL;
	if (t->kind == TERM_LINK) {
		local_link(t, a, s);
	} else {
		sdp_set_origin(a, s, t->id, t->sdp_version,
			       first && first->slot.told.family ? &first->slot.told
								: &nowhere);
		s->conn = first ? conn_of(a, first)
				: sdp_conn_new(a, &nowhere, SDP_TTL_NONE, 1);
		for (unsigned i = 0; i < t->nstrm; i++)
			put_strm(a, s, &t->strm[i], session);
	}
	return arena_failed(a) ? NULL : s;
}

struct sdp *term_remote_sdp(const struct term *t, struct arena *a)
{
	struct parse_err err;
	struct sdp *s;
	char *text;

	if (!t->remote_text)
		return NULL;
	text = arena_strdup(a, t->remote_text);
	if (!text || sdp_parse(a, str_of(text), &s, &err))
		return NULL;
	return s;
}
