/* model/cause.c - see cause.h.
 *
 * layer: model (L2)   thread: any   I/O: none
 */
#include "model/cause.h"

#include <stddef.h>

const char *cause_str(enum cause c)
{
	static const char *const text[CAUSE_N] = {
#define CAUSE_TEXT(id, words) [CAUSE_##id] = words,
		CAUSE_LIST(CAUSE_TEXT)
#undef CAUSE_TEXT
	};

	return (size_t)c < CAUSE_N ? text[c] : "unknown cause";
}
