/* media/portpool.h - the port pairs of one media address, shared out to the workers.
 *
 * layer: media (L3)   thread: control; portpool_used() any   I/O: none
 * RFC 3550 11: RTP on an even port, RTCP on the next
 *
 * A pair is an index; its RTP port is portpool_port(). Worker n owns the pairs with
 * (port / 2) mod workers = n, so steering packets to workers is arithmetic. Each share is
 * a queue in random order: take from the front, give to the back, O(1); a pair that was
 * given back is not taken again before `rest` ns have gone by.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "media/media.h"

struct port_share {
	uint16_t *pair;              /* owned: queue of the free ones */
	uint32_t cap, head, n;
};

struct port_pool {
	struct med_pool conf;
	uint16_t base;               /* first RTP port, even */
	uint32_t npair, nused, nbusy;
	unsigned nshare;
	uint64_t rest;               /* ns */
	struct port_share *share;    /* owned, one per worker */
	uint64_t *freed;             /* owned: ns, by pair; 0: never used */
	_Atomic uint8_t *used;       /* owned: by pair; any thread reads */
};

int portpool_init(struct port_pool *p, const struct med_pool *conf, unsigned workers,
		  uint64_t rest); /* 0, -H_EINVAL: no pair fits, -H_ENOMEM */
void portpool_fini(struct port_pool *p);
/* 0 and *pair, or -H_ELIMIT: none free that has rested. */
int portpool_take(struct port_pool *p, unsigned worker, uint64_t now, uint16_t *pair);
void portpool_give(struct port_pool *p, uint16_t pair, uint64_t now);
/* It was taken and turned out to be somebody else's: to the back, and counted. */
void portpool_busy(struct port_pool *p, uint16_t pair, uint64_t now);
unsigned portpool_resting(const struct port_pool *p, uint64_t now);

static inline uint16_t portpool_port(const struct port_pool *p, uint16_t pair)
{
	return (uint16_t)(p->base + 2 * pair);
}

/* Is that port (RTP or RTCP) one a slot of ours has now? */
static inline bool portpool_used(const struct port_pool *p, uint16_t port)
{
	uint32_t pair = (uint32_t)(port - p->base) / 2;

	return port >= p->base && pair < p->npair &&
	       atomic_load_explicit(&p->used[pair], memory_order_relaxed);
}
