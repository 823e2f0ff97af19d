/* media/ringbpf.c - see ringbpf.h.
 *
 * layer: media (L3)   thread: control   I/O: setsockopt in ringbpf_attach
 */
#include "media/ringbpf.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

enum {
	ETH = 14,                /* of an Ethernet header */
	ETHERTYPE4 = 0x0800,
	ETHERTYPE6 = 0x86dd,
	UDP = 17,
	FRAG_MASK = 0x3fff,      /* more fragments, or an offset */
	PKT_LOOPBACK = 5,        /* PACKET_LOOPBACK, of a copy sent back to this host */
	ACCEPT = 0x40000,        /* bytes: all */
	AD = SKF_AD_OFF,
};

static void put(struct ringbpf *b, uint16_t code, uint32_t k, uint8_t jt, uint8_t jf)
{
	if (b->n == RINGBPF_MAX) {
		b->full = true;
		return;
	}
	b->v[b->n++] = (struct sock_filter){ code, jt, jf, k };
}

static void load(struct ringbpf *b, uint16_t size, uint32_t at)
{
	put(b, (uint16_t)(BPF_LD | size | BPF_ABS), at, 0, 0);
}

static void aux(struct ringbpf *b, uint32_t what)
{
	load(b, BPF_W, (uint32_t)AD + what);
}

static void ret(struct ringbpf *b, uint32_t v)
{
	put(b, BPF_RET | BPF_K, v, 0, 0);
}

/* Go on if A == k, else refuse. */
static void must(struct ringbpf *b, uint32_t k)
{
	put(b, BPF_JMP | BPF_JEQ | BPF_K, k, 1, 0);
	ret(b, 0);
}

/* A jump whose end is not known yet: from here when A <op> k; mended by land(). */
static unsigned jump_if(struct ringbpf *b, uint16_t op, uint32_t k)
{
	put(b, (uint16_t)(BPF_JMP | op | BPF_K), k, 0, 1);
	put(b, BPF_JMP | BPF_JA, 0, 0, 0);
	return b->n - 1;
}

static unsigned jump_unless(struct ringbpf *b, uint16_t op, uint32_t k)
{
	put(b, (uint16_t)(BPF_JMP | op | BPF_K), k, 1, 0);
	put(b, BPF_JMP | BPF_JA, 0, 0, 0);
	return b->n - 1;
}

static void land(struct ringbpf *b, unsigned from)
{
	if (!b->full)
		b->v[from].k = b->n - from - 1;
}

/* Accept when A is inside [lo, hi]; fall through when not. */
static void accept_range(struct ringbpf *b, uint16_t lo, uint16_t hi)
{
	put(b, BPF_JMP | BPF_JGE | BPF_K, lo, 0, 2);
	put(b, BPF_JMP | BPF_JGT | BPF_K, hi, 1, 0);
	ret(b, ACCEPT);
}

static void not_tagged(struct ringbpf *b)
{
	unsigned plain;

	aux(b, SKF_AD_VLAN_TAG_PRESENT);
	plain = jump_if(b, BPF_JEQ, 0);
	aux(b, SKF_AD_VLAN_TAG);
	put(b, BPF_ALU | BPF_AND | BPF_K, 0xfff, 0, 0);
	must(b, 0);
	land(b, plain);
}

static void on_interface(struct ringbpf *b, const uint32_t *ifindex, unsigned nif)
{
	unsigned at;

	aux(b, SKF_AD_IFINDEX);
	at = b->n;
	for (unsigned i = 0; i < nif; i++)
		jump_if(b, BPF_JEQ, ifindex[i]);
	ret(b, 0);
	for (unsigned i = 0; i < nif; i++)
		land(b, at + 2 * i + 1);
}

/* Whole UDP over IPv4; leaves the length of the IP header in X. */
static void udp_over_ip4(struct ringbpf *b)
{
	load(b, BPF_B, ETH + 9);
	must(b, UDP);
	load(b, BPF_H, ETH + 6);
	put(b, BPF_JMP | BPF_JSET | BPF_K, FRAG_MASK, 0, 1);
	ret(b, 0);
	put(b, BPF_LDX | BPF_B | BPF_MSH, ETH, 0, 0);
}

static void udp_over_ip6(struct ringbpf *b)
{
	load(b, BPF_B, ETH + 6);
	must(b, UDP);
}

/* The destination port to A. */
static void port4(struct ringbpf *b)
{
	put(b, BPF_LD | BPF_H | BPF_IND, ETH + 2, 0, 0);
}

static void port6(struct ringbpf *b)
{
	load(b, BPF_H, ETH + 40 + 2);
}

static uint32_t word(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void to_address(struct ringbpf *b, const struct nftdrop_range *r)
{
	unsigned miss[4], n = r->addr.family == 4 ? 1 : 4;
	uint32_t at = r->addr.family == 4 ? ETH + 16 : ETH + 24;

	for (unsigned i = 0; i < n; i++) {
		load(b, BPF_W, at + 4 * i);
		miss[i] = jump_unless(b, BPF_JEQ, word(r->addr.ip + 4 * i));
	}
	if (r->addr.family == 4)
		port4(b);
	else
		port6(b);
	accept_range(b, r->lo, r->hi);
	for (unsigned i = 0; i < n; i++)
		land(b, miss[i]);
}

static void begin(struct ringbpf *b, const uint32_t *ifindex, unsigned nif)
{
	b->n = 0;
	b->full = false;
	not_tagged(b);
	on_interface(b, ifindex, nif);
	aux(b, SKF_AD_PROTOCOL);
}

void ringbpf_unicast(struct ringbpf *b, const uint32_t *ifindex, unsigned nif,
		     const struct nftdrop_range *range, unsigned nrange)
{
	unsigned not4;

	begin(b, ifindex, nif);
	not4 = jump_unless(b, BPF_JEQ, ETHERTYPE4);
	udp_over_ip4(b);
	for (unsigned i = 0; i < nrange; i++)
		if (range[i].addr.family == 4)
			to_address(b, &range[i]);
	ret(b, 0);
	land(b, not4);
	must(b, ETHERTYPE6);
	udp_over_ip6(b);
	for (unsigned i = 0; i < nrange; i++)
		if (range[i].addr.family == 6)
			to_address(b, &range[i]);
	ret(b, 0);
}

static void accept_ports(struct ringbpf *b, const uint16_t *port, unsigned nport)
{
	uint16_t lo = UINT16_MAX, hi = 0;

	for (unsigned i = 0; i < nport && nport <= RINGBPF_PORTS; i++)
		accept_range(b, port[i], port[i]);
	for (unsigned i = 0; i < nport; i++) {
		lo = port[i] < lo ? port[i] : lo;
		hi = port[i] > hi ? port[i] : hi;
	}
	if (nport > RINGBPF_PORTS)
		accept_range(b, lo, hi);
	ret(b, 0);
}

void ringbpf_groups(struct ringbpf *b, const uint32_t *ifindex, unsigned nif,
		    const uint16_t *port, unsigned nport)
{
	unsigned not4;

	begin(b, ifindex, nif);
	not4 = jump_unless(b, BPF_JEQ, ETHERTYPE4);
	udp_over_ip4(b);
	load(b, BPF_B, ETH + 16);
	put(b, BPF_ALU | BPF_AND | BPF_K, 0xf0, 0, 0);
	must(b, 0xe0);
	port4(b);
	accept_ports(b, port, nport);
	land(b, not4);
	must(b, ETHERTYPE6);
	udp_over_ip6(b);
	load(b, BPF_B, ETH + 24);
	must(b, 0xff);
	port6(b);
	accept_ports(b, port, nport);
}

void ringbpf_fanout(struct ringbpf *b, unsigned n)
{
	unsigned v6, done;

	b->n = 0;
	b->full = false;
	load(b, BPF_B, 0);
	put(b, BPF_ALU | BPF_AND | BPF_K, 0xf0, 0, 0);
	v6 = jump_unless(b, BPF_JEQ, 0x40);
	put(b, BPF_LDX | BPF_B | BPF_MSH, 0, 0, 0);
	put(b, BPF_LD | BPF_H | BPF_IND, 2, 0, 0);
	put(b, BPF_JMP | BPF_JA, 0, 0, 0);
	done = b->n - 1;
	land(b, v6);
	load(b, BPF_H, 40 + 2);
	land(b, done);
	put(b, BPF_ALU | BPF_RSH | BPF_K, 1, 0, 0);
	put(b, BPF_ALU | BPF_MOD | BPF_K, n, 0, 0);
	put(b, BPF_RET | BPF_A, 0, 0, 0);
}

void ringbpf_nothing(struct ringbpf *b)
{
	b->n = 0;
	b->full = false;
	ret(b, 0);
}

void ringbpf_raw(struct ringbpf *b, uint8_t family, uint16_t lo, uint16_t hi,
		 unsigned index, unsigned n)
{
	unsigned out;

	b->n = 0;
	b->full = false;
	if (family == 4) { /* these sockets see the IP header, IPv6 ones don't */
		put(b, BPF_LDX | BPF_B | BPF_MSH, 0, 0, 0);
		put(b, BPF_LD | BPF_H | BPF_IND, 2, 0, 0);
	} else {
		load(b, BPF_H, 2);
	}
	out = jump_if(b, BPF_JGT, hi);
	put(b, BPF_JMP | BPF_JGE | BPF_K, lo, 1, 0);
	ret(b, 0);
	put(b, BPF_ALU | BPF_RSH | BPF_K, 1, 0, 0);
	put(b, BPF_ALU | BPF_MOD | BPF_K, n, 0, 0);
	must(b, index);
	ret(b, ACCEPT);
	land(b, out);
	ret(b, 0);
}

void ringbpf_looped(struct ringbpf *b, uint32_t longest)
{
	b->n = 0;
	b->full = false;
	aux(b, SKF_AD_PKTTYPE);
	put(b, BPF_JMP | BPF_JEQ | BPF_K, PKT_LOOPBACK, 0, 1);
	ret(b, ACCEPT);
	put(b, BPF_LD | BPF_W | BPF_LEN, 0, 0, 0);
	put(b, BPF_JMP | BPF_JGT | BPF_K, longest, 0, 1);
	ret(b, ACCEPT);
	ret(b, 0);
}

int ringbpf_attach(int fd, const struct ringbpf *b)
{
	struct sock_filter v[RINGBPF_MAX];
	struct sock_fprog p = { .len = (unsigned short)b->n, .filter = v };

	if (b->full)
		return -E2BIG;
	memcpy(v, b->v, b->n * sizeof(v[0]));
	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &p, sizeof(p)) ? -errno : 0;
}
