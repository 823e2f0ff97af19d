/* media/silence.c - see silence.h.
 *
 * layer: media (L3)   thread: worker   I/O: none
 */
#include "media/silence.h"

#include "media/notice.h"

static uint64_t silence_due(const struct slot *s)
{
	uint64_t last = stats_get64(&s->stats.rx_last);

	if (last < s->quiet_since)
		last = s->quiet_since;
	return last + (uint64_t)s->leg->silence_ms * 1000000;
}

static void silence_fire(struct wheel_node *n, uint64_t now)
{
	struct slot *s = WHEEL_OF(n, struct slot, silence);
	struct worker *w = s->w;

	if (now < silence_due(s)) {
		wheel_set(&w->wheel, n, silence_due(s));
		return;
	}
	s->silent = true;
	notice_slot(w, s, MED_SILENT);
}

void silence_plan(struct worker *w, struct slot *s)
{
	silence_stop(w, s);
	if (!s->leg->silence_ms || !(s->leg->flags & PLAN_RECV))
		return;
	s->quiet_since = w->now;
	s->silence.fire = silence_fire;
	wheel_set(&w->wheel, &s->silence, silence_due(s));
}

void silence_over(struct worker *w, struct slot *s)
{
	s->silent = false;
	notice_slot(w, s, MED_SPEAKS);
	if (s->leg->silence_ms)
		wheel_set(&w->wheel, &s->silence, silence_due(s));
}

void silence_stop(struct worker *w, struct slot *s)
{
	wheel_del(&w->wheel, &s->silence);
	s->silent = false;
}
