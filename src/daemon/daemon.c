/* daemon/daemon.c - see daemon.h: the parts put together, and taken apart.
 *
 * layer: daemon (L5)   thread: control   I/O: everything
 */
#include "daemon/daemon.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/zone.h"
#include "daemon/apply.h"
#include "daemon/groups.h"
#include "daemon/h248.h"
#include "daemon/notify.h"
#include "daemon/priv.h"
#include "daemon/record.h"
#include "daemon/resolve.h"
#include "daemon/sctp.h"
#include "daemon/trust.h"
#include "h248/engine.h"
#include "mgcp/engine.h"
#include "net/net.h"
#include "util/err.h"
#include "util/mem.h"
#include "util/tmr.h"

enum { FD_RESERVE = 256, STOP_ANSWERS_MS = 1000 };

static int fail(int err, const char *what, const char *why)
{
	log_err(LOGC_DAEMON, "%s%s%s", what, why[0] ? ": " : "", why);
	return err;
}

/* ---- media, with what it needs ------------------------------------------------- */

static int start_media(struct daemon *d)
{
	struct med_pool *pool = mem_array(APPLY_POOLS_MAX, sizeof(*pool));
	struct med_worker_info w;
	struct med_conf conf;
	char why[APPLY_WHY_MAX] = "out of memory";
	size_t nofile = priv_raise_nofile((size_t)d->conf->global.nofile);
	int err = pool ? apply_media(d->conf, &conf, pool, why) : -H_ENOMEM;

	if (!err) {
		conf.fd_reserve = FD_RESERVE;
		conf.group = &groups_ops;
		conf.group_arg = d->groups;
		err = med_new(&d->med, &conf, why, sizeof(why));
	}
	mem_free(pool);
	if (err)
		return fail(err, "media", why);
	if (med_worker_info(d->med, 0, &w)) {
		bool ring = !strcmp(w.io, "ring");

		env_feature(d, "ring packet I/O",
			    ring ? FEATURE_ON
			    : d->conf->media.io == CONF_IO_SOCKET ? FEATURE_UNWANTED
								  : FEATURE_OFF,
			    "%s", w.why);
		if (!ring)
			env_feature(d, "calls by descriptors", FEATURE_ON,
				    "%zu descriptors, about %zu calls", nofile,
				    nofile > FD_RESERVE ? (nofile - FD_RESERVE) / 4 : 0);
	}
	return 0;
}

static int drop_privileges(struct daemon *d)
{
	struct med_worker_info w;
	bool ring = med_worker_info(d->med, 0, &w) && !strcmp(w.io, "ring");
	const char *user = d->conf->global.user;
	char why[300];
	int err;

	priv_make_folder(d->conf->store.file, user);
	priv_make_folder(d->conf->ctl.socket, user);
	err = priv_drop(user, ring, why);
	if (err)
		return fail(err, "privileges", why);
	if (!priv_built())
		env_feature(d, "dropping privileges", FEATURE_OFF,
			    "built without libcap-ng: capabilities are kept");
	if (!notify_built())
		env_feature(d, "service manager", FEATURE_UNWANTED,
			    "built without systemd: it is told nothing");
	return 0;
}

/* ---- store and zones ----------------------------------------------------------- */

static int start_store(struct daemon *d)
{
	const struct conf_store *c = &d->conf->store;
	struct store_conf conf = { .kind = "sqlite",
				   .file = c->file,
				   .queue = (uint32_t)c->queue,
				   .keep_ms = (uint64_t)c->keep };
	char why[STORE_WHY_MAX];
	int err;

	if (!c->file[0]) {
		env_feature(d, "database", FEATURE_UNWANTED,
			    "store.file is empty: zones and records are not kept");
		return 0;
	}
	err = store_open(&d->store, &conf, why);
	if (err)
		return fail(err, "store", why);
	env_feature(d, "database", FEATURE_ON, "%s", c->file);
	return 0;
}

static int start_zones(struct daemon *d)
{
	char why[ZONE_WHY_MAX];
	int err;

	d->zones = zones_new(d->model, d->store);
	if (!d->zones)
		return fail(-H_ENOMEM, "zones", "out of memory");
	err = zones_load(d->zones, why);
	if (!err && d->store)
		err = store_start(d->store);
	if (!err && d->store)
		err = loop_watch_store(d);
	return err ? fail(err, "zones", err == -H_ESYS ? why : err_str(err)) : 0;
}

/* ---- the model and MGCP -------------------------------------------------------- */

static void on_call_end(void *arg, const struct mgcp_call_end *end)
{
	struct daemon *d = arg;

	if (d->store && d->conf->store.calls)
		record_call(d->store, end);
}

static int on_resolve(void *arg, struct span host, struct addr *out, int most)
{
	struct daemon *d = arg;

	return resolve_get(d->resolve, host, out, most);
}

static void on_resolved(void *arg, struct span host)
{
	struct daemon *d = arg;

	mgcp_engine_resolved(d->mgcp, host, NULL, 0, now_ns());
	loop_pump(d);
}

static void on_agents(void *arg, struct owner *o, bool alive)
{
	(void)arg;
	if (alive)
		log_notice(LOGC_MGCP, "%s: call agents are there",
			   owner_get_spec(o)->name);
	else
		log_warn(LOGC_MGCP, "%s: call agents are lost; calls go on",
			 owner_get_spec(o)->name);
}

static void on_report(void *arg, struct owner *o, struct term *t, const char *reason)
{
	(void)arg;
	log_notice(LOGC_MODEL, "%s: %s%s%s is %s", owner_get_spec(o)->name,
		   t && t->endp ? t->endp->name : "", t ? " " : "the owner",
		   t ? t->name : "", reason);
}

static int start_model(struct daemon *d)
{
	static const struct model_ops watch = { .report = on_report };
	char why[APPLY_WHY_MAX];
	int err;

	d->model = model_new(&med_ops, d->med);
	if (!d->model)
		return fail(-H_ENOMEM, "model", "out of memory");
	model_set_ops(d->model, &watch, d, PROTO_NONE);
	err = apply_model(d->conf, d->model, NULL, why);
	return err ? fail(err, "configuration", why) : 0;
}

static int start_mgcp(struct daemon *d)
{
	static const struct mgcp_ops ops = { .call_end = on_call_end,
					     .trace = trace_message,
					     .resolve = on_resolve,
					     .agents = on_agents };
	struct mgcp_conf conf;
	struct mgcp_owner_conf *owners;
	char why[APPLY_WHY_MAX];
	int err;

	if (!d->conf->agent.n)
		log_warn(LOGC_DAEMON,
			 "no agent section: nobody can command this gateway");
	owners = apply_owners(d->conf, &conf);
	if (!owners)
		return fail(-H_ENOMEM, "mgcp", "out of memory");
	err = mgcp_conf_check(&conf, why, sizeof(why));
	d->resolve = resolve_new(d->base, on_resolved, d);
	if (!err && d->resolve)
		d->mgcp = mgcp_engine_new(d->model, &conf, &ops, d);
	mem_free(owners);
	if (err)
		return fail(err, "configuration", why);
	return d->mgcp ? 0 : fail(-H_ENOMEM, "mgcp", "out of memory");
}

static int start_ctl(struct daemon *d)
{
	const struct conf_ctl *c = &d->conf->ctl;
	struct ctl_spec spec = { .path = c->socket,
				 .group = c->group,
				 .mode = (unsigned)c->mode,
				 .clients = (unsigned)c->clients };
	struct ctl_env env;
	char why[CTL_WHY_MAX];
	int err;

	if (!c->socket[0]) {
		env_feature(d, "hollerctl", FEATURE_UNWANTED, "ctl.socket is empty");
		return 0;
	}
	env_fill(d, &env);
	err = ctl_open(&d->ctl, d->base, &spec, &env, why);
	return err ? fail(err, why, "") : 0;
}

static int start_parts(struct daemon *d)
{
	int err = loop_open(d);

	if (err)
		return fail(err, "event loop", err_str(err));
	d->groups = groups_open(d->base);
	if (!d->groups)
		return fail(-H_ESYS, "groups", "no sockets");
	err = start_media(d);
	if (!err)
		err = sctpd_start(d);
	if (!err)
		err = drop_privileges(d);
	if (!err)
		err = start_store(d);
	if (!err)
		err = start_model(d);
	if (!err)
		err = start_mgcp(d);
	if (!err)
		err = h248_start(d);
	if (!err) {
		err = med_start(d->med);
		if (!err)
			err = loop_watch_media(d);
		if (err)
			fail(err, "media", err_str(err));
	}
	return err;
}

int daemon_start(struct daemon *d)
{
	int err;

	d->started = now_ns();
	d->trace = d->conf->log.trace;
	err = start_parts(d);
	if (!err)
		err = start_zones(d);
	if (!err)
		err = trust_start(d);
	if (!err)
		err = start_ctl(d);
	if (!err)
		err = listen_apply(d, d->conf, NULL);
	if (err)
		return err;
	sctpd_peers(d, NULL, d->conf, NULL);
	mgcp_engine_start(d->mgcp, now_ns());
	h248_engine_start(d->h248, false, now_ns());
	loop_pump(d);
	log_info(LOGC_DAEMON, "ready");
	notify_ready();
	return 0;
}

int daemon_run(struct daemon *d)
{
	event_base_dispatch(d->base);
	return d->status;
}

/* ---- the end ------------------------------------------------------------------- */

/* Graceful: announced, then forced after stop_delay, then a moment for answers. */
void daemon_stop(struct daemon *d, bool at_once)
{
	uint64_t delay = (uint64_t)d->conf->global.stop_delay, now = now_ns();

	if (d->stopping || at_once) {
		log_info(LOGC_DAEMON, "stopping at once");
		event_base_loopbreak(d->base);
		return;
	}
	log_info(LOGC_DAEMON, "stopping");
	notify_stopping();
	d->stopping = true;
	d->stop_at = now + TMR_MS(delay + STOP_ANSWERS_MS);
	mgcp_engine_stop(d->mgcp, (uint32_t)((delay + 999) / 1000), now);
	h248_engine_stop(d->h248, (uint32_t)((delay + 999) / 1000), now);
	loop_pump(d);
}

static void ignore_event(void *arg, const struct med_event *ev)
{
	(void)arg;
	(void)ev;
}

static void take_back(void *arg, struct plan_msg *msg)
{
	struct daemon *d = arg;

	model_retired(d->model, msg);
}

/* Calls are recorded while everything is still whole. */
static void end_calls(struct daemon *d)
{
	if (d->model)
		model_shutdown(d->model, now_ns());
	store_close(d->store);
	d->store = NULL;
	zones_free(d->zones);
	d->zones = NULL;
	ctl_free(d->ctl);
	d->ctl = NULL;
}

void daemon_free(struct daemon *d)
{
	end_calls(d);
	resolve_free(d->resolve);
	mgcp_engine_free(d->mgcp);
	h248_engine_free(d->h248);
	if (d->med)
		med_stop(d->med);
	if (d->med && d->model)
		med_drain(d->med, take_back, ignore_event, d);
	model_free(d->model);
	med_free(d->med);
	groups_close(d->groups);
	loop_close(d);
	conf_free(d->conf);
}
