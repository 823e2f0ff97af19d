/* media/floor.c - see floor.h.
 *
 * layer: media (L3)   thread: worker   I/O: none
 */
#include "media/floor.h"

#include <string.h>

#include "media/notice.h"
#include "media/xpass.h"

enum { FLOOR_TRY = 1000000000 }; /* ns without a packet that end a try */

static void floor_who(struct med_room *r, const void *slot)
{
	r->floor.slot = slot;
	atomic_store_explicit(&r->who, (uintptr_t)slot, memory_order_relaxed);
}

static void floor_free(struct worker *w, struct med_room *r)
{
	uint64_t had = r->floor.holder;

	wheel_del(&w->wheel, &r->idle);
	floor_who(r, NULL);
	r->floor.holder = 0;
	notice_room(w, r, MED_FLOOR_FREE, had);
}

static void floor_fire(struct wheel_node *n, uint64_t now)
{
	struct med_room *r = WHEEL_OF(n, struct med_room, idle);
	struct worker *w = r->home;
	uint64_t due = r->floor.last + r->plan[w->index]->floor_idle;

	if (now < due)
		wheel_set(&w->wheel, n, due);
	else
		floor_free(w, r);
}

static void floor_take(struct worker *w, struct med_room *r, const struct feed *f)
{
	floor_who(r, f->from);
	r->floor.holder = f->cookie;
	r->idle.fire = floor_fire;
	wheel_set(&w->wheel, &r->idle, w->now + r->plan[w->index]->floor_idle);
	notice_room(w, r, MED_FLOOR_TAKEN, f->cookie);
}

/* s speaks while another holds the floor: told and counted once per try. */
static void floor_wait(struct worker *w, struct med_room *r, struct slot *s)
{
	if (w->now - s->tried_at >= FLOOR_TRY || !s->tried_at) {
		stat_add32(&s->stats.floor_waits, 1);
		notice_wait(w, r, s);
	}
	s->tried_at = w->now;
}

/* Nobody hears himself, nor what came from his own side of a port. */
static bool floor_hears(const struct slot *out, const struct feed *f)
{
	return out != f->from &&
	       (!f->room_port || !out->leg || out->leg->room_port != f->room_port);
}

void floor_fan(struct worker *w, const struct med_room *r, const struct feed *f)
{
	const struct plan_room *p = r->plan[w->index];

	for (uint32_t i = 0; p && i < p->nchunk; i++) {
		const struct plan_chunk *c = p->chunk[i];

		for (uint32_t k = 0; k < c->n; k++)
			if (floor_hears(c->out[k], f))
				relay_to(w, f, c->out[k]);
	}
}

int floor_input(struct worker *w, struct med_room *r, const struct feed *f)
{
	const struct plan_room *p = r->plan[w->index];

	if (!p)
		return DROP_MODE;
	if (r->floor.slot && r->floor.slot != f->from) {
		if (w->now - r->floor.last < p->floor_idle)
			return DROP_FLOOR;
		floor_free(w, r); /* the wheel is coarse: it would have */
	}
	if (!r->floor.slot)
		floor_take(w, r, f);
	r->floor.last = w->now;
	floor_fan(w, r, f);
	if (p->others)
		xpass_fan(w, r, f, p->others);
	return RELAY_OK;
}

int floor_offer(struct worker *w, struct slot *s, const struct feed *f)
{
	struct med_room *r = s->leg->room;
	uintptr_t who;
	int said;

	if (r->home == w) {
		said = floor_input(w, r, f);
	} else {
		who = atomic_load_explicit(&r->who, memory_order_relaxed);
		said = who && who != (uintptr_t)s ? DROP_FLOOR : xpass_offer(w, r, f);
	}
	if (said == DROP_FLOOR)
		floor_wait(w, r, s);
	else
		s->tried_at = 0;
	return said;
}

void floor_leave(struct worker *w, struct med_room *r, const void *slot)
{
	if (r->home != w)
		xpass_leave(w, r, slot);
	else if (r->floor.slot == slot && r->plan[w->index])
		floor_free(w, r);
}

void floor_plan(struct worker *w, struct med_room *r)
{
	if (r->plan[w->index])
		return; /* the holder keeps the floor; floor_idle is read when it counts
			 */
	wheel_del(&w->wheel, &r->idle);
	floor_who(r, NULL);
	memset(&r->floor, 0, sizeof(r->floor));
	notice_drop_room(r);
}
