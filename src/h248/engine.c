/* h248/engine.c - the engine: its life, its MGs, its five verbs.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525
 */
#include "h248/engine.h"

#include <string.h>

#include "h248/audit.h"
#include "h248/events.h"
#include "h248/exec.h"
#include "h248/input.h"
#include "h248/reply.h"
#include "h248/request.h"
#include "h248/service.h"
#include "h248/svc.h"
#include "util/err.h"
#include "util/mem.h"

/* ---- the model's callbacks ------------------------------------------------------- */

static void tell_call(struct h248_engine *e, const struct hterm *h,
		      const struct term_end *end)
{
	struct h248_call_end call = {
		.owner = end->term->ctx->owner,
		.ctx = end->term->ctx->id,
		.term = h->name,
		.cause = end->reason,
		.end = end,
		.reason_code = h->reason,
	};
	struct hstats s;

	stats_sum(end->term, NULL, end->at, &s);
	call.dur_ms = s.dur_ms;
	call.ps = s.ps;
	call.os = s.os;
	call.pr = s.pr;
	call.or = s.or;
	call.lost = s.lost;
	call.jitter_ms = s.clock ? (uint32_t)((uint64_t)s.jitter * 1000 / s.clock) : 0;
	call.delay_ms = s.rtt_us / 2000;
	e->ops.call_end(e->arg, &call);
}

static void on_ended(void *arg, const struct term_end *end)
{
	struct h248_engine *e = arg;
	struct hterm *h = hterm_of(end->term);

	if (!h)
		return;
	if (e->ops.call_end)
		tell_call(e, h, end);
	hterm_ended(h);
}

static const struct strm *strm_of(const struct term *t, uint64_t cookie)
{
	for (unsigned i = 0; i < t->nstrm; i++)
		if (t->strm[i].plan && t->strm[i].plan->cookie == cookie)
			return &t->strm[i];
	return NULL;
}

/* What a payload type stands for on the way in. */
static const char *encoding_of(const struct strm *s, uint8_t pt)
{
	for (unsigned i = 0; s->local && i < s->local->n; i++)
		if (s->local->v[i].pt == pt)
			return s->local->v[i].name;
	return "unknown";
}

static void on_event(void *arg, struct owner *o, struct term *t,
		     const struct med_event *ev)
{
	struct hterm *h = t ? hterm_of(t) : NULL;
	const struct strm *s = h ? strm_of(t, ev->cookie) : NULL;

	(void)arg;
	(void)o;
	if (!s)
		return;
	if (ev->kind == MED_SILENT)
		hev_detected(h, CAP_NETFAIL, s->sid, "cs", 1, "no media received");
	if (ev->kind == MED_PAYLOAD)
		hev_detected(h, CAP_PAYLOAD, s->sid, "rtppltype", 1,
			     encoding_of(s, (uint8_t)ev->other));
}

static void on_release(void *arg, struct term *t, const char *reason)
{
	struct hterm *h = hterm_of(t);

	(void)arg;
	if (h)
		hservice_release(h, reason);
}

static void on_report(void *arg, struct owner *o, struct term *t, const char *reason)
{
	const struct h248_mg *mg = mg_of(o);

	(void)arg;
	if (mg)
		log_notice(LOGC_H248, "%s: %s%s%s", mg->conf.name, t ? t->name : "",
			   t ? ": " : "", reason);
}

/* A room came (7.2.8: Restart for its ports to be) or went. Named ones alike. */
static void on_endpoint(void *arg, struct endp *ep, bool in)
{
	struct h248_mg *mg = mg_of(ep->owner);
	bool named = endp_is_named(ep);

	(void)arg;
	if (mg && ep->room)
		zoneid_forget(mg);
	if (!mg || !mg->started || !named)
		return; /* ports are made by Add and told one by one when they go */
	svc_tell(mg, H248_CTX_NULL, str_of(ep->name), in ? H248_RESTART : H248_FORCED,
		 in ? H248_RESTORED : H248_OUT_OF_SERVICE, 0);
}

static void on_endp_end(void *arg, struct endp *ep)
{
	struct h248_mg *mg = mg_of(ep->owner);

	(void)arg;
	if (mg && ep->room)
		zoneid_forget(mg);
	if (endp_is_named(ep))
		hterm_free(ep->user);
}

static void on_ctx_end(void *arg, struct ctx *c)
{
	(void)arg;
	mem_free(c->user);
	c->user = NULL;
}

static const struct model_ops model_calls = {
	.ended = on_ended,
	.event = on_event,
	.report = on_report,
	.release = on_release,
	.endpoint = on_endpoint,
	.endp_end = on_endp_end,
	.ctx_end = on_ctx_end,
};

/* ---- MGs ------------------------------------------------------------------------- */

static struct h248_mg *find(const struct h248_engine *e, const char *name)
{
	LIST_EACH (i, &e->mgs) {
		struct h248_mg *mg = LIST_OF(i, struct h248_mg, in_engine);

		if (!strcmp(mg->conf.name, name))
			return mg;
	}
	return NULL;
}

struct owner *h248_engine_knows(const struct h248_engine *e, const struct addr *local,
				const struct addr *remote, enum transport transport)
{
	LIST_EACH (i, &e->mgs) {
		const struct h248_mg *mg = LIST_OF(i, struct h248_mg, in_engine);

		if (!mg->gone && mg_listens(mg, local, transport) &&
		    mg_knows(mg, remote, transport == TRANSPORT_UDP))
			return mg->owner;
	}
	return NULL;
}

static struct h248_mg *make(struct h248_engine *e, const struct h248_mg_conf *c)
{
	struct owner *o = owner_find(e->model, str_of(c->name));
	struct h248_mg *mg;

	if (!o || owner_get_spec(o)->proto != PROTO_H248)
		return NULL;
	mg = mg_new(e, o, c);
	if (!mg)
		return NULL;
	list_add(&e->mgs, &mg->in_engine);
	owner_set_user(o, mg);
	return mg;
}

static void start(struct h248_mg *mg)
{
	if (mg->started)
		return;
	mg->started = true;
	svc_start(mg);
}

/* ---- life ------------------------------------------------------------------------ */

struct h248_engine *h248_engine_new(struct model *model, const struct h248_conf *conf,
				    const struct h248_ops *ops, void *arg)
{
	struct h248_engine *e = mem_zalloc(sizeof(*e));

	if (!e)
		return NULL;
	e->model = model;
	if (ops)
		e->ops = *ops;
	e->arg = arg;
	list_init(&e->mgs);
	outq_init(&e->out);
	list_init(&e->execs);
	tmr_heap_init(&e->timers);
	buf_init(&e->print, H248_MSG_MAX);
	if (h248_engine_reload(e, conf, 0)) {
		h248_engine_free(e);
		return NULL;
	}
	model_set_ops(model, &model_calls, e, PROTO_H248);
	return e;
}

void h248_engine_free(struct h248_engine *e)
{
	if (!e)
		return;
	model_set_ops(e->model, NULL, NULL, PROTO_H248);
	for (struct ctx *c = ctx_next(e->model, NULL); c; c = ctx_next(e->model, c))
		if (owner_get_spec(c->owner)->proto == PROTO_H248)
			on_ctx_end(e, c);
	while (!list_empty(&e->mgs))
		mg_free(LIST_OF(e->mgs.next, struct h248_mg, in_engine));
	outq_fini(&e->out);
	tmr_heap_fini(&e->timers);
	buf_fini(&e->print);
	arena_free(e->spare);
	mem_free(e);
}

void h248_engine_start(struct h248_engine *e, bool warm, uint64_t now)
{
	e->now = now;
	e->started = true;
	e->warm = warm;
	LIST_EACH (i, &e->mgs)
		start(LIST_OF(i, struct h248_mg, in_engine));
}

static const struct h248_mg_conf *conf_find(const struct h248_conf *conf,
					    const char *name)
{
	for (uint32_t i = 0; i < conf->nmg; i++)
		if (!strcmp(conf->mg[i].name, name))
			return &conf->mg[i];
	return NULL;
}

/* MGs the configuration has and the engine has not. All or none. */
static int make_missing(struct h248_engine *e, const struct h248_conf *conf)
{
	struct list *last = e->mgs.prev;

	for (uint32_t i = 0; i < conf->nmg; i++) {
		if (find(e, conf->mg[i].name) || make(e, &conf->mg[i]))
			continue;
		while (e->mgs.prev != last)
			mg_free(LIST_OF(e->mgs.prev, struct h248_mg, in_engine));
		return -H_ENOMEM;
	}
	return 0;
}

/* From now on out of the configuration: it neither hears nor speaks. */
static void silence(struct h248_mg *mg)
{
	mg->gone = true;
	mg->started = false;
	svc_stop(mg);
	hreq_free_all(mg);
}

static void take_conf(struct h248_engine *e, struct h248_mg *mg,
		      const struct h248_mg_conf *c)
{
	bool again = mg->started && strcmp(mg->conf.mid, c->mid) != 0;

	mg_set_conf(mg, c);
	mg->gone = false;
	if (again)
		svc_again(mg, true); /* 8.3: one MID per association */
	else if (e->started)
		start(mg);
}

int h248_engine_reload(struct h248_engine *e, const struct h248_conf *conf, uint64_t now)
{
	char why[256];
	int rc = h248_conf_check(conf, why, sizeof(why));

	e->now = now > e->now ? now : e->now;
	if (!rc)
		rc = make_missing(e, conf);
	if (rc)
		return rc;
	LIST_EACH (i, &e->mgs) {
		struct h248_mg *mg = LIST_OF(i, struct h248_mg, in_engine);
		const struct h248_mg_conf *c = conf_find(conf, mg->conf.name);

		if (c)
			take_conf(e, mg, c);
		else
			silence(mg);
	}
	return 0;
}

/* ---- the five verbs -------------------------------------------------------------- */

void h248_engine_input(struct h248_engine *e, const struct assoc *from, struct span bytes,
		       uint64_t now)
{
	struct h248_mg *mg = from->owner ? mg_of(from->owner) : NULL;

	e->now = now;
	if (!mg || mg->gone)
		return;
	if (e->ops.trace)
		e->ops.trace(e->arg, false, from, bytes);
	input_message(mg, from, bytes);
	hservice_run(mg);
}

void h248_engine_timeout(struct h248_engine *e, uint64_t now)
{
	e->now = now;
	tmr_run(&e->timers, now);
	exec_resume_all(e);
	LIST_EACH (i, &e->mgs) {
		struct h248_mg *mg = LIST_OF(i, struct h248_mg, in_engine);
		struct htxn *t;

		while ((t = htxn_expired(&mg->txns, now)))
			reply_forget(mg, t);
		hservice_run(mg);
	}
}

uint64_t h248_engine_next_timeout(const struct h248_engine *e)
{
	uint64_t next = tmr_next(&e->timers);

	if (!list_empty(&e->execs))
		return e->now;
	LIST_EACH (i, &e->mgs) {
		uint64_t at = htxn_next_expiry(
			&LIST_OF(i, struct h248_mg, in_engine)->txns);

		next = at < next ? at : next;
	}
	return next;
}

bool h248_engine_output(struct h248_engine *e, struct out_msg *out)
{
	return outq_take(&e->out, out);
}

bool h248_engine_connected(struct h248_engine *e, const struct assoc *as, uint64_t now)
{
	struct h248_mg *mg = as->owner ? mg_of(as->owner) : NULL;

	e->now = now;
	return mg && !mg->gone && svc_connected(mg, as);
}

void h248_engine_closed(struct h248_engine *e, const struct assoc *as, uint64_t now)
{
	struct h248_mg *mg = as->owner ? mg_of(as->owner) : NULL;

	e->now = now;
	if (mg && !mg->gone)
		svc_closed(mg, as);
}

void h248_engine_unreachable(struct h248_engine *e, const struct addr *remote,
			     uint64_t now)
{
	e->now = now;
	LIST_EACH (i, &e->mgs)
		hreq_unreachable(LIST_OF(i, struct h248_mg, in_engine), remote);
}

/* ---- service states -------------------------------------------------------------- */

int h248_engine_service(struct h248_engine *e, struct owner *o, struct span pattern,
			enum h248_service_change what, uint32_t delay, unsigned reason,
			uint64_t now)
{
	struct h248_mg *mg = mg_of(o);

	e->now = now;
	return mg ? hservice_change(mg, pattern, what, delay, reason) : -H_ENOENT;
}

void h248_engine_stop(struct h248_engine *e, uint32_t delay, uint64_t now)
{
	e->now = now;
	e->stopping = true;
	LIST_EACH (i, &e->mgs)
		hservice_root(LIST_OF(i, struct h248_mg, in_engine),
			      delay ? H248_TAKE_GRACEFUL : H248_TAKE_FORCED, delay, 0);
}

bool h248_engine_quiet(const struct h248_engine *e)
{
	LIST_EACH (i, &e->mgs) {
		const struct h248_mg *mg = LIST_OF(i, struct h248_mg, in_engine);

		if (mg->nflight || mg->nqueue)
			return false;
	}
	return list_empty(&e->execs);
}

/* ---- as a table ------------------------------------------------------------------ */

static void op_input(void *e, const struct assoc *from, struct span bytes, uint64_t now)
{
	h248_engine_input(e, from, bytes, now);
}

static void op_timeout(void *e, uint64_t now)
{
	h248_engine_timeout(e, now);
}

static uint64_t op_next_timeout(const void *e)
{
	return h248_engine_next_timeout(e);
}

static bool op_output(void *e, struct out_msg *out)
{
	return h248_engine_output(e, out);
}

static void op_free(void *e)
{
	h248_engine_free(e);
}

const struct engine_ops h248_engine_ops = {
	.name = "h248",
	.input = op_input,
	.timeout = op_timeout,
	.next_timeout = op_next_timeout,
	.output = op_output,
	.free = op_free,
};
