/* h248/reply.c - replies: built, sent, kept, sent again.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 8.2.2, 7.1.19, D.1.1, D.1.4; H.248.1 v2 (533), v3 (segments)
 */
#include "h248/reply.h"

#include <string.h>

#include "h248/segment.h"
#include "util/err.h"
#include "util/mem.h"

/* ---- nodes ----------------------------------------------------------------------- */

struct h248_term *reply_term(struct arena *a, struct span name)
{
	struct h248_term *t = arena_zalloc(a, sizeof(*t));

	if (!t)
		return NULL;
	t->text = name;
	t->kind = str_ieqz(name, "root") ? H248_TERM_ROOT
		  : str_ieqz(name, "*")  ? H248_TERM_ALL
		  : str_ieqz(name, "$")  ? H248_TERM_CHOOSE
					 : H248_TERM_NAME;
	return t;
}

struct h248_action *reply_action(struct exec *x, uint32_t ctx)
{
	struct h248_action *a = x->ract;

	if (a && a->ctx == ctx && !a->error)
		return a;
	a = arena_zalloc(x->arena, sizeof(*a));
	if (!a) {
		x->too_big = true;
		return NULL;
	}
	a->ctx = ctx;
	*x->act_end = a;
	x->act_end = &a->next;
	x->ract = a;
	x->cmd_end = &a->cmds;
	return a;
}

struct h248_cmd *reply_cmd(struct exec *x, uint32_t ctx, struct span name)
{
	struct h248_action *a = reply_action(x, ctx);
	struct h248_cmd *c = a ? arena_zalloc(x->arena, sizeof(*c)) : NULL;

	if (c)
		c->terms = reply_term(x->arena, name);
	if (!c || !c->terms) {
		x->too_big = true;
		return NULL;
	}
	c->kind = x->cmd->kind;
	c->wildcard = x->cmd->wildcard;
	*x->cmd_end = c;
	x->cmd_end = &c->next;
	return c;
}

struct h248_desc *reply_desc(struct arena *a, struct h248_cmd *r, enum h248_desc_kind k)
{
	struct h248_desc *d = r ? arena_zalloc(a, sizeof(*d)) : NULL;
	struct h248_desc **end;

	if (!d)
		return NULL;
	d->kind = (uint8_t)k;
	end = &r->descs;
	while (*end)
		end = &(*end)->next;
	*end = d;
	return d;
}

struct h248_error *reply_error(struct arena *a, unsigned code, struct span more)
{
	struct h248_error *e = arena_zalloc(a, sizeof(*e));

	if (!e)
		return NULL;
	e->code = (uint16_t)code;
	if (more.n)
		e->text = str_of(arena_printf(a, "%s: %.*s", h248_code_text(code),
					      (int)(more.n < 80 ? more.n : 80), more.p));
	else
		e->text = str_of(h248_code_text(code));
	/* a quoted string holds no quotes and no controls */
	for (size_t i = 0; more.n && e->text.p && i < e->text.n; i++) {
		char *c = (char *)(uintptr_t)&e->text.p[i];

		if (*c < ' ' || *c > '~' || *c == '"')
			*c = '.';
	}
	return e;
}

/* ---- sending ------------------------------------------------------------------------
 */

static uint64_t until(const struct h248_mg *mg)
{
	return mg->e->now + TMR_MS(mg->conf.long_timer);
}

static void keep(struct h248_mg *mg, struct htxn *txn, struct span bytes)
{
	if (txn)
		htxn_end(&mg->txns, txn, bytes, until(mg));
}

/* Print into e->print. -H_ELIMIT: bigger than the transport takes. */
static int fit(struct exec *x)
{
	struct h248_mg *mg = x->mg;
	int rc = hout_print(mg, x->msg->via.binary, x->version, x->reply, NULL);

	if (!rc && mg->e->print.n > hout_most(mg, &x->msg->via.as))
		rc = -H_ELIMIT;
	return rc;
}

static void only_error(struct exec *x, unsigned code)
{
	x->reply->actions = NULL;
	x->reply->error = reply_error(x->arena, code, (struct span){ NULL, 0 });
	if (!x->reply->error) {
		static struct h248_error last = { .code = H248_TOO_BIG };

		x->reply->error = &last;
	}
	mg_count(x->mg, H248_M_ERRORS);
}

/* The reply in as many messages as it needs. */
static bool in_segments(struct exec *x)
{
	struct h248_mg *mg = x->mg;

	if (x->version < 3 || x->msg->via.as.transport != TRANSPORT_UDP || !x->txn ||
	    x->too_big || arena_failed(x->arena))
		return false;
	if (segs_send(x))
		return false;
	mg_count(mg, H248_M_SEGMENTED);
	keep(mg, x->txn, (struct span){ NULL, 0 });
	return true;
}

void reply_done(struct exec *x)
{
	struct h248_mg *mg = x->mg;
	int rc;

	if (x->npending && x->msg->via.as.transport == TRANSPORT_UDP)
		x->reply->imm_ack = x->txn != NULL; /* D.1.4; not on streams, D.2.4 */
	if (x->txn)
		x->txn->imm_ack = x->reply->imm_ack;
	if (x->too_big || arena_failed(x->arena))
		rc = -H_ELIMIT;
	else
		rc = fit(x);
	if (rc == -H_ELIMIT && in_segments(x))
		return;
	if (rc) {
		only_error(x, rc == -H_ELIMIT ? H248_TOO_BIG : H248_INTERNAL);
		if (rc == -H_ELIMIT)
			mg_count(mg, H248_M_TOO_BIG);
		if (hout_print(mg, x->msg->via.binary, x->version, x->reply, NULL)) {
			keep(mg, x->txn, (struct span){ NULL, 0 });
			return;
		}
	}
	keep(mg, x->txn, buf_view(&mg->e->print));
	hout_put(mg->e, &x->msg->via.as, buf_view(&mg->e->print));
}

void reply_pending(struct h248_mg *mg, const struct via *via, uint8_t version,
		   uint32_t tid)
{
	struct h248_trans t = { .kind = H248_PENDING, .id = tid };

	if (!hout_send(mg, via, version, &t))
		mg_count(mg, H248_M_PENDINGS);
}

void reply_refuse(struct hmsg *msg, uint32_t tid, struct htxn *txn, unsigned code)
{
	struct h248_mg *mg = msg->mg;
	struct h248_error err = { (uint16_t)code, str_of(h248_code_text(code)) };
	struct h248_trans t = { .kind = H248_REPLY, .id = tid, .error = &err };

	mg_count(mg, H248_M_ERRORS);
	if (hout_print(mg, msg->via.binary, msg->m->version, &t, NULL)) {
		keep(mg, txn, (struct span){ NULL, 0 });
		return;
	}
	keep(mg, txn, buf_view(&mg->e->print));
	hout_put(mg->e, &msg->via.as, buf_view(&mg->e->print));
}

void reply_message(struct h248_mg *mg, const struct via *via, uint8_t version,
		   unsigned code, struct span more)
{
	struct arena *a = arena_new(4096);
	struct h248_error *err = a ? reply_error(a, code, more) : NULL;

	mg_count(mg, H248_M_ERRORS);
	if (err && !hout_print(mg, via->binary, version, NULL, err))
		hout_put(mg->e, &via->as, buf_view(&mg->e->print));
	arena_free(a);
}

/* D.1.1: the reply again, to where the repeat came from. */
void reply_again(struct h248_mg *mg, const struct via *via, const struct htxn *t)
{
	if (t->segs)
		segs_again(mg, via, t);
	else if (t->kept.answer)
		hout_put(mg->e, &via->as, (struct span){ t->kept.answer, t->kept.n });
	else
		mg_count(mg, H248_M_SILENCED); /* D.1.2.2 */
}

void reply_acked(struct h248_mg *mg, struct htxn *t)
{
	if (!t->done || (!t->kept.answer && !t->segs))
		return;
	mg_count(mg, H248_M_ACKED);
	segs_free(mg, t);
	kept_confirm(&t->kept);
}

void reply_segment_acked(struct h248_mg *mg, struct htxn *t, uint16_t seg)
{
	if (!t->segs)
		return;
	if (segs_acked(mg, t, seg))
		mg_count(mg, H248_M_ACKED);
}

void reply_forget(struct h248_mg *mg, struct htxn *t)
{
	segs_free(mg, t);
	kept_drop(&mg->txns, &t->kept);
}

static void forget_one(struct map_node *n, void *arg)
{
	segs_free(arg, MAP_OF(n, struct htxn, kept.node));
}

void reply_forget_all(struct h248_mg *mg)
{
	exec_free_all(mg);
	map_each(&mg->txns.map, forget_one, mg);
}
