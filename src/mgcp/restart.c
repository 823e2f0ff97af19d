/* mgcp/restart.c - which procedures a name stands under, begun, woken and ended.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 2.3.12, 4.4.6, 4.4.7
 */
#include "mgcp/restart.h"

#include <string.h>

#include "mgcp/cmd.h"
#include "mgcp/codes.h"
#include "mgcp/endst.h"
#include "mgcp/entity.h"
#include "util/err.h"

unsigned restart_procs(struct mgcp_gw *gw, struct span local, struct endp *ep,
		       struct proc **out, unsigned most)
{
	struct endst *st = ep ? endst_peek(ep) : NULL;
	bool many = !ep && memchr(local.p ? local.p : "", '*', local.n);
	unsigned n = 0;

	if (most && proc_busy(gw->proc))
		out[n++] = gw->proc;
	if (n < most && st && st->proc && proc_busy(st->proc))
		out[n++] = st->proc;
	if (many)
		LIST_EACH(it, &gw->procs)
		{
			if (n == most)
				break;
			out[n++] = LIST_OF(it, struct proc, in_gw);
		}
	return n;
}

unsigned restart_wake(struct mgcp_gw *gw, struct span local, struct endp *ep,
		      const struct addr *from, bool audit, struct proc **out,
		      unsigned most)
{
	unsigned n = restart_procs(gw, local, ep, out, most);

	for (unsigned i = 0; i < n; i++) {
		out[i]->from = audit ? (struct addr){ 0 } : *from;
		proc_feed(out[i], PROC_EV_COMMAND);
	}
	return audit ? 0 : n;
}

bool restart_blocks(const struct mgcp_gw *gw, struct span scope)
{
	struct endp *ep;
	struct endst *st;

	if (proc_busy(gw->proc))
		return true;
	if (list_empty(&gw->procs))
		return false;
	ep = endp_find(gw->owner, scope);
	st = ep ? endst_peek(ep) : NULL;
	return st && st->proc && proc_busy(st->proc);
}

void restart_activity(struct mgcp_gw *gw, struct span scope)
{
	struct proc *procs[2];
	unsigned n = restart_procs(gw, scope, endp_find(gw->owner, scope), procs, 2);

	while (n)
		proc_feed(procs[--n], PROC_EV_ACTIVITY);
}

void restart_start(struct mgcp_gw *gw)
{
	if (gw->conf.announce)
		proc_feed(gw->proc, PROC_EV_START);
}

/* 2.3.12: "restart" says that an endpoint is in service, in its default state and without
 * connections. */
static bool is_fresh(const struct mgcp_gw *gw, const struct endp *ep)
{
	const struct endst *st = endst_peek(ep);

	if (ep->nconn || endst_service(gw, ep).state != MGCP_IN_SERVICE)
		return false;
	return !st || (!st->notified && !st->bearer && !st->req.id[0] && !st->req.map &&
		       !st->req.loop && !st->req.discard &&
		       (!st->proc || st->proc->method == MGCP_RESTART_RESTART));
}

bool restart_is_true(struct mgcp_gw *gw, struct span pattern)
{
	struct endp *ep = NULL;

	while (endp_next(gw->owner, pattern, &ep))
		if (!is_fresh(gw, ep))
			return false;
	return true;
}

/* The procedure that goes by this name already. */
static struct proc *part_find(struct mgcp_gw *gw, struct span pattern)
{
	struct endp *ep = NULL;
	struct endst *st = endp_next(gw->owner, pattern, &ep) ? endst_peek(ep) : NULL;

	return st && st->proc && str_ieqz(pattern, st->proc->pattern) ? st->proc : NULL;
}

static struct proc *part_new(struct mgcp_gw *gw, struct span pattern)
{
	struct proc *p = part_find(gw, pattern);
	struct endp *ep = NULL;

	if (!p) {
		p = proc_new(gw, pattern);
		if (!p)
			return NULL;
		list_add(&gw->procs, &p->in_gw);
	}
	while (endp_next(gw->owner, pattern, &ep)) {
		struct endst *st = endst_get(gw, ep);

		if (!st) {
			proc_free(p);
			return NULL;
		}
		st->proc = p;
	}
	return p;
}

int restart_part(struct mgcp_gw *gw, struct span pattern)
{
	struct proc *p;

	if (!gw->conf.announce || !gw->started)
		return 0;
	if (proc_busy(gw->proc) && gw->proc->method == MGCP_RESTART_RESTART)
		return 0; /* "*" tells it */
	p = part_new(gw, pattern);
	if (!p)
		return -H_ENOMEM;
	proc_feed(p, PROC_EV_START);
	return 0;
}

/* When nobody was heard since, the association is lost, and with it all endpoints that
 * share it: one procedure for all of them (4.4.7). Else only this endpoint's. */
void restart_loss(struct mgcp_gw *gw, struct span scope, uint64_t sent)
{
	struct endp *ep = endp_find(gw->owner, scope);
	struct endst *st;
	struct proc *p;

	if (!gw->conf.announce)
		return;
	if (!ep || (gw->last_heard <= sent && !gw->nown)) {
		proc_feed(gw->proc, PROC_EV_LOSS);
		return;
	}
	st = endst_peek(ep);
	p = st && st->proc ? st->proc : part_new(gw, scope);
	if (!p)
		return;
	if (p->phase == MGCP_PHASE_QUIET)
		p->phase = MGCP_PHASE_DONE;
	proc_feed(p, PROC_EV_LOSS);
}

static void tell_done(struct cmd *c, unsigned code, const struct mgcp_msg *answer)
{
	if (code != CMD_LOST)
		proc_take_entity(c->gw, str_of(c->scope), answer);
}

void restart_tell(struct mgcp_gw *gw, struct span pattern, enum mgcp_restart method,
		  uint32_t delay, unsigned reason)
{
	char text[ENTITY_TEXT_MAX], lines[128];
	struct endp *ep = endp_find(gw->owner, pattern);
	struct buf b;
	struct cmd_spec spec = { .verb = MGCP_RSIP,
				 .scope = pattern,
				 .done = tell_done,
				 .urgent = gw->nflight < gw->window };

	if (!gw->conf.announce || !gw->started)
		return;
	spec.entity = entity_text(gw, ep ? endst_peek(ep) : NULL, text);
	buf_fixed(&b, lines, sizeof(lines));
	proc_put_body(&b, method, delay, reason);
	spec.body = buf_view(&b);
	if (spec.entity[0])
		cmd_new(gw, &spec);
}

void restart_forget(struct mgcp_gw *gw, struct endp *ep)
{
	struct endst *st = endst_peek(ep);

	if (st && st->proc && st->proc != gw->proc &&
	    str_ieqz(str_of(st->proc->pattern), ep->name))
		proc_free(st->proc);
}

void restart_stop(struct mgcp_gw *gw)
{
	while (!list_empty(&gw->procs))
		proc_free(LIST_OF(gw->procs.next, struct proc, in_gw));
	if (gw->proc)
		proc_feed(gw->proc, PROC_EV_STOP);
}

void restart_free(struct mgcp_gw *gw)
{
	restart_stop(gw);
	proc_free(gw->proc);
	gw->proc = NULL;
}
