/* media/sock.h - the sockets of a slot: opened, set up, closed.
 *
 * layer: media (L3)   thread: control; sockopt_marks: worker   I/O: sockets
 *
 * The ring row uses these too, for legs that need a socket of their own.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "media/pktio.h"

unsigned sockopt_fds(uint8_t flags);         /* descriptors a slot needs */
int sock_slot_open(struct pktio *io, struct slot *slot);
void sock_slot_close(struct pktio *io, struct slot *slot);
int sock_slot_fd(const struct slot *slot, bool rtcp);
/* Connect the RTP socket to slot->dest[0], or take that back. */
void sockopt_peer(struct slot *slot, bool on);
/* A packet was longer than the path takes: let the system cut it. */
void sockopt_fragment(int fd, bool v6);
/* DSCP << 2 and TTL or hop limit (0: the system's) of what a slot sends. */
void sockopt_marks(struct slot *slot, uint8_t tos, uint8_t hops);
