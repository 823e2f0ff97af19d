/* wire/h248_print_ev.c - events, signals, digit maps and audits as H.248 text.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 7.1.9 to 7.1.14, 7.1.17, Annex B.2; H.248.1 v2, v3
 */
#include "wire/h248_lex.h"
#include "wire/h248_print.h"

/* --- digit maps --- */

static void dm_value(struct hp *w, const struct h248_dmvalue *v)
{
	static const char letters[] = "TSLZ";
	const uint8_t n[] = { v->t, v->s, v->l, v->z };

	hp_char(w, '{');
	for (int i = 0; i < 4; i++) {
		if (!(v->has & 1 << i))
			continue;
		if (i == 3)
			hp_since(w, 2, "Z timer of a digit map");
		hp_char(w, letters[i]);
		hp_char(w, ':');
		hp_num(w, n[i]);
		hp_char(w, ',');
	}
	for (size_t i = 0; i < v->body.n; i++) {
		if (!hx_dm_char(v->body.p[i]))
			hp_misfit(w, -H_EINVAL, "digit map has no text form");
	}
	hp_span(w, v->body);
	hp_char(w, '}');
}

void hp_digitmap(struct hp *w, const struct h248_digitmap *d)
{
	hp_tok(w, TOK_DIGITMAP);
	hp_eq(w);
	if (d->name.bin || d->name.text.p)
		hp_dm_name(w, &d->name);
	else if (!d->value)
		hp_misfit(w, -H_EINVAL, "an empty DigitMap has no text form");
	if (d->value)
		dm_value(w, d->value);
}

/* --- signals --- */

static const enum h248_tok reasons[] = { TOK_TIMEOUT, TOK_INT_EVENT, TOK_INT_SIGDESCR,
					 TOK_OTHER_REASON, TOK_ITERATION };

static void notify_completion(struct hp *w, unsigned nc)
{
	bool first = true;

	if (nc & H248_NC_ITERATION)
		hp_since(w, 3, "Iteration");
	hp_tok(w, TOK_NOTIFY_COMPLETION);
	hp_eq(w);
	hp_open(w);
	for (int i = 0; i < 5; i++) {
		if (nc & 1u << i) {
			hp_item(w, &first);
			hp_tok(w, reasons[i]);
		}
	}
	hp_close(w);
	if (first)
		hp_misfit(w, -H_EINVAL, "an empty NotifyCompletion has no text form");
}

static void v3_parms(struct hp *w, const struct h248_signal *s, bool *first)
{
	static const enum h248_tok dirs[] = { TOK_INTERNAL, TOK_EXTERNAL, TOK_NONE,
					      TOK_BOTH };

	if (s->has & (H248_SIG_HAS_DIR | H248_SIG_HAS_REQ | H248_SIG_HAS_GAP))
		hp_since(w, 3, "signal direction, request and gap");
	if (s->has & H248_SIG_HAS_DIR) {
		hp_item(w, first);
		if (s->dir > 3 || s->dir == 2)
			hp_misfit(w, -H_EINVAL, "signal direction %u has no name",
				  s->dir);
		hp_tok_tok(w, TOK_SIG_DIRECTION, dirs[s->dir & 3]);
	}
	if (s->has & H248_SIG_HAS_REQ) {
		hp_item(w, first);
		hp_tok(w, TOK_SIG_REQUEST);
		hp_eq(w);
		hp_request_id(w, s->request);
	}
	if (s->has & H248_SIG_HAS_GAP) {
		hp_item(w, first);
		hp_tok_num(w, TOK_SIG_GAP, s->gap);
	}
}

static void one_signal(struct hp *w, const struct h248_signal *s)
{
	static const enum h248_tok types[] = { TOK_BRIEF, TOK_ONOFF, TOK_TIMEOUT };
	bool first = true;

	hp_pkgd(w, H248_SIGNAL, &s->name);
	if (!s->has && !s->parms)
		return;
	hp_open(w);
	if (s->has & H248_SIG_HAS_STREAM) {
		hp_item(w, &first);
		hp_tok_num(w, TOK_STREAM, s->stream);
	}
	if (s->has & H248_SIG_HAS_TYPE) {
		hp_item(w, &first);
		hp_tok_tok(w, TOK_SIGNAL_TYPE,
			   s->type <= H248_SIG_TIMEOUT ? types[s->type] : TOK_NONE);
	}
	if (s->has & H248_SIG_HAS_DURATION) {
		hp_item(w, &first);
		hp_tok_num(w, TOK_DURATION, s->duration);
	}
	if (s->has & H248_SIG_HAS_NC) {
		hp_item(w, &first);
		notify_completion(w, s->nc);
	}
	if (s->has & H248_SIG_KEEP) {
		hp_item(w, &first);
		hp_tok(w, TOK_KEEP_ACTIVE);
	}
	v3_parms(w, s, &first);
	hp_parms(w, s->parms ? h248_item_find(H248_SIGNAL, &s->name) : NULL, s->parms,
		 &first);
	hp_close(w);
}

static void signal_list(struct hp *w, const struct h248_signal *s)
{
	bool first = true;

	hp_tok_num(w, TOK_SIGNAL_LIST, s->list_id);
	hp_open(w);
	for (const struct h248_signal *one = s->list; one; one = one->next) {
		hp_item(w, &first);
		one_signal(w, one);
	}
	hp_close(w);
	if (first)
		hp_misfit(w, -H_EINVAL, "an empty SignalList has no text form");
}

void hp_signals(struct hp *w, const struct h248_signal *s)
{
	bool first = true;

	hp_tok(w, TOK_SIGNALS);
	if (!s) {
		/* the bare word is right since the implementors' guide, braces before;
		 * in a reply it always was, as an auditItem */
		if (w->version < 2 && !w->reply)
			hp_put(w, "{}", 2);
		return;
	}
	hp_open(w);
	for (; s; s = s->next) {
		hp_item(w, &first);
		if (s->is_list)
			signal_list(w, s);
		else
			one_signal(w, s);
	}
	hp_close(w);
}

/* --- events --- */

static void embed(struct hp *w, const struct h248_embed *em, bool signals, bool events)
{
	bool first = true;

	hp_tok(w, TOK_EMBED);
	hp_open(w);
	if (signals) {
		hp_item(w, &first);
		hp_signals(w, em->signals);
	}
	if (events && em->events) {
		hp_item(w, &first);
		hp_events(w, em->events);
	}
	hp_close(w);
}

static void notify_behaviour(struct hp *w, const struct h248_event *e, bool *first)
{
	bool signals = e->has & H248_EV_REG_SIGNALS, events = e->has & H248_EV_REG_EVENTS;

	hp_since(w, 3, "notify behaviour");
	hp_item(w, first);
	hp_tok(w, e->notify == H248_NOTIFY_IMMEDIATE ? TOK_NOTIFY_IMMEDIATE
		  : e->notify == H248_NOTIFY_NEVER   ? TOK_NOTIFY_NEVER
						     : TOK_NOTIFY_REGULATED);
	if (e->notify != H248_NOTIFY_REGULATED || (!signals && !events))
		return;
	hp_open(w);
	embed(w, &e->reg, signals, events);
	hp_close(w);
}

static void event_actions(struct hp *w, const struct h248_event *e, bool *first)
{
	bool signals = e->has & H248_EV_EMBED_SIGNALS;
	bool events = e->has & H248_EV_EMBED_EVENTS;

	if (e->has & H248_EV_KEEP) {
		hp_item(w, first);
		hp_tok(w, TOK_KEEP_ACTIVE);
	}
	if (signals || events) {
		hp_item(w, first);
		embed(w, &e->embed, signals, events);
	}
	if (e->dm) {
		hp_item(w, first);
		hp_digitmap(w, e->dm);
	}
	if (e->notify)
		notify_behaviour(w, e, first);
	if (e->has & H248_EV_RESET) {
		hp_since(w, 3, "ResetEventsDescriptor");
		hp_item(w, first);
		hp_tok(w, TOK_RESET_EVENTS);
	}
}

static void event(struct hp *w, const struct h248_event *e)
{
	bool first = true;

	if (e->has & H248_EV_HAS_TIME) {
		hp_time(w, &e->time);
		hp_char(w, ':');
	}
	hp_pkgd(w, H248_EVENT, &e->name);
	if (!(e->has & ~H248_EV_HAS_TIME) && !e->parms && !e->dm && !e->notify)
		return;
	hp_open(w);
	if (e->has & H248_EV_HAS_STREAM) {
		hp_item(w, &first);
		hp_tok_num(w, TOK_STREAM, e->stream);
	}
	event_actions(w, e, &first);
	hp_parms(w, e->parms ? h248_item_find(H248_EVENT, &e->name) : NULL, e->parms,
		 &first);
	hp_close(w);
}

static void event_list(struct hp *w, const struct h248_event *e)
{
	bool first = true;

	hp_open(w);
	for (; e; e = e->next) {
		hp_item(w, &first);
		event(w, e);
	}
	hp_close(w);
}

void hp_events(struct hp *w, const struct h248_events *ev)
{
	hp_tok(w, TOK_EVENTS);
	if (!ev->list)
		return; /* no events: the bare word, whatever the request */
	hp_eq(w);
	hp_request_id(w, ev->has_id ? ev->id : 0);
	event_list(w, ev->list);
}

void hp_observed(struct hp *w, const struct h248_events *ev)
{
	hp_tok(w, TOK_OBSERVED);
	hp_eq(w);
	hp_request_id(w, ev->id);
	event_list(w, ev->list);
	if (!ev->list)
		hp_misfit(w, -H_EINVAL, "empty ObservedEvents have no text form");
}

void hp_buffer(struct hp *w, const struct h248_event *e)
{
	hp_tok(w, TOK_EVENT_BUFFER);
	if (e)
		event_list(w, e);
}
