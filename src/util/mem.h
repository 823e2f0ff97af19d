/* util/mem.h - the one door to the heap.
 *
 * layer: util (L0)   thread: any   I/O: none
 *
 * Every allocation of the project goes through here, so that the oom tests can make
 * the n-th one fail. All return NULL on failure; nobody aborts. mem_free(NULL) is legal.
 */
#pragma once

#include <stddef.h>

void *mem_alloc(size_t size);             /* not zeroed */
void *mem_zalloc(size_t size);            /* zeroed */
void *mem_array(size_t n, size_t size);   /* zeroed; NULL on overflow */
void *mem_realloc(void *p, size_t size);
char *mem_strdup(const char *s);
void mem_free(void *p);

/* Make the n-th allocation from now (0 = the next) of this process fail, once; with a
 * negative n nothing fails. mem_failed() says whether it happened. Tests only. */
void mem_fail_at(long n);
int mem_failed(void);
