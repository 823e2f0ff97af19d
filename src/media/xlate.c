/* media/xlate.c - see xlate.h.
 *
 * layer: media (L3)   thread: worker   I/O: none (queues packets)
 * RFC 3550 7.2; RFC 4585 6.2.1, 6.3; RFC 5104 4.3.1
 */
#include "media/xlate.h"

#include <string.h>

#include "media/slot.h"
#include "media/source.h"
#include "media/worker.h"
#include "wire/rtcp.h"

enum { XLATE_NACK = 1, XLATE_PLI = 1, XLATE_SLI = 2, XLATE_RPSI = 3, XLATE_FIR = 4 };

struct xlate {
	struct slot *s, *d; /* from whose peer, to whose */
	uint32_t sender;    /* who reports; 0: not known yet */
	size_t n;           /* bytes kept so far */
};

/* Is d's output fed by the very source this RTCP is about? */
static bool xlate_feeds(const struct slot *s, const struct slot *d)
{
	return d->tx.started && d->tx.from == s && d->tx.from_gen == s->gen &&
	       d->tx.from_ssrc == s->src.ssrc;
}

/* One report block on what we send to s's peer: true when it can be told to d's. */
static bool xlate_block(const struct xlate *x, uint8_t *block)
{
	const struct slot_tx *tx = &x->s->tx;

	if (rtcph_block_ssrc(block) != x->s->leg->ssrc || !tx->started ||
	    tx->from != x->d)
		return false;
	rtcph_block_set_ssrc(block, tx->from_ssrc);
	rtcph_block_set_high_seq(block, rtph_u32(block + 8) - tx->ext_off);
	return true;
}

/* SR and RR: the first packet of a compound. Moves kept blocks up over the others. */
static bool xlate_report(struct xlate *x, struct rtcph_pkt *p)
{
	unsigned kept = 0, n = rtcph_nblocks(p);
	const struct slot *d = x->d;

	if (p->type == RTCPH_SR) {
		if (!xlate_feeds(x->s, d) || rtcph_sender(p) != x->s->src.ssrc)
			return false;
		rtcph_sr_set_rtp_ts(p, rtcph_sr_rtp_ts(p) + d->tx.ts_off);
		rtcph_sr_set_counts(p, (uint32_t)stats_get64(&d->stats.tx_packets),
				    (uint32_t)stats_get64(&d->stats.tx_octets));
	}
	x->sender = rtcph_sender(p);
	rtcph_set_sender(p, d->leg->ssrc);
	for (unsigned i = 0; i < n; i++) {
		uint8_t *from = rtcph_block(p, i), *to = rtcph_block(p, kept);

		if (!xlate_block(x, from))
			continue;
		if (from != to)
			memcpy(to, from, 24);
		kept++;
	}
	p->p[0] = (uint8_t)((p->p[0] & 0xe0) | kept);
	p->n = (p->type == RTCPH_SR ? 28 : 8) +
	       24 * (size_t)kept; /* 6.4.3: no extension */
	return true;
}

/* Who only listens has no source in force, but a name; its leaving is nobody else's. */
static bool xlate_is_source(const struct xlate *x, const struct rtcph_pkt *p,
			    uint32_t ssrc)
{
	const struct slot_src *src = &x->s->src;

	if (src->valid && ssrc == src->ssrc)
		return true;
	return x->sender && ssrc == x->sender && (p->type == RTCPH_SDES || !src->valid);
}

/* SDES and BYE: the source in force becomes d's; what stands beside it stays. */
static bool xlate_sources(struct xlate *x, struct rtcph_pkt *p)
{
	bool any = false;

	for (unsigned i = 0; i < rtcph_nsources(p); i++) {
		uint8_t *ssrc = rtcph_source(p, i);

		if (xlate_is_source(x, p, rtph_u32(ssrc))) {
			rtph_put32(ssrc, x->d->leg->ssrc);
			any = true;
		}
	}
	return any;
}

/* A NACK names sequence numbers of what we send; a FIR names SSRCs. */
static bool xlate_fci(struct xlate *x, struct rtcph_pkt *p)
{
	const struct slot_tx *tx = &x->s->tx;

	if (p->type == RTCPH_RTPFB && p->count == XLATE_NACK) {
		for (size_t i = 12; i + 4 <= p->n; i += 4)
			rtph_put16(p->p + i,
				   (uint16_t)(rtph_u16(p->p + i) - tx->seq_off));
		return true;
	}
	if (p->type != RTCPH_PSFB)
		return false;
	for (size_t i = 12; p->count == XLATE_FIR && i + 8 <= p->n; i += 8)
		if (rtph_u32(p->p + i) == x->s->leg->ssrc)
			rtph_put32(p->p + i, tx->from_ssrc);
	return p->count == XLATE_PLI || p->count == XLATE_SLI || p->count == XLATE_RPSI ||
	       p->count == XLATE_FIR;
}

static bool xlate_feedback(struct xlate *x, struct rtcph_pkt *p)
{
	uint8_t *media = rtcph_fb_media(p);
	const struct slot_tx *tx = &x->s->tx;

	if (!tx->started || tx->from != x->d)
		return false;
	if (rtph_u32(media) == x->s->leg->ssrc)
		rtph_put32(media, tx->from_ssrc);
	else if (rtph_u32(media)) /* FIR leaves it 0 */
		return false;
	rtcph_set_sender(p, x->d->leg->ssrc);
	return xlate_fci(x, p);
}

static bool xlate_packet(struct xlate *x, struct rtcph_pkt *p)
{
	switch (p->type) {
	case RTCPH_SR:
	case RTCPH_RR:
		return xlate_report(x, p);
	case RTCPH_SDES:
	case RTCPH_BYE:
		return xlate_sources(x, p);
	case RTCPH_APP:
		rtcph_set_sender(p, x->d->leg->ssrc);
		return true;
	case RTCPH_RTPFB:
	case RTCPH_PSFB:
		return xlate_feedback(x, p);
	default:
		return false;
	}
}

/* Keep a packet: up against the one before, without padding. */
static void xlate_keep(struct xlate *x, uint8_t *base, const struct rtcph_pkt *p)
{
	uint8_t *to = base + x->n;

	memmove(to, p->p, p->n);
	to[0] &= (uint8_t)~0x20;
	rtph_put16(to + 2, (uint16_t)(p->n / 4 - 1));
	x->n += p->n;
}

void xlate_pass(struct worker *w, struct slot *s, struct slot *d, struct pkt *k)
{
	struct rtcph_iter it = rtcph_walk(k->p, k->n);
	struct xlate x = { .s = s, .d = d };
	struct rtcph_pkt p;
	struct out *o;

	if (d->w != w || !d->leg || !d->dest[1].addr.family)
		return;
	while (rtcph_next(&it, &p)) {
		bool keep = xlate_packet(&x, &p);

		if (keep)
			xlate_keep(&x, k->p, &p);
		else if (!x.n)
			return; /* A.2: a compound begins with SR or RR */
	}
	if (!x.n || !source_may_send(d))
		return;
	o = work_out(w);
	o->slot = d;
	o->nhead = 0;
	o->body = k->p;
	o->nbody = (uint32_t)x.n;
	o->rtcp = true;
	o->shared = NULL;
	stat_add32(&d->stats.rtcp_tx, 1);
}
