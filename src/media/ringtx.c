/* media/ringtx.c - frames out: headers by template, one sendmmsg for many legs.
 *
 * layer: media (L3)   thread: worker   I/O: AF_PACKET
 *
 * A frame is two pieces: headers we write (Ethernet, IP, UDP and the RTP header that came
 * with the out) and the payload where it lies, so one payload serves any number of legs.
 * When it serves one only, the headers are written in front of it: one piece is cheaper.
 * It leaves past the queueing discipline; when the device has no room it is tried once
 * more through it, where it may wait.
 */
#include "media/ringtx.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <string.h>
#include <unistd.h>

#include "media/ringctl.h"
#include "media/ringsock.h"
#include "media/worker.h"
#include "wire/rtp.h"

enum { SNDBUF = 4 << 20, DEV_IDLE_S = 60, UDP_ROOM_MAX = 65507, AHEAD = 4 };

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

static void dev_drop(struct ring_dev *d)
{
	if (d->ifindex) {
		close(d->fd);
		if (d->fd_queue >= 0)
			close(d->fd_queue);
	}
	d->ifindex = 0;
}

/* The place of a device, or -1. The least used one gives way when all are taken. */
static int dev_get(struct ring_io *r, uint32_t ifindex)
{
	struct ring_dev *d = NULL;

	for (int i = 0; i < RING_DEVS; i++) {
		struct ring_dev *e = &r->dev[i];

		if (e->ifindex == ifindex)
			return i;
		if (!d || !e->ifindex || (d->ifindex && e->used < d->used))
			d = e;
	}
	dev_drop(d);
	d->fd = dev_socket(ifindex, true);
	if (d->fd < 0)
		return -1;
	d->fd_queue = -1;
	d->ifindex = ifindex;
	d->used = r->now_s;
	return (int)(d - r->dev);
}

void ringtx_tick(struct ring_io *r)
{
	for (unsigned i = 0; i < RING_DEVS; i++)
		if (r->dev[i].ifindex && r->now_s - r->dev[i].used > DEV_IDLE_S)
			dev_drop(&r->dev[i]);
}

void ringtx_close(struct ring_io *r)
{
	for (unsigned i = 0; i < RING_DEVS; i++)
		dev_drop(&r->dev[i]);
}

/* --- destinations --- */

static void dst_marks(const struct slot *s, uint8_t *tos, uint8_t *hops)
{
	*tos = s->leg ? s->leg->tos : 0;
	*hops = s->leg ? s->leg->hops : 0;
	if (!s->spec || !(s->flags & SLOT_EMIT))
		return;
	if (!*tos)
		*tos = s->spec->tos;
	if (!*hops)
		*hops = s->spec->hops ? s->spec->hops : 1;
}

static struct addr dst_local(const struct slot *s, bool rtcp)
{
	struct addr a = s->tx_local;

	a.port = (uint16_t)(a.port + rtcp);
	return a;
}

static struct route_key dst_key(const struct ring_leg *l, const struct slot *s, bool rtcp)
{
	struct route_key k = { .dst = s->dest[rtcp].addr, .src = s->tx_local };

	if (addr_is_multicast(&k.dst))
		k.ifindex = atomic_load_explicit(&l->ifindex, memory_order_relaxed);
	return k;
}

static void dst_frame(struct ring_io *r, struct ring_dst *d, const struct slot *s,
		      bool rtcp, const struct route_next *n)
{
	struct addr from = dst_local(s, rtcp);
	uint32_t headers, room;
	uint8_t tos, hops;
	int dev = dev_get(r, n->ifindex);

	d->way = WAY_SOCKET;
	if (dev < 0)
		return;
	dst_marks(s, &tos, &hops);
	frame_tmpl_set(&d->tmpl, n->src_mac, n->dst_mac, &from, &s->dest[rtcp].addr, tos,
		       hops);
	headers = (uint32_t)d->tmpl.len - FRAME_ETH;
	room = n->mtu > headers ? n->mtu - headers : 0;
	d->room = room < UDP_ROOM_MAX ? (uint16_t)room : UDP_ROOM_MAX;
	d->ifindex = n->ifindex;
	d->dev = (uint8_t)dev;
	d->way = WAY_FRAME;
}

/* What the route to a destination says by now. */
static void dst_look(struct ring_io *r, struct slot *s, bool rtcp)
{
	struct ring_leg *l = s->io_data;
	struct ring_dst *d = &l->dst[rtcp];
	struct route_key k = dst_key(l, s, rtcp);
	struct route_next n;

	if (d->way == WAY_ASK && r->io.w->now < d->ask_at)
		return;
	if (!d->hop || !route_read(d->hop, &k, &n, &d->gen)) {
		d->hop = route_get(r->ctl->route, r->io.w->index, &k);
		if (!d->hop || !route_read(d->hop, &k, &n, &d->gen)) {
			d->hop = NULL;
			d->way = WAY_ASK;
			d->ask_at = r->io.w->now + RING_ASK_NS;
			return;
		}
	}
	if (n.kind == ROUTE_DIRECT)
		dst_frame(r, d, s, rtcp, &n);
	else
		d->way = WAY_SOCKET;
}

void ringtx_dest(struct ring_io *r, struct slot *s, bool rtcp)
{
	struct ring_leg *l = s->io_data;
	struct ring_dst *d = &l->dst[rtcp];

	*d = (struct ring_dst){ .way = WAY_NONE };
	if (!s->dest[rtcp].addr.family)
		return;
	/* A frame of ours never comes back to a member on this host. */
	if (s->spec && (s->flags & SLOT_EMIT) && s->spec->loop) {
		d->way = WAY_SOCKET;
		return;
	}
	d->way = WAY_ASK;
	if (rtcp && addr_same_host(&s->dest[0].addr, &s->dest[1].addr)) {
		/* RTP has asked for the same host already. */
		d->hop = l->dst[0].hop;
		if (!d->hop) {
			d->ask_at = r->io.w->now + RING_ASK_NS;
			return;
		}
	}
	dst_look(r, s, rtcp);
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
	if (d->fd_queue < 0)
		d->fd_queue = dev_socket(d->ifindex, false);
	if (d->fd_queue < 0 || sendmsg(d->fd_queue, &r->mm[i].msg_hdr, 0) < 0)
		failed(r, r->queued[i]);
}

static void flush(struct ring_io *r, struct ring_dev *d, unsigned n)
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
	d->used = r->now_s;
}

/* Its route may have changed since the headers were made. */
static bool dst_check(struct ring_io *r, struct out *o, struct ring_dst *d,
		      uint32_t epoch)
{
	if (d->way == WAY_ASK || (d->hop && route_gen(d->hop) != d->gen) ||
	    (d->way == WAY_FRAME && r->dev[d->dev].ifindex != d->ifindex))
		dst_look(r, o->slot, o->rtcp);
	d->epoch = epoch;
	if (d->hop && d->way != WAY_ASK)
		route_use(d->hop, r->now_s);
	d->used = r->now_s;
	return d->way == WAY_FRAME;
}

/* Is the destination good for a frame of that length, as it is now? Mostly nothing has
 * changed anywhere, and one number shared by all destinations says so. */
static inline bool frame_fits(struct ring_io *r, struct out *o, struct ring_dst *d,
			      uint32_t epoch)
{
	if (d->way != WAY_FRAME || d->epoch != epoch || d->used != r->now_s)
		if (!dst_check(r, o, d, epoch))
			return false;
	return o->nhead + o->nbody <= d->room;
}

struct shared_sum {
	const uint8_t *body;
	uint32_t n;
	uint64_t sum;
};

/* Does no other out of this send have the payload, and is there room in front of it? The
 * RTP header it came with is. */
static inline bool alone(const struct out *v, unsigned i, unsigned n)
{
	_Static_assert((int)FRAME_HDR_MAX <= (int)PKT_HEAD, "headers fit in front");
	if (v[i].nhead != RTPH_MIN || v[i].shared)
		return false;
	return (!i || v[i - 1].body != v[i].body) &&
	       (i + 1 == n || v[i + 1].body != v[i].body);
}

static void frame_write(struct ring_io *r, struct out *o, const struct ring_dst *d,
			unsigned i, struct shared_sum *s, bool in_place)
{
	uint32_t headers = d->tmpl.len + o->nhead;
	uint8_t *h = in_place ? o->body - headers : r->hdr[i];

	if (s->body != o->body || s->n != o->nbody) {
		s->body = o->body;
		s->n = o->nbody;
		s->sum = frame_sum(o->body, o->nbody);
		s->sum = (s->sum & 0xffffffff) + (s->sum >> 32);
	}
	frame_put(&d->tmpl, h, (uint16_t)(o->nhead + o->nbody), r->ip_id++,
		  s->sum + frame_sum(o->head, o->nhead));
	memcpy(h + d->tmpl.len, o->head, o->nhead);
	r->iov[i][0] = (struct iovec){ h, headers + (in_place ? o->nbody : 0) };
	r->iov[i][1] = (struct iovec){ o->body, o->nbody };
	r->mm[i].msg_hdr.msg_iovlen = in_place ? 1 : 2;
	r->queued[i] = o;
}

static void look_ahead(const struct out *v, unsigned i, unsigned n)
{
	const struct ring_leg *l;
	const struct ring_dst *d;

	if (i + AHEAD >= n)
		return;
	l = v[i + AHEAD].slot->io_data;
	d = &l->dst[v[i + AHEAD].rtcp];
	__builtin_prefetch(d);
	__builtin_prefetch(&d->tmpl.len);
	__builtin_prefetch(&d->way);
}

void ringtx_send(struct ring_io *r, struct out *v, unsigned n)
{
	uint32_t epoch = route_epoch(r->ctl->route);
	struct shared_sum sum = { .body = NULL };
	unsigned k = 0, dev = RING_DEVS;

	for (unsigned i = 0; i < n; i++) {
		struct ring_leg *l = v[i].slot->io_data;
		struct ring_dst *d = &l->dst[v[i].rtcp];
		bool frame = frame_fits(r, &v[i], d, epoch);

		look_ahead(v, i, n);
		if (k && (!frame || d->dev != dev || k == RING_SENDS)) {
			flush(r, &r->dev[dev], k); /* packets of a leg keep their order */
			k = 0;
		}
		if (frame) {
			dev = d->dev;
			frame_write(r, &v[i], d, k++, &sum, alone(v, i, n));
		} else {
			ringsock_send(r, &v[i]);
		}
	}
	if (k)
		flush(r, &r->dev[dev], k);
}

void ringtx_open(struct ring_io *r)
{
	for (unsigned i = 0; i < RING_SENDS; i++)
		r->mm[i].msg_hdr.msg_iov = r->iov[i];
}
