/* h248/audit.c - AuditValue and AuditCapabilities.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 7.1.12, 7.2.5, 7.2.6
 */
#include "h248/audit.h"

#include <string.h>

#include "h248/change.h"
#include "h248/digitmap.h"
#include "h248/events.h"
#include "h248/hctx.h"
#include "h248/pkg.h"
#include "h248/reply.h"
#include "util/err.h"

#define NEW(s, type) ((type *)arena_zalloc((s)->x->arena, sizeof(type)))

static bool is_root(const struct subject *s)
{
	return s->on == HPKG_ON_ROOT;
}

static bool caps(const struct subject *s)
{
	return s->x->cmd->kind == H248_AUDIT_CAP;
}

/* ---- Media ----------------------------------------------------------------------- */

static void root_props(struct subject *s, struct h248_tstate *ts)
{
	struct h248_parm **end = &ts->props;

	for (const struct hpkg *const *p = hpkgs; *p; p++)
		for (const struct hpkg_item *it = (*p)->items; it->name; it++) {
			struct h248_parm *q;

			if (!hpkg_realised(*p, HPKG_ON_ROOT) ||
			    it->kind != H248_PROPERTY || it->version > s->x->version)
				continue;
			q = NEW(s, struct h248_parm);
			if (!q || !hpkg_name(s->x->arena, *p, it, s->x->msg->via.binary,
					     &q->name))
				continue;
			q->vals = hpkg_int(s->x->arena, root_get(s->x->mg, it->cap));
			if (caps(s) && !it->read_only) {
				q->rel = H248_REL_RANGE;
				q->vals = hpkg_int(s->x->arena, it->least);
				if (q->vals)
					q->vals->next = hpkg_int(s->x->arena, it->most);
			}
			*end = q;
			end = &q->next;
		}
}

static struct h248_tstate *tstate(struct subject *s)
{
	struct h248_tstate *ts = NEW(s, struct h248_tstate);

	if (!ts)
		return NULL;
	ts->has = H248_TS_HAS_STATE;
	ts->state = is_root(s) ? s->x->mg->state : s->h ? s->h->state : H248_STATE_IN;
	if (!is_root(s)) {
		ts->has |= H248_TS_HAS_BUFFER;
		ts->lockstep = s->h && s->h->lockstep;
	} else {
		root_props(s, ts);
	}
	return ts;
}

static struct h248_stream *new_stream(struct subject *s, struct h248_media *m,
				      uint16_t sid)
{
	struct h248_stream *st = NEW(s, struct h248_stream), **end = &m->streams;

	while (*end)
		end = &(*end)->next;
	*end = st;
	if (st)
		st->id = sid;
	return st;
}

/* v3: statistics of one stream, when they were asked for there. */
static void stream_stats(struct subject *s, struct h248_stream *st,
			 const struct hstrm *hs)
{
	const struct strm *of = s->t ? term_strm(s->t, hs->sid) : NULL;

	if (!hs->stats || s->x->version < 3 || !of)
		return;
	st->stats = NEW(s, struct h248_stats);
	if (st->stats)
		st->stats->list = stats_of(s, of);
}

static void put_stream(struct subject *s, struct h248_media *m, const struct hstrm *hs)
{
	struct h248_stream *st = new_stream(s, m, hs->sid);

	if (!st)
		return;
	stream_stats(s, st, hs);
	st->control = media_control(s->x, hs, s->on);
	if (hs->local)
		st->local = alt_desc(s->x->arena, hs->local);
	if (hs->remote)
		st->remote = alt_desc(s->x->arena, hs->remote);
}

struct h248_media *audit_media(struct subject *s)
{
	struct h248_media *m = NEW(s, struct h248_media);

	if (!m)
		return NULL;
	m->tstate = tstate(s);
	for (unsigned i = 0; s->h && i < s->h->media.n; i++)
		put_stream(s, m, &s->h->media.v[i]);
	return m;
}

/* 7.2.6: what LocalControl may be set to. */
static void caps_control(struct subject *s, struct h248_media *m)
{
	struct h248_stream *st = NEW(s, struct h248_stream);
	struct h248_parm **end;

	if (!st || is_root(s) || !(st->control = NEW(s, struct h248_control)))
		return;
	m->streams = st;
	st->id = 1;
	st->control->has = H248_LC_HAS_MODE;
	st->control->mode = H248_MODE_SENDRECV;
	end = &st->control->props;
	for (const struct hpkg *const *p = hpkgs; *p; p++)
		for (const struct hpkg_item *it = (*p)->items; it->name; it++) {
			struct h248_parm *q;

			if (it->kind != H248_PROPERTY || !hpkg_realised(*p, s->on) ||
			    it->cap == CAP_MASK) /* any: no list or range tells */
				continue;
			q = NEW(s, struct h248_parm);
			if (!q || !hpkg_name(s->x->arena, *p, it, s->x->msg->via.binary,
					     &q->name))
				continue;
			q->rel = it->form && !strcmp(it->form, "bool") ? H248_REL_EQ
								       : H248_REL_RANGE;
			q->vals = hpkg_value(s->x->arena, it, it->least);
			if (q->vals && it->most != it->least)
				q->vals->next = hpkg_value(s->x->arena, it, it->most);
			*end = q;
			end = &q->next;
		}
}

static void put_media(struct subject *s)
{
	struct h248_desc *d = reply_desc(s->x->arena, s->r, H248_D_MEDIA);

	if (!d)
		return;
	if (!caps(s)) {
		d->u.media = audit_media(s);
		return;
	}
	d->u.media = NEW(s, struct h248_media);
	if (!d->u.media)
		return;
	d->u.media->tstate = tstate(s);
	if (d->u.media->tstate)
		d->u.media->tstate->has &= H248_TS_HAS_STATE;
	caps_control(s, d->u.media);
}

/* ---- the other descriptors ------------------------------------------------------- */

static struct h248_event *event_of(struct subject *s, const struct hpkg *p,
				   const struct hpkg_item *it, uint16_t stream)
{
	struct h248_event *e = NEW(s, struct h248_event);

	if (!e || !hpkg_name(s->x->arena, p, it, s->x->msg->via.binary, &e->name))
		return NULL;
	e->stream = stream;
	e->has = stream ? H248_EV_HAS_STREAM : 0;
	return e;
}

static struct h248_event *event_list(struct subject *s, const struct hevents *v)
{
	struct h248_event *list = NULL, **end = &list;

	for (const struct hpkg *const *p = hpkgs; *p; p++)
		for (const struct hpkg_item *it = (*p)->items; it->name; it++) {
			bool in = caps(s) && it->kind == H248_EVENT &&
				  hpkg_realised(*p, s->on);
			uint16_t stream = 0;

			for (unsigned i = 0; !caps(s) && v && i < v->n; i++)
				if (v->v[i].item == it) {
					in = true;
					stream = v->v[i].stream;
				}
			if (!in)
				continue;
			*end = event_of(s, *p, it, stream);
			if (*end)
				end = &(*end)->next;
		}
	return list;
}

/* Asked for, and nothing there: the descriptor's name alone. (An Events descriptor
 * without a RequestID can't be read by who goes by version 1 with its corrections.) */
static void put_empty(struct subject *s, uint16_t token)
{
	struct h248_desc *d = s->r->descs;

	while (d && (d->kind != H248_D_AUDIT || !d->u.audit))
		d = d->next;
	if (!d) {
		d = reply_desc(s->x->arena, s->r, H248_D_AUDIT);
		if (!d || !(d->u.audit = NEW(s, struct h248_audit)))
			return;
	}
	d->u.audit->tokens |= token;
}

static void put_events(struct subject *s, enum h248_desc_kind kind)
{
	bool observed = kind == H248_D_OBSERVED, binary = s->x->msg->via.binary;
	struct h248_events *e = NULL;
	struct h248_event *list = NULL;
	struct h248_desc *d;

	if (observed && !caps(s))
		e = s->h ? hev_waiting(s->x->arena, s->h, binary) : NULL;
	else
		list = event_list(s, s->h ? &s->h->events : NULL);
	if (!e && !list) {
		put_empty(s, observed ? H248_AUDIT_OBSERVED : H248_AUDIT_EVENTS);
		return;
	}
	if (!e && (e = NEW(s, struct h248_events))) {
		e->list = list;
		e->has_id = true;
		e->id = s->h && !caps(s) ? s->h->events.id : 0;
	}
	d = e ? reply_desc(s->x->arena, s->r, kind) : NULL;
	if (d)
		d->u.events = e;
}

static void put_buffer(struct subject *s)
{
	struct h248_event *list = event_list(s, s->h ? &s->h->buffer : NULL);
	struct h248_desc *d;

	if (!list) {
		put_empty(s, H248_AUDIT_BUFFER);
		return;
	}
	d = reply_desc(s->x->arena, s->r, H248_D_BUFFER);
	if (d)
		d->u.buffer = list;
}

static void put_signals(struct subject *s)
{
	struct h248_signal *list = NULL, **end = &list;
	struct h248_desc *d;

	for (const struct hpkg *const *p = hpkgs; caps(s) && *p; p++) /* none lasts */
		for (const struct hpkg_item *it = (*p)->items; it->name; it++) {
			struct h248_signal *g;

			if (it->kind != H248_SIGNAL || !hpkg_realised(*p, s->on))
				continue;
			g = NEW(s, struct h248_signal);
			if (!g || !hpkg_name(s->x->arena, *p, it, s->x->msg->via.binary,
					     &g->name))
				continue;
			*end = g;
			end = &g->next;
		}
	d = list ? reply_desc(s->x->arena, s->r, H248_D_SIGNALS) : NULL;
	if (d)
		d->u.signals = list;
	else
		put_empty(s, H248_AUDIT_SIGNALS);
}

static void put_packages(struct subject *s)
{
	struct h248_desc *d = reply_desc(s->x->arena, s->r, H248_D_PACKAGES);
	struct h248_package **end = d ? &d->u.packages : NULL;

	for (const struct hpkg *const *p = hpkgs; end && *p; p++) {
		struct h248_package *k;

		if (!hpkg_realised(*p, s->on))
			continue;
		k = NEW(s, struct h248_package);
		if (!k)
			return;
		k->name = (struct h248_pkgd){ .p = (*p)->name,
					      .n = (uint16_t)strlen((*p)->name) };
		if (s->x->msg->via.binary)
			k->name = (struct h248_pkgd){ .id = (*p)->id };
		k->version = (*p)->version;
		*end = k;
		end = &k->next;
	}
}

static void put_map(struct subject *s, const struct hmap *m)
{
	struct h248_desc *d = m ? reply_desc(s->x->arena, s->r, H248_D_DIGITMAP) : NULL;

	if (d)
		d->u.digitmap = hmap_desc(m, s->x->arena);
}

/* 7.2.5: all there are for ROOT and `*`, else the one in use. */
static void put_maps(struct subject *s)
{
	const struct h248_term *t = s->x->cmd->terms;
	const struct h248_mg *mg = s->x->mg;
	bool all = is_root(s) || (t && t->kind == H248_TERM_ALL), any = false;
	const struct hmap *m = NULL;

	if (s->h && s->h->has_map && !all)
		m = hmap_find(mg, s->h, str_of(s->h->map));
	if (m) {
		put_map(s, m);
		any = true;
	}
	for (int own = 0; all && own < (s->h ? 2 : 1); own++)
		LIST_EACH (i, own ? &s->h->maps : &mg->maps) {
			put_map(s, LIST_OF(i, struct hmap, link));
			any = true;
		}
	if (!any)
		put_empty(s, H248_AUDIT_DIGITMAP);
}

unsigned audit_stats(struct subject *s)
{
	struct h248_parm *list = stats_of(s, NULL);
	struct h248_desc *d = list ? reply_desc(s->x->arena, s->r, H248_D_STATS) : NULL;

	if (!list)
		put_empty(s, H248_AUDIT_STATS);
	if (d && (d->u.stats = NEW(s, struct h248_stats)))
		d->u.stats->list = list;
	return 0;
}

void audit_stream_stats(struct subject *s)
{
	struct h248_media *m = NULL;
	struct h248_desc *d;

	for (unsigned i = 0; s->h && s->x->version >= 3 && i < s->h->media.n; i++) {
		const struct hstrm *hs = &s->h->media.v[i];
		struct h248_stream *st;

		if (!hs->stats)
			continue;
		if (!m && (m = NEW(s, struct h248_media))) {
			d = reply_desc(s->x->arena, s->r, H248_D_MEDIA);
			if (d)
				d->u.media = m;
		}
		st = m ? new_stream(s, m, hs->sid) : NULL;
		if (st)
			stream_stats(s, st, hs);
	}
}

unsigned audit_check(const struct exec *x, const struct h248_audit *q, unsigned on)
{
	bool caps = x->cmd->kind == H248_AUDIT_CAP;
	unsigned code = 0;

	if (!q)
		return 0;
	if (caps && q->tokens & (H248_AUDIT_DIGITMAP | H248_AUDIT_PACKAGES))
		return H248_DESC_ILLEGAL; /* 7.2.6 */
	if (q->tokens & (H248_AUDIT_MUX | H248_AUDIT_MODEM))
		return H248_NO_DESCRIPTOR;
	for (const struct h248_indaud *i = q->items; i && !code; i = i->next)
		code = audit_item_check(i, on, x->version);
	return code;
}

unsigned audit_put(struct subject *s, const struct h248_audit *q)
{
	unsigned code = audit_check(s->x, q, s->on);
	bool fits = true;

	if (!q || code)
		return code;
	if (q->tokens & H248_AUDIT_MEDIA)
		put_media(s);
	if (q->tokens & H248_AUDIT_EVENTS)
		put_events(s, H248_D_EVENTS);
	if (q->tokens & H248_AUDIT_SIGNALS)
		put_signals(s);
	if (q->tokens & H248_AUDIT_DIGITMAP)
		put_maps(s);
	if (q->tokens & H248_AUDIT_STATS)
		audit_stats(s);
	if (q->tokens & H248_AUDIT_OBSERVED)
		put_events(s, H248_D_OBSERVED);
	if (q->tokens & H248_AUDIT_PACKAGES)
		put_packages(s);
	if (q->tokens & H248_AUDIT_BUFFER)
		put_buffer(s);
	for (const struct h248_indaud *i = q->items; i && !code; i = i->next)
		code = audit_item(s, i, &fits);
	s->x->unfit = !fits && !code;
	return code;
}

/* ---- the commands ---------------------------------------------------------------- */

/* The contexts there are, one action reply for each (7.2.5). */
static unsigned all_contexts(struct exec *x)
{
	for (struct ctx *c = ctx_owner_next(x->mg->owner, NULL); c && !x->too_big;
	     c = ctx_owner_next(x->mg->owner, c))
		if (hctx_selected(x, c))
			reply_cmd(x, c->id, STR_LIT("ROOT"));
	x->unfit = true; /* all is told */
	return 0;
}

static unsigned run(struct exec *x, struct span name, struct h248_cmd *r)
{
	const struct h248_desc *d = cmd_desc(x->cmd, H248_D_AUDIT);
	struct subject s = { .x = x, .on = HPKG_ON_ROOT, .r = r };

	if (!str_ieqz(name, "root")) {
		if (!hterm_find(x->mg, name, &s.h, &s.t, &s.ep))
			return H248_NO_TERM;
		s.on = hpkg_on(s.h, s.ep, s.t);
	} else if (x->ctx == H248_CTX_ALL) {
		return all_contexts(x);
	}
	return d && !x->too_big ? audit_put(&s, d->u.audit) : 0;
}

unsigned run_audit(struct exec *x, struct span name, struct h248_cmd *r)
{
	return run(x, name, r);
}

unsigned run_caps(struct exec *x, struct span name, struct h248_cmd *r)
{
	return run(x, name, r);
}
