/* ctl/do_terms.c - terminations of H.248: names, binary ids, states, streams.
 *
 * layer: ctl (L4)   thread: control   I/O: none
 */
#include <stdio.h>

#include "ctl/req.h"
#include "ctl/walk.h"
#include "h248/engine.h"

static void put_term(struct ctl_req *r, const struct h248_term_status *st,
		     const struct owner *o)
{
	struct jout *j = req_row(r);
	char text[40];

	jout_str(j, "termination", st->name);
	jout_str(j, "owner", owner_get_spec(o)->name);
	jout_str(j, "id", st->binary[0] ? st->binary : NULL);
	if (st->ctx)
		jout_u64(j, "context", st->ctx);
	else
		jout_str(j, "context", NULL);
	jout_str(j, "service", st->service);
	jout_str(j, "release", st->release);
	jout_open(j, "streams", '[');
	for (unsigned i = 0; i < st->nstrm; i++) {
		snprintf(text, sizeof(text), "%u:%s", st->strm[i].id,
			 mode_str(st->strm[i].mode));
		jout_str(j, NULL, text);
	}
	jout_close(j, ']');
	req_row_end(r);
}

/* Each gateway's ROOT stands before all others. */
static void put_roots(struct ctl_req *r)
{
	struct h248_term_status root = { .name = "ROOT" };
	struct h248_mg_status mg;
	char id[40];

	for (uint32_t i = 0; h248_mg_status(r->env->h248, i, &mg); i++) {
		if (!walk_wants(r, mg.owner))
			continue;
		if (!h248_engine_term_id(r->env->h248, mg.owner, str_of("ROOT"), id))
			snprintf(root.binary, sizeof(root.binary), "%.16s", id);
		root.service = mg.service;
		put_term(r, &root, mg.owner);
	}
}

/* What an MGC that speaks BER is to be told. */
static void put_names(struct ctl_req *r, const char *name)
{
	struct h248_mg_status mg;
	bool any = false;
	char id[40];

	for (uint32_t i = 0; h248_mg_status(r->env->h248, i, &mg); i++) {
		struct jout *j;

		if (!walk_wants(r, mg.owner) ||
		    h248_engine_term_id(r->env->h248, mg.owner, str_of(name), id))
			continue;
		j = req_row(r);
		jout_str(j, "termination", name);
		jout_str(j, "owner", owner_get_spec(mg.owner)->name);
		jout_str(j, "id", id);
		req_row_end(r);
		any = true;
	}
	if (any)
		req_ok(r);
	else
		req_fail(r, CTL_UNKNOWN, "\"%s\" has no binary id", name);
}

static bool term_step(struct ctl_req *r)
{
	struct walk *w = r->state;
	struct h248_term_status st;

	for (unsigned i = 0; i < REQ_ROWS && w->at < w->n; i++, w->at++) {
		struct term *t = term_by_id(r->env->model, w->id[w->at]);

		if (t && t->ctx && h248_term_status(r->env->h248, t, &st))
			put_term(r, &st, t->ctx->owner);
	}
	return w->at < w->n;
}

void ctl_do_terminations(struct ctl_req *r)
{
	const char *name = req_text(r, "name");

	if (!r->env->h248) {
		req_ok(r);
		return;
	}
	if (name && name[0]) {
		if (walk_owner_known(r))
			put_names(r, name);
		return;
	}
	walk_terms(r, true, term_step);
	if (r->step)
		put_roots(r);
}
