/* util/ring.c - see ring.h.
 *
 * layer: util (L0)   thread: one producer, one consumer   I/O: none
 */
#include "util/ring.h"

#include <stdint.h>

#include "util/err.h"
#include "util/mem.h"

int ring_init(struct ring *r, size_t size)
{
	size_t n = 2;

	if (size > SIZE_MAX / 2 / sizeof(void *))
		return -H_ELIMIT;
	while (n < size)
		n *= 2;
	r->slot = mem_array(n, sizeof(void *));
	if (!r->slot)
		return -H_ENOMEM;
	r->mask = n - 1;
	r->tail_seen = r->head_seen = 0;
	atomic_init(&r->head, 0);
	atomic_init(&r->tail, 0);
	return 0;
}

void ring_fini(struct ring *r)
{
	mem_free(r->slot);
	r->slot = NULL;
}

bool ring_push(struct ring *r, void *p)
{
	size_t t = atomic_load_explicit(&r->tail, memory_order_relaxed);

	if (t - r->head_seen > r->mask) {
		r->head_seen = atomic_load_explicit(&r->head, memory_order_acquire);
		if (t - r->head_seen > r->mask)
			return false;
	}
	r->slot[t & r->mask] = p;
	atomic_store_explicit(&r->tail, t + 1, memory_order_release);
	return true;
}

void *ring_pop(struct ring *r)
{
	size_t h = atomic_load_explicit(&r->head, memory_order_relaxed);
	void *p;

	if (h == r->tail_seen) {
		r->tail_seen = atomic_load_explicit(&r->tail, memory_order_acquire);
		if (h == r->tail_seen)
			return NULL;
	}
	p = r->slot[h & r->mask];
	atomic_store_explicit(&r->head, h + 1, memory_order_release);
	return p;
}

bool ring_empty(const struct ring *r)
{
	return atomic_load_explicit(&r->head, memory_order_acquire) ==
	       atomic_load_explicit(&r->tail, memory_order_acquire);
}
