/* tests/unit/check_sctp.c - associations of the back end `conn`, on loopback.
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
	rig_begin(NET_SCTP_CONN);
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

START_TEST(what_is_sent_before_it_is_open_waits)
{
	struct net_peer to = { 0 };
	char text[16];

	rig_begin(NET_SCTP_CONN);
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

	rig_begin(NET_SCTP_CONN);
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

static void too_long(size_t n)
{
	char *big = malloc(n);

	rig_a.spec.message_max = 1 << 20;
	rig_b.spec.message_max = 1000;
	rig_begin(NET_SCTP_CONN);
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
	too_long(1001);
}
END_TEST

START_TEST(far_too_long_too)
{
	too_long(1000000);
}
END_TEST

START_TEST(many_messages_keep_their_order_in_a_stream)
{
	rig_begin(NET_SCTP_CONN);
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

	rig_begin(NET_SCTP_CONN);
	rig_call(&rig_a, &rig_b);
	rig_say(&rig_a.peer, 0, "last words", 10);
	start = rig_now();
	net_disconnect(rig_net, rig_a.peer.conn);
	RIG_UNTIL(rig_b.closes == 1);
	ck_assert_uint_lt(rig_now() - start, 1000);
	ck_assert_str_eq(rig_b.text, "last words");
	ck_assert_str_eq(rig_b.why, "closed by the peer");
	ck_assert_uint_eq(rig_a.closes, 0);
	ck_assert_uint_eq(st()->open, 0);
	rig_end();
}
END_TEST

START_TEST(a_closed_listener_ends_its_associations)
{
	rig_begin(NET_SCTP_CONN);
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
		rig_begin(NET_SCTP_CONN);
		rig_call(&rig_a, &rig_b);
		rig_say(&rig_a.peer, 0, hello, sizeof(hello));
		RIG_UNTIL(rig_b.inputs == 1);
		start = rig_now();
		rig_end();
		ck_assert_uint_lt(rig_now() - start, 1000);
	}
}
END_TEST

START_TEST(a_stranger_gets_no_answer)
{
	rig_b.refuse = true;
	rig_begin(NET_SCTP_CONN);
	net_connect(rig_a.l, net_listener_addr(rig_b.l));
	RIG_UNTIL(rig_a.closes == 1);
	ck_assert_str_eq(rig_a.why, "no answer");
	ck_assert_uint_eq(rig_b.opens, 0);
	ck_assert_uint_ge(st()->rx_stranger, 2);
	ck_assert_uint_eq(st()->failed, 1);
	rig_end();
}
END_TEST

static Suite *sctp_suite(void)
{
	Suite *s = suite_create("sctp");
	TCase *tc = tcase_create("messages");

	tcase_add_test(tc, message_and_answer);
	tcase_add_test(tc, what_is_sent_before_it_is_open_waits);
	tcase_add_test(tc, longest_message_comes_whole);
	tcase_add_test(tc, too_long_is_dropped_and_the_association_lives);
	tcase_add_test(tc, far_too_long_too);
	tcase_add_test(tc, many_messages_keep_their_order_in_a_stream);
	suite_add_tcase(s, tc);
	tc = tcase_create("ends");
	tcase_add_test(tc, disconnect_is_told_at_the_other_end);
	tcase_add_test(tc, a_closed_listener_ends_its_associations);
	tcase_add_test(tc, the_stack_ends_in_time_and_starts_again);
	tcase_add_test(tc, a_stranger_gets_no_answer);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(sctp_suite)
