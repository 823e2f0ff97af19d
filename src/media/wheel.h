/* media/wheel.h - a worker's timers: a hashed wheel, coarse and cheap.
 *
 * layer: media (L3)   thread: the owner's   I/O: none
 *
 * Ticks of WHEEL_TICK ns; a timer fires up to a tick late and never early. Setting,
 * deleting and firing are O(1); a timer further away than a turn stays in its bucket for
 * another turn. Meant for many timers of seconds (silence, reports), mostly reset before
 * they fire. Empty buckets cost nothing: a bitmap finds the next.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "util/list.h"

enum { WHEEL_TICK = 10000000, WHEEL_SLOTS = 1024 }; /* 10 ms; a turn is 10.24 s */

struct wheel_node;
typedef void(wheel_h)(struct wheel_node *n, uint64_t now);

struct wheel_node {
	struct list node;
	uint64_t tick;               /* when it is due; 0: not armed */
	wheel_h *fire;
};

#define WHEEL_OF(n, type, member) ((type *)(void *)((char *)(n) - offsetof(type, member)))

struct wheel {
	struct list bucket[WHEEL_SLOTS];
	uint64_t bits[WHEEL_SLOTS / 64]; /* buckets that hold something */
	uint64_t done;               /* the last tick that was run */
	uint32_t count;
};

void wheel_init(struct wheel *w, uint64_t now);
void wheel_node_init(struct wheel_node *n, wheel_h *fire);
void wheel_set(struct wheel *w, struct wheel_node *n, uint64_t at); /* (re)arm */
void wheel_del(struct wheel *w, struct wheel_node *n);
void wheel_run(struct wheel *w, uint64_t now);  /* fires what is due; they may set anew */
/* ns until the next bucket that holds something, at least one tick; -1: none. */
int64_t wheel_wait(const struct wheel *w, uint64_t now);

static inline bool wheel_armed(const struct wheel_node *n)
{
	return n->tick != 0;
}
