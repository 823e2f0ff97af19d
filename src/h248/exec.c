/* h248/exec.c - transactions: actions, commands and terminations one after the other.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 8, 8.2.2 (where errors stand), 8.2.3 and D.1.4 (Pending); H.248.1 v2 8.2.3
 * (pending limits, 506)
 */
#include "h248/exec.h"

#include "h248/hctx.h"
#include "h248/reply.h"
#include "util/err.h"
#include "util/mem.h"

enum { SLICE = 128, REPLY_MEMORY = 4 << 20 };

void hmsg_put(struct hmsg *msg)
{
	struct h248_engine *e = msg->mg->e;
	struct arena *a = msg->arena;

	if (--msg->refs)
		return;
	if (e->spare) {
		arena_free(a); /* msg is in it */
		return;
	}
	arena_reset(a);
	e->spare = a;
}

static void exec_end(struct exec *x)
{
	map_fini(&x->told);
	list_del(&x->in_engine);
	tmr_del(&x->mg->e->timers, &x->pending);
	if (x->txn && x->txn->exec) {
		x->txn->exec = NULL;
		x->mg->nexec--;
	}
	hmsg_put(x->msg); /* x was in its arena */
}

unsigned exec_commit(struct exec *x, enum cause c)
{
	if (c == CAUSE_OK)
		c = model_commit(x->mg->e->model, x->mg->e->now);
	else
		model_rollback(x->mg->e->model);
	return h248_code_of(c);
}

/* ---- errors ---------------------------------------------------------------------- */

static void stop_at_action(struct exec *x, unsigned code)
{
	struct h248_action *a;

	mg_count(x->mg, H248_M_ERRORS);
	x->stop = true;
	a = reply_action(x, x->act ? x->act->ctx : H248_CTX_NULL);
	if (a)
		a->error = reply_error(x->arena, code, (struct span){ NULL, 0 });
}

/* The text of a code, or what the command itself had to say. */
static struct h248_error *error_of(struct exec *x, unsigned code)
{
	struct h248_error *e = x->error;

	x->error = NULL;
	if (e && e->code == code)
		return e;
	return reply_error(x->arena, code, (struct span){ NULL, 0 });
}

/* ---- W-: the union of what the terminations say, without duplicates (6.2.2) ------ */

struct told { /* in the arena */
	struct map_node node;
};

static void union_begin(struct exec *x, struct span name)
{
	x->wild = reply_cmd(x, x->ctx, name);
	if (!x->wild)
		return;
	x->wild_end = &x->wild->descs;
	map_init(&x->told);
}

static void union_end(struct exec *x)
{
	x->wild = NULL;
	map_fini(&x->told);
}

/* Equal nodes print alike. */
static bool told_before(struct exec *x, const struct h248_desc *d)
{
	struct told *t;
	uint64_t hash;

	if (!hctx_desc_hash(x, d, &hash))
		return false;
	if (map_first(&x->told, hash))
		return true;
	t = arena_zalloc(x->arena, sizeof(*t));
	if (!t || map_add(&x->told, &t->node, hash))
		x->too_big = true;
	return false;
}

static void union_add(struct exec *x, struct h248_desc *d)
{
	struct h248_desc *next;

	for (; d && !x->too_big; d = next) {
		next = d->next;
		d->next = NULL;
		if (told_before(x, d))
			continue;
		*x->wild_end = d;
		x->wild_end = &d->next;
	}
}

static void cmd_error(struct exec *x, struct h248_cmd *r, unsigned code)
{
	struct h248_cmd alone = { 0 };
	struct h248_desc *d;

	mg_count(x->mg, H248_M_ERRORS);
	x->failed = true;
	if (!r)
		return;
	d = reply_desc(x->arena, &alone, H248_D_ERROR);
	if (d)
		d->u.error = error_of(x, code);
	if (!d || !d->u.error)
		x->too_big = true;
	else if (r == x->wild)
		union_add(x, d);
	else
		r->descs = d;
}

/* ---- one command ---------------------------------------------------------------------
 */

/* Text of a TerminationID; `tmp` when it came in binary. */
static unsigned term_name(struct exec *x, const struct h248_term *t, struct span *out)
{
	char tmp[H248_NAME_MAX + 1];

	if (h248_term_text(t, &x->mg->names, tmp, out))
		return H248_NO_TERM;
	*out = arena_span(x->arena, *out);
	return out->p ? 0 : H248_NO_RESOURCES;
}

static uint32_t ctx_now(const struct exec *x, struct span name)
{
	const struct term *t;

	if (x->ctx != H248_CTX_ALL)
		return x->ctx;
	t = term_find(x->mg->owner, name);
	return t ? t->ctx->id : H248_CTX_ALL;
}

static unsigned check_where(const struct exec *x, const struct verb *v)
{
	if (!v)
		return H248_NO_COMMAND;
	if (x->ctx == H248_CTX_NULL && !(v->flags & VERB_NULL))
		return H248_BAD_COMBINATION;
	if (x->ctx == H248_CTX_ALL && !(v->flags & VERB_ALL))
		return H248_BAD_COMBINATION;
	if (x->ctx == H248_CTX_CHOOSE && !(v->flags & VERB_NEW))
		return H248_BAD_COMBINATION;
	for (const struct h248_desc *d = x->cmd->descs; d; d = d->next)
		if (!(v->may >> d->kind & 1))
			return d->kind == H248_D_MUX || d->kind == H248_D_MODEM
				       ? H248_NO_DESCRIPTOR
				       : H248_DESC_ILLEGAL;
	return 0;
}

static unsigned check_name(const struct verb *v, struct span name)
{
	if (str_ieqz(name, "root"))
		return v->flags & VERB_ROOT ? 0 : H248_BAD_ID;
	if (name_wild(name, '$') && !(v->flags & VERB_CHOOSE))
		return H248_BAD_ID;
	return 0;
}

/* Who the command is for. */
static void list_targets(struct exec *x, const struct verb *v)
{
	unsigned code = check_where(x, v);
	struct span name = STR_LIT("*");

	x->listed = true;
	x->nname = x->at = 0;
	x->failed = false;
	if (!code && !x->cmd->terms)
		code = H248_BAD_COMMAND;
	for (const struct h248_term *t = x->cmd->terms; t; t = t->next) {
		unsigned bad = term_name(x, t, &name);

		if (!bad && !code)
			code = check_name(v, name);
		if (!bad && !code)
			code = v->list(x, name);
		code = code ? code : bad;
		if (code)
			break;
	}
	if (code) {
		x->nname = 0;
		cmd_error(x, reply_cmd(x, x->ctx, name), code);
		return;
	}
	if (x->cmd->wildcard)
		union_begin(x, name);
}

static void run_one(struct exec *x, const struct verb *v, struct span name)
{
	uint32_t ctx = ctx_now(x, name);
	struct h248_cmd local = { .kind = x->cmd->kind }, *r = &local;
	unsigned code;

	mg_count(x->mg, H248_M_COMMANDS);
	if (arena_used(x->arena) > REPLY_MEMORY)
		x->too_big = true;
	x->error = NULL;
	x->unfit = false;
	code = v->run(x, name, r);
	if (x->unfit)
		return;
	if (x->wild) {
		if (code)
			cmd_error(x, x->wild, code);
		else
			union_add(x, r->descs);
		return;
	}
	if (x->ctx != H248_CTX_ALL)
		ctx = x->ctx; /* `$` may have become a context */
	r = x->too_big ? NULL : reply_cmd(x, ctx, r->terms ? r->terms->text : name);
	if (r)
		r->descs = local.descs;
	if (code)
		cmd_error(x, r, code);
}

/* ---- actions --------------------------------------------------------------------- */

static const struct h248_fault *fault_of(const struct exec *x)
{
	return x->msg->faulty && x->msg->fault.trans == x->req ? &x->msg->fault : NULL;
}

/* 8.2.2: a ContextID that can't be read is 422 too. */
static unsigned action_code(const struct h248_fault *f)
{
	return f->level < H248_AT_CMD && f->code == H248_BAD_ID ? H248_BAD_ACTION
								: f->code;
}

/* What stands at the fault is not executed (8.2.2). True: it is dealt with. */
static bool at_fault(struct exec *x)
{
	const struct h248_fault *f = fault_of(x);

	if (!f || f->action != x->act || f->level < H248_AT_ACTION)
		return false;
	if (f->level == H248_AT_CMD && x->cmd && f->cmd == x->cmd) {
		struct span name = STR_LIT("*");

		x->stop = true;
		if (x->cmd->terms && !term_name(x, x->cmd->terms, &name))
			cmd_error(x, reply_cmd(x, x->ctx, name), f->code);
		else
			stop_at_action(x, f->code);
		return true;
	}
	if (!x->cmd && x->begun) {
		stop_at_action(x, action_code(f));
		return true;
	}
	return false;
}

static void begin_action(struct exec *x)
{
	unsigned code;

	x->begun = true;
	x->ctx = x->act->ctx;
	x->cmd = x->act->cmds;
	x->listed = false;
	x->ract = NULL;
	x->chosen = (struct span){ NULL, 0 };
	if (x->ctx != H248_CTX_NULL && x->ctx != H248_CTX_ALL &&
	    x->ctx != H248_CTX_CHOOSE && !ctx_find(x->mg->owner, x->ctx)) {
		stop_at_action(x, H248_NO_CONTEXT);
		return;
	}
	code = hctx_begin(x);
	if (code)
		stop_at_action(x, code);
}

/* Nothing was found to tell of: v3 has a reply that says so. */
static void tell_nothing(struct exec *x)
{
	struct h248_action *a = reply_action(x, x->ctx);

	if (a && x->version < 3)
		a->error = reply_error(x->arena, H248_NO_CONTEXT,
				       (struct span){ NULL, 0 });
}

static void end_action(struct exec *x)
{
	unsigned code = hctx_end(x);

	x->begun = false;
	if (code)
		stop_at_action(x, code);
	else if (!x->ract && !x->too_big)
		tell_nothing(x);
	x->act = x->act->next;
}

/* The command is through. */
static void end_cmd(struct exec *x)
{
	x->listed = false;
	union_end(x);
	if (x->failed && !x->cmd->optional)
		x->stop = true;
	x->cmd = x->cmd->next;
}

/* False: not finished within the budget. */
static bool run(struct exec *x)
{
	while (!x->stop && x->act) {
		const struct verb *v;

		if (!x->begun) {
			begin_action(x);
			continue;
		}
		if (at_fault(x))
			break;
		if (!x->cmd) {
			end_action(x);
			continue;
		}
		v = verb_get(x->cmd->kind);
		if (!x->listed)
			list_targets(x, v);
		while (x->at < x->nname && x->budget) {
			x->budget--;
			run_one(x, v, x->names[x->at++]);
		}
		if (x->at < x->nname)
			return false;
		end_cmd(x);
	}
	return true;
}

/* 8.2.2: 403 as the last action reply when actions were done, else as the only one. */
static void late_fault(struct exec *x)
{
	const struct h248_fault *f = fault_of(x);

	if (!f || x->stop)
		return;
	if (f->level == H248_AT_TRANS && !x->reply->actions)
		x->reply->error =
			reply_error(x->arena, action_code(f), (struct span){ NULL, 0 });
	else
		stop_at_action(x, action_code(f));
}

static void finish(struct exec *x)
{
	late_fault(x);
	if (!x->reply->actions && !x->reply->error)
		x->reply->error = reply_error(x->arena, H248_BAD_TRANSACTION,
					      (struct span){ NULL, 0 });
	reply_done(x);
	exec_end(x);
}

/* ---- slices ---------------------------------------------------------------------- */

/* v2 8.2.3: past the limit the transaction ends with 506 at the command in work. */
static bool told_enough(struct exec *x)
{
	struct h248_mg *mg = x->mg;

	if (!mg->root.mg_limit || x->npending < mg->root.mg_limit)
		return false;
	x->stop = true;
	x->nname = 0;
	cmd_error(x, x->wild ? x->wild : reply_cmd(x, x->ctx, STR_LIT("*")),
		  H248_TOO_PENDING);
	finish(x);
	return true;
}

static void arm(struct exec *x)
{
	tmr_set(&x->mg->e->timers, &x->pending,
		x->mg->e->now + TMR_MS(x->mg->root.mg_pending));
}

static void pending_due(struct tmr *t, uint64_t now)
{
	struct exec *x = TMR_OF(t, struct exec, pending);

	(void)now;
	if (told_enough(x))
		return;
	x->npending++;
	reply_pending(x->mg, &x->msg->via, x->version, x->req->id);
	arm(x);
}

void exec_repeat(struct exec *x, const struct via *via)
{
	if (told_enough(x))
		return;
	x->npending++;
	reply_pending(x->mg, via, x->version, x->req->id);
}

void exec_resume_all(struct h248_engine *e)
{
	struct list *last = e->execs.prev;

	for (struct list *i = e->execs.next, *next; i != &e->execs; i = next) {
		struct exec *x = LIST_OF(i, struct exec, in_engine);
		bool end = i == last;

		next = i->next;
		x->budget = SLICE;
		if (run(x))
			finish(x);
		if (end)
			break;
	}
}

void exec_free_all(struct h248_mg *mg)
{
	LIST_EACH_SAFE (i, &mg->e->execs) {
		struct exec *x = LIST_OF(i, struct exec, in_engine);

		if (x->mg == mg)
			exec_end(x);
	}
}

void exec_start(struct hmsg *msg, const struct h248_trans *req, struct htxn *txn)
{
	struct exec *x = arena_zalloc(msg->arena, sizeof(*x));
	struct h248_trans *r = arena_zalloc(msg->arena, sizeof(*r));

	if (!x || !r) {
		reply_refuse(msg, req->id, txn, H248_NO_RESOURCES);
		return;
	}
	list_init(&x->in_engine);
	tmr_init(&x->pending, pending_due);
	x->mg = msg->mg;
	x->msg = msg;
	x->txn = txn;
	x->req = req;
	x->arena = msg->arena;
	x->reply = r;
	x->act_end = &r->actions;
	x->act = req->actions;
	x->version = msg->m->version;
	x->budget = SLICE;
	r->kind = H248_REPLY;
	r->id = req->id;
	msg->refs++;
	if (run(x)) {
		finish(x);
		return;
	}
	txn->exec = x;
	x->mg->nexec++;
	list_add(&x->mg->e->execs, &x->in_engine);
	arm(x);
}
