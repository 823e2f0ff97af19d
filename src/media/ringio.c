/* media/ringio.c - packet I/O by AF_PACKET rings: the row, slots and receiving.
 *
 * layer: media (L3)   thread: slot_open, slot_close, control: control; the rest: worker
 * I/O: AF_PACKET, epoll
 * RFC 4570, 4607 (sources of a group)
 *
 * Packets are read, changed and sent from where the kernel put them. A port is found by
 * arithmetic, a group by a small hash; several listeners of one group get copies.
 */
#include "media/ringio.h"

#include <errno.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "media/med.h"
#include "media/portcheck.h"
#include "media/ringctl.h"
#include "media/ringsock.h"
#include "media/ringtx.h"
#include "util/err.h"
#include "util/mem.h"

enum { TAG_KICK = 1, TAG_TAP = 2, EVENTS = 32 };

/* --- receive --- */

struct ring_spare *ring_spare_get(struct ring_io *r)
{
	return r->nspare < RING_SPARE ? &r->spare[r->nspare++] : NULL;
}

static void stray(struct ring_io *r)
{
	stat_add64(&r->io.w->stats.stray, 1);
}

/* Source filters don't act on a tap (nor do memberships): look ourselves. */
bool ring_wanted(const struct ring_leg *l, const struct addr *from, uint32_t ifindex)
{
	const struct group_spec *g = l->slot->spec;
	uint32_t want = atomic_load_explicit(&l->ifindex, memory_order_relaxed);

	if (ifindex && ifindex != want)
		return false;
	if (!g->nsource)
		return true;
	for (unsigned i = 0; i < g->nsource; i++)
		if (!memcmp(g->sources[i].ip, from->ip, sizeof(from->ip)))
			return !g->exclude;
	return g->exclude;
}

static void pkt_put(struct pkt *k, struct slot *s, bool rtcp, uint8_t *p, uint32_t n,
		    const struct addr *from, uint64_t at)
{
	k->p = p;
	k->n = n;
	k->rtcp = rtcp;
	k->slot = s;
	k->at = at;
	k->from = *from;
}

static struct slot *port_slot(struct ring_io *r, const struct frame *f)
{
	const uint8_t *dst = f->ip + (f->family == 4 ? 16 : 24);
	size_t n = f->family == 4 ? 4 : 16;

	for (unsigned i = 0; i < r->nnet; i++) {
		const struct ring_net *t = &r->net[i];

		if (t->addr.family == f->family && f->dport >= t->lo &&
		    f->dport <= t->hi && !memcmp(t->addr.ip, dst, n))
			return t->pair[(f->dport - t->lo) / 2];
	}
	return NULL;
}

/* The first listener gets the packet as it lies, others a copy. */
static unsigned deliver_group(struct ring_io *r, const struct frame *f, uint8_t *p,
			      uint32_t ifindex, uint64_t at, struct pkt *v, unsigned max)
{
	struct addr group, from;
	unsigned n = 0;

	frame_src(f, &from);
	for (unsigned rtcp = 0; rtcp < 2; rtcp++) {
		struct list *head;

		frame_dst(f, &group);
		group.port = (uint16_t)(group.port - rtcp);
		head = &r->group[ring_group_bucket(&group)];
		LIST_EACH(it, head)
		{
			struct ring_leg *l = LIST_OF(it, struct ring_leg, bucket);
			struct ring_spare *sp;

			if (!addr_eq(&l->slot->local, &group) || n == max ||
			    !ring_wanted(l, &from, ifindex))
				continue;
			if (n) {
				sp = ring_spare_get(r);
				if (!sp)
					return n;
				memcpy(sp->raw, p, f->len);
				p = sp->raw;
			}
			pkt_put(&v[n++], l->slot, rtcp, p, f->len, &from, at);
		}
	}
	return n;
}

unsigned ring_deliver(struct ring_io *r, const struct frame *f, uint8_t *p,
		      uint32_t ifindex, uint64_t at, struct pkt *v, unsigned max)
{
	bool group = f->family == 4 ? (f->ip[16] & 0xf0) == 0xe0 : f->ip[24] == 0xff;
	struct addr from;
	struct slot *s;
	unsigned n;

	if (f->len > PKT_MAX) {
		stray(r);
		return 0;
	}
	if (group) {
		n = deliver_group(r, f, p, ifindex, at, v, max);
	} else {
		s = port_slot(r, f);
		n = s != NULL;
		if (s) {
			frame_src(f, &from);
			if (addr_is_link_local(&from) && from.family == 6)
				from.scope = ifindex;
			pkt_put(v, s, f->dport & 1, p, f->len, &from, at);
		}
	}
	if (!n)
		stray(r);
	return n;
}

/* A super-frame: the same headers for several payloads, each of gso_size but the last.
 * Each is copied, as its room in front would be its neighbour's end. Returns how many
 * packets, or -1 when they don't fit into this round any more. */
static int take_super(struct ring_io *r, struct frame *f, const struct ringtap_frame *t,
		      uint64_t at, struct pkt *v, unsigned max)
{
	unsigned total = f->len, segs = (total + t->gso_size - 1) / t->gso_size, n = 0;
	const uint8_t *p = f->data;

	if (segs > RING_SPARE || t->gso_size > PKT_MAX) {
		stray(r);
		return 0;
	}
	if (segs > RING_SPARE - r->nspare || segs > max)
		return -1;
	for (unsigned done = 0; done < total; done += f->len) {
		struct ring_spare *s = ring_spare_get(r);

		f->len = (uint16_t)(total - done < t->gso_size ? total - done
							       : t->gso_size);
		memcpy(s->raw, p + done, f->len);
		f->data = s->raw;
		n += ring_deliver(r, f, s->raw, t->ifindex, at, v + n, max - n);
	}
	return (int)n;
}

/* One frame of a tap: how many packets, or -1: none there or not in this round. */
static int take_frame(struct ring_io *r, struct ringtap *tap, struct pkt *v, unsigned max)
{
	struct ringtap_frame t;
	struct frame f;
	uint64_t at;
	int n = 0;

	if (!ringtap_peek(tap, &t))
		return -1;
	at = t.real + r->shift;
	if (t.cut || frame_parse(&f, t.ip, t.n, t.type) != FRAME_DATA ||
	    (!t.sum_ok && !t.gso_size && !frame_udp_ok(&f)))
		stray(r);
	else if (t.gso_size && f.len > t.gso_size)
		n = take_super(r, &f, &t, at, v, max);
	else
		n = (int)ring_deliver(r, &f, t.ip + (f.data - t.ip), t.ifindex, at, v,
				      max);
	if (n >= 0)
		ringtap_next(tap);
	return n;
}

static unsigned take_tap(struct ring_io *r, struct ringtap *tap, struct pkt *v,
			 unsigned max)
{
	unsigned n = 0;

	while (n < max) {
		int got = take_frame(r, tap, v + n, max - n);

		if (got < 0)
			break;
		n += (unsigned)got;
	}
	return n;
}

static unsigned take_taps(struct ring_io *r, struct pkt *v, unsigned max)
{
	unsigned n = 0;

	/* Groups first, at most half: they are few and feed many. */
	if (atomic_load_explicit(&r->gtap_on, memory_order_acquire))
		n = take_tap(r, &r->gtap, v, max / 2);
	return n + take_tap(r, &r->tap, v + n, max - n);
}

/* What the slow sockets have; waits when there is nothing else. */
static unsigned take_slow(struct ring_io *r, struct pkt *v, unsigned max, int64_t wait_ns)
{
	struct timespec t = { .tv_sec = wait_ns / 1000000000,
			      .tv_nsec = wait_ns % 1000000000 };
	struct epoll_event ev[EVENTS];
	unsigned n = 0;
	int k;

	if (wait_ns == 0)
		k = epoll_wait(r->ep, ev, EVENTS, 0);
	else
		k = epoll_pwait2(r->ep, ev, EVENTS, wait_ns < 0 ? NULL : &t, NULL);
	for (int i = 0; i < k; i++)
		if (ev[i].data.u64 > TAG_TAP)
			n += ringsock_recv(r, ev[i].data.u64, v + n, max - n);
	return n;
}

/* Rings are stamped by the wall clock; workers think in monotonic time. */
static void clocks(struct ring_io *r)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	r->shift = work_clock(r->io.w->med) -
		   ((uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec);
	r->now_s = (uint32_t)(r->io.w->now / 1000000000u);
}

static unsigned ring_recv(struct pktio *io, struct pkt *v, unsigned max, int64_t wait_ns)
{
	struct ring_io *r = ring_of(io);
	unsigned n, slow;

	clocks(r);
	n = take_taps(r, v, max);
	if (n == max)
		return n;
	slow = take_slow(r, v + n, max - n, n ? 0 : wait_ns);
	if (n || !wait_ns)
		return n + slow;
	clocks(r);
	return slow + take_taps(r, v + slow, max - slow);
}

static void ring_done(struct pktio *io)
{
	struct ring_io *r = ring_of(io);

	ringtap_done(&r->tap);
	if (atomic_load_explicit(&r->gtap_on, memory_order_relaxed))
		ringtap_done(&r->gtap);
	r->nspare = 0;
}

static void ring_send(struct pktio *io, struct out *v, unsigned n)
{
	ringtx_send(ring_of(io), v, n);
}

static void ring_tick(struct pktio *io, uint64_t now)
{
	struct ring_io *r = ring_of(io);

	r->now_s = (uint32_t)(now / 1000000000u);
	ringsock_tick(r);
	ringtx_tick(r);
	stat_add64(&io->w->stats.stray, ringtap_drops(&r->tap));
}

/* --- slots --- */

static unsigned ring_slot_fds(uint8_t flags)
{
	return flags & SLOT_JOIN ? 2 : 0;
}

static int ring_slot_open(struct pktio *io, struct slot *s)
{
	struct ring_io *r = ring_of(io);
	struct ring_leg *l;
	int rc = s->pool ? ringctl_port(r->ctl, &s->tx_local) : 0;

	if (rc)
		return rc;
	l = mem_zalloc(sizeof(*l));
	if (!l)
		return -H_ENOMEM;
	l->slot = s;
	l->fd[0] = l->fd[1] = -1;
	list_init(&l->node);
	list_init(&l->bucket);
	list_init(&l->open);
	if (s->flags & SLOT_JOIN)
		rc = ringsock_join_open(s);
	if (!rc && s->spec)
		rc = ringctl_group_add(r->ctl, l);
	if (rc) {
		ringsock_join_close(s);
		mem_free(l);
		return rc;
	}
	s->io_data = l;
	return 0;
}

static void ring_slot_close(struct pktio *io, struct slot *s)
{
	struct ring_io *r = ring_of(io);
	struct ring_leg *l = s->io_data;

	ringsock_leg_close(r, l); /* of a worker that ended without slot_stop */
	ringctl_group_del(r->ctl, l);
	ringsock_join_close(s);
	mem_free(l);
	s->io_data = NULL;
}

static int ring_slot_fd(const struct slot *s, bool rtcp)
{
	(void)s;
	(void)rtcp;
	return -1; /* memberships are held on sockets that read nothing */
}

static struct slot **pair_of(struct ring_io *r, const struct slot *s)
{
	for (unsigned i = 0; i < r->nnet; i++) {
		const struct ring_net *t = &r->net[i];

		if (addr_same_host(&t->addr, &s->tx_local) && s->tx_local.port >= t->lo &&
		    s->tx_local.port <= t->hi)
			return &t->pair[(s->tx_local.port - t->lo) / 2];
	}
	return NULL;
}

static void ring_slot_start(struct pktio *io, struct slot *s)
{
	struct ring_io *r = ring_of(io);
	struct ring_leg *l = s->io_data;
	struct slot **at = pair_of(r, s);

	if (s->flags & SLOT_JOIN) {
		list_add(&r->group[ring_group_bucket(&s->local)], &l->bucket);
		ringsock_watch(r, s, true);
	} else if (at) {
		*at = s;
	}
}

static void ring_slot_stop(struct pktio *io, struct slot *s)
{
	struct ring_io *r = ring_of(io);
	struct ring_leg *l = s->io_data;
	struct slot **at = pair_of(r, s);

	if (s->flags & SLOT_JOIN) {
		ringsock_watch(r, s, false);
		list_del(&l->bucket);
	} else if (at && *at == s) {
		*at = NULL;
	}
	ringsock_leg_close(r, l);
}

static void ring_slot_dest(struct pktio *io, struct slot *s, bool rtcp)
{
	struct ring_io *r = ring_of(io);

	r->now_s = (uint32_t)(io->w->now / 1000000000u);
	ringtx_dest(r, s, rtcp);
}

/* --- life --- */

static void ring_close(struct pktio *io)
{
	struct ring_io *r = ring_of(io);

	ringctl_worker_del(r->ctl, r);
	ringsock_close(r);
	ringtx_close(r);
	ringtap_close(&r->tap);
	ringtap_close(&r->gtap);
	if (r->ep >= 0)
		close(r->ep);
	for (unsigned i = 0; r->net && i < r->nnet; i++)
		mem_free(r->net[i].pair);
	mem_free(r->net);
	mem_free(r->spare);
	mem_free(r);
}

static int open_nets(struct ring_io *r, const struct med_conf *c)
{
	r->net = mem_array(c->npool, sizeof(*r->net));
	if (!r->net)
		return -H_ENOMEM;
	for (unsigned i = 0; i < c->npool; i++) {
		struct ring_net *t = &r->net[i];

		t->addr = c->pool[i].addr;
		t->addr.port = 0;
		t->lo = (uint16_t)((c->pool[i].lo + 1) & ~1);
		t->hi = c->pool[i].hi;
		t->pair = mem_array((size_t)(t->hi - t->lo) / 2 + 1, sizeof(t->pair[0]));
		if (!t->pair)
			return -H_ENOMEM;
		r->nnet++;
	}
	return 0;
}

static int watch(struct ring_io *r, int fd, uint64_t tag)
{
	struct epoll_event ev = { .events = EPOLLIN, .data = { .u64 = tag } };

	return epoll_ctl(r->ep, EPOLL_CTL_ADD, fd, &ev) ? -H_ESYS : 0;
}

static int open_parts(struct ring_io *r)
{
	struct worker *w = r->io.w;
	int rc = open_nets(r, &w->med->conf);

	r->spare = mem_array(RING_SPARE, sizeof(*r->spare));
	if (rc || !r->spare)
		return -H_ENOMEM;
	r->ep = epoll_create1(EPOLL_CLOEXEC);
	if (r->ep < 0 || watch(r, w->kick, TAG_KICK))
		return -H_ESYS;
	rc = ringtap_open(&r->tap, RING_BLOCKS);
	if (!rc)
		rc = watch(r, r->tap.fd, TAG_TAP);
	if (!rc)
		rc = ringsock_raws_open(r);
	return rc;
}

static int ring_open(struct pktio **out, struct worker *w)
{
	struct ring_io *r = mem_zalloc(sizeof(*r));
	int rc;

	if (!r)
		return -H_ENOMEM;
	r->io.ops = &pktio_ring;
	r->io.w = w;
	r->ep = r->tap.fd = r->gtap.fd = -1;
	list_init(&r->open);
	ringtx_open(r);
	for (unsigned i = 0; i < RING_BUCKETS; i++)
		list_init(&r->group[i]);
	rc = open_parts(r);
	if (!rc && w->index)
		r->ctl = ring_of(w->med->worker[0]->io)->ctl;
	else if (!rc)
		rc = ringctl_open(&r->ctl, r);
	if (!rc)
		rc = ringctl_worker_add(r->ctl, r);
	if (rc) {
		ring_close(&r->io);
		return rc;
	}
	*out = &r->io;
	return 0;
}

static int ring_control_fd(const struct pktio *io)
{
	return ringctl_fd(((const struct ring_io *)(const void *)io)->ctl);
}

static void ring_control(struct pktio *io)
{
	if (!io->w->index) /* what all workers share is looked after once */
		ringctl_input(ring_of(io)->ctl);
}

static int probe_tap(char *why, size_t size)
{
	struct ringtap t;
	int rc = ringtap_open(&t, 1);

	if (!rc)
		ringtap_close(&t);
	else if (rc == -H_EPERM)
		snprintf(why, size, "needs CAP_NET_RAW");
	else
		snprintf(why, size, "AF_PACKET ring: %s", strerror(errno));
	return rc;
}

static int ring_probe(const struct med_conf *conf, char *why, size_t size)
{
	struct nftdrop *d;
	int rc = probe_tap(why, size);

	if (rc)
		return rc;
	rc = nftdrop_open(&d, why, size);
	if (rc)
		return rc;
	nftdrop_close(d);
	for (unsigned i = 0; i < conf->npool; i++) {
		rc = portcheck_range(conf->pool[i].lo, conf->pool[i].hi, why, size);
		if (rc)
			return rc;
	}
	return 0;
}

const struct pktio_ops pktio_ring = {
	.name = "ring",
	.needs = "CAP_NET_RAW, CAP_NET_ADMIN, nf_tables (Linux 5.12 or later)",
	.probe = ring_probe,
	.open = ring_open,
	.close = ring_close,
	.slot_fds = ring_slot_fds,
	.slot_open = ring_slot_open,
	.slot_close = ring_slot_close,
	.slot_fd = ring_slot_fd,
	.slot_start = ring_slot_start,
	.slot_stop = ring_slot_stop,
	.slot_dest = ring_slot_dest,
	.recv = ring_recv,
	.done = ring_done,
	.send = ring_send,
	.tick = ring_tick,
	.control_fd = ring_control_fd,
	.control = ring_control,
};
