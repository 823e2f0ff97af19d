/* model/room.h - rooms and zones: where owners meet.
 *
 * layer: model (L2)   thread: control   I/O: none
 *
 * A zone is a room with a name of its own, groups and listeners; it lives from
 * configuration and is an endpoint "page/<name>" of every owner it admits. A conference
 * endpoint has a small room of its own that only its owner meets.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "model/cause.h"
#include "model/format.h"
#include "model/plan.h"
#include "model/ports.h"
#include "util/str.h"

struct model;
struct room;

enum { ZONE_NAME_MAX = 48, ROOM_GROUPS_MAX = 16, ROOM_LISTENERS_MAX = 5000,
       ROOM_PORTS_MAX = 10000 };

struct room_group {
	struct group_spec spec;
	char ifname[16];             /* as configured; empty: by route */
	bool emit, join;
};

struct room_spec {
	char name[ZONE_NAME_MAX + 1]; /* a letter, then letters, digits, "_" */
	char label[128];
	enum plan_policy policy;     /* only ROOM_FIRST until mixing exists */
	uint32_t floor_idle_ms;      /* 0: 500 */
	struct format format;        /* what it speaks; name empty: PCMU/8000 */
	uint16_t ptime;              /* ms; 0: 20 */
	uint8_t dscp;                /* of legs to listeners and callers */
	uint8_t ngroup;
	struct room_group group[ROOM_GROUPS_MAX];
	uint32_t nlistener;
	const struct addr *listener; /* unicast listeners; borrowed for the call */
	char admit[256];             /* owners' names, comma separated; empty: all */
	bool shared;                 /* zones are; pool rooms when marked */
};

/* Takes effect at once under the calls, whole or not at all. room_set refuses a format no
 * port can send (CAUSE_ROOM_FORMAT) and a new name. room_del refuses with CAUSE_ROOM_BUSY
 * when ports are held, unless forced: then media stops, model_ops.release is called for
 * each connection, and these stay on the endpoint until they are subtracted. */
enum cause room_add(struct model *m, const struct room_spec *spec, struct room **out);
enum cause room_set(struct room *r, const struct room_spec *spec);
enum cause room_del(struct room *r, bool force);
struct room *room_find(struct model *m, struct span name);      /* zones, by name */
struct room *room_next(struct model *m, struct room *after);    /* zones; NULL starts */
void room_get_spec(const struct room *r, struct room_spec *out); /* listener: borrowed */

struct room_state {
	uint32_t ports, waiting;     /* held by agents; speaking in vain now */
	uint64_t talker;             /* term id that holds the floor, 0: nobody */
	uint64_t since;              /* of the talker, ns */
	uint64_t pages;              /* times the floor was taken */
	uint32_t outputs;            /* legs it is sent to: groups, listeners, callers */
};
void room_get_state(const struct room *r, struct room_state *out);
/* Counters of one output: groups first, then listeners; NULL past the end. `slot` tells
 * the source address and port it sends from. */
const struct strm_stats *room_output(const struct room *r, uint32_t i, struct addr *to,
				     struct slot_info *slot);
/* Admission of one owner, and the room's unnamed or named ports: walk room's
 * terminations. */
bool room_admits(const struct room *r, const struct owner *o);
