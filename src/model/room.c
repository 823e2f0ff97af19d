/* model/room.c - rooms: found, counted, asked; who talks in them.
 *
 * layer: model (L2)   thread: control   I/O: none
 */
#include "model/impl.h"

#include "util/mem.h"

struct room *room_new(struct model *m)
{
	struct room *r = mem_zalloc(sizeof(*r));

	if (!r)
		return NULL;
	r->m = m;
	r->id = m->next_room++;
	r->worker = PORTS_ANY_WORKER;
	list_init(&r->in_model);
	list_init(&r->in_dirty);
	list_init(&r->ports);
	list_init(&r->waiters);
	list_init(&r->fans);
	return r;
}

static void keys_free(struct room *r)
{
	for (unsigned i = 0; r->keys && i < r->spec->ngroup; i++)
		map_del(&r->m->groups, &r->keys[i].node);
	mem_free(r->keys);
	r->keys = NULL;
}

/* No zone any more: its name and groups are free again. */
void room_unlist(struct room *r)
{
	if (list_empty(&r->in_model))
		return;
	map_del(&r->m->zones, &r->by_name);
	list_del(&r->in_model);
	r->m->totals.rooms--;
	keys_free(r);
}

void room_free(struct room *r)
{
	struct term *t = r->talker ? term_by_id(r->m, r->talker) : NULL;

	if (t)
		room_forget(r->m, t);
	while (!list_empty(&r->waiters))
		room_forget(r->m, LIST_OF(r->waiters.next, struct term, in_wait));
	keys_free(r);
	fans_free(r);
	room_legs_free(r->legs, r->nleg);
	room_unlist(r);
	list_del(&r->in_dirty);
	mem_free(r->spec);
	mem_free(r->listener);
	mem_free(r->formats);
	mem_free(r);
}

void room_drop(struct room *r, const struct endp *e)
{
	if (r->endp == e)
		r->endp = NULL;
	if (!--r->nendp)
		room_free(r);
}

void room_free_if_gone(struct model *m, struct room *r)
{
	(void)m;
	if (r->gone && !r->nports)
		room_free(r);
}

void room_count(struct room *r, int by, struct list *after)
{
	r->nports = (uint32_t)((int)r->nports + by);
	if (r->endp)
		endp_refresh(r->endp, after);
}

void room_forget(struct model *m, struct term *t)
{
	struct room *r = t->floor;

	(void)m;
	if (!r)
		return;
	if (r->talker == t->id)
		r->talker = 0;
	if (t->waiting)
		r->nwaiting--;
	list_del(&t->in_wait);
	t->waiting = false;
	t->floor = NULL;
}

struct room *room_find(struct model *m, struct span name)
{
	uint64_t h = str_ihash(name, m->zones.seed);

	for (struct map_node *i = map_first(&m->zones, h); i; i = map_next(i)) {
		struct room *r = MAP_OF(i, struct room, by_name);

		if (str_ieqz(name, r->spec->name))
			return r;
	}
	return NULL;
}

struct room *room_next(struct model *m, struct room *after)
{
	struct list *next = after ? after->in_model.next : m->rooms.next;

	return next == &m->rooms ? NULL : LIST_OF(next, struct room, in_model);
}

bool room_admits(const struct room *r, const struct owner *o)
{
	return owner_listed(o, r->spec->admit);
}

void room_get_spec(const struct room *r, struct room_spec *out)
{
	*out = *r->spec;
}

void room_get_state(const struct room *r, struct room_state *out)
{
	*out = (struct room_state){
		.ports = r->nports,
		.waiting = r->nwaiting,
		.talker = r->talker,
		.since = r->talker ? r->since : 0,
		.pages = r->pages,
		.outputs = room_outputs(r),
	};
}

const struct strm_stats *room_output(const struct room *r, uint32_t i, struct addr *to,
				     struct slot_info *slot)
{
	if (i >= r->nleg)
		return NULL;
	if (to)
		*to = r->legs[i].to;
	if (slot)
		*slot = r->legs[i].slot;
	return r->legs[i].slot.stats;
}

static struct room *room_by_cookie(struct model *m, uint64_t cookie)
{
	LIST_EACH (i, &m->rooms) {
		struct room *r = LIST_OF(i, struct room, in_model);

		if (room_cookie(r) == cookie)
			return r;
	}
	return NULL;
}

static void wait_add(struct room *r, struct term *t)
{
	if (t->floor)
		return;
	t->floor = r;
	t->waiting = true;
	list_add(&r->waiters, &t->in_wait);
	r->nwaiting++;
}

/* A try that got nowhere is over when nothing came for so long (as media counts tries).
 */
static const uint64_t try_ns = UINT64_C(1000000000);

static bool gave_up(const struct term *t, uint64_t now)
{
	const struct strm_stats *s = t->strm->slot.stats;
	uint64_t last = s ? stats_get64(&s->rx_last) : 0;

	return last && now > last && now - last > try_ns;
}

static void forget_idle(struct room *r, uint64_t now)
{
	LIST_EACH_SAFE (i, &r->waiters) {
		struct term *t = LIST_OF(i, struct term, in_wait);

		if (gave_up(t, now))
			room_forget(r->m, t);
	}
}

static void floor_free(struct room *r)
{
	struct term *t = r->talker ? term_by_id(r->m, r->talker) : NULL;

	if (t && t->floor == r)
		room_forget(r->m, t);
	r->talker = 0;
}

/* DESIGN: the first accepted packet takes the floor; later callers wait and their agents
 * learn it by the event. */
void room_event(struct model *m, const struct med_event *ev)
{
	struct room *r = room_by_cookie(m, ev->cookie);
	struct term *t = term_by_id(m, ev->other >> COOKIE_SHIFT);

	if (!r)
		return;
	forget_idle(r, ev->at);
	if (ev->kind == MED_FLOOR_WAIT && t) {
		wait_add(r, t);
		m->totals.floor_waits++;
	}
	if (ev->kind == MED_FLOOR_FREE && r->talker == ev->other >> COOKIE_SHIFT)
		floor_free(r);
	if (ev->kind == MED_FLOOR_TAKEN) {
		floor_free(r);
		r->pages++;
		r->since = ev->at;
		if (t) {
			room_forget(m, t);
			r->talker = t->id;
			t->floor = r;
		}
	}
	if (t)
		tell_event(m, t->ctx->owner, t, ev);
}
