/* mgcp/caps.h - capabilities of endpoints. Private to mgcp/.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 3.2.2.3
 */
#pragma once

#include "model/model.h"
#include "util/buf.h"

void caps_put(struct buf *b, const struct endp *ep); /* the "A: ..." line */
