/* net/tconn.h - inside of net/: one stream connection, and the listener it belongs to.
 *
 * layer: net (L3)   thread: control   I/O: sockets
 * RFC 1006 (frames), RFC 3525 D.2 (H.248 over TCP)
 *
 * A connection taken in lives while it is open. One of ours ("dialled") lives longer: it
 * is CONNECTING, OPEN, or WAITING for the end of its pause, and forgotten when nobody
 * wants it for a while. Nothing is freed inside a callback: tconn_kill() takes all from a
 * connection but its memory, which goes when the loop comes to tcp.reap.
 *
 *	WAITING --pause over, wanted--> CONNECTING --ok--> (SHAKING) --ok--> OPEN
 *	   ^------------------- failed, closed by the peer -------------------'
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "net/ops.h"
#include "util/buf.h"
#include "wire/tpkt.h"

struct event;

enum tconn_state {
	TCONN_WAITING,
	TCONN_CONNECTING,
	TCONN_SHAKING, /* TLS */
	TCONN_OPEN,
	TCONN_DEAD
};

struct tconn {
	struct list in_tcp;   /* tcp.conns or tcp.dead */
	struct list in_dirty; /* tcp.dirty: has something to write */
	struct map_node by_id;
	struct net_listener *at; /* borrowed: parent */
	uint64_t id;             /* 0: not open */
	struct addr local, remote;
	int fd; /* -1: none */
	enum tconn_state state;
	bool dialled;
	bool wanted;  /* dialled: somebody asked since the last failure */
	bool cooled;  /* dialled: the pause is over, nobody asked */
	bool stopped; /* not read from: too much waits to be sent */
	bool partial; /* its timer runs for a message begun */
	unsigned failures;
	const char *why; /* static; set: to be dropped by the timer */
	struct tpkt in;
	struct buf out;
	size_t sent; /* bytes of `out` that are gone */
	struct tls *tls; /* owned; NULL: plain, or not begun */
	struct event *readable, *writable, *timer; /* owned */
};

struct tcp {
	int fd;
	bool wild;
	struct net_spec spec; /* with the defaults; ifname in `ifname` */
	char ifname[16];
	struct event *readable, *reap, *again; /* owned */
	struct list conns, dead, dirty;
	uint32_t taken, dialled; /* connections that came in, that we make */
	void *bad;      /* owned: tls.c's memory of hosts; NULL: plain */
};

/* tconn.c; NULL: no memory. It is in tcp.conns, WAITING, without a socket. */
struct tconn *tconn_new(struct net_listener *l, const struct addr *remote, bool dialled);
void tconn_free(struct tconn *c);
/* Takes a connected socket: it is open, or TLS begins. 0 or -H_ENOMEM, then the socket is
 * still the caller's. */
int tconn_take(struct tconn *c, int fd);
int tconn_connecting(struct tconn *c, int fd); /* the same for one that connects */
void tconn_send(struct tconn *c, struct span bytes);
void tconn_flush(struct tconn *c);
void tconn_kill(struct tconn *c);            /* to tcp.dead, untold */
void tconn_drop(struct tconn *c, const char *why); /* told; from the loop only */
void tconn_drop_later(struct tconn *c, const char *why);
void tconn_set_timer(struct tconn *c, uint64_t ms); /* 0: stops it */

/* dial.c */
struct tconn *dial_get(struct net_listener *l, const struct addr *remote);
void dial_want(struct tconn *c);
void dial_pause(struct tconn *c);    /* WAITING from now, after a failure */
void dial_timer(struct tconn *c);    /* fired in WAITING or CONNECTING */
void dial_writable(struct tconn *c); /* the system is through with connecting */

/* tcp.c: options of a connection's socket; 0 or -1 with errno. */
int tcp_options(const struct net_listener *l, int fd);
/* What all stream transports do alike. */
int tcp_open(struct net_listener *l, const struct net_spec *spec, char why[NET_WHY_MAX]);
void tcp_close(struct net_listener *l);
void tcp_send(struct net_listener *l, const struct net_peer *to, struct span bytes);
void tcp_flush(struct net_listener *l);
void tcp_connect(struct net_listener *l, const struct addr *remote);
void tcp_each(struct net_listener *l, net_conn_h *f, void *arg);
struct net_peer tconn_peer(const struct tconn *c);
