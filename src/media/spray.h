/* media/spray.h - who sends to several legs at a time from one address and port?
 *
 * layer: media (L3)   thread: worker   I/O: none
 *
 * A phone does not; somebody who sprays our ports in the hope to be latched onto does.
 * Only asked about strangers, whose address no description named. It takes going to and
 * fro between live legs: a peer that moves from one call to the next does so once.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "util/addr.h"

struct worker;
struct slot;

enum {
	SPRAY_SETS = 512,            /* by the address; of each the last few are kept */
	SPRAY_WAYS = 8,
	SPRAY_NS = 500000000,        /* between packets to two legs, at most */
};

struct spray {
	struct addr from;
	const struct slot *slot;     /* the leg it sent to last */
	uint64_t at, turned_at;      /* ns: last packet; last change of legs */
	uint32_t turns;
};

/* A packet of `from` for s came: true when it sends to other legs as well. */
bool spray_check(struct worker *w, const struct slot *s, const struct addr *from);
