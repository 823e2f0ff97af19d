/* model/stage.c - undo records: what a command staged and how to take it back.
 *
 * layer: model (L2)   thread: control   I/O: none
 *
 * Records are written before the change they undo, so no change stands without one.
 */
#include "model/impl.h"

#include <string.h>

#include "util/mem.h"

enum { VEC_FIRST = 16 };

void *vec_add(struct vec *v, size_t size)
{
	unsigned char *p = v->p;

	if (v->n == v->cap) {
		uint32_t cap = v->cap ? v->cap * 2 : VEC_FIRST;

		p = mem_realloc(p, cap * size);
		if (!p)
			return NULL;
		v->p = p;
		v->cap = cap;
	}
	p += v->n++ * size;
	memset(p, 0, size);
	return p;
}

void vec_fini(struct vec *v)
{
	mem_free(v->p);
	*v = (struct vec){ 0 };
}

struct undo *undo_add(struct model *m, enum undo_kind kind)
{
	struct undo *u = vec_add(&m->undo, sizeof(*u));

	if (u)
		u->kind = kind;
	return u;
}

void ctx_dirty(struct ctx *c)
{
	if (list_empty(&c->in_dirty))
		list_add(&ctx_model(c)->dirty, &c->in_dirty);
}

static void undo_strms(struct model *m, struct undo *u)
{
	struct term *t = u->term;

	strms_free(m, t->strm, t->nstrm);
	if (u->new_text)
		mem_free(t->remote_text);
	t->strm = u->strm;
	t->nstrm = u->nstrm;
	t->remote_text = u->remote_text;
	t->sdp_version = u->version;
}

static void undo_one(struct model *m, struct undo *u)
{
	switch (u->kind) {
	case UNDO_TERM:
		term_unlink(m, u->term, u->at[0]);
		term_free(m, u->term);
		break;
	case UNDO_CTX:
		ctx_free(m, u->ctx);
		break;
	case UNDO_STRMS:
		undo_strms(m, u);
		break;
	case UNDO_TAKE:
		m->media->slot_give(m->media_arg, u->slot.slot);
		break;
	case UNDO_LEAVE:
		term_relist(u->term, u->at);
		break;
	case UNDO_DROP:
		mem_free(u->group);
		break;
	case UNDO_MOVE:
		move_undo(u);
		break;
	case UNDO_TOPO:
		mem_free(u->ctx->topo);
		u->ctx->topo = u->topo;
		break;
	case UNDO_HOLD:
		u->term->halted = !u->term->halted;
		u->term->why = u->why;
		break;
	}
}

void stage_unwind(struct model *m, uint32_t to)
{
	struct undo *v = m->undo.p;

	while (m->undo.n > to)
		undo_one(m, &v[--m->undo.n]);
}

void model_rollback(struct model *m)
{
	stage_unwind(m, 0);
	while (!list_empty(&m->dirty))
		list_del(m->dirty.next);
	while (!list_empty(&m->dirty_rooms))
		list_del(m->dirty_rooms.next);
}
