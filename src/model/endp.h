/* model/endp.h - endpoints and the pools they come from.
 *
 * layer: model (L2)   thread: control   I/O: none
 * RFC 3435 2.1.1 (kinds), 2.1.2 (names and wildcards)
 *
 * A pool is a name pattern and a count, of one owner. Endpoints live as long as the pool
 * or, on zones, as long as the zone and the last connection to it. The rooms of a pool of
 * conferences that is shared are endpoints of the other owners it admits too, each with
 * connections and a state of its own; they meet there by name, `$` never takes them.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "model/cause.h"
#include "model/format.h"
#include "util/list.h"
#include "util/map.h"
#include "util/str.h"

struct model;
struct owner;
struct pool;
struct room;

enum { ENDP_NAME_MAX = 64, POOL_COUNT_MAX = 100000 };

enum endp_kind {
	ENDP_BRIDGE,  /* RFC 3435 2.1.1.6: packet relay; connections hear each other */
	ENDP_CONF,    /* conference bridge: a room of its own */
	ENDP_PAGE,    /* a zone's room, one endpoint per owner that is let in */
	ENDP_LINE,    /* has a near side of its own (Appendix D's H) */
	ENDP_PLAYER,  /* announcements: near side too */
};

struct pool_spec {
	char pattern[ENDP_NAME_MAX]; /* "rtpbridge/%x", "conf/%d"; one %x or %d, or with
					a count of 1 none */
	enum endp_kind kind;         /* not ENDP_PAGE */
	uint32_t first, count;
	struct format_list formats;  /* when the agent names none; n 0: PCMU, PCMA */
	uint8_t dscp;
	uint16_t max_connections;    /* per endpoint; 0: the kind's own limit */
	uint16_t ptime;              /* ms; 0: 20 */
	bool shared;                 /* ENDP_CONF: other owners may meet in its rooms */
	char admit[256];             /* which ones: names, comma separated; empty: all */
};

enum cause pool_add(struct model *m, struct owner *o, const struct pool_spec *spec,
		    struct pool **out);
/* All pools of an owner, not those it is a guest of; NULL starts. */
struct pool *pool_next(const struct owner *o, const struct pool *after);
const struct pool_spec *pool_get_spec(const struct pool *p);
/* Reload: formats, dscp, ptime and limits at once for new connections; a larger count
 * adds endpoints (announced by `endpoint`), and so does another owner let in. The pattern
 * and the kind can't change. A smaller count, or an owner no longer let in, is
 * CAUSE_ENDP_BUSY with *busy of the endpoints in use among those that would go, unless
 * forced: then these lose their media, and go with their last connection. */
enum cause pool_set(struct pool *p, const struct pool_spec *spec, bool force,
		    uint32_t *busy);

struct endp {
	struct map_node by_name;
	struct list in_list;         /* of the pool, or of the owner's zones */
	struct list in_free;         /* no connection and ready: `$` may take it */
	char name[ENDP_NAME_MAX];    /* local name, lower case */
	struct owner *owner;         /* borrowed */
	struct pool *pool;           /* borrowed; NULL for a zone's */
	struct room *room;           /* borrowed; ENDP_PAGE and ENDP_CONF */
	enum endp_kind kind;
	bool ready; /* in service as far as `$` goes; see endp_set_ready */
	bool gone;  /* zone or pool place deleted by force: takes no new
		       connection, and ends with its last one */
	bool told;                   /* the model's: announced */
	uint32_t nconn;              /* terminations agents hold on it */
	struct list ctxs;  /* struct ctx.in_endp: one on a bridge, one per connection
			      on a room */
	struct list conns; /* struct term.in_endp: what agents see, oldest first */
	uint32_t last_port;          /* the model's: of a room, see port_name() */
	void *user;                  /* the engine's: service state, requests; borrowed */
};

/* Its room belongs to another owner's pool. */
bool endp_is_guest(const struct endp *e);
/* Names are looked up case-blind and hashed. */
struct endp *endp_find(struct owner *o, struct span local_name);
/* A free endpoint matching a pattern with `$` (RFC 3435 2.1.2); with `*` and any_one
 * (profile osmocom) `*` counts as `$`. O(1) for a whole pool. Never a zone (410), never a
 * room with a port of anybody's. CAUSE_ENDP_UNKNOWN when no name can match,
 * CAUSE_ENDP_NONE_FREE when all that do are busy, CAUSE_WILDCARD for `*`. */
enum cause endp_choose(struct owner *o, struct span pattern, bool any_one,
		       struct endp **out);
/* All endpoints matching a pattern with `*`, or the one named. Resumable: *cursor starts
 * at NULL and holds the endpoint met; false at the end. Does not slow down with endpoints
 * of other owners. */
bool endp_next(struct owner *o, struct span pattern, struct endp **cursor);
uint32_t endp_count(struct owner *o, struct span pattern);
/* Does it hold a wildcard term, `*` or `$`? */
bool endp_is_wild(struct span pattern);
/* What is offered when the agent names no formats. */
const struct format_list *endp_formats(const struct endp *e);
/* The engine's service state: endpoints out of service are not chosen for `$`. */
void endp_set_ready(struct endp *e, bool ready);
