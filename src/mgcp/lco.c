/* mgcp/lco.c - local connection options: check, ask the model, remember, tell.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 2.3.5, 2.3.6, 2.6, 3.2.2.10; RFC 3661 2.2
 */
#include "mgcp/lco.h"

#include <string.h>

#include "mgcp/codes.h"
#include "mgcp/pkg.h"
#include "util/err.h"
#include "util/mem.h"

static unsigned check_network(const struct mgcp_lco *l, bool link)
{
	for (const struct mgcp_word *w = l->words; w; w = w->next) {
		if (str_ieqz(w->text, "LOCAL"))
			return link ? 0 : MGCP_LOCAL_VALUE;
		if (!str_ieqz(w->text, "IN"))
			return MGCP_LOCAL_VALUE;
		if (link)
			return MGCP_LOCAL_CONFLICT; /* a Z2 pair is local by definition */
	}
	return 0;
}

static unsigned check_one(const struct mgcp_lco *l, bool link)
{
	struct span rest, pkg;

	switch (l->id) {
	case MGCP_LCO_P:
	case MGCP_LCO_B:
		return l->lo && l->lo <= l->hi ? 0 : MGCP_LOCAL_VALUE;
	case MGCP_LCO_R:
		return l->resv == MGCP_RESV_BEST_EFFORT ? 0 : MGCP_LOCAL_VALUE;
	case MGCP_LCO_NT:
		return check_network(l, link);
	case MGCP_LCO_K: /* media is not encrypted */
	case MGCP_LCO_V:
	case MGCP_LCO_M:
	case MGCP_LCO_OTHER:
		return MGCP_BAD_LOCAL;
	case MGCP_LCO_VENDOR_MUST:
		return MGCP_LOCAL_EXTENSION;
	case MGCP_LCO_PACKAGE:
		rest = l->name;
		pkg = str_cut(&rest, '/');
		return mgcp_pkg_known(mgcp_pkgs, pkg) ? MGCP_BAD_LOCAL : MGCP_NO_PACKAGE;
	default:
		return 0;
	}
}

unsigned lco_check(const struct mgcp_lco *l, bool link)
{
	uint32_t seen = 0;
	unsigned code = 0;

	for (; l && !code; l = l->next) {
		if (l->id < MGCP_LCO_VENDOR_MAY && (seen & 1u << l->id))
			return MGCP_LOCAL_CONFLICT; /* 2.3.5: each at most once */
		seen |= 1u << l->id;
		code = check_one(l, link);
	}
	return code;
}

/* Names nobody knows drop out; when none is left no codec can be agreed on (2.6). */
static unsigned ask_codecs(const struct mgcp_lco *l, struct term_ask *ask)
{
	for (const struct mgcp_word *w = l->words; w; w = w->next)
		if (ask->formats.n < FORMATS_MAX &&
		    format_parse(&ask->formats.v[ask->formats.n], w->text))
			ask->formats.n++;
	ask->has |= ASK_FORMATS;
	return ask->formats.n || !l->words ? 0 : MGCP_NO_CODEC;
}

unsigned lco_ask(const struct mgcp_lco *l, struct term_ask *ask)
{
	unsigned code = 0;

	for (; l && !code; l = l->next) {
		switch (l->id) {
		case MGCP_LCO_A:
			code = ask_codecs(l, ask);
			break;
		case MGCP_LCO_P:
			ask->has |= ASK_PTIME;
			ask->ptime_min =
				(uint16_t)(l->lo > UINT16_MAX ? UINT16_MAX : l->lo);
			ask->ptime_max =
				(uint16_t)(l->hi > UINT16_MAX ? UINT16_MAX : l->hi);
			break;
		case MGCP_LCO_B:
			ask->has |= ASK_BANDWIDTH;
			ask->kbps_min = l->lo;
			ask->kbps_max = l->hi;
			break;
		case MGCP_LCO_T:
			ask->has |= ASK_DSCP;
			ask->dscp = l->tos >> 2; /* the rest is the network's (3168) */
			break;
		default:
			break;
		}
	}
	return code;
}

static int put_codecs(struct lco_set *to, struct span value)
{
	char *p = mem_alloc(value.n + 1);

	if (!p)
		return -H_ENOMEM;
	if (value.n)
		memcpy(p, value.p, value.n);
	p[value.n] = '\0';
	mem_free(to->codecs);
	to->codecs = p;
	return 0;
}

static int merge_one(struct lco_set *to, const struct mgcp_lco *l)
{
	switch (l->id) {
	case MGCP_LCO_A:
		if (put_codecs(to, l->value))
			return -H_ENOMEM;
		break;
	case MGCP_LCO_P:
		to->p_lo = l->lo;
		to->p_hi = l->hi;
		break;
	case MGCP_LCO_B:
		to->b_lo = l->lo;
		to->b_hi = l->hi;
		break;
	case MGCP_LCO_GC:
		to->gain_auto = l->gain_auto;
		to->gain = (int16_t)l->gain;
		break;
	case MGCP_LCO_E:
		to->echo = l->on;
		break;
	case MGCP_LCO_S:
		to->silence = l->on;
		break;
	case MGCP_LCO_T:
		to->tos = l->tos;
		break;
	case MGCP_LCO_NT:
		to->local = l->words && str_ieqz(l->words->text, "LOCAL");
		break;
	case MGCP_LCO_R:
		break;
	default:
		return 0; /* extensions we ignore are not kept */
	}
	to->has |= (uint16_t)(1u << l->id);
	return 0;
}

int lco_merge(struct lco_set *to, const struct lco_set *from, const struct mgcp_lco *l)
{
	int rc = 0;

	*to = *from;
	to->codecs = NULL;
	if (from->codecs)
		rc = put_codecs(to, str_of(from->codecs));
	for (; l && !rc; l = l->next)
		rc = merge_one(to, l);
	if (rc)
		lco_fini(to);
	return rc;
}

void lco_fini(struct lco_set *s)
{
	mem_free(s->codecs);
	*s = (struct lco_set){ 0 };
}

static void print_range(struct buf *b, uint32_t lo, uint32_t hi)
{
	buf_dec(b, lo);
	if (hi != lo) {
		buf_char(b, '-');
		buf_dec(b, hi);
	}
}

static void print_value(struct buf *b, const struct lco_set *s, enum mgcp_lco_id id)
{
	switch (id) {
	case MGCP_LCO_P:
		print_range(b, s->p_lo, s->p_hi);
		break;
	case MGCP_LCO_B:
		print_range(b, s->b_lo, s->b_hi);
		break;
	case MGCP_LCO_A:
		buf_str(b, s->codecs ? s->codecs : "");
		break;
	case MGCP_LCO_E:
		buf_str(b, s->echo ? "on" : "off");
		break;
	case MGCP_LCO_S:
		buf_str(b, s->silence ? "on" : "off");
		break;
	case MGCP_LCO_GC:
		if (s->gain_auto)
			buf_str(b, "auto");
		else
			buf_printf(b, "%d", s->gain);
		break;
	case MGCP_LCO_T:
		buf_printf(b, "%02x", s->tos);
		break;
	case MGCP_LCO_R:
		buf_str(b, "be");
		break;
	default:
		buf_str(b, s->local ? "LOCAL" : "IN");
		break;
	}
}

void lco_print(struct buf *b, const struct lco_set *s)
{
	static const struct {
		enum mgcp_lco_id id;
		const char *name;
	} order[] = {
		{ MGCP_LCO_P, "p" }, { MGCP_LCO_A, "a" },   { MGCP_LCO_B, "b" },
		{ MGCP_LCO_E, "e" }, { MGCP_LCO_GC, "gc" }, { MGCP_LCO_S, "s" },
		{ MGCP_LCO_T, "t" }, { MGCP_LCO_R, "r" },   { MGCP_LCO_NT, "nt" },
	};
	const char *sep = "";

	for (unsigned i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		if (!(s->has & 1u << order[i].id))
			continue;
		buf_str(b, sep);
		buf_str(b, order[i].name);
		buf_char(b, ':');
		print_value(b, s, order[i].id);
		sep = ", ";
	}
}
