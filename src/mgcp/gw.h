/* mgcp/gw.h - one owner as its agents see it: a whole gateway. Private to mgcp/.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 2.1.4 (notified entity), 4.4.5
 *
 * The engine owns one mgcp_gw per owner; what hangs on endpoints (struct endst), on
 * terminations (struct conn) and on transactions belongs to it.
 */
#pragma once

#include "mgcp/engine.h"
#include "mgcp/txn.h"
#include "model/outq.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/list.h"
#include "util/log.h"
#include "util/map.h"
#include "util/rtt.h"
#include "util/tmr.h"
#include "wire/mgcp.h"

struct proc;
struct mgcp_gw;

enum { GW_AGENTS_MAX = 256, GW_ADDRS_MAX = MGCP_AGENTS_MAX };

struct host { /* one exact address of an allow list, hashed */
	struct map_node node;
	struct mgcp_gw *gw; /* borrowed */
	const struct mgcp_allow *allow;
};

struct agent { /* an address that was heard */
	struct map_node node;
	struct list in_gw; /* longest silent first */
	struct addr addr;
	uint64_t last_heard, commands;
	struct log_rate rate;
};

struct service { /* 4.4.5 */
	enum mgcp_service state;
	uint64_t until; /* GRACEFUL, RETURNING: when it changes; 0: open */
};

struct mgcp_engine {
	struct model *model; /* borrowed */
	struct mgcp_ops ops;
	void *arg;
	struct list gws;  /* owned */
	struct map hosts; /* struct host */
	struct tmr_heap timers;
	struct outq out;
	struct arena *arena;    /* owned: the message in work */
	struct buf body, print; /* parameter lines; a whole message */
	struct list released;   /* struct conn: to be deleted by us */
	struct list longs;      /* struct longtxn: executing in slices */
	uint64_t now;
	bool started;
	char text[MGCP_ENTITY_LEN]; /* lent out by status.c */
};

struct mgcp_gw {
	struct list in_engine;
	struct mgcp_engine *e; /* borrowed: parent */
	struct owner *owner;   /* borrowed: the model's */
	struct mgcp_owner_conf conf;
	struct host hosts[MGCP_ALLOW_MAX]; /* [conf.nallow] */
	bool gone;                         /* no longer in the configuration */
	bool started, alive;
	uint64_t last_heard; /* 0: never */
	uint64_t last_order; /* a non-audit command; 0: never */
	struct map agents;
	struct list agent_list; /* owned struct agent */
	struct log_rate rate;   /* for agents beyond the table */

	struct kept_store txns;

	char *notified;     /* owned; NULL: as provisioned, "": by source */
	struct addr source; /* of the last successful non-audit command */
	uint32_t nown;      /* endpoints with a notified entity of their own */

	struct map cmds;           /* struct cmd by tid: in flight */
	struct list flight, queue; /* owned struct cmd */
	uint32_t nflight, nqueue, next_tid;
	uint32_t window; /* in flight at most now: conf.tries, or less (4.4.8) */
	struct rtt rtt;

	struct proc *proc;      /* owned: "*" */
	struct list procs;      /* owned: of parts of the gateway */
	struct service service; /* of all endpoints; single ones may be worse */
	uint16_t reason;        /* told with it; 0: normal */
	struct list leaves;     /* owned struct leave: pending service changes */

	struct map by_call;        /* struct conn */
	struct list conns, endsts; /* struct conn, struct endst: all of them */
	uint32_t nconn;
	uint64_t metric[MGCP_M_N];
};

/* gw.c */
struct mgcp_gw *gw_new(struct mgcp_engine *e, struct owner *o,
		       const struct mgcp_owner_conf *conf);
void gw_free(struct mgcp_gw *gw);
void gw_set_conf(struct mgcp_gw *gw, const struct mgcp_owner_conf *conf);
static inline struct mgcp_gw *gw_of(const struct owner *o)
{
	return owner_user(o);
}
/* An agent spoke. Its table entry, or NULL: no memory. */
struct agent *gw_heard(struct mgcp_gw *gw, const struct addr *from, uint64_t now);
void gw_lost(struct mgcp_gw *gw, uint64_t now); /* nobody answers any more */
bool gw_allows(const struct mgcp_gw *gw, const struct addr *a, bool port);
bool gw_listens(const struct mgcp_gw *gw, const struct addr *local);
bool gw_domain_ok(const struct mgcp_gw *gw, const struct mgcp_name *n);
static inline void gw_count(struct mgcp_gw *gw, enum mgcp_metric m)
{
	gw->metric[m]++;
}
/* A peer's mistake, rate limited. */
void gw_complain(struct mgcp_gw *gw, const struct addr *from, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* out.c: datagrams on their way out; a message that finds no memory is a lost one. */
void out_put(struct mgcp_engine *e, const struct assoc *to, struct span bytes);
void out_to(struct mgcp_gw *gw, const struct addr *remote, struct span bytes);
