/* h248/engine.h - the H.248 gateway side: bytes and `now` in, bytes and timeouts out.
 *
 * layer: h248 (L3)   thread: control   I/O: none, clock: none (now is an argument)
 * RFC 3525; H.248.1 v2, v3
 *
 * Life: model and owners first, then h248_engine_new(), which takes PROTO_H248's model
 * callbacks. Nothing is sent before h248_engine_start(): call it when the listeners are
 * open and the zones are loaded.
 *
 *	for each datagram: o = h248_engine_knows(e, local, remote, transport);
 *		no owner: drop and count it, a stranger gets nothing
 *		assoc = { .transport = UDP, local, remote, .owner = o };
 *		h248_engine_input(e, &assoc, bytes, now);
 *	at h248_engine_next_timeout(e): h248_engine_timeout(e, now);
 *	after either: while (h248_engine_output(e, &out)) send it;
 *
 * Streams belong to daemon/: it opens them when ops.connect asks, takes them from known
 * MGCs, cuts TPKT, gives each an id and says so by h248_engine_connected() and
 * h248_engine_closed(). A message out bears the id of its connection, or 0 and the
 * MGC's address when that is to be opened first; daemon/ queues it there.
 *
 * Text or BER is told by the first octet of a message, the answer is of the same form.
 * Times are ns of a monotonic clock. Strings handed out in status structs are borrowed
 * until the next call of the engine. To stop: h248_engine_stop(), go on driving it until
 * h248_engine_quiet() or your patience ends, then h248_engine_free() before the model.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "h248/conf.h"
#include "h248/status.h"
#include "model/assoc.h"
#include "model/model.h"
#include "util/str.h"

struct h248_engine;

/* A termination that left its context: what a call record needs. Borrowed. */
struct h248_call_end {
	struct owner *owner;
	uint32_t ctx;
	const char *term;           /* "rtp/7" */
	const char *cause; /* "agent", "orphan", "silent", "forced", "shutdown" */
	const struct term_end *end; /* the termination, still whole */
	unsigned reason_code;       /* 9xx told to the MGC, or 0 */
	uint64_t dur_ms, ps, os, pr, or; /* statistics over all streams */
	uint64_t lost;
	uint32_t jitter_ms, delay_ms;
};

/* What the engine asks of or tells daemon/. Each may be NULL. */
struct h248_ops {
	void (*call_end)(void *arg, const struct h248_call_end *end);
	/* Every message of known peers, both ways; `out`: we sent it. */
	void (*trace)(void *arg, bool out, const struct assoc *as, struct span bytes);
	/* Addresses of a host name (never a literal), best first: their number, 0 when it
	 * has none, -H_EAGAIN when asked and not known yet (the engine asks again). */
	int (*resolve)(void *arg, struct span host, struct addr *out, int most);
	/* A stream to this MGC is wanted: as->id is 0. */
	void (*connect)(void *arg, const struct assoc *as);
	/* This stream is of no more use (version not agreed, MGC given up). */
	void (*disconnect)(void *arg, const struct assoc *as);
	/* The MGC of an owner lost (alive false) or back. owner_set_alive() is done. */
	void (*agents)(void *arg, struct owner *o, bool alive);
	/* Hundredths of a second since 1970, for time stamps; NULL: from `now`. */
	uint64_t (*wall)(void *arg);
};

/* NULL: no memory, a conf that h248_conf_check() refuses, or an owner the model lacks. */
struct h248_engine *h248_engine_new(struct model *model, const struct h248_conf *conf,
				    const struct h248_ops *ops, void *arg);
void h248_engine_free(struct h248_engine *e);
/* `warm`: the gateway restarts without loss of its hardware's state (902, not 901). */
void h248_engine_start(struct h248_engine *e, bool warm, uint64_t now);

/* MGs new in `conf` start, those gone are silenced (their contexts are the model's),
 * others take the new values; one whose MID changed registers anew. 0, -H_EINVAL or
 * -H_ENOMEM: then nothing has changed. */
int h248_engine_reload(struct h248_engine *e, const struct h248_conf *conf, uint64_t now);

/* Whose MGC is it, by the address it came to and the one it came from. For streams only
 * the host of the latter counts, and `local` is the listener's. NULL: a stranger. */
struct owner *h248_engine_knows(const struct h248_engine *e, const struct addr *local,
				const struct addr *remote, enum transport transport);

void h248_engine_input(struct h248_engine *e, const struct assoc *from, struct span bytes,
		       uint64_t now);
void h248_engine_timeout(struct h248_engine *e, uint64_t now);
uint64_t h248_engine_next_timeout(const struct h248_engine *e); /* TMR_NEVER: none */
bool h248_engine_output(struct h248_engine *e, struct out_msg *out);
/* Is it the stream to the MGC in control? Else one that was asked for is of no use: the
 * MGC called meanwhile, or it is another's turn. */
bool h248_engine_connected(struct h248_engine *e, const struct assoc *as, uint64_t now);
void h248_engine_closed(struct h248_engine *e, const struct assoc *as, uint64_t now);
/* ICMP said that nobody listens there: try the next MGC. */
void h248_engine_unreachable(struct h248_engine *e, const struct addr *remote,
			     uint64_t now);

extern const struct engine_ops h248_engine_ops; /* the same functions, as a table */

/* ---- service states (7.2.8, 11.4) ------------------------------------------------ */

enum h248_service_change {
	H248_TAKE_GRACEFUL,
	H248_TAKE_FORCED,
	H248_PUT_BACK,
	H248_CANCEL_GRACEFUL /* those leaving gracefully stay; others are not touched */
};

/* Change the state of the terminations an owner's pattern names ("line/7", "ROOT", an
 * asterisk) and tell the MGC; `reason` 0: 905 and 900. Forced: their media stops. `delay`
 * is in seconds: graceful becomes forced after it (0: when the termination is
 * subtracted). The number of terminations, or -H_ENOENT, -H_ENOMEM. */
int h248_engine_service(struct h248_engine *e, struct owner *o, struct span pattern,
			enum h248_service_change what, uint32_t delay, unsigned reason,
			uint64_t now);
/* All MGs: graceful, and forced once `delay` seconds are over. delay 0: forced. */
void h248_engine_stop(struct h248_engine *e, uint32_t delay, uint64_t now);
bool h248_engine_quiet(const struct h248_engine *e); /* no request of ours unanswered */
