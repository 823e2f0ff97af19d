/* tests/unit/wire_util.h - what the tests of src/wire share.
 *
 * layer: tests   thread: main   I/O: none
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/mem.h"
#include "util/str.h"

enum { ARENA_MOST = 1 << 20 };

static inline bool span_is(struct span s, const char *z)
{
	return str_eq(s, str_of(z));
}

#define ck_span(s, z)                                                                    \
	ck_assert_msg(span_is(s, z), "\"%.*s\" is not \"%s\"", (int)(s).n,               \
		      (s).p ? (s).p : "", z)

/* A copy that ends where its memory ends, so that the sanitizer sees a read behind it. */
static inline char *exact(const char *p, size_t n)
{
	char *copy = mem_alloc(n ? n : 1);

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, p, n);
	return copy;
}
