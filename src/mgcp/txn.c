/* mgcp/txn.c - at-most-once: the answers of the last T-HIST seconds.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 3.2.1.2, 3.5.1, 3.5.2
 */
#include "mgcp/txn.h"

#include <string.h>

#include "util/err.h"
#include "util/mem.h"

void txn_store_init(struct txn_store *s, uint32_t most)
{
	map_init(&s->map);
	list_init(&s->fifo);
	s->most = most;
}

static void free_one(struct map_node *n, void *arg)
{
	struct txn *t = MAP_OF(n, struct txn, by_tid);

	(void)arg;
	mem_free(t->answer);
	mem_free(t);
}

void txn_store_fini(struct txn_store *s)
{
	map_each(&s->map, free_one, s);
	map_fini(&s->map);
	list_init(&s->fifo);
}

struct txn *txn_find(const struct txn_store *s, uint32_t tid)
{
	struct map_node *n = map_first(&s->map, map_u64(&s->map, tid));

	for (; n; n = map_next(n)) {
		struct txn *t = MAP_OF(n, struct txn, by_tid);

		if (t->tid == tid)
			return t;
	}
	return NULL;
}

bool txn_full(const struct txn_store *s)
{
	return s->map.count >= s->most;
}

struct txn *txn_begin(struct txn_store *s, uint32_t tid)
{
	struct txn *t = mem_zalloc(sizeof(*t));

	if (!t)
		return NULL;
	t->tid = tid;
	list_init(&t->in_fifo);
	if (map_add(&s->map, &t->by_tid, map_u64(&s->map, tid))) {
		mem_free(t);
		return NULL;
	}
	return t;
}

int txn_end(struct txn_store *s, struct txn *t, unsigned code, struct span answer,
	    uint64_t forget)
{
	t->code = (uint16_t)code;
	t->forget = forget;
	list_add(&s->fifo, &t->in_fifo);
	t->answer = mem_alloc(answer.n);
	if (!t->answer)
		return -H_ENOMEM;
	memcpy(t->answer, answer.p, answer.n);
	t->n = (uint32_t)answer.n;
	return 0;
}

void txn_drop(struct txn_store *s, struct txn *t)
{
	list_del(&t->in_fifo);
	map_del(&s->map, &t->by_tid);
	mem_free(t->answer);
	mem_free(t);
}

void txn_confirm(struct txn *t)
{
	mem_free(t->answer);
	t->answer = NULL;
	t->n = 0;
}

/* One that still waits for 000 holds up those behind it: its own timer ends before its
 * T-HIST does, and expiry is looked at again then. */
void txn_expire(struct txn_store *s, uint64_t now)
{
	LIST_EACH_SAFE(it, &s->fifo)
	{
		struct txn *t = LIST_OF(it, struct txn, in_fifo);

		if (t->forget > now || t->final)
			break;
		txn_drop(s, t);
	}
}

uint64_t txn_next_expiry(const struct txn_store *s)
{
	const struct txn *t;

	if (list_empty(&s->fifo))
		return UINT64_MAX;
	t = LIST_OF(s->fifo.next, struct txn, in_fifo);
	return t->final ? UINT64_MAX : t->forget;
}
