/* wire/rtcp_put.c - RTCP packets written into a buf.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3550 6.4.1, 6.4.2, 6.5.1, 6.6
 */
#include "wire/rtcp.h"

static void head(struct buf *b, enum rtcph_type type, unsigned count, size_t bytes)
{
	buf_u8(b, (uint8_t)(0x80 | count));
	buf_u8(b, (uint8_t)type);
	buf_u16(b, (uint16_t)(bytes / 4 - 1));
}

static unsigned clamp(unsigned n)
{
	return n < RTCPH_BLOCKS_MAX ? n : RTCPH_BLOCKS_MAX;
}

static void blocks(struct buf *b, const struct rtcph_report *r, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		char *room = buf_room(b, 24);

		if (room)
			rtcph_block_put((uint8_t *)room, &r[i]);
	}
}

void rtcph_put_sr(struct buf *b, uint32_t ssrc, const struct rtcph_info *info,
		  const struct rtcph_report *r, unsigned n)
{
	n = clamp(n);
	head(b, RTCPH_SR, n, 28 + 24 * (size_t)n);
	buf_u32(b, ssrc);
	buf_u32(b, info->ntp_sec);
	buf_u32(b, info->ntp_frac);
	buf_u32(b, info->rtp_ts);
	buf_u32(b, info->packets);
	buf_u32(b, info->octets);
	blocks(b, r, n);
}

void rtcph_put_rr(struct buf *b, uint32_t ssrc, const struct rtcph_report *r, unsigned n)
{
	n = clamp(n);
	head(b, RTCPH_RR, n, 8 + 24 * (size_t)n);
	buf_u32(b, ssrc);
	blocks(b, r, n);
}

static size_t text_len(struct span s)
{
	return s.n < RTCPH_TEXT_MAX ? s.n : RTCPH_TEXT_MAX;
}

static void zeros(struct buf *b, size_t n)
{
	buf_put(b, "\0\0\0\0", n);
}

void rtcph_put_cname(struct buf *b, uint32_t ssrc, struct span cname)
{
	size_t n = text_len(cname);
	size_t items = (2 + n + 4) & ~(size_t)3; /* a null byte at least */

	head(b, RTCPH_SDES, 1, 8 + items);
	buf_u32(b, ssrc);
	buf_u8(b, RTCPH_CNAME);
	buf_u8(b, (uint8_t)n);
	buf_put(b, cname.p, n);
	zeros(b, items - 2 - n);
}

void rtcph_put_bye(struct buf *b, uint32_t ssrc, struct span reason)
{
	size_t n = text_len(reason);
	size_t text = n ? (1 + n + 3) & ~(size_t)3 : 0;

	head(b, RTCPH_BYE, 1, 8 + text);
	buf_u32(b, ssrc);
	if (!n)
		return;
	buf_u8(b, (uint8_t)n);
	buf_put(b, reason.p, n);
	zeros(b, text - 1 - n);
}
