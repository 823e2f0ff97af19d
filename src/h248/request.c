/* h248/request.c - requests of the gateway's own: sent, repeated, answered or lost.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 8.2.3, 9.1, D.1.2.1, D.1.3-D.1.5, D.2.3
 */
#include "h248/request.h"

#include <string.h>

#include "h248/hterm.h"
#include "h248/svc.h"
#include "util/err.h"
#include "util/mem.h"

enum { QUEUE_MAX = 1024, TID_MAX = 0x7fffffff, PEEK = 64 };

static struct hreq *req_find(const struct h248_mg *mg, uint32_t tid)
{
	struct map_node *n = map_first(&mg->reqs, map_u64(&mg->reqs, tid));

	for (; n; n = map_next(n))
		if (MAP_OF(n, struct hreq, by_tid)->tid == tid)
			return MAP_OF(n, struct hreq, by_tid);
	return NULL;
}

static void unlink_req(struct hreq *r)
{
	list_del(&r->link);
	if (r->running)
		r->mg->nflight--;
	else
		r->mg->nqueue--;
	map_del(&r->mg->reqs, &r->by_tid);
	tmr_del(&r->mg->e->timers, &r->tmr);
	if (r->h && r->h->notify == r)
		r->h->notify = NULL;
}

static void free_req(struct hreq *r)
{
	mem_free(r->bytes);
	mem_free(r);
}

void hreq_cancel(struct hreq *r)
{
	if (!r)
		return;
	unlink_req(r);
	free_req(r);
}

void hreq_free_all(struct h248_mg *mg)
{
	LIST_EACH_SAFE (i, &mg->flight)
		hreq_cancel(LIST_OF(i, struct hreq, link));
	LIST_EACH_SAFE (i, &mg->queue)
		hreq_cancel(LIST_OF(i, struct hreq, link));
}

static void forget_in(struct list *head, struct hterm *h)
{
	LIST_EACH (i, head)
		if (LIST_OF(i, struct hreq, link)->h == h)
			LIST_OF(i, struct hreq, link)->h = NULL;
}

void hreq_forget(struct hterm *h)
{
	forget_in(&h->mg->flight, h);
	forget_in(&h->mg->queue, h);
	h->notify = NULL;
}

/* ---- sending --------------------------------------------------------------------- */

/* Without a connection it waits for one, see hreq_moved(): whether the MGC opens it or we
 * do is not known before. */
static void transmit(struct hreq *r)
{
	struct h248_mg *mg = r->mg;
	struct via via;

	r->last = mg->e->now;
	if (!hout_mgc(mg, &mg->svc.mgc, mg->svc.id, &via) || via.binary != r->binary)
		return;
	if (via.as.transport != TRANSPORT_UDP && !via.as.id)
		return;
	via.as.stream = r->stream;
	r->conn = via.as.id;
	hout_put(mg->e, &via.as, (struct span){ r->bytes, r->nbytes });
}

static uint64_t next_at(const struct hreq *r)
{
	const struct h248_mg *mg = r->mg;
	uint64_t rto = (uint64_t)r->rto.rto * 1000, end;

	if (mg->svc.mgc.conf.transport != TRANSPORT_UDP)
		rto = TMR_MS(mg->conf.rto_max); /* D.2.3 */
	if (r->pending)
		rto += TMR_MS(mg->root.mgc_pending);
	end = r->first + TMR_MS(mg->conf.t_max) + 1;
	return mg->e->now < end && mg->e->now + rto > end ? end : mg->e->now + rto;
}

static void arm(struct hreq *r)
{
	/* Fails only for a timer that never ran: start() sees to that one. */
	tmr_set(&r->mg->e->timers, &r->tmr, next_at(r));
}

static void finish(struct hreq *r, const struct h248_trans *t, const struct h248_msg *m,
		   const struct assoc *from)
{
	struct h248_mg *mg = r->mg;

	unlink_req(r);
	if (r->done)
		r->done(r, t, m, from);
	free_req(r);
	hreq_pump(mg);
}

/* D.1.5: T-MAX is over, so the MGC has failed. */
static void lost(struct hreq *r)
{
	struct h248_mg *mg = r->mg;
	bool registers = r->registers;

	mg_count(mg, H248_M_TIMEOUTS);
	finish(r, NULL, NULL, NULL);
	if (!registers)
		svc_lost(mg);
}

static void due(struct tmr *t, uint64_t now)
{
	struct hreq *r = TMR_OF(t, struct hreq, tmr);
	struct h248_mg *mg = r->mg;

	if (now - r->first > TMR_MS(mg->conf.t_max)) {
		lost(r);
		return;
	}
	rtt_repeat(&mg->rtt, &r->rto);
	mg_count(mg, H248_M_RESENT);
	transmit(r);
	arm(r);
}

static int start(struct hreq *r)
{
	struct h248_mg *mg = r->mg;

	r->running = true;
	r->first = mg->e->now;
	rtt_start(&mg->rtt, &r->rto);
	list_add(&mg->flight, &r->link);
	mg->nflight++;
	mg_count(mg, H248_M_SENT);
	if (r->h)
		r->h->notify = r;
	transmit(r);
	return tmr_set(&mg->e->timers, &r->tmr, next_at(r));
}

static bool may_start(const struct hreq *r)
{
	const struct h248_mg *mg = r->mg;

	if (r->registers)
		return true;
	return mg->svc.phase == H248_PHASE_ACTIVE && mg->nflight < mg->conf.tries &&
	       !(r->h && r->h->notify);
}

void hreq_pump(struct h248_mg *mg)
{
	int peek = PEEK;

	LIST_EACH_SAFE (i, &mg->queue) {
		struct hreq *r = LIST_OF(i, struct hreq, link);

		if (mg->e->now - r->first > TMR_MS(mg->conf.long_timer) ||
		    r->binary != mg->svc.mgc.conf.binary) {
			mg_count(mg, H248_M_TIMEOUTS);
			hreq_cancel(r);
		} else if (may_start(r)) {
			list_del(&r->link);
			mg->nqueue--;
			if (start(r))
				hreq_cancel(r);
		} else if (mg->nflight >= mg->conf.tries || !peek--) {
			break;
		}
	}
}

/* D.1.5: outstanding ones go to the MGC that took over. */
void hreq_again(struct h248_mg *mg)
{
	LIST_EACH (i, &mg->flight) {
		struct hreq *r = LIST_OF(i, struct hreq, link);

		if (mg->e->now - r->first > TMR_MS(mg->conf.t_max))
			continue;
		rtt_start(&mg->rtt, &r->rto);
		r->rto.repeated = true;
		transmit(r);
		arm(r);
	}
	hreq_pump(mg);
}

void hreq_moved(struct hreq *r)
{
	if (!r || r->conn == r->mg->svc.id)
		return;
	r->rto.repeated = true;
	transmit(r);
	arm(r);
}

void hreq_unreachable(struct h248_mg *mg, const struct addr *a)
{
	if (addr_eq(&mg->svc.mgc.conf.addr, a) && mg->svc.req)
		lost(mg->svc.req);
}

/* ---- making one ------------------------------------------------------------------ */

static uint32_t new_tid(struct h248_mg *mg)
{
	uint32_t tid;

	do {
		tid = mg->next_tid;
		mg->next_tid = tid == TID_MAX ? 1 : tid + 1;
	} while (req_find(mg, tid));
	return tid;
}

static int print(struct hreq *r, const struct hreq_spec *spec)
{
	struct h248_mg *mg = r->mg;
	struct h248_trans t = { .kind = H248_REQUEST, .id = r->tid };
	int rc;

	t.actions = (struct h248_action *)(uintptr_t)spec->action;
	rc = hout_print(mg, r->binary, r->version, &t, NULL);
	if (rc)
		return rc;
	r->nbytes = mg->e->print.n;
	r->bytes = mem_alloc(r->nbytes);
	if (!r->bytes)
		return -H_ENOMEM;
	memcpy(r->bytes, mg->e->print.p, r->nbytes);
	return 0;
}

struct hreq *hreq_new(struct h248_mg *mg, const struct hreq_spec *spec)
{
	struct hreq *r;

	if (mg->nqueue >= QUEUE_MAX || !(r = mem_zalloc(sizeof(*r))))
		return NULL;
	r->mg = mg;
	r->tid = new_tid(mg);
	r->h = spec->h;
	r->registers = spec->registers;
	r->binary = mg->svc.mgc.conf.binary;
	r->version = spec->version     ? spec->version
		     : mg->svc.version ? mg->svc.version
				       : 1;
	/* contexts don't hold each other up */
	r->stream = spec->action->ctx < H248_CTX_CHOOSE ? spec->action->ctx : 0;
	r->done = spec->done;
	r->arg = spec->arg;
	list_init(&r->link);
	tmr_init(&r->tmr, due);
	if (print(r, spec) ||
	    map_add(&mg->reqs, &r->by_tid, map_u64(&mg->reqs, r->tid))) {
		free_req(r);
		return NULL;
	}
	if (!may_start(r) || (!r->registers && !list_empty(&mg->queue))) {
		r->first = mg->e->now;
		list_add(&mg->queue, &r->link);
		mg->nqueue++;
	} else if (start(r)) {
		hreq_cancel(r);
		return NULL;
	}
	return r;
}

void hreq_notify(struct hterm *h, const struct h248_action *act)
{
	struct hreq_spec spec = { .action = act, .h = h };

	hreq_new(h->mg, &spec);
}

/* ---- answers --------------------------------------------------------------------- */

static void send_ack(struct h248_mg *mg, const struct via *via, uint8_t version,
		     uint32_t tid)
{
	struct h248_ack ack = { .first = tid };
	struct h248_trans t = { .kind = H248_ACKS, .acks = &ack };

	hout_send(mg, via, version, &t);
}

/* v3: each segment is confirmed, also of a reply we have had. */
static void ack_segment(struct h248_mg *mg, const struct via *via, uint8_t version,
			const struct h248_trans *of)
{
	struct h248_trans t = { .kind = H248_SEGMENT, .id = of->id, .has_seg = 1 };

	t.seg = of->seg;
	t.seg_end = of->seg_end;
	hout_send(mg, via, version, &t);
}

/* Note one segment. True: now all are there. What a registration is answered stands in
 * the first that comes. */
static bool all_there(struct hreq *r, const struct h248_trans *t)
{
	if (r->registers)
		return true;
	if (t->seg && t->seg <= HREQ_SEGS)
		r->segs[(t->seg - 1) / 64] |= UINT64_C(1) << (t->seg - 1) % 64;
	if (t->seg_end)
		r->last_seg = t->seg;
	for (unsigned i = 0; i < r->last_seg && i < HREQ_SEGS; i++)
		if (!(r->segs[i / 64] >> i % 64 & 1))
			return false;
	return r->last_seg != 0;
}

void hreq_reply(struct h248_mg *mg, const struct h248_trans *t, const struct h248_msg *m,
		const struct via *via)
{
	struct hreq *r = req_find(mg, t->id);

	if (t->has_seg)
		ack_segment(mg, via, m->version, t);

	if (t->imm_ack || (r && r->pending && via->as.transport == TRANSPORT_UDP))
		send_ack(mg, via, m->version, t->id); /* D.1.4 */
	if (!r || !r->running) {
		mg_count(mg, H248_M_STRAY);
		return;
	}
	if (t->has_seg && !all_there(r, t)) {
		r->first = mg->e->now; /* it is alive; what is missing comes again */
		arm(r);
		return;
	}
	if (!r->pending)
		rtt_answered(&mg->rtt, &r->rto, (mg->e->now - r->last) / 1000);
	mg_count(mg, H248_M_ANSWERED);
	finish(r, t, m, &via->as);
}

/* v2 8.2.3: an MGC past its limit is in error. */
void hreq_pending(struct h248_mg *mg, uint32_t tid)
{
	struct hreq *r = req_find(mg, tid);

	if (!r || !r->running)
		return;
	r->pending = true;
	r->npending++;
	if (mg->root.mgc_limit && r->npending > mg->root.mgc_limit) {
		lost(r);
		return;
	}
	r->first = mg->e->now; /* it is alive */
	arm(r);
}
