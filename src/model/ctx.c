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
	list_del(&c->in_all);
	list_del(&c->in_endp);
	list_del(&c->in_dirty);
	map_del(&m->ctx_ids, &c->by_id);
	m->totals.contexts--;
	mem_free(c);
}

struct model *ctx_model(const struct ctx *c)
{
	return c->owner->m;
}

/* What hears each other directly is on one worker: a conference, and two contexts joined by
 * a link. Callers of a zone go to its home as long as there are few. */
static uint16_t worker_for(struct model *m, const struct ctx *c)
{
	LIST_EACH (i, &c->terms) {
		const struct term *t = LIST_OF(i, struct term, in_ctx);

		if (t->link && t->link->ctx->worker != PORTS_ANY_WORKER)
			return t->link->ctx->worker;
		if (t->room && (!t->room->med || room_outputs(t->room) < ROOM_HOME_LEGS) &&
		    t->room->worker != PORTS_ANY_WORKER)
			return t->room->worker;
	}
	return m->media->place(m->media_arg);
}

void ctx_place(struct model *m, struct ctx *c)
{
	if (c->worker != PORTS_ANY_WORKER)
		return;
	c->worker = worker_for(m, c);
	LIST_EACH (i, &c->terms) {
		struct term *t = LIST_OF(i, struct term, in_ctx);

		if (t->link && t->link->ctx->worker == PORTS_ANY_WORKER)
			t->link->ctx->worker = c->worker;
		if (t->room && t->room->worker == PORTS_ANY_WORKER)
			t->room->worker = c->worker;
	}
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
