/* mgcp/out.c - datagrams on their way out.
 *
 * layer: mgcp (L3)   thread: control   I/O: none (the caller of mgcp_engine_output sends)
 */
#include "mgcp/gw.h"

void out_put(struct mgcp_engine *e, const struct assoc *to, struct span bytes)
{
	if (outq_put(&e->out, to, bytes) && e->ops.trace)
		e->ops.trace(e->arg, true, to, bytes);
}

/* Ours of the same family; the system's choice when the configuration names none. */
static struct addr local_for(const struct mgcp_gw *gw, const struct addr *remote)
{
	for (unsigned i = 0; i < gw->conf.nlisten; i++)
		if (gw->conf.listen[i].family == remote->family)
			return gw->conf.listen[i];
	return (struct addr){ 0 };
}

void out_to(struct mgcp_gw *gw, const struct addr *remote, struct span bytes)
{
	struct assoc to = {
		.transport = gw->conf.transport,
		.local = local_for(gw, remote),
		.remote = *remote,
		.owner = gw->owner,
	};

	out_put(gw->e, &to, bytes);
}
