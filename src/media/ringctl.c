/* media/ringctl.c - ring mode's part on the control thread: routes, devices, the drop
 * rule.
 *
 * layer: media (L3)   thread: control   I/O: netlink, timerfd, epoll
 */
#include "media/ringctl.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "media/med.h"
#include "util/err.h"
#include "util/log.h"
#include "util/mem.h"

int ringctl_fd(const struct ringctl *c)
{
	return c->ep;
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
	uint32_t is =
		l->slot->spec->ifindex ? group_by_name(c, l) : group_by_route(c, l, now);

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
	ringdev_again(c);
	for (unsigned i = 0; i < c->nworker; i++)
		ringdev_group_filter(c, c->worker[i]);
}

int ringctl_group_add(struct ringctl *c, struct ring_leg *l)
{
	struct ring_io *r = ring_of(l->slot->w->io);
	const struct group_spec *g = l->slot->spec;
	const struct route_link *k;
	int rc = l->slot->flags & SLOT_JOIN ? ringdev_group_tap(r) : 0;

	if (rc)
		return rc;
	l->ifindex = g->ifindex ? g->ifindex : group_by_route(c, l, work_clock(c->med));
	k = route_link_get(c->route, l->ifindex);
	if (k)
		memcpy(l->ifname, k->name, IF_NAMESIZE);
	list_add(&c->legs, &l->node);
	if (l->slot->flags & SLOT_JOIN) {
		ringdev_again(c);
		ringdev_group_filter(c, r);
	}
	return 0;
}

void ringctl_group_del(struct ringctl *c, struct ring_leg *l)
{
	if (list_empty(&l->node))
		return;
	list_del(&l->node);
	if (l->slot->flags & SLOT_JOIN)
		ringdev_group_filter(c, ring_of(l->slot->w->io));
}

/* --- the rest --- */

int ringctl_port(struct ringctl *c, const struct addr *a)
{
	int rc = portcheck_taken(c->check, a, a->port, 2);

	if (!rc && !ringdev_in_ranges(c, a)) { /* whoever had it is gone */
		portcheck_again(c->check);
		ringdev_ranges_again(c);
		rc = !ringdev_in_ranges(c, a);
	}
	return rc > 0 ? -H_EBUSY : rc;
}

static void on_change(void *arg)
{
	ringdev_again(arg);
}

static void arm(struct ringctl *c, bool soon)
{
	struct itimerspec t = { .it_interval = { .tv_sec = RINGCTL_TICK_S },
				.it_value = { .tv_sec = RINGCTL_TICK_S } };

	if (soon)
		t.it_value = (struct timespec){ .tv_nsec = RINGCTL_SOON_NS };
	if (timerfd_settime(c->timer, 0, &t, NULL))
		log_err(LOGC_MEDIA, "ring: timer: %s", strerror(errno));
}

static void ringctl_tick(struct ringctl *c, uint64_t now)
{
	uint64_t n;

	if (read(c->timer, &n, sizeof(n)) < 0 ||
	    now - c->ticked < RINGCTL_TICK_S * 1000000000ull)
		return;
	c->ticked = now;
	route_tick(c->route, now);
	ringdev_ranges_again(c);
}

void ringctl_input(struct ringctl *c)
{
	struct epoll_event ev[2];
	uint64_t now;

	if (epoll_wait(c->ep, ev, 2, 0) <= 0)
		return; /* control came by for something else */
	now = work_clock(c->med);
	route_input(c->route, now);
	ringctl_tick(c, now);
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
	ringdev_worker(c, r);
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
	int rc = c->med->conf.npool > RINGCTL_POOLS ? -H_ELIMIT : open_route(c);

	if (!rc)
		rc = portcheck_open(&c->check);
	if (!rc)
		rc = nftdrop_open(&c->drop, why, sizeof(why));
	if (!rc)
		rc = open_poll(c);
	if (rc)
		return rc;
	return ringdev_begin(c);
}

int ringctl_open(struct ringctl **out, struct ring_io *first)
{
	struct ringctl *c = mem_zalloc(sizeof(*c));
	int rc;

	if (!c)
		return -H_ENOMEM;
	c->med = first->io.w->med;
	c->ep = c->timer = c->fanout = -1;
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
