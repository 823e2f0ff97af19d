/* model/formats.c - lists of formats kept once, however many streams have them.
 *
 * layer: model (L2)   thread: control   I/O: none
 */
#include "model/impl.h"

#include <string.h>

#include "util/mem.h"

static uint64_t set_hash(uint64_t seed, const struct format *v, unsigned n)
{
	uint64_t h = seed;

	for (unsigned i = 0; i < n; i++) {
		h = str_ihash(str_of(v[i].name), h);
		h = str_hash(str_of(v[i].fmtp), h ^ v[i].pt ^ (uint64_t)v[i].clock << 16);
	}
	return h;
}

static bool set_equal(const struct format_set *s, const struct format *v, unsigned n)
{
	if (s->n != n)
		return false;
	for (unsigned i = 0; i < n; i++)
		if (!format_equal(&s->v[i], &v[i]) || strcmp(s->v[i].name, v[i].name))
			return false;
	return true;
}

const struct format_set *format_set_get(struct model *m, const struct format *v,
					unsigned n)
{
	uint64_t h = set_hash(m->sets.seed, v, n);
	struct format_set *s;

	for (struct map_node *i = map_first(&m->sets, h); i; i = map_next(i)) {
		s = MAP_OF(i, struct format_set, node);
		if (set_equal(s, v, n)) {
			s->uses++;
			return s;
		}
	}
	s = mem_alloc(sizeof(*s) + n * sizeof(*v));
	if (!s)
		return NULL;
	*s = (struct format_set){ .uses = 1, .n = (uint8_t)n };
	if (n)
		memcpy(s->v, v, n * sizeof(*v));
	if (map_add(&m->sets, &s->node, h)) {
		mem_free(s);
		return NULL;
	}
	return s;
}

/* Streams see sets as constant; counting is the model's. */
static struct format_set *mine(const struct format_set *s)
{
	return (struct format_set *)(uintptr_t)s;
}

void format_set_hold(const struct format_set *s)
{
	if (s)
		mine(s)->uses++;
}

void format_set_put(struct model *m, const struct format_set *s)
{
	if (!s || --mine(s)->uses)
		return;
	map_del(&m->sets, &mine(s)->node);
	mem_free(mine(s));
}
