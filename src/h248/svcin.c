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
	} else if (delay) {
		after(h, H248_STATE_OUT, delay);
	} else if (h->term) {
		h->graceful = true; /* when it is back in the null context */
	} else {
		hterm_set_state(h, H248_STATE_OUT);
	}
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
	if (s->method == H248_RESTART)
		x->mg->state = H248_STATE_IN;
	else if (s->method == H248_FORCED)
		x->mg->state = H248_STATE_OUT;
	else if (s->method != H248_GRACEFUL)
		return H248_BAD_VALUE; /* Failover and Disconnected are ours to say */
	return 0;
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
};

static void grace_over(struct tmr *t, uint64_t now)
{
	struct h248_mg *mg = TMR_OF(t, struct h248_mg, grace);

	(void)now;
	mg->state = H248_STATE_OUT;
	mg->graceful = false;
	svc_tell(mg, H248_CTX_NULL, STR_LIT("ROOT"), H248_FORCED, H248_MG_FAILING, 0);
}

int hservice_root(struct h248_mg *mg, enum h248_service_change what, uint32_t delay,
		 unsigned reason)
{
	if (what == H248_PUT_BACK) {
		mg->state = H248_STATE_IN;
		tmr_del(&mg->e->timers, &mg->grace);
		svc_again(mg, true);
		return 1;
	}
	if (what == H248_TAKE_FORCED)
		mg->state = H248_STATE_OUT;
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

static int one(struct h248_mg *mg, struct hterm *h, enum h248_service_change what,
	       uint32_t delay, unsigned reason)
{
	uint32_t ctx = h->term ? h->term->ctx->id : H248_CTX_NULL;

	if (!reason)
		reason = what == H248_PUT_BACK ? H248_RESTORED : H248_OUT_OF_SERVICE;
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

		if (!endp_is_named(e))
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
		    !name_glob(str_of(h->name), pattern))
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
