/* model/offer.c - which formats a stream speaks.
 *
 * layer: model (L2)   thread: control   I/O: none
 * RFC 3435 2.6 (local options, remote description, internal list), RFC 3264 6.1
 *
 * The relay is blind to formats, so its internal list is not a list of codecs: it is what
 * the others in the context speak (nothing is transcoded), the room's format on a zone, the
 * pool's on endpoints where media ends; on an empty bridge it is whatever is named.
 */
#include "model/impl.h"

#include <string.h>

enum { PT_DYN_FIRST = 96, PT_DYN_LAST = 127, HEADERS_V4 = 40, HEADERS_V6 = 60 };

static const struct format *find(const struct format *v, unsigned n, const struct format *f)
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

/* What another leg can take of what we pass on: as its peer put it, for fmtp's sake. */
static void keep_common(struct format_list *have, bool *any, const struct strm *s)
{
	struct format_list r = { 0 };

	for (unsigned i = 0; i < s->local->n && !*any; i++) {
		const struct format *f = find_set(s->remote, &s->local->v[i]);

		r.v[r.n++] = f ? *f : s->local->v[i];
	}
	for (unsigned i = 0; i < have->n && *any; i++)
		if (find_set(s->local, &have->v[i]))
			r.v[r.n++] = have->v[i];
	*have = r;
	*any = true;
}

/* The internal list. False: anything goes. */
static bool internal_list(struct model *m, struct term *t, const struct strm *s,
			  struct format_list *out)
{
	const struct endp *e = t->endp;
	bool any = false;

	out->n = 0;
	if (e && e->kind != ENDP_BRIDGE && e->kind != ENDP_CONF) {
		*out = *endp_formats(e);
		return true;
	}
	if (island_walk(m, t->ctx) != CAUSE_OK)
		return false;
	for (uint32_t i = 0; i < m->isl->nctx; i++) {
		LIST_EACH (at, &m->isl->ctx[i]->terms) {
			struct term *other = LIST_OF(at, struct term, in_ctx);
			struct strm *so = &other->strm[s->id - 1];

			if (other == t || other->kind != TERM_RTP || s->id > other->nstrm)
				continue;
			if (so->on && so->local && str_ieqz(str_of(so->media), s->media))
				keep_common(out, &any, so);
		}
	}
	return any;
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

/* A payload type: the peer's, the one told before, the one it has by itself, a free one. */
static bool choose_pt(const struct format_list *l, struct format *f, const struct format *theirs,
		      const struct format *before)
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

static void add_one(struct format_list *out, const struct lists *l, const struct format *base)
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
	struct format_list inside;
	bool bound = internal_list(m, t, s, &inside);
	struct lists l = { remote, bound ? &inside : NULL, s->local };
	const struct format_list *base;

	if (ask->has & ASK_FORMATS)
		base = &ask->formats; /* 3435 2.6: its preferences go first */
	else if (remote)
		base = remote;
	else
		base = bound || !t->endp ? &inside : endp_formats(t->endp);
	out->n = 0;
	for (unsigned i = 0; i < base->n; i++)
		if (ask->has & ASK_FORMATS || fits(ask, s, &base->v[i]))
			add_one(out, &l, &base->v[i]);
	return has_main(out) ? CAUSE_OK : CAUSE_CODEC_NONE;
}
