/* wire/h248_print_cmd.c - commands, media and audits as H.248 text.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 7.1, 7.2, Annex B.2; H.248.1 v2, v3
 */
#include "wire/h248_print.h"

void hp_error(struct hp *w, const struct h248_error *e)
{
	hp_tok_num(w, TOK_ERROR, e->code);
	hp_span(w, w->pretty ? STR_LIT(" { ") : STR_LIT("{"));
	if (e->text.p)
		hp_quoted(w, e->text, "error text");
	hp_span(w, w->pretty ? STR_LIT(" }") : STR_LIT("}"));
	if (e->code > 9999)
		hp_misfit(w, -H_EINVAL, "error code %u has no text form", e->code);
}

/* --- media --- */

static void control(struct hp *w, const struct h248_control *lc)
{
	bool first = true;

	hp_tok(w, TOK_LOCAL_CONTROL);
	hp_open(w);
	if (lc->has & H248_LC_HAS_MODE) {
		hp_item(w, &first);
		hp_tok_tok(w, TOK_MODE, hp_mode_tok(lc->mode));
	}
	if (lc->has & H248_LC_HAS_VALUE) {
		hp_item(w, &first);
		hp_tok_tok(w, TOK_RESERVED_VALUE,
			   lc->has & H248_LC_VALUE_ON ? TOK_ON : TOK_OFF);
	}
	if (lc->has & H248_LC_HAS_GROUP) {
		hp_item(w, &first);
		hp_tok_tok(w, TOK_RESERVED_GROUP,
			   lc->has & H248_LC_GROUP_ON ? TOK_ON : TOK_OFF);
	}
	hp_props(w, H248_PROPERTY, lc->props, &first);
	hp_close(w);
	if (first)
		hp_misfit(w, -H_EINVAL, "an empty LocalControl has no text form");
}

/* "}" is the one character that is escaped. */
static void escaped(struct hp *w, struct span s)
{
	while (s.n) {
		const char *q = memchr(s.p, '}', s.n);
		size_t n = q ? (size_t)(q - s.p) : s.n;

		hp_put(w, s.p, n);
		if (!q)
			return;
		hp_put(w, "\\}", 2);
		s = (struct span){ q + 1, s.n - n - 1 };
	}
}

/* One line: what came in binary may hold what no line can. */
static void sdp_value(struct hp *w, struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!s.p[i] || s.p[i] == '\n' || s.p[i] == '\r')
			hp_misfit(w, -H_EINVAL, "a line of SDP has no text form");
	}
	escaped(w, s);
}

static void group(struct hp *w, const struct h248_group *g)
{
	if (g->sdp.p) {
		escaped(w, g->sdp);
		hp_char(w, '\n');
		return;
	}
	for (const struct h248_parm *p = g->parms; p; p = p->next) {
		char letter = h248_sdp_letter(&p->name);
		const struct h248_value *v = p->vals;

		if (!letter || p->rel != H248_REL_EQ) {
			hp_misfit(w, -H_ENOENT, "property 0x%08x has no line of SDP",
				  (unsigned)p->name.id);
			return;
		}
		do {
			hp_char(w, letter);
			hp_char(w, '=');
			if (v)
				sdp_value(w, h248_value_octets(v));
			else
				hp_char(w, '$');
			v = v ? v->next : NULL;
			hp_span(w, v || p->next ? STR_LIT("\r\n") : STR_LIT("\n"));
		} while (v);
	}
}

static void session(struct hp *w, enum h248_tok tok, const struct h248_sdp *d)
{
	hp_tok(w, tok);
	hp_span(w, w->pretty ? STR_LIT(" {\n") : STR_LIT("{\n"));
	for (const struct h248_group *g = d->groups; g; g = g->next)
		group(w, g);
	hp_char(w, '}');
}

static void stream_parms(struct hp *w, const struct h248_stream *s, bool *first)
{
	if (s->control) {
		hp_item(w, first);
		control(w, s->control);
	}
	if (s->local) {
		hp_item(w, first);
		session(w, TOK_LOCAL, s->local);
	}
	if (s->remote) {
		hp_item(w, first);
		session(w, TOK_REMOTE, s->remote);
	}
	if (s->stats) {
		hp_since(w, 3, "Statistics of a stream");
		hp_item(w, first);
		hp_stats(w, s->stats);
	}
}

static void tstate(struct hp *w, const struct h248_tstate *ts)
{
	bool first = true;

	hp_tok(w, TOK_TERM_STATE);
	hp_open(w);
	hp_props(w, H248_PROPERTY, ts->props, &first);
	if (ts->has & H248_TS_HAS_BUFFER) {
		hp_item(w, &first);
		hp_tok_tok(w, TOK_BUFFER, ts->lockstep ? TOK_LOCKSTEP : TOK_OFF);
	}
	if (ts->has & H248_TS_HAS_STATE) {
		hp_item(w, &first);
		hp_tok_tok(w, TOK_SVC_STATES, hp_state_tok(ts->state));
	}
	hp_close(w);
	if (first)
		hp_misfit(w, -H_EINVAL, "an empty TerminationState has no text form");
}

static void streams(struct hp *w, const struct h248_stream *s, bool *first)
{
	for (; s; s = s->next) {
		bool inner = true;

		hp_item(w, first);
		hp_tok_num(w, TOK_STREAM, s->id);
		hp_open(w);
		stream_parms(w, s, &inner);
		hp_close(w);
		if (inner)
			hp_misfit(w, -H_EINVAL, "an empty Stream has no text form");
	}
}

void hp_media(struct hp *w, const struct h248_media *m)
{
	bool first = true;

	hp_tok(w, TOK_MEDIA);
	hp_open(w);
	if (m->tstate) {
		hp_item(w, &first);
		tstate(w, m->tstate);
	}
	if (m->one && m->streams)
		stream_parms(w, m->streams, &first);
	else
		streams(w, m->streams, &first);
	hp_close(w);
	if (first)
		hp_misfit(w, -H_EINVAL, "an empty Media has no text form");
}

void hp_stats(struct hp *w, const struct h248_stats *s)
{
	bool first = true;

	hp_tok(w, TOK_STATS);
	if (!s->list)
		return;
	hp_open(w);
	for (const struct h248_parm *p = s->list; p; p = p->next) {
		if (p->rel == H248_REL_SUBLIST)
			hp_since(w, 3, "sub-list of statistics");
		hp_item(w, &first);
		hp_prop(w, H248_STAT, p);
	}
	hp_close(w);
}

/* --- commands --- */

enum { BARE_DESCRIPTORS = H248_AUDIT_EVENTS | H248_AUDIT_SIGNALS | H248_AUDIT_BUFFER };

/* What was asked for and is not there: bare words, last in a reply. Three of them read
 * back as empty descriptors; these go first. */
static void bare_words(struct hp *w, const struct h248_desc *d, unsigned tokens,
		       bool *first)
{
	for (; d; d = d->next) {
		struct h248_audit some;

		if (d->kind != H248_D_AUDIT)
			continue;
		some = *d->u.audit;
		some.tokens &= (uint16_t)tokens;
		if (tokens == BARE_DESCRIPTORS)
			some.items = NULL;
		hp_audit_items(w, &some, first);
	}
}

static void descriptor(struct hp *w, const struct h248_desc *d, bool *first)
{
	if (d->kind == H248_D_AUDIT && w->reply)
		return;
	hp_item(w, first);
	switch ((enum h248_desc_kind)d->kind) {
	case H248_D_MEDIA:
		hp_media(w, d->u.media);
		break;
	case H248_D_MODEM:
		hp_modem(w, d->u.modem);
		break;
	case H248_D_MUX:
		hp_mux(w, d->u.mux);
		break;
	case H248_D_EVENTS:
		hp_events(w, d->u.events);
		break;
	case H248_D_BUFFER:
		hp_buffer(w, d->u.buffer);
		break;
	case H248_D_SIGNALS:
		hp_signals(w, d->u.signals);
		break;
	case H248_D_DIGITMAP:
		hp_digitmap(w, d->u.digitmap);
		break;
	case H248_D_STATS:
		if (!w->reply)
			hp_since(w, 3, "Statistics in a request");
		hp_stats(w, d->u.stats);
		break;
	case H248_D_OBSERVED:
		hp_observed(w, d->u.events);
		break;
	case H248_D_PACKAGES:
		hp_packages(w, d->u.packages);
		break;
	case H248_D_ERROR:
		hp_error(w, d->u.error);
		break;
	case H248_D_SVC:
		hp_svc(w, d->u.svc);
		break;
	case H248_D_AUDIT:
		hp_audit(w, d->u.audit);
		break;
	case H248_D_KINDS:
		break;
	}
}

/* A service change reply in binary always has its parameters; text leaves out none. */
static bool is_empty(const struct h248_desc *d)
{
	const struct h248_svc *sv = d->u.svc;

	return d->kind == H248_D_SVC && !sv->has && !sv->address && !sv->mgcid &&
	       !sv->profile.p && !sv->reason;
}

static void context_audit(struct hp *w, const struct h248_cmd *c)
{
	hp_tok(w, TOK_CTX);
	if (c->descs && c->descs->kind == H248_D_ERROR) {
		hp_open(w);
		hp_error(w, c->descs->u.error);
		hp_close(w);
	} else {
		hp_terms(w, c->terms, '{', '}');
		if (!c->terms)
			hp_misfit(w, -H_EINVAL,
				  "an empty context audit has no text form");
	}
}

static const enum h248_tok commands[H248_CMD_KINDS] = {
	TOK_ADD,       TOK_MOVE,        TOK_MODIFY, TOK_SUBTRACT,
	TOK_AUDIT_CAP, TOK_AUDIT_VALUE, TOK_NOTIFY, TOK_SVC_CHANGE,
};

static const enum h248_tok descriptors[H248_D_KINDS] = {
	[H248_D_MEDIA] = TOK_MEDIA,       [H248_D_MODEM] = TOK_MODEM,
	[H248_D_MUX] = TOK_MUX,           [H248_D_EVENTS] = TOK_EVENTS,
	[H248_D_BUFFER] = TOK_EVENT_BUFFER, [H248_D_SIGNALS] = TOK_SIGNALS,
	[H248_D_DIGITMAP] = TOK_DIGITMAP, [H248_D_AUDIT] = TOK_AUDIT,
	[H248_D_STATS] = TOK_STATS,       [H248_D_OBSERVED] = TOK_OBSERVED,
	[H248_D_PACKAGES] = TOK_PACKAGES, [H248_D_ERROR] = TOK_ERROR,
	[H248_D_SVC] = TOK_SERVICES,
};

const char *h248_cmd_name(unsigned kind)
{
	return kind < H248_CMD_KINDS ? h248_tok_long(commands[kind]).p : "";
}

const char *h248_desc_name(unsigned kind)
{
	return kind < H248_D_KINDS ? h248_tok_long(descriptors[kind]).p : "";
}

void hp_command(struct hp *w, const struct h248_cmd *c)
{
	bool first = true;

	if (c->optional)
		hp_put(w, "O-", 2);
	if (c->wildcard)
		hp_put(w, "W-", 2);
	hp_tok(w, c->kind < H248_CMD_KINDS ? commands[c->kind] : TOK_NONE);
	hp_eq(w);
	if (c->ctx_audit) {
		context_audit(w, c);
		return;
	}
	if (c->terms && c->terms->next) {
		hp_since(w, 3, "list of terminations");
		hp_terms(w, c->terms, '[', ']');
	} else {
		hp_term(w, c->terms);
	}
	if (!c->descs || (w->reply && !c->descs->next && is_empty(c->descs)))
		return;
	hp_open(w);
	for (const struct h248_desc *d = c->descs; d; d = d->next)
		descriptor(w, d, &first);
	if (w->reply) {
		bare_words(w, c->descs, BARE_DESCRIPTORS, &first);
		bare_words(w, c->descs, ~(unsigned)BARE_DESCRIPTORS, &first);
	}
	hp_close(w);
	if (first)
		hp_misfit(w, -H_EINVAL, "a command with nothing in it has no text form");
}
