/* wire/h248_text_ctx.c - H.248 text: actions and what they say of the context.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 Annex B.2 (actionRequest, actionReply, contextProperty, contextAudit);
 * H.248.1 v3 (context attributes, selection)
 */
#include "wire/h248_text.h"

#define CTX_ID "RFC 3525 B.2 ContextID"

static bool context_id(struct hx *x, uint32_t *id)
{
	const char *at = x->p;
	uint32_t v = 0;

	x->code = 410;
	if (x->p < x->end && (*x->p == '*' || *x->p == '-' || *x->p == '$')) {
		v = *x->p == '*' ? H248_CTX_ALL : *x->p == '$' ? H248_CTX_CHOOSE : 0;
		x->p++;
	} else if (!hx_u32(x, 10, UINT32_MAX, &v, CTX_ID, "no ContextID")) {
		return false;
	} else if (v == H248_CTX_NULL || v >= H248_CTX_CHOOSE) {
		/* B.2: these values are reserved: '-', '$' and '*' say them */
		return hx_fail(x, at, CTX_ID, "reserved ContextID in digits");
	}
	x->code = 0;
	*id = v;
	return true;
}

/* Erlang's megaco writes v3's directions behind an old one, as binary has both. */
static bool topo_extension(struct hx *x, struct h248_topo *tp)
{
	const char *back = x->p;
	enum h248_tok t;

	if (x->version < 3 || !hx_take(x, ','))
		return true;
	t = hx_tok(x, hx_run(x, C_TERM));
	if (t == TOK_ONEWAY_EXT || t == TOK_ONEWAY_BOTH)
		tp->dir = t == TOK_ONEWAY_EXT ? H248_TOPO_ONEWAY_EXT
					      : H248_TOPO_ONEWAY_BOTH;
	else
		x->p = back;
	return true;
}

static bool topo_direction(struct hx *x, struct h248_topo *tp)
{
	const char *at = x->p;

	switch (hx_tok(x, hx_run(x, C_NAME))) {
	case TOK_BOTHWAY:
		tp->dir = H248_TOPO_BOTHWAY;
		return true;
	case TOK_ISOLATE:
		tp->dir = H248_TOPO_ISOLATE;
		return true;
	case TOK_ONEWAY:
		tp->dir = H248_TOPO_ONEWAY;
		return true;
	case TOK_ONEWAY_EXT:
		tp->dir = H248_TOPO_ONEWAY_EXT;
		return true;
	case TOK_ONEWAY_BOTH:
		tp->dir = H248_TOPO_ONEWAY_BOTH;
		return true;
	default:
		return hx_fail(x, at, "RFC 3525 B.2 topologyDirection", "no direction");
	}
}

/* v2: a stream may follow the triple, and looks like the next triple up to its '='.
 * Erlang's megaco leaves "Stream=" out; no TerminationID of the standard is digits only.
 */
static bool topo_stream(struct hx *x, struct h248_topo *tp, bool *another)
{
	const char *back;
	struct span word;

	*another = hx_take(x, ',');
	if (!*another || x->version < 2)
		return true;
	back = x->p;
	word = hx_run(x, C_TERM);
	if (hx_tok(x, word) != TOK_STREAM || !hx_take(x, '=')) {
		uint32_t v;

		x->p = back;
		if (!str_u32(word, UINT32_MAX, &v))
			return true;
	}
	tp->has_stream = 1;
	if (!hx_u16(x, &tp->stream, "RFC 3525 B.2 StreamID", "no StreamID"))
		return false;
	*another = hx_take(x, ',');
	return true;
}

static bool topology(struct hx *x, struct h248_ctx_props *pr)
{
	static const char clause[] = "RFC 3525 B.2 topologyTriple";
	struct h248_topo **tail = &pr->topology;
	bool another;

	pr->has |= H248_CTX_TOPOLOGY;
	if (!hx_need(x, '{', "RFC 3525 B.2 topologyDescriptor", "'{' expected"))
		return false;
	do {
		struct h248_topo *tp = hx_node(x, sizeof(*tp));

		if (!tp || !hx_term(x, &tp->from) ||
		    !hx_need(x, ',', clause, "',' expected") || !hx_term(x, &tp->to) ||
		    !hx_need(x, ',', clause, "',' expected") || !topo_direction(x, tp) ||
		    !topo_extension(x, tp) || !topo_stream(x, tp, &another))
			return false;
		*tail = tp;
		tail = &tp->next;
	} while (another);
	return hx_need(x, '}', clause, "',' or '}' expected");
}

static bool context_list(struct hx *x, struct h248_ctx_props *pr)
{
	struct h248_num **tail = &pr->list;

	pr->has |= H248_CTX_LIST;
	if (!hx_eq(x, "H.248.1 v3 B.2 contextList") ||
	    !hx_need(x, '{', "H.248.1 v3 B.2 contextList", "'{' expected"))
		return false;
	do {
		struct h248_num *n = hx_node(x, sizeof(*n));

		if (!n || !context_id(x, &n->v))
			return false;
		*tail = n;
		tail = &n->next;
	} while (hx_next(x, "H.248.1 v3 B.2 contextList"));
	return !x->rc;
}

/* ContextAttr { property, ... } or ContextAttr { ContextList={...} }: not both. */
static bool context_attr(struct hx *x, struct h248_ctx_props *pr)
{
	static const char clause[] = "H.248.1 v3 B.2 contextAttrDescriptor";
	struct h248_parm **tail = &pr->props;
	struct h248_pkgd name;
	struct span word;

	if (!hx_need(x, '{', clause, "'{' expected"))
		return false;
	do {
		word = hx_run(x, C_PKGD);
		if (hx_peek(x, '/')) {
			if (pr->list || !hx_pkgd_rest(x, word, &name, clause) ||
			    !hx_parm(x, name, &tail, clause))
				return hx_fail(x, word.p, clause, "property not allowed");
		} else if (hx_tok(x, word) != TOK_CTX_LIST || pr->list || pr->props) {
			return hx_fail(x, word.p, clause,
				       "neither properties nor a ContextList");
		} else if (!context_list(x, pr)) {
			return false;
		}
	} while (hx_next(x, clause));
	return !x->rc;
}

static bool priority(struct hx *x, uint16_t *out)
{
	return hx_eq(x, "RFC 3525 B.2 priority") &&
	       hx_u16(x, out, "RFC 3525 B.2 priority", "no priority");
}

static struct h248_ctx_props *props_of(struct hx *x, struct h248_action *ac)
{
	if (!ac->props)
		ac->props = hx_node(x, sizeof(*ac->props));
	return ac->props;
}

static bool set_once(struct hx *x, uint8_t *has, uint8_t bit)
{
	if (*has & bit)
		return hx_fail(x, x->p, "RFC 3525 B.2 contextProperty",
			       "context property appears twice");
	*has |= bit;
	return true;
}

/* One context property; *mine is false when the token is none. */
static bool context_property(struct hx *x, enum h248_tok t, struct h248_action *ac,
			     bool *mine)
{
	struct h248_ctx_props *pr;
	bool on = t == TOK_EMERGENCY;

	*mine = t == TOK_TOPOLOGY || t == TOK_PRIORITY || t == TOK_EMERGENCY ||
		t == TOK_EMERGENCY_OFF || t == TOK_IEPS || t == TOK_CTX_ATTR;
	if (!*mine)
		return true;
	pr = props_of(x, ac);
	if (!pr)
		return false;
	switch (t) {
	case TOK_TOPOLOGY:
		return set_once(x, &pr->has, H248_CTX_TOPOLOGY) && topology(x, pr);
	case TOK_PRIORITY:
		return set_once(x, &pr->has, H248_CTX_PRIORITY) &&
		       priority(x, &pr->priority);
	case TOK_IEPS:
		if (!set_once(x, &pr->has, H248_CTX_IEPS) ||
		    !hx_on_off(x, &on, "H.248.1 v3 B.2 iepsValue"))
			return false;
		pr->has |= on ? H248_CTX_IEPS_ON : 0;
		return true;
	case TOK_CTX_ATTR:
		return context_attr(x, pr);
	default:
		pr->has |= on ? H248_CTX_EMERGENCY_ON : 0;
		return set_once(x, &pr->has, H248_CTX_EMERGENCY);
	}
}

static bool select_emergency(struct hx *x, struct h248_ctx_audit *ca)
{
	const char *at = x->p;
	enum h248_tok t;

	if (!hx_eq_tok(x, &t, "H.248.1 v3 B.2 emergencyValue"))
		return false;
	if (t != TOK_EMERGENCY && t != TOK_EMERGENCY_OFF)
		return hx_fail(x, at, "H.248.1 v3 B.2 emergencyValue",
			       "neither Emergency nor EmergencyOff");
	ca->has |= H248_CA_SEL_EMERGENCY;
	ca->has |= t == TOK_EMERGENCY ? H248_CA_EMERGENCY_ON : 0;
	return true;
}

/* Priority and IEPSCall: the bare word asks for the value, "=" selects by it (v3). */
static bool audit_or_select(struct hx *x, enum h248_tok t, struct h248_ctx_audit *ca)
{
	bool on, select;

	hx_lws(x);
	select = hx_peek(x, '=');
	if (!select) {
		ca->has |= t == TOK_PRIORITY ? H248_CA_PRIORITY : H248_CA_IEPS;
		return true;
	}
	if (x->version < 3)
		return hx_fail(x, x->p, "RFC 3525 B.2 contextAudit",
			       "',' or '}' expected");
	if (t == TOK_PRIORITY) {
		ca->has |= H248_CA_SEL_PRIORITY;
		return priority(x, &ca->priority);
	}
	if (!hx_on_off(x, &on, "H.248.1 v3 B.2 iepsValue"))
		return false;
	ca->has |= H248_CA_SEL_IEPS;
	ca->has |= on ? H248_CA_IEPS_ON : 0;
	return true;
}

static bool audit_prop(struct hx *x, struct h248_ctx_audit *ca, struct h248_parm ***tail)
{
	static const char clause[] = "RFC 3525 B.2 contextAuditProperties";
	struct span word = hx_run(x, C_PKGD);
	enum h248_tok t;

	if (x->version >= 3 && hx_peek(x, '/')) {
		struct h248_pkgd name;

		return hx_pkgd_rest(x, word, &name, clause) &&
		       hx_parm_or_name(x, name, tail, clause);
	}
	t = hx_tok(x, word);
	switch (t) {
	case TOK_TOPOLOGY:
		ca->has |= H248_CA_TOPOLOGY;
		return true;
	case TOK_EMERGENCY:
		ca->has |= H248_CA_EMERGENCY;
		return true;
	case TOK_PRIORITY:
	case TOK_IEPS:
		return audit_or_select(x, t, ca);
	case TOK_EMERGENCY_VALUE:
		return select_emergency(x, ca);
	case TOK_AND_LOGIC:
		ca->has |= H248_CA_AND;
		return true;
	case TOK_OR_LOGIC:
		ca->has |= H248_CA_OR;
		return true;
	default:
		return hx_fail(x, word.p, clause, "unknown word in ContextAudit");
	}
}

/* ContextAttr inside ContextAudit: properties asked for or selected by, or a list. */
static bool audit_attr(struct hx *x, struct h248_action *ac, struct h248_parm ***tail)
{
	static const char clause[] = "H.248.1 v3 B.2 contextAttrDescriptor";
	const char *back;

	if (!hx_need(x, '{', clause, "'{' expected"))
		return false;
	back = x->p;
	if (hx_tok(x, hx_run(x, C_NAME)) == TOK_CTX_LIST) {
		struct h248_ctx_props *pr = props_of(x, ac);

		return pr && context_list(x, pr) &&
		       hx_need(x, '}', clause, "'}' expected");
	}
	x->p = back;
	do {
		if (!audit_prop(x, ac->audit, tail))
			return false;
	} while (hx_next(x, clause));
	return !x->rc;
}

static bool context_audit(struct hx *x, struct h248_action *ac)
{
	static const char clause[] = "RFC 3525 B.2 contextAudit";
	struct h248_parm **tail;

	if (ac->audit || x->reply)
		return hx_fail(x, x->p, clause, "ContextAudit not allowed here");
	ac->audit = hx_node(x, sizeof(*ac->audit));
	if (!ac->audit || !hx_need(x, '{', clause, "'{' expected"))
		return false;
	tail = &ac->audit->props;
	do {
		const char *back = x->p;

		if (hx_tok(x, hx_run(x, C_NAME)) == TOK_CTX_ATTR) {
			if (!audit_attr(x, ac, &tail))
				return false;
			continue;
		}
		x->p = back;
		if (!audit_prop(x, ac->audit, &tail))
			return false;
	} while (hx_next(x, clause));
	return !x->rc;
}

/* A context property, an audit, an error or a command. */
static bool action_item(struct hx *x, struct h248_action *ac, struct h248_cmd ***tail)
{
	struct span word = hx_run(x, C_NAME);
	enum h248_tok t = hx_tok(x, word);
	bool mine;

	if (!context_property(x, t, ac, &mine))
		return false;
	if (mine)
		return true;
	if (t == TOK_CTX_AUDIT)
		return context_audit(x, ac);
	if (t != TOK_ERROR || !x->reply)
		return h248_text_command(x, word, tail);
	if (!h248_text_error(x, &ac->error))
		return false;
	hx_lws(x);
	return hx_peek(x, '}') || hx_fail(x, x->p, "RFC 3525 B.2 actionReply",
					  "more behind the error descriptor");
}

static bool action(struct hx *x, struct h248_action *ac)
{
	static const char clause[] = "RFC 3525 B.2 actionRequest";
	struct h248_cmd **tail = &ac->cmds;

	if (x->reply && x->version >= 3) {
		hx_lws(x);
		if (!hx_peek(x, '{')) /* v3: nothing to say of the context */
			return true;
	}
	if (!hx_need(x, '{', clause, "'{' expected"))
		return false;
	do {
		x->level = H248_AT_ACTION;
		x->fault->cmd = NULL;
		if (!action_item(x, ac, &tail))
			return false;
		x->level = H248_AT_ACTION;
	} while (hx_next(x, clause));
	return !x->rc;
}

bool h248_text_actions(struct hx *x, struct h248_trans *t)
{
	static const char clause[] = "RFC 3525 B.2 actionRequest";
	struct h248_action **tail = &t->actions;

	do {
		const char *at = x->p;
		struct h248_action *ac;

		x->level = H248_AT_TRANS;
		x->fault->action = NULL;
		if (hx_tok(x, hx_run(x, C_NAME)) != TOK_CTX)
			return hx_fail(x, at, clause, "Context expected");
		ac = hx_node(x, sizeof(*ac));
		if (!ac || !hx_eq(x, clause) || !context_id(x, &ac->ctx))
			return false;
		*tail = ac;
		tail = &ac->next;
		x->fault->action = ac;
		x->level = H248_AT_ACTION;
		if (!action(x, ac))
			return false;
		x->level = H248_AT_TRANS;
		x->fault->action = NULL;
	} while (hx_next(x, clause));
	return !x->rc;
}
