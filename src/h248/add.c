/* h248/add.c - Add, Move, Modify and Subtract.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 7.2.1-7.2.4
 */
#include <stdio.h>
#include <string.h>

#include "h248/audit.h"
#include "h248/change.h"
#include "h248/hctx.h"
#include "h248/pkg.h"
#include "h248/reply.h"

const struct h248_desc *cmd_desc(const struct h248_cmd *c, enum h248_desc_kind kind)
{
	const struct h248_desc *d = c->descs;

	while (d && d->kind != kind)
		d = d->next;
	return d;
}

/* What stands in an Audit descriptor is told besides (7.1.12). It was checked before the
 * command took effect: items there are none of just now make no error of it. */
static void audited(struct exec *x, struct hterm *h, struct h248_cmd *r)
{
	const struct h248_desc *d = cmd_desc(x->cmd, H248_D_AUDIT);
	struct subject s = { .x = x, .h = h, .t = h->term, .ep = h->endp, .r = r };

	s.on = hpkg_on(h, h->endp, h->term);
	if (d && !x->too_big)
		audit_put(&s, d->u.audit);
	x->unfit = false;
}

static unsigned check_audit(const struct exec *x, unsigned on)
{
	const struct h248_desc *d = cmd_desc(x->cmd, H248_D_AUDIT);

	return d ? audit_check(x, d->u.audit, on) : 0;
}

/* ---- which termination ----------------------------------------------------------- */

/* What an Add makes. */
struct fresh {
	enum term_kind kind;
	struct endp *ep;
	struct hterm *h;     /* made for it, or the named one's */
	bool made;           /* h was */
	char name[TERM_NAME_MAX];
};

static bool rtp_pattern(const struct h248_pool *p, struct span name)
{
	const char *at = strstr(p->pattern, "%d");
	size_t head = (size_t)(at - p->pattern);

	if (p->kind != H248_POOL_RTP)
		return false;
	if (str_ieqz(name, "$"))
		return true;
	return name.n == head + 1 && name.p[head] == '$' &&
	       str_ieq((struct span){ name.p, head }, (struct span){ p->pattern, head });
}

static unsigned next_rtp(struct h248_mg *mg, unsigned i, char out[TERM_NAME_MAX])
{
	const struct h248_pool *p = &mg->conf.pool[i];
	uint32_t tries = 0, n = mg->next_rtp[i];

	while (tries++ <= p->last - p->first) {
		n = n < p->first || n >= p->last ? p->first : n + 1;
		if (!mg_pattern_name(p->pattern, n, out))
			return H248_INTERNAL;
		if (term_find(mg->owner, str_of(out)))
			continue;
		mg->next_rtp[i] = n;
		return 0;
	}
	return H248_NONE_FREE;
}

/* "page/lobby/$": the endpoint before the last slash is a room. */
static struct endp *room_of(struct h248_mg *mg, struct span name)
{
	struct endp *e;

	if (name.n < 3 || name.p[name.n - 1] != '$' || name.p[name.n - 2] != '/')
		return NULL;
	e = endp_find(mg->owner, (struct span){ name.p, name.n - 2 });
	return e && e->room && !e->gone ? e : NULL;
}

static unsigned choose(struct exec *x, struct span name, struct fresh *f)
{
	struct h248_mg *mg = x->mg;
	enum cause c;

	for (unsigned i = 0; i < mg->conf.npool; i++)
		if (rtp_pattern(&mg->conf.pool[i], name)) {
			f->kind = TERM_RTP;
			return next_rtp(mg, i, f->name);
		}
	f->ep = room_of(mg, name);
	if (f->ep) {
		f->kind = TERM_PORT;
		return h248_code_of(port_name(f->ep, mg->e->now, f->name));
	}
	f->kind = TERM_NAMED;
	c = endp_choose(mg->owner, name, false, &f->ep);
	if (c == CAUSE_OK && !endp_is_named(f->ep))
		c = CAUSE_ENDP_UNKNOWN;
	if (c != CAUSE_OK)
		return c == CAUSE_ENDP_UNKNOWN ? H248_NO_MATCH : h248_code_of(c);
	snprintf(f->name, sizeof(f->name), "%s", f->ep->name);
	return 0;
}

static unsigned pick(struct exec *x, struct span name, struct fresh *f)
{
	struct term *t;
	unsigned code;

	*f = (struct fresh){ .kind = TERM_NAMED };
	if (name_wild(name, '$')) {
		code = choose(x, name, f);
		if (code)
			return code;
	} else {
		if (!hterm_find(x->mg, name, &f->h, &t, &f->ep))
			return H248_NO_TERM;
		if (t)
			return H248_IN_CONTEXT;
		snprintf(f->name, sizeof(f->name), "%s", f->ep->name);
	}
	if (f->kind == TERM_NAMED)
		f->h = f->ep->user;
	if (f->h && f->h->state == H248_STATE_OUT)
		return H248_NOT_READY; /* 7.2.1 */
	if (!f->h) {
		f->h = hterm_new(x->mg, f->name, f->ep);
		f->made = true;
	}
	return f->h ? 0 : H248_NO_RESOURCES;
}

/* ---- Add ------------------------------------------------------------------------- */

/* The action's context, made when it is `$`. Staged. */
static unsigned context(struct exec *x, struct ctx **out)
{
	if (x->mg->state == H248_STATE_OUT)
		return H248_NOT_READY;
	if (x->ctx == H248_CTX_CHOOSE) {
		if (owner_ctxs(x->mg->owner) >= x->mg->conf.max_contexts)
			return H248_NO_CONTEXT_IDS;
		return h248_code_of(ctx_add(x->mg->owner, out));
	}
	*out = ctx_find(x->mg->owner, x->ctx);
	if (!*out) /* its last termination left it */
		return H248_NO_CONTEXT;
	return (*out)->nterm >= x->mg->conf.max_terms ? H248_CTX_FULL : 0;
}

/* The rest of both Add and Move: descriptors, topology, commit. */
static unsigned settle(struct exec *x, struct change *c, struct ctx *ctx)
{
	unsigned code = change_descs(c, x->cmd->descs);

	if (!code)
		code = hctx_joined(x, ctx);
	if (!code)
		return exec_commit(x, CAUSE_OK);
	model_rollback(x->mg->e->model);
	return code;
}

static void joined(struct exec *x, struct ctx *ctx)
{
	hctx_applied(x);
	if (x->ctx == H248_CTX_CHOOSE) {
		x->ctx = ctx->id;
		hctx_set_props(x, ctx);
	}
}

static unsigned settle_add(struct exec *x, struct fresh *f, struct ctx *ctx,
			   struct h248_cmd *r)
{
	struct span chosen = x->chosen;
	struct change c = { 0 };
	struct term *t = NULL;
	unsigned code = h248_code_of(term_add_in(ctx, f->kind, f->ep, f->name, &t));

	if (!code)
		code = check_audit(x, hpkg_on(f->h, f->ep, t));
	if (!code)
		code = change_open(&c, x, f->h, t, hpkg_on(f->h, f->ep, t), r);
	if (code) {
		model_rollback(x->mg->e->model);
		return code;
	}
	if (name_wild(x->names[x->at - 1], '$') && !chosen.p)
		x->chosen = arena_span(x->arena, str_of(f->name));
	code = media_bring(&c);
	if (!code)
		code = settle(x, &c, ctx);
	else
		model_rollback(x->mg->e->model);
	if (code) {
		x->chosen = chosen;
		change_drop(&c);
		return code;
	}
	hterm_attach(f->h, t);
	joined(x, ctx);
	change_keep(&c);
	return 0;
}

/* What was made for BER must have a name there: nothing is left of it else. */
static unsigned can_tell(const struct exec *x, const char *name)
{
	if (target_tellable(x, str_of(name)))
		return 0;
	mg_complain(x->mg, &x->msg->via.as.remote, "%s has no binary id to be told by",
		    name);
	return H248_INTERNAL;
}

unsigned run_add(struct exec *x, struct span name, struct h248_cmd *r)
{
	struct fresh f;
	struct ctx *ctx = NULL;
	unsigned code = pick(x, name, &f);

	if (code)
		return code;
	/* by the name that was asked for, in its own case, or by the one chosen */
	r->terms = reply_term(x->arena, name_wild(name, '$')
						? arena_span(x->arena, str_of(f.name))
						: name);
	code = can_tell(x, f.name);
	if (!code)
		code = context(x, &ctx);
	if (!code)
		code = settle_add(x, &f, ctx, r);
	else
		model_rollback(x->mg->e->model);
	if (code && f.made && !f.h->term)
		hterm_free(f.h);
	if (code) {
		r->terms = NULL; /* told by the name that was asked for */
		return code;
	}
	audited(x, f.h, r);
	return 0;
}

/* ---- Move ------------------------------------------------------------------------ */

unsigned run_move(struct exec *x, struct span name, struct h248_cmd *r)
{
	struct change c = { 0 };
	struct ctx *ctx = NULL;
	struct hterm *h;
	struct term *t;
	struct endp *ep;
	unsigned code;

	if (!hterm_find(x->mg, name, &h, &t, &ep) || !t)
		return H248_NO_TERM;
	if (h->state == H248_STATE_OUT) /* 7.2.4 */
		return H248_NOT_READY;
	code = check_audit(x, hpkg_on(h, ep, t));
	if (!code)
		code = context(x, &ctx);
	if (!code)
		code = h248_code_of(term_move(t, ctx));
	if (!code)
		code = change_open(&c, x, h, t, hpkg_on(h, ep, t), r);
	if (code) {
		model_rollback(x->mg->e->model);
		return code;
	}
	audited(x, h, r); /* statistics as they are before */
	code = settle(x, &c, ctx);
	if (code) {
		change_drop(&c);
		return code;
	}
	joined(x, ctx);
	change_keep(&c);
	return 0;
}

/* ---- Modify ---------------------------------------------------------------------- */

static unsigned modify(struct exec *x, struct hterm *h, struct term *t, unsigned on,
		       struct h248_cmd *r)
{
	struct change c;
	unsigned code = change_open(&c, x, h, t, on, r);

	if (!code)
		code = change_descs(&c, x->cmd->descs);
	if (!code) {
		code = exec_commit(x, CAUSE_OK);
	} else {
		model_rollback(x->mg->e->model);
	}
	if (code) {
		change_drop(&c);
		return code;
	}
	change_keep(&c);
	return 0;
}

unsigned run_modify(struct exec *x, struct span name, struct h248_cmd *r)
{
	const struct h248_desc *d = cmd_desc(x->cmd, H248_D_AUDIT);
	struct hterm *h = NULL;
	struct term *t = NULL;
	struct endp *ep = NULL;
	unsigned code;

	if (str_ieqz(name, "root")) {
		struct subject s = { .x = x, .on = HPKG_ON_ROOT, .r = r };

		code = check_audit(x, HPKG_ON_ROOT);
		if (!code)
			code = modify(x, NULL, NULL, HPKG_ON_ROOT, r);
		if (!code && d)
			audit_put(&s, d->u.audit);
		x->unfit = false;
		return code;
	}
	if (!hterm_find(x->mg, name, &h, &t, &ep))
		return H248_NO_TERM;
	if (!h) /* a named one, touched for the first time */
		h = hterm_new(x->mg, ep->name, ep);
	if (!h)
		return H248_NO_RESOURCES;
	code = check_audit(x, hpkg_on(h, ep, t));
	if (!code)
		code = modify(x, h, t, hpkg_on(h, ep, t), r);
	if (!code)
		audited(x, h, r);
	return code;
}

/* ---- Subtract -------------------------------------------------------------------- */

/* 7.2.3: statistics, unless an Audit descriptor says what else. */
unsigned run_subtract(struct exec *x, struct span name, struct h248_cmd *r)
{
	const struct h248_desc *d = cmd_desc(x->cmd, H248_D_AUDIT);
	struct subject s = { .x = x, .r = r };
	unsigned code = 0;

	if (!hterm_find(x->mg, name, &s.h, &s.t, &s.ep) || !s.t)
		return H248_NO_TERM;
	s.on = hpkg_on(s.h, s.ep, s.t);
	if (!x->too_big)
		code = d ? audit_put(&s, d->u.audit) : audit_stats(&s);
	x->unfit = false; /* it is subtracted, whatever is told of it */
	if (code)
		return code;
	if (!d && !x->too_big)
		audit_stream_stats(&s);
	return exec_commit(x, term_subtract(s.t));
}
