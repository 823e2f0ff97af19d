/* media/ringout.h - the devices frames of ring mode leave by.
 *
 * layer: media (L3)   thread: worker; close: control   I/O: AF_XDP, AF_PACKET
 *
 * By AF_XDP where the device's queue can be had (ringxsk.h): what it has no place for is
 * tried once more through the queueing discipline, where it may wait. Else by a packet
 * socket past that discipline, and then the same.
 */
#pragma once

#include "media/ringio.h"

/* The place of a device in r->dev, or -1. plain: see struct route_link. */
int ringout_dev(struct ring_io *r, uint32_t ifindex, bool plain);
/* The n frames in r->mm. */
void ringout_packet(struct ring_io *r, struct ring_dev *d, unsigned n);
/* The n frames put into d->xdp. */
void ringout_xdp(struct ring_io *r, struct ring_dev *d, unsigned n);
void ringout_tick(struct ring_io *r);
void ringout_close(struct ring_io *r);
