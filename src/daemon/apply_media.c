/* daemon/apply_media.c - the media addresses: as configured, or all the host has.
 *
 * layer: daemon (L5)   thread: control   I/O: asks the system for its addresses
 */
#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/apply.h"
#include "util/err.h"
#include "util/log.h"

struct gather {
	struct med_pool *pool;
	unsigned n;
	char *why;
};

static int add_pool(struct gather *g, const char *name, const char *ifname,
		    const struct addr *a, const struct addr *told,
		    struct conf_range ports)
{
	struct med_pool *p = &g->pool[g->n];

	if (g->n == APPLY_POOLS_MAX) {
		snprintf(g->why, APPLY_WHY_MAX, "more than %d media addresses",
			 APPLY_POOLS_MAX);
		return -H_ELIMIT;
	}
	*p = (struct med_pool){ .addr = *a, .lo = ports.first, .hi = ports.last };
	snprintf(p->name, sizeof(p->name), "%s", name);
	snprintf(p->ifname, sizeof(p->ifname), "%s", ifname);
	if (told->family == a->family)
		p->told = *told;
	g->n++;
	return 0;
}

/* Addresses that may be told to peers: no link-local ones. `lo` last. */
static int add_system(struct gather *g, const char *name, const char *ifname,
		      const struct addr *told, struct conf_range ports)
{
	struct ifaddrs *list, *it;
	int err = 0;

	if (getifaddrs(&list)) {
		snprintf(g->why, APPLY_WHY_MAX, "can't read the system's addresses");
		return -H_ESYS;
	}
	for (int lo = 0; lo < 2; lo++) {
		for (it = list; it && !err; it = it->ifa_next) {
			bool is_lo = it->ifa_flags & IFF_LOOPBACK;
			struct sockaddr_storage ss = { 0 };
			struct addr a;

			if (!it->ifa_addr || !(it->ifa_flags & IFF_UP) ||
			    is_lo != (lo == 1) ||
			    (ifname[0] && strcmp(ifname, it->ifa_name)))
				continue;
			if (it->ifa_addr->sa_family != AF_INET &&
			    it->ifa_addr->sa_family != AF_INET6)
				continue;
			memcpy(&ss, it->ifa_addr,
			       it->ifa_addr->sa_family == AF_INET
				       ? sizeof(struct sockaddr_in)
				       : sizeof(struct sockaddr_in6));
			addr_from_sockaddr(&a, &ss);
			if (!addr_is_link_local(&a))
				err = add_pool(g, name, ifname, &a, told, ports);
		}
	}
	freeifaddrs(list);
	return err;
}

static int add_section(struct gather *g, const struct conf_netpool *n,
		       struct conf_range ports)
{
	const struct addr *a = n->addresses.v;
	int err = 0;

	if (n->ports.last)
		ports = n->ports;
	if (n->interface[0] && !if_nametoindex(n->interface)) {
		snprintf(g->why, APPLY_WHY_MAX, "net \"%s\": there is no interface %s",
			 n->head.title, n->interface);
		return -H_ENOENT;
	}
	if (!n->addresses.n && !n->interface[0]) {
		snprintf(g->why, APPLY_WHY_MAX,
			 "net \"%s\": name addresses or an interface", n->head.title);
		return -H_EINVAL;
	}
	for (size_t i = 0; i < n->addresses.n && !err; i++)
		err = add_pool(g, n->head.title, n->interface, &a[i], &n->advertise,
			       ports);
	if (!n->addresses.n)
		err = add_system(g, n->head.title, n->interface, &n->advertise, ports);
	return err;
}

static unsigned worker_count(const struct conf *c)
{
	long n = c->media.workers;

	if (!n)
		n = sysconf(_SC_NPROCESSORS_ONLN) - 1;
	return n < 1 ? 1 : n > MED_WORKERS_MAX ? MED_WORKERS_MAX : (unsigned)n;
}

int apply_media(const struct conf *c, struct med_conf *out, struct med_pool *pool,
		char why[APPLY_WHY_MAX])
{
	static const char *const io[] = { [CONF_IO_AUTO] = "auto",
					  [CONF_IO_SOCKET] = "socket",
					  [CONF_IO_RING] = "ring" };
	struct gather g = { .pool = pool, .why = why };
	const struct addr *a = c->media.addresses.v;
	const struct conf_netpool *n = c->net.v;
	int err = 0;

	med_conf_init(out);
	out->workers = worker_count(c);
	out->io = io[c->media.io];
	out->pin = c->media.pin;
	out->xdp = c->media.xdp;
	out->tick_us = (unsigned)c->media.tick * 1000;
	out->batch = true; /* loop_pump() flushes */
	out->rest_ms = (unsigned)c->media.rest;
	out->cname = c->global.name[0] ? c->global.name : apply_host_name();
	for (size_t i = 0; i < c->media.addresses.n && !err; i++)
		err = add_pool(&g, "", "", &a[i], &c->media.advertise, c->media.ports);
	if (!c->media.addresses.n)
		err = add_system(&g, "", "", &c->media.advertise, c->media.ports);
	for (size_t i = 0; i < c->net.n && !err; i++)
		err = add_section(&g, &n[i], c->media.ports);
	out->pool = pool;
	out->npool = g.n;
	return err;
}
