/* media/ctlin.c - see ctlin.h.
 *
 * layer: media (L3)   thread: worker   I/O: none
 * RFC 3550 6.4, A.2
 */
#include "media/ctlin.h"

#include "media/dest.h"
#include "media/med.h"
#include "media/report.h"
#include "media/source.h"
#include "media/xlate.h"
#include "wire/rtcp.h"

static void ctlin_sender(struct worker *w, struct slot *s, const struct rtcph_pkt *p)
{
	if (p->type != RTCPH_SR || !s->src.valid || rtcph_sender(p) != s->src.ssrc)
		return;
	s->rep.lsr = rtcph_sr_ntp_sec(p) << 16 | rtcph_sr_ntp_frac(p) >> 16;
	s->rep.lsr_at = w->now;
}

/* What it says about the source in force and about us. */
static void ctlin_read(struct worker *w, struct slot *s, struct pkt *k)
{
	struct rtcph_iter it = rtcph_walk(k->p, k->n);
	struct rtcph_report r;
	struct rtcph_pkt p;

	while (rtcph_next(&it, &p)) {
		ctlin_sender(w, s, &p);
		for (unsigned i = 0; i < rtcph_nblocks(&p); i++) {
			rtcph_block_get(&r, rtcph_block(&p, i));
			if (r.ssrc == s->leg->ssrc)
				report_heard(w, s, &r);
		}
	}
}

static int ctlin_check(struct worker *w, const struct slot *s, const struct pkt *k)
{
	if (!s->leg)
		return DROP_MODE;
	if (rtcph_check(k->p, k->n, 0, NULL))
		return DROP_INVALID;
	if (s->flags & (SLOT_JOIN | SLOT_EMIT)) /* members of a group may be anywhere */
		return med_is_own(w->med, &k->from) ? DROP_OWN : SOURCE_OK;
	return source_is_peer(s, &k->from) ? SOURCE_OK : DROP_SOURCE;
}

void ctlin_input(struct worker *w, struct pkt *k)
{
	struct slot *s = k->slot;
	int said = ctlin_check(w, s, k);

	ON_WORKER(w);
	if (said != SOURCE_OK) {
		if (said == DROP_INVALID)
			stat_add32(&s->stats.rtcp_bad, 1);
		slot_drop(s, (enum strm_drop)said);
		return;
	}
	stat_add32(&s->stats.rtcp_rx, 1);
	if (!(s->flags & (SLOT_JOIN | SLOT_EMIT)))
		dest_latch_rtcp(w, s, &k->from);
	ctlin_read(w, s, k);
	if (s->leg->rtcp_peer)
		xlate_pass(w, s, s->leg->rtcp_peer, k);
}
