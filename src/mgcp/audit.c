/* mgcp/audit.c - AuditEndpoint and AuditConnection.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 2.3.10, 2.3.11, 3.2.2.3 (capabilities), 3.3.6, 3.3.7, 4.4.5 (RM, RD)
 */
#include "mgcp/caps.h"
#include "mgcp/codes.h"
#include "mgcp/entity.h"
#include "mgcp/pkg.h"
#include "mgcp/restart.h"
#include "mgcp/work.h"

/* F: asks for each item once, however often it stands there. */
static bool first_time(uint64_t *seen, const struct mgcp_code *c)
{
	uint64_t bit = UINT64_C(1) << c->id;
	bool first = !(*seen & bit);

	*seen |= bit;
	return first;
}

/* ---- AUEP ----------------------------------------------------------------------------
 */

unsigned auep_parse(struct work *w)
{
	return w->m->nsdp ? MGCP_BAD_PARAM : 0;
}

unsigned auep_check(struct work *w)
{
	(void)w;
	return 0;
}

/* One Z: for each; too many to tell in one datagram is 533. */
static unsigned list_endpoints(struct work *w)
{
	struct endp *ep = NULL;

	while (endp_next(w->gw->owner, w->local, &ep)) {
		mgcp_put_name(w->body, MGCP_PARAM_Z);
		buf_str(w->body, ep->name);
		buf_char(w->body, '@');
		buf_span(w->body, w->m->endpoint.domain);
		mgcp_put_eol(w->body);
		if (!buf_ok(w->body) || w->body->n > w->gw->conf.datagram_max)
			return MGCP_TOO_LARGE;
	}
	return 0;
}

unsigned auep_apply(struct work *w)
{
	return w->many ? list_endpoints(w) : 0;
}

static void put_connections(struct work *w)
{
	const char *sep = "";

	mgcp_put_name(w->body, MGCP_PARAM_I);
	LIST_EACH(it, &w->ep->conns)
	{
		buf_str(w->body, sep);
		buf_str(w->body, LIST_OF(it, struct term, in_endp)->name);
		sep = ", ";
	}
	mgcp_put_eol(w->body);
}

static void put_packages(struct work *w)
{
	mgcp_put_name(w->body, MGCP_PARAM_PL);
	for (unsigned i = 0; mgcp_pkgs[i]; i++)
		buf_printf(w->body, "%s%s:%u", i ? "," : "", mgcp_pkgs[i]->name,
			   mgcp_pkgs[i]->version);
	mgcp_put_eol(w->body);
}

static bool disconnected(const struct proc *p)
{
	return p && proc_busy(p) && p->method == MGCP_RESTART_DISCONNECTED;
}

static uint32_t seconds_to(const struct work *w, uint64_t at)
{
	return at > w->e->now ? (uint32_t)((at - w->e->now + TMR_S(1) - 1) / TMR_S(1))
			      : 0;
}

/* 4.4.5, last column, and the delay an RSIP sent now would carry. */
static enum mgcp_restart restart_method(const struct work *w, uint32_t *delay)
{
	struct service s = endst_service(w->gw, w->ep);
	const struct endst *st = endst_peek(w->ep);
	const struct proc *p = st && disconnected(st->proc) ? st->proc : w->gw->proc;

	*delay = s.state == MGCP_OUT_OF_SERVICE ? 0 : seconds_to(w, s.until);
	if (s.state == MGCP_OUT_OF_SERVICE)
		return MGCP_RESTART_FORCED;
	if (s.state == MGCP_GRACEFUL)
		return MGCP_RESTART_GRACEFUL;
	if (s.state == MGCP_RETURNING || !disconnected(p))
		return MGCP_RESTART_RESTART;
	*delay = (uint32_t)((w->e->now - p->since) / TMR_S(1));
	return MGCP_RESTART_DISCONNECTED;
}

static void put_state(struct work *w, enum mgcp_param_id id)
{
	const struct endst *st = endst_peek(w->ep);
	uint32_t delay;
	enum mgcp_restart rm = restart_method(w, &delay);
	unsigned reason = st && st->reason ? st->reason : w->gw->reason;

	if (id == MGCP_PARAM_RM)
		mgcp_put_param_str(w->body, id, mgcp_restart_name(rm));
	else if (id == MGCP_PARAM_RD)
		mgcp_put_param_dec(w->body, id, delay);
	else
		mgcp_put_reason(w->body, reason, mgcp_reason_text(reason));
}

static void put_request(struct work *w, enum mgcp_param_id id)
{
	static const struct request none;
	const struct endst *st = endst_peek(w->ep);
	const struct request *r = st ? &st->req : &none;

	if (id == MGCP_PARAM_X)
		mgcp_put_param_str(w->body, id, r->id[0] ? r->id : "0");
	else if (id == MGCP_PARAM_D)
		mgcp_put_param_str(w->body, id, r->map ? r->map : "");
	else
		mgcp_put_param_str(
			w->body, id,
			r->loop ? (r->discard ? "loop,discard" : "loop,process")
				: (r->discard ? "step,discard" : "step,process"));
}

static void put_entity(struct work *w)
{
	char text[ENTITY_TEXT_MAX];

	mgcp_put_param_str(w->body, MGCP_PARAM_N,
			   entity_text(w->gw, endst_peek(w->ep), text));
}

static void put_bearer(struct work *w)
{
	static const char *const names[] = { "", "e:A", "e:mu" };
	const struct endst *st = endst_peek(w->ep);

	mgcp_put_param_str(w->body, MGCP_PARAM_B, names[st ? st->bearer : BEARER_NONE]);
}

/* What is not known is left out, what has no value is told empty. */
static void auep_item(struct work *w, const struct mgcp_code *c)
{
	switch (c->id) {
	case MGCP_PARAM_R: /* empty: there are no packages */
	case MGCP_PARAM_S:
	case MGCP_PARAM_T:
	case MGCP_PARAM_O:
	case MGCP_PARAM_ES:
		mgcp_put_param_str(w->body, c->id, "");
		break;
	case MGCP_PARAM_X:
	case MGCP_PARAM_D:
	case MGCP_PARAM_Q:
		put_request(w, c->id);
		break;
	case MGCP_PARAM_N:
		put_entity(w);
		break;
	case MGCP_PARAM_I:
		put_connections(w);
		break;
	case MGCP_PARAM_B:
		put_bearer(w);
		break;
	case MGCP_PARAM_RM:
	case MGCP_PARAM_RD:
	case MGCP_PARAM_E:
		put_state(w, c->id);
		break;
	case MGCP_PARAM_PL:
		put_packages(w);
		break;
	case MGCP_PARAM_MD:
		mgcp_put_param_dec(w->body, c->id, w->gw->conf.datagram_max);
		break;
	case MGCP_PARAM_A:
		caps_put(w->body, w->ep);
		break;
	default:
		break;
	}
}

void auep_answer(struct work *w)
{
	const struct mgcp_param *f = mgcp_get(w->m, MGCP_PARAM_F);
	uint64_t seen = 0;

	if (!w->ep) /* a wildcard, or the null endpoint: F: is ignored */
		return;
	for (const struct mgcp_code *c = f ? f->codes : NULL; c; c = c->next)
		if (first_time(&seen, c))
			auep_item(w, c);
}

/* ---- AUCX ----------------------------------------------------------------------------
 */

unsigned aucx_parse(struct work *w)
{
	(void)w;
	return 0;
}

unsigned aucx_check(struct work *w)
{
	return work_term(w);
}

/* 3.3.7: a description that is not there is told as its version only. */
static void put_description(struct work *w, struct sdp *s)
{
	struct buf *b = &w->sdp_text[w->nsdp++];

	buf_init(b, MGCP_BYTES_MAX);
	if (s)
		sdp_print(b, s);
	else
		buf_str(b, "v=0\r\n");
}

static void aucx_item(struct work *w, const struct mgcp_code *c)
{
	const struct conn *conn = conn_of(w->term);
	struct conn_stats s;

	switch (c->id) {
	case MGCP_PARAM_C:
		mgcp_put_param_str(w->body, c->id, conn->call);
		break;
	case MGCP_PARAM_N:
		put_entity(w);
		break;
	case MGCP_PARAM_L:
		mgcp_put_name(w->body, c->id);
		lco_print(w->body, &conn->lco);
		mgcp_put_eol(w->body);
		break;
	case MGCP_PARAM_M:
		mgcp_put_param_str(w->body, c->id,
				   mode_str((enum strm_mode)w->term->strm[0].mode));
		break;
	case MGCP_PARAM_P:
		s = conn_stats(w->term);
		mgcp_put_name(w->body, c->id);
		conn_put_stats(w->body, &s);
		mgcp_put_eol(w->body);
		break;
	default:
		break;
	}
}

void aucx_answer(struct work *w)
{
	const struct mgcp_param *f = mgcp_get(w->m, MGCP_PARAM_F);
	uint64_t seen = 0;

	for (const struct mgcp_code *c = f ? f->codes : NULL; c; c = c->next)
		if (first_time(&seen, c))
			aucx_item(w, c);
	/* The local one always comes first. */
	if (seen & UINT64_C(1) << MGCP_PARAM_LC)
		put_description(w, term_local_sdp(w->term, w->e->arena));
	if (seen & UINT64_C(1) << MGCP_PARAM_RC)
		put_description(w, term_remote_sdp(w->term, w->e->arena));
}
