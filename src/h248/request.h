/* h248/request.h - requests of the gateway's own: ServiceChange, Notify. Private to
 * h248/.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 9.1 (ordering), D.1.3-D.1.5 (retransmission)
 *
 * A request lives from hreq_new() until its `done` was called: with the reply, or with
 * NULL when nobody answered or it was given up. It then frees itself. All but those that
 * register wait until an MGC is in control, and a Notify for the one before it from the
 * same termination; in excess of conf.tries they wait as well, LONG-TIMER at most.
 */
#pragma once

#include "h248/mg.h"

struct hreq;
struct hterm;
/* `m` and `from` tell who answered; t NULL: nobody. */
typedef void(hreq_done_h)(struct hreq *r, const struct h248_trans *t,
			  const struct h248_msg *m, const struct assoc *from);

enum { HREQ_SEGS = 512 };

struct hreq {
	struct map_node by_tid;
	struct list link;  /* flight or queue */
	struct tmr tmr;
	struct h248_mg *mg; /* borrowed: parent */
	struct hterm *h;   /* borrowed; of a Notify */
	uint32_t tid;
	bool registers;    /* ServiceChange on ROOT that makes an association */
	bool running, binary, pending;
	uint8_t version;
	uint32_t stream;   /* SCTP: of its context */
	uint64_t conn;     /* sent on; 0: none is open yet, or datagrams */
	uint64_t first, last; /* sent (or queued) first; sent last */
	uint32_t npending;
	uint64_t segs[HREQ_SEGS / 64]; /* v3: segments of the reply that came */
	uint16_t last_seg;             /* 0: not known yet */
	struct rtt_try rto;
	hreq_done_h *done;
	void *arg;
	char *bytes;       /* owned */
	size_t nbytes;
};

struct hreq_spec {
	const struct h248_action *action; /* copied by printing */
	struct hterm *h;
	bool registers;
	uint8_t version;   /* of the message; 0: the one agreed */
	hreq_done_h *done;
	void *arg;
};

struct hreq *hreq_new(struct h248_mg *mg,
		      const struct hreq_spec *spec); /* NULL: memory */
void hreq_notify(struct hterm *h, const struct h248_action *act);
void hreq_cancel(struct hreq *r);          /* no `done` */
void hreq_forget(struct hterm *h);         /* the termination goes */
void hreq_free_all(struct h248_mg *mg);
void hreq_reply(struct h248_mg *mg, const struct h248_trans *t, const struct h248_msg *m,
		const struct via *via);
void hreq_pending(struct h248_mg *mg, uint32_t tid);
void hreq_pump(struct h248_mg *mg);        /* send what may be sent now */
void hreq_again(struct h248_mg *mg);       /* another MGC or connection: all at once */
/* There is a connection now, or another one than it was sent on. */
void hreq_moved(struct hreq *r);
void hreq_unreachable(struct h248_mg *mg, const struct addr *a);
