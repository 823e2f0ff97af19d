/* model/term.c - terminations: added, modified, subtracted.
 *
 * layer: model (L2)   thread: control   I/O: none
 * RFC 3435 2.3.5-2.3.7
 */
#include "model/impl.h"

#include <stdio.h>
#include <string.h>

#include "util/mem.h"

bool term_is_held(const struct term *t)
{
	return t->endp != NULL || t->name[0];
}

struct term *term_find(struct owner *o, struct span name)
{
	uint64_t h = str_ihash(name, o->names.seed);

	for (struct map_node *i = map_first(&o->names, h); i; i = map_next(i)) {
		struct term *t = MAP_OF(i, struct term, by_name);

		if (!t->leaving && str_ieqz(name, t->name))
			return t;
	}
	return NULL;
}

struct term *term_by_id(struct model *m, uint64_t id)
{
	struct map_node *i = map_first(&m->terms, map_u64(&m->terms, id));

	while (i && MAP_OF(i, struct term, by_id)->id != id)
		i = map_next(i);
	if (!i || MAP_OF(i, struct term, by_id)->leaving)
		return NULL;
	return MAP_OF(i, struct term, by_id);
}

static void list_in(struct list *head, struct list *node, bool use)
{
	list_init(node);
	if (use)
		list_add(head, node);
}

/* Into the lists and counts; term_unlink() is the way back. */
static void term_link(struct model *m, struct term *t)
{
	bool held = term_is_held(t);

	list_in(&t->ctx->terms, &t->in_ctx, true);
	list_in(t->endp ? &t->endp->conns : NULL, &t->in_endp, t->endp != NULL);
	list_in(&t->ctx->owner->terms, &t->in_owner, held);
	list_in(t->room ? &t->room->ports : NULL, &t->in_room, t->room != NULL);
	t->ctx->nterm++;
	if (t->endp)
		endp_count_conn(t->endp, 1, NULL);
	if (t->room)
		room_count(t->room, 1, NULL);
	if (held) {
		t->ctx->owner->nterm++;
		m->totals.terminations++;
	}
}

static void uncount(struct model *m, struct term *t, struct list *after)
{
	t->ctx->nterm--;
	if (t->endp)
		endp_count_conn(t->endp, -1, after);
	if (t->room)
		room_count(t->room, -1, after);
	if (term_is_held(t)) {
		t->ctx->owner->nterm--;
		m->totals.terminations--;
	}
}

/* A new termination that is taken back: it is the last of all its lists. */
void term_unlink(struct model *m, struct term *t, struct list *after)
{
	struct list *in[4] = { &t->in_ctx, &t->in_endp, &t->in_owner, &t->in_room };

	for (int i = 0; i < 4; i++)
		list_del(in[i]);
	uncount(m, t, after);
	map_del(&m->terms, &t->by_id);
	if (t->name[0])
		map_del(&t->ctx->owner->names, &t->by_name);
	if (t->link)
		t->link->link = NULL;
}

void term_free(struct model *m, struct term *t)
{
	strms_free(m, t->strm, t->nstrm);
	mem_free(t->remote_text);
	mem_free(t);
}

/* What an endpoint stands behind among those that are free. */
static struct list *free_place(struct endp *e)
{
	return e && !list_empty(&e->in_free) ? e->in_free.prev : NULL;
}

struct term *term_new(struct ctx *c, enum term_kind kind, struct endp *e, struct room *r,
		      const char *name)
{
	struct model *m = ctx_model(c);
	struct owner *o = c->owner;
	struct undo *u = undo_add(m, UNDO_TERM);
	struct term *t = u ? mem_zalloc(sizeof(*t)) : NULL;

	if (!t)
		goto fail;
	t->id = m->next_term++;
	t->kind = kind;
	t->ctx = c;
	t->endp = e;
	t->room = r;
	t->nstrm = 1;
	list_init(&t->in_wait);
	t->strm = strms_copy(m, NULL, 0, 1);
	if (!t->strm || map_add(&m->terms, &t->by_id, map_u64(&m->terms, t->id)))
		goto fail;
	if (name)
		snprintf(t->name, sizeof(t->name), "%s", name);
	else if (e)
		snprintf(t->name, sizeof(t->name), "%016llX", (unsigned long long)t->id);
	if (t->name[0]) {
		if (map_add(&o->names, &t->by_name,
			    str_ihash(str_of(t->name), o->names.seed))) {
			map_del(&m->terms, &t->by_id);
			goto fail;
		}
	}
	strcpy(t->strm->media, "audio");
	t->strm->on = true;
	u->term = t;
	u->at[0] = free_place(e ? e : r ? r->endp : NULL);
	term_link(m, t);
	ctx_dirty(c);
	return t;
fail:
	if (t)
		term_free(m, t);
	m->undo.n -= u ? 1 : 0;
	return NULL;
}

/* The way back of a subtraction. Records are undone newest first, so what a node stood
 * behind is in the list again. */
void term_relist(struct term *t, struct list *at[4])
{
	struct list *in[4] = { &t->in_ctx, &t->in_endp, &t->in_owner, &t->in_room };
	struct model *m = ctx_model(t->ctx);

	for (int i = 0; i < 4; i++)
		if (at[i] != in[i])
			list_push(at[i], in[i]);
	t->leaving = false;
	t->ctx->nterm++;
	if (t->endp)
		endp_count_conn(t->endp, 1, NULL);
	if (t->room)
		room_count(t->room, 1, NULL);
	if (term_is_held(t)) {
		t->ctx->owner->nterm++;
		m->totals.terminations++;
	}
}

enum cause term_leave(struct model *m, struct term *t)
{
	struct list *in[4] = { &t->in_ctx, &t->in_endp, &t->in_owner, &t->in_room };
	struct undo *u = undo_add(m, UNDO_LEAVE);

	if (!u)
		return CAUSE_NO_MEMORY;
	u->term = t;
	for (int i = 0; i < 4; i++) {
		u->at[i] = in[i]->prev; /* itself when in no list */
		list_del(in[i]);
	}
	t->leaving = true;
	uncount(m, t, NULL);
	ctx_dirty(t->ctx);
	if (t->link)
		ctx_dirty(t->link->ctx);
	if (t->room && !t->room->med && !list_empty(&t->room->ports)) /* a conference */
		ctx_dirty(LIST_OF(t->room->ports.next, struct term, in_room)->ctx);
	return CAUSE_OK;
}

/* The context a new connection goes into, with what belongs to it. */
static enum cause ctx_for(struct model *m, struct endp *e, struct ctx **out)
{
	bool near = e->kind == ENDP_LINE || e->kind == ENDP_PLAYER;
	struct term *t;

	LIST_EACH (i, &e->ctxs) {
		*out = LIST_OF(i, struct ctx, in_endp);
		if (!e->room && (*out)->nterm)
			return CAUSE_OK;
	}
	*out = ctx_new(m, e->owner, e);
	if (!*out)
		return CAUSE_NO_MEMORY;
	if (!e->room && !near)
		return CAUSE_OK;
	t = term_new(*out, near ? TERM_NAMED : TERM_PORT, NULL, e->room, NULL);
	if (!t)
		return CAUSE_NO_MEMORY;
	t->strm->mode = MODE_SENDRECV;
	return near ? strm_take(m, t, t->strm, 0) : CAUSE_OK;
}

enum cause term_open(struct endp *e, enum term_kind kind, struct term **out)
{
	struct model *m = e->owner->m;
	struct ctx *c = NULL;
	enum cause r;

	if (e->gone)
		return CAUSE_ENDP_UNKNOWN;
	if (e->room && e->room->nports >= ROOM_PORTS_MAX)
		return CAUSE_ROOM_FULL;
	if (e->nconn >= endp_limit(e))
		return CAUSE_CTX_FULL;
	if (m->media->overloaded && m->media->overloaded(m->media_arg))
		return CAUSE_OVERLOAD;
	r = ctx_for(m, e, &c);
	if (r != CAUSE_OK)
		return r;
	*out = term_new(c, kind, e, NULL, NULL);
	if (!*out)
		return CAUSE_NO_MEMORY;
	(*out)->strm->dscp = endp_dscp(e); /* until somebody asks for another */
	return CAUSE_OK;
}

static enum cause refuse(struct model *m, uint32_t mark, enum cause c)
{
	stage_unwind(m, mark);
	m->totals.refusals++;
	return c;
}

enum cause term_add(struct endp *e, const struct term_ask *ask, struct term **out)
{
	struct model *m = e->owner->m;
	uint32_t mark = m->undo.n;
	struct term *t = NULL;
	enum cause c = term_open(e, TERM_RTP, &t);

	if (c == CAUSE_OK)
		c = term_apply(m, t, ask);
	if (c != CAUSE_OK)
		return refuse(m, mark, c);
	t->sdp_version = 0;
	*out = t;
	return CAUSE_OK;
}

enum cause term_modify(struct term *t, const struct term_ask *ask)
{
	struct model *m = ctx_model(t->ctx);
	uint32_t mark = m->undo.n;
	enum cause c = t->leaving ? CAUSE_TERM_UNKNOWN : term_apply(m, t, ask);

	if (c != CAUSE_OK)
		return refuse(m, mark, c);
	ctx_dirty(t->ctx);
	return CAUSE_OK;
}

/* What only served the last connection of a context goes with it. */
static enum cause end_served(struct model *m, struct ctx *c)
{
	enum cause r = CAUSE_OK;

	LIST_EACH (i, &c->terms)
		if (term_is_held(LIST_OF(i, struct term, in_ctx)))
			return CAUSE_OK;
	while (r == CAUSE_OK && !list_empty(&c->terms))
		r = term_leave(m, LIST_OF(c->terms.next, struct term, in_ctx));
	return r;
}

enum cause term_subtract(struct term *t)
{
	struct model *m = ctx_model(t->ctx);
	uint32_t mark = m->undo.n;
	enum cause c = t->leaving ? CAUSE_TERM_UNKNOWN : term_leave(m, t);

	if (c == CAUSE_OK)
		c = end_served(m, t->ctx);
	return c == CAUSE_OK ? c : refuse(m, mark, c);
}
