/* h248/svcin.c - service states: ordered by the MGC, by the operator, by the model.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 7.2.8, 11.4, 11.5
 */
#include "h248/service.h"

#include <string.h>

#include "h248/exec.h"
#include "h248/hterm.h"
#include "h248/svc.h"
#include "util/err.h"

/* ---- what happens to one termination --------------------------------------------- */

static void after(struct hterm *h, uint8_t state, uint32_t delay)
{
	struct tmr_heap *timers = &h->mg->e->timers;

	h->next_state = state;
	if (!delay || tmr_set(timers, &h->tmr, h->mg->e->now + TMR_S(delay)))
		hterm_set_state(h, state);
}

static void take(struct hterm *h, enum h248_method method, uint32_t delay)
{
	tmr_del(&h->mg->e->timers, &h->tmr);
	h->graceful = false;
	if (method == H248_FORCED) {
		hterm_set_state(h, H248_STATE_OUT);
	} else if (method == H248_RESTART) {
		after(h, H248_STATE_IN, delay);
	} else {
		/* 7.2.8: after the delay, or back in the null context before */
		h->graceful = h->term != NULL;
		if (delay)
			after(h, H248_STATE_OUT, delay);
		else if (!h->term)
			hterm_set_state(h, H248_STATE_OUT);
	}
}

/* ---- what happens to the whole gateway --------------------------------------------- */

/* 7.2.8: with ROOT out of service all terminations are subtracted. */
static void subtract_all(struct h248_mg *mg)
{
	struct model *m = mg->e->model;
	struct ctx *c;

	while ((c = ctx_owner_next(mg->owner, NULL))) {
		struct term *t = ctx_term_next(c, NULL);

		t->why = "forced";
		if (term_subtract(t) != CAUSE_OK) {
			model_rollback(m);
			return;
		}
		if (model_commit(m, mg->e->now) != CAUSE_OK)
			return;
	}
}

static void root_out(struct h248_mg *mg)
{
	mg->state = H248_STATE_OUT;
	mg->graceful = false;
	subtract_all(mg);
}

static void root_delay_over(struct tmr *t, uint64_t now)
{
	struct h248_mg *mg = TMR_OF(t, struct h248_mg, grace);

	(void)now;
	if (mg->graceful)
		root_out(mg);
	else
		mg->state = H248_STATE_IN;
}

/* The MGC's order, at once or after `delay` seconds. */
static unsigned root_order(struct h248_mg *mg, enum h248_method method, uint32_t delay)
{
	struct tmr_heap *timers = &mg->e->timers;

	tmr_del(timers, &mg->grace);
	tmr_init(&mg->grace, root_delay_over);
	mg->graceful = method == H248_GRACEFUL;
	if (delay && method != H248_FORCED)
		return tmr_set(timers, &mg->grace, mg->e->now + TMR_S(delay))
			       ? H248_NO_RESOURCES
			       : 0;
	if (method == H248_FORCED)
		root_out(mg);
	else if (method == H248_RESTART)
		mg->state = H248_STATE_IN;
	else if (!owner_ctxs(mg->owner))
		root_out(mg);
	return 0;
}

/* ---- by the MGC ------------------------------------------------------------------ */

static unsigned root_change(struct exec *x, const struct h248_svc *s)
{
	if (s->method == H248_HANDOFF) {
		if (!s->mgcid)
			return H248_BAD_VALUE;
		x->mg->svc.hops = 0;
		hservice_handoff(x->mg, s->mgcid);
		return 0;
	}
	if (s->method != H248_RESTART && s->method != H248_FORCED &&
	    s->method != H248_GRACEFUL)
		return H248_BAD_VALUE; /* Failover and Disconnected are ours to say */
	return root_order(x->mg, (enum h248_method)s->method,
			  s->has & H248_SVC_HAS_DELAY ? s->delay : 0);
}

unsigned run_service(struct exec *x, struct span name, struct h248_cmd *r)
{
	const struct h248_desc *d = cmd_desc(x->cmd, H248_D_SVC);
	const struct h248_svc *s = d ? d->u.svc : NULL;
	struct hterm *h;
	struct term *t;
	struct endp *ep;

	(void)r;
	if (!s || !(s->has & H248_SVC_HAS_METHOD))
		return H248_BAD_COMMAND;
	if (s->method == H248_METHOD_EXT)
		return H248_BAD_VALUE;
	if (str_ieqz(name, "root"))
		return root_change(x, s);
	if (s->method != H248_FORCED && s->method != H248_GRACEFUL &&
	    s->method != H248_RESTART)
		return H248_BAD_VALUE;
	if (!hterm_find(x->mg, name, &h, &t, &ep))
		return H248_NO_TERM;
	if (!h)
		h = hterm_new(x->mg, ep->name, ep);
	if (!h)
		return H248_NO_RESOURCES;
	take(h, (enum h248_method)s->method, s->has & H248_SVC_HAS_DELAY ? s->delay : 0);
	return 0;
}

/* The reply to the order goes out first. */
void hservice_handoff(struct h248_mg *mg, const struct h248_mid *to)
{
	struct hand *h = &mg->hand;

	if (to->name.n >= sizeof(h->name))
		return;
	h->mid = *to;
	if (to->name.n)
		memcpy(h->name, to->name.p, to->name.n);
	h->mid.name.p = to->name.n ? h->name : NULL;
	h->due = true;
}

void hservice_run(struct h248_mg *mg)
{
	if (mg->graceful && !tmr_armed(&mg->grace) && !owner_ctxs(mg->owner))
		root_out(mg);
	if (!mg->hand.due)
		return;
	mg->hand.due = false;
	svc_handoff(mg, &mg->hand.mid);
}

/* ---- by the operator ------------------------------------------------------------- */

static const enum h248_method methods[] = {
	[H248_TAKE_GRACEFUL] = H248_GRACEFUL,
	[H248_TAKE_FORCED] = H248_FORCED,
	[H248_PUT_BACK] = H248_RESTART,
	[H248_CANCEL_GRACEFUL] = H248_RESTART,
};

/* Out of service by our own will. Who stops the engine ends the calls himself. */
static void leave(struct h248_mg *mg)
{
	if (!mg->e->stopping)
		root_out(mg);
	mg->state = H248_STATE_OUT;
	mg->graceful = false;
}

static void grace_over(struct tmr *t, uint64_t now)
{
	struct h248_mg *mg = TMR_OF(t, struct h248_mg, grace);

	(void)now;
	leave(mg);
	svc_tell(mg, H248_CTX_NULL, STR_LIT("ROOT"), H248_FORCED, H248_MG_FAILING, 0);
}

int hservice_root(struct h248_mg *mg, enum h248_service_change what, uint32_t delay,
		 unsigned reason)
{
	if (what == H248_CANCEL_GRACEFUL && !mg->graceful)
		return -H_ENOENT;
	tmr_del(&mg->e->timers, &mg->grace);
	if (what == H248_PUT_BACK || what == H248_CANCEL_GRACEFUL) {
		mg->state = H248_STATE_IN;
		mg->graceful = false;
		svc_again(mg, true);
		return 1;
	}
	if (what == H248_TAKE_FORCED)
		leave(mg);
	mg->graceful = what == H248_TAKE_GRACEFUL;
	tmr_init(&mg->grace, grace_over);
	if (mg->graceful && delay &&
	    tmr_set(&mg->e->timers, &mg->grace, mg->e->now + TMR_S(delay)))
		return -H_ENOMEM;
	if (mg->svc.phase != H248_PHASE_ACTIVE)
		return 1; /* nobody to tell */
	return svc_tell(mg, H248_CTX_NULL, STR_LIT("ROOT"), methods[what],
			reason ? reason : H248_MG_FAILING, delay)
		       ? -H_ENOMEM
		       : 1;
}

static bool applies(const struct hterm *h, enum h248_service_change what)
{
	return what != H248_CANCEL_GRACEFUL || (h && hterm_leaving(h));
}

static int one(struct h248_mg *mg, struct hterm *h, enum h248_service_change what,
	       uint32_t delay, unsigned reason)
{
	uint32_t ctx = h->term ? h->term->ctx->id : H248_CTX_NULL;

	if (!reason)
		reason = methods[what] == H248_RESTART ? H248_RESTORED
						       : H248_OUT_OF_SERVICE;
	h->reason = reason;
	take(h, methods[what], delay);
	return svc_tell(mg, ctx, str_of(h->name), methods[what], reason, delay);
}

static int named(struct h248_mg *mg, struct span pattern, enum h248_service_change what,
		 uint32_t delay, unsigned reason)
{
	struct endp *e = NULL;
	int n = 0;

	while (endp_next(mg->owner, pattern, &e)) {
		struct hterm *h = e->user;

		if (!endp_is_named(e) || !applies(h, what))
			continue;
		if (!h)
			h = hterm_new(mg, e->name, e);
		if (!h || one(mg, h, what, delay, reason))
			return -H_ENOMEM;
		n++;
	}
	return n;
}

int hservice_change(struct h248_mg *mg, struct span pattern,
		   enum h248_service_change what, uint32_t delay, unsigned reason)
{
	int n;

	if (str_ieqz(pattern, "root"))
		return hservice_root(mg, what, delay, reason);
	n = named(mg, pattern, what, delay, reason);
	if (n < 0)
		return n;
	LIST_EACH (i, &mg->hterms) {
		struct hterm *h = LIST_OF(i, struct hterm, in_mg);

		if ((h->endp && endp_is_named(h->endp)) || !h->term ||
		    !applies(h, what) || !name_glob(str_of(h->name), pattern))
			continue;
		if (one(mg, h, what, delay, reason))
			return -H_ENOMEM;
		n++;
	}
	return n ? n : -H_ENOENT;
}

/* ---- by the model ---------------------------------------------------------------- */

/* Told by ServiceChange Forced, media stopped, kept until subtracted. */
void hservice_release(struct hterm *h, const char *why)
{
	struct h248_mg *mg = h->mg;

	mg_count(mg, H248_M_RELEASED);
	h->state = H248_STATE_OUT;
	h->reason = h248_reason_of(why);
	svc_tell(mg, h->term ? h->term->ctx->id : H248_CTX_NULL, str_of(h->name),
		 H248_FORCED, h->reason, 0);
}
