/* daemon/settings.h - what is configured, as structs: the members schema.c's rows fill.
 *
 * layer: daemon (L5)   thread: control   I/O: none
 *
 * One struct for each section, named after it; each begins with a struct conf_head, which
 * knows where its values come from. Owned by the struct conf they are part of.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/schema.h"
#include "util/addr.h"

struct conf_list {
	size_t n;
	void *v; /* owned; n elements of the type */
};

struct conf_range {
	uint16_t first, last;
};

struct conf_net {
	struct addr net; /* port 0: not told */
	uint8_t bits;
};

/* Begins the struct of every section. */
struct conf_head {
	char *title;                 /* owned; NULL without */
	int line;                    /* where the section begins; 0: nowhere */
	int lines[SCHEMA_ITEMS_MAX]; /* of each item; 0: default or environment */
	bool env[SCHEMA_ITEMS_MAX];
};

enum conf_log_to { CONF_LOG_AUTO, CONF_LOG_STDERR, CONF_LOG_SYSLOG, CONF_LOG_JOURNAL };

struct conf_global {
	struct conf_head head;
	char *name, *user;
	int64_t nofile, stop_delay;
};

struct conf_log {
	struct conf_head head;
	int to, level;
	struct conf_list levels; /* char *: "mgcp=debug" */
	bool trace;
};

struct conf_ctl {
	struct conf_head head;
	char *socket, *group;
	int64_t mode, clients;
};

struct conf_store {
	struct conf_head head;
	int kind;
	char *file;
	bool calls;
	int64_t keep, queue;
};

enum conf_io { CONF_IO_AUTO, CONF_IO_SOCKET, CONF_IO_RING };

struct conf_media {
	struct conf_head head;
	int64_t workers, tick, rest;
	int io;
	bool pin, xdp;
	struct conf_list addresses; /* struct addr */
	struct addr advertise;
	struct conf_range ports;
};

struct conf_netpool {
	struct conf_head head;
	struct conf_list addresses; /* struct addr */
	char *interface;
	struct addr advertise;
	struct conf_range ports;
};

struct conf_mgcp {
	struct conf_head head;
	struct conf_list listen, sctp; /* struct addr */
	int64_t dscp, rcvbuf;
};

enum conf_backend { CONF_SCTP_CONN, CONF_SCTP_NATIVE };

struct conf_sctp {
	struct conf_head head;
	int backend;
	int64_t encaps_port;
};

enum conf_auto { CONF_AUTO, CONF_NO, CONF_YES };
enum conf_protocol { CONF_MGCP, CONF_H248 };
enum conf_transport { CONF_UDP, CONF_TCP, CONF_TLS, CONF_SCTP };

struct conf_h248 {
	struct conf_head head;
	struct conf_list udp, tcp, tls, sctp; /* struct addr */
	int64_t dscp, rcvbuf, connections, partial;
};

enum conf_tls_version { CONF_TLS_12, CONF_TLS_13 };

struct conf_tls {
	struct conf_head head;
	char *ca, *crl, *certificate, *key;
	int version;
	int64_t handshake, warn;
};

struct conf_agent {
	struct conf_head head;
	int protocol, profile, transport;
	struct conf_list listen; /* struct addr */
	struct conf_list allow;  /* struct conf_net */
	char *gateway;
	struct conf_list domain; /* char * */
	char *notified;
	struct conf_list addresses; /* struct addr */
	int announce;               /* auto, no, yes */
	char *net;
	int accept;
	bool latch;
	struct conf_list groups; /* struct conf_net */
	char *group_interface;
	int64_t group_hops;
	int orphan, silent;
	int64_t orphan_after, silent_after;
	int64_t store_max, datagram_max, t_hist, t_max, longtran, rto_first, rto_min,
		rto_max;
	int64_t max1, max2, mwd, tdinit, tdmin, tdmax, tries;
	bool dns_max1, dns_max2;
	/* H.248 */
	char *mid, *mg_profile, *ephemerals, *ephemeral_ids, *port_ids;
	struct conf_list mgcs, tls_names; /* char * */
	int tls_only;                     /* auto, no, yes */
	int encoding;
	int64_t version, ephemeral_first, ephemeral_last, wildcard_octets;
	int64_t max_contexts, max_terminations, digit_maps, udp_max, tcp_max;
	int64_t mg_time, mgc_time, mg_pending, mgc_pending, pending_limit;
	int64_t segment_time, silent_mgc, netfail_time;
	/* SCTP */
	struct conf_list sctp_peers; /* char * */
	int64_t sctp_rto_initial, sctp_rto_min, sctp_rto_max, sctp_heartbeat,
		sctp_path_retrans, sctp_assoc_retrans, sctp_streams;
};

struct conf_endpoint {
	struct conf_head head;
	char *pattern, *owner;
	int kind;
	int64_t first, count, dscp, connections, ptime;
	struct conf_list codecs; /* char * */
	bool shared;
	struct conf_list agents; /* char * */
	char *ids;
};

struct conf {
	char *file; /* owned; NULL: none */
	struct conf_global global;
	struct conf_log log;
	struct conf_ctl ctl;
	struct conf_store store;
	struct conf_media media;
	struct conf_mgcp mgcp;
	struct conf_h248 h248;
	struct conf_tls tls;
	struct conf_sctp sctp;
	struct conf_list net;      /* struct conf_netpool */
	struct conf_list agent;    /* struct conf_agent */
	struct conf_list endpoint; /* struct conf_endpoint */
};
