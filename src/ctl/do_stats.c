/* ctl/do_stats.c - commands that show figures: status, stats, workers, ports.
 *
 * layer: ctl (L4)   thread: control   I/O: none
 */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "config.h"
#include "ctl/req.h"
#include "media/media.h"
#include "h248/engine.h"
#include "mgcp/engine.h"
#include "model/model.h"
#include "net/tls.h"
#include "store/store.h"

struct figures {
	struct net_stats net;
	struct model_totals model;
	struct med_info med;
	struct store_stats store;
	uint64_t strangers, tls_left, mgcp[MGCP_M_N], h248[H248_M_N];
	uint64_t rx, tx, tx_failed, stray, passed, pass_lost, wakes, messages, overflow;
};

static void sum_workers(struct figures *f, const struct med *med)
{
	struct med_worker_info w;

	for (unsigned i = 0; med_worker_info(med, i, &w); i++) {
		f->rx += w.rx_packets;
		f->tx += w.tx_packets;
		f->tx_failed += w.tx_failed;
		f->stray += w.stray;
		f->passed += w.passed;
		f->pass_lost += w.pass_lost;
		f->wakes += w.wakes;
		f->messages += w.messages;
		f->overflow += w.overflow;
	}
}

static void sum_owners(struct figures *f, const struct mgcp_engine *e)
{
	struct mgcp_owner_status st;

	for (uint32_t i = 0; mgcp_owner_status(e, i, &st); i++)
		for (int k = 0; k < MGCP_M_N; k++)
			f->mgcp[k] += st.metric[k];
}

static void sum_mgs(struct figures *f, const struct h248_engine *e)
{
	struct h248_mg_status st;

	for (uint32_t i = 0; h248_mg_status(e, i, &st); i++)
		for (int k = 0; k < H248_M_N; k++)
			f->h248[k] += st.metric[k];
}

static uint64_t tls_left(const struct net_tls *t)
{
	int64_t left = t ? net_tls_own(t)->until - (int64_t)time(NULL) : 0;

	return left > 0 ? (uint64_t)left : 0;
}

static void take_figures(struct figures *f, const struct ctl_env *env)
{
	*f = (struct figures){ .net = *net_get_stats(env->net),
			       .strangers = *env->strangers };
	model_get_totals(env->model, &f->model);
	med_info(env->med, &f->med);
	sum_workers(f, env->med);
	f->tls_left = tls_left(net_get_tls(env->net));
	if (env->store)
		store_get_stats(env->store, &f->store);
	if (env->mgcp)
		sum_owners(f, env->mgcp);
	if (env->h248)
		sum_mgs(f, env->h248);
}

/* ---- stats --------------------------------------------------------------------- */

static void put_metric(struct ctl_req *r, const char *folder, const char *name,
		       uint64_t v, const char *unit, const char *help)
{
	const char *prefix = req_text(r, "prefix");
	struct jout *j;
	char full[64];

	snprintf(full, sizeof(full), "%s%s", folder, name);
	if (prefix && strncmp(full, prefix, strlen(prefix)))
		return;
	j = req_row(r);
	jout_str(j, "name", full);
	jout_u64(j, "value", v);
	jout_str(j, "unit", unit);
	jout_str(j, "help", help);
	req_row_end(r);
}

void ctl_do_stats(struct ctl_req *r)
{
	struct figures figures, *f = &figures;

	take_figures(f, r->env);
#define METRIC(name, value, unit, help) put_metric(r, "", name, value, unit, help);
#include "ctl/metrics.def"
#undef METRIC
	for (int k = 0; k < MGCP_M_N; k++)
		put_metric(r, "mgcp.", mgcp_metrics[k].name, f->mgcp[k],
			   mgcp_metrics[k].unit, mgcp_metrics[k].help);
	for (int k = 0; k < H248_M_N; k++)
		put_metric(r, "h248.", h248_metrics[k].name, f->h248[k],
			   h248_metrics[k].unit, h248_metrics[k].help);
}

/* ---- status -------------------------------------------------------------------- */

static void put_media(struct jout *j, const struct ctl_env *env)
{
	struct med_worker_info w;
	struct med_info info;

	med_info(env->med, &info);
	jout_open(j, "media", '{');
	if (med_worker_info(env->med, 0, &w)) {
		jout_str(j, "io", w.io);
		jout_str(j, "why", w.why);
	}
	jout_u64(j, "workers", info.workers);
	jout_u64(j, "descriptors", info.fds);
	jout_u64(j, "most_descriptors", info.fd_budget);
	jout_close(j, '}');
}

/* The daemon marks its listeners: none is MGCP. */
static const char *listener_protocol(const struct net_listener *l)
{
	const char *tag = net_listener_user(l);

	return tag ? tag : "mgcp";
}

static void put_listeners(struct jout *j, struct net *net)
{
	struct net_listener *l = NULL;
	char text[ADDR_STRLEN + 16], at[ADDR_STRLEN];

	jout_open(j, "listeners", '[');
	while ((l = net_listener_next(net, l))) {
		snprintf(text, sizeof(text), "%s %s %s", listener_protocol(l),
			 net_listener_kind(l), addr_print(at, net_listener_addr(l)));
		jout_str(j, NULL, text);
	}
	jout_close(j, ']');
}

static void put_features(struct jout *j, const struct ctl_env *env)
{
	jout_open(j, "features", '[');
	for (unsigned i = 0; i < env->nfeature; i++) {
		jout_open(j, NULL, '{');
		jout_str(j, "name", env->feature[i].name);
		jout_bool(j, "on", env->feature[i].on);
		jout_str(j, "why", env->feature[i].why);
		jout_close(j, '}');
	}
	jout_close(j, ']');
}

static void put_store(struct jout *j, const struct figures *f, bool kept)
{
	jout_open(j, "store", '{');
	jout_str(j, "state", !kept ? "off" : f->store.broken ? "failing" : "ok");
	jout_u64(j, "records", f->store.written);
	jout_u64(j, "dropped", f->store.dropped);
	jout_close(j, '}');
}

void ctl_do_status(struct ctl_req *r)
{
	struct ctl_env *env = r->env;
	struct figures f;
	struct jout *j = req_result(r);

	take_figures(&f, env);
	jout_str(j, "version", PACKAGE_VERSION);
	jout_u64(j, "pid", (uint64_t)getpid());
	jout_seconds(j, "uptime", (env->now() - env->started) / 1000000);
	put_listeners(j, env->net);
	put_media(j, env);
	put_store(j, &f, env->store);
	jout_u64(j, "endpoints", f.model.endpoints);
	jout_u64(j, "zones", f.model.rooms);
	jout_u64(j, "contexts", f.model.contexts);
	jout_u64(j, "connections", f.model.calls_made - f.model.calls_ended);
	jout_u64(j, "connections_made", f.model.calls_made);
	jout_u64(j, "packets_in", f.rx);
	jout_u64(j, "packets_out", f.tx);
	jout_u64(j, "strangers", f.strangers);
	put_features(j, env);
	req_result_end(r);
}

/* ---- workers and ports --------------------------------------------------------- */

void ctl_do_workers(struct ctl_req *r)
{
	struct med_worker_info w;

	for (unsigned i = 0; med_worker_info(r->env->med, i, &w); i++) {
		struct jout *j = req_row(r);

		jout_u64(j, "worker", i);
		jout_str(j, "io", w.io);
		jout_str(j, "why", w.why);
		jout_u64(j, "streams", w.slots);
		jout_bool(j, "gather", w.gather);
		jout_u64(j, "rx", w.rx_packets);
		jout_u64(j, "tx", w.tx_packets);
		jout_u64(j, "tx_xdp", w.xdp);
		jout_u64(j, "tx_failed", w.tx_failed);
		jout_u64(j, "stray", w.stray);
		jout_u64(j, "wakes", w.wakes);
		jout_u64(j, "batches", w.batches);
		jout_u64(j, "passed", w.passed);
		jout_u64(j, "pass_lost", w.pass_lost);
		jout_u64(j, "messages", w.messages);
		jout_u64(j, "overflow", w.overflow);
		jout_u64(j, "events", w.events);
		req_row_end(r);
	}
}

void ctl_do_ports(struct ctl_req *r)
{
	struct med_pool_info p;

	for (unsigned i = 0; med_pool_info(r->env->med, i, &p); i++) {
		struct jout *j = req_row(r);
		char ports[16];

		snprintf(ports, sizeof(ports), "%u-%u", p.pool->lo, p.pool->hi);
		jout_str(j, "net", p.pool->name);
		jout_addr(j, "address", &p.pool->addr);
		jout_addr(j, "told", &p.pool->told);
		jout_str(j, "interface", p.pool->ifname);
		jout_str(j, "ports", ports);
		jout_u64(j, "pairs", p.pairs);
		jout_u64(j, "used", p.used);
		jout_u64(j, "resting", p.resting);
		jout_u64(j, "busy", p.busy);
		req_row_end(r);
	}
}
