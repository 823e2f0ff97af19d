/* media/ringctl.c - ring mode's part on the control thread: routes, devices, the drop rule.
 *
 * layer: media (L3)   thread: control   I/O: netlink, timerfd, epoll
 *
 * One for all workers. Which devices are listened to: those that hold an address of a
 * media pool, those of the groups, and lo (peers on this host). An address on a device
 * that no peer is behind (lo, dummy) may be reached by any device, so then all count.
 * Devices enslaved to a bridge or bond show their frames on that one.
 */
#include "media/ringio.h"

#include <errno.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "media/med.h"
#include "media/portcheck.h"
#include "util/err.h"
#include "util/log.h"
#include "util/mem.h"

enum {
	DEVS_MAX = 256,
	PORTS_MAX = 512,
	POOLS_MAX = 64,
	TAKEN_MAX = 128,      /* ports of other programs amid ours */
	RANGES_MAX = POOLS_MAX + TAKEN_MAX,
	TICK_S = 1,
	SOON_NS = 1000000,
};

struct devs {
	uint32_t ifindex[DEVS_MAX];
	char name[DEVS_MAX][IF_NAMESIZE];
	unsigned n;
};

struct ringctl {
	struct med *med;               /* borrowed */
	struct route *route;           /* owned, like those below */
	struct nftdrop *drop;
	struct portcheck *check;
	int ep, timer;
	struct ring_io *worker[MED_WORKERS_MAX]; /* borrowed */
	unsigned nworker;
	uint16_t fanout;               /* group of the unicast taps; 0: none yet */
	struct list legs;              /* with groups: ring_leg.node */
	struct nftdrop_range range[RANGES_MAX]; /* our ports but for those taken */
	unsigned nrange;
	uint64_t ticked;               /* ns */
	struct devs devs;              /* as last set */
	struct ringbpf bpf;
};

struct route *ringctl_route(const struct ringctl *c)
{
	return c->route;
}

int ringctl_fd(const struct ringctl *c)
{
	return c->ep;
}

/* --- devices --- */

static void devs_add(struct devs *d, const struct route_link *l)
{
	if (!l || d->n == DEVS_MAX || (l->type != ARPHRD_ETHER && l->type != ARPHRD_LOOPBACK))
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

static void devs_find(const struct ringctl *c, struct devs *d)
{
	const struct route_link *l;
	bool all = false;

	d->n = 0;
	for (unsigned i = 0; i < c->nrange; i++) {
		l = route_link_get(c->route, route_addr_link(c->route, &c->range[i].addr));
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

static bool devs_same(const struct devs *a, const struct devs *b)
{
	return a->n == b->n && !memcmp(a->ifindex, b->ifindex, a->n * sizeof(a->ifindex[0])) &&
	       !memcmp(a->name, b->name, a->n * sizeof(a->name[0]));
}

static void filter_set(struct ringctl *c, struct ringtap *t)
{
	int rc = ringtap_filter(t, &c->bpf);

	if (rc)
		log_err(LOGC_MEDIA, "ring: filter: %s",
			rc == -H_ELIMIT ? "too many addresses and devices" : strerror(errno));
}

static void unicast_filters(struct ringctl *c)
{
	ringbpf_unicast(&c->bpf, c->devs.ifindex, c->devs.n, c->range, c->nrange);
	for (unsigned i = 0; i < c->nworker; i++)
		filter_set(c, &c->worker[i]->tap);
}

static int drop_rule(struct ringctl *c)
{
	const char *name[DEVS_MAX];

	for (unsigned i = 0; i < c->devs.n; i++)
		name[i] = c->devs.name[i];
	return nftdrop_set(c->drop, name, c->devs.n, c->range, c->nrange);
}

static void port_add(uint16_t *v, unsigned *n, uint16_t port)
{
	for (unsigned i = 0; i < *n; i++)
		if (v[i] == port)
			return;
	if (*n < PORTS_MAX)
		v[(*n)++] = port;
}

/* What the groups of one worker's slots need of its second tap. */
static void group_filter(struct ringctl *c, struct ring_io *r)
{
	uint16_t port[PORTS_MAX];
	uint32_t ifindex[DEVS_MAX];
	unsigned nport = 0, nif = 0;

	LIST_EACH(it, &c->legs)
	{
		const struct ring_leg *g = LIST_OF(it, struct ring_leg, node);
		bool seen = !g->ifindex || nif == DEVS_MAX;

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

static int group_tap(struct ring_io *r)
{
	struct epoll_event ev = { .events = EPOLLIN, .data = { .u64 = 2 } };
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
static void devices_again(struct ringctl *c)
{
	struct devs now;

	devs_find(c, &now);
	if (!devs_same(&now, &c->devs)) {
		c->devs = now;
		unicast_filters(c);
		if (drop_rule(c)) /* a device went away between: its news are under way */
			c->devs.n = 0;
	}
}

/* --- ports of other programs amid ours: neither tapped nor dropped --- */

static void range_add(struct ringctl *c, const struct med_pool *p, unsigned lo, unsigned hi)
{
	if (lo > hi || c->nrange == RANGES_MAX)
		return;
	c->range[c->nrange].addr = p->addr;
	c->range[c->nrange].addr.port = 0;
	c->range[c->nrange].lo = (uint16_t)lo;
	c->range[c->nrange++].hi = (uint16_t)hi;
}

static void ranges_of(struct ringctl *c, unsigned pool, unsigned *room)
{
	const struct med_pool *p = &c->med->conf.pool[pool];
	uint16_t taken[TAKEN_MAX];
	unsigned lo = p->lo, n;

	n = portcheck_bound(c->check, &p->addr, p->lo, p->hi, taken, TAKEN_MAX);
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
	unsigned room = TAKEN_MAX;

	c->nrange = 0;
	for (unsigned i = 0; i < c->med->conf.npool; i++)
		ranges_of(c, i, &room);
}

static void ranges_again(struct ringctl *c)
{
	struct nftdrop_range was[RANGES_MAX];
	unsigned n = c->nrange;

	memcpy(was, c->range, n * sizeof(was[0]));
	ranges_find(c);
	if (n == c->nrange && !memcmp(was, c->range, n * sizeof(was[0])))
		return;
	log_info(LOGC_MEDIA, "ring: %u ranges of media ports around other programs' sockets",
		 c->nrange);
	unicast_filters(c);
	if (drop_rule(c))
		c->devs.n = 0;
}

static bool in_ranges(const struct ringctl *c, const struct addr *a)
{
	for (unsigned i = 0; i < c->nrange; i++)
		if (addr_same_host(&c->range[i].addr, a) && a->port >= c->range[i].lo &&
		    a->port < c->range[i].hi)
			return true;
	return false;
}

/* --- groups --- */

static uint32_t group_by_route(struct ringctl *c, struct ring_leg *l, uint64_t now)
{
	struct route_key k = { .dst = l->slot->spec->group };
	struct route_next n;
	uint32_t gen;

	if (!l->hop || !route_read(l->hop, &k, &n, &gen)) {
		l->hop = route_add(c->route, &k, now);
		if (!l->hop || !route_read(l->hop, &k, &n, &gen))
			return 0;
	}
	route_use(l->hop, (uint32_t)(now / 1000000000u));
	return n.ifindex;
}

/* A configured interface that was made anew has its old name and another index. */
static uint32_t group_by_name(const struct ringctl *c, const struct ring_leg *l)
{
	const struct route_link *k = route_link_get(c->route, l->ifindex);

	if (k)
		return l->ifindex;
	for (k = route_link_next(c->route, NULL); k; k = route_link_next(c->route, k))
		if (!strcmp(k->name, l->ifname))
			return k->ifindex;
	return l->ifindex;
}

static bool group_follow(struct ringctl *c, struct ring_leg *l, uint64_t now)
{
	uint32_t was = l->ifindex;
	uint32_t is = l->slot->spec->ifindex ? group_by_name(c, l) : group_by_route(c, l, now);

	if (!is || is == was)
		return false;
	atomic_store_explicit(&l->ifindex, is, memory_order_relaxed);
	return true;
}

static void groups_follow(struct ringctl *c, uint64_t now)
{
	bool moved = false;

	LIST_EACH(it, &c->legs)
		moved |= group_follow(c, LIST_OF(it, struct ring_leg, node), now);
	if (!moved)
		return;
	devices_again(c);
	for (unsigned i = 0; i < c->nworker; i++)
		group_filter(c, c->worker[i]);
}

int ringctl_group_add(struct ringctl *c, struct ring_leg *l)
{
	struct ring_io *r = ring_of(l->slot->w->io);
	const struct group_spec *g = l->slot->spec;
	const struct route_link *k;
	int rc = l->slot->flags & SLOT_JOIN ? group_tap(r) : 0;

	if (rc)
		return rc;
	l->ifindex = g->ifindex ? g->ifindex : group_by_route(c, l, work_clock(c->med));
	k = route_link_get(c->route, l->ifindex);
	if (k)
		memcpy(l->ifname, k->name, IF_NAMESIZE);
	list_add(&c->legs, &l->node);
	if (l->slot->flags & SLOT_JOIN) {
		devices_again(c);
		group_filter(c, r);
	}
	return 0;
}

void ringctl_group_del(struct ringctl *c, struct ring_leg *l)
{
	if (list_empty(&l->node))
		return;
	list_del(&l->node);
	if (l->slot->flags & SLOT_JOIN)
		group_filter(c, ring_of(l->slot->w->io));
}

/* --- the rest --- */

int ringctl_port(struct ringctl *c, const struct addr *a)
{
	int rc = portcheck_taken(c->check, a, a->port, 2);

	if (!rc && !in_ranges(c, a)) { /* whoever had it is gone */
		portcheck_again(c->check);
		ranges_again(c);
		rc = !in_ranges(c, a);
	}
	return rc > 0 ? -H_EBUSY : rc;
}

static void on_change(void *arg)
{
	devices_again(arg);
}

static void arm(struct ringctl *c, bool soon)
{
	struct itimerspec t = { .it_interval = { .tv_sec = TICK_S },
				.it_value = { .tv_sec = TICK_S } };

	if (soon)
		t.it_value = (struct timespec){ .tv_nsec = SOON_NS };
	if (timerfd_settime(c->timer, 0, &t, NULL))
		log_err(LOGC_MEDIA, "ring: timer: %s", strerror(errno));
}

void ringctl_input(struct ringctl *c)
{
	uint64_t now = work_clock(c->med), n;
	bool tick = read(c->timer, &n, sizeof(n)) > 0;

	route_input(c->route, now);
	if (tick && now - c->ticked >= TICK_S * 1000000000ull) {
		c->ticked = now;
		route_tick(c->route, now);
		ranges_again(c);
	}
	groups_follow(c, now);
	if (route_busy(c->route))
		arm(c, true);
}

int ringctl_worker_add(struct ringctl *c, struct ring_io *r)
{
	int rc = 0;

	if (c->med->nworker > 1)
		rc = ringtap_fanout(&r->tap, c->med->nworker, &c->fanout);
	if (rc)
		return rc;
	c->worker[c->nworker++] = r;
	filter_set(c, &r->tap);
	return 0;
}

void ringctl_worker_del(struct ringctl *c, struct ring_io *r)
{
	unsigned i;

	if (!c)
		return;
	for (i = 0; i < c->nworker && c->worker[i] != r; i++)
		;
	if (i < c->nworker)
		c->worker[i] = c->worker[--c->nworker];
	if (!c->nworker)
		ringctl_close(c);
}

static int open_route(struct ringctl *c)
{
	const struct med_conf *m = &c->med->conf;
	struct route_conf rc = { .workers = c->med->nworker, .capacity = 1024,
				 .changed = on_change, .arg = c };

	for (unsigned i = 0; i < m->npool; i++)
		rc.capacity += (unsigned)(m->pool[i].hi - m->pool[i].lo) / 2;
	return route_open(&c->route, &rc);
}

static int open_poll(struct ringctl *c)
{
	struct epoll_event ev = { .events = EPOLLIN };

	c->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	c->ep = epoll_create1(EPOLL_CLOEXEC);
	if (c->timer < 0 || c->ep < 0)
		return -H_ESYS;
	if (epoll_ctl(c->ep, EPOLL_CTL_ADD, c->timer, &ev) ||
	    epoll_ctl(c->ep, EPOLL_CTL_ADD, route_fd(c->route), &ev))
		return -H_ESYS;
	arm(c, false);
	return 0;
}

static int open_parts(struct ringctl *c)
{
	char why[MED_WHY_MAX];
	int rc = c->med->conf.npool > POOLS_MAX ? -H_ELIMIT : open_route(c);

	if (!rc)
		rc = portcheck_open(&c->check);
	if (!rc)
		rc = nftdrop_open(&c->drop, why, sizeof(why));
	if (!rc)
		rc = open_poll(c);
	if (rc)
		return rc;
	ranges_find(c);
	devs_find(c, &c->devs);
	ringbpf_unicast(&c->bpf, c->devs.ifindex, c->devs.n, c->range, c->nrange);
	return drop_rule(c);
}

int ringctl_open(struct ringctl **out, struct ring_io *first)
{
	struct ringctl *c = mem_zalloc(sizeof(*c));
	int rc;

	if (!c)
		return -H_ENOMEM;
	c->med = first->io.w->med;
	c->ep = c->timer = -1;
	list_init(&c->legs);
	rc = open_parts(c);
	if (rc) {
		ringctl_close(c);
		return rc;
	}
	*out = c;
	return 0;
}

void ringctl_close(struct ringctl *c)
{
	if (!c)
		return;
	nftdrop_close(c->drop);
	portcheck_close(c->check);
	route_close(c->route);
	if (c->timer >= 0)
		close(c->timer);
	if (c->ep >= 0)
		close(c->ep);
	mem_free(c);
}
