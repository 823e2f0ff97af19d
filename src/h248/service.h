/* h248/service.h - service states: ordered by the MGC, the operator, the model. Private.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 7.2.8, 11.4
 */
#pragma once

#include "h248/hterm.h"

int hservice_change(struct h248_mg *mg, struct span pattern,
		   enum h248_service_change what, uint32_t delay, unsigned reason);
int hservice_root(struct h248_mg *mg, enum h248_service_change what, uint32_t delay,
		 unsigned reason);
void hservice_release(struct hterm *h, const char *why);
void hservice_handoff(struct h248_mg *mg, const struct h248_mid *to);
void hservice_run(struct h248_mg *mg); /* what had to wait for a reply to be sent */
