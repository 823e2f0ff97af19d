/* mgcp/work.h - one command of an agent, in execution. Private to mgcp/.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 2.3, 3.2.2 (which parameter with which command), 3.3
 *
 * A command goes through the four functions of its verb's row: parse (the message alone),
 * check (against what there is), apply (the model; may still refuse, then nothing has
 * changed) and answer (parameter lines and descriptions). Each returns 0 to go on or a
 * return code, which ends the command.
 */
#pragma once

#include "mgcp/conn.h"
#include "mgcp/endst.h"
#include "mgcp/gw.h"
#include "wire/sdp.h"

enum { WORK_PROCS = 4 };

struct work;

enum verb_flag {
	VERB_AUDIT = 1 << 0,   /* works out of service, changes no notified entity */
	VERB_ALL = 1 << 1,     /* `*` in the endpoint name */
	VERB_ANY = 1 << 2,     /* `$` */
	VERB_REQUEST = 1 << 3, /* may carry a NotificationRequest and a B: */
};

struct verb {
	enum mgcp_verb verb;
	uint8_t flags;
	uint32_t may; /* 1 << enum mgcp_param_id */
	bool sdp;     /* a session description may follow */
	unsigned (*parse)(struct work *w);
	unsigned (*check)(struct work *w);
	unsigned (*apply)(struct work *w);
	void (*answer)(struct work *w);
};

struct work {
	struct mgcp_engine *e;
	struct mgcp_gw *gw;
	const struct assoc *from;
	const struct mgcp_msg *m;
	const struct verb *verb;
	struct txn *txn;

	struct span local; /* the endpoint name without domain; `*` for "any" */
	bool chosen;       /* by `$`: the answer tells Z: */
	bool many;         /* `*`: ep is NULL, local names several */
	struct endp *ep;   /* borrowed */
	struct endp *ep2;  /* Z2 */
	bool chosen2;
	struct term *term, *term2; /* of I:, or the new ones */
	struct conn *conn, *conn2; /* new ones until attached */
	struct lco_set lco;        /* staged */
	const struct mgcp_lco *opts;
	struct sdp *remote;
	struct term_ask ask;
	struct conn_stats stats;
	bool has_stats, tell_sdp;

	bool has_request;   /* X: and its companions */
	struct request req; /* staged */
	bool keep_map;      /* no D: the old one stays */
	enum bearer bearer; /* B:; BEARER_NONE: not given */
	char *notified;     /* owned, staged: N:; NULL: not given */

	bool pending;           /* answered later: nothing to send now */
	const char *comment;    /* instead of the code's own text */
	struct buf *body;       /* lines of the answer */
	struct buf sdp_text[2]; /* descriptions of the answer, n 0: none */
	unsigned nsdp;
	struct proc *procs[WORK_PROCS]; /* restarts the agent must hear of first */
	unsigned nprocs;
};

/* verbs.c */
unsigned work_run(struct work *w); /* the return code; 0: pending */
void work_end(struct work *w);

/* check.c: the message against the verb's row. */
unsigned check_message(struct work *w);
unsigned check_params(struct work *w);
/* names.c: which endpoint(s). */
unsigned work_endpoint(struct work *w);
unsigned work_second(struct work *w, const struct mgcp_name *name);
unsigned work_service(struct work *w);
unsigned work_term(struct work *w);      /* I: and C: on w->ep */
bool work_is_null(const struct work *w); /* profile osmocom: the null endpoint */

/* request.c: RQNT, EPCF, and both when other commands carry them. */
unsigned request_parse(struct work *w);
unsigned request_stage(struct work *w); /* takes the memory apply needs */
void request_apply(struct work *w, struct endp *ep);
unsigned rqnt_parse(struct work *w);
unsigned rqnt_check(struct work *w);
unsigned rqnt_apply(struct work *w);
unsigned epcf_parse(struct work *w);

/* connect.c: CRCX and MDCX. */
unsigned crcx_parse(struct work *w);
unsigned crcx_check(struct work *w);
unsigned crcx_apply(struct work *w);
void crcx_answer(struct work *w);
unsigned mdcx_parse(struct work *w);
unsigned mdcx_check(struct work *w);
unsigned mdcx_apply(struct work *w);

/* delete.c: DLCX in all its forms. */
unsigned dlcx_parse(struct work *w);
unsigned dlcx_check(struct work *w);
unsigned dlcx_apply(struct work *w);
void dlcx_answer(struct work *w);

/* audit.c */
unsigned auep_parse(struct work *w);
unsigned auep_check(struct work *w);
unsigned auep_apply(struct work *w);
void auep_answer(struct work *w);
unsigned aucx_parse(struct work *w);
unsigned aucx_check(struct work *w);
void aucx_answer(struct work *w);

/* answer.c: putting answers out, and again. */
void answer_send(struct work *w, unsigned code);
void answer_repeat(struct mgcp_gw *gw, const struct assoc *from, const struct txn *t,
		   struct proc *const *procs, unsigned nprocs);
void answer_provisional(struct mgcp_gw *gw, const struct assoc *from, uint32_t tid);
/* The final answer of a transaction that was told 100: repeated until 000 (3.5.6). */
void answer_final(struct mgcp_gw *gw, const struct assoc *to, struct txn *t,
		  unsigned code);
void answer_acked(struct mgcp_gw *gw, struct txn *t);
void answer_forget(struct mgcp_gw *gw); /* drop all that wait for 000 */

/* longtxn.c: deletions in slices. */
int long_start(struct work *w, struct list *doomed); /* moves the list; 0 or -H_ENOMEM */
void long_run(struct mgcp_engine *e);
void long_free(struct mgcp_gw *gw);
