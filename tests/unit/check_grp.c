/* tests/unit/check_grp.c - memberships counted, split over sockets and followed, over a
 * kernel that isn't there.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "test.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "group/grp.h"
#include "util/err.h"

enum { FIRST_FD = 100, SOCKS = 64, HELD = 64, ETH = 7, NEW = 12, RX_FD = 3, RX_FD2 = 4 };

struct held {
	struct addr group;
	uint32_t ifindex;
	bool exclude;
	unsigned n;
	struct addr src[GRP_SOURCES_MAX];
};

/* Sockets with what they hold, as the kernel would: one membership per group and
 * interface, 20 groups, 10 sources. */
static struct fake {
	struct {
		bool open;
		bool all;
		unsigned n;
		struct held held[HELD];
	} s[SOCKS];
	unsigned opened, now_open;
	uint32_t route;
	bool eth, fresh;
	unsigned real_groups_max;
	int open_rc;
} fake;

static struct addr ip(const char *text)
{
	struct addr a = { 0 };

	ck_assert_int_eq(addr_parse_ip(&a, str_of(text)), 0);
	return a;
}

static int f_open(void *arg, int family)
{
	(void)arg;
	(void)family;
	if (fake.open_rc)
		return fake.open_rc;
	for (int i = FIRST_FD % SOCKS; i < SOCKS; i++) {
		if (fake.s[i].open)
			continue;
		memset(&fake.s[i], 0, sizeof(fake.s[i]));
		fake.s[i].open = true;
		fake.opened++;
		fake.now_open++;
		return i;
	}
	return -EMFILE;
}

static void f_close(void *arg, int fd)
{
	(void)arg;
	ck_assert(fake.s[fd].open);
	fake.s[fd].open = false;
	fake.now_open--;
}

static struct held *find(int fd, const struct addr *g, uint32_t ifindex)
{
	for (unsigned i = 0; i < fake.s[fd].n; i++)
		if (fake.s[fd].held[i].ifindex == ifindex &&
		    addr_same_host(&fake.s[fd].held[i].group, g))
			return &fake.s[fd].held[i];
	return NULL;
}

static int f_join(void *arg, int fd, const struct addr *g, uint32_t ifindex, bool exclude,
		  const struct addr *src, unsigned n)
{
	struct held *h;

	(void)arg;
	if (ifindex == ETH ? !fake.eth : ifindex != NEW || !fake.fresh)
		return -ENODEV;
	if (find(fd, g, ifindex))
		return -EADDRINUSE;
	if (g->family == 4 && (fake.s[fd].n >= fake.real_groups_max || n > 10))
		return -ENOBUFS;
	ck_assert_uint_lt(fake.s[fd].n, HELD);
	h = &fake.s[fd].held[fake.s[fd].n++];
	*h = (struct held){ .group = *g, .ifindex = ifindex, .exclude = exclude, .n = n };
	memcpy(h->src, src, n * sizeof(*src));
	return 0;
}

static int f_leave(void *arg, int fd, const struct addr *g, uint32_t ifindex)
{
	struct held *h = find(fd, g, ifindex);

	(void)arg;
	if (!h)
		return -EADDRNOTAVAIL;
	*h = fake.s[fd].held[--fake.s[fd].n];
	return 0;
}

static int f_all(void *arg, int fd, int family, bool on)
{
	(void)arg;
	(void)family;
	fake.s[fd].all = on;
	return 0;
}

static int f_route(void *arg, const struct addr *g)
{
	(void)arg;
	(void)g;
	return fake.route ? (int)fake.route : -ENETUNREACH;
}

static int f_name(void *arg, uint32_t ifindex, char name[IF_NAMESIZE])
{
	(void)arg;
	if (ifindex == ETH && fake.eth)
		snprintf(name, IF_NAMESIZE, "eth0");
	else if (ifindex == NEW && fake.fresh)
		snprintf(name, IF_NAMESIZE, "eth0");
	else
		return -ENXIO;
	return 0;
}

static unsigned moves;
static uint32_t moved_to, moved_from;

static void moved(void *arg, const struct grp_info *i, uint32_t before)
{
	(void)arg;
	moves++;
	moved_to = i->ifindex;
	moved_from = before;
}

static struct grp *g;

static void setup(void)
{
	static struct grp_sys sys = { .open = f_open,
				      .close = f_close,
				      .join = f_join,
				      .leave = f_leave,
				      .all = f_all,
				      .route = f_route,
				      .name = f_name,
				      .groups_max = 20,
				      .sources4_max = 10,
				      .sources6_max = 64 };
	struct grp_conf c = { .sys = &sys, .moved = moved };

	memset(&fake, 0, sizeof(fake));
	fake.eth = true;
	fake.route = ETH;
	fake.real_groups_max = 20;
	fake.s[RX_FD].open = fake.s[RX_FD2].open = true;
	moves = 0;
	g = NULL;
	ck_assert_int_eq(grp_open(&g, &c), 0);
}

/* Nothing may stay behind when all is closed. */
static void done(void)
{
	grp_close(g);
	ck_assert_uint_eq(fake.now_open, 0);
	ck_assert_uint_eq(fake.s[RX_FD].n, 0);
	ck_assert_uint_eq(fake.s[RX_FD2].n, 0);
}

static struct grp_spec any(const char *group, uint32_t ifindex)
{
	return (struct grp_spec){ .group = ip(group),
				  .ifindex = ifindex,
				  .exclude = true };
}

static struct grp_spec from(const char *group, bool exclude, unsigned n)
{
	struct grp_spec s = { .group = ip(group), .ifindex = ETH, .exclude = exclude };

	s.nsource = (uint8_t)n;
	for (unsigned i = 0; i < n && i < GRP_SOURCES_MAX; i++) {
		s.sources[i] = ip(s.group.family == 4 ? "192.0.2.0" : "2001:db8::");
		s.sources[i].ip[s.group.family == 4 ? 3 : 15] = (uint8_t)(i + 1);
	}
	return s;
}

static unsigned members, waiting, sockets;

static void count(void *arg, const struct grp_info *i)
{
	(void)arg;
	members++;
	waiting += !i->ifindex;
	sockets += i->sockets;
}

static void look(void)
{
	members = waiting = sockets = 0;
	grp_each(g, count, NULL);
}

START_TEST(equal_joins_are_counted)
{
	struct grp_spec s = any("239.1.2.3", ETH);

	setup();
	ck_assert_int_eq(grp_join(g, &s, -1), 0);
	s.group.port = 5004; /* the port is no part of a membership */
	ck_assert_int_eq(grp_join(g, &s, -1), 0);
	look();
	ck_assert_uint_eq(members, 1);
	ck_assert_uint_eq(grp_ifindex(g, &s, -1), ETH);
	ck_assert_int_eq(grp_leave(g, &s, -1), 0);
	ck_assert_uint_eq(fake.now_open, 1);
	ck_assert_int_eq(grp_leave(g, &s, -1), 0);
	ck_assert_uint_eq(fake.now_open, 0);
	ck_assert_int_eq(grp_leave(g, &s, -1), -H_ENOENT);
	ck_assert_uint_eq(grp_ifindex(g, &s, -1), 0);
	done();
}
END_TEST

START_TEST(twenty_groups_are_not_the_end)
{
	struct grp_spec s = any("239.1.0.0", ETH);

	setup();
	for (uint8_t i = 0; i < 100; i++) {
		s.group.ip[3] = i;
		ck_assert_int_eq(grp_join(g, &s, -1), 0);
	}
	ck_assert_uint_eq(fake.now_open, 5);
	for (uint8_t i = 0; i < 100; i++) {
		s.group.ip[3] = i;
		ck_assert_int_eq(grp_leave(g, &s, -1), 0);
	}
	done();
}
END_TEST

START_TEST(the_kernel_may_hold_less_than_it_says)
{
	struct grp_spec s = any("239.1.0.0", ETH);

	setup();
	fake.real_groups_max = 3;
	for (uint8_t i = 0; i < 10; i++) {
		s.group.ip[3] = i;
		ck_assert_int_eq(grp_join(g, &s, -1), 0);
	}
	ck_assert_uint_eq(fake.now_open, 4);
	fake.real_groups_max = 0;
	s.group.ip[3] = 77;
	ck_assert_int_eq(grp_join(g, &s, -1), -H_ELIMIT);
	ck_assert_uint_eq(fake.now_open, 4);
	done();
}
END_TEST

START_TEST(ip6_groups_share_a_socket)
{
	struct grp_spec s = any("ff15::1", ETH);

	setup();
	for (uint8_t i = 0; i < 50; i++) {
		s.group.ip[15] = i;
		ck_assert_int_eq(grp_join(g, &s, -1), 0);
	}
	ck_assert_uint_eq(fake.now_open, 1);
	done();
}
END_TEST

START_TEST(ten_sources_are_not_the_end)
{
	struct grp_spec s = from("232.1.2.3", false, 25);
	unsigned seen = 0;

	setup();
	ck_assert_int_eq(grp_join(g, &s, -1), GRP_FILTER);
	ck_assert_uint_eq(fake.now_open, 3);
	for (int fd = 0; fd < SOCKS; fd++)
		for (unsigned i = 0; i < fake.s[fd].n; i++) {
			ck_assert(!fake.s[fd].held[i].exclude);
			seen += fake.s[fd].held[i].n;
		}
	ck_assert_uint_eq(seen, 25);
	done();
}
END_TEST

START_TEST(a_long_exclude_list_excludes_nobody_in_the_kernel)
{
	struct grp_spec s = from("239.1.2.3", true, 25);

	setup();
	ck_assert_int_eq(grp_join(g, &s, -1), GRP_FILTER);
	look();
	ck_assert_uint_eq(sockets, 1);
	done();
}
END_TEST

START_TEST(other_filters_of_a_group_get_other_sockets)
{
	struct grp_spec a = any("239.1.2.3", ETH), b = from("239.1.2.3", false, 2),
			c = from("239.1.2.3", true, 2);

	setup();
	ck_assert_int_eq(grp_join(g, &a, -1), 0);
	ck_assert_int_eq(grp_join(g, &b, -1), GRP_FILTER);
	ck_assert_int_eq(grp_join(g, &c, -1), GRP_FILTER);
	ck_assert_uint_eq(fake.now_open, 3);
	ck_assert_int_eq(grp_leave(g, &b, -1), 0);
	ck_assert_uint_eq(fake.now_open, 2);
	done();
}
END_TEST

START_TEST(order_and_repeats_of_sources_do_not_count)
{
	struct grp_spec a = from("232.1.2.3", false, 3), b = a;

	setup();
	b.sources[0] = a.sources[2];
	b.sources[2] = a.sources[0];
	b.sources[3] = a.sources[1];
	b.sources[1].port = 99;
	b.nsource = 4;
	ck_assert_int_eq(grp_join(g, &a, -1), GRP_FILTER);
	ck_assert_int_eq(grp_join(g, &b, -1), GRP_FILTER);
	look();
	ck_assert_uint_eq(members, 1);
	done();
}
END_TEST

START_TEST(the_receiving_socket_is_the_member)
{
	struct grp_spec s = any("239.1.2.3", ETH), f = from("239.1.2.4", false, 10);

	setup();
	fake.s[RX_FD].all = true;
	ck_assert_int_eq(grp_join(g, &s, RX_FD), 0);
	ck_assert(!fake.s[RX_FD].all);
	ck_assert_uint_eq(fake.s[RX_FD].n, 1);
	ck_assert_int_eq(grp_join(g, &s, RX_FD2), 0);
	ck_assert_uint_eq(fake.s[RX_FD2].n, 1);
	ck_assert_int_eq(grp_join(g, &f, RX_FD), 0); /* the kernel filters */
	ck_assert_uint_eq(fake.s[RX_FD].held[1].n, 10);
	ck_assert_uint_eq(fake.now_open, 0);
	ck_assert_int_eq(grp_leave(g, &s, RX_FD), 0);
	ck_assert_uint_eq(fake.s[RX_FD].n, 1);
	ck_assert_uint_eq(fake.s[RX_FD2].n, 1);
	done();
}
END_TEST

START_TEST(one_socket_one_filter)
{
	struct grp_spec s = any("239.1.2.3", ETH), t = from("239.1.2.3", false, 1);

	setup();
	ck_assert_int_eq(grp_join(g, &s, RX_FD), 0);
	ck_assert_int_eq(grp_join(g, &t, RX_FD), -H_EEXIST);
	ck_assert_ptr_nonnull(strstr(grp_error(g), "239.1.2.3"));
	ck_assert_uint_eq(fake.s[RX_FD].n, 1);
	done();
}
END_TEST

START_TEST(a_receiving_socket_is_full_at_twenty)
{
	struct grp_spec s = any("239.1.0.0", ETH);

	setup();
	for (uint8_t i = 0; i < 20; i++) {
		s.group.ip[3] = i;
		ck_assert_int_eq(grp_join(g, &s, RX_FD), 0);
	}
	s.group.ip[3] = 20;
	ck_assert_int_eq(grp_join(g, &s, RX_FD), -H_ELIMIT);
	done();
}
END_TEST

/* Eleven wanted sources: the socket can't, so ours carry the list and it hears all. */
START_TEST(long_lists_on_a_receiving_socket)
{
	struct grp_spec in = from("232.1.2.3", false, 11),
			ex = from("239.1.2.4", true, 11);

	setup();
	ck_assert_int_eq(grp_join(g, &in, RX_FD), GRP_FILTER);
	ck_assert(fake.s[RX_FD].all);
	ck_assert_uint_eq(fake.s[RX_FD].n, 0);
	ck_assert_uint_eq(fake.now_open, 2);
	ck_assert_int_eq(grp_join(g, &ex, RX_FD2), GRP_FILTER);
	ck_assert_uint_eq(fake.s[RX_FD2].n, 1);
	ck_assert_uint_eq(fake.s[RX_FD2].held[0].n, 0);
	ck_assert_int_eq(grp_leave(g, &in, RX_FD), 0);
	ck_assert_uint_eq(fake.now_open, 0);
	done();
}
END_TEST

START_TEST(closed_sockets_are_forgotten)
{
	struct grp_spec s = any("239.1.2.3", ETH), in = from("232.1.2.3", false, 11);

	setup();
	ck_assert_int_eq(grp_join(g, &s, RX_FD), 0);
	ck_assert_int_eq(grp_join(g, &in, RX_FD), GRP_FILTER);
	fake.s[RX_FD].n = 0;
	grp_forget(g, RX_FD);
	look();
	ck_assert_uint_eq(members, 0);
	ck_assert_uint_eq(fake.now_open, 0);
	ck_assert_int_eq(grp_leave(g, &s, RX_FD), -H_ENOENT);
	done();
}
END_TEST

START_TEST(refusals_say_why)
{
	struct grp_spec s = any("192.0.2.1", ETH);

	setup();
	ck_assert_int_eq(grp_join(g, &s, -1), -H_EINVAL);
	s = any("239.1.2.3", 99);
	ck_assert_int_eq(grp_join(g, &s, -1), -H_ENOENT);
	ck_assert_ptr_nonnull(strstr(grp_error(g), "99"));
	s = any("239.1.2.3", 0);
	fake.route = 0;
	ck_assert_int_eq(grp_join(g, &s, -1), -H_ENOENT);
	ck_assert_ptr_nonnull(strstr(grp_error(g), "no route to 239.1.2.3"));
	s = from("232.1.2.3", false, 0);
	ck_assert_int_eq(grp_join(g, &s, -1), -H_EINVAL);
	s = from("232.1.2.3", false, 2);
	s.sources[1] = ip("2001:db8::1");
	ck_assert_int_eq(grp_join(g, &s, -1), -H_EINVAL);
	ck_assert_ptr_nonnull(strstr(grp_error(g), "source 2"));
	s.sources[1] = ip("239.0.0.1");
	ck_assert_int_eq(grp_join(g, &s, -1), -H_EINVAL);
	s.nsource = GRP_SOURCES_MAX + 1;
	ck_assert_int_eq(grp_join(g, &s, -1), -H_EINVAL);
	fake.open_rc = -EMFILE;
	s = any("239.1.2.3", ETH);
	ck_assert_int_eq(grp_join(g, &s, -1), -H_ESYS);
	look();
	ck_assert_uint_eq(members, 0);
	done();
}
END_TEST

START_TEST(an_interface_goes_and_comes_back)
{
	struct grp_spec s = any("239.1.2.3", ETH), t = any("239.1.2.4", ETH);

	setup();
	ck_assert_int_eq(grp_join(g, &s, -1), 0);
	ck_assert_int_eq(grp_join(g, &t, RX_FD), 0);
	fake.eth = false;
	grp_link_gone(g, ETH);
	look();
	ck_assert_uint_eq(members, 2);
	ck_assert_uint_eq(waiting, 2);
	ck_assert_uint_eq(moves, 2);
	ck_assert_uint_eq(moved_to, 0);
	grp_link_here(g, 13, "eth1"); /* not that one */
	ck_assert_uint_eq(moves, 2);
	fake.fresh = true;
	grp_link_here(g, NEW, "eth0");
	look();
	ck_assert_uint_eq(waiting, 0);
	ck_assert_uint_eq(moves, 4);
	ck_assert_uint_eq(moved_to, NEW);
	ck_assert_uint_eq(moved_from, 0);
	ck_assert_uint_eq(grp_ifindex(g, &t, RX_FD), NEW);
	ck_assert_int_eq(grp_leave(g, &s, -1),
			 0); /* still by the name it was joined by */
	ck_assert_int_eq(grp_leave(g, &t, RX_FD), 0);
	done();
}
END_TEST

START_TEST(left_while_waiting)
{
	struct grp_spec s = any("239.1.2.3", ETH);

	setup();
	ck_assert_int_eq(grp_join(g, &s, -1), 0);
	fake.eth = false;
	grp_link_gone(g, ETH);
	ck_assert_int_eq(grp_leave(g, &s, -1), 0);
	fake.fresh = true;
	grp_link_here(g, NEW, "eth0");
	ck_assert_uint_eq(fake.now_open, 0);
	done();
}
END_TEST

START_TEST(joins_by_route_follow_the_route)
{
	struct grp_spec s = any("239.1.2.3", 0), fixed = any("239.1.2.3", ETH);

	setup();
	fake.fresh = true;
	ck_assert_int_eq(grp_join(g, &s, -1), 0);
	ck_assert_int_eq(grp_join(g, &fixed, -1), 0);
	ck_assert_uint_eq(fake.now_open, 2);
	grp_routes_changed(g);
	ck_assert_uint_eq(moves, 0);
	fake.route = NEW;
	grp_routes_changed(g);
	ck_assert_uint_eq(moves, 1);
	ck_assert_uint_eq(grp_ifindex(g, &s, -1), NEW);
	ck_assert_uint_eq(grp_ifindex(g, &fixed, -1), ETH);
	fake.route = 0; /* no route for a while: stay */
	grp_routes_changed(g);
	ck_assert_uint_eq(grp_ifindex(g, &s, -1), NEW);
	fake.route = ETH;
	fake.fresh = false;
	grp_link_gone(g, NEW); /* at once over the route that is left */
	ck_assert_uint_eq(grp_ifindex(g, &s, -1), ETH);
	done();
}
END_TEST

START_TEST(without_a_route_it_waits_for_one)
{
	struct grp_spec s = any("239.1.2.3", 0);

	setup();
	ck_assert_int_eq(grp_join(g, &s, -1), 0);
	fake.eth = false;
	fake.route = 0;
	grp_link_gone(g, ETH);
	ck_assert_uint_eq(grp_ifindex(g, &s, -1), 0);
	fake.fresh = true;
	grp_link_here(g, NEW, "eth0");
	ck_assert_uint_eq(grp_ifindex(g, &s, -1), 0);
	fake.route = NEW;
	grp_routes_changed(g);
	ck_assert_uint_eq(grp_ifindex(g, &s, -1), NEW);
	done();
}
END_TEST

START_TEST(a_renamed_interface_keeps_its_members)
{
	struct grp_spec s = any("239.1.2.3", ETH);

	setup();
	ck_assert_int_eq(grp_join(g, &s, -1), 0);
	grp_link_here(g, ETH, "lan0");
	ck_assert_uint_eq(moves, 0);
	fake.eth = false;
	grp_link_gone(g, ETH);
	fake.fresh = true;
	grp_link_here(g, NEW, "eth0"); /* not its name any more */
	ck_assert_uint_eq(grp_ifindex(g, &s, -1), 0);
	grp_link_here(g, NEW, "lan0");
	ck_assert_uint_eq(grp_ifindex(g, &s, -1), NEW);
	done();
}
END_TEST

/* The real kernel, as far as anybody may go: on lo, without privileges. */
START_TEST(the_kernel_s_limits_are_passed)
{
	struct grp_spec s = any("239.1.0.0", if_nametoindex("lo"));
	struct grp *k = NULL;

	test_no_oom();
	ck_assert_int_eq(grp_open(&k, NULL), 0);
	ck_assert_int_ge(grp_fd(k), 0);
	for (uint8_t i = 0; i < 45; i++) {
		s.group.ip[3] = i;
		ck_assert_msg(grp_join(k, &s, -1) == 0, "%s", grp_error(k));
	}
	s = from("232.1.2.3", false, 25);
	s.ifindex = if_nametoindex("lo");
	ck_assert_msg(grp_join(k, &s, -1) == GRP_FILTER, "%s", grp_error(k));
	s = from("239.9.9.9", true, 10);
	s.ifindex = if_nametoindex("lo");
	ck_assert_msg(grp_join(k, &s, -1) == GRP_FILTER, "%s", grp_error(k));
	s.ifindex = 9999;
	ck_assert_int_eq(grp_join(k, &s, -1), -H_ENOENT);
	grp_input(k);
	grp_close(k);
}
END_TEST

static Suite *grp_suite(void)
{
	Suite *s = suite_create("grp");
	TCase *tc = tcase_create("own sockets"), *rx = tcase_create("receiving sockets"),
	      *ch = tcase_create("changes");

	tcase_add_test(tc, equal_joins_are_counted);
	tcase_add_test(tc, twenty_groups_are_not_the_end);
	tcase_add_test(tc, the_kernel_may_hold_less_than_it_says);
	tcase_add_test(tc, ip6_groups_share_a_socket);
	tcase_add_test(tc, ten_sources_are_not_the_end);
	tcase_add_test(tc, a_long_exclude_list_excludes_nobody_in_the_kernel);
	tcase_add_test(tc, other_filters_of_a_group_get_other_sockets);
	tcase_add_test(tc, order_and_repeats_of_sources_do_not_count);
	tcase_add_test(tc, refusals_say_why);
	tcase_add_test(tc, the_kernel_s_limits_are_passed);
	suite_add_tcase(s, tc);
	tcase_add_test(rx, the_receiving_socket_is_the_member);
	tcase_add_test(rx, one_socket_one_filter);
	tcase_add_test(rx, a_receiving_socket_is_full_at_twenty);
	tcase_add_test(rx, long_lists_on_a_receiving_socket);
	tcase_add_test(rx, closed_sockets_are_forgotten);
	suite_add_tcase(s, rx);
	tcase_add_test(ch, an_interface_goes_and_comes_back);
	tcase_add_test(ch, left_while_waiting);
	tcase_add_test(ch, joins_by_route_follow_the_route);
	tcase_add_test(ch, without_a_route_it_waits_for_one);
	tcase_add_test(ch, a_renamed_interface_keeps_its_members);
	suite_add_tcase(s, ch);
	return s;
}

TEST_MAIN(grp_suite)
