/* net/net.h - control transports on libevent: listeners, batches in, batches out.
 *
 * layer: net (L3)   thread: control   I/O: sockets
 *
 * Life: net_new() on an event base, net_listen() per address, the callbacks of net_user
 * run from the loop, net_free() closes all. A transport is a row of net/all.def: its ops
 * open a listener, send and close; nobody outside the folder knows which one it is.
 *
 * Datagrams come in batches: `input` once for each, then `drained` once, so that the user
 * answers a whole batch with one system call. net_send() copies the bytes; they leave at
 * net_flush(), or when the batch is full. Answers leave from the address the question
 * came to (`local` of struct net_peer), also on wildcard listeners.
 *
 * Streams carry messages in TPKT frames (RFC 1006); `input` gets one message, whole. A
 * listener takes connections `accept` does not refuse, and makes connections of its own
 * to whom net_connect() or a net_send() with conn 0 names: what is sent meanwhile waits,
 * bounded, and leaves when `opened` was told. `closed` says that a connection is gone
 * with all it had to send; with conn 0, that one could not be made. It is made anew when
 * it is wanted again, not before a pause that grows with each failure and is random in
 * part. A connection that sends no TPKT, does not end a message it began, or takes
 * nothing of what we send, is closed; while much waits to be sent on it, nothing is read
 * from it. Callbacks come from the loop only, never out of a call of net_...().
 *
 * Errors: net_listen() explains itself in `why` (port in use, no such address). Sending
 * never fails aloud: what the system won't take is counted in struct net_stats.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/addr.h"
#include "util/buf.h"
#include "util/list.h"
#include "util/str.h"

struct event_base;
struct net;
struct net_listener;
struct net_sctp_spec;

enum {
	NET_WHY_MAX = 200,
	NET_DATAGRAM_MAX = 16384,
	NET_BATCH = 32,
	NET_TLS_NAMES_MAX = 4096
};

enum net_kind {
#define NET_TRANSPORT(id) NET_##id,
#include "net/all.def"
#undef NET_TRANSPORT
	NET_KINDS
};

struct net_peer {
	struct net_listener *at; /* borrowed */
	struct addr local, remote;
	uint64_t conn; /* of a stream, never used twice; 0: datagram, or none yet */
	bool dialled;  /* in: we made this stream */
	/* SCTP, see sctp.h; else 0. */
	uint32_t key;  /* out: what chooses the stream; in: the stream it came on */
	uint32_t ppid; /* in: as the peer says; out: not looked at */
};

/* What an association tells besides its beginning and end. */
enum net_notice {
	NET_PATH_UP,
	NET_PATH_DOWN,
	NET_RESTARTED,   /* the peer's; `closed` and `opened` follow */
	NET_PEER_ERROR,  /* it found fault with what we sent */
	NET_SEND_FAILED, /* messages were not delivered */
	NET_PEER_CLOSES, /* takes no more messages; `closed` follows */
};

struct net_stats {
	uint64_t rx, rx_octets, tx, tx_octets;
	uint64_t rx_long; /* longer than NET_DATAGRAM_MAX */
	uint64_t rx_errors;
	uint64_t tx_full;            /* the system's buffer stayed full */
	uint64_t tx_errors;          /* no route, not permitted, ... */
	uint64_t rx_calls, tx_calls; /* system calls, to see how well batches fill */
	uint64_t accepted, connected;
	uint64_t refused; /* connections: of strangers, or too many */
	uint64_t failed;  /* could not be made */
	uint64_t dropped; /* closed by us: no TPKT, too slow, too much waiting */
	uint32_t open;    /* connections now */
	/* SCTP. */
	uint64_t restarts, path_down, path_up;
	uint64_t rx_bad;      /* conn: packets that make no sense, or use what is off */
	uint64_t rx_stranger; /* of those `accept` refuses; what the kernel dropped */
	uint64_t tls_shaken, tls_failed; /* handshakes */
	uint64_t tls_refused;            /* of the failed: a certificate of the peer's */
};

struct net_user {
	void (*input)(void *arg, const struct net_peer *from, struct span bytes);
	void (*drained)(void *arg);
	void (*unreachable)(void *arg,
			    const struct addr *remote); /* ICMP said so; or NULL */
	/* Streams; each may be NULL. */
	bool (*accept)(void *arg, const struct net_peer *from); /* may it come in? */
	void (*opened)(void *arg, const struct net_peer *peer);
	/* `why` is borrowed for the call. */
	void (*closed)(void *arg, const struct net_peer *peer, const char *why);
	/* `path`: the address concerned, or NULL. */
	void (*noticed)(void *arg, const struct net_peer *peer, enum net_notice what,
			const struct addr *path);
	/* TLS (net/tls.h): append the names of which the peer's certificate must bear
	 * one, each with its NUL; the one to dial first. */
	void (*names)(void *arg, const struct net_peer *peer, struct buf *out);
	/* A handshake failed; `again`: as the last time with this host. When it was us
	 * who dialled, `closed` is told, too. */
	void (*unsafe)(void *arg, const struct net_peer *peer, const char *why,
		       bool again);
	void *arg;
};

struct net_spec {
	enum net_kind kind;
	struct addr local;
	const char *ifname; /* NULL or empty: any */
	uint8_t dscp;
	uint32_t rcvbuf; /* bytes; 0: the system's */
	void *user;      /* net_listener_user() gives it back */
	/* Streams; 0: the default. */
	uint32_t message_max; /* bytes of a message; 65531 */
	uint32_t queue_max;   /* bytes waiting on one connection; 4 MiB */
	uint32_t conns_max;   /* connections taken in; 64 */
	uint32_t partial_ms;  /* a message begun is whole after this; 20 s */
	uint32_t idle_ms;     /* between messages; 0: never too long */
	const struct net_sctp_spec *sctp; /* borrowed until net_listen() is back */
};

struct net *net_new(struct event_base *base,
		    const struct net_user *user); /* NULL: memory */
void net_free(struct net *n);

/* 0, -H_ESYS, -H_EINVAL or -H_ENOMEM with a sentence in why[NET_WHY_MAX]. Port 0 takes a
 * free one: see net_listener_addr(). */
int net_listen(struct net *n, const struct net_spec *spec, struct net_listener **out,
	       char why[NET_WHY_MAX]);
void net_close(struct net_listener *l);
/* Closes it, too, but in two steps, for a reload: `f` hears of its connections, those
 * being made among them; then it is found no more and its address is free, but the
 * net_listener_ functions answer until net_close(). */
typedef void(net_conn_h)(void *arg, const struct net_peer *peer);
void net_shut(struct net_listener *l, net_conn_h *f, void *arg);
const struct addr *net_listener_addr(const struct net_listener *l);
void *net_listener_user(const struct net_listener *l);
const char *net_listener_kind(const struct net_listener *l);
bool net_listener_is(const struct net_listener *l, enum net_kind kind);
/* All listeners; NULL starts, NULL ends. */
struct net_listener *net_listener_next(struct net *n, struct net_listener *after);
/* The listener that owns this local address, for messages that answer nothing (NTFY,
 * RSIP): an exact one, else a wildcard one with that port, else NULL. */
struct net_listener *net_find(struct net *n, enum net_kind kind,
			      const struct addr *local);

void net_send(const struct net_peer *to, struct span bytes);
void net_flush(struct net *n);
const struct net_stats *net_get_stats(const struct net *n);

/* Streams. */
void net_connect(struct net_listener *l, const struct addr *remote);
/* Closes it; `closed` is not told. An unknown one is fine. What was sent goes out before,
 * by SCTP; but in `opened`, what waited for the connection is dropped. */
void net_disconnect(struct net *n, uint64_t conn);
/* Who is at its other end; false: no such connection. */
bool net_conn_peer(const struct net *n, uint64_t conn, struct net_peer *out);
