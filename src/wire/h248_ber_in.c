/* wire/h248_ber_in.c - reading BER: tags, lengths, contents, what is passed over.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * X.690 8.1 (tags, definite and indefinite lengths), 8.3, 8.7
 */
#include <string.h>

#include "wire/h248_ber_in.h"

enum { BLOCK_FIRST = 1024, BLOCK_NEXT = 4000 };

static const uint16_t level_code[] = { 400, 403, 422, 442 };

static bool record(struct ber_dec *d, int rc, uint16_t code, const uint8_t *at,
		   const char *what)
{
	if (d->rc)
		return false;
	d->rc = rc;
	d->fault->err.offset = (size_t)(at - d->start);
	d->fault->err.clause = "RFC 3525 A.2";
	d->fault->err.what = what;
	d->fault->code = code;
	d->fault->level = d->level;
	return false;
}

bool ber_fail_code(struct ber_dec *d, uint16_t code, const uint8_t *at, const char *what)
{
	return record(d, -H_ESYNTAX, code, at, what);
}

bool ber_fail(struct ber_dec *d, const uint8_t *at, const char *what)
{
	return record(d, -H_ESYNTAX, level_code[d->level], at, what);
}

void *ber_more(struct ber_dec *d, size_t need)
{
	size_t block = d->mem ? BLOCK_NEXT : BLOCK_FIRST;
	char *p;

	if (d->nodes > H248_NODE_MAX) {
		record(d, -H_ELIMIT, 413, d->start, "too many parts");
		return NULL;
	}
	p = arena_zalloc(d->a, block);
	if (!p) {
		record(d, -H_ENOMEM, 510, d->start, "out of memory");
		return NULL;
	}
	d->mem = p + need;
	d->mem_end = p + block;
	return p;
}

/* The number of a tag above 30: 7 bits an octet. Ours are all below. */
static bool high_tag(struct ber_dec *d, struct ber_in *in, unsigned *num)
{
	unsigned v = 0;

	do {
		if (in->p == in->end || v > 0xffff)
			return ber_fail(d, in->p, "tag without an end");
		v = v << 7 | (*in->p & 0x7f);
	} while (*in->p++ & 0x80);
	*num = v;
	return true;
}

static bool length(struct ber_dec *d, struct ber_in *in, struct ber_tlv *t)
{
	const uint8_t *at = in->p;
	size_t n;
	unsigned k;

	if (at == in->end)
		return ber_fail(d, at, "length missing");
	n = *in->p++;
	if (n == 0x80) {
		if (!(t->cls & BER_CONSTRUCTED))
			return ber_fail(d, at, "indefinite length of a primitive");
		t->in = (struct ber_in){ in->p, in->end, true };
		return true;
	}
	if (n & 0x80) {
		k = n & 0x7f;
		if (k > 4 || k > (size_t)(in->end - in->p))
			return ber_fail(d, at, "length too long");
		for (n = 0; k; k--)
			n = n << 8 | *in->p++;
	}
	if (n > (size_t)(in->end - in->p))
		return ber_fail(d, at, "length beyond the end");
	t->in = (struct ber_in){ in->p, in->p + n, false };
	in->p += n;
	return true;
}

bool ber_next_slow(struct ber_dec *d, struct ber_in *in, struct ber_tlv *t)
{
	if (d->rc)
		return false;
	if (in->p == in->end)
		return in->open && ber_fail(d, in->p, "no end of an indefinite length");
	if (in->open && in->p[0] == 0) {
		if (in->end - in->p < 2 || in->p[1])
			return ber_fail(d, in->p, "no end of an indefinite length");
		in->p += 2;
		in->open = false;
		in->end = in->p;
		return false;
	}
	t->cls = *in->p & 0xe0;
	t->num = *in->p++ & 0x1f;
	if (t->num == 0x1f && !high_tag(d, in, &t->num))
		return false;
	return length(d, in, t);
}

/* Pass over what is left of an indefinite length: no recursion, a count of open ones. */
bool ber_pass_over(struct ber_dec *d, struct ber_in *in)
{
	unsigned open = 1;

	while (open) {
		struct ber_tlv t;
		struct ber_in all = { in->p, in->end, true };

		if (ber_next(d, &all, &t)) {
			in->p = all.p;
			open += t.in.open;
		} else if (d->rc) {
			return false;
		} else {
			in->p = all.p;
			open--;
		}
		if (open > H248_DEPTH_MAX)
			return record(d, -H_ELIMIT, 400, in->p, "nested too deeply");
	}
	in->open = false;
	return true;
}

/* A string in pieces (8.7.3); pieces within pieces are not read. */
bool ber_pieces(struct ber_dec *d, struct ber_tlv *t, struct span *out)
{
	struct ber_in first = t->in;
	struct ber_tlv part;
	size_t n = 0, at = 0;
	char *p;

	while (ber_next(d, &first, &part)) {
		if (part.cls & BER_CONSTRUCTED)
			return ber_fail(d, t->in.p, "string in pieces of pieces");
		n += (size_t)(part.in.end - part.in.p);
	}
	p = d->rc ? NULL : arena_alloc(d->a, n + 1);
	if (!p)
		return record(d, -H_ENOMEM, 510, d->start, "out of memory");
	while (ber_next(d, &t->in, &part)) {
		size_t k = (size_t)(part.in.end - part.in.p);

		memcpy(p + at, part.in.p, k);
		at += k;
	}
	*out = (struct span){ p, n };
	return true;
}

bool ber_uint(struct ber_dec *d, struct ber_tlv *t, uint32_t most, uint32_t *out)
{
	size_t n = (size_t)(t->in.end - t->in.p);
	uint64_t v = 0;

	if (t->cls & BER_CONSTRUCTED || !n || n > 5 || *t->in.p & 0x80)
		return ber_fail(d, t->in.p, "number out of its range");
	for (size_t i = 0; i < n; i++)
		v = v << 8 | t->in.p[i];
	if (v > most)
		return ber_fail(d, t->in.p, "number out of its range");
	*out = (uint32_t)v;
	return true;
}
