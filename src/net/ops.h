/* net/ops.h - inside of net/: what a transport implements.
 *
 * layer: net (L3)   thread: control   I/O: none
 */
#pragma once

#include "net/net.h"
#include "util/map.h"

struct net_ops {
	const char *name;
	int (*open)(struct net_listener *l, const struct net_spec *spec,
		    char why[NET_WHY_MAX]);
	void (*close)(struct net_listener *l);
	void (*send)(struct net_listener *l, const struct net_peer *to,
		     struct span bytes);
	void (*flush)(struct net_listener *l);
	void (*connect)(struct net_listener *l, const struct addr *remote); /* or NULL */
};

#define NET_TRANSPORT(id) extern const struct net_ops net_##id;
#include "net/all.def"
#undef NET_TRANSPORT

struct net_listener {
	struct list in_net;
	struct net *net; /* borrowed: parent */
	const struct net_ops *ops;
	enum net_kind kind;
	struct addr local; /* as bound; the port is the true one */
	void *user;        /* borrowed */
	void *own;         /* owned: the transport's */
	bool dirty;        /* has something to flush */
};

struct net {
	struct event_base *base; /* borrowed */
	struct net_user user;
	struct list listeners;
	struct net_stats stats;
	void *udp_in; /* owned: buffers of a receive batch, shared by all */
	struct map conns; /* struct tconn by number, of all stream listeners */
	uint64_t last_conn;
};

/* Sets why to "ADDR: text of errno" and returns -H_ESYS. */
int net_fail(char why[NET_WHY_MAX], const struct addr *local, const char *what);
