/* mgcp/notify.h - who is notified: changing the entity of endpoints. Private to mgcp/.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 2.1.4, 2.3.12, 4.3 (outstanding commands follow)
 */
#pragma once

#include "mgcp/gw.h"

/* An N: of a command, for one endpoint; `text` is taken over (owned). */
void notify_set_endp(struct mgcp_gw *gw, struct endp *ep, char *text);
/* An N: in an answer to RSIP, for all endpoints of a pattern. */
void notify_set_scope(struct mgcp_gw *gw, struct span pattern, struct span text);
/* The source of a successful non-audit command, for when nothing else is known. */
void notify_source(struct mgcp_gw *gw, struct endp *ep, const struct addr *from);
