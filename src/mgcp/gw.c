/* mgcp/gw.c - one owner as its agents see it: who may speak, who was heard.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 2.1.4, 4.3
 */
#include "mgcp/gw.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "mgcp/cmd.h"
#include "mgcp/conn.h"
#include "mgcp/endst.h"
#include "mgcp/restart.h"
#include "util/mem.h"
#include "util/rnd.h"

enum { COMPLAIN_BURST = 10 };

static void gw_lists(struct mgcp_gw *gw)
{
	list_init(&gw->in_engine);
	list_init(&gw->agent_list);
	list_init(&gw->flight);
	list_init(&gw->queue);
	list_init(&gw->procs);
	list_init(&gw->leaves);
	list_init(&gw->conns);
	list_init(&gw->endsts);
	map_init(&gw->agents);
	map_init(&gw->cmds);
	map_init(&gw->by_call);
}

struct mgcp_gw *gw_new(struct mgcp_engine *e, struct owner *o,
		       const struct mgcp_owner_conf *conf)
{
	struct mgcp_gw *gw = mem_zalloc(sizeof(*gw));

	if (!gw)
		return NULL;
	gw->e = e;
	gw->owner = o;
	gw->alive = true;
	gw->next_tid = 1 + rnd_below(MGCP_TID_MAX);
	gw_lists(gw);
	kept_init(&gw->txns, conf->store_max);
	gw_set_conf(gw, conf);
	gw->proc = proc_new(gw, STR_LIT("*"));
	if (!gw->proc) {
		gw_free(gw);
		return NULL;
	}
	return gw;
}

void gw_set_conf(struct mgcp_gw *gw, const struct mgcp_owner_conf *conf)
{
	struct rtt old = gw->rtt;

	gw->conf = *conf;
	gw->txns.most = conf->store_max;
	gw->window = conf->tries;
	rtt_init(&gw->rtt, conf->rto_first, conf->rto_min, conf->rto_max);
	gw->rtt.aad = old.aad;
	gw->rtt.adev = old.adev;
	gw->rtt.measured = old.measured;
}

void gw_free(struct mgcp_gw *gw)
{
	if (!gw)
		return;
	if (owner_user(gw->owner) == gw)
		owner_set_user(gw->owner, NULL);
	restart_free(gw); /* its commands first */
	cmd_free_all(gw);
	LIST_EACH_SAFE(it, &gw->conns)
	conn_free(LIST_OF(it, struct conn, in_gw));
	LIST_EACH_SAFE(it, &gw->endsts)
	endst_free(LIST_OF(it, struct endst, in_gw));
	LIST_EACH_SAFE(it, &gw->agent_list)
	mem_free(LIST_OF(it, struct agent, in_gw));
	map_fini(&gw->agents);
	map_fini(&gw->cmds);
	map_fini(&gw->by_call);
	kept_fini(&gw->txns);
	list_del(&gw->in_engine);
	mem_free(gw->notified);
	mem_free(gw);
}

static struct agent *agent_find(const struct mgcp_gw *gw, const struct addr *a)
{
	struct map_node *n = map_first(&gw->agents, addr_hash(a, gw->agents.seed));

	for (; n; n = map_next(n))
		if (addr_eq(&MAP_OF(n, struct agent, node)->addr, a))
			return MAP_OF(n, struct agent, node);
	return NULL;
}

static void agent_del(struct mgcp_gw *gw, struct agent *ag)
{
	map_del(&gw->agents, &ag->node);
	list_del(&ag->in_gw);
	mem_free(ag);
}

static struct agent *agent_add(struct mgcp_gw *gw, const struct addr *a)
{
	struct agent *ag;

	if (gw->agents.count >= GW_AGENTS_MAX)
		agent_del(gw, LIST_OF(gw->agent_list.next, struct agent, in_gw));
	ag = mem_zalloc(sizeof(*ag));
	if (!ag)
		return NULL;
	ag->addr = *a;
	if (map_add(&gw->agents, &ag->node, addr_hash(a, gw->agents.seed))) {
		mem_free(ag);
		return NULL;
	}
	list_add(&gw->agent_list, &ag->in_gw);
	return ag;
}

static void set_alive(struct mgcp_gw *gw, bool alive, uint64_t now)
{
	if (gw->alive == alive)
		return;
	gw->alive = alive;
	if (alive)
		log_notice(LOGC_MGCP, "%s: call agent is back", gw->conf.name);
	else
		log_warn(LOGC_MGCP, "%s: no call agent answers; calls go on",
			 gw->conf.name);
	owner_set_alive(gw->owner, alive, now);
	if (gw->e->ops.agents)
		gw->e->ops.agents(gw->e->arg, gw->owner, alive);
}

struct agent *gw_heard(struct mgcp_gw *gw, const struct addr *from, uint64_t now)
{
	struct agent *ag = agent_find(gw, from);

	if (!ag)
		ag = agent_add(gw, from);
	if (ag) {
		ag->last_heard = now;
		list_del(&ag->in_gw);
		list_add(&gw->agent_list, &ag->in_gw);
	}
	gw->last_heard = now;
	set_alive(gw, true, now);
	return ag;
}

void gw_lost(struct mgcp_gw *gw, uint64_t now)
{
	if (gw->alive)
		gw_count(gw, MGCP_M_DISCONNECTS);
	set_alive(gw, false, now);
}

bool gw_allows(const struct mgcp_gw *gw, const struct addr *a, bool port)
{
	for (unsigned i = 0; i < gw->conf.nallow; i++) {
		const struct mgcp_allow *al = &gw->conf.allow[i];

		if (addr_in_net(a, &al->net, al->bits) &&
		    (!port || !al->net.port || al->net.port == a->port))
			return true;
	}
	return false;
}

bool gw_listens(const struct mgcp_gw *gw, const struct addr *local)
{
	for (unsigned i = 0; i < gw->conf.nlisten; i++) {
		const struct addr *l = &gw->conf.listen[i];

		if (l->port == local->port && l->family == local->family &&
		    (addr_is_any(l) || addr_same_host(l, local)))
			return true;
	}
	return !gw->conf.nlisten;
}

bool gw_domain_ok(const struct mgcp_gw *gw, const struct mgcp_name *n)
{
	for (unsigned i = 0; i < gw->conf.ndomain; i++)
		if (str_ieqz(n->domain, gw->conf.domain[i]))
			return true;
	return !gw->conf.ndomain || str_ieqz(n->domain, gw->conf.gateway);
}

void gw_complain(struct mgcp_gw *gw, const struct addr *from, const char *fmt, ...)
{
	struct agent *ag = agent_find(gw, from);
	struct log_rate *rate = ag ? &ag->rate : &gw->rate;
	char text[256], peer[ADDR_STRLEN];
	va_list ap;

	if (!log_allow(rate, COMPLAIN_BURST, gw->e->now))
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	log_notice(LOGC_MGCP, "%s: %s: %s%s", gw->conf.name, addr_print(peer, from), text,
		   rate->lost ? " (and others)" : "");
	rate->lost = 0;
}
