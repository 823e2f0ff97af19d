/* wire/mgcp_lex.c - see mgcp_lex.h.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3435 Appendix A
 */
#include "wire/mgcp_lex.h"

#define IS_ALPHA(c) (((c) >= 'a' && (c) <= 'z') || ((c) >= 'A' && (c) <= 'Z'))
#define IS_DIGIT(c) ((c) >= '0' && (c) <= '9')
#define IS_HEX(c)                                                                        \
	(IS_DIGIT(c) || ((c) >= 'a' && (c) <= 'f') || ((c) >= 'A' && (c) <= 'F'))
#define IS_WSP(c)   ((c) == ' ' || (c) == '\t')
#define IS_VCHAR(c) ((c) > 0x20 && (c) < 0x7f)
#define IS_LCO_EXT(c)                                                                    \
	(IS_VCHAR(c) && (c) != '"' && (c) != '%' && (c) != '(' && (c) != ')' &&          \
	 (c) != ',' && (c) != '/' && (c) != ':' && (c) != ';' && (c) != '<' &&           \
	 (c) != '>' && (c) != '\\')
#define IS_MAP(c)                                                                        \
	(IS_ALPHA(c) || IS_DIGIT(c) || IS_WSP(c) || (c) == '#' || (c) == '*' ||          \
	 (c) == '.' || (c) == '[' || (c) == ']' || (c) == '-' || (c) == '|' ||           \
	 (c) == '(' || (c) == ')')

#define CLASS(c)                                                                         \
	(uint16_t)((IS_ALPHA(c) ? LEX_ALPHA : 0) | (IS_DIGIT(c) ? LEX_DIGIT : 0) |       \
		   (IS_HEX(c) ? LEX_HEX : 0) | (IS_WSP(c) ? LEX_WSP : 0) |               \
		   (IS_ALPHA(c) || IS_DIGIT(c) || (c) == '-' ? LEX_WORD : 0) |           \
		   (IS_VCHAR(c) ? LEX_VCHAR : 0) |                                       \
		   (IS_VCHAR(c) && (c) != '@' ? LEX_LOCAL : 0) |                         \
		   (IS_LCO_EXT(c) ? LEX_LCO_EXT : 0) |                                   \
		   (IS_LCO_EXT(c) || (c) == '/' ? LEX_LCO : 0) |                         \
		   (IS_LCO_EXT(c) || (c) == '/' || (c) == ':' ? LEX_LCO_VAL : 0) |       \
		   (IS_VCHAR(c) && (c) != '"' && (c) != '(' && (c) != ')' &&             \
				    (c) != ',' && (c) != '='                             \
			    ? LEX_EPAR                                                   \
			    : 0) |                                                       \
		   (IS_ALPHA(c) || IS_DIGIT(c) || (c) == '-' || (c) == '*' || (c) == '#' \
			    ? LEX_EVENT                                                  \
			    : 0) |                                                       \
		   (IS_MAP(c) ? LEX_MAP : 0) |                                           \
		   (((c) >= 0x20 && (c) != 0x7f) || (c) == '\t' ? LEX_TEXT : 0))

#define CLASS4(c)  CLASS(c), CLASS((c) + 1), CLASS((c) + 2), CLASS((c) + 3)
#define CLASS16(c) CLASS4(c), CLASS4((c) + 4), CLASS4((c) + 8), CLASS4((c) + 12)
#define CLASS64(c) CLASS16(c), CLASS16((c) + 16), CLASS16((c) + 32), CLASS16((c) + 48)

const uint16_t mgcp_class[256] = { CLASS64(0), CLASS64(64), CLASS64(128), CLASS64(192) };

static void stop(struct mgcp_lex *l, int rc, const char *clause, const char *what)
{
	if (!l->rc) {
		l->rc = rc;
		l->err = (struct parse_err){ (size_t)(l->p - l->base), clause, what };
	}
	l->p = l->end;
}

void lex_fail(struct mgcp_lex *l, const char *clause, const char *what)
{
	stop(l, -H_ESYNTAX, clause, what);
}

void lex_limit(struct mgcp_lex *l, const char *what)
{
	stop(l, -H_ELIMIT, "RFC 3435 3.5.4", what);
}

void *lex_item(struct mgcp_lex *l, size_t size)
{
	void *p;

	if (l->rc)
		return NULL;
	if (++l->items > MGCP_ITEMS_MAX) {
		lex_limit(l, "too many list items");
		return NULL;
	}
	p = arena_zalloc(l->a, size);
	if (!p)
		stop(l, -H_ENOMEM, "RFC 3435 3.5.4", "message needs too much memory");
	return p;
}

bool lex_enter(struct mgcp_lex *l)
{
	if (++l->depth > MGCP_DEPTH_MAX)
		lex_limit(l, "nested too deeply");
	return !l->rc;
}

void lex_need(struct mgcp_lex *l, char c, const char *clause, const char *what)
{
	lex_blank(l);
	if (!lex_char(l, c))
		lex_fail(l, clause, what);
}

struct span lex_quoted(struct mgcp_lex *l)
{
	const char *from = l->p++;

	while (l->p < l->end) {
		if (*l->p++ != '"')
			continue;
		if (l->p == l->end || *l->p != '"')
			return (struct span){ from, (size_t)(l->p - from) };
		l->p++; /* quoteEscape */
	}
	l->p = from;
	lex_fail(l, "RFC 3435 A", "quoted string without end");
	return (struct span){ NULL, 0 };
}

uint32_t lex_dec(struct mgcp_lex *l, unsigned most, const char *clause, const char *what)
{
	uint32_t v = 0;
	unsigned n = 0;

	for (; lex_at(l, LEX_DIGIT) && n < most; n++)
		v = v * 10 + (uint32_t)(*l->p++ - '0');
	if (!n || lex_at(l, LEX_DIGIT)) {
		lex_fail(l, clause, what);
		return 0;
	}
	return v;
}

struct span lex_id(struct mgcp_lex *l, const char *clause)
{
	struct span s = lex_take(l, LEX_HEX);

	if (!s.n || s.n > MGCP_ID_MAX) {
		l->p -= s.n;
		lex_fail(l, clause, "not an identifier of 1 to 32 hexadecimal digits");
	}
	return s;
}

bool lex_pkg(struct span s)
{
	if (!s.n || s.p[0] == '-' || s.p[s.n - 1] == '-')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!lex_is(s.p[i], LEX_WORD))
			return false;
	return true;
}
