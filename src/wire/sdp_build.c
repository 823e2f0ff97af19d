/* wire/sdp_build.c - making a description; looking things up in one.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 8866 5, 6.6; RFC 3551 6
 */
#include "wire/sdp_lex.h"

static struct span dec_span(struct arena *a, uint64_t v)
{
	struct buf b;
	char *mem = arena_alloc(a, 20);

	if (!mem)
		return (struct span){ NULL, 0 };
	buf_fixed(&b, mem, 20);
	buf_dec(&b, v);
	return buf_view(&b);
}

static struct span addr_span(struct arena *a, const struct addr *addr)
{
	char text[ADDR_STRLEN];

	return arena_span(a, str_of(addr_print_ip(text, addr)));
}

static struct span addr_type(const struct addr *addr)
{
	return addr->family == 6 ? STR_LIT("IP6") : STR_LIT("IP4");
}

struct sdp *sdp_new(struct arena *a)
{
	struct sdp *s = arena_zalloc(a, sizeof(*s));

	if (s)
		s->version = STR_LIT("0");
	return s;
}

void sdp_set_origin(struct arena *a, struct sdp *s, uint64_t id, uint64_t version,
		    const struct addr *addr)
{
	if (!s)
		return;
	s->has_origin = true;
	s->origin = (struct sdp_origin){
		.user = STR_LIT("-"),
		.id = dec_span(a, id),
		.version = dec_span(a, version),
		.nettype = STR_LIT("IN"),
		.addrtype = addr_type(addr),
		.addr = addr_span(a, addr),
	};
	s->name = STR_LIT("-");
	if (s->times)
		return;
	s->times = arena_zalloc(a, sizeof(*s->times));
	if (s->times)
		s->times->start = s->times->stop = STR_LIT("0");
}

struct sdp_conn *sdp_conn_new(struct arena *a, const struct addr *addr, int ttl,
			      unsigned count)
{
	struct sdp_conn *c = arena_zalloc(a, sizeof(*c));

	if (!c)
		return NULL;
	c->nettype = STR_LIT("IN");
	c->addrtype = addr_type(addr);
	c->host = addr_span(a, addr);
	c->addr = *addr;
	c->addr.port = 0;
	c->ttl = addr->family == 6 ? SDP_TTL_NONE : ttl;
	c->count = count ? count : 1;
	return c;
}

struct sdp_media *sdp_media_add(struct arena *a, struct sdp *s, struct span name,
				uint16_t port, struct span proto)
{
	struct sdp_media **tail, *m;

	if (!s)
		return NULL;
	m = arena_zalloc(a, sizeof(*m));
	if (!m)
		return NULL;
	m->media = name;
	m->proto = proto;
	m->port = port;
	m->nports = 1;
	m->rtp = sdp_proto_rtp(proto);
	for (tail = &s->media; *tail; tail = &(*tail)->next)
		;
	*tail = m;
	s->nmedia++;
	return m;
}

struct sdp_attr *sdp_attr_add(struct arena *a, struct sdp_attr **list, struct span name,
			      struct span value)
{
	struct sdp_attr *at = list ? arena_zalloc(a, sizeof(*at)) : NULL;

	if (!at)
		return NULL;
	at->name = name;
	at->value = value;
	while (*list)
		list = &(*list)->next;
	*list = at;
	return at;
}

struct sdp_bw *sdp_bw_add(struct arena *a, struct sdp_bw **list, struct span type,
			  uint64_t value)
{
	struct sdp_bw *w = list ? arena_zalloc(a, sizeof(*w)) : NULL;

	if (!w)
		return NULL;
	w->type = type;
	w->value = value;
	w->text = dec_span(a, value);
	while (*list)
		list = &(*list)->next;
	*list = w;
	return w;
}

/* "96 G726-32/8000" and "101 0-15": the number, a blank, the rest */
static void map_add(struct arena *a, struct sdp_media *m, const struct sdp_fmt *f)
{
	size_t most = f->text.n + f->encoding.n + 40;
	char *mem = arena_alloc(a, most);
	struct buf b;

	if (!mem)
		return;
	buf_fixed(&b, mem, most);
	buf_span(&b, f->text);
	buf_char(&b, ' ');
	buf_span(&b, f->encoding);
	buf_char(&b, '/');
	buf_dec(&b, f->clock);
	if (f->channels > 1) {
		buf_char(&b, '/');
		buf_dec(&b, f->channels);
	}
	sdp_attr_add(a, &m->attrs, STR_LIT("rtpmap"), buf_view(&b));
}

static void fmtp_add(struct arena *a, struct sdp_media *m, const struct sdp_fmt *f)
{
	size_t most = f->text.n + 1 + f->fmtp.n;
	char *mem = arena_alloc(a, most);
	struct buf b;

	if (!mem)
		return;
	buf_fixed(&b, mem, most);
	buf_span(&b, f->text);
	buf_char(&b, ' ');
	buf_span(&b, f->fmtp);
	sdp_attr_add(a, &m->attrs, STR_LIT("fmtp"), buf_view(&b));
}

static bool is_static(const struct sdp_fmt *f)
{
	const struct sdp_static *st = sdp_static_pt((unsigned)f->pt);

	return st && st->clock == f->clock && st->channels == f->channels &&
	       str_ieqz(f->encoding, st->encoding);
}

struct sdp_fmt *sdp_fmt_add(struct arena *a, struct sdp_media *m, unsigned pt,
			    struct span encoding, uint32_t clock, unsigned channels,
			    struct span fmtp)
{
	struct sdp_fmt *f = m && pt < 128 ? arena_zalloc(a, sizeof(*f)) : NULL;
	struct sdp_fmt **tail;

	if (!f)
		return NULL;
	f->text = dec_span(a, pt);
	f->pt = (int)pt;
	f->encoding = encoding;
	f->clock = clock;
	f->channels = channels ? channels : 1;
	f->fmtp = fmtp;
	for (tail = &m->fmts; *tail; tail = &(*tail)->next)
		;
	*tail = f;
	m->nfmts++;
	f->mapped = encoding.n && !is_static(f);
	if (f->mapped)
		map_add(a, m, f);
	if (fmtp.n)
		fmtp_add(a, m, f);
	return f;
}

const struct sdp_conn *sdp_conn_of(const struct sdp *s, const struct sdp_media *m)
{
	return m && m->conn ? m->conn : s->conn;
}

const struct sdp_attr *sdp_attr_get(const struct sdp_attr *list, const char *name)
{
	for (; list; list = list->next)
		if (str_ieqz(list->name, name))
			return list;
	return NULL;
}

struct sdp_fmt *sdp_fmt_pt(const struct sdp_media *m, int pt)
{
	for (struct sdp_fmt *f = m->fmts; f && pt >= 0; f = f->next)
		if (f->pt == pt)
			return f;
	return NULL;
}

struct sdp_fmt *sdp_fmt_named(const struct sdp_media *m, struct span encoding,
			      uint32_t clock)
{
	for (struct sdp_fmt *f = m->fmts; f; f = f->next)
		if (f->clock == clock && str_ieq(f->encoding, encoding))
			return f;
	return NULL;
}
