/* util/rnd.c - see rnd.h.
 *
 * layer: util (L0)   thread: any   I/O: getrandom(2)
 */
#include "util/rnd.h"

#include <stdbool.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

static _Thread_local unsigned char pool[256];
static _Thread_local size_t left;
static _Thread_local bool is_fixed;
static _Thread_local uint64_t fixed_state;

void rnd_fix(uint64_t seed)
{
	is_fixed = true;
	fixed_state = seed;
}

static uint64_t split_mix(void)
{
	uint64_t x = fixed_state += 0x9e3779b97f4a7c15ULL;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
	return x ^ x >> 31;
}

static void refill(void)
{
	/* 256 bytes never come short once the kernel's pool is up */
	if (getrandom(pool, sizeof(pool), 0) != (ssize_t)sizeof(pool)) {
		struct timespec ts;

		clock_gettime(CLOCK_MONOTONIC, &ts);
		fixed_state ^= (uint64_t)ts.tv_nsec << 32 ^ (uint64_t)ts.tv_sec;
		for (size_t i = 0; i < sizeof(pool); i += 8) {
			uint64_t v = split_mix();

			memcpy(pool + i, &v, 8);
		}
	}
	left = sizeof(pool);
}

uint64_t rnd_u64(void)
{
	uint64_t v;

	if (is_fixed)
		return split_mix();
	if (left < sizeof(v))
		refill();
	left -= sizeof(v);
	memcpy(&v, pool + left, sizeof(v));
	return v;
}

uint32_t rnd_u32(void)
{
	return (uint32_t)(rnd_u64() >> 32);
}

uint32_t rnd_below(uint32_t n)
{
	uint64_t m = (uint64_t)rnd_u32() * n;

	while ((uint32_t)m < -n % n)
		m = (uint64_t)rnd_u32() * n;
	return (uint32_t)(m >> 32);
}
