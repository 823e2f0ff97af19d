/* media/ringrx.c - see ringrx.h.
 *
 * layer: media (L3)   thread: worker   I/O: AF_PACKET, epoll
 * RFC 4570, 4607 (sources of a group)
 */
#include "media/ringrx.h"

#include <sys/epoll.h>
#include <time.h>

#include "media/ringsock.h"
#include "media/worker.h"

enum { EVENTS = 32 };

struct ring_spare *ringrx_spare_get(struct ring_io *r)
{
	return r->nspare < RING_SPARE ? &r->spare[r->nspare++] : NULL;
}

static void stray(struct ring_io *r)
{
	stat_add64(&r->io.w->stats.stray, 1);
}

/* Source filters don't act on a tap (nor do memberships): look ourselves. */
bool ringrx_wanted(const struct ring_leg *l, const struct addr *from, uint32_t ifindex)
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
			    !ringrx_wanted(l, &from, ifindex))
				continue;
			if (n) {
				sp = ringrx_spare_get(r);
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

unsigned ringrx_deliver(struct ring_io *r, const struct frame *f, uint8_t *p,
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
		struct ring_spare *s = ringrx_spare_get(r);

		f->len = (uint16_t)(total - done < t->gso_size ? total - done
							       : t->gso_size);
		memcpy(s->raw, p + done, f->len);
		f->data = s->raw;
		n += ringrx_deliver(r, f, s->raw, t->ifindex, at, v + n, max - n);
	}
	return (int)n;
}

/* When a frame came. The wall clock may have been set since: then it came just now. */
static uint64_t arrival(const struct ring_io *r, const struct ringtap_frame *t)
{
	uint64_t at = t->real + r->shift;

	return r->mono - at < RING_OLDEST_NS ? at : r->mono;
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
	at = arrival(r, &t);
	if (t.cut || frame_parse(&f, t.ip, t.n, t.type) != FRAME_DATA ||
	    (!t.sum_ok && !t.gso_size && !frame_udp_ok(&f)))
		stray(r);
	else if (t.gso_size && f.len > t.gso_size)
		n = take_super(r, &f, &t, at, v, max);
	else
		n = (int)ringrx_deliver(r, &f, t.ip + (f.data - t.ip), t.ifindex, at, v,
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
		if (ev[i].data.u64 > RINGRX_TAG_TAP)
			n += ringsock_recv(r, ev[i].data.u64, v + n, max - n);
	return n;
}

/* Rings are stamped by the wall clock; workers think in monotonic time. */
static void clocks(struct ring_io *r)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	r->mono = work_clock(r->io.w->med);
	r->shift = r->mono - ((uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec);
	r->now_s = (uint32_t)(r->io.w->now / 1000000000u);
}

unsigned ringrx_recv(struct ring_io *r, struct pkt *v, unsigned max, int64_t wait_ns)
{
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

void ringrx_done(struct ring_io *r)
{
	ringtap_done(&r->tap);
	if (atomic_load_explicit(&r->gtap_on, memory_order_relaxed))
		ringtap_done(&r->gtap);
	r->nspare = 0;
}
