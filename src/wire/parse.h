/* wire/parse.h - where and why bytes were refused, the same for every codec.
 *
 * layer: wire (L1)   thread: any   I/O: none
 *
 * Parsers return 0 or -H_ESYNTAX, -H_ELIMIT, -H_ENOMEM and fill this in. The strings are
 * literals and live for ever; `offset` counts bytes from the start of what was parsed.
 */
#pragma once

#include <stddef.h>

struct parse_err {
	size_t offset;
	const char *clause; /* e.g. "RFC 3435 3.2.2.10" */
	const char *what;   /* e.g. "packetization period is not a number" */
};
