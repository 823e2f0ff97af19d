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

static inline int h248_write(struct buf *b, const struct h248_msg *m, int style)
{
	struct h248_misfit why;
	int rc;

	buf_reset(b);
	rc = style == 2 ? h248_ber_enc(b, m, &h248_names_plain, &why)
			: h248_text_print(b, m, (enum h248_style)style,
					  &h248_names_plain, &why);
	if (rc && rc != -H_ELIMIT && !*why.what)
		fuzz_bug("what has no such form is not named");
	return rc;
}

static inline struct h248_msg *h248_read(struct arena *a, struct span s, int style)
{
	struct h248_fault f;
	struct h248_msg *m;
	int rc = style == 2 ? h248_ber_dec(a, s, &m, &f) : h248_text_parse(a, s, &m, &f);

	if (rc == -H_ESYNTAX)
		fuzz_bug("what was written is refused");
	return rc ? NULL : m;
}

/* What was written reads back; written once more it stays as it is. (The first time some
 * things settle: blanks at line ends, alternatives of SDP, what is asked for in vain.) */
static inline void h248_stable(const struct h248_msg *m, int style)
{
	struct arena *a = arena_new(TREE_MOST);
	struct buf x, y;

	buf_init(&x, OUT_MOST);
	buf_init(&y, OUT_MOST);
	if (!h248_write(&x, m, style) && x.n <= H248_MSG_MAX) {
		m = h248_read(a, buf_view(&x), style);
		if (m && h248_write(&y, m, style))
			fuzz_bug("what was written can't be written again");
		m = m ? h248_read(a, buf_view(&y), style) : NULL;
		if (m &&
		    (h248_write(&x, m, style) || !str_eq(buf_view(&x), buf_view(&y))))
			fuzz_bug("what was written is written otherwise");
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
