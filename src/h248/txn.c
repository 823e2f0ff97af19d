/* h248/txn.c - at-most-once: the replies of the last LONG-TIMER seconds.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 D.1.1, D.1.2
 */
#include "h248/txn.h"

#include <string.h>

#include "util/err.h"
#include "util/mem.h"

void htxn_store_init(struct htxn_store *s, uint32_t most)
{
	map_init(&s->map);
	list_init(&s->fifo);
	s->most = most;
}

static void free_one(struct map_node *n, void *arg)
{
	struct htxn *t = MAP_OF(n, struct htxn, by_key);

	(void)arg;
	mem_free(t->reply);
	mem_free(t);
}

void htxn_store_fini(struct htxn_store *s)
{
	map_each(&s->map, free_one, NULL);
	map_fini(&s->map);
	list_init(&s->fifo);
}

static uint64_t key(const struct htxn_store *s, uint64_t mid, uint32_t tid)
{
	return map_u64(&s->map, mid ^ (uint64_t)tid << 32 ^ tid);
}

struct htxn *htxn_find(const struct htxn_store *s, uint64_t mid, uint32_t tid)
{
	struct map_node *n = map_first(&s->map, key(s, mid, tid));

	for (; n; n = map_next(n)) {
		struct htxn *t = MAP_OF(n, struct htxn, by_key);

		if (t->tid == tid && t->mid == mid)
			return t;
	}
	return NULL;
}

bool htxn_full(const struct htxn_store *s)
{
	return s->map.count >= s->most;
}

struct htxn *htxn_begin(struct htxn_store *s, uint64_t mid, uint32_t tid)
{
	struct htxn *t = mem_zalloc(sizeof(*t));

	if (!t)
		return NULL;
	t->tid = tid;
	t->mid = mid;
	list_init(&t->in_fifo);
	if (map_add(&s->map, &t->by_key, key(s, mid, tid))) {
		mem_free(t);
		return NULL;
	}
	return t;
}

int htxn_end(struct htxn_store *s, struct htxn *t, struct span reply, uint64_t forget)
{
	t->done = true;
	t->forget = forget;
	list_add(&s->fifo, &t->in_fifo);
	if (!reply.p)
		return 0;
	t->reply = mem_alloc(reply.n);
	if (!t->reply)
		return -H_ENOMEM;
	memcpy(t->reply, reply.p, reply.n);
	t->n = (uint32_t)reply.n;
	return 0;
}

void htxn_confirm(struct htxn *t)
{
	mem_free(t->reply);
	t->reply = NULL;
	t->n = 0;
}

void htxn_drop(struct htxn_store *s, struct htxn *t)
{
	list_del(&t->in_fifo);
	map_del(&s->map, &t->by_key);
	mem_free(t->reply);
	mem_free(t);
}

static struct htxn *oldest(const struct htxn_store *s)
{
	return list_empty(&s->fifo) ? NULL : LIST_OF(s->fifo.next, struct htxn, in_fifo);
}

struct htxn *htxn_expired(const struct htxn_store *s, uint64_t now)
{
	struct htxn *t = oldest(s);

	return t && t->forget <= now ? t : NULL;
}

uint64_t htxn_next_expiry(const struct htxn_store *s)
{
	const struct htxn *t = oldest(s);

	return t ? t->forget : UINT64_MAX;
}
