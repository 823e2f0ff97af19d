/* util/map.c - chained hash table with incremental growth.
 *
 * layer: util (L0)   thread: the owner's   I/O: none
 */
#include "util/map.h"

#include "util/err.h"
#include "util/mem.h"
#include "util/rnd.h"

enum { MAP_FIRST = 16, MAP_STEP = 4 };

void map_init(struct map *m)
{
	*m = (struct map){ .seed = rnd_u64() };
}

void map_fini(struct map *m)
{
	mem_free(m->tab.slot);
	mem_free(m->old.slot);
	*m = (struct map){ .seed = m->seed };
}

static struct map_node **bucket(const struct map_tab *t, uint64_t hash)
{
	return &t->slot[hash & (t->size - 1)];
}

static void put(const struct map_tab *t, struct map_node *n)
{
	struct map_node **b = bucket(t, n->hash);

	n->next = *b;
	*b = n;
}

static void move_bucket(struct map *m, struct map_node **b)
{
	struct map_node *n = *b;

	*b = NULL;
	while (n) {
		struct map_node *next = n->next;

		put(&m->tab, n);
		n = next;
	}
}

static void move_some(struct map *m, size_t steps)
{
	while (m->old.size && steps--) {
		move_bucket(m, &m->old.slot[m->moved]);
		if (++m->moved == m->old.size) {
			mem_free(m->old.slot);
			m->old = (struct map_tab){ 0 };
		}
	}
}

static int grow(struct map *m)
{
	size_t size = m->tab.size ? m->tab.size * 2 : MAP_FIRST;
	struct map_node **slot = mem_array(size, sizeof(struct map_node *));

	if (!slot)
		return -H_ENOMEM;
	move_some(m, m->old.size);
	m->old = m->tab;
	m->moved = 0;
	m->tab = (struct map_tab){ slot, size };
	return 0;
}

int map_add(struct map *m, struct map_node *n, uint64_t hash)
{
	/* A table that can't grow any more still works, only slower. */
	if (m->count >= m->tab.size && grow(m) && !m->tab.size)
		return -H_ENOMEM;
	move_some(m, MAP_STEP);
	/* All of one hash stand in one table, so map_next() looks in one only. */
	if (m->old.size)
		move_bucket(m, bucket(&m->old, hash));
	n->hash = hash;
	put(&m->tab, n);
	m->count++;
	return 0;
}

static bool unlink_from(const struct map_tab *t, struct map_node *n)
{
	struct map_node **at;

	if (!t->size)
		return false;
	for (at = bucket(t, n->hash); *at; at = &(*at)->next) {
		if (*at == n) {
			*at = n->next;
			n->next = NULL;
			return true;
		}
	}
	return false;
}

void map_del(struct map *m, struct map_node *n)
{
	if (unlink_from(&m->tab, n) || unlink_from(&m->old, n))
		m->count--;
}

static struct map_node *skip_to(struct map_node *n, uint64_t hash)
{
	while (n && n->hash != hash)
		n = n->next;
	return n;
}

struct map_node *map_first(const struct map *m, uint64_t hash)
{
	struct map_node *n = m->tab.size ? skip_to(*bucket(&m->tab, hash), hash) : NULL;

	if (!n && m->old.size)
		n = skip_to(*bucket(&m->old, hash), hash);
	return n;
}

struct map_node *map_next(const struct map_node *n)
{
	return skip_to(n->next, n->hash);
}

uint64_t map_u64(const struct map *m, uint64_t key)
{
	uint64_t x = key ^ m->seed;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
	return x ^ x >> 31;
}

static void each_in(const struct map_tab *t, map_each_h *f, void *arg)
{
	for (size_t i = 0; i < t->size; i++) {
		struct map_node *n = t->slot[i];

		while (n) {
			struct map_node *next = n->next;

			f(n, arg);
			n = next;
		}
	}
}

void map_each(struct map *m, map_each_h *f, void *arg)
{
	move_some(m, m->old.size); /* so that deletion inside f meets one table only */
	each_in(&m->tab, f, arg);
}
