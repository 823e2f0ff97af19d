/* tests/fuzz/fuzz_h248.h - what must hold of any H.248 message that was decoded.
 *
 * layer: tests   thread: main   I/O: none
 * RFC 3525 Annex A, Annex B
 */
#pragma once

#include "fuzz.h"

#include "util/err.h"
#include "wire/h248.h"
#include "wire/h248_walk.h"

enum { TREE_MOST = 64 << 20, OUT_MOST = 16 << 20 };

/* A refusal names a code, a place and a reason. */
static inline void h248_refused(int rc, const struct h248_fault *f, size_t size)
{
	if (rc != -H_ESYNTAX && rc != -H_ELIMIT)
		fuzz_bug("a message that needs too much memory");
	if (!f->code || !f->err.what || f->err.offset > size || f->level > H248_AT_CMD)
		fuzz_bug("a fault that says nothing");
}

/* Printed, read back, printed again: the second text is the first, unless what the
 * tree holds has no such form. */
static inline void h248_stable(const struct h248_msg *m, int style)
{
	struct arena *a = arena_new(TREE_MOST);
	struct h248_misfit why;
	struct h248_fault f;
	struct h248_msg *o;
	struct buf x, y;
	int rc;

	buf_init(&x, OUT_MOST);
	buf_init(&y, OUT_MOST);
	rc = style == 2 ? h248_ber_enc(&x, m, &h248_names_plain, &why)
			: h248_text_print(&x, m, (enum h248_style)style,
					  &h248_names_plain, &why);
	if (rc && !*why.what && rc != -H_ELIMIT)
		fuzz_bug("what has no such form is not named");
	if (!rc && x.n <= H248_MSG_MAX) {
		rc = style == 2 ? h248_ber_dec(a, buf_view(&x), &o, &f)
				: h248_text_parse(a, buf_view(&x), &o, &f);
		if (rc == -H_ESYNTAX)
			fuzz_bug("what was written is refused");
		if (!rc) {
			rc = style == 2 ? h248_ber_enc(&y, o, &h248_names_plain, &why)
					: h248_text_print(&y, o, (enum h248_style)style,
							  &h248_names_plain, &why);
			if (rc || !str_eq(buf_view(&x), buf_view(&y)))
				fuzz_bug("what was written is written otherwise");
		}
	}
	buf_fini(&x);
	buf_fini(&y);
	arena_free(a);
}

static inline void h248_told(const struct h248_msg *m)
{
	struct buf b;

	buf_init(&b, OUT_MOST);
	h248_dump(&b, m, &h248_names_plain);
	buf_fini(&b);
}
