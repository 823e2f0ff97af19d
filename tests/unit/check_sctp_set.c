/* tests/unit/check_sctp_set.c - settings of SCTP: what is taken, what is refused and why.
 *
 * layer: tests   thread: main   I/O: sockets on loopback
 */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sctp_rig.h"
#include "util/err.h"

static void refused(struct net_sctp_spec s, const char *about)
{
	struct net_spec spec = { .kind = NET_sctp, .sctp = &s };
	struct net_listener *l;
	char why[NET_WHY_MAX] = "";

	spec.local = rig_addr("127.0.0.1:0");
	ck_assert_int_eq(net_listen(rig_net, &spec, &l, why), -H_EINVAL);
	ck_assert_msg(strstr(why, about), "%s", why);
}

START_TEST(settings_that_make_no_sense)
{
	rig_start((enum net_sctp_backend)_i);
	refused((struct net_sctp_spec){ .rto_min = 500, .rto_max = 300 }, "RTO");
	refused((struct net_sctp_spec){ .rto_initial = 5000 }, "RTO");
	refused((struct net_sctp_spec){ .rto_min = 1 }, "RTO");
	refused((struct net_sctp_spec){ .heartbeat = 1 }, "heartbeat");
	refused((struct net_sctp_spec){ .path_retrans = 300 }, "retransmissions");
	refused((struct net_sctp_spec){ .streams_out = 2000 }, "streams");
	refused((struct net_sctp_spec){ .nalso = NET_SCTP_ADDRS }, "addresses");
	rig_end();
}
END_TEST

START_TEST(addresses_are_looked_at_first)
{
	struct net_spec spec = { .kind = NET_sctp };
	struct net_listener *l;
	char why[NET_WHY_MAX] = "";

	rig_start((enum net_sctp_backend)_i);
	spec.local = rig_addr("192.0.2.77:2944");
	ck_assert_int_eq(net_listen(rig_net, &spec, &l, why), -H_ESYS);
	ck_assert_msg(strstr(why, "192.0.2.77 is no address of this host"), "%s", why);
	spec.local = rig_addr("239.1.1.1:2944");
	ck_assert_int_eq(net_listen(rig_net, &spec, &l, why), -H_EINVAL);
	rig_end();
}
END_TEST

START_TEST(one_stack_for_all)
{
	struct net_sctp_stack same = { .backend = (enum net_sctp_backend)_i }, other;
	char why[NET_WHY_MAX] = "";

	rig_start((enum net_sctp_backend)_i);
	same.encaps = rig_encaps;
	other = same;
	other.backend = !other.backend;
	ck_assert_int_eq(net_sctp_start(rig_net, &same, why), 0);
	ck_assert_int_eq(net_sctp_start(rig_net, &other, why), -H_EBUSY);
	ck_assert_msg(strstr(why, net_sctp_backend_name(same.backend)), "%s", why);
	ck_assert_int_eq((int)net_sctp_running(rig_net)->backend, _i);
	rig_end();
}
END_TEST

START_TEST(raw_ip_needs_a_capability)
{
	struct net_sctp_stack raw = { .backend = NET_SCTP_NATIVE };
	struct net_user user = { 0 };
	char why[NET_WHY_MAX] = "";

	test_no_oom();
	if (!getuid())
		ck_assert(!setgid(65534) && !setuid(65534));
	rig_base = event_base_new();
	rig_net = net_new(rig_base, &user);
	ck_assert_int_eq(net_sctp_start(rig_net, &raw, why), -H_EPERM);
	ck_assert_msg(strstr(why, "CAP_NET_RAW"), "%s", why);
	ck_assert_ptr_null(net_sctp_running(rig_net));
	raw.backend = NET_SCTP_CONN;
	ck_assert_int_eq(net_sctp_start(rig_net, &raw, why), -H_EINVAL);
	ck_assert_msg(strstr(why, "give it a port"), "%s", why);
	rig_end();
}
END_TEST

START_TEST(native_in_udp_opens_nothing_raw)
{
	unsigned sockets = 0;

	rig_start(NET_SCTP_NATIVE);
	for (int fd = 3; fd < 100; fd++) {
		int type;
		socklen_t n = sizeof(type);

		if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &n))
			continue;
		ck_assert_int_ne(type, SOCK_RAW);
		sockets += type == SOCK_DGRAM;
	}
	ck_assert_uint_ge(sockets, 1);
	rig_end();
}
END_TEST

START_TEST(a_taken_port_is_said)
{
	struct net_sctp_stack stack = { .backend = (enum net_sctp_backend)_i };
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct net_spec spec = { .kind = NET_sctp };
	struct net_user user = { 0 };
	struct net_listener *l;
	char why[NET_WHY_MAX] = "";
	int fd = socket(AF_INET, SOCK_DGRAM, 0), err;

	test_no_oom();
	stack.encaps = rig_free_port();
	in.sin_port = htons(stack.encaps);
	ck_assert(!bind(fd, (struct sockaddr *)&in, sizeof(in)));
	rig_base = event_base_new();
	rig_net = net_new(rig_base, &user);
	spec.local = rig_addr("127.0.0.1:0");
	ck_assert_int_eq(net_listen(rig_net, &spec, &l, why), -H_EINVAL);
	ck_assert_msg(strstr(why, "not started"), "%s", why);
	err = net_sctp_start(rig_net, &stack, why);
	if (!err) /* conn: when it listens */
		err = net_listen(rig_net, &spec, &l, why);
	ck_assert_int_eq(err, -H_EBUSY);
	ck_assert_msg(strstr(why, "in use by another program"), "%s", why);
	close(fd);
	rig_end();
}
END_TEST

static Suite *sctp_set_suite(void)
{
	Suite *s = suite_create("sctp settings");
	TCase *tc = tcase_create("settings");

	rig_both(tc, settings_that_make_no_sense);
	rig_both(tc, addresses_are_looked_at_first);
	rig_both(tc, one_stack_for_all);
	rig_both(tc, a_taken_port_is_said);
	tcase_add_test(tc, raw_ip_needs_a_capability);
	tcase_add_test(tc, native_in_udp_opens_nothing_raw);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(sctp_set_suite)
