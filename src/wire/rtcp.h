/* wire/rtcp.h - RTCP compounds: the validator, a reader, in-place rewriting, builders.
 *
 * layer: wire (L1)   thread: any (packet path)   I/O: none
 * RFC 3550 6, 7.2, A.2; RFC 3611 (XR); RFC 4585 (RTPFB, PSFB); RFC 5506 (reduced size)
 *
 * Nothing else may look into a datagram before rtcph_check() said 0: it walks every
 * packet, report block, SDES chunk and item, BYE reason, APP head, XR block and feedback
 * message. Then the iterator and the accessors below are safe without further checks:
 *
 *	struct rtcph_iter it = rtcph_walk(p, n);
 *	struct rtcph_pkt k;
 *	while (rtcph_next(&it, &k))
 *		for (unsigned i = 0; i < rtcph_nblocks(&k); i++)
 *			rtcph_block_set_ssrc(rtcph_block(&k, i), mine);
 *
 * Builders append one packet to a buf (sticky error); start a compound with SR or RR.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"
#include "util/str.h"
#include "wire/parse.h"
#include "wire/rtp.h"

enum rtcph_type {
	RTCPH_SR = 200,
	RTCPH_RR = 201,
	RTCPH_SDES = 202,
	RTCPH_BYE = 203,
	RTCPH_APP = 204,
	RTCPH_RTPFB = 205,
	RTCPH_PSFB = 206,
	RTCPH_XR = 207
};

enum rtcph_sdes { RTCPH_END, RTCPH_CNAME, RTCPH_NAME, RTCPH_EMAIL, RTCPH_PHONE, RTCPH_LOC,
		  RTCPH_TOOL, RTCPH_NOTE, RTCPH_PRIV };

enum { RTCPH_REDUCED = 1 }; /* flags: a compound need not begin with SR or RR (5506) */

/* 0 or -H_ESYNTAX; err may be NULL. Types that are not known are checked for length. */
int rtcph_check(const uint8_t *p, size_t n, unsigned flags, struct parse_err *err);

struct rtcph_pkt {
	uint8_t *p;    /* the packet's header, inside the datagram */
	size_t n;      /* its bytes, header included, padding not */
	uint8_t type;  /* enum rtcph_type, or another */
	uint8_t count; /* RC, SC, subtype or FMT */
};

struct rtcph_iter {
	uint8_t *p;
	size_t n;
};

struct rtcph_iter rtcph_walk(uint8_t *p, size_t n);
bool rtcph_next(struct rtcph_iter *it, struct rtcph_pkt *k);

/* The SSRC of the packet's sender (SR, RR, APP, XR, feedback: the word behind the header;
 * SDES and BYE: of the first chunk or source, 0 when there is none). */
uint32_t rtcph_sender(const struct rtcph_pkt *k);
void rtcph_set_sender(const struct rtcph_pkt *k, uint32_t ssrc);

/* --- SR only: the sender's info (6.4.1) --- */
static inline uint32_t rtcph_sr_ntp_sec(const struct rtcph_pkt *k)
{
	return rtph_u32(k->p + 8);
}

static inline uint32_t rtcph_sr_ntp_frac(const struct rtcph_pkt *k)
{
	return rtph_u32(k->p + 12);
}

static inline uint32_t rtcph_sr_rtp_ts(const struct rtcph_pkt *k)
{
	return rtph_u32(k->p + 16);
}

static inline uint32_t rtcph_sr_packets(const struct rtcph_pkt *k)
{
	return rtph_u32(k->p + 20);
}

static inline uint32_t rtcph_sr_octets(const struct rtcph_pkt *k)
{
	return rtph_u32(k->p + 24);
}

static inline void rtcph_sr_set_rtp_ts(const struct rtcph_pkt *k, uint32_t ts)
{
	rtph_put32(k->p + 16, ts);
}

static inline void rtcph_sr_set_counts(const struct rtcph_pkt *k, uint32_t packets,
				       uint32_t octets)
{
	rtph_put32(k->p + 20, packets);
	rtph_put32(k->p + 24, octets);
}

/* --- report blocks of SR and RR (24 bytes each) --- */
unsigned rtcph_nblocks(const struct rtcph_pkt *k); /* 0 for other types */
uint8_t *rtcph_block(const struct rtcph_pkt *k, unsigned i);
/* Take block i out of the datagram `p` of *n bytes (7.2: a translator may have to): what
 * follows moves up, counts and lengths are set right. The walk must begin anew. */
void rtcph_block_del(uint8_t *p, size_t *n, const struct rtcph_pkt *k, unsigned i);

struct rtcph_report {
	uint32_t ssrc;     /* whom it is about */
	uint8_t fraction;  /* lost, in 1/256 */
	int32_t lost;      /* cumulative, 24 bits signed */
	uint32_t high_seq; /* extended highest sequence number */
	uint32_t jitter;   /* in timestamp units */
	uint32_t lsr, dlsr;
};

void rtcph_block_get(struct rtcph_report *r, const uint8_t *block);
void rtcph_block_put(uint8_t *block, const struct rtcph_report *r);

static inline uint32_t rtcph_block_ssrc(const uint8_t *block)
{
	return rtph_u32(block);
}

static inline void rtcph_block_set_ssrc(uint8_t *block, uint32_t ssrc)
{
	rtph_put32(block, ssrc);
}

static inline void rtcph_block_set_high_seq(uint8_t *block, uint32_t seq)
{
	rtph_put32(block + 8, seq);
}

/* --- SDES chunks, BYE sources, feedback --- */
unsigned rtcph_nsources(const struct rtcph_pkt *k);       /* SDES, BYE; else 0 */
uint8_t *rtcph_source(const struct rtcph_pkt *k, unsigned i); /* its SSRC: 4 bytes */
/* The first item of that type in chunk i: {NULL, 0} when there is none. */
struct span rtcph_sdes_item(const struct rtcph_pkt *k, unsigned i, enum rtcph_sdes item);
struct span rtcph_bye_reason(const struct rtcph_pkt *k);
/* RTPFB and PSFB: SSRC of the media source (4 bytes); NULL for other types. */
uint8_t *rtcph_fb_media(const struct rtcph_pkt *k);

/* --- builders --- */
struct rtcph_info {
	uint32_t ntp_sec, ntp_frac, rtp_ts, packets, octets;
};

enum { RTCPH_BLOCKS_MAX = 31, RTCPH_TEXT_MAX = 255 };

void rtcph_put_sr(struct buf *b, uint32_t ssrc, const struct rtcph_info *info,
		  const struct rtcph_report *r, unsigned n);
void rtcph_put_rr(struct buf *b, uint32_t ssrc, const struct rtcph_report *r, unsigned n);
void rtcph_put_cname(struct buf *b, uint32_t ssrc, struct span cname);
void rtcph_put_bye(struct buf *b, uint32_t ssrc, struct span reason); /* may be absent */
