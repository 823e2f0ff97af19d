/* mgcp/restart.h - the restart and the disconnected procedure. Private to mgcp/.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 2.3.12, 4.4.5, 4.4.6, 4.4.7
 *
 * A proc sees to it that the agent hears of a restart (or a disconnection) of the
 * endpoints its pattern names before it hears anything else of them. The gateway has one
 * for "*" that always exists; parts of it get one when they alone restart, which ends
 * when its RSIP was answered. The machine is a table in proc.c; PROC_EV_* feed it.
 */
#pragma once

#include "mgcp/gw.h"

struct cmd;

enum proc_ev {
	PROC_EV_START, /* in service from now on: 4.4.6 */
	PROC_EV_TIMER,
	PROC_EV_ACTIVITY,  /* the gateway has something to tell */
	PROC_EV_COMMAND,   /* an agent's, for one of these endpoints */
	PROC_EV_OK,        /* answers to the RSIP: 2xx */
	PROC_EV_TRANSIENT, /* 4xx */
	PROC_EV_REDIRECT,  /* 521 with N: */
	PROC_EV_PERMANENT, /* other 5xx */
	PROC_EV_NO_ANSWER,
	PROC_EV_LOSS, /* a command of ours was never answered: 4.4.7 */
	PROC_EV_STOP, /* out of service */
	PROC_EV_N
};

struct proc {
	struct list in_gw;
	struct mgcp_gw *gw; /* borrowed: parent */
	char *pattern;      /* owned: local names */
	enum mgcp_restart_phase phase;
	enum mgcp_restart method; /* RESTART or DISCONNECTED */
	struct tmr tmr;
	uint32_t delay;     /* ms: the disconnected timer, doubled each time */
	uint32_t backoff;   /* ms: after transient errors */
	uint64_t ended;     /* when it became so, or last failed to tell: Tdmin */
	uint64_t since;     /* when it became disconnected */
	unsigned redirects; /* in a row */
	struct addr from;   /* of the command that woke it; family 0: none */
	struct cmd *cmd;    /* borrowed: the RSIP in flight */
};

struct proc *proc_new(struct mgcp_gw *gw, struct span pattern);
void proc_free(struct proc *p); /* endpoints of the pattern stop pointing at it */
void proc_feed(struct proc *p, enum proc_ev ev);
bool proc_busy(const struct proc *p); /* the agent is still to be told */
/* What the machine does: tests walk it. False: no row for the pair. */
bool proc_row(enum mgcp_restart_phase phase, enum proc_ev ev,
	      enum mgcp_restart_phase *next);

/* The parameter lines of an RSIP; delay, reason 0: none. */
void proc_put_body(struct buf *b, enum mgcp_restart method, uint32_t delay,
		   unsigned reason);
/* An N: in an answer to RSIP names the entity from now on (2.3.12); false: none. */
bool proc_take_entity(struct mgcp_gw *gw, struct span scope,
		      const struct mgcp_msg *answer);

/* The busy procs an endpoint (or name with wildcards) stands under, at most `most`. */
unsigned restart_procs(struct mgcp_gw *gw, struct span local, struct endp *ep,
		       struct proc **out, unsigned most);
/* A command came for them: those must be told first, and their RSIP rides with its
 * answer. An audit's answer need not wait for it (4.4.6): then the number is 0. */
unsigned restart_wake(struct mgcp_gw *gw, struct span local, struct endp *ep,
		      const struct addr *from, bool audit, struct proc **out,
		      unsigned most);
/* Something waits to be told of `scope`: no need to wait for the timer (4.4.6, 4.4.7). */
void restart_activity(struct mgcp_gw *gw, struct span scope);
bool restart_blocks(const struct mgcp_gw *gw, struct span scope);
/* Would an RSIP "restart" for the pattern be true of all it names, those too that were in
 * service before (2.3.12)? */
bool restart_is_true(struct mgcp_gw *gw, struct span pattern);
void restart_start(struct mgcp_gw *gw); /* the whole gateway */
/* These endpoints come into service, after `delay` s. 0 or -H_ENOMEM. */
int restart_part(struct mgcp_gw *gw, struct span pattern);
/* A command for `scope` was never answered. */
void restart_loss(struct mgcp_gw *gw, struct span scope, uint64_t sent);
/* An RSIP that is no procedure: graceful, forced, cancel-graceful, or restart with a
 * delay. `reason` 0: none. */
void restart_tell(struct mgcp_gw *gw, struct span pattern, enum mgcp_restart method,
		  uint32_t delay, unsigned reason);
void restart_stop(struct mgcp_gw *gw); /* all of it, silently */
void restart_free(struct mgcp_gw *gw);
/* The endpoint is gone, or its proc is done. */
void restart_forget(struct mgcp_gw *gw, struct endp *ep);
