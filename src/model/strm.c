/* model/strm.c - arrays of streams and the slots they hold.
 *
 * layer: model (L2)   thread: control   I/O: none
 *
 * A termination's streams are changed on a copy; the array before stays in the undo
 * record until the command is through. Slots taken and dropped have records of their own.
 */
#include "model/impl.h"

#include <string.h>

#include "util/mem.h"
#include "util/rnd.h"

void strms_free(struct model *m, struct strm *v, unsigned n)
{
	for (unsigned i = 0; v && i < n; i++) {
		format_set_put(m, v[i].local);
		format_set_put(m, v[i].remote);
		mem_free((void *)(uintptr_t)v[i].group);
	}
	mem_free(v);
}

void strm_forget(struct model *m, struct strm *s)
{
	format_set_put(m, s->local);
	format_set_put(m, s->remote);
	mem_free((void *)(uintptr_t)s->group);
	*s = (struct strm){ .id = s->id, .sid = s->sid, .generation = s->generation };
}

struct group_spec *group_copy(const struct group_spec *g)
{
	struct group_spec *copy = mem_alloc(sizeof(*copy));

	if (copy)
		*copy = *g;
	return copy;
}

struct strm *strms_copy(struct model *m, const struct strm *from, unsigned n,
			unsigned size)
{
	struct strm *v = mem_array(size, sizeof(*v));
	bool ok = v != NULL;

	for (unsigned i = 0; ok && i < size; i++) {
		if (i < n)
			v[i] = from[i];
		v[i].id = (uint16_t)(i + 1);
		v[i].group = NULL;
		format_set_hold(v[i].local);
		format_set_hold(v[i].remote);
		if (i < n && from[i].group) {
			v[i].group = group_copy(from[i].group);
			ok = v[i].group != NULL;
		}
	}
	if (!ok) {
		strms_free(m, v, size);
		v = NULL;
	}
	return v;
}

static void fill_req(const struct term *t, const struct strm *s, uint8_t family,
		     struct slot_req *req)
{
	*req = (struct slot_req){
		.cookie = strm_cookie(t, s),
		.worker = t->ctx->worker,
		.family = family,
		.toward = s->raddr,
		.group = s->group,
	};
	memcpy(req->net, t->ctx->owner->spec.net, sizeof(req->net));
	if (s->group)
		req->flags = SLOT_JOIN | SLOT_EMIT;
}

enum cause strm_take(struct model *m, struct term *t, struct strm *s, uint8_t family)
{
	struct undo *u = undo_add(m, UNDO_TAKE);
	struct slot_info info = { 0 };
	struct slot_req req;
	enum cause c;

	if (!u)
		return CAUSE_NO_MEMORY;
	c = ctx_place(m, t->ctx);
	if (c != CAUSE_OK)
		goto fail;
	fill_req(t, s, family, &req);
	if (t->kind != TERM_NAMED)
		c = m->media->slot_take(m->media_arg, &req, &info);
	else if (m->media->near_take)
		c = m->media->near_take(m->media_arg, &req, &info);
	else
		c = CAUSE_OK;
	if (c != CAUSE_OK || !info.slot)
		goto fail;
	u->slot = info;
	s->slot = info;
	s->ssrc = rnd_u32();
	return CAUSE_OK;
fail:
	m->undo.n--;
	return c;
}

enum cause strm_drop(struct model *m, struct strm *s)
{
	struct group_spec *copy = NULL;
	struct undo *u;

	if (!s->slot.slot)
		return CAUSE_OK;
	if (s->joined) {
		copy = group_copy(s->group);
		if (!copy)
			return CAUSE_NO_MEMORY;
	}
	u = undo_add(m, UNDO_DROP);
	if (!u) {
		mem_free(copy);
		return CAUSE_NO_MEMORY;
	}
	u->slot = s->slot;
	u->plan = s->plan;
	u->out = s->out;
	u->group = copy;
	s->slot = (struct slot_info){ 0 };
	s->plan = NULL;
	s->out = NULL;
	s->joined = false;
	return CAUSE_OK;
}
