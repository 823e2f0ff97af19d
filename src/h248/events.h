/* h248/events.h - events detected: Notify. Private to h248/.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 7.1.9, 7.2.7, 9.1 (one Notify per termination at a time)
 */
#pragma once

#include "h248/hterm.h"
#include "h248/pkg.h"

/* An event of a stream (sid 0: of the termination). Reported when it was requested;
 * `name` and `text`: one parameter, or NULL. */
void hev_detected(struct hterm *h, enum hpkg_cap cap, uint16_t sid, const char *name,
		  uint32_t id, const char *text);
