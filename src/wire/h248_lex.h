/* wire/h248_lex.h - the scanner under H.248's text parser, and what its files share.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 Annex B.2
 *
 * Internal to src/wire/h248_text_*.c. Every parser function returns false after the
 * first fault and leaves; the fault is recorded once, in `x`.
 */
#pragma once

#include <string.h>

#include "util/err.h"
#include "wire/h248.h"
#include "wire/h248_tok.h"

struct hx {
	const char *p, *end, *start;
	struct arena *a;
	char *mem, *mem_end;        /* what is left of the last block of the arena */
	unsigned version, nodes;
	bool reply;                 /* inside a transaction reply */
	int rc;                     /* 0 or -H_E... */
	uint8_t level;              /* enum h248_level */
	uint16_t code;              /* of the next fault; 0: by level */
	struct h248_fault *fault;
};

enum { C_NAME = 1, C_SAFE = 2, C_TERM = 4, C_DIGIT = 8, C_BLANK = 16, C_QUOTE = 32,
       C_PKGD = 64, C_ALPHA = 128 };
extern const uint8_t h248_chars[256];

static inline bool is_char(char c, unsigned set)
{
	return h248_chars[(unsigned char)c] & set;
}

/* Record a fault at `at`; always false. */
bool hx_fail(struct hx *x, const char *at, const char *clause, const char *what);
bool hx_fail_code(struct hx *x, uint16_t code, const char *at, const char *clause,
		   const char *what);
/* Memory for a node, zeroed; NULL after recording why not. */
void *hx_more(struct hx *x, size_t size);
void hx_comment(struct hx *x);

static inline void *hx_node(struct hx *x, size_t size)
{
	size_t need = (size + 7) & ~(size_t)7;
	char *p = x->mem;

	if ((size_t)(x->mem_end - p) < need || ++x->nodes > H248_NODE_MAX)
		return hx_more(x, need);
	x->mem = p + need;
	return p; /* blocks are zeroed when they are got */
}

/* LWSP: blanks, line ends, comments. */
static inline void hx_lws(struct hx *x)
{
	while (x->p < x->end) {
		if (is_char(*x->p, C_BLANK))
			x->p++;
		else if (*x->p == ';')
			hx_comment(x);
		else
			break;
	}
}

static inline bool hx_peek(const struct hx *x, char c)
{
	return x->p < x->end && *x->p == c;
}

/* Past LWSP, is `c` next? If so it and the LWSP behind it are taken. */
static inline bool hx_take(struct hx *x, char c)
{
	hx_lws(x);
	if (!hx_peek(x, c))
		return false;
	x->p++;
	hx_lws(x);
	return true;
}

bool hx_need(struct hx *x, char c, const char *clause, const char *what);

/* Characters of `set` from here on; may be empty. */
static inline struct span hx_run(struct hx *x, unsigned set)
{
	const char *from = x->p;

	while (x->p < x->end && is_char(*x->p, set))
		x->p++;
	return (struct span){ from, (size_t)(x->p - from) };
}

static inline enum h248_tok hx_tok(const struct hx *x, struct span word)
{
	return h248_tok_find(word, x->version);
}

/* Between the items of `{ item, item }`, the first read already: true when another
 * follows; false at the closing brace, which is taken, or at a fault (then x->rc is set).
 */
bool hx_next(struct hx *x, const char *clause);

bool hx_u32(struct hx *x, unsigned digits, uint32_t most, uint32_t *out,
	     const char *clause, const char *what);
bool hx_u16(struct hx *x, uint16_t *out, const char *clause, const char *what);
/* "=" and a number or token behind it. */
bool hx_eq(struct hx *x, const char *clause);
bool hx_eq_tok(struct hx *x, enum h248_tok *out, const char *clause);
bool hx_on_off(struct hx *x, bool *on, const char *clause);
bool hx_quoted(struct hx *x, struct span *out, const char *clause);

/* --- names and values: h248_text_val.c --- */
bool hx_name(struct hx *x, struct span *out, const char *clause, const char *what);
/* The rest of a package name whose first part was read as `first` up to the slash. */
bool hx_pkgd_rest(struct hx *x, struct span first, struct h248_pkgd *out,
		   const char *clause);
bool hx_pkgd(struct hx *x, struct h248_pkgd *out, const char *clause);
bool hx_value(struct hx *x, struct h248_value **out, const char *clause);
bool hx_parm_value(struct hx *x, struct h248_parm *p, const char *clause);
/* name parmValue, the name read already (a pkgd when slash is given). */
bool hx_parm(struct hx *x, struct h248_pkgd name, struct h248_parm ***tail,
	      const char *clause);
/* The same where the name alone asks for the value (audits). */
bool hx_parm_or_name(struct hx *x, struct h248_pkgd name, struct h248_parm ***tail,
		     const char *clause);
struct h248_pkgd hx_pkgd_of(struct span name);
bool hx_is_time(struct span word);
bool hx_time(struct hx *x, struct span word, struct h248_time *t, const char *clause);
bool hx_is_path(struct span s);
bool hx_is_profile(struct span s);
bool hx_is_ext(struct span s);
bool hx_term(struct hx *x, struct h248_term **out);
bool hx_term_list(struct hx *x, char close, struct h248_term **out); /* `[` is taken */
/* Hex digits to octets: how many, or -1. */
int h248_hex(struct span s, uint8_t *out, size_t max);
bool hx_mid(struct hx *x, struct h248_mid *out, const char *clause);
bool hx_ext(struct span word); /* the X of "X-..." */
bool hx_ext_rest(struct hx *x, struct span first, struct span *out, const char *clause);

bool hx_dm_char(char c);            /* may stand in a digit map */
int hx_mode_of(enum h248_tok t);   /* enum h248_mode, or -1 */
int hx_state_of(enum h248_tok t);  /* enum h248_svcstate, or -1 */
