/* wire/mgcp_parse.c - the frame of a message: first line, parameter lines, descriptions.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3435 3.2.1, 3.3, 3.5.5, Appendix A (MGCPMessage)
 */
#include "wire/mgcp_lex.h"

struct reader {
	struct mgcp_lex l;
	struct mgcp_msg *m;
	const char *p, *end; /* what is left of the message */
	struct mgcp_param **tail;
};

static bool fault(struct reader *r, enum mgcp_fault f, const char *clause,
		  const char *what)
{
	lex_fail(&r->l, clause, what); /* the first failure stays */
	r->m->fault = r->l.rc == -H_ESYNTAX ? f : MGCP_FAULT_LIMIT;
	return false;
}

static bool fault_at(struct reader *r, const char *at, enum mgcp_fault f,
		     const char *clause, const char *what)
{
	r->l.p = at;
	return fault(r, f, clause, what);
}

/* The next line without its end, false when it has none; r->p goes behind it. */
static bool line_take(struct reader *r, struct span *line)
{
	size_t left = (size_t)(r->end - r->p);
	const char *eol = left ? memchr(r->p, '\n', left) : NULL;

	line->p = r->p;
	line->n = eol ? (size_t)(eol - r->p) : left;
	r->p += line->n + (eol ? 1 : 0);
	if (eol && line->n && line->p[line->n - 1] == '\r')
		line->n--;
	return eol;
}

static void lex_over(struct mgcp_lex *l, struct span s)
{
	l->p = s.p;
	l->end = s.p + s.n;
}

static bool dot_line(struct span s)
{
	s = str_trim(s);
	return s.n == 1 && *s.p == '.';
}

static struct span trim_lines(struct span s)
{
	while (s.n && (lex_is(*s.p, LEX_WSP) || *s.p == '\r' || *s.p == '\n')) {
		s.p++;
		s.n--;
	}
	return s;
}

bool mgcp_split(struct span *rest, struct span *one)
{
	struct reader r = { .p = rest->p, .end = rest->n ? rest->p + rest->n : rest->p };

	while (r.p < r.end) {
		struct span line, part = { r.p, 0 };
		bool dot = false;

		while (!dot && r.p < r.end) {
			line_take(&r, &line);
			dot = dot_line(line);
		}
		part.n = (size_t)((dot ? line.p : r.p) - part.p);
		*one = trim_lines(part);
		*rest = (struct span){ r.p, (size_t)(r.end - r.p) };
		if (one->n)
			return true;
	}
	*rest = (struct span){ NULL, 0 };
	return false;
}

/* The blanks between two fields of the first line: at least one. */
static bool field_gap(struct mgcp_lex *l)
{
	const char *from = l->p;

	lex_blank(l);
	return l->p > from;
}

/* A number of at most 9 digits as a field of its own; false: malformed. */
static bool field_tid(struct mgcp_lex *l, uint32_t *tid)
{
	struct span s;

	if (!field_gap(l))
		return false;
	s = lex_take(l, LEX_DIGIT);
	return s.n <= 9 && str_u32(s, MGCP_TID_MAX, tid) && *tid &&
	       (l->p == l->end || lex_is(*l->p, LEX_WSP));
}

static struct span field_take(struct mgcp_lex *l)
{
	const char *from = l->p;

	while (l->p < l->end && !lex_is(*l->p, LEX_WSP))
		l->p++;
	return (struct span){ from, (size_t)(l->p - from) };
}

static bool version_number(struct mgcp_lex *l, unsigned *v)
{
	struct span s = lex_take(l, LEX_DIGIT);
	uint32_t n;

	if (s.n > 9 || !str_u32(s, MGCP_TID_MAX, &n))
		return false;
	*v = n;
	return true;
}

/* "MGCP" 1*(WSP) 1*(DIGIT) "." 1*(DIGIT) [1*(WSP) ProfileName] */
static bool parse_version(struct reader *r)
{
	struct mgcp_lex *l = &r->l;
	struct mgcp_msg *m = r->m;

	if (!field_gap(l) || !str_ieqz(lex_take(l, LEX_ALPHA), "MGCP") || !field_gap(l) ||
	    !version_number(l, &m->major) || !lex_char(l, '.') ||
	    !version_number(l, &m->minor) || (l->p < l->end && !field_gap(l)))
		return fault(r, MGCP_FAULT_HEAD, "RFC 3435 3.2.1.4",
			     "no protocol version");
	if (l->p < l->end) {
		m->profile = str_trim(lex_take(l, LEX_VCHAR | LEX_WSP));
		if (l->p < l->end)
			return fault(r, MGCP_FAULT_HEAD, "RFC 3435 3.2.1.4",
				     "byte that is not printable in the profile name");
	}
	if (m->major != 1 || m->minor != 0)
		return fault(r, MGCP_FAULT_VERSION, "RFC 3435 3.2.1.4",
			     "protocol version is not 1.0");
	return true;
}

static bool verb_ok(struct span v)
{
	return v.n == 4 && lex_is(v.p[0], LEX_ALPHA) &&
	       lex_is(v.p[1], LEX_ALPHA | LEX_DIGIT) &&
	       lex_is(v.p[2], LEX_ALPHA | LEX_DIGIT) &&
	       lex_is(v.p[3], LEX_ALPHA | LEX_DIGIT);
}

/* MGCPCommandLine, the verb and transaction id of which were read */
static bool parse_command(struct reader *r)
{
	struct mgcp_lex *l = &r->l;
	struct mgcp_msg *m = r->m;
	struct span name;

	if (!verb_ok(m->verb_text))
		return fault_at(r, m->verb_text.p, MGCP_FAULT_HEAD, "RFC 3435 3.2.1.1",
				"verb is not a letter and three letters or digits");
	if (!field_gap(l))
		return fault(r, MGCP_FAULT_HEAD, "RFC 3435 3.2.1", "no endpoint name");
	name = field_take(l);
	if (mgcp_name_parse(&m->endpoint, name))
		return fault_at(r, name.p, MGCP_FAULT_ENDPOINT, "RFC 3435 3.2.1.3",
				"not an endpoint name");
	return parse_version(r);
}

/* MGCPResponseLine behind code and transaction id */
static bool parse_response(struct reader *r)
{
	struct mgcp_lex *l = &r->l;
	struct mgcp_msg *m = r->m;

	lex_blank(l);
	if (m->code / 100 == 8 && lex_char(l, '/')) {
		m->code_pkg = lex_take(l, LEX_WORD);
		if (!lex_pkg(m->code_pkg) || (l->p < l->end && !field_gap(l)))
			return fault(r, MGCP_FAULT_HEAD, "RFC 3435 3.3",
				     "not a package name behind the code");
	}
	m->comment = str_trim(lex_take(l, LEX_TEXT));
	if (l->p < l->end)
		return fault(r, MGCP_FAULT_HEAD, "RFC 3435 3.3",
			     "control byte in the comment");
	return true;
}

static bool head_begin(struct reader *r, struct span line)
{
	struct mgcp_lex *l = &r->l;
	struct mgcp_msg *m = r->m;
	uint32_t code;

	lex_over(l, line);
	lex_blank(l);
	m->verb_text = field_take(l);
	if (m->verb_text.n == 3 && str_u32(m->verb_text, 999, &code)) {
		m->verb = MGCP_RESPONSE;
		m->code = code;
	} else {
		m->verb = mgcp_verb_of(m->verb_text);
	}
	l->command = m->verb != MGCP_RESPONSE;
	return m->verb_text.n && field_tid(l, &m->tid);
}

/* A quoted string may hold line ends (quoteChar): add lines until quotes are even. */
static bool quotes_close(struct reader *r, struct span *line, bool *eol, const char *from)
{
	const char *q = from;
	unsigned open = 0;

	for (;;) {
		const char *end = line->p + line->n;
		struct span more;

		while (q < end && (q = memchr(q, '"', (size_t)(end - q)))) {
			open ^= 1;
			q++;
		}
		if (!open || r->p == r->end)
			return !open;
		q = r->p;
		*eol = line_take(r, &more);
		line->n = (size_t)(more.p + more.n - line->p);
	}
}

static bool may_quote(enum mgcp_param_id id, char first)
{
	switch (id) {
	case MGCP_PARAM_B:
	case MGCP_PARAM_L:
	case MGCP_PARAM_A:
	case MGCP_PARAM_R:
	case MGCP_PARAM_S:
	case MGCP_PARAM_T:
	case MGCP_PARAM_O:
	case MGCP_PARAM_ES:
		return true;
	default:
		return id >= MGCP_PARAM_VENDOR_MAY && first == '"';
	}
}

static enum mgcp_param_id line_id(struct span name)
{
	enum mgcp_param_id id = mgcp_param_of(name);

	/* RC and LC are words of F:, not lines. */
	return id == MGCP_PARAM_RC || id == MGCP_PARAM_LC ? MGCP_PARAM_OTHER : id;
}

static void param_append(struct reader *r, struct mgcp_param *p)
{
	*r->tail = p;
	r->tail = &p->next;
	r->m->nparams++;
	if (!r->m->first[p->id])
		r->m->first[p->id] = p;
}

static struct mgcp_param *param_new(struct reader *r)
{
	struct mgcp_param *p;

	if (r->m->nparams == MGCP_PARAMS_MAX) {
		lex_limit(&r->l, "too many parameter lines");
		return NULL;
	}
	r->l.items--; /* lines have their own limit */
	p = lex_item(&r->l, sizeof(*p));
	return p;
}

/* Name and raw value of a line; `eol` tells whether it has an end. */
static bool param_frame(struct reader *r, struct mgcp_param *p, struct span line,
			bool eol)
{
	const char *colon = line.n ? memchr(line.p, ':', line.n) : NULL;

	r->l.p = line.p;
	if (!colon)
		return fault(r, MGCP_FAULT_LINE, "RFC 3435 3.2.2",
			     "parameter line without ':'");
	p->name = str_trim((struct span){ line.p, (size_t)(colon - line.p) });
	p->id = line_id(p->name);
	if (p->id == MGCP_PARAM_NONE)
		return fault(r, MGCP_FAULT_LINE, "RFC 3435 3.2.2",
			     "not a parameter name");
	p->text = str_trim(
		(struct span){ colon + 1, line.n - (size_t)(colon + 1 - line.p) });
	if (p->text.n && may_quote(p->id, *p->text.p) &&
	    !quotes_close(r, &line, &eol, colon))
		return fault(r, MGCP_FAULT_LINE, "RFC 3435 A",
			     "quoted string without end");
	p->text = str_trim(
		(struct span){ colon + 1, line.n - (size_t)(colon + 1 - line.p) });
	if (!eol && r->l.command)
		return fault(r, MGCP_FAULT_LINE, "RFC 3435 A", "line without end");
	return true;
}

static bool parse_param(struct reader *r, struct span line, bool eol)
{
	struct mgcp_param *p = param_new(r);
	struct mgcp_lex *l = &r->l;

	if (!p)
		return fault(r, MGCP_FAULT_LIMIT, "RFC 3435 3.5.4", "no memory");
	if (!param_frame(r, p, line, eol))
		return false;
	r->m->fault_param = p->id;
	/* 3.2.2: not more than once; 3.3.6: answers to audits may. */
	if (l->command && p->id < MGCP_PARAM_RC && r->m->first[p->id])
		return fault(r, MGCP_FAULT_TWICE, "RFC 3435 3.2.2",
			     "parameter stands twice");
	lex_over(l, p->text);
	mgcp_parse_value(l, p);
	if (l->rc)
		return fault(r, l->fault ? l->fault : MGCP_FAULT_PARAM, NULL, NULL);
	r->m->fault_param = MGCP_PARAM_NONE;
	param_append(r, p);
	return true;
}

/* Everything behind the first empty line: descriptions with empty lines between them. */
static bool parse_sdp(struct reader *r)
{
	struct mgcp_msg *m = r->m;
	unsigned most = r->l.command ? 1 : 2;
	bool open = false;

	while (r->p < r->end) {
		struct span line, *s;

		line_take(r, &line);
		if (!str_trim(line).n) {
			open = false;
			continue;
		}
		if (!open && m->nsdp == most)
			return fault_at(r, line.p, MGCP_FAULT_SDP, "RFC 3435 3.3",
					"one session description too many");
		if (!open)
			m->sdp[m->nsdp++] = (struct span){ line.p, 0 };
		open = true;
		s = &m->sdp[m->nsdp - 1];
		s->n = (size_t)(r->p - s->p);
	}
	return true;
}

static bool parse_lines(struct reader *r)
{
	struct span line;

	while (r->p < r->end) {
		bool eol = line_take(r, &line);

		if (!str_trim(line).n)
			return parse_sdp(r);
		if (!parse_param(r, line, eol))
			return false;
	}
	return true;
}

/* False when there is neither verb or code nor transaction id to answer under. */
static bool parse_all(struct reader *r)
{
	struct span line;
	bool eol = line_take(r, &line);

	if (!head_begin(r, line)) {
		r->l.p = line.p;
		fault(r, MGCP_FAULT_HEAD, "RFC 3435 3.2.1", "no verb or code with an id");
		return false;
	}
	if (!eol && r->l.command)
		fault(r, MGCP_FAULT_HEAD, "RFC 3435 A", "line without end");
	else if (r->l.command ? parse_command(r) : parse_response(r))
		parse_lines(r);
	return true;
}

int mgcp_parse(struct arena *a, struct span bytes, struct mgcp_msg **out,
	       struct parse_err *err)
{
	struct reader r = { .l = { .a = a, .base = bytes.p }, .p = bytes.p };

	*out = NULL;
	r.l.p = r.l.end = r.p;
	if (bytes.n > MGCP_BYTES_MAX)
		lex_limit(&r.l, "message of more than 64 KiB");
	else if (!bytes.n)
		lex_fail(&r.l, "RFC 3435 A", "no message");
	r.m = lex_item(&r.l, sizeof(*r.m));
	if (r.m) {
		r.end = bytes.p + bytes.n;
		r.tail = &r.m->params;
		if (parse_all(&r))
			*out = r.m;
	}
	if (r.l.rc && err)
		*err = r.l.err;
	return r.l.rc;
}
