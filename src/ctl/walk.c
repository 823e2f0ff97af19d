/* ctl/walk.c - see walk.h.
 *
 * layer: ctl (L4)   thread: control   I/O: none
 */
#include "ctl/walk.h"

#include "util/mem.h"

static void walk_fini(struct ctl_req *r)
{
	struct walk *w = r->state;

	mem_free(w->id);
	mem_free(w->name);
	mem_free(w->owner);
	mem_free(w);
}

struct walk *walk_new(struct ctl_req *r)
{
	struct walk *w = mem_zalloc(sizeof(*w));

	if (!w) {
		req_fail(r, CTL_REFUSED, "out of memory");
		return NULL;
	}
	r->state = w;
	r->fini = walk_fini;
	return w;
}

static bool add_id(struct walk *w, uint64_t id)
{
	if (w->n == w->room) {
		size_t room = w->room ? w->room * 2 : 256;
		uint64_t *v = mem_realloc(w->id, room * sizeof(*v));

		if (!v)
			return false;
		w->id = v;
		w->room = room;
	}
	w->id[w->n++] = id;
	return true;
}

bool walk_wants(const struct ctl_req *r, const struct owner *o)
{
	const char *name = req_text(r, "owner");

	return !name || !name[0] ||
	       (o && str_ieqz(str_of(name), owner_get_spec(o)->name));
}

bool walk_owner_known(struct ctl_req *r)
{
	const char *name = req_text(r, "owner");

	if (!name || !name[0] || owner_find(r->env->model, str_of(name)))
		return true;
	req_fail(r, CTL_UNKNOWN, "there is no owner \"%s\"", name);
	return false;
}

/* One termination of each context, or all of them. */
static bool note_terms(struct ctl_req *r, struct walk *w, bool all)
{
	struct ctx *c = NULL;

	while ((c = ctx_next(r->env->model, c))) {
		struct term *t = NULL;

		if (!walk_wants(r, c->owner))
			continue;
		while ((t = ctx_term_next(c, t))) {
			if (!add_id(w, t->id))
				return false;
			if (!all)
				break;
		}
	}
	return true;
}

void walk_terms(struct ctl_req *r, bool all, bool (*step)(struct ctl_req *r))
{
	struct walk *w = walk_owner_known(r) ? walk_new(r) : NULL;

	if (!w)
		return;
	if (!note_terms(r, w, all))
		req_fail(r, CTL_REFUSED, "out of memory");
	else
		r->step = step;
}
