/* media/xpass.h - packets from one worker to another: counted references by rings.
 *
 * layer: media (L3)   thread: worker   I/O: none
 *
 * The one thing several workers read at a time. A packet that has to cross is copied once
 * into an xpkt of the sending worker's own store and then only referred to, also when its
 * room's home passes it on. An xpkt is free again when its count is 0; only its owner
 * looks for free ones, going round. What finds no place is lost and counted.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "media/pktio.h"
#include "media/relay.h"
#include "media/room.h"
#include "media/worker.h"

enum { XPASS_STORE = 512, XPASS_RING = 1024, XPASS_ROUND = 256 };

struct xpkt {
	_Alignas(64) atomic_uint refs; /* 0: free */
	uint32_t gen;                /* of the room */
	struct med_room *room;       /* NULL: for one leg */
	uint64_t cookie;             /* of that leg: its worker finds it, or drops this */
	struct feed feed;            /* body points into mem */
	uint8_t mem[PKT_MAX];
};

/* One per worker, when there are several. */
struct xpass {
	struct ring from[MED_WORKERS_MAX]; /* in: by sender; tagged struct xpkt * */
	struct xpkt *store;          /* owned */
	unsigned next;               /* where to look for a free one */
	struct xpkt *held[XPASS_ROUND]; /* taken in this round, let go after the flush */
	unsigned nheld;
	uint64_t touched;            /* workers to wake at the end of the round */
	struct list *legs;           /* owned; slot.in_legs by cookie: those in force */
	unsigned legs_bits;          /* 1 << that many lists */
};

int xpass_init(struct worker *w, unsigned workers); /* w->xpass stays NULL with one */
void xpass_fini(struct worker *w);

/* A packet for one output on another worker. RELAY_OK or DROP_SEND. */
int xpass_leg(struct worker *w, const struct plan_far *to, const struct feed *f);
/* A packet for a room whose home is elsewhere. RELAY_OK or DROP_SEND. */
int xpass_offer(struct worker *w, struct med_room *r, const struct feed *f);
/* From the home: for the outputs on the workers in `others`. */
void xpass_fan(struct worker *w, struct med_room *r, const struct feed *f,
	       uint64_t others);
/* A slot here no longer speaks into that room. */
void xpass_leave(struct worker *w, struct med_room *r, const void *slot);

/* A leg begins or ends here: others may name it. */
void xpass_begin(struct worker *w, struct slot *s);
void xpass_end(struct slot *s);

unsigned xpass_take(struct worker *w);  /* handle what others sent; how many */
void xpass_done(struct worker *w);      /* after the flush: let go, wake others */
bool xpass_waiting(const struct worker *w);
