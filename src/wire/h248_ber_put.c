/* wire/h248_ber_put.c - single values and names of the tree into BER.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 A.1, A.2 (double wrapping), Annex C.11 (SDP properties)
 */
#include <stdio.h>
#include <string.h>

#include "wire/h248_ber_out.h"

void ber_put_uint(struct ber_enc *e, unsigned tag, uint32_t v)
{
	unsigned n = 1;
	char *p;

	while (n < 5 && (uint64_t)v >> (8 * n - 1))
		n++;
	p = ber_room(e, n + 2);
	if (!p)
		return;
	*p++ = (char)tag;
	*p++ = (char)n;
	while (n--)
		*p++ = (char)((uint64_t)v >> 8 * n);
}

void ber_put_octets(struct ber_enc *e, unsigned tag, const void *s, size_t n)
{
	size_t at;
	char *p;

	if (n < 0x80) {
		p = ber_room(e, n + 2);
		if (!p)
			return;
		p[0] = (char)tag;
		p[1] = (char)n;
		if (n)
			memcpy(p + 2, s, n);
		return;
	}
	at = ber_open(e, tag);
	buf_put(e->b, s, n);
	ber_end(e, at);
}

static bool enc_number(struct ber_enc *e, const struct ber_row *r, unsigned tag,
		       const void *base)
{
	const void *at = ber_at(base, r->off);
	uint32_t v = r->op == OP_U32   ? *(const uint32_t *)at
		     : r->op == OP_U16 ? *(const uint16_t *)at
				       : *(const uint8_t *)at;

	if (v > r->max)
		return ber_misfit(e, -H_EINVAL, "%s %u has no binary form", r->name,
				  (unsigned)v);
	ber_put_uint(e, tag, v);
	return true;
}

static bool enc_bool(struct ber_enc *e, unsigned tag, bool on)
{
	ber_put_octets(e, tag, on ? "\xff" : "\0", 1);
	return true;
}

static bool enc_boolean(struct ber_enc *e, const struct ber_row *r, unsigned tag,
			const void *base)
{
	const void *at = ber_at(base, r->off);
	unsigned bits = r->has_size == 2 ? *(const uint16_t *)at : *(const uint8_t *)at;

	return enc_bool(e, tag, bits & r->max);
}

static bool enc_flag(struct ber_enc *e, const struct ber_row *r, unsigned tag,
		     const void *base)
{
	(void)r;
	(void)base;
	return enc_bool(e, tag, true);
}

static bool enc_null(struct ber_enc *e, const struct ber_row *r, unsigned tag,
		     const void *base)
{
	(void)r;
	(void)base;
	ber_put_octets(e, tag, "", 0);
	return true;
}

static uint32_t bits_of(const struct ber_row *r, const void *at)
{
	return r->least == 2 ? *(const uint16_t *)at : *(const uint8_t *)at;
}

/* Trailing zero bits of a named BIT STRING are left out. */
static bool enc_bits(struct ber_enc *e, const struct ber_row *r, unsigned tag,
		     const void *base)
{
	uint32_t bits = bits_of(r, ber_at(base, r->off));
	uint8_t oct[3] = { 0, 0, 0 };
	unsigned used = 0;

	for (unsigned i = 0; i < r->max; i++) {
		if (bits & 1u << i) {
			oct[1 + i / 8] |= (uint8_t)(0x80u >> i % 8);
			used = i + 1;
		}
	}
	oct[0] = (uint8_t)((8 - used % 8) % 8);
	ber_put_octets(e, tag, oct, 1 + (used + 7) / 8);
	return true;
}

static bool enc_text(struct ber_enc *e, const struct ber_row *r, unsigned tag,
		     const void *base)
{
	const struct span *s = ber_at(base, r->off);

	if (s->n < r->least || s->n > r->max)
		return ber_misfit(e, -H_EINVAL, "%s of %zu characters has no binary form",
				  r->name, s->n);
	ber_put_octets(e, tag, s->p, s->n);
	return true;
}

static bool enc_octets(struct ber_enc *e, const struct ber_row *r, unsigned tag,
		       const void *base)
{
	size_t n = r->len ? *(const uint8_t *)ber_at(base, r->len) : r->max;

	if (n < r->least || n > r->max)
		return ber_misfit(e, -H_EINVAL, "%s of %zu octets", r->name, n);
	ber_put_octets(e, tag, ber_at(base, r->off), n);
	return true;
}

void ber_name_text(const struct h248_pkgd *d, char *out, size_t size)
{
	if (d->p)
		snprintf(out, size, "%.*s", (int)d->n, d->p);
	else
		snprintf(out, size, "0x%04x/0x%04x", (unsigned)(d->id >> 16),
			 (unsigned)(d->id & 0xffff));
}

static bool enc_id(struct ber_enc *e, unsigned tag, uint32_t id, unsigned n)
{
	uint8_t oct[4] = { (uint8_t)(id >> 24), (uint8_t)(id >> 16), (uint8_t)(id >> 8),
			   (uint8_t)id };

	ber_put_octets(e, tag, oct + 4 - n, n);
	return true;
}

static bool unknown(struct ber_enc *e, const struct ber_row *r, const struct h248_pkgd *d)
{
	char text[80];

	ber_name_text(d, text, sizeof(text));
	return ber_misfit(e, -H_ENOENT, "%s %s has no known binary id", r->name, text);
}

static bool enc_pkgd(struct ber_enc *e, const struct ber_row *r, unsigned tag,
		     const void *base)
{
	const struct h248_pkgd *d = ber_at(base, r->off);
	enum h248_item_kind kind = (enum h248_item_kind)r->least;
	uint32_t id;

	if (h248_pkgd_id(kind, d, &id))
		return unknown(e, r, d);
	e->name = d;
	e->kind = (uint8_t)kind;
	if (kind == H248_EVENT || kind == H248_SIGNAL) {
		e->owner = d;
		e->owner_kind = (uint8_t)kind;
	}
	return enc_id(e, tag, id, 4);
}

static const struct h248_item *owner_item(const struct ber_enc *e)
{
	return e->owner ? h248_item_find((enum h248_item_kind)e->owner_kind, e->owner)
			: NULL;
}

static const struct h248_item *item(const struct ber_enc *e)
{
	static const struct h248_item line = { .type = H248_T_STRING, .name = "SDP" };

	if (e->kind == H248_EPARM)
		return h248_parm_find(owner_item(e), e->name);
	if (h248_sdp_letter(e->name))
		return &line;
	return h248_item_find((enum h248_item_kind)e->kind, e->name);
}

static bool enc_pname(struct ber_enc *e, const struct ber_row *r, unsigned tag,
		      const void *base)
{
	const struct h248_pkgd *d = ber_at(base, r->off);
	uint32_t id = d->id;

	if (d->p && h248_parm_id(owner_item(e), d, &id))
		return unknown(e, r, d);
	e->name = d;
	e->kind = H248_EPARM;
	return enc_id(e, tag, id, 2);
}

static bool enc_package(struct ber_enc *e, const struct ber_row *r, unsigned tag,
			const void *base)
{
	const struct h248_pkgd *d = ber_at(base, r->off);
	uint32_t id;

	if (h248_package_id(d, &id))
		return unknown(e, r, d);
	return enc_id(e, tag, id, 2);
}

static bool enc_dmname(struct ber_enc *e, const struct ber_row *r, unsigned tag,
		       const void *base)
{
	const struct h248_dmname *name = ber_at(base, r->off);
	uint8_t id[2];

	if (name->bin)
		memcpy(id, name->id, 2);
	else if (e->names->dm_to_bin(e->names->arg, name->text, id))
		return ber_misfit(e, -H_ENOENT, "digit map %.*s has no binary name",
				  (int)name->text.n, name->text.p);
	ber_put_octets(e, tag, id, 2);
	return true;
}

static bool enc_value(struct ber_enc *e, const struct h248_item *it,
		      const struct h248_value *v)
{
	size_t at = ber_open(e, TAG_OCTETS);
	int rc = h248_value_enc(e->b, it, v);

	if (rc && v->form == H248_VALUE_BER)
		buf_span(e->b, v->s); /* bare and not of its type: as it came */
	else if (rc)
		return ber_misfit(e, rc, "value %.*s is not of the type of %s",
				  (int)v->s.n, v->s.p, it ? it->name : "its item");
	ber_end(e, at);
	return true;
}

/* An empty SEQUENCE is CHOOSE; text says `$`. */
static bool enc_values(struct ber_enc *e, const struct ber_row *r, unsigned tag,
		       const void *base)
{
	const struct h248_parm *p = base;
	size_t at = ber_open(e, tag | BER_CONSTRUCTED);
	const struct h248_item *it = NULL;

	(void)r;
	if (!h248_value_choose(p)) {
		for (const struct h248_value *v = p->vals; v; v = v->next) {
			if (!it && !h248_value_wrapped(v))
				it = item(e);
			if (!enc_value(e, it, v))
				return false;
		}
	}
	ber_end(e, at);
	return true;
}

static bool enc_reason(struct ber_enc *e, const struct ber_row *r, unsigned tag,
		       const void *base)
{
	const struct h248_svc *sv = base;
	static const struct h248_item reason = { .type = H248_T_STRING,
						 .name = "reason" };
	size_t at = ber_open(e, tag | BER_CONSTRUCTED);

	(void)r;
	for (const struct h248_value *v = sv->reason; v; v = v->next) {
		if (!enc_value(e, &reason, v))
			return false;
	}
	ber_end(e, at);
	return true;
}

static bool enc_rel(struct ber_enc *e, const struct ber_row *r, unsigned tag,
		    const void *base)
{
	unsigned rel = ((const struct h248_parm *)base)->rel;
	size_t at = ber_open(e, tag | BER_CONSTRUCTED);

	(void)r;
	if (rel == H248_REL_RANGE || rel == H248_REL_SUBLIST)
		enc_bool(e, BER_CONTEXT | (rel == H248_REL_RANGE ? 1u : 2u), true);
	else
		ber_put_uint(e, BER_CONTEXT, rel - H248_REL_GT);
	ber_end(e, at);
	return true;
}

static bool enc_wild(struct ber_enc *e, const struct ber_row *r, unsigned tag,
		     const void *base)
{
	const struct h248_term *t = base;
	size_t at = ber_open(e, tag | BER_CONSTRUCTED);

	(void)r;
	for (int i = 0; i < t->nwild && i < H248_WILD_MAX; i++)
		ber_put_octets(e, TAG_OCTETS, &t->wild[i], 1);
	ber_end(e, at);
	return true;
}

static bool enc_nums(struct ber_enc *e, const struct ber_row *r, unsigned tag,
		     const void *base)
{
	const struct h248_num *const *first = ber_at(base, r->off);
	size_t at = ber_open(e, tag | BER_CONSTRUCTED);

	for (const struct h248_num *n = *first; n; n = n->next) {
		if (n->v > r->max)
			return ber_misfit(e, -H_EINVAL, "%s %.*s has no binary form",
					  r->name, (int)n->ext.n,
					  n->ext.p ? n->ext.p : "");
		ber_put_uint(e, r->least, n->v);
	}
	ber_end(e, at);
	return true;
}

/* Both numbers must be there; for v3's new directions the old one says Oneway. */
static bool enc_topo(struct ber_enc *e, const struct ber_row *r, unsigned tag,
		     const void *base)
{
	const struct h248_topo *tp = base;
	unsigned dir = tp->dir;

	if (dir >= H248_TOPO_ONEWAY_EXT && e->version < 3)
		return ber_misfit(e, -H_EINVAL, "topology direction is not in version %u",
				  e->version);
	if (r->least)
		dir -= H248_TOPO_ONEWAY_EXT;
	else if (dir >= H248_TOPO_ONEWAY_EXT)
		dir = H248_TOPO_ONEWAY;
	ber_put_uint(e, tag, dir);
	return true;
}

/* "X-abc" in 8 characters, and the one value as it stands. */
static bool enc_nonstd(struct ber_enc *e, const struct ber_row *r, unsigned tag,
		       const void *base)
{
	const struct h248_parm *p = ((const struct h248_svc *)base)->ext;
	char name[8];
	size_t at, in;

	(void)r;
	if (p->next || !p->vals || p->vals->next || p->rel != H248_REL_EQ || !p->name.p ||
	    p->name.n > sizeof(name))
		return ber_misfit(e, -H_EINVAL,
				  "only one extension with one value has a binary form");
	memset(name, ' ', sizeof(name));
	memcpy(name, p->name.p, p->name.n);
	at = ber_open(e, tag | BER_CONSTRUCTED);
	in = ber_open(e, BER_CONTEXT | BER_CONSTRUCTED);
	ber_put_octets(e, BER_CONTEXT | 2, name, sizeof(name));
	ber_end(e, in);
	ber_put_octets(e, BER_CONTEXT | 1, p->vals->s.p, p->vals->s.n);
	ber_end(e, at);
	return true;
}

bool ber_value_there(const struct ber_row *r, const void *base)
{
	const void *at = ber_at(base, r->off);
	const struct h248_parm *p = base;
	void *ptr;

	switch ((enum ber_op)r->op) {
	case OP_TEXT:
		return ((const struct span *)at)->p;
	case OP_BITS:
		return bits_of(r, at);
	case OP_DMNAME:
		return ((const struct h248_dmname *)at)->bin ||
		       ((const struct h248_dmname *)at)->text.p;
	case OP_VALUES:
		return p->rel != H248_REL_NONE;
	case OP_REL:
		return p->rel != H248_REL_EQ && p->rel != H248_REL_NONE;
	case OP_TOPODIR:
		return ((const struct h248_topo *)base)->dir >= H248_TOPO_ONEWAY_EXT;
	case OP_NONSTD:
		memcpy(&ptr, at, sizeof(ptr));
		return ptr;
	case OP_SKIP:
		return false;
	default:
		return true;
	}
}

ber_enc_h *const ber_enc_ops[OP_COUNT] = {
	[OP_U8] = enc_number,       [OP_U16] = enc_number,    [OP_U32] = enc_number,
	[OP_ENUM] = enc_number,     [OP_BOOL] = enc_boolean,  [OP_FLAG] = enc_flag,
	[OP_NULL] = enc_null,       [OP_BITS] = enc_bits,     [OP_TEXT] = enc_text,
	[OP_OCTETS] = enc_octets,   [OP_PKGD] = enc_pkgd,     [OP_PNAME] = enc_pname,
	[OP_PACKAGE] = enc_package, [OP_DMNAME] = enc_dmname, [OP_VALUES] = enc_values,
	[OP_REASON] = enc_reason,   [OP_REL] = enc_rel,       [OP_WILD] = enc_wild,
	[OP_NUMS] = enc_nums,       [OP_TOPODIR] = enc_topo,  [OP_NONSTD] = enc_nonstd,
};
