/* wire/mgcp_lex.h - the reader the MGCP value parsers share; private to wire/mgcp_*.c.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3435 Appendix A
 *
 * `struct mgcp_lex` walks one value with a sticky error: the first failure is kept, the
 * position jumps to the end, and every further read yields nothing, so loops over lists
 * end by themselves and callers look at `rc` once.
 */
#pragma once

#include "util/arena.h"
#include "util/err.h"
#include "wire/mgcp.h"

enum {
	LEX_ALPHA = 1 << 0,
	LEX_DIGIT = 1 << 1,
	LEX_HEX = 1 << 2,
	LEX_WORD = 1 << 3,     /* ALPHA / DIGIT / HYPHEN */
	LEX_WSP = 1 << 4,
	LEX_VCHAR = 1 << 5,
	LEX_LOCAL = 1 << 6,    /* of a LocalNamePart, "/" included, wildcards too */
	LEX_LCO_EXT = 1 << 7,  /* SuitableExtLCOCharacter */
	LEX_LCO = 1 << 8,      /* SuitableLCOCharacter */
	LEX_LCO_VAL = 1 << 9,  /* SuitableExtLCOValChar */
	LEX_EPAR = 1 << 10,    /* SuitableEventParamCharacter */
	LEX_EVENT = 1 << 11,   /* event names and the keys "*" and "#" */
	LEX_MAP = 1 << 12,     /* digit maps: letters, ranges, alternatives, blanks */
	LEX_TEXT = 1 << 13     /* commentary: all but control bytes */
};

extern const uint16_t mgcp_class[256];

struct mgcp_lex {
	struct arena *a;
	const char *base;      /* the message's first byte */
	const char *p, *end;   /* what is left of the value */
	int rc;
	enum mgcp_fault fault; /* a closer one than MGCP_FAULT_PARAM, or NONE */
	struct parse_err err;
	unsigned items, depth;
	bool command;
};

static inline bool lex_is(char c, unsigned cls)
{
	return mgcp_class[(uint8_t)c] & cls;
}

static inline bool lex_at(const struct mgcp_lex *l, unsigned cls)
{
	return l->p < l->end && lex_is(*l->p, cls);
}

static inline struct span lex_take(struct mgcp_lex *l, unsigned cls)
{
	const char *p = l->p;

	while (l->p < l->end && lex_is(*l->p, cls))
		l->p++;
	return (struct span){ p, (size_t)(l->p - p) };
}

static inline void lex_blank(struct mgcp_lex *l)
{
	while (l->p < l->end && (*l->p == ' ' || *l->p == '\t'))
		l->p++;
}

static inline bool lex_char(struct mgcp_lex *l, char c)
{
	if (l->p == l->end || *l->p != c)
		return false;
	l->p++;
	return true;
}

/* A comma (or another separator) with blanks on both sides, RFC 3435 3.1: tolerate. */
static inline bool lex_sep(struct mgcp_lex *l, char c)
{
	lex_blank(l);
	if (!lex_char(l, c))
		return false;
	lex_blank(l);
	return true;
}

void lex_fail(struct mgcp_lex *l, const char *clause, const char *what);
void lex_limit(struct mgcp_lex *l, const char *what);
/* Zeroed memory for one item; NULL (and failed) beyond MGCP_ITEMS_MAX or the arena. */
void *lex_item(struct mgcp_lex *l, size_t size);
bool lex_enter(struct mgcp_lex *l);   /* one level deeper, or failed */
void lex_need(struct mgcp_lex *l, char c, const char *clause, const char *what);
/* A quoted string, quotes included; the caller saw the first quote. */
struct span lex_quoted(struct mgcp_lex *l);
/* `least` to `most` digits. */
uint32_t lex_dec(struct mgcp_lex *l, unsigned most, const char *clause, const char *what);
struct span lex_id(struct mgcp_lex *l, const char *clause); /* 1*32(HEXDIG) */
bool lex_pkg(struct span s);          /* is it a packageName? */

/* One parser per kind of value; each leaves l->p behind what it took. */
void mgcp_parse_lcos(struct mgcp_lex *l, struct mgcp_param *p);
void mgcp_parse_requests(struct mgcp_lex *l, struct mgcp_param *p); /* R: */
void mgcp_parse_signals(struct mgcp_lex *l, struct mgcp_param *p);  /* S: T: O: ES: */
struct mgcp_word *mgcp_parse_words(struct mgcp_lex *l, unsigned cls, bool quotes,
				   const char *clause);
void mgcp_put_words(struct buf *b, const struct mgcp_word *w, char sep);
/* Any parameter by its id; on return l->rc tells. */
void mgcp_parse_value(struct mgcp_lex *l, struct mgcp_param *p);
