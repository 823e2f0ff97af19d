/* model/model.c - the model as a whole: life, events from media, timers, totals.
 *
 * layer: model (L2)   thread: control   I/O: none
 */
#include "model/impl.h"

#include "util/log.h"
#include "util/mem.h"
#include "util/rnd.h"

enum { SHUTDOWN_BATCH = 256 };

static void init(struct model *m)
{
	struct list *lists[] = { &m->owners, &m->ctxs, &m->rooms, &m->dirty,
				 &m->dirty_fans, &m->dirty_rooms, &m->ending,
				 &m->ended_rooms };
	struct map *maps[] = { &m->terms, &m->ctx_ids, &m->zones, &m->groups, &m->sets };

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		list_init(lists[i]);
	for (size_t i = 0; i < sizeof(maps) / sizeof(*maps); i++)
		map_init(maps[i]);
	tmr_heap_init(&m->timers);
	/* Names must not meet those of the calls before a restart (3435 2.1.3.2). */
	m->next_term = 1 + rnd_u64() % (TERM_ID_MAX / 2);
	m->next_room = 1;
}

struct model *model_new(const struct media_ops *media, void *media_arg)
{
	struct model *m = mem_zalloc(sizeof(*m));

	if (!m)
		return NULL;
	init(m);
	m->media = media;
	m->media_arg = media_arg;
	m->isl = mem_zalloc(sizeof(*m->isl));
	m->scratch = mem_zalloc(plan_leg_size(0, ISLAND_MAX));
	if (!m->isl || !m->scratch) {
		model_free(m);
		return NULL;
	}
	return m;
}

static bool shut_owner(struct owner *o, uint64_t now)
{
	unsigned n = 0;
	enum cause c = CAUSE_OK;

	while (!list_empty(&o->terms) && n++ < SHUTDOWN_BATCH && c == CAUSE_OK) {
		struct term *t = LIST_OF(o->terms.next, struct term, in_owner);

		t->why = t->why ? t->why : "shutdown";
		c = term_subtract(t);
	}
	if (c == CAUSE_OK)
		c = model_commit(o->m, now);
	else
		model_rollback(o->m);
	return c == CAUSE_OK;
}

void model_shutdown(struct model *m, uint64_t now)
{
	model_rollback(m);
	LIST_EACH (i, &m->owners) {
		struct owner *o = LIST_OF(i, struct owner, in_model);

		while (!list_empty(&o->terms))
			if (!shut_owner(o, now))
				break;
	}
	LIST_EACH_SAFE (i, &m->rooms)
		room_del(LIST_OF(i, struct room, in_model), true);
}

/* What a shutdown could not end; media is gone, so plans in force are nobody's. */
static void drop_ctx(struct model *m, struct ctx *c)
{
	while (!list_empty(&c->terms)) {
		struct term *t = LIST_OF(c->terms.next, struct term, in_ctx);

		for (unsigned i = 0; i < t->nstrm; i++)
			mem_free((void *)(uintptr_t)t->strm[i].plan);
		room_forget(m, t);
		term_unlink(m, t, NULL);
		term_free(m, t);
	}
	ctx_free(m, c);
}

static void drop_room(struct room *r)
{
	for (uint32_t i = 0; i < r->nleg; i++)
		mem_free((void *)(uintptr_t)r->legs[i].plan);
	room_free(r);
}

void model_free(struct model *m)
{
	if (!m)
		return;
	model_rollback(m);
	while (!list_empty(&m->ctxs))
		drop_ctx(m, LIST_OF(m->ctxs.next, struct ctx, in_all));
	while (!list_empty(&m->rooms))
		drop_room(LIST_OF(m->rooms.next, struct room, in_model));
	while (!list_empty(&m->owners))
		owner_free(LIST_OF(m->owners.next, struct owner, in_model));
	tmr_heap_fini(&m->timers);
	map_fini(&m->terms);
	map_fini(&m->ctx_ids);
	map_fini(&m->zones);
	map_fini(&m->groups);
	map_fini(&m->sets);
	vec_fini(&m->undo);
	vec_fini(&m->change);
	vec_fini(&m->fan_log);
	vec_fini(&m->member);
	mem_free(m->isl);
	mem_free(m->scratch);
	mem_free(m);
}

enum cause term_halt(struct term *t, const char *why)
{
	struct model *m = ctx_model(t->ctx);
	enum cause c;

	if (t->halted)
		return CAUSE_OK;
	t->halted = true;
	t->why = why;
	ctx_dirty(t->ctx);
	c = model_commit(m, 0);
	if (c != CAUSE_OK) {
		t->halted = false;
		t->why = NULL;
		return c;
	}
	log_info(LOGC_MODEL, "%s %s: media stopped, %s", t->endp ? t->endp->name : "ctx",
		 t->name, why);
	tell_release(m, t, why);
	return CAUSE_OK;
}

static struct term *first_running(const struct endp *e)
{
	LIST_EACH (i, &e->conns)
		if (!LIST_OF(i, struct term, in_endp)->halted)
			return LIST_OF(i, struct term, in_endp);
	return NULL;
}

void endp_halt(struct endp *e, const char *why)
{
	struct term *t;

	e->nconn++; /* engines may subtract in the callback: e stays till we are through
		     */
	while ((t = first_running(e)))
		if (term_halt(t, why) != CAUSE_OK)
			break;
	e->nconn--;
}

static void silent(struct model *m, struct term *t)
{
	struct owner *o = t->ctx->owner;

	m->totals.silent++;
	if (o->spec.silent_action == IDLE_REPORT)
		tell_report(m, o, t, "silent");
	else if (o->spec.silent_action == IDLE_RELEASE)
		term_halt(t, "silent");
}

void model_event(struct model *m, const struct med_event *ev)
{
	struct term *t;

	if (ev->cookie & COOKIE_ROOM) {
		room_event(m, ev);
		return;
	}
	t = term_by_id(m, ev->cookie >> COOKIE_SHIFT);
	if (!t)
		return; /* it ended meanwhile */
	tell_event(m, t->ctx->owner, t, ev);
	if (ev->kind == MED_SILENT)
		silent(m, t);
}

void model_timeout(struct model *m, uint64_t now)
{
	tmr_run(&m->timers, now);
}

uint64_t model_next_timeout(const struct model *m)
{
	return tmr_next(&m->timers);
}

void model_get_totals(const struct model *m, struct model_totals *out)
{
	*out = m->totals;
	out->streams = 0;
	LIST_EACH (i, &m->ctxs)
		LIST_EACH (k, &LIST_OF(i, struct ctx, in_all)->terms) {
			const struct term *t = LIST_OF(k, struct term, in_ctx);

			for (unsigned s = 0; s < t->nstrm; s++)
				out->streams += t->strm[s].slot.slot ? 1 : 0;
		}
}
