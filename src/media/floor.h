/* media/floor.h - who may speak into a room, and the fan-out of what is said.
 *
 * layer: media (L3)   thread: worker   I/O: none
 *
 * Policy `first`: the first accepted packet takes a free floor; it falls free when its
 * holder goes, no longer receives into the room, or was quiet for floor_idle. The home
 * worker decides; `who` lets the others turn speakers away without asking.
 */
#pragma once

#include "media/relay.h"
#include "media/room.h"

/* A packet of s for the room of its leg: RELAY_OK (sent on, or passed to the home
 * worker), or why not. */
int floor_offer(struct worker *w, struct slot *s, const struct feed *f);
/* The same on the home worker, for a packet that came from another one. */
int floor_input(struct worker *w, struct med_room *r, const struct feed *f);
/* s no longer speaks into r. slot is compared, never followed. */
void floor_leave(struct worker *w, struct med_room *r, const void *slot);
/* The room's plan was swapped or is gone; home worker only. */
void floor_plan(struct worker *w, struct med_room *r);
/* Send f to the outputs of r that are on this worker. */
void floor_fan(struct worker *w, const struct med_room *r, const struct feed *f);
