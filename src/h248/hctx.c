/* h248/hctx.c - contexts as an MGC sees them: attributes, topology, audits.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 6.1.1, 7.1.18, 7.2.9; H.248.1 v2 (topology per stream), v3 (selection)
 */
#include "h248/hctx.h"

#include <string.h>

#include "h248/pkg.h"
#include "h248/reply.h"
#include "util/mem.h"

static const struct hctx plain;

static const struct hctx *hctx_get(const struct ctx *c)
{
	return c && c->user ? c->user : &plain;
}

/* ---- attributes ----------------------------------------------------------------------
 */

unsigned hctx_set_props(struct exec *x, struct ctx *c)
{
	const struct h248_ctx_props *p = x->act->props;
	struct hctx *h = c->user;

	if (!p || !(p->has & (H248_CTX_PRIORITY | H248_CTX_EMERGENCY | H248_CTX_IEPS)))
		return 0;
	if (!h)
		h = mem_zalloc(sizeof(*h));
	if (!h)
		return H248_NO_RESOURCES;
	c->user = h;
	if (p->has & H248_CTX_PRIORITY)
		h->priority = p->priority;
	if (p->has & H248_CTX_EMERGENCY)
		h->emergency = p->has & H248_CTX_EMERGENCY_ON;
	if (p->has & H248_CTX_IEPS)
		h->ieps = p->has & H248_CTX_IEPS_ON;
	return 0;
}

static unsigned check_props(const struct exec *x)
{
	const struct h248_ctx_props *p = x->act->props;
	unsigned code;

	if (!p)
		return 0;
	if (p->has & H248_CTX_PRIORITY && p->priority > 15)
		return H248_BAD_VALUE;
	for (const struct h248_parm *k = p->props; k; k = k->next) {
		code = hpkg_why_not(H248_PROPERTY, &k->name, HPKG_ON_CTX);
		if (code)
			return code;
	}
	if (x->ctx == H248_CTX_NULL &&
	    p->has & (H248_CTX_PRIORITY | H248_CTX_EMERGENCY | H248_CTX_IEPS |
		      H248_CTX_TOPOLOGY))
		return H248_BAD_COMBINATION;
	if (x->ctx == H248_CTX_ALL && p->has & H248_CTX_TOPOLOGY)
		return H248_BAD_COMBINATION;
	return 0;
}

/* ---- topology -------------------------------------------------------------------- */

static bool is_choose(const struct h248_term *t)
{
	return t->kind == H248_TERM_CHOOSE;
}

static bool in_set(const struct exec *x, const struct h248_term *t, struct span pattern,
		   const struct term *m)
{
	if (is_choose(t))
		return str_ieqz(x->chosen, m->name);
	return t->kind == H248_TERM_ALL || name_glob(str_of(m->name), pattern);
}

static unsigned names_of(struct exec *x, const struct h248_topo *t, struct span name[2])
{
	const struct h248_term *v[2] = { t->from, t->to };
	char tmp[H248_NAME_MAX + 1];

	for (int i = 0; i < 2; i++) {
		if (h248_term_text(v[i], &x->mg->names, tmp, &name[i]))
			return H248_NO_TERM;
		name[i] = arena_span(x->arena, name[i]);
		if (v[i]->kind == H248_TERM_NAME && name_wild(name[i], '$'))
			return H248_BAD_COMBINATION; /* no partial name with CHOOSE */
		if (v[i]->kind == H248_TERM_ROOT)
			return H248_BAD_ID;
	}
	return 0;
}

static enum cause set_pair(struct term *a, struct term *b, const struct h248_topo *t)
{
	static const enum topo_dir dirs[] = {
		[H248_TOPO_BOTHWAY] = TOPO_BOTHWAY,
		[H248_TOPO_ISOLATE] = TOPO_ISOLATE,
		[H248_TOPO_ONEWAY] = TOPO_ONEWAY,
		[H248_TOPO_ONEWAY_EXT] = TOPO_EXTERNAL,
		[H248_TOPO_ONEWAY_BOTH] = TOPO_BOTH,
	};

	return ctx_topology(a, b, dirs[t->dir], t->has_stream ? t->stream : 0);
}

/* Stage one triple. *met: both sides have terminations by now. */
static unsigned apply_triple(struct exec *x, struct ctx *c, const struct h248_topo *t,
			     bool *met)
{
	bool oneway = t->dir != H248_TOPO_BOTHWAY && t->dir != H248_TOPO_ISOLATE;
	struct span name[2];
	unsigned code = names_of(x, t, name), na = 0, nb = 0;
	enum cause r = CAUSE_OK;

	if (code)
		return code;
	for (struct term *a = ctx_term_next(c, NULL); a; a = ctx_term_next(c, a)) {
		bool from = in_set(x, t->from, name[0], a);

		na += from ? 1 : 0;
		nb += in_set(x, t->to, name[1], a) ? 1 : 0;
		if (oneway && from && in_set(x, t->to, name[1], a))
			return H248_BAD_COMBINATION; /* 7.1.18 */
	}
	*met = na && nb;
	if (!*met)
		return 0;
	for (struct term *a = ctx_term_next(c, NULL); a; a = ctx_term_next(c, a))
		for (struct term *b = ctx_term_next(c, NULL); b && r == CAUSE_OK;
		     b = ctx_term_next(c, b))
			if (a != b && in_set(x, t->from, name[0], a) &&
			    in_set(x, t->to, name[1], b))
				r = set_pair(a, b, t);
	return h248_code_of(r);
}

unsigned hctx_joined(struct exec *x, struct ctx *c)
{
	for (uint32_t i = 0; i < x->ntopo; i++) {
		unsigned code = apply_triple(x, c, x->topo[i], &x->topo_met[i]);

		if (code)
			return code;
	}
	return 0;
}

void hctx_applied(struct exec *x)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < x->ntopo; i++)
		if (!x->topo_met[i])
			x->topo[n++] = x->topo[i];
	x->ntopo = n;
}

static bool same_end(const struct h248_term *a, const struct h248_term *b)
{
	return a->kind == b->kind && str_ieq(a->text, b->text) && a->nid == b->nid &&
	       (!a->nid || !memcmp(a->id, b->id, a->nid));
}

/* v2 7.1.18: a pair stands there with StreamIDs or without, not both. */
static bool mixed(const struct h248_topo *a, const struct h248_topo *b)
{
	if (a->has_stream == b->has_stream)
		return false;
	return (same_end(a->from, b->from) && same_end(a->to, b->to)) ||
	       (same_end(a->from, b->to) && same_end(a->to, b->from));
}

enum { TRIPLES_MAX = 256 };

static bool adds_any(const struct h248_action *a)
{
	for (const struct h248_cmd *c = a->cmds; c; c = c->next)
		for (const struct h248_term *t = c->terms; t; t = t->next)
			if (c->kind == H248_ADD &&
			    (t->kind == H248_TERM_CHOOSE || t->nwild ||
			     name_wild(t->text, '$')))
				return true;
	return false;
}

static unsigned take_topology(struct exec *x)
{
	const struct h248_topo *t = x->act->props->topology;
	bool choose = false;

	x->topo = arena_array(x->arena, TRIPLES_MAX, sizeof(*x->topo));
	x->topo_met = arena_array(x->arena, TRIPLES_MAX, sizeof(*x->topo_met));
	if (!x->topo || !x->topo_met)
		return H248_NO_RESOURCES;
	for (; t; t = t->next) {
		for (uint32_t i = 0; i < x->ntopo; i++)
			if (mixed(t, x->topo[i]))
				return H248_BAD_COMBINATION;
		if (x->ntopo == TRIPLES_MAX)
			return H248_NO_RESOURCES;
		choose |= is_choose(t->from) || is_choose(t->to);
		x->topo[x->ntopo++] = t;
	}
	return choose && !adds_any(x->act) ? H248_BAD_COMBINATION : 0;
}

unsigned hctx_begin(struct exec *x)
{
	const struct h248_ctx_props *p = x->act->props;
	struct ctx *c = ctx_find(x->mg->owner, x->ctx);
	unsigned code = check_props(x);

	x->ntopo = 0;
	if (!p || code)
		return code;
	if (p->has & H248_CTX_TOPOLOGY)
		code = take_topology(x);
	if (code || !c)
		return code;
	code = hctx_joined(x, c);
	if (code) {
		model_rollback(x->mg->e->model);
		return code;
	}
	code = exec_commit(x, CAUSE_OK);
	if (code)
		return code;
	hctx_applied(x);
	return hctx_set_props(x, c);
}

/* ---- audits ---------------------------------------------------------------------- */

static struct h248_topo *triple(struct arena *a, const struct term *from,
				const struct term *to, uint8_t dir, uint16_t sid)
{
	struct h248_topo *t = arena_zalloc(a, sizeof(*t));

	if (!t)
		return NULL;
	t->from = reply_term(a, arena_span(a, from ? str_of(from->name) : STR_LIT("*")));
	t->to = reply_term(a, arena_span(a, to ? str_of(to->name) : STR_LIT("*")));
	t->dir = dir;
	t->has_stream = sid != 0;
	t->stream = sid;
	return t->from && t->to ? t : NULL;
}

static void put_pair(struct arena *a, const struct term *x, const struct term *y,
		     uint16_t sid, struct h248_topo ***end)
{
	static const uint8_t names[] = { H248_TOPO_BOTHWAY, H248_TOPO_ISOLATE,
					 H248_TOPO_ONEWAY, H248_TOPO_ONEWAY_EXT,
					 H248_TOPO_ONEWAY_BOTH };
	enum topo_dir dir = TOPO_BOTHWAY;
	bool first = ctx_topo_get(x, y, sid, &dir);
	struct h248_topo *t;

	if (!first)
		ctx_topo_get(y, x, sid, &dir);
	if (dir == TOPO_BOTHWAY)
		return;
	t = first ? triple(a, x, y, names[dir], sid) : triple(a, y, x, names[dir], sid);
	if (!t)
		return;
	**end = t;
	*end = &t->next;
}

static struct h248_topo *topology_of(struct exec *x, const struct ctx *c)
{
	struct h248_topo *list = NULL, **end = &list;
	const struct term *a, *b;

	for (a = ctx_term_next(c, NULL); a; a = ctx_term_next(c, a))
		for (b = ctx_term_next(c, a); b; b = ctx_term_next(c, b)) {
			if (!target_tellable(x, str_of(a->name)) ||
			    !target_tellable(x, str_of(b->name)))
				continue;
			if (ctx_topo_same(a, b)) {
				put_pair(x->arena, a, b, 0, &end);
				continue;
			}
			for (unsigned i = 0; i < a->nstrm; i++)
				if (a->strm[i].sid)
					put_pair(x->arena, a, b, a->strm[i].sid, &end);
		}
	if (!list) /* all hear all */
		list = triple(x->arena, NULL, NULL, H248_TOPO_BOTHWAY, 0);
	return list;
}

static void answer_audit(struct exec *x, const struct ctx *c, uint32_t id)
{
	const struct h248_ctx_audit *q = x->act->audit;
	const struct hctx *h = hctx_get(c);
	struct h248_action *a = reply_action(x, id);
	struct h248_ctx_props *p = a ? arena_zalloc(x->arena, sizeof(*p)) : NULL;

	if (!p)
		return;
	if (q->has & H248_CA_PRIORITY)
		p->has |= H248_CTX_PRIORITY;
	if (q->has & H248_CA_EMERGENCY)
		p->has |= H248_CTX_EMERGENCY | (h->emergency ? H248_CTX_EMERGENCY_ON : 0);
	if (q->has & H248_CA_IEPS)
		p->has |= H248_CTX_IEPS | (h->ieps ? H248_CTX_IEPS_ON : 0);
	p->priority = h->priority;
	if (x->version < 3 && !h->emergency) /* only v3 can say that it is off */
		p->has &= (uint8_t)~H248_CTX_EMERGENCY;
	if (q->has & H248_CA_TOPOLOGY && c) {
		p->has |= H248_CTX_TOPOLOGY;
		p->topology = topology_of(x, c);
	}
	a->props = p;
}

static bool in_list(const struct h248_num *n, uint32_t id)
{
	while (n && n->v != id)
		n = n->next;
	return n != NULL;
}

bool hctx_selected(const struct exec *x, const struct ctx *c)
{
	const struct h248_ctx_props *p = x->act->props;
	const struct h248_ctx_audit *q = x->act->audit;
	const struct hctx *h = hctx_get(c);
	unsigned asked = 0, met = 0;

	if (p && p->has & H248_CTX_LIST && !in_list(p->list, c->id))
		return false;
	if (!q)
		return true;
	if (q->has & H248_CA_SEL_PRIORITY) {
		asked++;
		met += h->priority == q->priority;
	}
	if (q->has & H248_CA_SEL_EMERGENCY) {
		asked++;
		met += h->emergency == ((q->has & H248_CA_EMERGENCY_ON) != 0);
	}
	if (q->has & H248_CA_SEL_IEPS) {
		asked++;
		met += h->ieps == ((q->has & H248_CA_IEPS_ON) != 0);
	}
	return !asked || (q->has & H248_CA_OR ? met > 0 : met == asked);
}

static unsigned audit(struct exec *x)
{
	struct ctx *c;
	unsigned code;

	for (const struct h248_parm *k = x->act->audit->props; k; k = k->next) {
		code = hpkg_why_not(H248_PROPERTY, &k->name, HPKG_ON_CTX);
		if (code)
			return code;
	}
	if (x->ctx == H248_CTX_CHOOSE)
		return 0;
	if (x->ctx != H248_CTX_ALL) {
		c = ctx_find(x->mg->owner, x->ctx);
		if (c || x->ctx == H248_CTX_NULL)
			answer_audit(x, c, x->ctx);
		return 0; /* subtracted away by the action's own commands */
	}
	for (c = ctx_owner_next(x->mg->owner, NULL); c && !x->too_big;
	     c = ctx_owner_next(x->mg->owner, c))
		if (hctx_selected(x, c))
			answer_audit(x, c, c->id);
	return 0;
}

unsigned hctx_end(struct exec *x)
{
	struct h248_action *a;

	if (x->stop)
		return 0;
	if (x->ntopo && x->ctx != H248_CTX_CHOOSE)
		return H248_NOT_IN_CTX; /* triples of terminations that never came */
	if (x->act->audit)
		return audit(x);
	if (x->ract || !x->act->props)
		return 0;
	a = reply_action(x, x->ctx); /* attributes alone: told as they are now */
	if (a)
		a->props = (struct h248_ctx_props *)(uintptr_t)x->act->props;
	return 0;
}

/* ---- union ----------------------------------------------------------------------- */

bool hctx_desc_hash(struct exec *x, const struct h248_desc *desc, uint64_t *hash)
{
	struct h248_term all = { .kind = H248_TERM_ALL };
	struct h248_desc d = *desc;
	struct h248_cmd c = { .kind = H248_AUDIT_VALUE, .terms = &all, .descs = &d };
	struct h248_action act = { .ctx = H248_CTX_ALL, .cmds = &c };
	struct h248_trans t = { .kind = H248_REPLY, .actions = &act };

	if (d.kind == H248_D_ERROR) { /* whatever the text */
		*hash = map_u64(&x->told, d.u.error->code);
		return true;
	}
	d.next = NULL;
	if (hout_print(x->mg, false, 3, &t, NULL))
		return false;
	*hash = str_hash(buf_view(&x->mg->e->print), x->told.seed);
	return true;
}
