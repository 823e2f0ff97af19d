/* media/route_parse.c - rtnetlink messages taken apart; see route_nl.h.
 *
 * layer: media (L3)   thread: control   I/O: none
 */
#include "media/route_nl.h"

#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/lwtunnel.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/xfrm.h>
#include <string.h>

#include "util/err.h"

enum { ATTRS = 64 };

#ifndef NTF_EXT_MANAGED
#define NTF_EXT_MANAGED (1 << 0)
#define NDA_FLAGS_EXT 15
#endif

/* libmnl's own walk takes a length for a signed number. */
const struct nlmsghdr *route_nl_next(const void *bytes, size_t len, size_t *at)
{
	size_t left = *at < len ? len - *at : 0;
	const struct nlmsghdr *h;

	if (left < sizeof(*h))
		return NULL;
	h = (const void *)((const uint8_t *)bytes + *at);
	if (h->nlmsg_len < sizeof(*h) || h->nlmsg_len > left)
		return NULL;
	*at += ((size_t)h->nlmsg_len + 3) & ~(size_t)3;
	return h;
}

struct attrs {
	const struct nlattr *v[ATTRS];
};

static int attr_keep(const struct nlattr *a, void *arg)
{
	struct attrs *t = arg;
	unsigned type = mnl_attr_get_type(a);

	if (type < ATTRS)
		t->v[type] = a;
	return MNL_CB_OK;
}

/* False when the message is shorter than its fixed part. */
static bool attrs_get(const struct nlmsghdr *h, size_t fixed, struct attrs *t)
{
	memset(t, 0, sizeof(*t));
	if (h->nlmsg_len < mnl_nlmsg_size(fixed))
		return false;
	return mnl_attr_parse(h, (unsigned)fixed, attr_keep, t) == MNL_CB_OK;
}

static uint32_t attr_u32(const struct nlattr *a)
{
	return a && mnl_attr_get_payload_len(a) >= 4 ? mnl_attr_get_u32(a) : 0;
}

static bool attr_is(const struct nlattr *a, const char *s)
{
	size_t n = strlen(s);

	return mnl_attr_get_payload_len(a) >= n &&
	       !strncmp(mnl_attr_get_payload(a), s, mnl_attr_get_payload_len(a));
}

static bool attr_mac(const struct nlattr *a, uint8_t mac[6])
{
	if (!a || mnl_attr_get_payload_len(a) != 6)
		return false;
	memcpy(mac, mnl_attr_get_payload(a), 6);
	return true;
}

static bool ip_put(struct addr *out, int af, const void *p, size_t n)
{
	size_t len = af == AF_INET ? 4 : af == AF_INET6 ? 16 : 0;

	if (!len || n < len)
		return false;
	memset(out, 0, sizeof(*out));
	memcpy(out->ip, p, len);
	out->family = af == AF_INET ? 4 : 6;
	return true;
}

static bool attr_ip(const struct nlattr *a, int af, struct addr *out)
{
	return a && ip_put(out, af, mnl_attr_get_payload(a), mnl_attr_get_payload_len(a));
}

/* Cards, and what looks like one, name no kind. */
static bool link_plain(const struct nlattr *info)
{
	struct attrs t;

	if (!info)
		return true;
	memset(&t, 0, sizeof(t));
	if (mnl_attr_parse_nested(info, attr_keep, &t) != MNL_CB_OK)
		return false;
	return !t.v[IFLA_INFO_KIND] || attr_is(t.v[IFLA_INFO_KIND], "veth");
}

static bool parse_link(const struct nlmsghdr *h, struct route_news *n)
{
	const struct ifinfomsg *i = mnl_nlmsg_get_payload(h);
	struct attrs t;
	const char *name;

	if (!attrs_get(h, sizeof(*i), &t) || i->ifi_family != AF_UNSPEC ||
	    i->ifi_index <= 0)
		return false;
	n->kind = h->nlmsg_type == RTM_NEWLINK ? NEWS_LINK : NEWS_LINK_GONE;
	n->link.ifindex = (uint32_t)i->ifi_index;
	n->link.flags = i->ifi_flags;
	n->link.type = i->ifi_type;
	n->link.mtu = attr_u32(t.v[IFLA_MTU]);
	n->link.master = attr_u32(t.v[IFLA_MASTER]);
	n->link.plain = link_plain(t.v[IFLA_LINKINFO]);
	attr_mac(t.v[IFLA_ADDRESS], n->link.mac);
	if (t.v[IFLA_IFNAME]) {
		size_t len = mnl_attr_get_payload_len(t.v[IFLA_IFNAME]);

		name = mnl_attr_get_payload(t.v[IFLA_IFNAME]);
		if (len > sizeof(n->link.name) - 1)
			len = sizeof(n->link.name) - 1;
		memcpy(n->link.name, name, strnlen(name, len));
	}
	return true;
}

static bool parse_neigh(const struct nlmsghdr *h, struct route_news *n)
{
	const struct ndmsg *d = mnl_nlmsg_get_payload(h);
	struct attrs t;

	if (!attrs_get(h, sizeof(*d), &t) || d->ndm_ifindex <= 0)
		return false;
	if (!attr_ip(t.v[NDA_DST], d->ndm_family, &n->ip))
		return false;
	n->kind = h->nlmsg_type == RTM_NEWNEIGH ? NEWS_NEIGH : NEWS_NEIGH_GONE;
	n->link.ifindex = (uint32_t)d->ndm_ifindex;
	n->state = d->ndm_state;
	n->has_mac = attr_mac(t.v[NDA_LLADDR], n->link.mac);
	n->managed = attr_u32(t.v[NDA_FLAGS_EXT]) & NTF_EXT_MANAGED;
	return true;
}

static bool parse_addr(const struct nlmsghdr *h, struct route_news *n)
{
	const struct ifaddrmsg *i = mnl_nlmsg_get_payload(h);
	struct attrs t;
	const struct nlattr *a;

	if (!attrs_get(h, sizeof(*i), &t))
		return false;
	/* On point-to-point links IFA_ADDRESS is the peer, IFA_LOCAL is us. */
	a = t.v[IFA_LOCAL] ? t.v[IFA_LOCAL] : t.v[IFA_ADDRESS];
	if (!attr_ip(a, i->ifa_family, &n->ip))
		return false;
	n->kind = h->nlmsg_type == RTM_NEWADDR ? NEWS_ADDR : NEWS_ADDR_GONE;
	n->link.ifindex = i->ifa_index;
	return true;
}

static bool parse_one(const struct nlmsghdr *h, struct route_news *n)
{
	memset(n, 0, sizeof(*n));
	switch (h->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		return parse_link(h, n);
	case RTM_NEWNEIGH:
	case RTM_DELNEIGH:
		return parse_neigh(h, n);
	case RTM_NEWADDR:
	case RTM_DELADDR:
		return parse_addr(h, n);
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
	case RTM_NEWRULE:
	case RTM_DELRULE:
		n->kind = NEWS_ROUTE;
		return true;
	default:
		return false;
	}
}

void route_nl_parse(const void *bytes, size_t len, route_news_h *f, void *arg)
{
	const struct nlmsghdr *h;
	struct route_news n;
	size_t at = 0;

	while ((h = route_nl_next(bytes, len, &at)))
		if (parse_one(h, &n))
			f(arg, &n);
}

static uint32_t metric_mtu(const struct nlattr *metrics)
{
	struct attrs t = { { NULL } };

	if (!metrics || mnl_attr_parse_nested(metrics, attr_keep, &t) != MNL_CB_OK)
		return 0;
	return attr_u32(t.v[RTAX_MTU]);
}

static void answer_via(const struct attrs *t, int af, struct route_answer *out)
{
	const struct nlattr *a = t->v[RTA_VIA];
	const struct rtvia *v;

	if (attr_ip(t->v[RTA_GATEWAY], af, &out->via) || !a)
		return;
	/* An IPv6 router on the way to an IPv4 address. */
	v = mnl_attr_get_payload(a);
	if (mnl_attr_get_payload_len(a) > sizeof(*v))
		ip_put(&out->via, v->rtvia_family, v->rtvia_addr,
		       mnl_attr_get_payload_len(a) - sizeof(*v));
}

int route_nl_answer(const void *bytes, size_t n, struct route_answer *out)
{
	size_t at = 0;
	const struct nlmsghdr *h = route_nl_next(bytes, n, &at);
	const struct rtmsg *r;
	struct attrs t;

	if (!h)
		return -H_ESYNTAX;
	if (h->nlmsg_type == NLMSG_ERROR)
		return -H_ENOENT;
	if (h->nlmsg_type != RTM_NEWROUTE || !attrs_get(h, sizeof(*r), &t))
		return -H_ESYNTAX;
	r = mnl_nlmsg_get_payload(h);
	memset(out, 0, sizeof(*out));
	out->type = r->rtm_type;
	out->ifindex = attr_u32(t.v[RTA_OIF]);
	out->mtu = metric_mtu(t.v[RTA_METRICS]);
	out->encap = t.v[RTA_ENCAP] != NULL;
	answer_via(&t, r->rtm_family, out);
	return 0;
}

bool route_nl_policies(const void *bytes, size_t len, struct route_policy *v,
		       unsigned most, unsigned *n)
{
	const struct nlmsghdr *h;
	size_t at = 0;

	while ((h = route_nl_next(bytes, len, &at))) {
		const struct xfrm_userpolicy_info *p = mnl_nlmsg_get_payload(h);
		struct route_policy *to;

		if (h->nlmsg_type != XFRM_MSG_NEWPOLICY ||
		    h->nlmsg_len < mnl_nlmsg_size(sizeof(*p)) ||
		    p->dir != XFRM_POLICY_OUT)
			continue;
		if (*n == most)
			return false;
		to = &v[*n];
		memset(to, 0, sizeof(*to)); /* a selector without a family takes all */
		ip_put(&to->dst, p->sel.family, &p->sel.daddr, 16);
		ip_put(&to->src, p->sel.family, &p->sel.saddr, 16);
		to->dst_bits = p->sel.prefixlen_d;
		to->src_bits = p->sel.prefixlen_s;
		(*n)++;
	}
	return true;
}
