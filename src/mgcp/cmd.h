/* mgcp/cmd.h - commands of the gateway's own: RSIP, DLCX, NTFY. Private to mgcp/.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 3.5.3, 4.3 (the retransmission algorithm), 4.4.8
 *
 * A command lives from cmd_new() until its `done` was called: with the final code, or
 * with CMD_LOST when nobody answered. It then frees itself. Commands in excess of
 * conf.tries, and all but RSIP while a restart is being announced, wait in a queue for
 * at most T-MAX and are then dropped without `done`.
 */
#pragma once

#include "mgcp/gw.h"

enum { CMD_LOST = 0 };

struct cmd;
typedef void(cmd_done_h)(struct cmd *c, unsigned code, const struct mgcp_msg *answer);

struct cmd {
	struct map_node by_tid;
	struct list link; /* flight or queue */
	struct tmr tmr;
	struct mgcp_gw *gw; /* borrowed: parent */
	uint32_t tid;
	enum mgcp_verb verb;
	char *scope;  /* owned: local name or pattern */
	char *entity; /* owned: notified entity it goes to */
	struct addr addr[GW_ADDRS_MAX];
	int naddr, cur;       /* cur: in use */
	uint32_t n;           /* repeats to this address */
	uint64_t first, last; /* sent (or queued) first; last: sent last */
	uint64_t asked;       /* the resolver; 0: never */
	struct rtt_try rto;
	bool longtran; /* a provisional answer came (3.5.6) */
	cmd_done_h *done;
	void *arg;
	char *bytes; /* owned */
	size_t nbytes;
};

struct cmd_spec {
	enum mgcp_verb verb;
	struct span scope;
	const char *entity;
	struct span body;           /* parameter lines */
	bool urgent;                /* RSIP: ahead of the queue */
	const struct addr *sent_to; /* the caller sends it there (piggybacked), or NULL */
	cmd_done_h *done;
	void *arg;
};

struct cmd *cmd_new(struct mgcp_gw *gw, const struct cmd_spec *spec); /* NULL: memory */
void cmd_cancel(struct cmd *c);                                       /* no `done` */
void cmd_free_all(struct mgcp_gw *gw);
void cmd_answer(struct mgcp_gw *gw, const struct assoc *from, const struct mgcp_msg *m);
/* Commands for `scope` ("*": all that go to `old`) go on at another entity (4.3). */
void cmd_redirect(struct mgcp_gw *gw, struct span scope, const char *old,
		  const char *entity);
void cmd_unreachable(struct mgcp_gw *gw, const struct addr *a);
void cmd_resolved(struct mgcp_gw *gw, struct span host);
void cmd_pump(struct mgcp_gw *gw); /* send what may be sent now */
