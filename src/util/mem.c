/* util/mem.c - allocation with a switch to make it fail.
 *
 * layer: util (L0)   thread: any   I/O: none
 */
#include "util/mem.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static atomic_long fail_countdown = -1;
static atomic_int failed;

static bool should_fail(void)
{
	if (atomic_load_explicit(&fail_countdown, memory_order_relaxed) < 0)
		return false;
	if (atomic_fetch_sub(&fail_countdown, 1) != 0)
		return false;

	atomic_store(&failed, 1);
	return true;
}

void mem_fail_at(long n)
{
	atomic_store(&failed, 0);
	atomic_store(&fail_countdown, n);
}

int mem_failed(void)
{
	return atomic_load(&failed);
}

void *mem_alloc(size_t size)
{
	return should_fail() ? NULL : malloc(size);
}

void *mem_zalloc(size_t size)
{
	return should_fail() ? NULL : calloc(1, size);
}

void *mem_array(size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		return NULL;
	return should_fail() ? NULL : calloc(n, size);
}

void *mem_realloc(void *p, size_t size)
{
	return should_fail() ? NULL : realloc(p, size);
}

char *mem_strdup(const char *s)
{
	size_t n = strlen(s) + 1;
	char *copy = mem_alloc(n);

	if (copy)
		memcpy(copy, s, n);
	return copy;
}

void mem_free(void *p)
{
	free(p);
}
