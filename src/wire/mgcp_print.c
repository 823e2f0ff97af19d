/* wire/mgcp_print.c - a whole message printed from its tree.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3435 3.2, 3.3, Appendix A
 */
#include "wire/mgcp_lex.h"

static void put_ranges(struct buf *b, const struct mgcp_range *r)
{
	for (const char *sep = ""; r; r = r->next, sep = ", ") {
		buf_str(b, sep);
		buf_dec(b, r->lo);
		if (r->hi != r->lo) {
			buf_char(b, '-');
			buf_dec(b, r->hi);
		}
	}
}

static void put_reason(struct buf *b, const struct mgcp_param *p)
{
	buf_char(b, (char)('0' + p->code / 100 % 10));
	buf_char(b, (char)('0' + p->code / 10 % 10));
	buf_char(b, (char)('0' + p->code % 10));
	if (p->code_pkg.n) {
		buf_put(b, " /", 2);
		buf_span(b, p->code_pkg);
	}
	if (p->comment.n) {
		buf_char(b, ' ');
		buf_span(b, p->comment);
	}
}

static void put_codes(struct buf *b, const struct mgcp_code *c)
{
	for (const char *sep = ""; c; c = c->next, sep = ",") {
		buf_str(b, sep);
		buf_span(b, c->name);
	}
}

static void put_quarantine(struct buf *b, const struct mgcp_param *p)
{
	if (p->loop || p->step)
		buf_str(b, p->loop ? "loop" : "step");
	if ((p->loop || p->step) && (p->process || p->discard))
		buf_char(b, ',');
	if (p->process || p->discard)
		buf_str(b, p->process ? "process" : "discard");
}

static void put_packages(struct buf *b, const struct mgcp_pkgver *v)
{
	for (const char *sep = ""; v; v = v->next, sep = ",") {
		buf_str(b, sep);
		buf_span(b, v->pkg);
		buf_char(b, ':');
		buf_dec(b, v->version);
	}
}

static void put_mode(struct buf *b, const struct mgcp_param *p)
{
	if (p->mode == MGCP_MODE_EXT)
		buf_span(b, p->text);
	else
		buf_str(b, mgcp_mode_name(p->mode));
}

static void put_restart(struct buf *b, const struct mgcp_param *p)
{
	if (p->restart == MGCP_RESTART_EXT)
		buf_span(b, p->text);
	else
		buf_str(b, mgcp_restart_name(p->restart));
}

static void put_value(struct buf *b, const struct mgcp_param *p)
{
	switch (p->id) {
	case MGCP_PARAM_K:
		put_ranges(b, p->ranges);
		break;
	case MGCP_PARAM_B:
	case MGCP_PARAM_L:
	case MGCP_PARAM_A:
		mgcp_put_lcos(b, p->lcos);
		break;
	case MGCP_PARAM_C:
	case MGCP_PARAM_X:
		buf_span(b, p->id_text);
		break;
	case MGCP_PARAM_I:
	case MGCP_PARAM_I2:
		mgcp_put_words(b, p->words, ',');
		break;
	case MGCP_PARAM_N:
	case MGCP_PARAM_Z:
	case MGCP_PARAM_Z2:
		buf_span(b, p->name_v->text);
		break;
	case MGCP_PARAM_M:
		put_mode(b, p);
		break;
	case MGCP_PARAM_R:
	case MGCP_PARAM_S:
	case MGCP_PARAM_T:
	case MGCP_PARAM_O:
	case MGCP_PARAM_ES:
		mgcp_put_events(b, p->events);
		break;
	case MGCP_PARAM_D:
		buf_span(b, p->map);
		break;
	case MGCP_PARAM_P:
		mgcp_put_stats(b, p->stats);
		break;
	case MGCP_PARAM_E:
		put_reason(b, p);
		break;
	case MGCP_PARAM_F:
		put_codes(b, p->codes);
		break;
	case MGCP_PARAM_Q:
		put_quarantine(b, p);
		break;
	case MGCP_PARAM_RM:
		put_restart(b, p);
		break;
	case MGCP_PARAM_RD:
	case MGCP_PARAM_MD:
		buf_dec(b, p->number);
		break;
	case MGCP_PARAM_PL:
		put_packages(b, p->pkgs);
		break;
	default:
		buf_span(b, p->text);
	}
}

static void put_head(struct buf *b, const struct mgcp_msg *m)
{
	if (m->verb == MGCP_RESPONSE) {
		buf_printf(b, "%03u %u", m->code % 1000, m->tid);
		if (m->code_pkg.n) {
			buf_put(b, " /", 2);
			buf_span(b, m->code_pkg);
		}
		if (m->comment.n) {
			buf_char(b, ' ');
			buf_span(b, m->comment);
		}
		mgcp_put_eol(b);
		return;
	}
	buf_span(b, m->verb_text);
	buf_char(b, ' ');
	buf_dec(b, m->tid);
	buf_char(b, ' ');
	buf_span(b, m->endpoint.text);
	buf_printf(b, " MGCP %u.%u", m->major, m->minor);
	if (m->profile.n) {
		buf_char(b, ' ');
		buf_span(b, m->profile);
	}
	mgcp_put_eol(b);
}

void mgcp_print(struct buf *b, const struct mgcp_msg *m)
{
	put_head(b, m);
	for (const struct mgcp_param *p = m->params; p; p = p->next) {
		buf_span(b, p->name);
		buf_put(b, ": ", 2);
		if (!p->empty)
			put_value(b, p);
		mgcp_put_eol(b);
	}
	for (unsigned i = 0; i < m->nsdp; i++) {
		mgcp_put_eol(b);
		buf_span(b, m->sdp[i]);
	}
}
