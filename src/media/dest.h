/* media/dest.h - where a leg sends its RTP and RTCP to.
 *
 * layer: media (L3)   thread: worker   I/O: none (tells the row)
 */
#pragma once

#include "media/slot.h"
#include "media/worker.h"

/* As the plan in force has it; keeps a latch that still holds. */
void dest_plan(struct worker *w, struct slot *s);
/* RTP to `to`, RTCP to the port behind until RTCP itself is heard. */
void dest_latch(struct worker *w, struct slot *s, const struct addr *to);
/* RTCP was heard from the peer's host at this port. */
void dest_latch_rtcp(struct worker *w, struct slot *s, const struct addr *to);
