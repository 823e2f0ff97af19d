/* model/topology.c - who hears whom in a context because an agent said so.
 *
 * layer: model (L2)   thread: control   I/O: none
 * RFC 3525 7.1.18; H.248.1 v3
 *
 * A context keeps a sorted array of ordered pairs that differ from the default, with a
 * bit for each stream. Arrays are replaced, never changed, so undoing is putting the one
 * before back. Pairs of terminations that are gone mean nothing, ids come once; they are
 * left out when the array is written anew.
 */
#include "model/impl.h"

#include <string.h>

#include "util/mem.h"

enum { ALL_STREAMS = (1 << STREAMS_MAX) - 1 };

static int edge_cmp(const struct topo_edge *e, uint64_t from, uint64_t to)
{
	if (e->from != from)
		return e->from < from ? -1 : 1;
	return e->to < to ? -1 : e->to > to;
}

/* Where the pair stands, or would. */
static uint32_t edge_at(const struct topo *t, uint64_t from, uint64_t to)
{
	uint32_t lo = 0, hi = t->n;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (edge_cmp(&t->v[mid], from, to) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static struct topo_edge edge_get(const struct topo *t, uint64_t from, uint64_t to)
{
	uint32_t i = t ? edge_at(t, from, to) : 0;

	if (t && i < t->n && !edge_cmp(&t->v[i], from, to))
		return t->v[i];
	return (struct topo_edge){ .from = from, .to = to };
}

static bool in_ctx(const struct ctx *c, uint64_t id)
{
	const struct term *t = term_by_id(ctx_model(c), id);

	return t && t->ctx == c;
}

/* A copy of what still means something, with room for two more. */
static struct topo *topo_copy(const struct ctx *c)
{
	uint32_t n = c->topo ? c->topo->n : 0;
	struct topo *t = mem_alloc(sizeof(*t) + (n + 2) * sizeof(t->v[0]));

	if (!t)
		return NULL;
	t->n = t->next = 0;
	for (uint32_t i = 0; i < n; i++) {
		const struct topo_edge *e = &c->topo->v[i];

		if ((e->cut | e->ext) && in_ctx(c, e->from) && in_ctx(c, e->to)) {
			t->next += e->ext ? 1 : 0;
			t->v[t->n++] = *e;
		}
	}
	return t;
}

static void edge_put(struct topo *t, const struct topo_edge *e)
{
	uint32_t i = edge_at(t, e->from, e->to);

	if (i == t->n || edge_cmp(&t->v[i], e->from, e->to)) {
		memmove(&t->v[i + 1], &t->v[i], (t->n - i) * sizeof(t->v[0]));
		t->n++;
	} else {
		t->next -= t->v[i].ext ? 1 : 0;
	}
	t->v[i] = *e;
	t->next += e->ext ? 1 : 0;
}

static void edge_set(struct topo *t, uint64_t from, uint64_t to, unsigned mask, bool cut,
		     bool ext)
{
	struct topo_edge e = edge_get(t, from, to);

	e.cut = (uint8_t)(cut ? e.cut | mask : e.cut & ~mask);
	e.ext = (uint8_t)(ext ? e.ext | mask : e.ext & ~mask);
	edge_put(t, &e);
}

static const struct {
	bool cut, cut_back, ext;
} kinds[] = {
	[TOPO_BOTHWAY] = { false, false, false },
	[TOPO_ISOLATE] = { true, true, false },
	[TOPO_ONEWAY] = { false, true, false },
	[TOPO_EXTERNAL] = { true, true, true },
	[TOPO_BOTH] = { false, true, true },
};

/* The context's array as a copy to change, with an undo record. Triples of one command
 * share one copy. */
static struct topo *topo_stage(struct model *m, struct ctx *c)
{
	struct undo *v = m->undo.p, *u = m->undo.n ? &v[m->undo.n - 1] : NULL;
	struct topo *t;

	if (u && u->kind == UNDO_TOPO && u->ctx == c) {
		t = mem_realloc(c->topo,
				sizeof(*t) + (c->topo->n + 2) * sizeof(t->v[0]));
		if (t)
			c->topo = t;
		return t;
	}
	u = undo_add(m, UNDO_TOPO);
	t = u ? topo_copy(c) : NULL;
	if (!t) {
		m->undo.n -= u ? 1 : 0;
		return NULL;
	}
	u->ctx = c;
	u->topo = c->topo;
	c->topo = t;
	return t;
}

enum cause ctx_topology(struct term *a, struct term *b, enum topo_dir dir, uint16_t sid)
{
	struct model *m = ctx_model(a->ctx);
	unsigned mask = ALL_STREAMS;
	struct topo *t;
	int k;

	if (a == b)
		return CAUSE_OK; /* 7.1.18: no loopback is introduced */
	if (sid) {
		k = strm_index(a->ctx, sid);
		if (k < 0)
			return CAUSE_STRM_LIMIT;
		mask = 1u << k;
	}
	t = topo_stage(m, a->ctx);
	if (!t)
		return CAUSE_NO_MEMORY;
	edge_set(t, a->id, b->id, mask, kinds[dir].cut, kinds[dir].ext);
	edge_set(t, b->id, a->id, mask, kinds[dir].cut_back, false);
	ctx_dirty(a->ctx);
	return CAUSE_OK;
}

/* It leaves the context but goes on to exist: coming back it is like a new one. */
enum cause topo_forget(struct model *m, const struct term *t)
{
	struct topo *p = t->ctx->topo;
	uint32_t n = 0;

	for (uint32_t i = 0; p && i < p->n; i++)
		n += p->v[i].from == t->id || p->v[i].to == t->id ? 1 : 0;
	if (!n)
		return CAUSE_OK;
	p = topo_stage(m, t->ctx);
	if (!p)
		return CAUSE_NO_MEMORY;
	n = 0;
	for (uint32_t i = 0; i < p->n; i++) {
		if (p->v[i].from == t->id || p->v[i].to == t->id)
			p->next -= p->v[i].ext ? 1 : 0;
		else
			p->v[n++] = p->v[i];
	}
	p->n = n;
	return CAUSE_OK;
}

bool topo_cut(const struct term *from, const struct term *to, uint16_t stream)
{
	const struct topo *t = from->ctx->topo;

	return t && edge_get(t, from->id, to->id).cut >> (stream - 1) & 1;
}

bool topo_taps(const struct term *from, const struct term *to, uint16_t stream)
{
	const struct topo *t = from->ctx->topo;

	if (!t || !t->next)
		return false;
	for (uint32_t i = 0; i < t->n; i++) {
		const struct topo_edge *e = &t->v[i];
		const struct term *via;

		if (e->to != to->id || !(e->ext >> (stream - 1) & 1))
			continue;
		via = term_by_id(ctx_model(from->ctx), e->from);
		if (via && via->ctx == from->ctx && via != from &&
		    !topo_cut(from, via, stream) && topo_flows(from, via, stream))
			return true;
	}
	return false;
}

static bool dir_of(const struct topo_edge *ab, const struct topo_edge *ba, unsigned k,
		   enum topo_dir *dir)
{
	bool cut = ab->cut >> k & 1, back = ba->cut >> k & 1;

	if (ab->ext >> k & 1)
		*dir = cut ? TOPO_EXTERNAL : TOPO_BOTH;
	else if (cut)
		*dir = back ? TOPO_ISOLATE : TOPO_ONEWAY;
	else
		*dir = back ? TOPO_ONEWAY : TOPO_BOTHWAY;
	if (ba->ext >> k & 1 || (cut && !back))
		return false; /* the other way round */
	return true;
}

bool ctx_topo_get(const struct term *a, const struct term *b, uint16_t sid,
		  enum topo_dir *dir)
{
	struct topo_edge ab = edge_get(a->ctx->topo, a->id, b->id);
	struct topo_edge ba = edge_get(a->ctx->topo, b->id, a->id);
	int k = sid ? strm_index(a->ctx, sid) : 0;

	return dir_of(&ab, &ba, k < 0 ? 0 : (unsigned)k, dir);
}

bool ctx_topo_same(const struct term *a, const struct term *b)
{
	struct topo_edge e[2] = { edge_get(a->ctx->topo, a->id, b->id),
				  edge_get(a->ctx->topo, b->id, a->id) };

	for (int i = 0; i < 2; i++)
		if ((e[i].cut && e[i].cut != ALL_STREAMS) ||
		    (e[i].ext && e[i].ext != ALL_STREAMS))
			return false;
	return true;
}

uint32_t ctx_topo_count(const struct ctx *c)
{
	uint32_t n = 0;

	for (uint32_t i = 0; c->topo && i < c->topo->n; i++) {
		const struct topo_edge *e = &c->topo->v[i];

		n += (e->cut | e->ext) && in_ctx(c, e->from) && in_ctx(c, e->to) ? 1 : 0;
	}
	return n;
}
