/* wire/h248_text_audit.c - H.248 text: the Audit descriptor, whole and single items.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 7.1.12, Annex B.2 (auditDescriptor); H.248.1 v2 (single items), v3 (several,
 * with values as selectors)
 */
#include "wire/h248_text.h"

#define CLAUSE "H.248.1 v2 B.2 indAudterminationAudit"

static unsigned token_of(enum h248_tok t)
{
	switch (t) {
	case TOK_MUX:
		return H248_AUDIT_MUX;
	case TOK_MODEM:
		return H248_AUDIT_MODEM;
	case TOK_MEDIA:
		return H248_AUDIT_MEDIA;
	case TOK_EVENTS:
		return H248_AUDIT_EVENTS;
	case TOK_SIGNALS:
		return H248_AUDIT_SIGNALS;
	case TOK_DIGITMAP:
		return H248_AUDIT_DIGITMAP;
	case TOK_STATS:
		return H248_AUDIT_STATS;
	case TOK_OBSERVED:
		return H248_AUDIT_OBSERVED;
	case TOK_PACKAGES:
		return H248_AUDIT_PACKAGES;
	case TOK_EVENT_BUFFER:
		return H248_AUDIT_BUFFER;
	default:
		return 0;
	}
}

/* "Mode" asks, "Mode=SR" selects those that are, "Mode#SR" those that are not (v3). */
static int selector(struct hx *x)
{
	char op;

	hx_lws(x);
	if (x->version < 3 || x->p == x->end || (*x->p != '=' && *x->p != '#'))
		return 0;
	op = *x->p++;
	hx_lws(x);
	return op;
}

static bool mode_item(struct hx *x, struct h248_ia_stream *s)
{
	int op = selector(x), mode;
	const char *at = x->p;

	if (!op) {
		s->has |= H248_IA_MODE;
		return true;
	}
	mode = hx_mode_of(hx_tok(x, hx_run(x, C_NAME)));
	if (mode < 0)
		return hx_fail(x, at, CLAUSE, "no stream mode");
	s->mode = (uint8_t)mode;
	s->has |= op == '#' ? H248_IA_MODE_SEL | H248_IA_MODE_NOT : H248_IA_MODE_SEL;
	return true;
}

/* A property: its name, in v3 with a value to select by. */
static bool property(struct hx *x, struct span word, struct h248_parm ***tail)
{
	struct h248_parm **at = *tail;
	struct h248_pkgd name;

	if (!hx_pkgd_rest(x, word, &name, CLAUSE) ||
	    !hx_parm_or_name(x, name, tail, CLAUSE))
		return false;
	return x->version >= 3 || (*at)->rel == H248_REL_NONE ||
	       hx_fail(x, word.p, CLAUSE, "a value does not belong here");
}

static bool control_items(struct hx *x, struct h248_ia_stream *s)
{
	struct h248_parm **tail = &s->props;

	s->has |= H248_IA_CONTROL;
	if (!hx_need(x, '{', CLAUSE, "'{' expected"))
		return false;
	do {
		struct span word = hx_run(x, C_PKGD);

		if (hx_peek(x, '/')) {
			if (!property(x, word, &tail))
				return false;
			continue;
		}
		switch (hx_tok(x, word)) {
		case TOK_MODE:
			if (!mode_item(x, s))
				return false;
			break;
		case TOK_RESERVED_VALUE:
			s->has |= H248_IA_VALUE;
			break;
		case TOK_RESERVED_GROUP:
			s->has |= H248_IA_GROUP;
			break;
		default:
			return hx_fail(x, word.p, CLAUSE, "unknown word in LocalControl");
		}
	} while (hx_next(x, CLAUSE));
	return !x->rc;
}

static bool statistic(struct hx *x, struct h248_parm **out)
{
	struct h248_pkgd name;

	return hx_need(x, '{', CLAUSE, "'{' expected") && hx_pkgd(x, &name, CLAUSE) &&
	       hx_parm_or_name(x, name, &out, CLAUSE) &&
	       hx_need(x, '}', CLAUSE, "'}' expected");
}

static bool stream_item(struct hx *x, enum h248_tok t, const char *at,
			struct h248_ia_stream *s)
{
	switch (t) {
	case TOK_LOCAL:
		s->has |= H248_IA_LOCAL;
		return true;
	case TOK_REMOTE:
		s->has |= H248_IA_REMOTE;
		return true;
	case TOK_LOCAL_CONTROL:
		return control_items(x, s);
	case TOK_STATS:
		if (x->version >= 3 && !s->stat)
			return statistic(x, &s->stat);
		break;
	default:
		break;
	}
	return hx_fail(x, at, CLAUSE, "unknown word in an audited Media");
}

static bool stream(struct hx *x, struct h248_ia_stream *s)
{
	uint16_t id;

	if (!hx_eq(x, CLAUSE) || !hx_u16(x, &id, CLAUSE, "no StreamID") ||
	    !hx_need(x, '{', CLAUSE, "'{' expected"))
		return false;
	s->id = id;
	do {
		const char *at = x->p;

		if (!stream_item(x, hx_tok(x, hx_run(x, C_NAME)), at, s))
			return false;
	} while (hx_next(x, CLAUSE));
	return !x->rc;
}

static bool state_item(struct hx *x, struct h248_ia_tstate *ts)
{
	int op = selector(x), state;
	const char *at = x->p;

	if (!op) {
		ts->has |= H248_IA_STATE;
		return true;
	}
	state = hx_state_of(hx_tok(x, hx_run(x, C_NAME)));
	if (state < 0)
		return hx_fail(x, at, CLAUSE, "no service state");
	ts->state = (uint8_t)state;
	ts->has |= op == '#' ? H248_IA_STATE_SEL | H248_IA_STATE_NOT : H248_IA_STATE_SEL;
	return true;
}

static bool tstate(struct hx *x, struct h248_ia_tstate **out)
{
	struct h248_ia_tstate *ts = hx_node(x, sizeof(*ts));
	struct h248_parm **tail;

	if (!ts || !hx_need(x, '{', CLAUSE, "'{' expected"))
		return false;
	*out = ts;
	tail = &ts->props;
	do {
		struct span word = hx_run(x, C_PKGD);
		enum h248_tok t = hx_tok(x, word);

		if (hx_peek(x, '/')) {
			if (!property(x, word, &tail))
				return false;
		} else if (t == TOK_BUFFER) {
			ts->has |= H248_IA_BUFFER;
		} else if (t != TOK_SVC_STATES) {
			return hx_fail(x, word.p, CLAUSE,
				       "unknown word in TerminationState");
		} else if (!state_item(x, ts)) {
			return false;
		}
	} while (hx_next(x, CLAUSE));
	return !x->rc;
}

static bool media_item(struct hx *x, struct h248_ia_media *m,
		       struct h248_ia_stream ***tail)
{
	const char *at = x->p;
	enum h248_tok t = hx_tok(x, hx_run(x, C_NAME));
	struct h248_ia_stream *s = m->streams;

	if (t == TOK_TERM_STATE)
		return !m->tstate ? tstate(x, &m->tstate)
				  : hx_fail(x, at, CLAUSE, "two TerminationStates");
	if (s && m->one != (t != TOK_STREAM))
		return hx_fail(x, at, CLAUSE, "stream parameters beside a Stream");
	if (t == TOK_STREAM || !s) {
		s = hx_node(x, sizeof(*s));
		if (!s)
			return false;
		**tail = s;
		*tail = &s->next;
	}
	m->one = t != TOK_STREAM;
	return m->one ? stream_item(x, t, at, s) : stream(x, s);
}

static bool media(struct hx *x, struct h248_indaud *ia)
{
	struct h248_ia_media *m = hx_node(x, sizeof(*m));
	struct h248_ia_stream **tail;

	if (!m || !hx_need(x, '{', CLAUSE, "'{' expected"))
		return false;
	ia->kind = H248_IAK_MEDIA;
	ia->media = m;
	tail = &m->streams;
	do {
		if (!media_item(x, m, &tail))
			return false;
	} while (hx_next(x, CLAUSE));
	return !x->rc;
}

/* Events [ "=" RequestID ] { pkgdName } */
static bool events(struct hx *x, struct h248_indaud *ia)
{
	ia->kind = H248_IAK_EVENTS;
	if (hx_take(x, '=')) {
		ia->has |= H248_IA_HAS_ID;
		ia->id = H248_REQUEST_ALL;
		if (hx_peek(x, '*'))
			x->p++;
		else if (!hx_u32(x, 10, UINT32_MAX, &ia->id, CLAUSE, "no RequestID"))
			return false;
	}
	return hx_need(x, '{', CLAUSE, "'{' expected") && hx_pkgd(x, &ia->name, CLAUSE) &&
	       hx_need(x, '}', CLAUSE, "'}' expected");
}

/* EventBuffer { pkgdName [ { Stream=n / parameter } ] } */
static bool buffer(struct hx *x, struct h248_indaud *ia)
{
	struct span word;

	ia->kind = H248_IAK_BUFFER;
	if (!hx_need(x, '{', CLAUSE, "'{' expected") || !hx_pkgd(x, &ia->name, CLAUSE))
		return false;
	if (!hx_take(x, '{'))
		return hx_need(x, '}', CLAUSE, "'}' expected");
	word = hx_run(x, C_NAME);
	if (hx_tok(x, word) == TOK_STREAM && hx_take(x, '=')) {
		ia->has |= H248_IA_HAS_STREAM;
		if (!hx_u16(x, &ia->stream, CLAUSE, "no StreamID"))
			return false;
	} else if (!word.n || word.n > H248_NAME_MAX) {
		return hx_fail(x, word.p, CLAUSE, "no parameter name");
	} else {
		ia->parm = hx_pkgd_of(word);
	}
	return hx_need(x, '}', CLAUSE, "'}' expected") &&
	       hx_need(x, '}', CLAUSE, "'}' expected");
}

/* signalName [ { Stream=n , SPARequestID=n } ] */
static bool one_signal(struct hx *x, struct span first, struct h248_indaud *ia)
{
	ia->has |= H248_IA_HAS_NAME;
	if (!hx_pkgd_rest(x, first, &ia->name, CLAUSE))
		return false;
	if (x->version < 3 || !hx_take(x, '{'))
		return true;
	do {
		const char *at = x->p;
		enum h248_tok t = hx_tok(x, hx_run(x, C_NAME));

		if (!hx_eq(x, CLAUSE))
			return false;
		if (t == TOK_STREAM) {
			ia->has |= H248_IA_HAS_STREAM;
			if (!hx_u16(x, &ia->stream, CLAUSE, "no StreamID"))
				return false;
		} else if (t == TOK_SIG_REQUEST) {
			ia->has |= H248_IA_HAS_REQ;
			if (!hx_u32(x, 10, UINT32_MAX, &ia->request, CLAUSE,
				    "no RequestID"))
				return false;
		} else {
			return hx_fail(x, at, CLAUSE, "not allowed in an audited signal");
		}
	} while (hx_next(x, CLAUSE));
	return !x->rc;
}

static bool signals(struct hx *x, struct h248_indaud *ia)
{
	struct span word = hx_run(x, C_PKGD);
	uint16_t id;

	ia->kind = H248_IAK_SIGNALS;
	if (hx_peek(x, '/') || hx_tok(x, word) != TOK_SIGNAL_LIST)
		return one_signal(x, word, ia) && hx_need(x, '}', CLAUSE, "'}' expected");
	ia->is_list = 1;
	if (!hx_eq(x, CLAUSE) || !hx_u16(x, &id, CLAUSE, "no signal list id"))
		return false;
	ia->id = id;
	if (hx_take(x, '{') && (!one_signal(x, hx_run(x, C_PKGD), ia) ||
				!hx_need(x, '}', CLAUSE, "'}' expected")))
		return false;
	return hx_need(x, '}', CLAUSE, "'}' expected");
}

/* Packages { name "-" version } */
static bool package(struct hx *x, struct h248_indaud *ia)
{
	struct span name;

	ia->kind = H248_IAK_PACKAGES;
	if (!hx_need(x, '{', CLAUSE, "'{' expected") ||
	    !hx_name(x, &name, CLAUSE, "no package name"))
		return false;
	ia->name = hx_pkgd_of(name);
	if (!hx_peek(x, '-'))
		return hx_fail(x, x->p, CLAUSE, "no package version");
	x->p++;
	return hx_u16(x, &ia->version, CLAUSE, "no package version") &&
	       hx_need(x, '}', CLAUSE, "'}' expected");
}

static bool single_item(struct hx *x, enum h248_tok t, const char *at,
			struct h248_indaud *ia)
{
	switch (t) {
	case TOK_MEDIA:
		return media(x, ia);
	case TOK_EVENTS:
		return events(x, ia);
	case TOK_EVENT_BUFFER:
		return buffer(x, ia);
	case TOK_SIGNALS:
		return signals(x, ia);
	case TOK_DIGITMAP:
		ia->kind = H248_IAK_DIGITMAP;
		return hx_eq(x, CLAUSE) &&
		       hx_name(x, &ia->dm.text, CLAUSE, "no digit map name");
	case TOK_STATS:
		ia->kind = H248_IAK_STATS;
		return hx_need(x, '{', CLAUSE, "'{' expected") &&
		       hx_pkgd(x, &ia->name, CLAUSE) &&
		       hx_need(x, '}', CLAUSE, "'}' expected");
	case TOK_PACKAGES:
		return package(x, ia);
	default:
		return hx_fail(x, at, CLAUSE, "no single items of this descriptor");
	}
}

bool h248_text_audit_item(struct hx *x, enum h248_tok t, struct h248_audit *au,
			  struct h248_indaud ***tail)
{
	const char *at = x->p;
	unsigned token = token_of(t);
	struct h248_indaud *ia;

	if (!token)
		return hx_fail(x, at, "RFC 3525 B.2 auditItem", "unknown word in Audit");
	hx_lws(x);
	if (x->version < 2 || (!hx_peek(x, '{') && !hx_peek(x, '='))) {
		au->tokens |= (uint16_t)token;
		return true;
	}
	if (t == TOK_SIGNALS && hx_take(x, '{') && hx_take(x, '}')) {
		au->tokens |= (uint16_t)token; /* Signals{}: all of it */
		return true;
	}
	ia = hx_node(x, sizeof(*ia));
	if (!ia || !single_item(x, t, at, ia))
		return false;
	**tail = ia;
	*tail = &ia->next;
	return true;
}

bool h248_text_audit(struct hx *x, struct h248_audit **out)
{
	static const char clause[] = "RFC 3525 B.2 auditDescriptor";
	struct h248_audit *au = hx_node(x, sizeof(*au));
	struct h248_indaud **tail;

	if (!au || !hx_need(x, '{', clause, "'{' expected"))
		return false;
	*out = au;
	if (hx_take(x, '}'))
		return true;
	tail = &au->items;
	do {
		if (!h248_text_audit_item(x, hx_tok(x, hx_run(x, C_NAME)), au, &tail))
			return false;
	} while (hx_next(x, clause));
	return !x->rc;
}
