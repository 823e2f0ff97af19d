/* mgcp/out.c - datagrams on their way out.
 *
 * layer: mgcp (L3)   thread: control   I/O: none (the caller of mgcp_engine_output sends)
 */
#include "mgcp/gw.h"

#include <string.h>

#include "util/mem.h"

enum { OUT_MAX = 8192 }; /* datagrams nobody fetched */

struct sent {
	struct list link;
	struct assoc to;
	size_t n;
	char bytes[];
};

void out_put(struct mgcp_engine *e, const struct assoc *to, struct span bytes)
{
	struct sent *s;

	if (e->nout >= OUT_MAX)
		return;
	s = mem_alloc(sizeof(*s) + bytes.n);
	if (!s)
		return;
	s->to = *to;
	s->n = bytes.n;
	memcpy(s->bytes, bytes.p, bytes.n);
	list_add(&e->out, &s->link);
	e->nout++;
	if (e->ops.trace)
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

bool out_take(struct mgcp_engine *e, struct out_msg *out)
{
	struct list *first = list_first(&e->out);

	mem_free(e->given);
	e->given = NULL;
	if (!first)
		return false;
	e->given = LIST_OF(first, struct sent, link);
	list_del(first);
	e->nout--;
	*out = (struct out_msg){ .to = e->given->to,
				 .bytes = { e->given->bytes, e->given->n } };
	return true;
}

void out_free(struct mgcp_engine *e)
{
	struct out_msg msg;

	while (out_take(e, &msg))
		continue;
}
