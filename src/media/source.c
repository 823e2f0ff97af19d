/* media/source.c - see source.h.
 *
 * layer: media (L3)   thread: worker   I/O: none
 * RFC 3550 A.1, A.3
 */
#include "media/source.h"

#include <string.h>

#include "media/dest.h"
#include "media/med.h"
#include "media/notice.h"
#include "media/report.h"
#include "wire/rtp.h"

enum { RANK_STRANGER, RANK_HOST, RANK_EXACT };

static int source_rank(const struct plan_leg *leg, const struct addr *from)
{
	if (!addr_same_host(&leg->remote, from))
		return RANK_STRANGER;
	return leg->remote.port == from->port ? RANK_EXACT : RANK_HOST;
}

static bool source_allowed(const struct plan_leg *leg, int rank)
{
	switch (leg->accept) {
	case ACCEPT_STRICT:
		return rank == RANK_EXACT;
	case ACCEPT_HOST:
		return rank >= RANK_HOST;
	default:
		return true;
	}
}

uint64_t source_expected(const struct slot *s)
{
	if (!s->src.valid)
		return s->expected_before;
	return s->expected_before + s->src.cycles + s->src.max_seq - s->src.base_seq + 1;
}

void source_reset(struct slot *s)
{
	s->expected_before = source_expected(s);
	memset(&s->src, 0, sizeof(s->src));
	memset(s->cand, 0, sizeof(s->cand));
	memset(&s->latch, 0, sizeof(s->latch));
	s->first_told = false;
}

/* --- trial and latch --- */

/* Could a stranger get what is meant for the peer? */
static bool source_risks(const struct plan_leg *leg)
{
	return (leg->flags & PLAN_LATCH) && leg->remote.family;
}

/* The source in force turned out to be nobody's peer. What strangers got stays counted.
 */
static void source_expel(struct worker *w, struct slot *s)
{
	uint8_t sent = s->latch.sent;

	source_reset(s);
	s->latch.sent = sent;
	dest_plan(w, s);
}

static void latch_lock(struct worker *w, struct slot *s)
{
	s->latch.state = LATCH_LOCKED;
	if (s->leg->flags & PLAN_LATCH)
		notice_slot(w, s, MED_LATCHED);
	w->io->ops->slot_dest(w->io, s, false); /* settled: the row may make use of it */
}

/* A source was taken in: from now its address is where we send to, if so planned. */
static void latch_begin(struct worker *w, struct slot *s, int rank)
{
	s->latch.state = LATCH_TRIAL;
	s->latch.since = w->now;
	s->latch.good = 0;
	s->latch.strange = rank == RANK_STRANGER && source_risks(s->leg);
	if (s->leg->flags & PLAN_LATCH)
		dest_latch(w, s, &s->src.from);
	if (rank >= RANK_HOST)
		latch_lock(w, s);
}

static void latch_good(struct worker *w, struct slot *s)
{
	if (++s->latch.good >= SOURCE_PROOF && w->now - s->latch.since >= SOURCE_TRIAL)
		latch_lock(w, s);
}

bool source_may_send(struct slot *s)
{
	if (s->latch.state != LATCH_TRIAL || !(s->leg->flags & PLAN_LATCH))
		return true;
	if (s->latch.sent >= SOURCE_STRANGERS)
		return false;
	s->latch.sent++;
	return true;
}

bool source_is_peer(const struct slot *s, const struct addr *from)
{
	const struct plan_leg *leg = s->leg;

	if (s->src.valid)
		return addr_same_host(&s->src.from, from);
	return (leg->remote.family && addr_same_host(&leg->remote, from)) ||
	       (leg->remote_rtcp.family && addr_same_host(&leg->remote_rtcp, from));
}

/* --- sequence --- */

/* How far ahead a packet may be: what a fast stream could have lost meanwhile. */
static uint32_t source_dropout(const struct worker *w, const struct slot *s)
{
	uint64_t ms = (w->now - s->src.last_at) / 1000000;
	uint64_t most = SOURCE_MAX_MISORDER + SOURCE_PER_MS * ms;

	return most < SOURCE_MAX_DROPOUT ? (uint32_t)most : SOURCE_MAX_DROPOUT;
}

/* A.1: true when seq fits the source in force. */
static bool source_seq(const struct worker *w, struct slot *s, uint16_t seq)
{
	struct slot_src *src = &s->src;
	uint16_t ahead = (uint16_t)(seq - src->max_seq);

	if (ahead < source_dropout(w, s)) {
		if (seq < src->max_seq)
			src->cycles += 1u << 16;
		src->max_seq = seq;
		return true;
	}
	return ahead > 65536 - SOURCE_MAX_MISORDER; /* late or double */
}

static void source_gap(const struct worker *w, struct slot *s)
{
	uint64_t gap = (w->now - s->src.last_at) / 1000;

	if (gap > 200000)
		gap = 200000;
	s->src.gap_us += ((int32_t)gap - s->src.gap_us) / 8;
	s->src.last_at = w->now;
}

/* --- candidates --- */

static void source_adopt(struct worker *w, struct slot *s, const struct pkt *k, int rank)
{
	const struct slot_src old = s->src;
	uint16_t seq = rtph_seq(k->p);

	s->expected_before = source_expected(s);
	s->src = (struct slot_src){
		.from = k->from,
		.ssrc = rtph_ssrc(k->p),
		.max_seq = seq,
		.base_seq = seq,
		.last_at = w->now,
		.gap_us = old.valid ? old.gap_us : 0,
		.valid = true,
	};
	memset(s->cand, 0, sizeof(s->cand));
	s->gen++;
	s->transit_known = false;
	if (!old.valid || old.ssrc != s->src.ssrc) {
		stat_add32(&s->stats.sources, 1);
		stat_set32(&s->stats.rx_ssrc, s->src.ssrc);
		report_source(s);
	}
	if (!old.valid || !addr_eq(&old.from, &k->from))
		latch_begin(w, s, rank);
}

/* Has the one in force been quiet for so long that another may follow it? */
static bool source_quiet(const struct worker *w, const struct slot *s)
{
	uint64_t gap = (uint64_t)s->src.gap_us * 1000, quiet = 8 * gap;

	if (!s->src.valid)
		return true;
	if (quiet > SOURCE_QUIET)
		quiet = gap * 7 / 4 > SOURCE_QUIET ? gap * 7 / 4 : SOURCE_QUIET;
	if (quiet < SOURCE_QUIET / 8)
		quiet = SOURCE_QUIET / 8;
	if (s->flags & SLOT_JOIN)
		quiet = SOURCE_GROUP_QUIET;
	return w->now - s->src.last_at >= quiet;
}

static struct slot_cand *source_find(struct slot *s, const struct addr *from,
				     uint32_t ssrc)
{
	for (unsigned i = 0; i < SLOT_CANDS; i++) {
		struct slot_cand *c = &s->cand[i];

		if (c->seen && c->ssrc == ssrc && addr_eq(&c->from, from))
			return c;
	}
	return NULL;
}

/* One more packet of somebody who wants to be the source: true when it proved itself. */
static bool source_proves(struct slot *s, const struct pkt *k)
{
	uint16_t seq = rtph_seq(k->p);
	uint32_t ssrc = rtph_ssrc(k->p);
	struct slot_cand *c = source_find(s, &k->from, ssrc);

	if (!c) {
		c = &s->cand[s->cand_next];
		s->cand_next = (uint8_t)((s->cand_next + 1) % SLOT_CANDS);
		*c = (struct slot_cand){ .from = k->from, .ssrc = ssrc };
		s->cand_any = true;
	}
	if (c->next != seq)
		c->seen = 0;
	if (c->seen < UINT8_MAX)
		c->seen++;
	c->next = (uint16_t)(seq + 1);
	return c->seen >= SOURCE_MIN_SEQUENTIAL;
}

/* A good packet of the source in force: whoever wanted its place by its address has to
 * begin again. */
static void source_refute(struct slot *s)
{
	if (!s->cand_any)
		return;
	s->cand_any = false;
	for (unsigned i = 0; i < SLOT_CANDS; i++)
		if (addr_eq(&s->cand[i].from, &s->src.from))
			s->cand[i].seen = 0;
		else
			s->cand_any |= s->cand[i].seen > 0;
}

void source_before(struct slot *s)
{
	s->src.base_seq--;
	if (s->src.base_seq == 0xffff) /* it lies before a wrap */
		s->src.cycles += 1u << 16;
}

static int source_candidate(struct worker *w, struct slot *s, const struct pkt *k,
			    int rank, bool wait_quiet)
{
	bool proven = source_proves(s, k), quiet = !wait_quiet || source_quiet(w, s);

	if (!proven)
		return quiet ? SOURCE_HOLD : DROP_PROBATION;
	if (!quiet)
		return DROP_PROBATION;
	source_adopt(w, s, k, rank);
	return SOURCE_FIRST;
}

/* From another address than the source in force: may it take its place? */
static bool source_may_replace(const struct worker *w, const struct slot *s, int rank)
{
	int now = source_rank(s->leg, &s->src.from);

	if (rank == RANK_EXACT && now != RANK_EXACT)
		return true;
	if (s->latch.state != LATCH_TRIAL)
		return false;
	return rank > now || w->now - s->src.last_at >= SOURCE_TRIAL / 2;
}

static int source_known(struct worker *w, struct slot *s, const struct pkt *k)
{
	if (s->latch.strange && spray_check(w, s, &k->from)) {
		source_expel(w, s);
		return DROP_SOURCE;
	}
	if (rtph_ssrc(k->p) != s->src.ssrc || !source_seq(w, s, rtph_seq(k->p)))
		return source_candidate(w, s, k, source_rank(s->leg, &k->from), true);
	source_refute(s);
	source_gap(w, s);
	if (s->latch.state == LATCH_TRIAL)
		latch_good(w, s);
	return SOURCE_OK;
}

/* The group's source filter: the kernel's may be wider, and does not act on a tap. */
static bool source_listed(const struct group_spec *g, const struct addr *from)
{
	bool found = false;

	for (unsigned i = 0; i < g->nsource && !found; i++)
		found = addr_same_host(&g->sources[i], from);
	return !g->nsource || found != g->exclude;
}

/* A group has many sources and no remote of its own: the first keeps its place while it
 * talks. */
static int source_group(struct worker *w, struct slot *s, const struct pkt *k)
{
	if (med_is_own(w->med, &k->from))
		return DROP_OWN;
	if (!source_listed(s->spec, &k->from))
		return DROP_SOURCE;
	if (s->src.valid && addr_eq(&s->src.from, &k->from) &&
	    rtph_ssrc(k->p) == s->src.ssrc)
		return source_known(w, s, k);
	if (!source_quiet(w, s))
		return DROP_SOURCE;
	return source_candidate(w, s, k, RANK_EXACT, true);
}

int source_check(struct worker *w, struct slot *s, const struct pkt *k)
{
	int rank;

	if (s->flags & SLOT_JOIN)
		return source_group(w, s, k);
	if (s->src.valid && addr_eq(&s->src.from, &k->from))
		return source_known(w, s, k);
	if (!s->leg->remote.family && s->leg->accept != ACCEPT_ANY)
		return DROP_SOURCE; /* 3435 2.3.5: recvonly takes packets before that */
	rank = source_rank(s->leg, &k->from);
	if (!source_allowed(s->leg, rank))
		return DROP_SOURCE;
	if (rank == RANK_STRANGER && source_risks(s->leg) && spray_check(w, s, &k->from))
		return DROP_SOURCE;
	if (s->src.valid && !source_may_replace(w, s, rank)) {
		if (s->latch.state == LATCH_TRIAL && source_proves(s, k))
			s->latch.since = w->now; /* contested: no lock while it lasts */
		return DROP_SOURCE;
	}
	return source_candidate(w, s, k, rank, false);
}
