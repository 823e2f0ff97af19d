/* tests/unit/check_tcp.c - streams that others open: frames, strangers, slow peers.
 *
 * layer: tests   thread: main   I/O: sockets on loopback
 */
#include <event2/event.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net_rig.h"
#include "util/err.h"
#include "wire/tpkt.h"

/* ---- taken in ------------------------------------------------------------------ */

START_TEST(a_message_comes_and_its_answer_goes)
{
	char back[64];
	int fd;

	rig_begin((struct net_spec){ 0 });
	rig.echo = true;
	fd = rig_caller();
	rig_say(fd, "hello", 5);
	ck_assert_uint_eq(rig_hear(fd, back, 9), 9);
	ck_assert(!memcmp(back, "\x03\x00\x00\x09hello", 9));
	ck_assert_str_eq(rig.first, "hello");
	ck_assert_uint_eq(rig.opens, 1);
	ck_assert_uint_ne(rig.last.conn, 0);
	ck_assert_uint_eq(rig_stats()->open, 1);
	ck_assert_uint_eq(rig_stats()->accepted, 1);
	close(fd);
	UNTIL(rig.closes == 1);
	ck_assert_uint_eq(rig.gone.conn, rig.last.conn);
	ck_assert_uint_eq(rig_stats()->open, 0);
	ck_assert(!net_conn_peer(rig.net, rig.last.conn, &rig.gone));
	rig_end();
}
END_TEST

START_TEST(the_longest_message_passes_both_ways)
{
	static char big[TPKT_MAX], back[TPKT_MAX];
	int fd;

	rig_begin((struct net_spec){ 0 });
	rig.echo = true;
	fd = rig_caller();
	memset(big, 'b', sizeof(big));
	rig_say(fd, big, TPKT_MAX - TPKT_HEADER);
	ck_assert_uint_eq(rig_hear(fd, back, TPKT_MAX), TPKT_MAX);
	ck_assert(!memcmp(back + TPKT_HEADER, big, TPKT_MAX - TPKT_HEADER));
	ck_assert_uint_eq(rig.inputs, 1);
	close(fd);
	rig_end();
}
END_TEST

START_TEST(strangers_get_nothing)
{
	int fd;

	rig_begin((struct net_spec){ 0 });
	rig.strangers = true;
	fd = rig_caller();
	ck_assert(rig_ended(fd));
	ck_assert_uint_eq(rig_stats()->refused, 1);
	ck_assert_uint_eq(rig.opens + rig.closes, 0);
	close(fd);
	rig_end();
}
END_TEST

START_TEST(so_many_and_no_more)
{
	int fd[3];

	rig_begin((struct net_spec){ .conns_max = 2 });
	for (int i = 0; i < 3; i++)
		fd[i] = rig_caller();
	UNTIL(rig_stats()->refused == 1);
	ck_assert_uint_eq(rig_stats()->open, 2);
	close(fd[0]);
	UNTIL(rig_stats()->open == 1);
	fd[0] = rig_caller();
	UNTIL(rig_stats()->open == 2);
	for (int i = 0; i < 3; i++)
		close(fd[i]);
	rig_end();
}
END_TEST

START_TEST(what_is_no_tpkt_ends_the_connection)
{
	static const char *const bad[] = { "MEGACO/3 [1.2.3.4]", "\3\0\0\0", "\3\0\0\3",
					   "\3\0\1\0" };
	static const size_t n[] = { 18, 4, 4, 4 };
	int fd;

	rig_begin((struct net_spec){ .message_max = 100 });
	fd = rig_caller();
	ck_assert_int_gt(send(fd, bad[_i], n[_i], 0), 0);
	ck_assert(rig_ended(fd));
	ck_assert_uint_eq(rig.closes, 1);
	ck_assert_uint_eq(rig_stats()->dropped, 1);
	ck_assert_str_eq(rig.gone_why, _i == 3 ? "a message is too long"
					   : "what came is no TPKT");
	ck_assert_uint_eq(rig.inputs, 0);
	close(fd);
	rig_end();
}
END_TEST

/* Octets that trickle in do not prolong the time of a message. */
START_TEST(a_trickle_is_cut_off)
{
	uint64_t t0;
	int fd;

	rig_begin((struct net_spec){ .partial_ms = 150 });
	fd = rig_caller();
	t0 = test_ms();
	send(fd, "\3\0\0\40", 4, 0);
	while (!rig.closes && test_ms() - t0 < 2000) {
		send(fd, "x", 1, MSG_NOSIGNAL);
		rig_run(40);
	}
	ck_assert_uint_eq(rig.closes, 1);
	ck_assert_uint_lt(test_ms() - t0, 1000);
	ck_assert_str_eq(rig.gone_why, "a message was begun and not ended");
	close(fd);
	rig_end();
}
END_TEST

START_TEST(who_says_nothing_at_all_is_closed)
{
	int fd, quick;

	rig_begin((struct net_spec){ .partial_ms = 150 });
	fd = rig_caller();
	quick = rig_caller();
	rig_say(quick, "I am here", 9);
	UNTIL(rig.closes == 1);
	ck_assert_str_eq(rig.gone_why, "nothing was heard for too long");
	rig_run(300);
	ck_assert_uint_eq(rig.closes, 1); /* who has spoken may be silent */
	ck_assert_uint_eq(rig.inputs, 1);
	close(fd);
	close(quick);
	rig_end();
}
END_TEST

START_TEST(idleness_has_a_limit_when_asked_for)
{
	int fd;

	rig_begin((struct net_spec){ .idle_ms = 150 });
	fd = rig_caller();
	rig_say(fd, "x", 1);
	UNTIL(rig.closes == 1);
	ck_assert_uint_eq(rig.inputs, 1);
	close(fd);
	rig_end();
}
END_TEST

/* Who asks and does not read answers is read no more; memory stays bounded. */
START_TEST(who_does_not_read_is_not_read)
{
	static char big[50000];
	unsigned before;
	int fd;

	rig_begin((struct net_spec){ .queue_max = 8 << 20 });
	rig.answers = 1;
	fd = rig_caller();
	for (int i = 0; i < 4000; i++) {
		uint8_t h[TPKT_HEADER];

		tpkt_header(h, 100);
		if (send(fd, h, sizeof(h), MSG_DONTWAIT) < 4)
			break;
		if (send(fd, big, 100, MSG_DONTWAIT) < 100)
			break;
	}
	rig_run(300);
	before = rig.inputs;
	rig_run(100);
	ck_assert_uint_eq(rig.inputs, before);
	ck_assert_uint_lt(rig.inputs, 3000);
	ck_assert_uint_eq(rig.closes, 0);
	while (rig_hear(fd, big, sizeof(big)) == sizeof(big) && rig.inputs == before)
		;
	ck_assert_uint_gt(rig.inputs, before);
	close(fd);
	rig_end();
}
END_TEST

START_TEST(a_full_queue_ends_the_connection)
{
	int fd;

	rig_begin((struct net_spec){ .queue_max = 200000 });
	rig.answers = 200;
	fd = rig_caller();
	rig_say(fd, "x", 1);
	UNTIL(rig.closes == 1);
	ck_assert_str_eq(rig.gone_why, "it does not take what we send");
	ck_assert_uint_gt(rig_stats()->tx_full, 0);
	close(fd);
	rig_end();
}
END_TEST

START_TEST(ours_to_close)
{
	uint64_t id;
	int fd;

	rig_begin((struct net_spec){ 0 });
	fd = rig_caller();
	UNTIL(rig.opens == 1);
	id = rig.last.conn;
	ck_assert(net_conn_peer(rig.net, id, &rig.gone));
	ck_assert_uint_eq(rig.gone.remote.port, rig.last.remote.port);
	net_disconnect(rig.net, id);
	net_disconnect(rig.net, id);
	net_disconnect(rig.net, 12345);
	ck_assert(rig_ended(fd));
	ck_assert_uint_eq(rig.closes, 0);
	net_send(&rig.last, STR_LIT("to nobody"));
	ck_assert_uint_eq(rig_stats()->tx_errors, 1);
	close(fd);
	rig_end();
}
END_TEST

START_TEST(a_port_in_use_is_said_to_be)
{
	struct net_spec spec = { .kind = NET_tcp };
	struct net_listener *l;
	char why[NET_WHY_MAX];

	rig_begin((struct net_spec){ 0 });
	spec.local = *net_listener_addr(rig.here);
	ck_assert_int_eq(net_listen(rig.net, &spec, &l, why), -H_ESYS);
	ck_assert_ptr_nonnull(strstr(why, "can't listen"));
	rig_end();
}
END_TEST

START_TEST(want_of_memory_is_survived)
{
	struct net_spec spec = { .kind = NET_tcp };
	struct addr at;
	char why[NET_WHY_MAX];
	bool good;

	addr_parse(&spec.local, STR_LIT("127.0.0.1:0"));
	good = rig_new() && !net_listen(rig.net, &spec, &rig.here, why);
	ck_assert(good || test_in_oom());
	if (good) {
		int fd, ear = rig_server(&at);

		fd = rig_caller();
		rig_say(fd, "x", 1);
		net_connect(rig.here, &at);
		rig_run(20);
		close(fd);
		close(ear);
		rig_run(10);
	}
	rig_end();
}
END_TEST

static Suite *tcp_suite(void)
{
	Suite *s = suite_create("tcp");
	TCase *tc = tcase_create("taken in");

	tcase_add_test(tc, a_message_comes_and_its_answer_goes);
	tcase_add_test(tc, the_longest_message_passes_both_ways);
	tcase_add_test(tc, strangers_get_nothing);
	tcase_add_test(tc, so_many_and_no_more);
	tcase_add_loop_test(tc, what_is_no_tpkt_ends_the_connection, 0, 4);
	tcase_add_test(tc, a_trickle_is_cut_off);
	tcase_add_test(tc, who_says_nothing_at_all_is_closed);
	tcase_add_test(tc, idleness_has_a_limit_when_asked_for);
	tcase_add_test(tc, who_does_not_read_is_not_read);
	tcase_add_test(tc, a_full_queue_ends_the_connection);
	tcase_add_test(tc, ours_to_close);
	suite_add_tcase(s, tc);
	tc = tcase_create("errors");
	tcase_add_test(tc, a_port_in_use_is_said_to_be);
	tcase_add_test(tc, want_of_memory_is_survived);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(tcp_suite)
