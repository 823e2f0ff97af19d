/* util/rtt.h - how long to wait for an answer before asking again.
 *
 * layer: util (L0)   thread: control   I/O: none
 * RFC 3435 3.5.3; RFC 3525 D.1.3
 *
 * One rtt per peer (an owner's agents), one rtt_try per command. All times are in us.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct rtt {
	uint32_t first, least, most; /* of the configuration */
	uint32_t aad, adev;          /* smoothed delay and deviation */
	uint32_t carry; /* of the last command answered after a repeat; 0: none */
	bool measured;
};

struct rtt_try {
	uint32_t delay; /* T-DELAY, doubled by each repeat */
	uint32_t rto;   /* wait this long now */
	bool repeated;
};

void rtt_init(struct rtt *r, uint32_t first_ms, uint32_t least_ms, uint32_t most_ms);
uint32_t rtt_rto(const struct rtt *r); /* for a new command */
void rtt_start(const struct rtt *r, struct rtt_try *t);
void rtt_repeat(const struct rtt *r, struct rtt_try *t); /* back off */
void rtt_answered(struct rtt *r, const struct rtt_try *t, uint64_t took);
