/* net/sctp_bpf.c - see sctp_bpf.h.
 *
 * layer: net (L3)   thread: control   I/O: none
 *
 * The kernel shows a socket of UDP its packets from the UDP header on, a raw one from the
 * IP header (IPv4) or from what follows it; addresses are read relative to the IP header.
 */
#include "net/sctp_bpf.h"

#include <arpa/inet.h>
#include <string.h>

#include "util/err.h"

enum { PORT_AT = 4 }; /* words of scratch memory: the address, the port */
enum { IPV4_SOURCE = 12, IPV6_SOURCE = 8, UDP_HEADER = 8, TAG_AT = 4 }; /* octets */
enum { ONE_IN = 16 };
enum verdict { DROP = 0, PASS = 0x7fffffff };

struct prog {
	struct sock_filter *v;
	unsigned n;
	bool full;
};

static void put(struct prog *p, unsigned code, uint32_t k)
{
	if (p->n == BPF_MAXINSNS) {
		p->full = true;
		return;
	}
	p->v[p->n++] = (struct sock_filter){ .code = (uint16_t)code, .k = k };
}

/* A was 0: over so many, else over so many others. */
static void put_jump(struct prog *p, uint8_t zero, uint8_t other)
{
	put(p, BPF_JMP | BPF_JEQ | BPF_K, 0);
	if (p->full)
		return;
	p->v[p->n - 1].jt = zero;
	p->v[p->n - 1].jf = other;
}

/* What to compare with, in scratch memory. */
static void load(struct prog *p, unsigned family, bool udp)
{
	unsigned at = family == 6 ? IPV6_SOURCE : IPV4_SOURCE;

	for (unsigned i = 0; i < (family == 6 ? 4u : 1u); i++) {
		put(p, BPF_LD | BPF_W | BPF_ABS, (uint32_t)SKF_NET_OFF + at + 4 * i);
		put(p, BPF_ST, i);
	}
	if (!udp)
		return;
	put(p, BPF_LD | BPF_H | BPF_ABS, 0);
	put(p, BPF_ST, PORT_AT);
}

static void want(struct prog *p, unsigned at, uint32_t mask, uint32_t value)
{
	put(p, BPF_LD | BPF_MEM, at);
	if (mask != UINT32_MAX)
		put(p, BPF_ALU | BPF_AND | BPF_K, mask);
	put(p, BPF_JMP | BPF_JEQ | BPF_K, value & mask);
}

static void want_net(struct prog *p, const struct bpf_rule *r)
{
	for (unsigned i = 0; 32 * i < r->bits; i++) {
		unsigned left = r->bits - 32 * i;
		uint32_t word;

		memcpy(&word, r->net.ip + 4 * i, sizeof(word));
		want(p, i, left >= 32 ? UINT32_MAX : ~(UINT32_MAX >> left), ntohl(word));
	}
}

/* All that was wanted since `from`, or else the next rule. */
static void end(struct prog *p, unsigned from, unsigned code, uint32_t k)
{
	put(p, code, k);
	for (unsigned i = from; i < p->n; i++)
		if (p->v[i].code == (BPF_JMP | BPF_JEQ | BPF_K))
			p->v[i].jf = (uint8_t)(p->n - i - 1);
}

/* Its ports before the host without a port, friends before the others. */
enum pass { PORTS, NO_OTHER_PORT, FRIENDS, OTHERS, PASSES };

static bool is_of(const struct bpf_rule *r, const struct bpf_sock *s, enum pass pass)
{
	if (r->net.family != s->family)
		return false;
	if (s->udp && r->net.port)
		return pass == PORTS || pass == NO_OTHER_PORT;
	return pass == (r->friend ? FRIENDS : OTHERS);
}

static void rule(struct prog *p, const struct bpf_rule *r, enum pass pass, bool thin)
{
	unsigned from = p->n;

	want_net(p, r);
	if (pass == PORTS)
		want(p, PORT_AT, UINT32_MAX, r->net.port);
	if (pass == OTHERS && thin)
		end(p, from, BPF_JMP | BPF_JA, 0); /* to where INITs are thinned */
	else
		end(p, from, BPF_RET | BPF_K, pass == NO_OTHER_PORT ? DROP : PASS);
}

/* An INIT has the verification tag 0, and is alone in its packet. */
static void thin(struct prog *p, const struct bpf_sock *s)
{
	unsigned at = p->n;

	if (s->udp) {
		put(p, BPF_LD | BPF_W | BPF_ABS, UDP_HEADER + TAG_AT);
	} else if (s->family == 6) {
		put(p, BPF_LD | BPF_W | BPF_ABS, TAG_AT);
	} else {
		put(p, BPF_LDX | BPF_B | BPF_MSH, 0);
		put(p, BPF_LD | BPF_W | BPF_IND, TAG_AT);
	}
	put_jump(p, 0, 3); /* another than INIT passes */
	put(p, BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_RANDOM));
	put(p, BPF_ALU | BPF_AND | BPF_K, ONE_IN - 1);
	put_jump(p, 0, 1); /* drawn, or dropped */
	put(p, BPF_RET | BPF_K, PASS);
	put(p, BPF_RET | BPF_K, DROP);
	for (unsigned i = 0; i < at; i++)
		if (p->v[i].code == (BPF_JMP | BPF_JA))
			p->v[i].k = at - i - 1;
}

int bpf_compile(const struct bpf_rule *v, unsigned n, const struct bpf_sock *s,
		struct sock_filter out[BPF_MAXINSNS], unsigned short *len)
{
	struct prog p = { .v = out };

	load(&p, s->family, s->udp);
	for (unsigned pass = 0; pass < PASSES; pass++)
		for (unsigned i = 0; i < n; i++)
			if (is_of(&v[i], s, (enum pass)pass))
				rule(&p, &v[i], (enum pass)pass, s->thin);
	put(&p, BPF_RET | BPF_K, DROP);
	if (s->thin)
		thin(&p, s);
	if (p.full)
		return -H_ELIMIT;
	*len = (unsigned short)p.n;
	return 0;
}
