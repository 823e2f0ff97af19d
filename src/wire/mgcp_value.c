/* wire/mgcp_value.c - values of parameter lines, one parser each, in one table.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3435 3.2.2, Appendix A (ParameterValue)
 */
#include "wire/mgcp_lex.h"

typedef void(value_h)(struct mgcp_lex *l, struct mgcp_param *p);

static uint32_t parse_tid(struct mgcp_lex *l)
{
	const char *from = l->p;
	uint32_t v = lex_dec(l, 9, "RFC 3435 3.2.2.19", "not a transaction id");

	if (!l->rc && !v) {
		l->p = from;
		lex_fail(l, "RFC 3435 3.2.1.2", "transaction id is 0");
	}
	return v;
}

static void value_k(struct mgcp_lex *l, struct mgcp_param *p)
{
	struct mgcp_range **tail = &p->ranges, *r;

	do {
		r = lex_item(l, sizeof(*r));
		if (!r)
			return;
		r->lo = r->hi = parse_tid(l);
		if (lex_sep(l, '-'))
			r->hi = parse_tid(l);
		if (r->hi < r->lo)
			lex_fail(l, "RFC 3435 3.2.2.19", "range runs downwards");
		*tail = r;
		tail = &r->next;
	} while (lex_sep(l, ','));
}

static void value_c(struct mgcp_lex *l, struct mgcp_param *p)
{
	p->id_text = lex_id(l, "RFC 3435 3.2.2.2");
}

static void value_x(struct mgcp_lex *l, struct mgcp_param *p)
{
	p->id_text = lex_id(l, "RFC 3435 3.2.2.18");
}

static void value_i(struct mgcp_lex *l, struct mgcp_param *p)
{
	struct mgcp_word **tail = &p->words, *w;

	do {
		w = lex_item(l, sizeof(*w));
		if (!w)
			return;
		w->text = lex_id(l, "RFC 3435 3.2.2.5");
		*tail = w;
		tail = &w->next;
	} while (lex_sep(l, ','));
}

static void value_n(struct mgcp_lex *l, struct mgcp_param *p)
{
	struct span s = { l->p, (size_t)(l->end - l->p) };

	p->name_v = lex_item(l, sizeof(*p->name_v));
	if (p->name_v && mgcp_entity_parse(p->name_v, s))
		lex_fail(l, "RFC 3435 3.2.1.3", "not a notified entity");
	l->p = l->end;
}

static void value_z(struct mgcp_lex *l, struct mgcp_param *p)
{
	struct span s = { l->p, (size_t)(l->end - l->p) };

	p->name_v = lex_item(l, sizeof(*p->name_v));
	if (p->name_v && mgcp_name_parse(p->name_v, s))
		lex_fail(l, "RFC 3435 3.2.1.3", "not an endpoint name");
	l->p = l->end;
}

static void value_m(struct mgcp_lex *l, struct mgcp_param *p)
{
	p->mode = mgcp_mode_of(p->text);
	if (p->mode == MGCP_MODE_NONE)
		lex_fail(l, "RFC 3435 3.2.2.6", "not a connection mode");
	l->p = l->end;
}

static void value_d(struct mgcp_lex *l, struct mgcp_param *p)
{
	p->map = lex_take(l, LEX_MAP);
	if (l->p < l->end)
		lex_fail(l, "RFC 3435 2.1.5", "byte that no digit map has");
}

static void parse_stat(struct mgcp_lex *l, struct mgcp_stat *s)
{
	static const char *const names[] = { "PS", "OS", "PR", "OR", "PL", "JI", "LA" };
	size_t i = 0;

	s->name = lex_take(l, LEX_WORD);
	if (s->name.n && lex_char(l, '/')) {
		if (!lex_pkg(s->name) || !lex_take(l, LEX_WORD).n)
			lex_fail(l, "RFC 3435 3.2.2.7", "not a package's parameter");
		s->name.n = (size_t)(l->p - s->name.p);
	} else if (!s->name.n) {
		lex_fail(l, "RFC 3435 3.2.2.7", "parameter without a name");
	}
	while (!l->rc && i < MGCP_STAT_EXT && !str_ieqz(s->name, names[i]))
		i++;
	s->id = (enum mgcp_stat_id)i;
	lex_need(l, '=', "RFC 3435 3.2.2.7", "parameter without '='");
	lex_blank(l);
	s->value = lex_dec(l, 9, "RFC 3435 3.2.2.7", "not a number of 1 to 9 digits");
}

static void value_p(struct mgcp_lex *l, struct mgcp_param *p)
{
	struct mgcp_stat **tail = &p->stats, *s;

	do {
		s = lex_item(l, sizeof(*s));
		if (!s)
			return;
		parse_stat(l, s);
		*tail = s;
		tail = &s->next;
	} while (lex_sep(l, ','));
}

/* 3DIGIT ["/" package] [text]; only 8xx has a package */
static void value_e(struct mgcp_lex *l, struct mgcp_param *p)
{
	struct span code = lex_take(l, LEX_DIGIT);
	uint32_t n;

	if (code.n != 3 || !str_u32(code, 999, &n) ||
	    (l->p < l->end && !lex_at(l, LEX_WSP))) {
		l->p = code.p;
		lex_fail(l, "RFC 3435 3.2.2.15", "reason code is not three digits");
		return;
	}
	p->code = n;
	lex_blank(l);
	if (p->code / 100 == 8 && lex_char(l, '/')) {
		p->code_pkg = lex_take(l, LEX_WORD);
		if (!lex_pkg(p->code_pkg))
			lex_fail(l, "RFC 3435 3.2.2.15", "not a package name");
		lex_blank(l);
	}
	p->comment = lex_take(l, LEX_TEXT);
}

static void value_f(struct mgcp_lex *l, struct mgcp_param *p)
{
	struct mgcp_code **tail = &p->codes, *c;

	do {
		c = lex_item(l, sizeof(*c));
		if (!c)
			return;
		c->name.p = l->p;
		while (l->p < l->end && *l->p != ',' && !lex_is(*l->p, LEX_WSP))
			l->p++;
		c->name.n = (size_t)(l->p - c->name.p);
		c->id = mgcp_param_of(c->name);
		if (c->id == MGCP_PARAM_NONE) {
			l->p = c->name.p;
			lex_fail(l, "RFC 3435 3.2.2.17", "not a parameter code");
		}
		*tail = c;
		tail = &c->next;
	} while (lex_sep(l, ','));
}

static void value_q(struct mgcp_lex *l, struct mgcp_param *p)
{
	do {
		struct span s = lex_take(l, LEX_WORD);
		bool loop_ctl = p->loop || p->step, proc_ctl = p->process || p->discard;

		if (!loop_ctl && str_ieqz(s, "loop"))
			p->loop = true;
		else if (!loop_ctl && str_ieqz(s, "step"))
			p->step = true;
		else if (!proc_ctl && str_ieqz(s, "process"))
			p->process = true;
		else if (!proc_ctl && str_ieqz(s, "discard"))
			p->discard = true;
		else
			lex_fail(l, "RFC 3435 3.2.2.14", "not a quarantine handling");
	} while (lex_sep(l, ','));
}

static void value_rm(struct mgcp_lex *l, struct mgcp_param *p)
{
	p->restart = mgcp_restart_of(p->text);
	if (p->restart == MGCP_RESTART_NONE)
		lex_fail(l, "RFC 3435 3.2.2.20", "not a restart method");
	l->p = l->end;
}

static void value_rd(struct mgcp_lex *l, struct mgcp_param *p)
{
	p->number = lex_dec(l, 6, "RFC 3435 3.2.2", "delay is not 1 to 6 digits");
}

static void value_md(struct mgcp_lex *l, struct mgcp_param *p)
{
	if (*l->p == '0')
		lex_fail(l, "RFC 3435 3.2.2.11", "size begins with 0");
	p->number = lex_dec(l, 9, "RFC 3435 3.2.2.11", "size is not 1 to 9 digits");
}

static void value_pl(struct mgcp_lex *l, struct mgcp_param *p)
{
	struct mgcp_pkgver **tail = &p->pkgs, *v;

	do {
		v = lex_item(l, sizeof(*v));
		if (!v)
			return;
		v->pkg = lex_take(l, LEX_WORD);
		if (!lex_pkg(v->pkg))
			lex_fail(l, "RFC 3435 3.2.2.13", "not a package name");
		lex_need(l, ':', "RFC 3435 3.2.2.13", "package without version");
		lex_blank(l);
		v->version =
			lex_dec(l, 9, "RFC 3435 3.2.2.13", "version is not a number");
		*tail = v;
		tail = &v->next;
	} while (lex_sep(l, ','));
}

/* parameterString: text that does not begin with a quote, or one quoted string */
static void value_ext(struct mgcp_lex *l, struct mgcp_param *p)
{
	(void)p;
	if (*l->p == '"')
		lex_quoted(l);
	else
		lex_take(l, LEX_TEXT);
}

static const struct value_row {
	value_h *parse;
	bool may_be_empty; /* in a command; answers to audits may always be */
} rows[MGCP_PARAM_COUNT] = {
	[MGCP_PARAM_K] = { value_k, true },
	[MGCP_PARAM_B] = { mgcp_parse_lcos, true },
	[MGCP_PARAM_C] = { value_c, false },
	[MGCP_PARAM_I] = { value_i, true },
	[MGCP_PARAM_N] = { value_n, true },
	[MGCP_PARAM_X] = { value_x, true },
	[MGCP_PARAM_L] = { mgcp_parse_lcos, true },
	[MGCP_PARAM_M] = { value_m, false },
	[MGCP_PARAM_R] = { mgcp_parse_requests, true },
	[MGCP_PARAM_S] = { mgcp_parse_signals, true },
	[MGCP_PARAM_D] = { value_d, true },
	[MGCP_PARAM_O] = { mgcp_parse_signals, true },
	[MGCP_PARAM_P] = { value_p, true },
	[MGCP_PARAM_E] = { value_e, false },
	[MGCP_PARAM_Z] = { value_z, true },
	[MGCP_PARAM_Z2] = { value_z, false },
	[MGCP_PARAM_I2] = { value_i, false },
	[MGCP_PARAM_F] = { value_f, true },
	[MGCP_PARAM_Q] = { value_q, false },
	[MGCP_PARAM_T] = { mgcp_parse_signals, true },
	[MGCP_PARAM_RM] = { value_rm, false },
	[MGCP_PARAM_RD] = { value_rd, false },
	[MGCP_PARAM_A] = { mgcp_parse_lcos, true },
	[MGCP_PARAM_ES] = { mgcp_parse_signals, true },
	[MGCP_PARAM_PL] = { value_pl, true },
	[MGCP_PARAM_MD] = { value_md, false },
	[MGCP_PARAM_VENDOR_MAY] = { value_ext, true },
	[MGCP_PARAM_VENDOR_MUST] = { value_ext, true },
	[MGCP_PARAM_PACKAGE] = { value_ext, true },
	[MGCP_PARAM_OTHER] = { value_ext, true },
};

void mgcp_parse_value(struct mgcp_lex *l, struct mgcp_param *p)
{
	const struct value_row *row = &rows[p->id];

	p->empty = !p->text.n;
	if (!p->empty) {
		row->parse(l, p);
		if (!l->rc && l->p < l->end)
			lex_fail(l, "RFC 3435 A", "more text than the value may have");
	} else if (l->command && !row->may_be_empty) {
		lex_fail(l, "RFC 3435 A", "parameter without a value");
	}
}
