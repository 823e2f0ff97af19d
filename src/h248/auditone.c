/* h248/auditone.c - audits of single items.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * H.248.1 v2 7.1.12; v3 (several items, values as selectors)
 */
#include <string.h>

#include "h248/audit.h"
#include "h248/change.h"
#include "h248/digitmap.h"
#include "h248/pkg.h"
#include "h248/reply.h"

static bool same_name(const struct h248_pkgd *a, const struct h248_pkgd *b)
{
	if (a->p && b->p)
		return str_ieq((struct span){ a->p, a->n }, (struct span){ b->p, b->n });
	return !a->p && !b->p && a->id == b->id;
}

static struct h248_parm *prop_named(struct h248_parm *list, const struct h248_pkgd *name)
{
	while (list && !same_name(&list->name, name))
		list = list->next;
	return list;
}

/* What selects among terminations may be unknown to some of them (v3). */
static bool selects(const struct h248_parm *p)
{
	return p->vals && p->rel != H248_REL_NONE;
}

static bool prop_fits(const struct hpkg_ref *r, const struct h248_parm *have,
		      const struct h248_parm *want)
{
	int64_t is;

	if (r->item->cap == CAP_MASK)
		return want->vals &&
		       str_ieq(h248_value_octets(have->vals),
			       h248_value_octets(want->vals)) ==
			       (want->rel == H248_REL_EQ);
	for (const struct h248_value *v = have->vals; v; v = v->next)
		if (!hpkg_read(r, v, &is) || !hpkg_fits(r, is, want))
			return false;
	return have->vals != NULL;
}

/* Only the properties asked for; v3: those with a value must have it. */
static unsigned keep_props(struct subject *s, struct h248_parm **list,
			   const struct h248_parm *asked, bool *fits)
{
	struct h248_parm *out = NULL, **end = &out;

	for (const struct h248_parm *p = asked; p; p = p->next) {
		struct hpkg_ref ref;
		struct h248_parm *have = prop_named(*list, &p->name), *copy;
		unsigned code = hpkg_find(H248_PROPERTY, &p->name, s->on, s->x->version,
					  &ref);

		if (code && selects(p)) {
			*fits = false;
			continue;
		}
		if (code)
			return code == H248_NO_PACKAGE ? code : H248_NOT_AUDITED;
		if (selects(p) && (!have || !prop_fits(&ref, have, p)))
			*fits = false;
		if (!have)
			continue;
		copy = arena_zalloc(s->x->arena, sizeof(*copy));
		if (!copy)
			return H248_TOO_BIG;
		*copy = *have;
		copy->next = NULL;
		*end = copy;
		end = &copy->next;
	}
	*list = out;
	return 0;
}

static unsigned keep_control(struct subject *s, struct h248_stream *st,
			     const struct h248_ia_stream *q, bool *fits)
{
	enum { ITEMS = H248_IA_MODE | H248_IA_MODE_SEL | H248_IA_VALUE | H248_IA_GROUP };
	struct h248_control *lc = st->control;
	uint8_t has = 0;

	if (!(q->has & H248_IA_CONTROL))
		st->control = NULL;
	if (!st->control || !(q->has & ITEMS || q->props))
		return 0; /* as a whole, or not */
	if (q->has & H248_IA_MODE_SEL && (lc->mode == q->mode) ==
						 ((q->has & H248_IA_MODE_NOT) != 0))
		*fits = false;
	if (q->has & (H248_IA_MODE | H248_IA_MODE_SEL))
		has |= H248_LC_HAS_MODE;
	if (q->has & H248_IA_VALUE)
		has |= H248_LC_HAS_VALUE;
	if (q->has & H248_IA_GROUP)
		has |= H248_LC_HAS_GROUP;
	lc->has = has | (lc->has & (H248_LC_VALUE_ON | H248_LC_GROUP_ON));
	return keep_props(s, &lc->props, q->props, fits);
}

static unsigned keep_stream(struct subject *s, struct h248_stream *st,
			    const struct h248_ia_stream *q, bool *fits)
{
	unsigned code = keep_control(s, st, q, fits);

	st->stats = NULL;
	if (!(q->has & H248_IA_LOCAL) && !q->local)
		st->local = NULL;
	if (!(q->has & H248_IA_REMOTE) && !q->remote)
		st->remote = NULL;
	if (!code && q->stat) {
		struct h248_parm *p = stats_one(s, &q->stat->name);

		st->stats = arena_zalloc(s->x->arena, sizeof(*st->stats));
		if (!p || !st->stats)
			return H248_NOT_AUDITED;
		st->stats->list = p;
	}
	return code;
}

static unsigned media_item(struct subject *s, const struct h248_ia_media *q, bool *fits)
{
	struct h248_media *m = audit_media(s);
	struct h248_stream *out = NULL, **end = &out;
	struct h248_desc *d;
	unsigned code = 0;

	if (!m || !q)
		return H248_NOT_AUDITED;
	for (const struct h248_ia_stream *i = q->streams; i && !code; i = i->next) {
		struct h248_stream *st = m->streams;

		while (st && !q->one && st->id != i->id)
			st = st->next;
		if (!st) {
			code = q->one ? 0 : H248_NOT_AUDITED;
			*fits &= !(i->has & H248_IA_MODE_SEL) && !i->props;
			continue;
		}
		*end = arena_zalloc(s->x->arena, sizeof(**end));
		if (!*end)
			return H248_TOO_BIG;
		**end = *st;
		(*end)->next = NULL;
		code = keep_stream(s, *end, i, fits);
		end = &(*end)->next;
	}
	m->streams = out;
	m->one = q->one;
	if (q->tstate && m->tstate) {
		const struct h248_ia_tstate *t = q->tstate;

		if (t->has & H248_IA_STATE_SEL &&
		    (m->tstate->state == t->state) == ((t->has & H248_IA_STATE_NOT) != 0))
			*fits = false;
		m->tstate->has &= (uint8_t)(
			(t->has & H248_IA_BUFFER ? H248_TS_HAS_BUFFER : 0) |
			(t->has & (H248_IA_STATE | H248_IA_STATE_SEL) ? H248_TS_HAS_STATE
								      : 0));
		if (!code)
			code = keep_props(s, &m->tstate->props, t->props, fits);
	} else {
		m->tstate = NULL;
	}
	if (code || !*fits)
		return code;
	d = reply_desc(s->x->arena, s->r, H248_D_MEDIA);
	if (d)
		d->u.media = m;
	return 0;
}

static unsigned event_item(struct subject *s, const struct h248_indaud *q)
{
	struct hpkg_ref ref;
	const struct hevents *v = !s->h ? NULL
				  : q->kind == H248_IAK_EVENTS ? &s->h->events
							       : &s->h->buffer;
	struct h248_event *e = arena_zalloc(s->x->arena, sizeof(*e));
	struct h248_events *list = arena_zalloc(s->x->arena, sizeof(*list));
	struct h248_desc *d;
	bool found = false;

	if (hpkg_find(H248_EVENT, &q->name, s->on, s->x->version, &ref) || !v)
		return H248_NOT_AUDITED;
	for (unsigned i = 0; i < v->n; i++)
		found |= v->v[i].item == ref.item;
	if (!found || (q->has & H248_IA_HAS_ID && q->id != v->id))
		return H248_NOT_AUDITED;
	d = reply_desc(s->x->arena, s->r,
		       q->kind == H248_IAK_EVENTS ? H248_D_EVENTS : H248_D_BUFFER);
	if (!d || !e || !list)
		return H248_TOO_BIG;
	e->name = q->name;
	if (q->kind == H248_IAK_BUFFER) {
		d->u.buffer = e;
		return 0;
	}
	list->has_id = 1;
	list->id = v->id;
	list->list = e;
	d->u.events = list;
	return 0;
}

static unsigned stat_item(struct subject *s, const struct h248_indaud *q)
{
	struct h248_parm *p = stats_one(s, &q->name);
	struct h248_desc *d = p ? reply_desc(s->x->arena, s->r, H248_D_STATS) : NULL;

	if (!d)
		return H248_NOT_AUDITED;
	d->u.stats = arena_zalloc(s->x->arena, sizeof(*d->u.stats));
	if (d->u.stats)
		d->u.stats->list = p;
	return 0;
}

static unsigned package_item(struct subject *s, const struct h248_indaud *q)
{
	for (const struct hpkg *const *p = hpkgs; *p; p++) {
		bool is = q->name.p ? str_ieqz((struct span){ q->name.p, q->name.n },
					       (*p)->name)
				    : q->name.id == (*p)->id;
		struct h248_package *k;
		struct h248_desc *d;

		if (!is || !hpkg_realised(*p, s->on) || q->version > (*p)->version)
			continue;
		d = reply_desc(s->x->arena, s->r, H248_D_PACKAGES);
		k = d ? arena_zalloc(s->x->arena, sizeof(*k)) : NULL;
		if (!k)
			return H248_TOO_BIG;
		k->name = q->name;
		k->version = (*p)->version;
		d->u.packages = k;
		return 0;
	}
	return H248_NOT_AUDITED;
}

static unsigned check_props(const struct h248_parm *p, unsigned on, unsigned version)
{
	struct hpkg_ref ref;

	for (; p; p = p->next) {
		unsigned code = hpkg_find(H248_PROPERTY, &p->name, on, version, &ref);

		if (code && !selects(p))
			return code == H248_NO_PACKAGE ? code : H248_NOT_AUDITED;
	}
	return 0;
}

static unsigned check_media(const struct h248_ia_media *q, unsigned on, unsigned version)
{
	struct hpkg_ref ref;
	unsigned code = 0;

	if (!q)
		return H248_NOT_AUDITED;
	if (q->tstate)
		code = check_props(q->tstate->props, on, version);
	for (const struct h248_ia_stream *i = q->streams; i && !code; i = i->next) {
		code = check_props(i->props, on, version);
		if (!code && i->stat &&
		    hpkg_find(H248_STAT, &i->stat->name, on, version, &ref))
			code = H248_NOT_AUDITED;
	}
	return code;
}

unsigned audit_item_check(const struct h248_indaud *q, unsigned on, unsigned version)
{
	enum h248_item_kind kind = q->kind == H248_IAK_STATS     ? H248_STAT
				   : q->kind == H248_IAK_SIGNALS ? H248_SIGNAL
								 : H248_EVENT;
	struct hpkg_ref ref;

	switch (q->kind) {
	case H248_IAK_MEDIA:
		return check_media(q->media, on, version);
	case H248_IAK_EVENTS:
	case H248_IAK_BUFFER:
	case H248_IAK_STATS:
	case H248_IAK_SIGNALS:
		if (!q->name.p && !q->name.id)
			return 0; /* a list of signals as such */
		return hpkg_find(kind, &q->name, on, version, &ref) ? H248_NOT_AUDITED
								    : 0;
	default:
		return 0;
	}
}

unsigned audit_item(struct subject *s, const struct h248_indaud *q, bool *fits)
{
	struct hmap *m;
	struct h248_desc *d;

	switch (q->kind) {
	case H248_IAK_MEDIA:
		return media_item(s, q->media, fits);
	case H248_IAK_EVENTS:
	case H248_IAK_BUFFER:
		return event_item(s, q);
	case H248_IAK_STATS:
		return stat_item(s, q);
	case H248_IAK_PACKAGES:
		return package_item(s, q);
	case H248_IAK_DIGITMAP:
		m = hmap_find(s->x->mg, s->h, q->dm.text);
		d = m ? reply_desc(s->x->arena, s->r, H248_D_DIGITMAP) : NULL;
		if (!d)
			return H248_NOT_AUDITED;
		d->u.digitmap = hmap_desc(m, s->x->arena);
		return 0;
	default: /* signals: none lasts long enough to be there */
		return H248_NOT_AUDITED;
	}
}
