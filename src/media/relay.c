/* media/relay.c - see relay.h.
 *
 * layer: media (L3)   thread: worker   I/O: none (batches in, batches out)
 * RFC 3550 5.1, 7.1, A.3, A.8
 */
#include "media/relay.h"

#include "media/ctlin.h"
#include "media/floor.h"
#include "media/gate.h"
#include "media/hold.h"
#include "media/notice.h"
#include "media/report.h"
#include "media/silence.h"
#include "media/source.h"
#include "media/worker.h"
#include "media/xpass.h"
#include "util/rnd.h"
#include "wire/rtp.h"

/* --- input: statistics --- */

/* A.8. A change of clock or source begins anew. */
static void relay_jitter(struct slot *s, const struct pkt *k, uint32_t ts, uint32_t clock)
{
	uint32_t transit = (uint32_t)(k->at / 1000 * clock / 1000000) - ts;
	uint32_t d = transit - s->transit;

	if (d > INT32_MAX)
		d = -d;
	if (s->transit_known && s->clock == clock && d < 30 * clock) {
		s->jitter16 += d - ((s->jitter16 + 8) >> 4);
		stat_set32(&s->stats.rx_jitter, s->jitter16 >> 4);
	}
	s->transit = transit;
	s->clock = clock;
	s->transit_known = true;
}

static void relay_count(struct worker *w, struct slot *s, const struct pkt *k,
			const struct feed *f)
{
	uint16_t rate = s->leg->rx_rate[f->b1 & 0x7f];
	uint32_t clock = rate ? rate * 25u : s->leg->clock;

	stat_add64(&s->stats.rx_packets, 1);
	stat_add64(&s->stats.rx_octets, f->octets);
	stat_set64(&s->stats.rx_last, w->now);
	stat_set64(&s->stats.rx_expected, source_expected(s));
	if (clock) {
		stat_set32(&s->stats.rx_clock, clock);
		relay_jitter(s, k, f->ts, clock);
	}
}

static void relay_news(struct worker *w, struct slot *s)
{
	if (s->silent)
		silence_over(w, s);
	if (!s->first_told) {
		s->first_told = true;
		if (s->leg->flags & PLAN_WATCH_FIRST)
			notice_slot(w, s, MED_FIRST_PACKET);
	}
	report_wanted(w, s);
}

/* RFC 3525 E.12.2: another payload type than before. */
static void relay_payload(struct worker *w, struct slot *s, uint8_t pt)
{
	bool counts = s->leg->watch_pt[pt >> 6] >> (pt & 63) & 1;
	uint8_t was = s->pt_heard;

	if (!counts || was == pt + 1)
		return;
	s->pt_heard = (uint8_t)(pt + 1);
	if (was)
		notice_slot(w, s, MED_PAYLOAD);
}

/* --- output --- */

/* Another source than before: what goes out goes on where it was. 3550 5.1: sequence and
 * timestamp begin at random; then the one counts on, the other with the clock. */
static void tx_switch(struct slot *d, const struct feed *f)
{
	struct slot_tx *tx = &d->tx;
	uint32_t clock = d->leg->clock ? d->leg->clock : 8000;
	uint64_t gone = f->at > tx->last_at ? f->at - tx->last_at : 0;

	if (!tx->started) {
		tx->started = true;
		tx->last_seq = (uint16_t)(rnd_u32() & 0x7fff);
		tx->last_ts = rnd_u32();
		tx->step = clock / 50;
		gone = 0;
	}
	gone = gone / 1000 * clock / 1000000;
	tx->first_seq = (uint16_t)(tx->last_seq + 1);
	tx->seq_off = (uint16_t)(tx->first_seq - f->seq);
	tx->ext_off = tx->cycles + tx->last_seq + 1 - f->ext;
	tx->ts_off = tx->last_ts + (gone > tx->step ? (uint32_t)gone : tx->step) - f->ts;
	tx->from = f->from;
	tx->from_gen = f->gen;
	tx->from_ssrc = f->ssrc;
	tx->count = 0;
}

static void tx_note(struct slot_tx *tx, uint16_t seq, uint32_t ts, uint64_t at)
{
	uint16_t ahead = (uint16_t)(seq - tx->last_seq);

	tx->count++;
	if (!ahead || ahead >= 0x8000)
		return; /* late or double: it keeps its old number */
	if (ahead == 1 && tx->count > 1 && ts - tx->last_ts - 1 < 100000)
		tx->step = ts - tx->last_ts;
	if (seq < tx->last_seq)
		tx->cycles += 1u << 16;
	tx->last_seq = seq;
	tx->last_ts = ts;
	tx->last_at = at;
}

/* From before the source took over: its number would be one already used. */
static bool tx_too_old(const struct slot_tx *tx, uint16_t seq)
{
	return tx->count < 1000 && (uint16_t)(seq - tx->first_seq) >= 0x8000;
}

static int tx_pt(const struct plan_leg *leg, const struct feed *f, bool back)
{
	uint8_t pt = f->b1 & 0x7f;

	if (back)
		return pt;
	if (f->key && leg->tx_pt[f->key] != PLAN_NO_PT)
		return leg->tx_pt[f->key];
	return leg->flags & PLAN_ANY_PT ? pt : -1;
}

/* back: a loop to the sender, which gets its own payload type again. */
static int relay_write(struct worker *w, const struct feed *f, struct slot *d, bool back)
{
	struct slot_tx *tx = &d->tx;
	int pt = tx_pt(d->leg, f, back);
	uint16_t seq;
	uint32_t ts;
	struct out *o;
	uint8_t *h;

	if (!d->dest[0].addr.family)
		return DROP_MODE;
	if (pt < 0)
		return DROP_FORMAT;
	if (tx->from != f->from || tx->from_gen != f->gen || tx->from_ssrc != f->ssrc)
		tx_switch(d, f);
	seq = (uint16_t)(f->seq + tx->seq_off);
	ts = f->ts + tx->ts_off;
	if (tx_too_old(tx, seq))
		return DROP_SOURCE;
	if (!source_may_send(d))
		return DROP_SOURCE;
	tx_note(tx, seq, ts, f->at);
	o = work_out(w);
	h = w->head[w->nout - 1];
	h[0] = f->b0;
	h[1] = (uint8_t)((f->b1 & 0x80) | pt);
	rtph_set_seq(h, seq);
	rtph_set_ts(h, ts);
	rtph_set_ssrc(h, d->leg->ssrc);
	o->slot = d;
	o->nhead = RTPH_MIN;
	o->body = f->body;
	o->nbody = f->nbody;
	o->rtcp = false;
	o->shared = f->shared;
	stat_add64(&d->stats.tx_packets, 1);
	stat_add64(&d->stats.tx_octets, f->octets);
	report_wanted(w, d);
	return RELAY_OK;
}

int relay_to(struct worker *w, const struct feed *f, struct slot *out)
{
	if (!out->leg || !(out->leg->flags & PLAN_SEND))
		return DROP_MODE;
	return relay_write(w, f, out, false);
}

/* --- a packet --- */

static uint32_t relay_octets(const struct pkt *k)
{
	const uint8_t *p = k->p;
	uint32_t off = RTPH_MIN + 4u * (p[0] & 0x0f);

	if (p[0] & 0x10)
		off += 4 + 4u * rtph_u16(p + off + 2);
	return k->n - off - (p[0] & 0x20 ? p[k->n - 1] : 0);
}

static void relay_feed(struct feed *f, const struct slot *s, const struct pkt *k,
		       uint8_t key)
{
	uint16_t behind;

	f->from = s;
	f->at = k->at;
	f->cookie = s->leg->cookie;
	f->room_port = s->leg->room_port;
	f->gen = s->gen;
	f->ssrc = s->src.ssrc;
	f->ts = rtph_ts(k->p);
	f->seq = rtph_seq(k->p);
	behind = (uint16_t)(s->src.max_seq - f->seq);
	f->ext = s->src.cycles + s->src.max_seq - behind;
	f->shared = NULL;
	f->b0 = k->p[0];
	f->b1 = k->p[1];
	f->key = key;
	f->body = k->p + RTPH_MIN;
	f->nbody = k->n - RTPH_MIN;
	f->octets = relay_octets(k);
}

/* What became of a packet that may go several ways: passed, or why not. */
struct fate {
	int said;
	bool passed;
};

static void fate_note(struct fate *t, int got)
{
	if (got == RELAY_OK)
		t->passed = true;
	else
		t->said = got;
}

static void relay_context(struct worker *w, struct slot *s, const struct feed *f,
			  struct fate *t)
{
	const struct plan_leg *leg = s->leg;

	for (uint32_t i = 0; i < leg->nrelay; i++)
		fate_note(t, relay_to(w, f, leg->relay[i]));
	for (uint32_t i = 0; i < leg->nfar; i++)
		fate_note(t, xpass_leg(w, &plan_far(leg)[i], f));
	if (leg->room)
		fate_note(t, floor_offer(w, s, f));
}

static void relay_pass(struct worker *w, struct slot *s, const struct feed *f)
{
	struct fate t = { .said = DROP_MODE };

	if (s->leg->flags & PLAN_LOOP)
		fate_note(&t, relay_write(w, f, s, true));
	if (s->leg->flags & PLAN_RECV)
		relay_context(w, s, f, &t);
	if (!t.passed)
		slot_drop(s, (enum strm_drop)t.said);
}

static void relay_accept(struct worker *w, struct slot *s, const struct pkt *k,
			 uint8_t key)
{
	struct feed f;

	if (s->leg->flags & PLAN_GATE && !gate_fits(s, k->n, w->now)) {
		slot_drop(s, DROP_POLICE);
		return;
	}
	relay_feed(&f, s, k, key);
	relay_count(w, s, k, &f);
	relay_news(w, s);
	if (s->leg->flags & PLAN_WATCH_PT)
		relay_payload(w, s, f.b1 & 0x7f);
	relay_pass(w, s, &f);
}

/* The first packet of a source that proved itself, and the one kept from before. */
static void relay_first(struct worker *w, struct slot *s, const struct pkt *k,
			uint8_t key)
{
	struct pkt kept;
	uint8_t was;

	if (hold_take(w, k, &kept)) {
		was = s->leg->rx_key[rtph_pt(kept.p)];
		source_before(s);
		if (was || (s->leg->flags & PLAN_ANY_PT))
			relay_accept(w, s, &kept, was);
	}
	relay_accept(w, s, k, key);
}

static void relay_input(struct worker *w, const struct pkt *k)
{
	struct slot *s = k->slot;
	uint8_t key;
	int said;

	if (!s->leg) {
		slot_drop(s, DROP_MODE);
		return;
	}
	if (!rtph_ok(k->p, k->n)) {
		slot_drop(s, DROP_INVALID);
		return;
	}
	key = s->leg->rx_key[rtph_pt(k->p)];
	if (!key && (!(s->leg->flags & PLAN_ANY_PT) || rtph_is_rtcp(k->p, k->n))) {
		slot_drop(s, DROP_FORMAT);
		return;
	}
	if (s->leg->flags & PLAN_GATE && !gate_admits(&s->leg->gate, &k->from)) {
		slot_drop(s, DROP_SOURCE);
		return;
	}
	said = source_check(w, s, k);
	if (said == SOURCE_OK)
		relay_accept(w, s, k, key);
	else if (said == SOURCE_FIRST)
		relay_first(w, s, k, key);
	else if (said == SOURCE_HOLD)
		hold_put(w, k);
	else
		slot_drop(s, (enum strm_drop)said);
}

void relay_batch(struct worker *w, struct pkt *v, unsigned n)
{
	ON_WORKER(w);
	for (unsigned i = 0; i < n; i++) {
		if (v[i].rtcp)
			ctlin_input(w, &v[i]);
		else
			relay_input(w, &v[i]);
	}
}
