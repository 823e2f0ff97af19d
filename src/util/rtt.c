/* util/rtt.c - how long to wait for an answer before asking again.
 *
 * layer: util (L0)   thread: control   I/O: none
 * RFC 3435 3.5.3; RFC 3525 D.1.3
 */
#include "util/rtt.h"

#include "util/rnd.h"

enum { RTT_DEVIATIONS = 4 }; /* N of 3.5.3 */

void rtt_init(struct rtt *r, uint32_t first_ms, uint32_t least_ms, uint32_t most_ms)
{
	*r = (struct rtt){ .first = first_ms * 1000,
			   .least = least_ms * 1000,
			   .most = most_ms * 1000 };
}

static uint32_t bounded(const struct rtt *r, uint64_t us)
{
	return us < r->least ? r->least : us > r->most ? r->most : (uint32_t)us;
}

uint32_t rtt_rto(const struct rtt *r)
{
	if (r->carry)
		return r->carry;
	if (!r->measured)
		return r->first;
	return bounded(r, (uint64_t)r->aad + RTT_DEVIATIONS * (uint64_t)r->adev);
}

void rtt_start(const struct rtt *r, struct rtt_try *t)
{
	*t = (struct rtt_try){ .rto = rtt_rto(r) };
	t->delay = t->rto;
}

void rtt_repeat(const struct rtt *r, struct rtt_try *t)
{
	uint64_t doubled = 2 * (uint64_t)t->delay, wait;
	uint32_t half;

	t->delay = doubled > 2 * (uint64_t)r->most ? 2 * r->most : (uint32_t)doubled;
	half = t->delay / 2;
	wait = half + rnd_below(half + 1) + RTT_DEVIATIONS * (uint64_t)r->adev;
	t->rto = bounded(r, wait);
	t->repeated = true;
}

/* The estimators learn from commands that needed no repeat only; the one after a repeat
 * starts with what worked last. */
void rtt_answered(struct rtt *r, const struct rtt_try *t, uint64_t took)
{
	uint32_t us = took > r->most ? r->most : (uint32_t)took;
	uint32_t off = us > r->aad ? us - r->aad : r->aad - us;

	if (t->repeated) {
		r->carry = t->rto;
		return;
	}
	r->carry = 0;
	if (!r->measured) {
		r->aad = us;
		r->adev = us / 2;
		r->measured = true;
		return;
	}
	r->adev = (uint32_t)(((uint64_t)r->adev * 3 + off) / 4);
	r->aad = (uint32_t)(((uint64_t)r->aad * 7 + us) / 8);
}
