/* daemon/schema.c - see schema.h: the table, but for the rows of agent sections.
 *
 * layer: daemon (L5)   thread: any   I/O: none
 */
#include "daemon/schema.h"

#include <limits.h>
#include <string.h>

#include "daemon/conf.h"
#include "daemon/schema_row.h"
#include "model/endp.h"

static const char *const log_to[] = { "auto", "stderr", "syslog", "journal", NULL };
static const char *const log_level[] = { "error", "warning", "notice",
					 "info",  "debug",   NULL };
static const char *const store_kind[] = { "sqlite", NULL };
static const char *const media_io[] = { "auto", "socket", "ring", NULL };
static const char *const backend[] = { "conn", "native", NULL };
static const char *const tls_version[] = { "1.2", "1.3", NULL };
static const char *const endp_kind[] = { "bridge", "conf", NULL };

static const struct schema_item global[] = {
	{ "name", SCHEMA_STR, .def = "", .most = 64, .at = AT(global, name),
	  .help = "What this gateway calls itself in RTCP (CNAME) and, unless an agent "
		  "section says otherwise, in MGCP. Empty: the host's name." },
	{ "user", SCHEMA_STR, .def = "", .most = 64, .at = AT(global, user),
	  .help = "Become this user once everything that needs privileges is open. "
		  "Empty: stay who you are. Under systemd the unit's User= does it." },
	{ "nofile", SCHEMA_INT, .def = "0", .most = 10000000, .at = AT(global, nofile),
	  .help = "Descriptors to ask the system for. In socket mode a call needs four. "
		  "0: as many as it gives." },
	{ "stop_delay", SCHEMA_TIME, .def = "2s", .most = 10 * MINUTE, .reload = true,
	  .at = AT(global, stop_delay),
	  .help = "How long a stop waits for calls to end after it was announced, and "
		  "then for answers of the call agents." },
	{ 0 }
};

static const struct schema_item log_items[] = {
	{ "to", SCHEMA_ENUM, .def = "auto", .names = log_to, .at = AT(log, to),
	  .help = "Where the log goes: stderr, syslog or journal (stderr with the "
		  "priority marks systemd understands). auto: journal under systemd, "
		  "else stderr." },
	{ "level", SCHEMA_ENUM, .def = "info", .names = log_level, .reload = true,
	  .at = AT(log, level), .help = "The least important level that is logged." },
	{ "levels", SCHEMA_STR, .list = true, .def = "", .least = 1, .most = 32,
	  .reload = true, .at = AT(log, levels),
	  .help = "Levels of single categories, as \"mgcp=debug\". Categories: util, "
		  "wire, model, mgcp, h248, group, media, net, store, ctl, daemon." },
	{ "trace", SCHEMA_BOOL, .def = "no", .reload = true, .at = AT(log, trace),
	  .help = "Write every MGCP and H.248 message into the log. hollerctl trace does "
		  "it at run time." },
	{ 0 }
};

static const struct schema_item ctl_items[] = {
	{ "socket", SCHEMA_STR, .def = "/run/holler/hollerd.sock", .most = 107,
	  .at = AT(ctl, socket), .help = "The socket hollerctl talks to. Empty: none." },
	{ "mode", SCHEMA_MODE, .def = "0660", .most = 0777, .at = AT(ctl, mode),
	  .help = "Permissions of that socket; who may write to it may do everything "
		  "hollerctl can." },
	{ "group", SCHEMA_STR, .def = "", .most = 64, .at = AT(ctl, group),
	  .help = "The group the socket is given to. Empty: the daemon's own." },
	{ "clients", SCHEMA_INT, .def = "32", .least = 1, .most = 1000, .reload = true,
	  .at = AT(ctl, clients), .help = "How many may be connected at once." },
	{ 0 }
};

static const struct schema_item store_items[] = {
	{ "kind", SCHEMA_ENUM, .def = "sqlite", .names = store_kind,
	  .at = AT(store, kind),
	  .help = "The database that keeps zones and call records." },
	{ "file", SCHEMA_STR, .def = "/var/lib/holler/holler.db", .most = 4000,
	  .at = AT(store, file),
	  .help = "Its file. Empty: nothing is kept, zones last until a stop." },
	{ "calls", SCHEMA_BOOL, .def = "yes", .reload = true, .at = AT(store, calls),
	  .help = "Record every call that ended." },
	{ "keep", SCHEMA_TIME, .def = "90d", .least = 0, .most = 3650 * DAY,
	  .reload = true, .at = AT(store, keep),
	  .help = "How long call records are kept. 0: for ever." },
	{ "queue", SCHEMA_INT, .def = "20000", .least = 16, .most = 1000000,
	  .at = AT(store, queue),
	  .help = "Call records that may wait for the database; beyond that they are "
		  "dropped and counted." },
	{ 0 }
};

static const struct schema_item media_items[] = {
	{ "workers", SCHEMA_INT, .def = "0", .most = 64, .at = AT(media, workers),
	  .help = "Threads that carry media. 0: one for each processor but one, at "
		  "least one." },
	{ "pin", SCHEMA_BOOL, .def = "no", .at = AT(media, pin),
	  .help = "Tie each worker to a processor of its own." },
	{ "io", SCHEMA_ENUM, .def = "auto", .names = media_io, .at = AT(media, io),
	  .help = "How packets come and go. socket: a socket for each port, needs no "
		  "privileges. ring: rings shared with the kernel, needs CAP_NET_RAW "
		  "and CAP_NET_ADMIN. auto: ring where it is allowed. hollerctl status "
		  "says which it is and why." },
	{ "xdp", SCHEMA_BOOL, .def = "yes", .at = AT(media, xdp),
	  .help = "Ring mode: send by AF_XDP (half the cost) on network cards and veth, "
		  "where the device's queue of the worker's number is free. No program "
		  "is loaded. no: leave the queues to others." },
	{ "tick", SCHEMA_TIME, .def = "2ms", .most = 20, .at = AT(media, tick),
	  .help = "How long a worker gathers packets before it handles them: saves "
		  "processor time, adds delay." },
	{ "addresses", SCHEMA_IP, .list = true, .def = "", .at = AT(media, addresses),
	  .help = "Addresses media is received at, when no net section is named. Empty: "
		  "the one the system would use towards the peer." },
	{ "advertise", SCHEMA_IP, .def = NULL, .at = AT(media, advertise),
	  .help = "The address told to peers in place of the real one, behind 1:1 NAT." },
	{ "ports", SCHEMA_RANGE, .def = "16384-32767", .least = 1024, .most = 65535,
	  .at = AT(media, ports),
	  .help = "UDP ports for RTP and RTCP, two for each stream. They should not "
		  "overlap net.ipv4.ip_local_port_range; see sysctl.d/holler.conf." },
	{ "rest", SCHEMA_TIME, .def = "5s", .most = 10 * MINUTE, .at = AT(media, rest),
	  .help = "How long a freed port rests, so that late packets of one call never "
		  "enter the next." },
	{ 0 }
};

static const struct schema_item net_items[] = {
	{ "addresses", SCHEMA_IP, .list = true, .def = "", .at = AT(netpool, addresses),
	  .help = "Addresses media is received at. Empty: those of the interface." },
	{ "interface", SCHEMA_STR, .def = "", .most = 15, .at = AT(netpool, interface),
	  .help = "The interface to use. Empty: the one that has the address." },
	{ "advertise", SCHEMA_IP, .def = NULL, .at = AT(netpool, advertise),
	  .help = "The address told to peers in place of the real one, behind 1:1 NAT." },
	{ "ports", SCHEMA_RANGE, .def = NULL, .least = 1024, .most = 65535,
	  .at = AT(netpool, ports),
	  .help = "UDP ports; not set: those of the media section." },
	{ 0 }
};

static const struct schema_item mgcp_items[] = {
	{ "listen", SCHEMA_ADDR, .list = true, .def = "*:2427", .least = 1, .most = 65535,
	  .reload = true, .at = AT(mgcp, listen),
	  .help = "Addresses and ports MGCP is spoken at. \"*:2427\" is every IPv4 "
		  "address, \"[::]:2427\" every IPv6 address." },
	{ "sctp", SCHEMA_ADDR, .list = true, .def = "", .least = 1, .most = 65535,
	  .at = AT(mgcp, sctp),
	  .help = "SCTP addresses MGCP is spoken at, as \"192.0.2.1:2427\". Backend "
		  "native: those with the same port are one end with several addresses. "
		  "Backend conn: \"*:2427\" speaks from the address the route has. "
		  "Opened when an agent section has transport sctp or sctp_peers." },
	{ "dscp", SCHEMA_INT, .def = "24", .most = 63, .at = AT(mgcp, dscp),
	  .help = "DSCP of MGCP messages." },
	{ "rcvbuf", SCHEMA_INT, .def = "1048576", .most = 1 << 30, .at = AT(mgcp, rcvbuf),
	  .help = "Receive buffer in bytes, as far as net.core.rmem_max allows. 0: the "
		  "system's default." },
	{ 0 }
};

static const struct schema_item h248_items[] = {
	{ "udp", SCHEMA_ADDR, .list = true, .def = "*:2944, *:2945", .least = 1,
	  .most = 65535, .reload = true, .at = AT(h248, udp),
	  .help = "UDP addresses H.248 is spoken at, text and binary alike. Opened when "
		  "an agent section has protocol h248; {}: none." },
	{ "tcp", SCHEMA_ADDR, .list = true, .def = "*:2944, *:2945", .least = 1,
	  .most = 65535, .reload = true, .at = AT(h248, tcp),
	  .help = "TCP addresses, with TPKT framing; {}: none. Connections of our own "
		  "leave from the first one's address." },
	{ "tls", SCHEMA_ADDR, .list = true, .def = "", .least = 1, .most = 65535,
	  .reload = true, .at = AT(h248, tls),
	  .help = "TCP addresses where TLS is spoken, as {\"*:2946\"}; needs the tls "
		  "section. Connections to tls: MGCs leave from the first one's "
		  "address." },
	{ "sctp", SCHEMA_ADDR, .list = true, .def = "", .least = 1, .most = 65535,
	  .at = AT(h248, sctp),
	  .help = "SCTP addresses, as \"192.0.2.1:2944\". Backend native: those with the "
		  "same port are one end with several addresses. Backend conn: "
		  "\"*:2944\" speaks from the address the route has. Opened when an "
		  "agent section speaks H.248 by SCTP." },
	{ "dscp", SCHEMA_INT, .def = "24", .most = 63, .at = AT(h248, dscp),
	  .help = "DSCP of H.248 messages." },
	{ "rcvbuf", SCHEMA_INT, .def = "1048576", .most = 1 << 30, .at = AT(h248, rcvbuf),
	  .help = "Receive buffer of UDP in bytes. 0: the system's default." },
	{ "connections", SCHEMA_INT, .def = "64", .least = 1, .most = 10000,
	  .at = AT(h248, connections),
	  .help = "Most TCP or TLS connections that may come in at one address." },
	{ "partial", SCHEMA_TIME, .def = "20s", .least = 100, .most = HOUR,
	  .at = AT(h248, partial),
	  .help = "A message begun on TCP is whole after this, or the connection is "
		  "closed; also how long a new connection may say nothing." },
	{ 0 }
};

static const struct schema_item tls_items[] = {
	{ "ca", SCHEMA_STR, .def = "", .most = 4000, .reload = true, .at = AT(tls, ca),
	  .help = "File with the certificates (PEM) of those who sign the peers'." },
	{ "crl", SCHEMA_STR, .def = "", .most = 4000, .reload = true, .at = AT(tls, crl),
	  .help = "File with their revocation lists (PEM). Empty: none is asked. One "
		  "that is out of date lets nobody in." },
	{ "certificate", SCHEMA_STR, .def = "", .most = 4000, .reload = true,
	  .at = AT(tls, certificate),
	  .help = "File with our certificate (PEM), and those between it and the CA." },
	{ "key", SCHEMA_STR, .def = "", .most = 4000, .reload = true, .at = AT(tls, key),
	  .help = "File with its private key (PEM), without a passphrase. It must be "
		  "root's or the daemon's user's, and others must not read it." },
	{ "version", SCHEMA_ENUM, .def = "1.2", .names = tls_version, .reload = true,
	  .at = AT(tls, version), .help = "The oldest version of TLS that is spoken." },
	{ "handshake", SCHEMA_TIME, .def = "10s", .least = 100, .most = 10 * MINUTE,
	  .reload = true, .at = AT(tls, handshake),
	  .help = "How long a handshake may take, from its first octet to its last." },
	{ "warn", SCHEMA_TIME, .def = "30d", .most = 3650 * DAY, .reload = true,
	  .at = AT(tls, warn),
	  .help = "Our certificate's end is warned of, once a day, from so long "
		  "before." },
	{ 0 }
};

static const struct schema_item sctp_items[] = {
	{ "backend", SCHEMA_ENUM, .def = "conn", .names = backend,
	  .at = AT(sctp, backend),
	  .help = "conn: in UDP, in the event loop, one path for each association. "
		  "native: several paths, threads of its own; in UDP, or raw." },
	{ "encaps_port", SCHEMA_INT, .def = "9899", .most = 65535,
	  .at = AT(sctp, encaps_port),
	  .help = "The UDP port of ours SCTP is carried in (RFC 6951). 0: none, raw SCTP "
		  "(IP protocol 132); needs backend native and CAP_NET_RAW." },
	{ 0 }
};

static const struct schema_item endpoint_items[] = {
	{ "pattern", SCHEMA_STR, .def = "", .most = 52, .at = AT(endpoint, pattern),
	  .help = "The names, when they are not the section's title: titles are there "
		  "once, and two owners may have endpoints of the same names." },
	{ "owner", SCHEMA_STR, .def = "", .most = 47, .at = AT(endpoint, owner),
	  .help = "The agent section it belongs to. Empty: the only one there is." },
	{ "kind", SCHEMA_ENUM, .def = "bridge", .names = endp_kind,
	  .at = AT(endpoint, kind), .sample = "bridge",
	  .help = "bridge: relays between its connections. conf: a room of its own." },
	{ "shared", SCHEMA_BOOL, .def = "no", .reload = true, .at = AT(endpoint, shared),
	  .help = "With kind conf: other owners may meet in these rooms. There they have "
		  "endpoints of the same names, which they use by name, never by a "
		  "wildcard for any one." },
	{ "agents", SCHEMA_STR, .list = true, .def = "", .least = 1, .most = 47,
	  .reload = true, .at = AT(endpoint, agents),
	  .help = "With shared: the agent sections that may. Empty: all." },
	{ "first", SCHEMA_INT, .def = "1", .most = UINT_MAX, .at = AT(endpoint, first),
	  .help = "The first number." },
	{ "count", SCHEMA_INT, .def = "100", .least = 1, .most = POOL_COUNT_MAX,
	  .reload = true, .at = AT(endpoint, count), .sample = "300",
	  .help = "How many there are." },
	{ "codecs", SCHEMA_STR, .list = true, .def = "PCMU, PCMA, telephone-event",
	  .least = 1, .most = 31, .reload = true, .at = AT(endpoint, codecs),
	  .help = "Offered, in this order, when the agent names none." },
	{ "dscp", SCHEMA_INT, .def = "46", .most = 63, .reload = true,
	  .at = AT(endpoint, dscp),
	  .help = "DSCP of media, when the agent says nothing." },
	{ "connections", SCHEMA_INT, .def = "0", .most = 32, .reload = true,
	  .at = AT(endpoint, connections),
	  .help = "Most connections on one endpoint. 0: as many as its kind allows." },
	{ "ptime", SCHEMA_TIME, .def = "20ms", .least = 5, .most = 200, .reload = true,
	  .at = AT(endpoint, ptime),
	  .help = "Packet time told when the agent says nothing." },
	{ "ids", SCHEMA_STR, .def = "", .most = 40, .at = AT(endpoint, ids),
	  .help = "H.248: binary ids of ports of these rooms, as port_ids of the agent, "
		  "with the room's number in place of a zone's hash. "
		  "Empty: none, they have text names only." },
	{ 0 }
};

#define ONE(id, items_, help_)                                                           \
	{                                                                                \
		.name = #id, .size = sizeof(struct conf_##id),                           \
		.at = offsetof(struct conf, id), .help = (help_), .items = (items_)      \
	}

const struct schema_section schema[] = {
	ONE(global, global, "The process."),
	ONE(log, log_items, "What is written down, and where."),
	ONE(ctl, ctl_items, "The socket of hollerctl."),
	ONE(store, store_items, "What outlives the process: zones and call records."),
	ONE(media, media_items, "Ports, threads and packets."),
	{ .name = "net",
	  .titled = true,
	  .title = "a name agents refer to",
	  .size = sizeof(struct conf_netpool),
	  .at = offsetof(struct conf, net),
	  .items = net_items,
	  .help = "A network with media addresses of its own, for hosts with several." },
	ONE(mgcp, mgcp_items, "Where MGCP is heard."),
	ONE(h248, h248_items, "Where H.248 is heard."),
	ONE(tls, tls_items,
	    "Certificates for H.248 over TLS; both ends' are checked. The files are read "
	    "again by a reload, for connections made from then on. See doc/SECURITY."),
	ONE(sctp, sctp_items,
	    "The SCTP stack: one for the whole process, so its kind and its UDP port are "
	    "the same for all agents."),
	{ .name = "agent",
	  .titled = true,
	  .title = "the owner's name",
	  .sample_title = "ca1",
	  .size = sizeof(struct conf_agent),
	  .at = offsetof(struct conf, agent),
	  .items = schema_agent,
	  .help = "A group of call agents that share their calls. To them this is a "
		  "whole gateway: other owners' endpoints do not exist." },
	{ .name = "endpoint",
	  .titled = true,
	  .title = "a name with one %x or %d, which runs from first in hex or decimal",
	  .sample_title = "rtpbridge/%x",
	  .size = sizeof(struct conf_endpoint),
	  .at = offsetof(struct conf, endpoint),
	  .items = endpoint_items,
	  .help = "A pool of endpoints. Zones (hollerctl zone add) are endpoints too, "
		  "page/NAME." },
	{ 0 }
};

const struct schema_section *schema_find(const char *section)
{
	for (const struct schema_section *s = schema; s->name; s++)
		if (!strcmp(s->name, section))
			return s;
	return NULL;
}

const struct schema_item *schema_item_find(const struct schema_section *s,
					   const char *name)
{
	for (const struct schema_item *it = s->items; it->name; it++)
		if (!strcmp(it->name, name))
			return it;
	return NULL;
}

const char *schema_type_name(const struct schema_item *it)
{
	static const char *const one[SCHEMA_TYPES] = {
		"yes or no",  "number",       "time",       "word",    "text",
		"IP address", "address:port", "first-last", "network", "permissions",
	};
	static const char *const many[SCHEMA_TYPES] = {
		"list of yes or no",    "list of numbers",    "list of times",
		"list of words",        "list of texts",      "list of IP addresses",
		"list of address:port", "list of first-last", "list of networks",
		"list of permissions",
	};

	return it->list ? many[it->type] : one[it->type];
}
