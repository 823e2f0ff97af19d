/* media/pace.h - when a worker wakes: for each packet, or by a tick.
 *
 * layer: media (L3)   thread: worker   I/O: clock_nanosleep
 *
 * Few packets: the worker sleeps in recv and each wakes it, with no delay. More than
 * PACE_MANY wake-ups a second: it sleeps a tick (default 2 ms) between rounds and takes
 * what has gathered, so that wake-ups never exceed one a tick and most of their cost is
 * shared. When most ticks find nothing it goes back.
 */
#pragma once

#include <stdbool.h>

struct worker;

enum { PACE_WINDOW = 100000000, PACE_MANY = 15, PACE_FEW = 8 }; /* per window of 100 ms */

/* Before a round: counts it, sleeps the rest of the tick when gathering. True when the
 * round must not wait in recv. */
bool pace_gather(struct worker *w);
