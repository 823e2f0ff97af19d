/* util/tmr.c - binary heap of timers.
 *
 * layer: util (L0)   thread: the owner's   I/O: none
 */
#include "util/tmr.h"

#include "util/err.h"
#include "util/mem.h"

void tmr_heap_init(struct tmr_heap *h)
{
	*h = (struct tmr_heap){ 0 };
}

void tmr_heap_fini(struct tmr_heap *h)
{
	mem_free(h->v);
	*h = (struct tmr_heap){ 0 };
}

void tmr_init(struct tmr *t, tmr_h *fire)
{
	*t = (struct tmr){ .fire = fire };
}

static void place(struct tmr_heap *h, size_t i, struct tmr *t)
{
	h->v[i] = t;
	t->pos = i + 1;
}

static void up(struct tmr_heap *h, size_t i, struct tmr *t)
{
	while (i && h->v[(i - 1) / 2]->at > t->at) {
		place(h, i, h->v[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	place(h, i, t);
}

static void down(struct tmr_heap *h, size_t i, struct tmr *t)
{
	for (;;) {
		size_t c = 2 * i + 1;

		if (c >= h->n)
			break;
		if (c + 1 < h->n && h->v[c + 1]->at < h->v[c]->at)
			c++;
		if (h->v[c]->at >= t->at)
			break;
		place(h, i, h->v[c]);
		i = c;
	}
	place(h, i, t);
}

int tmr_set(struct tmr_heap *h, struct tmr *t, uint64_t at)
{
	tmr_del(h, t);
	if (h->n == h->cap) {
		size_t cap = h->cap ? h->cap * 2 : 64;
		struct tmr **v = mem_realloc(h->v, cap * sizeof(struct tmr *));

		if (!v)
			return -H_ENOMEM;
		h->v = v;
		h->cap = cap;
	}
	t->at = at;
	up(h, h->n++, t);
	return 0;
}

void tmr_del(struct tmr_heap *h, struct tmr *t)
{
	size_t i = t->pos;
	struct tmr *last;

	if (!i--)
		return;
	t->pos = 0;
	last = h->v[--h->n];
	if (last == t)
		return;
	if (i && h->v[(i - 1) / 2]->at > last->at)
		up(h, i, last);
	else
		down(h, i, last);
}

uint64_t tmr_next(const struct tmr_heap *h)
{
	return h->n ? h->v[0]->at : TMR_NEVER;
}

void tmr_run(struct tmr_heap *h, uint64_t now)
{
	/* As many as are armed now: one that keeps arming itself can't hold us here. */
	for (size_t most = h->n; most && h->n && h->v[0]->at <= now; most--) {
		struct tmr *t = h->v[0];

		tmr_del(h, t);
		t->fire(t, now);
	}
}
