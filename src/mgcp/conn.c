/* mgcp/conn.c - what MGCP remembers of a connection.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 2.3.7, 2.3.8, 3.2.2.7; RFC 3550 6.4.1
 */
#include "mgcp/conn.h"

#include <string.h>

#include "mgcp/cmd.h"
#include "mgcp/codes.h"
#include "mgcp/endst.h"
#include "mgcp/entity.h"
#include "mgcp/restart.h"
#include "util/mem.h"

enum { STAT_MAX = 999999999, RELEASE_SLICE = 64 };

struct conn *conn_new(struct mgcp_gw *gw, struct span call)
{
	struct conn *c = mem_zalloc(sizeof(*c));

	if (!c)
		return NULL;
	c->gw = gw;
	c->cause = "agent";
	list_init(&c->in_gw);
	list_init(&c->doomed);
	memcpy(c->call, call.p, call.n < MGCP_ID_MAX ? call.n : MGCP_ID_MAX);
	return c;
}

static uint64_t call_hash(const struct mgcp_gw *gw, struct span call)
{
	return str_ihash(call, gw->by_call.seed);
}

int conn_attach(struct conn *c, struct term *t)
{
	int rc = map_add(&c->gw->by_call, &c->by_call, call_hash(c->gw, str_of(c->call)));

	if (rc)
		return rc;
	list_add(&c->gw->conns, &c->in_gw);
	c->gw->nconn++;
	c->term = t;
	t->user = c;
	return 0;
}

void conn_detach(struct conn *c)
{
	if (!c->term)
		return;
	map_del(&c->gw->by_call, &c->by_call);
	list_del(&c->in_gw);
	c->gw->nconn--;
	c->term = NULL;
}

void conn_free(struct conn *c)
{
	if (!c)
		return;
	if (c->term)
		c->term->user = NULL;
	conn_detach(c);
	list_del(&c->doomed);
	lco_fini(&c->lco);
	mem_free(c);
}

struct conn *conn_next(const struct mgcp_gw *gw, struct span call, struct conn *after)
{
	struct map_node *n = after ? map_next(&after->by_call)
				   : map_first(&gw->by_call, call_hash(gw, call));

	while (n && !str_ieqz(call, MAP_OF(n, struct conn, by_call)->call))
		n = map_next(n);
	return n ? MAP_OF(n, struct conn, by_call) : NULL;
}

/* ---- connection parameters -------------------------------------------------------- */

/* 3.2.2.7: at most nine digits, and the counter then stands still. */
static void add(uint32_t *to, uint64_t v)
{
	*to = v > STAT_MAX || *to + v > STAT_MAX ? STAT_MAX : *to + (uint32_t)v;
}

static void add_stream(struct conn_stats *out, const struct strm_stats *s)
{
	uint32_t clock = stats_get32(&s->rx_clock);
	uint32_t ji =
		clock ? (uint32_t)((uint64_t)stats_get32(&s->rx_jitter) * 1000 / clock)
		      : 0;
	uint32_t la = stats_get32(&s->rtt_us) / 2000;

	add(&out->ps, stats_get64(&s->tx_packets));
	add(&out->os, stats_get64(&s->tx_octets));
	add(&out->pr, stats_get64(&s->rx_packets));
	add(&out->or, stats_get64(&s->rx_octets));
	add(&out->pl, stats_lost(s));
	if (ji > out->ji)
		out->ji = ji > STAT_MAX ? STAT_MAX : ji;
	if (la > out->la)
		out->la = la;
}

struct conn_stats conn_stats(const struct term *t)
{
	struct conn_stats out = { .link = t->kind == TERM_LINK };

	for (unsigned i = 0; i < t->nstrm; i++)
		if (t->strm[i].slot.slot && t->strm[i].slot.stats)
			add_stream(&out, t->strm[i].slot.stats);
	return out;
}

void conn_put_stats(struct buf *b, const struct conn_stats *s)
{
	if (s->link) { /* 2.3.7: the rest has no meaning on a LOCAL connection */
		buf_printf(b, "OS=%u, OR=%u", s->os, s->or);
		return;
	}
	buf_printf(b, "PS=%u, OS=%u, PR=%u, OR=%u, PL=%u, JI=%u, LA=%u", s->ps, s->os,
		   s->pr, s->or, s->pl, s->ji, s->la);
}

/* ---- the end ----------------------------------------------------------------------- */

void conn_ended(struct mgcp_engine *e, const struct term_end *end)
{
	struct conn *c = conn_of(end->term);
	struct conn_stats s;

	if (!c)
		return;
	s = conn_stats(end->term);
	if (e->ops.call_end) {
		struct mgcp_call_end rec = {
			.owner = c->gw->owner,
			.endpoint = end->term->endp ? end->term->endp->name : "",
			.call_id = c->call,
			.conn_id = end->term->name,
			.cause = c->cause,
			.end = end,
			.reason_code = c->reason,
			.ps = s.ps,
			.os = s.os,
			.pr = s.pr,
			.or = s.or
			, .pl = s.pl, .ji = s.ji, .la = s.la,
		};

		e->ops.call_end(e->arg, &rec);
	}
	conn_free(c);
}

void conn_delete(struct conn *c, const char *cause)
{
	struct mgcp_engine *e = c->gw->e;

	c->cause = cause;
	if (term_subtract(c->term) == CAUSE_OK)
		model_commit(e->model, e->now);
}

/* Called from inside the model: only noted, done at the next timeout. Connections of an
 * endpoint that was taken away stay until the agent deletes them: it gets RSIP forced. */
void conn_release(struct mgcp_engine *e, struct term *t, const char *cause)
{
	struct conn *c = conn_of(t);

	if (!c)
		return;
	c->cause = cause;
	if (!strcmp(cause, "forced"))
		return;
	list_del(&c->doomed);
	list_add(&e->released, &c->doomed);
}

static void deleted_done(struct cmd *c, unsigned code, const struct mgcp_msg *answer)
{
	(void)answer;
	if (code == CMD_LOST)
		restart_loss(c->gw, str_of(c->scope), c->first);
}

/* 2.3.8. An owner that hears no commands of ours is not told, it finds out by 515. */
static void tell_deleted(struct conn *c)
{
	struct mgcp_gw *gw = c->gw;
	struct endp *ep = c->term->endp;
	struct conn_stats s = conn_stats(c->term);
	char lines[512], text[ENTITY_TEXT_MAX];
	struct buf b;
	struct cmd_spec spec = { .verb = MGCP_DLCX,
				 .scope = str_of(ep->name),
				 .done = deleted_done };

	spec.entity = entity_text(gw, endst_peek(ep), text);
	if (!gw->conf.announce || !gw->started || !spec.entity[0])
		return;
	buf_fixed(&b, lines, sizeof(lines));
	mgcp_put_param_str(&b, MGCP_PARAM_C, c->call);
	mgcp_put_param_str(&b, MGCP_PARAM_I, c->term->name);
	mgcp_put_reason(&b, c->reason, mgcp_reason_text(c->reason));
	mgcp_put_name(&b, MGCP_PARAM_P);
	conn_put_stats(&b, &s);
	mgcp_put_eol(&b);
	spec.body = buf_view(&b);
	cmd_new(gw, &spec);
}

static void release_one(struct conn *c)
{
	struct endst *st = endst_get(c->gw, c->term->endp);

	c->reason = (uint16_t)mgcp_reason_of(c->cause);
	if (st)
		st->reason = c->reason;
	log_notice(LOGC_MGCP, "%s: connection %s on %s deleted: %s", c->gw->conf.name,
		   c->term->name, c->term->endp->name, mgcp_reason_text(c->reason));
	gw_count(c->gw, MGCP_M_RELEASED);
	tell_deleted(c);
	conn_delete(c, c->cause);
}

void conn_run_released(struct mgcp_engine *e)
{
	struct list *it;

	for (int i = 0; i < RELEASE_SLICE && (it = list_first(&e->released)); i++) {
		struct conn *c = LIST_OF(it, struct conn, doomed);

		list_del(&c->doomed);
		release_one(c);
	}
}
