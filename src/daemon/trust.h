/* daemon/trust.h - TLS in the process: its files, whose names count, what is told.
 *
 * layer: daemon (L5)   thread: control   I/O: files, net/
 */
#pragma once

#include "daemon/daemon.h"
#include "net/tls.h"

bool trust_wanted(const struct conf *c); /* an address of h248.tls will be opened */
/* Is this owner spoken with by TLS alone? */
bool trust_only(const struct conf_agent *a);
/* What the files make; *out NULL: not wanted. 0 or -H_E... with a sentence. */
int trust_load(const struct conf *c, struct net_tls **out, char why[NET_WHY_MAX]);
/* To the net, unless it is NULL; says whose certificate it is and how long it is good. */
void trust_take(struct daemon *d, const struct conf *c, struct net_tls *t);
int trust_start(struct daemon *d); /* both; 0 or a failure that has been logged */
/* Once a day: does our certificate end soon? */
void trust_round(struct daemon *d, uint64_t now);
/* One line when it has ended or will before `warn` is over, else empty. */
void trust_say_end(const struct conf *c, const struct net_tls_cert *cert,
		   char out[NET_WHY_MAX]);

/* net_user's. */
void trust_names(void *d, const struct net_peer *peer, struct buf *out);
void trust_unsafe(void *d, const struct net_peer *peer, const char *why, bool again);
