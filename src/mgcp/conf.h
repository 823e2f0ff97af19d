/* mgcp/conf.h - what the MGCP engine is told about its call agents.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 3.5 (timers), 4.3 (Max1, Max2), 4.4.6 (MWD), 4.4.7 (Tdinit, Tdmin, Tdmax)
 *
 * One mgcp_owner_conf per owner: to its call agents an owner is a whole gateway. daemon/
 * fills it from the configuration file over mgcp_owner_conf_init(), which sets every
 * default, and lets mgcp_conf_check() say in words what is wrong. The engine copies what
 * it is given.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/assoc.h"
#include "util/addr.h"

enum {
	MGCP_LISTEN_MAX = 16,
	MGCP_ALLOW_MAX = 64,
	MGCP_AGENTS_MAX = 16,
	MGCP_DOMAINS_MAX = 16,
	MGCP_DOMAIN_LEN = 128,
	MGCP_ENTITY_LEN = 256,
	MGCP_CA_PORT = 2727, /* where call agents listen */
	MGCP_GW_PORT = 2427  /* where gateways listen */
};

enum mgcp_profile {
	MGCP_PROFILE_DEFAULT,
	MGCP_PROFILE_OSMOCOM /* `*` is "any one" in CRCX, null endpoint, RSIP optional */
};

struct mgcp_allow {      /* who may command: the redundancy group */
	struct addr net; /* port 0: any source port */
	uint8_t bits;
};

struct mgcp_owner_conf {
	char name[48]; /* the model's owner of that name */
	enum mgcp_profile profile;
	uint8_t nlisten;                     /* our addresses it may use; 0: any */
	struct addr listen[MGCP_LISTEN_MAX]; /* we send from the first that fits */
	enum transport transport;            /* of commands of our own */
	uint8_t nallow;                      /* 0: nobody */
	struct mgcp_allow allow[MGCP_ALLOW_MAX];

	char gateway[MGCP_DOMAIN_LEN]; /* our name in commands of our own: "*@gateway" */
	uint8_t ndomain;               /* names we answer to; 0: whatever they say */
	char domain[MGCP_DOMAINS_MAX][MGCP_DOMAIN_LEN];

	/* The provisioned notified entity: RSIP goes there. Its addresses in the order to
	 * try; a port 0 is 2727. Without addresses nothing is announced until an agent
	 * speaks first. An empty name is told as "[address]:port". */
	char notified[MGCP_ENTITY_LEN];
	uint8_t nagent;
	struct addr agent[MGCP_AGENTS_MAX];

	bool announce;           /* RSIP at all (profile osmocom: default no) */
	bool retransmit;         /* false: the transport does it */
	bool dns_max1, dns_max2; /* ask `resolve` again at Max1, at Max2 */

	uint32_t store_max;                   /* answers kept; when full: 409 */
	uint32_t datagram_max;                /* bytes of one message we send; MD: */
	uint32_t t_hist, t_max, longtran;     /* ms */
	uint32_t rto_first, rto_min, rto_max; /* ms */
	uint32_t max1, max2;                  /* retransmissions */
	uint32_t mwd;                         /* ms; RSIP waits 0 .. mwd at start */
	uint32_t tdinit, tdmin, tdmax;        /* ms */
	uint32_t tries;                       /* own commands in flight at once (4.4.8) */
};

struct mgcp_conf {
	uint32_t nowner;
	const struct mgcp_owner_conf *owner; /* borrowed for the call */
};

/* All defaults of that profile; name, addresses and so on empty. */
void mgcp_owner_conf_init(struct mgcp_owner_conf *c, enum mgcp_profile profile);

/* 0, or -H_EINVAL with one English line in why[size]. */
int mgcp_conf_check(const struct mgcp_conf *conf, char *why, size_t size);
