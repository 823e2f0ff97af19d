/* wire/h248_ber_enc.c - the tree into BER, by the tables.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 A.2, H.248.1 v2 and v3; X.690
 *
 * Lengths are definite and as short as can be: a length is given one octet first, and
 * when the contents turn out longer they are moved up. Nesting is bounded by the tables,
 * so the work stays linear.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "wire/h248_ber_out.h"

static bool enc_rows(struct ber_enc *e, const struct ber_type *t, const void *base);
static bool enc_alternative(struct ber_enc *e, const struct ber_type *t,
			    const void *base);

bool ber_misfit(struct ber_enc *e, int rc, const char *fmt, ...)
{
	va_list ap;

	if (e->rc)
		return false;
	e->rc = rc;
	va_start(ap, fmt);
	vsnprintf(e->misfit->what, sizeof(e->misfit->what), fmt, ap);
	va_end(ap);
	return false;
}

size_t ber_open(struct ber_enc *e, unsigned tag)
{
	char *p = ber_room(e, 2);

	if (p) {
		p[0] = (char)tag;
		p[1] = 0;
	}
	return e->b->n;
}

void ber_end(struct ber_enc *e, size_t at)
{
	struct buf *b = e->b;
	size_t n = b->n - at;
	unsigned k = n < 0x80 ? 0 : n < 0x100 ? 1 : n < 0x10000 ? 2 : 3;

	if (!buf_ok(b))
		return;
	if (!k) {
		b->p[at - 1] = (char)n;
		return;
	}
	if (!buf_room(b, k))
		return;
	memmove(b->p + at + k, b->p + at, n);
	b->p[at - 1] = (char)(0x80 | k);
	for (unsigned i = 0; i < k; i++)
		b->p[at + i] = (char)(n >> 8 * (k - 1 - i));
}

static void *load(const void *base, uint16_t off)
{
	void *p;

	memcpy(&p, ber_at(base, off), sizeof(p));
	return p;
}

/* The contents of a node, its tag written already. */
static bool enc_node(struct ber_enc *e, const struct ber_type *t, const void *node);

static bool enc_list(struct ber_enc *e, const struct ber_type *t, const void *first)
{
	for (const void *n = first; n; n = load(n, 0)) {
		struct h248_term tmp;
		const void *use = t->before ? t->before(e, n, &tmp) : n;
		size_t at;

		if (!use)
			return false;
		if (t->choice) {
			if (!enc_alternative(e, t, use))
				return false;
			continue;
		}
		at = ber_open(e, TAG_SEQUENCE);
		if (!enc_node(e, t, use))
			return false;
		ber_end(e, at);
	}
	return true;
}

static bool enc_node(struct ber_enc *e, const struct ber_type *t, const void *node)
{
	if (t->enc && t->enc(e, node))
		return !e->rc;
	if (e->rc)
		return false;
	if (t->of)
		return enc_list(e, t->rows->sub, load(node, t->rows->off));
	return enc_rows(e, t, node);
}

static const struct h248_desc *desc_of(const struct ber_row *r, const void *base)
{
	const struct h248_desc *d = load(base, r->off);

	while (d && d->kind != r->max)
		d = d->next;
	return d;
}

bool ber_there(const struct ber_row *r, const void *base)
{
	const void *p;

	if (r->has_size)
		return ber_has(r, base);
	switch ((enum ber_op)r->op) {
	case OP_SEQ:
	case OP_CHOICE:
		return !r->sub->there || r->sub->there(ber_at(base, r->off));
	case OP_PTR:
	case OP_PCHOICE:
		return load(base, r->off);
	case OP_LIST:
		p = load(base, r->off);
		return p && (!(r->flags & BER_SEVERAL) || load(p, 0));
	case OP_DESC:
		return desc_of(r, base);
	default:
		return ber_value_there(r, base);
	}
}

const struct ber_row *ber_pick(const struct ber_type *t, const void *node)
{
	uint8_t kind;

	if (!t->kind_off)
		return &t->rows[t->pick ? t->pick(node) : 0];
	kind = *(const uint8_t *)ber_at(node, (uint16_t)(t->kind_off - 1));
	for (int i = 0; i < t->n; i++) {
		if (t->rows[i].kind == kind)
			return &t->rows[i];
	}
	return NULL;
}

/* A node that is pointed at; a mandatory one that is not there is an empty SEQUENCE. */
static bool enc_pointed(struct ber_enc *e, const struct ber_row *r, unsigned tag,
			const void *node)
{
	struct h248_term tmp;
	size_t at;

	if (node && r->sub->before)
		node = r->sub->before(e, node, &tmp);
	if (e->rc)
		return false;
	at = ber_open(e, tag | BER_CONSTRUCTED);
	if (node && !enc_node(e, r->sub, node))
		return false;
	ber_end(e, at);
	return true;
}

static bool enc_explicit(struct ber_enc *e, const struct ber_row *r, unsigned tag,
			 const void *node)
{
	size_t at = ber_open(e, tag | BER_CONSTRUCTED);

	if (!node || !enc_alternative(e, r->sub, node))
		return false;
	ber_end(e, at);
	return true;
}

static bool enc_row(struct ber_enc *e, const struct ber_row *r, unsigned num,
		    const void *base)
{
	unsigned tag = BER_CONTEXT | num;
	ber_enc_h *value = ber_enc_ops[r->op];
	const struct h248_desc *d;
	size_t at;

	if (r->version > e->version)
		return ber_misfit(e, -H_EINVAL, "%s is not in version %u", r->name,
				  e->version);
	if (value)
		return value(e, r, tag, base);
	switch ((enum ber_op)r->op) {
	case OP_SEQ:
		at = ber_open(e, tag | BER_CONSTRUCTED);
		if (!enc_node(e, r->sub, ber_at(base, r->off)))
			return false;
		ber_end(e, at);
		return true;
	case OP_PTR:
	case OP_FIRST:
		return enc_pointed(e, r, tag, load(base, r->off));
	case OP_DESC:
		d = desc_of(r, base);
		return enc_pointed(e, r, tag, d ? d->u.any : NULL);
	case OP_CHOICE:
	case OP_BODY:
		return enc_explicit(e, r, tag, ber_at(base, r->off));
	case OP_PCHOICE:
		return enc_explicit(e, r, tag, load(base, r->off));
	case OP_LIST:
		at = ber_open(e, tag | BER_CONSTRUCTED);
		if (!enc_list(e, r->sub, load(base, r->off)))
			return false;
		ber_end(e, at);
		return true;
	default:
		return true; /* OP_SKIP */
	}
}

static bool enc_alternative(struct ber_enc *e, const struct ber_type *t, const void *base)
{
	const struct ber_row *r = ber_pick(t, base);

	if (!r)
		return ber_misfit(e, -H_EINVAL, "%s has no such alternative", t->name);
	return enc_row(e, r, (unsigned)(r - t->rows), base);
}

static bool enc_rows(struct ber_enc *e, const struct ber_type *t, const void *base)
{
	const struct h248_pkgd *owner = e->owner;
	uint8_t owner_kind = e->owner_kind;

	for (unsigned i = 0; i < t->n; i++) {
		const struct ber_row *r = &t->rows[i];

		if (r->flags & BER_OPT &&
		    !(r->has_size ? ber_has(r, base) : ber_there(r, base)))
			continue;
		if (!enc_row(e, r, i, base))
			return false;
	}
	e->owner = owner;
	e->owner_kind = owner_kind;
	return true;
}

int h248_ber_enc(struct buf *b, const struct h248_msg *m, const struct h248_names *names,
		 struct h248_misfit *misfit)
{
	struct h248_misfit dummy;
	struct ber_enc e = { .b = b, .names = names, .version = m->version };
	size_t from = b->n, at;

	e.misfit = misfit ? misfit : &dummy;
	e.misfit->what[0] = '\0';
	at = ber_open(&e, TAG_SEQUENCE);
	if (enc_rows(&e, &ber_message, m))
		ber_end(&e, at);
	if (!e.rc && !buf_ok(b))
		e.rc = -H_ELIMIT;
	if (e.rc)
		b->n = from;
	return e.rc;
}
