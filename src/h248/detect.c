/* h248/detect.c - events detected: told by Notify, or kept in the EventBuffer.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 7.1.9 (LockStep), 7.1.10, 7.1.17, 7.2.7
 *
 * With EventBufferControl LockStep one event is told for each Events descriptor; what the
 * EventBuffer descriptor lists and comes meanwhile waits for the next one.
 */
#include <stdio.h>
#include <string.h>

#include "h248/events.h"
#include "h248/pkg.h"
#include "h248/reply.h"
#include "h248/request.h"

static const struct hevent *listed(const struct hevents *v, const struct hseen *s)
{
	for (unsigned i = 0; i < v->n; i++) {
		const struct hevent *e = &v->v[i];

		if (e->item->cap == s->cap &&
		    (!e->stream || !s->stream || e->stream == s->stream))
			return e;
	}
	return NULL;
}

static const struct hpkg *pkg_of(const struct hpkg_item *it)
{
	for (const struct hpkg *const *p = hpkgs; *p; p++)
		for (const struct hpkg_item *k = (*p)->items; k->name; k++)
			if (k == it)
				return *p;
	return NULL;
}

static void put_parm(struct arena *a, struct h248_event *e, const struct hseen *s,
		     bool binary)
{
	struct h248_parm *p = arena_zalloc(a, sizeof(*p));

	if (!p || !s->parm)
		return;
	if (binary)
		p->name.id = s->parm_id;
	else
		p->name = (struct h248_pkgd){ .p = s->parm,
					      .n = (uint16_t)strlen(s->parm) };
	p->vals = hpkg_word(a, s->text);
	if (p->vals)
		p->vals->form = H248_VALUE_QUOTED;
	e->parms = p;
}

static struct h248_event *observed(struct arena *a, const struct hevent *w,
				   const struct hseen *s, bool binary)
{
	struct h248_event *e = arena_zalloc(a, sizeof(*e));

	if (!e || !hpkg_name(a, pkg_of(w->item), w->item, binary, &e->name))
		return NULL;
	e->stream = w->stream ? s->stream : 0;
	e->has = H248_EV_HAS_TIME | (w->stream ? H248_EV_HAS_STREAM : 0);
	e->time = s->time;
	put_parm(a, e, s, binary);
	return e;
}

static struct h248_events *observed_list(struct arena *a, const struct hterm *h)
{
	struct h248_events *oe = arena_zalloc(a, sizeof(*oe));

	if (!oe)
		return NULL;
	oe->has_id = 1;
	oe->id = h->events.id;
	return oe;
}

struct h248_events *hev_waiting(struct arena *a, const struct hterm *h, bool binary)
{
	struct h248_events *oe = h->nseen ? observed_list(a, h) : NULL;
	struct h248_event **end = oe ? &oe->list : NULL;

	for (unsigned i = 0; oe && i < h->nseen; i++) {
		const struct hevent *w = listed(&h->buffer, &h->seen[i]);

		*end = w ? observed(a, w, &h->seen[i], binary) : NULL;
		if (*end)
			end = &(*end)->next;
	}
	return oe;
}

static void notify(struct hterm *h, const struct hevent *w, const struct hseen *s)
{
	struct h248_mg *mg = h->mg;
	struct arena *a = arena_new(16384);
	struct h248_cmd c = { .kind = H248_NOTIFY };
	struct h248_action act = { .cmds = &c };
	struct h248_events *oe;
	struct h248_desc *d;

	oe = a ? observed_list(a, h) : NULL;
	if (oe)
		oe->list = observed(a, w, s, mg->svc.mgc.conf.binary);
	c.terms = oe && oe->list ? reply_term(a, str_of(h->name)) : NULL;
	d = c.terms ? reply_desc(a, &c, H248_D_OBSERVED) : NULL;
	if (d) {
		d->u.events = oe;
		act.ctx = h->term ? h->term->ctx->id : H248_CTX_NULL;
		hreq_notify(h, &act);
		mg_count(mg, H248_M_NOTIFIES);
	}
	arena_free(a);
}

/* True: it was told, and in LockStep that is all for this descriptor. */
static bool recognize(struct hterm *h, const struct hseen *s)
{
	const struct hevent *w = listed(&h->events, s);

	if (!w)
		return false;
	if (!w->never)
		notify(h, w, s);
	h->locked = h->lockstep;
	return true;
}

void hev_changed(struct hterm *h, bool new_events)
{
	unsigned n = 0;

	if (new_events || !h->lockstep)
		h->locked = false;
	if (!h->lockstep || !h->buffer.n || (new_events && !h->events.n))
		h->nseen = 0; /* 7.1.9: cleared by LockStep's end or empty descriptors */
	if (!new_events)
		return;
	while (n < h->nseen && !h->locked)
		recognize(h, &h->seen[n++]); /* others are discarded */
	h->nseen = (uint8_t)(h->nseen - n);
	memmove(h->seen, h->seen + n, h->nseen * sizeof(h->seen[0]));
}

void hev_detected(struct hterm *h, unsigned cap, uint16_t sid, const char *parm,
		  uint32_t parm_id, const char *text)
{
	struct hseen s = { .cap = (uint8_t)cap, .stream = sid, .parm = parm,
			   .parm_id = (uint16_t)parm_id };

	mg_time(h->mg, &s.time);
	snprintf(s.text, sizeof(s.text), "%s", text ? text : "");
	if (!h->locked)
		recognize(h, &s);
	else if (listed(&h->buffer, &s) && h->nseen < HSEEN_MAX)
		h->seen[h->nseen++] = s; /* else it is lost: the buffer is full */
}
