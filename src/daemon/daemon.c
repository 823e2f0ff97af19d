/* daemon/daemon.c - see daemon.h: the parts put together, the loop, the end.
 *
 * layer: daemon (L5)   thread: control   I/O: everything
 */
#include "daemon/daemon.h"

#include <event2/event.h>
#include <signal.h>
#include <time.h>

#include "net/net.h"
#include "util/err.h"
#include "util/tmr.h"

uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static void on_input(void *arg, const struct net_peer *from, struct span bytes)
{
	struct daemon *d = arg;
	char at[ADDR_STRLEN];

	(void)bytes;
	d->strangers++;
	if (log_allow(&d->stranger_log, 5, now_ns()))
		log_notice(LOGC_NET, "%s is no call agent of ours: not answered",
			   addr_print(at, &from->remote));
}

static void on_drained(void *arg)
{
	struct daemon *d = arg;

	net_flush(d->net);
}

static void on_signal(evutil_socket_t sig, short what, void *arg)
{
	struct daemon *d = arg;

	(void)what;
	if (sig == SIGHUP)
		daemon_reload(d);
	else
		daemon_stop(d, d->stopping);
}

static int open_signals(struct daemon *d)
{
	static const int sigs[] = { SIGTERM, SIGINT, SIGHUP };

	for (unsigned i = 0; i < sizeof(sigs) / sizeof(sigs[0]); i++) {
		d->signals[i] = evsignal_new(d->base, sigs[i], on_signal, d);
		if (!d->signals[i] || event_add(d->signals[i], NULL))
			return -H_ENOMEM;
	}
	signal(SIGPIPE, SIG_IGN);
	return 0;
}

int daemon_start(struct daemon *d)
{
	struct net_user user = { .input = on_input, .drained = on_drained, .arg = d };

	d->started = now_ns();
	d->base = event_base_new();
	d->net = d->base ? net_new(d->base, &user) : NULL;
	if (!d->net || open_signals(d)) {
		log_err(LOGC_DAEMON, "out of memory");
		return -H_ENOMEM;
	}
	return listen_apply(d, d->conf);
}

int daemon_run(struct daemon *d)
{
	event_base_dispatch(d->base);
	return d->status;
}

void daemon_stop(struct daemon *d, bool at_once)
{
	(void)at_once;
	d->stopping = true;
	event_base_loopbreak(d->base);
}

void daemon_reload(struct daemon *d)
{
	(void)d;
}

void daemon_free(struct daemon *d)
{
	net_free(d->net);
	for (unsigned i = 0; i < 4; i++)
		if (d->signals[i])
			event_free(d->signals[i]);
	if (d->base)
		event_base_free(d->base);
	conf_free(d->conf);
}
