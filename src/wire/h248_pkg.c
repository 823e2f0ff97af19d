/* wire/h248_pkg.c - names of packages and items: text to id and back.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 12, Annex E
 */
#include "wire/h248_pkg.h"

#include "util/err.h"

enum { ID_ANY = 0xffff };

#define PKG(id, name) static const struct h248_item items_##name[] = {
#define ITEM(kind, owner, id, name, type, values)                                    \
	{ H248_##kind, H248_T_##type, owner, id, name, values },
#define END(name)                                                                    \
	{ 0, 0, 0, 0, NULL, NULL }                                                   \
	}                                                                            \
	;
#include "wire/h248_pkg.def"
#undef PKG
#undef ITEM
#undef END

struct pkg_row {
	uint16_t id;
	uint8_t n;
	const char *name;
	const struct h248_item *items;
};

static const struct pkg_row pkgs[] = {
#define PKG(id, name) { id, sizeof(#name) - 1, #name, items_##name },
#define ITEM(kind, owner, id, name, type, values)
#define END(name)
#include "wire/h248_pkg.def"
#undef PKG
#undef ITEM
#undef END
};

enum {
#define PKG(id, name) AT_##name,
#define ITEM(kind, owner, id, name, type, values)
#define END(name)
#include "wire/h248_pkg.def"
#undef PKG
#undef ITEM
#undef END
	PKGS
};

/* One more than the row of a package id: all of ours are small. */
static const uint8_t row_of[256] = {
#define PKG(id, name) [id] = AT_##name + 1,
#define ITEM(kind, owner, id, name, type, values)
#define END(name)
#include "wire/h248_pkg.def"
#undef PKG
#undef ITEM
#undef END
};

static const struct pkg_row *pkg_by_id(uint32_t id)
{
	return id < sizeof(row_of) && row_of[id] ? &pkgs[row_of[id] - 1] : NULL;
}

static const struct pkg_row *pkg_by_name(struct span name)
{
	for (int i = 0; i < PKGS; i++) {
		if (pkgs[i].n == name.n && str_lower(*name.p) == pkgs[i].name[0] &&
		    str_ieqz(name, pkgs[i].name))
			return &pkgs[i];
	}
	return NULL;
}

static struct span pkg_part(const struct h248_pkgd *d)
{
	return (struct span){ d->p, d->slash ? d->slash : d->n };
}

static struct span item_part(const struct h248_pkgd *d)
{
	return (struct span){ d->p + d->slash + 1, (size_t)(d->n - d->slash - 1) };
}

static bool is_star(struct span s)
{
	return s.n == 1 && *s.p == '*';
}

static const struct pkg_row *pkg_of(const struct h248_pkgd *d)
{
	return d->p ? pkg_by_name(pkg_part(d)) : pkg_by_id(d->id >> 16);
}

static const struct h248_item *item_by_id(const struct h248_item *it, unsigned kind,
					  unsigned owner, unsigned id)
{
	for (; it->name; it++) {
		if (it->id == id && it->kind == kind && it->owner == owner)
			return it;
	}
	return NULL;
}

static const struct h248_item *item_by_name(const struct h248_item *it, unsigned kind,
					    unsigned owner, struct span name)
{
	for (; it->name; it++) {
		if (it->kind == kind && it->owner == owner && str_ieqz(name, it->name))
			return it;
	}
	return NULL;
}

const struct h248_item *h248_item_find(enum h248_item_kind kind,
				       const struct h248_pkgd *d)
{
	const struct pkg_row *p = d->p && !d->slash ? NULL : pkg_of(d);

	if (!p)
		return NULL;
	return d->p ? item_by_name(p->items, kind, 0, item_part(d))
		    : item_by_id(p->items, kind, 0, d->id & 0xffff);
}

/* Where an item stands in its package's rows tells the package. */
static const struct pkg_row *pkg_of_item(const struct h248_item *it)
{
	for (int i = 0; i < PKGS; i++) {
		const struct h248_item *e = pkgs[i].items;

		while (e->name && e != it)
			e++;
		if (e == it)
			return &pkgs[i];
	}
	return NULL;
}

const struct h248_item *h248_parm_find(const struct h248_item *owner,
				       const struct h248_pkgd *d)
{
	unsigned kind;

	if (!owner || (owner->kind != H248_EVENT && owner->kind != H248_SIGNAL))
		return NULL;
	kind = owner->kind == H248_EVENT ? H248_EPARM : H248_SPARM;
	/* parameters stand in the same rows, behind their owner */
	return d->p ? item_by_name(owner, kind, owner->id, (struct span){ d->p, d->n })
		    : item_by_id(owner, kind, owner->id, d->id);
}

/* A tone id is the id of a signal or event in the package of the parameter. */
static unsigned tone_kind(const struct h248_item *parm)
{
	return parm->kind == H248_EPARM ? H248_EVENT : H248_SIGNAL;
}

const struct h248_item *h248_tone_by_name(const struct h248_item *parm, struct span name)
{
	const struct pkg_row *p = pkg_of_item(parm);

	return p ? item_by_name(p->items, tone_kind(parm), 0, name) : NULL;
}

const struct h248_item *h248_tone_by_id(const struct h248_item *parm, unsigned id)
{
	const struct pkg_row *p = pkg_of_item(parm);

	return p ? item_by_id(p->items, tone_kind(parm), 0, id) : NULL;
}

int h248_package_id(const struct h248_pkgd *d, uint32_t *id)
{
	const struct pkg_row *p;

	if (!d->p) {
		*id = d->id;
		return 0;
	}
	p = pkg_by_name(pkg_part(d));
	if (!p)
		return -H_ENOENT;
	*id = p->id;
	return 0;
}

int h248_package_text(const struct h248_pkgd *d, struct span *out)
{
	const struct pkg_row *p;

	if (d->p) {
		*out = pkg_part(d);
		return 0;
	}
	p = pkg_by_id(d->id);
	if (!p)
		return -H_ENOENT;
	*out = str_of(p->name);
	return 0;
}

int h248_pkgd_id(enum h248_item_kind kind, const struct h248_pkgd *d, uint32_t *id)
{
	const struct pkg_row *p;
	const struct h248_item *it;

	if (!d->p) {
		*id = d->id;
		return 0;
	}
	if (!d->slash)
		return -H_ENOENT;
	if (is_star(pkg_part(d))) {
		*id = 0xffffffffu;
		return 0;
	}
	p = pkg_of(d);
	if (!p)
		return -H_ENOENT;
	if (is_star(item_part(d))) {
		*id = (uint32_t)p->id << 16 | ID_ANY;
		return 0;
	}
	it = item_by_name(p->items, kind, 0, item_part(d));
	if (!it)
		return -H_ENOENT;
	*id = (uint32_t)p->id << 16 | it->id;
	return 0;
}

int h248_pkgd_put(struct buf *b, enum h248_item_kind kind, const struct h248_pkgd *d)
{
	const struct pkg_row *p;
	const struct h248_item *it;

	if (d->p) {
		buf_put(b, d->p, d->n);
		return 0;
	}
	if (d->id == 0xffffffffu) {
		buf_str(b, "*/*");
		return 0;
	}
	p = pkg_of(d);
	if (!p)
		return -H_ENOENT;
	it = item_by_id(p->items, kind, 0, d->id & 0xffff);
	if (!it && (d->id & 0xffff) != ID_ANY)
		return -H_ENOENT;
	buf_put(b, p->name, p->n);
	buf_char(b, '/');
	buf_str(b, it ? it->name : "*");
	return 0;
}

int h248_parm_id(const struct h248_item *owner, const struct h248_pkgd *d, uint32_t *id)
{
	const struct h248_item *it;

	if (!d->p) {
		*id = d->id;
		return 0;
	}
	it = h248_parm_find(owner, d);
	if (!it)
		return -H_ENOENT;
	*id = it->id;
	return 0;
}

int h248_parm_put(struct buf *b, const struct h248_item *owner,
		  const struct h248_pkgd *d)
{
	const struct h248_item *it;

	if (d->p) {
		buf_put(b, d->p, d->n);
		return 0;
	}
	it = h248_parm_find(owner, d);
	if (!it)
		return -H_ENOENT;
	buf_str(b, it->name);
	return 0;
}

bool h248_pkgd_is(const struct h248_pkgd *d, const char *text, uint32_t id)
{
	return d->p ? str_ieqz((struct span){ d->p, d->n }, text) : d->id == id;
}

bool h248_pkgd_wild(const struct h248_pkgd *d)
{
	return d->p ? d->slash && is_star(item_part(d)) : (d->id & 0xffff) == ID_ANY;
}
