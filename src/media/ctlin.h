/* media/ctlin.h - RTCP that arrives: checked, read, translated or ended.
 *
 * layer: media (L3)   thread: worker   I/O: none
 * RFC 3550 6.4, 7.2, A.2
 */
#pragma once

#include "media/pktio.h"

void ctlin_input(struct worker *w, struct pkt *k);
