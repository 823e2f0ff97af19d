/* media/silence.h - a leg that ought to hear something and does not.
 *
 * layer: media (L3)   thread: worker   I/O: none
 */
#pragma once

#include "media/slot.h"
#include "media/worker.h"

/* The plan in force says whether and how long; counted from now. */
void silence_plan(struct worker *w, struct slot *s);
/* A packet came in after MED_SILENT was told. */
void silence_over(struct worker *w, struct slot *s);
void silence_stop(struct worker *w, struct slot *s);
