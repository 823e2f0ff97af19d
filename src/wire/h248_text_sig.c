/* wire/h248_text_sig.c - H.248 text: Signals.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 7.1.11, Annex B.2 (signalsDescriptor); H.248.1 v3 (direction, request, gap)
 */
#include "wire/h248_text.h"

#define CLAUSE "RFC 3525 B.2 sigParameter"

static bool once(struct hx *x, struct h248_signal *s, uint8_t bit)
{
	if (s->has & bit)
		return hx_fail(x, x->p, CLAUSE, "signal parameter appears twice");
	s->has |= bit;
	return true;
}

static bool number(struct hx *x, struct h248_signal *s, uint8_t bit, uint16_t *out)
{
	return once(x, s, bit) && hx_eq(x, CLAUSE) &&
	       hx_u16(x, out, CLAUSE, "no 16-bit number");
}

static bool sig_type(struct hx *x, struct h248_signal *s)
{
	const char *at = x->p;
	enum h248_tok t;

	if (!once(x, s, H248_SIG_HAS_TYPE) || !hx_eq_tok(x, &t, CLAUSE))
		return false;
	if (t != TOK_BRIEF && t != TOK_ONOFF && t != TOK_TIMEOUT)
		return hx_fail(x, at, "RFC 3525 B.2 signalType", "no signal type");
	s->type = t == TOK_BRIEF   ? H248_SIG_BRIEF
		  : t == TOK_ONOFF ? H248_SIG_ONOFF
				   : H248_SIG_TIMEOUT;
	return true;
}

static bool direction(struct hx *x, struct h248_signal *s)
{
	const char *at = x->p;
	enum h248_tok t;

	if (!once(x, s, H248_SIG_HAS_DIR) || !hx_eq_tok(x, &t, CLAUSE))
		return false;
	if (t != TOK_EXTERNAL && t != TOK_INTERNAL && t != TOK_BOTH)
		return hx_fail(x, at, "H.248.1 v3 B.2 direction", "no signal direction");
	s->dir = t == TOK_EXTERNAL   ? H248_DIR_EXTERNAL
		 : t == TOK_INTERNAL ? H248_DIR_INTERNAL
				     : H248_DIR_BOTH;
	return true;
}

static unsigned reason_of(enum h248_tok t)
{
	switch (t) {
	case TOK_TIMEOUT:
		return H248_NC_TIMEOUT;
	case TOK_INT_EVENT:
		return H248_NC_EVENT;
	case TOK_INT_SIGDESCR:
		return H248_NC_SIGDESCR;
	case TOK_OTHER_REASON:
		return H248_NC_OTHER;
	case TOK_ITERATION:
		return H248_NC_ITERATION;
	default:
		return 0;
	}
}

static bool notify_completion(struct hx *x, struct h248_signal *s)
{
	static const char clause[] = "RFC 3525 B.2 notifyCompletion";

	if (!once(x, s, H248_SIG_HAS_NC) || !hx_eq(x, clause) ||
	    !hx_need(x, '{', clause, "'{' expected"))
		return false;
	do {
		const char *at = x->p;
		unsigned bit = reason_of(hx_tok(x, hx_run(x, C_NAME)));

		if (!bit)
			return hx_fail(x, at, clause, "no reason for a notification");
		s->nc |= (uint8_t)bit;
	} while (hx_next(x, clause));
	return !x->rc;
}

static bool request(struct hx *x, struct h248_signal *s)
{
	if (!once(x, s, H248_SIG_HAS_REQ) || !hx_eq(x, CLAUSE))
		return false;
	if (hx_peek(x, '*')) {
		x->p++;
		s->request = H248_REQUEST_ALL;
		return true;
	}
	return hx_u32(x, 10, UINT32_MAX, &s->request, CLAUSE, "no RequestID");
}

static bool sig_parm(struct hx *x, struct h248_signal *s, struct h248_parm ***tail)
{
	struct span word = hx_run(x, C_NAME);

	switch (hx_tok(x, word)) {
	case TOK_STREAM:
		return number(x, s, H248_SIG_HAS_STREAM, &s->stream);
	case TOK_DURATION:
		return number(x, s, H248_SIG_HAS_DURATION, &s->duration);
	case TOK_SIG_GAP:
		return number(x, s, H248_SIG_HAS_GAP, &s->gap);
	case TOK_SIGNAL_TYPE:
		return sig_type(x, s);
	case TOK_NOTIFY_COMPLETION:
		return notify_completion(x, s);
	case TOK_KEEP_ACTIVE:
		return once(x, s, H248_SIG_KEEP);
	case TOK_SIG_DIRECTION:
		return direction(x, s);
	case TOK_SIG_REQUEST:
		return request(x, s);
	default:
		if (!word.n || word.n > H248_NAME_MAX)
			return hx_fail(x, word.p, CLAUSE, "no parameter name");
		return hx_parm(x, hx_pkgd_of(word), tail, CLAUSE);
	}
}

/* pkgdName [ { parameter, ... } ], the first part of the name read already. */
static bool signal_rest(struct hx *x, struct span first, struct h248_signal *s)
{
	struct h248_parm **tail = &s->parms;

	if (!hx_pkgd_rest(x, first, &s->name, "RFC 3525 B.2 signalName"))
		return false;
	if (!hx_take(x, '{'))
		return true;
	do {
		if (!sig_parm(x, s, &tail))
			return false;
	} while (hx_next(x, CLAUSE));
	return !x->rc;
}

static bool signal_list(struct hx *x, struct h248_signal *s)
{
	static const char clause[] = "RFC 3525 B.2 signalList";
	struct h248_signal **tail = &s->list;

	s->is_list = 1;
	if (!hx_eq(x, clause) || !hx_u16(x, &s->list_id, clause, "no signal list id") ||
	    !hx_need(x, '{', clause, "'{' expected"))
		return false;
	do {
		struct h248_signal *one = hx_node(x, sizeof(*one));

		if (!one)
			return false;
		*tail = one;
		tail = &one->next;
		if (!signal_rest(x, hx_run(x, C_PKGD), one))
			return false;
	} while (hx_next(x, clause));
	return !x->rc;
}

bool h248_text_signals(struct hx *x, struct h248_signal **out)
{
	static const char clause[] = "RFC 3525 B.2 signalsDescriptor";

	/* the bare word and empty braces both say: no signals */
	if (!hx_take(x, '{') || hx_take(x, '}'))
		return true;
	do {
		struct span word = hx_run(x, C_PKGD);
		struct h248_signal *s = hx_node(x, sizeof(*s));
		bool list = !hx_peek(x, '/') && hx_tok(x, word) == TOK_SIGNAL_LIST;

		if (!s)
			return false;
		*out = s;
		out = &s->next;
		if (list ? !signal_list(x, s) : !signal_rest(x, word, s))
			return false;
	} while (hx_next(x, clause));
	return !x->rc;
}
