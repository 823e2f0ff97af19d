/* media/frame.h - Ethernet frames that carry UDP: taken apart and built.
 *
 * layer: media (L3)   thread: any (no state)   I/O: none
 * RFC 768, 791, 1071, 1112 6.4, 2464 7, 8200 4 and 8.1
 *
 * Taking apart: frame_parse() gets what stands behind the Ethernet header and answers
 * where UDP begins; the frame borrows those bytes. Half-made checksums (a sender on a
 * veth pair leaves them to hardware that isn't there) are the caller's to know about:
 * frame_udp_ok() verifies, and isn't called for frames the kernel vouches for.
 *
 * Building: one frame_tmpl per destination holds all header bytes and the sums of those
 * that never change; frame_put() copies it in front of a payload and fixes lengths, the
 * IPv4 id and the checksums. frame_sum() of a payload shared by many copies is taken
 * once.
 *
 * Sums are one's complement sums of 16-bit words in memory order, not yet folded.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "util/addr.h"

enum {
	FRAME_ETH = 14,
	FRAME_IP4 = 20,
	FRAME_IP6 = 40,
	FRAME_UDP = 8,
	FRAME_HDR4 = FRAME_ETH + FRAME_IP4 + FRAME_UDP,
	FRAME_HDR6 = FRAME_ETH + FRAME_IP6 + FRAME_UDP,
	FRAME_HDR_MAX = FRAME_HDR6,
	FRAME_MAC = 6,
	FRAME_TYPE_IP4 = 0x0800,
	FRAME_TYPE_IP6 = 0x86dd,
};

enum frame_kind {
	FRAME_DATA,     /* a whole UDP datagram */
	FRAME_FRAGMENT, /* a piece of one; ports only when `first` */
	FRAME_OTHER,    /* not UDP, or cut short, or lengths that contradict each other */
};

struct frame {
	const uint8_t *ip;   /* borrowed: IP header */
	const uint8_t
		*udp; /* borrowed: UDP header; NULL in a fragment that is not the first */
	const uint8_t *data; /* borrowed: UDP payload */
	uint16_t len;        /* of the payload: what UDP says, never past the frame */
	uint16_t sport, dport;
	uint8_t family;      /* 4 or 6 */
	uint8_t tos;
	bool first;          /* FRAME_FRAGMENT: offset 0 */
};

/* `ip` and n: behind the Ethernet header; type: the ethertype in host order. */
enum frame_kind frame_parse(struct frame *f, const uint8_t *ip, size_t n, uint16_t type);
void frame_src(const struct frame *f, struct addr *a);     /* with port */
void frame_dst(const struct frame *f, struct addr *a);
/* Does the UDP checksum hold? None is fine over IPv4, never over IPv6 (RFC 8200 8.1). */
bool frame_udp_ok(const struct frame *f);

struct frame_tmpl {
	uint8_t hdr[64];     /* Ethernet, IP, UDP: the first `len` bytes */
	uint8_t len;         /* FRAME_HDR4 or FRAME_HDR6; 0: not set */
	uint32_t ip_sum;     /* IPv4 header without total length and id */
	uint32_t udp_sum;    /* pseudo header and ports, without lengths */
};

/* Addresses with ports, of one family. hops 0: 64. */
void frame_tmpl_set(struct frame_tmpl *t, const uint8_t src_mac[FRAME_MAC],
		    const uint8_t dst_mac[FRAME_MAC], const struct addr *src,
		    const struct addr *dst, uint8_t tos, uint8_t hops);
/* Write the headers of a datagram of n payload bytes to out[t->len]; sum: frame_sum() of
 * those bytes. */
void frame_put(const struct frame_tmpl *t, uint8_t *out, uint16_t n, uint16_t id,
	       uint64_t sum);

void frame_group_mac(uint8_t mac[FRAME_MAC], const struct addr *group);

/* Sum of n bytes at p, to be added to others; the piece must start at an even offset. */
static inline uint64_t frame_sum(const void *p, size_t n)
{
	const uint8_t *b = p;
	uint64_t s = 0, w;
	uint32_t v;
	uint16_t h;

	for (; n >= 8; n -= 8, b += 8) {
		memcpy(&w, b, 8);
		s += w;
		s += s < w;
	}
	s = (s & 0xffffffff) + (s >> 32);
	if (n & 4) {
		memcpy(&v, b, 4);
		s += v;
		b += 4;
	}
	if (n & 2) {
		memcpy(&h, b, 2);
		s += h;
		b += 2;
	}
	if (n & 1) {
		h = 0;
		memcpy(&h, b, 1);
		s += h;
	}
	return s;
}

/* 16 bits of a sum of sums below 2^40 or so. */
static inline uint16_t frame_fold(uint64_t s)
{
	s = (s & 0xffffffff) + (s >> 32);
	s = (s & 0xffffffff) + (s >> 32);
	s = (s & 0xffff) + (s >> 16);
	s = (s & 0xffff) + (s >> 16);
	return (uint16_t)s;
}
