/* media/ringrx.h - frames (and what came by the slow sockets) to the slots they are for.
 *
 * layer: media (L3)   thread: worker   I/O: AF_PACKET, epoll
 *
 * Packets are read, changed and sent from where the kernel put them. A port is found by
 * arithmetic, a group by a small hash; several listeners of one group get copies, as do
 * the parts of a super-frame.
 */
#pragma once

#include "media/ringio.h"

enum {
	RINGRX_TAG_KICK = 1,
	RINGRX_TAG_TAP = 2
}; /* of the epoll set; higher: ringsock.h */

unsigned ringrx_recv(struct ring_io *r, struct pkt *v, unsigned max, int64_t wait_ns);
void ringrx_done(struct ring_io *r);

/* A parsed datagram to whoever wants it: fills up to max packets, returns how many. p is
 * f->data, and it and PKT_HEAD before it may be written to. */
unsigned ringrx_deliver(struct ring_io *r, const struct frame *f, uint8_t *p,
			uint32_t ifindex, uint64_t at, struct pkt *v, unsigned max);
/* Does a group's listener want what came from there, by that interface (0: not known)? */
bool ringrx_wanted(const struct ring_leg *l, const struct addr *from, uint32_t ifindex);
struct ring_spare *ringrx_spare_get(struct ring_io *r); /* NULL: all in use */
