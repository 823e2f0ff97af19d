/* media/ringtx.c - frames out: headers by template, one system call for many legs.
 *
 * layer: media (L3)   thread: worker   I/O: none (ringout.c)
 *
 * Where the device's queue can be had, headers and payload are written into its buffers.
 * Else a frame is two pieces: headers we write (Ethernet, IP, UDP and the RTP header that
 * came with the out) and the payload where it lies, so one payload serves any number of
 * legs; when it serves one only, the headers are written in front of it: one piece is
 * cheaper.
 */
#include "media/ringtx.h"

#include <string.h>

#include "media/ringctl.h"
#include "media/ringout.h"
#include "media/ringsock.h"
#include "media/worker.h"
#include "wire/rtp.h"

enum { UDP_ROOM_MAX = 65507, AHEAD = 4 };

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
	int dev = ringout_dev(r, n->ifindex, n->plain);

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

/* All headers, to h. */
static void frame_head(struct ring_io *r, const struct out *o, const struct ring_dst *d,
		       struct shared_sum *s, uint8_t *h)
{
	if (s->body != o->body || s->n != o->nbody) {
		s->body = o->body;
		s->n = o->nbody;
		s->sum = frame_sum(o->body, o->nbody);
		s->sum = (s->sum & 0xffffffff) + (s->sum >> 32);
	}
	frame_put(&d->tmpl, h, (uint16_t)(o->nhead + o->nbody), r->ip_id++,
		  s->sum + frame_sum(o->head, o->nhead));
	memcpy(h + d->tmpl.len, o->head, o->nhead);
}

/* As the i-th of a sendmmsg(). */
static void frame_write(struct ring_io *r, struct out *o, const struct ring_dst *d,
			unsigned i, struct shared_sum *s, bool in_place)
{
	uint32_t headers = d->tmpl.len + o->nhead;
	uint8_t *h = in_place ? o->body - headers : r->hdr[i];

	frame_head(r, o, d, s, h);
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

static void frame_copy(struct ring_io *r, const struct out *o, const struct ring_dst *d,
		       struct shared_sum *s, uint8_t *room)
{
	uint32_t headers = d->tmpl.len + o->nhead;

	frame_head(r, o, d, s, room);
	memcpy(room + headers, o->body, o->nbody);
	ringxsk_put(r->dev[d->dev].xdp, headers + o->nbody);
}

/* Frames not sent yet: all of one device, and all by AF_XDP or none. */
struct batch {
	struct ring_dev *dev;
	unsigned n;
	bool xdp;
};

static void batch_end(struct ring_io *r, struct batch *b)
{
	if (b->n && b->xdp)
		ringout_xdp(r, b->dev, b->n);
	else if (b->n)
		ringout_packet(r, b->dev, b->n);
	b->n = 0;
}

static uint8_t *xdp_room(struct ring_dev *dev, const struct out *o,
			 const struct ring_dst *d)
{
	return dev->xdp ? ringxsk_room(dev->xdp, d->tmpl.len + o->nhead + o->nbody)
			: NULL;
}

/* v[i] of the n outs of this send. */
static void batch_add(struct ring_io *r, struct batch *b, struct out *v, unsigned i,
		      unsigned n, const struct ring_dst *d, struct shared_sum *s)
{
	struct ring_dev *dev = &r->dev[d->dev];
	struct out *o = &v[i];
	uint8_t *room;

	if (b->dev != dev || b->n == RING_SENDS)
		batch_end(r, b); /* packets of a leg keep their order */
	room = xdp_room(dev, o, d);
	if (b->n && b->xdp != !!room) {
		batch_end(r, b);
		room = xdp_room(dev, o, d);
	}
	dev->used = r->now_s;
	b->dev = dev;
	b->xdp = room;
	if (room)
		frame_copy(r, o, d, s, room);
	else
		frame_write(r, o, d, b->n, s, alone(v, i, n));
	b->n++;
}

void ringtx_send(struct ring_io *r, struct out *v, unsigned n)
{
	uint32_t epoch = route_epoch(r->ctl->route);
	struct shared_sum sum = { .body = NULL };
	struct batch b = { .n = 0 };

	for (unsigned i = 0; i < n; i++) {
		struct ring_leg *l = v[i].slot->io_data;
		struct ring_dst *d = &l->dst[v[i].rtcp];
		bool frame = frame_fits(r, &v[i], d, epoch);

		look_ahead(v, i, n);
		if (frame) {
			batch_add(r, &b, v, i, n, d, &sum);
		} else {
			batch_end(r, &b);
			ringsock_send(r, &v[i]);
		}
	}
	batch_end(r, &b);
}

void ringtx_open(struct ring_io *r)
{
	for (unsigned i = 0; i < RING_SENDS; i++)
		r->mm[i].msg_hdr.msg_iov = r->iov[i];
}
