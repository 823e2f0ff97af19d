/* mgcp/connect.c - CreateConnection and ModifyConnection.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 2.3.5, 2.3.6, 2.6, 3.3.1, 3.3.2, 3.4.2
 */
#include "mgcp/codes.h"
#include "mgcp/work.h"
#include "util/err.h"

/* The longest header of an answer: I, Z, Z2 and I2 with all names at their longest. */
enum { HEADER_MOST = 1024 };

static enum strm_mode strm_mode_of(enum mgcp_mode m)
{
	static const uint8_t modes[MGCP_MODE_EXT] = {
		[MGCP_SENDONLY] = MODE_SENDONLY, [MGCP_RECVONLY] = MODE_RECVONLY,
		[MGCP_SENDRECV] = MODE_SENDRECV, [MGCP_CONFRNCE] = MODE_CONFRNCE,
		[MGCP_INACTIVE] = MODE_INACTIVE, [MGCP_LOOPBACK] = MODE_LOOPBACK,
		[MGCP_CONTTEST] = MODE_CONTTEST, [MGCP_NETWLOOP] = MODE_NETWLOOP,
		[MGCP_NETWTEST] = MODE_NETWTEST,
	};

	return modes[m];
}

static unsigned parse_mode(struct work *w, bool required)
{
	const struct mgcp_param *m = mgcp_get(w->m, MGCP_PARAM_M);

	if (!m)
		return required ? MGCP_BAD_MODE : 0;
	if (m->mode == MGCP_MODE_EXT)
		return MGCP_NO_PACKAGE; /* 3661, 517 */
	if (m->mode == MGCP_MODE_NONE)
		return MGCP_BAD_MODE;
	w->ask.mode = strm_mode_of(m->mode);
	w->ask.has |= ASK_MODE;
	return 0;
}

static unsigned parse_local(struct work *w, bool link)
{
	const struct mgcp_param *l = mgcp_get(w->m, MGCP_PARAM_L);
	unsigned code;

	w->opts = l ? l->lcos : NULL;
	code = lco_check(w->opts, link);
	return code ? code : lco_ask(w->opts, &w->ask);
}

static unsigned parse_remote(struct work *w)
{
	struct parse_err err;
	int rc;

	if (!w->m->nsdp || !w->m->sdp[0].n)
		return 0;
	rc = sdp_parse(w->e->arena, w->m->sdp[0], &w->remote, &err);
	if (rc == -H_ENOMEM)
		return MGCP_NO_RESOURCES;
	if (rc) {
		w->comment = err.what;
		return MGCP_BAD_REMOTE;
	}
	if (w->remote->next)
		return MGCP_BAD_REMOTE;
	w->ask.remote = w->remote;
	w->ask.has |= ASK_REMOTE;
	return 0;
}

/* Iu user plane framing needs a repacking we do not do; osmo-mgw's users ask for it. */
static unsigned refuse_iuup(const struct work *w)
{
	const struct sdp_media *m = w->remote ? w->remote->media : NULL;

	if (w->gw->conf.profile != MGCP_PROFILE_OSMOCOM)
		return 0;
	for (unsigned i = 0; i < w->ask.formats.n; i++)
		if (str_ieqz(STR_LIT("VND.3GPP.IUFP"), w->ask.formats.v[i].name))
			return MGCP_NO_CODEC;
	for (; m; m = m->next)
		for (const struct sdp_fmt *f = m->fmts; f; f = f->next)
			if (str_ieqz(f->encoding, "VND.3GPP.IUFP"))
				return MGCP_NO_CODEC;
	return 0;
}

static unsigned parse_media(struct work *w, bool create, bool link)
{
	unsigned code = parse_mode(w, create);

	if (!code)
		code = parse_local(w, link);
	if (!code)
		code = parse_remote(w);
	if (!code)
		code = refuse_iuup(w);
	return code ? code : request_parse(w);
}

/* The local description as it is after the change. */
static unsigned print_local(struct work *w, const struct term *t)
{
	struct sdp *s = term_local_sdp(t, w->e->arena);
	struct buf *b = &w->sdp_text[w->nsdp];

	if (!s)
		return MGCP_NO_RESOURCES;
	buf_init(b, w->gw->conf.datagram_max);
	sdp_print(b, s);
	if (!buf_ok(b) || b->n + HEADER_MOST > w->gw->conf.datagram_max)
		return MGCP_TOO_LARGE;
	w->nsdp++;
	return 0;
}

/* ---- CRCX ----------------------------------------------------------------------------
 */

unsigned crcx_parse(struct work *w)
{
	const struct mgcp_param *c = mgcp_get(w->m, MGCP_PARAM_C);
	const struct mgcp_param *z2 = mgcp_get(w->m, MGCP_PARAM_Z2);

	if (!c || !c->id_text.n || c->id_text.n > MGCP_ID_MAX)
		return MGCP_NO_CALL;
	if (z2 && w->m->nsdp)
		return MGCP_PROTOCOL; /* one or the other */
	return parse_media(w, true, z2);
}

unsigned crcx_check(struct work *w)
{
	const struct mgcp_param *c = mgcp_get(w->m, MGCP_PARAM_C);
	const struct mgcp_param *z2 = mgcp_get(w->m, MGCP_PARAM_Z2);
	static const struct lco_set none;
	unsigned code = 0;

	if (z2)
		code = work_second(w, z2->name_v);
	if (!code)
		code = request_stage(w);
	if (code)
		return code;
	w->conn = conn_new(w->gw, c->id_text);
	if (!w->conn || (z2 && !(w->conn2 = conn_new(w->gw, c->id_text))) ||
	    lco_merge(&w->conn->lco, &none, w->opts))
		return MGCP_NO_RESOURCES;
	return 0;
}

static unsigned attach(struct work *w)
{
	if (conn_attach(w->conn, w->term) ||
	    (w->term2 && conn_attach(w->conn2, w->term2)))
		return MGCP_NO_RESOURCES;
	return 0;
}

/* Nothing is left of a connection that could not be made or told. */
static unsigned give_up(struct work *w, unsigned code)
{
	conn_detach(w->conn);
	if (w->conn2)
		conn_detach(w->conn2);
	model_rollback(w->e->model);
	return code;
}

unsigned crcx_apply(struct work *w)
{
	enum cause c;
	unsigned code;

	if (w->ep2)
		c = term_add_pair(w->ep, w->ep2, &w->ask, &w->term, &w->term2);
	else
		c = term_add(w->ep, &w->ask, &w->term);
	if (c)
		return mgcp_code_of(c);
	code = attach(w);
	if (!code)
		code = print_local(w, w->term);
	if (code)
		return give_up(w, code);
	c = model_commit(w->e->model, w->e->now);
	if (c)
		return give_up(w, mgcp_code_of(c));
	request_apply(w, w->ep);
	log_info(LOGC_MGCP, "%s: call %s: connection %s on %s", w->gw->conf.name,
		 w->conn->call, w->term->name, w->ep->name);
	w->conn = w->conn2 = NULL;
	return 0;
}

static void put_endpoint(struct work *w, enum mgcp_param_id id, const struct endp *ep,
			 struct span domain)
{
	mgcp_put_name(w->body, id);
	buf_str(w->body, ep->name);
	buf_char(w->body, '@');
	buf_span(w->body, domain);
	mgcp_put_eol(w->body);
}

void crcx_answer(struct work *w)
{
	const struct mgcp_param *z2 = mgcp_get(w->m, MGCP_PARAM_Z2);

	mgcp_put_param_str(w->body, MGCP_PARAM_I, w->term->name);
	if (w->chosen)
		put_endpoint(w, MGCP_PARAM_Z, w->ep, w->m->endpoint.domain);
	if (!w->term2)
		return;
	if (w->chosen2)
		put_endpoint(w, MGCP_PARAM_Z2, w->ep2, z2->name_v->domain);
	mgcp_put_param_str(w->body, MGCP_PARAM_I2, w->term2->name);
}

/* ---- MDCX ----------------------------------------------------------------------------
 */

unsigned mdcx_parse(struct work *w)
{
	const struct mgcp_param *c = mgcp_get(w->m, MGCP_PARAM_C);
	unsigned code;

	if (!c || !c->id_text.n)
		return MGCP_NO_CALL;
	code = work_term(w);
	if (code)
		return code;
	return parse_media(w, false, w->term->kind == TERM_LINK);
}

unsigned mdcx_check(struct work *w)
{
	unsigned code = request_stage(w);

	if (code)
		return code;
	return lco_merge(&w->lco, &conn_of(w->term)->lco, w->opts) ? MGCP_NO_RESOURCES
								   : 0;
}

static unsigned modify(struct work *w)
{
	uint32_t version = w->term->sdp_version;
	enum cause c = term_modify(w->term, &w->ask);
	unsigned code = 0;

	if (c)
		return mgcp_code_of(c);
	/* 2.3.6: told only when what we told before is no longer so. libosmo-mgcp-client
	 * forgets our address when an answer lacks it. */
	if (w->term->sdp_version != version ||
	    w->gw->conf.profile == MGCP_PROFILE_OSMOCOM)
		code = print_local(w, w->term);
	if (code) {
		model_rollback(w->e->model);
		return code;
	}
	c = model_commit(w->e->model, w->e->now);
	return c ? mgcp_code_of(c) : 0;
}

unsigned mdcx_apply(struct work *w)
{
	struct conn *conn = conn_of(w->term);
	unsigned code = w->ask.has ? modify(w) : 0;

	if (code)
		return code;
	lco_fini(&conn->lco);
	conn->lco = w->lco;
	w->lco = (struct lco_set){ 0 };
	request_apply(w, w->ep);
	log_info(LOGC_MGCP, "%s: call %s: connection %s modified", w->gw->conf.name,
		 conn->call, w->term->name);
	return 0;
}
