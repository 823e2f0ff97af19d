/* mgcp/status.h - what the MGCP engine tells about itself; included by mgcp/engine.h.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 4.4.5 (service states), 4.4.6 (restart)
 *
 * Strings in the structs are borrowed until the next call of the engine.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "mgcp/conf.h"
#include "model/model.h"

struct mgcp_engine;

enum mgcp_service {
	MGCP_IN_SERVICE,
	MGCP_GRACEFUL,       /* still in service, leaving after a delay or when idle */
	MGCP_OUT_OF_SERVICE, /* 501 */
	MGCP_RETURNING,      /* the same, but back in service after a delay */
	MGCP_SERVICE_N
};

enum mgcp_metric {
#define MGCP_METRIC(id, name, unit, help) MGCP_M_##id,
#include "mgcp/metrics.def"
#undef MGCP_METRIC
	MGCP_M_N
};

struct mgcp_metric_info {
	const char *name, *unit, *help;
};
extern const struct mgcp_metric_info mgcp_metrics[MGCP_M_N];

enum mgcp_restart_phase {
	MGCP_PHASE_QUIET,      /* announces nothing (profile, or no agent known) */
	MGCP_PHASE_WAITING,    /* MWD or a disconnected timer runs */
	MGCP_PHASE_ANNOUNCING, /* RSIP is out, not answered yet */
	MGCP_PHASE_DONE,       /* the agent knows */
	MGCP_PHASE_REFUSED,    /* a permanent error: until the next command (4.4.6) */
};

struct mgcp_owner_status {
	struct owner *owner;
	const struct mgcp_owner_conf *conf; /* in force */
	const char *notified;               /* the gateway's current notified entity */
	struct addr address;                /* of it in use now; family 0: unknown */
	bool alive;                         /* some agent was heard or not yet missed */
	enum mgcp_restart_phase phase;
	uint32_t stored;  /* answers held */
	uint32_t pending; /* commands of ours unanswered */
	uint32_t rto_us;
	uint64_t last_heard; /* 0: never */
	uint64_t metric[MGCP_M_N];
};

struct mgcp_agent_status { /* an address that commanded us */
	struct addr addr;
	uint64_t last_heard, commands;
};

struct mgcp_endp_status {
	enum mgcp_service service;
	bool disconnected, restarting;
	const char *notified;   /* its own, or the gateway's */
	const char *request_id; /* "0": none */
};

struct mgcp_conn_status {
	const char *call_id, *conn_id;
	enum strm_mode mode;
};

/* The i-th, from 0; false past the end. */
bool mgcp_owner_status(const struct mgcp_engine *e, uint32_t i,
		       struct mgcp_owner_status *out);
bool mgcp_agent_status(const struct mgcp_engine *e, uint32_t owner, uint32_t i,
		       struct mgcp_agent_status *out);
/* False for an endpoint or termination that is not MGCP's. */
bool mgcp_endp_status(const struct mgcp_engine *e, const struct endp *ep,
		      struct mgcp_endp_status *out);
bool mgcp_conn_status(const struct mgcp_engine *e, const struct term *t,
		      struct mgcp_conn_status *out);
