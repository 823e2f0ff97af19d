/* model/peer.c - what a remote description says of one stream.
 *
 * layer: model (L2)   thread: control   I/O: none
 * RFC 3264 5, 6; RFC 3435 3.4; RFC 3605 (a=rtcp); RFC 4570 (source filters)
 */
#include "model/impl.h"

#include <string.h>

static void add_format(struct format_list *list, const struct sdp_fmt *f)
{
	struct format *to = &list->v[list->n];

	if (f->pt < 0 || f->pt > 127 || !f->encoding.n || !f->clock ||
	    f->encoding.n >= sizeof(to->name) || f->fmtp.n >= sizeof(to->fmtp) ||
	    list->n == FORMATS_MAX)
		return; /* a dynamic type nobody explains, or more than we keep */
	*to = (struct format){ .clock = f->clock, .pt = (uint8_t)f->pt };
	to->channels = (uint8_t)(f->channels > 255 ? 255 : f->channels ? f->channels : 1);
	memcpy(to->name, f->encoding.p, f->encoding.n);
	if (f->fmtp.n)
		memcpy(to->fmtp, f->fmtp.p, f->fmtp.n);
	list->n++;
}

static enum cause read_proto(const struct sdp *sdp, const struct sdp_media *med)
{
	if (!med->rtp)
		return CAUSE_REMOTE_UNSUPPORTED;
	if (str_istarts(med->proto, "RTP/SAVP") || med->crypto || med->key.p ||
	    sdp->key.p)
		return CAUSE_SECURITY_UNSUPPORTED;
	if (!str_ieqz(med->proto, "RTP/AVP") || med->nports > 1)
		return CAUSE_REMOTE_UNSUPPORTED;
	return CAUSE_OK;
}

static enum cause read_conn(const struct sdp_conn *c)
{
	static const uint8_t everybody[4] = { 255, 255, 255, 255 };

	if (!c || c->any)
		return CAUSE_REMOTE_INVALID;
	if (!str_ieqz(c->nettype, "IN") || !c->addr.family || c->count > 1 || c->next)
		return CAUSE_REMOTE_UNSUPPORTED;
	if (c->addr.family == 4 && !memcmp(c->addr.ip, everybody, 4))
		return CAUSE_REMOTE_INVALID;
	return CAUSE_OK;
}

static void read_addrs(const struct sdp_media *med, const struct sdp_conn *c,
		       struct strm *s)
{
	s->raddr = s->raddr_rtcp = (struct addr){ 0 };
	if (addr_is_any(&c->addr))
		return; /* on hold, as RFC 2543 wrote it */
	s->raddr = c->addr;
	s->raddr.port = med->port;
	s->raddr_rtcp = s->raddr;
	if (med->rtcp_conn && med->rtcp_conn->addr.family == s->raddr.family &&
	    !addr_is_multicast(&med->rtcp_conn->addr) && !addr_is_multicast(&c->addr))
		s->raddr_rtcp = med->rtcp_conn->addr;
	s->raddr_rtcp.port = med->rtcp_port ? med->rtcp_port : (uint16_t)(med->port + 1);
	if (!s->raddr_rtcp.port) /* RTP on 65535 */
		s->raddr_rtcp = (struct addr){ 0 };
}

enum cause remote_read(const struct sdp *sdp, const struct sdp_media *med, struct strm *s,
		       struct format_list *formats)
{
	const struct sdp_conn *conn = sdp_conn_of(sdp, med);
	enum cause c;

	s->told = true;
	s->dir = (uint8_t)med->dir;
	s->on = med->port_kind != SDP_PORT_NUM || med->port != 0;
	formats->n = 0;
	for (const struct sdp_fmt *f = med->fmts; f; f = f->next)
		add_format(formats, f);
	if (!med->media.n || med->media.n >= sizeof(s->media))
		return CAUSE_REMOTE_UNSUPPORTED;
	memset(s->media, 0, sizeof(s->media));
	memcpy(s->media, med->media.p, med->media.n);
	if (!s->on)
		return CAUSE_OK;
	if (med->port_kind == SDP_PORT_ANY)
		return CAUSE_REMOTE_INVALID; /* only a local description may hold `$` */
	c = read_proto(sdp, med);
	if (c == CAUSE_OK)
		c = read_conn(conn);
	if (c != CAUSE_OK)
		return c;
	read_addrs(med, conn, s);
	return formats->n ? CAUSE_OK : CAUSE_CODEC_NONE;
}

static enum cause read_filter(const struct sdp_filter *f, struct group_spec *g)
{
	for (; f; f = f->next) {
		if (!str_ieqz(f->dest, "*") && !addr_same_host(&f->group, &g->group))
			continue;
		if (g->nsource || f->nsrc > PORTS_SOURCES_MAX)
			return CAUSE_REMOTE_UNSUPPORTED;
		g->exclude = f->excl;
		for (unsigned i = 0; i < f->nsrc; i++) {
			if (f->addrs[i].family != g->group.family)
				return CAUSE_REMOTE_UNSUPPORTED;
			g->sources[g->nsource] = f->addrs[i];
			g->sources[g->nsource++].port = 0;
		}
	}
	return CAUSE_OK;
}

enum cause group_read(struct model *m, const struct owner *o, const struct sdp *sdp,
		      const struct sdp_media *med, struct group_spec *g)
{
	const struct sdp_conn *conn = sdp_conn_of(sdp, med);
	enum cause c;

	*g = (struct group_spec){ .group = conn->addr, .ifindex = o->spec.group_ifindex };
	g->group.port = med->port;
	g->hops = o->spec.group_hops ? o->spec.group_hops : 1;
	if (conn->ttl > 255 || conn->ttl == 0) /* 0: never to leave this host */
		return CAUSE_REMOTE_UNSUPPORTED;
	if (conn->ttl > 0)
		g->hops = (uint8_t)conn->ttl;
	c = group_allowed(m, o, &g->group);
	return c == CAUSE_OK ? read_filter(med->filters, g) : c;
}

static bool in_default_ranges(const struct addr *a)
{
	if (a->family == 4)
		return a->ip[0] == 239 || a->ip[0] == 232;
	if ((a->ip[1] & 0xf0) == 0x30) /* ff3x::/32, RFC 3306, 4607 */
		return !a->ip[2] && !a->ip[3];
	return a->ip[1] >= 0x15 && a->ip[1] <= 0x18;
}

/* What never leaves the link, or is spoken by routers, is nobody's to page on. */
static bool is_reserved(const struct addr *a)
{
	if (a->family == 4)
		return a->ip[0] == 224 && !a->ip[1] && !a->ip[2];
	return (a->ip[1] & 0x0f) <= 2;
}

static bool in_zone(struct model *m, const struct addr *group)
{
	uint64_t h = addr_hash(group, m->groups.seed);

	for (struct map_node *i = map_first(&m->groups, h); i; i = map_next(i))
		if (addr_eq(&MAP_OF(i, struct room_group_key, node)->group, group))
			return true;
	return false;
}

/* RFC 4607, RFC 3306: joined by source only. */
bool group_is_ssm(const struct addr *a)
{
	return a->family == 4 ? a->ip[0] == 232 : a->ip[0] == 0xff && a->ip[1] >> 4 == 3;
}

enum cause group_allowed(struct model *m, const struct owner *o, const struct addr *group)
{
	bool in = false;

	if (!addr_is_multicast(group) || is_reserved(group) || in_zone(m, group))
		return CAUSE_GROUP_REFUSED;
	for (unsigned i = 0; i < o->spec.ngroups; i++)
		in |= addr_in_net(group, &o->spec.groups[i].net, o->spec.groups[i].bits);
	if (!o->spec.ngroups)
		in = in_default_ranges(group);
	return in ? CAUSE_OK : CAUSE_GROUP_REFUSED;
}
