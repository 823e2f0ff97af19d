/* media/notice.h - events a worker tells control.
 *
 * layer: media (L3)   thread: worker   I/O: none
 *
 * Never blocks and loses no state: what the queue will not take is kept as a bit in the
 * slot or room and told later with what is true by then.
 */
#pragma once

#include "media/room.h"
#include "media/slot.h"
#include "media/worker.h"

void notice_slot(struct worker *w, struct slot *s, enum med_event_kind kind);
/* The floor was taken or is free; leg: the cookie of the talker. Home worker only. */
void notice_room(struct worker *w, struct med_room *r, enum med_event_kind kind,
		 uint64_t leg);
/* MED_FLOOR_WAIT of s, on its worker; lost when the queue is full (it is counted). */
void notice_wait(struct worker *w, const struct med_room *r, const struct slot *s);
/* Try again what had to wait. */
void notice_retry(struct worker *w);
/* Forget what waits for a slot or room that stops. */
void notice_drop_slot(struct slot *s);
void notice_drop_room(struct med_room *r);
