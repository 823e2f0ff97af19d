/* model/hctx.c - contexts and terminations as H.248 orders them.
 *
 * layer: model (L2)   thread: control   I/O: none
 * RFC 3525 6.1, 6.2, 7.1.6
 */
#include "model/impl.h"

#include <string.h>

enum cause ctx_add(struct owner *o, struct ctx **out)
{
	if (o->m->media->overloaded && o->m->media->overloaded(o->m->media_arg))
		return CAUSE_OVERLOAD;
	*out = ctx_new(o->m, o, NULL);
	if (!*out)
		return CAUSE_NO_MEMORY;
	ctx_dirty(*out); /* gone at the commit when nothing was put in */
	return CAUSE_OK;
}

struct ctx *ctx_find(struct owner *o, uint32_t id)
{
	struct map_node *i = map_first(&o->m->ctx_ids, map_u64(&o->m->ctx_ids, id));

	for (; i; i = map_next(i)) {
		struct ctx *c = MAP_OF(i, struct ctx, by_id);

		if (c->id == id && c->owner == o)
			return c;
	}
	return NULL;
}

struct ctx *ctx_owner_next(const struct owner *o, const struct ctx *after)
{
	const struct list *next = after ? after->in_owner.next : o->ctxs.next;

	return next == &o->ctxs ? NULL : LIST_OF(next, struct ctx, in_owner);
}

uint32_t owner_ctxs(const struct owner *o)
{
	return o->nctx;
}

enum cause term_add_in(struct ctx *c, enum term_kind kind, struct endp *e,
		       const char *name, struct term **out)
{
	struct model *m = ctx_model(c);

	if (c->nterm >= CTX_TERMS_MAX)
		return CAUSE_CTX_FULL;
	if (term_find(c->owner, str_of(name)))
		return CAUSE_TERM_EXISTS;
	if (e && (e->gone || !e->ready))
		return e->gone ? CAUSE_ENDP_UNKNOWN : CAUSE_ENDP_NOT_READY;
	if (e && kind == TERM_NAMED && e->nconn)
		return CAUSE_TERM_EXISTS;
	if (e && kind == TERM_PORT && e->room->nports >= ROOM_PORTS_MAX)
		return CAUSE_ROOM_FULL;
	if (m->media->overloaded && m->media->overloaded(m->media_arg))
		return CAUSE_OVERLOAD;
	*out = term_new(c, kind, e, kind == TERM_PORT ? e->room : NULL, name);
	if (!*out)
		return CAUSE_NO_MEMORY;
	(*out)->strm->on = false; /* a place for streams to come */
	return CAUSE_OK;
}

/* ---- streams ---------------------------------------------------------------------- */

struct strm *term_strm(const struct term *t, uint16_t sid)
{
	for (unsigned i = 0; sid && i < t->nstrm; i++)
		if (t->strm[i].sid == sid)
			return &t->strm[i];
	return NULL;
}

int strm_index(const struct ctx *c, uint16_t sid)
{
	bool used[STREAMS_MAX] = { false };

	LIST_EACH (i, &c->terms) {
		const struct term *t = LIST_OF(i, struct term, in_ctx);

		for (int k = 0; k < t->nstrm; k++) {
			if (t->strm[k].sid == sid)
				return k;
			used[k] |= t->strm[k].sid != 0;
		}
	}
	for (int k = 0; k < STREAMS_MAX; k++)
		if (!used[k])
			return k;
	return -1;
}

bool strm_taken(const struct ctx *c, int place, uint16_t but)
{
	LIST_EACH (i, &c->terms) {
		const struct term *t = LIST_OF(i, struct term, in_ctx);

		if (place < t->nstrm && t->strm[place].sid && t->strm[place].sid != but)
			return true;
	}
	return false;
}

static enum cause stream(struct term *t, uint16_t sid, const struct term_ask *ask)
{
	struct model *m = ctx_model(t->ctx);
	int k = strm_index(t->ctx, sid);
	enum cause c;

	if (!sid || k < 0)
		return CAUSE_STRM_LIMIT;
	if (t->kind == TERM_PORT && k)
		return CAUSE_ROOM_FORMAT; /* a room has one stream, the context's first */
	c = strms_open(m, t, k < t->nstrm ? t->nstrm : (unsigned)k + 1);
	if (c != CAUSE_OK)
		return c;
	if (!t->strm[k].sid) {
		t->strm[k].sid = sid;
		t->strm[k].on = true;
		t->strm[k].mode = MODE_INACTIVE;
		strcpy(t->strm[k].media, "audio");
	}
	ctx_dirty(t->ctx);
	return strm_apply(m, t, &t->strm[k], ask);
}

static enum cause or_unwind(struct model *m, uint32_t mark, enum cause c)
{
	if (c != CAUSE_OK) {
		stage_unwind(m, mark);
		m->totals.refusals++;
	}
	return c;
}

enum cause term_stream(struct term *t, uint16_t sid, const struct term_ask *ask)
{
	struct model *m = ctx_model(t->ctx);

	return or_unwind(m, m->undo.n, stream(t, sid, ask));
}

static enum cause stream_drop(struct model *m, struct term *t, unsigned k)
{
	enum cause c = strms_open(m, t, t->nstrm);
	struct strm *s = &t->strm[k];

	if (c == CAUSE_OK)
		c = strm_drop(m, s);
	if (c != CAUSE_OK)
		return c;
	strm_forget(m, s);
	s->sid = 0;
	s->on = false;
	s->mode = MODE_INACTIVE;
	ctx_dirty(t->ctx);
	return CAUSE_OK;
}

enum cause term_stream_drop(struct term *t, uint16_t sid)
{
	struct model *m = ctx_model(t->ctx);
	const struct strm *s = term_strm(t, sid);

	if (!s)
		return CAUSE_OK;
	return or_unwind(m, m->undo.n, stream_drop(m, t, (unsigned)(s - t->strm)));
}

enum cause term_hold(struct term *t, bool on)
{
	struct model *m = ctx_model(t->ctx);
	struct undo *u;

	if (t->halted == on)
		return CAUSE_OK;
	u = undo_add(m, UNDO_HOLD);
	if (!u)
		return CAUSE_NO_MEMORY;
	u->term = t;
	u->why = t->why;
	t->halted = on;
	t->why = NULL;
	ctx_dirty(t->ctx);
	return CAUSE_OK;
}
