/* daemon/scan.h - where sections of a configuration file begin, and whether they end.
 *
 * layer: daemon (L5)   thread: control   I/O: none
 *
 * libconfuse tells neither: it takes the end of the file for a closing brace, and of a
 * section it knows the last line.
 */
#pragma once

#include "util/str.h"

enum { SCAN_SECTIONS = 4096 };

struct scan {
	struct span name[SCAN_SECTIONS]; /* the word before the brace (and the title) */
	int line[SCAN_SECTIONS];
	unsigned n;
	int open; /* line of a section that is never closed; 0: none */
};

void scan_file(struct scan *s, struct span text);
/* Line of the i-th section of that name, from 0; 0 when not seen. */
int scan_line(const struct scan *s, const char *name, unsigned i);
