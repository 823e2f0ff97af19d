/* mgcp/names.c - which endpoint and which connection a command means.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 2.1.2 (wildcards), 2.3.5 ("any of"), 4.4.5; RFC 3661 (500, 501, 405, 410)
 */
#include "mgcp/codes.h"
#include "mgcp/work.h"

enum { CHOOSE_TRIES = 64 };

static bool ready(const struct mgcp_gw *gw, const struct endp *ep)
{
	struct service s = endst_service(gw, ep);

	return s.state == MGCP_IN_SERVICE || s.state == MGCP_GRACEFUL;
}

static bool is_osmocom(const struct work *w)
{
	return w->gw->conf.profile == MGCP_PROFILE_OSMOCOM;
}

bool work_is_null(const struct work *w)
{
	return is_osmocom(w) && str_ieqz(w->local, "null");
}

/* "Any of": one in service without connections. */
static unsigned choose(struct work *w, struct span pattern, struct endp **out)
{
	enum cause c;

	if (w->gw->service.state >= MGCP_OUT_OF_SERVICE)
		return MGCP_NOT_READY;
	c = endp_choose(w->gw->owner, pattern, is_osmocom(w), out);
	return c ? mgcp_code_of(c) : 0;
}

static unsigned find_many(struct work *w)
{
	struct endp *ep = NULL;

	w->many = true;
	return endp_next(w->gw->owner, w->local, &ep) ? 0 : MGCP_NO_ENDPOINT;
}

unsigned work_endpoint(struct work *w)
{
	const struct mgcp_name *n = &w->m->endpoint;
	bool star_any = n->all && w->verb->verb == MGCP_CRCX && is_osmocom(w);

	w->local = n->local;
	if (!gw_domain_ok(w->gw, n))
		return MGCP_NO_ENDPOINT;
	if (work_is_null(w))
		return w->verb->verb == MGCP_AUEP ? 0 : MGCP_NO_ENDPOINT;
	if (n->any || star_any) {
		if (!(w->verb->flags & VERB_ANY) || (n->all && !star_any))
			return MGCP_NO_ENDPOINT;
		w->chosen = true;
		return choose(w, n->local, &w->ep);
	}
	if (n->all)
		return w->verb->flags & VERB_ALL ? find_many(w) : MGCP_NO_ENDPOINT;
	w->ep = endp_find(w->gw->owner, n->local);
	return w->ep ? 0 : MGCP_NO_ENDPOINT;
}

/* Any one but the first. */
static unsigned choose_second(struct work *w, struct span pattern)
{
	unsigned code;

	w->chosen2 = true;
	endp_set_ready(w->ep, false);
	code = choose(w, pattern, &w->ep2);
	endp_set_ready(w->ep, true);
	return code;
}

unsigned work_second(struct work *w, const struct mgcp_name *n)
{
	if (!n || !gw_domain_ok(w->gw, n) || n->all)
		return MGCP_NO_ENDPOINT;
	if (n->any)
		return choose_second(w, n->local);
	w->ep2 = endp_find(w->gw->owner, n->local);
	if (!w->ep2)
		return MGCP_NO_ENDPOINT;
	return ready(w->gw, w->ep2) ? 0 : MGCP_NOT_READY;
}

/* 4.4.5: out of service only audits work. */
unsigned work_service(struct work *w)
{
	struct endp *ep = NULL;

	if (w->verb->flags & VERB_AUDIT)
		return 0;
	if (w->ep)
		return ready(w->gw, w->ep) ? 0 : MGCP_NOT_READY;
	while (endp_next(w->gw->owner, w->local, &ep))
		if (!ready(w->gw, ep))
			return MGCP_NOT_READY; /* 4.4.3: all or none */
	return 0;
}

static const struct mgcp_param *one_id(const struct work *w)
{
	const struct mgcp_param *p = mgcp_get(w->m, MGCP_PARAM_I);

	return p && p->words && !p->words->next ? p : NULL;
}

/* X-Osmo-IGN: C says not to look at the call. */
static bool ignores_call(const struct work *w)
{
	const struct mgcp_param *p = is_osmocom(w) ? w->m->params : NULL;

	for (; p; p = p->next)
		if (p->id == MGCP_PARAM_VENDOR_MAY && str_ieqz(p->name, "X-Osmo-IGN") &&
		    str_ieqz(p->text, "C"))
			return true;
	return false;
}

unsigned work_term(struct work *w)
{
	const struct mgcp_param *i = one_id(w), *c = mgcp_get(w->m, MGCP_PARAM_C);

	if (!i)
		return MGCP_NO_CONNECTION;
	w->term = term_find(w->gw->owner, i->words->text);
	if (!w->term || w->term->endp != w->ep || !conn_of(w->term))
		return MGCP_NO_CONNECTION;
	if (c && !ignores_call(w) && !str_ieqz(c->id_text, conn_of(w->term)->call))
		return MGCP_NO_CALL;
	return 0;
}
