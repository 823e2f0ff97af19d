/* net/sctp_in.h - inside of net/: what the files of SCTP share.
 *
 * layer: net (L3)   thread: control, stk_upcall() any   I/O: sockets
 * RFC 9260, 6951
 *
 * Each usrsctp socket has a slot. The stack's upcalls, from whatever thread, do nothing
 * but set the slot's bit and wake the loop; stk_work() then accepts, reads and writes.
 * Nothing is freed inside a callback: what is over goes to stk.dead, which the end of
 * stk_work() empties.
 *
 * An association of ours lives longer than its socket, as in tconn.h:
 *
 *	WAITING --pause over, wanted--> CONNECTING --up--> OPEN --hung up--> CLOSING
 *	   ^---------------- failed, lost ----------------'
 *
 * CLOSING ones belong to the stack, no longer to a listener, until they are shut down in
 * order or their time is over.
 */
#pragma once

#include <usrsctp.h>

#include "net/ops.h"
#include "net/sctp.h"
#include "util/buf.h"
#include "util/log.h"

struct event;
struct stk_link;
struct stk_upeer;

enum {
	STK_SLOTS = 1024,
	STK_READ = 65536,  /* octets in one go */
	STK_TURN = 64,     /* messages of one association before others get their turn */
	STK_CLOSE_MS = 800 /* for a shutdown in order */
};

struct stk_sock {
	struct socket *so; /* owned; NULL: none */
	unsigned slot;
	bool listens;
};

/* A listening socket: of one listener, or in `conn` of all with the same SCTP port. */
struct stk_port {
	struct stk_sock s;
	struct list in_stk;
	struct list users; /* stk_lis.in_port */
	uint16_t port;
};

struct stk_known {
	struct list in_lis;
	struct net_sctp_peer peer; /* peer.spec: NULL or to `spec` */
	struct net_sctp_spec spec;
};

struct stk_lis {
	struct net_listener *l; /* borrowed: parent */
	struct net_spec spec;   /* with the defaults; no pointers */
	struct net_sctp_spec sctp;
	struct addr local[NET_SCTP_ADDRS];
	unsigned nlocal;
	struct stk_port *port;
	struct stk_link *link; /* conn: a UDP socket; counted */
	struct list in_port, assocs, known;
	uint32_t taken; /* associations not dialled */
};

struct stk_msg {
	struct list in_queue;
	uint32_t key;
	size_t n;
	char bytes[];
};

struct stk_assoc {
	struct stk_sock s;
	struct list in_all; /* stk_lis.assocs, stk.closing or stk.dead */
	struct map_node by_id, by_remote; /* while it is open */
	struct stk_lis *lis;     /* borrowed: parent; NULL: closing or dead */
	struct stk_upeer *upeer; /* conn: who is at the other end; counted */
	struct addr local, remote;
	struct net_sctp_info info; /* state, counters; the rest is filled for the asker */
	uint64_t id;               /* 0: not open */
	bool wanted, cooled; /* dialled: asked for since the last failure; pause over */
	bool dead;
	bool fresh;        /* open, but what waited for that has not gone out */
	bool stopped;      /* not read from: too much waits to be sent */
	bool skip;         /* the message that comes in is too long */
	bool drop;         /* it takes nothing of what we send */
	bool grumbled;     /* NET_SEND_FAILED was told in this turn */
	unsigned failures; /* in a row */
	unsigned attempts; /* conn: which address is next */
	struct addr path[NET_SCTP_ADDRS]; /* native: what the peer told it has */
	unsigned npaths;
	uint16_t encaps; /* native: it is heard from this UDP port; 0: any */
	struct buf in;     /* a message in parts */
	struct list queue; /* stk_msg */
	size_t queued;
	struct list in_dirty; /* stk.dirty: something is held */
	struct buf held;      /* the last message, till the flush or the next one */
	uint32_t held_key;
	bool corked; /* what the stack has of this batch waits for the last one */
	struct event *timer; /* owned */
};
