/* tests/unit/fake_media.c - see fake_media.h.
 *
 * layer: tests   thread: main   I/O: stderr
 */
#include "fake_media.h"

#include <stdio.h>
#include <string.h>

#include "util/mem.h"

enum { FIRST_PORT = 16384 };

static void wrong(struct fake_media *f, const char *what)
{
	fprintf(stderr, "fake media: %s\n", what);
	f->errors++;
}

static bool is_slot(const struct fake_media *f, const struct slot *s)
{
	LIST_EACH (i, &f->slots)
		if (LIST_OF(i, struct slot, in_fake) == s)
			return true;
	return false;
}

static bool is_room(const struct fake_media *f, const struct med_room *r)
{
	LIST_EACH (i, &f->rooms)
		if (LIST_OF(i, struct med_room, in_fake) == r)
			return true;
	return false;
}

static void own_addr(const struct fake_media *f, unsigned family, bool told,
		     struct addr *a)
{
	const char *v4 = told && f->nat ? "198.51.100.1" : "192.0.2.1";

	addr_parse_ip(a, str_of(family == 6 ? "2001:db8::1" : v4));
}

static struct slot *slot_new(struct fake_media *f, const struct slot_req *req)
{
	struct slot *s = mem_zalloc(sizeof(*s));

	if (!s)
		return NULL;
	s->fake = f;
	s->req = *req;
	if (req->group) {
		s->group = *req->group;
		s->req.group = &s->group;
	}
	s->info.slot = s;
	s->info.stats = &s->stats;
	s->info.worker = req->worker == PORTS_ANY_WORKER ? 0 : req->worker;
	if (s->info.worker >= f->workers)
		wrong(f, "a worker that is not there");
	list_add(&f->slots, &s->in_fake);
	return s;
}

static enum cause slot_take(void *arg, const struct slot_req *req, struct slot_info *out)
{
	struct fake_media *f = arg;
	unsigned family = req->family ? req->family : req->toward.family;
	struct slot *s;

	if (f->refuse_take != CAUSE_OK)
		return f->refuse_take;
	if (f->take_limit >= 0 && (int)fake_live(f) >= f->take_limit)
		return CAUSE_NO_RESOURCES;
	s = slot_new(f, req);
	if (!s)
		return CAUSE_NO_RESOURCES;
	own_addr(f, family, false, &s->info.local);
	own_addr(f, family, true, &s->info.told);
	s->info.local.port = s->info.told.port = f->port;
	f->port = (uint16_t)(f->port >= 65000 ? FIRST_PORT : f->port + 2);
	f->takes++;
	*out = s->info;
	return CAUSE_OK;
}

static enum cause near_take(void *arg, const struct slot_req *req, struct slot_info *out)
{
	struct fake_media *f = arg;
	struct slot *s;

	if (f->no_near)
		return CAUSE_OK;
	s = slot_new(f, req);
	if (!s)
		return CAUSE_NO_RESOURCES;
	s->near = true;
	f->takes++;
	*out = s->info;
	return CAUSE_OK;
}

static void slot_give(void *arg, struct slot *s)
{
	struct fake_media *f = arg;

	if (!is_slot(f, s)) {
		wrong(f, "a slot given back twice");
		return;
	}
	if (s->plan)
		wrong(f, "a slot given back with a plan in force");
	if (s->joined)
		wrong(f, "a slot given back that is a member of its group");
	list_del(&s->in_fake);
	mem_free(s);
	f->gives++;
}

static enum cause join(void *arg, struct slot *s, const struct group_spec *g)
{
	struct fake_media *f = arg;

	if (f->refuse_join != CAUSE_OK)
		return f->refuse_join;
	if (!is_slot(f, s) || !(s->req.flags & SLOT_JOIN) || s->joined ||
	    !addr_eq(&s->group.group, &g->group))
		wrong(f, "a join that can't be");
	else
		s->joined++;
	f->joins++;
	return CAUSE_OK;
}

static void leave(void *arg, struct slot *s, const struct group_spec *g)
{
	struct fake_media *f = arg;

	if (!is_slot(f, s) || !s->joined || !addr_eq(&s->group.group, &g->group))
		wrong(f, "a group left that was not joined");
	else
		s->joined--;
	f->leaves++;
}

static enum cause room_take(void *arg, uint64_t cookie, struct med_room **room,
			    uint16_t *worker)
{
	struct fake_media *f = arg;
	struct med_room *r;

	if (f->refuse_room != CAUSE_OK)
		return f->refuse_room;
	r = mem_zalloc(sizeof(*r));
	if (!r)
		return CAUSE_NO_RESOURCES;
	r->cookie = cookie;
	r->worker = (uint16_t)(f->next_worker++ % f->workers);
	list_add(&f->rooms, &r->in_fake);
	*room = r;
	*worker = r->worker;
	return CAUSE_OK;
}

static void room_give(void *arg, struct med_room *r)
{
	struct fake_media *f = arg;

	if (!is_room(f, r)) {
		wrong(f, "a room given back twice");
		return;
	}
	for (int i = 0; i < 4; i++)
		if (r->plan[i])
			wrong(f, "a room given back with a plan in force");
	list_del(&r->in_fake);
	mem_free(r);
}

static void swap_leg(struct fake_media *f, const struct plan_msg *msg, struct plan_op *op)
{
	struct plan_leg *was;

	if (!is_slot(f, op->slot)) {
		wrong(f, "a plan for a slot that was given back");
		return;
	}
	if (op->slot->info.worker != msg->worker)
		wrong(f, "a plan for another worker's slot");
	was = (struct plan_leg *)(uintptr_t)op->slot->plan;
	if (op->kind == PLAN_LEG_DEL && !was)
		wrong(f, "a leg stopped that did not run");
	if (op->kind == PLAN_LEG_SET && !op->leg)
		wrong(f, "a plan that is none");
	op->slot->plan = op->kind == PLAN_LEG_SET ? op->leg : NULL;
	op->leg = was;
}

static void swap_room(struct fake_media *f, const struct plan_msg *msg,
		      struct plan_op *op)
{
	struct plan_room *was;

	if (!is_room(f, op->room)) {
		wrong(f, "a plan for a room that was given back");
		return;
	}
	was = op->room->plan[msg->worker];
	op->room->plan[msg->worker] = op->kind == PLAN_ROOM_SET ? op->rplan : NULL;
	op->rplan = was;
}

static void check_far(struct fake_media *f, const struct slot *s)
{
	const struct plan_leg *p = s->plan;

	for (uint32_t i = 0; p && i < p->nfar; i++) {
		const struct plan_far *far = &plan_far(p)[i];

		if (!is_slot(f, far->slot) || !far->slot->plan)
			wrong(f, "a leg relays far to a slot that does not run");
		else if (far->worker == s->info.worker)
			wrong(f, "a leg on the same worker is called far");
		else if (far->worker != far->slot->info.worker ||
			 far->cookie != far->slot->plan->cookie)
			wrong(f, "a far leg goes by another's name");
	}
	if (p && p->rtcp_peer && p->rtcp_peer->info.worker != s->info.worker)
		wrong(f, "RTCP is translated between workers");
}

/* Every slot a plan in force names must be there, and on the worker it is said to be. */
static void check_leg(struct fake_media *f, const struct slot *s)
{
	const struct plan_leg *p = s->plan;

	check_far(f, s);
	for (uint32_t i = 0; p && i < p->nrelay; i++) {
		if (!is_slot(f, p->relay[i]) || !p->relay[i]->plan)
			wrong(f, "a leg relays to a slot that does not run");
		else if (p->relay[i]->info.worker != s->info.worker)
			wrong(f, "a leg relays to another worker");
	}
	if (p && p->rtcp_peer && !is_slot(f, p->rtcp_peer))
		wrong(f, "RTCP goes to a slot that does not run");
	if (p && p->room && !is_room(f, p->room))
		wrong(f, "a leg speaks into a room that is gone");
}

static void check_room(struct fake_media *f, const struct med_room *r)
{
	for (unsigned w = 0; w < 4; w++)
		for (uint32_t i = 0; r->plan[w] && i < r->plan[w]->nchunk; i++) {
			const struct plan_chunk *c = r->plan[w]->chunk[i];

			if (!c->n || c->n > PLAN_CHUNK)
				wrong(f, "a chunk of no or too many outputs");
			for (uint32_t k = 0; k < c->n; k++)
				if (!is_slot(f, c->out[k]) || !c->out[k]->plan ||
				    c->out[k]->info.worker != w)
					wrong(f,
					      "a room sends to a slot that does not run");
		}
}

static void commit(void *arg, struct plan_msg *list)
{
	struct fake_media *f = arg;
	struct plan_msg *last = list;

	f->commits++;
	f->last_sets = f->last_dels = f->last_rooms = 0;
	for (struct plan_msg *m = list; m; last = m, m = m->next) {
		for (uint32_t i = 0; i < m->nop; i++) {
			struct plan_op *op = &m->op[i];

			f->last_sets += op->kind == PLAN_LEG_SET;
			f->last_dels += op->kind == PLAN_LEG_DEL;
			f->last_rooms += op->room != NULL;
			if (op->room)
				swap_room(f, m, op);
			else
				swap_leg(f, m, op);
		}
		f->ops += m->nop;
	}
	if (fake_live(f) < 500) {
		LIST_EACH (i, &f->slots)
			check_leg(f, LIST_OF(i, struct slot, in_fake));
		LIST_EACH (i, &f->rooms)
			check_room(f, LIST_OF(i, struct med_room, in_fake));
	}
	last->next = f->held;
	f->held = list;
	if (!f->hold)
		fake_retire(f);
}

static bool overloaded(void *arg)
{
	return ((struct fake_media *)arg)->overload;
}

static uint16_t place(void *arg)
{
	struct fake_media *f = arg;

	return (uint16_t)(f->next_worker++ % f->workers);
}

const struct media_ops fake_ops = {
	.slot_take = slot_take, .slot_give = slot_give, .near_take = near_take,
	.join = join, .leave = leave, .room_take = room_take, .room_give = room_give,
	.commit = commit, .overloaded = overloaded, .place = place,
};

void fake_init(struct fake_media *f)
{
	*f = (struct fake_media){ .port = FIRST_PORT, .workers = 1, .take_limit = -1 };
	list_init(&f->slots);
	list_init(&f->rooms);
}

void fake_retire(struct fake_media *f)
{
	struct plan_msg *list = f->held;

	f->held = NULL;
	if (list)
		model_retired(f->model, list);
}

void fake_forget(struct fake_media *f)
{
	while (!list_empty(&f->slots)) {
		struct slot *s = LIST_OF(f->slots.next, struct slot, in_fake);

		list_del(&s->in_fake);
		mem_free(s);
	}
	while (!list_empty(&f->rooms)) {
		struct med_room *r = LIST_OF(f->rooms.next, struct med_room, in_fake);

		list_del(&r->in_fake);
		mem_free(r);
	}
}

void fake_fini(struct fake_media *f)
{
	while (!list_empty(&f->slots)) {
		struct slot *s = LIST_OF(f->slots.next, struct slot, in_fake);

		wrong(f, "a slot was never given back");
		list_del(&s->in_fake);
		mem_free(s);
	}
	while (!list_empty(&f->rooms)) {
		struct med_room *r = LIST_OF(f->rooms.next, struct med_room, in_fake);

		wrong(f, "a room was never given back");
		list_del(&r->in_fake);
		mem_free(r);
	}
}

unsigned fake_live(const struct fake_media *f)
{
	return f->takes - f->gives;
}

struct slot *fake_port(const struct fake_media *f, uint16_t port)
{
	LIST_EACH (i, &f->slots)
		if (LIST_OF(i, struct slot, in_fake)->info.told.port == port)
			return LIST_OF(i, struct slot, in_fake);
	return NULL;
}

struct slot *fake_slot(const struct term *t, unsigned stream)
{
	return stream <= t->nstrm ? t->strm[stream - 1].slot.slot : NULL;
}

bool fake_in_room(const struct med_room *r, const struct slot *s)
{
	const struct plan_room *p = r->plan[s->info.worker];

	for (uint32_t i = 0; p && i < p->nchunk; i++)
		for (uint32_t k = 0; k < p->chunk[i]->n; k++)
			if (p->chunk[i]->out[k] == s)
				return true;
	return false;
}

bool fake_relays(const struct slot *from, const struct slot *to)
{
	const struct plan_leg *p = from->plan;

	if (!p || !to->plan)
		return false;
	if (from == to)
		return p->flags & PLAN_LOOP;
	if (!(p->flags & PLAN_RECV) || !(to->plan->flags & PLAN_SEND))
		return false;
	for (uint32_t i = 0; i < p->nrelay; i++)
		if (p->relay[i] == to)
			return true;
	for (uint32_t i = 0; i < p->nfar; i++)
		if (plan_far(p)[i].slot == to)
			return true;
	return p->room && fake_in_room(p->room, to) &&
	       p->room_port != to->plan->room_port;
}

struct med_room *fake_room(const struct fake_media *f, unsigned n)
{
	LIST_EACH (i, &f->rooms)
		if (!n--)
			return LIST_OF(i, struct med_room, in_fake);
	return NULL;
}

void fake_event(struct fake_media *f, enum med_event_kind kind, const struct term *t,
		const struct med_room *room, uint64_t at)
{
	uint64_t leg = fake_slot(t, 1)->plan->cookie;
	struct med_event ev = { .kind = kind, .cookie = room ? room->cookie : leg,
				.other = room ? leg : 0, .at = at };

	model_event(f->model, &ev);
}
