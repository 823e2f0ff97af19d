/* model/owner.h - owners: who may touch what.
 *
 * layer: model (L2)   thread: control   I/O: none
 * RFC 3435 2.1.4 (narrowed on purpose), RFC 3525 11.1
 *
 * An owner is a group of MGCP call agents or a virtual MG of H.248. Endpoints, contexts,
 * terminations belong to one owner and nobody else finds them. Owners live as long as the
 * model; agents that come and go don't change what their owner has.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "util/addr.h"
#include "util/str.h"

struct model;
struct owner;

enum proto { PROTO_NONE, PROTO_MGCP, PROTO_H248, PROTO_N };
enum idle_action { IDLE_OFF, IDLE_REPORT, IDLE_RELEASE };
enum { OWNER_NAME_MAX = 48, OWNER_NETS_MAX = 16 };

struct owner_net {               /* a prefix of groups the owner may use */
	struct addr net;
	uint8_t bits;
};

struct owner_spec {
	char name[OWNER_NAME_MAX];
	enum proto proto;
	uint8_t accept;              /* enum plan_accept */
	bool latch;                  /* send to where accepted packets come from */
	/* Profile osmocom: mode loopback acts as netwloop on bridges, where there is
	 * nothing behind the endpoint to loop. */
	bool loop_net;
	bool any_one;                /* `*` may stand for `$` (profile osmocom) */
	uint8_t ngroups; /* 0: 239/8, 232/8, ff3x::/32, ff15::/16 - ff18::/16 */
	struct owner_net groups[OWNER_NETS_MAX];
	uint32_t group_ifindex;      /* 0: by route */
	uint8_t group_hops;          /* IPv6 groups, and IPv4 without a TTL in c=; 0: 1 */
	enum idle_action orphan_action, silent_action;
	uint32_t orphan_ms, silent_ms; /* agents gone; no media received */
	char net[32];                /* media address pool; empty: by route */
};

struct owner *owner_add(struct model *m,
			const struct owner_spec *spec); /* NULL: no memory,
							   or name taken */
struct owner *owner_find(struct model *m, struct span name);
struct owner *owner_next(struct model *m, struct owner *after);          /* NULL starts */
const struct owner_spec *owner_get_spec(const struct owner *o);
/* Reload; name and proto stay as they are. Calls up keep what they had till modified. */
void owner_set_spec(struct owner *o, const struct owner_spec *spec);
/* Reachable or not: starts and stops the orphan timer. Owners begin alive. */
void owner_set_alive(struct owner *o, bool alive, uint64_t now);
bool owner_is_alive(const struct owner *o);
/* What the protocol engine hangs on an owner; borrowed. */
void owner_set_user(struct owner *o, void *user);
void *owner_user(const struct owner *o);
/* Terminations agents hold, over all endpoints. */
uint32_t owner_terms(const struct owner *o);
