/* net/ops.h - inside of net/: what a transport implements.
 *
 * layer: net (L3)   thread: control   I/O: none
 */
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

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
	/* Streams, else NULL; false: it has no such connection. */
	bool (*disconnect)(struct net *n, uint64_t conn);
	bool (*peer)(const struct net *n, uint64_t conn, struct net_peer *out);
	/* Open ones of a listener, and those it is asked for; or NULL. */
	void (*each)(struct net_listener *l, net_conn_h *f, void *arg);
	void (*end)(struct net *n); /* all listeners are closed; or NULL */
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
	void *own;         /* owned: the transport's; NULL: closed */
	bool dirty;        /* has something to flush */
};

struct net {
	struct event_base *base; /* borrowed */
	struct net_user user;
	struct list listeners;
	struct net_stats stats;
	void *udp_in; /* owned: buffers of a receive batch, shared by all */
	struct map conns; /* struct tconn by number, of all TCP and TLS listeners */
	struct net_tls *tls; /* owned; NULL: none */
	uint64_t last_conn;
};

/* Sets why to "ADDR: text of errno" and returns -H_ESYS. */
int net_fail(char why[NET_WHY_MAX], const struct addr *local, const char *what);
/* Before the next attempt after so many failures in a row: it grows, half is random. */
uint64_t net_pause_ms(unsigned failures);

/* udp.c: does this message of the error queue say that nobody is there? Not so what our
 * own system found (too long), nor that a path's MTU is less or a hop limit ran out. */
bool net_is_gone(struct msghdr *h);
/* udp.c: the address a datagram came to, and the one it is to leave from. */
enum { NET_PKTINFO_SPACE = CMSG_SPACE(sizeof(struct in6_pktinfo)) };
void net_pktinfo_get(struct addr *local, struct msghdr *h);
void net_pktinfo_put(struct msghdr *h, char *ctl, const struct addr *from);
