/* media/route_kernel.c - asking the kernel for routes, neighbours and policies.
 *
 * layer: media (L3)   thread: control   I/O: rtnetlink(7), NETLINK_XFRM, epoll
 *
 * Requests are answered by the time send() returns, so asking is one call and one read.
 */
#include "media/route_nl.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/xfrm.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "util/err.h"
#include "util/log.h"
#include "util/mem.h"

#ifndef NTF_EXT_MANAGED
#define NTF_EXT_MANAGED (1 << 0)
#define NDA_FLAGS_EXT 15
#endif

enum { POLICIES_MAX = 64, BUF_SIZE = 32768, NEWS_BUF = 4 << 20 };

struct route_kernel {
	int ask, news, xfrm;          /* owned; xfrm -1: this kernel has none */
	int ep;                       /* owned: news and xfrm */
	uint32_t seq;
	bool no_managed;              /* this kernel can't keep neighbours resolved */
	bool all_secured;             /* more policies than we hold: assume the worst */
	unsigned npolicy;
	struct route_policy policy[POLICIES_MAX];
	_Alignas(8) uint8_t buf[BUF_SIZE];
};

static int nl_socket(int proto)
{
	struct sockaddr_nl me = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, proto);

	if (fd >= 0 && bind(fd, (struct sockaddr *)&me, sizeof(me))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static bool nl_listen(int fd, unsigned group)
{
	return !setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group,
			   sizeof(group));
}

static struct nlmsghdr *request(struct route_kernel *k, void *room, uint16_t type,
				uint16_t flags)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(room);

	h->nlmsg_type = type;
	h->nlmsg_flags = NLM_F_REQUEST | flags;
	h->nlmsg_seq = ++k->seq;
	return h;
}

/* Send and read one datagram of the answer to k->buf; its size or -H_ESYS. Answers to
 * earlier questions (a dump cut short) are passed over. */
static ssize_t ask(struct route_kernel *k, const struct nlmsghdr *h)
{
	const struct nlmsghdr *in = (const void *)k->buf;
	ssize_t n;

	if (send(k->ask, h, h->nlmsg_len, 0) < 0)
		return -H_ESYS;
	do {
		n = recv(k->ask, k->buf, sizeof(k->buf), 0);
	} while (n >= (ssize_t)sizeof(*in) && in->nlmsg_seq != h->nlmsg_seq);
	return n < (ssize_t)sizeof(*in) ? -H_ESYS : n;
}

static int error_of(const void *buf)
{
	const struct nlmsghdr *h = buf;
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(h);

	return h->nlmsg_type == NLMSG_ERROR ? e->error : 0;
}

static void put_ip(struct nlmsghdr *h, uint16_t type, const struct addr *a)
{
	mnl_attr_put(h, type, a->family == 4 ? 4 : 16, a->ip);
}

static int kernel_lookup(void *arg, const struct route_key *key, struct route_answer *out)
{
	struct route_kernel *k = arg;
	_Alignas(8) uint8_t room[256];
	struct nlmsghdr *h = request(k, room, RTM_GETROUTE, 0);
	struct rtmsg *r = mnl_nlmsg_put_extra_header(h, sizeof(*r));
	uint8_t bits = key->dst.family == 4 ? 32 : 128;
	uint32_t oif = key->ifindex ? key->ifindex : key->dst.scope;
	ssize_t n;

	r->rtm_family = key->dst.family == 4 ? AF_INET : AF_INET6;
	r->rtm_dst_len = bits;
	put_ip(h, RTA_DST, &key->dst);
	if (key->src.family == key->dst.family) {
		r->rtm_src_len = bits;
		put_ip(h, RTA_SRC, &key->src);
	}
	if (oif)
		mnl_attr_put_u32(h, RTA_OIF, oif);
	n = ask(k, h);
	return n < 0 ? (int)n : route_nl_answer(k->buf, (size_t)n, out);
}

static bool kernel_secured(void *arg, const struct route_key *key)
{
	const struct route_kernel *k = arg;

	for (unsigned i = 0; i < k->npolicy; i++) {
		const struct route_policy *p = &k->policy[i];

		if (!p->dst.family)
			return true;
		if (addr_in_net(&key->dst, &p->dst, p->dst_bits) &&
		    (!key->src.family || addr_in_net(&key->src, &p->src, p->src_bits)))
			return true;
	}
	return k->all_secured;
}

struct one {
	struct route_news *out;
	bool got;
};

static void keep_one(void *arg, const struct route_news *n)
{
	struct one *o = arg;

	o->got = n->kind == NEWS_NEIGH;
	if (o->got)
		*o->out = *n;
}

static bool kernel_neigh(void *arg, uint32_t ifindex, const struct addr *ip,
			 struct route_news *out)
{
	struct route_kernel *k = arg;
	_Alignas(8) uint8_t room[256];
	struct nlmsghdr *h = request(k, room, RTM_GETNEIGH, 0);
	struct ndmsg *d = mnl_nlmsg_put_extra_header(h, sizeof(*d));
	struct one o = { .out = out };
	ssize_t n;

	d->ndm_family = ip->family == 4 ? AF_INET : AF_INET6;
	d->ndm_ifindex = (int)ifindex;
	put_ip(h, NDA_DST, ip);
	n = ask(k, h);
	if (n > 0)
		route_nl_parse(k->buf, (size_t)n, keep_one, &o);
	return o.got;
}

static int neigh_set(struct route_kernel *k, uint32_t ifindex, const struct addr *ip,
		     uint8_t flags, uint32_t ext)
{
	_Alignas(8) uint8_t room[256];
	struct nlmsghdr *h = request(k, room, RTM_NEWNEIGH,
				     NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE);
	struct ndmsg *d = mnl_nlmsg_put_extra_header(h, sizeof(*d));
	ssize_t n;

	d->ndm_family = ip->family == 4 ? AF_INET : AF_INET6;
	d->ndm_ifindex = (int)ifindex;
	d->ndm_flags = flags;
	d->ndm_state = NUD_NONE;
	put_ip(h, NDA_DST, ip);
	if (ext)
		mnl_attr_put_u32(h, NDA_FLAGS_EXT, ext);
	n = ask(k, h);
	return n < 0 ? (int)n : error_of(k->buf) ? -H_ENOTSUP : 0;
}

static int kernel_resolve(void *arg, uint32_t ifindex, const struct addr *ip)
{
	struct route_kernel *k = arg;

	if (!k->no_managed && !neigh_set(k, ifindex, ip, 0, NTF_EXT_MANAGED))
		return 1;
	if (neigh_set(k, ifindex, ip, NTF_USE, 0))
		return -H_ESYS;
	return 0;
}

/* Used without the managed mark: the mark is gone, the entry lives on as any other. */
static void kernel_release(void *arg, uint32_t ifindex, const struct addr *ip)
{
	neigh_set(arg, ifindex, ip, NTF_USE, 0);
}

static int dump(struct route_kernel *k, uint16_t type, route_news_h *f, void *farg)
{
	_Alignas(8) uint8_t room[256];
	struct nlmsghdr *h = request(k, room, type, NLM_F_DUMP);
	struct rtgenmsg *g = mnl_nlmsg_put_extra_header(h, sizeof(*g));
	const struct nlmsghdr *in = (const void *)k->buf;
	ssize_t n;

	g->rtgen_family = AF_UNSPEC;
	n = ask(k, h);
	while (n > 0) {
		const struct nlmsghdr *e;
		size_t at = 0;

		if (in->nlmsg_type == NLMSG_ERROR)
			return -H_ESYS;
		route_nl_parse(k->buf, (size_t)n, f, farg);
		while ((e = route_nl_next(k->buf, (size_t)n, &at)))
			if (e->nlmsg_type == NLMSG_DONE)
				return 0;
		n = recv(k->ask, k->buf, sizeof(k->buf), 0);
	}
	return -H_ESYS;
}

static int kernel_dump(void *arg, route_news_h *f, void *farg)
{
	int rc = dump(arg, RTM_GETLINK, f, farg);

	return rc ? rc : dump(arg, RTM_GETADDR, f, farg);
}

/* All outgoing IPsec policies anew. */
static void policies_read(struct route_kernel *k)
{
	_Alignas(8) uint8_t room[256];
	struct nlmsghdr *h;
	int fd = nl_socket(NETLINK_XFRM);
	bool done = false;
	ssize_t n;

	k->npolicy = 0;
	k->all_secured = false;
	if (fd < 0)
		return;
	h = request(k, room, XFRM_MSG_GETPOLICY, NLM_F_DUMP);
	mnl_nlmsg_put_extra_header(h, sizeof(struct xfrm_userpolicy_id));
	n = send(fd, h, h->nlmsg_len, 0);
	while (n > 0 && !done) {
		const struct nlmsghdr *e;
		size_t at = 0;

		n = recv(fd, k->buf, sizeof(k->buf), 0);
		if (n <= 0)
			break;
		if (!route_nl_policies(k->buf, (size_t)n, k->policy, POLICIES_MAX,
				       &k->npolicy))
			k->all_secured = true;
		while ((e = route_nl_next(k->buf, (size_t)n, &at)))
			done = done || e->nlmsg_type == NLMSG_DONE ||
			       e->nlmsg_type == NLMSG_ERROR;
	}
	close(fd);
}

static void kernel_news(void *arg, route_news_h *f, void *farg)
{
	struct route_kernel *k = arg;
	struct route_news note = { .kind = NEWS_LOST };
	bool policies = false;
	ssize_t n;

	while ((n = recv(k->news, k->buf, sizeof(k->buf), 0)) > 0 ||
	       (n < 0 && errno == ENOBUFS)) {
		if (n > 0)
			route_nl_parse(k->buf, (size_t)n, f, farg);
		else
			f(farg, &note);
	}
	while (k->xfrm >= 0 && (recv(k->xfrm, k->buf, sizeof(k->buf), 0) > 0 ||
				errno == ENOBUFS))
		policies = true;
	if (!policies)
		return;
	policies_read(k);
	note.kind = NEWS_ROUTE;
	f(farg, &note);
}

static int kernel_fd(void *arg)
{
	return ((struct route_kernel *)arg)->ep;
}

static int watch(struct route_kernel *k, int fd)
{
	struct epoll_event e = { .events = EPOLLIN };

	return epoll_ctl(k->ep, EPOLL_CTL_ADD, fd, &e) ? -H_ESYS : 0;
}

static int kernel_listen(struct route_kernel *k)
{
	static const unsigned groups[] = { RTNLGRP_LINK,        RTNLGRP_NEIGH,
					   RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR,
					   RTNLGRP_IPV4_ROUTE,  RTNLGRP_IPV6_ROUTE,
					   RTNLGRP_IPV4_RULE,   RTNLGRP_IPV6_RULE };
	int size = NEWS_BUF;

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if (!nl_listen(k->news, groups[i]))
			return -H_ESYS;
	/* A flapping neighbourhood must not cost us news; without CAP_NET_ADMIN it may.
	 */
	if (setsockopt(k->news, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		log_info(LOGC_MEDIA, "route: the news buffer stays small");
	if (k->xfrm >= 0 && !nl_listen(k->xfrm, XFRMNLGRP_POLICY)) {
		close(k->xfrm);
		k->xfrm = -1;
	}
	if (k->xfrm >= 0 && watch(k, k->xfrm))
		return -H_ESYS;
	return watch(k, k->news);
}

int route_kernel_open(struct route_kernel **out)
{
	struct route_kernel *k = mem_zalloc(sizeof(*k));

	if (!k)
		return -H_ENOMEM;
	k->ask = nl_socket(NETLINK_ROUTE);
	k->news = nl_socket(NETLINK_ROUTE);
	k->xfrm = nl_socket(NETLINK_XFRM);
	k->ep = epoll_create1(EPOLL_CLOEXEC);
	if (k->ask < 0 || k->news < 0 || k->ep < 0 || kernel_listen(k)) {
		route_kernel_close(k);
		return -H_ESYS;
	}
	if (k->xfrm >= 0)
		policies_read(k);
	*out = k;
	return 0;
}

void route_kernel_close(struct route_kernel *k)
{
	if (!k)
		return;
	if (k->ask >= 0)
		close(k->ask);
	if (k->news >= 0)
		close(k->news);
	if (k->xfrm >= 0)
		close(k->xfrm);
	if (k->ep >= 0)
		close(k->ep);
	mem_free(k);
}

const struct route_sys route_sys_kernel = {
	.lookup = kernel_lookup,
	.secured = kernel_secured,
	.neigh = kernel_neigh,
	.resolve = kernel_resolve,
	.release = kernel_release,
	.dump = kernel_dump,
	.news = kernel_news,
	.fd = kernel_fd,
};
