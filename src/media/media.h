/* media/media.h - the media layer as daemon/ sees it.
 *
 * layer: media (L3)   thread: control (all functions here)   I/O: sockets, threads
 *
 * Life: med_new() raises the descriptor limit, chooses and opens packet I/O (needs the
 * privileges, if any); med_start() starts the workers; then the model drives it through
 * `med_ops` with the struct med as arg. When med_event_fd() is readable call med_drain().
 * At the end: med_stop(), med_drain() once more (every plan_msg comes back), med_free().
 *
 *	if (med_new(&m, &conf, why, sizeof(why)))
 *		log_err(LOGC_DAEMON, "media: %s", why);
 *
 * Messages handed to med_ops.commit belong to media until `retired` gives them back.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/ports.h"
#include "util/addr.h"

struct med;
struct pktio_ops;

enum { MED_NAME_MAX = 32, MED_WORKERS_MAX = 64, MED_WHY_MAX = 160, MED_CNAME_MAX = 64 };

/* An address media is received on, with its share of ports. Several may have one name. */
struct med_pool {
	char name[MED_NAME_MAX];
	char ifname[16];             /* empty: by route */
	struct addr addr;
	struct addr told;            /* what peers are told (NAT); family 0: addr */
	uint16_t lo, hi;             /* RTP and RTCP ports, both ends included */
};

/* Who joins groups for a slot. fd, fd_rtcp: the receiving sockets, which must hold the
 * membership themselves; -1 when the slot has none (ring): hold it elsewhere. */
struct med_group_ops {
	enum cause (*join)(void *arg, struct slot *slot, const struct group_spec *g,
			   int fd, int fd_rtcp);
	void (*leave)(void *arg, struct slot *slot, const struct group_spec *g, int fd,
		      int fd_rtcp);
};

struct med_conf {
	unsigned workers;            /* 0: one per CPU we may use */
	const char *io;              /* "auto", or a row of all.def: "socket", "ring" */
	const struct pktio_ops *row; /* tests: this row instead; else NULL */
	uint64_t (*clock)(void);     /* tests: instead of CLOCK_MONOTONIC; else NULL */
	bool pin;                    /* bind worker n to the n-th CPU we may use */
	bool xdp;                    /* ring: frames leave by AF_XDP where they can */
	unsigned tick_us;            /* gather packets for this long; 0: wake for each */
	unsigned rest_ms;            /* a port freed is not handed out again so soon */
	unsigned rtcp_ms;          /* mean interval of our own RTCP; 0: none of our own */
	unsigned fd_reserve;         /* descriptors that media leaves to all others */
	unsigned queue;            /* messages to a worker before `overloaded`; 0: 4096 */
	unsigned sock_buf;         /* SO_RCVBUF of RTP sockets; 0: the system's */
	bool batch;                  /* you call med_flush() after commits: workers are
					woken once for many; else at each */
	const char *cname;           /* RFC 3550 6.5.1, of our own RTCP */
	const struct med_pool *pool; /* copied, as are all strings */
	unsigned npool;
	const struct med_group_ops *group; /* NULL: memberships by media itself */
	void *group_arg;
};

/* Good values for all but the pools. */
void med_conf_init(struct med_conf *conf);

/* 0 or -H_E...; then `why` says in English what is wrong. */
int med_new(struct med **out, const struct med_conf *conf, char *why, size_t size);
int med_start(struct med *m);
void med_stop(struct med *m);        /* workers end; nothing is sent any more */
void med_free(struct med *m);        /* after med_stop() and a last med_drain() */

/* What the model plugs in; its `arg` is the struct med. */
extern const struct media_ops med_ops;

typedef void(med_retired_h)(void *arg, struct plan_msg *msg);
typedef void(med_event_h)(void *arg, const struct med_event *ev);

int med_event_fd(const struct med *m); /* poll for reading; owned by m */
/* Wake the workers that have commits waiting; with `batch`, after each round of yours. */
void med_flush(struct med *m);
/* Hand everything the workers gave back to the two handlers. They may call med_ops. */
void med_drain(struct med *m, med_retired_h *retired, med_event_h *event, void *arg);

/* The receiving descriptor of a slot's RTP or RTCP, or -1 when it has none. */
int med_slot_fd(const struct slot *slot, bool rtcp);
const char *med_slot_io(const struct slot *slot); /* "socket", "ring" */

/* --- for hollerctl: a look at the figures, not synchronised with the workers --- */
struct med_info {
	unsigned workers, pools;
	unsigned slots, rooms;       /* taken and not yet given back for good */
	unsigned fds, fd_budget;     /* descriptors of media: open, most */
	uint64_t refused;            /* slot_take answered NO_RESOURCES */
};

struct med_worker_info {
	const char *io;              /* the row in use */
	char why[MED_WHY_MAX];       /* why this one */
	unsigned slots;
	bool gather;                 /* wakes by the tick, not by each packet */
	uint64_t wakes, batches, rx_packets, tx_packets, tx_failed;
	uint64_t xdp;                /* frames sent by AF_XDP, of tx_packets */
	uint64_t stray;              /* arrived for nobody, or cut short */
	uint64_t passed, pass_lost;  /* packets given to other workers; lost on the way */
	uint64_t messages, overflow; /* plan messages taken in; that had to wait */
	uint64_t events, event_waits;
};

struct med_pool_info {
	const struct med_pool *pool;
	unsigned pairs, used, resting, busy; /* busy: found taken by others */
};

void med_info(const struct med *m, struct med_info *out);
/* False when there is no worker or pool i. */
bool med_worker_info(const struct med *m, unsigned i, struct med_worker_info *out);
bool med_pool_info(const struct med *m, unsigned i, struct med_pool_info *out);
