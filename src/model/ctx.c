/* model/ctx.c - contexts: made by the first connection, gone after the last.
 *
 * layer: model (L2)   thread: control   I/O: none
 */
#include "model/impl.h"

#include "util/mem.h"

enum { ROOM_HOME_LEGS = 512 }; /* beyond so many outputs callers go to other workers */

static uint32_t free_id(struct model *m)
{
	struct map_node *i;

	do { /* RFC 3525 6.1: 0, 0xfffffffe and 0xffffffff mean something else */
		if (++m->next_ctx >= 0xfffffffe)
			m->next_ctx = 1;
		i = map_first(&m->ctx_ids, map_u64(&m->ctx_ids, m->next_ctx));
		while (i && MAP_OF(i, struct ctx, by_id)->id != m->next_ctx)
			i = map_next(i);
	} while (i);
	return m->next_ctx;
}

struct ctx *ctx_new(struct model *m, struct owner *o, struct endp *e)
{
	struct undo *u = undo_add(m, UNDO_CTX);
	struct ctx *c = u ? mem_zalloc(sizeof(*c)) : NULL;

	if (!c)
		goto fail;
	c->id = free_id(m);
	if (map_add(&m->ctx_ids, &c->by_id, map_u64(&m->ctx_ids, c->id)))
		goto fail;
	c->owner = o;
	c->endp = e;
	c->worker = PORTS_ANY_WORKER;
	list_init(&c->terms);
	list_init(&c->in_dirty);
	list_init(&c->in_endp);
	list_add(&m->ctxs, &c->in_all);
	list_add(&o->ctxs, &c->in_owner);
	o->nctx++;
	if (e)
		list_add(&e->ctxs, &c->in_endp);
	m->totals.contexts++;
	u->ctx = c;
	return c;
fail:
	mem_free(c);
	m->undo.n -= u ? 1 : 0;
	return NULL;
}

void ctx_free(struct model *m, struct ctx *c)
{
	if (c->user)
		tell_ctx_end(m, c);
	list_del(&c->in_all);
	list_del(&c->in_owner);
	c->owner->nctx--;
	list_del(&c->in_endp);
	list_del(&c->in_dirty);
	map_del(&m->ctx_ids, &c->by_id);
	m->totals.contexts--;
	mem_free(c->topo);
	mem_free(c);
}

struct model *ctx_model(const struct ctx *c)
{
	return c->owner->m;
}

/* What hears each other directly begins on one worker: conferences, contexts joined by
 * links. Callers of a zone go to its home as long as there are few. */
static uint16_t worker_for(struct model *m)
{
	const struct island *is = m->isl;

	for (uint32_t i = 0; i < is->nctx; i++)
		if (is->ctx[i]->worker != PORTS_ANY_WORKER)
			return is->ctx[i]->worker;
	for (uint32_t i = 0; i < is->nctx; i++)
		LIST_EACH (at, &is->ctx[i]->terms) {
			const struct room *r = LIST_OF(at, struct term, in_ctx)->room;

			if (r && r->med && room_outputs(r) < ROOM_HOME_LEGS)
				return r->worker;
		}
	return m->media->place(m->media_arg);
}

enum cause ctx_place(struct model *m, struct ctx *c)
{
	enum cause r;

	if (c->worker != PORTS_ANY_WORKER)
		return CAUSE_OK;
	r = island_walk(m, c);
	if (r != CAUSE_OK)
		return r;
	c->worker = worker_for(m);
	for (uint32_t i = 0; i < m->isl->nctx; i++)
		m->isl->ctx[i]->worker = c->worker;
	return CAUSE_OK;
}

struct ctx *ctx_next(struct model *m, struct ctx *after)
{
	struct list *next = after ? after->in_all.next : m->ctxs.next;

	return next == &m->ctxs ? NULL : LIST_OF(next, struct ctx, in_all);
}

struct term *ctx_term_next(const struct ctx *c, const struct term *after)
{
	const struct list *next = after ? after->in_ctx.next : c->terms.next;

	return next == &c->terms ? NULL : LIST_OF(next, struct term, in_ctx);
}
