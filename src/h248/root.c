/* h248/root.c - properties of ROOT.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 6.2.5, E.2; H.248.1 v2 E.2
 */
#include "h248/change.h"
#include "h248/pkg.h"

static uint32_t *field(struct hroot *r, unsigned cap)
{
	switch (cap) {
	case ROOT_MG_TIME:
		return &r->mg_time;
	case ROOT_MGC_TIME:
		return &r->mgc_time;
	case ROOT_MG_PENDING:
		return &r->mg_pending;
	case ROOT_MGC_PENDING:
		return &r->mgc_pending;
	case ROOT_MGC_LIMIT:
		return &r->mgc_limit;
	case ROOT_MG_LIMIT:
		return &r->mg_limit;
	default:
		return NULL;
	}
}

/* E.2: a provisional timer is the normal time until it is set by itself. */
static void follow(struct hroot *r, unsigned cap)
{
	r->mg_own |= cap == ROOT_MG_PENDING;
	r->mgc_own |= cap == ROOT_MGC_PENDING;
	if (cap == ROOT_MG_TIME && !r->mg_own)
		r->mg_pending = r->mg_time;
	if (cap == ROOT_MGC_TIME && !r->mgc_own)
		r->mgc_pending = r->mgc_time;
}

int64_t root_get(const struct h248_mg *mg, unsigned cap)
{
	struct hroot r = mg->root;
	const uint32_t *f = field(&r, cap);

	if (cap == ROOT_CONTEXTS)
		return mg->conf.max_contexts;
	if (cap == ROOT_TERMS)
		return mg->conf.max_terms;
	return f ? *f : 0;
}

static unsigned one(struct change *c, const struct h248_parm *p)
{
	struct hpkg_ref ref;
	struct h248_parm *out;
	struct h248_tstate *ts;
	bool chosen = false;
	uint32_t *f;
	int64_t v = 0;
	unsigned code = hpkg_find(H248_PROPERTY, &p->name, HPKG_ON_ROOT, c->x->version,
				  &ref);

	if (code)
		return code;
	f = field(&c->root, ref.item->cap);
	if (ref.item->read_only || !f)
		return H248_READ_ONLY;
	code = hpkg_pick(&ref, p, *f, &v, &chosen);
	if (code)
		return code;
	*f = (uint32_t)v;
	follow(&c->root, ref.item->cap);
	if (!chosen)
		return 0;
	ts = answer_tstate(c); /* 7.1.1: the value chosen is told */
	out = ts ? arena_zalloc(c->x->arena, sizeof(*out)) : NULL;
	if (!out)
		return H248_NO_RESOURCES;
	out->name = p->name;
	out->vals = hpkg_int(c->x->arena, v);
	out->next = ts->props;
	ts->props = out;
	return 0;
}

unsigned root_apply(struct change *c, const struct h248_tstate *ts)
{
	unsigned code = 0;

	if (ts->has & H248_TS_HAS_STATE)
		c->state = ts->state;
	for (const struct h248_parm *p = ts->props; p && !code; p = p->next) {
		for (const struct h248_parm *q = ts->props; q != p; q = q->next)
			if (p->name.p ? str_ieq((struct span){ p->name.p, p->name.n },
						(struct span){ q->name.p, q->name.n })
				      : p->name.id == q->name.id)
				return H248_PROPERTY_TWICE;
		code = one(c, p);
	}
	return code;
}
