/* wire/h248_ber_dec.c - BER into the tree, by the tables.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 A.2, H.248.1 v2 and v3; X.690
 *
 * Calls nest as the tables do, and no table leads back to itself: the stack is bounded
 * whatever the bytes are.
 */
#include <string.h>

#include "wire/h248_ber_in.h"

static bool dec_rows(struct ber_dec *d, const struct ber_type *t, struct ber_in *in,
		     void *base);
static bool dec_choice(struct ber_dec *d, const struct ber_type *t, struct ber_tlv *tlv,
		       void *base);

static void store(void *base, uint16_t off, const void *node)
{
	memcpy(ber_at(base, off), &node, sizeof(node));
}

static void *load(const void *base, uint16_t off)
{
	void *p;

	memcpy(&p, ber_at(base, off), sizeof(p));
	return p;
}

/* While a node is read, faults are told as of its level. */
static inline uint8_t enter(struct ber_dec *d, const struct ber_type *t, void *node)
{
	uint8_t was = d->level;

	if (t->level == H248_AT_TRANS)
		d->fault->trans = node;
	else if (t->level == H248_AT_ACTION)
		d->fault->action = node;
	else if (t->level == H248_AT_CMD)
		d->fault->cmd = node;
	if (t->level)
		d->level = t->level;
	return was;
}

static inline void leave(struct ber_dec *d, const struct ber_type *t, uint8_t was)
{
	if (d->rc || !t->level)
		return;
	d->level = was;
	if (t->level == H248_AT_CMD)
		d->fault->cmd = NULL;
	else if (t->level == H248_AT_ACTION)
		d->fault->action = NULL;
	else
		d->fault->trans = NULL;
}

static inline void *new_node(struct ber_dec *d, const struct ber_type *t)
{
	void *node = ber_node(d, t->size);

	if (node && t->init)
		t->init(node);
	return node;
}

static inline bool finish(struct ber_dec *d, const struct ber_type *t,
			  struct ber_tlv *tlv, void *node)
{
	static const char what[] = "values that don't go together";

	if (!t->after || t->after(node))
		return true;
	return t->code ? ber_fail_code(d, t->code, tlv->in.p, what)
		       : ber_fail(d, tlv->in.p, what);
}

/* The contents of a SEQUENCE, or of the SEQUENCE OF that the type is. */
static bool dec_list(struct ber_dec *d, const struct ber_type *t, struct ber_in *in,
		     void *base, uint16_t off);

static bool dec_node(struct ber_dec *d, const struct ber_type *t, struct ber_tlv *tlv,
		     void *node)
{
	if (t->choice) {
		if (!dec_choice(d, t, tlv, node))
			return false;
	} else if (!(tlv->cls & BER_CONSTRUCTED)) {
		return ber_fail(d, tlv->in.p, "SEQUENCE expected");
	} else if (t->of) {
		if (!dec_list(d, t->rows->sub, &tlv->in, node, t->rows->off))
			return false;
	} else if (!dec_rows(d, t, &tlv->in, node)) {
		return false;
	}
	return finish(d, t, tlv, node);
}

/* SEQUENCE OF: each element is hung on before it is read, so that a fault within can be
 * told with it. */
static bool dec_list(struct ber_dec *d, const struct ber_type *t, struct ber_in *in,
		     void *base, uint16_t off)
{
	struct ber_tlv tlv;
	void *last = base;
	uint16_t at = off;

	store(base, off, NULL);
	while (ber_next(d, in, &tlv)) {
		void *node;
		uint8_t was;
		bool ok = t->choice ? (tlv.cls & 0xc0) == BER_CONTEXT
				    : tlv.cls == BER_CONSTRUCTED && tlv.num == 16;

		if (!ok)
			return ber_fail(d, tlv.in.p, "element of another type in a list");
		if (t->choice && tlv.num >= t->n) {
			if (!ber_close(d, in, &tlv)) /* a later version's */
				return false;
			continue;
		}
		node = new_node(d, t);
		if (!node)
			return false;
		store(last, at, node);
		last = node;
		at = 0;
		was = enter(d, t, node);
		if (!dec_node(d, t, &tlv, node) || !ber_close(d, in, &tlv))
			return false;
		leave(d, t, was);
	}
	return !d->rc;
}

static inline bool dec_ptr(struct ber_dec *d, const struct ber_row *r,
			   struct ber_tlv *tlv, void *base)
{
	void *node = new_node(d, r->sub);

	if (!node)
		return false;
	store(base, r->off, node);
	return dec_node(d, r->sub, tlv, node);
}

/* An explicit tag around one alternative. */
static bool dec_explicit(struct ber_dec *d, const struct ber_type *t, struct ber_tlv *tlv,
			 void *base)
{
	struct ber_tlv alt, more;

	if (!(tlv->cls & BER_CONSTRUCTED))
		return ber_fail(d, tlv->in.p, "CHOICE expected");
	if (!ber_next(d, &tlv->in, &alt))
		return ber_fail(d, tlv->in.p, "empty CHOICE");
	if (!dec_choice(d, t, &alt, base) || !ber_close(d, &tlv->in, &alt) ||
	    !finish(d, t, tlv, base))
		return false;
	if (ber_next(d, &tlv->in, &more))
		return ber_fail(d, more.in.p, "more than one alternative of a CHOICE");
	return !d->rc;
}

static bool dec_pchoice(struct ber_dec *d, const struct ber_row *r, struct ber_tlv *tlv,
			void *base)
{
	void *node = new_node(d, r->sub);

	if (!node)
		return false;
	store(base, r->off, node);
	return dec_explicit(d, r->sub, tlv, node);
}

static bool dec_desc(struct ber_dec *d, const struct ber_row *r, struct ber_tlv *tlv,
		     void *base)
{
	struct h248_desc *desc = ber_node(d, sizeof(*desc)), *last = load(base, r->off);

	if (!desc)
		return false;
	desc->kind = (uint8_t)r->max;
	desc->u.any = new_node(d, r->sub);
	while (last && last->next)
		last = last->next;
	if (last)
		last->next = desc;
	else
		store(base, r->off, desc);
	return desc->u.any && dec_node(d, r->sub, tlv, desc->u.any);
}

/* Version and identifier are read: enough to answer with. */
static bool dec_body(struct ber_dec *d, const struct ber_row *r, struct ber_tlv *tlv,
		     void *base)
{
	struct h248_msg *m = base;

	d->header = true;
	d->version = m->version;
	if (m->version < 1 || m->version > 3)
		return ber_fail_code(d, 406, tlv->in.p, "version not supported");
	return dec_explicit(d, r->sub, tlv, base);
}

static bool dec_row(struct ber_dec *d, const struct ber_row *r, struct ber_tlv *tlv,
		    void *base)
{
	ber_dec_h *value = ber_dec_ops[r->op];

	if (r->has_size && r->op != OP_BOOL && r->op != OP_FLAG)
		ber_set(r, base, r->has_bit);
	if (value)
		return value(d, r, tlv, base);
	switch ((enum ber_op)r->op) {
	case OP_SEQ:
		return dec_node(d, r->sub, tlv, ber_at(base, r->off));
	case OP_PTR:
		return dec_ptr(d, r, tlv, base);
	case OP_CHOICE:
		return dec_explicit(d, r->sub, tlv, ber_at(base, r->off));
	case OP_PCHOICE:
		return dec_pchoice(d, r, tlv, base);
	case OP_LIST:
		if (!(tlv->cls & BER_CONSTRUCTED))
			return ber_fail(d, tlv->in.p, "SEQUENCE OF expected");
		return dec_list(d, r->sub, &tlv->in, base, r->off);
	case OP_FIRST:
		return dec_ptr(d, r, tlv, base);
	case OP_DESC:
		return dec_desc(d, r, tlv, base);
	case OP_BODY:
		return dec_body(d, r, tlv, base);
	default:
		return true; /* OP_SKIP: passed over */
	}
}

static bool dec_choice(struct ber_dec *d, const struct ber_type *t, struct ber_tlv *tlv,
		       void *base)
{
	const struct ber_row *r;

	if ((tlv->cls & 0xc0) != BER_CONTEXT || tlv->num >= t->n ||
	    t->rows[tlv->num].version > d->version)
		return ber_fail(d, tlv->in.p, "unknown alternative of a CHOICE");
	r = &t->rows[tlv->num];
	if (t->kind_off)
		*(uint8_t *)ber_at(base, (uint16_t)(t->kind_off - 1)) = r->kind;
	return dec_row(d, r, tlv, base);
}

/* Rows in order; what is behind the last row, or of a later version, is passed over. */
static bool dec_rows(struct ber_dec *d, const struct ber_type *t, struct ber_in *in,
		     void *base)
{
	struct ber_tlv tlv;
	unsigned at = 0;

	while (ber_next(d, in, &tlv)) {
		if ((tlv.cls & 0xc0) != BER_CONTEXT || tlv.num < at)
			return ber_fail(d, tlv.in.p, "component out of order");
		for (; at < tlv.num && at < t->n; at++) {
			if (!(t->rows[at].flags & BER_OPT) && t->rows[at].version < 2)
				return ber_fail(d, tlv.in.p,
						"mandatory component missing");
		}
		at = tlv.num + 1;
		if (tlv.num < t->n && t->rows[tlv.num].version <= d->version &&
		    !dec_row(d, &t->rows[tlv.num], &tlv, base))
			return false;
		if (!ber_close(d, in, &tlv))
			return false;
	}
	for (; at < t->n; at++) {
		if (!(t->rows[at].flags & BER_OPT) && t->rows[at].version < 2)
			return ber_fail(d, in->p, "mandatory component missing");
	}
	return !d->rc;
}

/* A message is a SEQUENCE and nothing behind it. */
static bool dec_message(struct ber_dec *d, struct ber_in *in, struct h248_msg *m)
{
	struct ber_tlv tlv;

	if (!ber_next(d, in, &tlv))
		return ber_fail(d, in->p, "no message");
	if (tlv.cls != BER_CONSTRUCTED || tlv.num != 16)
		return ber_fail(d, in->p, "SEQUENCE expected");
	if (!dec_node(d, &ber_message, &tlv, m) || !ber_close(d, in, &tlv))
		return false;
	return in->p == in->end || ber_fail(d, in->p, "bytes behind the message");
}

int h248_ber_dec(struct arena *a, struct span bytes, struct h248_msg **out,
		 struct h248_fault *fault)
{
	struct h248_fault dummy;
	struct ber_dec d = { .a = a, .start = (const uint8_t *)bytes.p, .version = 1 };
	struct ber_in in = { d.start, d.start + bytes.n, false };
	struct h248_msg *m;

	*out = NULL;
	d.fault = fault ? fault : &dummy;
	*d.fault = (struct h248_fault){ .code = 0 };
	if (bytes.n > H248_MSG_MAX) {
		d.fault->err.what = "message too long";
		d.fault->code = 400;
		return -H_ELIMIT;
	}
	m = ber_node(&d, sizeof(*m));
	if (!m)
		return d.rc;
	dec_message(&d, &in, m);
	if (d.header)
		*out = m;
	return d.rc;
}
