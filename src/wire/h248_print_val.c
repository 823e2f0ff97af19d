/* wire/h248_print_val.c - names, identifiers and values as H.248 text.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 Annex B.2 (TerminationID, pkgdName, parmValue)
 */
#include <stdio.h>

#include "wire/h248_ber.h"
#include "wire/h248_lex.h"
#include "wire/h248_print.h"

void hp_request_id(struct hp *w, uint32_t id)
{
	if (id == H248_REQUEST_ALL)
		hp_char(w, '*');
	else
		hp_num(w, id);
}

void hp_quoted(struct hp *w, struct span s, const char *what)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!is_char(s.p[i], C_QUOTE))
			hp_misfit(w, -H_EINVAL, "%s has characters that text can't quote",
				  what);
	}
	hp_char(w, '"');
	hp_span(w, s);
	hp_char(w, '"');
}

void hp_term(struct hp *w, const struct h248_term *t)
{
	char tmp[H248_NAME_MAX + 1], id[2 * H248_ID_MAX + 1] = "";
	struct span s;

	if (!t) {
		hp_misfit(w, -H_EINVAL,
			  "a command without a termination has no text form");
		return;
	}
	if (!h248_term_text(t, w->names, tmp, &s)) {
		hp_span(w, s);
		return;
	}
	for (int i = 0; i < t->nid; i++)
		snprintf(id + 2 * i, 3, "%02x", t->id[i]);
	hp_misfit(w, -H_ENOENT, "termination id 0x%s has no name", id);
}

void hp_terms(struct hp *w, const struct h248_term *t, char open, char close)
{
	hp_char(w, open);
	for (; t; t = t->next) {
		hp_term(w, t);
		if (t->next)
			hp_char(w, ',');
	}
	hp_char(w, close);
}

void hp_mid(struct hp *w, const struct h248_mid *m)
{
	char tmp[H248_NAME_MAX + 32];
	struct buf b;
	struct h248_mid back;

	/* names that came in binary may hold what text can't */
	if (m->kind == H248_MID_DOMAIN || m->kind == H248_MID_DEVICE) {
		buf_fixed(&b, tmp, sizeof(tmp));
		h248_mid_print(&b, m);
		if (!buf_ok(&b) || h248_mid_parse(buf_view(&b), &back) ||
		    back.kind != m->kind)
			hp_misfit(w, -H_EINVAL, "message identifier has no text form");
	}
	h248_mid_print(w->b, m);
}

static void unknown(struct hp *w, const char *what, const struct h248_pkgd *name)
{
	char text[80];

	ber_name_text(name, text, sizeof(text));
	hp_misfit(w, -H_ENOENT, "%s %s has no known name", what, text);
}

void hp_pkgd(struct hp *w, enum h248_item_kind kind, const struct h248_pkgd *name)
{
	static const char *const words[] = { "property", "event", "signal", "statistic" };

	if (name->p)
		hp_put(w, name->p, name->n);
	else if (h248_pkgd_put(w->b, kind, name))
		unknown(w, words[kind], name);
}

static void value(struct hp *w, const struct h248_item *it, const struct h248_value *v)
{
	int rc = h248_value_put(w->b, it, v);

	if (rc)
		hp_misfit(w, rc, "a value of %s has no text form",
			  it ? it->name : "an item");
}

static void values(struct hp *w, const struct h248_item *it, const struct h248_parm *p,
		   char open, char sep, char close)
{
	hp_char(w, open);
	for (const struct h248_value *v = p->vals; v; v = v->next) {
		value(w, it, v);
		if (v->next)
			hp_char(w, sep);
	}
	hp_char(w, close);
}

static void parm_value(struct hp *w, const struct h248_item *it,
		       const struct h248_parm *p)
{
	static const char ops[] = { '=', '>', '<', '#', '=', '=' };

	if (p->rel == H248_REL_NONE)
		return;
	hp_char(w, p->rel < sizeof(ops) ? ops[p->rel] : '=');
	if (p->rel == H248_REL_RANGE)
		values(w, it, p, '[', ':', ']');
	else if (p->rel == H248_REL_SUBLIST && p->vals)
		values(w, it, p, '[', ',', ']');
	else if (!p->vals)
		hp_char(w, '$');
	else if (p->vals->next)
		values(w, it, p, '{', ',', '}');
	else
		value(w, it, p->vals);
}

void hp_prop(struct hp *w, enum h248_item_kind kind, const struct h248_parm *p)
{
	bool binary = p->vals && p->vals->form == H248_VALUE_BER;

	hp_pkgd(w, kind, &p->name);
	parm_value(w, binary ? h248_item_find(kind, &p->name) : NULL, p);
}

void hp_props(struct hp *w, enum h248_item_kind kind, const struct h248_parm *p,
	      bool *first)
{
	for (; p; p = p->next) {
		hp_item(w, first);
		hp_prop(w, kind, p);
	}
}

void hp_parm_name(struct hp *w, const struct h248_item *owner,
		  const struct h248_pkgd *name)
{
	if (name->p)
		hp_put(w, name->p, name->n);
	else if (h248_parm_put(w->b, owner, name))
		unknown(w, "parameter", name);
}

void hp_parms(struct hp *w, const struct h248_item *owner, const struct h248_parm *p,
	      bool *first)
{
	for (; p; p = p->next) {
		hp_item(w, first);
		hp_parm_name(w, owner, &p->name);
		parm_value(w, h248_parm_find(owner, &p->name), p);
	}
}

void hp_dm_name(struct hp *w, const struct h248_dmname *name)
{
	char tmp[H248_NAME_MAX + 1];

	if (!name->bin)
		hp_span(w, name->text);
	else if (w->names->dm_to_text(w->names->arg, name->id, tmp))
		hp_misfit(w, -H_ENOENT, "digit map 0x%02x%02x has no name", name->id[0],
			  name->id[1]);
	else
		hp_span(w, str_of(tmp));
}

void hp_time(struct hp *w, const struct h248_time *t)
{
	char text[17];

	memcpy(text, t->date, 8);
	text[8] = 'T';
	memcpy(text + 9, t->time, 8);
	if (!hx_is_time((struct span){ text, sizeof(text) }))
		hp_misfit(w, -H_EINVAL, "time stamp has no text form");
	hp_put(w, text, sizeof(text));
}

enum h248_tok hp_mode_tok(unsigned mode)
{
	static const enum h248_tok modes[] = { TOK_SENDONLY, TOK_RECVONLY, TOK_SENDRECV,
					       TOK_INACTIVE, TOK_LOOPBACK };

	return mode <= H248_MODE_LOOPBACK ? modes[mode] : TOK_NONE;
}

enum h248_tok hp_state_tok(unsigned state)
{
	static const enum h248_tok states[] = { TOK_TEST, TOK_OUT_SVC, TOK_IN_SVC };

	return state <= H248_STATE_IN ? states[state] : TOK_NONE;
}
