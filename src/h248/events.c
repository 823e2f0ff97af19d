/* h248/events.c - Events, EventBuffer and Signals descriptors.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 7.1.9-7.1.11, 7.1.17, 7.2.7; H.248.37 (latching)
 *
 * What no package here can run is refused with the code of an unknown package or item, so
 * that nothing is stored that would never happen.
 */
#include "h248/events.h"

#include <string.h>

#include "h248/change.h"
#include "h248/reply.h"
#include "h248/request.h"

/* ---- what is requested
 * ------------------------------------------------------------------ */

static bool keep_event(struct hevents *to, const struct hpkg_item *it, uint16_t stream,
		       bool never)
{
	if (to->n == HEVENTS_MAX)
		return false;
	to->v[to->n++] = (struct hevent){ it, stream, never };
	return true;
}

static bool never_told(const struct h248_event *e)
{
	return e->notify == H248_NOTIFY_NEVER;
}

/* "nt/all", "all/all" with asterisks: every event of the packages realised. */
static unsigned wild_event(struct change *c, const struct h248_event *e,
			   struct hevents *to)
{
	bool any = false;

	for (const struct hpkg *const *p = hpkgs; *p; p++) {
		struct span name = { e->name.p, e->name.slash };
		bool in = !e->name.p ? e->name.id >> 16 == 0xffff ||
					       e->name.id >> 16 == (*p)->id
				     : str_ieqz(name, "*") || str_ieqz(name, (*p)->name);

		if (!in || !hpkg_realised(*p, c->on))
			continue;
		any = true;
		for (const struct hpkg_item *it = (*p)->items; it->name; it++)
			if (it->kind == H248_EVENT && to &&
			    !keep_event(to, it, e->stream, never_told(e)))
				return H248_NO_RESOURCES;
	}
	return any ? 0 : H248_NO_PACKAGE;
}

static unsigned check_signals(struct change *c, const struct h248_signal *s, bool run);
static unsigned check_event(struct change *c, const struct h248_event *e,
			    struct hevents *to);

static unsigned check_list(struct change *c, const struct h248_event *e,
			   struct hevents *to)
{
	unsigned code = 0;

	for (; e && !code; e = e->next)
		code = check_event(c, e, to);
	return code;
}

/* What an event would set off: nothing here can follow from one yet. An item that is
 * unknown has the first word. Readers bound how deep it goes. */
static unsigned check_embed(struct change *c, const struct h248_event *e)
{
	const struct h248_embed *v[2] = { &e->embed, &e->reg };
	unsigned code = 0;

	if (!(e->has & (H248_EV_EMBED_EVENTS | H248_EV_EMBED_SIGNALS |
			H248_EV_REG_EVENTS | H248_EV_REG_SIGNALS | H248_EV_RESET)))
		return 0;
	for (int i = 0; i < 2 && !code; i++) {
		if (v[i]->events)
			code = check_list(c, v[i]->events->list, NULL);
		if (!code)
			code = check_signals(c, v[i]->signals, false);
	}
	return code ? code : H248_NO_DESCRIPTOR;
}

static unsigned check_event(struct change *c, const struct h248_event *e,
			    struct hevents *to)
{
	struct hpkg_ref ref;
	unsigned code;

	if (h248_pkgd_wild(&e->name)) {
		code = wild_event(c, e, to);
	} else {
		code = hpkg_find(H248_EVENT, &e->name, c->on, c->x->version, &ref);
		if (!code && to && !keep_event(to, ref.item, e->stream, never_told(e)))
			code = H248_NO_RESOURCES;
	}
	if (!code && (e->parms || e->dm)) /* none of ours takes any */
		code = H248_NO_PARAMETER;
	return code ? code : check_embed(c, e);
}

unsigned watch_check(struct change *c, const struct h248_events *e)
{
	c->new_events = true;
	c->events = (struct hevents){ 0 };
	if (!e || !e->list)
		return 0;
	if (!e->has_id)
		return H248_BAD_COMMAND; /* only binary can leave it out */
	c->events.id = e->id;
	return check_list(c, e->list, &c->events);
}

static uint8_t watch_of(const struct hevents *v, uint16_t sid)
{
	uint8_t watch = 0;

	for (unsigned i = 0; i < v->n; i++) {
		const struct hevent *e = &v->v[i];

		if (e->stream && e->stream != sid)
			continue;
		if (e->item->cap == CAP_NETFAIL)
			watch |= HWATCH_NETFAIL;
		if (e->item->cap == CAP_PAYLOAD)
			watch |= HWATCH_PAYLOAD;
	}
	return watch;
}

unsigned watch_stage(struct change *c)
{
	const struct hevents *v = c->new_events || !c->h ? &c->events : &c->h->events;
	const struct hevents *b = c->new_buffer || !c->h ? &c->buffer : &c->h->buffer;
	unsigned code = 0;

	for (unsigned i = 0; c->t && i < c->media.n && !code; i++) {
		struct hstrm *s = &c->media.v[i];
		uint8_t watch = (uint8_t)(watch_of(v, s->sid) |
					  (c->lockstep ? watch_of(b, s->sid) : 0));
		struct term_ask ask = { .has = ASK_WATCH };

		if (watch == s->watch)
			continue;
		s->watch = watch;
		if (watch & HWATCH_PAYLOAD)
			ask.watch = WATCH_PAYLOAD;
		if (watch & HWATCH_NETFAIL)
			ask.silence_ms = c->x->mg->conf.netfail_time;
		code = h248_code_of(term_stream(c->t, s->sid, &ask));
	}
	return code;
}

unsigned buffer_check(struct change *c, const struct h248_event *e)
{
	c->new_buffer = true;
	c->buffer = (struct hevents){ 0 };
	return check_list(c, e, &c->buffer);
}

/* ---- signals
 * ------------------------------------------------------------------------------ */

enum napt { NAPT_OFF, NAPT_LATCH, NAPT_RELATCH };

static unsigned latch_parm(const struct h248_signal *s, enum napt *out)
{
	*out = NAPT_LATCH;
	for (const struct h248_parm *p = s->parms; p; p = p->next) {
		struct span name = { p->name.p, p->name.n }, v;

		if (!p->name.p || !str_ieqz(name, "napt"))
			return H248_NO_PARAMETER;
		if (!p->vals || p->rel != H248_REL_EQ)
			return H248_NOT_VALUE;
		v = p->vals->s;
		if (str_ieqz(v, "OFF"))
			*out = NAPT_OFF;
		else if (str_ieqz(v, "RELATCH"))
			*out = NAPT_RELATCH;
		else if (!str_ieqz(v, "LATCH"))
			return H248_NOT_VALUE;
	}
	return 0;
}

/* Acts at once and is over: an audit does not show it. */
static unsigned latch(struct change *c, const struct h248_signal *s, enum napt napt)
{
	unsigned code = 0;

	for (unsigned i = 0; i < c->media.n && !code; i++) {
		struct term_ask ask = { .has = ASK_LATCH,
					.latch = napt != NAPT_OFF,
					.relatch = napt == NAPT_RELATCH };

		if (s->has & H248_SIG_HAS_STREAM && s->stream != c->media.v[i].sid)
			continue;
		if (c->t)
			code = h248_code_of(term_stream(c->t, c->media.v[i].sid, &ask));
	}
	return code;
}

static unsigned one_signal(struct change *c, const struct h248_signal *s, bool run)
{
	enum napt napt = NAPT_LATCH;
	struct hpkg_ref ref;
	unsigned code = hpkg_find(H248_SIGNAL, &s->name, c->on, c->x->version, &ref);

	if (!code && ref.item->cap == CAP_LATCH)
		code = latch_parm(s, &napt);
	if (!code && run && ref.item->cap == CAP_LATCH)
		code = latch(c, s, napt);
	return code;
}

static unsigned check_signals(struct change *c, const struct h248_signal *s, bool run)
{
	unsigned code = 0;

	for (; s && !code; s = s->next)
		code = s->is_list ? check_signals(c, s->list, run)
				  : one_signal(c, s, run);
	return code;
}

unsigned signals_apply(struct change *c, const struct h248_signal *s)
{
	return check_signals(c, s, true);
}
