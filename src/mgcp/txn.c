/* mgcp/txn.c - at-most-once: the answers of the last T-HIST seconds.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 3.2.1.2, 3.5.1, 3.5.2
 */
#include "mgcp/txn.h"

struct txn *txn_find(const struct kept_store *s, uint32_t tid)
{
	struct map_node *n = map_first(&s->map, map_u64(&s->map, tid));

	for (; n; n = map_next(n)) {
		struct txn *t = MAP_OF(n, struct txn, kept.node);

		if (t->tid == tid)
			return t;
	}
	return NULL;
}

struct txn *txn_begin(struct kept_store *s, uint32_t tid)
{
	struct txn *t = kept_begin(s, sizeof(*t), map_u64(&s->map, tid));

	if (t)
		t->tid = tid;
	return t;
}

int txn_end(struct kept_store *s, struct txn *t, unsigned code, struct span answer,
	    uint64_t forget)
{
	t->code = (uint16_t)code;
	return kept_end(s, &t->kept, answer, forget);
}

static struct txn *oldest(const struct kept_store *s)
{
	struct kept *k = kept_oldest(s);

	return k ? MAP_OF(&k->node, struct txn, kept.node) : NULL;
}

/* One that still waits for 000 holds up those behind it: its own timer ends before its
 * T-HIST does, and expiry is looked at again then. */
void txn_expire(struct kept_store *s, uint64_t now)
{
	struct txn *t;

	while ((t = oldest(s)) && t->kept.forget <= now && !t->final)
		kept_drop(s, &t->kept);
}

uint64_t txn_next_expiry(const struct kept_store *s)
{
	const struct txn *t = oldest(s);

	return t && !t->final ? t->kept.forget : UINT64_MAX;
}
