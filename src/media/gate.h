/* media/gate.h - what an agent lets in: sources by network and port, rates.
 *
 * layer: media (L3)   thread: worker   I/O: none
 * H.248.43 (source filters), H.248.53 (policing: a sustained and a peak rate)
 */
#pragma once

#include "media/slot.h"

enum { GATE_UDP = 8, GATE_IP4 = 20, GATE_IP6 = 40 }; /* octets of headers */

bool gate_admits(const struct plan_gate *g, const struct addr *from);
/* Does a packet of n octets of RTP fit the rates now? If so it is counted in. */
bool gate_fits(struct slot *s, uint32_t n, uint64_t now);
