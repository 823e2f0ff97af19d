/* wire/sdp_media.c - c= and m= lines.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 8866 5.7, 5.14; RFC 3435 3.4.2 (LOCAL); RFC 3108 (ATM); RFC 3551 6
 */
#include "wire/sdp_lex.h"

bool sdp_proto_rtp(struct span proto)
{
	for (; proto.n >= 3; proto.p++, proto.n--)
		if (str_istarts(proto, "RTP"))
			return true;
	return false;
}

bool sdp_literal(struct addr *a, struct span addrtype, struct span host)
{
	struct addr ip;
	int family = str_ieqz(addrtype, "IP4") ? 4 : str_ieqz(addrtype, "IP6") ? 6 : 0;

	/* Zones would be looked up here and mean nothing elsewhere. */
	if (!family || !host.n || *host.p == '[' || memchr(host.p, '%', host.n))
		return false;
	if (addr_parse_ip(&ip, host) || ip.family != family)
		return false;
	*a = ip;
	return true;
}

bool sdp_host_ok(struct span h)
{
	bool letter = false;

	if (!h.n || h.n > 255)
		return false;
	for (size_t i = 0; i < h.n; i++) {
		char c = str_lower(h.p[i]);

		letter |= c >= 'a' && c <= 'z';
		if (!str_isdigit(c) && c != '.' && c != '-' && !(c >= 'a' && c <= 'z'))
			return false;
	}
	return letter; /* "300.1.1.1" is a mistake, not a name */
}

/* "/ttl", "/ttl/count" for IPv4; "/count" for IPv6 */
static bool conn_suffix(struct sdp_conn *c, struct span rest, bool v4)
{
	struct span ttl = str_cut(&rest, '/');
	uint32_t n;

	if (v4 && sdp_any(ttl)) {
		c->ttl = SDP_TTL_ANY;
	} else if (v4) {
		if (!str_u32(ttl, 255, &n))
			return false;
		c->ttl = (int)n;
	} else {
		if (rest.p)
			return false;
		rest = ttl;
	}
	if (!rest.p)
		return true;
	if (!str_u32(rest, 65535, &n) || !n)
		return false;
	c->count = n;
	return true;
}

static bool conn_ip(struct sdp_reader *r, struct sdp_conn *c)
{
	struct span rest = c->host;
	bool v4 = str_ieqz(c->addrtype, "IP4");

	c->host = str_cut(&rest, '/');
	c->any = sdp_any(c->host);
	if (!c->any && !sdp_literal(&c->addr, c->addrtype, c->host) &&
	    !sdp_host_ok(c->host))
		return sdp_fail(r, c->host.p, "RFC 8866 5.7",
				"not an address of its type");
	if (rest.p && !conn_suffix(c, rest, v4))
		return sdp_fail(r, rest.p, "RFC 8866 5.7",
				"TTL or count of groups is wrong");
	return true;
}

bool sdp_conn_parse(struct sdp_reader *r, struct sdp_conn *c, struct span line)
{
	struct span rest = line;

	c->ttl = SDP_TTL_NONE;
	c->count = 1;
	c->nettype = sdp_field(&rest);
	c->addrtype = sdp_field(&rest);
	c->host = sdp_field(&rest);
	if (sdp_any(str_trim(line))) { /* all of it is to be chosen */
		c->any = true;
		return true;
	}
	if (!c->host.n)
		return sdp_fail(r, line.p, "RFC 8866 5.7",
				"connection has not three fields");
	if (str_ieqz(c->addrtype, "IP4") || str_ieqz(c->addrtype, "IP6")) {
		if (str_trim(rest).n)
			return sdp_fail(r, rest.p, "RFC 8866 5.7",
					"connection has more than three fields");
		return conn_ip(r, c);
	}
	/* LOCAL, ATM, TN: as it stands, to the line's end. */
	c->any = sdp_any(c->host);
	c->host = str_trim(
		(struct span){ c->host.p, (size_t)(rest.p + rest.n - c->host.p) });
	return true;
}

static bool media_port(struct sdp_reader *r, struct sdp_media *m, struct span text)
{
	struct span rest = text, port = str_cut(&rest, '/');
	uint32_t n;

	m->nports = 1;
	if (sdp_any(text)) {
		m->port_kind = SDP_PORT_ANY;
		return true;
	}
	if (str_u32(port, 65535, &n)) {
		m->port = (uint16_t)n;
		if (rest.p && (!str_u32(rest, 32767, &m->nports) || !m->nports))
			return sdp_fail(r, rest.p, "RFC 8866 5.14",
					"not a number of ports");
		return true;
	}
	if (m->rtp || str_isdigit(*text.p))
		return sdp_fail(r, text.p, "RFC 8866 5.14", "not a port");
	/* 3108: the name of a virtual circuit; "-" in H.248 */
	m->port_kind = SDP_PORT_OTHER;
	m->port_text = text;
	return true;
}

static bool media_fmt(struct sdp_reader *r, struct sdp_media *m, struct sdp_fmt *f)
{
	const struct sdp_static *st;
	uint32_t pt;

	f->pt = -1;
	f->channels = 1;
	if (!m->rtp || !str_isdigit(*f->text.p))
		return true;
	if (!str_u32(f->text, 127, &pt))
		return sdp_fail(r, f->text.p, "RFC 8866 5.14", "not a payload type");
	f->pt = (int)pt;
	if (!r->by_pt[pt])
		r->by_pt[pt] = f;
	st = sdp_static_pt(pt);
	if (st) {
		f->encoding = str_of(st->encoding);
		f->clock = st->clock;
		f->channels = st->channels;
	}
	return true;
}

static bool media_fmts(struct sdp_reader *r, struct sdp_media *m, struct span rest)
{
	struct sdp_fmt **tail = &m->fmts, *f;
	struct span text = sdp_field(&rest);

	if (!text.n)
		return sdp_fail(r, text.p, "RFC 8866 5.14", "media without a format");
	for (; text.n; text = sdp_field(&rest)) {
		if (m->nfmts == SDP_FMTS_MAX)
			return sdp_limit(r, text.p, "too many formats");
		f = sdp_item(r, sizeof(*f));
		if (!f)
			return false;
		f->text = text;
		if (!media_fmt(r, m, f))
			return false;
		*tail = f;
		tail = &f->next;
		m->nfmts++;
	}
	return true;
}

bool sdp_media_parse(struct sdp_reader *r, struct span line)
{
	struct sdp_media **tail = r->m ? &r->m->next : &r->s->media, *m;
	struct span rest = line, port;

	if (r->s->nmedia == SDP_MEDIA_MAX)
		return sdp_limit(r, line.p, "too many media");
	m = sdp_item(r, sizeof(*m));
	if (!m)
		return false;
	*tail = m;
	r->s->nmedia++;
	sdp_derive_begin(r, m);
	m->media = sdp_field(&rest);
	port = sdp_field(&rest);
	m->proto = sdp_field(&rest);
	m->rtp = sdp_proto_rtp(m->proto);
	if (sdp_any(str_trim(line))) {
		m->port_kind = SDP_PORT_ANY;
		m->nports = 1;
		return true;
	}
	if (!m->proto.n)
		return sdp_fail(r, line.p, "RFC 8866 5.14", "media has not four fields");
	return media_port(r, m, port) && media_fmts(r, m, rest);
}
