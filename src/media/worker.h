/* media/worker.h - a worker thread and the media layer's own insides.
 *
 * layer: media (L3)   thread: see each part   I/O: by its pktio
 *
 * A worker owns its slots and rooms: only it touches their running state. Control talks
 * to it by `in` and hears by `back` and `events`; workers pass packets to each other by
 * xpass.h. The loop: plan messages, recv, relay, send, timers, sleep.
 */
#pragma once

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "media/tellq.h"
#include "media/media.h"
#include "media/pktio.h"
#include "media/spray.h"
#include "media/wheel.h"
#include "model/plan.h"
#include "util/list.h"
#include "util/ring.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(HOLLER_DEBUG)
#define WORK_CHECKED 1
extern _Thread_local const struct worker *work_self; /* NULL: control */
#define ON_WORKER(w) assert(!(w)->running || work_self == (w))
#define ON_CONTROL() assert(!work_self)
#else
#define ON_WORKER(w) ((void)(w))
#define ON_CONTROL() ((void)0)
#endif

enum { WORK_SCRATCH = 256, WORK_SCRATCHES = 64 };

/* What a worker counts; it writes, control reads. */
struct work_stats {
	_Atomic uint64_t wakes, batches, rx_packets, tx_packets, tx_failed, stray, xdp;
	_Atomic uint64_t passed, pass_lost, messages, events, event_waits;
	_Atomic bool gather;
};

/* How the loop waits (pace.c). */
struct pace {
	uint64_t window, woke;       /* begin of the window; last wake-up */
	uint32_t full;               /* rounds in this window that found packets */
	bool gather;
};

struct worker {
	struct med *med;             /* borrowed; its conf is constant */
	unsigned index;
	struct pktio *io;            /* owned */
	char why[MED_WHY_MAX];       /* why this row */
	int kick;                    /* eventfd: wakes the worker */
	bool kick_due;               /* control's: pushed to, not woken yet (med_flush) */
	pthread_t thread;
	bool running, ended;         /* control's; ended: work_stop() was called */
	atomic_bool quit;
	atomic_uint asleep;

	struct ring in, back;        /* struct plan_msg * */
	struct tellq tellq;
	struct work_stats stats;

	/* --- control's --- */
	struct plan_msg *over, *over_end; /* what `in` would not take, in order */
	unsigned nover, nslot;
	uint64_t overflow;

	/* --- the worker's own --- */
	uint64_t now;                /* ns, monotonic, of this batch */
	uint64_t tick;               /* ns to gather; 0: wake for each packet */
	struct pace pace;
	struct wheel wheel;
	struct pkt pkt[PKT_BATCH];
	struct out out[PKT_OUTS];
	uint8_t head[PKT_OUTS][12];  /* RTP headers of out[] */
	unsigned nout, nscratch;
	struct hold *hold;           /* owned: HOLD_PACKETS of them */
	unsigned hold_next;
	struct spray spray[SPRAY_SETS][SPRAY_WAYS];
	uint64_t seed;
	uint64_t round;              /* counts rounds */
	uint8_t scratch[WORK_SCRATCHES][WORK_SCRATCH]; /* RTCP of ours, till the flush */
	struct xpass *xpass;         /* owned; NULL: the only worker */
	struct plan_msg *keep, **keep_end; /* retired, `back` was full */
	struct list ev_slots, ev_rooms; /* whose events wait for room in tellq */
	uint64_t ticked;             /* when housekeeping was done */
	bool told;                   /* control must be woken at the end of this round */
};

int work_init(struct worker *w, struct med *m, unsigned index);
void work_fini(struct worker *w);
int work_start(struct worker *w);
void work_stop(struct worker *w);
void work_kick(struct worker *w);   /* any thread */
uint64_t work_clock(const struct med *m); /* ns, monotonic; any thread */

/* One round of the loop; recv waits up to wait_ns (pktio.h). Tests drive it. Returns
 * how many packets came. */
unsigned work_round(struct worker *w, int64_t wait_ns);
/* How long recv may wait: until the next timer. */
int64_t work_wait(const struct worker *w);

/* Queue a packet: v is copied. When the queue is full what it holds is sent first. */
struct out *work_out(struct worker *w);  /* fill it; head: w->head[index] */
void work_flush(struct worker *w);
/* WORK_SCRATCH bytes that last until the flush. After work_out(), before the next. */
uint8_t *work_scratch(struct worker *w);
