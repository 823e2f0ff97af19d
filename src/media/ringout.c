/* media/ringout.c - see ringout.h.
 *
 * layer: media (L3)   thread: worker; close: control   I/O: AF_XDP, AF_PACKET
 */
#include "media/ringout.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "media/med.h"
#include "media/worker.h"
#include "util/err.h"

enum {
	SNDBUF = 4 << 20,
	DEV_IDLE_S = 60,
	XDP_BUSY_TICKS = 10, /* a device that long busy is no use */
};

/* --- devices --- */

static int dev_socket(uint32_t ifindex, bool bypass)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = (int)ifindex };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int one = bypass, size = SNDBUF;

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof(one)) ||
	    bind(fd, (struct sockaddr *)&to, sizeof(to))) {
		close(fd);
		return -1;
	}
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	return fd;
}

/* The device's queue, if it is of use and nobody has it. */
static void dev_xdp(struct ring_io *r, struct ring_dev *d)
{
	const struct worker *w = r->io.w;
	int rc;

	if (d->xdp_never || !w->med->conf.xdp)
		return;
	d->xdp_busy = 0;
	d->xdp_asked = r->now_s;
	rc = ringxsk_open(&d->xdp, d->ifindex, w->index);
	d->xdp_never = rc == -H_ENOTSUP || rc == -H_EPERM;
}

static void dev_no_xdp(struct ring_io *r, struct ring_dev *d)
{
	stat_add64(&r->io.w->stats.tx_failed, ringxsk_waiting(d->xdp));
	ringxsk_close(d->xdp);
	d->xdp = NULL;
}

static int dev_queue(struct ring_dev *d)
{
	if (d->fd_queue < 0)
		d->fd_queue = dev_socket(d->ifindex, false);
	return d->fd_queue;
}

static void dev_drop(struct ring_dev *d)
{
	if (d->ifindex) {
		ringxsk_close(d->xdp);
		d->xdp = NULL;
		close(d->fd);
		if (d->fd_queue >= 0)
			close(d->fd_queue);
	}
	d->ifindex = 0;
}

/* The least used one gives way when all are taken. */
int ringout_dev(struct ring_io *r, uint32_t ifindex, bool plain)
{
	struct ring_dev *d = NULL;

	for (int i = 0; i < RING_DEVS; i++) {
		struct ring_dev *e = &r->dev[i];

		if (e->ifindex == ifindex)
			return i;
		if (!d || !e->ifindex || (d->ifindex && e->used < d->used))
			d = e;
	}
	if (d->ifindex && d->used == r->now_s)
		return -1; /* frames of this round may wait for it */
	dev_drop(d);
	d->fd = dev_socket(ifindex, true);
	if (d->fd < 0)
		return -1;
	d->fd_queue = -1;
	d->ifindex = ifindex;
	d->used = r->now_s;
	d->xdp_never = !plain;
	dev_xdp(r, d);
	return (int)(d - r->dev);
}

/* --- sending --- */

static void failed(struct ring_io *r, const struct out *o)
{
	slot_tx_failed(o->slot);
	stat_add64(&r->io.w->stats.tx_failed, 1);
}

/* The device had no room: once more, where it may wait for it. */
static void send_queued(struct ring_io *r, struct ring_dev *d, unsigned i)
{
	if (dev_queue(d) < 0 || sendmsg(d->fd_queue, &r->mm[i].msg_hdr, 0) < 0)
		failed(r, r->queued[i]);
}

void ringout_packet(struct ring_io *r, struct ring_dev *d, unsigned n)
{
	unsigned at = 0;

	while (at < n) {
		int sent = sendmmsg(d->fd, r->mm + at, n - at, 0);

		if (sent > 0) {
			at += (unsigned)sent;
		} else {
			if (errno == ENOBUFS || errno == EAGAIN)
				send_queued(r, d, at);
			else
				failed(r, r->queued[at]);
			at++;
		}
	}
}

/* A frame the device's queue had no place for, where it may wait. */
static void send_refused(struct ring_io *r, struct ring_dev *d)
{
	uint32_t n;
	const uint8_t *p = ringxsk_refused(d->xdp, &n);

	if (dev_queue(d) < 0 || send(d->fd_queue, p, n, 0) < 0)
		stat_add64(&r->io.w->stats.tx_failed, 1);
}

void ringout_xdp(struct ring_io *r, struct ring_dev *d, unsigned n)
{
	enum ringxsk_said said = ringxsk_send(d->xdp);

	for (unsigned i = 0; said == RINGXSK_REFUSED && i < RINGXSK_FRAMES; i++) {
		send_refused(r, d);
		said = ringxsk_send(d->xdp);
	}
	stat_add64(&r->io.w->stats.xdp, n);
	if (said == RINGXSK_SENT)
		d->xdp_busy = 0;
	else if (said == RINGXSK_BROKEN || d->xdp_busy >= XDP_BUSY_TICKS)
		dev_no_xdp(r, d);
}

/* --- now and then --- */

static void dev_tick(struct ring_io *r, struct ring_dev *d)
{
	if (r->now_s - d->used > DEV_IDLE_S)
		dev_drop(d);
	else if (!d->xdp && r->now_s - d->xdp_asked >= RING_XDP_AGAIN_S)
		dev_xdp(r, d);
	else if (d->xdp && ringxsk_waiting(d->xdp)) {
		d->xdp_busy++;
		ringout_xdp(r, d, 0);
	}
}

void ringout_tick(struct ring_io *r)
{
	for (unsigned i = 0; i < RING_DEVS; i++)
		if (r->dev[i].ifindex)
			dev_tick(r, &r->dev[i]);
}

void ringout_close(struct ring_io *r)
{
	for (unsigned i = 0; i < RING_DEVS; i++)
		dev_drop(&r->dev[i]);
}
