/* wire/rtp.h - RTP headers read, checked and rewritten in place.
 *
 * layer: wire (L1)   thread: any (packet path)   I/O: none
 * RFC 3550 5.1, 5.3.1, A.1; RFC 5761 4 (what is RTCP on a shared port)
 *
 * rtph_parse() checks version, CSRC count, extension and padding against the length, so
 * that offsets in `struct rtph` are safe to use and payload + padding end the packet.
 * Setters trust that rtph_parse() said 0; none of this allocates, logs or branches on
 * more than the header. Bytes are in network order in the packet, host order here.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/err.h"

enum { RTPH_MIN = 12, RTPH_PT_MAX = 127 };

struct rtph {
	uint32_t ts, ssrc;
	uint16_t seq;
	uint8_t pt;
	bool marker;
	uint8_t ncsrc;
	uint8_t pad;          /* bytes of padding, the count byte included; 0 = none */
	uint16_t ext_profile; /* valid when ext_len or ext_off is not 0 */
	uint16_t ext_off;     /* where the extension's data begins; 0 = no extension */
	uint32_t ext_len;     /* bytes of data, a multiple of 4 */
	uint32_t off;         /* where the payload begins */
	uint32_t len;         /* bytes of payload, padding not counted */
};

static inline uint16_t rtph_u16(const uint8_t *p)
{
	return (uint16_t)((unsigned)p[0] << 8 | p[1]);
}

static inline uint32_t rtph_u32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline void rtph_put16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void rtph_put32(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 24);
	p[1] = (uint8_t)(v >> 16);
	p[2] = (uint8_t)(v >> 8);
	p[3] = (uint8_t)v;
}

/* 5761 4: second byte 192..223 is RTCP when both share a port. */
static inline bool rtph_is_rtcp(const uint8_t *p, size_t n)
{
	return n >= 2 && p[1] >= 192 && p[1] <= 223;
}

static inline uint8_t rtph_pt(const uint8_t *p)
{
	return p[1] & 0x7f;
}

static inline bool rtph_marker(const uint8_t *p)
{
	return p[1] & 0x80;
}

static inline uint16_t rtph_seq(const uint8_t *p)
{
	return rtph_u16(p + 2);
}

static inline uint32_t rtph_ts(const uint8_t *p)
{
	return rtph_u32(p + 4);
}

static inline uint32_t rtph_ssrc(const uint8_t *p)
{
	return rtph_u32(p + 8);
}

static inline void rtph_set_pt(uint8_t *p, uint8_t pt) /* keeps the marker */
{
	p[1] = (uint8_t)((p[1] & 0x80) | (pt & 0x7f));
}

static inline void rtph_set_marker(uint8_t *p, bool on)
{
	p[1] = (uint8_t)((p[1] & 0x7f) | (on ? 0x80 : 0));
}

static inline void rtph_set_seq(uint8_t *p, uint16_t seq)
{
	rtph_put16(p + 2, seq);
}

static inline void rtph_set_ts(uint8_t *p, uint32_t ts)
{
	rtph_put32(p + 4, ts);
}

static inline void rtph_set_ssrc(uint8_t *p, uint32_t ssrc)
{
	rtph_put32(p + 8, ssrc);
}

/* The n-th CSRC of a packet that has more than n. */
static inline uint32_t rtph_csrc(const uint8_t *p, unsigned n)
{
	return rtph_u32(p + RTPH_MIN + 4 * (size_t)n);
}

/* A new header without CSRC, extension and padding: writes RTPH_MIN bytes. */
static inline void rtph_write(uint8_t *p, uint8_t pt, bool marker, uint16_t seq,
			      uint32_t ts, uint32_t ssrc)
{
	p[0] = 0x80;
	p[1] = (uint8_t)((pt & 0x7f) | (marker ? 0x80 : 0));
	rtph_set_seq(p, seq);
	rtph_set_ts(p, ts);
	rtph_set_ssrc(p, ssrc);
}

/* 0 or -H_ESYNTAX; *h is untouched on failure. Packets of up to 64 KiB. */
int rtph_parse(struct rtph *h, const uint8_t *p, size_t n);

/* The checks of rtph_parse() for the relay, which needs no offsets: A.1. */
static inline bool rtph_ok(const uint8_t *p, size_t n)
{
	size_t off;

	if (n < RTPH_MIN || p[0] >> 6 != 2)
		return false;
	if (!(p[0] & 0x3f))
		return true;
	off = RTPH_MIN + 4 * (size_t)(p[0] & 0x0f);
	if (p[0] & 0x10) {
		if (off + 4 > n)
			return false;
		off += 4 + 4 * (size_t)rtph_u16(p + off + 2);
	}
	if (off > n)
		return false;
	return !(p[0] & 0x20) || (n > off && p[n - 1] && p[n - 1] <= n - off);
}
