/* media/wheel.c - see wheel.h.
 *
 * layer: media (L3)   thread: the owner's   I/O: none
 */
#include "media/wheel.h"

static unsigned wheel_index(uint64_t tick)
{
	return (unsigned)(tick % WHEEL_SLOTS);
}

void wheel_init(struct wheel *w, uint64_t now)
{
	for (unsigned i = 0; i < WHEEL_SLOTS; i++)
		list_init(&w->bucket[i]);
	for (unsigned i = 0; i < WHEEL_SLOTS / 64; i++)
		w->bits[i] = 0;
	w->done = now / WHEEL_TICK;
	w->count = 0;
}

void wheel_node_init(struct wheel_node *n, wheel_h *fire)
{
	list_init(&n->node);
	n->tick = 0;
	n->fire = fire;
}

void wheel_set(struct wheel *w, struct wheel_node *n, uint64_t at)
{
	uint64_t tick = at / WHEEL_TICK + 1;
	unsigned i;

	if (tick <= w->done)
		tick = w->done + 1;
	if (n->tick == tick)
		return;
	wheel_del(w, n);
	n->tick = tick;
	i = wheel_index(tick);
	list_add(&w->bucket[i], &n->node);
	w->bits[i / 64] |= 1ull << (i % 64);
	w->count++;
}

void wheel_del(struct wheel *w, struct wheel_node *n)
{
	unsigned i = wheel_index(n->tick);

	if (!n->tick)
		return;
	list_del(&n->node);
	n->tick = 0;
	w->count--;
	if (list_empty(&w->bucket[i]))
		w->bits[i / 64] &= ~(1ull << (i % 64));
}

/* The first bucket at or after `from`, going round, that holds something. */
static int wheel_find(const struct wheel *w, unsigned from)
{
	unsigned k = from / 64;
	uint64_t v = w->bits[k] & (~0ull << (from % 64));

	for (unsigned n = 0; n <= WHEEL_SLOTS / 64; n++) {
		if (v)
			return (int)(k * 64 + (unsigned)__builtin_ctzll(v));
		k = (k + 1) % (WHEEL_SLOTS / 64);
		v = w->bits[k];
	}
	return -1;
}

/* Fire what is due in one bucket. What stays goes to a list of its own first, so that a
 * handler may delete any timer and set timers into this very bucket. */
static void wheel_bucket(struct wheel *w, unsigned i, uint64_t tick, uint64_t now)
{
	struct list keep, *it;

	list_init(&keep);
	while ((it = list_first(&w->bucket[i]))) {
		struct wheel_node *n = LIST_OF(it, struct wheel_node, node);

		list_del(it);
		if (n->tick > tick) {
			list_add(&keep, it);
			continue;
		}
		n->tick = 0;
		w->count--;
		n->fire(n, now);
	}
	while ((it = list_first(&keep))) {
		list_del(it);
		list_add(&w->bucket[i], it);
	}
	if (list_empty(&w->bucket[i]))
		w->bits[i / 64] &= ~(1ull << (i % 64));
	else
		w->bits[i / 64] |= 1ull << (i % 64);
}

void wheel_run(struct wheel *w, uint64_t now)
{
	uint64_t upto = now / WHEEL_TICK;
	unsigned n = 0;

	if (upto > w->done + WHEEL_SLOTS) /* after a long sleep one turn sees all */
		w->done = upto - WHEEL_SLOTS;
	while (w->done < upto && w->count && n++ < WHEEL_SLOTS) {
		unsigned from = wheel_index(w->done + 1);
		int i = wheel_find(w, from);
		uint64_t ahead;

		if (i < 0)
			break;
		ahead = ((unsigned)i + WHEEL_SLOTS - from) % WHEEL_SLOTS;
		if (w->done + 1 + ahead > upto)
			break;
		w->done += 1 + ahead;
		wheel_bucket(w, (unsigned)i, w->done, now);
	}
	if (upto > w->done)
		w->done = upto;
}

int64_t wheel_wait(const struct wheel *w, uint64_t now)
{
	unsigned from = wheel_index(w->done + 1);
	int i = wheel_find(w, from);
	uint64_t at;

	if (i < 0)
		return -1;
	at = (w->done + 1 + ((unsigned)i + WHEEL_SLOTS - from) % WHEEL_SLOTS) *
	     WHEEL_TICK;
	return at > now + WHEEL_TICK ? (int64_t)(at - now) : WHEEL_TICK;
}
