/* media/pktio.h - ways to receive and send packets: an ops table, a row per way.
 *
 * layer: media (L3)   thread: see each op   I/O: the row's
 *
 * A row is one file with `const struct pktio_ops pktio_NAME` and a line in all.def. Each
 * worker opens one instance. Order of calls for a slot:
 *
 *	control: slot_open           bind sockets, or see that the port is free
 *	worker:  slot_start          its packets are wanted from now
 *	worker:  slot_dest ...       slot->dest[] changed (the remote address, a latch)
 *	worker:  slot_stop
 *	control: slot_close
 *
 * (a slot that was never put in force goes from slot_open to slot_close). slot_open may
 * run while the worker is in recv or send: what both touch is the row's care.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "media/media.h"
#include "util/addr.h"

struct worker;
struct slot;
struct xpkt;

enum {
	PKT_BATCH = 256,    /* most packets of one recv */
	PKT_HEAD = 64,      /* bytes before pkt.p that may be written to */
	PKT_MAX = 2048,     /* longest UDP payload taken in; longer ones are dropped */
	PKT_OUTS = 512,     /* most packets of one send */
};

/* A datagram received. Valid until `done`. */
struct pkt {
	uint8_t *p;         /* UDP payload; may be written to, PKT_HEAD before it too */
	uint32_t n;
	bool rtcp;          /* arrived on the RTCP port */
	struct slot *slot;  /* whose port */
	uint64_t at;        /* arrival, ns, monotonic */
	struct addr from;
};

/* A datagram to send from slot's RTP (RTCP) port to slot->dest[rtcp]. It is `head`
 * (nhead bytes, 0 or 12) followed by `body`. Unless `shared` is set the PKT_HEAD bytes
 * before body may be written to: copying head there and sending in one piece is legal,
 * one out after the other (several outs may have one body). All stay valid until send
 * returns. */
struct out {
	struct xpkt *shared; /* not NULL: other threads read the body too */
	struct slot *slot;
	const uint8_t *head;
	uint8_t *body;
	uint32_t nhead, nbody;
	bool rtcp;
};

/* An instance. Rows embed it first in a struct of their own. */
struct pktio {
	const struct pktio_ops *ops;
	struct worker *w;   /* borrowed: the worker it serves */
};

struct pktio_ops {
	const char *name;   /* in configuration and hollerctl */
	const char *needs;  /* in English, for the manual: "nothing", "CAP_NET_RAW ..." */

	/* --- control --- */

	/* Can it work here? 0, or -H_E... and why not, in English. Once, before open. */
	int (*probe)(const struct med_conf *conf, char *why, size_t size);
	/* One per worker, before threads start; w->med->conf, w->index are set. */
	int (*open)(struct pktio **out, struct worker *w);
	void (*close)(struct pktio *io);             /* after the worker ended */
	/* Descriptors a slot with these flags (enum slot_flag) will need. */
	unsigned (*slot_fds)(uint8_t flags);
	/* slot->local (address and port), flags, spec are set. 0; -H_EBUSY: the port is
	 * taken by somebody else, try another; -H_ELIMIT: out of descriptors; -H_E... */
	int (*slot_open)(struct pktio *io, struct slot *slot);
	void (*slot_close)(struct pktio *io, struct slot *slot);
	/* What a group must be joined on, or -1 (membership is held elsewhere). */
	int (*slot_fd)(const struct slot *slot, bool rtcp);
	/* A descriptor control polls for reading, then calls `control`; may be NULL.
	 * Constant while the row is open. */
	int (*control_fd)(const struct pktio *io);
	void (*control)(struct pktio *io);

	/* --- worker --- */
	void (*slot_start)(struct pktio *io, struct slot *slot);
	void (*slot_stop)(struct pktio *io, struct slot *slot);
	/* slot->dest[rtcp] or the plan changed, or the leg's source was settled. */
	void (*slot_dest)(struct pktio *io, struct slot *slot, bool rtcp);

	/* Fill v with up to max packets, a fair share from each slot; when nothing
	 * is there wait for packets, w->kick readable (not to be read), or wait_ns (0: do
	 * not wait; < 0: for ever). Returns how many; max: there may be more. */
	unsigned (*recv)(struct pktio *io, struct pkt *v, unsigned max, int64_t wait_ns);
	/* The packets of the last recv are no longer used. */
	void (*done)(struct pktio *io);
	/* Send; count what the system did not take by slot_tx_failed(). */
	void (*send)(struct pktio *io, struct out *v, unsigned n);
	/* About every 100 ms while awake, at least once a second: housekeeping. */
	void (*tick)(struct pktio *io, uint64_t now);
};

#define PKTIO(id) extern const struct pktio_ops pktio_##id;
#include "media/all.def"
#undef PKTIO
