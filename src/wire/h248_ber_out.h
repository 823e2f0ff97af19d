/* wire/h248_ber_out.h - the writer under H.248's BER encoder.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * X.690 8.1
 *
 * Internal to src/wire/h248_ber*.c, h248_names.c and h248_sdp.c.
 */
#pragma once

#include "wire/h248_ber.h"

struct ber_enc {
	struct buf *b;
	const struct h248_names *names;
	struct h248_misfit *misfit;
	unsigned version;
	int rc;
	/* whose parameters and values come next; looked up only when one needs it */
	const struct h248_pkgd *owner, *name;
	uint8_t owner_kind, kind; /* enum h248_item_kind */
};

/* Record why not, once; always false. */
bool ber_misfit(struct ber_enc *e, int rc, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Room for n more bytes, or NULL: the buffer remembers. */
static inline char *ber_room(struct ber_enc *e, size_t n)
{
	struct buf *b = e->b;

	if (b->fail || b->cap - b->n < n)
		return buf_room(b, n);
	b->n += n;
	return b->p + b->n - n;
}

size_t ber_open(struct ber_enc *e, unsigned tag);
void ber_end(struct ber_enc *e, size_t at);
void ber_put_uint(struct ber_enc *e, unsigned tag, uint32_t v);
void ber_put_octets(struct ber_enc *e, unsigned tag, const void *p, size_t n);
/* The OPs of h248_ber_put.c; NULL: not one of these. */
typedef bool(ber_enc_h)(struct ber_enc *e, const struct ber_row *r, unsigned tag,
			const void *base);
extern ber_enc_h *const ber_enc_ops[OP_COUNT];
