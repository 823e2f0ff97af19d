/* net/sctp.h - SCTP: the stack, settings of associations, what is known of them.
 *
 * layer: net (L3)   thread: control   I/O: sockets; the native back end's own threads
 * RFC 9260 (SCTP), 6951 (in UDP), 6458 (terms of the API)
 *
 * usrsctp is one for the whole process: net_sctp_start() says once which back end it is
 * and which UDP port of this host carries it, before the first net_listen() of kind
 * NET_sctp. `conn` runs in the event loop on UDP sockets of ours, one path for each
 * association; `native` has several paths, and threads of its own. net_free() ends all
 * associations in order (SHUTDOWN, within a second) and the stack with them.
 *
 * A listener is an SCTP port at one or more local addresses. Associations are what the
 * stream transports call connections (net.h): `accept`, `opened`, `input`, `closed`,
 * net_connect(), net_disconnect(), with numbers of their own in net_peer.conn. Peers the
 * configuration knows are told with net_sctp_know(): all addresses of one are then that
 * peer, net_peer.remote is always its first address (with the SCTP port in use), and
 * net_connect() to any of them dials them all (conn: one after the other, the next with
 * each attempt). To dial one nobody told of is fine: one address, the stack's own UDP
 * port at the other end too. conn follows a peer to another UDP port of its host, when a
 * packet with the right checksum and verification tag comes from there (RFC 6951 5.4);
 * native keeps to the port it was told, see net_sctp_allow().
 *
 * Messages are whole and at most message_max octets either way; longer ones that come in
 * are dropped and counted. net_peer.key says which stream a message leaves on (key modulo
 * the streams there are): same key, same order. What comes in has its stream there, so an
 * answer goes back on the same stream.
 *
 * A peer that restarts is `noticed`, then `closed` and `opened` with a new number: what
 * was not delivered is gone. A lost association is `closed` with its reason and, if it
 * was dialled, waits for the next net_connect() or net_send() like a TCP connection.
 *
 * Zero in a setting means the default, which suits signalling, not bulk data.
 */
#pragma once

#include "net/net.h"

enum { NET_SCTP_ADDRS = 8 }; /* most addresses of either end */
enum { NET_SCTP_ENCAPS = 9899, NET_SCTP_HEARTBEAT_OFF = -1 };
enum { NET_SCTP_PPID_H248 = 7, NET_SCTP_PPID_MGCP = 0 };

enum net_sctp_backend { NET_SCTP_CONN, NET_SCTP_NATIVE };

struct net_sctp_stack {
	enum net_sctp_backend backend;
	uint16_t encaps; /* UDP port here; 0: native alone, IP protocol 132 */
};

/* Of a listener and the associations it takes in; of one peer if it has its own. */
struct net_sctp_spec {
	struct addr also[NET_SCTP_ADDRS - 1]; /* local besides net_spec.local; no port */
	unsigned nalso;
	uint32_t ppid;                          /* of what we send, host order */
	uint32_t rto_initial, rto_min, rto_max; /* ms; 200, 100, 400 */
	int32_t heartbeat;                      /* ms; 1000; NET_SCTP_HEARTBEAT_OFF */
	uint16_t path_retrans;                  /* a path is down after one more; 1 */
	uint16_t assoc_retrans;                 /* the association after one more; 10 */
	uint16_t init_retrans;                  /* of INIT and COOKIE-ECHO; 5 */
	uint16_t streams_out, streams_in;       /* asked for, and taken at most; 16, 64 */
	uint16_t dial_port; /* ours when we call, not one listened on; 0 */
};

struct net_sctp_peer {
	struct addr remote[NET_SCTP_ADDRS]; /* with the SCTP port of the first */
	unsigned nremote;
	uint16_t encaps;                  /* its UDP port; 0: the stack's own */
	const struct net_sctp_spec *spec; /* `also` is not looked at; NULL: listener's */
};

/* 0, or -H_EINVAL (makes no sense), -H_EPERM (CAP_NET_RAW), -H_EBUSY (the port is taken,
 * or the stack runs with other settings), -H_ESYS, -H_ENOMEM, with a sentence in why that
 * says what to do. The same settings again are fine. */
int net_sctp_start(struct net *n, const struct net_sctp_stack *s, char why[NET_WHY_MAX]);
/* NULL: not started. */
const struct net_sctp_stack *net_sctp_running(const struct net *n);

/* Tells a listener of a peer, or of its new settings when the first address is known
 * already (for associations to come). 0, -H_EINVAL or -H_ENOMEM with a sentence. */
int net_sctp_know(struct net_listener *l, const struct net_sctp_peer *p,
		  char why[NET_WHY_MAX]);
/* Its associations stay; unknown is fine. */
void net_sctp_forget(struct net_listener *l, const struct addr *first);

struct net_sctp_net {
	struct addr net;
	unsigned bits;
};
/* Back end native: from now on the stack hears, besides known peers and whom we dial, the
 * hosts in these networks alone (else anybody until `accept` refuses him), and in UDP a
 * known peer from its own port alone. 0 or -H_ENOMEM. */
int net_sctp_allow(struct net *n, const struct net_sctp_net *v, unsigned count);

/* ---- what is known ------------------------------------------------------------- */

enum net_sctp_state {
	NET_SCTP_WAITING, /* dialled, before the next attempt */
	NET_SCTP_CONNECTING,
	NET_SCTP_OPEN,
	NET_SCTP_CLOSING, /* SHUTDOWN sent */
};

enum net_sctp_path_state {
	NET_SCTP_PATH_UNCONFIRMED, /* no answer to a HEARTBEAT yet */
	NET_SCTP_PATH_ACTIVE,
	NET_SCTP_PATH_INACTIVE,
};

struct net_sctp_path {
	struct addr remote;
	enum net_sctp_path_state state;
	bool primary;
	uint32_t srtt, rto; /* ms */
	uint32_t cwnd, mtu; /* octets */
};

struct net_sctp_info {
	struct net_peer peer; /* conn 0: not open; at NULL: closing */
	unsigned failed;      /* attempts, in a row */
	enum net_sctp_state state;
	bool dialled;
	unsigned nlocal, npaths;
	struct addr local[NET_SCTP_ADDRS];
	struct net_sctp_path path[NET_SCTP_ADDRS];
	uint16_t streams_out, streams_in;
	uint32_t rwnd;            /* octets the peer would take */
	uint32_t unacked, queued; /* chunks sent; messages here, not with the stack yet */
	uint64_t since;           /* ns, monotonic: of this state */
	uint64_t rx, rx_octets, tx, tx_octets; /* messages */
	uint64_t rx_long, rx_cut; /* too long; not delivered to their end */
	uint64_t rx_ppid;         /* with another PPID than the listener's; delivered */
	uint64_t tx_lost;         /* not delivered when the association ended */
	uint64_t path_down, path_up;
	char last[64]; /* why it was closed or failed last, or empty */
};

/* All of them: for (unsigned it = 0; net_sctp_next(n, &it, &info);). */
bool net_sctp_next(struct net *n, unsigned *it, struct net_sctp_info *out);
bool net_sctp_get(struct net *n, uint64_t conn, struct net_sctp_info *out);
/* The same without asking the stack anything: those that are open. */
bool net_sctp_next_open(struct net *n, unsigned *it, struct net_peer *out);
/* The open one with that peer, whoever called, at a listener of this user; 0: none. */
uint64_t net_sctp_find(struct net *n, const void *user, const struct addr *remote);

const char *net_sctp_state_name(enum net_sctp_state s);           /* "open" */
const char *net_sctp_path_state_name(enum net_sctp_path_state s); /* "active" */
const char *net_sctp_backend_name(enum net_sctp_backend b);       /* "conn" */
