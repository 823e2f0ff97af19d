/* media/xlate.h - RTCP of one leg rewritten for the other.
 *
 * layer: media (L3)   thread: worker   I/O: none (queues packets)
 * RFC 3550 7.2 (translators); RFC 4585 6 (feedback)
 *
 * What s's peer says as the source `src.ssrc` goes out under d's SSRC: sender reports
 * with d's timestamps and counts, SDES, BYE, APP, feedback. What it reports on our stream
 * to it is reported on the source that feeds that stream: SSRC and extended sequence
 * number mapped back. Blocks on others are taken out; so are XR and unknown types, whose
 * insides can't be mapped.
 */
#pragma once

#include "media/pktio.h"

void xlate_pass(struct worker *w, struct slot *s, struct slot *d, struct pkt *k);
