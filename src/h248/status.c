/* h248/status.c - what the engine tells about itself.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 */
#include "h248/status.h"

#include <stdio.h>
#include <string.h>

#include "h248/hctx.h"
#include "h248/hterm.h"
#include "wire/h248.h"

enum { TRACE_TREE_MAX = 8 << 20, BER_SEQUENCE = 0x30 };

const struct h248_metric_info h248_metrics[H248_M_N] = {
#define H248_METRIC(id, name, unit, help) { name, unit, help },
#include "h248/metrics.def"
#undef H248_METRIC
};

static const struct h248_mg *mg_at(const struct h248_engine *e, uint32_t i)
{
	LIST_EACH (at, &e->mgs)
		if (!i--)
			return LIST_OF(at, struct h248_mg, in_engine);
	return NULL;
}

bool h248_mg_status(const struct h248_engine *e, uint32_t i, struct h248_mg_status *out)
{
	const struct h248_mg *mg = mg_at(e, i);

	if (!mg)
		return false;
	*out = (struct h248_mg_status){
		.owner = mg->owner,
		.conf = &mg->conf,
		.phase = mg->svc.phase,
		.address = mg->svc.mgc.conf.addr,
		.transport = mg->svc.mgc.conf.transport,
		.binary = mg->svc.mgc.conf.binary,
		.alive = owner_is_alive(mg->owner),
		.version = mg->svc.version,
		.mgc = mg->svc.mid,
		.service = mg->graceful ? "graceful" : hterm_state_str(mg->state),
		.contexts = owner_ctxs(mg->owner),
		.terms = mg->nterm,
		.stored = (uint32_t)mg->txns.map.count,
		.pending = mg->nflight + mg->nqueue,
		.rto_us = rtt_rto(&mg->rtt),
		.last_heard = mg->last_heard,
	};
	memcpy(out->metric, mg->metric, sizeof(out->metric));
	return true;
}

bool h248_ctx_status(const struct h248_engine *e, const struct ctx *c,
		     struct h248_ctx_status *out)
{
	const struct hctx *h = c->user;

	(void)e;
	if (owner_get_spec(c->owner)->proto != PROTO_H248)
		return false;
	*out = (struct h248_ctx_status){
		.id = c->id,
		.nterm = c->nterm,
		.ntopo = ctx_topo_count(c),
	};
	if (h) {
		out->priority = h->priority;
		out->emergency = h->emergency;
		out->ieps = h->ieps;
	}
	return true;
}

bool h248_term_status(const struct h248_engine *e, const struct term *t,
		      struct h248_term_status *out)
{
	const struct hterm *h;
	struct h248_term name, id;

	(void)e;
	if (owner_get_spec(t->ctx->owner)->proto != PROTO_H248 || !t->user)
		return false;
	h = t->user;
	*out = (struct h248_term_status){
		.name = h->name,
		.service = hterm_leaving(h) ? "graceful" : hterm_state_str(h->state),
		.release = t->halted ? t->why : NULL,
		.ctx = t->ctx->id,
	};
	name = (struct h248_term){ .text = str_of(h->name), .kind = H248_TERM_NAME };
	if (!h248_term_bin(&name, &h->mg->names, &id))
		for (unsigned i = 0; i < id.nid; i++)
			snprintf(out->binary + 2 * i, 3, "%02x", id.id[i]);
	for (unsigned i = 0; i < t->nstrm; i++)
		if (t->strm[i].sid) {
			out->strm[out->nstrm].id = t->strm[i].sid;
			out->strm[out->nstrm].mode = (enum strm_mode)t->strm[i].mode;
			out->strm[out->nstrm++].strm = &t->strm[i];
		}
	return true;
}

bool h248_engine_text(const struct owner *o, struct span bytes, struct buf *out)
{
	const struct h248_mg *mg = o ? mg_of(o) : NULL;
	struct arena *a = bytes.n && (uint8_t)*bytes.p == BER_SEQUENCE
				  ? arena_new(TRACE_TREE_MAX)
				  : NULL;
	struct h248_misfit why;
	struct h248_fault f;
	struct h248_msg *m;
	bool ok = a && !h248_ber_dec(a, bytes, &m, &f) &&
		  !h248_text_print(out, m, H248_PRETTY,
				   mg ? &mg->names : &h248_names_plain, &why);

	arena_free(a);
	return ok;
}
