/* mgcp/longtxn.c - deletions of many connections, in slices between other work.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 3.5.6 (100, then the final answer with K:), 4.4.4
 *
 * A DLCX that names thousands of connections would hold up everybody else's commands.
 * The connections are gathered at once, so that later ones are not taken for theirs, and
 * deleted a slice per timeout.
 */
#include "mgcp/codes.h"
#include "mgcp/work.h"
#include "util/err.h"
#include "util/mem.h"

enum { LONG_SLICE = 32 };

struct longtxn {
	struct list in_engine;
	struct mgcp_gw *gw; /* borrowed */
	struct txn *txn;    /* borrowed; NULL: answered already */
	struct assoc to;
	struct list doomed; /* struct conn */
	uint64_t until;
};

static void take_over(struct list *to, struct list *from)
{
	struct list *it;

	list_init(to);
	while ((it = list_first(from))) {
		list_del(it);
		list_add(to, it);
	}
}

int long_start(struct work *w, struct list *doomed)
{
	struct longtxn *l = w->txn ? mem_zalloc(sizeof(*l)) : NULL;
	const struct mgcp_owner_conf *conf = &w->gw->conf;

	if (!l)
		return -H_ENOMEM;
	l->gw = w->gw;
	l->txn = w->txn;
	l->to = *w->from;
	/* 3.5.6: T-HIST covers the repeats and the execution; 406 when it takes longer */
	l->until = w->e->now + TMR_MS(conf->t_hist - conf->t_max + 1000);
	take_over(&l->doomed, doomed);
	list_add(&w->e->longs, &l->in_engine);
	w->txn->told = true;
	answer_provisional(w->gw, w->from, w->txn->tid);
	return 0;
}

static void long_end(struct longtxn *l)
{
	LIST_EACH_SAFE(it, &l->doomed)
	list_del(it);
	list_del(&l->in_engine);
	mem_free(l);
}

static void long_answer(struct longtxn *l, unsigned code)
{
	if (l->txn)
		answer_final(l->gw, &l->to, l->txn, code);
	l->txn = NULL;
}

static void long_slice(struct longtxn *l)
{
	struct list *it;

	for (int i = 0; i < LONG_SLICE && (it = list_first(&l->doomed)); i++) {
		list_del(it);
		conn_delete(LIST_OF(it, struct conn, doomed), "agent");
	}
	if (list_empty(&l->doomed)) {
		long_answer(l, MGCP_DELETED);
		long_end(l);
	} else if (l->gw->e->now > l->until) {
		long_answer(l, MGCP_TIMED_OUT);
	}
}

void long_run(struct mgcp_engine *e)
{
	LIST_EACH_SAFE(it, &e->longs)
	long_slice(LIST_OF(it, struct longtxn, in_engine));
}

void long_free(struct mgcp_gw *gw)
{
	LIST_EACH_SAFE(it, &gw->e->longs)
	{
		struct longtxn *l = LIST_OF(it, struct longtxn, in_engine);

		if (l->gw == gw)
			long_end(l);
	}
}
