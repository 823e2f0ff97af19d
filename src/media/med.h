/* media/med.h - the media layer's root object and its pools.
 *
 * layer: media (L3)   thread: control, but for what says "any"   I/O: none
 */
#pragma once

#include <stdatomic.h>

#include "media/media.h"
#include "media/portpool.h"
#include "media/room.h"
#include "media/slot.h"
#include "media/worker.h"
#include "util/list.h"

enum { MED_SOURCES_MAX = 64, MED_CHUNK = 32 };

/* Memory of slots (or rooms), never given back before med_free(). */
struct med_chunk {
	struct med_chunk *next;      /* owned */
	unsigned char mem[];
};

/* Its MED_CHUNK items begin with a line of the cache, as slots want it. */
static inline void *med_chunk_items(struct med_chunk *c)
{
	uintptr_t at = (uintptr_t)c->mem;

	return c->mem + (SLOT_LINE - at % SLOT_LINE);
}

struct med_poolset {
	struct med_chunk *chunk;     /* owned */
	struct list free;
	unsigned used;
	uint32_t made;
};

struct med {
	struct med_conf conf;        /* strings and pools are ours */
	struct med_pool *pool_conf;  /* owned */
	char io_name[16], cname[MED_CNAME_MAX];
	struct port_pool *pool;      /* owned: conf.npool of them */
	const struct pktio_ops *row;
	struct worker **worker;      /* owned: nworker of them */
	unsigned nworker, nopen;     /* to have; that were opened */
	int back_fd;                 /* eventfd: workers wake control */
	bool batch;                  /* commits wake nobody until med_flush() */
	int poll_fd;                 /* epoll: back_fd and the rows' control_fd */
	int probe[2];                /* UDP sockets for route look-ups, v4 and v6; -1 */
	struct med_poolset slots, rooms;
	atomic_uint fds;             /* any: descriptors in use by media */
	unsigned fd_budget;
	uint64_t refused;
	/* addresses other than the pools' that groups are sent from; any thread reads */
	struct addr source[MED_SOURCES_MAX];
	atomic_uint nsource;
};

/* Take n descriptors of the budget: false when it is spent. Any thread. */
bool med_fd_take(struct med *m, unsigned n);
void med_fd_give(struct med *m, unsigned n);

struct slot *med_slot_new(struct med *m);     /* NULL: no memory */
void med_slot_del(struct med *m, struct slot *s);
struct med_room *med_room_new(struct med *m);
void med_room_del(struct med *m, struct med_room *r);

/* Is that the address and port of a slot of ours? Any thread. */
bool med_is_own(const struct med *m, const struct addr *a);
int med_source_add(struct med *m, const struct addr *a);

/* A message came back, or a slot or room named in none is given back: see what can be
 * taken apart (ports.c). */
void ports_retire(struct med *m, struct plan_msg *msg);
void ports_close_all(struct med *m); /* workers have ended */
