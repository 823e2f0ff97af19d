/* model/hctx.h - contexts and terminations as H.248 orders them.
 *
 * layer: model (L2)   thread: control   I/O: none
 * RFC 3525 6.1 (contexts), 6.2 (terminations), 7.1.6 (streams), 7.1.18 (topology), 7.2.4
 * (Move); H.248.1 v2, v3 (topology per stream, OnewayExternal, OnewayBoth)
 *
 * The same objects as MGCP's, made the other way round: the agent makes the context, puts
 * terminations in by name and gives each its streams by ids of its own. All that returns
 * a cause is staged, as in term.h: model_commit() or model_rollback() ends it. A context
 * without terminations is gone after the commit.
 *
 * StreamIDs: those of one context that are equal hear each other. A context has at most
 * STREAMS_MAX different ones. struct strm.sid tells the agent's id; 0: no stream there.
 */
#pragma once

#include "model/model.h"

enum cause ctx_add(struct owner *o, struct ctx **out);
struct ctx *ctx_find(struct owner *o, uint32_t id);            /* hashed; own ones only */
struct ctx *ctx_owner_next(const struct owner *o, const struct ctx *after);
uint32_t owner_ctxs(const struct owner *o);

/* A termination without streams. TERM_RTP: ephemeral, e is NULL. TERM_PORT: of e's room.
 * TERM_NAMED: e itself, which takes one at a time (CAUSE_TERM_EXISTS). `name` is told to
 * the agent and must be free. Subtract it with term_subtract(). */
enum cause term_add_in(struct ctx *c, enum term_kind kind, struct endp *e,
		       const char *name, struct term **out);
/* A free name for a port of e's room: "page/lobby/3". The number of one that ended rests
 * for 30 s. CAUSE_ENDP_NONE_FREE. */
enum cause port_name(struct endp *e, uint64_t now, char out[TERM_NAME_MAX]);
enum { PORT_REST_S = 30, PORT_NUMBERS = 65535 };

/* Make or change one stream; ask->remote has one m= line. A new one is inactive. */
enum cause term_stream(struct term *t, uint16_t sid, const struct term_ask *ask);
enum cause term_stream_drop(struct term *t, uint16_t sid);     /* none: CAUSE_OK */
struct strm *term_strm(const struct term *t, uint16_t sid);    /* NULL: none */
/* The local description of one stream, in the arena; NULL: no memory. */
struct sdp *strm_local_sdp(const struct term *t, const struct strm *s, struct arena *a);

/* Into another context of the same owner. Its media go on, on the worker they are. */
enum cause term_move(struct term *t, struct ctx *to);
/* Media stopped (no packet in or out), or going again; nobody is told. */
enum cause term_hold(struct term *t, bool on);

enum topo_dir { TOPO_BOTHWAY, TOPO_ISOLATE, TOPO_ONEWAY, TOPO_EXTERNAL, TOPO_BOTH };

/* From now on media flow so from `a` to `b`, two terminations of one context; sid 0: in
 * all streams, those to come too. EXTERNAL: b hears what a sends outward; BOTH: that, and
 * what a receives. */
enum cause ctx_topology(struct term *a, struct term *b, enum topo_dir dir, uint16_t sid);
/* How it is between two terminations, in one stream. True when `a` is the first of the
 * triple that says it (of BOTHWAY and ISOLATE either is). */
bool ctx_topo_get(const struct term *a, const struct term *b, uint16_t sid,
		  enum topo_dir *dir);
/* Do all streams agree? Then one triple without StreamID tells all. */
bool ctx_topo_same(const struct term *a, const struct term *b);
uint32_t ctx_topo_count(const struct ctx *c);  /* pairs that differ from the default */
