/* model/zoneset.c - zones made, and changed under the calls.
 *
 * layer: model (L2)   thread: control   I/O: none
 *
 * What a zone keeps (spec, listeners, group keys, legs) is swapped as a whole: in for the
 * commit, back out when it is refused.
 */
#include "model/impl.h"

#include <stdio.h>
#include <string.h>

#include "util/mem.h"

static const uint32_t floor_default = 500, ptime_default = 20;

struct parts {
	struct room_spec *spec;
	struct addr *listener;
	struct format_list *formats;
	struct room_group_key *keys;
	struct room_leg *legs;
	uint32_t nleg;
};

static void parts_free(struct parts *p)
{
	mem_free(p->spec);
	mem_free(p->listener);
	mem_free(p->formats);
	mem_free(p->keys);
	room_legs_free(p->legs, p->nleg);
}

static void fill_spec(struct room_spec *to, const struct room_spec *from,
		      const struct addr *listener)
{
	*to = *from;
	to->listener = listener;
	if (!from->format.name[0])
		format_parse(&to->format, STR_LIT("PCMU"));
	if (!to->format.channels)
		to->format.channels = 1;
	if (to->format.pt == FORMAT_PT_DYN)
		to->format.pt = 96;
	to->floor_idle_ms = from->floor_idle_ms ? from->floor_idle_ms : floor_default;
	to->ptime = (uint16_t)(from->ptime ? from->ptime : ptime_default);
}

/* All of it owned by the parts; not yet the legs. */
static bool parts_make(struct parts *p, const struct room_spec *spec)
{
	size_t n = spec->nlistener;

	*p = (struct parts){ .spec = mem_alloc(sizeof(*p->spec)) };
	p->listener = mem_array(n ? n : 1, sizeof(*p->listener));
	p->formats = mem_zalloc(sizeof(*p->formats));
	p->keys = mem_array(spec->ngroup ? spec->ngroup : 1, sizeof(*p->keys));
	if (!p->spec || !p->listener || !p->formats || !p->keys) {
		parts_free(p);
		return false;
	}
	if (n)
		memcpy(p->listener, spec->listener, n * sizeof(*p->listener));
	fill_spec(p->spec, spec, p->listener);
	p->formats->n = 1;
	p->formats->v[0] = p->spec->format;
	return true;
}

static bool keys_add(struct room *r)
{
	struct map *groups = &r->m->groups;

	for (unsigned i = 0; r->keys && i < r->spec->ngroup; i++) {
		struct room_group_key *k = &r->keys[i];

		k->group = r->spec->group[i].spec.group;
		k->room = r;
		if (map_add(groups, &k->node, addr_hash(&k->group, groups->seed)))
			return false;
	}
	return true;
}

/* What the room has against the parts. Swapped back, keys find the table they left. */
static bool parts_swap(struct room *r, struct parts *p)
{
	struct parts was = {
		r->spec, r->listener, r->formats, r->keys, r->legs, r->nleg
	};

	for (unsigned i = 0; r->keys && i < r->spec->ngroup; i++)
		map_del(&r->m->groups, &r->keys[i].node);
	r->spec = p->spec;
	r->listener = p->listener;
	r->formats = p->formats;
	r->keys = p->keys;
	r->legs = p->legs;
	r->nleg = p->nleg;
	*p = was;
	return keys_add(r);
}

static enum cause open_at(struct room *r, struct owner *o)
{
	char name[ENDP_NAME_MAX];

	snprintf(name, sizeof(name), "page/%s", r->spec->name);
	if (endp_find(o, str_of(name)))
		return CAUSE_NAME_TAKEN;
	return endp_new(o, NULL, r, name) ? CAUSE_OK : CAUSE_NO_MEMORY;
}

enum cause rooms_open(struct model *m, struct owner *o)
{
	enum cause c = CAUSE_OK;

	LIST_EACH (i, &m->rooms) {
		struct room *r = LIST_OF(i, struct room, in_model);

		if (c == CAUSE_OK && room_admits(r, o))
			c = open_at(r, o);
	}
	LIST_EACH (i, &o->zones)
		LIST_OF(i, struct endp, in_list)->told = true;
	return c;
}

static struct endp *endp_at(const struct room *r, const struct owner *o)
{
	LIST_EACH (i, &o->zones) {
		struct endp *e = LIST_OF(i, struct endp, in_list);

		if (e->room == r && !e->gone)
			return e;
	}
	return NULL;
}

/* The room's endpoints, owner by owner. */
struct endp *room_each_endp(const struct room *r, struct owner **o)
{
	struct endp *e = NULL;

	while (!e && (*o = owner_next(r->m, *o)))
		e = endp_at(r, *o);
	return e;
}

/* Endpoints at all owners the room admits. */
static enum cause open_all(struct room *r)
{
	enum cause c = CAUSE_OK;

	LIST_EACH (i, &r->m->owners) {
		struct owner *o = LIST_OF(i, struct owner, in_model);

		if (c == CAUSE_OK && room_admits(r, o) && !endp_at(r, o))
			c = open_at(r, o);
	}
	return c;
}

/* Those just made: announced, or taken back. */
static void settle_new(struct room *r, bool keep)
{
	struct owner *o = NULL;
	struct endp *e;

	while ((e = room_each_endp(r, &o))) {
		if (e->told)
			continue;
		if (!keep) {
			endp_del(r->m, e);
			continue;
		}
		e->told = true;
		tell_endp(r->m, e, true);
	}
}

static enum cause list_new(struct room *r)
{
	struct model *m = r->m;

	if (!list_empty(&r->in_model))
		return CAUSE_OK;
	if (map_add(&m->zones, &r->by_name,
		    str_ihash(str_of(r->spec->name), m->zones.seed)))
		return CAUSE_NO_MEMORY;
	list_add(&m->rooms, &r->in_model);
	m->totals.rooms++;
	return CAUSE_OK;
}

/* In with the parts, and commit; on refusal the room is as before and nobody heard of it.
 * Either way `p` holds what is to be freed. */
static enum cause commit_parts(struct room *r, struct parts *p)
{
	bool fresh = list_empty(&r->in_model);
	struct model *m = r->m;
	enum cause c = room_legs_stage(r, p->spec, &p->legs, &p->nleg);

	if (c != CAUSE_OK) {
		model_rollback(m);
		return c;
	}
	c = parts_swap(r, p) ? list_new(r) : CAUSE_NO_MEMORY;
	if (c == CAUSE_OK)
		c = open_all(r);
	list_del(&r->in_dirty);
	list_add(&m->dirty_rooms, &r->in_dirty);
	if (c == CAUSE_OK)
		c = model_commit(m, 0);
	else
		model_rollback(m);
	settle_new(r, c == CAUSE_OK);
	if (c == CAUSE_OK)
		return c;
	if (fresh)
		room_unlist(r);
	parts_swap(r, p);
	return c;
}

enum cause room_add(struct model *m, const struct room_spec *spec, struct room **out)
{
	enum cause c = room_spec_check(m, NULL, spec);
	struct parts p;
	struct room *r;

	if (c == CAUSE_OK && room_find(m, str_of(spec->name)))
		c = CAUSE_NAME_TAKEN;
	if (c != CAUSE_OK)
		return c;
	r = room_new(m);
	if (!r)
		return CAUSE_NO_MEMORY;
	if (!parts_make(&p, spec)) {
		room_free(r);
		return CAUSE_NO_MEMORY;
	}
	c = m->media->room_take(m->media_arg, room_cookie(r), &r->med, &r->worker);
	if (c == CAUSE_OK)
		c = commit_parts(r, &p);
	parts_free(&p);
	if (c != CAUSE_OK) {
		if (r->med)
			m->media->room_give(m->media_arg, r->med);
		room_free(r);
		return c;
	}
	if (out)
		*out = r;
	return CAUSE_OK;
}

static bool can_send(const struct term *t, const struct format *f)
{
	for (unsigned i = 0; t->kind == TERM_RTP && i < t->nstrm; i++) {
		const struct format_set *l = t->strm[i].local;

		for (unsigned k = 0; l && k < l->n; k++)
			if (format_same(&l->v[k], f))
				return true;
	}
	return false;
}

/* Whoever is in the room goes on speaking what was negotiated. */
static enum cause check_format(const struct room *r, const struct format *f)
{
	if (!f->name[0] || format_same(f, &r->spec->format) || !r->nports)
		return CAUSE_OK;
	LIST_EACH (i, &r->ports)
		LIST_EACH (k, &LIST_OF(i, struct term, in_room)->ctx->terms)
			if (can_send(LIST_OF(k, struct term, in_ctx), f))
				return CAUSE_OK;
	return CAUSE_ROOM_FORMAT;
}

/* Owners no longer let in: refused while they have connections. */
static enum cause check_admit(struct room *r, const struct room_spec *spec)
{
	struct room_spec *was = r->spec, *next = mem_alloc(sizeof(*next));
	enum cause c = CAUSE_OK;
	struct owner *o = NULL;
	struct endp *e;

	if (!next)
		return CAUSE_NO_MEMORY;
	*next = *spec;
	r->spec = next;
	while ((e = room_each_endp(r, &o)))
		if (e->nconn && !room_admits(r, o))
			c = CAUSE_ROOM_BUSY;
	r->spec = was;
	mem_free(next);
	return c;
}

void room_close_endp(struct model *m, struct endp *e)
{
	e->gone = true;
	tell_endp(m, e, false);
	endp_free_if_gone(m, e);
}

static void close_unadmitted(struct room *r)
{
	struct owner *o = NULL;
	struct endp *e;

	while ((e = room_each_endp(r, &o)))
		if (!room_admits(r, o))
			room_close_endp(r->m, e);
}

/* Callers' legs that have the zone's DSCP follow it. */
static enum cause stage_dscp(struct room *r, uint8_t dscp)
{
	struct term_ask ask = { .has = ASK_DSCP, .dscp = dscp };
	enum cause c = CAUSE_OK;

	if (dscp == r->spec->dscp)
		return CAUSE_OK;
	LIST_EACH (i, &r->ports) {
		LIST_EACH (k, &LIST_OF(i, struct term, in_room)->ctx->terms) {
			struct term *t = LIST_OF(k, struct term, in_ctx);

			if (c == CAUSE_OK && t->kind == TERM_RTP && t->endp &&
			    t->strm->dscp == r->spec->dscp)
				c = term_modify(t, &ask);
		}
	}
	return c;
}

enum cause room_set(struct room *r, const struct room_spec *spec)
{
	enum cause c = r->gone ? CAUSE_VALUE_INVALID : room_spec_check(r->m, r, spec);
	struct parts p;

	if (c == CAUSE_OK && !str_ieqz(str_of(spec->name), r->spec->name))
		c = CAUSE_NAME_INVALID;
	if (c == CAUSE_OK)
		c = check_format(r, &spec->format);
	if (c == CAUSE_OK)
		c = check_admit(r, spec);
	if (c != CAUSE_OK)
		return c;
	if (!parts_make(&p, spec))
		return CAUSE_NO_MEMORY;
	c = stage_dscp(r, spec->dscp);
	if (c == CAUSE_OK)
		c = commit_parts(r, &p);
	else
		model_rollback(r->m);
	parts_free(&p);
	if (c == CAUSE_OK)
		close_unadmitted(r);
	return c;
}
