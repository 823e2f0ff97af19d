/* tests/fuzz/fuzz_parts.h - an input cut into parts, as the targets of engines are fed.
 *
 * layer: tests   thread: main   I/O: none
 *
 * Parts are cut at lines that are "%%". One that starts with "+N" and a line end comes N
 * ms later.
 */
#pragma once

#include "fuzz.h"

#include "util/addr.h"
#include "util/str.h"

static inline struct span parts_next(struct span *rest)
{
	struct span all = *rest;

	for (size_t i = 0; i + 3 < all.n; i++)
		if (!memcmp(all.p + i, "\n%%\n", 4)) {
			*rest = (struct span){ all.p + i + 4, all.n - i - 4 };
			return (struct span){ all.p, i + 1 };
		}
	*rest = (struct span){ NULL, 0 };
	return all;
}

/* Takes "+N" off: the ms, 0 for more than `most` or without one. */
static inline uint32_t parts_delay(struct span *s, uint32_t most)
{
	struct span line;
	uint32_t ms;

	if (!s->n || *s->p != '+')
		return 0;
	line = str_cut(s, '\n');
	line.p++, line.n--;
	return str_u32(line, most, &ms) ? ms : 0;
}

/* Takes two octets off when they are these. */
static inline bool parts_begin(struct span *s, const char *with)
{
	if (s->n < 2 || memcmp(s->p, with, 2) != 0)
		return false;
	s->p += 2, s->n -= 2;
	return true;
}

static inline struct addr parts_addr(const char *text)
{
	struct addr a = { 0 };

	if (addr_parse(&a, str_of(text)))
		fuzz_bug("no address");
	return a;
}
