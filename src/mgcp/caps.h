/* mgcp/caps.h - capabilities of endpoints, and modes by name. Private to mgcp/.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 3.2.2.3, 3.2.2.6
 */
#pragma once

#include "model/model.h"
#include "util/buf.h"

void caps_put(struct buf *b, const struct endp *ep); /* "A: ..." lines */
const char *caps_mode_name(const struct term *t);
