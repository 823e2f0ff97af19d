/* h248/digitmap.h - digit maps an MGC defined: stored and audited. Private to h248/.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 7.1.14.1
 */
#pragma once

#include "h248/mg.h"

/* Define, redefine or (empty value) delete one. 0 or a code. */
unsigned hmap_set(struct h248_mg *mg, const struct h248_digitmap *dm);
struct hmap *hmap_find(const struct h248_mg *mg, struct span name); /* NULL: none */
/* A descriptor that tells all of a map; NULL: no memory. */
struct h248_digitmap *hmap_desc(const struct hmap *m, struct arena *a);
void hmaps_free(struct h248_mg *mg);
