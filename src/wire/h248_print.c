/* wire/h248_print.c - the tree as H.248 text: message, transactions, actions.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 Annex B.2; H.248.1 v2, v3
 */
#include "wire/h248_print.h"

#include <stdarg.h>
#include <stdio.h>

void hp_misfit(struct hp *w, int rc, const char *fmt, ...)
{
	va_list ap;

	if (w->rc)
		return;
	w->rc = rc;
	va_start(ap, fmt);
	vsnprintf(w->misfit->what, sizeof(w->misfit->what), fmt, ap);
	va_end(ap);
}

void hp_since(struct hp *w, unsigned version, const char *what)
{
	if (w->version < version)
		hp_misfit(w, -H_EINVAL, "%s is not in version %u", what, w->version);
}

void hp_newline(struct hp *w)
{
	static const char tabs[] = "\n\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t";
	size_t n = w->depth + 1;

	hp_put(w, tabs, n < sizeof(tabs) - 1 ? n : sizeof(tabs) - 1);
}

void hp_num(struct hp *w, uint32_t v)
{
	char tmp[10], *p = tmp + sizeof(tmp);

	do {
		*--p = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	hp_put(w, p, (size_t)(tmp + sizeof(tmp) - p));
}

void hp_tok_tok(struct hp *w, enum h248_tok name, enum h248_tok value)
{
	hp_tok(w, name);
	hp_eq(w);
	hp_tok(w, value);
}

void hp_tok_num(struct hp *w, enum h248_tok name, uint32_t value)
{
	hp_tok(w, name);
	hp_eq(w);
	hp_num(w, value);
}

static void context_id(struct hp *w, uint32_t ctx)
{
	if (ctx == H248_CTX_NULL)
		hp_char(w, '-');
	else if (ctx == H248_CTX_CHOOSE)
		hp_char(w, '$');
	else if (ctx == H248_CTX_ALL)
		hp_char(w, '*');
	else
		hp_num(w, ctx);
}

static void topology(struct hp *w, const struct h248_topo *t)
{
	static const enum h248_tok dirs[] = { TOK_BOTHWAY, TOK_ISOLATE, TOK_ONEWAY,
					      TOK_ONEWAY_EXT, TOK_ONEWAY_BOTH };
	bool first = true;

	hp_tok(w, TOK_TOPOLOGY);
	hp_open(w);
	for (; t; t = t->next) {
		hp_item(w, &first);
		hp_term(w, t->from);
		hp_char(w, ',');
		hp_term(w, t->to);
		hp_char(w, ',');
		if (t->dir >= H248_TOPO_ONEWAY_EXT)
			hp_since(w, 3, "topology direction");
		hp_tok(w, t->dir <= H248_TOPO_ONEWAY_BOTH ? dirs[t->dir] : TOK_NONE);
		if (!t->has_stream)
			continue;
		hp_since(w, 2, "stream in Topology");
		hp_char(w, ',');
		hp_tok_num(w, TOK_STREAM, t->stream);
	}
	hp_close(w);
}

static void context_list(struct hp *w, const struct h248_num *n)
{
	bool first = true;

	hp_tok(w, TOK_CTX_LIST);
	hp_eq(w);
	hp_open(w);
	for (; n; n = n->next) {
		hp_item(w, &first);
		context_id(w, n->v);
	}
	hp_close(w);
}

/* v3's ContextAttr: properties or a list of contexts. */
static void context_attr(struct hp *w, const struct h248_ctx_props *pr, bool *first)
{
	bool inner = true;

	if (!pr->props && !(pr->has & H248_CTX_LIST))
		return;
	hp_since(w, 3, "ContextAttr");
	hp_item(w, first);
	hp_tok(w, TOK_CTX_ATTR);
	hp_open(w);
	if (pr->has & H248_CTX_LIST) {
		hp_item(w, &inner);
		context_list(w, pr->list);
	} else {
		hp_props(w, H248_PROPERTY, pr->props, &inner);
	}
	hp_close(w);
}

static void context_props(struct hp *w, const struct h248_ctx_props *pr, bool *first,
			  bool list)
{
	if (pr->has & H248_CTX_TOPOLOGY) {
		hp_item(w, first);
		topology(w, pr->topology);
	}
	if (pr->has & H248_CTX_PRIORITY) {
		hp_item(w, first);
		hp_tok_num(w, TOK_PRIORITY, pr->priority);
	}
	if (pr->has & H248_CTX_EMERGENCY && pr->has & H248_CTX_EMERGENCY_ON) {
		hp_item(w, first);
		hp_tok(w, TOK_EMERGENCY);
	} else if (pr->has & H248_CTX_EMERGENCY && w->version > 1) {
		hp_item(w, first); /* v1 has no word for it: it is the default */
		hp_tok(w, TOK_EMERGENCY_OFF);
	}
	if (pr->has & H248_CTX_IEPS) {
		hp_since(w, 3, "IEPSCall");
		hp_item(w, first);
		hp_tok_tok(w, TOK_IEPS, pr->has & H248_CTX_IEPS_ON ? TOK_ON : TOK_OFF);
	}
	if (list)
		context_attr(w, pr, first);
}

static void context_selectors(struct hp *w, const struct h248_ctx_audit *ca, bool *first)
{
	if (ca->has & H248_CA_SEL_PRIORITY) {
		hp_item(w, first);
		hp_tok_num(w, TOK_PRIORITY, ca->priority);
	}
	if (ca->has & H248_CA_SEL_EMERGENCY) {
		hp_item(w, first);
		hp_tok_tok(w, TOK_EMERGENCY_VALUE,
			   ca->has & H248_CA_EMERGENCY_ON ? TOK_EMERGENCY
							  : TOK_EMERGENCY_OFF);
	}
	if (ca->has & H248_CA_SEL_IEPS) {
		hp_item(w, first);
		hp_tok_tok(w, TOK_IEPS, ca->has & H248_CA_IEPS_ON ? TOK_ON : TOK_OFF);
	}
	if (ca->has & (H248_CA_AND | H248_CA_OR)) {
		hp_item(w, first);
		hp_tok(w, ca->has & H248_CA_AND ? TOK_AND_LOGIC : TOK_OR_LOGIC);
	}
}

enum { CA_V3 = H248_CA_IEPS | H248_CA_SEL_PRIORITY | H248_CA_SEL_EMERGENCY |
	       H248_CA_SEL_IEPS | H248_CA_AND | H248_CA_OR };

static void context_audit(struct hp *w, const struct h248_action *ac)
{
	static const struct {
		uint16_t bit;
		enum h248_tok tok;
	} asked[] = { { H248_CA_TOPOLOGY, TOK_TOPOLOGY },
		      { H248_CA_EMERGENCY, TOK_EMERGENCY },
		      { H248_CA_PRIORITY, TOK_PRIORITY },
		      { H248_CA_IEPS, TOK_IEPS } };
	const struct h248_ctx_audit *ca = ac->audit;
	const struct h248_ctx_props *pr = ac->props;
	bool first = true, inner = true;

	if (ca->has & CA_V3 || ca->props)
		hp_since(w, 3, "ContextAudit with selection");
	hp_tok(w, TOK_CTX_AUDIT);
	hp_open(w);
	for (int i = 0; i < 4; i++) {
		if (ca->has & asked[i].bit) {
			hp_item(w, &first);
			hp_tok(w, asked[i].tok);
		}
	}
	context_selectors(w, ca, &first);
	if (ca->props || (pr && pr->has & H248_CTX_LIST)) {
		hp_item(w, &first);
		hp_tok(w, TOK_CTX_ATTR);
		hp_open(w);
		if (ca->props) {
			hp_props(w, H248_PROPERTY, ca->props, &inner);
		} else {
			hp_item(w, &inner);
			context_list(w, pr->list);
		}
		hp_close(w);
	}
	hp_close(w);
	if (first)
		hp_misfit(w, -H_EINVAL, "an empty ContextAudit has no text form");
}

static void action(struct hp *w, const struct h248_action *ac)
{
	bool first = true;

	hp_tok(w, TOK_CTX);
	hp_eq(w);
	context_id(w, ac->ctx);
	if (w->reply && w->version >= 3 && !ac->props && !ac->cmds && !ac->error)
		return;
	hp_open(w);
	/* a list goes with the audit when there is one that has no properties */
	if (ac->props)
		context_props(w, ac->props, &first, !ac->audit || ac->audit->props);
	if (ac->audit) {
		hp_item(w, &first);
		context_audit(w, ac);
	}
	for (const struct h248_cmd *c = ac->cmds; c; c = c->next) {
		hp_item(w, &first);
		hp_command(w, c);
	}
	if (ac->error) {
		hp_item(w, &first);
		hp_error(w, ac->error);
	}
	hp_close(w);
	if (first)
		hp_misfit(w, -H_EINVAL, "an empty action has no text form");
}

static void actions(struct hp *w, const struct h248_trans *t)
{
	bool first = true;

	hp_open(w);
	if (t->imm_ack) {
		hp_item(w, &first);
		hp_tok(w, TOK_IMM_ACK);
	}
	if (t->error) {
		hp_item(w, &first);
		hp_error(w, t->error);
	}
	for (const struct h248_action *ac = t->actions; ac && !t->error; ac = ac->next) {
		hp_item(w, &first);
		action(w, ac);
	}
	hp_close(w);
	if (!t->actions && !t->error)
		hp_misfit(w, -H_EINVAL, "an empty transaction has no text form");
}

static void segment(struct hp *w, const struct h248_trans *t)
{
	if (!t->has_seg)
		return;
	hp_since(w, 3, "segment number");
	hp_char(w, '/');
	hp_num(w, t->seg);
	if (t->seg_end)
		hp_span(w, w->pretty ? STR_LIT("/END") : STR_LIT("/&"));
}

static void acks(struct hp *w, const struct h248_ack *k)
{
	bool first = true;

	hp_tok(w, TOK_ACK);
	hp_open(w);
	for (; k; k = k->next) {
		hp_item(w, &first);
		hp_num(w, k->first);
		if (k->range) {
			hp_char(w, '-');
			hp_num(w, k->last);
		}
	}
	hp_close(w);
	if (first)
		hp_misfit(w, -H_EINVAL, "an empty acknowledgement has no text form");
}

static void transaction(struct hp *w, const struct h248_trans *t)
{
	w->reply = t->kind == H248_REPLY;
	switch ((enum h248_trans_kind)t->kind) {
	case H248_REQUEST:
		hp_tok_num(w, TOK_TRANS, t->id);
		actions(w, t);
		break;
	case H248_REPLY:
		hp_tok_num(w, TOK_REPLY, t->id);
		segment(w, t);
		actions(w, t);
		break;
	case H248_PENDING:
		hp_tok_num(w, TOK_PENDING, t->id);
		hp_span(w, w->pretty ? STR_LIT(" { }") : STR_LIT("{}"));
		break;
	case H248_ACKS:
		acks(w, t->acks);
		break;
	case H248_SEGMENT:
		hp_since(w, 3, "Segment");
		hp_tok_num(w, TOK_SEGMENT, t->id);
		segment(w, t);
		break;
	}
}

static void hex(struct hp *w, const uint8_t *p, size_t n)
{
	hp_put(w, "0x", 2);
	for (size_t i = 0; i < n; i++)
		buf_printf(w->b, "%02X", p[i]);
}

static void auth(struct hp *w, const struct h248_auth *au)
{
	hp_tok(w, TOK_AUTH);
	hp_eq(w);
	hex(w, au->spi, sizeof(au->spi));
	hp_char(w, ':');
	hex(w, au->seq, sizeof(au->seq));
	hp_char(w, ':');
	hex(w, au->data, au->n <= sizeof(au->data) ? au->n : sizeof(au->data));
	hp_char(w, '\n');
}

int h248_text_print(struct buf *b, const struct h248_msg *m, enum h248_style style,
		    const struct h248_names *names, struct h248_misfit *misfit)
{
	struct h248_misfit dummy;
	struct hp w = { .b = b, .names = names, .version = m->version,
			.pretty = style == H248_PRETTY };
	size_t from = b->n;

	w.misfit = misfit ? misfit : &dummy;
	w.misfit->what[0] = '\0';
	if (m->auth)
		auth(&w, m->auth);
	hp_span(&w, w.pretty ? STR_LIT("MEGACO/") : STR_LIT("!/"));
	hp_num(&w, m->version);
	hp_char(&w, ' ');
	hp_mid(&w, &m->mid);
	hp_char(&w, '\n');
	if (m->error)
		hp_error(&w, m->error);
	for (const struct h248_trans *t = m->trans; t && !m->error; t = t->next) {
		transaction(&w, t);
		if (w.pretty || t->next)
			hp_char(&w, '\n');
	}
	if (!m->error && !m->trans)
		hp_misfit(&w, -H_EINVAL, "an empty message has no text form");
	if (!w.rc && !buf_ok(b))
		w.rc = -H_ELIMIT;
	if (w.rc)
		b->n = from;
	return w.rc;
}
