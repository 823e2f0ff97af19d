/* net/tlsconn.h - inside of net/: the TLS session of one connection.
 *
 * layer: net (L3)   thread: control   I/O: the connection's socket
 *
 * The session reads and writes the socket of its tconn, which stays the tconn's. Nothing
 * waits: what can't go on says so, and the tconn calls again when the socket can.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "net/tls.h"

struct tconn;
struct tls;

/* tlsconn.c. NULL: no memory. The names to look for are asked of the user now. */
struct tls *tls_new(const struct tconn *c, int fd);
void tls_free(struct tls *t); /* says goodbye first, if there is somebody to hear it */
int tls_shake(struct tls *t); /* 1: both ends are known; 0: goes on; -1: tls_why() */
/* As recv() and send(): bytes, 0 at the end, -1 with EAGAIN, or EPROTO and tls_why(). */
ssize_t tls_recv(struct tls *t, void *p, size_t n);
ssize_t tls_send(struct tls *t, const void *p, size_t n);
/* Do these credentials' revocation lists name the peer's certificate? */
bool tls_is_revoked(const struct tls *t, const struct net_tls *by);
bool tls_wants_write(const struct tls *t); /* to go on with tls_shake() or tls_recv() */
bool tls_refused(const struct tls *t);     /* it was the peer's certificate */
const char *tls_why(const struct tls *t);
void tls_info(const struct tls *t, struct net_tls_info *out);
uint32_t net_tls_patience(const struct net_tls *t); /* ms for a handshake */

/* tls.c: hosts whose handshakes failed. */
bool tls_may_come(const struct net_listener *l, const struct addr *remote);
void tls_failed(struct net_listener *l, const struct net_peer *peer, bool dialled,
		bool refused, const char *why);
void tls_went_well(struct net_listener *l, const struct net_peer *peer);
