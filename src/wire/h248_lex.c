/* wire/h248_lex.c - the scanner under H.248's text parser.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 Annex B.2
 */
#include "wire/h248_lex.h"

enum { BLOCK_FIRST = 1024, BLOCK_NEXT = 4000 };

#define NAME_CH C_NAME | C_SAFE | C_TERM | C_QUOTE | C_PKGD
#define DIG     NAME_CH | C_DIGIT
#define ALP     NAME_CH | C_ALPHA
#define SAFE    C_SAFE | C_QUOTE
#define REST    C_QUOTE

/* Safe and rest characters as the ABNF lists them; UTF-8 in quoted strings (12.2: values
 * of type String are UTF-8). */
const uint8_t h248_chars[256] = {
	['\t'] = C_BLANK | C_QUOTE,
	['\n'] = C_BLANK,
	['\r'] = C_BLANK,
	[' '] = C_BLANK | C_QUOTE,
	['0' ... '9'] = DIG,
	['a' ... 'z'] = ALP,
	['A' ... 'Z'] = ALP,
	['_'] = NAME_CH,
	['+'] = SAFE,
	['-'] = SAFE | C_TERM,
	['&'] = SAFE,
	['!'] = SAFE,
	['\''] = SAFE,
	['?'] = SAFE,
	['^'] = SAFE,
	['`'] = SAFE,
	['~'] = SAFE,
	['\\'] = SAFE,
	['('] = SAFE,
	[')'] = SAFE,
	['%'] = SAFE,
	['|'] = SAFE,
	['.'] = SAFE | C_TERM,
	['/'] = SAFE | C_TERM,
	['@'] = SAFE | C_TERM,
	['$'] = SAFE | C_TERM,
	['*'] = SAFE | C_TERM | C_PKGD,
	[';'] = REST,
	['['] = REST,
	[']'] = REST,
	['{'] = REST,
	['}'] = REST,
	[':'] = REST,
	[','] = REST,
	['#'] = REST,
	['<'] = REST,
	['>'] = REST,
	['='] = REST,
	[0x80 ... 0xff] = C_QUOTE,
};

static const uint16_t level_code[] = {
	[H248_AT_MESSAGE] = 400,
	[H248_AT_TRANS] = 403,
	[H248_AT_ACTION] = 422,
	[H248_AT_CMD] = 442,
};

static bool record(struct hx *x, int rc, uint16_t code, const char *at,
		   const char *clause, const char *what)
{
	if (x->rc)
		return false;
	x->rc = rc;
	x->fault->err.offset = (size_t)(at - x->start);
	x->fault->err.clause = clause;
	x->fault->err.what = what;
	x->fault->code = code;
	x->fault->level = x->level;
	return false;
}

bool hx_fail_code(struct hx *x, uint16_t code, const char *at, const char *clause,
		  const char *what)
{
	return record(x, -H_ESYNTAX, code, at, clause, what);
}

bool hx_fail(struct hx *x, const char *at, const char *clause, const char *what)
{
	return record(x, -H_ESYNTAX, x->code ? x->code : level_code[x->level], at, clause,
		      what);
}

void *hx_more(struct hx *x, size_t size)
{
	size_t block = x->mem ? BLOCK_NEXT : BLOCK_FIRST;
	char *p;

	if (x->nodes > H248_NODE_MAX) {
		record(x, -H_ELIMIT, 413, x->p, "RFC 3525 8.1", "too many parts");
		return NULL;
	}
	p = arena_zalloc(x->a, block);
	if (!p) {
		record(x, -H_ENOMEM, 510, x->p, "RFC 3525 8.1", "out of memory");
		return NULL;
	}
	x->mem = p + size;
	x->mem_end = p + block;
	return p;
}

void hx_comment(struct hx *x)
{
	while (x->p < x->end && *x->p != '\n' && *x->p != '\r')
		x->p++;
}

bool hx_need(struct hx *x, char c, const char *clause, const char *what)
{
	return hx_take(x, c) || hx_fail(x, x->p, clause, what);
}

bool hx_next(struct hx *x, const char *clause)
{
	if (x->rc)
		return false;
	if (hx_take(x, ','))
		return true;
	if (!hx_take(x, '}'))
		hx_fail(x, x->p, clause, "',' or '}' expected");
	return false;
}

bool hx_u32(struct hx *x, unsigned digits, uint32_t most, uint32_t *out,
	    const char *clause, const char *what)
{
	const char *from = x->p;
	struct span s = hx_run(x, C_DIGIT);
	uint64_t v = 0;

	if (!s.n || s.n > digits)
		return hx_fail(x, from, clause, what);
	for (size_t i = 0; i < s.n; i++)
		v = v * 10 + (uint64_t)(s.p[i] - '0');
	if (v > most || (x->p < x->end && is_char(*x->p, C_NAME)))
		return hx_fail(x, from, clause, what);
	*out = (uint32_t)v;
	return true;
}

bool hx_u16(struct hx *x, uint16_t *out, const char *clause, const char *what)
{
	uint32_t v;

	if (!hx_u32(x, 5, 65535, &v, clause, what))
		return false;
	*out = (uint16_t)v;
	return true;
}

bool hx_eq(struct hx *x, const char *clause)
{
	return hx_need(x, '=', clause, "'=' expected");
}

bool hx_eq_tok(struct hx *x, enum h248_tok *out, const char *clause)
{
	if (!hx_eq(x, clause))
		return false;
	*out = hx_tok(x, hx_run(x, C_NAME));
	return true;
}

bool hx_on_off(struct hx *x, bool *on, const char *clause)
{
	enum h248_tok t;
	const char *at = x->p;

	if (!hx_eq_tok(x, &t, clause))
		return false;
	if (t != TOK_ON && t != TOK_OFF)
		return hx_fail(x, at, clause, "neither ON nor OFF");
	*on = t == TOK_ON;
	return true;
}

bool hx_quoted(struct hx *x, struct span *out, const char *clause)
{
	const char *at = x->p;

	x->p++;
	*out = hx_run(x, C_QUOTE);
	if (!hx_peek(x, '"'))
		return hx_fail(x, at, clause, "quoted string without an end");
	x->p++;
	return true;
}
