/* h248/segment.c - replies in several messages.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * H.248.1 v3 8.2.2, D.1
 */
#include "h248/segment.h"

#include <string.h>

#include "util/err.h"
#include "util/mem.h"

enum { SEGS_MAX = 1024 };

struct seg {
	struct seg *next;
	uint32_t n;
	uint16_t id;
	bool acked;
	char bytes[];
};

struct segs {
	struct h248_mg *mg;
	struct tmr tmr;
	uint64_t end;    /* then no more is sent unasked */
	struct assoc to;
	struct seg *first, **last;
	uint16_t n;
};

static int seg_add(struct segs *s, struct span bytes)
{
	struct seg *g = mem_alloc(sizeof(*g) + bytes.n);

	if (!g)
		return -H_ENOMEM;
	*g = (struct seg){ .n = (uint32_t)bytes.n, .id = ++s->n };
	memcpy(g->bytes, bytes.p, bytes.n);
	*s->last = g;
	s->last = &g->next;
	return 0;
}

static void send_left(const struct segs *s, const struct assoc *to)
{
	for (const struct seg *g = s->first; g; g = g->next)
		if (!g->acked)
			hout_put(s->mg->e, to, (struct span){ g->bytes, g->n });
}

static void segs_due(struct tmr *t, uint64_t now)
{
	struct segs *s = TMR_OF(t, struct segs, tmr);

	if (now >= s->end)
		return;
	mg_count(s->mg, H248_M_RESENT);
	send_left(s, &s->to);
	tmr_set(&s->mg->e->timers, t, now + TMR_MS(s->mg->conf.segment_time));
}

/* Where a reply is cut: a part of its actions and commands, as a transaction. */
struct cutter {
	struct exec *x;
	struct segs *s;
	struct h248_trans t;
	struct h248_action act;      /* the one being filled */
};

static int try_print(struct cutter *c, bool end)
{
	struct h248_mg *mg = c->x->mg;
	int rc;

	c->t.seg = (uint16_t)(c->s->n + 1);
	c->t.has_seg = 1;
	c->t.seg_end = end;
	rc = hout_print(mg, c->x->msg->via.binary, c->x->version, &c->t, NULL);
	if (!rc && mg->e->print.n > hout_most(mg, &c->x->msg->via.as))
		rc = -H_ELIMIT;
	return rc;
}

/* The first `n` commands from here on, as a segment. */
static int try_first(struct cutter *c, const struct h248_action *a, struct h248_cmd *from,
		     uint32_t n, bool last)
{
	struct h248_cmd *end = from, *rest;
	int rc;

	while (n-- > 1)
		end = end->next;
	rest = end ? end->next : NULL;
	c->act.cmds = from;
	c->act.props = from == a->cmds ? a->props : NULL;
	c->act.error = rest ? NULL : a->error;
	if (end)
		end->next = NULL;
	rc = try_print(c, last && !rest);
	if (end)
		end->next = rest;
	return rc;
}

/* How many of `left` fit, at least one: doubled until they don't, then halved. */
static uint32_t most_that_fit(struct cutter *c, const struct h248_action *a,
			      struct h248_cmd *from, uint32_t left, bool last)
{
	uint32_t fit = 1, too_many = left + 1;

	while (fit < left && fit * 2 < too_many) {
		if (try_first(c, a, from, fit * 2, last))
			too_many = fit * 2;
		else
			fit *= 2;
	}
	while (too_many - fit > 1) {
		uint32_t n = fit + (too_many - fit) / 2;

		if (try_first(c, a, from, n, last))
			too_many = n;
		else
			fit = n;
	}
	return fit;
}

static int cut_action(struct cutter *c, const struct h248_action *a, bool last)
{
	struct h248_cmd *from = a->cmds;
	uint32_t left = 0;
	int rc;

	for (const struct h248_cmd *i = from; i; i = i->next)
		left++;
	c->act = *a;
	c->act.next = NULL;
	c->t.actions = &c->act;
	do {
		uint32_t n = left > 1 ? most_that_fit(c, a, from, left, last) : left;

		rc = try_first(c, a, from, n, last);
		if (!rc)
			rc = c->s->n < SEGS_MAX
				     ? seg_add(c->s, buf_view(&c->x->mg->e->print))
				     : -H_ELIMIT;
		left -= n;
		while (n--)
			from = from->next;
	} while (!rc && left);
	return rc;
}

int segs_send(struct exec *x)
{
	struct segs *s = mem_zalloc(sizeof(*s));
	struct cutter c = { .x = x, .s = s, .t = *x->reply };
	int rc = 0;

	if (!s)
		return -H_ENOMEM;
	s->mg = x->mg;
	s->last = &s->first;
	s->to = x->msg->via.as;
	s->end = x->mg->e->now + TMR_MS(x->mg->conf.t_max);
	tmr_init(&s->tmr, segs_due);
	for (const struct h248_action *a = x->reply->actions; a && !rc; a = a->next)
		rc = cut_action(&c, a, !a->next);
	if (!rc)
		rc = tmr_set(&x->mg->e->timers, &s->tmr,
			     x->mg->e->now + TMR_MS(x->mg->conf.segment_time));
	x->txn->segs = s;
	if (rc)
		segs_free(x->mg, x->txn);
	else
		send_left(s, &s->to);
	return rc;
}

void segs_again(struct h248_mg *mg, const struct via *via, const struct htxn *t)
{
	(void)mg;
	send_left(t->segs, &via->as);
}

bool segs_acked(struct h248_mg *mg, struct htxn *t, uint16_t seg)
{
	bool all = true;

	for (struct seg *g = t->segs->first; g; g = g->next) {
		g->acked |= g->id == seg;
		all &= g->acked;
	}
	if (all)
		tmr_del(&mg->e->timers, &t->segs->tmr);
	return all;
}

void segs_free(struct h248_mg *mg, struct htxn *t)
{
	struct segs *s = t->segs;

	if (!s)
		return;
	tmr_del(&mg->e->timers, &s->tmr);
	while (s->first) {
		struct seg *next = s->first->next;

		mem_free(s->first);
		s->first = next;
	}
	mem_free(s);
	t->segs = NULL;
}
