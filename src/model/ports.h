/* model/ports.h - what the model asks of the media layer: an ops table.
 *
 * layer: model (L2)   thread: control   I/O: the implementer's
 *
 * media/ports.c implements it, daemon/ plugs it in (with group/ behind join and leave),
 * tests plug in a fake. No call waits for a worker. A slot or room taken and never put in
 * force (no commit) may be given back at once.
 */
#pragma once

#include "model/cause.h"
#include "model/plan.h"
#include "model/stats.h"

enum { PORTS_ANY_WORKER = 0xffff, PORTS_SOURCES_MAX = 32 };

/* A multicast group a slot emits to or receives from. */
struct group_spec {
	struct addr group;           /* with port */
	uint32_t ifindex;            /* 0: by route */
	bool loop;                   /* emitting: members on this host hear it too */
	uint8_t hops, tos;           /* hops 0: 1 */
	struct addr source; /* emitting: send from this address; family 0: by route */
	bool exclude;                /* joining: sources[] are excluded, else included */
	uint8_t nsource;             /* 0: any source */
	struct addr sources[PORTS_SOURCES_MAX];
};

enum slot_flag {
	SLOT_EMIT = 1 << 0,  /* sends to `group` */
	SLOT_JOIN = 1 << 1,  /* receives from `group` once join() was called */
	SLOT_LISTENER = 1 << 2, /* a room's unicast listener: only sends */
};

struct slot_req {
	uint64_t cookie;
	uint16_t worker;             /* of the context or room, or PORTS_ANY_WORKER */
	uint8_t family;              /* 4, 6, or 0: any */
	uint8_t flags;
	char net[32]; /* media address pool by name; empty: by route to `toward`,
			 else the first of the family */
	struct addr toward;          /* the peer, if known; family 0 if not */
	const struct group_spec *group; /* with flags; borrowed for the call */
};

struct slot_info {
	struct slot *slot;
	uint16_t worker;
	struct addr local;           /* where RTP is received; RTCP is port + 1 */
	struct addr told; /* the same as peers know it (advertise behind NAT) */
	const struct strm_stats
		*stats; /* shared: atomics; valid until slot_give's retirement */
};

struct media_ops {
	/* Ports (and sockets) for one stream. CAUSE_NO_RESOURCES when ports, descriptors
	 * or the queue to the worker are short; CAUSE_REMOTE_UNSUPPORTED when no address
	 * of that family or network is there. */
	enum cause (*slot_take)(void *arg, const struct slot_req *req,
				struct slot_info *out);
	/* Give it back; after PLAN_LEG_DEL was committed, or when never committed. The
	 * port rests before it is handed out again. The stats pointer dies with this
	 * call. */
	void (*slot_give)(void *arg, struct slot *slot);
	/* Membership of the group the slot was taken for (same `g`), with SLOT_JOIN. A
	 * slot may join and leave more than once: mode changes. It is left before
	 * slot_give. */
	enum cause (*join)(void *arg, struct slot *slot, const struct group_spec *g);
	void (*leave)(void *arg, struct slot *slot, const struct group_spec *g);

	enum cause (*room_take)(void *arg, uint64_t cookie, struct med_room **room,
				uint16_t *worker);
	void (*room_give)(void *arg, struct med_room *room);

	/* Hand over messages (a list, at most one per worker). They come back through
	 * model_retired(). Cannot fail: what a ring won't take waits in an overflow list.
	 */
	void (*commit)(void *arg, struct plan_msg *list);
	/* True when the overflow is so long that engines should refuse new work. */
	bool (*overloaded)(void *arg);
	/* A free worker for a new context. */
	uint16_t (*place)(void *arg);

	/* The near side of a line or player endpoint (RFC 3435 Appendix D's H): a slot
	 * without ports. NULL, or a slot of NULL: there is none here, legs hear silence.
	 */
	enum cause (*near_take)(void *arg, const struct slot_req *req,
				struct slot_info *out);
};
