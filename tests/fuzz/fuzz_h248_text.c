/* tests/fuzz/fuzz_h248_text.c - H.248 text: parsed, told, printed, parsed again.
 *
 * layer: tests   thread: main   I/O: none
 * RFC 3525 Annex B; H.248.1 v2, v3
 */
#include "fuzz_h248.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(TREE_MOST);
	struct h248_fault f;
	struct h248_msg *m;
	int rc = h248_text_parse(a, (struct span){ (const char *)data, size }, &m, &f);

	if (rc)
		h248_refused(rc, &f, size);
	if (m)
		h248_told(m);
	for (int style = 0; !rc && style < 3; style++)
		h248_stable(m, style);
	arena_free(a);
	return 0;
}
