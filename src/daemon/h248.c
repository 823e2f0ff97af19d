/* daemon/h248.c - see h248.h: the engine's callbacks, and what comes in for it.
 *
 * layer: daemon (L5)   thread: control   I/O: net/
 */
#include "daemon/h248.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "daemon/record.h"
#include "daemon/resolve.h"
#include "daemon/sctp.h"
#include "h248/engine.h"
#include "util/err.h"
#include "util/mem.h"

const char h248_listener_tag[] = "h248";

/* ---- what the engine asks for -------------------------------------------------- */

static void on_call_end(void *arg, const struct h248_call_end *end)
{
	struct daemon *d = arg;

	if (d->store && d->conf->store.calls)
		record_h248(d->store, end);
}

static int on_resolve(void *arg, struct span host, struct addr *out, int most)
{
	struct daemon *d = arg;

	return resolve_get(d->resolve, host, out, most);
}

static void on_connect(void *arg, const struct assoc *as)
{
	struct daemon *d = arg;
	struct net_listener *l = listen_for(d, as, h248_listener_tag);
	struct assoc open = *as;
	char at[ADDR_STRLEN];

	if (as->transport == TRANSPORT_SCTP)
		open.id = net_sctp_find(d->net, h248_listener_tag, &as->remote);
	if (open.id) /* it called us */
		h248_engine_connected(d->h248, &open, now_ns());
	else if (l)
		net_connect(l, &as->remote);
	else
		log_warn(LOGC_H248, "no address of ours in h248.%s to reach %s from",
			 transport_name(as->transport), addr_print(at, &as->remote));
}

static void on_disconnect(void *arg, const struct assoc *as)
{
	struct daemon *d = arg;

	net_disconnect(d->net, as->id);
}

static void on_agents(void *arg, struct owner *o, bool alive)
{
	(void)arg;
	if (alive)
		log_notice(LOGC_H248, "%s: registered with an MGC",
			   owner_get_spec(o)->name);
	else
		log_warn(LOGC_H248, "%s: the MGC is lost; calls go on",
			 owner_get_spec(o)->name);
}

static uint64_t on_wall(void *arg)
{
	struct timespec ts;

	(void)arg;
	clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec * 100 + (uint64_t)ts.tv_nsec / 10000000;
}

int h248_start(struct daemon *d)
{
	static const struct h248_ops ops = { .call_end = on_call_end,
					     .trace = trace_message,
					     .resolve = on_resolve,
					     .connect = on_connect,
					     .disconnect = on_disconnect,
					     .agents = on_agents,
					     .wall = on_wall };
	struct h248_conf conf;
	struct h248_mg_conf *mg;
	char why[H248_WHY_MAX];

	mg = h248_apply(d->conf, &conf, why);
	if (!mg) {
		log_err(LOGC_DAEMON, "configuration: %s", why);
		return -H_EINVAL;
	}
	d->h248 = h248_engine_new(d->model, &conf, &ops, d);
	mem_free(mg);
	if (d->h248)
		return 0;
	log_err(LOGC_DAEMON, "h248: out of memory");
	return -H_ENOMEM;
}

/* ---- what comes in ------------------------------------------------------------- */

/* A stream belongs to the listener it came to, or that made it: by that the engine knows
 * which MG it is for, whatever port the system chose. */
static struct assoc assoc_of(struct daemon *d, const struct net_peer *p)
{
	struct assoc as = { .id = p->conn,
			    .transport = listen_transport(p->at),
			    .local = p->local,
			    .remote = p->remote,
			    .stream = p->key };

	if (as.transport != TRANSPORT_UDP)
		as.local = *net_listener_addr(p->at);
	if (d->h248)
		as.owner = h248_engine_knows(d->h248, &as.local, &as.remote,
					     as.transport);
	return as;
}

void h248_input(struct daemon *d, const struct net_peer *from, struct span bytes)
{
	struct assoc as = assoc_of(d, from);

	if (as.owner)
		h248_engine_input(d->h248, &as, bytes, now_ns());
	else
		loop_stranger(d, &from->remote);
}

bool h248_accept(void *arg, const struct net_peer *from)
{
	struct daemon *d = arg;

	if (assoc_of(d, from).owner)
		return true;
	loop_stranger(d, &from->remote);
	return false;
}

void h248_opened(void *arg, const struct net_peer *peer)
{
	struct daemon *d = arg;
	struct assoc as = assoc_of(d, peer);
	char at[ADDR_STRLEN];

	if (!as.owner) { /* no longer an MGC of ours */
		net_disconnect(d->net, peer->conn);
		return;
	}
	addr_print(at, &peer->remote);
	if (h248_engine_connected(d->h248, &as, now_ns()) || !peer->dialled) {
		log_info(LOGC_NET, "h248: connected with %s", at);
		return;
	}
	log_info(LOGC_NET, "h248: ours to %s is not needed: it called, or is no longer "
			   "the one to ask", at);
	net_disconnect(d->net, peer->conn);
}

void h248_closed(void *arg, const struct net_peer *peer, const char *why)
{
	struct daemon *d = arg;
	struct assoc as = assoc_of(d, peer);
	char at[ADDR_STRLEN];

	log_info(LOGC_NET, "h248: %s %s: %s", peer->conn ? "lost" : "no connection with",
		 addr_print(at, &peer->remote), why);
	if (as.owner)
		h248_engine_closed(d->h248, &as, now_ns());
}
