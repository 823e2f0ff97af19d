/* util/buf.h - byte writer and reader with a sticky error.
 *
 * layer: util (L0)   thread: the owner's   I/O: none
 *
 * Writer: put as much as you like, check buf_ok() once. A buf grows on the heap up to
 * `limit`, or writes into memory of the caller's (buf_fixed). Integers are big-endian.
 * Reader: `struct rd` walks a span; past the end it yields zeros and rd_ok() is false.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/str.h"

struct buf {
	char *p;      /* owned unless fixed */
	size_t n;     /* bytes written */
	size_t cap, limit;
	bool fixed, fail;
};

void buf_init(struct buf *b, size_t limit);              /* allocates on first use */
void buf_fixed(struct buf *b, void *mem, size_t size);
void buf_fini(struct buf *b);
void buf_reset(struct buf *b);                           /* n = 0, fail = false */
char *buf_room(struct buf *b, size_t n); /* n more bytes to fill (and counted), or NULL */

void buf_put(struct buf *b, const void *p, size_t n);
void buf_span(struct buf *b, struct span s);
void buf_str(struct buf *b, const char *s);
void buf_char(struct buf *b, char c);
void buf_u8(struct buf *b, uint8_t v);
void buf_u16(struct buf *b, uint16_t v);
void buf_u32(struct buf *b, uint32_t v);
void buf_dec(struct buf *b, uint64_t v);                 /* decimal digits */
void buf_printf(struct buf *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static inline bool buf_ok(const struct buf *b)
{
	return !b->fail;
}

static inline struct span buf_view(const struct buf *b)
{
	return (struct span){ b->p, b->n };
}

struct rd {
	const uint8_t *p, *end;
	bool fail;
};

static inline struct rd rd_of(const void *p, size_t n)
{
	return (struct rd){ p, n ? (const uint8_t *)p + n : p, false };
}

static inline size_t rd_left(const struct rd *r)
{
	return (size_t)(r->end - r->p);
}

static inline bool rd_ok(const struct rd *r)
{
	return !r->fail;
}

uint8_t rd_u8(struct rd *r);
uint16_t rd_u16(struct rd *r);
uint32_t rd_u32(struct rd *r);
struct span rd_span(struct rd *r, size_t n);
