/* mgcp/status.c - what the engine tells about itself.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 */
#include "mgcp/status.h"

#include <stdio.h>
#include <string.h>

#include "mgcp/conn.h"
#include "mgcp/endst.h"
#include "mgcp/entity.h"
#include "mgcp/restart.h"

const struct mgcp_metric_info mgcp_metrics[MGCP_M_N] = {
#define MGCP_METRIC(id, name, unit, help) [MGCP_M_##id] = { name, unit, help },
#include "mgcp/metrics.def"
#undef MGCP_METRIC
};

static const struct mgcp_gw *gw_at(const struct mgcp_engine *e, uint32_t i)
{
	LIST_EACH(it, &e->gws)
	if (!i--)
		return LIST_OF(it, struct mgcp_gw, in_engine);
	return NULL;
}

bool mgcp_owner_status(const struct mgcp_engine *e, uint32_t i,
		       struct mgcp_owner_status *out)
{
	const struct mgcp_gw *gw = gw_at(e, i);
	struct addr addr[GW_ADDRS_MAX];

	if (!gw)
		return false;
	*out = (struct mgcp_owner_status){
		.owner = gw->owner,
		.conf = &gw->conf,
		.alive = gw->alive,
		.phase = gw->proc->phase,
		.stored = (uint32_t)gw->txns.map.count,
		.pending = gw->nflight + gw->nqueue,
		.rto_us = rtt_rto(&gw->rtt),
		.last_heard = gw->last_heard,
	};
	out->notified = entity_text(gw, NULL, gw->e->text);
	if (entity_addrs(gw, out->notified, addr) > 0)
		out->address = addr[0];
	memcpy(out->metric, gw->metric, sizeof(out->metric));
	return true;
}

bool mgcp_agent_status(const struct mgcp_engine *e, uint32_t owner, uint32_t i,
		       struct mgcp_agent_status *out)
{
	const struct mgcp_gw *gw = gw_at(e, owner);

	if (!gw)
		return false;
	LIST_EACH(it, &gw->agent_list)
	{
		const struct agent *ag = LIST_OF(it, struct agent, in_gw);

		if (i--)
			continue;
		*out = (struct mgcp_agent_status){ ag->addr, ag->last_heard,
						   ag->commands };
		return true;
	}
	return false;
}

static bool is_at(const struct proc *p, enum mgcp_restart method)
{
	return p && proc_busy(p) && p->method == method;
}

bool mgcp_endp_status(const struct mgcp_engine *e, const struct endp *ep,
		      struct mgcp_endp_status *out)
{
	const struct mgcp_gw *gw = gw_of(ep->owner);
	const struct endst *st = endst_peek(ep);
	const struct proc *own = st ? st->proc : NULL;

	if (!gw || gw->e != e)
		return false;
	*out = (struct mgcp_endp_status){
		.service = endst_service(gw, ep).state,
		.disconnected = is_at(gw->proc, MGCP_RESTART_DISCONNECTED) ||
				is_at(own, MGCP_RESTART_DISCONNECTED),
		.restarting = is_at(gw->proc, MGCP_RESTART_RESTART) ||
			      is_at(own, MGCP_RESTART_RESTART),
		.notified = entity_text(gw, st, gw->e->text),
		.request_id = st && st->req.id[0] ? st->req.id : "0",
	};
	return true;
}

bool mgcp_conn_status(const struct mgcp_engine *e, const struct term *t,
		      struct mgcp_conn_status *out)
{
	const struct conn *c = t->endp ? conn_of(t) : NULL;

	if (!c || !gw_of(t->endp->owner) || gw_of(t->endp->owner)->e != e)
		return false;
	*out = (struct mgcp_conn_status){ c->call, t->name,
					  (enum strm_mode)t->strm[0].mode };
	return true;
}
