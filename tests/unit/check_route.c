/* tests/unit/check_route.c - the cache of next hops over a kernel that isn't there.
 *
 * layer: tests   thread: main (one test: a reader thread)   I/O: none
 */
#include "route_fake.h"

#include <net/if_arp.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "media/route.h"
#include "media/route_nl.h"
#include "util/err.h"

START_TEST(a_neighbour_on_the_link)
{
	struct route_next n;

	open_fake(100);
	n = look("10.0.0.7");
	ck_assert_uint_eq(n.kind, ROUTE_PENDING);
	ck_assert_uint_eq(fake.resolves, 1);
	news(neigh_news("10.0.0.7", NUD_REACHABLE, mac_gw), 2);
	n = look("10.0.0.7");
	ck_assert_uint_eq(n.kind, ROUTE_DIRECT);
	ck_assert_uint_eq(n.ifindex, ETH);
	ck_assert_uint_eq(n.mtu, 1500);
	ck_assert_mem_eq(n.src_mac, mac_us, 6);
	ck_assert_mem_eq(n.dst_mac, mac_gw, 6);
	ck_assert_uint_eq(fake.lookups, 1);
	route_close(r);
	ck_assert_uint_eq(fake.releases, 1);
}
END_TEST

START_TEST(a_router_serves_many)
{
	open_fake(100);
	fake.neigh_known = true;
	ck_assert_uint_eq(look("192.0.2.1").kind, ROUTE_DIRECT);
	ck_assert_uint_eq(look("192.0.2.2").kind, ROUTE_DIRECT);
	ck_assert_uint_eq(fake.resolves, 1);
	news(neigh_news("10.0.0.254", NUD_STALE, mac_new), 2);
	ck_assert_mem_eq(look("192.0.2.1").dst_mac, mac_new, 6);
	ck_assert_mem_eq(look("192.0.2.2").dst_mac, mac_new, 6);
	news(neigh_news("10.0.0.254", NUD_FAILED, NULL), 3);
	ck_assert_uint_eq(look("192.0.2.1").kind, ROUTE_PENDING);
	news(neigh_news("10.0.0.254", NUD_REACHABLE, mac_gw), 4);
	ck_assert_uint_eq(look("192.0.2.2").kind, ROUTE_DIRECT);
	ck_assert_mem_eq(look("192.0.2.2").dst_mac, mac_gw, 6);
	route_close(r);
}
END_TEST

START_TEST(another_interface_s_neighbour_is_not_ours)
{
	struct route_news n;

	open_fake(100);
	look("10.0.0.7");
	n = neigh_news("10.0.0.7", NUD_REACHABLE, mac_gw);
	n.link.ifindex = 9;
	news(n, 2);
	ck_assert_uint_eq(look("10.0.0.7").kind, ROUTE_PENDING);
	route_close(r);
}
END_TEST

START_TEST(what_only_the_kernel_can)
{
	open_fake(100);
	fake.neigh_known = true;
	ck_assert_uint_eq(look("10.0.0.1").kind, ROUTE_SOCKET);
	ck_assert_uint_eq(look("172.16.3.4").kind, ROUTE_SOCKET);
	fake.secured = true;
	ck_assert_uint_eq(look("10.0.0.8").kind, ROUTE_SOCKET);
	fake.secured = false;
	fake.encap = true;
	ck_assert_uint_eq(look("10.0.0.9").kind, ROUTE_SOCKET);
	fake.encap = false;
	fake.unreachable = true;
	ck_assert_uint_eq(look("10.0.0.10").kind, ROUTE_NONE);
	route_close(r);
}
END_TEST

START_TEST(groups_need_no_neighbour)
{
	static const uint8_t mac4[6] = { 1, 0, 0x5e, 1, 2, 3 };
	struct route_next n;

	open_fake(100);
	n = look("239.1.2.3");
	ck_assert_uint_eq(n.kind, ROUTE_DIRECT);
	ck_assert_mem_eq(n.dst_mac, mac4, 6);
	ck_assert_uint_eq(fake.resolves, 0);
	route_close(r);
}
END_TEST

START_TEST(route_changes_are_followed)
{
	struct route_news note = { .kind = NEWS_ROUTE };
	struct route_key k = key_of("192.0.2.1");
	struct route_hop *h;
	uint32_t gen;

	open_fake(100);
	fake.neigh_known = true;
	look("192.0.2.1");
	h = route_add(r, &k, 1);
	gen = route_gen(h);
	news(note, 2); /* the same as before: headers stay good */
	ck_assert_uint_eq(route_gen(h), gen);
	ck_assert_uint_eq(fake.lookups, 2);
	fake.gw = ip("10.0.0.253");
	fake.mtu = 1400;
	news(note, 3);
	ck_assert_uint_ne(route_gen(h), gen);
	ck_assert_uint_eq(look("192.0.2.1").mtu, 1400);
	ck_assert_uint_eq(fake.resolves, 2);
	ck_assert_uint_eq(fake.releases, 1); /* the old router is no longer kept */
	route_close(r);
}
END_TEST

START_TEST(link_changes_are_followed)
{
	struct route_news n = link_news(ETH, ARPHRD_ETHER, "eth0");
	struct addr a = ip("10.0.0.1");

	open_fake(100);
	fake.neigh_known = true;
	look("10.0.0.7");
	memcpy(n.link.mac, mac_new, 6);
	n.link.mtu = 900;
	news(n, 2);
	ck_assert_mem_eq(look("10.0.0.7").src_mac, mac_new, 6);
	ck_assert_uint_eq(look("10.0.0.7").mtu, 900);
	n.link.flags = 0;
	news(n, 3);
	ck_assert_uint_eq(look("10.0.0.7").kind, ROUTE_SOCKET);
	n.link.flags = IFF_UP | IFF_NOARP;
	news(n, 4);
	ck_assert_uint_eq(look("10.0.0.7").kind, ROUTE_SOCKET);
	ck_assert_uint_eq(changes, 3);
	news(n, 5); /* nothing new in it */
	ck_assert_uint_eq(changes, 3);
	ck_assert_uint_eq(route_addr_link(r, &a), ETH);
	n = (struct route_news){ .kind = NEWS_ADDR_GONE, .ip = a };
	n.link.ifindex = ETH;
	news(n, 6);
	ck_assert_uint_eq(route_addr_link(r, &a), 0);
	n.kind = NEWS_LINK_GONE;
	news(n, 7);
	ck_assert_ptr_null(route_link_get(r, ETH));
	ck_assert_ptr_nonnull(route_link_get(r, TUN));
	ck_assert_uint_eq(look("10.0.0.7").kind, ROUTE_SOCKET);
	route_close(r);
}
END_TEST

START_TEST(lost_news_are_made_up_for)
{
	struct route_news note = { .kind = NEWS_LOST };

	open_fake(100);
	look("10.0.0.7");
	ck_assert_uint_eq(look("10.0.0.7").kind, ROUTE_PENDING);
	fake.neigh_known = true; /* the news of it were lost */
	news(note, 2);
	ck_assert_uint_eq(look("10.0.0.7").kind, ROUTE_DIRECT);
	fake.neigh_known = false;
	news(note, 3);
	ck_assert_uint_eq(look("10.0.0.7").kind, ROUTE_PENDING);
	route_close(r);
}
END_TEST

START_TEST(workers_ask_by_queue)
{
	struct route_key k = key_of("10.0.0.7");
	struct route_hop *h;
	struct route_next n;
	uint32_t gen;

	open_fake(100);
	fake.neigh_known = true;
	k.dst.port = 4000; /* does not count */
	ck_assert_ptr_null(route_get(r, 1, &k));
	ck_assert_ptr_null(route_get(r, 0, &k));
	ck_assert_uint_eq(fake.lookups, 0);
	route_input(r, 5);
	ck_assert_uint_eq(fake.lookups, 1);
	k.dst.port = 4002;
	h = route_get(r, 1, &k);
	ck_assert_ptr_nonnull(h);
	ck_assert(route_read(h, &k, &n, &gen));
	ck_assert_uint_eq(n.kind, ROUTE_DIRECT);
	k = key_of("10.0.0.8");
	ck_assert(!route_read(h, &k, &n, &gen));
	k = key_of("10.0.0.7");
	k.src = ip("10.0.0.1"); /* policy routing may differ by source */
	ck_assert(!route_read(h, &k, &n, &gen));
	route_close(r);
}
END_TEST

START_TEST(a_full_queue_loses_and_counts)
{
	struct route_info i;
	struct route_key k;

	open_fake(4096);
	for (unsigned n = 0; n < 2100; n++) {
		k = key_of("10.0.0.7");
		k.dst.ip[2] = (uint8_t)(n >> 8);
		k.dst.ip[3] = (uint8_t)n;
		route_get(r, 0, &k);
	}
	route_input(r, 5);
	route_info(r, &i);
	ck_assert_uint_eq(i.lost, 2100 - 2048);
	ck_assert_uint_eq(i.hops, 2048);
	route_close(r);
}
END_TEST

START_TEST(a_full_cache_keeps_what_is_used)
{
	unsigned refused = 0, n;
	struct route_info i;
	struct route_key k;
	uint64_t s = 1000000000u;

	open_fake(8); /* 128 places */
	for (n = 0; n < 1000; n++) {
		k = key_of("10.9.0.0");
		k.dst.ip[2] = (uint8_t)(n >> 8);
		k.dst.ip[3] = (uint8_t)n;
		refused += !route_add(r, &k, 100 * s);
	}
	route_info(r, &i);
	ck_assert_uint_eq(i.hops + refused, 1000);
	ck_assert_uint_le(i.hops, 128);
	ck_assert_uint_ge(i.hops, 120);
	ck_assert_uint_eq(i.refused, refused);
	k = key_of("10.10.0.1"); /* later, idle ones make room */
	ck_assert_ptr_nonnull(route_add(r, &k, 120 * s));
	route_close(r);
}
END_TEST

START_TEST(a_hop_given_away_is_noticed)
{
	struct route_key k = key_of("10.9.0.1"), other;
	struct route_hop *h;
	struct route_next n;
	uint64_t s = 1000000000u;
	uint32_t gen;

	open_fake(8);
	h = route_add(r, &k, s);
	ck_assert(route_read(h, &k, &n, &gen));
	for (unsigned i = 0; i < 2000; i++) {
		other = key_of("10.11.0.0");
		other.dst.ip[2] = (uint8_t)(i >> 8);
		other.dst.ip[3] = (uint8_t)i;
		route_add(r, &other, (20 + i) * s);
	}
	ck_assert_uint_ne(route_gen(h), gen);
	ck_assert(!route_read(h, &k, &n, &gen));
	route_close(r);
}
END_TEST

START_TEST(idle_hops_are_forgotten)
{
	struct route_info i;
	struct route_hop *h;
	struct route_key k = key_of("10.0.0.8");
	uint64_t s = 1000000000u;

	open_fake(100);
	fake.neigh_known = true;
	look("10.0.0.7");
	h = route_add(r, &k, s);
	for (unsigned t = 1; t < ROUTE_IDLE_S + 40; t++) {
		route_use(h, t);
		route_tick(r, t * s);
	}
	route_info(r, &i);
	ck_assert_uint_eq(i.hops, 1);
	ck_assert_uint_eq(i.neighbours, 1);
	ck_assert_uint_eq(fake.releases, 1);
	route_close(r);
}
END_TEST

START_TEST(neighbours_are_asked_again)
{
	uint64_t s = 1000000000u;

	open_fake(100);
	look("10.0.0.7");
	ck_assert_uint_eq(fake.resolves, 1);
	news(neigh_news("10.0.0.7", NUD_FAILED, NULL), s);
	route_tick(r, 10 * s);
	ck_assert_uint_eq(fake.resolves, 2);
	news(neigh_news("10.0.0.7", NUD_REACHABLE, mac_gw), 11 * s);
	route_tick(r, 100 * s); /* the kernel keeps it */
	ck_assert_uint_eq(fake.resolves, 2);
	route_close(r);

	open_fake(100); /* a kernel that can't keep */
	fake.resolve_rc = 0;
	look("10.0.0.7");
	news(neigh_news("10.0.0.7", NUD_REACHABLE, mac_gw), s);
	for (unsigned t = 2; t <= 61; t++)
		route_tick(r, t * s);
	ck_assert_uint_ge(fake.resolves, 4);
	ck_assert_uint_le(fake.resolves, 6);
	route_close(r);
	ck_assert_uint_eq(fake.releases, 0);
}
END_TEST

static atomic_bool flipped;

/* Torn copies must never be taken for whole: the last byte of the MAC and the MTU agree.
 */
static void *flip(void *arg)
{
	struct route_news n = link_news(ETH, ARPHRD_ETHER, "eth0");

	(void)arg;
	for (unsigned i = 0; i < 20000; i++) {
		n.link.mac[5] = (uint8_t)i;
		n.link.mtu = 1000 + (i & 0xff);
		fake.news[0] = n;
		fake.news_n = 1;
		route_input(r, 5);
	}
	atomic_store(&flipped, true);
	return NULL;
}

START_TEST(readers_never_see_halves)
{
	struct route_key k = key_of("239.1.2.3");
	struct route_hop *h;
	pthread_t t;
	unsigned seen = 0;

	test_no_oom();
	open_fake(8);
	h = route_add(r, &k, 1);
	news((struct route_news){ .kind = NEWS_ROUTE }, 1);
	ck_assert_int_eq(pthread_create(&t, NULL, flip, NULL), 0);
	for (bool last = false; !last;) {
		struct route_next n;
		uint32_t gen;

		last = atomic_load(&flipped); /* then what it left is read once more */
		if (!route_read(h, &k, &n, &gen) || n.mtu == 1500)
			continue;
		seen++;
		ck_assert_uint_eq(n.mtu, 1000u + n.src_mac[5]);
	}
	pthread_join(t, NULL);
	ck_assert_uint_gt(seen, 0);
	route_close(r);
}
END_TEST

START_TEST(an_ip6_router_means_a_small_mtu)
{
	open_fake(100);
	fake.gw = ip("fe80::1");
	fake.neigh_known = true;
	ck_assert_uint_eq(look("2001:db8::1").mtu, 1280);
	ck_assert_uint_eq(look("192.0.2.1").mtu, 1500);
	fake.mtu = 1400; /* the kernel knows the path's */
	ck_assert_uint_eq(look("2001:db8::2").mtu, 1400);
	route_close(r);
}
END_TEST

static Suite *route_suite(void)
{
	Suite *s = suite_create("route");
	TCase *tc = tcase_create("hops");

	tcase_add_test(tc, a_neighbour_on_the_link);
	tcase_add_test(tc, a_router_serves_many);
	tcase_add_test(tc, another_interface_s_neighbour_is_not_ours);
	tcase_add_test(tc, what_only_the_kernel_can);
	tcase_add_test(tc, groups_need_no_neighbour);
	tcase_add_test(tc, route_changes_are_followed);
	tcase_add_test(tc, link_changes_are_followed);
	tcase_add_test(tc, lost_news_are_made_up_for);
	tcase_add_test(tc, workers_ask_by_queue);
	tcase_add_test(tc, a_full_queue_loses_and_counts);
	tcase_add_test(tc, a_full_cache_keeps_what_is_used);
	tcase_add_test(tc, a_hop_given_away_is_noticed);
	tcase_add_test(tc, idle_hops_are_forgotten);
	tcase_add_test(tc, neighbours_are_asked_again);
	tcase_add_test(tc, readers_never_see_halves);
	tcase_add_test(tc, an_ip6_router_means_a_small_mtu);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(route_suite)
