/* model/term.h - terminations (connections) and their streams, and how to change them.
 *
 * layer: model (L2)   thread: control   I/O: none
 * RFC 3435 2.3.5-2.3.7, 2.6; RFC 3264; RFC 4570
 *
 * term_add, term_modify, term_subtract stage: media and other agents see nothing before
 * model_commit(). A call that refuses leaves what was staged before it as it was; the
 * engine then commits the rest or calls model_rollback(). Structures read between staging
 * and commit show the staged state.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "model/ask.h"
#include "model/cause.h"
#include "model/format.h"
#include "model/ports.h"
#include "util/arena.h"
#include "util/list.h"
#include "util/map.h"
#include "wire/sdp.h"

struct ctx;
struct endp;
struct fan_out;
struct leg;
struct model;
struct owner;
struct room;

enum { TERM_NAME_MAX = 64, STREAMS_MAX = 4 };

/* One stream as it is now. Directions look out of the context (MGCP and H.248 alike). */
struct strm {
	uint16_t id;                 /* 1 is the first m= line */
	uint16_t sid;                /* H.248's StreamID; 0: none */
	uint8_t mode;                /* enum strm_mode */
	uint8_t dir; /* enum sdp_dir of the remote description's m= line */
	bool on;                     /* false: m= line with port 0 */
	bool told;                   /* a remote description was given */
	char media[STRM_MEDIA_MAX];  /* "audio" */
	struct slot_info slot;       /* slot NULL: no port taken */
	const struct format_set *local; /* as told in the local description; NULL: none */
	const struct format_set *remote; /* as the peer told; NULL: not told yet */
	struct addr raddr, raddr_rtcp; /* where we send; family 0: unknown, or on hold */
	const struct group_spec *group; /* owned; NULL: no multicast here */
	uint16_t ptime;              /* ms */
	uint16_t ptime_min, ptime_max; /* as asked; 0: not */
	uint8_t dscp;
	bool group_local;            /* group was asked for itself (ASK_GROUP) */
	bool latch;                  /* ASK_LATCH: as owner_spec.latch, for this one */
	uint8_t accept;              /* enum plan_accept + 1; 0: the owner's */
	uint8_t watch;               /* enum strm_watch */
	uint32_t silence_ms;         /* ASK_WATCH */
	struct plan_gate gate;       /* all 0: no more than `accept` says */
	bool joined;                 /* member of group now */
	uint32_t ssrc, generation;
	const struct plan_leg *plan; /* borrowed: in force, workers read it; NULL: none */
	struct fan_out *out;         /* the model's: its place among a room's outputs */
	struct leg *leg;             /* the model's, during a commit */
};

enum term_kind { TERM_RTP, TERM_PORT, TERM_LINK, TERM_NAMED };

struct term {
	struct list in_ctx, in_endp, in_owner, in_room, in_wait;
	struct map_node by_name, by_id;
	uint64_t id;                 /* never re-used, not even after a restart */
	char name[TERM_NAME_MAX];    /* ConnectionId (16 hex digits), or "rtp/7" */
	enum term_kind kind;
	struct ctx *ctx;             /* borrowed: parent */
	struct endp *endp;           /* borrowed; NULL: unnamed, or H.248's */
	struct room *room;           /* TERM_PORT */
	struct term *link; /* TERM_LINK: the other half (Z2); NULL: it is gone */
	uint8_t nstrm;
	bool leaving;                /* subtracted, not yet committed: finders skip it */
	bool halted;                 /* media stopped by a timer or a forced deletion */
	bool waiting;       /* spoke into the room, but somebody holds the floor */
	struct room *floor; /* borrowed: the room it talks or waits in; or NULL */
	struct strm *strm;           /* owned; [nstrm] */
	char *remote_text; /* owned; the remote description as printed; or NULL */
	const char *why;             /* halted: "orphan", "silent", "forced" */
	uint64_t since;              /* ns, monotonic, of the commit; 0: staged */
	uint32_t sdp_version;        /* o= version: grows with each change */
	void *user; /* the engine's (call id, options as told); borrowed */
};

struct term *term_find(struct owner *o, struct span name); /* hashed, this owner's only */
struct term *term_by_id(struct model *m, uint64_t id);     /* hashed; NULL: gone */

/* A connection on an endpoint: makes the context when there is none (on a room endpoint
 * always a private one with an unnamed port), takes ports, negotiates. Staged.
 * Without ASK_MODE it is inactive. */
enum cause term_add(struct endp *e, const struct term_ask *ask, struct term **out);
enum cause term_modify(struct term *t, const struct term_ask *ask);
enum cause term_subtract(struct term *t);
/* RFC 3435 Z2/I2: a connection on each of two endpoints of one owner, joined inside. The
 * second is sendrecv. Each is modified and subtracted on its own. */
enum cause term_add_pair(struct endp *e1, struct endp *e2, const struct term_ask *ask,
			 struct term **t1, struct term **t2);

/* The local description, in the arena: what an answer to the agent carries. NULL: no
 * memory. */
struct sdp *term_local_sdp(const struct term *t, struct arena *a);
/* The last remote description, as the agent gave it; NULL when none, or no memory. */
struct sdp *term_remote_sdp(const struct term *t, struct arena *a);

/* Does what `from` receives reach `to` in their context? Both of one context; `from` may
 * be `to` (loops). RFC 3435 Appendix D, RFC 3525 7.1.18 */
bool ctx_hears(const struct term *from, const struct term *to, uint16_t stream);
const char *mode_str(enum strm_mode mode); /* "sendrecv", "netwloop" ... */
