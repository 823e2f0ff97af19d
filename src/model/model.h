/* model/model.h - contexts, terminations, streams, endpoints, owners, rooms.
 *
 * layer: model (L2)   thread: control only   I/O: none, clock: none (now is an argument)
 * RFC 3435 2.1 and Appendix D; RFC 3525 6, 7.1.18
 *
 * A context joins terminations, a termination owns streams; streams of one id in one
 * context hear each other as far as topology (ctx_hears) lets them. An MGCP connection is
 * a termination in the context behind its endpoint; rooms are shared by name.
 *
 * Commands are transactions: calls below that stage (term_add, term_modify, term_subtract)
 * change nothing anybody sees until model_commit(); model_rollback() undoes all that was
 * staged since. Only one command is in work at a time. Refusals are `enum cause`.
 *
 * Ownership: model owns owners, pools, endpoints, contexts and rooms; a context owns its
 * terminations; a termination its streams. Pointers are borrowed and die with the object:
 * the `ended` callback of struct model_ops says when a termination goes.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "model/cause.h"
#include "model/format.h"
#include "model/ports.h"
#include "util/arena.h"
#include "util/list.h"
#include "util/map.h"
#include "util/tmr.h"
#include "wire/sdp.h"

struct model;
struct owner;
struct pool;
struct endp;
struct ctx;
struct term;
struct room;

enum { TERM_NAME_MAX = 64, ENDP_NAME_MAX = 64, STREAMS_MAX = 4, CTX_TERMS_MAX = 32 };

/* ---- owners ------------------------------------------------------------------ */

enum proto { PROTO_NONE, PROTO_MGCP, PROTO_H248, PROTO_N };
enum idle_action { IDLE_OFF, IDLE_REPORT, IDLE_RELEASE };

struct owner_net {               /* a prefix of groups the owner may use */
	struct addr net;
	uint8_t bits;
};

struct owner_spec {
	char name[48];
	enum proto proto;
	uint8_t accept;              /* enum plan_accept */
	bool latch;
	uint8_t ngroups;             /* 0: the default ranges */
	struct owner_net groups[16];
	uint32_t group_ifindex;      /* 0: by route */
	uint8_t group_hops;          /* IPv6 groups; IPv4 takes c= */
	enum idle_action orphan_action, silent_action;
	uint32_t orphan_ms, silent_ms; /* agents gone; no media received */
	char net[32];                /* media address pool; empty: by route */
};

struct owner *owner_add(struct model *m, const struct owner_spec *spec); /* NULL: no memory */
struct owner *owner_find(struct model *m, struct span name);
const struct owner_spec *owner_get_spec(const struct owner *o);
void owner_set_spec(struct owner *o, const struct owner_spec *spec);     /* reload */
/* Reachable or not: starts and stops the orphan timer. */
void owner_set_alive(struct owner *o, bool alive, uint64_t now);
/* What the protocol engine hangs on an owner; borrowed. */
void owner_set_user(struct owner *o, void *user);
void *owner_user(const struct owner *o);

/* ---- endpoints --------------------------------------------------------------- */

enum endp_kind {
	ENDP_BRIDGE,  /* RFC 3435 2.1.1.6: packet relay; connections hear each other */
	ENDP_CONF,    /* conference bridge: a room of its own */
	ENDP_PAGE,    /* a zone's room, one endpoint per owner that is let in */
	ENDP_LINE,    /* has a near side of its own (Appendix D's H) */
	ENDP_PLAYER,  /* announcements: near side too */
};

struct pool_spec {
	char pattern[ENDP_NAME_MAX]; /* "rtpbridge/%x", "conf/%d"; one %x or %d */
	enum endp_kind kind;
	uint32_t first, count;
	struct format_list formats;  /* offered when the agent names none */
	uint8_t dscp;
	uint16_t max_connections;    /* per endpoint; 0: the kind's own limit */
	uint32_t ptime;              /* ms; default 20 */
};

enum cause pool_add(struct model *m, struct owner *o, const struct pool_spec *spec,
		    struct pool **out);

struct endp {
	struct map_node by_name;
	struct list in_pool, free_link;
	char name[ENDP_NAME_MAX];    /* local name, lower case */
	struct owner *owner;         /* borrowed */
	struct pool *pool;           /* borrowed; NULL for a zone's */
	struct room *room;           /* borrowed; ENDP_PAGE and ENDP_CONF */
	enum endp_kind kind;
	uint32_t nconn;              /* terminations agents hold on it */
	struct list ctxs;            /* struct ctx.in_endp: one on a bridge, one per connection
	                                on a room */
	struct list conns;           /* struct term.in_endp: what agents see, oldest first */
	void *user;                  /* the engine's: service state, requests; borrowed */
};

/* Names are looked up case-blind and hashed. */
struct endp *endp_find(struct owner *o, struct span local_name);
/* A free endpoint matching a pattern with `$` (RFC 3435 2.1.2); with `*` and any_one
 * (profile osmocom) `*` counts as `$`. O(1) for a whole pool. Never a zone (410), never a
 * room with a port of anybody's. */
enum cause endp_choose(struct owner *o, struct span pattern, bool any_one, struct endp **out);
/* All endpoints matching a pattern with `*`, or the one named. Resumable: *cursor starts
 * at NULL; false at the end. Does not slow down with endpoints of other owners. */
bool endp_next(struct owner *o, struct span pattern, struct endp **cursor);
uint32_t endp_count(struct owner *o, struct span pattern);
const struct format_list *endp_formats(const struct endp *e);

/* ---- streams and terminations -------------------------------------------------- */

enum strm_mode {
	MODE_INACTIVE, MODE_SENDONLY, MODE_RECVONLY, MODE_SENDRECV, MODE_CONFRNCE,
	MODE_LOOPBACK, MODE_CONTTEST, MODE_NETWLOOP, MODE_NETWTEST, MODE_N
};

/* One stream as it is now. Directions look out of the context (MGCP and H.248 alike). */
struct strm {
	uint16_t id;                 /* 1 is the first m= line */
	uint8_t mode;                /* enum strm_mode */
	bool on;                     /* false: m= line with port 0 */
	char media[16];              /* "audio" */
	struct slot_info slot;       /* slot NULL: no port taken */
	struct format_list local;    /* as told in the local description */
	struct format_list remote;   /* as the peer told; n 0: not told yet */
	struct addr raddr, raddr_rtcp; /* where we send; family 0: unknown */
	bool is_group;
	struct group_spec group;
	uint16_t ptime;              /* ms */
	uint8_t dscp;
	uint32_t ssrc, generation;
};

enum term_kind { TERM_RTP, TERM_PORT, TERM_LINK, TERM_NAMED };

struct term {
	struct list in_ctx, in_endp;
	struct map_node by_name;     /* connections: looked up by name, hashed */
	uint64_t id;                 /* never re-used */
	char name[TERM_NAME_MAX];    /* ConnectionId, or "rtp/7" */
	enum term_kind kind;
	struct ctx *ctx;             /* borrowed: parent */
	struct endp *endp;           /* borrowed; NULL for H.248 ephemerals */
	struct room *room;           /* TERM_PORT */
	struct term *link;           /* TERM_LINK: the other half (Z2) */
	uint8_t nstrm;
	struct strm *strm;           /* owned; [nstrm] */
	uint64_t since;              /* ns, monotonic */
	uint32_t sdp_version;        /* o= version: grows with each change */
	void *user;                  /* the engine's (call id, options as told); borrowed */
};

struct term *term_find(struct owner *o, struct span name); /* hashed, this owner's only */

/* What is asked of one stream. A field counts when its bit is in `has`. */
enum ask_bit {
	ASK_MODE = 1 << 0,
	ASK_FORMATS = 1 << 1,        /* LocalConnectionOptions a:, or H.248 Local */
	ASK_PTIME = 1 << 2,
	ASK_DSCP = 1 << 3,
	ASK_REMOTE = 1 << 4,
	ASK_GROUP = 1 << 5,          /* receive from this group (local multicast address) */
	ASK_BANDWIDTH = 1 << 6,      /* kbit/s, least and most */
	ASK_NETTYPE = 1 << 7,
};

struct term_ask {
	uint32_t has;
	enum strm_mode mode;         /* for every stream */
	struct format_list formats;
	uint16_t ptime_min, ptime_max;
	uint8_t dscp;
	uint32_t kbps_min, kbps_max;
	uint8_t family;              /* ASK_NETTYPE: 4 or 6 */
	const struct sdp *remote;    /* borrowed for the call; n-th m= line is stream n */
	struct group_spec group;
	bool remote_first;           /* RFC 3435 2.3.5: remote description decides codecs */
};

/* A connection on an endpoint: makes the context when there is none (on a room endpoint
 * always a private one with an unnamed port), takes ports, negotiates. Staged. */
enum cause term_add(struct endp *e, const struct term_ask *ask, struct term **out);
enum cause term_modify(struct term *t, const struct term_ask *ask);
enum cause term_subtract(struct term *t);
/* RFC 3435 Z2/I2: a connection on each of two endpoints of one owner, joined inside. */
enum cause term_add_pair(struct endp *e1, struct endp *e2, const struct term_ask *ask,
			 struct term **t1, struct term **t2);

/* All or nothing; on a refusal everything staged is rolled back already. Terminations
 * subtracted are freed after their `ended` callback. */
enum cause model_commit(struct model *m, uint64_t now);
void model_rollback(struct model *m);

/* The local description, in the arena: what an answer to the agent carries. NULL: no memory. */
struct sdp *term_local_sdp(const struct term *t, struct arena *a);
struct sdp *term_remote_sdp(const struct term *t, struct arena *a); /* NULL too when none */

/* Does what `from` receives reach `to`? (RFC 3435 Appendix D, RFC 3525 7.1.18) */
bool ctx_hears(const struct term *from, const struct term *to, uint16_t stream);

struct ctx {
	struct map_node by_id;
	struct list in_endp;
	uint32_t id;
	struct owner *owner;
	struct endp *endp;           /* NULL for H.248 */
	uint16_t worker;
	struct list terms;           /* struct term.in_ctx */
	uint8_t nterm;
};

/* ---- rooms and zones ----------------------------------------------------------- */

enum { ZONE_NAME_MAX = 48, ROOM_GROUPS_MAX = 16, ROOM_LISTENERS_MAX = 5000 };

struct room_group {
	struct group_spec spec;
	char ifname[16];             /* as configured; empty: by route */
	bool emit, join;
};

struct room_spec {
	char name[ZONE_NAME_MAX + 1];
	char label[128];
	enum plan_policy policy;
	uint32_t floor_idle_ms;      /* default 500 */
	struct format format;        /* what it speaks; default PCMU/8000 */
	uint16_t ptime;
	uint8_t ngroup;
	struct room_group group[ROOM_GROUPS_MAX];
	uint32_t nlistener;
	const struct addr *listener; /* unicast listeners; borrowed for the call */
	char admit[256];             /* owners' names, comma separated; empty: all */
	bool shared;                 /* zones are; pool rooms when marked */
};

/* Takes effect at once under the calls. room_set refuses a format no port can send;
 * room_del refuses with CAUSE_ROOM_BUSY when ports are held, unless forced. */
enum cause room_add(struct model *m, const struct room_spec *spec, struct room **out);
enum cause room_set(struct room *r, const struct room_spec *spec);
enum cause room_del(struct room *r, bool force);
struct room *room_find(struct model *m, struct span name);      /* zones, by name */
struct room *room_next(struct model *m, struct room *after);    /* all; NULL starts */
void room_get_spec(const struct room *r, struct room_spec *out); /* listener: borrowed */

struct room_state {
	uint32_t ports, waiting;     /* held by agents; speaking in vain now */
	uint64_t talker;             /* term id that holds the floor, 0: nobody */
	uint64_t since;              /* of the talker */
	uint64_t pages;              /* times the floor was taken */
};
void room_get_state(const struct room *r, struct room_state *out);
/* Counters of one output: groups first, then listeners; NULL past the end. `slot` tells
 * the source address and port it sends from. */
const struct strm_stats *room_output(const struct room *r, uint32_t i, struct addr *to,
				     struct slot_info *slot);

/* ---- the model ------------------------------------------------------------------ */

/* A record of a connection that ended: everything a call record needs. */
struct term_end {
	const struct term *term;     /* still whole */
	const char *reason;          /* "agent", "orphan", "silent", "forced", "shutdown" */
	uint64_t at;
};

/* What the model tells the world. */
struct model_ops {
	void (*ended)(void *arg, const struct term_end *end);       /* before term is freed */
	/* A stream's event, or a timer: the engine of the owner decides what to send. */
	void (*event)(void *arg, struct owner *o, struct term *t, const struct med_event *ev);
	/* The model wants the connection gone (orphan or silence with IDLE_RELEASE, forced
	 * room deletion): media is stopped already; the engine tells the agent. */
	void (*release)(void *arg, struct term *t, const char *reason);
	/* An endpoint came (in = true) or went (zones made and deleted at run time). */
	void (*endpoint)(void *arg, struct endp *e, bool in);
};

struct model *model_new(const struct media_ops *media, void *media_arg);
void model_free(struct model *m);  /* after media has retired everything */
void model_set_ops(struct model *m, const struct model_ops *ops, void *arg, enum proto proto);
void model_retired(struct model *m, struct plan_msg *msg);          /* from media */
void model_event(struct model *m, const struct med_event *ev);      /* from media */
void model_timeout(struct model *m, uint64_t now);
uint64_t model_next_timeout(const struct model *m);

struct model_totals {
	uint64_t contexts, terminations, streams, endpoints, rooms;
	uint64_t calls_made, calls_ended, commits, refusals;
};
void model_get_totals(const struct model *m, struct model_totals *out);
struct ctx *ctx_next(struct model *m, struct ctx *after);  /* all contexts; NULL starts */
struct term *term_by_id(struct model *m, uint64_t id);     /* hashed; NULL: gone */
