/* util/map.h - intrusive hash table; the caller hashes and compares.
 *
 * layer: util (L0)   thread: the owner's   I/O: none
 *
 * Embed a map_node, hash the key with map_key() of that map (keyed, so a peer can't aim
 * collisions), look candidates up with map_first/map_next and compare yourself:
 *
 *	uint64_t h = str_hash(name, m->seed);
 *	for (struct map_node *n = map_first(m, h); n; n = map_next(n))
 *		if (str_eq(MAP_OF(n, struct thing, node)->name, name)) ...
 *
 * Growth moves a few buckets per insertion, so no single insertion is slow.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct map_node {
	struct map_node *next;
	uint64_t hash;
};

struct map_tab {
	struct map_node **slot; /* owned */
	size_t size;            /* power of two, or 0 */
};

struct map {
	struct map_tab tab, old; /* old: being emptied into tab */
	size_t count, moved;
	uint64_t seed;
};

#define MAP_OF(node, type, member) \
	((type *)(void *)((char *)(node) - offsetof(type, member)))

void map_init(struct map *m);   /* takes a random seed; allocates on first add */
void map_fini(struct map *m);   /* does not touch the nodes */
int map_add(struct map *m, struct map_node *n, uint64_t hash); /* 0 or -H_ENOMEM */
void map_del(struct map *m, struct map_node *n);
struct map_node *map_first(const struct map *m, uint64_t hash); /* of the same hash */
struct map_node *map_next(const struct map_node *n);
uint64_t map_u64(const struct map *m, uint64_t key);            /* hashes an integer */

/* Walk all nodes; `f` may delete the node it gets, nothing else. */
typedef void(map_each_h)(struct map_node *n, void *arg);
void map_each(struct map *m, map_each_h *f, void *arg);
