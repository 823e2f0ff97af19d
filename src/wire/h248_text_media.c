/* wire/h248_text_media.c - H.248 text: Media, its parts, and Statistics.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 7.1.4 to 7.1.8, 7.1.15, Annex B.2 (mediaDescriptor, octetString)
 */
#include "wire/h248_text.h"

#define TWICE "appears twice in this descriptor"

int hx_mode_of(enum h248_tok t)
{
	switch (t) {
	case TOK_SENDONLY:
		return H248_MODE_SENDONLY;
	case TOK_RECVONLY:
		return H248_MODE_RECVONLY;
	case TOK_SENDRECV:
		return H248_MODE_SENDRECV;
	case TOK_INACTIVE:
		return H248_MODE_INACTIVE;
	case TOK_LOOPBACK:
		return H248_MODE_LOOPBACK;
	default:
		return -1;
	}
}

int hx_state_of(enum h248_tok t)
{
	switch (t) {
	case TOK_TEST:
		return H248_STATE_TEST;
	case TOK_OUT_SVC:
		return H248_STATE_OUT;
	case TOK_IN_SVC:
		return H248_STATE_IN;
	default:
		return -1;
	}
}

static bool stream_mode(struct hx *x, struct h248_control *lc)
{
	static const char clause[] = "RFC 3525 B.2 streamMode";
	const char *at = x->p;
	enum h248_tok t;
	int mode;

	if (!hx_eq_tok(x, &t, clause))
		return false;
	mode = hx_mode_of(t);
	if (mode < 0)
		return hx_fail(x, at, clause, "no stream mode");
	lc->mode = (uint8_t)mode;
	return true;
}

static bool control_item(struct hx *x, struct h248_control *lc, struct h248_parm ***tail)
{
	static const char clause[] = "RFC 3525 B.2 localParm";
	struct span word = hx_run(x, C_PKGD);
	uint8_t bit, on_bit;
	struct h248_pkgd name;
	bool on;

	if (hx_peek(x, '/'))
		return hx_pkgd_rest(x, word, &name, clause) &&
		       hx_parm(x, name, tail, clause);
	switch (hx_tok(x, word)) {
	case TOK_MODE:
		if (lc->has & H248_LC_HAS_MODE)
			return hx_fail(x, word.p, clause, "Mode " TWICE);
		lc->has |= H248_LC_HAS_MODE;
		return stream_mode(x, lc);
	case TOK_RESERVED_VALUE:
		bit = H248_LC_HAS_VALUE;
		on_bit = H248_LC_VALUE_ON;
		break;
	case TOK_RESERVED_GROUP:
		bit = H248_LC_HAS_GROUP;
		on_bit = H248_LC_GROUP_ON;
		break;
	default:
		return hx_fail(x, word.p, clause, "unknown word in LocalControl");
	}
	if (lc->has & bit)
		return hx_fail(x, word.p, clause, "reservation " TWICE);
	if (!hx_on_off(x, &on, clause))
		return false;
	lc->has |= on ? bit | on_bit : bit;
	return true;
}

static bool control(struct hx *x, struct h248_control **out)
{
	static const char clause[] = "RFC 3525 B.2 localControlDescriptor";
	struct h248_control *lc = hx_node(x, sizeof(*lc));
	struct h248_parm **tail;

	if (!lc || !hx_need(x, '{', clause, "'{' expected"))
		return false;
	*out = lc;
	tail = &lc->props;
	do {
		if (!control_item(x, lc, &tail))
			return false;
	} while (hx_next(x, clause));
	return !x->rc;
}

/* The octets up to the brace that is not escaped; *escapes counts those that are. */
static bool octet_string(struct hx *x, struct span *out, size_t *escapes)
{
	static const char clause[] = "RFC 3525 B.2 octetString";
	const char *from = x->p, *q = from;

	*escapes = 0;
	for (;;) {
		q = memchr(q, '}', (size_t)(x->end - q));
		if (!q)
			return hx_fail(x, from, clause,
				       "session description without an end");
		if (q == from || q[-1] != '\\')
			break;
		++*escapes;
		q++;
	}
	*out = (struct span){ from, (size_t)(q - from) };
	x->p = q;
	if (memchr(from, '\0', out->n))
		return hx_fail(x, from, clause, "zero octet in a session description");
	return true;
}

static bool unescape(struct hx *x, struct span *s)
{
	char *copy = arena_alloc(x->a, s->n);
	size_t n = 0;

	if (!copy)
		return hx_more(x, 1) != NULL; /* records why */
	for (size_t i = 0; i < s->n; i++) {
		if (s->p[i] == '\\' && i + 1 < s->n && s->p[i + 1] == '}')
			continue;
		copy[n++] = s->p[i];
	}
	*s = (struct span){ copy, n };
	return true;
}

static struct span trim(struct span s)
{
	while (s.n && is_char(s.p[s.n - 1], C_BLANK))
		s.n--;
	return s;
}

/* Where the next line that begins with "v=" stands, behind `at`; the end if none. */
static size_t next_version(struct span s, size_t at)
{
	bool fresh = false; /* nothing but blanks in this line so far */

	for (; at < s.n; at++) {
		char c = s.p[at];

		if (fresh && c == 'v' && at + 1 < s.n && s.p[at + 1] == '=')
			return at;
		if (c == '\n' || c == '\r')
			fresh = true;
		else if (c != ' ' && c != '\t')
			fresh = false;
	}
	return s.n;
}

static bool session(struct hx *x, struct h248_sdp **out)
{
	struct h248_sdp *d = hx_node(x, sizeof(*d));
	struct h248_group **tail;
	struct span s;
	size_t escapes, from = 0;

	hx_lws(x);
	if (!d || !hx_peek(x, '{'))
		return hx_fail(x, x->p, "RFC 3525 B.2 localDescriptor", "'{' expected");
	for (x->p++; x->p < x->end && is_char(*x->p, C_BLANK); x->p++)
		;
	if (!octet_string(x, &s, &escapes) || (escapes && !unescape(x, &s)))
		return false;
	x->p++;
	s = trim(s);
	*out = d;
	for (tail = &d->groups; from < s.n; tail = &(*tail)->next) {
		size_t to = next_version(s, from);

		*tail = hx_node(x, sizeof(**tail));
		if (!*tail)
			return false;
		(*tail)->sdp = trim((struct span){ s.p + from, to - from });
		from = to;
	}
	return true;
}

bool h248_text_stats(struct hx *x, struct h248_stats **out)
{
	static const char clause[] = "RFC 3525 B.2 statisticsDescriptor";
	struct h248_stats *st = hx_node(x, sizeof(*st));
	struct h248_parm **tail;

	if (!st)
		return false;
	*out = st;
	if (!hx_take(x, '{'))
		return true;
	tail = &st->list;
	do {
		struct h248_pkgd name;

		if (!hx_pkgd(x, &name, clause) ||
		    !hx_parm_or_name(x, name, &tail, clause))
			return false;
	} while (hx_next(x, clause));
	return !x->rc;
}

/* One of Local, Remote, LocalControl, Statistics of a stream. */
static bool stream_parm(struct hx *x, enum h248_tok t, const char *at,
			struct h248_stream *s)
{
	static const char clause[] = "RFC 3525 B.2 streamParm";
	bool twice = (t == TOK_LOCAL && s->local) || (t == TOK_REMOTE && s->remote) ||
		     (t == TOK_LOCAL_CONTROL && s->control) ||
		     (t == TOK_STATS && s->stats);

	if (twice)
		return hx_fail(x, at, clause, "stream parameter " TWICE);
	switch (t) {
	case TOK_LOCAL:
		return session(x, &s->local);
	case TOK_REMOTE:
		return session(x, &s->remote);
	case TOK_LOCAL_CONTROL:
		return control(x, &s->control);
	case TOK_STATS:
		if (x->version >= 3)
			return h248_text_stats(x, &s->stats);
		break;
	default:
		break;
	}
	return hx_fail(x, at, clause, "unknown word in Media");
}

static bool stream(struct hx *x, struct h248_stream *s)
{
	static const char clause[] = "RFC 3525 B.2 streamDescriptor";

	if (!hx_eq(x, clause) || !hx_u16(x, &s->id, clause, "no StreamID") ||
	    !hx_need(x, '{', clause, "'{' expected"))
		return false;
	do {
		const char *at = x->p;

		if (!stream_parm(x, hx_tok(x, hx_run(x, C_NAME)), at, s))
			return false;
	} while (hx_next(x, clause));
	return !x->rc;
}

static bool tstate_item(struct hx *x, struct h248_tstate *ts, struct h248_parm ***tail)
{
	static const char clause[] = "RFC 3525 B.2 terminationStateParm";
	struct span word = hx_run(x, C_PKGD);
	struct h248_pkgd name;
	enum h248_tok t, v;
	int state;
	uint8_t bit;

	if (hx_peek(x, '/'))
		return hx_pkgd_rest(x, word, &name, clause) &&
		       hx_parm(x, name, tail, clause);
	t = hx_tok(x, word);
	if (t != TOK_SVC_STATES && t != TOK_BUFFER)
		return hx_fail(x, word.p, clause, "unknown word in TerminationState");
	bit = t == TOK_BUFFER ? H248_TS_HAS_BUFFER : H248_TS_HAS_STATE;
	if (ts->has & bit)
		return hx_fail(x, word.p, clause, "state " TWICE);
	ts->has |= bit;
	if (!hx_eq_tok(x, &v, clause))
		return false;
	if (t == TOK_BUFFER) {
		ts->lockstep = v == TOK_LOCKSTEP;
		return v == TOK_LOCKSTEP || v == TOK_OFF ||
		       hx_fail(x, word.p, clause, "neither LockStep nor OFF");
	}
	state = hx_state_of(v);
	ts->state = (uint8_t)state;
	return state >= 0 || hx_fail(x, word.p, clause, "no service state");
}

static bool tstate(struct hx *x, struct h248_tstate **out)
{
	static const char clause[] = "RFC 3525 B.2 terminationStateDescriptor";
	struct h248_tstate *ts = hx_node(x, sizeof(*ts));
	struct h248_parm **tail;

	if (!ts || !hx_need(x, '{', clause, "'{' expected"))
		return false;
	*out = ts;
	tail = &ts->props;
	do {
		if (!tstate_item(x, ts, &tail))
			return false;
	} while (hx_next(x, clause));
	return !x->rc;
}

/* Stream parameters outside a Stream belong to the one stream there is. */
static bool media_item(struct hx *x, struct h248_media *m, struct h248_stream ***tail)
{
	static const char clause[] = "RFC 3525 B.2 mediaParm";
	const char *at = x->p;
	enum h248_tok t = hx_tok(x, hx_run(x, C_NAME));

	if (t == TOK_TERM_STATE) {
		if (m->tstate)
			return hx_fail(x, at, clause, "TerminationState " TWICE);
		return tstate(x, &m->tstate);
	}
	if (m->streams && m->one != (t != TOK_STREAM))
		return hx_fail(x, at, clause, "stream parameters beside a Stream");
	if (t == TOK_STREAM || !m->streams) {
		**tail = hx_node(x, sizeof(***tail));
		if (!**tail)
			return false;
	}
	if (t == TOK_STREAM) {
		struct h248_stream *s = **tail;

		*tail = &s->next;
		return stream(x, s);
	}
	m->one = 1;
	return stream_parm(x, t, at, m->streams);
}

bool h248_text_media(struct hx *x, struct h248_media **out)
{
	static const char clause[] = "RFC 3525 B.2 mediaDescriptor";
	struct h248_media *m = hx_node(x, sizeof(*m));
	struct h248_stream **tail;

	if (!m || !hx_need(x, '{', clause, "'{' expected"))
		return false;
	*out = m;
	tail = &m->streams;
	do {
		if (!media_item(x, m, &tail))
			return false;
	} while (hx_next(x, clause));
	return !x->rc;
}
