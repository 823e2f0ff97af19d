/* model/owner.c - see owner.h.
 *
 * layer: model (L2)   thread: control   I/O: none
 */
#include "model/impl.h"

#include <string.h>

#include "util/log.h"
#include "util/mem.h"

static void orphaned(struct tmr *t, uint64_t now);

struct owner *owner_find(struct model *m, struct span name)
{
	LIST_EACH (i, &m->owners) {
		struct owner *o = LIST_OF(i, struct owner, in_model);

		if (str_ieqz(name, o->spec.name))
			return o;
	}
	return NULL;
}

bool owner_listed(const struct owner *o, const char *names)
{
	struct span rest = str_trim(str_of(names));

	if (!rest.n)
		return true;
	while (rest.p)
		if (str_ieqz(str_trim(str_cut(&rest, ',')), o->spec.name))
			return true;
	return false;
}

struct owner *owner_next(struct model *m, struct owner *after)
{
	struct list *next = after ? after->in_model.next : m->owners.next;

	return next == &m->owners ? NULL : LIST_OF(next, struct owner, in_model);
}

struct owner *owner_add(struct model *m, const struct owner_spec *spec)
{
	struct owner *o;

	if (!memchr(spec->name, 0, sizeof(spec->name)) ||
	    spec->ngroups > OWNER_NETS_MAX || owner_find(m, str_of(spec->name)))
		return NULL;
	o = mem_zalloc(sizeof(*o));
	if (!o)
		return NULL;
	o->m = m;
	o->spec = *spec;
	o->alive = true;
	list_init(&o->pools);
	list_init(&o->zones);
	list_init(&o->terms);
	list_init(&o->ctxs);
	list_init(&o->rests);
	map_init(&o->rest_names);
	map_init(&o->endps);
	map_init(&o->names);
	tmr_init(&o->orphan, orphaned);
	list_add(&m->owners, &o->in_model);
	/* Armed at "never" it has its place in the heap: arming it later can't fail. */
	if (tmr_set(&m->timers, &o->orphan, TMR_NEVER) || rooms_open(m, o) != CAUSE_OK ||
	    guest_open_all(m, o) != CAUSE_OK) {
		owner_free(o);
		return NULL;
	}
	return o;
}

void owner_free(struct owner *o)
{
	while (!list_empty(&o->pools))
		pool_free(LIST_OF(o->pools.next, struct pool, in_owner));
	while (!list_empty(&o->zones))
		endp_del(o->m, LIST_OF(o->zones.next, struct endp, in_list));
	tmr_del(&o->m->timers, &o->orphan);
	rests_free(o);
	map_fini(&o->endps);
	map_fini(&o->names);
	list_del(&o->in_model);
	mem_free(o);
}

const struct owner_spec *owner_get_spec(const struct owner *o)
{
	return &o->spec;
}

void owner_set_spec(struct owner *o, const struct owner_spec *spec)
{
	struct owner_spec was = o->spec;

	o->spec = *spec;
	o->spec.proto = was.proto;
	memcpy(o->spec.name, was.name, sizeof(was.name));
	if (o->spec.ngroups > OWNER_NETS_MAX)
		o->spec.ngroups = OWNER_NETS_MAX;
}

void owner_set_alive(struct owner *o, bool alive, uint64_t now)
{
	uint64_t at = TMR_NEVER;

	if (o->alive == alive)
		return;
	o->alive = alive;
	if (!alive && o->spec.orphan_action != IDLE_OFF)
		at = now + TMR_MS(o->spec.orphan_ms);
	tmr_set(&o->m->timers, &o->orphan, at);
}

bool owner_is_alive(const struct owner *o)
{
	return o->alive;
}

void owner_set_user(struct owner *o, void *user)
{
	o->user = user;
}

void *owner_user(const struct owner *o)
{
	return o->user;
}

uint32_t owner_terms(const struct owner *o)
{
	return o->nterm;
}

/* A few at a time, so that media and other owners' commands don't wait. Ids, because an
 * engine may subtract terminations meanwhile. False: none left. */
static bool release_some(struct owner *o)
{
	uint64_t ids[TIMER_BATCH];
	unsigned n = 0;
	bool more = false;

	LIST_EACH (i, &o->terms) {
		struct term *t = LIST_OF(i, struct term, in_owner);

		if (t->halted)
			continue;
		if (n == TIMER_BATCH) {
			more = true;
			break;
		}
		ids[n++] = t->id;
	}
	for (unsigned i = 0; i < n; i++) {
		struct term *t = term_by_id(o->m, ids[i]);

		if (t && term_halt(t, "orphan") != CAUSE_OK)
			more = true;
	}
	return more;
}

static void orphaned(struct tmr *tmr, uint64_t now)
{
	struct owner *o = TMR_OF(tmr, struct owner, orphan);
	bool more = false;

	if (o->spec.orphan_action == IDLE_RELEASE)
		more = release_some(o);
	else if (o->spec.orphan_action == IDLE_REPORT && o->nterm)
		tell_report(o->m, o, NULL, "orphan");
	if (!more) {
		log_notice(LOGC_MODEL, "owner %s: no agent came back, orphan timer over",
			   o->spec.name);
		o->m->totals.orphans++;
	}
	tmr_set(&o->m->timers, tmr, more ? now + TMR_MS(1) : TMR_NEVER);
}
