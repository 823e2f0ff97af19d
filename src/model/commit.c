/* model/commit.c - all or nothing: from what is staged to what the workers do.
 *
 * layer: model (L2)   thread: control   I/O: none
 *
 * First everything that can fail: plans, memberships, messages. Then everything that
 * can't.
 */
#include "model/impl.h"

#include <assert.h>
#include <string.h>

#include "util/mem.h"

enum { WORKERS_MAX = 64 }; /* bits of plan_room.others */

/* A membership begins at once, since it may be refused, and ends when all is applied. */
enum cause member_add(struct model *m, struct slot *slot, const struct group_spec *g,
		      bool *joined, bool join)
{
	struct member *r = vec_add(&m->member, sizeof(*r));
	enum cause c = CAUSE_OK;

	if (!r)
		return CAUSE_NO_MEMORY;
	*r = (struct member){ slot, g, joined, join };
	if (join && m->media->join)
		c = m->media->join(m->media_arg, slot, g);
	if (c != CAUSE_OK)
		m->member.n--;
	return c;
}

static void group_leave(struct model *m, struct slot *slot, const struct group_spec *g)
{
	if (m->media->leave)
		m->media->leave(m->media_arg, slot, g);
}

/* Slots that end: their legs stop, and they are no room's output any more. */
static enum cause end_slot(struct model *m, const struct slot_info *slot,
			   const struct plan_leg **plan, struct fan_out **out)
{
	enum cause c = CAUSE_OK;

	if (*plan)
		c = change_add(m, plan, slot, NULL);
	if (c == CAUSE_OK && *out)
		c = fan_part(m, out);
	return c;
}

static enum cause compile_ends(struct model *m)
{
	struct undo *v = m->undo.p;
	enum cause c = CAUSE_OK;

	for (uint32_t i = 0; i < m->undo.n && c == CAUSE_OK; i++) {
		struct term *t = v[i].term;

		if (v[i].kind == UNDO_DROP)
			c = end_slot(m, &v[i].slot, &v[i].plan, &v[i].out);
		for (unsigned k = 0; v[i].kind == UNDO_LEAVE && k < t->nstrm; k++)
			if (c == CAUSE_OK && t->strm[k].slot.slot)
				c = end_slot(m, &t->strm[k].slot, &t->strm[k].plan,
					     &t->strm[k].out);
	}
	return c;
}

static void free_msgs(struct plan_msg *list)
{
	while (list) {
		struct plan_msg *next = list->next;

		mem_free(list);
		list = next;
	}
}

static void fill_msg(struct model *m, struct plan_msg *msg)
{
	const struct change *v = m->change.p;

	for (uint32_t i = 0; i < m->change.n; i++)
		if (v[i].worker == msg->worker)
			msg->op[msg->nop++] = (struct plan_op){
				.kind = v[i].leg ? PLAN_LEG_SET : PLAN_LEG_DEL,
				.slot = v[i].slot,
				.leg = v[i].leg,
			};
	LIST_EACH (i, &m->dirty_fans) {
		const struct fan *f = LIST_OF(i, struct fan, in_dirty);

		if (f->worker == msg->worker)
			msg->op[msg->nop++] = (struct plan_op){
				.kind = PLAN_ROOM_SET,
				.room = f->room->med,
				.rplan = f->next,
			};
	}
}

struct plan_msg *msg_new(uint16_t worker, uint32_t nop)
{
	struct plan_msg *msg = mem_zalloc(sizeof(*msg) + nop * sizeof(struct plan_op));

	if (msg)
		msg->worker = worker;
	return msg;
}

static enum cause build_msgs(struct model *m, struct plan_msg **list)
{
	const struct change *v = m->change.p;
	uint32_t count[WORKERS_MAX] = { 0 };

	for (uint32_t i = 0; i < m->change.n; i++) {
		assert(v[i].worker < WORKERS_MAX);
		count[v[i].worker]++;
	}
	LIST_EACH (i, &m->dirty_fans)
		count[LIST_OF(i, struct fan, in_dirty)->worker]++;
	for (unsigned w = WORKERS_MAX; w--;) {
		struct plan_msg *msg;

		if (!count[w])
			continue;
		msg = msg_new((uint16_t)w, count[w]);
		if (!msg) {
			free_msgs(*list);
			*list = NULL;
			return CAUSE_NO_MEMORY;
		}
		fill_msg(m, msg);
		msg->next = *list;
		*list = msg;
	}
	return CAUSE_OK;
}

static void undo_compile(struct model *m)
{
	const struct change *c = m->change.p;
	const struct member *v = m->member.p;

	for (uint32_t i = 0; i < m->change.n; i++)
		mem_free(c[i].leg);
	while (m->member.n--)
		if (v[m->member.n].join)
			group_leave(m, v[m->member.n].slot, v[m->member.n].group);
	m->member.n = m->change.n = 0;
	fan_undo(m);
}

static void apply_plans(struct model *m, struct plan_msg *list)
{
	const struct change *c = m->change.p;
	const struct member *v = m->member.p;

	for (uint32_t i = 0; i < m->change.n; i++)
		*c[i].where = c[i].leg;
	fan_apply(m);
	if (list)
		m->media->commit(m->media_arg, list);
	for (uint32_t i = 0; i < m->member.n; i++) {
		if (!v[i].join)
			group_leave(m, v[i].slot, v[i].group);
		*v[i].joined = v[i].join;
	}
	m->change.n = m->member.n = 0;
}

static void end_term(struct model *m, struct term *t, uint64_t now)
{
	struct endp *e = t->endp;
	struct room *r = t->room;
	struct ctx *c = t->ctx;

	if (term_is_held(t) && t->since) {
		m->totals.calls_ended++;
		tell_ended(m, t, t->why ? t->why : "agent", now);
	}
	for (unsigned i = 0; i < t->nstrm; i++) {
		struct strm *s = &t->strm[i];

		if (s->joined)
			group_leave(m, s->slot.slot, s->group);
		if (s->slot.slot)
			m->media->slot_give(m->media_arg, s->slot.slot);
	}
	room_forget(m, t);
	port_rests(t, now);
	if (t->link)
		t->link->link = NULL;
	map_del(&m->terms, &t->by_id);
	if (t->name[0])
		map_del(&c->owner->names, &t->by_name);
	term_free(m, t);
	/* others of its ports may end in the same commit */
	if (r && r->gone && !r->nports && list_empty(&r->in_model))
		list_add(&m->ended_rooms, &r->in_model);
	if (e && e->gone && !e->nconn && list_empty(&e->in_free))
		list_add(&m->ending, &e->in_free);
}

static void apply_undo(struct model *m, struct undo *u, uint64_t now)
{
	struct term *t = u->term;

	switch (u->kind) {
	case UNDO_TERM:
		if (!t->leaving && term_is_held(t)) {
			t->since = now ? now : 1;
			m->totals.calls_made++;
		}
		break;
	case UNDO_STRMS:
		strms_free(m, u->strm, u->nstrm);
		if (u->new_text)
			mem_free(u->remote_text);
		break;
	case UNDO_DROP:
		if (u->group)
			group_leave(m, u->slot.slot, u->group);
		mem_free(u->group);
		m->media->slot_give(m->media_arg, u->slot.slot);
		break;
	case UNDO_LEAVE:
		end_term(m, t, now);
		break;
	case UNDO_MOVE: /* nt/dur counts from here */
		t->since = now ? now : 1;
		break;
	case UNDO_TOPO:
		mem_free(u->topo);
		break;
	case UNDO_CTX:
	case UNDO_TAKE:
	case UNDO_HOLD:
		break;
	}
}

static void free_empty(struct model *m)
{
	LIST_EACH_SAFE (i, &m->dirty) {
		struct ctx *c = LIST_OF(i, struct ctx, in_dirty);
		struct endp *e = c->endp;

		list_del(&c->in_dirty);
		if (c->nterm)
			continue;
		ctx_free(m, c);
		if (e)
			endp_free_if_gone(m, e);
	}
}

/* All that can fail. */
static enum cause compile_all(struct model *m, struct plan_msg **list)
{
	enum cause c = compile_dirty(m);

	LIST_EACH (i, &m->dirty_rooms)
		if (c == CAUSE_OK)
			c = room_compile(m, LIST_OF(i, struct room, in_dirty));
	if (c == CAUSE_OK)
		c = compile_ends(m);
	if (c == CAUSE_OK)
		c = fan_compile(m);
	return c == CAUSE_OK ? build_msgs(m, list) : c;
}

/* Contexts and endpoints that ended with their last connection. */
static void free_ended(struct model *m)
{
	free_empty(m);
	while (!list_empty(&m->ending)) {
		struct endp *e = LIST_OF(m->ending.next, struct endp, in_free);

		list_del(&e->in_free);
		endp_free_if_gone(m, e);
	}
	while (!list_empty(&m->ended_rooms)) {
		struct room *r = LIST_OF(m->ended_rooms.next, struct room, in_model);

		list_del(&r->in_model);
		room_free_if_gone(m, r);
	}
	while (!list_empty(&m->dirty_rooms))
		list_del(m->dirty_rooms.next);
}

enum cause model_commit(struct model *m, uint64_t now)
{
	struct plan_msg *list = NULL;
	struct undo *v = m->undo.p;
	enum cause c;

	assert(!m->committing);
	m->committing = true;
	m->epoch++;
	c = compile_all(m, &list);
	if (c != CAUSE_OK) {
		undo_compile(m);
		model_rollback(m);
		m->totals.refusals++;
		m->committing = false;
		return c;
	}
	apply_plans(m, list);
	for (uint32_t i = 0; i < m->undo.n; i++)
		apply_undo(m, &v[i], now);
	m->undo.n = 0;
	free_ended(m);
	m->totals.commits++;
	m->committing = false;
	return CAUSE_OK;
}

void model_retired(struct model *m, struct plan_msg *list)
{
	(void)m;
	while (list) {
		struct plan_msg *next = list->next;

		for (uint32_t i = 0; i < list->nop; i++) {
			mem_free(list->op[i].leg);
			plan_room_free(list->op[i].rplan);
		}
		mem_free(list);
		list = next;
	}
}
