/* mgcp/answer.c - putting answers out, and again.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 3.3, 3.5.1, 3.5.5 (piggybacking), 3.5.6 (provisional), 4.4.6, 4.4.7
 */
#include <string.h>

#include "mgcp/cmd.h"
#include "mgcp/codes.h"
#include "mgcp/pkg.h"
#include "mgcp/restart.h"
#include "mgcp/work.h"
#include "util/err.h"
#include "util/mem.h"

/* A final answer that waits for its 000. */
struct txn_final {
	struct tmr tmr;
	struct mgcp_gw *gw; /* borrowed */
	struct txn *txn;    /* borrowed: owner */
	struct assoc to;
	struct rtt_try rto;
	uint64_t until;
};

/* The RSIPs the agent must see first, then the answer, in one datagram. */
static void put_out(struct mgcp_gw *gw, const struct assoc *to, struct span answer,
		    struct proc *const *procs, unsigned nprocs)
{
	struct buf *b = &gw->e->print;

	buf_reset(b);
	for (unsigned i = 0; i < nprocs; i++) {
		const struct cmd *c = procs[i]->cmd;

		if (!c)
			continue;
		buf_put(b, c->bytes, c->nbytes);
		mgcp_put_dot(b);
	}
	if (!b->n) {
		out_put(gw->e, to, answer);
		return;
	}
	buf_span(b, answer);
	if (buf_ok(b))
		out_put(gw->e, to, buf_view(b));
}

/* 518 should come with the packages there are; with none there is nothing to list. */
static void put_packages(struct buf *b)
{
	if (!mgcp_pkgs[0])
		return;
	mgcp_put_name(b, MGCP_PARAM_PL);
	for (unsigned i = 0; mgcp_pkgs[i]; i++)
		buf_printf(b, "%s%s:%u", i ? "," : "", mgcp_pkgs[i]->name,
			   mgcp_pkgs[i]->version);
	mgcp_put_eol(b);
}

static void print_answer(const struct work *w, unsigned code, struct buf *b)
{
	bool good = code >= 200 && code < 300;

	mgcp_put_response(b, code, w->m->tid, NULL,
			  w->comment && !good ? w->comment : mgcp_code_text(code));
	if (code == MGCP_NO_PACKAGE)
		put_packages(b);
	if (!good)
		return;
	buf_span(b, buf_view(w->body));
	for (unsigned i = 0; i < w->nsdp; i++) {
		mgcp_put_sdp(b);
		buf_span(b, buf_view(&w->sdp_text[i]));
	}
}

static void count(struct mgcp_gw *gw, unsigned code)
{
	if (code >= 500)
		gw_count(gw, MGCP_M_PERMANENT);
	else if (code >= 400)
		gw_count(gw, MGCP_M_TRANSIENT);
	else
		gw_count(gw, MGCP_M_OK);
	if (code == MGCP_OVERLOAD)
		gw_count(gw, MGCP_M_OVERLOAD);
}

static uint64_t forget_at(const struct mgcp_gw *gw)
{
	return gw->e->now + TMR_MS(gw->conf.t_hist);
}

/* 533 is for answers the peer could not take in: only audits grow so large. */
void answer_send(struct work *w, unsigned code)
{
	char room[MGCP_BYTES_MAX];
	struct buf b;

	buf_fixed(&b, room, w->gw->conf.datagram_max);
	print_answer(w, code, &b);
	if (!buf_ok(&b) || !buf_ok(w->body)) {
		code = MGCP_TOO_LARGE;
		buf_fixed(&b, room, sizeof(room));
		print_answer(w, code, &b);
	}
	count(w->gw, code);
	if (w->txn && txn_end(&w->gw->txns, w->txn, code, buf_view(&b), forget_at(w->gw)))
		log_err(LOGC_MGCP, "%s: no memory to keep an answer", w->gw->conf.name);
	put_out(w->gw, w->from, buf_view(&b), w->procs, w->nprocs);
}

void answer_repeat(struct mgcp_gw *gw, const struct assoc *from, const struct txn *t,
		   struct proc *const *procs, unsigned nprocs)
{
	put_out(gw, from, (struct span){ t->kept.answer, t->kept.n }, procs, nprocs);
}

static void put_short(struct mgcp_gw *gw, const struct assoc *to, struct span text)
{
	struct proc *procs[WORK_PROCS];
	unsigned n = restart_procs(gw, (struct span){ NULL, 0 }, NULL, procs, WORK_PROCS);

	put_out(gw, to, text, procs, n);
}

void answer_provisional(struct mgcp_gw *gw, const struct assoc *from, uint32_t tid)
{
	char text[64];
	struct buf b;

	buf_fixed(&b, text, sizeof(text));
	mgcp_put_response(&b, MGCP_PENDING, tid, NULL, mgcp_code_text(MGCP_PENDING));
	gw_count(gw, MGCP_M_PROVISIONAL);
	put_short(gw, from, buf_view(&b));
}

/* ---- final answers after provisional ones
 * ----------------------------------------------- */

static void final_free(struct txn_final *f)
{
	tmr_del(&f->gw->e->timers, &f->tmr);
	f->txn->final = NULL;
	mem_free(f);
}

static void final_timeout(struct tmr *t, uint64_t now)
{
	struct txn_final *f = TMR_OF(t, struct txn_final, tmr);

	if (now >= f->until || !f->txn->kept.answer) {
		final_free(f); /* 3.5.6: no 000 is no reason to think the agent lost */
		return;
	}
	put_short(f->gw, &f->to, (struct span){ f->txn->kept.answer, f->txn->kept.n });
	rtt_repeat(&f->gw->rtt, &f->rto);
	tmr_set(&f->gw->e->timers, &f->tmr, now + (uint64_t)f->rto.rto * 1000);
}

static void final_watch(struct mgcp_gw *gw, const struct assoc *to, struct txn *t)
{
	struct txn_final *f = mem_zalloc(sizeof(*f));

	if (!f)
		return; /* the agent's repeat will bring it */
	f->gw = gw;
	f->txn = t;
	f->to = *to;
	f->until = gw->e->now + TMR_MS(gw->conf.t_max);
	rtt_start(&gw->rtt, &f->rto);
	tmr_init(&f->tmr, final_timeout);
	if (tmr_set(&gw->e->timers, &f->tmr, gw->e->now + (uint64_t)f->rto.rto * 1000))
		mem_free(f);
	else
		t->final = f;
}

void answer_final(struct mgcp_gw *gw, const struct assoc *to, struct txn *t,
		  unsigned code)
{
	char text[128];
	struct buf b;

	buf_fixed(&b, text, sizeof(text));
	mgcp_put_response(&b, code, t->tid, NULL, mgcp_code_text(code));
	mgcp_put_param_str(&b, MGCP_PARAM_K, "");
	count(gw, code);
	if (txn_end(&gw->txns, t, code, buf_view(&b), forget_at(gw)))
		log_err(LOGC_MGCP, "%s: no memory to keep an answer", gw->conf.name);
	else
		final_watch(gw, to, t);
	put_short(gw, to, buf_view(&b));
}

void answer_acked(struct mgcp_gw *gw, struct txn *t)
{
	if (txn_executing(t))
		return; /* 3.5.2: provisional answers are not confirmed */
	if (t->kept.answer)
		gw_count(gw, MGCP_M_ACKED);
	if (t->final)
		final_free(t->final);
	kept_confirm(&t->kept);
}

void answer_forget(struct mgcp_gw *gw)
{
	LIST_EACH(it, &gw->txns.fifo)
	{
		struct txn *t = LIST_OF(it, struct txn, kept.in_fifo);

		if (t->final)
			final_free(t->final);
	}
}
