/* ctl/do_list.c - commands that list what the model holds.
 *
 * layer: ctl (L4)   thread: control   I/O: none
 */
#include <stdio.h>
#include <string.h>

#include "ctl/req.h"
#include "ctl/walk.h"
#include "h248/engine.h"
#include "mgcp/engine.h"
#include "model/model.h"
#include "util/mem.h"

/* ---- endpoints ----------------------------------------------------------------- */

static const char *kind_name(enum endp_kind k)
{
	static const char *const names[] = { "bridge", "conf", "page", "line", "player" };

	return names[k];
}

static const char *state_name(const struct endp *e, const struct mgcp_endp_status *st)
{
	static const char *const services[] = { "in service", "leaving",
						"out of service", "returning" };

	if (e->gone)
		return "deleted";
	if (st->disconnected)
		return "disconnected";
	if (st->restarting)
		return "restarting";
	return services[st->service];
}

static void put_endpoint(struct ctl_req *r, const struct endp *e)
{
	struct mgcp_endp_status st = { 0 };
	struct jout *j = req_row(r);

	if (r->env->mgcp)
		mgcp_endp_status(r->env->mgcp, e, &st);
	jout_str(j, "name", e->name);
	jout_str(j, "owner", owner_get_spec(e->owner)->name);
	jout_str(j, "kind", kind_name(e->kind));
	jout_str(j, "state", state_name(e, &st));
	jout_u64(j, "connections", e->nconn);
	jout_str(j, "notified", st.notified);
	req_row_end(r);
}

static bool endpoint_step(struct ctl_req *r)
{
	struct walk *w = r->state;

	for (unsigned i = 0; i < REQ_ROWS && w->at < w->n; i++, w->at++) {
		struct owner *o = owner_find(r->env->model, str_of(w->owner[w->at]));
		struct endp *e = o ? endp_find(o, str_of(w->name[w->at])) : NULL;

		if (e)
			put_endpoint(r, e);
	}
	return w->at < w->n;
}

static bool note_endpoint(struct walk *w, const struct endp *e)
{
	if (w->n == w->room) {
		size_t room = w->room ? w->room * 2 : 256;
		void *names = mem_realloc(w->name, room * sizeof(*w->name));
		void *owners;

		if (!names)
			return false;
		w->name = names;
		owners = mem_realloc(w->owner, room * sizeof(*w->owner));
		if (!owners)
			return false;
		w->owner = owners;
		w->room = room;
	}
	snprintf(w->name[w->n], sizeof(*w->name), "%s", e->name);
	snprintf(w->owner[w->n], sizeof(*w->owner), "%s", owner_get_spec(e->owner)->name);
	w->n++;
	return true;
}

void ctl_do_endpoints(struct ctl_req *r)
{
	const char *pattern = req_text(r, "pattern");
	struct walk *w = walk_owner_known(r) ? walk_new(r) : NULL;
	bool busy = req_flag(r, "busy"), ok = true;
	struct owner *o = NULL;

	if (!w)
		return;
	while (ok && (o = owner_next(r->env->model, o))) {
		struct endp *e = NULL;

		if (!walk_wants(r, o))
			continue;
		while (ok &&
		       endp_next(o, str_of(pattern && pattern[0] ? pattern : "*"), &e))
			if (!busy || e->nconn)
				ok = note_endpoint(w, e);
	}
	if (!ok)
		req_fail(r, CTL_REFUSED, "out of memory");
	else if (!w->n && pattern && pattern[0] && !busy)
		req_fail(r, CTL_UNKNOWN, "no endpoint matches \"%s\"", pattern);
	else
		r->step = endpoint_step;
}

/* ---- contexts and streams ------------------------------------------------------ */

/* Of the one that is there longest; what no agent holds has no beginning. */
static uint64_t age_ns(struct ctl_req *r, const struct ctx *c)
{
	uint64_t now = r->env->now(), since = now;
	struct term *t = NULL;

	while ((t = ctx_term_next(c, t)))
		if (t->since && t->since < since)
			since = t->since;
	return now - since;
}

static void put_context(struct ctl_req *r, const struct ctx *c)
{
	struct h248_ctx_status st;
	struct jout *j = req_row(r);
	struct term *t = NULL;

	jout_u64(j, "context", c->id);
	jout_str(j, "owner", owner_get_spec(c->owner)->name);
	jout_str(j, "endpoint", c->endp ? c->endp->name : NULL);
	if (c->worker == PORTS_ANY_WORKER)
		jout_str(j, "worker", NULL);
	else
		jout_u64(j, "worker", c->worker);
	jout_open(j, "terminations", '[');
	while ((t = ctx_term_next(c, t)))
		jout_str(j, NULL, t->name[0] ? t->name : t->room ? "room" : "?");
	jout_close(j, ']');
	if (r->env->h248 && h248_ctx_status(r->env->h248, c, &st)) {
		jout_u64(j, "priority", st.priority);
		jout_bool(j, "emergency", st.emergency);
		jout_bool(j, "ieps", st.ieps);
		jout_u64(j, "topology", st.ntopo);
	}
	jout_seconds(j, "seconds", age_ns(r, c) / 1000000);
	req_row_end(r);
}

static bool context_step(struct ctl_req *r)
{
	struct walk *w = r->state;

	for (unsigned i = 0; i < REQ_ROWS && w->at < w->n; i++, w->at++) {
		struct term *t = term_by_id(r->env->model, w->id[w->at]);

		if (t && t->ctx)
			put_context(r, t->ctx);
	}
	return w->at < w->n;
}

static uint64_t sum_drops(const struct strm_stats *s)
{
	uint64_t n = 0;

	for (int i = 0; i < DROP_N; i++)
		n += stats_get64(&s->drop[i]);
	return n;
}

static void put_drops(struct jout *j, const struct strm_stats *s)
{
	static const char *const names[DROP_N] = {
		"source", "probation", "format", "invalid",
		"mode",   "floor",     "own",    "send",
		"police",
	};

	jout_u64(j, "dropped", sum_drops(s));
	jout_open(j, "drops", '{');
	for (int i = 0; i < DROP_N; i++)
		jout_u64(j, names[i], stats_get64(&s->drop[i]));
	jout_close(j, '}');
}

void req_put_stats(struct jout *j, const struct strm_stats *s)
{
	uint32_t clock = stats_get32(&s->rx_clock);
	uint64_t jitter = stats_get32(&s->rx_jitter);

	jout_u64(j, "rx", stats_get64(&s->rx_packets));
	jout_u64(j, "rx_octets", stats_get64(&s->rx_octets));
	jout_u64(j, "tx", stats_get64(&s->tx_packets));
	jout_u64(j, "tx_octets", stats_get64(&s->tx_octets));
	jout_u64(j, "lost", stats_lost(s));
	jout_u64(j, "jitter_ms", clock ? jitter * 1000 / clock : 0);
	jout_u64(j, "rtt_us", stats_get32(&s->rtt_us));
	put_drops(j, s);
}

static const char *codec_of(const struct strm *s)
{
	const struct format_set *f = s->remote && s->remote->n ? s->remote : s->local;

	return f && f->n ? f->v[0].name : "";
}

static void put_stream(struct ctl_req *r, const struct term *t, const struct strm *s)
{
	struct mgcp_conn_status st = { 0 };
	struct jout *j = req_row(r);

	if (r->env->mgcp)
		mgcp_conn_status(r->env->mgcp, t, &st);
	jout_str(j, "owner", owner_get_spec(t->ctx->owner)->name);
	jout_u64(j, "context", t->ctx->id);
	jout_str(j, "endpoint", t->endp ? t->endp->name : NULL);
	jout_str(j, "connection", t->name);
	jout_str(j, "call", st.call_id);
	jout_u64(j, "stream", s->id);
	jout_str(j, "media", s->media);
	jout_str(j, "mode", mode_str(s->mode));
	jout_str(j, "codec", codec_of(s));
	jout_addr(j, "local", &s->slot.local);
	jout_addr(j, "told", &s->slot.told);
	jout_addr(j, "remote", &s->raddr);
	jout_bool(j, "waiting", t->waiting);
	jout_seconds(j, "seconds", t->since ? (r->env->now() - t->since) / 1000000 : 0);
	if (s->slot.slot && s->slot.stats)
		req_put_stats(j, s->slot.stats);
	req_row_end(r);
}

/* "rtpbridge/7", also as agents write it, with a domain. */
static struct span local_part(const char *endpoint)
{
	return (struct span){ endpoint, strcspn(endpoint, "@") };
}

static bool endpoint_known(struct ctl_req *r, const char *endpoint)
{
	struct owner *o = NULL;

	while ((o = owner_next(r->env->model, o)))
		if (walk_wants(r, o) && endp_find(o, local_part(endpoint)))
			return true;
	return false;
}

static bool stream_step(struct ctl_req *r)
{
	const char *endpoint = req_text(r, "endpoint");
	struct walk *w = r->state;

	for (unsigned i = 0; i < REQ_ROWS && w->at < w->n; i++, w->at++) {
		struct term *t = term_by_id(r->env->model, w->id[w->at]);

		if (!t || !t->ctx || (!t->endp && !t->nstrm))
			continue;
		if (endpoint &&
		    (!t->endp || !str_ieqz(local_part(endpoint), t->endp->name)))
			continue;
		for (unsigned k = 0; k < t->nstrm; k++)
			if (t->kind != TERM_PORT)
				put_stream(r, t, &t->strm[k]);
	}
	return w->at < w->n;
}

void ctl_do_contexts(struct ctl_req *r)
{
	walk_terms(r, false, context_step);
}

void ctl_do_streams(struct ctl_req *r)
{
	const char *endpoint = req_text(r, "endpoint");

	if (endpoint && !endpoint_known(r, endpoint))
		req_fail(r, CTL_UNKNOWN, "there is no endpoint \"%s\"", endpoint);
	else
		walk_terms(r, true, stream_step);
}
