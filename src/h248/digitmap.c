/* h248/digitmap.c - digit maps an MGC defined: stored and audited.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 7.1.14.1
 */
#include "h248/digitmap.h"

#include <string.h>

#include "util/mem.h"

enum { MAP_BODY_MAX = 8192 };

struct hmap *hmap_find(const struct h248_mg *mg, struct span name)
{
	LIST_EACH (i, &mg->maps) {
		struct hmap *m = LIST_OF(i, struct hmap, link);

		if (str_ieqz(name, m->name))
			return m;
	}
	return NULL;
}

static void hmap_free(struct h248_mg *mg, struct hmap *m)
{
	list_del(&m->link);
	mg->nmap--;
	mem_free(m);
}

static int name_of(const struct h248_mg *mg, const struct h248_dmname *n,
		   char out[H248_NAME_MAX + 1])
{
	if (n->bin)
		return mg->names.dm_to_text(mg->names.arg, n->id, out);
	if (!n->text.n || n->text.n > H248_NAME_MAX)
		return -1;
	memcpy(out, n->text.p, n->text.n);
	out[n->text.n] = '\0';
	return 0;
}

/* 7.1.14.1: those who use the old one go on with it; nobody does yet. */
unsigned hmap_set(struct h248_mg *mg, const struct h248_digitmap *dm)
{
	char name[H248_NAME_MAX + 1];
	struct hmap *old, *m;

	if (name_of(mg, &dm->name, name))
		return H248_BAD_VALUE;
	old = hmap_find(mg, str_of(name));
	if (!dm->value)
		return old ? 0 : H248_NO_MAP;
	if (!dm->value->body.n) {
		if (old)
			hmap_free(mg, old);
		return old ? 0 : H248_NO_MAP;
	}
	if (dm->value->body.n > MAP_BODY_MAX || (!old && mg->nmap >= mg->conf.max_maps))
		return H248_MAPS_FULL;
	m = mem_zalloc(sizeof(*m) + dm->value->body.n);
	if (!m)
		return H248_MAPS_FULL;
	memcpy(m->name, name, sizeof(name));
	memcpy(m->body, dm->value->body.p, dm->value->body.n);
	m->value = *dm->value;
	m->value.body.p = m->body;
	if (old)
		hmap_free(mg, old);
	list_add(&mg->maps, &m->link);
	mg->nmap++;
	return 0;
}

struct h248_digitmap *hmap_desc(const struct hmap *m, struct arena *a)
{
	struct h248_digitmap *d = arena_zalloc(a, sizeof(*d));
	struct h248_dmvalue *v = arena_zalloc(a, sizeof(*v));

	if (!d || !v)
		return NULL;
	*v = m->value;
	v->body = arena_span(a, m->value.body);
	d->name.text = arena_span(a, str_of(m->name));
	d->value = v;
	return d;
}

void hmaps_free(struct h248_mg *mg)
{
	while (!list_empty(&mg->maps))
		hmap_free(mg, LIST_OF(mg->maps.next, struct hmap, link));
}
