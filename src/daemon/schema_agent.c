/* daemon/schema_agent.c - the rows of agent sections: MGCP's, H.248's, SCTP's.
 *
 * layer: daemon (L5)   thread: any   I/O: none
 */
#include <limits.h>

#include "daemon/conf.h"
#include "daemon/schema_row.h"

static const char *const protocol[] = { "mgcp", "h248", NULL };
static const char *const transport[] = { "udp", "tcp", "tls", "sctp", NULL };
static const char *const encoding[] = { "pretty", "compact", "ber", NULL };
static const char *const profile[] = { "default", "osmocom", NULL };
static const char *const autoword[] = { "auto", "no", "yes", NULL };
static const char *const accept_word[] = { "strict", "host", "any", NULL };
static const char *const idle[] = { "off", "report", "release", NULL };

const struct schema_item schema_agent[] = {
	{ "protocol", SCHEMA_ENUM, .def = "mgcp", .names = protocol,
	  .at = AT(agent, protocol), .help = "What it speaks." },
	{ "profile", SCHEMA_ENUM, .def = "default", .names = profile, .reload = true,
	  .at = AT(agent, profile),
	  .help = "osmocom: behave as programs built on libosmo-mgcp-client expect." },
	{ "allow", SCHEMA_NET, .list = true, .def = "", .reload = true,
	  .at = AT(agent, allow), .sample = "{\"127.0.0.1\"}",
	  .help = "Addresses, networks (\"192.0.2.0/24\") or address and port that may "
		  "command us. Everybody else is not answered at all. Empty: the "
		  "addresses of `addresses`. H.248: MGCs besides `mgcs` that we may be "
		  "handed over to; no other agent's mgcs may be among them." },
	{ "transport", SCHEMA_ENUM, .def = "udp", .names = transport,
	  .at = AT(agent, transport),
	  .help = "What carries it. MGCP: udp or sctp. H.248: of those `mgcs` that don't "
		  "say." },
	{ "listen", SCHEMA_ADDR, .list = true, .def = "", .least = 1, .most = 65535,
	  .reload = true, .at = AT(agent, listen),
	  .help = "Our listeners these agents may use. Empty: all." },
	{ "addresses", SCHEMA_ADDR, .list = true, .def = "", .least = 0, .most = 65535,
	  .reload = true, .at = AT(agent, addresses),
	  .help = "Where call agents are found, best first: restarts are announced "
		  "there. Port 0 or none: 2727." },
	{ "notified", SCHEMA_STR, .def = "", .most = 255, .reload = true,
	  .at = AT(agent, notified),
	  .help = "The provisioned notified entity, as \"ca@ca1.example.net:2727\". "
		  "Empty: the first of `addresses`." },
	{ "gateway", SCHEMA_STR, .def = "", .most = 127, .reload = true,
	  .at = AT(agent, gateway),
	  .help = "Our domain name in commands of our own. Empty: global.name." },
	{ "domain", SCHEMA_STR, .list = true, .def = "", .least = 1, .most = 127,
	  .reload = true, .at = AT(agent, domain),
	  .help = "Domain names of endpoints we answer to. Empty: whatever the agent "
		  "says." },
	{ "announce", SCHEMA_ENUM, .def = "auto", .names = autoword, .reload = true,
	  .at = AT(agent, announce),
	  .help = "Send RSIP. auto: yes, but not with profile osmocom." },
	{ "net", SCHEMA_STR, .def = "", .most = 31, .reload = true, .at = AT(agent, net),
	  .help = "The net section its media uses. Empty: media.addresses." },
	{ "accept", SCHEMA_ENUM, .def = "host", .names = accept_word, .reload = true,
	  .at = AT(agent, accept),
	  .help = "From whom media is taken once the peer's description is known. "
		  "strict: its address and port; host: its address, any port; any: the "
		  "first valid source. Before it is known a connection in mode recvonly "
		  "takes the first valid source, as RFC 3435 2.3.5 has it; with strict "
		  "nobody." },
	{ "latch", SCHEMA_BOOL, .def = "no", .reload = true, .at = AT(agent, latch),
	  .help = "Send media to where accepted packets come from (peers behind NAT)." },
	{ "groups", SCHEMA_NET, .list = true, .def = "", .reload = true,
	  .at = AT(agent, groups),
	  .help = "Multicast groups the agents may name in SDP. Empty: 239.0.0.0/8, "
		  "232.0.0.0/8, ff3x::/32 and ff15::/16 to ff18::/16." },
	{ "group_interface", SCHEMA_STR, .def = "", .most = 15, .reload = true,
	  .at = AT(agent, group_interface),
	  .help = "The interface of these groups. Empty: by route." },
	{ "group_hops", SCHEMA_INT, .def = "1", .least = 1, .most = 255, .reload = true,
	  .at = AT(agent, group_hops),
	  .help = "Hop limit of IPv6 groups; IPv4 has it in c=." },
	{ "orphan", SCHEMA_ENUM, .def = "report", .names = idle, .reload = true,
	  .at = AT(agent, orphan),
	  .help = "What happens to calls whose agents are gone for orphan_after." },
	{ "orphan_after", SCHEMA_TIME, .def = "10m", .least = SECOND, .most = 7 * DAY,
	  .reload = true, .at = AT(agent, orphan_after), .help = "See orphan." },
	{ "silent", SCHEMA_ENUM, .def = "report", .names = idle, .reload = true,
	  .at = AT(agent, silent),
	  .help = "What happens to a connection that should receive and hears nothing "
		  "for silent_after." },
	{ "silent_after", SCHEMA_TIME, .def = "2m", .least = SECOND, .most = 7 * DAY,
	  .reload = true, .at = AT(agent, silent_after), .help = "See silent." },
	{ "store_max", SCHEMA_INT, .def = "200000", .least = 16, .most = 10000000,
	  .reload = true, .at = AT(agent, store_max),
	  .help = "Answers kept for repeated commands; if full, new ones get 409." },
	{ "datagram_max", SCHEMA_INT, .def = "4000", .least = 4000, .most = 16000,
	  .reload = true, .at = AT(agent, datagram_max),
	  .help = "Bytes of the longest message we send; a longer answer becomes 533." },
	{ "t_hist", SCHEMA_TIME, .def = "30s", .least = SECOND, .most = HOUR,
	  .reload = true, .at = AT(agent, t_hist),
	  .help = "T-HIST: how long an answer is kept." },
	{ "t_max", SCHEMA_TIME, .def = "20s", .least = SECOND, .most = HOUR,
	  .reload = true, .at = AT(agent, t_max),
	  .help = "T-MAX: how long a command of ours is repeated." },
	{ "longtran", SCHEMA_TIME, .def = "5s", .least = 100, .most = MINUTE,
	  .reload = true, .at = AT(agent, longtran),
	  .help = "LONGTRAN-TIMER: pause between repeats after a provisional answer." },
	{ "rto_first", SCHEMA_TIME, .def = "200ms", .least = 10, .most = 10 * SECOND,
	  .reload = true, .at = AT(agent, rto_first),
	  .help = "First guess of the time until a command is repeated." },
	{ "rto_min", SCHEMA_TIME, .def = "100ms", .least = 10, .most = 10 * SECOND,
	  .reload = true, .at = AT(agent, rto_min), .help = "Its least value." },
	{ "rto_max", SCHEMA_TIME, .def = "4s", .least = 100, .most = MINUTE,
	  .reload = true, .at = AT(agent, rto_max), .help = "Its most, RTO-MAX." },
	{ "max1", SCHEMA_INT, .def = "5", .least = 1, .most = 100, .reload = true,
	  .at = AT(agent, max1), .help = "Max1: repeats before an agent is suspected." },
	{ "max2", SCHEMA_INT, .def = "7", .least = 1, .most = 100, .reload = true,
	  .at = AT(agent, max2), .help = "Max2: repeats before it is given up." },
	{ "dns_max1", SCHEMA_BOOL, .def = "yes", .reload = true,
	  .at = AT(agent, dns_max1),
	  .help = "Ask for the agent's addresses again at Max1." },
	{ "dns_max2", SCHEMA_BOOL, .def = "yes", .reload = true,
	  .at = AT(agent, dns_max2),
	  .help = "Ask for the agent's addresses again at Max2." },
	{ "mwd", SCHEMA_TIME, .def = "60ms", .most = 10 * MINUTE, .reload = true,
	  .at = AT(agent, mwd),
	  .help = "MWD: after a start RSIP waits a random time up to this." },
	{ "tdinit", SCHEMA_TIME, .def = "15s", .least = 100, .most = HOUR, .reload = true,
	  .at = AT(agent, tdinit), .help = "Tdinit: first wait when disconnected." },
	{ "tdmin", SCHEMA_TIME, .def = "15s", .least = 100, .most = HOUR, .reload = true,
	  .at = AT(agent, tdmin), .help = "Tdmin: least wait after activity." },
	{ "tdmax", SCHEMA_TIME, .def = "10m", .least = 100, .most = DAY, .reload = true,
	  .at = AT(agent, tdmax), .help = "Tdmax: longest wait." },
	{ "mid", SCHEMA_STR, .def = "", .most = 159, .reload = true, .at = AT(agent, mid),
	  .help = "H.248: our message identifier: \"[192.0.2.1]:2944\", "
		  "\"<gw.example.net>\" or a device name. Empty: our first address, or "
		  "the gateway's name as a domain." },
	{ "mgcs", SCHEMA_STR, .list = true, .def = "", .least = 1, .most = 150,
	  .reload = true, .at = AT(agent, mgcs),
	  .help = "H.248: MGCs to register with, the primary first: "
		  "[udp:|tcp:|tls:|sctp:]HOST[:PORT], as \"192.0.2.10\" or "
		  "\"tcp:ca2.example.net:2944\". Without port: 2944, with ber 2945. One "
		  "with several addresses by SCTP: the first; see sctp_peers." },
	{ "tls_only", SCHEMA_ENUM, .def = "auto", .names = autoword, .reload = true,
	  .at = AT(agent, tls_only),
	  .help = "H.248: whether these MGCs are heard by TLS alone: what comes from "
		  "them by UDP or TCP is not answered. auto: yes when all "
		  "of mgcs are tls:." },
	{ "tls_names", SCHEMA_STR, .list = true, .def = "", .least = 1, .most = 200,
	  .reload = true, .at = AT(agent, tls_names),
	  .help = "H.248: names and addresses of which an MGC's certificate must bear "
		  "one. Empty: the hosts of tls: MGCs in mgcs, and when there are none "
		  "the address it comes from." },
	{ "encoding", SCHEMA_ENUM, .def = "compact", .names = encoding, .reload = true,
	  .at = AT(agent, encoding),
	  .help = "H.248: how we write: text with long words, with short ones, or BER. "
		  "Answers are in the form of the question." },
	{ "version", SCHEMA_INT, .def = "3", .least = 1, .most = 3, .reload = true,
	  .at = AT(agent, version), .help = "H.248: the version we ask for." },
	{ "mg_profile", SCHEMA_STR, .def = "", .most = 67, .reload = true,
	  .at = AT(agent, mg_profile),
	  .help = "H.248: the profile we ask for, as \"ResGW/1\". Empty: none." },
	{ "ephemerals", SCHEMA_STR, .def = "rtp/%d", .least = 3, .most = 40,
	  .at = AT(agent, ephemerals),
	  .help = "H.248: names of ephemeral terminations." },
	{ "ephemeral_first", SCHEMA_INT, .def = "1", .most = UINT_MAX,
	  .at = AT(agent, ephemeral_first), .help = "Their first number." },
	{ "ephemeral_last", SCHEMA_INT, .def = "536870910", .most = UINT_MAX,
	  .at = AT(agent, ephemeral_last),
	  .help = "Their last number; then the first again." },
	{ "ephemeral_ids", SCHEMA_STR, .def = "4:1/3", .most = 40,
	  .at = AT(agent, ephemeral_ids),
	  .help = "H.248: their binary ids, OCTETS:PREFIX/BITS: so many octets, of which "
		  "the topmost BITS bits hold PREFIX and the rest the number. Empty: "
		  "none." },
	{ "port_ids", SCHEMA_STR, .def = "8:2/3:29", .most = 40,
	  .at = AT(agent, port_ids),
	  .help = "H.248: binary ids of ports of zones, OCTETS:PREFIX/BITS:ZONEBITS; "
		  "hollerctl --json agents tells a zone's. Empty: none." },
	{ "wildcard_octets", SCHEMA_INT, .def = "4", .least = 1, .most = 8,
	  .at = AT(agent, wildcard_octets),
	  .help = "H.248: octets of a binary id that is nothing but * or $." },
	{ "max_contexts", SCHEMA_INT, .def = "20000", .least = 1, .most = 1000000,
	  .reload = true, .at = AT(agent, max_contexts),
	  .help = "H.248: contexts there may be at once." },
	{ "max_terminations", SCHEMA_INT, .def = "64", .least = 2, .most = 64,
	  .reload = true, .at = AT(agent, max_terminations),
	  .help = "H.248: terminations there may be in one context." },
	{ "digit_maps", SCHEMA_INT, .def = "4096", .most = 10000, .reload = true,
	  .at = AT(agent, digit_maps),
	  .help = "H.248: digit maps we keep, of ROOT and all terminations." },
	{ "udp_max", SCHEMA_INT, .def = "1472", .least = 508, .most = 16384,
	  .reload = true, .at = AT(agent, udp_max),
	  .help = "H.248: bytes of the longest datagram we send; a longer reply goes in "
		  "segments (version 3) or becomes error 533." },
	{ "tcp_max", SCHEMA_INT, .def = "65531", .least = 508, .most = 65531,
	  .reload = true, .at = AT(agent, tcp_max),
	  .help = "H.248: the same over TCP and TLS." },
	{ "mg_time", SCHEMA_TIME, .def = "1s", .least = 10, .most = MINUTE,
	  .reload = true, .at = AT(agent, mg_time),
	  .help = "H.248: our normal execution time; the MGC may set it." },
	{ "mgc_time", SCHEMA_TIME, .def = "2s", .least = 10, .most = MINUTE,
	  .reload = true, .at = AT(agent, mgc_time),
	  .help = "H.248: the MGC's normal execution time; it may set it." },
	{ "mg_pending", SCHEMA_TIME, .def = "0", .most = MINUTE, .reload = true,
	  .at = AT(agent, mg_pending),
	  .help = "H.248: we send a provisional answer after so long; the MGC may set "
		  "it. 0: as mg_time." },
	{ "mgc_pending", SCHEMA_TIME, .def = "0", .most = MINUTE, .reload = true,
	  .at = AT(agent, mgc_pending),
	  .help = "H.248: the MGC sends one after so long; it may set it. 0: as "
		  "mgc_time." },
	{ "pending_limit", SCHEMA_INT, .def = "32", .most = 10000, .reload = true,
	  .at = AT(agent, pending_limit),
	  .help = "H.248: provisional answers to one request, each way. 0: no limit." },
	{ "segment_time", SCHEMA_TIME, .def = "4s", .least = 100, .most = MINUTE,
	  .reload = true, .at = AT(agent, segment_time),
	  .help = "H.248: a segment that is not confirmed is sent again after this." },
	{ "silent_mgc", SCHEMA_TIME, .def = "0", .most = DAY, .reload = true,
	  .at = AT(agent, silent_mgc),
	  .help = "H.248: we ask the MGC whether it is there when nothing was heard for "
		  "so long. 0: never; it audits us." },
	{ "netfail_time", SCHEMA_TIME, .def = "10s", .least = 100, .most = DAY,
	  .reload = true, .at = AT(agent, netfail_time),
	  .help = "H.248: nt/netfail is told after so long without media, with silent = "
		  "off; else after silent_after." },
	{ "tries", SCHEMA_INT, .def = "64", .least = 1, .most = 10000, .reload = true,
	  .at = AT(agent, tries),
	  .help = "Commands of ours that may be unanswered at once." },
	{ "sctp_peers", SCHEMA_STR, .list = true, .def = "", .least = 3, .most = 400,
	  .reload = true, .at = AT(agent, sctp_peers),
	  .help = "SCTP: agents with several addresses or a UDP port of their own: "
		  "ADDRESS[+ADDRESS]...[:PORT][/UDPPORT], as "
		  "\"192.0.2.10+198.51.100.10:2944/9899\". The first address is the one "
		  "`mgcs` or `addresses` names. They may also call us. Without /UDPPORT: "
		  "as ours. Backend native hears them from that UDP port only." },
	{ "sctp_rto_initial", SCHEMA_TIME, .def = "200ms", .least = 10, .most = MINUTE,
	  .reload = true, .at = AT(agent, sctp_rto_initial),
	  .help = "SCTP: first guess of the retransmission time (RTO.Initial)." },
	{ "sctp_rto_min", SCHEMA_TIME, .def = "100ms", .least = 10, .most = MINUTE,
	  .reload = true, .at = AT(agent, sctp_rto_min),
	  .help = "Its least value (RTO.Min)." },
	{ "sctp_rto_max", SCHEMA_TIME, .def = "400ms", .least = 10, .most = MINUTE,
	  .reload = true, .at = AT(agent, sctp_rto_max),
	  .help = "Its most (RTO.Max); a path is left after sctp_path_retrans of "
		  "these." },
	{ "sctp_heartbeat", SCHEMA_TIME, .def = "1s", .most = HOUR, .reload = true,
	  .at = AT(agent, sctp_heartbeat),
	  .help = "SCTP: pause between heartbeats on an idle path (HB.interval). 0: "
		  "none." },
	{ "sctp_path_retrans", SCHEMA_INT, .def = "1", .least = 1, .most = 100,
	  .reload = true, .at = AT(agent, sctp_path_retrans),
	  .help = "SCTP: a path is down after one more (Path.Max.Retrans)." },
	{ "sctp_assoc_retrans", SCHEMA_INT, .def = "10", .least = 1, .most = 1000,
	  .reload = true, .at = AT(agent, sctp_assoc_retrans),
	  .help = "SCTP: the association is lost after one more "
		  "(Association.Max.Retrans)." },
	{ "sctp_streams", SCHEMA_INT, .def = "16", .least = 1, .most = 1024,
	  .reload = true, .at = AT(agent, sctp_streams),
	  .help = "SCTP: streams asked for. H.248 contexts are spread over them." },
	{ 0 }
};
