/* wire/mgcp_print_ev.c - events, signals, options and statistics as text.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3435 3.2.2.4, 3.2.2.7, 3.2.2.10, 3.2.2.16, Appendix A
 */
#include "wire/mgcp_lex.h"

static void put_epars(struct buf *b, const struct mgcp_epar *e)
{
	for (const char *sep = ""; e; e = e->next, sep = ",") {
		buf_str(b, sep);
		buf_span(b, e->text);
		if (e->form == MGCP_EPAR_EQUALS) {
			buf_char(b, '=');
			put_epars(b, e->sub);
		} else if (e->form == MGCP_EPAR_LIST) {
			buf_char(b, '(');
			put_epars(b, e->sub);
			buf_char(b, ')');
		}
	}
}

static void put_embed(struct buf *b, const struct mgcp_embed *m)
{
	const char *sep = "";

	buf_put(b, "(", 1);
	if (m->has_r) {
		buf_put(b, "R(", 2);
		mgcp_put_events(b, m->r);
		buf_char(b, ')');
		sep = ",";
	}
	if (m->has_s) {
		buf_str(b, sep);
		buf_put(b, "S(", 2);
		mgcp_put_events(b, m->s);
		buf_char(b, ')');
		sep = ",";
	}
	if (m->has_d) {
		buf_str(b, sep);
		buf_put(b, "D(", 2);
		buf_span(b, m->d);
		buf_char(b, ')');
	}
	buf_char(b, ')');
}

static void put_actions(struct buf *b, const struct mgcp_action *a)
{
	for (const char *sep = "("; a; a = a->next, sep = ",") {
		buf_str(b, sep);
		if (a->id != MGCP_ACT_EXT) {
			buf_char(b, "NADSIKE"[a->id]);
			if (a->id == MGCP_ACT_E && a->embed)
				put_embed(b, a->embed);
			continue;
		}
		buf_span(b, a->pkg);
		buf_char(b, '/');
		buf_span(b, a->name);
		if (a->params) {
			buf_char(b, '(');
			put_epars(b, a->params);
			buf_char(b, ')');
		}
	}
	buf_char(b, ')');
}

void mgcp_put_events(struct buf *b, const struct mgcp_event *e)
{
	for (const char *sep = ""; e; e = e->next, sep = ",") {
		buf_str(b, sep);
		if (e->pkg.n) {
			buf_span(b, e->pkg);
			buf_char(b, '/');
		}
		buf_span(b, e->name);
		if (e->conn.n) {
			buf_char(b, '@');
			buf_span(b, e->conn);
		}
		if (e->actions)
			put_actions(b, e->actions);
		if (e->params) {
			buf_char(b, '(');
			put_epars(b, e->params);
			buf_char(b, ')');
		}
	}
}

void mgcp_put_words(struct buf *b, const struct mgcp_word *w, char sep)
{
	for (bool first = true; w; w = w->next, first = false) {
		if (!first)
			buf_char(b, sep);
		buf_span(b, w->text);
	}
}

static void put_range(struct buf *b, const struct mgcp_lco *o)
{
	buf_dec(b, o->lo);
	if (o->hi != o->lo) {
		buf_char(b, '-');
		buf_dec(b, o->hi);
	}
}

static void put_gain(struct buf *b, const struct mgcp_lco *o)
{
	if (o->gain_auto) {
		buf_put(b, "auto", 4);
		return;
	}
	if (o->gain < 0)
		buf_char(b, '-');
	buf_dec(b, (uint64_t)(o->gain < 0 ? -o->gain : o->gain));
}

/* Two digits; one when it was written so, which capabilities may (3.2.2.3). */
static void put_tos(struct buf *b, const struct mgcp_lco *o)
{
	static const char hex[] = "0123456789abcdef";

	if (o->value.n != 1)
		buf_char(b, hex[o->tos >> 4]);
	buf_char(b, hex[o->tos & 15]);
}

static void put_key(struct buf *b, const struct mgcp_lco *o)
{
	static const char *const methods[] = { "clear:", "base64:", "uri:", "prompt" };

	buf_str(b, methods[o->method]);
	buf_span(b, o->key);
}

static void put_lco_value(struct buf *b, const struct mgcp_lco *o)
{
	static const char *const resv[] = { "be", "cl", "g" };

	switch (o->id) {
	case MGCP_LCO_P:
	case MGCP_LCO_B:
		put_range(b, o);
		break;
	case MGCP_LCO_E:
	case MGCP_LCO_S:
		buf_str(b, o->on ? "on" : "off");
		break;
	case MGCP_LCO_GC:
		put_gain(b, o);
		break;
	case MGCP_LCO_T:
		put_tos(b, o);
		break;
	case MGCP_LCO_R:
		buf_str(b, resv[o->resv]);
		break;
	case MGCP_LCO_K:
		put_key(b, o);
		break;
	default:
		mgcp_put_words(b, o->words, ';');
	}
}

static bool has_value(const struct mgcp_lco *o)
{
	return o->id < MGCP_LCO_VENDOR_MAY || o->words;
}

void mgcp_put_lcos(struct buf *b, const struct mgcp_lco *o)
{
	static const char *const names[] = {
		[MGCP_LCO_P] = "p", [MGCP_LCO_A] = "a", [MGCP_LCO_B] = "b",
		[MGCP_LCO_E] = "e", [MGCP_LCO_GC] = "gc", [MGCP_LCO_S] = "s",
		[MGCP_LCO_T] = "t", [MGCP_LCO_R] = "r", [MGCP_LCO_K] = "k",
		[MGCP_LCO_NT] = "nt", [MGCP_LCO_V] = "v", [MGCP_LCO_M] = "m",
		[MGCP_LCO_ENC] = "e",
	};

	for (const char *sep = ""; o; o = o->next, sep = ", ") {
		buf_str(b, sep);
		if (o->id < MGCP_LCO_VENDOR_MAY)
			buf_str(b, names[o->id]);
		else
			buf_span(b, o->name);
		if (has_value(o)) {
			buf_char(b, ':');
			put_lco_value(b, o);
		}
	}
}

void mgcp_put_stats(struct buf *b, const struct mgcp_stat *s)
{
	static const char names[][3] = { "PS", "OS", "PR", "OR", "PL", "JI", "LA" };

	for (const char *sep = ""; s; s = s->next, sep = ", ") {
		buf_str(b, sep);
		if (s->id < MGCP_STAT_EXT)
			buf_put(b, names[s->id], 2);
		else
			buf_span(b, s->name);
		buf_char(b, '=');
		/* 3.2.2.7: a counter that is full stays there. */
		buf_dec(b, s->value < MGCP_TID_MAX ? s->value : MGCP_TID_MAX);
	}
}
