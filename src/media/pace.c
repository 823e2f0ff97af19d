/* media/pace.c - see pace.h.
 *
 * layer: media (L3)   thread: worker   I/O: clock_nanosleep
 */
#include "media/pace.h"

#include <time.h>

#include "media/slot.h"
#include "media/worker.h"

static void pace_sleep(uint64_t until)
{
	struct timespec t = {
		.tv_sec = (time_t)(until / 1000000000u),
		.tv_nsec = (long)(until % 1000000000u),
	};

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

/* A window has ended: choose the way for the next. */
static void pace_judge(struct worker *w, uint64_t now)
{
	struct pace *p = &w->pace;
	bool was = p->gather;

	if (now - p->window >= 2 * (uint64_t)PACE_WINDOW) /* slept long: quiet */
		p->gather = false;
	else if (!p->gather)
		p->gather = p->full > PACE_MANY && w->tick;
	else
		p->gather = p->full > PACE_FEW;
	if (p->gather != was)
		atomic_store_explicit(&w->stats.gather, p->gather, memory_order_relaxed);
	p->window = now;
	p->full = 0;
}

bool pace_gather(struct worker *w)
{
	struct pace *p = &w->pace;
	uint64_t now = w->now;

	if (now - p->window >= PACE_WINDOW || (!p->gather && p->full > PACE_MANY))
		pace_judge(w, now);
	stat_add64(&w->stats.wakes, 1);
	if (!p->gather)
		return false;
	if (now < p->woke + w->tick) {
		pace_sleep(p->woke + w->tick);
		p->woke = work_clock(w->med);
	} else {
		p->woke = now;
	}
	return true;
}
