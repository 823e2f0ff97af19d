/* mgcp/service.c - taking endpoints out of service and putting them back.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 2.3.12, 4.4.5
 */
#include "mgcp/service.h"

#include <string.h>

#include "mgcp/conn.h"
#include "mgcp/endst.h"
#include "mgcp/restart.h"
#include "util/err.h"
#include "util/mem.h"

enum { IDLE_CHECK_MS = 1000, REASON_OUT = 901 };

struct leave { /* a change that is due later */
	struct list in_gw;
	struct tmr tmr;
	struct mgcp_gw *gw; /* borrowed: parent */
	enum mgcp_service_change what;
	bool when_idle;
	char pattern[];
};

static bool whole(struct span pattern)
{
	return str_eq(pattern, STR_LIT("*"));
}

static void leave_free(struct leave *l)
{
	tmr_del(&l->gw->e->timers, &l->tmr);
	list_del(&l->in_gw);
	mem_free(l);
}

/* A new change of the same endpoints replaces the one that was due; one of the whole
 * gateway replaces all. */
static void leave_cancel(struct mgcp_gw *gw, struct span pattern)
{
	LIST_EACH_SAFE(it, &gw->leaves)
	{
		struct leave *l = LIST_OF(it, struct leave, in_gw);

		if (whole(pattern) || str_ieqz(pattern, l->pattern))
			leave_free(l);
	}
}

static void refresh_ready(struct mgcp_gw *gw, struct endp *ep)
{
	enum mgcp_service s = endst_service(gw, ep).state;

	endp_set_ready(ep, s == MGCP_IN_SERVICE || s == MGCP_GRACEFUL);
}

/* Single endpoints follow the whole gateway. */
static void set_whole(struct mgcp_gw *gw, struct service s, unsigned reason)
{
	gw->service = s;
	gw->reason = (uint16_t)reason;
	LIST_EACH(it, &gw->endsts)
	{
		struct endst *st = LIST_OF(it, struct endst, in_gw);

		st->service = (struct service){ 0 };
		st->reason = 0;
	}
}

static int set_one(struct mgcp_gw *gw, struct endp *ep, struct service s, unsigned reason)
{
	struct endst *st = endst_get(gw, ep);

	if (!st)
		return -H_ENOMEM;
	st->service = s;
	st->reason = (uint16_t)reason;
	return 0;
}

/* The state of all endpoints of the pattern. Their number, or -H_ENOMEM. */
static int set_state(struct mgcp_gw *gw, struct span pattern, struct service s,
		     unsigned reason)
{
	struct endp *ep = NULL;
	int n = 0;

	if (whole(pattern))
		set_whole(gw, s, reason);
	while (endp_next(gw->owner, pattern, &ep)) {
		if (!whole(pattern) && set_one(gw, ep, s, reason))
			return -H_ENOMEM;
		refresh_ready(gw, ep);
		n++;
	}
	return n;
}

/* The first on the list may take others with it, but not the next of its endpoint. */
static void delete_conns(struct endp *ep)
{
	LIST_EACH_SAFE(it, &ep->conns)
	{
		struct conn *c = conn_of(LIST_OF(it, struct term, in_endp));

		if (c) {
			c->reason = REASON_OUT;
			conn_delete(c, "shutdown");
		}
	}
}

static bool idle(struct mgcp_gw *gw, struct span pattern)
{
	struct endp *ep = NULL;

	if (whole(pattern))
		return !gw->nconn;
	while (endp_next(gw->owner, pattern, &ep))
		if (ep->nconn)
			return false;
	return true;
}

static void leave_due(struct tmr *t, uint64_t now)
{
	struct leave *l = TMR_OF(t, struct leave, tmr);
	struct mgcp_gw *gw = l->gw;
	enum mgcp_service_change what = l->what;
	char pattern[ENDP_NAME_MAX + 1];

	if (l->when_idle && !idle(gw, str_of(l->pattern))) {
		tmr_set(&gw->e->timers, t, now + TMR_MS(IDLE_CHECK_MS));
		return;
	}
	strcpy(pattern, l->pattern);
	leave_free(l);
	service_change(gw, str_of(pattern), what, 0);
}

static int leave_new(struct mgcp_gw *gw, struct span pattern,
		     enum mgcp_service_change what, uint32_t delay)
{
	struct leave *l = mem_zalloc(sizeof(*l) + pattern.n + 1);

	if (!l)
		return -H_ENOMEM;
	l->gw = gw;
	l->what = what;
	l->when_idle = !delay;
	memcpy(l->pattern, pattern.p, pattern.n);
	tmr_init(&l->tmr, leave_due);
	if (tmr_set(&gw->e->timers, &l->tmr,
		    gw->e->now + (delay ? TMR_S(delay) : TMR_MS(IDLE_CHECK_MS)))) {
		mem_free(l);
		return -H_ENOMEM;
	}
	list_add(&gw->leaves, &l->in_gw);
	return 0;
}

static int take_graceful(struct mgcp_gw *gw, struct span pattern, uint32_t delay)
{
	struct service s = { MGCP_GRACEFUL, delay ? gw->e->now + TMR_S(delay) : 0 };
	int n;

	if (leave_new(gw, pattern, MGCP_TAKE_FORCED, delay))
		return -H_ENOMEM;
	n = set_state(gw, pattern, s, REASON_OUT);
	if (n > 0)
		restart_tell(gw, pattern, MGCP_RESTART_GRACEFUL, delay, REASON_OUT);
	return n;
}

static int take_forced(struct mgcp_gw *gw, struct span pattern)
{
	struct endp *ep = NULL;
	int n = set_state(gw, pattern, (struct service){ MGCP_OUT_OF_SERVICE, 0 },
			  REASON_OUT);

	if (n <= 0)
		return n;
	while (endp_next(gw->owner, pattern, &ep)) {
		struct endst *st = endst_peek(ep);

		delete_conns(ep);
		if (st && st->proc)
			proc_feed(st->proc, PROC_EV_STOP);
	}
	if (whole(pattern))
		proc_feed(gw->proc, PROC_EV_STOP);
	restart_tell(gw, pattern, MGCP_RESTART_FORCED, 0, REASON_OUT);
	return n;
}

static int put_back(struct mgcp_gw *gw, struct span pattern, uint32_t delay)
{
	struct service s = { delay ? MGCP_RETURNING : MGCP_IN_SERVICE,
			     delay ? gw->e->now + TMR_S(delay) : 0 };
	int n;

	if (delay && leave_new(gw, pattern, MGCP_PUT_BACK, delay))
		return -H_ENOMEM;
	n = set_state(gw, pattern, s, 0);
	if (n <= 0)
		return n;
	if (delay)
		restart_tell(gw, pattern, MGCP_RESTART_RESTART, delay, 0);
	else if (whole(pattern))
		restart_start(gw);
	else if (restart_part(gw, pattern))
		return -H_ENOMEM;
	return n;
}

static int cancel_graceful(struct mgcp_gw *gw, struct span pattern)
{
	int n = set_state(gw, pattern, (struct service){ MGCP_IN_SERVICE, 0 }, 0);

	if (n > 0)
		restart_tell(gw, pattern, MGCP_RESTART_CANCEL_GRACEFUL, 0, 0);
	return n;
}

int service_change(struct mgcp_gw *gw, struct span pattern, enum mgcp_service_change what,
		   uint32_t delay)
{
	static const char *const names[] = { "leaves gracefully", "is out of service",
					     "is back", "stays in service" };
	int n;

	if (pattern.n > ENDP_NAME_MAX)
		return -H_ENOENT;
	leave_cancel(gw, pattern);
	switch (what) {
	case MGCP_TAKE_GRACEFUL:
		n = take_graceful(gw, pattern, delay);
		break;
	case MGCP_TAKE_FORCED:
		n = take_forced(gw, pattern);
		break;
	case MGCP_PUT_BACK:
		n = put_back(gw, pattern, delay);
		break;
	default:
		n = cancel_graceful(gw, pattern);
		break;
	}
	if (n == 0) {
		leave_cancel(gw, pattern);
		return -H_ENOENT;
	}
	if (n > 0)
		log_notice(LOGC_MGCP, "%s: %.*s %s", gw->conf.name, (int)pattern.n,
			   pattern.p, names[what]);
	return n;
}

void service_free(struct mgcp_gw *gw)
{
	LIST_EACH_SAFE(it, &gw->leaves)
	leave_free(LIST_OF(it, struct leave, in_gw));
}
