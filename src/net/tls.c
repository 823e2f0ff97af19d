/* net/tls.c - the transport `tls`: TCP with both ends' certificates checked.
 *
 * layer: net (L3)   thread: control   I/O: none (tcp.c's)
 *
 * All but the bytes is TCP's. Who failed a handshake is remembered by host, a few of them
 * for each listener: so that the same failure is told once and not with every try, and so
 * that nobody keeps us busy with handshakes that fail.
 */
#include "net/tls.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "net/tconn.h"
#include "net/tlsconn.h"
#include "util/err.h"
#include "util/mem.h"

enum { BAD_HOSTS = 16, BAD_PAUSE_MS = 200 };

struct bad_host {
	struct addr host;  /* family 0: free */
	uint64_t at, till; /* ms: the last failure; what comes from there waits */
	char why[NET_WHY_MAX];
};

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

static struct bad_host *find(const struct net_listener *l, const struct addr *host)
{
	const struct tcp *t = l->own;
	struct bad_host *v = t->bad;

	for (int i = 0; i < BAD_HOSTS; i++)
		if (v[i].host.family && addr_same_host(&v[i].host, host))
			return &v[i];
	return NULL;
}

static struct bad_host *find_or_oldest(const struct net_listener *l,
				       const struct addr *host)
{
	const struct tcp *t = l->own;
	struct bad_host *v = t->bad, *it = find(l, host);

	if (it)
		return it;
	it = v;
	for (int i = 1; i < BAD_HOSTS; i++)
		if (v[i].at < it->at)
			it = &v[i];
	*it = (struct bad_host){ .host = *host };
	return it;
}

bool tls_may_come(const struct net_listener *l, const struct addr *remote)
{
	const struct bad_host *it = l->kind == NET_tls ? find(l, remote) : NULL;

	return !it || now_ms() >= it->till;
}

void tls_failed(struct net_listener *l, const struct net_peer *peer, bool dialled,
		bool refused, const char *why)
{
	const struct net_user *u = &l->net->user;
	struct bad_host *it = find_or_oldest(l, &peer->remote);
	bool again = !strcmp(it->why, why);

	l->net->stats.tls_failed++;
	l->net->stats.tls_refused += refused;
	it->at = now_ms();
	if (!dialled)
		it->till = it->at + BAD_PAUSE_MS;
	snprintf(it->why, sizeof(it->why), "%s", why);
	if (u->unsafe)
		u->unsafe(u->arg, peer, why, again);
}

void tls_went_well(struct net_listener *l, const struct net_peer *peer)
{
	struct bad_host *it = find(l, &peer->remote);

	l->net->stats.tls_shaken++;
	if (it)
		*it = (struct bad_host){ 0 };
}

/* ---- the net's ----------------------------------------------------------------- */

static void drop_revoked(struct net_listener *l)
{
	const struct tcp *t = l->own;

	LIST_EACH(it, &t->conns)
	{
		struct tconn *c = LIST_OF(it, struct tconn, in_tcp);

		if (c->state == TCONN_OPEN && tls_is_revoked(c->tls, l->net->tls))
			tconn_drop_later(c, "its certificate was revoked");
	}
}

void net_set_tls(struct net *n, struct net_tls *t)
{
	struct net_listener *l = NULL;

	if (n->tls != t)
		net_tls_free(n->tls);
	n->tls = t;
	while (t && (l = net_listener_next(n, l)))
		if (l->kind == NET_tls)
			drop_revoked(l);
}

const struct net_tls *net_get_tls(const struct net *n)
{
	return n->tls;
}

static void each_of(struct net_listener *l, net_tls_h *row, void *arg)
{
	const struct tcp *t = l->own;

	LIST_EACH(it, &t->conns)
	{
		const struct tconn *c = LIST_OF(it, struct tconn, in_tcp);
		struct net_peer peer;
		struct net_tls_info info;

		if (c->state != TCONN_OPEN || !net_conn_peer(l->net, c->id, &peer))
			continue;
		tls_info(c->tls, &info);
		row(arg, &peer, c->dialled, &info);
	}
}

void net_tls_each(struct net *n, net_tls_h *row, void *arg)
{
	struct net_listener *l = NULL;

	while ((l = net_listener_next(n, l)))
		if (l->kind == NET_tls)
			each_of(l, row, arg);
}

static int tls_open(struct net_listener *l, const struct net_spec *spec,
		    char why[NET_WHY_MAX])
{
	struct bad_host *bad;
	struct tcp *t;
	int err;

	if (!l->net->tls) {
		snprintf(why, NET_WHY_MAX, "%s",
			 net_tls_built() ? "TLS needs a CA, a certificate and a key"
					 : "built without OpenSSL: there is no TLS");
		return net_tls_built() ? -H_EINVAL : -H_ENOTSUP;
	}
	bad = mem_array(BAD_HOSTS, sizeof(*bad));
	if (!bad) {
		snprintf(why, NET_WHY_MAX, "out of memory");
		return -H_ENOMEM;
	}
	err = tcp_open(l, spec, why);
	if (err) {
		mem_free(bad);
		return err;
	}
	t = l->own;
	t->bad = bad;
	return 0;
}

/* Connections by number are found by the row of TCP. */
const struct net_ops net_tls = {
	.name = "tls",
	.open = tls_open,
	.close = tcp_close,
	.send = tcp_send,
	.flush = tcp_flush,
	.connect = tcp_connect,
	.each = tcp_each,
};
