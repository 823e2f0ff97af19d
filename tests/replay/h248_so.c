/* tests/replay/h248_so.c - lines of H.248 scenarios that say what is so.
 *
 * layer: tests   thread: main   I/O: none
 */
#include <stdlib.h>
#include <string.h>

#include "h248/engine.h"
#include "model/hctx.h"
#include "world.h"

/* is OWNER alive|phase|mgc|version|service|contexts|terms|stored|pending|METRIC VALUE */
static int line_is(struct world *w, char **argv)
{
	static const char *const phases[] = { "idle", "waiting", "registering", "active",
					      "leaving" };
	struct h248_mg_status st;
	uint64_t v = UINT64_MAX;
	uint32_t i = 0;

	while (h248_mg_status(w->engine, i, &st) && strcmp(st.conf->name, argv[1]))
		i++;
	if (!h248_mg_status(w->engine, i, &st))
		return world_fail(w, "whose status?");
	if (!strcmp(argv[2], "alive"))
		return world_is(w, argv[2], st.alive ? "yes" : "no", argv[3]);
	if (!strcmp(argv[2], "phase"))
		return world_is(w, argv[2], phases[st.phase], argv[3]);
	if (!strcmp(argv[2], "mgc"))
		return world_is(w, argv[2], st.mgc, argv[3]);
	if (!strcmp(argv[2], "service"))
		return world_is(w, argv[2], st.service, argv[3]);
	v = !strcmp(argv[2], "version")	   ? st.version
	    : !strcmp(argv[2], "contexts") ? st.contexts
	    : !strcmp(argv[2], "terms")	   ? st.terms
	    : !strcmp(argv[2], "stored")   ? st.stored
	    : !strcmp(argv[2], "pending")  ? st.pending
					   : v;
	for (i = 0; i < H248_M_N; i++)
		if (!strcmp(argv[2], h248_metrics[i].name))
			v = st.metric[i];
	if (v == UINT64_MAX)
		return world_fail(w, "nothing is called %s", argv[2]);
	return world_is_number(w, argv[2], v, argv[3]);
}

/* hears OWNER FROM TO yes|no [STREAMID] */
static int line_hears(struct world *w, int argc, char **argv)
{
	struct owner *o = world_owner(w, argv[1]);
	struct term *a = o ? term_find(o, str_of(argv[2])) : NULL;
	struct term *b = o ? term_find(o, str_of(argv[3])) : NULL;
	const struct strm *s = a ? term_strm(a, argc > 5 ? (uint16_t)atoi(argv[5]) : 1)
				 : NULL;

	if (!a || !b || !s)
		return world_fail(w, "who hears whom?");
	return world_is(w, "hears", ctx_hears(a, b, s->id) ? "yes" : "no", argv[4]);
}

static const struct plan_leg *plan_of(struct world *w, int argc, char **argv)
{
	struct owner *o = world_owner(w, argv[1]);
	struct term *t = o ? term_find(o, str_of(argv[2])) : NULL;
	const struct strm *s = t ? term_strm(t, argc > 5 ? (uint16_t)atoi(argv[5]) : 1)
				 : NULL;

	return s ? s->plan : NULL;
}

static bool leg_number(const struct plan_leg *p, const char *what, unsigned *v)
{
	if (!strcmp(what, "dscp"))
		*v = p->tos >> 2;
	else if (!strcmp(what, "rate"))
		*v = p->gate.rate;
	else if (!strcmp(what, "burst"))
		*v = p->gate.burst;
	else if (!strcmp(what, "peak"))
		*v = p->gate.peak;
	else if (!strcmp(what, "silence"))
		*v = p->silence_ms;
	else
		return false;
	return true;
}

/* leg OWNER TERM accept|latch|dscp|net|ports|rate|burst|peak|silence|payload VALUE
 * [STREAMID]: what media are told */
static int line_leg(struct world *w, int argc, char **argv)
{
	static const char *const accept[] = { "strict", "host", "any" };
	const struct plan_leg *p = plan_of(w, argc, argv);
	const struct plan_gate *g = p ? &p->gate : NULL;
	const char *what = argv[3];
	char text[ADDR_STRLEN + 8], ip[ADDR_STRLEN];
	unsigned v;

	if (!p)
		return world_fail(w, "there is no such leg");
	if (!strcmp(what, "accept"))
		return world_is(w, what, accept[p->accept], argv[4]);
	if (!strcmp(what, "latch") || !strcmp(what, "payload"))
		return world_is(w, what,
			       p->flags & (*what == 'l' ? PLAN_LATCH : PLAN_WATCH_PT)
				       ? "yes"
				       : "no",
			       argv[4]);
	if (!strcmp(what, "net"))
		snprintf(text, sizeof(text), "%s/%u",
			 g->net.family ? addr_print_ip(ip, &g->net) : "", g->bits);
	else if (!strcmp(what, "ports"))
		snprintf(text, sizeof(text), "%u-%u", g->port_least, g->port_most);
	else if (leg_number(p, what, &v))
		return world_is_number(w, what, v, argv[4]);
	else
		return world_fail(w, "nothing of a leg is called %s", what);
	return world_is(w, what, text, argv[4]);
}

/* id OWNER NAME HEX: binary ids */
static int line_id(struct world *w, char **argv)
{
	char text[40];

	if (h248_engine_term_id(w->engine, world_owner(w, argv[1]), str_of(argv[2]),
				text))
		return world_is(w, argv[2], "none", argv[3]);
	return world_is(w, argv[2], text, argv[3]);
}

int h248_so(struct world *w, int argc, char **argv)
{
	const char *cmd = argv[0];

	if (!strcmp(cmd, "is") && argc > 3)
		return line_is(w, argv);
	if (!strcmp(cmd, "hears") && argc > 4)
		return line_hears(w, argc, argv);
	if (!strcmp(cmd, "leg") && argc > 4)
		return line_leg(w, argc, argv);
	if (!strcmp(cmd, "id") && argc > 3)
		return line_id(w, argv);
	if (!strcmp(cmd, "quiet") && argc > 1)
		return world_is(w, cmd, h248_engine_quiet(w->engine) ? "yes" : "no",
			       argv[1]);
	return WORLD_UNKNOWN;
}
