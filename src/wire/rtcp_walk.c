/* wire/rtcp_walk.c - reading and rewriting compounds that rtcph_check() let pass.
 *
 * layer: wire (L1)   thread: any (packet path)   I/O: none
 * RFC 3550 6, 7.2
 */
#include "wire/rtcp.h"

struct rtcph_iter rtcph_walk(uint8_t *p, size_t n)
{
	return (struct rtcph_iter){ p, n };
}

bool rtcph_next(struct rtcph_iter *it, struct rtcph_pkt *k)
{
	size_t len;

	if (it->n < 4)
		return false;
	len = 4 * ((size_t)rtph_u16(it->p + 2) + 1);
	if (len > it->n)
		return false;
	k->p = it->p;
	k->n = it->p[0] & 0x20 ? len - it->p[len - 1] : len;
	k->type = it->p[1];
	k->count = it->p[0] & 0x1f;
	it->p += len;
	it->n -= len;
	return true;
}

static uint8_t *sender_word(const struct rtcph_pkt *k)
{
	if (k->n < 8 || ((k->type == RTCPH_SDES || k->type == RTCPH_BYE) && !k->count))
		return NULL;
	return k->p + 4;
}

uint32_t rtcph_sender(const struct rtcph_pkt *k)
{
	const uint8_t *p = sender_word(k);

	return p ? rtph_u32(p) : 0;
}

void rtcph_set_sender(const struct rtcph_pkt *k, uint32_t ssrc)
{
	uint8_t *p = sender_word(k);

	if (p)
		rtph_put32(p, ssrc);
}

static size_t blocks_at(const struct rtcph_pkt *k)
{
	return k->type == RTCPH_SR ? 28 : 8;
}

unsigned rtcph_nblocks(const struct rtcph_pkt *k)
{
	return k->type == RTCPH_SR || k->type == RTCPH_RR ? k->count : 0;
}

uint8_t *rtcph_block(const struct rtcph_pkt *k, unsigned i)
{
	return k->p + blocks_at(k) + 24 * (size_t)i;
}

void rtcph_block_del(uint8_t *p, size_t *n, const struct rtcph_pkt *k, unsigned i)
{
	uint8_t *block;

	if (i >= rtcph_nblocks(k))
		return;
	block = rtcph_block(k, i);
	memmove(block, block + 24, (size_t)(p + *n - (block + 24)));
	k->p[0]--; /* RC is not 0 here */
	rtph_put16(k->p + 2, (uint16_t)(rtph_u16(k->p + 2) - 6));
	*n -= 24;
}

void rtcph_block_get(struct rtcph_report *r, const uint8_t *b)
{
	uint32_t lost = rtph_u32(b + 4) & 0xffffff;

	r->ssrc = rtph_u32(b);
	r->fraction = b[4];
	r->lost = lost & 0x800000 ? (int32_t)lost - 0x1000000 : (int32_t)lost;
	r->high_seq = rtph_u32(b + 8);
	r->jitter = rtph_u32(b + 12);
	r->lsr = rtph_u32(b + 16);
	r->dlsr = rtph_u32(b + 20);
}

void rtcph_block_put(uint8_t *b, const struct rtcph_report *r)
{
	int32_t lost = r->lost;

	/* 6.4.1: 24 bits signed; it stays at its ends. */
	if (lost > 0x7fffff)
		lost = 0x7fffff;
	if (lost < -0x800000)
		lost = -0x800000;
	rtph_put32(b, r->ssrc);
	rtph_put32(b + 4, (uint32_t)r->fraction << 24 | ((uint32_t)lost & 0xffffff));
	rtph_put32(b + 8, r->high_seq);
	rtph_put32(b + 12, r->jitter);
	rtph_put32(b + 16, r->lsr);
	rtph_put32(b + 20, r->dlsr);
}

unsigned rtcph_nsources(const struct rtcph_pkt *k)
{
	return k->type == RTCPH_SDES || k->type == RTCPH_BYE ? k->count : 0;
}

/* The chunk behind one: the validator saw that all of them end inside the packet. */
static uint8_t *chunk_next(uint8_t *p)
{
	uint8_t *q = p + 4;

	while (*q)
		q += 2 + q[1];
	return p + ((q - p + 4) & ~3);
}

uint8_t *rtcph_source(const struct rtcph_pkt *k, unsigned i)
{
	uint8_t *p = k->p + 4;

	if (k->type == RTCPH_BYE)
		return p + 4 * (size_t)i;
	while (i--)
		p = chunk_next(p);
	return p;
}

struct span rtcph_sdes_item(const struct rtcph_pkt *k, unsigned i, enum rtcph_sdes item)
{
	const uint8_t *q;

	if (k->type != RTCPH_SDES || i >= k->count)
		return (struct span){ NULL, 0 };
	for (q = rtcph_source(k, i) + 4; *q; q += 2 + q[1])
		if (*q == item)
			return (struct span){ (const char *)q + 2, q[1] };
	return (struct span){ NULL, 0 };
}

struct span rtcph_bye_reason(const struct rtcph_pkt *k)
{
	size_t ids = 4 + 4 * (size_t)k->count;

	if (k->type != RTCPH_BYE || k->n <= ids)
		return (struct span){ NULL, 0 };
	return (struct span){ (const char *)k->p + ids + 1, k->p[ids] };
}

uint8_t *rtcph_fb_media(const struct rtcph_pkt *k)
{
	return k->type == RTCPH_RTPFB || k->type == RTCPH_PSFB ? k->p + 8 : NULL;
}
