/* tests/tools/h248.h - the little H.248 that a test's MGC needs.
 *
 * layer: tests   thread: main   I/O: none
 * RFC 3525 Annex B
 *
 * A reading of its own, apart from the gateway's codec: text only, as a tree of items
 * NAME [= VALUE] [{ items }], where the bodies of Local and Remote stay octets.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "tool.h"

enum { HM_NODES_MOST = 2000, HM_MOST = 65536 };

struct hm_node {
	struct span name, value; /* without quotes; value.p NULL: none */
	struct span body;        /* of Local and Remote */
	unsigned end;            /* index of the next that is no part of it */
};

/* A message as read; borrows the bytes. */
struct hm {
	unsigned version;
	struct span mid;
	unsigned n;
	struct hm_node v[HM_NODES_MOST];
};

/* False when it is not H.248 in text. */
bool hm_read(struct hm *m, const char *p, size_t n);
/* The parts of `of`: for (i = of + 1; i < m->v[of].end; i = m->v[i].end). The whole
 * message is v[0]. */
bool hm_is(const struct hm_node *v, const char *word, const char *token);
/* The first part of that name, however deep below `of`; 0: none. */
unsigned hm_find(const struct hm *m, unsigned of, const char *word, const char *token);
/* Address of c= and port of m=audio in a description. */
void hm_sdp(struct span body, struct addr *out);

/* A string in JSON, to `f`. */
void hm_json_str(FILE *f, struct span s);
/* What a reply says, as members of a JSON object; true: without an error. */
bool hm_json_reply(FILE *f, const struct hm *m, unsigned reply);

int hm_load_main(int argc, char **argv); /* h248load.c */
