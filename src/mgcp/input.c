/* mgcp/input.c - datagrams of known agents: repeats, confirmations, commands, answers.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 3.5.1, 3.5.2, 3.5.5 (piggybacking), 3.5.6
 */
#include "mgcp/input.h"

#include "mgcp/cmd.h"
#include "mgcp/codes.h"
#include "mgcp/restart.h"
#include "mgcp/work.h"
#include "util/err.h"

enum { ACKS_MAX = 4096, MESSAGES_MAX = 64 };

/* Ranges are looked up id by id, at most ACKS_MAX of them in one message: confirming is
 * optional (3.5.2), and what is passed over leaves by itself after T-HIST. */
static void take_acks(struct mgcp_gw *gw, const struct mgcp_range *r)
{
	uint32_t left = ACKS_MAX;

	for (; r; r = r->next) {
		for (uint32_t id = r->lo; id <= r->hi && left; id++, left--) {
			struct txn *t = txn_find(&gw->txns, id);

			if (t)
				answer_acked(gw, t);
		}
	}
}

/* An answer of the agent: to a command of ours, or the 000 that ends a transaction. */
static void take_response(struct mgcp_gw *gw, const struct assoc *from,
			  const struct mgcp_msg *m)
{
	struct txn *t;

	if (m->code >= 100) {
		cmd_answer(gw, from, m);
		return;
	}
	t = txn_find(&gw->txns, m->tid);
	if (t && t->told)
		answer_acked(gw, t);
	else
		gw_count(gw, MGCP_M_STRAY);
}

/* A repeat is never executed again. While a restart is not yet known the RSIP goes with
 * the old answer too (4.4.6, 4.4.7). */
static void take_repeat(struct mgcp_gw *gw, const struct assoc *from,
			const struct mgcp_msg *m, const struct txn *t)
{
	struct proc *procs[WORK_PROCS];
	unsigned n;

	gw_count(gw, MGCP_M_REPEATS);
	if (txn_executing(t)) {
		answer_provisional(gw, from, t->tid);
		return;
	}
	if (!t->kept.answer) {
		gw_count(gw, MGCP_M_SILENCED);
		return;
	}
	n = restart_wake(gw, m->endpoint.local, endp_find(gw->owner, m->endpoint.local),
			 &from->remote, m->verb == MGCP_AUEP || m->verb == MGCP_AUCX,
			 procs, WORK_PROCS);
	answer_repeat(gw, from, t, procs, n);
}

static void complain(struct work *w, unsigned code, const struct parse_err *err)
{
	const char *what = w->m->fault ? err->what : mgcp_code_text(code);

	gw_complain(w->gw, &w->from->remote, "%.4s %u answered %u: %s",
		    w->m->verb_text.p ? w->m->verb_text.p : "?", w->m->tid, code,
		    what ? what : "");
}

/* New: executed once. An id that can't be remembered must not be executed. */
static void take_command(struct mgcp_gw *gw, const struct assoc *from,
			 const struct mgcp_msg *m, const struct parse_err *err)
{
	struct work w = {
		.e = gw->e,
		.gw = gw,
		.from = from,
		.m = m,
		.body = &gw->e->body,
	};
	unsigned code = 0;

	buf_reset(w.body);
	gw_count(gw, MGCP_M_COMMANDS);
	if (!gw->started)
		code = MGCP_RESTARTING; /* the zones are not all there yet */
	else if (kept_full(&gw->txns) || !(w.txn = txn_begin(&gw->txns, m->tid)))
		code = MGCP_OVERLOAD;
	else
		code = work_run(&w);
	if (code)
		answer_send(&w, code);
	if (code >= 400)
		complain(&w, code, err);
	work_end(&w);
}

static void take_message(struct mgcp_gw *gw, const struct assoc *from, struct span bytes)
{
	struct parse_err err = { 0 };
	struct mgcp_msg *m = NULL;
	const struct mgcp_param *k;
	struct txn *t;
	int rc;

	arena_reset(gw->e->arena);
	rc = mgcp_parse(gw->e->arena, bytes, &m, &err);
	if (rc)
		gw_count(gw, MGCP_M_MALFORMED);
	if (!m || rc == -H_ENOMEM) {
		gw_complain(gw, &from->remote, "unreadable at byte %zu: %s", err.offset,
			    err.what ? err.what : "no memory");
		return;
	}
	if (m->verb == MGCP_RESPONSE) {
		take_response(gw, from, m);
		return;
	}
	k = mgcp_get(m, MGCP_PARAM_K);
	if (k)
		take_acks(gw, k->ranges);
	t = txn_find(&gw->txns, m->tid);
	if (t)
		take_repeat(gw, from, m, t);
	else
		take_command(gw, from, m, &err);
}

/* Each message as if it had come alone, in order (3.5.5). */
void input_datagram(struct mgcp_gw *gw, const struct assoc *from, struct span bytes)
{
	struct agent *ag = gw_heard(gw, &from->remote, gw->e->now);
	struct span one;

	if (ag)
		ag->commands++;
	txn_expire(&gw->txns, gw->e->now);
	for (int i = 0; i < MESSAGES_MAX && mgcp_split(&bytes, &one); i++)
		take_message(gw, from, one);
}
