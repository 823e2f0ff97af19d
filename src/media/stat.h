/* media/stat.h - counters with one writer, read by control at any time.
 *
 * layer: media (L3)   thread: worker writes   I/O: none
 */
#pragma once

#include <stdatomic.h>
#include <stdint.h>

static inline void stat_add64(_Atomic uint64_t *v, uint64_t n)
{
	atomic_store_explicit(v, atomic_load_explicit(v, memory_order_relaxed) + n,
			      memory_order_relaxed);
}

static inline void stat_add32(_Atomic uint32_t *v, uint32_t n)
{
	atomic_store_explicit(v, atomic_load_explicit(v, memory_order_relaxed) + n,
			      memory_order_relaxed);
}

static inline void stat_set64(_Atomic uint64_t *v, uint64_t n)
{
	atomic_store_explicit(v, n, memory_order_relaxed);
}

static inline void stat_set32(_Atomic uint32_t *v, uint32_t n)
{
	atomic_store_explicit(v, n, memory_order_relaxed);
}
