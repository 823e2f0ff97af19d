/* media/ringio.c - packet I/O by AF_PACKET rings: the row: slots and life.
 *
 * layer: media (L3)   thread: slot_open, slot_close, control: control; the rest: worker
 * I/O: AF_PACKET, epoll
 */
#include "media/ringio.h"

#include <errno.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "media/med.h"
#include "media/portcheck.h"
#include "media/ringctl.h"
#include "media/ringout.h"
#include "media/ringrx.h"
#include "media/ringsock.h"
#include "media/ringtx.h"
#include "util/err.h"
#include "util/mem.h"

static unsigned ring_recv(struct pktio *io, struct pkt *v, unsigned max, int64_t wait_ns)
{
	return ringrx_recv(ring_of(io), v, max, wait_ns);
}

static void ring_done(struct pktio *io)
{
	ringrx_done(ring_of(io));
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
	ringout_tick(r);
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
	ringout_close(r);
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
	if (r->ep < 0 || watch(r, w->kick, RINGRX_TAG_KICK))
		return -H_ESYS;
	rc = ringtap_open(&r->tap, RING_BLOCKS);
	if (!rc)
		rc = watch(r, r->tap.fd, RINGRX_TAG_TAP);
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
