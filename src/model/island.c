/* model/island.c - all legs that can hear each other, from one context on.
 *
 * layer: model (L2)   thread: control   I/O: none
 *
 * Contexts are joined by internal links (Z2) and by conferences. An island is walked by
 * marking what was seen, and has at most ISLAND_MAX contexts and legs, so a command's
 * work has a bound. A zone is no bridge between islands: its legs meet in the room's own
 * plan.
 */
#include "model/impl.h"

#include <string.h>

static bool is_conf(const struct room *r)
{
	return r && !r->med;
}

static bool add_ctx(struct island *is, struct ctx *c, uint32_t mark)
{
	if (c->mark == mark)
		return true;
	if (is->nctx == ISLAND_MAX)
		return false;
	c->mark = mark;
	is->ctx[is->nctx++] = c;
	return true;
}

static bool add_neighbours(struct island *is, const struct term *t, uint32_t mark)
{
	bool ok = true;

	if (t->link && !t->link->leaving)
		ok = add_ctx(is, t->link->ctx, mark);
	if (t->kind != TERM_PORT || !is_conf(t->room))
		return ok;
	LIST_EACH (i, &t->room->ports)
		ok = ok && add_ctx(is, LIST_OF(i, struct term, in_room)->ctx, mark);
	return ok;
}

enum cause island_walk(struct model *m, struct ctx *c)
{
	struct island *is = m->isl;
	uint32_t mark = ++m->mark;

	is->n = is->nctx = 0;
	add_ctx(is, c, mark);
	for (uint32_t i = 0; i < is->nctx; i++)
		LIST_EACH (at, &is->ctx[i]->terms)
			if (!add_neighbours(is, LIST_OF(at, struct term, in_ctx), mark))
				return CAUSE_CTX_FULL;
	return CAUSE_OK;
}

static enum cause add_legs(struct island *is)
{
	for (uint32_t i = 0; i < is->nctx; i++) {
		LIST_EACH (at, &is->ctx[i]->terms) {
			struct term *t = LIST_OF(at, struct term, in_ctx);

			for (unsigned k = 0; k < t->nstrm; k++) {
				struct strm *s = &t->strm[k];

				s->leg = NULL;
				if (!s->slot.slot)
					continue;
				if (is->n == ISLAND_MAX)
					return CAUSE_CTX_FULL;
				s->leg = &is->leg[is->n++];
				*s->leg = (struct leg){ .term = t, .strm = s };
			}
		}
	}
	return CAUSE_OK;
}

/* Where a walk through the island stands. */
struct walk {
	struct model *m;
	struct leg *from;    /* the talker; NULL: a zone talks */
	struct term *port;   /* the zone's port, when it talks */
	uint16_t stream;
	bool from_room;      /* split horizon: into no other room */
};

static void reach_ctx(struct walk *w, struct term *entry);

static void reach_leg(struct walk *w, struct leg *to)
{
	uint64_t bit, *word;

	if (w->port) {
		to->nsrc++;
		to->out_room = w->port->room;
		to->out_port = w->port->id;
		return;
	}
	if (to == w->from) {
		to->loop = true;
		return;
	}
	word = &w->from->to[(to - w->m->isl->leg) / 64];
	bit = UINT64_C(1) << (to - w->m->isl->leg) % 64;
	to->nsrc++;
	to->twice |= (*word & bit) != 0;
	*word |= bit;
}

static void reach_room(struct walk *w, struct term *port)
{
	bool before = w->from_room;

	if (w->from_room)
		return;
	if (!is_conf(port->room)) {
		if (!port->room->gone && !w->from->room) {
			w->from->room = port->room;
			w->from->room_port = port->id;
		}
		return;
	}
	w->from_room = true;
	LIST_EACH (i, &port->room->ports) {
		struct term *t = LIST_OF(i, struct term, in_room);

		if (t != port)
			reach_ctx(w, t);
	}
	w->from_room = before;
}

/* What comes into a context by `entry`. A context is entered once by a talker. */
static void reach_ctx(struct walk *w, struct term *entry)
{
	struct ctx *c = entry->ctx;

	if (c->seen == w->m->mark)
		return;
	c->seen = w->m->mark;
	LIST_EACH (i, &c->terms) {
		struct term *t = LIST_OF(i, struct term, in_ctx);

		if (!ctx_hears(entry, t, w->stream))
			continue;
		if (t->kind == TERM_PORT)
			reach_room(w, t);
		else if (t->kind == TERM_LINK && t->link && !t->link->leaving &&
			 t != entry)
			reach_ctx(w, t->link);
		else if (w->stream <= t->nstrm && t->strm[w->stream - 1].leg)
			reach_leg(w, t->strm[w->stream - 1].leg);
	}
}

static void reach_from_zone(struct model *m, struct term *t)
{
	struct walk w = { .m = m, .port = t, .stream = 1, .from_room = true };

	m->mark++;
	reach_ctx(&w, t);
}

static void reach_all(struct model *m)
{
	struct island *is = m->isl;

	for (uint32_t i = 0; i < is->n; i++) {
		struct walk w = { .m = m, .from = &is->leg[i],
				  .stream = is->leg[i].strm->id };

		m->mark++;
		reach_ctx(&w, w.from->term);
	}
	for (uint32_t i = 0; i < is->nctx; i++)
		LIST_EACH (at, &is->ctx[i]->terms) {
			struct term *t = LIST_OF(at, struct term, in_ctx);

			if (t->kind == TERM_PORT && !is_conf(t->room) && !t->room->gone)
				reach_from_zone(m, t);
		}
}

enum cause island_build(struct model *m, struct ctx *c)
{
	enum cause r = island_walk(m, c);

	if (r == CAUSE_OK)
		r = add_legs(m->isl);
	if (r == CAUSE_OK)
		reach_all(m);
	return r;
}

static bool legs_meet(const struct strm *from, const struct strm *to)
{
	if (!from->local || !to->local || !to->remote)
		return true; /* not all is told yet */
	for (unsigned i = 0; i < from->local->n; i++)
		for (unsigned k = 0; k < to->remote->n; k++)
			if (format_is_main(&from->local->v[i]) &&
			    format_same(&from->local->v[i], &to->remote->v[k]))
				return true;
	return false;
}

static bool meets_room(const struct strm *s, const struct room *r)
{
	bool met = !s->local || !r;

	for (unsigned i = 0; !met && i < s->local->n; i++)
		met = format_same(&s->local->v[i], &r->spec->format);
	return met;
}

bool leg_reaches(const struct island *is, uint32_t from, uint32_t to)
{
	return is->leg[from].to[to / 64] >> to % 64 & 1;
}

/* Where media has a near side it mixes too; elsewhere nothing does yet. */
static bool can_mix(const struct ctx *c)
{
	LIST_EACH (i, &c->terms) {
		const struct term *t = LIST_OF(i, struct term, in_ctx);

		if (t->kind == TERM_NAMED && t->strm->slot.slot)
			return true;
	}
	return false;
}

enum cause island_check(const struct island *is)
{
	for (uint32_t i = 0; i < is->n; i++) {
		const struct leg *l = &is->leg[i];

		if ((l->nsrc > 1 || l->twice) && !can_mix(l->term->ctx))
			return CAUSE_MIX_NEEDED;
		if (!meets_room(l->strm, l->room) || !meets_room(l->strm, l->out_room))
			return CAUSE_CODEC_NONE;
		for (uint32_t k = 0; k < is->n; k++)
			if (leg_reaches(is, i, k) && !legs_meet(l->strm, is->leg[k].strm))
				return CAUSE_CODEC_NONE;
	}
	return CAUSE_OK;
}
