/* mgcp/input.h - datagrams of known agents. Private to mgcp/.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 3.5
 */
#pragma once

#include "mgcp/gw.h"

void input_datagram(struct mgcp_gw *gw, const struct assoc *from, struct span bytes);
