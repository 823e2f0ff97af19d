/* wire/mgcp_event.c - requested events, signals and everything written like them.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3435 3.2.2.4, 3.2.2.16, 3.2.2.21, Appendix A (requestedEvent, SignalRequest)
 */
#include "wire/mgcp_lex.h"

#define CLAUSE_NAME   "RFC 3435 3.2.2.4"
#define CLAUSE_ACTION "RFC 3435 3.2.2.16"
#define CLAUSE_PARAM  "RFC 3435 3.2.2.21"

static struct mgcp_epar *parse_epars(struct mgcp_lex *l);
static struct mgcp_event *parse_events(struct mgcp_lex *l, bool actions);

/* eventParameter: nests by "=" and by "(" */
static struct mgcp_epar *parse_epar(struct mgcp_lex *l)
{
	struct mgcp_epar *e = lex_item(l, sizeof(*e));

	if (!e || !lex_enter(l))
		return NULL;
	e->quoted = l->p < l->end && *l->p == '"';
	e->text = e->quoted ? lex_quoted(l) : lex_take(l, LEX_EPAR);
	if (!e->text.n)
		lex_fail(l, CLAUSE_PARAM, "empty event parameter");
	lex_blank(l);
	if (!e->quoted && lex_char(l, '=')) {
		lex_blank(l);
		e->form = MGCP_EPAR_EQUALS;
		e->sub = parse_epar(l);
	} else if (!e->quoted && lex_char(l, '(')) {
		e->form = MGCP_EPAR_LIST;
		e->sub = parse_epars(l);
		lex_need(l, ')', CLAUSE_PARAM, "event parameters without ')'");
	}
	l->depth--;
	return e;
}

static struct mgcp_epar *parse_epars(struct mgcp_lex *l)
{
	struct mgcp_epar *head = NULL, **tail = &head;

	do {
		lex_blank(l);
		*tail = parse_epar(l);
		if (!*tail)
			break;
		tail = &(*tail)->next;
	} while (lex_sep(l, ','));
	return head;
}

static void parse_range(struct mgcp_lex *l, struct mgcp_event *e)
{
	const char *from = l->p++;

	while (lex_at(l, LEX_EVENT))
		l->p++;
	if (l->p - from < 2 || !lex_char(l, ']')) {
		lex_fail(l, CLAUSE_NAME, "range of events without end or contents");
		return;
	}
	e->kind = MGCP_EV_RANGE;
	e->name = (struct span){ from, (size_t)(l->p - from) };
}

static bool name_ok(struct span s)
{
	return s.n && s.p[0] != '-' && s.p[s.n - 1] != '-';
}

static void parse_conn(struct mgcp_lex *l, struct mgcp_event *e)
{
	if (l->p < l->end && (*l->p == '$' || *l->p == '*'))
		e->conn = (struct span){ l->p++, 1 };
	else
		e->conn = lex_id(l, CLAUSE_NAME);
}

static void parse_name(struct mgcp_lex *l, struct mgcp_event *e)
{
	e->name = lex_take(l, LEX_EVENT);
	if (e->name.n && lex_char(l, '/')) {
		e->pkg = e->name;
		if (!lex_pkg(e->pkg) && !str_eq(e->pkg, STR_LIT("*")))
			lex_fail(l, CLAUSE_NAME, "not a package name");
		e->name = lex_take(l, LEX_EVENT);
	}
	if (!e->name.n && l->p < l->end && *l->p == '[')
		parse_range(l, e);
	else if (!name_ok(e->name))
		lex_fail(l, CLAUSE_NAME, "not an event name");
	else if (str_ieqz(e->name, "all"))
		e->kind = MGCP_EV_ALL;
	if (lex_char(l, '@'))
		parse_conn(l, e);
}

/* Text up to the ")" that closes it, which stays. */
static struct span parse_map(struct mgcp_lex *l)
{
	const char *from = l->p;
	unsigned open = 0;

	while (lex_at(l, LEX_MAP) && (open || *l->p != ')')) {
		open += *l->p == '(';
		open -= *l->p == ')';
		l->p++;
	}
	return str_trim((struct span){ from, (size_t)(l->p - from) });
}

static void parse_group(struct mgcp_lex *l, struct mgcp_embed *m)
{
	char c = l->p < l->end ? str_lower(*l->p++) : '\0';
	bool *has = c == 'r'   ? &m->has_r
		    : c == 's' ? &m->has_s
		    : c == 'd' ? &m->has_d
			       : NULL;

	if (!has || *has) {
		lex_fail(l, CLAUSE_ACTION,
			 "embedded request is not one of R, S and D each");
		return;
	}
	*has = true;
	lex_need(l, '(', CLAUSE_ACTION, "embedded request without '('");
	lex_blank(l);
	if (c == 'd')
		m->d = parse_map(l);
	else if (l->p < l->end && *l->p != ')' && c == 'r')
		m->r = parse_events(l, true);
	else if (l->p < l->end && *l->p != ')')
		m->s = parse_events(l, false);
	lex_need(l, ')', CLAUSE_ACTION, "embedded request without ')'");
}

/* E(R(...),S(...),D(...)): in any order, each at most once. */
static struct mgcp_embed *parse_embed(struct mgcp_lex *l)
{
	struct mgcp_embed *m = lex_item(l, sizeof(*m));

	if (!m || !lex_enter(l))
		return NULL;
	lex_need(l, '(', CLAUSE_ACTION, "embedded request without '('");
	lex_blank(l);
	do
		parse_group(l, m);
	while (lex_sep(l, ','));
	lex_need(l, ')', CLAUSE_ACTION, "embedded request without ')'");
	l->depth--;
	return m;
}

/* pkg/Action[(params)], the package's name taken already */
static void parse_ext_action(struct mgcp_lex *l, struct mgcp_action *a, struct span pkg)
{
	a->id = MGCP_ACT_EXT;
	a->pkg = pkg;
	a->name = lex_take(l, LEX_ALPHA);
	if (!lex_pkg(pkg) || !a->name.n)
		lex_fail(l, CLAUSE_ACTION, "not a package's action");
	lex_blank(l);
	if (lex_char(l, '(')) {
		a->params = parse_epars(l);
		lex_need(l, ')', CLAUSE_ACTION, "action parameters without ')'");
	}
}

static void parse_action(struct mgcp_lex *l, struct mgcp_action *a)
{
	static const char letters[] = "nadsike"; /* in the order of enum mgcp_action_id */
	struct span s = lex_take(l, LEX_WORD);
	const char *at;

	if (s.n && lex_char(l, '/')) {
		parse_ext_action(l, a, s);
		return;
	}
	at = s.n == 1 ? strchr(letters, str_lower(*s.p)) : NULL;
	if (!at) {
		if (!l->rc && s.n)
			l->fault = MGCP_FAULT_ACTION; /* 3661: 523 */
		lex_fail(l, CLAUSE_ACTION, "unknown action");
		return;
	}
	a->id = (enum mgcp_action_id)(at - letters);
	if (a->id == MGCP_ACT_E)
		a->embed = parse_embed(l);
}

static struct mgcp_action *parse_actions(struct mgcp_lex *l)
{
	struct mgcp_action *head = NULL, **tail = &head, *a;

	do {
		lex_blank(l);
		a = lex_item(l, sizeof(*a));
		if (!a)
			break;
		parse_action(l, a);
		*tail = a;
		tail = &a->next;
	} while (lex_sep(l, ','));
	lex_need(l, ')', CLAUSE_ACTION, "actions without ')'");
	return head;
}

static void parse_event(struct mgcp_lex *l, struct mgcp_event *e, bool actions)
{
	parse_name(l, e);
	lex_blank(l);
	if (actions && lex_char(l, '(')) {
		e->actions = parse_actions(l);
		lex_blank(l);
	}
	/* 3.2.2.16: parameters of a requested event stand behind its actions. */
	if ((!actions || e->actions) && lex_char(l, '(')) {
		e->params = parse_epars(l);
		lex_need(l, ')', CLAUSE_PARAM, "event parameters without ')'");
	}
}

static struct mgcp_event *parse_events(struct mgcp_lex *l, bool actions)
{
	struct mgcp_event *head = NULL, **tail = &head, *e;

	do {
		e = lex_item(l, sizeof(*e));
		if (!e)
			break;
		parse_event(l, e, actions);
		*tail = e;
		tail = &e->next;
	} while (lex_sep(l, ','));
	return head;
}

void mgcp_parse_requests(struct mgcp_lex *l, struct mgcp_param *p)
{
	p->events = parse_events(l, true);
}

void mgcp_parse_signals(struct mgcp_lex *l, struct mgcp_param *p)
{
	p->events = parse_events(l, false);
}
