/* wire/h248_ber_in.h - the reader under H.248's BER decoder.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * X.690 8.1
 *
 * Internal to src/wire/h248_ber*.c. Functions return false after the first fault, which
 * is recorded once, in `d`.
 */
#pragma once

#include "wire/h248_ber.h"

struct ber_in {
	const uint8_t *p, *end;
	bool open; /* indefinite length, its end not seen yet */
};

struct ber_tlv {
	unsigned num;    /* tag number */
	uint8_t cls;     /* first octet without the number */
	struct ber_in in;
};


struct ber_dec {
	struct arena *a;
	char *mem, *mem_end;
	const uint8_t *start;
	unsigned version, nodes;
	uint8_t level;
	bool header; /* version and identifier are read */
	int rc;
	struct h248_fault *fault;
};

bool ber_fail_code(struct ber_dec *d, uint16_t code, const uint8_t *at, const char *what);
bool ber_fail(struct ber_dec *d, const uint8_t *at, const char *what);
void *ber_more(struct ber_dec *d, size_t size);

/* Zeroed memory for a node: blocks are zeroed when they are got. */
static inline void *ber_node(struct ber_dec *d, size_t size)
{
	size_t need = (size + 7) & ~(size_t)7;

	if ((size_t)(d->mem_end - d->mem) < need || ++d->nodes > H248_NODE_MAX)
		return ber_more(d, need);
	d->mem += need;
	return d->mem - need;
}

bool ber_next_slow(struct ber_dec *d, struct ber_in *in, struct ber_tlv *t);
bool ber_pass_over(struct ber_dec *d, struct ber_in *in);
bool ber_pieces(struct ber_dec *d, struct ber_tlv *t, struct span *out);

/* The next element; false at the end or after a fault. ber_close() when done with it. */
static inline bool ber_next(struct ber_dec *d, struct ber_in *in, struct ber_tlv *t)
{
	const uint8_t *p = in->p;
	ptrdiff_t left = in->end - p - 2;

	if (left == -2 && !in->open)
		return false;
	if (left < 0 || in->open || (p[0] & 0x1f) == 0x1f)
		return ber_next_slow(d, in, t);
	t->num = p[0] & 0x1f;
	t->cls = p[0] & 0xe0;
	p += 2;
	if (p[-1] <= 0x7f && p[-1] <= left) {
		in->p = p + p[-1];
	} else if (p[-1] == 0x81 && left && p[0] <= left - 1) {
		in->p = p + 1 + p[0];
		p++;
	} else {
		return ber_next_slow(d, in, t);
	}
	t->in = (struct ber_in){ p, in->p, false };
	return true;
}

static inline bool ber_close(struct ber_dec *d, struct ber_in *in, struct ber_tlv *t)
{
	if (t->in.open && !ber_pass_over(d, &t->in))
		return false;
	if (t->in.p > in->p)
		in->p = t->in.p; /* of an indefinite length only now known */
	return true;
}

static inline bool ber_octets(struct ber_dec *d, struct ber_tlv *t, struct span *out)
{
	if (t->cls & BER_CONSTRUCTED)
		return ber_pieces(d, t, out);
	*out = (struct span){ (const char *)t->in.p, (size_t)(t->in.end - t->in.p) };
	return true;
}

bool ber_uint(struct ber_dec *d, struct ber_tlv *t, uint32_t most, uint32_t *out);
/* The OPs of h248_ber_val.c; NULL: not one of these. */
typedef bool(ber_dec_h)(struct ber_dec *d, const struct ber_row *r, struct ber_tlv *t,
			void *base);
extern ber_dec_h *const ber_dec_ops[OP_COUNT];

static inline void ber_set(const struct ber_row *r, void *base, unsigned bit)
{
	if (r->has_size == 1)
		*(uint8_t *)ber_at(base, r->has_off) |= (uint8_t)bit;
	else if (r->has_size)
		*(uint16_t *)ber_at(base, r->has_off) |= (uint16_t)bit;
}
