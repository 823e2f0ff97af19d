/* media/hold.h - the first packet of a source, kept until the second proves the source.
 *
 * layer: media (L3)   thread: worker   I/O: none
 * RFC 3550 A.1: packets on probation may be stored until the source is valid
 *
 * So no call loses its first syllable. A small store per worker goes round: what was not
 * asked for in time is overwritten. Long packets are not kept.
 */
#pragma once

#include "media/pktio.h"

enum {
	HOLD_PACKETS = 1024,
	HOLD_BYTES = 512,        /* longest packet kept */
	HOLD_NS = 200000000,     /* an older one is not delivered */
};

struct hold {
	struct slot *slot;           /* NULL: free */
	uint64_t at;
	uint64_t round;             /* in which it was given out: not to be overwritten */
	struct addr from;
	uint32_t n;
	uint8_t head[PKT_HEAD];
	uint8_t p[HOLD_BYTES];
};

int hold_init(struct worker *w);     /* 0 or -H_ENOMEM */
void hold_fini(struct worker *w);
void hold_put(struct worker *w, const struct pkt *k);
/* The packet right before k of the same source, as it came; false: there is none. Its
 * bytes last until the end of the round. */
bool hold_take(struct worker *w, const struct pkt *k, struct pkt *out);
