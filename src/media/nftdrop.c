/* media/nftdrop.c - see nftdrop.h.
 *
 * layer: media (L3)   thread: control   I/O: nf_tables over a netlink socket kept open
 */
#include "media/nftdrop.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include <libmnl/libmnl.h>
#include <libnftnl/chain.h>
#include <libnftnl/common.h>
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
#include <libnftnl/table.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include "media/route_nl.h"
#include "util/err.h"
#include "util/log.h"
#include "util/mem.h"

enum {
	OWNER = 0x2,            /* NFT_TABLE_F_OWNER, Linux 5.12 */
	CHAIN_DEVS = 128,       /* devices of one chain */
	MSG_ROOM = 4096,        /* more than any one message takes */
	ETHERTYPE_AT = 12,
	IP_PROTO_UDP = 17,
	ICMP_HDR = 8,
};

struct nftdrop {
	int fd;
	bool there;             /* our tables exist */
	uint32_t seq;
	char table[32];
};

/* A batch under way: messages one behind the other. */
struct batch {
	struct nftdrop *d;
	uint8_t *p;             /* owned */
	size_t n, cap;
	bool fail;
};

static void *batch_room(struct batch *b)
{
	if (b->cap - b->n < MSG_ROOM) {
		size_t cap = b->cap * 2 + 4 * MSG_ROOM;
		uint8_t *p = mem_realloc(b->p, cap);

		if (!p) {
			b->fail = true;
			return NULL;
		}
		b->p = p;
		b->cap = cap;
	}
	return b->p + b->n;
}

static struct nlmsghdr *batch_msg(struct batch *b, uint16_t type, uint16_t family,
				  int flags)
{
	void *at = batch_room(b);

	if (!at)
		return NULL;
	return nftnl_nlmsg_build_hdr(at, type, family, (uint16_t)flags, ++b->d->seq);
}

static void batch_end_msg(struct batch *b, const struct nlmsghdr *h)
{
	b->n += (h->nlmsg_len + 3u) & ~3u;
}

static void put_table(struct batch *b, uint16_t type, uint16_t family, int flags)
{
	struct nlmsghdr *h = batch_msg(b, type, family, flags | NLM_F_ACK);
	struct nftnl_table *t = nftnl_table_alloc();

	if (!h || !t) {
		b->fail = true;
	} else {
		nftnl_table_set_str(t, NFTNL_TABLE_NAME, b->d->table);
		if (type == NFT_MSG_NEWTABLE)
			nftnl_table_set_u32(t, NFTNL_TABLE_FLAGS, OWNER);
		nftnl_table_nlmsg_build_payload(h, t);
		batch_end_msg(b, h);
	}
	if (t)
		nftnl_table_free(t);
}

static void put_chain(struct batch *b, uint16_t family, const char *name, uint32_t hook,
		      const char **devs)
{
	struct nlmsghdr *h = batch_msg(b, NFT_MSG_NEWCHAIN, family, NLM_F_CREATE);
	struct nftnl_chain *c = nftnl_chain_alloc();

	if (!h || !c) {
		b->fail = true;
	} else {
		nftnl_chain_set_str(c, NFTNL_CHAIN_TABLE, b->d->table);
		nftnl_chain_set_str(c, NFTNL_CHAIN_NAME, name);
		nftnl_chain_set_str(c, NFTNL_CHAIN_TYPE, "filter");
		nftnl_chain_set_u32(c, NFTNL_CHAIN_HOOKNUM, hook);
		nftnl_chain_set_s32(c, NFTNL_CHAIN_PRIO, 0);
		if (devs && nftnl_chain_set_data(c, NFTNL_CHAIN_DEVICES, devs, 0) < 0)
			b->fail = true;
		nftnl_chain_nlmsg_build_payload(h, c);
		batch_end_msg(b, h);
	}
	if (c)
		nftnl_chain_free(c);
}

/* --- expressions: sticky failure in the rule's batch --- */

struct rule {
	struct batch *b;
	struct nftnl_rule *r;
};

static struct nftnl_expr *expr_add(struct rule *r, const char *kind)
{
	struct nftnl_expr *e = r->r ? nftnl_expr_alloc(kind) : NULL;

	if (!e) {
		r->b->fail = true;
		return NULL;
	}
	nftnl_rule_add_expr(r->r, e);
	return e;
}

static void expr_payload(struct rule *r, uint32_t base, uint32_t at, uint32_t len)
{
	struct nftnl_expr *e = expr_add(r, "payload");

	if (!e)
		return;
	nftnl_expr_set_u32(e, NFTNL_EXPR_PAYLOAD_BASE, base);
	nftnl_expr_set_u32(e, NFTNL_EXPR_PAYLOAD_DREG, NFT_REG_1);
	nftnl_expr_set_u32(e, NFTNL_EXPR_PAYLOAD_OFFSET, at);
	nftnl_expr_set_u32(e, NFTNL_EXPR_PAYLOAD_LEN, len);
}

static void expr_meta(struct rule *r, uint32_t key)
{
	struct nftnl_expr *e = expr_add(r, "meta");

	if (!e)
		return;
	nftnl_expr_set_u32(e, NFTNL_EXPR_META_KEY, key);
	nftnl_expr_set_u32(e, NFTNL_EXPR_META_DREG, NFT_REG_1);
}

static void expr_cmp(struct rule *r, uint32_t op, const void *p, uint32_t n)
{
	struct nftnl_expr *e = expr_add(r, "cmp");

	if (!e)
		return;
	nftnl_expr_set_u32(e, NFTNL_EXPR_CMP_SREG, NFT_REG_1);
	nftnl_expr_set_u32(e, NFTNL_EXPR_CMP_OP, op);
	nftnl_expr_set(e, NFTNL_EXPR_CMP_DATA, p, n);
}

static void expr_mask32(struct rule *r, uint32_t mask)
{
	struct nftnl_expr *e = expr_add(r, "bitwise");
	uint32_t m = htonl(mask), none = 0;

	if (!e)
		return;
	nftnl_expr_set_u32(e, NFTNL_EXPR_BITWISE_SREG, NFT_REG_1);
	nftnl_expr_set_u32(e, NFTNL_EXPR_BITWISE_DREG, NFT_REG_1);
	nftnl_expr_set_u32(e, NFTNL_EXPR_BITWISE_LEN, 4);
	nftnl_expr_set(e, NFTNL_EXPR_BITWISE_MASK, &m, 4);
	nftnl_expr_set(e, NFTNL_EXPR_BITWISE_XOR, &none, 4);
}

static void is_u8(struct rule *r, uint32_t base, uint32_t at, uint8_t v)
{
	expr_payload(r, base, at, 1);
	expr_cmp(r, NFT_CMP_EQ, &v, 1);
}

static void is_u16(struct rule *r, uint32_t base, uint32_t at, uint16_t v)
{
	uint16_t be = htons(v);

	expr_payload(r, base, at, 2);
	expr_cmp(r, NFT_CMP_EQ, &be, 2);
}

static void is_addr(struct rule *r, uint32_t base, uint32_t at, const struct addr *a)
{
	uint32_t n = a->family == 4 ? 4 : 16;

	expr_payload(r, base, at, n);
	expr_cmp(r, NFT_CMP_EQ, a->ip, n);
}

static void is_port(struct rule *r, uint32_t at, const struct nftdrop_range *g)
{
	uint16_t lo = htons(g->lo), hi = htons(g->hi);
	struct nftnl_expr *e;

	expr_payload(r, NFT_PAYLOAD_TRANSPORT_HEADER, at, 2);
	e = expr_add(r, "range");
	if (!e)
		return;
	nftnl_expr_set_u32(e, NFTNL_EXPR_RANGE_SREG, NFT_REG_1);
	nftnl_expr_set_u32(e, NFTNL_EXPR_RANGE_OP, NFT_RANGE_EQ);
	nftnl_expr_set(e, NFTNL_EXPR_RANGE_FROM_DATA, &lo, 2);
	nftnl_expr_set(e, NFTNL_EXPR_RANGE_TO_DATA, &hi, 2);
}

static void drop_it(struct rule *r)
{
	struct nftnl_expr *e;

	expr_add(r, "counter");
	e = expr_add(r, "immediate");
	if (!e)
		return;
	nftnl_expr_set_u32(e, NFTNL_EXPR_IMM_DREG, NFT_REG_VERDICT);
	nftnl_expr_set_u32(e, NFTNL_EXPR_IMM_VERDICT, NF_DROP);
}

/* Whole UDP to one of those ports. Aligned loads are the fast ones. */
static void is_media(struct rule *r, const struct nftdrop_range *g)
{
	enum { NET = NFT_PAYLOAD_NETWORK_HEADER };
	uint32_t whole = 0;

	if (g->addr.family == 4) {
		expr_payload(r, NET, 4, 4); /* identification, flags and offset */
		expr_mask32(r, 0x00003fff);
		expr_cmp(r, NFT_CMP_EQ, &whole, 4);
		is_u8(r, NET, 9, IP_PROTO_UDP);
	} else {
		is_u8(r, NET, 6, IP_PROTO_UDP);
	}
	is_port(r, 2, g);
}

static uint16_t ethertype(const struct nftdrop_range *g)
{
	return g->addr.family == 4 ? 0x0800 : 0x86dd;
}

static void to_addr(struct rule *r, const struct nftdrop_range *g)
{
	is_addr(r, NFT_PAYLOAD_NETWORK_HEADER, g->addr.family == 4 ? 16 : 24, &g->addr);
}

/* Untagged: what nearly all are. */
static void match_media(struct rule *r, const struct nftdrop_range *g)
{
	to_addr(r, g);
	is_u16(r, NFT_PAYLOAD_LL_HEADER, ETHERTYPE_AT, ethertype(g));
	is_media(r, g);
}

/* With a priority tag (802.1Q, VLAN 0), which names no VLAN. */
static void match_priority(struct rule *r, const struct nftdrop_range *g)
{
	uint32_t tag = htonl(0x81000000);

	to_addr(r, g);
	expr_payload(r, NFT_PAYLOAD_LL_HEADER, ETHERTYPE_AT, 4);
	expr_mask32(r, 0xffff0fff);
	expr_cmp(r, NFT_CMP_EQ, &tag, 4);
	is_u16(r, NFT_PAYLOAD_LL_HEADER, ETHERTYPE_AT + 4, ethertype(g));
	is_media(r, g);
}

/* ICMP "port unreachable" about such a datagram. */
static void match_unreachable(struct rule *r, const struct nftdrop_range *g)
{
	enum { TRANS = NFT_PAYLOAD_TRANSPORT_HEADER };
	bool v4 = g->addr.family == 4;
	uint8_t proto = v4 ? 1 : 58;

	expr_meta(r, NFT_META_NFPROTO);
	expr_cmp(r, NFT_CMP_EQ, &(uint8_t){ v4 ? NFPROTO_IPV4 : NFPROTO_IPV6 }, 1);
	expr_meta(r, NFT_META_L4PROTO);
	expr_cmp(r, NFT_CMP_EQ, &proto, 1);
	is_u16(r, TRANS, 0, v4 ? 0x0303 : 0x0104);
	if (v4)
		is_u8(r, TRANS, ICMP_HDR, 0x45);
	is_u8(r, TRANS, ICMP_HDR + (v4 ? 9 : 6), IP_PROTO_UDP);
	is_addr(r, TRANS, ICMP_HDR + (v4 ? 16 : 24), &g->addr);
	is_port(r, ICMP_HDR + (v4 ? 20 : 40) + 2, g);
}

typedef void(match_h)(struct rule *r, const struct nftdrop_range *g);

static void put_rule(struct batch *b, uint16_t family, const char *chain, match_h *match,
		     const struct nftdrop_range *g)
{
	struct nlmsghdr *h =
		batch_msg(b, NFT_MSG_NEWRULE, family, NLM_F_CREATE | NLM_F_APPEND);
	struct rule r = { .b = b, .r = nftnl_rule_alloc() };

	if (!h || !r.r) {
		b->fail = true;
	} else {
		nftnl_rule_set_str(r.r, NFTNL_RULE_TABLE, b->d->table);
		nftnl_rule_set_str(r.r, NFTNL_RULE_CHAIN, chain);
		match(&r, g);
		drop_it(&r);
		nftnl_rule_nlmsg_build_payload(h, r.r);
		batch_end_msg(b, h);
	}
	if (r.r)
		nftnl_rule_free(r.r);
}

static void put_ingress(struct batch *b, const char *const *dev, unsigned ndev,
			const struct nftdrop_range *range, unsigned nrange)
{
	const char *some[CHAIN_DEVS + 1];
	char chain[16];

	put_table(b, NFT_MSG_NEWTABLE, NFPROTO_NETDEV, NLM_F_CREATE);
	for (unsigned at = 0, i = 0; at < ndev; at += CHAIN_DEVS, i++) {
		unsigned n = 0;

		while (n < CHAIN_DEVS && at + n < ndev) {
			some[n] = dev[at + n];
			n++;
		}
		some[n] = NULL;
		snprintf(chain, sizeof(chain), "media%u", i);
		put_chain(b, NFPROTO_NETDEV, chain, NF_NETDEV_INGRESS, some);
		for (unsigned k = 0; k < nrange; k++)
			put_rule(b, NFPROTO_NETDEV, chain, match_media, &range[k]);
		for (unsigned k = 0; k < nrange; k++)
			put_rule(b, NFPROTO_NETDEV, chain, match_priority, &range[k]);
	}
}

static void put_output(struct batch *b, const struct nftdrop_range *range,
		       unsigned nrange)
{
	put_table(b, NFT_MSG_NEWTABLE, NFPROTO_INET, NLM_F_CREATE);
	put_chain(b, NFPROTO_INET, "unreachable", NF_INET_LOCAL_OUT, NULL);
	for (unsigned k = 0; k < nrange; k++)
		put_rule(b, NFPROTO_INET, "unreachable", match_unreachable, &range[k]);
}

/* All answers are there when send() returns: the first error counts. */
static int answers(int fd)
{
	_Alignas(8) uint8_t in[8192];
	int err = 0;
	ssize_t n;

	while ((n = recv(fd, in, sizeof(in), MSG_DONTWAIT)) > 0) {
		const struct nlmsghdr *h;
		size_t at = 0;

		while ((h = route_nl_next(in, (size_t)n, &at))) {
			const struct nlmsgerr *e = mnl_nlmsg_get_payload(h);

			if (h->nlmsg_type == NLMSG_ERROR && e->error && !err)
				err = e->error;
		}
	}
	return err;
}

static int batch_send(struct batch *b)
{
	void *at = batch_room(b);

	if (!at || b->fail)
		return -ENOMEM;
	nftnl_batch_end(at, ++b->d->seq);
	batch_end_msg(b, at);
	if (send(b->d->fd, b->p, b->n, 0) < 0)
		return -errno;
	return answers(b->d->fd);
}

static int set_all(struct nftdrop *d, const char *const *dev, unsigned ndev,
		   const struct nftdrop_range *range, unsigned nrange)
{
	struct batch b = { .d = d };
	bool want = ndev && nrange;
	void *at = batch_room(&b);
	int rc;

	if (at) {
		nftnl_batch_begin(at, ++d->seq);
		batch_end_msg(&b, at);
	}
	if (d->there) {
		put_table(&b, NFT_MSG_DELTABLE, NFPROTO_NETDEV, 0);
		put_table(&b, NFT_MSG_DELTABLE, NFPROTO_INET, 0);
	}
	if (want) {
		put_ingress(&b, dev, ndev, range, nrange);
		put_output(&b, range, nrange);
	}
	rc = batch_send(&b);
	if (!rc)
		d->there = want;
	mem_free(b.p);
	return rc;
}

int nftdrop_set(struct nftdrop *d, const char *const *dev, unsigned ndev,
		const struct nftdrop_range *range, unsigned nrange)
{
	int rc = set_all(d, dev, ndev, range, nrange);

	if (!rc)
		return 0;
	errno = -rc;
	log_err(LOGC_MEDIA, "nft table %s: %s", d->table, strerror(-rc));
	return rc == -ENOMEM ? -H_ENOMEM : -H_ESYS;
}

/* Make and remove a rule on lo, to know now and not at the first call. */
static int try_it(struct nftdrop *d, char *why, size_t size)
{
	static const char *const lo[] = { "lo" };
	struct nftdrop_range r = { .lo = 1, .hi = 1 };
	int rc;

	r.addr.family = 4;
	r.addr.ip[0] = 127;
	r.addr.ip[3] = 1;
	rc = set_all(d, lo, 1, &r, 1);
	if (!rc)
		rc = set_all(d, NULL, 0, NULL, 0);
	if (!rc)
		return 0;
	snprintf(why, size, "nf_tables: %s%s", strerror(-rc),
		 rc == -EPERM	     ? " (needs CAP_NET_ADMIN)" :
		 rc == -EOPNOTSUPP ? " (needs Linux 5.12 for tables with an owner)" :
				     "");
	return rc == -EPERM ? -H_EPERM : rc == -ENOMEM ? -H_ENOMEM : -H_ENOTSUP;
}

int nftdrop_open(struct nftdrop **out, char *why, size_t size)
{
	struct sockaddr_nl me = { .nl_family = AF_NETLINK };
	struct nftdrop *d = mem_zalloc(sizeof(*d));
	int room = 4 << 20, rc;

	if (!d) {
		snprintf(why, size, "out of memory");
		return -H_ENOMEM;
	}
	snprintf(d->table, sizeof(d->table), "holler-%d", (int)getpid());
	d->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
	if (d->fd < 0 || bind(d->fd, (struct sockaddr *)&me, sizeof(me))) {
		snprintf(why, size, "nf_tables: %s", strerror(errno));
		nftdrop_close(d);
		return -H_ENOTSUP;
	}
	setsockopt(d->fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room));
	rc = try_it(d, why, size);
	if (rc) {
		nftdrop_close(d);
		return rc;
	}
	*out = d;
	return 0;
}

const char *nftdrop_table(const struct nftdrop *d)
{
	return d->table;
}

void nftdrop_close(struct nftdrop *d)
{
	if (!d)
		return;
	if (d->fd >= 0)
		close(d->fd);
	mem_free(d);
}
