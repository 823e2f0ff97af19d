/* wire/sdp_derive.c - what attributes say about formats, direction, RTCP and sources.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 8866 6; RFC 3605 (a=rtcp); RFC 4570 (a=source-filter); RFC 4567, 4568 (keys)
 */
#include "wire/sdp_lex.h"

typedef bool(attr_h)(struct sdp_reader *r, struct span v);

static bool has_any(struct span v)
{
	return v.n && memchr(v.p, '$', v.n);
}

/* The format a number of rtpmap or fmtp means; NULL when there is none such. */
static struct sdp_fmt *fmt_of(const struct sdp_reader *r, struct span text)
{
	uint32_t pt;

	if (!r->m)
		return NULL;
	if (r->m->rtp)
		return str_u32(text, 127, &pt) ? r->by_pt[pt] : NULL;
	for (struct sdp_fmt *f = r->m->fmts; f; f = f->next)
		if (str_eq(f->text, text))
			return f;
	return NULL;
}

/* rtpmap:<payload type> <encoding name>/<clock rate>[/<parameters>] */
static bool attr_rtpmap(struct sdp_reader *r, struct span v)
{
	struct span rest = v, pt = sdp_field(&rest), map = sdp_field(&rest), name, clock;
	struct sdp_fmt *f;
	uint32_t n, hz, channels = 1;

	if (has_any(v))
		return true;
	name = str_cut(&map, '/');
	clock = str_cut(&map, '/');
	if (!str_u32(pt, 127, &n) || !name.n || !str_u32(clock, UINT32_MAX, &hz) || !hz)
		return sdp_fail(r, v.p, "RFC 8866 6.6", "rtpmap is not type name/clock");
	if (map.p && (!str_u32(map, 255, &channels) || !channels))
		return sdp_fail(r, map.p, "RFC 8866 6.6", "channels are not a number");
	f = fmt_of(r, pt);
	if (!f)
		return true;
	f->encoding = name;
	f->clock = hz;
	f->channels = channels;
	f->mapped = true;
	return true;
}

static bool attr_fmtp(struct sdp_reader *r, struct span v)
{
	struct span rest = v;
	struct sdp_fmt *f = fmt_of(r, sdp_field(&rest));

	if (f && !f->fmtp.p)
		f->fmtp = str_trim(rest);
	return true;
}

/* Milliseconds; a fraction is cut off. */
static bool millis(struct sdp_reader *r, struct span v, uint32_t *session,
		   uint32_t *media)
{
	struct span rest = str_trim(v), whole = str_cut(&rest, '.');
	uint32_t ms, fraction;

	if (has_any(v))
		return true;
	if (!str_u32(whole, 65535, &ms) || (rest.p && !str_u32(rest, 999999, &fraction)))
		return sdp_fail(r, v.p, "RFC 8866 6.4", "packet time is not a number");
	*(r->m ? media : session) = ms;
	return true;
}

static bool attr_ptime(struct sdp_reader *r, struct span v)
{
	return millis(r, v, &r->s->ptime, r->m ? &r->m->ptime : NULL);
}

static bool attr_maxptime(struct sdp_reader *r, struct span v)
{
	return millis(r, v, &r->s->maxptime, r->m ? &r->m->maxptime : NULL);
}

static bool set_dir(struct sdp_reader *r, enum sdp_dir dir)
{
	if (r->m) {
		r->m->dir = dir;
		r->m->dir_given = true;
	} else {
		r->s->dir = dir;
		r->s->dir_given = true;
	}
	return true;
}

static bool attr_sendrecv(struct sdp_reader *r, struct span v)
{
	(void)v;
	return set_dir(r, SDP_SENDRECV);
}

static bool attr_sendonly(struct sdp_reader *r, struct span v)
{
	(void)v;
	return set_dir(r, SDP_SENDONLY);
}

static bool attr_recvonly(struct sdp_reader *r, struct span v)
{
	(void)v;
	return set_dir(r, SDP_RECVONLY);
}

static bool attr_inactive(struct sdp_reader *r, struct span v)
{
	(void)v;
	return set_dir(r, SDP_INACTIVE);
}

static bool attr_rtcp_mux(struct sdp_reader *r, struct span v)
{
	(void)v;
	if (r->m)
		r->m->rtcp_mux = true;
	return true;
}

static bool attr_crypto(struct sdp_reader *r, struct span v)
{
	(void)v;
	*(r->m ? &r->m->crypto : &r->s->crypto) = true;
	return true;
}

/* rtcp:<port> [<nettype> <addrtype> <address>] */
static bool attr_rtcp(struct sdp_reader *r, struct span v)
{
	struct span rest = v, port = sdp_field(&rest);
	uint32_t n;

	if (!r->m || has_any(v))
		return true;
	if (!str_u32(port, 65535, &n) || !n)
		return sdp_fail(r, v.p, "RFC 3605 2.1", "RTCP port is not a port");
	r->m->rtcp_port = (uint16_t)n;
	if (!str_trim(rest).n)
		return true;
	r->m->rtcp_conn = sdp_item(r, sizeof(*r->m->rtcp_conn));
	return r->m->rtcp_conn && sdp_conn_parse(r, r->m->rtcp_conn, rest);
}

static unsigned count_fields(struct span rest)
{
	unsigned n = 0;

	while (sdp_field(&rest).n)
		n++;
	return n;
}

static bool filter_sources(struct sdp_reader *r, struct sdp_filter *f, struct span type,
			   struct span rest)
{
	unsigned n = count_fields(rest);

	if (!n)
		return sdp_fail(r, rest.p, "RFC 4570 3", "filter without a source");
	if (n > SDP_SOURCES_MAX)
		return sdp_limit(r, rest.p, "too many sources in a filter");
	f->src = sdp_item(r, n * sizeof(*f->src));
	f->addrs = sdp_item(r, n * sizeof(*f->addrs));
	if (!f->src || !f->addrs)
		return false;
	for (f->nsrc = 0; f->nsrc < n; f->nsrc++) {
		struct span s = sdp_field(&rest);

		f->src[f->nsrc] = s;
		if (!sdp_literal(&f->addrs[f->nsrc], type, s) && !sdp_host_ok(s))
			return sdp_fail(r, s.p, "RFC 4570 3", "source is not an address");
	}
	return true;
}

/* source-filter: <incl|excl> <nettype> <addrtype> <dest> <src>... */
static bool attr_filter(struct sdp_reader *r, struct span v)
{
	struct sdp_filter **list = r->m ? &r->m->filters : &r->s->filters, *f;
	struct span rest = v, mode = sdp_field(&rest), net = sdp_field(&rest);
	struct span type = sdp_field(&rest), dest = sdp_field(&rest);

	if (has_any(v))
		return true;
	f = sdp_item(r, sizeof(*f));
	if (!f)
		return false;
	f->excl = str_ieqz(mode, "excl");
	f->dest = dest;
	if ((!f->excl && !str_ieqz(mode, "incl")) || !str_ieqz(net, "IN"))
		return sdp_fail(r, v.p, "RFC 4570 3", "filter is not incl or excl IN");
	if (!str_ieqz(type, "IP4") && !str_ieqz(type, "IP6") &&
	    !str_eq(type, STR_LIT("*")))
		return sdp_fail(r, type.p, "RFC 4570 3", "unknown address type");
	if (!str_eq(dest, STR_LIT("*")) && !sdp_literal(&f->group, type, dest) &&
	    !sdp_host_ok(dest))
		return sdp_fail(r, dest.p, "RFC 4570 3", "destination is not an address");
	if (!filter_sources(r, f, type, rest))
		return false;
	while (*list)
		list = &(*list)->next;
	*list = f;
	return true;
}

static const struct attr_row {
	const char *name;
	attr_h *derive;
} rows[] = {
	{ "rtpmap", attr_rtpmap },
	{ "fmtp", attr_fmtp },
	{ "ptime", attr_ptime },
	{ "maxptime", attr_maxptime },
	{ "sendrecv", attr_sendrecv },
	{ "sendonly", attr_sendonly },
	{ "recvonly", attr_recvonly },
	{ "inactive", attr_inactive },
	{ "rtcp", attr_rtcp },
	{ "rtcp-mux", attr_rtcp_mux },
	{ "crypto", attr_crypto },
	{ "key-mgmt", attr_crypto },
	{ "source-filter", attr_filter },
};

bool sdp_derive_attr(struct sdp_reader *r, const struct sdp_attr *a)
{
	struct span v = a->value.p ? a->value : (struct span){ a->name.p + a->name.n, 0 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (str_lower(*a->name.p) == *rows[i].name &&
		    str_ieqz(a->name, rows[i].name))
			return rows[i].derive(r, v);
	return true; /* RFC 8866 5.13: unknown attributes mean nothing */
}

void sdp_derive_begin(struct sdp_reader *r, struct sdp_media *m)
{
	r->m = m;
	if (!m) {
		r->s->dir = SDP_SENDRECV;
		r->s->dir_given = r->s->crypto = false;
		r->s->ptime = r->s->maxptime = 0;
		r->s->filters = NULL;
		return;
	}
	memset(r->by_pt, 0, sizeof(r->by_pt));
	m->dir = SDP_SENDRECV;
	m->dir_given = m->rtcp_mux = m->crypto = false;
	m->ptime = m->maxptime = 0;
	m->rtcp_port = 0;
	m->rtcp_conn = NULL;
	m->filters = NULL;
}

void sdp_derive_end(struct sdp *s)
{
	for (struct sdp_media *m = s->media; m; m = m->next) {
		if (!m->dir_given)
			m->dir = s->dir;
		if (!m->ptime)
			m->ptime = s->ptime;
		if (!m->maxptime)
			m->maxptime = s->maxptime;
		if (!m->filters)
			m->filters = s->filters;
		m->crypto |= s->crypto;
	}
}

static bool derive_list(struct sdp_reader *r, const struct sdp_attr *a)
{
	for (; a; a = a->next)
		if (!a->name.n || !sdp_derive_attr(r, a))
			return false;
	return true;
}

int sdp_derive(struct arena *a, struct sdp *s, struct parse_err *err)
{
	struct sdp_reader r = { .a = a, .s = s };
	bool ok;

	sdp_derive_begin(&r, NULL);
	ok = derive_list(&r, s->attrs);
	for (struct sdp_media *m = s->media; m && ok; m = m->next) {
		sdp_derive_begin(&r, m);
		for (struct sdp_fmt *f = m->fmts; f; f = f->next)
			if (f->pt >= 0 && f->pt < 128 && !r.by_pt[f->pt])
				r.by_pt[f->pt] = f;
		ok = derive_list(&r, m->attrs);
	}
	sdp_derive_end(s);
	if (!ok && !r.rc)
		sdp_fail(&r, NULL, "RFC 8866 5.13", "attribute without a name");
	if (r.rc && err)
		*err = r.err;
	return r.rc;
}
