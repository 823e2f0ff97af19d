/* media/spray.c - see spray.h.
 *
 * layer: media (L3)   thread: worker   I/O: none
 */
#include "media/spray.h"

#include "media/slot.h"
#include "media/worker.h"

/* Its own entry, or that of who has been silent longest. */
static struct spray *spray_entry(struct worker *w, const struct addr *from)
{
	struct spray *set = w->spray[addr_hash(from, w->seed) % SPRAY_SETS], *e = set;

	for (unsigned i = 0; i < SPRAY_WAYS; i++) {
		if (addr_eq(&set[i].from, from))
			return &set[i];
		if (set[i].at < e->at)
			e = &set[i];
	}
	return e;
}

bool spray_check(struct worker *w, const struct slot *s, const struct addr *from)
{
	struct spray *e = spray_entry(w, from);

	if (!addr_eq(&e->from, from) || w->now - e->at > SPRAY_NS || !e->slot->leg) {
		*e = (struct spray){ .from = *from, .slot = s, .at = w->now };
		return false;
	}
	e->at = w->now;
	if (e->slot != s) {
		e->slot = s;
		e->turned_at = w->now;
		e->turns++;
	} else if (w->now - e->turned_at > SPRAY_NS) {
		e->turns = 0;
	}
	return e->turns > 1;
}
