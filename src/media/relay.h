/* media/relay.h - RTP from inputs to outputs by the plan.
 *
 * layer: media (L3)   thread: worker   I/O: none (batches in, batches out)
 * RFC 3550 7.1 (translators), 5.1; RFC 3551 4.1
 *
 * A packet that passed source_check() becomes a `feed`; each output writes a header of
 * its own (SSRC, sequence, timestamp, payload type) before the shared rest.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "media/pktio.h"
#include "media/slot.h"

enum { RELAY_OK = -1 };

struct feed {
	const void *from;           /* the slot it came in on; compared, never followed */
	uint64_t at;                 /* ns: when it came */
	uint64_t cookie;             /* of its leg */
	uint64_t room_port;          /* the same; 0: none */
	uint32_t gen, ssrc;          /* of its source */
	uint32_t ts;
	uint32_t ext;                /* extended sequence number */
	uint16_t seq;
	uint8_t b0, b1;              /* first two bytes of its header */
	uint8_t key;                /* of the format; 0: unknown, payload type as it is */
	struct xpkt *shared;         /* body lies in this one, others read it; or NULL */
	uint8_t *body;             /* behind the fixed header; the same for all outputs */
	uint32_t nbody;
	uint32_t octets;             /* payload alone */
};

void relay_batch(struct worker *w, struct pkt *v, unsigned n);
/* Queue f for one output: RELAY_OK, or the enum strm_drop that says why not. */
int relay_to(struct worker *w, const struct feed *f, struct slot *out);
