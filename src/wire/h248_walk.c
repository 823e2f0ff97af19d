/* wire/h248_walk.c - the tree told part by part, by the ASN.1 tables.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 A.2
 */
#include "wire/h248_walk.h"

#include <string.h>

#include "wire/h248_ber.h"
#include "wire/h248_lex.h"

enum { SCRATCH_MAX = 1 << 21 };

struct walk {
	const struct h248_visit *v;
	const struct h248_names *names;
	struct buf b; /* owned: the text of one leaf */
	const struct h248_pkgd *owner, *name;
	uint8_t owner_kind, kind; /* enum h248_item_kind */
};

static void rows(struct walk *w, const struct ber_type *t, const void *base);
static void node(struct walk *w, const struct ber_type *t, const char *name,
		 const void *base);

static void text(struct walk *w, const char *name, struct span s)
{
	w->v->leaf(w->v->arg, name, H248_LEAF_TEXT, s);
}

/* The scratch text, in lower case when case means nothing in it. */
static void scratch(struct walk *w, const char *name, bool lower)
{
	for (size_t i = 0; lower && i < w->b.n; i++)
		w->b.p[i] = str_lower(w->b.p[i]);
	text(w, name, buf_view(&w->b));
	buf_reset(&w->b);
}

static void number(struct walk *w, const char *name, uint32_t v)
{
	buf_dec(&w->b, v);
	w->v->leaf(w->v->arg, name, H248_LEAF_NUMBER, buf_view(&w->b));
	buf_reset(&w->b);
}

static void truth(struct walk *w, const char *name, bool on)
{
	w->v->leaf(w->v->arg, name, on ? H248_LEAF_TRUE : H248_LEAF_FALSE,
		   on ? STR_LIT("true") : STR_LIT("false"));
}

static struct span word_of(const char *words, unsigned n)
{
	struct span rest = str_of(words), w = { NULL, 0 };

	for (unsigned i = 0; rest.p && i <= n; i++)
		w = str_cut(&rest, ' ');
	return w;
}

static void enumerated(struct walk *w, const char *name, const char *words, unsigned v)
{
	if (words)
		text(w, name, word_of(words, v));
	else
		number(w, name, v);
}

static void hex(struct walk *w, const char *name, const void *p, size_t n)
{
	const uint8_t *o = p;

	buf_str(&w->b, "0x");
	for (size_t i = 0; i < n; i++)
		buf_printf(&w->b, "%02x", o[i]);
	scratch(w, name, false);
}

static void bits(struct walk *w, const struct ber_row *r, const void *at)
{
	uint32_t v = r->least == 2 ? *(const uint16_t *)at : *(const uint8_t *)at;

	w->v->enter(w->v->arg, r->name, true);
	for (unsigned i = 0; i < r->max; i++) {
		if (v & 1u << i)
			text(w, NULL, word_of(r->words, i));
	}
	w->v->leave(w->v->arg, true);
}

/* --- names --- */

static const struct h248_item *owner_item(const struct walk *w)
{
	return w->owner ? h248_item_find((enum h248_item_kind)w->owner_kind, w->owner)
			: NULL;
}

static const struct h248_item *item(const struct walk *w)
{
	if (!w->name)
		return NULL;
	if (w->kind == H248_EPARM)
		return h248_parm_find(owner_item(w), w->name);
	return h248_item_find((enum h248_item_kind)w->kind, w->name);
}

static void pkgd(struct walk *w, const struct ber_row *r, const struct h248_pkgd *d)
{
	enum h248_item_kind kind = (enum h248_item_kind)r->least;

	w->name = d;
	w->kind = (uint8_t)kind;
	if (kind == H248_EVENT || kind == H248_SIGNAL) {
		w->owner = d;
		w->owner_kind = (uint8_t)kind;
	}
	if (h248_pkgd_put(&w->b, kind, d)) {
		buf_reset(&w->b);
		buf_printf(&w->b, "0x%04x/0x%04x", (unsigned)(d->id >> 16),
			   (unsigned)(d->id & 0xffff));
	}
	scratch(w, r->name, true);
}

static void pname(struct walk *w, const struct ber_row *r, const struct h248_pkgd *d)
{
	w->name = d;
	w->kind = H248_EPARM;
	if (h248_parm_put(&w->b, owner_item(w), d)) {
		buf_reset(&w->b);
		buf_printf(&w->b, "0x%04x", (unsigned)d->id);
	}
	scratch(w, r->name, true);
}

static void package(struct walk *w, const struct ber_row *r, const struct h248_pkgd *d)
{
	struct span s;

	if (h248_package_text(d, &s))
		buf_printf(&w->b, "0x%04x", (unsigned)d->id);
	else
		buf_span(&w->b, s);
	scratch(w, r->name, true);
}

static void dmname(struct walk *w, const char *name, const struct h248_dmname *d)
{
	char tmp[H248_NAME_MAX + 1];

	if (!d->bin)
		buf_span(&w->b, d->text);
	else if (!w->names->dm_to_text(w->names->arg, d->id, tmp))
		buf_str(&w->b, tmp);
	else
		buf_printf(&w->b, "0x%02x%02x", d->id[0], d->id[1]);
	scratch(w, name, true);
}

static void term(struct walk *w, const char *name, const struct h248_term *t)
{
	char tmp[H248_NAME_MAX + 1];
	struct span s;

	if (!h248_term_text(t, w->names, tmp, &s)) {
		buf_span(&w->b, s);
		scratch(w, name, true);
		return;
	}
	for (int i = 0; i < t->nwild; i++)
		buf_printf(&w->b, "%02x:", t->wild[i]);
	hex(w, name, t->id, t->nid);
}

/* --- values --- */

static void values(struct walk *w, const struct ber_row *r, const struct h248_parm *p)
{
	const struct h248_item *it = item(w);

	w->v->enter(w->v->arg, r->name, true);
	if (h248_value_choose(p))
		text(w, NULL, STR_LIT("$"));
	for (const struct h248_value *v = h248_value_choose(p) ? NULL : p->vals; v;
	     v = v->next) {
		h248_value_plain(&w->b, it, v);
		scratch(w, NULL, false);
	}
	w->v->leave(w->v->arg, true);
}

static void relation(struct walk *w, const char *name, unsigned rel)
{
	static const char words[] = "- greaterThan smallerThan unequalTo range sublist";

	text(w, name, word_of(words, rel));
}

static void nums(struct walk *w, const struct ber_row *r, const struct h248_num *n)
{
	w->v->enter(w->v->arg, r->name, true);
	for (; n; n = n->next) {
		if (n->ext.p)
			text(w, NULL, n->ext);
		else
			enumerated(w, NULL, r->words, n->v);
	}
	w->v->leave(w->v->arg, true);
}

/* Lines without the blanks around them; the order is kept. */
static void sdp_lines(struct walk *w, struct span rest)
{
	while (rest.p) {
		struct span line = str_trim(str_icut(&rest, "\r\n"));

		if (line.n)
			text(w, NULL, line);
	}
}

static void group(struct walk *w, const struct h248_group *g)
{
	if (g->sdp.p) {
		sdp_lines(w, g->sdp);
		return;
	}
	for (const struct h248_parm *p = g->parms; p; p = p->next) {
		char letter = h248_sdp_letter(&p->name);
		const struct h248_value *v = p->vals;

		do {
			if (letter)
				buf_char(&w->b, letter);
			else
				buf_printf(&w->b, "0x%08x", (unsigned)p->name.id);
			buf_char(&w->b, '=');
			buf_span(&w->b, v ? h248_value_octets(v) : STR_LIT("$"));
			text(w, NULL, str_trim(buf_view(&w->b)));
			buf_reset(&w->b);
			v = v ? v->next : NULL;
		} while (v);
	}
}

static void body_text(struct walk *w, const struct ber_row *r, struct span s)
{
	if (strcmp(r->name, "digitMapBody")) {
		buf_span(&w->b, s);
		scratch(w, r->name, strcmp(r->name, "errorText") != 0);
		return;
	}
	for (size_t i = 0; i < s.n; i++) {
		if (!is_char(s.p[i], C_BLANK))
			buf_char(&w->b, s.p[i]);
	}
	scratch(w, r->name, true);
}

static void reason(struct walk *w, const char *name, const struct h248_value *v)
{
	text(w, name, v ? h248_value_octets(v) : STR_LIT(""));
}

/* Names, and what is made of several parts. */
static void name_row(struct walk *w, const struct ber_row *r, const void *base)
{
	const void *at = ber_at(base, r->off);

	switch ((enum ber_op)r->op) {
	case OP_PKGD:
		pkgd(w, r, at);
		break;
	case OP_PNAME:
		pname(w, r, at);
		break;
	case OP_PACKAGE:
		package(w, r, at);
		break;
	case OP_DMNAME:
		dmname(w, r->name, at);
		break;
	case OP_VALUES:
		values(w, r, base);
		break;
	case OP_REASON:
		reason(w, r->name, ((const struct h248_svc *)base)->reason);
		break;
	case OP_REL:
		relation(w, r->name, ((const struct h248_parm *)base)->rel);
		break;
	case OP_NUMS:
		nums(w, r, *(const struct h248_num *const *)at);
		break;
	case OP_NONSTD:
		for (const struct h248_parm *p = ((const struct h248_svc *)base)->ext; p;
		     p = p->next) {
			buf_span(&w->b, (struct span){ p->name.p, p->name.n });
			buf_char(&w->b, '=');
			buf_span(&w->b, p->vals ? p->vals->s : STR_LIT(""));
			scratch(w, r->name, true);
		}
		break;
	default:
		break;
	}
}

static void value_row(struct walk *w, const struct ber_row *r, const void *base)
{
	const void *at = ber_at(base, r->off);

	switch ((enum ber_op)r->op) {
	case OP_U8:
		number(w, r->name, *(const uint8_t *)at);
		break;
	case OP_U16:
		number(w, r->name, *(const uint16_t *)at);
		break;
	case OP_U32:
		number(w, r->name, *(const uint32_t *)at);
		break;
	case OP_ENUM:
	case OP_TOPODIR:
		if (r->op == OP_ENUM || !r->least)
			enumerated(w, r->name, r->words, *(const uint8_t *)at);
		break;
	case OP_BOOL:
		truth(w, r->name, (r->has_size == 2 ? *(const uint16_t *)at
						    : *(const uint8_t *)at) & r->max);
		break;
	case OP_FLAG:
	case OP_NULL:
		truth(w, r->name, true);
		break;
	case OP_BITS:
		bits(w, r, at);
		break;
	case OP_TEXT:
		body_text(w, r, *(const struct span *)at);
		break;
	case OP_OCTETS:
		hex(w, r->name, at,
		    r->len ? *(const uint8_t *)ber_at(base, r->len) : r->max);
		break;
	default:
		name_row(w, r, base);
		break;
	}
}

/* --- structure --- */

static const void *load(const void *base, uint16_t off)
{
	const void *p;

	memcpy(&p, ber_at(base, off), sizeof(p));
	return p;
}

static void list(struct walk *w, const struct ber_row *r, const void *first)
{
	if (!first)
		return;
	w->v->enter(w->v->arg, r->name, true);
	for (const void *n = first; n; n = load(n, 0))
		node(w, r->sub, NULL, n);
	w->v->leave(w->v->arg, true);
}

static void desc(struct walk *w, const struct ber_row *r, const struct h248_desc *d)
{
	while (d && d->kind != r->max)
		d = d->next;
	if (d) {
		node(w, r->sub, r->name, d->u.any);
	} else if (!(r->flags & BER_OPT)) { /* in binary it is there and empty */
		w->v->enter(w->v->arg, r->name, false);
		w->v->leave(w->v->arg, false);
	}
}

static void row(struct walk *w, const struct ber_row *r, const void *base)
{
	switch ((enum ber_op)r->op) {
	case OP_SEQ:
	case OP_CHOICE:
	case OP_BODY:
		node(w, r->sub, r->name, ber_at(base, r->off));
		break;
	case OP_PTR:
	case OP_PCHOICE:
	case OP_FIRST:
		if (load(base, r->off))
			node(w, r->sub, r->name, load(base, r->off));
		break;
	case OP_LIST:
		list(w, r, load(base, r->off));
		break;
	case OP_DESC:
		desc(w, r, load(base, r->off));
		break;
	default:
		value_row(w, r, base);
		break;
	}
}

static void rows(struct walk *w, const struct ber_type *t, const void *base)
{
	const struct h248_pkgd *owner = w->owner;
	uint8_t owner_kind = w->owner_kind;

	if (t->choice) {
		const struct ber_row *r = ber_pick(t, base);

		if (r)
			row(w, r, base);
	}
	for (unsigned i = 0; !t->choice && i < t->n; i++) {
		const struct ber_row *r = &t->rows[i];

		if (!(r->flags & BER_OPT) || ber_there(r, base))
			row(w, r, base);
	}
	w->owner = owner;
	w->owner_kind = owner_kind;
}

/* What is one word in text is told as one. */
static bool told_whole(struct walk *w, const struct ber_type *t, const char *name,
		       const void *base)
{
	if (t == &ber_term) {
		term(w, name, base);
	} else if (t == &ber_mid || t == &ber_svc_address) {
		h248_mid_print(&w->b, base);
		scratch(w, name, true);
	} else if (t == &ber_time) {
		const struct h248_time *tm = base;

		buf_put(&w->b, tm->date, 8);
		buf_char(&w->b, 'T');
		buf_put(&w->b, tm->time, 8);
		scratch(w, name, false);
	} else {
		return false;
	}
	return true;
}

static void node(struct walk *w, const struct ber_type *t, const char *name,
		 const void *base)
{
	if (told_whole(w, t, name, base))
		return;
	w->v->enter(w->v->arg, name, t->of);
	if (t->enc == ber_group_enc)
		group(w, base);
	else if (t->of)
		for (const void *n = load(base, t->rows->off); n; n = load(n, 0))
			node(w, t->rows->sub, NULL, n);
	else
		rows(w, t, base);
	w->v->leave(w->v->arg, t->of);
}

int h248_walk(const struct h248_msg *m, const struct h248_names *names,
	      const struct h248_visit *v)
{
	struct walk w = { .v = v, .names = names };
	int rc;

	buf_init(&w.b, SCRATCH_MAX);
	rows(&w, &ber_message, m);
	rc = buf_ok(&w.b) ? 0 : -H_ENOMEM;
	buf_fini(&w.b);
	return rc;
}
