/* tests/fuzz/fuzz_h248_ber.c - H.248 in BER: decoded, told, encoded, decoded again.
 *
 * layer: tests   thread: main   I/O: none
 * RFC 3525 Annex A; X.690
 */
#include "fuzz_h248.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(TREE_MOST);
	struct h248_fault f;
	struct h248_msg *m;
	int rc = h248_ber_dec(a, (struct span){ (const char *)data, size }, &m, &f);

	if (rc)
		h248_refused(rc, &f, size);
	if (m)
		h248_told(m);
	for (int style = 0; !rc && style < 3; style++)
		h248_stable(m, style);
	arena_free(a);
	return 0;
}
