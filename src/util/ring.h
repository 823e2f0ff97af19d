/* util/ring.h - single-producer single-consumer ring of pointers.
 *
 * layer: util (L0)   thread: one producer, one consumer   I/O: none
 *
 * Wait-free. ring_push() answers false when full: the producer keeps what the ring does
 * not take (an overflow list of its own) and counts it; it never blocks.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct ring {
	_Alignas(64) atomic_size_t head; /* next to read; consumer's */
	size_t tail_seen;
	_Alignas(64) atomic_size_t tail; /* next to write; producer's */
	size_t head_seen;
	_Alignas(64) size_t mask;
	void **slot; /* owned */
};

int ring_init(struct ring *r, size_t size); /* made a power of two; 0 or -H_E... */
void ring_fini(struct ring *r);
bool ring_push(struct ring *r, void *p);
void *ring_pop(struct ring *r);             /* NULL when empty */
bool ring_empty(const struct ring *r);
