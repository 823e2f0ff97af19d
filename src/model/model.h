/* model/model.h - the whole model: owners, endpoints, contexts, terminations, rooms.
 *
 * layer: model (L2)   thread: control only   I/O: none, clock: none (now is an argument)
 * RFC 3435 2.1 and Appendix D; RFC 3525 6, 7.1.18
 *
 * A context joins terminations, a termination owns streams; streams of one id in one
 * context hear each other as far as topology (ctx_hears) lets them. An MGCP connection is
 * a termination in the context behind its endpoint; rooms are shared by name.
 *
 * Commands are transactions: calls that stage (term.h) change nothing anybody sees until
 * model_commit(); model_rollback() undoes all that was staged since. Only one command is
 *in work at a time. Refusals are `enum cause`.
 *
 *	c = term_add(e, &ask, &t);
 *	if (c == CAUSE_OK)
 *		c = model_commit(m, now);
 *	else
 *		model_rollback(m);
 *
 * Ownership: model owns owners, pools, endpoints, contexts and rooms; a context owns its
 * terminations; a termination its streams. Pointers are borrowed and die with the object:
 * the `ended` callback of struct model_ops says when a termination goes.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "model/cause.h"
#include "model/endp.h"
#include "model/format.h"
#include "model/owner.h"
#include "model/plan.h"
#include "model/ports.h"
#include "model/room.h"
#include "model/term.h"

enum { CTX_TERMS_MAX = 64 };

struct topo;

struct ctx {
	struct map_node by_id;
	struct list in_all, in_owner, in_endp, in_dirty;
	uint32_t id;                 /* 1.., as H.248 shows it */
	struct owner *owner;
	struct endp *endp;           /* NULL for H.248 */
	uint16_t worker;             /* PORTS_ANY_WORKER before the first stream */
	uint8_t nterm;
	struct list terms;           /* struct term.in_ctx */
	uint32_t mark, seen, done;   /* the model's: walks, compiled */
	struct topo *topo;           /* the model's; owned; NULL: all hear all */
	void *user;                  /* the engine's; see model_ops.ctx_end */
};

/* All or nothing; on a refusal everything staged is rolled back already. Terminations
 * subtracted are freed after their `ended` callback. */
enum cause model_commit(struct model *m, uint64_t now);
void model_rollback(struct model *m);

/* A record of a connection that ended: everything a call record needs. */
struct term_end {
	const struct term *term;     /* still whole; counters can still be read */
	const char *reason; /* "agent", "orphan", "silent", "forced", "shutdown" */
	uint64_t at;
};

/* What the model tells the world. All may be NULL. From `ended` and `endp_end` nothing
 * may be staged: a commit is in work. From the others commands may be staged and
 * committed. */
struct model_ops {
	void (*ended)(void *arg, const struct term_end *end); /* before term is freed */
	/* A stream's event: the engine of the owner decides what to send. */
	void (*event)(void *arg, struct owner *o, struct term *t,
		      const struct med_event *ev);
	/* A timer with IDLE_REPORT: t is NULL when the owner as a whole is orphaned. */
	void (*report)(void *arg, struct owner *o, struct term *t, const char *reason);
	/* The model wants the connection gone (orphan or silence with IDLE_RELEASE,
	 * forced room deletion): media is stopped already; the engine tells the agent
	 * and, when the protocol says so, subtracts it (here or later). */
	void (*release)(void *arg, struct term *t, const char *reason);
	/* An endpoint came (in = true) or went (zones made and deleted, pools resized at
	 * run time). One that went may still have connections; endp_end says when it is
	 * freed. */
	void (*endpoint)(void *arg, struct endp *e, bool in);
	void (*endp_end)(void *arg, struct endp *e);
	/* Many came at once, under a pattern ("conf/" with a `*` behind) that may also
	 * name some that were there. False: it can't be told so; `endpoint` follows for
	 * each. Only the owner's own protocol is asked. */
	bool (*places)(void *arg, struct owner *o, const char *pattern);
	/* A context with a `user` goes. */
	void (*ctx_end)(void *arg, struct ctx *c);
};

struct model *model_new(const struct media_ops *media,
			void *media_arg); /* NULL: no memory */
/* Ends everything ("shutdown") through commits, so that media can retire it. */
void model_shutdown(struct model *m, uint64_t now);
void model_free(struct model *m);  /* after media has retired everything */
/* Observers: of one protocol's owners, or with PROTO_NONE of all (call records). */
void model_set_ops(struct model *m, const struct model_ops *ops, void *arg,
		   enum proto proto);
void model_retired(struct model *m, struct plan_msg *list); /* from media; a list */
void model_event(struct model *m, const struct med_event *ev);      /* from media */
void model_timeout(struct model *m, uint64_t now);
uint64_t model_next_timeout(const struct model *m);                 /* TMR_NEVER: none */

struct model_totals {
	uint64_t contexts, terminations, streams, endpoints, rooms;
	uint64_t calls_made, calls_ended, commits, refusals;
	uint64_t orphans, silent, floor_waits;  /* timers that fired; talkers in vain */
};
void model_get_totals(const struct model *m, struct model_totals *out);
struct ctx *ctx_next(struct model *m, struct ctx *after);  /* all contexts; NULL starts */
struct term *ctx_term_next(const struct ctx *c,
			   const struct term *after); /* NULL starts */
