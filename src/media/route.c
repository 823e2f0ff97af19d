/* media/route.c - the cache of next hops: control's side; see route.h.
 *
 * layer: media (L3)   thread: control   I/O: through struct route_sys
 */
#include "media/route_int.h"

#include <net/if_arp.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include "util/err.h"
#include "util/log.h"
#include "util/mem.h"

enum {
	SLICE = 256,        /* hops looked up again at one go */
	MTU_LEAST6 = 1280,  /* RFC 8200 5 */
	USE_AGAIN_S = 15,   /* neighbours the kernel can't keep for us */
	NEIGH_USABLE = NUD_PERMANENT | NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE,
};

struct route_link *route_link_find(const struct route *r, uint32_t ifindex)
{
	for (unsigned i = 0; i < r->nlink; i++)
		if (r->link[i].ifindex == ifindex)
			return &r->link[i];
	return NULL;
}

const struct route_link *route_link_get(const struct route *r, uint32_t ifindex)
{
	return route_link_find(r, ifindex);
}

const struct route_link *route_link_next(const struct route *r,
					 const struct route_link *l)
{
	size_t i = l ? (size_t)(l - r->link) + 1 : 0;

	return i < r->nlink ? &r->link[i] : NULL;
}

uint32_t route_addr_link(const struct route *r, const struct addr *a)
{
	for (unsigned i = 0; i < r->nours; i++)
		if (addr_same_host(&r->ours[i].ip, a))
			return r->ours[i].ifindex;
	return 0;
}

/* --- neighbours --- */

static uint64_t neigh_hash(const struct route *r, uint32_t ifindex, const struct addr *ip)
{
	return addr_hash(ip, r->neighs.seed ^ ifindex);
}

struct route_neigh *route_neigh_find(const struct route *r, uint32_t ifindex,
				      const struct addr *ip)
{
	struct map_node *n = map_first(&r->neighs, neigh_hash(r, ifindex, ip));

	for (; n; n = map_next(n)) {
		struct route_neigh *e = MAP_OF(n, struct route_neigh, node);

		if (e->ifindex == ifindex && addr_same_host(&e->ip, ip))
			return e;
	}
	return NULL;
}

void route_neigh_take(struct route_neigh *e, const struct route_news *n)
{
	e->state = n->kind == NEWS_NEIGH ? n->state : 0;
	e->usable = n->kind == NEWS_NEIGH && n->has_mac && (n->state & NEIGH_USABLE);
	if (e->usable)
		memcpy(e->mac, n->link.mac, sizeof(e->mac));
}

static struct route_neigh *neigh_get(struct route *r, uint32_t ifindex,
				     const struct addr *ip, uint64_t now)
{
	struct route_neigh *e = route_neigh_find(r, ifindex, ip);
	struct route_news n;

	if (e)
		return e;
	e = mem_zalloc(sizeof(*e));
	if (!e)
		return NULL;
	e->ifindex = ifindex;
	e->ip = *ip;
	list_init(&e->hops);
	if (map_add(&r->neighs, &e->node, neigh_hash(r, ifindex, ip))) {
		mem_free(e);
		return NULL;
	}
	if (r->sys->neigh(r->sys_arg, ifindex, ip, &n))
		route_neigh_take(e, &n);
	e->asked = now;
	if (!(e->state & NUD_PERMANENT))
		e->kept = r->sys->resolve(r->sys_arg, ifindex, ip) == 1;
	return e;
}

static void neigh_put(struct route *r, struct route_neigh *e)
{
	if (!e || !list_empty(&e->hops))
		return;
	if (e->kept)
		r->sys->release(r->sys_arg, e->ifindex, &e->ip);
	map_del(&r->neighs, &e->node);
	mem_free(e);
}

/* --- hops --- */

static void hop_write(struct route *r, struct route_ctl *c, const struct route_next *next,
		      uint64_t hash)
{
	route_hop_write(&r->hop[c - r->ctl], next ? &c->key : NULL, next, hash);
	atomic_fetch_add_explicit(&r->moved, 1, memory_order_release);
}

static void hop_free(struct route *r, struct route_ctl *c)
{
	struct route_neigh *e = c->neigh;

	list_del(&c->by_neigh);
	c->neigh = NULL;
	neigh_put(r, e);
	hop_write(r, c, NULL, 0);
	c->taken = false;
	r->nhop--;
}

void route_hop_publish(struct route *r, struct route_ctl *c,
			const struct route_next *next)
{
	if (!memcmp(&c->next, next, sizeof(*next)))
		return;
	c->next = *next;
	hop_write(r, c, next, c->hash);
}

/* Ethernet, up, and (for a unicast address) with neighbours that can be asked for. */
static bool link_direct(const struct route_link *l, bool group)
{
	if (!l || l->type != ARPHRD_ETHER || !(l->flags & IFF_UP))
		return false;
	return group || !(l->flags & IFF_NOARP);
}

static void hop_neigh(struct route *r, struct route_ctl *c, uint32_t ifindex,
		      const struct addr *ip, struct route_next *next)
{
	struct route_neigh *e = neigh_get(r, ifindex, ip, r->now), *before = c->neigh;

	if (e != before) {
		list_del(&c->by_neigh);
		if (e)
			list_add(&e->hops, &c->by_neigh);
		c->neigh = e;
		neigh_put(r, before);
	}
	next->kind = ROUTE_PENDING;
	if (!e || !e->usable)
		return;
	next->kind = ROUTE_DIRECT;
	memcpy(next->dst_mac, e->mac, sizeof(e->mac));
}

static void hop_no_neigh(struct route *r, struct route_ctl *c)
{
	struct route_neigh *before = c->neigh;

	list_del(&c->by_neigh);
	c->neigh = NULL;
	neigh_put(r, before);
}

static uint32_t hop_mtu(const struct route_ctl *c, const struct route_answer *a,
			const struct route_link *l)
{
	uint32_t mtu = l->mtu;

	if (a->mtu && a->mtu < mtu)
		mtu = a->mtu;
	/* Behind a router the path may be narrower, and only a socket learns it. */
	if (c->key.dst.family == 6 && a->via.family && !a->mtu && mtu > MTU_LEAST6)
		mtu = MTU_LEAST6;
	return mtu;
}

/* Ask the kernel and work out what a frame would need. */
static void hop_look(struct route *r, struct route_ctl *c)
{
	struct route_next next = { .kind = ROUTE_NONE };
	bool group = addr_is_multicast(&c->key.dst);
	const struct route_link *l;
	struct route_answer a;

	r->info.lookups++;
	c->epoch = r->epoch;
	if (r->sys->lookup(r->sys_arg, &c->key, &a)) {
		hop_no_neigh(r, c);
		route_hop_publish(r, c, &next);
		return;
	}
	l = route_link_find(r, a.ifindex);
	next.kind = ROUTE_SOCKET;
	next.ifindex = a.ifindex;
	if ((a.type != RTN_UNICAST && a.type != RTN_MULTICAST) || a.encap ||
	    !link_direct(l, group) || r->sys->secured(r->sys_arg, &c->key)) {
		hop_no_neigh(r, c);
		route_hop_publish(r, c, &next);
		return;
	}
	next.mtu = hop_mtu(c, &a, l);
	next.plain = l->plain;
	memcpy(next.src_mac, l->mac, sizeof(next.src_mac));
	if (group) {
		hop_no_neigh(r, c);
		frame_group_mac(next.dst_mac, &c->key.dst);
		next.kind = ROUTE_DIRECT;
	} else {
		hop_neigh(r, c, a.ifindex, a.via.family ? &a.via : &c->key.dst, &next);
	}
	route_hop_publish(r, c, &next);
}

/* A place for a new key: free, else the one longest unused, if that is long enough. */
static struct route_ctl *hop_place(struct route *r, uint64_t hash, uint32_t now_s)
{
	struct route_ctl *old = NULL;
	uint32_t old_age = ROUTE_EVICT_S;

	for (unsigned i = 0; i < 2 * ROUTE_WAYS; i++) {
		uint32_t at = route_way(r, hash, i);
		uint32_t age = now_s - atomic_load_explicit(&r->hop[at].used,
							    memory_order_relaxed);

		if (!r->ctl[at].taken)
			return &r->ctl[at];
		if (age >= old_age && age < UINT32_MAX / 2) {
			old = &r->ctl[at];
			old_age = age;
		}
	}
	if (old)
		hop_free(r, old);
	return old;
}

struct route_hop *route_add(struct route *r, const struct route_key *key, uint64_t now)
{
	struct route_key k = route_key_clean(key);
	uint64_t hash = route_key_hash(r, &k);
	struct route_hop *h = route_find(r, &k, hash);
	uint32_t now_s = (uint32_t)(now / 1000000000u);
	struct route_ctl *c;

	if (h)
		return h;
	r->now = now;
	c = hop_place(r, hash, now_s);
	if (!c) {
		r->info.refused++;
		return NULL;
	}
	h = &r->hop[c - r->ctl];
	c->taken = true;
	list_init(&c->by_neigh);
	c->key = k;
	c->hash = hash;
	c->next = (struct route_next){ .kind = 0xff };
	r->nhop++;
	atomic_store_explicit(&h->used, now_s, memory_order_relaxed);
	hop_look(r, c);
	return h;
}

static void sweep(struct route *r)
{
	unsigned did = 0;

	for (; r->cursor < r->size && did < SLICE; r->cursor++) {
		struct route_ctl *c = &r->ctl[r->cursor];

		if (!c->taken || c->epoch == r->epoch)
			continue;
		hop_look(r, c);
		did++;
	}
	r->sweeping = r->cursor < r->size;
}

static void serve_queues(struct route *r, uint64_t now)
{
	struct route_key k;

	for (unsigned w = 0; w < r->nqueue; w++)
		while (route_queue_pop(&r->queue[w], &k))
			route_add(r, &k, now);
}

void route_input(struct route *r, uint64_t now)
{
	r->now = now;
	r->sys->news(r->sys_arg, route_take_news, r);
	if (r->lost) {
		r->lost = false;
		log_notice(LOGC_MEDIA,
			   "route: the kernel dropped news, reading all anew");
		route_reload(r);
	}
	route_drain_wake(r);
	serve_queues(r, now);
	if (r->sweeping)
		sweep(r);
	if (r->changed) {
		r->changed = false;
		if (r->on_change)
			r->on_change(r->on_change_arg);
	}
}

bool route_busy(const struct route *r)
{
	return r->sweeping;
}

static void neigh_tick(struct map_node *node, void *arg)
{
	struct route_neigh *e = MAP_OF(node, struct route_neigh, node);
	struct route *r = arg;
	uint64_t age = r->now - e->asked;

	if ((e->state & NUD_PERMANENT) ||
	    (e->kept && e->state && !(e->state & NUD_FAILED)))
		return;
	if (e->asked && age < (e->usable ? USE_AGAIN_S : 1) * 1000000000ull)
		return;
	e->asked = r->now;
	e->kept = r->sys->resolve(r->sys_arg, e->ifindex, &e->ip) == 1;
}

void route_tick(struct route *r, uint64_t now)
{
	uint32_t now_s = (uint32_t)(now / 1000000000u);

	r->now = now;
	map_each(&r->neighs, neigh_tick, r);
	/* A sixteenth of the table a tick is looked over for what nobody uses. */
	for (unsigned i = 0; i < r->size / 16 + 1; i++) {
		struct route_ctl *c;
		uint32_t age;

		r->aged = r->aged + 1 < r->size ? r->aged + 1 : 0;
		c = &r->ctl[r->aged];
		age = now_s -
		      atomic_load_explicit(&r->hop[r->aged].used, memory_order_relaxed);
		if (c->taken && age >= ROUTE_IDLE_S && age < UINT32_MAX / 2)
			hop_free(r, c);
	}
}

int route_load(struct route *r)
{
	return r->sys->dump(r->sys_arg, route_take_news, r);
}

void route_drop_all(struct route *r)
{
	for (unsigned i = 0; r->ctl && i < r->size; i++)
		if (r->ctl[i].taken)
			hop_free(r, &r->ctl[i]);
}

void route_info(const struct route *r, struct route_info *out)
{
	*out = r->info;
	out->hops = r->nhop;
	out->links = r->nlink;
	out->neighbours = (unsigned)r->neighs.count;
	for (unsigned i = 0; i < r->size; i++) {
		if (!r->ctl[i].taken)
			continue;
		if (r->ctl[i].next.kind == ROUTE_PENDING)
			out->pending++;
		else if (r->ctl[i].next.kind == ROUTE_DIRECT)
			out->direct++;
		else
			out->by_socket++;
	}
	for (unsigned w = 0; w < r->nqueue; w++)
		out->lost +=
			atomic_load_explicit(&r->queue[w].lost, memory_order_relaxed);
}
