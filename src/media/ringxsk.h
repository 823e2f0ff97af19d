/* media/ringxsk.h - frames out by an AF_XDP socket, at half of a packet socket's cost.
 *
 * layer: media (L3)   thread: worker   I/O: AF_XDP
 *
 * One for each device and worker: worker n has the device's queue n, if nobody else has
 * it. It only sends, and in copy mode: no program is loaded, nothing is received, and any
 * Ethernet driver does. A frame is written into a buffer shared with the kernel, which
 * copies it; the buffer is free again when the device is done with the copy.
 *
 *	h = ringxsk_room(x, n)   NULL: no buffer free, or n is too long
 *	ringxsk_put(x, n)        the frame at h is complete
 *	ringxsk_send(x)          after one or more puts
 */
#pragma once

#include <stdint.h>

enum {
	RINGXSK_FRAMES = 512, /* buffers, a power of two */
	RINGXSK_ROOM = 2048,  /* bytes of each: more than an Ethernet frame takes */
};

/* What ringxsk_send() came to. */
enum ringxsk_said {
	RINGXSK_SENT,
	RINGXSK_REFUSED, /* all but one so far, see ringxsk_refused(): go on */
	RINGXSK_LEFT,    /* the device is busy: the rest goes with the next */
	RINGXSK_BROKEN,  /* it is down, gone or taken away: close this */
};

struct ringxsk;

/* 0, -H_EPERM, -H_ENOMEM, -H_ENOTSUP (the kernel, or no such queue), -H_EBUSY (another
 * has the queue), -H_ESYS. */
int ringxsk_open(struct ringxsk **out, uint32_t ifindex, unsigned queue);
void ringxsk_close(struct ringxsk *x); /* NULL is allowed */

uint8_t *ringxsk_room(struct ringxsk *x, uint32_t n);
void ringxsk_put(struct ringxsk *x, uint32_t n);
enum ringxsk_said ringxsk_send(struct ringxsk *x);
/* The frame the device had no place for; borrowed till the next put. */
const uint8_t *ringxsk_refused(const struct ringxsk *x, uint32_t *n);
uint32_t ringxsk_waiting(const struct ringxsk *x); /* put and not sent yet, at most */
