/* media/route_news.c - the cache of next hops follows what the kernel tells.
 *
 * layer: media (L3)   thread: control   I/O: through struct route_sys
 */
#include "media/route_int.h"

static void neigh_news(struct route *r, const struct route_news *n)
{
	struct route_neigh *e = route_neigh_find(r, n->link.ifindex, &n->ip);

	if (!e && n->ip.family == 6) { /* link-local next hops may carry a scope */
		struct addr ip = n->ip;

		ip.scope = n->link.ifindex;
		e = route_neigh_find(r, n->link.ifindex, &ip);
	}
	if (!e)
		return;
	route_neigh_take(e, n);
	if (n->kind == NEWS_NEIGH_GONE)
		e->asked = 0; /* ask again at the next tick */
	LIST_EACH(it, &e->hops)
	{
		struct route_ctl *c = LIST_OF(it, struct route_ctl, by_neigh);
		struct route_next next = c->next;

		next.kind = e->usable ? ROUTE_DIRECT : ROUTE_PENDING;
		if (e->usable)
			memcpy(next.dst_mac, e->mac, sizeof(e->mac));
		route_hop_publish(r, c, &next);
	}
}

static void look_again(struct route *r)
{
	r->epoch++;
	r->cursor = 0;
	r->sweeping = true;
}

static void link_news(struct route *r, const struct route_news *n)
{
	struct route_link *l = route_link_find(r, n->link.ifindex);

	if (n->kind == NEWS_LINK_GONE) {
		if (!l)
			return;
		*l = r->link[--r->nlink];
	} else if (l) {
		if (!memcmp(l, &n->link, sizeof(*l)))
			return;
		*l = n->link;
	} else {
		l = route_room((void **)&r->link, r->nlink, &r->link_cap, sizeof(*l));
		if (!l)
			return;
		*l = n->link;
		r->nlink++;
	}
	r->changed = true;
	look_again(r);
}

static void addr_news(struct route *r, const struct route_news *n)
{
	struct route_ours *o;
	unsigned i;

	for (i = 0; i < r->nours; i++)
		if (r->ours[i].ifindex == n->link.ifindex &&
		    addr_same_host(&r->ours[i].ip, &n->ip))
			break;
	if (n->kind == NEWS_ADDR_GONE) {
		if (i == r->nours)
			return;
		r->ours[i] = r->ours[--r->nours];
	} else {
		if (i < r->nours)
			return;
		o = route_room((void **)&r->ours, r->nours, &r->ours_cap, sizeof(*o));
		if (!o)
			return;
		*o = (struct route_ours){ .ip = n->ip, .ifindex = n->link.ifindex };
		r->nours++;
	}
	r->changed = true;
	look_again(r);
}

void route_take_news(void *arg, const struct route_news *n)
{
	struct route *r = arg;

	switch (n->kind) {
	case NEWS_NEIGH:
	case NEWS_NEIGH_GONE:
		neigh_news(r, n);
		break;
	case NEWS_LINK:
	case NEWS_LINK_GONE:
		link_news(r, n);
		break;
	case NEWS_ADDR:
	case NEWS_ADDR_GONE:
		addr_news(r, n);
		break;
	case NEWS_ROUTE:
		look_again(r);
		break;
	case NEWS_LOST:
		r->lost = true;
		break;
	}
}

static void neigh_ask_again(struct map_node *node, void *arg)
{
	struct route_neigh *e = MAP_OF(node, struct route_neigh, node);
	struct route *r = arg;
	struct route_news n;

	memset(&n, 0, sizeof(n));
	n.kind = NEWS_NEIGH_GONE;
	r->sys->neigh(r->sys_arg, e->ifindex, &e->ip, &n);
	n.link.ifindex = e->ifindex;
	n.ip = e->ip;
	neigh_news(r, &n);
}

/* News were lost: everything from the kernel's tables anew. */
int route_reload(struct route *r)
{
	r->nlink = r->nours = 0;
	r->changed = true;
	look_again(r);
	map_each(&r->neighs, neigh_ask_again, r);
	return r->sys->dump(r->sys_arg, route_take_news, r);
}
