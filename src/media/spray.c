/* media/spray.c - see spray.h.
 *
 * layer: media (L3)   thread: worker   I/O: none
 */
#include "media/spray.h"

#include "media/slot.h"
#include "media/worker.h"

bool spray_check(struct worker *w, const struct slot *s, const struct addr *from)
{
	struct spray *e = &w->spray[addr_hash(from, w->seed) % SPRAY_TABLE];

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
