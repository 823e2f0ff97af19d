/* h248/svc.h - the control association: registration and what keeps it. Private to h248/.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 7.2.8, 9.2, 11.2-11.5
 */
#pragma once

#include "h248/mg.h"

int svc_init(struct h248_mg *mg); /* 0 or -H_ENOMEM */
void svc_fini(struct h248_mg *mg);
void svc_start(struct h248_mg *mg);
void svc_stop(struct h248_mg *mg);                  /* out of the configuration */
void svc_lost(struct h248_mg *mg);                  /* the MGC in control has failed */
void svc_handoff(struct h248_mg *mg, const struct h248_mid *to);
void svc_again(struct h248_mg *mg, bool warm);      /* register anew */
void svc_heard(struct h248_mg *mg);                 /* a message of the MGC in control */
/* A stream has opened: is it the one to the MGC in control from now on? */
bool svc_connected(struct h248_mg *mg, const struct assoc *as);
void svc_closed(struct h248_mg *mg, const struct assoc *as);

/* ServiceChange about terminations, or about ROOT going. `name` as text. */
int svc_tell(struct h248_mg *mg, uint32_t ctx, struct span name, enum h248_method method,
	     unsigned reason, uint32_t delay);
