/* mgcp/entity.h - notified entities: who is told, and at which addresses.
 *
 * layer: mgcp (L3)   thread: control   I/O: none (names are the daemon's to resolve)
 * RFC 3435 2.1.4, 3.2.1.3, 4.2
 *
 * An entity is the text of an N: parameter. The gateway has one, an endpoint may have
 * its own. Without text it is the provisioned one; without that, and for the empty text,
 * it is whoever sent the last successful non-audit command.
 */
#pragma once

#include "mgcp/gw.h"

struct endst;

enum { ENTITY_TEXT_MAX = MGCP_ENTITY_LEN };

/* The entity in force, as F: N tells it; "" when there is none. `st` may be NULL. */
const char *entity_text(const struct mgcp_gw *gw, const struct endst *st,
			char buf[ENTITY_TEXT_MAX]);
/* Its addresses, best first. 0: unknown; -H_EAGAIN: being resolved. */
int entity_addrs(const struct mgcp_gw *gw, const char *text,
		 struct addr out[GW_ADDRS_MAX]);
/* May an agent name this one? Literals must be of the owner's group. */
bool entity_ok(const struct mgcp_gw *gw, const struct mgcp_name *n);
/* Does it stand for a name whose addresses a resolver may change? */
bool entity_is_name(const struct mgcp_gw *gw, const char *text);
