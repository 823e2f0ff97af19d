/* wire/h248_text_val.c - names, values, identifiers and times in H.248's text form.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 Annex B.2 (pkgdName, parmValue, TerminationID, TimeStamp)
 */
#include "wire/h248_text.h"

#define PARM_VALUE "RFC 3525 B.2 parmValue"

bool hx_name(struct hx *x, struct span *out, const char *clause, const char *what)
{
	*out = hx_run(x, C_NAME);
	if (!out->n || out->n > H248_NAME_MAX || !is_char(out->p[0], C_ALPHA))
		return hx_fail(x, out->p, clause, what);
	return true;
}

struct h248_pkgd hx_pkgd_of(struct span name)
{
	return (struct h248_pkgd){ .p = name.p, .n = (uint16_t)name.n };
}

static bool is_star(struct span s)
{
	return s.n == 1 && *s.p == '*';
}

static bool is_item(struct span s)
{
	return is_star(s) || (s.n && s.n <= H248_NAME_MAX && is_char(s.p[0], C_ALPHA) &&
			      !memchr(s.p, '*', s.n));
}

bool hx_pkgd_rest(struct hx *x, struct span first, struct h248_pkgd *out,
		  const char *clause)
{
	struct span item;

	if (!is_item(first) || !hx_peek(x, '/'))
		return hx_fail(x, first.p, clause, "no package name");
	x->p++;
	item = hx_run(x, C_PKGD);
	/* only an item may be wild when the package is not (B.2 pkgdName) */
	if (!is_item(item) || (is_star(first) && !is_star(item)))
		return hx_fail(x, item.p, clause, "no item name behind the package");
	*out = (struct h248_pkgd){ .p = first.p, .n = (uint16_t)(x->p - first.p),
				   .slash = (uint16_t)first.n };
	return true;
}

bool hx_pkgd(struct hx *x, struct h248_pkgd *out, const char *clause)
{
	return hx_pkgd_rest(x, hx_run(x, C_PKGD), out, clause);
}

bool hx_value(struct hx *x, struct h248_value **out, const char *clause)
{
	struct h248_value *v = hx_node(x, sizeof(*v));

	if (!v)
		return false;
	*out = v;
	if (hx_peek(x, '"')) {
		v->form = H248_VALUE_QUOTED;
		return hx_quoted(x, &v->s, clause);
	}
	v->s = hx_run(x, C_SAFE);
	return v->s.n || hx_fail(x, x->p, clause, "no value");
}

/* VALUE *("," VALUE) and the closing bracket; in `[` a range may stand instead. */
static bool value_list(struct hx *x, struct h248_parm *p, char close)
{
	struct h248_value **tail = &p->vals;

	do {
		if (!hx_value(x, tail, PARM_VALUE))
			return false;
		tail = &(*tail)->next;
		if (close == ']' && p->rel == H248_REL_SUBLIST && !p->vals->next &&
		    hx_take(x, ':')) {
			p->rel = H248_REL_RANGE;
			if (!hx_value(x, tail, PARM_VALUE))
				return false;
			break;
		}
	} while (hx_take(x, ','));
	return hx_need(x, close, PARM_VALUE, "list of values without an end");
}

bool hx_parm_value(struct hx *x, struct h248_parm *p, const char *clause)
{
	static const char ops[] = "><#";
	const char *op;

	hx_lws(x);
	if (hx_take(x, '=')) {
		p->rel = H248_REL_EQ;
		if (hx_take(x, '{'))
			return value_list(x, p, '}');
		if (hx_take(x, '[')) {
			p->rel = H248_REL_SUBLIST;
			return value_list(x, p, ']');
		}
		return hx_value(x, &p->vals, clause);
	}
	op = x->p < x->end ? memchr(ops, *x->p, 3) : NULL;
	if (!op)
		return hx_fail(x, x->p, clause, "no value behind the name");
	p->rel = (uint8_t)(H248_REL_GT + (op - ops));
	x->p++;
	hx_lws(x);
	return hx_value(x, &p->vals, clause);
}

bool hx_parm(struct hx *x, struct h248_pkgd name, struct h248_parm ***tail,
	     const char *clause)
{
	struct h248_parm *p;

	if (name.n > 2 * H248_NAME_MAX + 1 ||
	    (!name.slash && !is_char(name.p[0], C_ALPHA)))
		return hx_fail(x, name.p, clause, "no name");
	p = hx_node(x, sizeof(*p));
	if (!p)
		return false;
	p->name = name;
	**tail = p;
	*tail = &p->next;
	return hx_parm_value(x, p, clause);
}

bool hx_parm_or_name(struct hx *x, struct h248_pkgd name, struct h248_parm ***tail,
		     const char *clause)
{
	struct h248_parm *p;

	hx_lws(x);
	if (x->p < x->end && memchr("=><#", *x->p, 4))
		return hx_parm(x, name, tail, clause);
	p = hx_node(x, sizeof(*p));
	if (!p)
		return false;
	p->name = name;
	p->rel = H248_REL_NONE;
	**tail = p;
	*tail = &p->next;
	return true;
}

bool hx_ext(struct span word)
{
	return word.n == 1 && (word.p[0] == 'X' || word.p[0] == 'x');
}

/* "X" ("-" / "+") 1*6(ALPHA / DIGIT), the X read already. */
bool hx_ext_rest(struct hx *x, struct span first, struct span *out, const char *clause)
{
	struct span rest;

	if (!hx_peek(x, '-') && !hx_peek(x, '+'))
		return hx_fail(x, first.p, clause, "unknown word");
	x->p++;
	rest = hx_run(x, C_NAME);
	if (!rest.n || rest.n > 6 || memchr(rest.p, '_', rest.n))
		return hx_fail(x, first.p, clause, "extension name not 1 to 6 long");
	*out = (struct span){ first.p, (size_t)(x->p - first.p) };
	return true;
}

static bool all_of(struct span s, unsigned set)
{
	while (s.n && is_char(*s.p, set)) {
		s.p++;
		s.n--;
	}
	return !s.n;
}

bool hx_is_time(struct span w)
{
	return w.n == 17 && (w.p[8] | 0x20) == 't' &&
	       all_of((struct span){ w.p, 8 }, C_DIGIT) &&
	       all_of((struct span){ w.p + 9, 8 }, C_DIGIT);
}

bool hx_time(struct hx *x, struct span w, struct h248_time *t, const char *clause)
{
	if (!hx_is_time(w))
		return hx_fail(x, w.p, clause, "time stamp not yyyymmddThhmmsscc");
	memcpy(t->date, w.p, 8);
	memcpy(t->time, w.p + 9, 8);
	return true;
}

/* NAME "/" Version */
bool hx_is_profile(struct span s)
{
	struct span version = s, name = str_cut(&version, '/');

	return name.n && name.n <= H248_NAME_MAX && is_char(*name.p, C_ALPHA) &&
	       all_of(name, C_NAME) && version.n && version.n <= 2 &&
	       all_of(version, C_DIGIT);
}

/* "X-" or "X+" and 1 to 6 letters and digits */
bool hx_is_ext(struct span s)
{
	return s.n > 2 && s.n <= 8 && (*s.p | 0x20) == 'x' &&
	       (s.p[1] == '-' || s.p[1] == '+') &&
	       all_of((struct span){ s.p + 2, s.n - 2 }, C_ALPHA | C_DIGIT);
}

/* pathNAME starts with a letter; names that start with a digit are in wide use, so they
 * pass too. The domain behind '@' has no '/', '$' or '_'. */
bool hx_is_path(struct span s)
{
	const char *at = memchr(s.p, '@', s.n);
	size_t n = at ? (size_t)(at - s.p) : s.n;

	if (!n || s.n > H248_NAME_MAX || !is_char(s.p[0], C_NAME | C_PKGD) ||
	    memchr(s.p, '.', n) || memchr(s.p, '-', n))
		return false;
	if (!at)
		return true;
	s.p += n + 1;
	s.n -= n + 1;
	return s.n && is_char(s.p[0], C_PKGD) && s.p[0] != '_' &&
	       !memchr(s.p, '@', s.n) && !memchr(s.p, '/', s.n) &&
	       !memchr(s.p, '$', s.n) && !memchr(s.p, '_', s.n);
}

static enum h248_term_kind kind_of(struct span s)
{
	if (s.n == 1 && *s.p == '$')
		return H248_TERM_CHOOSE;
	if (s.n == 1 && *s.p == '*')
		return H248_TERM_ALL;
	return s.n == 4 && str_ieqz(s, "root") ? H248_TERM_ROOT : H248_TERM_NAME;
}

bool hx_term(struct hx *x, struct h248_term **out)
{
	struct span s = hx_run(x, C_TERM);
	enum h248_term_kind kind;
	struct h248_term *t;

	if (!s.n)
		return hx_fail_code(x, 410, s.p, "RFC 3525 B.2 TerminationID",
				    "no TerminationID");
	kind = kind_of(s);
	if (kind == H248_TERM_NAME && !hx_is_path(s))
		return hx_fail_code(x, 410, s.p, "RFC 3525 B.2 TerminationID",
				    "no valid TerminationID");
	t = hx_node(x, sizeof(*t));
	if (!t)
		return false;
	t->text = s;
	t->kind = (uint8_t)kind;
	*out = t;
	return true;
}

bool hx_term_list(struct hx *x, char close, struct h248_term **out)
{
	do {
		if (!hx_term(x, out))
			return false;
		out = &(*out)->next;
	} while (hx_take(x, ','));
	return hx_need(x, close, "RFC 3525 B.2 terminationIDList",
		       "list of TerminationIDs without an end");
}
