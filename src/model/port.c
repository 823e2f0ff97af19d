/* model/port.c - names of ports: numbers per room and owner that rest after use.
 *
 * layer: model (L2)   thread: control   I/O: none
 *
 * An agent that is late by a message must not meet somebody else's port, so a number is
 * free again 30 s after its port ended.
 */
#include "model/impl.h"

#include <stdio.h>
#include <string.h>

#include "util/mem.h"

enum { RESTS_MAX = 65536 }; /* of one owner; beyond, the oldest are free at once */

struct rest {
	struct map_node node;
	struct list in_owner;
	uint64_t until;
	char name[TERM_NAME_MAX];
};

static void rest_free(struct owner *o, struct rest *r)
{
	map_del(&o->rest_names, &r->node);
	list_del(&r->in_owner);
	o->nrest--;
	mem_free(r);
}

void rests_free(struct owner *o)
{
	while (!list_empty(&o->rests))
		rest_free(o, LIST_OF(o->rests.next, struct rest, in_owner));
	map_fini(&o->rest_names);
}

static void rests_expire(struct owner *o, uint64_t now)
{
	while (!list_empty(&o->rests)) {
		struct rest *r = LIST_OF(o->rests.next, struct rest, in_owner);

		if (r->until > now && o->nrest < RESTS_MAX)
			break;
		rest_free(o, r);
	}
}

/* Without memory the number is just not kept. */
void port_rests(const struct term *t, uint64_t now)
{
	struct owner *o = t->ctx->owner;
	struct rest *r;

	if (t->kind != TERM_PORT || !t->name[0])
		return;
	rests_expire(o, now);
	r = mem_zalloc(sizeof(*r));
	if (!r)
		return;
	memcpy(r->name, t->name, sizeof(r->name));
	r->until = now + TMR_S(PORT_REST_S);
	if (map_add(&o->rest_names, &r->node,
		    str_hash(str_of(r->name), o->rest_names.seed))) {
		mem_free(r);
		return;
	}
	list_add(&o->rests, &r->in_owner);
	o->nrest++;
}

static bool rests(const struct owner *o, const char *name)
{
	uint64_t h = str_hash(str_of(name), o->rest_names.seed);

	for (struct map_node *i = map_first(&o->rest_names, h); i; i = map_next(i))
		if (!strcmp(MAP_OF(i, struct rest, node)->name, name))
			return true;
	return false;
}

enum cause port_name(struct endp *e, uint64_t now, char out[TERM_NAME_MAX])
{
	struct owner *o = e->owner;

	rests_expire(o, now);
	for (uint32_t i = 0; i < PORT_NUMBERS; i++) {
		e->last_port = e->last_port % PORT_NUMBERS + 1;
		if (snprintf(out, TERM_NAME_MAX, "%s/%u", e->name,
			     (unsigned)e->last_port) >= TERM_NAME_MAX)
			return CAUSE_NAME_INVALID;
		if (!rests(o, out) && !term_find(o, str_of(out)))
			return CAUSE_OK;
	}
	return CAUSE_ENDP_NONE_FREE;
}
