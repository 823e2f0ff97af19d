/* media/tellq.c - see tellq.h.
 *
 * layer: media (L3)   thread: one producer (worker), one consumer (control)   I/O: none
 */
#include "media/tellq.h"

#include "util/err.h"
#include "util/mem.h"

int tellq_init(struct tellq *q, size_t size)
{
	q->v = mem_array(size, sizeof(*q->v));
	if (!q->v)
		return -H_ENOMEM;
	q->mask = size - 1;
	atomic_init(&q->head, 0);
	atomic_init(&q->tail, 0);
	return 0;
}

void tellq_fini(struct tellq *q)
{
	mem_free(q->v);
	q->v = NULL;
}

bool tellq_push(struct tellq *q, const struct med_event *ev)
{
	size_t t = atomic_load_explicit(&q->tail, memory_order_relaxed);

	if (t - atomic_load_explicit(&q->head, memory_order_acquire) > q->mask)
		return false;
	q->v[t & q->mask] = *ev;
	atomic_store_explicit(&q->tail, t + 1, memory_order_release);
	return true;
}

bool tellq_pop(struct tellq *q, struct med_event *ev)
{
	size_t h = atomic_load_explicit(&q->head, memory_order_relaxed);

	if (h == atomic_load_explicit(&q->tail, memory_order_acquire))
		return false;
	*ev = q->v[h & q->mask];
	atomic_store_explicit(&q->head, h + 1, memory_order_release);
	return true;
}
