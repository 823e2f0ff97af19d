/* daemon/loop.c - what comes in, what goes out, and when the engines are due.
 *
 * layer: daemon (L5)   thread: control   I/O: the event loop
 *
 * One timer stands for all engines: it fires at the earliest next_timeout and is set anew
 * only when something became due earlier, so a transaction costs no timer call.
 */
#include <event2/event.h>
#include <signal.h>
#include <time.h>

#include "ctl/zone.h"
#include "daemon/daemon.h"
#include "daemon/h248.h"
#include "daemon/notify.h"
#include "daemon/sctp.h"
#include "daemon/trust.h"
#include "h248/engine.h"
#include "media/media.h"
#include "mgcp/engine.h"
#include "model/model.h"
#include "net/net.h"
#include "store/store.h"
#include "util/err.h"
#include "util/tmr.h"

enum { ROUND_S = 5, STRANGERS_LOGGED = 5 };

uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/* ---- out ----------------------------------------------------------------------- */

/* `tag`: which protocol's listeners may send it. */
static void send_out(struct daemon *d, const struct out_msg *out, const void *tag)
{
	struct net_peer to = { .local = out->to.local,
			       .remote = out->to.remote,
			       .conn = out->to.id };

	if (!to.conn && out->to.transport == TRANSPORT_SCTP)
		to.conn = net_sctp_find(d->net, tag, &to.remote);
	if (to.conn && !net_conn_peer(d->net, to.conn, &to))
		return; /* closed meanwhile */
	if (!to.at)
		to.at = listen_for(d, &out->to, tag);
	to.key = out->to.stream;
	if (to.at) /* else it was closed by a reload */
		net_send(&to, out->bytes);
}

static void arm(struct daemon *d, uint64_t now)
{
	uint64_t next = model_next_timeout(d->model), mgcp, h248;
	struct timeval tv;

	mgcp = d->mgcp ? mgcp_engine_next_timeout(d->mgcp) : TMR_NEVER;
	if (mgcp < next)
		next = mgcp;
	h248 = d->h248 ? h248_engine_next_timeout(d->h248) : TMR_NEVER;
	if (h248 < next)
		next = h248;
	if (d->stopping && d->stop_at < next)
		next = d->stop_at;
	if (next >= d->armed)
		return;
	d->armed = next;
	next = next > now ? next - now : 0;
	tv.tv_sec = (time_t)(next / 1000000000u);
	tv.tv_usec = (suseconds_t)(next % 1000000000u / 1000u) + 1;
	if (tv.tv_usec >= 1000000) {
		tv.tv_sec++;
		tv.tv_usec -= 1000000;
	}
	event_add(d->timer, &tv);
}

void loop_pump(struct daemon *d)
{
	struct out_msg out;

	while (d->mgcp && mgcp_engine_output(d->mgcp, &out))
		send_out(d, &out, NULL);
	while (d->h248 && h248_engine_output(d->h248, &out))
		send_out(d, &out, h248_listener_tag);
	net_flush(d->net);
	if (d->med)
		med_flush(d->med);
	arm(d, now_ns());
}

/* ---- in ------------------------------------------------------------------------ */

void loop_stranger(struct daemon *d, const struct addr *remote)
{
	char at[ADDR_STRLEN];

	d->strangers++;
	if (log_allow(&d->stranger_log, STRANGERS_LOGGED, now_ns()))
		log_notice(LOGC_NET, "%s is no call agent of ours: not answered",
			   addr_print(at, remote));
}

static bool is_h248(const struct net_peer *p)
{
	return net_listener_user(p->at) == h248_listener_tag;
}

static struct assoc mgcp_assoc(struct daemon *d, const struct net_peer *p)
{
	struct assoc as = { .id = p->conn,
			    .transport = listen_transport(p->at),
			    .local = p->local,
			    .remote = p->remote,
			    .stream = p->key };

	if (d->mgcp)
		as.owner = mgcp_engine_knows(d->mgcp, &as.local, &as.remote);
	return as;
}

static void on_input(void *arg, const struct net_peer *from, struct span bytes)
{
	struct daemon *d = arg;
	struct assoc as;

	if (is_h248(from)) {
		h248_input(d, from, bytes);
		return;
	}
	as = mgcp_assoc(d, from);
	if (as.owner)
		mgcp_engine_input(d->mgcp, &as, bytes, now_ns());
	else
		loop_stranger(d, &from->remote);
}

static bool on_accept(void *arg, const struct net_peer *from)
{
	struct daemon *d = arg;

	if (is_h248(from))
		return h248_accept(d, from);
	if (mgcp_assoc(d, from).owner)
		return true;
	loop_stranger(d, &from->remote);
	return false;
}

static void on_opened(void *arg, const struct net_peer *peer)
{
	struct daemon *d = arg;
	char at[ADDR_STRLEN];

	if (is_h248(peer))
		h248_opened(d, peer);
	else
		log_info(LOGC_NET, "mgcp: connected with %s",
			 addr_print(at, &peer->remote));
}

void loop_closed(void *arg, const struct net_peer *peer, const char *why)
{
	struct daemon *d = arg;
	struct assoc as;
	char at[ADDR_STRLEN];

	if (is_h248(peer)) {
		h248_closed(d, peer, why);
		return;
	}
	log_info(LOGC_NET, "mgcp: %s %s: %s", peer->conn ? "lost" : "no connection with",
		 addr_print(at, &peer->remote), why);
	as = mgcp_assoc(d, peer);
	if (as.owner)
		mgcp_engine_closed(d->mgcp, &as, sctpd_others(d, peer, as.owner),
				   now_ns());
}

static void on_drained(void *arg)
{
	loop_pump(arg);
}

static void on_unreachable(void *arg, const struct addr *remote)
{
	struct daemon *d = arg;

	if (d->mgcp)
		mgcp_engine_unreachable(d->mgcp, remote, now_ns());
	if (d->h248)
		h248_engine_unreachable(d->h248, remote, now_ns());
}

static void on_retired(void *arg, struct plan_msg *msg)
{
	struct daemon *d = arg;

	model_retired(d->model, msg);
}

static void on_media_event(void *arg, const struct med_event *ev)
{
	struct daemon *d = arg;

	model_event(d->model, ev);
}

static void on_media(evutil_socket_t fd, short what, void *arg)
{
	struct daemon *d = arg;

	(void)fd;
	(void)what;
	med_drain(d->med, on_retired, on_media_event, d);
	loop_pump(d);
}

static void on_store(evutil_socket_t fd, short what, void *arg)
{
	struct daemon *d = arg;

	(void)fd;
	(void)what;
	store_poll(d->store);
	loop_pump(d);
}

/* ---- time ---------------------------------------------------------------------- */

/* Nothing is left to say, or patience is over. */
static void check_stop(struct daemon *d, uint64_t now)
{
	struct model_totals t;

	if (!d->stopping)
		return;
	model_get_totals(d->model, &t);
	if (now >= d->stop_at ||
	    (!t.terminations && (!d->mgcp || mgcp_engine_quiet(d->mgcp)) &&
	     (!d->h248 || h248_engine_quiet(d->h248))))
		event_base_loopbreak(d->base);
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct daemon *d = arg;
	uint64_t now = now_ns();

	(void)fd;
	(void)what;
	d->armed = TMR_NEVER;
	model_timeout(d->model, now);
	if (d->mgcp)
		mgcp_engine_timeout(d->mgcp, now);
	if (d->h248)
		h248_engine_timeout(d->h248, now);
	loop_pump(d);
	check_stop(d, now);
}

static void set_round(struct daemon *d)
{
	struct timeval tv = { .tv_sec = ROUND_S };

	if (d->stopping)
		tv = (struct timeval){ .tv_usec = 20000 };
	else if (d->watchdog && d->watchdog < TMR_S(ROUND_S))
		tv = (struct timeval){ .tv_sec = (time_t)(d->watchdog / 1000000000u),
				       .tv_usec = (suseconds_t)(d->watchdog %
								1000000000u / 1000) };
	event_add(d->second, &tv);
}

static void on_round(evutil_socket_t fd, short what, void *arg)
{
	struct daemon *d = arg;
	uint64_t now = now_ns();

	(void)fd;
	(void)what;
	if (d->watchdog && now >= d->beat) {
		notify_alive();
		d->beat = now + d->watchdog;
	}
	if (!d->stopping && d->zones)
		zones_check(d->zones);
	trust_round(d, now);
	loop_pump(d);
	check_stop(d, now);
	set_round(d);
}

static void on_signal(evutil_socket_t sig, short what, void *arg)
{
	struct daemon *d = arg;
	struct buf said;

	(void)what;
	if (sig != SIGHUP) {
		daemon_stop(d, d->stopping);
		set_round(d);
		return;
	}
	buf_init(&said, 65536);
	daemon_reload(d, &said);
	buf_fini(&said);
}

/* ---- open and close ------------------------------------------------------------ */

static struct event *watch(struct daemon *d, int fd, event_callback_fn f)
{
	struct event *e = event_new(d->base, fd, EV_READ | EV_PERSIST, f, d);

	if (e && event_add(e, NULL)) {
		event_free(e);
		return NULL;
	}
	return e;
}

int loop_watch_media(struct daemon *d)
{
	d->med_ready = watch(d, med_event_fd(d->med), on_media);
	return d->med_ready ? 0 : -H_ENOMEM;
}

int loop_watch_store(struct daemon *d)
{
	d->store_ready = watch(d, store_fd(d->store), on_store);
	return d->store_ready ? 0 : -H_ENOMEM;
}

int loop_open(struct daemon *d)
{
	static const int sigs[SIGNALS] = { SIGTERM, SIGINT, SIGHUP };
	struct net_user user = { .input = on_input,
				 .drained = on_drained,
				 .unreachable = on_unreachable,
				 .accept = on_accept,
				 .opened = on_opened,
				 .closed = loop_closed,
				 .noticed = sctpd_noticed,
				 .names = trust_names,
				 .unsafe = trust_unsafe,
				 .arg = d };

	signal(SIGPIPE, SIG_IGN);
	d->armed = TMR_NEVER;
	d->base = event_base_new();
	d->net = d->base ? net_new(d->base, &user) : NULL;
	if (!d->net)
		return -H_ENOMEM;
	d->timer = evtimer_new(d->base, on_timer, d);
	d->second = evtimer_new(d->base, on_round, d);
	if (!d->timer || !d->second)
		return -H_ENOMEM;
	for (unsigned i = 0; i < SIGNALS; i++) {
		d->signals[i] = evsignal_new(d->base, sigs[i], on_signal, d);
		if (!d->signals[i] || event_add(d->signals[i], NULL))
			return -H_ENOMEM;
	}
	d->watchdog = notify_watchdog();
	set_round(d);
	return 0;
}

static void drop(struct event **e)
{
	if (*e)
		event_free(*e);
	*e = NULL;
}

void loop_close(struct daemon *d)
{
	drop(&d->timer);
	drop(&d->second);
	drop(&d->med_ready);
	drop(&d->store_ready);
	for (unsigned i = 0; i < SIGNALS; i++)
		drop(&d->signals[i]);
	net_free(d->net);
	if (d->base)
		event_base_free(d->base);
	d->net = NULL;
	d->base = NULL;
}
