/* tests/replay/mgcp_so.c - lines of MGCP scenarios that say what is so.
 *
 * layer: tests   thread: main   I/O: none
 */
#include <string.h>

#include "mgcp/engine.h"
#include "world.h"

/* is OWNER alive|phase|notified|pending|stored|METRIC VALUE */
static int line_is(struct world *w, char **argv)
{
	static const char *const phases[] = { "quiet", "waiting", "announcing", "done",
					      "refused" };
	struct mgcp_owner_status st;
	uint32_t i = 0;

	while (mgcp_owner_status(w->engine, i, &st) && strcmp(st.conf->name, argv[1]))
		i++;
	if (!mgcp_owner_status(w->engine, i, &st))
		return world_fail(w, "whose status?");
	if (!strcmp(argv[2], "alive"))
		return world_is(w, argv[2], st.alive ? "yes" : "no", argv[3]);
	if (!strcmp(argv[2], "phase"))
		return world_is(w, argv[2], phases[st.phase], argv[3]);
	if (!strcmp(argv[2], "notified"))
		return world_is(w, argv[2], st.notified, argv[3]);
	if (!strcmp(argv[2], "pending"))
		return world_is_number(w, argv[2], st.pending, argv[3]);
	if (!strcmp(argv[2], "stored"))
		return world_is_number(w, argv[2], st.stored, argv[3]);
	for (i = 0; i < MGCP_M_N; i++)
		if (!strcmp(argv[2], mgcp_metrics[i].name))
			return world_is_number(w, argv[2], st.metric[i], argv[3]);
	return world_fail(w, "nothing is called %s", argv[2]);
}

/* endpoint OWNER NAME service|notified|request|disconnected|restarting VALUE */
static int line_endpoint(struct world *w, char **argv)
{
	static const char *const services[] = { "in", "graceful", "out", "returning" };
	struct owner *o = world_owner(w, argv[1]);
	struct endp *ep = o ? endp_find(o, str_of(argv[2])) : NULL;
	struct mgcp_endp_status st;

	if (!ep || !mgcp_endp_status(w->engine, ep, &st))
		return world_fail(w, "no such endpoint");
	if (!strcmp(argv[3], "service"))
		return world_is(w, argv[3], services[st.service], argv[4]);
	if (!strcmp(argv[3], "notified"))
		return world_is(w, argv[3], st.notified, argv[4]);
	if (!strcmp(argv[3], "request"))
		return world_is(w, argv[3], st.request_id, argv[4]);
	if (!strcmp(argv[3], "disconnected"))
		return world_is(w, argv[3], st.disconnected ? "yes" : "no", argv[4]);
	if (!strcmp(argv[3], "restarting"))
		return world_is(w, argv[3], st.restarting ? "yes" : "no", argv[4]);
	return world_fail(w, "nothing of an endpoint is called %s", argv[3]);
}

int mgcp_so(struct world *w, int argc, char **argv)
{
	const char *cmd = argv[0];

	if (!strcmp(cmd, "is") && argc > 3)
		return line_is(w, argv);
	if (!strcmp(cmd, "endpoint") && argc > 4)
		return line_endpoint(w, argv);
	if (!strcmp(cmd, "quiet") && argc > 1)
		return world_is(w, cmd, mgcp_engine_quiet(w->engine) ? "yes" : "no",
				argv[1]);
	return WORLD_UNKNOWN;
}
