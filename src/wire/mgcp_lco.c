/* wire/mgcp_lco.c - local connection options, capabilities, bearer information.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3435 3.2.2.1, 3.2.2.3, 3.2.2.10, Appendix A (LocalOptionValue)
 */
#include "wire/mgcp_lex.h"

#define CLAUSE_L "RFC 3435 3.2.2.10"
#define CLAUSE_B "RFC 3435 3.2.2.1"

typedef void(lco_value_h)(struct mgcp_lex *l, struct mgcp_lco *o);

struct mgcp_word *mgcp_parse_words(struct mgcp_lex *l, unsigned cls, bool quotes,
				   const char *clause)
{
	struct mgcp_word *head = NULL, **tail = &head, *w;

	do {
		w = lex_item(l, sizeof(*w));
		if (!w)
			break;
		w->quoted = quotes && l->p < l->end && *l->p == '"';
		w->text = w->quoted ? lex_quoted(l) : lex_take(l, cls);
		if (!w->text.n)
			lex_fail(l, clause, "empty value in a list");
		*tail = w;
		tail = &w->next;
	} while (lex_sep(l, ';'));
	return head;
}

/* "20" or "10-30" */
static void value_range(struct mgcp_lex *l, struct mgcp_lco *o)
{
	o->lo = lex_dec(l, 4, CLAUSE_L, "not a number of 1 to 4 digits");
	o->hi = o->lo;
	if (lex_char(l, '-'))
		o->hi = lex_dec(l, 4, CLAUSE_L, "range without upper number");
	if (o->hi < o->lo)
		lex_fail(l, CLAUSE_L, "range runs downwards");
}

static void value_words(struct mgcp_lex *l, struct mgcp_lco *o)
{
	o->words = mgcp_parse_words(l, LEX_LCO, false, CLAUSE_L);
}

static void value_extension(struct mgcp_lex *l, struct mgcp_lco *o)
{
	o->words = mgcp_parse_words(l, LEX_LCO_VAL, true, CLAUSE_L);
}

static void value_packages(struct mgcp_lex *l, struct mgcp_lco *o)
{
	o->words = mgcp_parse_words(l, LEX_WORD, false, "RFC 3435 3.2.2.3");
	for (struct mgcp_word *w = o->words; w; w = w->next)
		if (!lex_pkg(w->text))
			lex_fail(l, "RFC 3435 3.2.2.3", "not a package name");
}

static void value_modes(struct mgcp_lex *l, struct mgcp_lco *o)
{
	o->words = mgcp_parse_words(l, LEX_LCO, false, "RFC 3435 3.2.2.3");
	for (struct mgcp_word *w = o->words; w; w = w->next)
		if (mgcp_mode_of(w->text) == MGCP_MODE_NONE)
			lex_fail(l, "RFC 3435 3.2.2.6", "not a connection mode");
}

static void value_switch(struct mgcp_lex *l, struct mgcp_lco *o)
{
	struct span s = lex_take(l, LEX_ALPHA);

	o->on = str_ieqz(s, "on");
	if (!o->on && !str_ieqz(s, "off"))
		lex_fail(l, CLAUSE_L, "neither on nor off");
}

static void value_gain(struct mgcp_lex *l, struct mgcp_lco *o)
{
	bool minus;

	if (lex_at(l, LEX_ALPHA)) {
		o->gain_auto = str_ieqz(lex_take(l, LEX_ALPHA), "auto");
		if (!o->gain_auto)
			lex_fail(l, CLAUSE_L, "gain is neither auto nor a number");
		return;
	}
	minus = lex_char(l, '-');
	o->gain = (int)lex_dec(l, 4, CLAUSE_L, "gain is neither auto nor a number");
	if (minus)
		o->gain = -o->gain;
}

static void value_tos(struct mgcp_lex *l, struct mgcp_lco *o)
{
	struct span s = lex_take(l, LEX_HEX);
	uint32_t v;

	if (s.n > 2 || !str_hex32(s, &v))
		lex_fail(l, CLAUSE_L, "type of service is not one or two hex digits");
	else
		o->tos = (uint8_t)v;
}

static void value_resv(struct mgcp_lex *l, struct mgcp_lco *o)
{
	struct span s = lex_take(l, LEX_ALPHA);

	if (str_ieqz(s, "g"))
		o->resv = MGCP_RESV_GUARANTEED;
	else if (str_ieqz(s, "cl"))
		o->resv = MGCP_RESV_CONTROLLED;
	else if (str_ieqz(s, "be"))
		o->resv = MGCP_RESV_BEST_EFFORT;
	else
		lex_fail(l, CLAUSE_L, "resource reservation is not g, cl or be");
}

static void value_key(struct mgcp_lex *l, struct mgcp_lco *o)
{
	struct span s = lex_take(l, LEX_WORD);

	if (str_ieqz(s, "prompt")) {
		o->method = MGCP_KEY_PROMPT;
		return;
	}
	if (str_ieqz(s, "clear"))
		o->method = MGCP_KEY_CLEAR;
	else if (str_ieqz(s, "base64"))
		o->method = MGCP_KEY_BASE64;
	else if (str_ieqz(s, "uri"))
		o->method = MGCP_KEY_URI;
	else
		lex_fail(l, CLAUSE_L, "unknown way to give a key");
	lex_need(l, ':', CLAUSE_L, "key without value");
	o->key_quoted = l->p < l->end && *l->p == '"' && o->method != MGCP_KEY_BASE64;
	o->key = o->key_quoted ? lex_quoted(l) : lex_take(l, LEX_LCO_VAL);
	if (!o->key.n)
		lex_fail(l, CLAUSE_L, "key without value");
}

static void value_encoding(struct mgcp_lex *l, struct mgcp_lco *o)
{
	o->words = mgcp_parse_words(l, LEX_WORD, false, CLAUSE_B);
	if (o->words && (o->words->next || (!str_ieqz(o->words->text, "A") &&
					    !str_ieqz(o->words->text, "mu"))))
		lex_fail(l, CLAUSE_B, "bearer encoding is neither A nor mu");
}

static const struct lco_row {
	const char *name;
	enum mgcp_lco_id id;
	lco_value_h *value;
	bool audit; /* in A: only */
} rows[] = {
	{ "a", MGCP_LCO_A, value_words, false },
	{ "p", MGCP_LCO_P, value_range, false },
	{ "b", MGCP_LCO_B, value_range, false },
	{ "e", MGCP_LCO_E, value_switch, false },
	{ "gc", MGCP_LCO_GC, value_gain, false },
	{ "s", MGCP_LCO_S, value_switch, false },
	{ "t", MGCP_LCO_T, value_tos, false },
	{ "r", MGCP_LCO_R, value_resv, false },
	{ "k", MGCP_LCO_K, value_key, false },
	{ "nt", MGCP_LCO_NT, value_words, false },
	{ "v", MGCP_LCO_V, value_packages, true },
	{ "m", MGCP_LCO_M, value_modes, true },
};

static const struct lco_row bearer = { "e", MGCP_LCO_ENC, value_encoding, false };

static const struct lco_row *row_of(struct span name, enum mgcp_param_id in)
{
	if (in == MGCP_PARAM_B)
		return str_ieqz(name, "e") ? &bearer : NULL;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]) && name.n <= 2; i++)
		if (str_lower(name.p[0]) == rows[i].name[0] &&
		    str_ieqz(name, rows[i].name) &&
		    (!rows[i].audit || in == MGCP_PARAM_A))
			return &rows[i];
	return NULL;
}

static enum mgcp_lco_id extension_of(struct span name)
{
	const char *slash = memchr(name.p, '/', name.n);

	if (name.n > 2 && str_lower(name.p[0]) == 'x' && name.p[1] == '+')
		return MGCP_LCO_VENDOR_MUST;
	if (name.n > 2 && str_lower(name.p[0]) == 'x' && name.p[1] == '-')
		return MGCP_LCO_VENDOR_MAY;
	return slash && slash > name.p ? MGCP_LCO_PACKAGE : MGCP_LCO_OTHER;
}

static bool extension_ok(const struct mgcp_lco *o)
{
	struct span rest = o->name, pkg;

	if (o->id != MGCP_LCO_PACKAGE)
		return o->name.n <= 34 && !memchr(o->name.p, '/', o->name.n);
	pkg = str_cut(&rest, '/');
	return lex_pkg(pkg) && rest.n && rest.n <= 32;
}

static void parse_option(struct mgcp_lex *l, struct mgcp_lco *o, enum mgcp_param_id in)
{
	const char *clause = in == MGCP_PARAM_B ? CLAUSE_B : CLAUSE_L;
	const struct lco_row *row;
	const char *from;

	o->name = lex_take(l, LEX_LCO);
	if (!o->name.n) {
		lex_fail(l, clause, "option without a name");
		return;
	}
	row = row_of(o->name, in);
	o->id = row ? row->id : extension_of(o->name);
	if (!row && !extension_ok(o)) {
		l->p = o->name.p;
		lex_fail(l, clause, "not a name of an option");
		return;
	}
	lex_blank(l);
	if (!lex_char(l, ':')) {
		if (row)
			lex_fail(l, clause, "option without a value");
		return;
	}
	lex_blank(l);
	from = l->p;
	(row ? row->value : value_extension)(l, o);
	o->value = str_trim((struct span){ from, (size_t)(l->p - from) });
}

void mgcp_parse_lcos(struct mgcp_lex *l, struct mgcp_param *p)
{
	struct mgcp_lco **tail = &p->lcos, *o;

	do {
		o = lex_item(l, sizeof(*o));
		if (!o)
			return;
		parse_option(l, o, p->id);
		*tail = o;
		tail = &o->next;
	} while (lex_sep(l, ','));
}
