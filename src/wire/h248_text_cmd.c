/* wire/h248_text_cmd.c - H.248 text: commands, and which descriptors each may hold.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 Annex B.2 (commandRequestList, commandReplyList), 7.2; H.248.1 v2, v3
 */
#include "wire/h248_text.h"

#define BIT(d) (1u << H248_D_##d)

enum {
	AMM = BIT(MEDIA) | BIT(MODEM) | BIT(MUX) | BIT(EVENTS) | BIT(SIGNALS) |
	      BIT(DIGITMAP) | BIT(BUFFER) | BIT(AUDIT),
	RETURN = (AMM & ~BIT(AUDIT)) | BIT(OBSERVED) | BIT(STATS) | BIT(PACKAGES) |
		 BIT(ERROR),
};

static const unsigned allowed[2][H248_CMD_KINDS] = {
	{ [H248_ADD] = AMM, [H248_MOVE] = AMM, [H248_MODIFY] = AMM,
	  [H248_SUBTRACT] = BIT(AUDIT), [H248_AUDIT_CAP] = BIT(AUDIT),
	  [H248_AUDIT_VALUE] = BIT(AUDIT), [H248_NOTIFY] = BIT(OBSERVED) | BIT(ERROR),
	  [H248_SVC_CHANGE] = BIT(SVC) },
	{ [H248_ADD] = RETURN, [H248_MOVE] = RETURN, [H248_MODIFY] = RETURN,
	  [H248_SUBTRACT] = RETURN, [H248_AUDIT_CAP] = RETURN,
	  [H248_AUDIT_VALUE] = RETURN, [H248_NOTIFY] = BIT(ERROR),
	  [H248_SVC_CHANGE] = BIT(ERROR) | BIT(SVC) },
};

static int command_of(enum h248_tok t)
{
	switch (t) {
	case TOK_ADD:
		return H248_ADD;
	case TOK_MOVE:
		return H248_MOVE;
	case TOK_MODIFY:
		return H248_MODIFY;
	case TOK_SUBTRACT:
		return H248_SUBTRACT;
	case TOK_AUDIT_CAP:
		return H248_AUDIT_CAP;
	case TOK_AUDIT_VALUE:
		return H248_AUDIT_VALUE;
	case TOK_NOTIFY:
		return H248_NOTIFY;
	case TOK_SVC_CHANGE:
		return H248_SVC_CHANGE;
	default:
		return -1;
	}
}

static int descriptor_of(enum h248_tok t)
{
	switch (t) {
	case TOK_MEDIA:
		return H248_D_MEDIA;
	case TOK_MODEM:
		return H248_D_MODEM;
	case TOK_MUX:
		return H248_D_MUX;
	case TOK_EVENTS:
		return H248_D_EVENTS;
	case TOK_EVENT_BUFFER:
		return H248_D_BUFFER;
	case TOK_SIGNALS:
		return H248_D_SIGNALS;
	case TOK_DIGITMAP:
		return H248_D_DIGITMAP;
	case TOK_AUDIT:
		return H248_D_AUDIT;
	case TOK_STATS:
		return H248_D_STATS;
	case TOK_OBSERVED:
		return H248_D_OBSERVED;
	case TOK_PACKAGES:
		return H248_D_PACKAGES;
	case TOK_ERROR:
		return H248_D_ERROR;
	case TOK_SERVICES:
		return H248_D_SVC;
	default:
		return -1;
	}
}

/* In a reply the bare word says: asked for, and there is none. Events, EventBuffer and
 * Signals have a bare form of their own, the empty descriptor. */
static unsigned bare_token(int kind)
{
	switch (kind) {
	case H248_D_MEDIA:
		return H248_AUDIT_MEDIA;
	case H248_D_MODEM:
		return H248_AUDIT_MODEM;
	case H248_D_MUX:
		return H248_AUDIT_MUX;
	case H248_D_DIGITMAP:
		return H248_AUDIT_DIGITMAP;
	case H248_D_STATS:
		return H248_AUDIT_STATS;
	case H248_D_OBSERVED:
		return H248_AUDIT_OBSERVED;
	case H248_D_PACKAGES:
		return H248_AUDIT_PACKAGES;
	default:
		return 0;
	}
}

static bool descriptor_body(struct hx *x, struct h248_desc *d)
{
	switch ((enum h248_desc_kind)d->kind) {
	case H248_D_MEDIA:
		return h248_text_media(x, &d->u.media);
	case H248_D_MODEM:
		return h248_text_modem(x, &d->u.modem);
	case H248_D_MUX:
		return h248_text_mux(x, &d->u.mux);
	case H248_D_EVENTS:
		return h248_text_events(x, &d->u.events);
	case H248_D_BUFFER:
		return h248_text_buffer(x, &d->u.buffer);
	case H248_D_SIGNALS:
		return h248_text_signals(x, &d->u.signals);
	case H248_D_DIGITMAP:
		return h248_text_digitmap(x, &d->u.digitmap);
	case H248_D_AUDIT:
		return h248_text_audit(x, &d->u.audit);
	case H248_D_STATS:
		return h248_text_stats(x, &d->u.stats);
	case H248_D_OBSERVED:
		return h248_text_observed(x, &d->u.events);
	case H248_D_PACKAGES:
		return h248_text_packages(x, &d->u.packages);
	case H248_D_ERROR:
		return h248_text_error(x, &d->u.error);
	case H248_D_SVC:
		return h248_text_svc(x, &d->u.svc);
	case H248_D_KINDS:
		break;
	}
	return false;
}

static bool is_bare(struct hx *x)
{
	hx_lws(x);
	return !hx_peek(x, '{') && !hx_peek(x, '=') && !hx_peek(x, '[');
}

static bool descriptor(struct hx *x, unsigned may, unsigned *seen, struct h248_desc *d)
{
	static const char clause[] = "RFC 3525 7.1";
	struct span word = hx_run(x, C_NAME);
	int kind = descriptor_of(hx_tok(x, word));
	unsigned token;

	if (kind < 0)
		return hx_fail_code(x, 444, word.p, clause, "unknown descriptor");
	if (!(may & 1u << kind))
		return hx_fail_code(x, 447, word.p, clause,
				    "descriptor not allowed in this command");
	if (!x->reply && *seen & 1u << kind)
		return hx_fail_code(x, 448, word.p, clause,
				    "descriptor appears twice in a command");
	*seen |= 1u << kind;
	d->kind = (uint8_t)kind;
	token = x->reply ? bare_token(kind) : 0;
	if (!token || !is_bare(x))
		return descriptor_body(x, d);
	d->kind = H248_D_AUDIT;
	d->u.audit = hx_node(x, sizeof(*d->u.audit));
	if (!d->u.audit)
		return false;
	d->u.audit->tokens = (uint16_t)token;
	return true;
}

static bool descriptors(struct hx *x, struct h248_cmd *c, unsigned *seen)
{
	struct h248_desc **tail = &c->descs, *bare = NULL;
	unsigned may = allowed[x->reply][c->kind];

	if (x->version >= 3 && c->kind <= H248_MODIFY)
		may |= BIT(STATS);
	do {
		struct h248_desc *d = hx_node(x, sizeof(*d));

		if (!d || !descriptor(x, may, seen, d))
			return false;
		if (x->reply && d->kind == H248_D_AUDIT) {
			/* bare words are one audit descriptor, the last, as in binary */
			if (bare)
				bare->u.audit->tokens |= d->u.audit->tokens;
			else
				bare = d;
			continue;
		}
		*tail = d;
		tail = &d->next;
	} while (hx_next(x, "RFC 3525 B.2 commandRequest"));
	*tail = bare;
	return !x->rc;
}

/* What a request can't do without. */
static bool complete(struct hx *x, const struct h248_cmd *c, unsigned seen)
{
	static const char clause[] = "RFC 3525 B.2 commandRequest";

	if (x->reply)
		return true;
	if ((c->kind == H248_AUDIT_CAP || c->kind == H248_AUDIT_VALUE) &&
	    !(seen & BIT(AUDIT)))
		return hx_fail(x, x->p, clause, "audit without an Audit descriptor");
	if (c->kind == H248_NOTIFY && !(seen & BIT(OBSERVED)))
		return hx_fail(x, x->p, clause, "Notify without ObservedEvents");
	if (c->kind == H248_SVC_CHANGE && !(seen & BIT(SVC)))
		return hx_fail(x, x->p, clause, "ServiceChange without Services");
	return true;
}

static bool is_equal(struct hx *x)
{
	hx_lws(x);
	return hx_peek(x, '=');
}

/* "AuditValue=Context{...}": the terminations of the context, or why not. */
static bool context_audit_reply(struct hx *x, struct h248_cmd *c, bool *mine)
{
	const char *back = x->p, *at;
	struct h248_desc *d;

	*mine = false;
	if (!x->reply || (c->kind != H248_AUDIT_VALUE && c->kind != H248_AUDIT_CAP))
		return true;
	if (hx_tok(x, hx_run(x, C_TERM)) != TOK_CTX || !hx_take(x, '{')) {
		x->p = back;
		return true;
	}
	*mine = true;
	c->ctx_audit = 1;
	at = x->p;
	if (hx_tok(x, hx_run(x, C_NAME)) == TOK_ERROR && is_equal(x)) {
		d = hx_node(x, sizeof(*d));
		if (!d)
			return false;
		d->kind = H248_D_ERROR;
		c->descs = d;
		return h248_text_error(x, &d->u.error) &&
		       hx_need(x, '}', "RFC 3525 B.2 contextTerminationAudit",
			       "'}' expected");
	}
	x->p = at;
	return hx_term_list(x, '}', &c->terms);
}

static bool terminations(struct hx *x, struct h248_cmd *c)
{
	if (x->version >= 3 && hx_take(x, '['))
		return hx_term_list(x, ']', &c->terms);
	return hx_term(x, &c->terms);
}

/* "O-" and "W-"; the word after them ends up in *word. */
static bool prefixes(struct hx *x, struct span *word, struct h248_cmd *c)
{
	while (word->n == 1 && hx_peek(x, '-')) {
		char p = (char)(*word->p & ~0x20);

		if ((p != 'O' && p != 'W') || c->wildcard || (p == 'O' && c->optional))
			return hx_fail_code(x, 443, word->p,
					    "RFC 3525 B.2 commandRequest",
					    "unknown command");
		if (p == 'O')
			c->optional = 1;
		else
			c->wildcard = 1;
		x->p++;
		*word = hx_run(x, C_NAME);
	}
	return true;
}

bool h248_text_command(struct hx *x, struct span word, struct h248_cmd ***tail)
{
	struct h248_cmd *c = hx_node(x, sizeof(*c));
	unsigned seen = 0;
	int kind;
	bool done;

	if (!c || !prefixes(x, &word, c))
		return false;
	kind = command_of(hx_tok(x, word));
	if (kind < 0)
		return hx_fail_code(x, 443, word.p, "RFC 3525 7.2", "unknown command");
	c->kind = (uint8_t)kind;
	if (!hx_eq(x, "RFC 3525 B.2 commandRequest") || !context_audit_reply(x, c, &done))
		return false;
	if (!done && !terminations(x, c))
		return false;
	**tail = c;
	*tail = &c->next;
	x->fault->cmd = c;
	x->level = H248_AT_CMD;
	if (done || (!hx_take(x, '{') && complete(x, c, 0)))
		return true;
	return !x->rc && descriptors(x, c, &seen) && complete(x, c, seen);
}

bool h248_text_error(struct hx *x, struct h248_error **out)
{
	static const char clause[] = "RFC 3525 B.2 errorDescriptor";
	struct h248_error *e = hx_node(x, sizeof(*e));
	uint32_t code;

	if (!e || !hx_eq(x, clause) ||
	    !hx_u32(x, 4, 9999, &code, clause, "no error code") ||
	    !hx_need(x, '{', clause, "'{' expected"))
		return false;
	e->code = (uint16_t)code;
	if (hx_peek(x, '"') && !hx_quoted(x, &e->text, clause))
		return false;
	*out = e;
	return hx_need(x, '}', clause, "'}' expected");
}
