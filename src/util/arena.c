/* util/arena.c - chunked bump allocator.
 *
 * layer: util (L0)   thread: the owner's   I/O: none
 */
#include "util/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "util/mem.h"

enum { ARENA_CHUNK = 4096, ARENA_ALIGN = 16 };

struct chunk {
	struct chunk *next; /* owned */
	size_t size, used;
	_Alignas(ARENA_ALIGN) unsigned char data[];
};

struct arena {
	struct chunk *top; /* owned; the newest */
	size_t limit, used;
	bool failed;
};

static struct chunk *chunk_new(size_t size)
{
	struct chunk *c = mem_alloc(sizeof(*c) + size);

	if (c) {
		c->next = NULL;
		c->size = size;
		c->used = 0;
	}
	return c;
}

struct arena *arena_new(size_t limit)
{
	/* The arena lives in its own first chunk: one allocation for a small message. */
	struct chunk *c = chunk_new(ARENA_CHUNK - sizeof(*c));
	struct arena *a;

	if (!c)
		return NULL;

	a = (struct arena *)c->data;
	c->used = (sizeof(*a) + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
	*a = (struct arena){ .top = c, .limit = limit };
	return a;
}

static void chunks_free(struct chunk *c, struct chunk *keep)
{
	while (c && c != keep) {
		struct chunk *next = c->next;

		mem_free(c);
		c = next;
	}
}

static struct chunk *first_chunk(struct chunk *c)
{
	while (c->next)
		c = c->next;
	return c;
}

void arena_free(struct arena *a)
{
	if (a)
		chunks_free(a->top, NULL);
}

void arena_reset(struct arena *a)
{
	struct chunk *first;

	if (!a)
		return;
	first = first_chunk(a->top);
	chunks_free(a->top, first);
	first->used = (sizeof(*a) + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
	a->top = first;
	a->used = 0;
	a->failed = false;
}

void *arena_alloc(struct arena *a, size_t size)
{
	size_t need = (size + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
	struct chunk *c;
	void *p;

	if (!a)
		return NULL;
	c = a->top;
	if (need < size || need > a->limit - a->used)
		goto fail;
	if (need > c->size - c->used) {
		c = chunk_new(need > ARENA_CHUNK ? need : ARENA_CHUNK);
		if (!c)
			goto fail;
		c->next = a->top;
		a->top = c;
	}
	p = c->data + c->used;
	c->used += need;
	a->used += need;
	return p;
fail:
	a->failed = true;
	return NULL;
}

void *arena_zalloc(struct arena *a, size_t size)
{
	void *p = arena_alloc(a, size);

	if (p)
		memset(p, 0, size);
	return p;
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		return arena_alloc(a, SIZE_MAX); /* fails */
	return arena_zalloc(a, n * size);
}

char *arena_cstr(struct arena *a, struct span s)
{
	char *p = arena_alloc(a, s.n + 1);

	if (p) {
		if (s.n)
			memcpy(p, s.p, s.n);
		p[s.n] = '\0';
	}
	return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_cstr(a, str_of(s));
}

struct span arena_span(struct arena *a, struct span s)
{
	char *p = s.p ? arena_cstr(a, s) : NULL;

	return p ? (struct span){ p, s.n } : (struct span){ NULL, 0 };
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;
	char *p = NULL;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n >= 0)
		p = arena_alloc(a, (size_t)n + 1);
	if (p)
		vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	va_end(ap);
	return p;
}

bool arena_failed(const struct arena *a)
{
	return !a || a->failed;
}

size_t arena_used(const struct arena *a)
{
	return a ? a->used : 0;
}
