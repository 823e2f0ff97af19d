/* net/sctp_conn.h - inside of net/: UDP sockets of the back end `conn`.
 *
 * layer: net (L3)   thread: control   I/O: sockets
 * RFC 6951
 *
 * To the stack an address is an opaque pointer. Ours is no pointer but a keyed hash of
 * both UDP addresses (its `id`), so that an INIT needs no memory here until its COOKIE
 * ECHO proved that somebody is there: the stack puts the same value in the cookie's
 * signature when that comes in.
 *
 * A NAT between us may give the peer another UDP port in mid-association (RFC 6951 5.4).
 * A packet of its host from a port nobody has moves it there, if its checksum and its
 * verification tag are right.
 */
#pragma once

#include "net/sctp_assoc.h"

/* One UDP socket for each local address; listeners with that address share it. */
struct stk_link {
	struct list in_stk;
	struct addr local; /* with the UDP port */
	int fd;
	bool wild;
	unsigned refs;
	struct event *readable, *later; /* owned */
	struct link_out *out;            /* owned */
};

struct stk_upeer {
	struct map_node by_id, by_pair, by_tag; /* the last while there is a tag */
	uint64_t id; /* to the stack: the hash of the addresses it began with */
	uint32_t tag; /* ours, that its packets bear; 0: not known */
	struct stk_link *link;     /* counted */
	struct addr local, remote; /* UDP */
	unsigned refs;
};

/* sctp_link.c: 0 or -H_E... with a sentence. */
int link_get(const struct addr *local, uint8_t dscp, const char *ifname, uint32_t rcvbuf,
	     struct stk_link **out, char why[NET_WHY_MAX]);
void link_put(struct stk_link *k);
/* Takes a packet that waits for link_flush(); 0 or an errno. */
int link_send(struct stk_link *k, const struct stk_upeer *to, const void *p, size_t n);
void link_flush(struct stk_link *k);
void link_read(struct stk_link *k);

/* sctp_upeer.c. By what the stack calls it; by both addresses as they are now. */
struct stk_upeer *upeer_by_id(uint64_t id);
struct stk_upeer *upeer_find(const struct addr *local, const struct addr *remote);
/* Counted; NULL: no memory, or another has that id. */
struct stk_upeer *upeer_get(struct stk_link *k, const struct addr *local,
			    const struct addr *remote);
void upeer_put(struct stk_upeer *p);
void upeer_set_tag(struct stk_upeer *p, uint32_t tag);
/* Whose packet this is, from a port that is new; NULL: nobody's. */
struct stk_upeer *upeer_moved(struct stk_link *k, const struct addr *local,
			      const struct addr *remote, const uint8_t *p, size_t n);
uint64_t upeer_id(const struct addr *local, const struct addr *remote);
void upeer_start(void); /* with the stack */

/* sctp_conn.c: what came in. */
void conn_packet(struct stk_link *k, const struct addr *local, const struct addr *remote,
		 const uint8_t *p, size_t n);
