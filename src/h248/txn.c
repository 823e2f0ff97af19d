/* h248/txn.c - at-most-once: the replies of the last LONG-TIMER seconds.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 D.1.1, D.1.2
 */
#include "h248/txn.h"

static uint64_t key(const struct kept_store *s, uint64_t mid, uint32_t tid)
{
	return map_u64(&s->map, mid ^ (uint64_t)tid << 32 ^ tid);
}

struct htxn *htxn_find(const struct kept_store *s, uint64_t mid, uint32_t tid)
{
	struct map_node *n = map_first(&s->map, key(s, mid, tid));

	for (; n; n = map_next(n)) {
		struct htxn *t = MAP_OF(n, struct htxn, kept.node);

		if (t->tid == tid && t->mid == mid)
			return t;
	}
	return NULL;
}

struct htxn *htxn_begin(struct kept_store *s, uint64_t mid, uint32_t tid)
{
	struct htxn *t = kept_begin(s, sizeof(*t), key(s, mid, tid));

	if (!t)
		return NULL;
	t->tid = tid;
	t->mid = mid;
	return t;
}

int htxn_end(struct kept_store *s, struct htxn *t, struct span reply, uint64_t forget)
{
	t->done = true;
	return kept_end(s, &t->kept, reply, forget);
}

struct htxn *htxn_expired(const struct kept_store *s, uint64_t now)
{
	struct kept *k = kept_oldest(s);

	return k && k->forget <= now ? MAP_OF(&k->node, struct htxn, kept.node) : NULL;
}

uint64_t htxn_next_expiry(const struct kept_store *s)
{
	const struct kept *k = kept_oldest(s);

	return k ? k->forget : UINT64_MAX;
}
