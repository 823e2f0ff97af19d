/* h248/input.h - messages of known MGCs. Private to h248/.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 */
#pragma once

#include "h248/mg.h"

void input_message(struct h248_mg *mg, const struct assoc *from, struct span bytes);
