/* media/room.h - a room's running state: who holds the floor, outputs by worker.
 *
 * layer: media (L3)   thread: see each part   I/O: none
 *
 * Rooms live in pools that never shrink: a packet passed to another worker may name a
 * room that is gone; `gen` tells.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "media/media.h"
#include "media/wheel.h"
#include "model/plan.h"
#include "util/list.h"

struct worker;

/* The floor; the home worker's. */
struct floor {
	uint64_t holder;             /* cookie of the leg that holds it; 0: free */
	const void *slot;            /* its slot; compared, never followed */
	uint64_t last;               /* ns: its last packet */
	uint64_t told;               /* talker of the event that waits */
};

struct med_room {
	/* --- constant from room_take to room_give --- */
	struct worker *home;         /* borrowed */
	uint64_t cookie;
	_Atomic uint32_t gen;       /* changes when the memory is used for another room */

	/* --- the home worker writes, workers read --- */
	_Atomic uintptr_t who;       /* the slot that holds the floor; 0: free */

	/* --- control's --- */
	struct list node;            /* free list */
	uint32_t inflight;
	uint64_t live;               /* bit n: worker n has (or will have) a plan */
	bool given;

	/* --- worker n: element n --- */
	struct plan_room *plan[MED_WORKERS_MAX];

	/* --- the home worker's --- */
	struct floor floor;
	struct wheel_node idle;
	struct list ev_wait;
	uint8_t ev_bits;
};
