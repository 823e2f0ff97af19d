/* h248/digitmap.h - digit maps an MGC defined: stored and audited. Private to h248/.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 7.1.14.1
 *
 * What is defined on ROOT is there for all terminations, what is defined on one is its
 * own, goes before one of ROOT of that name and ends with its time in the context. A map
 * may lack a name: then there is no other way to it than to be the last given.
 */
#pragma once

#include "h248/hterm.h"

struct hmap {
	struct list link;
	struct h248_dmvalue value; /* body: behind it */
	char name[H248_NAME_MAX + 1];
	char body[];
};

/* What a descriptor says is made sure of before the command it stands in takes effect; h
 * is NULL for ROOT. *made is owned by the caller until it is kept: the new map, or NULL
 * when there is none (only named, or to be deleted). 0 or a code. */
unsigned hmap_prepare(struct h248_mg *mg, const struct hterm *h,
		      const struct h248_digitmap *dm, struct hmap **made);
void hmap_keep(struct h248_mg *mg, struct hterm *h, const struct h248_digitmap *dm,
	       struct hmap *made);
void hmap_drop(struct hmap *made); /* not kept */
/* h NULL: of ROOT. NULL: none. */
struct hmap *hmap_find(const struct h248_mg *mg, const struct hterm *h, struct span name);
/* A descriptor that tells all of a map; NULL: no memory. */
struct h248_digitmap *hmap_desc(const struct hmap *m, struct arena *a);
void hmaps_free(struct h248_mg *mg, struct list *maps);
