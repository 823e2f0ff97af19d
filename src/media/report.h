/* media/report.h - RTCP of our own: SR or RR with CNAME, BYE.
 *
 * layer: media (L3)   thread: worker   I/O: none (queues packets)
 * RFC 3550 6.2, 6.3.1, 6.4, 6.5.1, 6.6, A.3, A.7
 *
 * For legs whose RTCP ends here (no rtcp_peer) and groups we send to. Only while RTP
 * flows: the first packet arms the timer; a report without a packet since the last one
 * stops it, so idle legs cost nothing.
 */
#pragma once

#include "media/slot.h"
#include "media/worker.h"

/* A packet came in or went out. Called for each: arms the timer when it is not. */
static inline void report_wanted(struct worker *w, struct slot *s);
void report_arm(struct worker *w, struct slot *s);
/* Another source is in force: what is known of it begins anew. */
void report_source(struct slot *s);
void report_stop(struct worker *w, struct slot *s);
/* The leg ends: say BYE when it has sent (6.3.7), by the plan still in force. */
void report_bye(struct worker *w, struct slot *s);
/* A report block of the peer's about what we send. */
struct rtcph_report;
void report_heard(struct worker *w, struct slot *s, const struct rtcph_report *r);
/* NTP time, now. */
uint64_t report_ntp(void);

static inline void report_wanted(struct worker *w, struct slot *s)
{
	if (!wheel_armed(&s->report))
		report_arm(w, s);
}
