/* wire/h248_text_msg.c - H.248 text: the message and its transactions.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 Annex B.2 (megacoMessage, transactionList), 8 (transactions); H.248.1 v3
 */
#include "wire/h248_text.h"

static bool hex_field(struct hx *x, uint8_t *out, size_t least, size_t most, uint8_t *n)
{
	const char *at = x->p;
	struct span s = hx_run(x, C_NAME);
	int got = -1;

	if (s.n > 2 && s.p[0] == '0' && (s.p[1] | 0x20) == 'x')
		got = h248_hex((struct span){ s.p + 2, s.n - 2 }, out, most);
	if (got < (int)least)
		return hx_fail(x, at, "RFC 3525 B.2 authenticationHeader",
			       "not the octets in hex that belong here");
	if (n)
		*n = (uint8_t)got;
	return true;
}

static bool colon(struct hx *x)
{
	if (!hx_peek(x, ':'))
		return hx_fail(x, x->p, "RFC 3525 B.2 authenticationHeader",
			       "':' expected");
	x->p++;
	return true;
}

static bool auth_header(struct hx *x, struct h248_auth **out)
{
	struct h248_auth *au = hx_node(x, sizeof(*au));

	if (!au || !hx_eq(x, "RFC 3525 B.2 authenticationHeader") ||
	    !hex_field(x, au->spi, 4, 4, NULL) || !colon(x) ||
	    !hex_field(x, au->seq, 4, 4, NULL) || !colon(x) ||
	    !hex_field(x, au->data, 12, 32, &au->n))
		return false;
	*out = au;
	return true;
}

static bool separator(struct hx *x)
{
	const char *at = x->p;

	hx_lws(x);
	return x->p != at || hx_fail(x, at, "RFC 3525 B.2 SEP", "no space between words");
}

/* "MEGACO/1" or "!/1", an authentication header before it, the identifier behind. */
static bool header(struct hx *x, struct h248_msg *m)
{
	struct span word;
	uint32_t version;

	hx_lws(x);
	word = hx_run(x, C_NAME);
	if (hx_tok(x, word) == TOK_AUTH) {
		if (!auth_header(x, &m->auth) || !separator(x))
			return false;
		word = hx_run(x, C_NAME);
	}
	if (!word.n && hx_peek(x, '!'))
		x->p++;
	else if (hx_tok(x, word) != TOK_MEGACO)
		return hx_fail(x, word.p, "RFC 3525 B.2 message",
			       "neither MEGACO nor '!' begins the message");
	if (!hx_peek(x, '/'))
		return hx_fail(x, x->p, "RFC 3525 B.2 message", "no version");
	x->p++;
	if (!hx_u32(x, 2, 99, &version, "RFC 3525 B.2 Version", "version is no number"))
		return false;
	m->version = (uint8_t)version;
	return separator(x) && hx_mid(x, &m->mid, "RFC 3525 B.2 mId");
}

static bool trans_id(struct hx *x, uint32_t *id)
{
	return hx_eq(x, "RFC 3525 B.2 TransactionID") &&
	       hx_u32(x, 10, UINT32_MAX, id, "RFC 3525 B.2 TransactionID",
		      "TransactionID is no 32-bit number");
}

/* v3: "/" segment [ "/" END ], one word with the id */
static bool segment(struct hx *x, struct h248_trans *t)
{
	struct span end;

	if (x->version < 3 || !hx_peek(x, '/'))
		return true;
	x->p++;
	t->has_seg = 1;
	if (!hx_u16(x, &t->seg, "H.248.1 v3 B.2 segmentNumber", "no segment number"))
		return false;
	if (!hx_peek(x, '/'))
		return true;
	x->p++;
	end = hx_run(x, C_SAFE);
	t->seg_end = 1;
	return str_ieqz(end, "end") || str_ieqz(end, "&") ||
	       hx_fail(x, end.p, "H.248.1 v3 B.2 segmentationComplete", "END expected");
}

static bool request(struct hx *x, struct h248_trans *t)
{
	t->kind = H248_REQUEST;
	if (!trans_id(x, &t->id))
		return false;
	x->fault->trans = t;
	x->level = H248_AT_TRANS;
	return hx_need(x, '{', "RFC 3525 B.2 transactionRequest", "'{' expected") &&
	       h248_text_actions(x, t);
}

static bool imm_ack(struct hx *x, struct h248_trans *t)
{
	const char *back = x->p;

	if (hx_tok(x, hx_run(x, C_NAME)) != TOK_IMM_ACK) {
		x->p = back;
		return true;
	}
	t->imm_ack = 1;
	return hx_need(x, ',', "RFC 3525 B.2 transactionReply", "',' expected");
}

static bool reply(struct hx *x, struct h248_trans *t)
{
	const char *back;

	t->kind = H248_REPLY;
	if (!trans_id(x, &t->id) || !segment(x, t))
		return false;
	x->fault->trans = t;
	x->level = H248_AT_TRANS;
	x->reply = true;
	if (!hx_need(x, '{', "RFC 3525 B.2 transactionReply", "'{' expected") ||
	    !imm_ack(x, t))
		return false;
	back = x->p;
	if (hx_tok(x, hx_run(x, C_NAME)) == TOK_ERROR)
		return h248_text_error(x, &t->error) &&
		       hx_need(x, '}', "RFC 3525 B.2 transactionReply", "'}' expected");
	x->p = back;
	return h248_text_actions(x, t);
}

static bool pending(struct hx *x, struct h248_trans *t)
{
	t->kind = H248_PENDING;
	return trans_id(x, &t->id) &&
	       hx_need(x, '{', "RFC 3525 B.2 transactionPending", "'{' expected") &&
	       hx_need(x, '}', "RFC 3525 B.2 transactionPending", "'}' expected");
}

static bool segment_reply(struct hx *x, struct h248_trans *t)
{
	t->kind = H248_SEGMENT;
	if (!trans_id(x, &t->id) || !segment(x, t))
		return false;
	return t->has_seg || hx_fail(x, x->p, "H.248.1 v3 B.2 segmentReply",
				     "no segment number");
}

static bool ack_range(struct hx *x, struct h248_ack *k)
{
	static const char clause[] = "RFC 3525 B.2 transactionAck";

	if (!hx_u32(x, 10, UINT32_MAX, &k->first, clause, "no TransactionID"))
		return false;
	k->last = k->first;
	if (!hx_peek(x, '-'))
		return true;
	x->p++;
	k->range = 1;
	if (!hx_u32(x, 10, UINT32_MAX, &k->last, clause, "no TransactionID"))
		return false;
	return k->last >= k->first ||
	       hx_fail(x, x->p, clause, "range ends before it begins");
}

static bool acks(struct hx *x, struct h248_trans *t)
{
	struct h248_ack **tail = &t->acks;

	t->kind = H248_ACKS;
	if (!hx_need(x, '{', "RFC 3525 B.2 transactionResponseAck", "'{' expected"))
		return false;
	do {
		*tail = hx_node(x, sizeof(**tail));
		if (!*tail || !ack_range(x, *tail))
			return false;
		tail = &(*tail)->next;
	} while (hx_next(x, "RFC 3525 B.2 transactionResponseAck"));
	return !x->rc;
}

static bool transaction(struct hx *x, struct h248_trans ***tail)
{
	const char *at = x->p;
	enum h248_tok tok = hx_tok(x, hx_run(x, C_NAME));
	struct h248_trans *t = hx_node(x, sizeof(*t));

	if (!t)
		return false;
	**tail = t;
	*tail = &t->next;
	switch (tok) {
	case TOK_TRANS:
		return request(x, t);
	case TOK_REPLY:
		return reply(x, t);
	case TOK_PENDING:
		return pending(x, t);
	case TOK_ACK:
		return acks(x, t);
	case TOK_SEGMENT:
		return segment_reply(x, t);
	default:
		(*tail) = NULL;
		return hx_fail(x, at, "RFC 3525 B.2 transactionList", "no transaction");
	}
}

static bool body(struct hx *x, struct h248_msg *m)
{
	struct h248_trans **tail = &m->trans;
	const char *at = x->p;

	if (hx_tok(x, hx_run(x, C_NAME)) == TOK_ERROR) {
		if (!h248_text_error(x, &m->error))
			return false;
		return x->p == x->end || hx_fail(x, x->p, "RFC 3525 B.2 messageBody",
						 "more behind the error descriptor");
	}
	x->p = at;
	do {
		x->level = H248_AT_MESSAGE;
		x->reply = false;
		x->fault->trans = NULL;
		x->fault->action = NULL;
		x->fault->cmd = NULL;
		if (!transaction(x, &tail))
			return false;
		hx_lws(x);
	} while (x->p < x->end);
	return true;
}

int h248_text_parse(struct arena *a, struct span in, struct h248_msg **out,
		    struct h248_fault *fault)
{
	struct h248_fault dummy;
	struct hx x = { .p = in.p, .start = in.p, .a = a, .version = 1 };
	struct h248_msg *m;

	*out = NULL;
	x.end = in.p + in.n;
	x.fault = fault ? fault : &dummy;
	*x.fault = (struct h248_fault){ .code = 0 };
	if (in.n > H248_MSG_MAX) {
		x.fault->err.what = "message too long";
		x.fault->code = 400;
		return -H_ELIMIT;
	}
	m = hx_node(&x, sizeof(*m));
	if (!m || !header(&x, m))
		return x.rc;
	*out = m;
	if (m->version < 1 || m->version > 3) {
		hx_fail_code(&x, 406, x.p, "RFC 3525 11.3", "version not supported");
		return x.rc;
	}
	x.version = m->version;
	if (separator(&x))
		body(&x, m);
	return x.rc;
}
