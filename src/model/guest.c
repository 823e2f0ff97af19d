/* model/guest.c - pools of conferences that other owners meet in.
 *
 * layer: model (L2)   thread: control   I/O: none
 *
 * An owner let in has a pool of its own with the same names, whose rooms are the host's.
 * It is kept, empty, when the owner is no longer let in.
 */
#include "model/impl.h"

static bool admits(const struct pool *p, const struct pool_spec *spec,
		   const struct owner *o)
{
	return !p->guest && spec->shared && o != p->owner && owner_listed(o, spec->admit);
}

static struct pool *guest_of(const struct pool *p, const struct owner *o)
{
	LIST_EACH (i, &p->guests)
		if (LIST_OF(i, struct pool, in_host)->owner == o)
			return LIST_OF(i, struct pool, in_host);
	return NULL;
}

static enum cause open_at(struct pool *p, struct owner *o, uint32_t to)
{
	struct pool *g = guest_of(p, o);
	enum cause c;

	if (!g) {
		c = pool_new(o, &p->spec, &g);
		if (c != CAUSE_OK)
			return c;
		g->guest = true;
		g->host = p;
		list_add(&p->guests, &g->in_host);
	}
	g->spec = p->spec;
	return places_add(g, to);
}

enum cause guests_add(struct pool *p, uint32_t to)
{
	enum cause c = CAUSE_OK;

	LIST_EACH (i, &p->m->owners) {
		struct owner *o = LIST_OF(i, struct owner, in_model);

		if (c == CAUSE_OK && admits(p, &p->spec, o))
			c = open_at(p, o, to);
	}
	return c;
}

void guests_settle(struct pool *p, bool keep)
{
	LIST_EACH (i, &p->guests)
		places_settle(LIST_OF(i, struct pool, in_host), keep);
}

void guests_drop(struct pool *p, uint32_t to)
{
	LIST_EACH (i, &p->guests) {
		struct pool *g = LIST_OF(i, struct pool, in_host);

		places_drop(g, admits(p, &p->spec, g->owner) ? to : 0);
	}
}

uint32_t guests_busy(struct pool *p, const struct pool_spec *next)
{
	uint32_t n = 0;

	LIST_EACH (i, &p->guests) {
		const struct pool *g = LIST_OF(i, struct pool, in_host);

		n += places_busy(g, admits(p, next, g->owner) ? next->count : 0);
	}
	return n;
}

static enum cause open_pools(struct owner *host, struct owner *o)
{
	enum cause c = CAUSE_OK;

	LIST_EACH (i, &host->pools) {
		struct pool *p = LIST_OF(i, struct pool, in_owner);

		if (c != CAUSE_OK || !admits(p, &p->spec, o))
			continue;
		c = open_at(p, o, p->want);
		places_settle(guest_of(p, o), c == CAUSE_OK);
	}
	return c;
}

enum cause guest_open_all(struct model *m, struct owner *o)
{
	enum cause c = CAUSE_OK;

	LIST_EACH (i, &m->owners)
		if (c == CAUSE_OK)
			c = open_pools(LIST_OF(i, struct owner, in_model), o);
	return c;
}
