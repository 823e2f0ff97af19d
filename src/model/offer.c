/* model/offer.c - which formats a stream speaks.
 *
 * layer: model (L2)   thread: control   I/O: none
 * RFC 3435 2.6 (local options, remote description, internal list), RFC 3264 6.1
 *
 * The relay is blind to formats, so its internal list is not a list of codecs: it is what
 * the others in the context speak (nothing is transcoded), the room's format on a zone,
 * the pool's on endpoints where media ends; on an empty bridge it is whatever is named.
 */
#include "model/impl.h"

#include <string.h>

enum { PT_DYN_FIRST = 96, PT_DYN_LAST = 127, HEADERS_V4 = 40, HEADERS_V6 = 60 };

static const struct format *find(const struct format *v, unsigned n,
				 const struct format *f)
{
	for (unsigned i = 0; i < n; i++)
		if (v[i].pt == f->pt && format_same(&v[i], f))
			return &v[i];
	for (unsigned i = 0; i < n; i++)
		if (format_same(&v[i], f))
			return &v[i];
	return NULL;
}

static const struct format *find_set(const struct format_set *s, const struct format *f)
{
	return s ? find(s->v, s->n, f) : NULL;
}

/* Formats bound by what others in the island speak. */
struct bound {
	struct format_list list;
	bool any; /* somebody is there */
};

static void bind_to(struct bound *b, const struct format *v, unsigned n)
{
	struct format_list r = { 0 };

	if (!b->any) {
		memcpy(b->list.v, v, n * sizeof(*v));
		b->list.n = (uint8_t)n;
		b->any = true;
		return;
	}
	for (unsigned i = 0; i < b->list.n; i++)
		if (find(v, n, &b->list.v[i]))
			r.v[r.n++] = b->list.v[i];
	b->list = r;
}

/* What another leg takes of what we pass on: as its peer put it, for fmtp's sake. */
static void bind_to_strm(struct bound *b, const struct strm *s)
{
	struct format_list r = { 0 };

	for (unsigned i = 0; i < s->local->n; i++) {
		const struct format *f = find_set(s->remote, &s->local->v[i]);

		r.v[r.n++] = f ? *f : s->local->v[i];
	}
	bind_to(b, r.v, r.n);
}

static void bind_to_term(struct bound *b, const struct term *t, const struct strm *s)
{
	const struct strm *so;

	if (t->kind == TERM_PORT && t->room->formats)
		bind_to(b, t->room->formats->v, t->room->formats->n);
	if (t->kind == TERM_NAMED && t->endp)
		bind_to(b, endp_formats(t->endp)->v, endp_formats(t->endp)->n);
	if (t->kind != TERM_RTP || s->id > t->nstrm)
		return;
	so = &t->strm[s->id - 1];
	if (so->on && so->local && str_ieqz(str_of(so->media), s->media))
		bind_to_strm(b, so);
}

/* The internal list. False in *any: anything goes. */
static enum cause internal_list(struct model *m, const struct term *t,
				const struct strm *s, struct bound *b)
{
	const struct endp *e = t->endp;
	enum cause c;

	b->any = false;
	b->list.n = 0;
	if (e && (e->kind == ENDP_LINE || e->kind == ENDP_PLAYER))
		bind_to(b, endp_formats(e)->v, endp_formats(e)->n);
	c = island_walk(m, t->ctx);
	for (uint32_t i = 0; c == CAUSE_OK && i < m->isl->nctx; i++)
		LIST_EACH (at, &m->isl->ctx[i]->terms)
			if (LIST_OF(at, struct term, in_ctx) != t)
				bind_to_term(b, LIST_OF(at, struct term, in_ctx), s);
	return c;
}

/* kbit/s with all headers from IP up. */
static uint32_t kbps(const struct format *f, uint32_t ptime, unsigned family)
{
	uint32_t headers = family == 6 ? HEADERS_V6 : HEADERS_V4;
	uint32_t frame = format_frame_ms(f);

	if (frame > ptime)
		ptime = frame;
	return (format_rate(f) + headers * 8 * 1000 / ptime + 999) / 1000;
}

static bool fits(const struct term_ask *ask, const struct strm *s, const struct format *f)
{
	uint32_t ptime = ask->has & ASK_PTIME ? ask->ptime_max : s->ptime ? s->ptime : 20;

	if (!(ask->has & ASK_BANDWIDTH) || !format_rate(f))
		return true;
	return kbps(f, ptime ? ptime : 20, s->raddr.family) <= ask->kbps_max;
}

static bool pt_taken(const struct format_list *l, uint8_t pt)
{
	for (unsigned i = 0; i < l->n; i++)
		if (l->v[i].pt == pt)
			return true;
	return false;
}

/* A payload type: the peer's, the one told before, the one it has by itself, a free one.
 */
static bool choose_pt(const struct format_list *l, struct format *f,
		      const struct format *theirs, const struct format *before)
{
	uint8_t pt = theirs ? theirs->pt : before ? before->pt : f->pt;

	if (pt == FORMAT_PT_DYN || pt_taken(l, pt)) {
		if (theirs)
			return false; /* the same entry twice */
		for (pt = PT_DYN_FIRST; pt <= PT_DYN_LAST && pt_taken(l, pt); pt++)
			;
		if (pt > PT_DYN_LAST)
			return false;
	}
	f->pt = pt;
	return true;
}

struct lists {
	const struct format_list *remote, *inside; /* NULL: no such bound */
	const struct format_set *before;
};

static void add_one(struct format_list *out, const struct lists *l,
		    const struct format *base)
{
	const struct format *theirs, *ours;
	struct format f = *base;

	theirs = l->remote ? find(l->remote->v, l->remote->n, base) : NULL;
	ours = l->inside ? find(l->inside->v, l->inside->n, base) : NULL;
	if ((l->remote && !theirs) || (l->inside && !ours) || out->n == FORMATS_MAX)
		return;
	if (!choose_pt(out, &f, theirs, find_set(l->before, base)))
		return;
	if (theirs) /* the name as the peer spells it */
		memcpy(f.name, theirs->name, sizeof(f.name));
	if (ours && ours->fmtp[0])
		memcpy(f.fmtp, ours->fmtp, sizeof(f.fmtp));
	else if (!f.fmtp[0] && theirs)
		memcpy(f.fmtp, theirs->fmtp, sizeof(f.fmtp));
	out->v[out->n++] = f;
}

static bool has_main(const struct format_list *l)
{
	for (unsigned i = 0; i < l->n; i++)
		if (format_is_main(&l->v[i]))
			return true;
	return false;
}

enum cause offer_formats(struct model *m, struct term *t, const struct strm *s,
			 const struct term_ask *ask, const struct format_list *remote,
			 struct format_list *out)
{
	struct bound bound;
	struct lists l = { remote, NULL, s->local };
	const struct format_list *base = &bound.list;
	enum cause c = internal_list(m, t, s, &bound);

	if (c != CAUSE_OK)
		return c;
	if (bound.any)
		l.inside = &bound.list;
	if (ask->has & ASK_FORMATS)
		base = &ask->formats; /* 3435 2.6: its preferences go first */
	else if (remote)
		base = remote;
	else if (!bound.any && t->endp)
		base = endp_formats(t->endp);
	out->n = 0;
	for (unsigned i = 0; i < base->n; i++)
		if (ask->has & ASK_FORMATS || fits(ask, s, &base->v[i]))
			add_one(out, &l, &base->v[i]);
	return has_main(out) ? CAUSE_OK : CAUSE_CODEC_NONE;
}
