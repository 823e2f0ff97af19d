/* h248/conf.h - what the H.248 engine is told about its virtual MGs.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 6.2.2, A.1 (TerminationIDs), 9.2 (avalanche), 11 (virtual MGs, MGC lists),
 * Annex D.1 (timers), E.2 (root properties)
 *
 * One h248_mg_conf per owner: to its MGCs an owner is a whole gateway, with a MID, a ROOT
 * and an MGC list of its own. daemon/ fills it over h248_mg_conf_init(), which sets every
 * default, and lets h248_conf_check() say in words what is wrong. The engine copies what
 * it is given.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/assoc.h"
#include "util/addr.h"

enum {
	H248_LISTEN_MAX = 16,
	H248_MGCS_MAX = 16,
	H248_ALLOW_MAX = 64,
	H248_POOLS_MAX = 16,
	H248_MID_LEN = 160,
	H248_PROFILE_LEN = 68, /* name of up to 64 characters, "/", version */
	H248_PATTERN_LEN = 64,
	H248_TEXT_PORT = 2944,
	H248_BINARY_PORT = 2945,
	H248_VERSION_MAX = 3
};

struct h248_listen { /* one of our addresses */
	struct addr addr;
	enum transport transport;
	bool binary; /* BER; else text */
};

struct h248_mgc { /* an MGC of the list, in the order to try (11.2, 11.5) */
	char host[H248_MID_LEN]; /* address or domain name; for logs, and to resolve
				    when addr has family 0 */
	struct addr addr;        /* port 0: the default of the form */
	enum transport transport;
	bool binary;
	uint8_t version; /* asked for at registration; 0: the MG's */
};

struct h248_allow { /* who else may speak as an MGC of this MG */
	struct addr net; /* port 0: any */
	uint8_t bits;
};

/* How names of a kind answer to binary ids: the `prefix_bits` topmost bits of `octets`
 * octets hold `prefix`, then comes the zone's number (rooms: by `base`, or a hash of its
 * name, see h248_engine_term_id()), the rest is the termination's number. octets 0: no
 * binary. */
struct h248_bin {
	uint8_t octets, prefix_bits, zone_bits;
	uint64_t prefix;
};

enum h248_pool_kind {
	H248_POOL_RTP,   /* ephemerals; pattern "rtp/%d" */
	H248_POOL_ROOMS, /* ports; pattern "page/%s/%d", as the model names its rooms */
	H248_POOL_NAMED, /* the model's pool of that pattern: "line/%d" */
};

struct h248_pool {
	char pattern[H248_PATTERN_LEN];
	enum h248_pool_kind kind;
	uint32_t first, last; /* RTP: numbers, used in a circle */
	struct h248_bin bin;
	uint8_t base; /* ROOMS: 10 or 16, their names are numbers; 0: words */
};

struct h248_mg_conf {
	char name[48]; /* the model's owner of that name, PROTO_H248 */
	char mid[H248_MID_LEN]; /* "[192.0.2.1]:2944", "<gw.example>", "gw1" */
	bool pretty;            /* text with long words and white space */
	uint8_t version;        /* asked for at registration, 1-3 */
	char profile[H248_PROFILE_LEN]; /* "ResGW/1"; empty: none */

	uint8_t nlisten; /* we send from the first of the same form and transport */
	struct h248_listen listen[H248_LISTEN_MAX];
	uint8_t nmgc;
	struct h248_mgc mgc[H248_MGCS_MAX];
	uint8_t nallow;
	struct h248_allow allow[H248_ALLOW_MAX];

	uint8_t npool;
	struct h248_pool pool[H248_POOLS_MAX];
	uint8_t whole_octets; /* length of binary ids that are just `*` or `$`, 1-8 */

	uint32_t max_contexts;
	uint16_t max_terms; /* in one context, at most the model's CTX_TERMS_MAX */
	uint32_t max_maps;  /* digit maps stored */

	uint32_t store_max;                   /* replies kept; when full: 510 */
	uint32_t datagram_max;                /* bytes of one message over UDP */
	uint32_t stream_max;                  /* the same over TCP */
	uint32_t mwd;                         /* ms; 9.2: ServiceChange waits 0 .. mwd */
	uint32_t long_timer, t_max;           /* ms, D.1 */
	uint32_t rto_first, rto_min, rto_max; /* ms */
	uint32_t tries;                       /* requests of ours in flight */
	uint32_t mg_time, mgc_time;           /* ms; root's normal execution times */
	uint32_t mg_pending, mgc_pending;     /* ms; root's provisional timers; 0: as the
						 normal time */
	uint32_t mg_pending_limit, mgc_pending_limit; /* 0: none */
	uint32_t segment_time; /* ms; a segment not confirmed is sent again (v3) */
	/* ms without media after which nt/netfail is detected, where the owner's own
	 * timer for silence is off */
	uint32_t netfail_time;
	uint32_t silent_mgc;   /* ms without a word of the MGC until we ask; 0: never */
};

struct h248_conf {
	uint32_t nmg;
	const struct h248_mg_conf *mg; /* borrowed for the call */
};

/* All defaults: pools "rtp/%d" and "page/%s/%d" with their binary ids; names, addresses
 * and MGCs empty. */
void h248_mg_conf_init(struct h248_mg_conf *c);

/* 0, or -H_EINVAL with one English line in why[size]. */
int h248_conf_check(const struct h248_conf *conf, char *why, size_t size);
