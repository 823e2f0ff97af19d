/* daemon/checksctp.c - SCTP is one stack for the whole process: what would need two, or
 * lacks something, is said before the start.
 *
 * layer: daemon (L5)   thread: control   I/O: none
 */
#include <string.h>

#include "daemon/check.h"
#include "daemon/h248.h"
#include "daemon/sctp.h"

/* The port the stack has in UDP is nobody else's. */
static void check_encaps(struct check *k)
{
	const struct conf *c = k->conf;
	const struct conf_list *udp[] = { &c->mgcp.listen,
					  h248_wanted(c) ? &c->h248.udp : NULL };
	uint16_t port = (uint16_t)c->sctp.encaps_port;

	if (!port) {
		if (c->sctp.backend == CONF_SCTP_CONN)
			check_say(
				k, "sctp", &c->sctp.head, "encaps_port",
				"is 0, but backend conn runs in UDP only: set a port, or "
				"backend = native");
		return;
	}
	if (check_in_range(&c->media.ports, port))
		check_say(k, "sctp", &c->sctp.head, "encaps_port",
			 "port %u is one of the media ports", port);
	for (size_t i = 0; i < 2; i++) {
		const struct addr *v = udp[i] ? udp[i]->v : NULL;

		for (size_t j = 0; v && j < udp[i]->n; j++)
			if (v[j].port == port)
				check_say(k, "sctp", &c->sctp.head, "encaps_port",
					 "%s has UDP port %u already",
					 i ? "h248.udp" : "mgcp.listen", port);
	}
}

static void check_sctp_peers(struct check *k, const struct conf_agent *a)
{
	char *const *v = a->sctp_peers.v;
	struct net_sctp_peer p;

	for (size_t i = 0; i < a->sctp_peers.n; i++) {
		if (!sctpd_parse_peer(str_of(v[i]), 0, &p))
			check_say(k, "agent", &a->head, "sctp_peers",
				 "\"%.100s\" is not "
				 "ADDRESS[+ADDRESS]...[:PORT][/UDPPORT], at most %d "
				 "addresses",
				 v[i], NET_SCTP_ADDRS);
		else if (strchr(v[i], '/') && !k->conf->sctp.encaps_port)
			check_say(k, "agent", &a->head, "sctp_peers",
				  "\"%.100s\" is in UDP, but sctp.encaps_port = 0 makes "
				  "the "
				  "whole process speak raw SCTP: drop the /%u, or set "
				  "sctp.encaps_port",
				  v[i], p.encaps);
		else if (strchr(v[i], '/') && !p.encaps)
			check_say(
				k, "agent", &a->head, "sctp_peers",
				"\"%.100s\" is raw SCTP, but sctp.encaps_port = %u makes "
				"the whole process speak SCTP in UDP: raw needs "
				"sctp.encaps_port = 0 and all peers raw",
				v[i], (unsigned)k->conf->sctp.encaps_port);
	}
}

static void check_sctp_agent(struct check *k, const struct conf_agent *a)
{
	const struct conf *c = k->conf;
	bool h248 = a->protocol == CONF_H248;

	if (!h248 && a->transport != CONF_UDP && a->transport != CONF_SCTP)
		check_say(k, "agent", &a->head, "transport", "MGCP runs by udp or sctp");
	if (a->sctp_rto_min > a->sctp_rto_max)
		check_say(k, "agent", &a->head, "sctp_rto_min",
			 "is more than sctp_rto_max");
	if (a->sctp_rto_initial < a->sctp_rto_min ||
	    a->sctp_rto_initial > a->sctp_rto_max)
		check_say(k, "agent", &a->head, "sctp_rto_initial",
			 "is not between sctp_rto_min and sctp_rto_max");
	check_sctp_peers(k, a);
	if (!sctpd_agent(a))
		return;
	if (h248 ? !c->h248.sctp.n : !c->mgcp.sctp.n)
		check_say(k, "agent", &a->head, NULL,
			 "speaks by SCTP, but %s.sctp has no address: set it to ours, as "
			 "{\"192.0.2.1:%u\"}",
			 h248 ? "h248" : "mgcp", h248 ? 2944 : 2427);
}

void check_sctp(struct check *k)
{
	const struct conf *c = k->conf;
	const struct conf_agent *a = c->agent.v;
	const struct addr *m = c->mgcp.sctp.v, *h = c->h248.sctp.v;

	for (size_t i = 0; i < c->agent.n; i++)
		check_sctp_agent(k, &a[i]);
	if (sctpd_wanted(c, CONF_MGCP) || sctpd_wanted(c, CONF_H248))
		check_encaps(k);
	for (size_t i = 0; i < c->mgcp.sctp.n; i++)
		for (size_t j = 0; j < c->h248.sctp.n; j++)
			if (m[i].port == h[j].port)
				check_say(k, "h248", &c->h248.head, "sctp",
					 "port %u is mgcp.sctp's already: all "
					 "associations share one stack",
					 h[j].port);
}
