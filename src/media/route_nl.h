/* media/route_nl.h - the kernel's routing tables: what it tells and what it is asked.
 *
 * layer: media (L3)   thread: control   I/O: rtnetlink(7), NETLINK_XFRM
 *
 * Bytes in, news out: route_nl_parse() has no I/O and is what tests feed. Lengths are
 * checked, unknown messages and attributes passed over.
 */
#pragma once

#include <stddef.h>

#include "media/route.h"

enum route_news_kind {
	NEWS_LINK,       /* link: a new one or changed */
	NEWS_LINK_GONE,
	NEWS_NEIGH,      /* ip on link.ifindex: state, mac */
	NEWS_NEIGH_GONE,
	NEWS_ADDR,       /* ip on link.ifindex is ours */
	NEWS_ADDR_GONE,
	NEWS_ROUTE,      /* a route, rule or IPsec policy changed */
	NEWS_LOST,       /* the kernel dropped news: look at everything again */
};

struct route_news {
	enum route_news_kind kind;
	struct route_link link;
	struct addr ip;
	uint16_t state;      /* NUD_... */
	bool has_mac;        /* link.mac: of the neighbour */
	bool managed;        /* somebody has the kernel keep it resolved */
};
typedef void(route_news_h)(void *arg, const struct route_news *n);

struct nlmsghdr;

/* The message at *at of len bytes, *at moved past it; NULL: no whole one is left. */
const struct nlmsghdr *route_nl_next(const void *bytes, size_t len, size_t *at);

void route_nl_parse(const void *bytes, size_t n, route_news_h *f, void *arg);

/* What "ip route get" answers. */
struct route_answer {
	uint8_t type;        /* RTN_... */
	uint32_t ifindex;
	struct addr via;     /* family 0: on the link */
	uint32_t mtu;        /* of the route; 0: the link's */
	bool encap;          /* lightweight tunnel */
};
/* 0; -H_ENOENT: no route; -H_ESYNTAX. */
int route_nl_answer(const void *bytes, size_t n, struct route_answer *out);

/* IPsec policies for what goes out, as selectors. */
struct route_policy {
	struct addr src, dst;
	uint8_t src_bits, dst_bits;
};
/* One policy dump or piece of it: at most `most` into v[]; adds to *n, returns false when
 * more are there than fit. */
bool route_nl_policies(const void *bytes, size_t len, struct route_policy *v,
		       unsigned most, unsigned *n);

/* The kernel behind it, replaced in tests. */
struct route_sys {
	int (*lookup)(void *arg, const struct route_key *k, struct route_answer *out);
	/* Does an IPsec policy take this traffic? */
	bool (*secured)(void *arg, const struct route_key *k);
	/* State of a neighbour now (as NEWS_NEIGH): false when there is none. */
	bool (*neigh)(void *arg, uint32_t ifindex, const struct addr *ip,
		      struct route_news *out);
	/* Have it resolved, and kept so if the kernel can: 1 kept, 0 once, or -H_E... */
	int (*resolve)(void *arg, uint32_t ifindex, const struct addr *ip);
	void (*release)(void *arg, uint32_t ifindex,
			const struct addr *ip); /* kept no longer */
	/* All links and addresses as news. */
	int (*dump)(void *arg, route_news_h *f, void *farg);
	void (*news)(void *arg, route_news_h *f, void *farg); /* reads what has come */
	int (*fd)(void *arg);
};

struct route_kernel;
extern const struct route_sys route_sys_kernel; /* arg: struct route_kernel */
int route_kernel_open(struct route_kernel **out);
void route_kernel_close(struct route_kernel *k);
