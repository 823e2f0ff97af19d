/* daemon/record.h - a connection that ended becomes a call record.
 *
 * layer: daemon (L5)   thread: control   I/O: store/
 */
#pragma once

#include "h248/engine.h"
#include "mgcp/engine.h"
#include "store/store.h"

void record_call(struct store *store, const struct mgcp_call_end *end);
void record_h248(struct store *store, const struct h248_call_end *end);
