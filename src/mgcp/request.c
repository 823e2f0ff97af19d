/* mgcp/request.c - NotificationRequest and EndpointConfiguration, alone or carried.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 2.3.2, 2.3.3, 3.2.2.14; RFC 3661 2.2
 */
#include <string.h>

#include "mgcp/codes.h"
#include "mgcp/entity.h"
#include "mgcp/notify.h"
#include "mgcp/pkg.h"
#include "mgcp/work.h"
#include "util/mem.h"

static unsigned parse_events(struct work *w)
{
	const struct mgcp_param *r = mgcp_get(w->m, MGCP_PARAM_R);
	const struct mgcp_param *s = mgcp_get(w->m, MGCP_PARAM_S);
	const struct mgcp_param *t = mgcp_get(w->m, MGCP_PARAM_T);
	const struct mgcp_param *d = mgcp_get(w->m, MGCP_PARAM_D);
	struct endst *st = w->ep ? endst_peek(w->ep) : NULL;
	bool has_map = d ? d->map.n : st && st->req.map;
	unsigned code = 0;

	if (r)
		code = mgcp_events_check(mgcp_pkgs, r->events, MGCP_ITEM_EVENT, has_map);
	if (!code && s)
		code = mgcp_events_check(mgcp_pkgs, s->events, MGCP_ITEM_SIGNAL, has_map);
	if (!code && t)
		code = mgcp_events_check(mgcp_pkgs, t->events, MGCP_ITEM_EVENT, has_map);
	return code;
}

static unsigned parse_quarantine(struct work *w)
{
	const struct mgcp_param *q = mgcp_get(w->m, MGCP_PARAM_Q);

	if (!q)
		return 0;
	if ((q->loop && q->step) || (q->process && q->discard))
		return MGCP_BAD_QUARANTINE;
	w->req.loop = q->loop;
	w->req.discard = q->discard;
	return 0;
}

static unsigned parse_bearer(struct work *w)
{
	const struct mgcp_param *b = mgcp_get(w->m, MGCP_PARAM_B);

	for (const struct mgcp_lco *l = b ? b->lcos : NULL; l; l = l->next) {
		if (l->id == MGCP_LCO_PACKAGE)
			return MGCP_NO_PACKAGE;
		if (l->id != MGCP_LCO_ENC || !l->words || w->bearer)
			return MGCP_BAD_PARAM;
		w->bearer = str_ieqz(l->words->text, "A") ? BEARER_A : BEARER_MU;
	}
	return 0;
}

static unsigned parse_entity(struct work *w)
{
	const struct mgcp_param *n = mgcp_get(w->m, MGCP_PARAM_N);

	return n && n->name_v && !entity_ok(w->gw, n->name_v) ? MGCP_BAD_PARAM : 0;
}

/* X: is needed as soon as there is anything of a request (3.2.2). */
unsigned request_parse(struct work *w)
{
	static const enum mgcp_param_id parts[] = { MGCP_PARAM_R, MGCP_PARAM_S,
						    MGCP_PARAM_D, MGCP_PARAM_Q,
						    MGCP_PARAM_T };
	const struct mgcp_param *x = mgcp_get(w->m, MGCP_PARAM_X);
	unsigned code = parse_entity(w);

	if (!code)
		code = parse_bearer(w);
	for (unsigned i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (!code && !x && mgcp_get(w->m, parts[i]))
			code = MGCP_PROTOCOL;
	if (code || !x)
		return code;
	if (!x->id_text.n || x->id_text.n > MGCP_ID_MAX)
		return MGCP_BAD_PARAM;
	w->has_request = true;
	memcpy(w->req.id, x->id_text.p, x->id_text.n);
	code = parse_quarantine(w);
	return code ? code : parse_events(w);
}

static char *dup_text(struct span s)
{
	char *p = mem_alloc(s.n + 1);

	if (p) {
		if (s.n)
			memcpy(p, s.p, s.n);
		p[s.n] = '\0';
	}
	return p;
}

static bool whole(const struct work *w)
{
	return w->many && str_eq(w->local, STR_LIT("*"));
}

/* All memory is taken here, so that request_apply() can't fail. */
unsigned request_stage(struct work *w)
{
	const struct mgcp_param *d = mgcp_get(w->m, MGCP_PARAM_D);
	const struct mgcp_param *n = mgcp_get(w->m, MGCP_PARAM_N);

	w->keep_map = !d;
	if (whole(w))
		n = NULL; /* the gateway's own, see apply_many() */
	if (d && d->map.n && !(w->req.map = dup_text(d->map)))
		return MGCP_NO_RESOURCES;
	if (n) {
		w->notified = dup_text(n->name_v ? n->name_v->text : STR_LIT(""));
		if (!w->notified)
			return MGCP_NO_RESOURCES;
	}
	if ((w->has_request || w->bearer || n) && !endst_get(w->gw, w->ep))
		return MGCP_NO_RESOURCES;
	return 0;
}

void request_apply(struct work *w, struct endp *ep)
{
	struct endst *st = endst_peek(ep);
	char *map;

	if (w->notified) {
		notify_set_endp(w->gw, ep, w->notified);
		w->notified = NULL;
	}
	if (!st)
		return;
	if (w->bearer)
		st->bearer = w->bearer;
	if (!w->has_request)
		return;
	map = st->req.map;
	if (w->keep_map) {
		w->req.map = map;
		map = NULL;
	}
	st->req = w->req;
	w->req.map = NULL;
	mem_free(map);
}

unsigned rqnt_parse(struct work *w)
{
	unsigned code = request_parse(w);

	if (code)
		return code;
	return w->has_request ? 0 : MGCP_PROTOCOL;
}

unsigned epcf_parse(struct work *w)
{
	const struct mgcp_param *b = mgcp_get(w->m, MGCP_PARAM_B);

	/* 2.3.2: required, as there is no extension parameter we know. */
	if (!b || b->empty)
		return MGCP_PROTOCOL;
	return parse_bearer(w);
}

unsigned rqnt_check(struct work *w)
{
	return w->many ? 0 : request_stage(w);
}

/* Each endpoint gets its own copies, and all memory is taken before any is changed:
 * all of them take the request or none does (4.4.3). */
static unsigned stage_many(struct work *w, struct work *each, uint32_t n)
{
	struct endp *ep = NULL;
	unsigned code = 0;

	for (uint32_t i = 0; i < n && !code && endp_next(w->gw->owner, w->local, &ep);
	     i++) {
		each[i] = *w;
		each[i].ep = ep;
		code = request_stage(&each[i]);
	}
	return code;
}

static unsigned apply_many(struct work *w)
{
	const struct mgcp_param *n_param = mgcp_get(w->m, MGCP_PARAM_N);
	uint32_t n = endp_count(w->gw->owner, w->local);
	struct work *each = mem_array(n, sizeof(*each));
	unsigned code = each ? stage_many(w, each, n) : MGCP_NO_RESOURCES;

	for (uint32_t i = 0; each && i < n; i++) {
		if (!code && each[i].ep)
			request_apply(&each[i], each[i].ep);
		mem_free(each[i].req.map);
		mem_free(each[i].notified);
	}
	mem_free(each);
	/* One entity for all is the gateway's, and "*" can name them all (4.4.7). */
	if (!code && whole(w) && n_param)
		notify_set_scope(w->gw, w->local,
				 n_param->name_v ? n_param->name_v->text : STR_LIT(""));
	return code;
}

unsigned rqnt_apply(struct work *w)
{
	if (w->many)
		return apply_many(w);
	if (!endst_get(w->gw, w->ep))
		return MGCP_NO_RESOURCES;
	request_apply(w, w->ep);
	return 0;
}
