/* tests/unit/check_grp.c - memberships counted, split over sockets and followed.
 *
 * layer: tests   thread: main   I/O: none, but one test joins on lo
 */
#include <errno.h>
#include <string.h>

#include "grp_rig.h"
#include "util/err.h"

START_TEST(equal_joins_are_counted)
{
	struct grp_spec s = rig_any("239.1.2.3", ETH);

	rig_begin();
	ck_assert_int_eq(grp_join(rig.grp, &s, -1), 0);
	s.group.port = 5004; /* the port is no part of a membership */
	ck_assert_int_eq(grp_join(rig.grp, &s, -1), 0);
	rig_look();
	ck_assert_uint_eq(rig.members, 1);
	ck_assert_uint_eq(grp_ifindex(rig.grp, &s, -1), ETH);
	ck_assert_int_eq(grp_leave(rig.grp, &s, -1), 0);
	ck_assert_uint_eq(rig.now_open, 1);
	ck_assert_int_eq(grp_leave(rig.grp, &s, -1), 0);
	ck_assert_uint_eq(rig.now_open, 0);
	ck_assert_int_eq(grp_leave(rig.grp, &s, -1), -H_ENOENT);
	ck_assert_uint_eq(grp_ifindex(rig.grp, &s, -1), 0);
	rig_end();
}
END_TEST

START_TEST(twenty_groups_are_not_the_end)
{
	struct grp_spec s = rig_any("239.1.0.0", ETH);

	rig_begin();
	ck_assert_int_eq(rig_join_row(&s, -1, 100), 0);
	ck_assert_uint_eq(rig.now_open, 5);
	for (uint8_t i = 0; i < 100; i++) {
		s.group.ip[3] = i;
		ck_assert_int_eq(grp_leave(rig.grp, &s, -1), 0);
	}
	rig_end();
}
END_TEST

START_TEST(the_kernel_may_hold_less_than_it_says)
{
	struct grp_spec s = rig_any("239.1.0.0", ETH);

	rig_begin();
	rig.real_groups_max = 3;
	ck_assert_int_eq(rig_join_row(&s, -1, 10), 0);
	ck_assert_uint_eq(rig.now_open, 4);
	rig.real_groups_max = 0;
	s.group.ip[3] = 77;
	ck_assert_int_eq(grp_join(rig.grp, &s, -1), -H_ELIMIT);
	ck_assert_uint_eq(rig.now_open, 4);
	rig_end();
}
END_TEST

START_TEST(ip6_groups_share_a_socket)
{
	struct grp_spec s = rig_any("ff15::1", ETH);

	rig_begin();
	ck_assert_int_eq(rig_join_row(&s, -1, 50), 0);
	ck_assert_uint_eq(rig.now_open, 1);
	rig_end();
}
END_TEST

START_TEST(ten_sources_are_not_the_end)
{
	struct grp_spec s = rig_from("232.1.2.3", false, 25);
	unsigned seen = 0;

	rig_begin();
	ck_assert_int_eq(grp_join(rig.grp, &s, -1), GRP_FILTER);
	ck_assert_uint_eq(rig.now_open, 3);
	for (int fd = 0; fd < SOCKS; fd++)
		for (unsigned i = 0; i < rig.s[fd].n; i++) {
			ck_assert(!rig.s[fd].held[i].exclude);
			seen += rig.s[fd].held[i].n;
		}
	ck_assert_uint_eq(seen, 25);
	rig_end();
}
END_TEST

START_TEST(a_long_exclude_list_excludes_nobody_in_the_kernel)
{
	struct grp_spec s = rig_from("239.1.2.3", true, 25);

	rig_begin();
	ck_assert_int_eq(grp_join(rig.grp, &s, -1), GRP_FILTER);
	rig_look();
	ck_assert_uint_eq(rig.sockets, 1);
	rig_end();
}
END_TEST

START_TEST(other_filters_of_a_group_get_other_sockets)
{
	struct grp_spec a = rig_any("239.1.2.3", ETH),
			b = rig_from("239.1.2.3", false, 2),
			c = rig_from("239.1.2.3", true, 2);

	rig_begin();
	ck_assert_int_eq(grp_join(rig.grp, &a, -1), 0);
	ck_assert_int_eq(grp_join(rig.grp, &b, -1), GRP_FILTER);
	ck_assert_int_eq(grp_join(rig.grp, &c, -1), GRP_FILTER);
	ck_assert_uint_eq(rig.now_open, 3);
	ck_assert_int_eq(grp_leave(rig.grp, &b, -1), 0);
	ck_assert_uint_eq(rig.now_open, 2);
	rig_end();
}
END_TEST

START_TEST(order_and_repeats_of_sources_do_not_count)
{
	struct grp_spec a = rig_from("232.1.2.3", false, 3), b = a;

	rig_begin();
	b.sources[0] = a.sources[2];
	b.sources[2] = a.sources[0];
	b.sources[3] = a.sources[1];
	b.sources[1].port = 99;
	b.nsource = 4;
	ck_assert_int_eq(grp_join(rig.grp, &a, -1), GRP_FILTER);
	ck_assert_int_eq(grp_join(rig.grp, &b, -1), GRP_FILTER);
	rig_look();
	ck_assert_uint_eq(rig.members, 1);
	rig_end();
}
END_TEST

START_TEST(the_receiving_socket_is_the_member)
{
	struct grp_spec s = rig_any("239.1.2.3", ETH),
			f = rig_from("239.1.2.4", false, 10);

	rig_begin();
	rig.s[RX_FD].all = true;
	ck_assert_int_eq(grp_join(rig.grp, &s, RX_FD), 0);
	ck_assert(!rig.s[RX_FD].all);
	ck_assert_uint_eq(rig.s[RX_FD].n, 1);
	ck_assert_int_eq(grp_join(rig.grp, &s, RX_FD2), 0);
	ck_assert_uint_eq(rig.s[RX_FD2].n, 1);
	ck_assert_int_eq(grp_join(rig.grp, &f, RX_FD), 0); /* the kernel filters */
	ck_assert_uint_eq(rig.s[RX_FD].held[1].n, 10);
	ck_assert_uint_eq(rig.now_open, 0);
	ck_assert_int_eq(grp_leave(rig.grp, &s, RX_FD), 0);
	ck_assert_uint_eq(rig.s[RX_FD].n, 1);
	ck_assert_uint_eq(rig.s[RX_FD2].n, 1);
	rig_end();
}
END_TEST

START_TEST(one_socket_one_filter)
{
	struct grp_spec s = rig_any("239.1.2.3", ETH),
			t = rig_from("239.1.2.3", false, 1);

	rig_begin();
	ck_assert_int_eq(grp_join(rig.grp, &s, RX_FD), 0);
	ck_assert_int_eq(grp_join(rig.grp, &t, RX_FD), -H_EEXIST);
	ck_assert_ptr_nonnull(strstr(grp_error(rig.grp), "239.1.2.3"));
	ck_assert_uint_eq(rig.s[RX_FD].n, 1);
	rig_end();
}
END_TEST

START_TEST(a_receiving_socket_is_full_at_twenty)
{
	struct grp_spec s = rig_any("239.1.0.0", ETH);

	rig_begin();
	ck_assert_int_eq(rig_join_row(&s, RX_FD, 20), 0);
	s.group.ip[3] = 20;
	ck_assert_int_eq(grp_join(rig.grp, &s, RX_FD), -H_ELIMIT);
	rig_end();
}
END_TEST

/* Eleven wanted sources: the socket can't, so ours carry the list and it hears all. */
START_TEST(long_lists_on_a_receiving_socket)
{
	struct grp_spec in = rig_from("232.1.2.3", false, 11),
			ex = rig_from("239.1.2.4", true, 11);

	rig_begin();
	ck_assert_int_eq(grp_join(rig.grp, &in, RX_FD), GRP_FILTER);
	ck_assert(rig.s[RX_FD].all);
	ck_assert_uint_eq(rig.s[RX_FD].n, 0);
	ck_assert_uint_eq(rig.now_open, 2);
	ck_assert_int_eq(grp_join(rig.grp, &ex, RX_FD2), GRP_FILTER);
	ck_assert_uint_eq(rig.s[RX_FD2].n, 1);
	ck_assert_uint_eq(rig.s[RX_FD2].held[0].n, 0);
	ck_assert_int_eq(grp_leave(rig.grp, &in, RX_FD), 0);
	ck_assert_uint_eq(rig.now_open, 0);
	rig_end();
}
END_TEST

START_TEST(closed_sockets_are_forgotten)
{
	struct grp_spec s = rig_any("239.1.2.3", ETH),
			in = rig_from("232.1.2.3", false, 11);

	rig_begin();
	ck_assert_int_eq(grp_join(rig.grp, &s, RX_FD), 0);
	ck_assert_int_eq(grp_join(rig.grp, &in, RX_FD), GRP_FILTER);
	rig.s[RX_FD].n = 0;
	grp_forget(rig.grp, RX_FD);
	rig_look();
	ck_assert_uint_eq(rig.members, 0);
	ck_assert_uint_eq(rig.now_open, 0);
	ck_assert_int_eq(grp_leave(rig.grp, &s, RX_FD), -H_ENOENT);
	rig_end();
}
END_TEST

START_TEST(refusals_say_why)
{
	struct grp_spec s = rig_any("192.0.2.1", ETH);

	rig_begin();
	ck_assert_int_eq(grp_join(rig.grp, &s, -1), -H_EINVAL);
	s = rig_any("239.1.2.3", 99);
	ck_assert_int_eq(grp_join(rig.grp, &s, -1), -H_ENOENT);
	ck_assert_ptr_nonnull(strstr(grp_error(rig.grp), "99"));
	s = rig_any("239.1.2.3", 0);
	rig.route = 0;
	ck_assert_int_eq(grp_join(rig.grp, &s, -1), -H_ENOENT);
	ck_assert_ptr_nonnull(strstr(grp_error(rig.grp), "no route to 239.1.2.3"));
	s = rig_from("232.1.2.3", false, 0);
	ck_assert_int_eq(grp_join(rig.grp, &s, -1), -H_EINVAL);
	s = rig_from("232.1.2.3", false, 2);
	s.sources[1] = rig_ip("2001:db8::1");
	ck_assert_int_eq(grp_join(rig.grp, &s, -1), -H_EINVAL);
	ck_assert_ptr_nonnull(strstr(grp_error(rig.grp), "source 2"));
	s.sources[1] = rig_ip("239.0.0.1");
	ck_assert_int_eq(grp_join(rig.grp, &s, -1), -H_EINVAL);
	s.nsource = GRP_SOURCES_MAX + 1;
	ck_assert_int_eq(grp_join(rig.grp, &s, -1), -H_EINVAL);
	rig.open_rc = -EMFILE;
	s = rig_any("239.1.2.3", ETH);
	ck_assert_int_eq(grp_join(rig.grp, &s, -1), -H_ESYS);
	rig_look();
	ck_assert_uint_eq(rig.members, 0);
	rig_end();
}
END_TEST

START_TEST(an_interface_goes_and_comes_back)
{
	struct grp_spec s = rig_any("239.1.2.3", ETH), t = rig_any("239.1.2.4", ETH);

	rig_begin();
	ck_assert_int_eq(grp_join(rig.grp, &s, -1), 0);
	ck_assert_int_eq(grp_join(rig.grp, &t, RX_FD), 0);
	rig.eth = false;
	grp_link_gone(rig.grp, ETH);
	rig_look();
	ck_assert_uint_eq(rig.members, 2);
	ck_assert_uint_eq(rig.waiting, 2);
	ck_assert_uint_eq(rig.moves, 2);
	ck_assert_uint_eq(rig.moved_to, 0);
	grp_link_here(rig.grp, 13, "eth1"); /* not that one */
	ck_assert_uint_eq(rig.moves, 2);
	rig.fresh = true;
	grp_link_here(rig.grp, NEW, "eth0");
	rig_look();
	ck_assert_uint_eq(rig.waiting, 0);
	ck_assert_uint_eq(rig.moves, 4);
	ck_assert_uint_eq(rig.moved_to, NEW);
	ck_assert_uint_eq(rig.moved_from, 0);
	ck_assert_uint_eq(grp_ifindex(rig.grp, &t, RX_FD), NEW);
	ck_assert_int_eq(grp_leave(rig.grp, &s, -1),
			 0); /* still by the name it was joined by */
	ck_assert_int_eq(grp_leave(rig.grp, &t, RX_FD), 0);
	rig_end();
}
END_TEST

START_TEST(left_while_waiting)
{
	struct grp_spec s = rig_any("239.1.2.3", ETH);

	rig_begin();
	ck_assert_int_eq(grp_join(rig.grp, &s, -1), 0);
	rig.eth = false;
	grp_link_gone(rig.grp, ETH);
	ck_assert_int_eq(grp_leave(rig.grp, &s, -1), 0);
	rig.fresh = true;
	grp_link_here(rig.grp, NEW, "eth0");
	ck_assert_uint_eq(rig.now_open, 0);
	rig_end();
}
END_TEST

START_TEST(joins_by_route_follow_the_route)
{
	struct grp_spec s = rig_any("239.1.2.3", 0), fixed = rig_any("239.1.2.3", ETH);

	rig_begin();
	rig.fresh = true;
	ck_assert_int_eq(grp_join(rig.grp, &s, -1), 0);
	ck_assert_int_eq(grp_join(rig.grp, &fixed, -1), 0);
	ck_assert_uint_eq(rig.now_open, 2);
	grp_routes_changed(rig.grp);
	ck_assert_uint_eq(rig.moves, 0);
	rig.route = NEW;
	grp_routes_changed(rig.grp);
	ck_assert_uint_eq(rig.moves, 1);
	ck_assert_uint_eq(grp_ifindex(rig.grp, &s, -1), NEW);
	ck_assert_uint_eq(grp_ifindex(rig.grp, &fixed, -1), ETH);
	rig.route = 0; /* no route for a while: stay */
	grp_routes_changed(rig.grp);
	ck_assert_uint_eq(grp_ifindex(rig.grp, &s, -1), NEW);
	rig.route = ETH;
	rig.fresh = false;
	grp_link_gone(rig.grp, NEW); /* at once over the route that is left */
	ck_assert_uint_eq(grp_ifindex(rig.grp, &s, -1), ETH);
	rig_end();
}
END_TEST

START_TEST(without_a_route_it_waits_for_one)
{
	struct grp_spec s = rig_any("239.1.2.3", 0);

	rig_begin();
	ck_assert_int_eq(grp_join(rig.grp, &s, -1), 0);
	rig.eth = false;
	rig.route = 0;
	grp_link_gone(rig.grp, ETH);
	ck_assert_uint_eq(grp_ifindex(rig.grp, &s, -1), 0);
	rig.fresh = true;
	grp_link_here(rig.grp, NEW, "eth0");
	ck_assert_uint_eq(grp_ifindex(rig.grp, &s, -1), 0);
	rig.route = NEW;
	grp_routes_changed(rig.grp);
	ck_assert_uint_eq(grp_ifindex(rig.grp, &s, -1), NEW);
	rig_end();
}
END_TEST

START_TEST(a_renamed_interface_keeps_its_members)
{
	struct grp_spec s = rig_any("239.1.2.3", ETH);

	rig_begin();
	ck_assert_int_eq(grp_join(rig.grp, &s, -1), 0);
	grp_link_here(rig.grp, ETH, "lan0");
	ck_assert_uint_eq(rig.moves, 0);
	rig.eth = false;
	grp_link_gone(rig.grp, ETH);
	rig.fresh = true;
	grp_link_here(rig.grp, NEW, "eth0"); /* not its name any more */
	ck_assert_uint_eq(grp_ifindex(rig.grp, &s, -1), 0);
	grp_link_here(rig.grp, NEW, "lan0");
	ck_assert_uint_eq(grp_ifindex(rig.grp, &s, -1), NEW);
	rig_end();
}
END_TEST

/* The real kernel, as far as anybody may go: on lo, without privileges. */
START_TEST(the_kernel_s_limits_are_passed)
{
	struct grp_spec s = rig_any("239.1.0.0", if_nametoindex("lo"));
	struct grp *k = NULL;

	test_no_oom();
	ck_assert_int_eq(grp_open(&k, NULL), 0);
	ck_assert_int_ge(grp_fd(k), 0);
	for (uint8_t i = 0; i < 45; i++) {
		s.group.ip[3] = i;
		ck_assert_msg(grp_join(k, &s, -1) == 0, "%s", grp_error(k));
	}
	s = rig_from("232.1.2.3", false, 25);
	s.ifindex = if_nametoindex("lo");
	ck_assert_msg(grp_join(k, &s, -1) == GRP_FILTER, "%s", grp_error(k));
	s = rig_from("239.9.9.9", true, 10);
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
