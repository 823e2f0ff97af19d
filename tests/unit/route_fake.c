/* tests/unit/route_fake.c - see route_fake.h.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "route_fake.h"

#include <net/if_arp.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "util/err.h"

const uint8_t mac_us[6] = { 2, 0, 0, 0, 0, 1 }, mac_gw[6] = { 2, 0, 0, 0, 0, 0xfe },
	      mac_new[6] = { 2, 0, 0, 0, 0, 0xaa };
struct fake fake;

struct addr ip(const char *text)
{
	struct addr a = { 0 };

	ck_assert_int_eq(addr_parse_ip(&a, str_of(text)), 0);
	return a;
}

static int f_lookup(void *arg, const struct route_key *k, struct route_answer *out)
{
	struct addr lan = ip("10.0.0.0"), tun = ip("172.16.0.0"), here = ip("10.0.0.1");

	(void)arg;
	fake.lookups++;
	if (fake.unreachable)
		return -H_ENOENT;
	*out = (struct route_answer){
		.type = RTN_UNICAST, .ifindex = ETH, .mtu = fake.mtu, .encap = fake.encap
	};
	if (addr_is_multicast(&k->dst))
		out->type = RTN_MULTICAST;
	else if (addr_same_host(&k->dst, &here))
		*out = (struct route_answer){ .type = RTN_LOCAL, .ifindex = LO };
	else if (addr_in_net(&k->dst, &tun, 12))
		out->ifindex = TUN;
	else if (!addr_in_net(&k->dst, &lan, 24))
		out->via = fake.gw;
	return 0;
}

static bool f_secured(void *arg, const struct route_key *k)
{
	(void)arg;
	(void)k;
	return fake.secured;
}

struct route_news neigh_news(const char *who, uint16_t state, const uint8_t mac[6])
{
	struct route_news n = { .kind = NEWS_NEIGH, .ip = ip(who), .state = state };

	n.link.ifindex = ETH;
	n.has_mac = mac != NULL;
	if (mac)
		memcpy(n.link.mac, mac, 6);
	return n;
}

static bool f_neigh(void *arg, uint32_t ifindex, const struct addr *who,
		    struct route_news *out)
{
	(void)arg;
	if (!fake.neigh_known)
		return false;
	*out = (struct route_news){
		.kind = NEWS_NEIGH, .ip = *who, .state = NUD_REACHABLE, .has_mac = true
	};
	out->link.ifindex = ifindex;
	memcpy(out->link.mac, mac_gw, 6);
	return true;
}

static int f_resolve(void *arg, uint32_t ifindex, const struct addr *who)
{
	(void)arg;
	(void)who;
	ck_assert_uint_eq(ifindex, ETH);
	fake.resolves++;
	return fake.resolve_rc;
}

static void f_release(void *arg, uint32_t ifindex, const struct addr *who)
{
	(void)arg;
	(void)ifindex;
	(void)who;
	fake.releases++;
}

struct route_news link_news(uint32_t ifindex, uint16_t type, const char *name)
{
	struct route_news n = { .kind = NEWS_LINK };

	n.link.ifindex = ifindex;
	n.link.type = type;
	n.link.flags = IFF_UP;
	n.link.mtu = 1500;
	memcpy(n.link.mac, mac_us, 6);
	memcpy(n.link.name, name, strlen(name));
	return n;
}

static int f_dump(void *arg, route_news_h *f, void *farg)
{
	struct route_news n[4] = { link_news(LO, ARPHRD_LOOPBACK, "lo"),
				   link_news(ETH, ARPHRD_ETHER, "eth0"),
				   link_news(TUN, ARPHRD_NONE, "tun0"),
				   { .kind = NEWS_ADDR, .ip = ip("10.0.0.1") } };

	(void)arg;
	n[3].link.ifindex = ETH;
	for (int i = 0; i < 4; i++)
		f(farg, &n[i]);
	return 0;
}

static void f_news(void *arg, route_news_h *f, void *farg)
{
	unsigned n = fake.news_n;

	(void)arg;
	fake.news_n = 0;
	for (unsigned i = 0; i < n; i++)
		f(farg, &fake.news[i]);
}

static const struct route_sys fake_sys = { .lookup = f_lookup, .secured = f_secured,
					   .neigh = f_neigh, .resolve = f_resolve,
					   .release = f_release, .dump = f_dump,
					   .news = f_news };

unsigned changes;

static void on_change(void *arg)
{
	(void)arg;
	changes++;
}

struct route *r;

struct route *open_fake(unsigned capacity)
{
	struct route_conf c = { .workers = 2, .capacity = capacity, .sys = &fake_sys,
				.changed = on_change };

	memset(&fake, 0, sizeof(fake));
	fake.gw = ip("10.0.0.254");
	fake.resolve_rc = 1;
	changes = 0;
	r = NULL;
	ck_assert_int_eq(route_open(&r, &c), 0);
	return r;
}

void news(struct route_news n, uint64_t now)
{
	fake.news[0] = n;
	fake.news_n = 1;
	route_input(r, now);
	while (route_busy(r))
		route_input(r, now);
}

struct route_key key_of(const char *dst)
{
	return (struct route_key){ .dst = ip(dst) };
}

struct route_next look(const char *dst)
{
	struct route_key k = key_of(dst);
	struct route_hop *h = route_add(r, &k, 1000000000u);
	struct route_next n;
	uint32_t gen;

	ck_assert_ptr_nonnull(h);
	ck_assert(route_read(h, &k, &n, &gen));
	ck_assert_uint_eq(gen, route_gen(h));
	return n;
}
