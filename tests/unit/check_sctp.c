/* tests/unit/check_sctp.c - associations of the both back ends, on loopback.
 *
 * layer: tests   thread: main   I/O: sockets on loopback
 */
#include <stdio.h>
#include <stdlib.h>

#include "sctp_rig.h"
#include "util/err.h"

static const char hello[] = "!/3 [192.0.2.1] T=1{C=*{}}";

static const struct net_stats *st(void)
{
	return net_get_stats(rig_net);
}

/* ---- messages ------------------------------------------------------------------ */

START_TEST(message_and_answer)
{
	rig_a.sctp.ppid = rig_b.sctp.ppid = NET_SCTP_PPID_H248;
	rig_b.echo = true;
	rig_begin((enum net_sctp_backend)_i);
	rig_call(&rig_a, &rig_b);
	ck_assert(addr_same_host(&rig_b.peer.remote, net_listener_addr(rig_a.l)));
	ck_assert(addr_eq(&rig_a.peer.remote, net_listener_addr(rig_b.l)));
	rig_say(&rig_a.peer, 19, hello, sizeof(hello) - 1);
	RIG_UNTIL(rig_a.inputs == 1);
	ck_assert_str_eq(rig_b.text, hello);
	ck_assert_str_eq(rig_a.text, hello);
	ck_assert_uint_eq(rig_b.ppid, 7);
	ck_assert_uint_eq(rig_b.key, 19 % 16);
	ck_assert_uint_eq(rig_a.key, 19 % 16);
	ck_assert_uint_eq(st()->open, 2);
	ck_assert_uint_eq(st()->connected, 1);
	ck_assert_uint_eq(st()->accepted, 1);
	rig_end();
}
END_TEST

START_TEST(in_ipv6)
{
	rig_b.echo = true;
	rig_start((enum net_sctp_backend)_i);
	rig_listen(&rig_a, "[::1]:0");
	rig_listen(&rig_b, "[::1]:0");
	rig_call(&rig_a, &rig_b);
	ck_assert_uint_eq(rig_b.peer.remote.family, 6);
	rig_say(&rig_a.peer, 0, hello, sizeof(hello));
	RIG_UNTIL(rig_a.inputs == 1);
	rig_end();
}
END_TEST

START_TEST(all_addresses_at_once)
{
	struct addr to;

	rig_b.echo = true;
	rig_start((enum net_sctp_backend)_i);
	rig_listen(&rig_a, "127.0.0.1:0");
	rig_listen(&rig_b, _i == NET_SCTP_CONN ? "127.0.0.2:0" : "*:0");
	to = *net_listener_addr(rig_b.l);
	if (_i == NET_SCTP_NATIVE)
		to = rig_addr("127.0.0.1:1");
	to.port = net_listener_addr(rig_b.l)->port;
	net_connect(rig_a.l, &to);
	RIG_UNTIL(rig_a.opens && rig_b.opens);
	rig_say(&rig_a.peer, 0, hello, sizeof(hello));
	RIG_UNTIL(rig_a.inputs == 1);
	rig_end();
}
END_TEST

START_TEST(what_is_sent_before_it_is_open_waits)
{
	struct net_peer to = { 0 };
	char text[16];

	rig_begin((enum net_sctp_backend)_i);
	to.at = rig_a.l;
	to.remote = *net_listener_addr(rig_b.l);
	for (int i = 0; i < 50; i++)
		rig_say(&to, 3, text, (size_t)snprintf(text, sizeof(text), "n %d", i));
	RIG_UNTIL(rig_b.inputs == 50);
	ck_assert_str_eq(rig_b.text, "n 49");
	ck_assert_uint_eq(rig_a.opens, 1);
	rig_end();
}
END_TEST

START_TEST(longest_message_comes_whole)
{
	static char big[65536];

	rig_begin((enum net_sctp_backend)_i);
	rig_b.echo = true;
	rig_call(&rig_a, &rig_b);
	memset(big, 'x', sizeof(big));
	rig_say(&rig_a.peer, 0, big, 65536);
	ck_assert_uint_eq(st()->tx_errors, 1);
	rig_say(&rig_a.peer, 0, big, 65535);
	RIG_UNTIL(rig_a.inputs == 1);
	ck_assert_uint_eq(rig_a.octets, 65535);
	ck_assert_uint_eq(rig_b.inputs, 1);
	rig_end();
}
END_TEST

static void too_long(int _i, size_t n)
{
	char *big = malloc(n);

	rig_a.spec.message_max = 1 << 20;
	rig_b.spec.message_max = 1000;
	rig_begin((enum net_sctp_backend)_i);
	rig_call(&rig_a, &rig_b);
	memset(big, 'x', n);
	rig_say(&rig_a.peer, 0, big, n);
	rig_say(&rig_a.peer, 0, big, 1000);
	RIG_UNTIL(rig_b.inputs == 1);
	ck_assert_uint_eq(rig_b.octets, 1000);
	ck_assert_uint_eq(st()->rx_long, 1);
	ck_assert_uint_eq(rig_b.closes, 0);
	free(big);
	rig_end();
}

START_TEST(too_long_is_dropped_and_the_association_lives)
{
	too_long(_i, 1001);
}
END_TEST

START_TEST(far_too_long_too)
{
	too_long(_i, 1000000);
}
END_TEST

START_TEST(many_messages_keep_their_order_in_a_stream)
{
	rig_begin((enum net_sctp_backend)_i);
	rig_b.echo = true;
	rig_call(&rig_a, &rig_b);
	for (unsigned i = 0; i < 5000; i++) {
		char text[400];

		memset(text, ' ', sizeof(text));
		snprintf(text, sizeof(text), "m %u", i);
		rig_say(&rig_a.peer, 0, text, sizeof(text));
	}
	RIG_UNTIL(rig_a.inputs == 5000);
	ck_assert_str_eq(rig_a.text, "m 4999");
	ck_assert_uint_eq(st()->tx_full, 0);
	rig_end();
}
END_TEST

/* ---- ends ---------------------------------------------------------------------- */

START_TEST(disconnect_is_told_at_the_other_end)
{
	uint64_t start;

	rig_begin((enum net_sctp_backend)_i);
	rig_call(&rig_a, &rig_b);
	rig_say(&rig_a.peer, 0, "last words", 10);
	start = test_ms();
	net_disconnect(rig_net, rig_a.peer.conn);
	RIG_UNTIL(rig_b.closes == 1);
	ck_assert_uint_lt(test_ms() - start, 1000);
	ck_assert_str_eq(rig_b.text, "last words");
	ck_assert_str_eq(rig_b.why, "closed by the peer");
	ck_assert_uint_eq(rig_a.closes, 0);
	ck_assert_uint_eq(st()->open, 0);
	rig_end();
}
END_TEST

START_TEST(hung_up_when_it_opens_it_sends_nothing)
{
	struct net_peer to = { 0 };

	rig_begin((enum net_sctp_backend)_i);
	rig_a.unwanted = true;
	to.at = rig_a.l;
	to.remote = *net_listener_addr(rig_b.l);
	rig_say(&to, 0, hello, sizeof(hello));
	RIG_UNTIL(rig_b.closes == 1);
	ck_assert_str_eq(rig_b.why, "closed by the peer");
	ck_assert_uint_eq(rig_a.opens, 1);
	ck_assert_uint_eq(rig_b.inputs, 0);
	rig_end();
}
END_TEST

START_TEST(a_closed_listener_ends_its_associations)
{
	rig_begin((enum net_sctp_backend)_i);
	rig_call(&rig_a, &rig_b);
	net_close(rig_b.l);
	RIG_UNTIL(rig_a.closes == 1);
	ck_assert_str_eq(rig_a.why, "closed by the peer");
	net_connect(rig_a.l, &rig_a.peer.remote);
	RIG_UNTIL(rig_a.closes == 2);
	ck_assert_str_eq(rig_a.why, "no answer");
	rig_end();
}
END_TEST

START_TEST(the_stack_ends_in_time_and_starts_again)
{
	for (int i = 0; i < 3; i++) {
		uint64_t start;

		memset(&rig_a, 0, sizeof(rig_a));
		memset(&rig_b, 0, sizeof(rig_b));
		rig_begin((enum net_sctp_backend)_i);
		rig_call(&rig_a, &rig_b);
		rig_say(&rig_a.peer, 0, hello, sizeof(hello));
		RIG_UNTIL(rig_b.inputs == 1);
		start = test_ms();
		rig_end();
		ck_assert_uint_lt(test_ms() - start, 1000);
	}
}
END_TEST

START_TEST(a_stranger_gets_no_answer)
{
	rig_b.refuse = true;
	rig_begin((enum net_sctp_backend)_i);
	net_connect(rig_a.l, net_listener_addr(rig_b.l));
	RIG_UNTIL(rig_a.closes == 1);
	ck_assert_uint_eq(rig_b.opens, 0);
	if (_i == NET_SCTP_NATIVE) { /* it is in before we are asked */
		ck_assert_uint_eq(st()->refused, 1);
	} else {
		ck_assert_str_eq(rig_a.why, "no answer");
		ck_assert_uint_ge(st()->rx_stranger, 2);
		ck_assert_uint_eq(st()->failed, 1);
	}
	rig_end();
}
END_TEST

START_TEST(slow_readers_bound_what_waits)
{
	static char big[60000];

	rig_a.spec.queue_max = 1 << 20;
	rig_begin((enum net_sctp_backend)_i);
	rig_call(&rig_a, &rig_b);
	for (int i = 0; i < 60; i++)
		rig_say(&rig_a.peer, 0, big, sizeof(big));
	ck_assert_uint_ge(st()->tx_full, 1);
	RIG_UNTIL(rig_a.closes == 1);
	ck_assert_str_eq(rig_a.why, "it does not take what we send");
	ck_assert_uint_eq(st()->dropped, 1);
	RIG_UNTIL(rig_b.closes == 1);
	rig_end();
}
END_TEST

START_TEST(no_more_associations_than_allowed)
{
	struct rig_side more[3] = { 0 };

	rig_b.spec.conns_max = 2;
	rig_begin((enum net_sctp_backend)_i);
	for (int i = 0; i < 3; i++) {
		rig_listen(&more[i], "127.0.0.1:0");
		net_connect(more[i].l, net_listener_addr(rig_b.l));
	}
	RIG_UNTIL(more[0].opens + more[1].opens + more[2].opens >= 2);
	RIG_UNTIL(more[0].closes + more[1].closes + more[2].closes >= 1);
	ck_assert_uint_eq(rig_b.opens, 2);
	ck_assert_uint_eq(rig_b.closes, 0);
	rig_end();
}
END_TEST

/* ---- what is known ------------------------------------------------------------- */

static struct net_sctp_info only(bool dialled)
{
	struct net_sctp_info info, found = { 0 };
	unsigned n = 0;

	for (unsigned it = 0; net_sctp_next(rig_net, &it, &info);)
		if (info.dialled == dialled) {
			found = info;
			n++;
		}
	ck_assert_uint_eq(n, 1);
	return found;
}

START_TEST(an_open_association_is_known)
{
	struct net_sctp_info info;

	rig_a.sctp.streams_out = 5;
	rig_b.sctp.ppid = 7;
	rig_begin((enum net_sctp_backend)_i);
	rig_call(&rig_a, &rig_b);
	rig_say(&rig_a.peer, 0, hello, sizeof(hello));
	RIG_UNTIL(rig_b.inputs == 1);
	info = only(true);
	ck_assert_int_eq(info.state, NET_SCTP_OPEN);
	ck_assert_uint_eq(info.peer.conn, rig_a.peer.conn);
	ck_assert_uint_eq(info.streams_out, 5);
	ck_assert_uint_eq(info.streams_in, 16);
	ck_assert_uint_eq(info.tx, 1);
	ck_assert_uint_eq(info.tx_octets, sizeof(hello));
	ck_assert_uint_eq(info.npaths, 1);
	ck_assert(addr_same_host(&info.path[0].remote, net_listener_addr(rig_b.l)));
	ck_assert_int_eq(info.path[0].state, NET_SCTP_PATH_ACTIVE);
	ck_assert(info.path[0].primary);
	ck_assert_uint_ge(info.path[0].rto, 100);
	ck_assert_uint_le(info.path[0].rto, 400);
	ck_assert_uint_gt(info.path[0].cwnd, 1000);
	ck_assert_uint_eq(info.nlocal, 1);
	ck_assert(addr_same_host(&info.local[0], net_listener_addr(rig_a.l)));
	ck_assert_uint_gt(info.rwnd, 100000);
	info = only(false);
	ck_assert_uint_eq(info.rx, 1);
	ck_assert_uint_eq(info.rx_ppid, 1);
	ck_assert(net_sctp_get(rig_net, rig_b.peer.conn, &info) && info.rx == 1);
	ck_assert(!net_sctp_get(rig_net, 77, &info));
	rig_end();
}
END_TEST

START_TEST(a_failed_one_says_why_and_waits)
{
	struct net_sctp_info info;
	struct addr nobody = rig_addr("127.0.0.1:9");

	rig_a.sctp.init_retrans = 1;
	rig_begin((enum net_sctp_backend)_i);
	net_connect(rig_a.l, &nobody);
	rig_turn();
	rig_turn();
	ck_assert_int_eq(only(true).state, NET_SCTP_CONNECTING);
	RIG_UNTIL(rig_a.closes == 1);
	ck_assert(addr_eq(&rig_a.gone.remote, &nobody) && !rig_a.gone.conn);
	info = only(true);
	ck_assert_int_eq(info.state, NET_SCTP_WAITING);
	ck_assert_uint_eq(info.failed, 1);
	ck_assert_str_eq(info.last, rig_a.why);
	net_connect(rig_a.l, &nobody);
	RIG_UNTIL(rig_a.closes == 2);
	ck_assert_uint_eq(only(true).failed, 2);
	rig_end();
}
END_TEST

START_TEST(a_known_peer_has_one_name)
{
	struct net_sctp_peer peer = { .nremote = 2 };
	struct net_sctp_spec own = { .streams_out = 3 };
	char why[NET_WHY_MAX] = "";

	rig_begin((enum net_sctp_backend)_i);
	peer.remote[0] = rig_addr("127.0.0.9:1");
	peer.remote[1] = *net_listener_addr(rig_b.l);
	peer.remote[0].port = peer.remote[1].port;
	peer.spec = &own;
	ck_assert_msg(!net_sctp_know(rig_a.l, &peer, why), "%s", why);
	/* It is asked for by its second address; its first has nobody. */
	for (int i = 0; i < 2 && !rig_a.opens; i++) {
		net_connect(rig_a.l, &peer.remote[1]);
		RIG_UNTIL(rig_a.opens || rig_a.closes > (unsigned)i);
	}
	ck_assert_uint_eq(rig_a.opens, 1);
	ck_assert(addr_eq(&rig_a.peer.remote, &peer.remote[0]));
	ck_assert_uint_eq(only(true).streams_out, 3);
	net_sctp_forget(rig_a.l, &peer.remote[0]);
	net_sctp_forget(rig_a.l, &peer.remote[0]);
	rig_end();
}
END_TEST

static Suite *sctp_suite(void)
{
	Suite *s = suite_create("sctp");
	TCase *tc = tcase_create("messages");

	rig_both(tc, message_and_answer);
	rig_both(tc, in_ipv6);
	rig_both(tc, all_addresses_at_once);
	rig_both(tc, what_is_sent_before_it_is_open_waits);
	rig_both(tc, longest_message_comes_whole);
	rig_both(tc, too_long_is_dropped_and_the_association_lives);
	rig_both(tc, far_too_long_too);
	rig_both(tc, many_messages_keep_their_order_in_a_stream);
	suite_add_tcase(s, tc);
	tc = tcase_create("ends");
	rig_both(tc, disconnect_is_told_at_the_other_end);
	rig_both(tc, hung_up_when_it_opens_it_sends_nothing);
	rig_both(tc, a_closed_listener_ends_its_associations);
	rig_both(tc, the_stack_ends_in_time_and_starts_again);
	rig_both(tc, a_stranger_gets_no_answer);
	rig_both(tc, slow_readers_bound_what_waits);
	rig_both(tc, no_more_associations_than_allowed);
	suite_add_tcase(s, tc);
	tc = tcase_create("knowledge");
	rig_both(tc, an_open_association_is_known);
	rig_both(tc, a_failed_one_says_why_and_waits);
	rig_both(tc, a_known_peer_has_one_name);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(sctp_suite)
