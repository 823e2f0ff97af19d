/* h248/target.c - which terminations a command is for.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 6.2.2 (wildcards), 7.2 (what each command may name), B.1
 *
 * Names are collected first and looked up again when their turn comes: what a long
 * command works on may end meanwhile.
 */
#include <stdio.h>
#include <string.h>

#include "h248/exec.h"
#include "h248/hctx.h"
#include "h248/hterm.h"

enum { FIRST_ROOM = 16 };

bool name_wild(struct span name, char wild)
{
	return name.n && memchr(name.p, wild, name.n) != NULL;
}

/* One level; `*` stands for any characters. */
static bool level_glob(struct span s, struct span p)
{
	size_t i = 0, k = 0, star = SIZE_MAX, from = 0;

	while (i < s.n) {
		if (k < p.n && p.p[k] == '*') {
			star = k++;
			from = i;
		} else if (k < p.n && str_lower(p.p[k]) == str_lower(s.p[i])) {
			k++;
			i++;
		} else if (star != SIZE_MAX) {
			k = star + 1;
			i = ++from;
		} else {
			return false;
		}
	}
	while (k < p.n && p.p[k] == '*')
		k++;
	return k == p.n;
}

/* A last level of just `*` stands for all below. */
bool name_glob(struct span name, struct span pattern)
{
	while (name.p && pattern.p) {
		struct span p = str_cut(&pattern, '/'), n;

		if (!pattern.p && p.n == 1 && *p.p == '*')
			return true;
		n = str_cut(&name, '/');
		if (!level_glob(n, p))
			return false;
	}
	return !name.p && !pattern.p;
}

unsigned target_add(struct exec *x, struct span name)
{
	struct span copy = arena_span(x->arena, name);

	if (x->nname == x->room || !x->names) {
		uint32_t room = x->names && x->room ? x->room * 2 : FIRST_ROOM;
		struct span *v = arena_array(x->arena, room, sizeof(*v));

		if (!v)
			return H248_NO_RESOURCES;
		if (x->nname)
			memcpy(v, x->names, x->nname * sizeof(*v));
		x->names = v;
		x->room = room;
	}
	if (!copy.p)
		return H248_NO_RESOURCES;
	x->names[x->nname++] = copy;
	return 0;
}

bool target_tellable(const struct exec *x, struct span name)
{
	struct h248_term t = { .text = name, .kind = H248_TERM_NAME }, id;

	return !x->msg->via.binary || !h248_term_bin(&t, &x->mg->names, &id);
}

/* To a binary message a termination without a binary id is unknown: a wildcard does not
 * stand for it, unless the reply tells no names (W-). */
static bool stands_for(const struct exec *x, struct span pattern, struct span name)
{
	return name_glob(name, pattern) &&
	       (x->cmd->wildcard || target_tellable(x, name));
}

static unsigned add_matching(struct exec *x, const struct ctx *c, struct span pattern)
{
	unsigned code = 0;

	if (!hctx_selected(x, c) && x->ctx == H248_CTX_ALL)
		return 0;
	for (const struct term *t = ctx_term_next(c, NULL); t && !code;
	     t = ctx_term_next(c, t))
		if (t->user && stands_for(x, pattern, str_of(t->name)))
			code = target_add(x, str_of(t->name));
	return code;
}

/* Named terminations that are in no context. */
static unsigned add_idle(struct exec *x, struct span pattern)
{
	const struct pool *p = NULL;
	unsigned code = 0;

	while ((p = pool_next(x->mg->owner, p))) {
		const struct pool_spec *s = pool_get_spec(p);
		char all[ENDP_NAME_MAX];
		const char *at = strchr(s->pattern, '%');
		const char *from = at;
		struct endp *e = NULL;

		if (s->kind != ENDP_LINE && s->kind != ENDP_PLAYER)
			continue;
		/* the pool's names: the level with the number is wild */
		while (from > s->pattern && from[-1] != '/')
			from--;
		snprintf(all, sizeof(all), "%.*s*%s", (int)(from - s->pattern),
			 s->pattern, strchr(at, '/') ? strchr(at, '/') : "");
		while (!code && endp_next(x->mg->owner, str_of(all), &e))
			if (endp_is_named(e) && !e->nconn &&
			    stands_for(x, pattern, str_of(e->name)))
				code = target_add(x, str_of(e->name));
	}
	return code;
}

static unsigned some(struct exec *x, uint32_t before, unsigned code)
{
	if (code)
		return code;
	return x->nname > before ? 0 : H248_NO_MATCH;
}

static unsigned list_wild(struct exec *x, struct span pattern)
{
	uint32_t before = x->nname;
	struct ctx *c;
	unsigned code = 0;

	if (x->ctx == H248_CTX_NULL)
		return some(x, before, add_idle(x, pattern));
	if (x->ctx != H248_CTX_ALL) {
		c = ctx_find(x->mg->owner, x->ctx);
		return c ? some(x, before, add_matching(x, c, pattern)) : H248_NO_CONTEXT;
	}
	for (c = ctx_owner_next(x->mg->owner, NULL); c && !code;
	     c = ctx_owner_next(x->mg->owner, c))
		code = add_matching(x, c, pattern);
	return some(x, before, code);
}

unsigned target_in(struct exec *x, struct span name)
{
	struct hterm *h;
	struct term *t;
	struct endp *ep;

	if (str_ieqz(name, "root"))
		return x->ctx == H248_CTX_NULL ? target_add(x, name) : H248_BAD_ID;
	if (name_wild(name, '*'))
		return list_wild(x, name);
	if (!hterm_find(x->mg, name, &h, &t, &ep))
		return H248_NO_TERM;
	if (x->ctx == H248_CTX_NULL ? t != NULL : !t)
		return H248_NOT_IN_CTX;
	if (t && x->ctx != H248_CTX_ALL && t->ctx->id != x->ctx)
		return H248_NOT_IN_CTX;
	return target_add(x, name);
}

/* 7.2.5: ROOT in all contexts asks for the list of them. */
unsigned target_audit(struct exec *x, struct span name)
{
	if (str_ieqz(name, "root") && x->ctx == H248_CTX_ALL)
		return target_add(x, name);
	return target_in(x, name);
}

unsigned target_service(struct exec *x, struct span name)
{
	struct hterm *h;
	struct term *t;
	struct endp *ep;

	if (str_ieqz(name, "root"))
		return target_add(x, name);
	if (x->ctx != H248_CTX_NULL || name_wild(name, '*'))
		return target_in(x, name);
	/* named ones are told by name alone, wherever they are */
	return hterm_find(x->mg, name, &h, &t, &ep) ? target_add(x, name) : H248_NO_TERM;
}

/* `$` stands for one to be made or chosen: run_add() does. */
unsigned target_new(struct exec *x, struct span name)
{
	uint32_t before = x->nname;
	struct hterm *h;
	struct term *t;
	struct endp *ep;

	if (name_wild(name, '$'))
		return name_wild(name, '*') ? H248_BAD_ID : target_add(x, name);
	if (name_wild(name, '*'))
		return some(x, before, add_idle(x, name));
	if (!hterm_find(x->mg, name, &h, &t, &ep))
		return H248_NO_TERM;
	return t ? H248_IN_CONTEXT : target_add(x, name);
}

unsigned target_moved(struct exec *x, struct span name)
{
	uint32_t before = x->nname;
	struct hterm *h;
	struct term *t;
	struct endp *ep;
	unsigned code = 0;

	if (name_wild(name, '*')) {
		for (struct ctx *c = ctx_owner_next(x->mg->owner, NULL); c && !code;
		     c = ctx_owner_next(x->mg->owner, c))
			if (c->id != x->ctx)
				code = add_matching(x, c, name);
		return some(x, before, code);
	}
	if (!hterm_find(x->mg, name, &h, &t, &ep))
		return H248_NO_TERM;
	if (!t) /* 7.2.4: not from the null context */
		return H248_BAD_COMBINATION;
	return t->ctx->id == x->ctx ? H248_IN_CONTEXT : target_add(x, name);
}
