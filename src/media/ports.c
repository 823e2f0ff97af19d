/* media/ports.c - ports, sockets and rooms handed out to the model; messages to workers.
 *
 * layer: media (L3)   thread: control   I/O: sockets by the packet I/O row
 * RFC 3550 11 (port pairs), RFC 3264 6.2 (the answer repeats group and port)
 *
 * The one file of the layer that implements model/ports.h. Nothing here waits for a
 * worker: a slot given back while messages that name it are under way is closed when the
 * last of them returns.
 */
#include <string.h>

#include "media/med.h"
#include "media/pick.h"
#include "util/err.h"
#include "util/mem.h"

enum { PORTS_TRIES = 64 }; /* ports in a row that others may have taken */

static uint16_t ports_place(void *arg)
{
	const struct med *m = arg;
	unsigned best = 0;

	ON_CONTROL();
	for (unsigned i = 1; i < m->nopen; i++)
		if (m->worker[i]->nslot < m->worker[best]->nslot)
			best = i;
	return (uint16_t)best;
}

static bool ports_overloaded(void *arg)
{
	const struct med *m = arg;

	ON_CONTROL();
	for (unsigned i = 0; i < m->nopen; i++)
		if (m->worker[i]->nover >= m->conf.queue)
			return true;
	return false;
}

/* --- slots --- */

static void slot_close(struct med *m, struct slot *s)
{
	const struct pktio_ops *ops = s->w->io->ops;

	ops->slot_close(s->w->io, s);
	med_fd_give(m, ops->slot_fds(s->flags));
	if (s->pool)
		portpool_give(s->pool, s->pair, work_clock(m));
	s->w->nslot--;
	mem_free(s->spec);
	med_slot_del(m, s);
}

void ports_close_all(struct med *m)
{
	for (struct med_chunk *c = m->slots.chunk; c; c = c->next) {
		struct slot *s = med_chunk_items(c);

		for (unsigned i = 0; i < MED_CHUNK; i++)
			if (s[i].w)
				slot_close(m, &s[i]);
	}
}

static void slot_try_close(struct med *m, struct slot *s)
{
	if (s->given && !s->live && !s->inflight)
		slot_close(m, s);
}

/* Open s on the next port of its pool that is not somebody else's. What only listens to
 * a group needs no port of ours. */
static int slot_open_port(struct slot *s, const struct addr *ip)
{
	int err = -H_EBUSY;

	s->tx_local = *ip;
	if (!s->pool)
		return s->w->io->ops->slot_open(s->w->io, s);
	for (unsigned i = 0; i < PORTS_TRIES && err == -H_EBUSY; i++) {
		uint64_t now = work_clock(s->w->med);

		err = portpool_take(s->pool, s->w->index, now, &s->pair);
		if (err)
			return err;
		s->tx_local.port = portpool_port(s->pool, s->pair);
		if (!(s->flags & SLOT_JOIN))
			s->local = s->tx_local;
		err = s->w->io->ops->slot_open(s->w->io, s);
		if (err == -H_EBUSY)
			portpool_busy(s->pool, s->pair, now);
		else if (err)
			portpool_give(s->pool, s->pair, now);
	}
	return err;
}

/* The address a slot sends from and its pool. A group's source may be any of ours. */
static enum cause slot_choose(struct med *m, const struct slot_req *req, struct slot *s,
			      struct addr *ip)
{
	const struct group_spec *g = s->spec;
	struct port_pool *p = pick_pool(m, req);

	if (!p)
		return CAUSE_REMOTE_UNSUPPORTED;
	if (req->flags != SLOT_JOIN)
		s->pool = p;
	*ip = p->conf.addr;
	ip->port = 0;
	if (g && g->source.family) {
		if (g->source.family != g->group.family)
			return CAUSE_REMOTE_UNSUPPORTED;
		*ip = g->source;
		ip->port = 0;
		if (med_source_add(m, &g->source))
			return CAUSE_NO_RESOURCES;
	}
	return CAUSE_OK;
}

static enum cause slot_spec(struct slot *s, const struct slot_req *req)
{
	if (!(req->flags & (SLOT_EMIT | SLOT_JOIN)))
		return CAUSE_OK;
	if (!req->group || !addr_is_multicast(&req->group->group) ||
	    !req->group->group.port)
		return CAUSE_REMOTE_UNSUPPORTED;
	s->spec = mem_alloc(sizeof(*s->spec));
	if (!s->spec)
		return CAUSE_NO_MEMORY;
	*s->spec = *req->group;
	if (s->flags & SLOT_JOIN)
		s->local = s->spec->group;
	return CAUSE_OK;
}

static enum cause slot_err_cause(int err)
{
	switch (-err) {
	case H_OK:
		return CAUSE_OK;
	case H_ENOMEM:
		return CAUSE_NO_MEMORY;
	case H_ENOTSUP:
		return CAUSE_REMOTE_UNSUPPORTED;
	default:
		return CAUSE_NO_RESOURCES; /* ports, descriptors, or the system says no */
	}
}

static enum cause slot_open(struct med *m, const struct slot_req *req, struct slot *s)
{
	const struct pktio_ops *ops = s->w->io->ops;
	struct addr ip;
	enum cause c = slot_spec(s, req);
	int err;

	if (c)
		return c;
	c = slot_choose(m, req, s, &ip);
	if (c)
		return c;
	if (!med_fd_take(m, ops->slot_fds(s->flags)))
		return CAUSE_NO_RESOURCES;
	err = slot_open_port(s, &ip);
	if (err)
		med_fd_give(m, ops->slot_fds(s->flags));
	return slot_err_cause(err);
}

static void slot_fill(const struct slot *s, struct slot_info *out)
{
	out->slot = (struct slot *)s;
	out->worker = (uint16_t)s->w->index;
	out->local = s->local;
	out->told = s->told;
	out->stats = &s->stats;
}

static enum cause ports_slot_take(void *arg, const struct slot_req *req,
				  struct slot_info *out)
{
	struct med *m = arg;
	uint16_t at = req->worker == PORTS_ANY_WORKER ? ports_place(m) : req->worker;
	struct slot *s;
	enum cause c;

	ON_CONTROL();
	assert(at < m->nopen);
	s = ports_overloaded(m) ? NULL : med_slot_new(m);
	if (!s) {
		m->refused++;
		return CAUSE_NO_RESOURCES;
	}
	s->w = m->worker[at];
	s->cookie = req->cookie;
	s->flags = req->flags;
	c = slot_open(m, req, s);
	if (c) {
		m->refused += c == CAUSE_NO_RESOURCES;
		mem_free(s->spec);
		med_slot_del(m, s);
		return c;
	}
	s->told = s->local;
	if (s->pool && !(s->flags & SLOT_JOIN) && s->pool->conf.told.family) {
		s->told = s->pool->conf.told;
		s->told.port = s->local.port;
	}
	s->w->nslot++;
	slot_fill(s, out);
	return CAUSE_OK;
}

static void ports_slot_give(void *arg, struct slot *s)
{
	ON_CONTROL();
	assert(!s->live && !s->given);
	s->given = true;
	slot_try_close(arg, s);
}

static enum cause ports_join(void *arg, struct slot *s, const struct group_spec *g)
{
	const struct med *m = arg;

	ON_CONTROL();
	return m->conf.group->join(m->conf.group_arg, s, g, med_slot_fd(s, false),
				   med_slot_fd(s, true));
}

static void ports_leave(void *arg, struct slot *s, const struct group_spec *g)
{
	const struct med *m = arg;

	ON_CONTROL();
	m->conf.group->leave(m->conf.group_arg, s, g, med_slot_fd(s, false),
			     med_slot_fd(s, true));
}

/* --- rooms --- */

static enum cause ports_room_take(void *arg, uint64_t cookie, struct med_room **room,
				  uint16_t *worker)
{
	struct med *m = arg;
	struct med_room *r;

	ON_CONTROL();
	r = med_room_new(m);
	if (!r)
		return CAUSE_NO_MEMORY;
	*worker = ports_place(m);
	r->home = m->worker[*worker];
	r->cookie = cookie;
	*room = r;
	return CAUSE_OK;
}

static void room_try_close(struct med *m, struct med_room *r)
{
	if (r->given && !r->live && !r->inflight)
		med_room_del(m, r);
}

static void ports_room_give(void *arg, struct med_room *r)
{
	ON_CONTROL();
	assert(!r->live && !r->given);
	r->given = true;
	room_try_close(arg, r);
}

/* --- messages --- */

/* What is under way to workers and what will be in force then. */
static void ports_note(const struct plan_msg *msg)
{
	for (uint32_t i = 0; i < msg->nop; i++) {
		const struct plan_op *op = &msg->op[i];
		uint64_t bit = 1ull << msg->worker;

		switch (op->kind) {
		case PLAN_LEG_SET:
		case PLAN_LEG_DEL:
			assert(op->slot->w->index == msg->worker);
			op->slot->inflight++;
			op->slot->live = op->kind == PLAN_LEG_SET;
			break;
		case PLAN_ROOM_SET:
			op->room->inflight++;
			op->room->live |= bit;
			break;
		case PLAN_ROOM_DEL:
			op->room->inflight++;
			op->room->live &= ~bit;
			break;
		}
	}
}

static void ports_push(struct med *m, struct worker *w, struct plan_msg *msg)
{
	msg->next = NULL;
	if (w->over || !ring_push(&w->in, msg)) {
		if (w->over)
			w->over_end->next = msg;
		else
			w->over = msg;
		w->over_end = msg;
		w->nover++;
		w->overflow++;
	}
	if (m->batch)
		w->kick_due = true;
	else
		work_kick(w);
}

static void ports_commit(void *arg, struct plan_msg *list)
{
	struct med *m = arg;

	ON_CONTROL();
	while (list) {
		struct plan_msg *next = list->next;

		assert(list->worker < m->nopen);
		ports_note(list);
		ports_push(m, m->worker[list->worker], list);
		list = next;
	}
}

void ports_retire(struct med *m, struct plan_msg *msg)
{
	for (uint32_t i = 0; i < msg->nop; i++) {
		struct plan_op *op = &msg->op[i];

		switch (op->kind) {
		case PLAN_LEG_SET:
		case PLAN_LEG_DEL:
			op->slot->inflight--;
			slot_try_close(m, op->slot);
			break;
		case PLAN_ROOM_SET:
		case PLAN_ROOM_DEL:
			op->room->inflight--;
			room_try_close(m, op->room);
			break;
		}
	}
}

const struct media_ops med_ops = {
	.slot_take = ports_slot_take,
	.slot_give = ports_slot_give,
	.join = ports_join,
	.leave = ports_leave,
	.room_take = ports_room_take,
	.room_give = ports_room_give,
	.commit = ports_commit,
	.overloaded = ports_overloaded,
	.place = ports_place,
};
