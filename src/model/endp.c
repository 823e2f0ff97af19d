/* model/endp.c - endpoints: made, found, counted.
 *
 * layer: model (L2)   thread: control   I/O: none
 */
#include "model/impl.h"

#include <stdio.h>
#include <string.h>

#include "util/mem.h"

/* Connections an endpoint of a kind takes when the pool does not say (3435 2.1.1). */
static const uint16_t kind_limit[] = {
	[ENDP_BRIDGE] = 32, [ENDP_CONF] = 32, [ENDP_PAGE] = ROOM_PORTS_MAX,
	[ENDP_LINE] = 4,    [ENDP_PLAYER] = 32,
};

uint16_t endp_limit(const struct endp *e)
{
	uint16_t n = e->pool ? e->pool->spec.max_connections : 0;

	return n ? n : kind_limit[e->kind];
}

uint32_t endp_ptime(const struct endp *e)
{
	if (e->pool)
		return e->pool->spec.ptime;
	return e->room->spec->ptime;
}

uint8_t endp_dscp(const struct endp *e)
{
	return e->pool ? e->pool->spec.dscp : e->room->spec->dscp;
}

bool endp_is_guest(const struct endp *e)
{
	return e->pool && e->pool->guest;
}

struct endp *endp_find(struct owner *o, struct span local_name)
{
	uint64_t h = str_ihash(local_name, o->endps.seed);

	for (struct map_node *i = map_first(&o->endps, h); i; i = map_next(i)) {
		struct endp *e = MAP_OF(i, struct endp, by_name);

		if (str_ieqz(local_name, e->name))
			return e;
	}
	return NULL;
}

/* `$` may take it: ready, and nobody has a connection or a port there. It goes to the end
 * of those free, or in a rollback to where it stood, behind `after`. */
void endp_refresh(struct endp *e, struct list *after)
{
	bool can = e->pool && !e->pool->guest && e->ready && !e->nconn &&
		   (!e->room || !e->room->nports);

	if (e->gone || can == !list_empty(&e->in_free))
		return; /* one that goes may stand in the list of those that end */
	if (!can)
		list_del(&e->in_free);
	else if (after)
		list_push(after, &e->in_free);
	else
		list_add(&e->pool->free, &e->in_free);
}

void endp_count_conn(struct endp *e, int by, struct list *after)
{
	e->nconn = (uint32_t)((int)e->nconn + by);
	endp_refresh(e, after);
}

void endp_set_ready(struct endp *e, bool ready)
{
	e->ready = ready;
	endp_refresh(e, NULL);
}

struct endp *endp_new(struct owner *o, struct pool *p, struct room *r, const char *name)
{
	struct endp *e;

	if (endp_find(o, str_of(name)))
		return NULL;
	e = mem_zalloc(sizeof(*e));
	if (!e)
		return NULL;
	snprintf(e->name, sizeof(e->name), "%s", name);
	for (char *c = e->name; *c; c++)
		*c = str_lower(*c);
	e->owner = o;
	e->pool = p;
	e->room = r;
	e->kind = p ? p->spec.kind : ENDP_PAGE;
	e->ready = true;
	list_init(&e->ctxs);
	list_init(&e->conns);
	list_init(&e->in_free);
	if (map_add(&o->endps, &e->by_name, str_ihash(str_of(e->name), o->endps.seed))) {
		mem_free(e);
		return NULL;
	}
	list_add(p ? &p->endps : &o->zones, &e->in_list);
	o->m->totals.endpoints++;
	endp_refresh(e, NULL);
	return e;
}

void endp_del(struct model *m, struct endp *e)
{
	map_del(&e->owner->endps, &e->by_name);
	list_del(&e->in_list);
	list_del(&e->in_free);
	m->totals.endpoints--;
	if (e->kind == ENDP_CONF && e->room)
		room_drop(e->room, e);
	mem_free(e);
}

void endp_free_if_gone(struct model *m, struct endp *e)
{
	if (!e->gone || e->nconn || !list_empty(&e->ctxs))
		return;
	if (e->kind == ENDP_PAGE)
		e->room = NULL; /* it may be gone already */
	tell_endp_end(m, e);
	endp_del(m, e);
}

const struct format_list *endp_formats(const struct endp *e)
{
	return e->pool ? &e->pool->spec.formats : e->room->formats;
}
