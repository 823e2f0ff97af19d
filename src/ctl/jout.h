/* ctl/jout.h - writes JSON into a buf.
 *
 * layer: ctl (L4)   thread: control   I/O: none
 * RFC 8259
 *
 *	jout_open(&j, NULL, '{');
 *	jout_str(&j, "name", "lobby");
 *	jout_open(&j, "groups", '[');
 *	jout_str(&j, NULL, "239.1.2.3:5004");
 *	jout_close(&j, ']');
 *	jout_close(&j, '}');
 *
 * Inside an array keys are NULL. Texts may hold any bytes: control bytes and what is not
 * UTF-8 are escaped, so a line stays a line. Errors are the buf's (sticky).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "util/addr.h"
#include "util/buf.h"

struct jout {
	struct buf *b; /* borrowed */
	bool more;     /* a value stands before: a comma is due */
};

void jout_open(struct jout *j, const char *key, char bracket);
void jout_close(struct jout *j, char bracket);
void jout_span(struct jout *j, const char *key, struct span s);
void jout_str(struct jout *j, const char *key, const char *s); /* NULL: null */
void jout_u64(struct jout *j, const char *key, uint64_t v);
void jout_i64(struct jout *j, const char *key, int64_t v);
void jout_bool(struct jout *j, const char *key, bool v);
void jout_addr(struct jout *j, const char *key, const struct addr *a); /* none: "" */
/* Seconds with three decimals, from ns or ms. */
void jout_seconds(struct jout *j, const char *key, uint64_t ms);
