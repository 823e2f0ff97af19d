/* h248/zoneid.c - zones by the numbers that stand for them in binary ids.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 6.2.2
 *
 * An index from a zone's hash to its name. It is made when a binary message first names a
 * zone, and again after zones came or went.
 */
#include "h248/mg.h"

#include <stdio.h>
#include <string.h>

#include "util/mem.h"

struct zoneid { /* owned by the map */
	struct map_node node;
	unsigned pool;
	uint64_t zone;
	char name[ENDP_NAME_MAX];
};

static uint64_t key(const struct h248_mg *mg, unsigned pool, uint64_t zone)
{
	return map_u64(&mg->zoneids, zone ^ (uint64_t)pool << 48);
}

const char *zoneid_name(const struct h248_mg *mg, unsigned pool, uint64_t zone)
{
	struct map_node *n = map_first(&mg->zoneids, key(mg, pool, zone));

	for (; n; n = map_next(n)) {
		struct zoneid *z = MAP_OF(n, struct zoneid, node);

		if (z->zone == zone && z->pool == pool)
			return z->name;
	}
	return NULL;
}

static void free_one(struct map_node *n, void *arg)
{
	(void)arg;
	mem_free(MAP_OF(n, struct zoneid, node));
}

void zoneid_forget(struct h248_mg *mg)
{
	map_each(&mg->zoneids, free_one, NULL);
	map_fini(&mg->zoneids);
	mg->zoneids_made = false;
}

static bool add(struct h248_mg *mg, unsigned pool, const struct endp *e, uint64_t zone)
{
	const char *first = zoneid_name(mg, pool, zone);
	struct zoneid *z;

	if (first) {
		log_warn(LOGC_H248, "%s: the binary id of %s and %s is the same: %s's",
			 mg->conf.name, first, e->name, first);
		return true;
	}
	z = mem_zalloc(sizeof(*z));
	if (!z)
		return false;
	z->pool = pool;
	z->zone = zone;
	memcpy(z->name, e->name, sizeof(z->name));
	if (!map_add(&mg->zoneids, &z->node, key(mg, pool, zone)))
		return true;
	mem_free(z);
	return false;
}

static bool add_pool(struct h248_mg *mg, unsigned i)
{
	const struct h248_pool *p = &mg->conf.pool[i];
	size_t head = (size_t)(strstr(p->pattern, "/%s/%d") - p->pattern) + 1;
	char pattern[ENDP_NAME_MAX];
	struct endp *e = NULL;

	snprintf(pattern, sizeof(pattern), "%.*s*", (int)head, p->pattern);
	while (endp_next(mg->owner, str_of(pattern), &e))
		if (e->room &&
		    !add(mg, i, e, names_zone(&p->bin, str_of(e->name + head))))
			return false;
	return true;
}

void zoneid_make(struct h248_mg *mg)
{
	bool ok = true;

	if (mg->zoneids_made)
		return;
	for (unsigned i = 0; ok && i < mg->conf.npool; i++)
		if (mg->conf.pool[i].kind == H248_POOL_ROOMS && !mg->conf.pool[i].base)
			ok = add_pool(mg, i);
	mg->zoneids_made = ok;
	if (!ok) /* no memory: another try at the next */
		zoneid_forget(mg);
}
