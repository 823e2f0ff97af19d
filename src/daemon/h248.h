/* daemon/h248.h - the H.248 engine in the process: its configuration, callbacks, streams.
 *
 * layer: daemon (L5)   thread: control   I/O: net/
 */
#pragma once

#include "daemon/daemon.h"
#include "h248/conf.h"
#include "net/net.h"

enum { H248_WHY_MAX = 300 };
enum { H248_ENC_PRETTY, H248_ENC_COMPACT, H248_ENC_BER }; /* conf_agent.encoding */

/* What listeners of H.248 have as user; those of MGCP have NULL. */
extern const char h248_listener_tag[];

bool h248_wanted(const struct conf *c); /* an agent section speaks it */

/* h248conf.c: one h248_mg_conf for each agent section with protocol = h248; NULL: no
 * memory. To be freed. With a sentence in why[], also NULL: what is wrong. */
struct h248_mg_conf *h248_apply(const struct conf *c, struct h248_conf *out,
				char why[H248_WHY_MAX]);

/* "[udp:|tcp:|tls:|sctp:]HOST[:PORT]", HOST an address or a name; false: it is not. */
bool h248_parse_mgc(struct h248_mgc *out, struct span s, const struct conf_agent *a);

int h248_start(struct daemon *d); /* the engine; 0 or a failure that has been logged */
void h248_input(struct daemon *d, const struct net_peer *from, struct span bytes);
/* Streams: may it come in, it is open, it is gone. */
bool h248_accept(void *d, const struct net_peer *from);
void h248_opened(void *d, const struct net_peer *peer);
void h248_closed(void *d, const struct net_peer *peer, const char *why);
