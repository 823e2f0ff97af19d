/* h248/events.h - events detected: Notify, EventBuffer. Private to h248/.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 7.1.9, 7.2.7, 9.1 (one Notify per termination at a time)
 */
#pragma once

#include "h248/hterm.h"
#include "h248/pkg.h"

/* An event of a stream (sid 0: of the termination), by what detects it (enum hpkg_cap).
 * `parm` and `text`: one parameter, or NULL; parm is a literal. */
void hev_detected(struct hterm *h, unsigned cap, uint16_t sid, const char *parm,
		  uint32_t parm_id, const char *text);
/* After a command changed Events, EventBuffer or EventBufferControl. */
void hev_changed(struct hterm *h, bool new_events);
/* What waits in the EventBuffer, for audits. NULL: nothing, or no memory. */
struct h248_events *hev_waiting(struct arena *a, const struct hterm *h, bool binary);
