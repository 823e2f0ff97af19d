/* tests/fuzz/fuzz.h - what every fuzz target includes.
 *
 * layer: tests   thread: main   I/O: none
 *
 * A target is one function. It returns 0, and calls fuzz_bug() when something that must
 * hold does not; crashes, leaks and slow inputs are found by those who run it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define fuzz_bug(what)                                                             \
	do {                                                                       \
		fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, what);          \
		abort();                                                           \
	} while (0)
