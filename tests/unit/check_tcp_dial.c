/* tests/unit/check_tcp_dial.c - streams we open: what waits, what is lost, how often.
 *
 * layer: tests   thread: main   I/O: sockets on loopback
 */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net_rig.h"

START_TEST(what_is_sent_first_waits_for_the_connection)
{
	struct net_peer to = { 0 };
	char got[64];
	int ear, fd;

	rig_begin((struct net_spec){ 0 });
	ear = rig_server(&to.remote);
	to.at = rig.here;
	net_send(&to, STR_LIT("one"));
	net_send(&to, STR_LIT("two"));
	net_flush(rig.net);
	UNTIL(rig.opens == 1);
	fd = accept(ear, NULL, NULL);
	ck_assert_uint_eq(rig_hear(fd, got, 14), 14);
	ck_assert(!memcmp(got, "\3\0\0\7one\3\0\0\7two", 14));
	ck_assert_uint_eq(rig_stats()->connected, 1);
	ck_assert_uint_ne(rig.last.conn, 0);
	to = rig.last; /* and by number */
	net_send(&to, STR_LIT("three"));
	net_flush(rig.net);
	ck_assert_uint_eq(rig_hear(fd, got, 9), 9);
	ck_assert(!memcmp(got, "\3\0\0\11three", 9));
	rig_say(fd, "answer", 6);
	UNTIL(rig.inputs == 1);
	ck_assert_uint_eq(rig.last.conn, to.conn);
	close(fd);
	close(ear);
	rig_end();
}
END_TEST

START_TEST(a_lost_one_is_made_anew_after_a_pause)
{
	struct addr at;
	uint64_t t0, id;
	int ear, fd;

	rig_begin((struct net_spec){ 0 });
	ear = rig_server(&at);
	net_connect(rig.here, &at);
	net_connect(rig.here, &at); /* one is enough */
	UNTIL(rig.opens == 1);
	id = rig.last.conn;
	fd = accept(ear, NULL, NULL);
	close(fd);
	UNTIL(rig.closes == 1);
	ck_assert_uint_eq(rig.gone.conn, id);
	t0 = test_ms();
	net_connect(rig.here, &at);
	UNTIL(rig.opens == 2);
	ck_assert_uint_ge(test_ms() - t0, 200);
	ck_assert_uint_ne(rig.last.conn, id);
	close(ear);
	rig_end();
}
END_TEST

START_TEST(where_nobody_listens_pauses_grow)
{
	struct net_peer to = { 0 };
	uint64_t t0, took[3];
	int ear;

	rig_begin((struct net_spec){ 0 });
	ear = rig_server(&to.remote);
	close(ear);
	to.at = rig.here;
	for (unsigned i = 0; i < 3; i++) {
		t0 = test_ms();
		net_send(&to, STR_LIT("lost"));
		net_flush(rig.net);
		UNTIL(rig.closes == i + 1);
		took[i] = test_ms() - t0;
		ck_assert_uint_eq(rig.gone.conn, 0);
		ck_assert(addr_eq(&rig.gone.remote, &to.remote));
	}
	ck_assert_uint_lt(took[0], 200);
	ck_assert_uint_ge(took[1], 240); /* half of 500 ms, the rest is random */
	ck_assert_uint_ge(took[2], 490);
	ck_assert_uint_eq(rig_stats()->failed, 3);
	ck_assert_uint_eq(rig.opens, 0);
	rig_end();
}
END_TEST

/* Who sends us from one MGC to the next fills no memory. */
START_TEST(so_many_are_dialled_and_no_more)
{
	struct addr at;

	rig_begin((struct net_spec){ 0 });
	addr_parse(&at, STR_LIT("127.0.0.2:1"));
	for (unsigned i = 0; i < 300; i++) {
		struct net_peer to = { .at = rig.here, .remote = at };

		to.remote.port = (uint16_t)(i + 1);
		net_send(&to, STR_LIT("x"));
	}
	ck_assert_uint_eq(rig_stats()->tx, 256);
	ck_assert_uint_eq(rig_stats()->tx_errors, 44);
	rig_end();
}
END_TEST

START_TEST(a_message_in_return_ends_the_row_of_failures)
{
	struct addr at;
	int ear, fd;

	rig_begin((struct net_spec){ 0 });
	ear = rig_server(&at);
	for (unsigned i = 0; i < 3; i++) {
		uint64_t t0 = test_ms();

		net_connect(rig.here, &at);
		UNTIL(rig.opens == i + 1);
		ck_assert_uint_lt(test_ms() - t0, 600);
		fd = accept(ear, NULL, NULL);
		rig_say(fd, "well met", 8);
		UNTIL(rig.inputs == i + 1);
		close(fd);
		UNTIL(rig.closes == i + 1);
	}
	close(ear);
	rig_end();
}
END_TEST

static Suite *tcp_dial_suite(void)
{
	Suite *s = suite_create("tcp dialled");
	TCase *tc = tcase_create("dialled");

	tcase_add_test(tc, what_is_sent_first_waits_for_the_connection);
	tcase_add_test(tc, a_lost_one_is_made_anew_after_a_pause);
	tcase_add_test(tc, where_nobody_listens_pauses_grow);
	tcase_add_test(tc, a_message_in_return_ends_the_row_of_failures);
	tcase_add_test(tc, so_many_are_dialled_and_no_more);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(tcp_dial_suite)
