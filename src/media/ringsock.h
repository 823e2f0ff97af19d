/* media/ringsock.h - what goes or comes by socket in ring mode.
 *
 * layer: media (L3)   thread: see each part   I/O: sockets
 */
#pragma once

#include "media/ringio.h"

/* control */
int ringsock_raws_open(struct ring_io *r);
int ringsock_join_open(struct slot *s);        /* sets slot->fd[] */
void ringsock_join_close(struct slot *s);
void ringsock_close(struct ring_io *r);
/* worker */
void ringsock_watch(struct ring_io *r, struct slot *s, bool on);
void ringsock_send(struct ring_io *r, struct out *o);
void ringsock_tick(struct ring_io *r);
void ringsock_leg_close(struct ring_io *r, struct ring_leg *l);
/* Read what a descriptor of the epoll set has; tag as given there. */
unsigned ringsock_recv(struct ring_io *r, uint64_t tag, struct pkt *v, unsigned max);

enum {
	RINGSOCK_TAG_RAW = 16
}; /* tags below are places in raw[] + this, or not sockets */
