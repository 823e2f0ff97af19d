/* model/move.c - terminations that change their context.
 *
 * layer: model (L2)   thread: control   I/O: none
 * RFC 3525 7.2.4, 7.1.6
 */
#include "model/impl.h"

/* Slots stay where they are; a context that has no worker yet follows them. */
static void join_worker(const struct term *t, struct ctx *to)
{
	for (unsigned i = 0; i < t->nstrm; i++)
		if (t->strm[i].slot.slot && to->worker == PORTS_ANY_WORKER)
			to->worker = t->strm[i].slot.worker;
}

/* Places of the streams among those of the new context; false: too many ids. */
static bool find_places(const struct term *t, const struct ctx *to,
			int place[STREAMS_MAX], unsigned *n)
{
	unsigned taken = 0;

	*n = t->nstrm;
	for (unsigned i = 0; i < t->nstrm; i++) {
		place[i] = -1;
		if (!t->strm[i].sid)
			continue;
		place[i] = strm_index(to, t->strm[i].sid);
		if (place[i] < 0)
			return false;
		/* ids new there all get the first free place: move on */
		while (taken >> place[i] & 1 || strm_taken(to, place[i], t->strm[i].sid))
			if (++place[i] == STREAMS_MAX)
				return false;
		taken |= 1u << place[i];
		*n = (unsigned)place[i] + 1 > *n ? (unsigned)place[i] + 1 : *n;
	}
	return true;
}

static enum cause move_streams(struct model *m, struct term *t, struct ctx *to)
{
	struct strm was[STREAMS_MAX];
	int place[STREAMS_MAX];
	bool same = true;
	unsigned n;
	enum cause c;

	if (!find_places(t, to, place, &n))
		return CAUSE_STRM_LIMIT;
	for (unsigned i = 0; i < t->nstrm; i++)
		same &= place[i] < 0 || place[i] == (int)i;
	if (same)
		return CAUSE_OK;
	if (t->kind == TERM_PORT)
		return CAUSE_ROOM_FORMAT;
	c = strms_open(m, t, n);
	if (c != CAUSE_OK)
		return c;
	for (unsigned i = 0; i < n; i++) {
		was[i] = t->strm[i];
		t->strm[i] = (struct strm){ .id = (uint16_t)(i + 1) };
	}
	for (unsigned i = 0; i < n; i++) {
		unsigned at = i < STREAMS_MAX && was[i].sid ? (unsigned)place[i] : n;

		if (at == n) {
			strm_forget(m, &was[i]);
			continue;
		}
		t->strm[at] = was[i];
		t->strm[at].id = (uint16_t)(at + 1);
	}
	return CAUSE_OK;
}

static enum cause move(struct model *m, struct term *t, struct ctx *to)
{
	struct undo *u;
	enum cause c;

	if (t->leaving || t->kind == TERM_LINK)
		return CAUSE_TERM_UNKNOWN;
	if (to->nterm >= CTX_TERMS_MAX)
		return CAUSE_CTX_FULL;
	c = move_streams(m, t, to);
	if (c == CAUSE_OK)
		c = topo_forget(m, t);
	if (c != CAUSE_OK)
		return c;
	u = undo_add(m, UNDO_MOVE);
	if (!u)
		return CAUSE_NO_MEMORY;
	u->term = t;
	u->ctx = t->ctx;
	u->version = to->worker;
	u->at[0] = t->in_ctx.prev;
	join_worker(t, to);
	ctx_dirty(t->ctx);
	ctx_dirty(to);
	list_del(&t->in_ctx);
	t->ctx->nterm--;
	t->ctx = to;
	list_add(&to->terms, &t->in_ctx);
	to->nterm++;
	return CAUSE_OK;
}

void move_undo(struct undo *u)
{
	struct term *t = u->term;

	list_del(&t->in_ctx);
	t->ctx->nterm--;
	t->ctx->worker = (uint16_t)u->version;
	t->ctx = u->ctx;
	list_push(u->at[0], &t->in_ctx);
	t->ctx->nterm++;
}

enum cause term_move(struct term *t, struct ctx *to)
{
	struct model *m = ctx_model(t->ctx);
	uint32_t mark = m->undo.n;
	enum cause c = CAUSE_OK;

	if (to == t->ctx)
		return CAUSE_OK;
	c = to->owner == t->ctx->owner ? move(m, t, to) : CAUSE_NOT_OWNER;
	if (c != CAUSE_OK) {
		stage_unwind(m, mark);
		m->totals.refusals++;
	}
	return c;
}
