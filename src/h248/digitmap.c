/* h248/digitmap.c - digit maps an MGC defined: stored and audited.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 7.1.14.1
 */
#include "h248/digitmap.h"

#include <string.h>

#include "util/mem.h"

enum { MAP_BODY_MAX = 8192 };

static struct hmap *find_in(const struct list *maps, struct span name)
{
	LIST_EACH (i, maps) {
		struct hmap *m = LIST_OF(i, struct hmap, link);

		if (str_ieqz(name, m->name))
			return m;
	}
	return NULL;
}

struct hmap *hmap_find(const struct h248_mg *mg, const struct hterm *h, struct span name)
{
	struct hmap *m = h ? find_in(&h->maps, name) : NULL;

	return m ? m : find_in(&mg->maps, name);
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

static bool has_name(const struct h248_digitmap *dm)
{
	return dm->name.bin || dm->name.text.n;
}

static unsigned make(const char *name, const struct h248_dmvalue *v, struct hmap **out)
{
	struct hmap *m;

	if (v->body.n > MAP_BODY_MAX)
		return H248_MAPS_FULL;
	m = mem_zalloc(sizeof(*m) + v->body.n);
	if (!m)
		return H248_MAPS_FULL;
	memcpy(m->name, name, H248_NAME_MAX + 1);
	memcpy(m->body, v->body.p, v->body.n);
	m->value = *v;
	m->value.body.p = m->body;
	list_init(&m->link);
	*out = m;
	return 0;
}

/* 7.1.14.1: one that is not defined needs a value; an empty value deletes. */
unsigned hmap_prepare(struct h248_mg *mg, const struct hterm *h,
		      const struct h248_digitmap *dm, struct hmap **made)
{
	const struct list *maps = h ? &h->maps : &mg->maps;
	char name[H248_NAME_MAX + 1] = "";

	*made = NULL;
	if (has_name(dm) ? name_of(mg, &dm->name, name) != 0 : !h)
		return H248_BAD_VALUE; /* without a name it would be nobody's */
	if (!dm->value)
		return hmap_find(mg, h, str_of(name)) ? 0 : H248_NO_MAP;
	if (!dm->value->body.n)
		return find_in(maps, str_of(name)) ? 0 : H248_NO_MAP;
	if (!find_in(maps, str_of(name)) && mg->nmap >= mg->conf.max_maps)
		return H248_MAPS_FULL;
	return make(name, dm->value, made);
}

static void make_current(struct hterm *h, const char *name, bool any)
{
	h->has_map = any;
	memcpy(h->map, name, sizeof(h->map));
}

/* Those who use the old one go on with it; nobody does yet. */
void hmap_keep(struct h248_mg *mg, struct hterm *h, const struct h248_digitmap *dm,
	       struct hmap *made)
{
	struct list *maps = h ? &h->maps : &mg->maps;
	char name[H248_NAME_MAX + 1] = "";
	struct hmap *old;

	if (has_name(dm) && name_of(mg, &dm->name, name))
		return;
	old = dm->value ? find_in(maps, str_of(name)) : NULL;
	if (old)
		hmap_free(mg, old);
	if (made) {
		list_add(maps, &made->link);
		mg->nmap++;
	}
	if (h)
		make_current(h, name, made || !dm->value);
}

void hmap_drop(struct hmap *made)
{
	mem_free(made);
}

struct h248_digitmap *hmap_desc(const struct hmap *m, struct arena *a)
{
	struct h248_digitmap *d = arena_zalloc(a, sizeof(*d));
	struct h248_dmvalue *v = arena_zalloc(a, sizeof(*v));

	if (!d || !v)
		return NULL;
	*v = m->value;
	v->body = arena_span(a, m->value.body);
	if (m->name[0])
		d->name.text = arena_span(a, str_of(m->name));
	d->value = v;
	return d;
}

void hmaps_free(struct h248_mg *mg, struct list *maps)
{
	while (!list_empty(maps))
		hmap_free(mg, LIST_OF(maps->next, struct hmap, link));
}
