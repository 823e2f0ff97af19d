/* util/arena.h - memory that is freed all at once: a message and all it holds.
 *
 * layer: util (L0)   thread: the owner's   I/O: none
 *
 * An arena hands out aligned memory from chunks; arena_free() gives all back. `limit`
 * bounds the total, so no input can make it grow without end. Functions return NULL
 * when the limit or the heap is exhausted, and arena_failed() remembers it. An arena that
 * could not be made, NULL, is one that has failed.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "util/str.h"

struct arena;

struct arena *arena_new(size_t limit);
void arena_free(struct arena *a);
void arena_reset(struct arena *a);        /* keep the first chunk, forget the rest */

void *arena_alloc(struct arena *a, size_t size);          /* not zeroed */
void *arena_zalloc(struct arena *a, size_t size);
void *arena_array(struct arena *a, size_t n, size_t size); /* zeroed */
char *arena_strdup(struct arena *a, const char *s);
struct span arena_span(struct arena *a, struct span s);   /* {NULL, 0} on failure */
char *arena_cstr(struct arena *a, struct span s);         /* copy with a NUL behind */
char *arena_printf(struct arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
bool arena_failed(const struct arena *a);
size_t arena_used(const struct arena *a);
