/* mgcp/pkg.c - may these events and signals be asked for?
 *
 * layer: mgcp (L3)   thread: any   I/O: none
 * RFC 3435 2.1.7, 2.3.3 (which actions go together), 3.2.2.4; RFC 3661 (which code)
 */
#include "mgcp/pkg.h"

#include <stddef.h>

#include "mgcp/codes.h"

#define MGCP_PKG(id) extern const struct mgcp_pkg mgcp_pkg_##id;
#include "mgcp/pkg/all.def"
#undef MGCP_PKG

const struct mgcp_pkg *const mgcp_pkgs[] = {
#define MGCP_PKG(id) &mgcp_pkg_##id,
#include "mgcp/pkg/all.def"
#undef MGCP_PKG
	NULL
};

/* 2.3.3: which actions may stand together, a bit for each partner. Swap audio is not
 * supported, so it is in no row. */
static const uint8_t partners[MGCP_ACT_EXT] = {
	[MGCP_ACT_N] = 1 << MGCP_ACT_K | 1 << MGCP_ACT_E,
	[MGCP_ACT_A] = 1 << MGCP_ACT_K | 1 << MGCP_ACT_E,
	[MGCP_ACT_D] = 1 << MGCP_ACT_K,
	[MGCP_ACT_K] = 1 << MGCP_ACT_N | 1 << MGCP_ACT_A | 1 << MGCP_ACT_D |
		       1 << MGCP_ACT_I | 1 << MGCP_ACT_E,
	[MGCP_ACT_I] = 1 << MGCP_ACT_K,
	[MGCP_ACT_E] = 1 << MGCP_ACT_N | 1 << MGCP_ACT_A | 1 << MGCP_ACT_K,
};

static unsigned check_embed(const struct mgcp_pkg *const *pkgs,
			    const struct mgcp_embed *em, bool has_map);

static unsigned check_actions(const struct mgcp_pkg *const *pkgs,
			      const struct mgcp_event *ev, bool inner, bool has_map)
{
	const struct mgcp_action *a, *b;
	unsigned code;

	for (a = ev->actions; a; a = a->next) {
		if (a->id == MGCP_ACT_EXT && a->pkg.p)
			return mgcp_pkg_known(pkgs, a->pkg) ? MGCP_BAD_ACTION
							    : MGCP_NO_PACKAGE;
		if (a->id == MGCP_ACT_EXT || a->id == MGCP_ACT_S)
			return MGCP_BAD_ACTION;
		if (a->id == MGCP_ACT_E && inner)
			return MGCP_BAD_ACTION; /* one level of embedding */
		for (b = a->next; b; b = b->next)
			if (b->id >= MGCP_ACT_EXT || !(partners[a->id] & 1 << b->id))
				return MGCP_BAD_ACTION;
		if (a->id == MGCP_ACT_D && !has_map)
			return MGCP_NO_MAP;
		code = a->id == MGCP_ACT_E ? check_embed(pkgs, a->embed, has_map) : 0;
		if (code)
			return code;
	}
	return 0;
}

static const struct mgcp_pkg *pkg_find(const struct mgcp_pkg *const *pkgs,
				       struct span name)
{
	for (; *pkgs; pkgs++)
		if (str_ieqz(name, (*pkgs)->name))
			return *pkgs;
	return NULL;
}

bool mgcp_pkg_known(const struct mgcp_pkg *const *pkgs, struct span name)
{
	return pkg_find(pkgs, name) != NULL;
}

static const struct mgcp_item *item_find(const struct mgcp_pkg *p, struct span name,
					 unsigned kind)
{
	for (const struct mgcp_item *i = p->items; i && i->name; i++)
		if ((i->kinds & kind) && str_ieqz(name, i->name))
			return i;
	return NULL;
}

static unsigned check_name(const struct mgcp_pkg *const *pkgs,
			   const struct mgcp_event *ev, enum mgcp_item_kind kind)
{
	const struct mgcp_pkg *p;
	const struct mgcp_item *i;

	if (!ev->pkg.p)
		p = pkgs[0]; /* the default package */
	else if (str_eq(ev->pkg, STR_LIT("*")))
		return ev->kind == MGCP_EV_ALL && pkgs[0] ? 0 : MGCP_NO_EVENT;
	else if (!(p = pkg_find(pkgs, ev->pkg)))
		return MGCP_NO_PACKAGE;
	if (!p)
		return MGCP_NO_EVENT;
	if (ev->kind != MGCP_EV_ID)
		return p->items && p->items->name ? 0 : MGCP_NO_EVENT;
	i = item_find(p, ev->name, kind);
	if (!i)
		return MGCP_NO_EVENT;
	if (i->able & kind)
		return 0;
	return kind == MGCP_ITEM_SIGNAL ? MGCP_CANT_SIGNAL : MGCP_CANT_DETECT;
}

/* 2.3.3: an event stands at most once in R:, a signal in S: (per connection). */
static bool stands_again(const struct mgcp_event *ev)
{
	for (const struct mgcp_event *o = ev->next; o; o = o->next)
		if (ev->kind == MGCP_EV_ID && o->kind == ev->kind &&
		    str_ieq(o->pkg, ev->pkg) && str_ieq(o->name, ev->name) &&
		    str_ieq(o->conn, ev->conn))
			return true;
	return false;
}

static unsigned check_list(const struct mgcp_pkg *const *pkgs,
			   const struct mgcp_event *ev, enum mgcp_item_kind kind,
			   bool inner, bool has_map)
{
	unsigned code = 0;

	for (unsigned i = 0; ev && !code; ev = ev->next, i++) {
		if (i == MGCP_EVENTS_MOST)
			return MGCP_PROTOCOL;
		code = check_actions(pkgs, ev, inner, has_map);
		if (!code)
			code = check_name(pkgs, ev, kind);
		if (!code && stands_again(ev))
			code = MGCP_BAD_EVENT;
	}
	return code;
}

static unsigned check_embed(const struct mgcp_pkg *const *pkgs,
			    const struct mgcp_embed *em, bool has_map)
{
	unsigned code;

	if (!em)
		return MGCP_BAD_ACTION;
	code = check_list(pkgs, em->r, MGCP_ITEM_EVENT, true, has_map || em->has_d);
	return code ? code : check_list(pkgs, em->s, MGCP_ITEM_SIGNAL, true, has_map);
}

unsigned mgcp_events_check(const struct mgcp_pkg *const *pkgs,
			   const struct mgcp_event *ev, enum mgcp_item_kind kind,
			   bool has_map)
{
	return check_list(pkgs, ev, kind, false, has_map);
}
