/* tests/fuzz/fuzz_sdp.c - session descriptions parsed, printed, parsed again.
 *
 * layer: tests   thread: main   I/O: none
 * RFC 8866
 */
#include "fuzz.h"

#include "util/err.h"
#include "wire/sdp.h"

enum { ARENA_MOST = 4 << 20, PRINT_MOST = 1 << 20 };

static void again(struct arena *a, struct span text)
{
	struct sdp *s;
	struct buf b;

	buf_init(&b, PRINT_MOST);
	if (sdp_parse(a, text, &s, NULL))
		fuzz_bug("what was printed is refused");
	sdp_print_all(&b, s);
	if (!buf_ok(&b) || !str_eq(buf_view(&b), text))
		fuzz_bug("what was printed is printed otherwise");
	buf_fini(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(ARENA_MOST);
	struct parse_err err = { 0 };
	struct sdp *s = NULL;
	struct buf b;
	int rc = sdp_parse(a, (struct span){ (const char *)data, size }, &s, &err);

	if (rc == -H_ENOMEM)
		fuzz_bug("a description that needs too much memory");
	if (rc && (!err.what || !err.clause || err.offset > size || s))
		fuzz_bug("an error that says nothing");
	if (!rc) {
		buf_init(&b, PRINT_MOST);
		sdp_print_all(&b, s);
		if (!buf_ok(&b))
			fuzz_bug("printing fails");
		if (b.n <= SDP_BYTES_MAX)
			again(a, buf_view(&b));
		for (struct sdp *d = s; d; d = d->next)
			if (sdp_derive(a, d, NULL) == -H_ESYNTAX)
				fuzz_bug("attributes are refused the second time");
		buf_fini(&b);
	}
	arena_free(a);
	return 0;
}
