/* daemon/sctp.h - SCTP in the process: its stack, the peers of agents, what it tells.
 *
 * layer: daemon (L5)   thread: control   I/O: net/
 */
#pragma once

#include "daemon/daemon.h"
#include "net/net.h"
#include "net/sctp.h"

/* An agent section of that protocol (CONF_MGCP, CONF_H248) has to do with SCTP. */
bool sctpd_wanted(const struct conf *c, int protocol);
bool sctpd_agent(const struct conf_agent *a);

/* "ADDRESS[+ADDRESS]...[:PORT][/UDPPORT]"; a port not told is `port`. False: it is not.
 */
bool sctpd_parse_peer(struct span text, uint16_t port, struct net_sctp_peer *out);
uint16_t sctpd_default_port(const struct conf_agent *a); /* of its peers */

/* The stack, while there are privileges; 0 or a failure that has been logged. */
int sctpd_start(struct daemon *d);
/* Settings of associations nobody told more of: those of the protocol's first agent. */
void sctpd_spec(const struct conf *c, int protocol, struct net_sctp_spec *out);
/* The listeners hear of the agents' peers, no longer of those only `was` (or NULL) has.
 * What is wrong goes to `said`, or to the log when NULL. */
void sctpd_peers(struct daemon *d, const struct conf *was, const struct conf *now,
		 struct buf *said);
/* net_user.noticed */
void sctpd_noticed(void *d, const struct net_peer *peer, enum net_notice what,
		   const struct addr *path);
/* Is another of this owner's associations of MGCP open? */
bool sctpd_others(struct daemon *d, const struct net_peer *gone, const struct owner *o);
