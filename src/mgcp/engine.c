/* mgcp/engine.c - the engine: its life, its owners, its five verbs.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435
 */
#include "mgcp/engine.h"

#include <string.h>

#include "mgcp/cmd.h"
#include "mgcp/conn.h"
#include "mgcp/endst.h"
#include "mgcp/gw.h"
#include "mgcp/input.h"
#include "mgcp/restart.h"
#include "mgcp/service.h"
#include "mgcp/work.h"
#include "util/err.h"
#include "util/mem.h"

/* Old answers are forgotten when somebody speaks; else in batches. */
enum { ARENA_MAX = 1 << 20, EXPIRE_MS = 250 };

/* ---- the model's callbacks --------------------------------------------------------- */

static void on_ended(void *arg, const struct term_end *end)
{
	conn_ended(arg, end);
}

static void on_release(void *arg, struct term *t, const char *reason)
{
	conn_release(arg, t, reason);
}

static void on_report(void *arg, struct owner *o, struct term *t, const char *reason)
{
	const struct mgcp_gw *gw = gw_of(o);

	(void)arg;
	if (gw && t)
		log_notice(LOGC_MGCP, "%s: connection %s on %s: %s", gw->conf.name,
			   t->name, t->endp ? t->endp->name : "?", reason);
	else if (gw)
		log_notice(LOGC_MGCP, "%s: %s", gw->conf.name, reason);
}

/* A zone or a place in a pool came or went while we run. */
static void on_endpoint(void *arg, struct endp *ep, bool in)
{
	struct mgcp_gw *gw = gw_of(ep->owner);

	(void)arg;
	if (!gw || !gw->started)
		return;
	if (in) {
		if (restart_part(gw, str_of(ep->name)))
			log_err(LOGC_MGCP, "%s: no memory to announce %s", gw->conf.name,
				ep->name);
		return;
	}
	restart_forget(gw, ep);
	restart_tell(gw, str_of(ep->name), MGCP_RESTART_FORCED, 0, 904);
}

/* A pool came or grew while we run, or rooms we may meet others in. */
static bool on_places(void *arg, struct owner *o, const char *pattern)
{
	struct mgcp_gw *gw = gw_of(o);

	(void)arg;
	if (!gw || !gw->started)
		return true;
	if (!restart_is_true(gw, str_of(pattern)))
		return false;
	if (restart_part(gw, str_of(pattern)))
		log_err(LOGC_MGCP, "%s: no memory to announce %s", gw->conf.name,
			pattern);
	return true;
}

static void on_endp_end(void *arg, struct endp *ep)
{
	struct mgcp_gw *gw = gw_of(ep->owner);

	(void)arg;
	if (gw)
		restart_forget(gw, ep);
	endst_free(endst_peek(ep));
}

static const struct model_ops model_calls = {
	.ended = on_ended,
	.report = on_report,
	.release = on_release,
	.endpoint = on_endpoint,
	.endp_end = on_endp_end,
	.places = on_places,
};

/* ---- owners -------------------------------------------------------------------------
 */

static struct mgcp_gw *gw_find(const struct mgcp_engine *e, const char *name)
{
	LIST_EACH(it, &e->gws)
	{
		struct mgcp_gw *gw = LIST_OF(it, struct mgcp_gw, in_engine);

		if (!strcmp(gw->conf.name, name))
			return gw;
	}
	return NULL;
}

static bool is_host(const struct mgcp_allow *a)
{
	return a->bits == (a->net.family == 4 ? 32 : 128);
}

static uint64_t host_hash(const struct mgcp_engine *e, const struct addr *a)
{
	struct addr host = *a;

	host.port = 0;
	host.scope = 0;
	return addr_hash(&host, e->hosts.seed);
}

static void hosts_del(struct mgcp_gw *gw)
{
	for (unsigned i = 0; i < gw->conf.nallow; i++)
		if (gw->hosts[i].gw)
			map_del(&gw->e->hosts, &gw->hosts[i].node);
	memset(gw->hosts, 0, sizeof(gw->hosts));
}

/* Single addresses are hashed; networks are few and walked. */
static int hosts_add(struct mgcp_gw *gw)
{
	for (unsigned i = 0; i < gw->conf.nallow; i++) {
		const struct mgcp_allow *a = &gw->conf.allow[i];
		struct host *h = &gw->hosts[i];

		if (!is_host(a))
			continue;
		if (map_add(&gw->e->hosts, &h->node, host_hash(gw->e, &a->net)))
			return -H_ENOMEM;
		h->gw = gw;
		h->allow = a;
	}
	return 0;
}

static bool host_fits(const struct host *h, const struct addr *local,
		      const struct addr *remote)
{
	return addr_same_host(&h->allow->net, remote) &&
	       (!h->allow->net.port || h->allow->net.port == remote->port) &&
	       !h->gw->gone && gw_listens(h->gw, local);
}

struct owner *mgcp_engine_knows(const struct mgcp_engine *e, const struct addr *local,
				const struct addr *remote)
{
	struct map_node *n = map_first(&e->hosts, host_hash(e, remote));

	for (; n; n = map_next(n))
		if (host_fits(MAP_OF(n, struct host, node), local, remote))
			return MAP_OF(n, struct host, node)->gw->owner;
	LIST_EACH(it, &e->gws)
	{
		const struct mgcp_gw *gw = LIST_OF(it, struct mgcp_gw, in_engine);

		if (!gw->gone && gw_listens(gw, local) && gw_allows(gw, remote, true))
			return gw->owner;
	}
	return NULL;
}

static void gw_start(struct mgcp_gw *gw)
{
	if (gw->started)
		return;
	gw->started = true;
	restart_start(gw);
}

static struct mgcp_gw *gw_make(struct mgcp_engine *e, const struct mgcp_owner_conf *c)
{
	struct owner *o = owner_find(e->model, str_of(c->name));
	struct mgcp_gw *gw = o ? gw_new(e, o, c) : NULL;

	if (!gw)
		return NULL;
	list_add(&e->gws, &gw->in_engine);
	owner_set_user(o, gw);
	return gw;
}

/* ---- life
 * ------------------------------------------------------------------------------ */

struct mgcp_engine *mgcp_engine_new(struct model *model, const struct mgcp_conf *conf,
				    const struct mgcp_ops *ops, void *arg)
{
	struct mgcp_engine *e = mem_zalloc(sizeof(*e));

	if (!e)
		return NULL;
	e->model = model;
	if (ops)
		e->ops = *ops;
	e->arg = arg;
	list_init(&e->gws);
	outq_init(&e->out);
	list_init(&e->released);
	list_init(&e->longs);
	map_init(&e->hosts);
	tmr_heap_init(&e->timers);
	buf_init(&e->body, MGCP_BYTES_MAX);
	buf_init(&e->print, 2 * MGCP_BYTES_MAX);
	e->arena = arena_new(ARENA_MAX);
	if (!e->arena || mgcp_engine_reload(e, conf, 0)) {
		mgcp_engine_free(e);
		return NULL;
	}
	model_set_ops(model, &model_calls, e, PROTO_MGCP);
	return e;
}

static void gw_end(struct mgcp_gw *gw)
{
	long_free(gw);
	answer_forget(gw);
	service_free(gw);
	hosts_del(gw);
	gw_free(gw);
}

void mgcp_engine_free(struct mgcp_engine *e)
{
	if (!e)
		return;
	model_set_ops(e->model, NULL, NULL, PROTO_MGCP);
	LIST_EACH_SAFE(it, &e->gws)
	gw_end(LIST_OF(it, struct mgcp_gw, in_engine));
	outq_fini(&e->out);
	map_fini(&e->hosts);
	tmr_heap_fini(&e->timers);
	buf_fini(&e->body);
	buf_fini(&e->print);
	arena_free(e->arena);
	mem_free(e);
}

void mgcp_engine_start(struct mgcp_engine *e, uint64_t now)
{
	e->now = now;
	e->started = true;
	LIST_EACH(it, &e->gws)
	gw_start(LIST_OF(it, struct mgcp_gw, in_engine));
}

static const struct mgcp_owner_conf *conf_find(const struct mgcp_conf *conf,
					       const char *name)
{
	for (uint32_t i = 0; i < conf->nowner; i++)
		if (!strcmp(conf->owner[i].name, name))
			return &conf->owner[i];
	return NULL;
}

/* Owners the configuration has and the engine has not. All or none. */
static int make_missing(struct mgcp_engine *e, const struct mgcp_conf *conf)
{
	struct list *last = e->gws.prev;

	for (uint32_t i = 0; i < conf->nowner; i++) {
		if (gw_find(e, conf->owner[i].name))
			continue;
		if (gw_make(e, &conf->owner[i]))
			continue;
		while (e->gws.prev != last)
			gw_end(LIST_OF(e->gws.prev, struct mgcp_gw, in_engine));
		return -H_ENOMEM;
	}
	return 0;
}

/* From now on out of the configuration: it neither hears nor speaks. */
static void silence(struct mgcp_gw *gw)
{
	gw->gone = true;
	gw->started = false;
	restart_stop(gw);
	cmd_free_all(gw);
}

int mgcp_engine_reload(struct mgcp_engine *e, const struct mgcp_conf *conf, uint64_t now)
{
	char why[256];
	int rc = mgcp_conf_check(conf, why, sizeof(why));

	e->now = now > e->now ? now : e->now;
	if (!rc)
		rc = make_missing(e, conf);
	if (rc)
		return rc;
	LIST_EACH(it, &e->gws)
	{
		struct mgcp_gw *gw = LIST_OF(it, struct mgcp_gw, in_engine);
		const struct mgcp_owner_conf *c = conf_find(conf, gw->conf.name);

		hosts_del(gw);
		if (!c) {
			silence(gw);
			continue;
		}
		gw_set_conf(gw, c);
		gw->gone = false;
		if (hosts_add(gw))
			rc = -H_ENOMEM;
		if (e->started)
			gw_start(gw);
	}
	return rc;
}

/* ---- the five verbs
 * --------------------------------------------------------------------- */

void mgcp_engine_input(struct mgcp_engine *e, const struct assoc *from, struct span bytes,
		       uint64_t now)
{
	struct mgcp_gw *gw = from->owner ? gw_of(from->owner) : NULL;

	e->now = now;
	if (!gw || gw->gone)
		return;
	if (e->ops.trace)
		e->ops.trace(e->arg, false, from, bytes);
	input_datagram(gw, from, bytes);
}

void mgcp_engine_timeout(struct mgcp_engine *e, uint64_t now)
{
	e->now = now;
	tmr_run(&e->timers, now);
	conn_run_released(e);
	long_run(e);
	LIST_EACH(it, &e->gws)
	txn_expire(&LIST_OF(it, struct mgcp_gw, in_engine)->txns, now);
}

uint64_t mgcp_engine_next_timeout(const struct mgcp_engine *e)
{
	uint64_t next = tmr_next(&e->timers), at;

	if (!list_empty(&e->released) || !list_empty(&e->longs))
		return e->now;
	LIST_EACH(it, &e->gws)
	{
		at = txn_next_expiry(&LIST_OF(it, struct mgcp_gw, in_engine)->txns);
		if (at != TMR_NEVER && at + TMR_MS(EXPIRE_MS) < next)
			next = at + TMR_MS(EXPIRE_MS);
	}
	return next;
}

bool mgcp_engine_output(struct mgcp_engine *e, struct out_msg *out)
{
	return outq_take(&e->out, out);
}

void mgcp_engine_resolved(struct mgcp_engine *e, struct span host, const struct addr *v,
			  int n, uint64_t now)
{
	(void)v, (void)n; /* `resolve` gives them now */
	e->now = now;
	LIST_EACH(it, &e->gws)
	cmd_resolved(LIST_OF(it, struct mgcp_gw, in_engine), host);
}

void mgcp_engine_unreachable(struct mgcp_engine *e, const struct addr *remote,
			     uint64_t now)
{
	e->now = now;
	LIST_EACH(it, &e->gws)
	cmd_unreachable(LIST_OF(it, struct mgcp_gw, in_engine), remote);
}

void mgcp_engine_closed(struct mgcp_engine *e, const struct assoc *as, bool others,
			uint64_t now)
{
	struct mgcp_gw *gw = as->owner ? gw_of(as->owner) : NULL;

	e->now = now;
	if (!gw)
		return;
	cmd_unreachable(gw, &as->remote);
	if (!as->id || others)
		return; /* what is under way says by itself that it failed */
	gw_lost(gw, now);
	restart_loss(gw, STR_LIT("*"), now);
}

/* ---- service states
 * ------------------------------------------------------------------------ */

int mgcp_engine_service(struct mgcp_engine *e, struct owner *o, struct span pattern,
			enum mgcp_service_change what, uint32_t delay, uint64_t now)
{
	struct mgcp_gw *gw = gw_of(o);

	e->now = now;
	return gw ? service_change(gw, pattern, what, delay) : -H_ENOENT;
}

void mgcp_engine_stop(struct mgcp_engine *e, uint32_t delay, uint64_t now)
{
	e->now = now;
	LIST_EACH(it, &e->gws)
	service_change(LIST_OF(it, struct mgcp_gw, in_engine), STR_LIT("*"),
		       delay ? MGCP_TAKE_GRACEFUL : MGCP_TAKE_FORCED, delay);
}

bool mgcp_engine_quiet(const struct mgcp_engine *e)
{
	LIST_EACH(it, &e->gws)
	{
		const struct mgcp_gw *gw = LIST_OF(it, struct mgcp_gw, in_engine);

		if (gw->nflight || gw->nqueue)
			return false;
	}
	return list_empty(&e->released) && list_empty(&e->longs);
}

/* ---- as a table
 * ------------------------------------------------------------------------------ */

static void op_input(void *e, const struct assoc *from, struct span bytes, uint64_t now)
{
	mgcp_engine_input(e, from, bytes, now);
}

static void op_timeout(void *e, uint64_t now)
{
	mgcp_engine_timeout(e, now);
}

static uint64_t op_next_timeout(const void *e)
{
	return mgcp_engine_next_timeout(e);
}

static bool op_output(void *e, struct out_msg *out)
{
	return mgcp_engine_output(e, out);
}

static void op_free(void *e)
{
	mgcp_engine_free(e);
}

const struct engine_ops mgcp_engine_ops = {
	.name = "mgcp",
	.input = op_input,
	.timeout = op_timeout,
	.next_timeout = op_next_timeout,
	.output = op_output,
	.free = op_free,
};
