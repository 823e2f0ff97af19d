/* media/report.c - see report.h.
 *
 * layer: media (L3)   thread: worker   I/O: none (queues packets); reads the wall clock
 * RFC 3550 6.2, 6.3.1, 6.4, 6.5.1, 6.6, A.3, A.7
 */
#include "media/report.h"

#include <string.h>
#include <time.h>

#include "media/med.h"
#include "media/source.h"
#include "util/rnd.h"
#include "wire/rtcp.h"

enum { REPORT_NTP_UNIX = 2208988800u }; /* s from 1900 to 1970 */

uint64_t report_ntp(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return ((uint64_t)t.tv_sec + REPORT_NTP_UNIX) << 32 |
	       ((uint64_t)t.tv_nsec << 32) / 1000000000u;
}

/* 6.3.1: 0.5 to 1.5 times the mean, over e - 3/2 for reconsideration; half the first
 * time. */
static uint64_t report_interval(const struct worker *w, bool first)
{
	uint64_t mean = (uint64_t)w->med->conf.rtcp_ms * 1000000 * 1000 / 1218;

	return (mean / 2 + mean / 1000 * rnd_below(1001)) / (first ? 2 : 1);
}

static uint64_t report_activity(const struct slot *s)
{
	return stats_get64(&s->stats.rx_packets) + stats_get64(&s->stats.tx_packets);
}

void report_source(struct slot *s)
{
	s->rep.prior_expected = s->rep.prior_received = 0;
	s->rep.lsr = 0;
	s->rep.received_base = stats_get64(&s->stats.rx_packets);
	s->rep.expected_base = s->expected_before;
}

/* A.3: the loss since the last report and in all, of the source in force. */
static void report_loss(struct slot *s, struct rtcph_report *r)
{
	uint32_t expected = (uint32_t)(source_expected(s) - s->rep.expected_base);
	uint32_t received =
		(uint32_t)(stats_get64(&s->stats.rx_packets) - s->rep.received_base);
	int64_t lost = (int64_t)expected - received;
	uint32_t want = expected - s->rep.prior_expected;
	uint32_t got = received - s->rep.prior_received;

	s->rep.prior_expected = expected;
	s->rep.prior_received = received;
	r->lost = (int32_t)(lost > 0x7fffff    ? 0x7fffff
			    : lost < -0x800000 ? -0x800000
					       : lost);
	r->fraction = 0;
	if (want > got)
		r->fraction = (uint8_t)((want - got) * 255ull / want);
}

static unsigned report_block(const struct worker *w, struct slot *s,
			     struct rtcph_report *r)
{
	if (!s->src.valid)
		return 0;
	*r = (struct rtcph_report){
		.ssrc = s->src.ssrc,
		.high_seq = s->src.cycles + s->src.max_seq,
		.jitter = s->jitter16 >> 4,
	};
	report_loss(s, r);
	if (s->rep.lsr) {
		r->lsr = s->rep.lsr;
		r->dlsr = (uint32_t)((w->now - s->rep.lsr_at) / 1000 * 65536 / 1000000);
	}
	return 1;
}

static void report_info(const struct worker *w, const struct slot *s,
			struct rtcph_info *i)
{
	uint64_t ntp = report_ntp();
	uint32_t clock = s->leg->clock ? s->leg->clock : 8000;

	i->ntp_sec = (uint32_t)(ntp >> 32);
	i->ntp_frac = (uint32_t)ntp;
	i->rtp_ts = s->tx.last_ts +
		    (uint32_t)((w->now - s->tx.last_at) / 1000 * clock / 1000000);
	i->packets = (uint32_t)stats_get64(&s->stats.tx_packets);
	i->octets = (uint32_t)stats_get64(&s->stats.tx_octets);
}

static void report_send(struct worker *w, struct slot *s, bool bye)
{
	struct rtcph_report block;
	struct rtcph_info info;
	unsigned n = report_block(w, s, &block);
	uint64_t sent = stats_get64(&s->stats.tx_packets);
	struct out *o;
	struct buf b;

	if (!s->dest[1].addr.family || !source_may_send(s))
		return;
	o = work_out(w);
	buf_fixed(&b, work_scratch(w), WORK_SCRATCH);
	if (sent != s->rep.tx_before) {
		report_info(w, s, &info);
		rtcph_put_sr(&b, s->leg->ssrc, &info, &block, n);
	} else {
		rtcph_put_rr(&b, s->leg->ssrc, &block, n);
	}
	rtcph_put_cname(&b, s->leg->ssrc, str_of(w->med->conf.cname));
	if (bye)
		rtcph_put_bye(&b, s->leg->ssrc, (struct span){ NULL, 0 });
	o->slot = s;
	o->nhead = 0;
	o->body = (uint8_t *)b.p;
	o->nbody = (uint32_t)b.n;
	o->rtcp = true;
	o->shared = NULL;
	s->rep.tx_before = sent;
	stat_add32(&s->stats.rtcp_tx, 1);
}

static void report_fire(struct wheel_node *n, uint64_t now)
{
	struct slot *s = WHEEL_OF(n, struct slot, report);
	struct worker *w = s->w;
	uint64_t active = report_activity(s);

	if (active == s->rep.activity || s->leg->rtcp_peer)
		return;
	s->rep.activity = active;
	report_send(w, s, false);
	wheel_set(&w->wheel, n, now + report_interval(w, false));
}

void report_arm(struct worker *w, struct slot *s)
{
	if (s->leg->rtcp_peer || !w->med->conf.rtcp_ms)
		return;
	s->report.fire = report_fire;
	wheel_set(&w->wheel, &s->report, w->now + report_interval(w, true));
}

void report_stop(struct worker *w, struct slot *s)
{
	wheel_del(&w->wheel, &s->report);
}

void report_bye(struct worker *w, struct slot *s)
{
	if (s->tx.started && w->med->conf.rtcp_ms)
		report_send(w, s, true);
}

void report_heard(struct worker *w, struct slot *s, const struct rtcph_report *r)
{
	uint32_t now = (uint32_t)(report_ntp() >> 16);
	uint32_t rtt = now - r->lsr - r->dlsr; /* 1/65536 s */

	(void)w;
	stat_set32(&s->stats.peer_lost, r->lost > 0 ? (uint32_t)r->lost : 0);
	stat_set32(&s->stats.peer_jitter, r->jitter);
	if (r->lsr && !s->leg->rtcp_peer && rtt < 60u << 16)
		stat_set32(&s->stats.rtt_us, (uint32_t)((uint64_t)rtt * 1000000 >> 16));
}
