/* media/swap.c - see swap.h.
 *
 * layer: media (L3)   thread: worker   I/O: none
 *
 * Three passes, so that nothing ever sees half a commit: farewells by the old plans, the
 * swap, and what follows from it.
 */
#include "media/swap.h"

#include "media/dest.h"
#include "media/floor.h"
#include "media/notice.h"
#include "media/report.h"
#include "media/silence.h"
#include "media/source.h"
#include "media/xpass.h"

static void apply_farewell(struct worker *w, struct plan_msg *msg)
{
	for (uint32_t i = 0; i < msg->nop; i++)
		if (msg->op[i].kind == PLAN_LEG_DEL && msg->op[i].slot->leg)
			report_bye(w, msg->op[i].slot);
	work_flush(w);
}

static void apply_swap(struct worker *w, struct plan_op *op)
{
	struct plan_leg *leg = op->leg;
	struct plan_room *rplan = op->rplan;

	switch (op->kind) {
	case PLAN_LEG_SET:
	case PLAN_LEG_DEL:
		op->leg = op->slot->leg;
		op->slot->leg = op->kind == PLAN_LEG_SET ? leg : NULL;
		break;
	case PLAN_ROOM_SET:
	case PLAN_ROOM_DEL:
		op->rplan = op->room->plan[w->index];
		op->room->plan[w->index] = op->kind == PLAN_ROOM_SET ? rplan : NULL;
		break;
	}
}

/* The floor is left by who goes, speaks into another room, or may not speak any more. */
static void apply_floor(struct worker *w, struct slot *s, const struct plan_leg *old)
{
	if (!old || !old->room)
		return;
	if (!s->leg || s->leg->room != old->room || !(s->leg->flags & PLAN_RECV))
		floor_leave(w, old->room, s);
}

static void apply_leg(struct worker *w, struct slot *s, const struct plan_leg *old)
{
	if (!old) {
		stat_set32(&s->stats.tx_ssrc, s->leg->ssrc);
		w->io->ops->slot_start(w->io, s);
	}
	if (!old || old->cookie != s->leg->cookie) {
		xpass_end(s);
		xpass_begin(w, s);
	}
	if (!old || old->generation != s->leg->generation)
		source_reset(s);
	dest_plan(w, s);
	silence_plan(w, s);
	apply_floor(w, s, old);
}

static void apply_stop(struct worker *w, struct slot *s, const struct plan_leg *old)
{
	apply_floor(w, s, old);
	xpass_end(s);
	silence_stop(w, s);
	report_stop(w, s);
	notice_drop_slot(s);
	w->io->ops->slot_stop(w->io, s);
}

static void apply_follow(struct worker *w, const struct plan_op *op)
{
	switch (op->kind) {
	case PLAN_LEG_SET:
		apply_leg(w, op->slot, op->leg);
		break;
	case PLAN_LEG_DEL:
		if (op->leg)
			apply_stop(w, op->slot, op->leg);
		break;
	case PLAN_ROOM_SET:
	case PLAN_ROOM_DEL:
		if (op->room->home == w)
			floor_plan(w, op->room);
		break;
	}
}

void work_apply(struct worker *w, struct plan_msg *msg)
{
	ON_WORKER(w);
	apply_farewell(w, msg);
	for (uint32_t i = 0; i < msg->nop; i++)
		apply_swap(w, &msg->op[i]);
	for (uint32_t i = 0; i < msg->nop; i++)
		apply_follow(w, &msg->op[i]);
}
