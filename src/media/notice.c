/* media/notice.c - see notice.h.
 *
 * layer: media (L3)   thread: worker   I/O: none
 */
#include "media/notice.h"

static bool notice_push(struct worker *w, const struct med_event *ev)
{
	if (!tellq_push(&w->tellq, ev)) {
		stat_add64(&w->stats.event_waits, 1);
		return false;
	}
	stat_add64(&w->stats.events, 1);
	w->told = true;
	return true;
}

static bool notice_slot_push(struct worker *w, struct slot *s, enum med_event_kind kind)
{
	struct med_event ev = {
		.kind = kind,
		.cookie = s->leg->cookie,
		.at = w->now,
		.addr = s->src.from,
	};

	if (kind == MED_PAYLOAD)
		ev.other = s->pt_heard - 1u;
	return notice_push(w, &ev);
}

void notice_slot(struct worker *w, struct slot *s, enum med_event_kind kind)
{
	ON_WORKER(w);
	if (s->leg && !s->ev_bits && notice_slot_push(w, s, kind))
		return;
	s->ev_bits |= (uint8_t)(1u << kind);
	if (list_empty(&s->ev_wait))
		list_add(&w->ev_slots, &s->ev_wait);
}

static bool notice_room_push(struct worker *w, struct med_room *r,
			     enum med_event_kind kind, uint64_t leg)
{
	struct med_event ev = {
		.kind = kind,
		.cookie = r->plan[w->index]->cookie,
		.other = leg,
		.at = w->now,
	};

	return notice_push(w, &ev);
}

void notice_room(struct worker *w, struct med_room *r, enum med_event_kind kind,
		 uint64_t leg)
{
	ON_WORKER(w);
	if (!r->ev_bits && notice_room_push(w, r, kind, leg))
		return;
	r->ev_bits =
		(uint8_t)(1u << (kind - MED_FLOOR_TAKEN)); /* the last state matters */
	r->floor.told = leg;
	if (list_empty(&r->ev_wait))
		list_add(&w->ev_rooms, &r->ev_wait);
}

void notice_wait(struct worker *w, const struct med_room *r, const struct slot *s)
{
	struct med_event ev = {
		.kind = MED_FLOOR_WAIT,
		.cookie = r->cookie,
		.other = s->leg->cookie,
		.at = w->now,
	};

	ON_WORKER(w);
	notice_push(w, &ev);
}

static bool notice_retry_slot(struct worker *w, struct slot *s)
{
	while (s->leg && s->ev_bits) {
		unsigned kind = (unsigned)__builtin_ctz(s->ev_bits);

		if (!notice_slot_push(w, s, (enum med_event_kind)kind))
			return false;
		s->ev_bits &= (uint8_t) ~(1u << kind);
	}
	notice_drop_slot(s);
	return true;
}

static bool notice_retry_room(struct worker *w, struct med_room *r)
{
	if (r->plan[w->index] && r->ev_bits) {
		unsigned kind = (unsigned)__builtin_ctz(r->ev_bits) + MED_FLOOR_TAKEN;

		if (!notice_room_push(w, r, (enum med_event_kind)kind, r->floor.told))
			return false;
	}
	notice_drop_room(r);
	return true;
}

void notice_retry(struct worker *w)
{
	struct list *l;

	while ((l = list_first(&w->ev_slots)))
		if (!notice_retry_slot(w, LIST_OF(l, struct slot, ev_wait)))
			return;
	while ((l = list_first(&w->ev_rooms)))
		if (!notice_retry_room(w, LIST_OF(l, struct med_room, ev_wait)))
			return;
}

void notice_drop_slot(struct slot *s)
{
	s->ev_bits = 0;
	list_del(&s->ev_wait);
}

void notice_drop_room(struct med_room *r)
{
	r->ev_bits = 0;
	list_del(&r->ev_wait);
}
