/* ctl/do_rooms.c - rooms as they are now: zones, and conferences somebody is in.
 *
 * layer: ctl (L4)   thread: control   I/O: none
 */
#include <stdio.h>
#include <string.h>

#include "ctl/req.h"
#include "ctl/zone.h"
#include "model/model.h"
#include "util/mem.h"

/* A conference, noted by name: the listing is made in pieces. */
struct place {
	char owner[OWNER_NAME_MAX], name[ENDP_NAME_MAX];
};

struct room_walk {
	size_t zone, at, n, size;
	struct place *v;             /* owned */
};

static void walk_fini(struct ctl_req *r)
{
	struct room_walk *w = r->state;

	mem_free(w->v);
	mem_free(w);
}

static void put_room(struct ctl_req *r, const struct room *room, const char *name,
		     const char *owner)
{
	struct room_state st;
	struct term *talker;
	struct jout *j = req_row(r);

	room_get_state(room, &st);
	talker = st.talker ? term_by_id(r->env->model, st.talker) : NULL;
	jout_str(j, "name", name);
	jout_str(j, "owner", owner);
	jout_u64(j, "ports", st.ports);
	jout_u64(j, "waiting", st.waiting);
	jout_str(j, "talker", talker ? talker->name : NULL);
	jout_seconds(j, "seconds", talker ? (r->env->now() - st.since) / 1000000 : 0);
	jout_u64(j, "pages", st.pages);
	jout_u64(j, "outputs", st.outputs);
	req_row_end(r);
}

static void put_output(struct ctl_req *r, const char *name, const struct addr *to,
		       const struct slot_info *from, const struct strm_stats *s)
{
	struct jout *j = req_row(r);

	jout_str(j, "name", name);
	jout_addr(j, "output", to);
	jout_addr(j, "from", &from->local);
	req_put_stats(j, s);
	req_row_end(r);
}

/* ---- all of them ---------------------------------------------------------------- */

static bool in_use(const struct endp *e)
{
	struct room_state st = { 0 };

	if (e->kind == ENDP_CONF && !endp_is_guest(e))
		room_get_state(e->room, &st);
	return st.ports;
}

static bool note(struct room_walk *w, const struct endp *e)
{
	struct place *v = w->v;

	if (w->n == w->size) {
		v = mem_realloc(v, (w->size + 256) * sizeof(*v));
		if (!v)
			return false;
		w->v = v;
		w->size += 256;
	}
	snprintf(v[w->n].name, sizeof(v->name), "%s", e->name);
	snprintf(v[w->n].owner, sizeof(v->owner), "%s", owner_get_spec(e->owner)->name);
	w->n++;
	return true;
}

static bool note_all(struct ctl_req *r, struct room_walk *w)
{
	struct owner *o = NULL;
	bool ok = true;

	while (ok && (o = owner_next(r->env->model, o))) {
		struct endp *e = NULL;

		while (ok && endp_next(o, STR_LIT("*"), &e))
			if (in_use(e))
				ok = note(w, e);
	}
	return ok;
}

static void put_place(struct ctl_req *r, const struct place *p)
{
	struct owner *o = owner_find(r->env->model, str_of(p->owner));
	struct endp *e = o ? endp_find(o, str_of(p->name)) : NULL;

	if (e && in_use(e))
		put_room(r, e->room, e->name, p->owner);
}

/* A row for each zone, by place in the list of zones; then the conferences. */
static bool room_step(struct ctl_req *r)
{
	struct room_walk *w = r->state;
	const struct store_zone *row;
	const char *problem;

	for (unsigned i = 0; i < REQ_ROWS; i++) {
		struct room *room;

		row = zones_nth(r->env->zones, w->zone, &problem);
		if (!row && w->at == w->n)
			return false;
		if (!row) {
			put_place(r, &w->v[w->at++]);
			continue;
		}
		w->zone++;
		room = room_find(r->env->model, str_of(row->name));
		if (room)
			put_room(r, room, row->name, NULL);
	}
	return true;
}

/* ---- one ------------------------------------------------------------------------ */

static bool output_step(struct ctl_req *r)
{
	const char *name = req_text(r, "name");
	struct room *room = room_find(r->env->model, str_of(name));
	struct room_walk *w = r->state;
	const struct strm_stats *s;
	struct slot_info from;
	struct addr to;

	for (unsigned i = 0; room && i < REQ_ROWS; i++, w->at++) {
		s = room_output(room, (uint32_t)w->at, &to, &from);
		if (!s)
			return false;
		put_output(r, name, &to, &from, s);
	}
	return room != NULL;
}

void ctl_do_rooms(struct ctl_req *r)
{
	const char *name = req_text(r, "name");
	struct room_walk *w;
	struct room *room =
		name && name[0] ? room_find(r->env->model, str_of(name)) : NULL;

	if (name && name[0] && !room) {
		req_fail(r, CTL_UNKNOWN, "there is no zone \"%s\"", name);
		return;
	}
	w = mem_zalloc(sizeof(*w));
	r->state = w;
	r->fini = w ? walk_fini : NULL;
	if (!w || (!room && !note_all(r, w))) {
		req_fail(r, CTL_REFUSED, "out of memory");
		return;
	}
	if (room)
		put_room(r, room, name, NULL);
	r->step = room ? output_step : room_step;
}
