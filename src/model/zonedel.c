/* model/zonedel.c - zones taken away, from under the calls when forced.
 *
 * layer: model (L2)   thread: control   I/O: none
 */
#include "model/impl.h"

#include <string.h>

#include "util/log.h"
#include "util/mem.h"

/* The connections that lose the room, for the engines to be told one by one. */
static uint64_t *list_conns(const struct room *r, uint32_t *n)
{
	uint64_t *ids = mem_array(r->nports + 1, sizeof(*ids));

	*n = 0;
	LIST_EACH (i, &r->ports)
		LIST_EACH (k, &LIST_OF(i, struct term, in_room)->ctx->terms) {
			const struct term *t = LIST_OF(k, struct term, in_ctx);

			if (ids && t->endp && t->endp->room == r && *n < r->nports)
				ids[(*n)++] = t->id;
		}
	return ids;
}

static struct plan_msg *del_msgs(const struct room *r)
{
	struct plan_msg *list = NULL;

	LIST_EACH (i, &r->fans) {
		const struct fan *f = LIST_OF(i, struct fan, in_room);
		struct plan_msg *msg = msg_new(f->worker, 1);

		if (!msg) {
			model_retired(r->m, list);
			return NULL;
		}
		msg->nop = 1;
		msg->op[0] = (struct plan_op){ .kind = PLAN_ROOM_DEL, .room = r->med };
		msg->next = list;
		list = msg;
	}
	return list;
}

static void halt_conns(struct model *m, const uint64_t *ids, uint32_t n, bool halt)
{
	for (uint32_t i = 0; i < n; i++) {
		struct term *t = term_by_id(m, ids[i]);

		if (!t || (t->halted && t->why && strcmp(t->why, "forced")))
			continue; /* stopped before */
		t->halted = halt;
		t->why = halt ? "forced" : NULL;
		ctx_dirty(t->ctx);
	}
}

/* Callers with ports in contexts that go on lose the port's media only. */
static void dirty_ports(struct room *r)
{
	LIST_EACH (i, &r->ports)
		ctx_dirty(LIST_OF(i, struct term, in_room)->ctx);
}

static enum cause commit_del(struct room *r, const uint64_t *ids, uint32_t n)
{
	struct model *m = r->m;
	enum cause c;

	for (uint32_t i = 0; i < r->nleg; i++)
		r->legs[i].kept = false;
	r->gone = true;
	halt_conns(m, ids, n, true);
	dirty_ports(r);
	c = room_legs_drop(r);
	if (c == CAUSE_OK)
		c = model_commit(m, 0);
	else
		model_rollback(m);
	if (c != CAUSE_OK) {
		r->gone = false;
		halt_conns(m, ids, n, false);
		model_rollback(m); /* nothing is dirty */
		return c;
	}
	room_legs_free(r->legs, r->nleg);
	r->legs = NULL;
	r->nleg = 0;
	return c;
}

static void end_med(struct room *r, struct plan_msg *list)
{
	LIST_EACH (i, &r->fans)
		fan_end(LIST_OF(i, struct fan, in_room));
	r->m->media->commit(r->m->media_arg, list);
	r->m->media->room_give(r->m->media_arg, r->med);
}

static void close_all(struct room *r)
{
	struct owner *o = NULL;
	struct endp *e;

	while ((e = room_each_endp(r, &o)))
		room_close_endp(r->m, e);
}

enum cause room_del(struct room *r, bool force)
{
	struct model *m = r->m;
	struct plan_msg *list;
	enum cause c = CAUSE_NO_MEMORY;
	uint64_t *ids;
	uint32_t n;

	if (r->nports && !force)
		return CAUSE_ROOM_BUSY;
	ids = list_conns(r, &n);
	list = ids ? del_msgs(r) : NULL;
	if (list)
		c = commit_del(r, ids, n);
	if (c != CAUSE_OK) {
		model_retired(m, list);
		mem_free(ids);
		return c;
	}
	if (n)
		log_info(LOGC_MODEL, "zone %s is gone, %u connections lost it",
			 r->spec->name, n);
	end_med(r, list);
	room_unlist(r);
	close_all(r);
	r->nports++; /* engines may subtract in the callback: not yet */
	for (uint32_t i = 0; i < n; i++) {
		struct term *t = term_by_id(m, ids[i]);

		if (t)
			tell_release(m, t, "forced");
	}
	r->nports--;
	room_free_if_gone(m, r);
	mem_free(ids);
	return CAUSE_OK;
}
