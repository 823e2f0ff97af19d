/* h248/input.c - messages of known MGCs: requests, repeats, replies, acknowledgements.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 8, 8.3, 11.2 (505), 11.3 (406), D.1.1, D.1.2
 */
#include "h248/input.h"

#include <string.h>

#include "h248/exec.h"
#include "h248/reply.h"
#include "h248/request.h"
#include "h248/svc.h"
#include "util/err.h"

enum { ARENA_MAX = 64 << 20, TRANS_MAX = 256, ACKS_MAX = 4096, EXECS_MAX = 32 };

/* A text message begins with a word or "!", after white space and comments; BER with the
 * tag of a SEQUENCE, 0x30, which is the digit 0 and begins no text. */
static bool is_binary(struct span bytes)
{
	return bytes.n && *bytes.p == 0x30;
}

static struct hmsg *hmsg_new(struct h248_mg *mg, const struct assoc *from,
			     struct span *bytes)
{
	struct h248_engine *e = mg->e;
	struct arena *a = e->spare ? e->spare : arena_new(ARENA_MAX);
	struct hmsg *m = a ? arena_zalloc(a, sizeof(*m)) : NULL;
	struct span copy;

	e->spare = NULL;
	copy = m ? arena_span(a, *bytes) : (struct span){ NULL, 0 };
	if (!copy.p) {
		arena_free(a);
		return NULL;
	}
	m->mg = mg;
	m->arena = a;
	m->refs = 1;
	m->via.as = *from;
	m->via.binary = is_binary(*bytes);
	*bytes = copy;
	return m;
}

/* ---- acknowledgements ------------------------------------------------------------ */

/* D.1.2.2. Ranges are looked up id by id, at most ACKS_MAX in one message: what is passed
 * over leaves by itself after LONG-TIMER. */
static void take_acks(struct hmsg *m, const struct h248_ack *a)
{
	uint32_t left = ACKS_MAX;

	for (; a; a = a->next) {
		uint32_t last = a->range ? a->last : a->first;

		for (uint64_t id = a->first; id <= last && left; id++, left--) {
			struct htxn *t = htxn_find(&m->mg->txns, m->mid, (uint32_t)id);

			if (t)
				reply_acked(m->mg, t);
		}
	}
}

static void take_segment(struct hmsg *m, const struct h248_trans *t)
{
	struct htxn *txn = htxn_find(&m->mg->txns, m->mid, t->id);

	if (txn && t->has_seg)
		reply_segment_acked(m->mg, txn, t->seg);
	else
		mg_count(m->mg, H248_M_STRAY);
}

/* ---- requests -------------------------------------------------------------------- */

/* D.1.1: never executed twice. */
static void take_repeat(struct hmsg *m, struct htxn *t)
{
	mg_count(m->mg, H248_M_REPEATS);
	if (t->exec)
		exec_repeat(t->exec, &m->via);
	else
		reply_again(m->mg, &m->via, t);
}

/* 0, or why the MGC may not command us. */
static unsigned may_command(const struct hmsg *m)
{
	const struct svc *s = &m->mg->svc;

	if (!m->mg->started || s->phase != H248_PHASE_ACTIVE)
		return H248_TOO_EARLY;
	if (m->m->version > s->version)
		return H248_BAD_VERSION;
	return 0;
}

static void take_request(struct hmsg *m, const struct h248_trans *t)
{
	struct h248_mg *mg = m->mg;
	struct htxn *txn = htxn_find(&mg->txns, m->mid, t->id);
	unsigned code;

	if (txn) {
		take_repeat(m, txn);
		return;
	}
	mg_count(mg, H248_M_TRANSACTIONS);
	code = may_command(m);
	if (code == H248_TOO_EARLY)
		mg_count(mg, H248_M_EARLY);
	if (code) { /* not kept: it may be executed when it comes again */
		reply_refuse(m, t->id, NULL, code);
		return;
	}
	if (mg->nexec >= EXECS_MAX || kept_full(&mg->txns) ||
	    !(txn = htxn_begin(&mg->txns, m->mid, t->id))) {
		mg_count(mg, H248_M_OVERLOAD);
		reply_refuse(m, t->id, NULL, H248_NO_RESOURCES);
		return;
	}
	exec_start(m, t, txn);
}

static void take_trans(struct hmsg *m, const struct h248_trans *t)
{
	switch ((enum h248_trans_kind)t->kind) {
	case H248_REQUEST:
		take_request(m, t);
		break;
	case H248_PENDING:
		hreq_pending(m->mg, t->id);
		break;
	case H248_REPLY:
		if (!m->faulty || m->fault.trans != t)
			hreq_reply(m->mg, t, m->m, &m->via);
		break;
	case H248_ACKS:
		take_acks(m, t->acks);
		break;
	case H248_SEGMENT:
		take_segment(m, t);
		break;
	}
}

/* ---- messages -------------------------------------------------------------------- */

/* Only replies to what we asked are taken from an MGC that is not in control. */
static bool in_control(const struct hmsg *m)
{
	const struct svc *s = &m->mg->svc;

	return s->phase != H248_PHASE_ACTIVE || !strcmp(s->mid, m->mid_text);
}

static bool has_request(const struct h248_msg *m)
{
	for (const struct h248_trans *t = m->trans; t; t = t->next)
		if (t->kind == H248_REQUEST)
			return true;
	return false;
}

static void take_all(struct hmsg *m)
{
	unsigned n = 0;

	for (const struct h248_trans *t = m->m->trans; t; t = t->next) {
		if (t->kind == H248_REQUEST && ++n > TRANS_MAX) {
			reply_refuse(m, t->id, NULL, H248_TOO_MANY_TRANS);
			continue;
		}
		take_trans(m, t);
	}
}

/* 8.2.2: what could not be read as far as a transaction. */
static void refuse_message(struct hmsg *m)
{
	const struct h248_fault *f = &m->fault;
	uint8_t version = m->m && m->m->version && m->m->version <= H248_VERSION_MAX
				  ? m->m->version
				  : 1;
	unsigned code = f->code ? f->code : H248_BAD_MESSAGE;

	if (f->level == H248_AT_TRANS) { /* 8.1.1: an id of 0 when it is not known */
		struct h248_msg plain = { .version = version };

		m->m = m->m ? m->m : &plain;
		reply_refuse(m, f->trans ? f->trans->id : 0, NULL, H248_BAD_TRANSACTION);
		return;
	}
	reply_message(m->mg, &m->via, version, code,
		      str_of(f->err.what ? f->err.what : ""));
}

static int decode(struct hmsg *m, struct span bytes)
{
	struct h248_msg *tree = NULL;
	int rc = m->via.binary ? h248_ber_dec(m->arena, bytes, &tree, &m->fault)
			       : h248_text_parse(m->arena, bytes, &tree, &m->fault);

	m->m = tree;
	m->faulty = rc != 0;
	if (tree) {
		mg_mid_text(&tree->mid, m->mid_text);
		m->mid = str_hash(str_of(m->mid_text), m->mg->txns.map.seed);
	}
	return rc;
}

static bool covers(const struct hmsg *m)
{
	return m->fault.trans && m->fault.trans->kind == H248_REQUEST &&
	       m->fault.level > H248_AT_MESSAGE;
}

static void take_message(struct hmsg *m, struct span bytes)
{
	struct h248_mg *mg = m->mg;
	int rc = decode(m, bytes);

	mg_count(mg, H248_M_MESSAGES);
	if (rc) {
		mg_count(mg, H248_M_MALFORMED);
		mg_complain(mg, &m->via.as.remote, "unreadable at byte %zu: %s",
			    m->fault.err.offset,
			    m->fault.err.what ? m->fault.err.what : "no memory");
	}
	if (rc == -H_ENOMEM)
		return; /* it will come again */
	if (m->m && !in_control(m)) {
		if (has_request(m->m) || rc) {
			mg_count(mg, H248_M_UNAUTHORIZED);
			reply_message(mg, &m->via, 1, H248_UNAUTHORIZED,
				      (struct span){ NULL, 0 });
			return;
		}
	} else if (m->m && mg->svc.phase == H248_PHASE_ACTIVE) {
		svc_heard(mg);
	}
	if (m->m)
		take_all(m);
	if (rc && !covers(m))
		refuse_message(m);
}

void input_message(struct h248_mg *mg, const struct assoc *from, struct span bytes)
{
	struct hmsg *m = hmsg_new(mg, from, &bytes);

	if (!m)
		return;
	take_message(m, bytes);
	hmsg_put(m);
}
