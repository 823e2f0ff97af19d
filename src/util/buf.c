/* util/buf.c - see buf.h.
 *
 * layer: util (L0)   thread: the owner's   I/O: none
 */
#include "util/buf.h"

#include <stdarg.h>
#include <stdio.h>

#include "util/mem.h"

void buf_init(struct buf *b, size_t limit)
{
	*b = (struct buf){ .limit = limit };
}

void buf_fixed(struct buf *b, void *mem, size_t size)
{
	*b = (struct buf){ .p = mem, .cap = size, .limit = size, .fixed = true };
}

void buf_fini(struct buf *b)
{
	if (!b->fixed)
		mem_free(b->p);
	*b = (struct buf){ .fail = true };
}

void buf_reset(struct buf *b)
{
	b->n = 0;
	b->fail = false;
}

static bool grow(struct buf *b, size_t need)
{
	size_t cap = b->cap ? b->cap : 256;
	char *p;

	if (b->fixed || need > b->limit)
		return false;
	while (cap < need && cap <= b->limit / 2)
		cap *= 2;
	if (cap < need)
		cap = need;
	if (cap > b->limit)
		cap = b->limit;
	p = mem_realloc(b->p, cap);
	if (!p)
		return false;
	b->p = p;
	b->cap = cap;
	return true;
}

char *buf_room(struct buf *b, size_t n)
{
	char *at;

	if (b->fail)
		return NULL;
	if (n > b->cap - b->n && (n > b->limit - b->n || !grow(b, b->n + n))) {
		b->fail = true;
		return NULL;
	}
	at = b->p + b->n;
	b->n += n;
	return at;
}

void buf_put(struct buf *b, const void *p, size_t n)
{
	char *at;

	if (!n)
		return;
	at = buf_room(b, n);
	if (at)
		memcpy(at, p, n);
}

void buf_span(struct buf *b, struct span s)
{
	buf_put(b, s.p, s.n);
}

void buf_str(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

void buf_char(struct buf *b, char c)
{
	buf_put(b, &c, 1);
}

void buf_u8(struct buf *b, uint8_t v)
{
	buf_put(b, &v, 1);
}

void buf_u16(struct buf *b, uint16_t v)
{
	uint8_t w[2] = { (uint8_t)(v >> 8), (uint8_t)v };

	buf_put(b, w, 2);
}

void buf_u32(struct buf *b, uint32_t v)
{
	buf_u16(b, (uint16_t)(v >> 16));
	buf_u16(b, (uint16_t)v);
}

void buf_dec(struct buf *b, uint64_t v)
{
	char digits[20];
	size_t i = sizeof(digits);

	do {
		digits[--i] = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	buf_put(b, digits + i, sizeof(digits) - i);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap, again;
	char small[256];
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(small, sizeof(small), fmt, ap);
	if (n >= 0 && (size_t)n < sizeof(small)) {
		buf_put(b, small, (size_t)n);
	} else if (n >= 0) {
		/* not in place: vsnprintf wants a byte more, for its NUL */
		char *big = b->fail ? NULL : mem_alloc((size_t)n + 1);

		if (big) {
			vsnprintf(big, (size_t)n + 1, fmt, again);
			buf_put(b, big, (size_t)n);
			mem_free(big);
		} else {
			b->fail = true;
		}
	} else {
		b->fail = true;
	}
	va_end(again);
	va_end(ap);
}

uint8_t rd_u8(struct rd *r)
{
	struct span s = rd_span(r, 1);

	return s.n ? (uint8_t)s.p[0] : 0;
}

uint16_t rd_u16(struct rd *r)
{
	struct span s = rd_span(r, 2);
	const uint8_t *b = (const uint8_t *)s.p;

	return (uint16_t)(s.n ? b[0] << 8 | b[1] : 0);
}

uint32_t rd_u32(struct rd *r)
{
	struct span s = rd_span(r, 4);
	const uint8_t *b = (const uint8_t *)s.p;

	if (!s.n)
		return 0;
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

struct span rd_span(struct rd *r, size_t n)
{
	const uint8_t *at = r->p;

	if (r->fail || n > rd_left(r)) {
		r->fail = true;
		return (struct span){ NULL, 0 };
	}
	r->p += n;
	return (struct span){ (const char *)at, n };
}
