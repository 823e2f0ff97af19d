/* net/net.c - see net.h: the listeners and the table of transports.
 *
 * layer: net (L3)   thread: control   I/O: none (the transports')
 */
#include "net/net.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "net/ops.h"
#include "net/tls.h"
#include "util/err.h"
#include "util/mem.h"

static const struct net_ops *const transports[NET_KINDS] = {
#define NET_TRANSPORT(id) [NET_##id] = &net_##id,
#include "net/all.def"
#undef NET_TRANSPORT
};

struct net *net_new(struct event_base *base, const struct net_user *user)
{
	struct net *n = mem_zalloc(sizeof(*n));

	if (!n)
		return NULL;
	n->base = base;
	n->user = *user;
	list_init(&n->listeners);
	map_init(&n->conns);
	return n;
}

void net_free(struct net *n)
{
	if (!n)
		return;
	LIST_EACH_SAFE(it, &n->listeners)
	net_close(LIST_OF(it, struct net_listener, in_net));
	for (int i = 0; i < NET_KINDS; i++)
		if (transports[i]->end)
			transports[i]->end(n);
	map_fini(&n->conns);
	net_tls_free(n->tls);
	mem_free(n->udp_in);
	mem_free(n);
}

int net_fail(char why[NET_WHY_MAX], const struct addr *local, const char *what)
{
	char at[ADDR_STRLEN];

	snprintf(why, NET_WHY_MAX, "%s: %s: %s", addr_print(at, local), what,
		 strerror(errno));
	return -H_ESYS;
}

int net_listen(struct net *n, const struct net_spec *spec, struct net_listener **out,
	       char why[NET_WHY_MAX])
{
	struct net_listener *l = mem_zalloc(sizeof(*l));
	int err;

	if (!l) {
		snprintf(why, NET_WHY_MAX, "out of memory");
		return -H_ENOMEM;
	}
	*l = (struct net_listener){
		.net = n,
		.ops = transports[spec->kind],
		.kind = spec->kind,
		.local = spec->local,
		.user = spec->user,
	};
	err = l->ops->open(l, spec, why);
	if (err) {
		mem_free(l);
		return err;
	}
	list_add(&n->listeners, &l->in_net);
	*out = l;
	return 0;
}

void net_shut(struct net_listener *l, net_conn_h *f, void *arg)
{
	list_del(&l->in_net);
	if (l->ops->each)
		l->ops->each(l, f, arg);
	l->ops->close(l);
}

void net_close(struct net_listener *l)
{
	if (!l)
		return;
	list_del(&l->in_net);
	if (l->own)
		l->ops->close(l);
	mem_free(l);
}

const struct addr *net_listener_addr(const struct net_listener *l)
{
	return &l->local;
}

void *net_listener_user(const struct net_listener *l)
{
	return l->user;
}

const char *net_listener_kind(const struct net_listener *l)
{
	return l->ops->name;
}

bool net_listener_is(const struct net_listener *l, enum net_kind kind)
{
	return l->kind == kind;
}

struct net_listener *net_listener_next(struct net *n, struct net_listener *after)
{
	struct list *it = after ? after->in_net.next : n->listeners.next;

	return it == &n->listeners ? NULL : LIST_OF(it, struct net_listener, in_net);
}

struct net_listener *net_find(struct net *n, enum net_kind kind, const struct addr *local)
{
	struct net_listener *wild = NULL;

	LIST_EACH(it, &n->listeners)
	{
		struct net_listener *l = LIST_OF(it, struct net_listener, in_net);

		if (l->kind != kind || l->local.family != local->family ||
		    l->local.port != local->port)
			continue;
		if (addr_same_host(&l->local, local))
			return l;
		if (addr_is_any(&l->local))
			wild = l;
	}
	return wild;
}

void net_send(const struct net_peer *to, struct span bytes)
{
	to->at->ops->send(to->at, to, bytes);
	to->at->dirty = true;
}

void net_flush(struct net *n)
{
	LIST_EACH(it, &n->listeners)
	{
		struct net_listener *l = LIST_OF(it, struct net_listener, in_net);

		if (!l->dirty)
			continue;
		l->dirty = false;
		l->ops->flush(l);
	}
}

void net_connect(struct net_listener *l, const struct addr *remote)
{
	if (l->ops->connect)
		l->ops->connect(l, remote);
}

void net_disconnect(struct net *n, uint64_t conn)
{
	for (int i = 0; i < NET_KINDS; i++)
		if (transports[i]->disconnect && transports[i]->disconnect(n, conn))
			return;
}

bool net_conn_peer(const struct net *n, uint64_t conn, struct net_peer *out)
{
	for (int i = 0; i < NET_KINDS; i++)
		if (transports[i]->peer && transports[i]->peer(n, conn, out))
			return true;
	return false;
}

const struct net_stats *net_get_stats(const struct net *n)
{
	return &n->stats;
}
