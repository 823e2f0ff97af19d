/* wire/h248_ber_val.c - BER of single values and of names, into the tree.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 A.1 (wildcards), A.2, H.248.1 v3 (topologyDirectionExtension)
 */
#include <string.h>

#include "wire/h248_ber_in.h"
#include "wire/h248_lex.h"

static bool dec_number(struct ber_dec *d, const struct ber_row *r, struct ber_tlv *t,
		       void *base)
{
	void *at = ber_at(base, r->off);
	uint32_t v;

	if (!ber_uint(d, t, r->max, &v))
		return false;
	if (r->op == OP_U32)
		*(uint32_t *)at = v;
	else if (r->op == OP_U16)
		*(uint16_t *)at = (uint16_t)v;
	else
		*(uint8_t *)at = (uint8_t)v;
	return true;
}

static bool dec_bool(struct ber_dec *d, struct ber_tlv *t, bool *on)
{
	if (t->cls & BER_CONSTRUCTED || t->in.end - t->in.p != 1)
		return ber_fail(d, t->in.p, "BOOLEAN not of one octet");
	*on = *t->in.p;
	return true;
}

static bool dec_boolean(struct ber_dec *d, const struct ber_row *r, struct ber_tlv *t,
			void *base)
{
	bool on = false;

	if (!dec_bool(d, t, &on))
		return false;
	/* a FLAG that is FALSE is as good as absent */
	if (r->op == OP_BOOL || on)
		ber_set(r, base, r->has_bit | (on ? r->max : 0));
	return true;
}

static bool dec_null(struct ber_dec *d, const struct ber_row *r, struct ber_tlv *t,
		     void *base)
{
	(void)r;
	(void)base;
	return (!(t->cls & BER_CONSTRUCTED) && t->in.p == t->in.end) ||
	       ber_fail(d, t->in.p, "NULL with contents");
}

/* Bit 0 of the ASN.1 name is the topmost of the first octet; ours is the lowest. */
static bool dec_bits(struct ber_dec *d, const struct ber_row *r, struct ber_tlv *t,
		     void *base)
{
	void *at = ber_at(base, r->off);
	struct span s;
	unsigned bits = 0;

	if (!ber_octets(d, t, &s))
		return false;
	if (!s.n || (unsigned char)*s.p > 7 || (s.n == 1 && *s.p))
		return ber_fail(d, t->in.p, "BIT STRING without its count");
	for (unsigned i = 0; i < r->max; i++) {
		size_t k = 1 + i / 8;

		if (k < s.n && (unsigned char)s.p[k] & 0x80u >> i % 8)
			bits |= 1u << i;
	}
	if (r->least == 2)
		*(uint16_t *)at = (uint16_t)bits;
	else
		*(uint8_t *)at = (uint8_t)bits;
	return true;
}

static bool dec_sized(struct ber_dec *d, const struct ber_row *r, struct ber_tlv *t,
		      struct span *s)
{
	if (!ber_octets(d, t, s))
		return false;
	return (s->n >= r->least && s->n <= r->max) ||
	       ber_fail(d, t->in.p, "string too short or too long");
}

static bool dec_octets(struct ber_dec *d, const struct ber_row *r, struct ber_tlv *t,
		       void *base)
{
	struct span s;

	if (!dec_sized(d, r, t, &s))
		return false;
	memcpy(ber_at(base, r->off), s.p, s.n);
	if (r->len)
		*(uint8_t *)ber_at(base, r->len) = (uint8_t)s.n;
	return true;
}

static bool dec_text(struct ber_dec *d, const struct ber_row *r, struct ber_tlv *t,
		     void *base)
{
	struct span *out = ber_at(base, r->off);

	if (!dec_sized(d, r, t, out))
		return false;
	for (size_t i = 0; i < out->n; i++) {
		if (!out->p[i])
			return ber_fail(d, t->in.p, "zero octet in a string");
	}
	return true;
}

static bool dec_id(struct ber_dec *d, struct ber_tlv *t, size_t n, uint32_t *out)
{
	struct span s;
	uint32_t v = 0;

	if (!ber_octets(d, t, &s))
		return false;
	if (s.n != n)
		return ber_fail(d, t->in.p, "name of a wrong length");
	for (size_t i = 0; i < n; i++)
		v = v << 8 | (unsigned char)s.p[i];
	*out = v;
	return true;
}

static bool dec_name(struct ber_dec *d, const struct ber_row *r, struct ber_tlv *t,
		     void *base)
{
	struct h248_pkgd *name = ber_at(base, r->off);

	return dec_id(d, t, r->op == OP_PKGD ? 4 : 2, &name->id);
}

static bool dec_dmname(struct ber_dec *d, const struct ber_row *r, struct ber_tlv *t,
		       void *base)
{
	struct h248_dmname *name = ber_at(base, r->off);
	uint32_t id = 0;

	if (!dec_id(d, t, 2, &id))
		return false;
	name->bin = 1;
	name->id[0] = (uint8_t)(id >> 8);
	name->id[1] = (uint8_t)id;
	return true;
}

/* The next element of a SEQUENCE OF a universal type. */
static bool element(struct ber_dec *d, struct ber_tlv *list, unsigned tag,
		    struct ber_tlv *t)
{
	if (!ber_next(d, &list->in, t))
		return false;
	return (t->num == tag && (t->cls & ~BER_CONSTRUCTED) == BER_UNIVERSAL) ||
	       ber_fail(d, t->in.p, "element of another type in a list");
}

static bool dec_values(struct ber_dec *d, struct ber_tlv *list, struct h248_value **tail)
{
	struct ber_tlv t;

	if (!(list->cls & BER_CONSTRUCTED))
		return ber_fail(d, list->in.p, "SEQUENCE OF expected");
	while (element(d, list, TAG_OCTETS, &t)) {
		struct h248_value *v = ber_node(d, sizeof(*v));

		if (!v || !ber_octets(d, &t, &v->s) || !ber_close(d, &list->in, &t))
			return false;
		v->form = H248_VALUE_BER;
		*tail = v;
		tail = &v->next;
	}
	return !d->rc;
}

static bool dec_parm_values(struct ber_dec *d, const struct ber_row *r,
			    struct ber_tlv *list, void *base)
{
	struct h248_parm *p = base;

	(void)r;
	if (p->rel == H248_REL_NONE)
		p->rel = H248_REL_EQ;
	p->vals = NULL;
	return dec_values(d, list, &p->vals);
}

static bool dec_reason(struct ber_dec *d, const struct ber_row *r, struct ber_tlv *list,
		       void *base)
{
	return dec_values(d, list, ber_at(base, r->off));
}

/* extraInfo: a relation to one value, a range of two, or a sub-list. */
static bool dec_rel(struct ber_dec *d, const struct ber_row *r, struct ber_tlv *t,
		    void *base)
{
	struct h248_parm *p = base;
	struct ber_tlv alt;
	uint32_t rel;
	bool on = false;

	(void)r;
	if (!(t->cls & BER_CONSTRUCTED) || !ber_next(d, &t->in, &alt))
		return ber_fail(d, t->in.p, "CHOICE expected");
	if ((alt.cls & 0xc0) != BER_CONTEXT || alt.num > 2)
		return ber_fail(d, alt.in.p, "unknown alternative of a CHOICE");
	if (alt.num == 0) {
		if (!ber_uint(d, &alt, 2, &rel))
			return false;
		p->rel = (uint8_t)(H248_REL_GT + rel);
		return (p->vals && !p->vals->next) ||
		       ber_fail(d, alt.in.p, "relation to other than one value");
	}
	if (!dec_bool(d, &alt, &on))
		return false;
	if (!on)
		return true;
	p->rel = alt.num == 1 ? H248_REL_RANGE : H248_REL_SUBLIST;
	if (alt.num == 1 && (!p->vals || !p->vals->next || p->vals->next->next))
		return ber_fail(d, alt.in.p, "range of other than two values");
	return true;
}

static bool dec_wild(struct ber_dec *d, const struct ber_row *r, struct ber_tlv *list,
		     void *base)
{
	struct h248_term *term = base;
	struct ber_tlv t;
	struct span s;

	(void)r;
	if (!(list->cls & BER_CONSTRUCTED))
		return ber_fail(d, list->in.p, "SEQUENCE OF expected");
	while (element(d, list, TAG_OCTETS, &t)) {
		if (!ber_octets(d, &t, &s) || !ber_close(d, &list->in, &t))
			return false;
		if (s.n != 1 || term->nwild == H248_WILD_MAX)
			return ber_fail_code(d, 410, t.in.p, "no wildcard field");
		term->wild[term->nwild++] = (uint8_t)*s.p;
	}
	return !d->rc;
}

static bool dec_nums(struct ber_dec *d, const struct ber_row *r, struct ber_tlv *list,
		     void *base)
{
	struct h248_num **tail = ber_at(base, r->off);
	struct ber_tlv t;

	if (!(list->cls & BER_CONSTRUCTED))
		return ber_fail(d, list->in.p, "SEQUENCE OF expected");
	*tail = NULL;
	while (element(d, list, r->least, &t)) {
		struct h248_num *n = ber_node(d, sizeof(*n));

		if (!n || !ber_uint(d, &t, r->max, &n->v) || !ber_close(d, &list->in, &t))
			return false;
		*tail = n;
		tail = &n->next;
	}
	return !d->rc;
}

static bool dec_topo(struct ber_dec *d, const struct ber_row *r, struct ber_tlv *t,
		     void *base)
{
	struct h248_topo *tp = base;
	uint32_t v;

	if (!ber_uint(d, t, r->max, &v))
		return false;
	tp->dir = (uint8_t)(r->least + v);
	return true;
}

/* Only experimental identifiers ("X-abc") have a counterpart in text; others are read
 * over. Two parts: [0] CHOICE identifier, [1] data. */
static bool dec_nonstd(struct ber_dec *d, const struct ber_row *r, struct ber_tlv *t,
		       void *base)
{
	struct h248_svc *sv = base;
	struct h248_parm *p = ber_node(d, sizeof(*p));
	struct ber_tlv part, id;
	struct span name = { NULL, 0 };

	(void)r;
	if (!p || !(t->cls & BER_CONSTRUCTED))
		return ber_fail(d, t->in.p, "SEQUENCE expected");
	while (ber_next(d, &t->in, &part)) {
		if (part.num == 0 && part.cls == (BER_CONTEXT | BER_CONSTRUCTED)) {
			if (!ber_next(d, &part.in, &id))
				return ber_fail(d, part.in.p, "empty CHOICE");
			if (id.num == 2 && !ber_octets(d, &id, &name))
				return false;
			if (!ber_close(d, &part.in, &id))
				return false;
		} else if (part.num == 1) {
			p->vals = ber_node(d, sizeof(*p->vals));
			if (!p->vals || !ber_octets(d, &part, &p->vals->s))
				return false;
			p->vals->form = H248_VALUE_BER;
		}
		if (!ber_close(d, &t->in, &part))
			return false;
	}
	while (name.n && name.p[name.n - 1] == ' ')
		name.n--;
	if (hx_is_ext(name) && p->vals) {
		p->name = (struct h248_pkgd){ .p = name.p, .n = (uint16_t)name.n };
		sv->ext = p;
	}
	return !d->rc;
}

ber_dec_h *const ber_dec_ops[OP_COUNT] = {
	[OP_U8] = dec_number,     [OP_U16] = dec_number,    [OP_U32] = dec_number,
	[OP_ENUM] = dec_number,   [OP_BOOL] = dec_boolean,  [OP_FLAG] = dec_boolean,
	[OP_NULL] = dec_null,     [OP_BITS] = dec_bits,     [OP_TEXT] = dec_text,
	[OP_OCTETS] = dec_octets, [OP_PKGD] = dec_name,     [OP_PNAME] = dec_name,
	[OP_PACKAGE] = dec_name,  [OP_DMNAME] = dec_dmname, [OP_VALUES] = dec_parm_values,
	[OP_REASON] = dec_reason, [OP_REL] = dec_rel,       [OP_WILD] = dec_wild,
	[OP_NUMS] = dec_nums,     [OP_TOPODIR] = dec_topo,  [OP_NONSTD] = dec_nonstd,
};
