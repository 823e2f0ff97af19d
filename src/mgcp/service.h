/* mgcp/service.h - taking endpoints out of service and putting them back. Private.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 4.4.5
 */
#pragma once

#include "mgcp/gw.h"

/* See mgcp_engine_service(). */
int service_change(struct mgcp_gw *gw, struct span pattern, enum mgcp_service_change what,
		   uint32_t delay);
void service_free(struct mgcp_gw *gw);
