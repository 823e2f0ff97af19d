/* model/fan.c - a zone's outputs, as chunks that plans share.
 *
 * layer: model (L2)   thread: control   I/O: none
 *
 * Each worker has its own list of a room's outputs. A change touches one or two chunks of
 * PLAN_CHUNK slots; the next plan copies these and points to the rest of the old one.
 * Chunks that a plan leaves behind are freed with the plan that pointed to them last,
 * which is when the worker gives it back. Ahead of both stands a header that only control
 * reads.
 */
#include "model/impl.h"

#include <stddef.h>
#include <string.h>

#include "util/mem.h"

struct chunk {
	struct chunk *next_dead;
	struct plan_chunk pub;
};

struct room_plan {
	struct chunk *dead; /* owned */
	struct plan_room pub;
};

static struct chunk *chunk_of(struct plan_chunk *c)
{
	return (struct chunk *)(void *)((char *)c - offsetof(struct chunk, pub));
}

static struct room_plan *plan_of(struct plan_room *p)
{
	return (struct room_plan *)(void *)((char *)p - offsetof(struct room_plan, pub));
}

void plan_room_free(struct plan_room *p)
{
	struct chunk *c = p ? plan_of(p)->dead : NULL;

	while (c) {
		struct chunk *next = c->next_dead;

		mem_free(c);
		c = next;
	}
	if (p)
		mem_free(plan_of(p));
}

/* What `old` has and `next` (NULL: nothing) has not dies with `old`. */
static void leave_dead(struct plan_room *old, const struct plan_room *next)
{
	for (uint32_t i = 0; i < old->nchunk; i++) {
		struct chunk *c = chunk_of(old->chunk[i]);

		if (next && i < next->nchunk && next->chunk[i] == old->chunk[i])
			continue;
		c->next_dead = plan_of(old)->dead;
		plan_of(old)->dead = c;
	}
}

struct fan *fan_get(struct room *r, uint16_t worker)
{
	struct fan *f;

	LIST_EACH (i, &r->fans)
		if (LIST_OF(i, struct fan, in_room)->worker == worker)
			return LIST_OF(i, struct fan, in_room);
	f = mem_zalloc(sizeof(*f));
	if (!f)
		return NULL;
	f->room = r;
	f->worker = worker;
	list_init(&f->in_dirty);
	list_add(&r->fans, &f->in_room);
	return f;
}

void fan_touch(struct model *m, struct fan *f)
{
	if (list_empty(&f->in_dirty))
		list_add(&m->dirty_fans, &f->in_dirty);
}

static bool make_room(struct fan *f)
{
	uint32_t cap = f->cap ? f->cap * 2 : PLAN_CHUNK;
	struct fan_out **v;
	uint32_t *dirty;

	if (f->n < f->cap)
		return true;
	v = mem_realloc(f->v, cap * sizeof(*v));
	if (!v)
		return false;
	f->v = v;
	dirty = mem_realloc(f->dirty, cap / PLAN_CHUNK * sizeof(*dirty));
	if (!dirty)
		return false;
	f->dirty = dirty;
	memset(dirty + f->cap / PLAN_CHUNK, 0,
	       (cap - f->cap) / PLAN_CHUNK * sizeof(*dirty));
	f->cap = cap;
	return true;
}

static void put(struct model *m, struct fan *f, uint32_t pos, struct fan_out *out)
{
	f->v[pos] = out;
	f->dirty[pos / PLAN_CHUNK] = m->epoch;
	out->pos = pos;
}

enum cause fan_join(struct model *m, struct room *r, uint16_t worker, struct slot *slot,
		    struct fan_out **where)
{
	struct fan *f = fan_get(r, worker);
	struct fan_out *out = f && make_room(f) ? mem_zalloc(sizeof(*out)) : NULL;
	struct fan_log *log = out ? vec_add(&m->fan_log, sizeof(*log)) : NULL;

	if (!log) {
		mem_free(out);
		return CAUSE_NO_MEMORY;
	}
	out->fan = f;
	out->slot = slot;
	*log = (struct fan_log){ f, out, where, true, f->n };
	put(m, f, f->n++, out);
	fan_touch(m, f);
	*where = out;
	return CAUSE_OK;
}

enum cause fan_part(struct model *m, struct fan_out **where)
{
	struct fan_log *log = vec_add(&m->fan_log, sizeof(*log));
	struct fan_out *out = *where;
	struct fan *f = out->fan;

	if (!log)
		return CAUSE_NO_MEMORY;
	*log = (struct fan_log){ f, out, where, false, out->pos };
	f->dirty[--f->n / PLAN_CHUNK] = m->epoch;
	if (out->pos < f->n)
		put(m, f, out->pos, f->v[f->n]);
	fan_touch(m, f);
	*where = NULL;
	return CAUSE_OK;
}

static void undo_log(struct model *m, const struct fan_log *l)
{
	struct fan *f = l->fan;

	if (l->add) {
		f->n--;
		*l->where = NULL;
		mem_free(l->out);
		return;
	}
	if (l->pos < f->n)
		put(m, f, f->n, f->v[l->pos]);
	f->n++;
	put(m, f, l->pos, l->out);
	*l->where = l->out;
}

static struct plan_chunk *chunk_new(const struct fan *f, uint32_t i)
{
	struct chunk *c = mem_zalloc(sizeof(*c));
	uint32_t from = i * PLAN_CHUNK;

	if (!c)
		return NULL;
	while (c->pub.n < PLAN_CHUNK && from + c->pub.n < f->n) {
		c->pub.out[c->pub.n] = f->v[from + c->pub.n]->slot;
		c->pub.n++;
	}
	return &c->pub;
}

static bool is_home(const struct fan *f)
{
	return f->worker == f->room->worker;
}

static uint64_t others(const struct room *r)
{
	uint64_t mask = 0;

	LIST_EACH (i, &r->fans) {
		const struct fan *f = LIST_OF(i, struct fan, in_room);

		if (f->n && !is_home(f))
			mask |= UINT64_C(1) << f->worker;
	}
	return mask;
}

static enum cause compile_fan(struct model *m, struct fan *f)
{
	const struct plan_room *old = f->plan;
	uint32_t nchunk = (f->n + PLAN_CHUNK - 1) / PLAN_CHUNK;
	struct room_plan *p =
		mem_zalloc(sizeof(*p) + nchunk * sizeof(struct plan_chunk *));

	if (!p)
		return CAUSE_NO_MEMORY;
	p->pub.cookie = room_cookie(f->room);
	p->pub.policy = (uint8_t)f->room->spec->policy;
	p->pub.floor_idle = TMR_MS(f->room->spec->floor_idle_ms);
	p->pub.others = is_home(f) ? others(f->room) : 0;
	f->next = &p->pub;
	for (uint32_t i = 0; i < nchunk; i++) {
		bool same = old && i < old->nchunk && f->dirty[i] != m->epoch;

		p->pub.chunk[i] = same ? old->chunk[i] : chunk_new(f, i);
		if (!p->pub.chunk[i])
			return CAUSE_NO_MEMORY;
		p->pub.nchunk = i + 1;
	}
	return CAUSE_OK;
}

/* A worker that begins or ends to have outputs is the home worker's business too. */
static enum cause touch_homes(struct model *m)
{
	LIST_EACH (i, &m->dirty_fans) {
		struct room *r = LIST_OF(i, struct fan, in_dirty)->room;
		struct fan *home = fan_get(r, r->worker);

		if (!home)
			return CAUSE_NO_MEMORY;
		if (!home->plan || home->plan->others != others(r))
			fan_touch(m, home);
	}
	return CAUSE_OK;
}

enum cause fan_compile(struct model *m)
{
	enum cause c = touch_homes(m);

	LIST_EACH (i, &m->dirty_fans)
		if (c == CAUSE_OK)
			c = compile_fan(m, LIST_OF(i, struct fan, in_dirty));
	return c;
}

static void discard(struct fan *f)
{
	if (!f->next)
		return;
	for (uint32_t i = 0; i < f->next->nchunk; i++)
		if (!f->plan || i >= f->plan->nchunk ||
		    f->plan->chunk[i] != f->next->chunk[i])
			mem_free(chunk_of(f->next->chunk[i]));
	mem_free(plan_of(f->next));
	f->next = NULL;
}

void fan_undo(struct model *m)
{
	struct fan_log *v = m->fan_log.p;

	while (!list_empty(&m->dirty_fans)) {
		struct fan *f = LIST_OF(m->dirty_fans.next, struct fan, in_dirty);

		discard(f);
		list_del(&f->in_dirty);
	}
	while (m->fan_log.n)
		undo_log(m, &v[--m->fan_log.n]);
}

/* After this the old plans are the workers' to give back. */
void fan_apply(struct model *m)
{
	const struct fan_log *v = m->fan_log.p;

	while (!list_empty(&m->dirty_fans)) {
		struct fan *f = LIST_OF(m->dirty_fans.next, struct fan, in_dirty);

		if (f->plan)
			leave_dead(f->plan, f->next);
		f->plan = f->next;
		f->next = NULL;
		list_del(&f->in_dirty);
	}
	for (uint32_t i = 0; i < m->fan_log.n; i++)
		if (!v[i].add)
			mem_free(v[i].out);
	m->fan_log.n = 0;
}

/* The room goes: all of each plan dies when it comes back. */
void fan_end(struct fan *f)
{
	if (f->plan)
		leave_dead(f->plan, NULL);
	f->plan = NULL;
}

void fans_free(struct room *r)
{
	while (!list_empty(&r->fans)) {
		struct fan *f = LIST_OF(r->fans.next, struct fan, in_room);

		for (uint32_t i = 0; i < f->n; i++)
			mem_free(f->v[i]);
		if (f->plan) { /* never given back: media is gone */
			leave_dead(f->plan, NULL);
			plan_room_free(f->plan);
		}
		list_del(&f->in_room);
		mem_free(f->v);
		mem_free(f->dirty);
		mem_free(f);
	}
}

uint32_t room_outputs(const struct room *r)
{
	uint32_t n = 0;

	LIST_EACH (i, &r->fans)
		n += LIST_OF(i, struct fan, in_room)->n;
	return n;
}
