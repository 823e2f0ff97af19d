/* media/frame.c - see frame.h.
 *
 * layer: media (L3)   thread: any   I/O: none
 * RFC 768, 791, 1071, 1112 6.4, 2464 7, 8200 4 and 8.1
 */
#include "media/frame.h"

#include <arpa/inet.h>

enum {
	IP4_OFFSET = 0x1fff,
	IP4_MORE = 0x2000,
	IP6_EXT_MAX = 8,     /* extension headers we look past */
	NEXT_HOP_BY_HOP = 0,
	NEXT_UDP = 17,
	NEXT_ROUTING = 43,
	NEXT_FRAGMENT = 44,
	NEXT_DEST_OPTIONS = 60,
};

static uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static void put16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

/* A sum word as it lies in memory. */
static uint16_t word16(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, 2);
	return v;
}

static void set_word16(uint8_t *p, uint16_t v)
{
	memcpy(p, &v, 2);
}

/* What stands at p, n bytes, is UDP of a whole datagram. */
static enum frame_kind parse_udp(struct frame *f, const uint8_t *p, size_t n)
{
	uint16_t len;

	if (n < FRAME_UDP)
		return FRAME_OTHER;
	len = get16(p + 4);
	if (len < FRAME_UDP || len > n)
		return FRAME_OTHER;
	f->udp = p;
	f->data = p + FRAME_UDP;
	f->len = (uint16_t)(len - FRAME_UDP);
	f->sport = get16(p);
	f->dport = get16(p + 2);
	return FRAME_DATA;
}

static enum frame_kind parse_fragment(struct frame *f, const uint8_t *p, size_t n,
				      bool first)
{
	f->first = first;
	if (!first)
		return FRAME_FRAGMENT;
	if (n < FRAME_UDP)
		return FRAME_OTHER;
	f->udp = p;
	f->sport = get16(p);
	f->dport = get16(p + 2);
	return FRAME_FRAGMENT;
}

static enum frame_kind parse_ip4(struct frame *f, const uint8_t *p, size_t n)
{
	size_t hl, total;
	uint16_t frag;

	if (n < FRAME_IP4 || p[0] >> 4 != 4)
		return FRAME_OTHER;
	hl = (size_t)(p[0] & 15) * 4;
	total = get16(p + 2);
	if (hl < FRAME_IP4 || total < hl || total > n || p[9] != NEXT_UDP)
		return FRAME_OTHER;
	f->family = 4;
	f->tos = p[1];
	frag = get16(p + 6);
	if (frag & (IP4_OFFSET | IP4_MORE))
		return parse_fragment(f, p + hl, total - hl, !(frag & IP4_OFFSET));
	return parse_udp(f, p + hl, total - hl);
}

/* Past the extension headers to UDP (RFC 8200 4); most frames have none. */
static enum frame_kind parse_ip6_ext(struct frame *f, const uint8_t *p,
				     const uint8_t *end, uint8_t next)
{
	for (int i = 0; i < IP6_EXT_MAX && end - p >= 8; i++) {
		size_t len = 8;
		uint8_t here = next;

		if (here == NEXT_UDP)
			return parse_udp(f, p, (size_t)(end - p));
		next = p[0];
		if (here == NEXT_FRAGMENT) {
			bool first = get16(p + 2) >> 3 == 0;

			if (next != NEXT_UDP)
				return FRAME_OTHER;
			if (first &&
			    !(p[3] & 1)) { /* 8200 4.5: atomic, a whole datagram */
				p += 8;
				continue;
			}
			return parse_fragment(f, p + 8, (size_t)(end - p) - 8, first);
		}
		if (here != NEXT_HOP_BY_HOP && here != NEXT_ROUTING &&
		    here != NEXT_DEST_OPTIONS)
			return FRAME_OTHER;
		len = ((size_t)p[1] + 1) * 8;
		if (len > (size_t)(end - p))
			return FRAME_OTHER;
		p += len;
	}
	return FRAME_OTHER;
}

static enum frame_kind parse_ip6(struct frame *f, const uint8_t *p, size_t n)
{
	size_t len;

	if (n < FRAME_IP6 || p[0] >> 4 != 6)
		return FRAME_OTHER;
	len = get16(p + 4);
	if (len > n - FRAME_IP6)
		return FRAME_OTHER;
	f->family = 6;
	f->tos = (uint8_t)(get16(p) >> 4);
	if (p[6] == NEXT_UDP)
		return parse_udp(f, p + FRAME_IP6, len);
	return parse_ip6_ext(f, p + FRAME_IP6, p + FRAME_IP6 + len, p[6]);
}

enum frame_kind frame_parse(struct frame *f, const uint8_t *ip, size_t n, uint16_t type)
{
	f->ip = ip;
	f->udp = f->data = NULL;
	f->len = f->sport = f->dport = 0;
	f->first = false;
	if (type == FRAME_TYPE_IP4)
		return parse_ip4(f, ip, n);
	if (type == FRAME_TYPE_IP6)
		return parse_ip6(f, ip, n);
	return FRAME_OTHER;
}

static void get_ip(struct addr *a, const uint8_t *p, uint8_t family, uint16_t port)
{
	memset(a, 0, sizeof(*a));
	memcpy(a->ip, p, family == 4 ? 4 : 16);
	a->family = family;
	a->port = port;
}

void frame_src(const struct frame *f, struct addr *a)
{
	get_ip(a, f->ip + (f->family == 4 ? 12 : 8), f->family, f->sport);
}

void frame_dst(const struct frame *f, struct addr *a)
{
	get_ip(a, f->ip + (f->family == 4 ? 16 : 24), f->family, f->dport);
}

bool frame_udp_ok(const struct frame *f)
{
	size_t n = (size_t)f->len + FRAME_UDP;
	uint64_t s;

	if (!word16(f->udp + 6))
		return f->family == 4;
	s = f->family == 4 ? frame_sum(f->ip + 12, 8) : frame_sum(f->ip + 8, 32);
	s += htons(NEXT_UDP) + (uint64_t)word16(f->udp + 4);
	s += frame_sum(f->udp, n);
	return frame_fold(s) == 0xffff;
}

static void tmpl_ip4(struct frame_tmpl *t, const struct addr *src, const struct addr *dst,
		     uint8_t tos, uint8_t hops)
{
	uint8_t *p = t->hdr + FRAME_ETH;

	put16(t->hdr + 12, FRAME_TYPE_IP4);
	p[0] = 0x45;
	p[1] = tos;
	p[8] = hops;
	p[9] = NEXT_UDP;
	memcpy(p + 12, src->ip, 4);
	memcpy(p + 16, dst->ip, 4);
	t->len = FRAME_HDR4;
	t->ip_sum = frame_fold(frame_sum(p, FRAME_IP4));
}

static void tmpl_ip6(struct frame_tmpl *t, const struct addr *src, const struct addr *dst,
		     uint8_t tos, uint8_t hops)
{
	uint8_t *p = t->hdr + FRAME_ETH;

	put16(t->hdr + 12, FRAME_TYPE_IP6);
	p[0] = (uint8_t)(0x60 | tos >> 4);
	p[1] = (uint8_t)(tos << 4);
	p[6] = NEXT_UDP;
	p[7] = hops;
	memcpy(p + 8, src->ip, 16);
	memcpy(p + 24, dst->ip, 16);
	t->len = FRAME_HDR6;
}

void frame_tmpl_set(struct frame_tmpl *t, const uint8_t src_mac[FRAME_MAC],
		    const uint8_t dst_mac[FRAME_MAC], const struct addr *src,
		    const struct addr *dst, uint8_t tos, uint8_t hops)
{
	size_t n = src->family == 4 ? 4 : 16;
	uint8_t *udp;

	memset(t, 0, sizeof(*t));
	memcpy(t->hdr, dst_mac, FRAME_MAC);
	memcpy(t->hdr + FRAME_MAC, src_mac, FRAME_MAC);
	if (!hops)
		hops = 64;
	if (src->family == 4)
		tmpl_ip4(t, src, dst, tos, hops);
	else
		tmpl_ip6(t, src, dst, tos, hops);
	udp = t->hdr + t->len - FRAME_UDP;
	put16(udp, src->port);
	put16(udp + 2, dst->port);
	t->udp_sum = frame_fold(frame_sum(src->ip, n) + frame_sum(dst->ip, n) +
				frame_sum(udp, 4) + htons(NEXT_UDP));
}

void frame_put(const struct frame_tmpl *t, uint8_t *out, uint16_t n, uint16_t id,
	       uint64_t sum)
{
	uint8_t *ip = out + FRAME_ETH, *udp = out + t->len - FRAME_UDP;
	uint16_t len = htons((uint16_t)(n + FRAME_UDP)), total, sum16;

	if (t->len == FRAME_HDR4) { /* copies of fixed length are a few instructions */
		memcpy(out, t->hdr, FRAME_HDR4);
		total = htons((uint16_t)(n + FRAME_UDP + FRAME_IP4));
		set_word16(ip + 2, total);
		set_word16(ip + 4, id);
		set_word16(ip + 10,
			   (uint16_t)~frame_fold((uint64_t)t->ip_sum + total + id));
	} else {
		memcpy(out, t->hdr, FRAME_HDR6);
		set_word16(ip + 4, len);
	}
	set_word16(udp + 4, len);
	/* RFC 768: the length is in the pseudo header too; a sum of 0 is sent as all
	 * ones. */
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum16 = (uint16_t)~frame_fold(sum + t->udp_sum + 2 * (uint64_t)len);
	set_word16(udp + 6, sum16 ? sum16 : 0xffff);
}

void frame_group_mac(uint8_t mac[FRAME_MAC], const struct addr *group)
{
	if (group->family == 4) { /* 1112 6.4: the low 23 bits */
		mac[0] = 0x01;
		mac[1] = 0x00;
		mac[2] = 0x5e;
		mac[3] = group->ip[1] & 0x7f;
		mac[4] = group->ip[2];
		mac[5] = group->ip[3];
		return;
	}
	mac[0] = mac[1] = 0x33; /* 2464 7: the low 32 bits */
	memcpy(mac + 2, group->ip + 12, 4);
}
