/* wire/h248_text_event.c - H.248 text: Events, EventBuffer, ObservedEvents, DigitMap.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 7.1.9, 7.1.10, 7.1.14, 7.1.17, Annex B.2; H.248.1 v2 (Z timer), v3 (behaviour)
 */
#include "wire/h248_text.h"

enum ev_where { EV_FIRST, EV_SECOND, EV_SPEC, EV_SEEN };

static bool event_list(struct hx *x, enum ev_where where, struct h248_event **tail);

static bool request_id(struct hx *x, struct h248_events *ev, const char *clause)
{
	ev->has_id = 1;
	ev->id = H248_REQUEST_ALL;
	if (hx_peek(x, '*')) {
		x->p++;
		return true;
	}
	return hx_u32(x, 10, UINT32_MAX, &ev->id, clause, "no RequestID");
}

/* Events [ "=" RequestID { ... } ] */
static bool events(struct hx *x, enum ev_where where, struct h248_events **out)
{
	static const char clause[] = "RFC 3525 B.2 eventsDescriptor";
	struct h248_events *ev = hx_node(x, sizeof(*ev));

	if (!ev)
		return false;
	*out = ev;
	if (!hx_take(x, '='))
		return true;
	return request_id(x, ev, clause) && hx_need(x, '{', clause, "'{' expected") &&
	       event_list(x, where, &ev->list);
}

bool h248_text_events(struct hx *x, struct h248_events **out)
{
	return events(x, EV_FIRST, out);
}

/* Embed { Signals [, Events] } or, in first events, Embed { Events } */
static bool embed(struct hx *x, enum ev_where where, struct h248_embed *em, unsigned *got)
{
	static const char clause[] = "RFC 3525 B.2 embedWithSig";
	const char *at;
	enum h248_tok t;

	if (!hx_need(x, '{', clause, "'{' expected"))
		return false;
	at = x->p;
	t = hx_tok(x, hx_run(x, C_NAME));
	if (t == TOK_SIGNALS) {
		*got |= H248_EV_EMBED_SIGNALS;
		if (!h248_text_signals(x, &em->signals))
			return false;
		if (!hx_take(x, ','))
			return hx_need(x, '}', clause, "'}' expected");
		at = x->p;
		t = hx_tok(x, hx_run(x, C_NAME));
	}
	if (t != TOK_EVENTS || where != EV_FIRST)
		return hx_fail(x, at, clause, "not allowed in Embed");
	*got |= H248_EV_EMBED_EVENTS;
	return events(x, EV_SECOND, &em->events) &&
	       hx_need(x, '}', clause, "'}' expected");
}

static bool notify_behaviour(struct hx *x, enum ev_where where, enum h248_tok t,
			     struct h248_event *e)
{
	static const char clause[] = "H.248.1 v3 B.2 notifyRegulated";
	unsigned got = 0;
	const char *at = x->p;

	if (e->notify)
		return hx_fail(x, at, clause, "two notify behaviours");
	e->notify = t == TOK_NOTIFY_IMMEDIATE ? H248_NOTIFY_IMMEDIATE
		    : t == TOK_NOTIFY_NEVER   ? H248_NOTIFY_NEVER
					      : H248_NOTIFY_REGULATED;
	if (t != TOK_NOTIFY_REGULATED || !hx_take(x, '{'))
		return true;
	at = x->p;
	if (hx_tok(x, hx_run(x, C_NAME)) != TOK_EMBED)
		return hx_fail(x, at, clause, "Embed expected");
	if (!embed(x, where, &e->reg, &got))
		return false;
	if (got & H248_EV_EMBED_EVENTS)
		e->has |= H248_EV_REG_EVENTS;
	if (got & H248_EV_EMBED_SIGNALS)
		e->has |= H248_EV_REG_SIGNALS;
	return hx_need(x, '}', clause, "'}' expected");
}

static bool stream_id(struct hx *x, struct h248_event *e)
{
	static const char clause[] = "RFC 3525 B.2 eventStream";

	if (e->has & H248_EV_HAS_STREAM)
		return hx_fail(x, x->p, clause, "Stream appears twice");
	e->has |= H248_EV_HAS_STREAM;
	return hx_eq(x, clause) && hx_u16(x, &e->stream, clause, "no StreamID");
}

static bool event_embed(struct hx *x, enum ev_where where, struct h248_event *e)
{
	unsigned got = 0;

	if (e->has & (H248_EV_EMBED_EVENTS | H248_EV_EMBED_SIGNALS))
		return hx_fail(x, x->p, "RFC 3525 B.2 eventParameter", "two Embeds");
	if (!embed(x, where, &e->embed, &got))
		return false;
	e->has |= (uint8_t)got;
	return true;
}

static bool event_dm(struct hx *x, struct h248_event *e)
{
	if (e->dm)
		return hx_fail(x, x->p, "RFC 3525 B.2 eventDM", "two digit maps");
	return h248_text_event_dm(x, &e->dm);
}

/* What an event may hold beside parameters; *mine is false for a parameter. */
static bool event_word(struct hx *x, enum ev_where where, enum h248_tok t,
		       struct h248_event *e, bool *mine)
{
	*mine = true;
	if (t == TOK_STREAM)
		return stream_id(x, e);
	if (where == EV_SPEC || where == EV_SEEN)
		t = TOK_NONE;
	switch (t) {
	case TOK_KEEP_ACTIVE:
		e->has |= H248_EV_KEEP;
		return true;
	case TOK_EMBED:
		return event_embed(x, where, e);
	case TOK_DIGITMAP:
		return event_dm(x, e);
	case TOK_NOTIFY_IMMEDIATE:
	case TOK_NOTIFY_REGULATED:
	case TOK_NOTIFY_NEVER:
		return notify_behaviour(x, where, t, e);
	case TOK_RESET_EVENTS:
		e->has |= H248_EV_RESET;
		return true;
	default:
		*mine = false;
		return true;
	}
}

static bool event_parms(struct hx *x, enum ev_where where, struct h248_event *e)
{
	static const char clause[] = "RFC 3525 B.2 eventParameter";
	struct h248_parm **tail = &e->parms;
	struct span word;
	bool mine;

	do {
		word = hx_run(x, C_NAME);
		if (!event_word(x, where, hx_tok(x, word), e, &mine))
			return false;
		if (mine)
			continue;
		if (!word.n || word.n > H248_NAME_MAX)
			return hx_fail(x, word.p, clause, "no parameter name");
		if (!hx_parm(x, hx_pkgd_of(word), &tail, clause))
			return false;
	} while (hx_next(x, clause));
	if (!x->rc && e->has & H248_EV_KEEP && e->has & H248_EV_EMBED_SIGNALS)
		return hx_fail(x, e->name.p, clause,
			       "KeepActive beside embedded signals");
	return !x->rc;
}

/* An observed event may begin with "yyyymmddThhmmsscc:". */
static bool event_time(struct hx *x, struct h248_event *e)
{
	static const char clause[] = "RFC 3525 B.2 observedEvent";
	const char *back = x->p;
	struct span word = hx_run(x, C_NAME);

	if (!hx_is_time(word)) {
		x->p = back;
		return true;
	}
	e->has |= H248_EV_HAS_TIME;
	return hx_time(x, word, &e->time, clause) &&
	       hx_need(x, ':', clause, "':' expected behind the time");
}

static bool event_list(struct hx *x, enum ev_where where, struct h248_event **tail)
{
	static const char clause[] = "RFC 3525 B.2 requestedEvent";

	do {
		struct h248_event *e = hx_node(x, sizeof(*e));

		if (!e || (where == EV_SEEN && !event_time(x, e)) ||
		    !hx_pkgd(x, &e->name, clause))
			return false;
		*tail = e;
		tail = &e->next;
		if (hx_take(x, '{') && !event_parms(x, where, e))
			return false;
	} while (hx_next(x, clause));
	return !x->rc;
}

bool h248_text_observed(struct hx *x, struct h248_events **out)
{
	static const char clause[] = "RFC 3525 B.2 observedEventsDescriptor";
	struct h248_events *ev = hx_node(x, sizeof(*ev));

	if (!ev || !hx_eq(x, clause) || !request_id(x, ev, clause) ||
	    !hx_need(x, '{', clause, "'{' expected"))
		return false;
	*out = ev;
	return event_list(x, EV_SEEN, &ev->list);
}

bool h248_text_buffer(struct hx *x, struct h248_event **out)
{
	return !hx_take(x, '{') || event_list(x, EV_SPEC, out);
}

/* --- digit maps --- */

/* "T:16," and so on, before the map itself. */
static bool dm_timers(struct hx *x, struct h248_dmvalue *v)
{
	static const char letters[] = "tslz";
	static const char clause[] = "RFC 3525 B.2 digitMapValue";

	while (x->p + 1 < x->end && x->p[1] == ':') {
		const char *l = memchr(letters, str_lower(*x->p), 4);
		uint8_t *at[] = { &v->t, &v->s, &v->l, &v->z };
		uint32_t n;
		int i;

		if (!l || v->has & 1u << (l - letters))
			return hx_fail(x, x->p, clause, "no digit map timer");
		i = (int)(l - letters);
		x->p += 2;
		if (!hx_u32(x, 2, 99, &n, clause, "timer not 0 to 99"))
			return false;
		v->has |= (uint8_t)(1u << i);
		*at[i] = (uint8_t)n;
		if (!hx_need(x, ',', clause, "',' expected behind the timer"))
			return false;
	}
	return true;
}

bool hx_dm_char(char c)
{
	return is_char(c, C_DIGIT | C_BLANK) || memchr("()[]|-.xXlLsStTzZ#*", c, 19) ||
	       (str_lower(c) >= 'a' && str_lower(c) <= 'k');
}

/* Comments may stand in the map: then the body is a copy without them. */
static bool dm_strip(struct hx *x, struct span *body)
{
	char *copy = arena_alloc(x->a, body->n);
	size_t n = 0;
	bool comment = false;

	if (!copy)
		return hx_more(x, 1) != NULL;
	for (size_t i = 0; i < body->n; i++) {
		char c = body->p[i];

		comment = comment ? c != '\n' && c != '\r' : c == ';';
		if (!comment)
			copy[n++] = c;
	}
	*body = (struct span){ copy, n };
	return true;
}

static bool dm_body(struct hx *x, struct span *out)
{
	static const char clause[] = "RFC 3525 B.2 digitMap";
	const char *from = x->p;
	bool comments = false;

	while (x->p < x->end && *x->p != '}') {
		if (*x->p == ';') {
			comments = true;
			hx_comment(x);
		} else if (hx_dm_char(*x->p)) {
			x->p++;
		} else {
			return hx_fail(x, x->p, clause, "no character of a digit map");
		}
	}
	*out = (struct span){ from, (size_t)(x->p - from) };
	if (comments && !dm_strip(x, out))
		return false;
	while (out->n && is_char(out->p[out->n - 1], C_BLANK))
		out->n--;
	return true; /* RFC 3525 7.1.14.1: an empty one deletes */
}

/* The value behind an opening brace. */
static bool dm_value(struct hx *x, struct h248_digitmap *dm)
{
	dm->value = hx_node(x, sizeof(*dm->value));
	return dm->value && dm_timers(x, dm->value) && dm_body(x, &dm->value->body) &&
	       hx_need(x, '}', "RFC 3525 B.2 digitMapValue", "'}' expected");
}

bool h248_text_event_dm(struct hx *x, struct h248_digitmap **out)
{
	static const char clause[] = "RFC 3525 B.2 eventDM";
	struct h248_digitmap *dm = hx_node(x, sizeof(*dm));

	if (!dm || !hx_eq(x, clause))
		return false;
	*out = dm;
	if (hx_take(x, '{'))
		return dm_value(x, dm);
	return hx_name(x, &dm->name.text, clause, "no digit map name");
}

bool h248_text_digitmap(struct hx *x, struct h248_digitmap **out)
{
	if (!h248_text_event_dm(x, out))
		return false;
	if ((*out)->value || !hx_take(x, '{'))
		return true;
	return dm_value(x, *out);
}
