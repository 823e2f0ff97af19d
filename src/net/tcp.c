/* net/tcp.c - TCP listeners: who may come in, options, and sending.
 *
 * layer: net (L3)   thread: control   I/O: the listening sockets
 */
#include <errno.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/tconn.h"
#include "net/tlsconn.h"
#include "util/err.h"
#include "util/mem.h"

enum {
	ACCEPT_ROUNDS = 16,
	BACKLOG = 128,
	QUEUE_MAX = 4 << 20,
	CONNS_MAX = 64,
	PARTIAL_MS = 20000,
	DEAD_PEER_MS = 60000 /* what we sent is not confirmed for so long */
};

int tcp_options(const struct net_listener *l, int fd)
{
	const struct tcp *t = l->own;
	int one = 1, tos = t->spec.dscp << 2, dead = DEAD_PEER_MS;
	bool v6 = l->local.family == 6;

	if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) ||
	    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one)) ||
	    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &dead, sizeof(dead)))
		return -1;
	if (tos && setsockopt(fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP,
			      v6 ? IPV6_TCLASS : IP_TOS, &tos, sizeof(tos)))
		return -1;
	if (t->ifname[0] && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, t->ifname,
				       (socklen_t)strlen(t->ifname) + 1))
		return -1;
	return 0;
}

/* ---- in ------------------------------------------------------------------------ */

static bool may_come(struct net_listener *l, int fd, const struct addr *remote)
{
	const struct tcp *t = l->own;
	const struct net_user *u = &l->net->user;
	struct net_peer from = { .at = l, .local = l->local, .remote = *remote };
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);

	if (!getsockname(fd, (struct sockaddr *)&ss, &len))
		addr_from_sockaddr(&from.local, &ss);
	return t->taken < t->spec.conns_max && (!u->accept || u->accept(u->arg, &from)) &&
	       tls_may_come(l, remote);
}

static void take_in(struct net_listener *l, int fd, const struct sockaddr_storage *ss)
{
	struct addr remote;
	struct tconn *c;

	addr_from_sockaddr(&remote, ss);
	if (!may_come(l, fd, &remote) || tcp_options(l, fd)) {
		l->net->stats.refused++;
		close(fd);
		return;
	}
	c = tconn_new(l, &remote, false);
	if (c && !tconn_take(c, fd)) {
		l->net->stats.accepted++;
		return;
	}
	if (c)
		tconn_kill(c);
	l->net->stats.refused++;
	close(fd);
}

/* No descriptors, no memory: the next one waits in the system for a second. */
static void rest(struct tcp *t)
{
	struct timeval tv = { .tv_sec = 1 };

	event_del(t->readable);
	event_add(t->again, &tv);
}

static void on_again(evutil_socket_t fd, short what, void *arg)
{
	struct net_listener *l = arg;
	struct tcp *t = l->own;

	(void)fd;
	(void)what;
	event_add(t->readable, NULL);
}

static void on_accept(evutil_socket_t fd, short what, void *arg)
{
	struct net_listener *l = arg;

	(void)what;
	for (int i = 0; i < ACCEPT_ROUNDS; i++) {
		struct sockaddr_storage ss;
		socklen_t len = sizeof(ss);
		int got = accept4(fd, (struct sockaddr *)&ss, &len,
				  SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (got >= 0)
			take_in(l, got, &ss);
		else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
			 errno == ENOMEM)
			rest(l->own);
		if (got < 0 && errno != ECONNABORTED && errno != EINTR)
			return;
	}
}

static void on_reap(evutil_socket_t fd, short what, void *arg)
{
	struct net_listener *l = arg;
	struct tcp *t = l->own;

	(void)fd;
	(void)what;
	LIST_EACH_SAFE(it, &t->dead)
	tconn_free(LIST_OF(it, struct tconn, in_tcp));
}

/* ---- out ----------------------------------------------------------------------- */

static struct tconn *by_id(const struct net *n, uint64_t id)
{
	struct map_node *it = map_first(&n->conns, map_u64(&n->conns, id));

	for (; it; it = map_next(it))
		if (MAP_OF(it, struct tconn, by_id)->id == id)
			return MAP_OF(it, struct tconn, by_id);
	return NULL;
}

void tcp_send(struct net_listener *l, const struct net_peer *to, struct span bytes)
{
	struct tconn *c = to->conn ? by_id(l->net, to->conn) : dial_get(l, &to->remote);

	if (!c) {
		l->net->stats.tx_errors++;
		return;
	}
	if (c->at != l)
		c->at->dirty = true;
	tconn_send(c, bytes);
	if (!to->conn)
		dial_want(c);
}

void tcp_flush(struct net_listener *l)
{
	struct tcp *t = l->own;

	LIST_EACH_SAFE(it, &t->dirty)
	{
		list_del(it);
		tconn_flush(LIST_OF(it, struct tconn, in_dirty));
	}
}

void tcp_connect(struct net_listener *l, const struct addr *remote)
{
	struct tconn *c = dial_get(l, remote);

	if (c)
		dial_want(c);
}

static bool tcp_disconnect(struct net *n, uint64_t conn)
{
	struct tconn *c = by_id(n, conn);

	if (c)
		tconn_kill(c);
	return c;
}

static bool tcp_peer(const struct net *n, uint64_t conn, struct net_peer *out)
{
	const struct tconn *c = by_id(n, conn);

	if (!c)
		return false;
	*out = tconn_peer(c);
	return true;
}

void tcp_each(struct net_listener *l, net_conn_h *f, void *arg)
{
	LIST_EACH(it, &((struct tcp *)l->own)->conns)
	{
		const struct tconn *c = LIST_OF(it, struct tconn, in_tcp);
		struct net_peer peer = tconn_peer(c);

		if (c->id || c->wanted)
			f(arg, &peer);
	}
}

/* ---- open and close ------------------------------------------------------------ */

static void drop_event(struct event **e)
{
	if (*e)
		event_free(*e);
	*e = NULL;
}

void tcp_close(struct net_listener *l)
{
	struct tcp *t = l->own;

	LIST_EACH_SAFE(it, &t->conns)
	tconn_kill(LIST_OF(it, struct tconn, in_tcp));
	LIST_EACH_SAFE(gone, &t->dead)
	tconn_free(LIST_OF(gone, struct tconn, in_tcp));
	drop_event(&t->readable);
	drop_event(&t->reap);
	drop_event(&t->again);
	if (t->fd >= 0)
		close(t->fd);
	mem_free(t->bad);
	mem_free(t);
	l->own = NULL;
}

static int bind_it(struct net_listener *l, char *why)
{
	struct tcp *t = l->own;
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(&l->local, &ss);
	struct addr got;
	int one = 1;
	bool v6 = l->local.family == 6;

	if (setsockopt(t->fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) ||
	    (v6 && setsockopt(t->fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one))) ||
	    tcp_options(l, t->fd))
		return net_fail(why, &l->local, "socket options");
	if (bind(t->fd, (struct sockaddr *)&ss, len) || listen(t->fd, BACKLOG))
		return net_fail(why, &l->local, "can't listen");
	len = sizeof(ss);
	if (getsockname(t->fd, (struct sockaddr *)&ss, &len))
		return net_fail(why, &l->local, "getsockname");
	addr_from_sockaddr(&got, &ss);
	l->local.port = got.port;
	return 0;
}

static int watch_it(struct net_listener *l, char *why)
{
	struct tcp *t = l->own;
	struct event_base *base = l->net->base;

	t->readable = event_new(base, t->fd, EV_READ | EV_PERSIST, on_accept, l);
	t->reap = evtimer_new(base, on_reap, l);
	t->again = evtimer_new(base, on_again, l);
	if (t->readable && t->reap && t->again && !event_add(t->readable, NULL))
		return 0;
	snprintf(why, NET_WHY_MAX, "out of memory");
	return -H_ENOMEM;
}

static uint32_t or_else(uint32_t value, uint32_t otherwise)
{
	return value ? value : otherwise;
}

static void copy_spec(struct tcp *t, const struct net_spec *spec)
{
	t->spec = *spec;
	snprintf(t->ifname, sizeof(t->ifname), "%s", spec->ifname ? spec->ifname : "");
	t->spec.ifname = NULL;
	t->spec.message_max = or_else(spec->message_max, TPKT_MAX - TPKT_HEADER);
	t->spec.queue_max = or_else(spec->queue_max, QUEUE_MAX);
	t->spec.conns_max = or_else(spec->conns_max, CONNS_MAX);
	t->spec.partial_ms = or_else(spec->partial_ms, PARTIAL_MS);
}

int tcp_open(struct net_listener *l, const struct net_spec *spec, char why[NET_WHY_MAX])
{
	struct tcp *t = mem_zalloc(sizeof(*t));
	int err = 0;

	if (!t) {
		snprintf(why, NET_WHY_MAX, "out of memory");
		return -H_ENOMEM;
	}
	l->own = t;
	copy_spec(t, spec);
	list_init(&t->conns);
	list_init(&t->dead);
	list_init(&t->dirty);
	t->fd = socket(l->local.family == 6 ? AF_INET6 : AF_INET,
		       SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (t->fd < 0)
		err = net_fail(why, &l->local, "socket");
	if (!err)
		err = bind_it(l, why);
	if (!err)
		err = watch_it(l, why);
	if (err)
		tcp_close(l);
	return err;
}

const struct net_ops net_tcp = {
	.name = "tcp",
	.open = tcp_open,
	.close = tcp_close,
	.send = tcp_send,
	.flush = tcp_flush,
	.connect = tcp_connect,
	.disconnect = tcp_disconnect,
	.peer = tcp_peer,
	.each = tcp_each,
};
