/* media/ringdev.c - which devices ring mode listens on, and which frames it takes there.
 *
 * layer: media (L3)   thread: control   I/O: filters and the drop rule
 *
 * Devices: those that hold an address of a media pool, those of the groups, and lo (peers
 * on this host). An address on a device that no peer is behind (lo, dummy) may be reached
 * by any device, so then all count. Devices enslaved to a bridge or bond show their
 * frames on that one. Ports: the pools', but for those that other programs' sockets have.
 */
#include "media/ringctl.h"

#include <errno.h>
#include <net/if_arp.h>
#include <sys/epoll.h>

#include "media/med.h"
#include "media/ringrx.h"
#include "util/err.h"
#include "util/log.h"

static void devs_add(struct ringctl_devs *d, const struct route_link *l)
{
	if (!l || d->n == RINGCTL_DEVS ||
	    (l->type != ARPHRD_ETHER && l->type != ARPHRD_LOOPBACK))
		return;
	for (unsigned i = 0; i < d->n; i++)
		if (d->ifindex[i] == l->ifindex)
			return;
	d->ifindex[d->n] = l->ifindex;
	memcpy(d->name[d->n], l->name, IF_NAMESIZE);
	d->n++;
}

/* Is there a network behind it? */
static bool has_peers(const struct route_link *l)
{
	return l->type == ARPHRD_ETHER && !(l->flags & IFF_NOARP);
}

static void devs_find(const struct ringctl *c, struct ringctl_devs *d)
{
	const struct route_link *l;
	bool all = false;

	d->n = 0;
	for (unsigned i = 0; i < c->nrange; i++) {
		l = route_link_get(c->route,
				   route_addr_link(c->route, &c->range[i].addr));
		if (l && has_peers(l))
			devs_add(d, l);
		else if (l && !addr_is_loopback(&c->range[i].addr))
			all = true;
	}
	LIST_EACH(it, &c->legs)
	{
		const struct ring_leg *g = LIST_OF(it, struct ring_leg, node);

		if (g->slot->flags & SLOT_JOIN)
			devs_add(d, route_link_get(c->route, g->ifindex));
	}
	for (l = route_link_next(c->route, NULL); l; l = route_link_next(c->route, l))
		if (l->type == ARPHRD_LOOPBACK || (all && has_peers(l) && !l->master))
			devs_add(d, l);
}

static bool devs_same(const struct ringctl_devs *a, const struct ringctl_devs *b)
{
	return a->n == b->n &&
	       !memcmp(a->ifindex, b->ifindex, a->n * sizeof(a->ifindex[0])) &&
	       !memcmp(a->name, b->name, a->n * sizeof(a->name[0]));
}

static void filter_set(struct ringctl *c, struct ringtap *t)
{
	int rc = ringtap_filter(t, &c->bpf);

	if (rc)
		log_err(LOGC_MEDIA, "ring: filter: %s",
			rc == -H_ELIMIT ? "too many addresses and devices"
					: strerror(errno));
}

static void unicast_filters(struct ringctl *c)
{
	ringbpf_unicast(&c->bpf, c->devs.ifindex, c->devs.n, c->range, c->nrange);
	for (unsigned i = 0; i < c->nworker; i++)
		filter_set(c, &c->worker[i]->tap);
}

static int drop_rule(struct ringctl *c)
{
	const char *name[RINGCTL_DEVS];

	for (unsigned i = 0; i < c->devs.n; i++)
		name[i] = c->devs.name[i];
	return nftdrop_set(c->drop, name, c->devs.n, c->range, c->nrange);
}

static void port_add(uint16_t *v, unsigned *n, uint16_t port)
{
	for (unsigned i = 0; i < *n; i++)
		if (v[i] == port)
			return;
	if (*n < RINGCTL_PORTS)
		v[(*n)++] = port;
}

/* What the groups of one worker's slots need of its second tap. */
void ringdev_group_filter(struct ringctl *c, struct ring_io *r)
{
	uint16_t port[RINGCTL_PORTS];
	uint32_t ifindex[RINGCTL_DEVS];
	unsigned nport = 0, nif = 0;

	LIST_EACH(it, &c->legs)
	{
		const struct ring_leg *g = LIST_OF(it, struct ring_leg, node);
		bool seen = !g->ifindex || nif == RINGCTL_DEVS;

		if (g->slot->w != r->io.w || !(g->slot->flags & SLOT_JOIN))
			continue;
		for (unsigned i = 0; i < nif; i++)
			seen = seen || ifindex[i] == g->ifindex;
		if (!seen)
			ifindex[nif++] = g->ifindex;
		port_add(port, &nport, g->slot->local.port);
		port_add(port, &nport, (uint16_t)(g->slot->local.port + 1));
	}
	if (nport && nif)
		ringbpf_groups(&c->bpf, ifindex, nif, port, nport);
	else
		ringbpf_nothing(&c->bpf);
	if (atomic_load_explicit(&r->gtap_on, memory_order_relaxed))
		filter_set(c, &r->gtap);
}

int ringdev_group_tap(struct ring_io *r)
{
	struct epoll_event ev = { .events = EPOLLIN, .data = { .u64 = RINGRX_TAG_TAP } };
	int rc;

	if (atomic_load_explicit(&r->gtap_on, memory_order_relaxed))
		return 0;
	rc = ringtap_open(&r->gtap, RING_GROUP_BLOCKS);
	if (rc)
		return rc;
	if (epoll_ctl(r->ep, EPOLL_CTL_ADD, r->gtap.fd, &ev)) {
		ringtap_close(&r->gtap);
		return -H_ESYS;
	}
	atomic_store_explicit(&r->gtap_on, true, memory_order_release);
	return 0;
}

/* Devices, addresses or groups may have changed. */
void ringdev_again(struct ringctl *c)
{
	struct ringctl_devs now;

	devs_find(c, &now);
	if (!devs_same(&now, &c->devs)) {
		c->devs = now;
		unicast_filters(c);
		if (drop_rule(c)) /* a device went away between: its news are under way */
			c->devs.n = 0;
	}
}

static void range_add(struct ringctl *c, const struct med_pool *p, unsigned lo,
		      unsigned hi)
{
	if (lo > hi || c->nrange == RINGCTL_RANGES)
		return;
	c->range[c->nrange].addr = p->addr;
	c->range[c->nrange].addr.port = 0;
	c->range[c->nrange].lo = (uint16_t)lo;
	c->range[c->nrange++].hi = (uint16_t)hi;
}

static void ranges_of(struct ringctl *c, unsigned pool, unsigned *room)
{
	const struct med_pool *p = &c->med->conf.pool[pool];
	uint16_t taken[RINGCTL_TAKEN];
	unsigned lo = p->lo, n;

	n = portcheck_bound(c->check, &p->addr, p->lo, p->hi, taken, RINGCTL_TAKEN);
	for (unsigned i = 0; i < n && *room; i++) {
		if (portpool_used(&c->med->pool[pool], taken[i]))
			continue; /* a leg's own socket */
		range_add(c, p, lo, taken[i] - 1u);
		lo = taken[i] + 1u;
		(*room)--;
	}
	range_add(c, p, lo, p->hi);
}

static void ranges_find(struct ringctl *c)
{
	unsigned room = RINGCTL_TAKEN;

	c->nrange = 0;
	for (unsigned i = 0; i < c->med->conf.npool; i++)
		ranges_of(c, i, &room);
}

void ringdev_ranges_again(struct ringctl *c)
{
	struct nftdrop_range was[RINGCTL_RANGES];
	unsigned n = c->nrange;

	memcpy(was, c->range, n * sizeof(was[0]));
	ranges_find(c);
	if (n == c->nrange && !memcmp(was, c->range, n * sizeof(was[0])))
		return;
	log_info(LOGC_MEDIA,
		 "ring: %u ranges of media ports around other programs' sockets",
		 c->nrange);
	unicast_filters(c);
	if (drop_rule(c))
		c->devs.n = 0;
}

bool ringdev_in_ranges(const struct ringctl *c, const struct addr *a)
{
	for (unsigned i = 0; i < c->nrange; i++)
		if (addr_same_host(&c->range[i].addr, a) && a->port >= c->range[i].lo &&
		    a->port < c->range[i].hi)
			return true;
	return false;
}

void ringdev_worker(struct ringctl *c, struct ring_io *r)
{
	ringbpf_unicast(&c->bpf, c->devs.ifindex, c->devs.n, c->range, c->nrange);
	filter_set(c, &r->tap);
}

int ringdev_begin(struct ringctl *c)
{
	ranges_find(c);
	devs_find(c, &c->devs);
	return drop_rule(c);
}
