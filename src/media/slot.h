/* media/slot.h - one stream: its ports, its plan in force, its running state.
 *
 * layer: media (L3)   thread: see each part   I/O: none
 * RFC 3550 A.1 (sequence), A.3 (loss), A.8 (jitter), 6.4 (reports)
 *
 * Slots live in pools that never shrink, so a stale pointer is never unmapped memory.
 * Memory order between control and worker is given by the rings.
 */
#pragma once

#include <netinet/in.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "media/stat.h"
#include "media/track.h"
#include "media/wheel.h"
#include "model/plan.h"
#include "model/ports.h"
#include "model/stats.h"
#include "util/list.h"

struct worker;
struct port_pool;

/* Where a leg sends to; the row may keep what it likes in slot->io_data. */
struct slot_dest {
	struct addr addr;            /* family 0: nowhere */
	union {
		struct sockaddr sa;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	};
	socklen_t salen;
};

enum { SLOT_FD_RTP, SLOT_FD_RTCP, SLOT_FD_TX, SLOT_FD_TX_RTCP, SLOT_FDS };

enum { SLOT_LINE = 64 };

/* The order is for the cache: with thousands of streams each packet finds another slot,
 * and what it touches of it (both ends) stands in the first seven lines. */
struct slot {
	/* --- the worker's, for each packet --- */
	_Alignas(SLOT_LINE) struct plan_leg *leg; /* in force; NULL: stopped */
	void *io_data;               /* the packet I/O row's */
	struct slot_latch latch;
	uint32_t transit;            /* A.8: of the packet before, in timestamp units */
	uint32_t jitter16;           /* A.8: scaled by 16 */
	uint32_t clock;              /* Hz, of the payload type before */
	uint32_t gen;                /* counts source changes: outputs compare */
	uint8_t flags;               /* enum slot_flag; constant, as further down */
	bool transit_known, silent, first_told;
	bool cand_any;               /* somebody in cand[], or not long ago */
	uint8_t pt_heard;            /* payload type that counted last, + 1; 0: none */
	uint64_t expected_before;    /* expected of sources that ended */
	struct slot_src src;
	uint8_t cand_next;           /* which one gives way to a new one */
	uint8_t ev_bits;             /* events the ring did not take: 1 << kind */
	uint16_t hold;             /* index + 1 of its packet in worker's hold; 0: none */
	struct slot_tx tx;
	struct strm_stats stats;     /* shared: atomics; the worker writes */
	struct wheel_node report;
	struct slot_dest dest[2];    /* RTP, RTCP */

	/* --- the worker's, now and then --- */
	struct slot_cand cand[SLOT_CANDS];
	struct slot_rep rep;
	uint64_t gate_free[2];       /* ns: when rate and peak let the next packet in */
	struct wheel_node silence;
	struct list in_legs;         /* xpass.legs */
	struct list ev_wait;         /* in worker's list while ev_bits is not 0 */
	uint64_t tried_at;           /* ns: last packet that did not get a floor */
	uint64_t quiet_since;    /* ns: silence is counted from here or the last packet */

	/* --- constant from slot_take to slot_give: both threads read --- */
	struct worker *w;            /* borrowed */
	uint64_t cookie;
	struct addr local;           /* RTP; RTCP is port + 1. With JOIN: the group's */
	struct addr tx_local;        /* where we send from: local, unless JOIN */
	struct addr told;
	struct group_spec *spec;     /* owned; NULL unless EMIT or JOIN */
	struct port_pool *pool;      /* borrowed; NULL: no port of ours */
	uint16_t pair;               /* in pool */

	/* --- the packet I/O row's --- */
	uint8_t io_tos, io_hops;     /* as set on the sockets */
	struct addr io_peer;         /* RTP socket is connected to; family 0: no */
	int fd[SLOT_FDS];            /* -1: none */

	/* --- control's --- */
	struct list node;            /* free list */
	uint32_t inflight;           /* messages under way that name it */
	bool live, given, joined;    /* live: a leg is (or will be) in force */
};

static inline void slot_drop(struct slot *s, enum strm_drop why)
{
	stat_add64(&s->stats.drop[why], 1);
}

/* A row could not send this packet. */
static inline void slot_tx_failed(struct slot *s)
{
	slot_drop(s, DROP_SEND);
}
