/* model/plan.h - what control tells the media workers, and what they tell back.
 *
 * layer: model (L2)   thread: built by control, read by workers, immutable in between
 * I/O: none
 *
 * The only header of model/ (with stats.h and ports.h) that media/ sees. Life of a plan:
 * model compiles it, a plan_msg carries it to the worker that owns the slot or room, the
 * worker swaps it with the one in force (between batches, all ops of a message at once),
 * and the message goes back with the OLD plans in place of the new: control frees them.
 * Workers never allocate for or free a plan.
 *
 * A slot is one stream's ports and running state, a med_room a room's; both belong to
 * media and are opaque here. A leg is a slot with a plan_leg in force.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/addr.h"

struct slot;
struct med_room;

enum {
	PLAN_KEYS = 128, /* format keys: 1 .. PLAN_KEYS-1; 0 is "none". A key means
			    something among legs that can hear each other only */
	PLAN_CHUNK = 32, /* outputs in a chunk of a room's list */
	PLAN_NO_PT = 0xff,
};

/* From whom a leg takes packets (SECURITY: bleed, injection). Before the remote
 * description is known nothing is relayed, except in recvonly (RFC 3435 2.3.5 demands
 * it; an operator who says strict does not want it): the model then says ACCEPT_ANY with
 * PLAN_RECV and no remote. A leg whose `remote`
 * has family 0 under the other two accepts nobody. */
enum plan_accept {
	ACCEPT_STRICT, /* the signalled address and port only */
	ACCEPT_HOST,   /* the signalled address, any port: the first valid one is kept */
	ACCEPT_ANY,    /* the first valid source is kept; another may take its place only
			  when the remote description changes */
};

enum plan_flag {
	PLAN_RECV = 1 << 0,  /* packets that arrive go into the context */
	PLAN_SEND = 1 << 1,  /* packets from the context go out (to `remote`) */
	PLAN_LATCH = 1 << 2, /* send to where the accepted packets come from */
	PLAN_LOOP = 1 << 3,  /* send what arrives back to its sender (network loopback) */
	PLAN_ANY_PT = 1 << 4,      /* take any payload type and pass it on unchanged */
	PLAN_WATCH_FIRST = 1 << 5, /* report the first packet */
	PLAN_GROUP = 1 << 6,       /* remote is a group: SRs, no latching, many sources */
	PLAN_WATCH_PT = 1 << 7,    /* report when the payload type changes: `watch_pt` */
	PLAN_GATE = 1 << 8,        /* `gate` says more of what is let in */
};

/* Sources beside `accept`, and policing: a packet, with its IP header, must fit both
 * rates that are not 0. H.248.43, H.248.53. */
struct plan_gate {
	struct addr net;             /* only from there; family 0: from anywhere */
	uint8_t bits;                /* of net */
	uint16_t port_least, port_most; /* only from these ports; 0: any */
	uint32_t rate, burst, peak, jump; /* octets a second, octets at once; the same */
};

/* An output on another worker, which finds it by the cookie of its leg: the slot may be
 * somebody else's when a packet comes. */
struct plan_far {
	struct slot *slot;           /* for comparison only */
	uint64_t cookie;
	uint64_t worker;
};

/* What one leg takes in, where that goes, and how the leg sends. */
struct plan_leg {
	uint64_t cookie; /* the model's name of the stream; comes back in events */
	uint32_t generation;         /* changes with the remote description: latch anew */
	uint16_t flags; /* enum plan_flag */
	uint8_t accept, tos, hops; /* DSCP << 2; TTL or hop limit, 0: system's default */
	uint32_t ssrc;               /* of what we send; constant over the leg's life */
	uint32_t clock;              /* Hz of the first format sent */
	uint32_t silence_ms;         /* report silence after this long; 0: never */
	struct addr remote, remote_rtcp; /* family 0: unknown or none */
	struct plan_gate gate;
	uint64_t watch_pt[2]; /* bits: payload types that count as a change */
	uint8_t rx_key[128];         /* payload type received -> key; 0: refuse */
	uint16_t rx_rate[128]; /* its clock in units of 25 Hz; 0: as `clock` (jitter) */
	uint8_t tx_pt[PLAN_KEYS]; /* key -> payload type sent; PLAN_NO_PT: none */
	struct slot *rtcp_peer;   /* translate RTCP with this leg (RFC 3550 7.2), or NULL:
				     end it here (RR with CNAME of our own) */
	struct med_room *room;    /* what arrives is also offered to this room, or NULL */
	uint64_t room_port;       /* the port of a room it stands behind; a room never
				     sends to legs with the talker's; 0: none */
	uint32_t nsrc;               /* how many legs and rooms may feed our output */
	uint32_t nrelay;             /* reverse index: outputs on the same worker ... */
	uint32_t nfar;               /* ... and on others, behind relay[]: plan_far() */
	struct slot *relay[];
};

static inline struct plan_far *plan_far(const struct plan_leg *p)
{
	uint32_t even = p->nrelay + (p->nrelay & 1); /* 64 bits wide, wherever */

	return (struct plan_far *)(uintptr_t)(p->relay + even);
}

static inline size_t plan_leg_size(uint32_t nrelay, uint32_t nfar)
{
	return sizeof(struct plan_leg) + (nrelay + (nrelay & 1)) * sizeof(struct slot *) +
	       nfar * sizeof(struct plan_far);
}

struct plan_chunk {
	uint32_t n;
	struct slot *out[PLAN_CHUNK];
};

enum plan_policy { ROOM_FIRST, ROOM_PRIORITY, ROOM_MIX, ROOM_FORWARD };

/* A room's outputs on one worker. The home worker decides the floor and passes accepted
 * packets to the workers in `others` (bit n: worker n), which send to their own chunks.
 */
struct plan_room {
	uint64_t cookie;
	uint8_t policy;              /* enum plan_policy */
	uint64_t floor_idle; /* ns without a packet after which the floor is free */
	uint64_t others;
	uint32_t nchunk;
	struct plan_chunk *chunk[]; /* shared with the plan before, copy on write */
};

enum plan_op_kind {
	PLAN_LEG_SET,  /* slot, leg: swap; the first one starts the slot */
	/* slot: stop it; leg comes back as the old plan; the slot's final totals are in
	 * its stats, which stay valid until slot_retired() */
	PLAN_LEG_DEL,
	PLAN_ROOM_SET, /* room, rplan: swap */
	PLAN_ROOM_DEL,
};

struct plan_op {
	enum plan_op_kind kind;
	struct slot *slot;
	struct med_room *room;
	struct plan_leg *leg;
	struct plan_room *rplan;
};

/* One commit for one worker. */
struct plan_msg {
	struct plan_msg *next;       /* for whoever holds it */
	uint16_t worker;
	uint32_t nop;
	struct plan_op op[];
};

enum med_event_kind {
	MED_FIRST_PACKET, /* the first packet since the leg began or the source changed */
	MED_LATCHED,      /* addr: where it will be sent from now on */
	MED_SILENT,       /* nothing received for silence_ms */
	MED_SPEAKS,       /* packets again after MED_SILENT */
	MED_FLOOR_TAKEN,  /* cookie: room; other: the talker's leg */
	MED_FLOOR_FREE,   /* cookie: room; other: who held it */
	MED_FLOOR_WAIT, /* cookie: room; other: a leg that spoke in vain (once per try) */
	MED_PAYLOAD,    /* other: the payload type received from now on */
};

struct med_event {
	enum med_event_kind kind;
	uint64_t cookie, other;
	uint64_t at;                 /* ns, monotonic, of detection */
	struct addr addr;
};
