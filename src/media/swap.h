/* media/swap.h - put a plan message in force.
 *
 * layer: media (L3)   thread: worker   I/O: none
 */
#pragma once

#include "media/worker.h"

/* All ops at once; the plans that were in force before are in msg afterwards. */
void work_apply(struct worker *w, struct plan_msg *msg);
