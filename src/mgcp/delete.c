/* mgcp/delete.c - DeleteConnection from an agent, in its four forms.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 2.3.7, 2.3.9
 */
#include "mgcp/codes.h"
#include "mgcp/notify.h"
#include "mgcp/work.h"

enum { DELETE_AT_ONCE = 64 };

static bool single(const struct work *w)
{
	return mgcp_get(w->m, MGCP_PARAM_I) != NULL;
}

unsigned dlcx_parse(struct work *w)
{
	const struct mgcp_param *c = mgcp_get(w->m, MGCP_PARAM_C);

	if (c && !c->id_text.n)
		return MGCP_NO_CALL;
	if (!single(w)) {
		unsigned code = request_parse(w);

		/* 2.3.9: nothing is encapsulated in this form */
		return code ? code : w->has_request || w->bearer ? MGCP_PROTOCOL : 0;
	}
	return w->many ? MGCP_NO_ENDPOINT : request_parse(w);
}

unsigned dlcx_check(struct work *w)
{
	unsigned code = single(w) ? work_term(w) : 0;

	if (code || w->many)
		return code;
	return request_stage(w);
}

/* An endpoint that was taken away ends with its last connection: nothing more is done
 * with it. */
static void let_go(struct work *w)
{
	if (w->ep && w->ep->gone)
		w->ep = NULL;
}

static unsigned delete_one(struct work *w)
{
	enum cause c;

	w->stats = conn_stats(w->term);
	w->has_stats = true;
	c = term_subtract(w->term);
	let_go(w);
	if (!c)
		c = model_commit(w->e->model, w->e->now);
	if (c)
		return mgcp_code_of(c);
	if (w->ep)
		request_apply(w, w->ep);
	return MGCP_DELETED;
}

static uint32_t gather(struct work *w, struct endp *ep, struct list *doomed)
{
	const struct mgcp_param *c = mgcp_get(w->m, MGCP_PARAM_C);
	uint32_t n = 0;

	LIST_EACH(it, &ep->conns)
	{
		struct conn *conn = conn_of(LIST_OF(it, struct term, in_endp));

		if (!conn || (c && !str_ieqz(c->id_text, conn->call)))
			continue;
		list_del(&conn->doomed);
		list_add(doomed, &conn->doomed);
		n++;
	}
	return n;
}

static uint32_t gather_all(struct work *w, struct list *doomed)
{
	struct endp *ep = NULL;
	uint32_t n = 0;

	if (w->ep)
		return gather(w, w->ep, doomed);
	while (endp_next(w->gw->owner, w->local, &ep))
		n += gather(w, ep, doomed);
	return n;
}

static void scatter(struct list *doomed)
{
	LIST_EACH_SAFE(it, doomed)
	list_del(it);
}

/* Few: in one commit, all or none. */
static unsigned delete_few(struct work *w, struct list *doomed)
{
	enum cause c = CAUSE_OK;

	LIST_EACH(it, doomed)
	if (!c)
		c = term_subtract(LIST_OF(it, struct conn, doomed)->term);
	scatter(doomed);
	if (c)
		model_rollback(w->e->model);
	else
		c = model_commit(w->e->model, w->e->now);
	return c ? mgcp_code_of(c) : MGCP_DELETED;
}

/* A new entity for all of them; an endpoint that finds no memory keeps its old one. */
static void notify_many(struct work *w)
{
	const struct mgcp_param *n = mgcp_get(w->m, MGCP_PARAM_N);

	if (n && w->many)
		notify_set_scope(w->gw, w->local,
				 n->name_v ? n->name_v->text : STR_LIT(""));
}

unsigned dlcx_apply(struct work *w)
{
	struct list doomed;
	uint32_t n;
	unsigned code;

	if (w->term)
		return delete_one(w);
	list_init(&doomed);
	n = gather_all(w, &doomed);
	let_go(w);
	log_info(LOGC_MGCP, "%s: %u connections on %.*s deleted", w->gw->conf.name, n,
		 (int)w->local.n, w->local.p);
	if (n > DELETE_AT_ONCE && !long_start(w, &doomed)) {
		w->pending = true;
		code = MGCP_DELETED;
	} else {
		code = delete_few(w, &doomed);
	}
	if (code == MGCP_DELETED) {
		notify_many(w);
		if (w->ep)
			request_apply(w, w->ep);
	}
	return code;
}

void dlcx_answer(struct work *w)
{
	if (!w->has_stats)
		return;
	mgcp_put_name(w->body, MGCP_PARAM_P);
	conn_put_stats(w->body, &w->stats);
	mgcp_put_eol(w->body);
}
