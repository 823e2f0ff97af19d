/* media/route_int.h - the insides of the next-hop cache, shared by route.c and
 * route_hop.c.
 *
 * layer: media (L3)   thread: control; route_hop.c also workers   I/O: none
 *
 * Hops lie in buckets of ROUTE_WAYS; a key may be in either of two buckets, so the table
 * can be filled well without one ever moving.
 */
#pragma once

#include "media/frame.h"
#include "media/route.h"
#include "media/route_nl.h"
#include "util/list.h"
#include "util/map.h"

enum {
	ROUTE_WAYS = 8,
	ROUTE_QUEUE = 2048,   /* requests of a worker that may wait */
	ROUTE_EVICT_S = 10,   /* what was used later than this keeps its place */
};

/* A next hop on a link. */
struct route_neigh {
	struct map_node node;
	struct list hops;     /* route_ctl.by_neigh */
	uint32_t ifindex;
	struct addr ip;
	uint16_t state;       /* NUD_... */
	bool usable, kept;    /* kept: the kernel keeps it resolved for us */
	uint8_t mac[6];
	uint64_t asked;       /* ns */
};

/* Control's half of a hop, at the same index. */
struct route_ctl {
	struct list by_neigh;
	struct route_neigh *neigh; /* borrowed */
	struct route_key key;
	struct route_next next;
	uint64_t hash;
	uint32_t epoch;       /* of the last look-up */
	bool taken;
};

struct route_ours {
	struct addr ip;
	uint32_t ifindex;
};

/* Keys by value from one worker to control. */
struct route_queue {
	atomic_uint head;     /* control's */
	uint8_t apart[60];    /* not on the line of what the worker writes */
	atomic_uint tail;     /* the worker's, like lost */
	_Atomic uint64_t lost;
	struct route_key v[ROUTE_QUEUE];
};

struct route {
	const struct route_sys *sys;
	void *sys_arg;
	struct route_kernel *kernel; /* owned; NULL in tests */
	int ep, wake;                /* owned; -1 in tests */
	struct route_hop *hop;       /* owned: shared with workers */
	struct route_ctl *ctl;       /* owned */
	unsigned size, buckets, nhop;
	uint64_t seed;
	struct route_queue *queue;   /* owned: one per worker */
	unsigned nqueue;
	struct route_link *link;     /* owned */
	unsigned nlink, link_cap;
	struct route_ours *ours;     /* owned */
	unsigned nours, ours_cap;
	struct map neighs;
	_Atomic uint32_t moved;      /* workers read: any generation moved */
	uint64_t now;
	uint32_t epoch;              /* moves when every hop must be looked up again */
	unsigned cursor, aged;
	bool sweeping, changed, lost;
	void (*on_change)(void *arg);
	void *on_change_arg;
	struct route_info info;
};

/* Index of the i-th of 2 * ROUTE_WAYS places a key may have. */
static inline uint32_t route_way(const struct route *r, uint64_t hash, unsigned i)
{
	uint64_t h = i < ROUTE_WAYS ? hash : (hash >> 32) ^ (hash >> 7);

	return (uint32_t)((h & (r->buckets - 1)) * ROUTE_WAYS + i % ROUTE_WAYS);
}

struct route_key route_key_clean(const struct route_key *k);
uint64_t route_key_hash(const struct route *r, const struct route_key *k); /* never 0 */
struct route_hop *route_find(struct route *r, const struct route_key *clean,
			     uint64_t hash);
void route_hop_write(struct route_hop *h, const struct route_key *k,
		     const struct route_next *next, uint64_t hash);
bool route_queue_pop(struct route_queue *q, struct route_key *out);
void route_drain_wake(struct route *r);
struct route_link *route_link_find(const struct route *r, uint32_t ifindex);
struct route_neigh *route_neigh_find(const struct route *r, uint32_t ifindex,
				     const struct addr *ip);
void route_neigh_take(struct route_neigh *e, const struct route_news *n);
void route_hop_publish(struct route *r, struct route_ctl *c,
		       const struct route_next *next);
void route_take_news(void *arg, const struct route_news *n); /* arg: struct route */
int route_reload(struct route *r); /* news were lost: all of the kernel's tables anew */
int route_load(struct route *r);
void route_drop_all(struct route *r);
/* Place n of an array, grown when n == *cap; NULL: out of memory. */
void *route_room(void **v, unsigned n, unsigned *cap, size_t size);
