/* h248/pkg.c - packages: items found, values read and written.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 6.2.3, 7.1.1 (under- and overspecified values), 12
 */
#include "h248/pkg.h"

#include <stdlib.h>
#include <string.h>


#define HPKG(name) extern const struct hpkg hpkg_##name;
#include "h248/pkg/all.def"
#undef HPKG

const struct hpkg *const hpkgs[] = {
#define HPKG(name) &hpkg_##name,
#include "h248/pkg/all.def"
#undef HPKG
	NULL
};

bool hpkg_realised(const struct hpkg *p, unsigned on)
{
	return p->on & on;
}

unsigned hpkg_on(const struct hterm *h, const struct endp *ep, const struct term *t)
{
	(void)h;
	if (t)
		return t->kind == TERM_RTP    ? HPKG_ON_RTP
		       : t->kind == TERM_PORT ? HPKG_ON_PORT
					      : HPKG_ON_NAMED;
	return ep ? HPKG_ON_NAMED : HPKG_ON_ROOT;
}

static struct span pkg_of(const struct h248_pkgd *n)
{
	return (struct span){ n->p, n->slash ? n->slash : n->n };
}

static struct span item_of(const struct h248_pkgd *n)
{
	if (!n->slash)
		return (struct span){ NULL, 0 };
	return (struct span){ n->p + n->slash + 1, (size_t)(n->n - n->slash - 1) };
}

static const struct hpkg *pkg_find(const struct h248_pkgd *n, unsigned on)
{
	for (const struct hpkg *const *p = hpkgs; *p; p++)
		if ((*p)->on & on &&
		    (n->p ? str_ieqz(pkg_of(n), (*p)->name) : n->id >> 16 == (*p)->id))
			return *p;
	return NULL;
}

static const struct hpkg *pkg_named(const char *name)
{
	for (const struct hpkg *const *p = hpkgs; name && *p; p++)
		if (!strcmp((*p)->name, name))
			return *p;
	return NULL;
}

static const struct hpkg_item *item_find(const struct hpkg *p, enum h248_item_kind kind,
					 const struct h248_pkgd *n, unsigned version)
{
	for (const struct hpkg_item *it = p->items; it->name; it++) {
		if (it->kind != kind || it->version > version)
			continue;
		if (n->p ? str_ieqz(item_of(n), it->name)
			 : it->id && it->id == (n->id & 0xffff))
			return it;
	}
	return NULL;
}

static unsigned no_item(enum h248_item_kind kind)
{
	return kind == H248_EVENT    ? H248_NOT_EVENT
	       : kind == H248_SIGNAL ? H248_NOT_SIGNAL
	       : kind == H248_STAT   ? H248_NOT_STATISTIC
				     : H248_NOT_PROPERTY;
}

unsigned hpkg_find(enum h248_item_kind kind, const struct h248_pkgd *name, unsigned on,
		   unsigned version, struct hpkg_ref *out)
{
	const struct hpkg *p = pkg_find(name, on);

	if (name->p && !name->slash)
		return kind == H248_PROPERTY ? H248_NO_PROPERTY : H248_NO_PACKAGE;
	if (!p)
		return H248_NO_PACKAGE;
	for (; p; p = pkg_named(p->base)) {
		const struct hpkg_item *it = item_find(p, kind, name, version);

		if (!it)
			continue;
		*out = (struct hpkg_ref){ p, it };
		return 0;
	}
	return no_item(kind);
}

unsigned hpkg_why_not(enum h248_item_kind kind, const struct h248_pkgd *name,
		      unsigned on)
{
	struct hpkg_ref ref;
	unsigned code = hpkg_find(kind, name, on, H248_VERSION_MAX, &ref);

	return code ? code : no_item(kind);
}

/* ---- writing --------------------------------------------------------------------- */

bool hpkg_name(struct arena *a, const struct hpkg *p, const struct hpkg_item *it,
	       bool binary, struct h248_pkgd *out)
{
	char *text;

	if (binary) {
		*out = (struct h248_pkgd){ .id = (uint32_t)p->id << 16 | it->id };
		return it->id != 0;
	}
	text = arena_printf(a, "%s/%s", p->name, it->name);
	if (!text)
		return false;
	*out = (struct h248_pkgd){ .p = text, .n = (uint16_t)strlen(text),
				   .slash = (uint16_t)strlen(p->name) };
	return true;
}

struct h248_value *hpkg_word(struct arena *a, const char *text)
{
	struct h248_value *v = arena_zalloc(a, sizeof(*v));

	if (v && text) {
		v->s = str_of(text);
		v->form = H248_VALUE_WORD;
	}
	return v;
}

struct h248_value *hpkg_int(struct arena *a, int64_t v)
{
	return hpkg_word(a, arena_printf(a, "%lld", (long long)v));
}

struct h248_value *hpkg_value(struct arena *a, const struct hpkg_item *it, int64_t v)
{
	if (it->form && !strcmp(it->form, "bool"))
		return hpkg_word(a, v ? "ON" : "OFF");
	if (it->form && !strcmp(it->form, "hex"))
		return hpkg_word(a, arena_printf(a, "%02X", (unsigned)v & 255));
	if (it->form && !strcmp(it->form, "fixed")) /* 2^32 for one */
		return hpkg_word(a,
				 arena_printf(a, "%u.%02u", (unsigned)(v >> 32),
					      (unsigned)((v & UINT32_MAX) * 100 >> 32)));
	return hpkg_int(a, v);
}

/* ---- reading --------------------------------------------------------------------- */

bool hpkg_read(const struct hpkg_ref *r, const struct h248_value *v, int64_t *out)
{
	struct h248_pkgd name = { .id = (uint32_t)r->pkg->id << 16 | r->item->id };
	const struct h248_item *type =
		r->item->id ? h248_item_find((enum h248_item_kind)r->item->kind, &name)
			    : NULL;
	bool on;
	uint32_t hex;

	if (r->item->form && !strcmp(r->item->form, "bool")) {
		if (!h248_value_bool(type, v, &on))
			return false;
		*out = on;
		return true;
	}
	if (r->item->form && !strcmp(r->item->form, "hex")) {
		if (!str_hex32(h248_value_octets(v), &hex))
			return false;
		*out = hex;
		return true;
	}
	return h248_value_int(type, v, out);
}

static bool in_range(const struct hpkg_item *it, int64_t v)
{
	return v >= it->least && v <= it->most;
}

static unsigned pick_listed(const struct hpkg_ref *r, const struct h248_parm *p,
			    int64_t *v, bool *chosen)
{
	unsigned n = 0;

	for (const struct h248_value *k = p->vals; k; k = k->next, n++) {
		int64_t one;

		if (!hpkg_read(r, k, &one))
			return H248_NOT_VALUE;
		if (!in_range(r->item, one))
			continue;
		*chosen = p->vals->next != NULL;
		*v = one;
		return 0;
	}
	return n > 1 ? H248_NO_RESOURCES : H248_BAD_VALUE;
}

unsigned hpkg_pick(const struct hpkg_ref *r, const struct h248_parm *p, int64_t was,
		   int64_t *v, bool *chosen)
{
	const struct hpkg_item *it = r->item;
	int64_t a, b = 0;

	if (h248_value_choose(p)) {
		*chosen = true;
		*v = in_range(it, was) ? was : it->least;
		return 0;
	}
	if (p->rel == H248_REL_EQ)
		return pick_listed(r, p, v, chosen);
	if (!p->vals || !hpkg_read(r, p->vals, &a) || p->rel == H248_REL_SUBLIST ||
	    (p->rel == H248_REL_RANGE &&
	     (!p->vals->next || !hpkg_read(r, p->vals->next, &b))))
		return H248_NOT_VALUE;
	*chosen = true;
	if (p->rel == H248_REL_RANGE)
		*v = a < it->least ? it->least : a;
	else if (p->rel == H248_REL_GT)
		*v = a < it->least ? it->least : a == INT64_MAX ? a : a + 1;
	else if (p->rel == H248_REL_LT)
		*v = a > it->most ? it->most : a == INT64_MIN ? a : a - 1;
	else
		*v = in_range(it, was) && was != a ? was
		     : a == it->least              ? a + 1
						   : it->least;
	if (!in_range(it, *v) || (p->rel == H248_REL_RANGE && *v > b))
		return H248_BAD_VALUE;
	return 0;
}

bool hpkg_fits(const struct hpkg_ref *r, int64_t is, const struct h248_parm *want)
{
	int64_t a = 0, b = 0;
	bool any = false;

	if (want->rel == H248_REL_EQ || want->rel == H248_REL_NE) {
		for (const struct h248_value *v = want->vals; v; v = v->next)
			any |= hpkg_read(r, v, &a) && a == is;
		return any == (want->rel == H248_REL_EQ);
	}
	if (!want->vals || !hpkg_read(r, want->vals, &a))
		return false;
	switch (want->rel) {
	case H248_REL_GT:
		return is > a;
	case H248_REL_LT:
		return is < a;
	case H248_REL_RANGE:
		return want->vals->next && hpkg_read(r, want->vals->next, &b) &&
		       is >= a && is <= b;
	default:
		return false;
	}
}
