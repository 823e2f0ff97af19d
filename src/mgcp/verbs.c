/* mgcp/verbs.c - the verbs, a row each, and how a command goes through its row.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 2.3, 3.2.2 (the table of parameters and commands), 4.4.3
 */
#include "mgcp/codes.h"
#include "mgcp/notify.h"
#include "mgcp/restart.h"
#include "mgcp/work.h"
#include "util/mem.h"

#define P(id)     (1u << MGCP_PARAM_##id)
#define P_REQUEST (P(X) | P(R) | P(S) | P(D) | P(Q) | P(T) | P(B))

/* K: may stand in all of them. What is not in `may` is forbidden: 539. E: and P: in DLCX
 * are the gateway's own. NTFY and RSIP are commands to call agents: no row, 504. */
static const struct verb verbs[] = {
	{ MGCP_EPCF, VERB_ALL, P(K) | P(B), false, epcf_parse, NULL, rqnt_apply, NULL },
	{ MGCP_CRCX, VERB_ANY | VERB_REQUEST,
	  P(K) | P(C) | P(L) | P(M) | P(N) | P(Z2) | P_REQUEST, true, crcx_parse,
	  crcx_check, crcx_apply, crcx_answer },
	{ MGCP_MDCX, VERB_REQUEST, P(K) | P(C) | P(I) | P(L) | P(M) | P(N) | P_REQUEST,
	  true, mdcx_parse, mdcx_check, mdcx_apply, NULL },
	{ MGCP_DLCX, VERB_ALL | VERB_REQUEST, P(K) | P(C) | P(I) | P(N) | P_REQUEST,
	  false, dlcx_parse, dlcx_check, dlcx_apply, dlcx_answer },
	{ MGCP_RQNT, VERB_ALL | VERB_REQUEST, P(K) | P(N) | P_REQUEST, false, rqnt_parse,
	  rqnt_check, rqnt_apply, NULL },
	{ MGCP_AUEP, VERB_AUDIT | VERB_ALL, P(K) | P(F), false, auep_parse, auep_check,
	  auep_apply, auep_answer },
	{ MGCP_AUCX, VERB_AUDIT, P(K) | P(I) | P(F), false, aucx_parse, aucx_check, NULL,
	  aucx_answer },
};

static const struct verb *verb_row(enum mgcp_verb v)
{
	for (unsigned i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (verbs[i].verb == v)
			return &verbs[i];
	return NULL;
}

static void wake_procs(struct work *w)
{
	bool audit = w->verb && (w->verb->flags & VERB_AUDIT);

	w->nprocs = restart_wake(w->gw, w->local, w->ep, &w->from->remote, audit,
				 w->procs, WORK_PROCS);
}

static unsigned identify(struct work *w)
{
	unsigned code;

	w->verb = verb_row(w->m->verb);
	code = check_message(w);
	return code ? code : work_endpoint(w);
}

static unsigned execute(struct work *w)
{
	unsigned code = check_params(w);

	if (!code && !work_is_null(w))
		code = work_service(w);
	if (!code && w->verb->parse)
		code = w->verb->parse(w);
	if (!code && w->verb->check)
		code = w->verb->check(w);
	if (!code && w->verb->apply)
		code = w->verb->apply(w);
	return code;
}

unsigned work_run(struct work *w)
{
	unsigned code = identify(w);

	wake_procs(w);
	if (!code)
		code = execute(w);
	if (w->pending)
		return 0;
	if (code && (code < 200 || code >= 300))
		return code;
	if (w->verb->answer)
		w->verb->answer(w);
	if (!(w->verb->flags & VERB_AUDIT)) {
		w->gw->last_order = w->e->now;
		notify_source(w->gw, w->ep, &w->from->remote);
	}
	return code ? code : MGCP_OK;
}

/* Whatever was staged and not applied goes. */
void work_end(struct work *w)
{
	conn_free(w->conn);
	conn_free(w->conn2);
	lco_fini(&w->lco);
	mem_free(w->req.map);
	mem_free(w->notified);
	buf_fini(&w->sdp_text[0]);
	buf_fini(&w->sdp_text[1]);
}
