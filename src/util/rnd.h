/* util/rnd.h - random numbers from the kernel, buffered.
 *
 * layer: util (L0)   thread: any (a buffer per thread)   I/O: getrandom(2)
 *
 * Fit for SSRCs, transaction ids, hash seeds. rnd_fix() makes this thread's sequence
 * repeatable, for replay tests and fuzzers only.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

uint32_t rnd_u32(void);
uint64_t rnd_u64(void);
uint32_t rnd_below(uint32_t n); /* 0 .. n-1, unbiased; n > 0 */
void rnd_fix(uint64_t seed);
