/* h248/exec.h - one transaction in execution. Private to h248/.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 8 (transactions), 8.2.2 (replies), 7.2 (commands)
 *
 * Actions, commands and, with wildcards, terminations are executed one by one; each is a
 * commit of its own on the model, so one that fails leaves no trace and those before it
 * stand. A long one goes on at the next timeout; what it works on then are names, looked
 * up when their turn comes. Functions return 0 to go on or an error code.
 */
#pragma once

#include "h248/mg.h"

/* A received message. Its arena holds the tree, and all that is made of it. */
struct hmsg {
	struct h248_mg *mg;   /* borrowed */
	struct arena *arena;  /* owned */
	unsigned refs;
	const struct h248_msg *m;
	struct h248_fault fault;
	bool faulty;
	struct via via;
	uint64_t mid;         /* hash of the sender's */
	char mid_text[MG_MID_MAX];
};

struct exec {
	struct list in_engine;
	struct h248_mg *mg;   /* borrowed */
	struct hmsg *msg;     /* counted */
	struct htxn *txn;     /* borrowed: the store's; NULL: nothing is kept */
	const struct h248_trans *req;
	struct arena *arena;  /* the message's */
	struct h248_trans *reply;
	struct h248_action *ract;    /* of the reply: the last one */
	struct h248_action **act_end;
	struct h248_cmd **cmd_end;
	struct h248_error *error;    /* of the command in work, to be told */

	const struct h248_action *act;
	const struct h248_cmd *cmd;
	bool begun;                  /* the action's properties are done */
	uint32_t ctx;                /* its context: an id, NULL, CHOOSE or ALL */
	const struct h248_topo **topo; /* triples not applied yet */
	bool *topo_met;                /* staged by the command in work */
	uint32_t ntopo;
	struct span chosen;          /* the first termination chosen by `$` here */

	struct span *names;          /* what the command is for */
	uint32_t nname, at, room;
	bool listed;
	struct h248_cmd *wild;       /* W-: the one reply */
	struct h248_desc **wild_end; /* its descriptors' end */
	struct map told;             /* struct told: what stands in it */
	bool failed, stop;
	bool unfit;                  /* v3: a selector leaves this one out */
	bool too_big;                /* the reply is given up: 533 */
	uint8_t version;             /* of the reply */
	unsigned budget;
	struct tmr pending;
	uint32_t npending;
};

enum verb_flag {
	VERB_ROOT = 1 << 0,   /* ROOT may be named */
	VERB_CHOOSE = 1 << 1, /* `$` may */
	VERB_NULL = 1 << 2,   /* in the null context */
	VERB_ALL = 1 << 3,    /* in all contexts at once */
	VERB_NEW = 1 << 4,    /* in a context to be made */
	VERB_AUDIT = 1 << 5,  /* changes nothing */
};

struct verb {
	uint8_t kind, flags;
	uint16_t may; /* 1 << enum h248_desc_kind */
	/* Which names; then what is done with each. `r` is its reply. */
	unsigned (*list)(struct exec *x, struct span name);
	unsigned (*run)(struct exec *x, struct span name, struct h248_cmd *r);
};

/* exec.c */
void exec_start(struct hmsg *msg, const struct h248_trans *req, struct htxn *txn);
void exec_resume_all(struct h248_engine *e);
void exec_repeat(struct exec *x, const struct via *via); /* it came again: Pending */
void exec_free_all(struct h248_mg *mg);
void hmsg_put(struct hmsg *msg);

/* verbs.c */
const struct verb *verb_get(unsigned kind); /* NULL: none such */

/* target.c */
unsigned target_add(struct exec *x, struct span name);
unsigned target_in(struct exec *x, struct span name);   /* in the action's context(s) */
unsigned target_new(struct exec *x, struct span name);  /* to come into it */
unsigned target_moved(struct exec *x, struct span name);
unsigned target_service(struct exec *x, struct span name); /* ServiceChange: wherever */
unsigned target_audit(struct exec *x, struct span name);
/* Can the reply name it? In BER it needs an id. */
bool target_tellable(const struct exec *x, struct span name);
bool name_glob(struct span name, struct span pattern);
bool name_wild(struct span name, char wild);

/* add.c, change.c */
unsigned run_add(struct exec *x, struct span name, struct h248_cmd *r);
unsigned run_move(struct exec *x, struct span name, struct h248_cmd *r);
unsigned run_modify(struct exec *x, struct span name, struct h248_cmd *r);
unsigned run_subtract(struct exec *x, struct span name, struct h248_cmd *r);
/* audit.c, svcin.c */
unsigned run_audit(struct exec *x, struct span name, struct h248_cmd *r);
unsigned run_caps(struct exec *x, struct span name, struct h248_cmd *r);
unsigned run_service(struct exec *x, struct span name, struct h248_cmd *r);

/* What a command without Audit, or with one, asks to have returned besides. NULL: none.
 */
const struct h248_desc *cmd_desc(const struct h248_cmd *c, enum h248_desc_kind kind);
/* Commit what is staged. */
unsigned exec_commit(struct exec *x, enum cause c);
