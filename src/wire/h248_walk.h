/* wire/h248_walk.h - the whole tree told to a visitor, the same for text and binary.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 A.2 (the names of parts are those of the ASN.1)
 *
 * What was text and what was binary is told alike as far as the tables of h248_pkg.def
 * and `names` reach: "nt/jit" and 000b0007 are both "nt/jit". What has no counterpart is
 * told in its own form. Names and words whose case means nothing are in lower case.
 * For hollerctl's JSON, for logs and for the tests' comparisons.
 */
#pragma once

#include "util/buf.h"
#include "wire/h248.h"

enum h248_leaf { H248_LEAF_TEXT, H248_LEAF_NUMBER, H248_LEAF_TRUE, H248_LEAF_FALSE };

struct h248_visit {
	void *arg;
	/* An object or array begins and ends; name is NULL within an array. */
	void (*enter)(void *arg, const char *name, bool array);
	void (*leave)(void *arg, bool array);
	/* A value; for a number the text is its decimal digits. */
	void (*leaf)(void *arg, const char *name, enum h248_leaf type, struct span text);
};

/* 0, or -H_ENOMEM. */
int h248_walk(const struct h248_msg *m, const struct h248_names *names,
	      const struct h248_visit *v);

/* One line per part, indented by depth: equal trees give equal text. */
void h248_dump(struct buf *b, const struct h248_msg *m, const struct h248_names *names);
bool h248_same(const struct h248_msg *a, const struct h248_msg *b,
	       const struct h248_names *names);
