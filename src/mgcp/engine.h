/* mgcp/engine.h - the MGCP gateway side: bytes and `now` in, bytes and timeouts out.
 *
 * layer: mgcp (L3)   thread: control   I/O: none, clock: none (now is an argument)
 * RFC 3435, 3661
 *
 * Life: model and owners first, then mgcp_engine_new(), which takes PROTO_MGCP's model
 * callbacks; pools and zones may come before or after. Nothing is sent before
 * mgcp_engine_start(): call it when the listeners are open and the zones are loaded.
 *
 *	for each datagram: o = mgcp_engine_knows(e, local, remote);
 *		no owner: drop and count it, a stranger gets nothing
 *		assoc = { .transport = UDP, local, remote, .owner = o };
 *		mgcp_engine_input(e, &assoc, bytes, now);
 *	at mgcp_engine_next_timeout(e): mgcp_engine_timeout(e, now);
 *	after either: while (mgcp_engine_output(e, &out)) send it;
 *
 * Times are ns of a monotonic clock. Strings handed out in status structs are borrowed
 * until the next call of the engine. To stop: mgcp_engine_stop(), go on driving it until
 * mgcp_engine_quiet() or your patience ends, then mgcp_engine_free() before the model.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "mgcp/conf.h"
#include "mgcp/status.h"
#include "model/assoc.h"
#include "model/model.h"
#include "util/str.h"

struct mgcp_engine;

/* A connection that ended: what a call record needs. Borrowed for the callback. */
struct mgcp_call_end {
	struct owner *owner;
	const char *endpoint; /* local name */
	const char *call_id, *conn_id;
	const char *cause; /* "agent", "orphan", "silent", "forced", "shutdown" */
	const struct term_end *end;          /* the termination, still whole */
	unsigned reason_code;                /* 9xx told to the agent, or 0 */
	uint32_t ps, os, pr, or, pl, ji, la; /* as in P: (ji, la in ms) */
};

/* What the engine asks of or tells daemon/. Each may be NULL. */
struct mgcp_ops {
	void (*call_end)(void *arg, const struct mgcp_call_end *end);
	/* Every message of known peers, both ways; `out`: we sent it. */
	void (*trace)(void *arg, bool out, const struct assoc *as, struct span bytes);
	/* Addresses of a host name (never a literal), best first: their number, 0 when it
	 * has none, -H_EAGAIN when asked and not known yet (then call
	 * mgcp_engine_resolved()). */
	int (*resolve)(void *arg, struct span host, struct addr *out, int most);
	/* Agents of an owner lost (alive false) or back. owner_set_alive() is done. */
	void (*agents)(void *arg, struct owner *o, bool alive);
};

/* NULL: no memory, a conf that mgcp_conf_check() refuses, or an owner the model lacks. */
struct mgcp_engine *mgcp_engine_new(struct model *model, const struct mgcp_conf *conf,
				    const struct mgcp_ops *ops, void *arg);
void mgcp_engine_free(struct mgcp_engine *e);
void mgcp_engine_start(struct mgcp_engine *e, uint64_t now);

/* Owners new in `conf` start, those gone are silenced (their calls are the model's),
 * others take the new values. 0, -H_EINVAL or -H_ENOMEM: then nothing has changed. */
int mgcp_engine_reload(struct mgcp_engine *e, const struct mgcp_conf *conf, uint64_t now);

/* Who is it, by the address it came to and the one it came from. NULL: a stranger. */
struct owner *mgcp_engine_knows(const struct mgcp_engine *e, const struct addr *local,
				const struct addr *remote);

void mgcp_engine_input(struct mgcp_engine *e, const struct assoc *from, struct span bytes,
		       uint64_t now);
void mgcp_engine_timeout(struct mgcp_engine *e, uint64_t now);
uint64_t mgcp_engine_next_timeout(const struct mgcp_engine *e); /* TMR_NEVER: none */
bool mgcp_engine_output(struct mgcp_engine *e, struct out_msg *out);
/* A name asked for by `resolve` is answered, which it will tell now; v and n may be
 * absent. */
void mgcp_engine_resolved(struct mgcp_engine *e, struct span host, const struct addr *v,
			  int n, uint64_t now);
/* ICMP said that nobody listens there: try the agent's next address (4.3). */
void mgcp_engine_unreachable(struct mgcp_engine *e, const struct addr *remote,
			     uint64_t now);

/* SCTP: the association with this agent is lost, or could not be made. Unless another of
 * the owner's agents is still there (`others`), all is disconnected (4.4.7). */
void mgcp_engine_closed(struct mgcp_engine *e, const struct assoc *as, bool others,
			uint64_t now);

extern const struct engine_ops mgcp_engine_ops; /* the same functions, as a table */

/* ---- service states (4.4.5) ---------------------------------------------------- */

enum mgcp_service_change {
	MGCP_TAKE_GRACEFUL,
	MGCP_TAKE_FORCED,
	MGCP_PUT_BACK,
	MGCP_CANCEL_GRACEFUL
};

/* Change the state of the endpoints an owner's pattern names ("*", "rtpbridge/7") and
 * announce it. Forced: their connections are deleted. `delay` is in seconds: graceful
 * becomes forced after it (0: when the last connection ends), what is put back is in
 * service after it. The number of endpoints, or -H_ENOENT, -H_ENOMEM. */
int mgcp_engine_service(struct mgcp_engine *e, struct owner *o, struct span pattern,
			enum mgcp_service_change what, uint32_t delay, uint64_t now);
/* All owners, all endpoints: graceful, and forced once `delay` seconds are over. With
 * delay 0 forced at once. */
void mgcp_engine_stop(struct mgcp_engine *e, uint32_t delay, uint64_t now);
bool mgcp_engine_quiet(const struct mgcp_engine *e); /* no command of ours unanswered */
