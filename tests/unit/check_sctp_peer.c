/* tests/unit/check_sctp_peer.c - SCTP with another process: killed, restarted, of the
 * other back end.
 *
 * layer: tests   thread: main   I/O: sockets on loopback, processes
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sctp_rig.h"

enum {
	THERE_PORT = 3000,
	HERE_PORT = 3001,
	DIAL_PORT = 3002,
	COMBINATIONS = 4,
	PEERS = 2
};

static uint16_t encaps_here, encaps_there;
static pid_t peers[PEERS];
static int orders[PEERS], started;

static enum net_sctp_backend here(int i)
{
	return (enum net_sctp_backend)(i / 2);
}

static enum net_sctp_backend there(int i)
{
	return (enum net_sctp_backend)(i % 2);
}

static void know(struct rig_side *s, const char *first, uint16_t encaps)
{
	struct net_sctp_peer peer = { .nremote = 1, .encaps = encaps };
	char why[NET_WHY_MAX] = "";

	peer.remote[0] = rig_addr(first);
	ck_assert_msg(!net_sctp_know(s->l, &peer, why), "%s", why);
}

/* The other process: echoes, and calls us if it is told to ('c'). */
static void be_peer(enum net_sctp_backend backend, int from)
{
	struct addr to = rig_addr("127.0.0.1:3001");
	char order = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (read(from, &order, 1) != 1)
		_exit(0);
	rig_encaps = encaps_there;
	rig_start(backend);
	rig_a.echo = true;
	rig_a.sctp.dial_port = DIAL_PORT;
	rig_listen(&rig_a, "127.0.0.1:3000");
	know(&rig_a, "127.0.0.1:3001", encaps_here);
	for (;;) {
		if (order == 'c')
			net_connect(rig_a.l, &to);
		rig_turn();
	}
}

/* Forked before there is a stack here, that the child would inherit. */
static void make_peers(enum net_sctp_backend backend)
{
	for (int i = 0; i < PEERS; i++) {
		int fds[2];

		ck_assert(!pipe(fds));
		peers[i] = fork();
		ck_assert_int_ge(peers[i], 0);
		if (!peers[i])
			be_peer(backend, fds[0]);
		close(fds[0]);
		orders[i] = fds[1];
	}
}

static void start_peer(bool calls)
{
	ck_assert_int_eq((int)write(orders[started++], calls ? "c" : "l", 1), 1);
}

static void stop_peer(void)
{
	kill(peers[started - 1], SIGKILL);
	waitpid(peers[started - 1], NULL, 0);
}

static void begin(int i)
{
	test_no_oom();
	encaps_here = rig_free_port();
	do
		encaps_there = rig_free_port();
	while (encaps_there == encaps_here);
	make_peers(there(i));
	rig_encaps = encaps_here;
	rig_start(here(i));
	rig_listen(&rig_a, "127.0.0.1:3001");
	know(&rig_a, "127.0.0.1:3000", encaps_there);
}

static void end(void)
{
	for (int i = 0; i < PEERS; i++)
		kill(peers[i], SIGKILL);
	rig_end();
}

/* Calls until it is open: a peer that has just been started may not listen yet. */
static void call(void)
{
	struct addr to = rig_addr("127.0.0.1:3000");
	unsigned before = rig_a.opens;
	uint64_t end = test_ms() + RIG_PATIENCE_MS;

	while (rig_a.opens == before && test_ms() < end) {
		net_connect(rig_a.l, &to);
		rig_turn();
	}
	ck_assert_uint_eq(rig_a.opens, before + 1);
	rig_a.closes = 0; /* attempts that were too early */
}

START_TEST(both_back_ends_understand_each_other)
{
	static char big[50000];

	begin(_i);
	start_peer(false);
	call();
	rig_say(&rig_a.peer, 5, "hello", 5);
	RIG_UNTIL(rig_a.inputs == 1);
	ck_assert_str_eq(rig_a.text, "hello");
	for (int i = 0; i < 20; i++)
		rig_say(&rig_a.peer, 5, big, sizeof(big));
	RIG_UNTIL(rig_a.inputs == 21);
	ck_assert_uint_eq(rig_a.octets, 20 * sizeof(big) + 5);
	end();
}
END_TEST

START_TEST(a_killed_peer_is_missed_and_called_again)
{
	uint64_t start;

	rig_a.sctp.assoc_retrans = 4;
	begin(_i);
	start_peer(false);
	call();
	stop_peer();
	start = test_ms();
	rig_say(&rig_a.peer, 0, "are you there?", 14);
	RIG_UNTIL(rig_a.closes == 1);
	ck_assert_uint_lt(test_ms() - start, 6000);
	ck_assert_str_eq(rig_a.why, "nothing is heard of the peer any more");
	ck_assert_uint_ge(rig_a.notices[NET_SEND_FAILED], 1);
	start_peer(false);
	call();
	rig_say(&rig_a.peer, 0, "again", 5);
	RIG_UNTIL(rig_a.inputs == 1);
	end();
}
END_TEST

START_TEST(an_idle_peer_is_missed_too)
{
	struct net_sctp_info info;

	rig_a.sctp.heartbeat = 200;
	rig_a.sctp.assoc_retrans = 4;
	begin(_i);
	start_peer(false);
	call();
	stop_peer();
	RIG_UNTIL(rig_a.notices[NET_PATH_DOWN] == 1);
	ck_assert(addr_same_host(&rig_a.path, &rig_a.peer.remote));
	ck_assert(net_sctp_get(rig_net, rig_a.peer.conn, &info));
	ck_assert_uint_eq(info.path_down, 1);
	ck_assert_int_eq(info.path[0].state, NET_SCTP_PATH_INACTIVE);
	RIG_UNTIL(rig_a.closes == 1);
	end();
}
END_TEST

START_TEST(a_restart_is_an_end_and_a_beginning)
{
	uint64_t first;

	rig_a.sctp.assoc_retrans = 100;
	begin(_i);
	start_peer(true);
	RIG_UNTIL(rig_a.opens == 1);
	first = rig_a.peer.conn;
	stop_peer();
	start_peer(true);
	RIG_UNTIL(rig_a.opens == 2);
	ck_assert_uint_eq(rig_a.notices[NET_RESTARTED], 1);
	ck_assert_uint_eq(rig_a.closes, 1);
	ck_assert_str_eq(rig_a.why, "the peer restarted");
	ck_assert_uint_eq(rig_a.gone.conn, first);
	ck_assert_uint_ne(rig_a.peer.conn, first);
	ck_assert_uint_eq(net_get_stats(rig_net)->restarts, 1);
	ck_assert_uint_eq(net_get_stats(rig_net)->open, 1);
	rig_say(&rig_a.peer, 0, "hello", 5);
	RIG_UNTIL(rig_a.inputs == 1);
	end();
}
END_TEST

static Suite *peer_suite(void)
{
	Suite *s = suite_create("sctp_peer");
	TCase *tc = tcase_create("processes");

	tcase_add_loop_test(tc, both_back_ends_understand_each_other, 0, COMBINATIONS);
	tcase_add_loop_test(tc, a_killed_peer_is_missed_and_called_again, 0,
			    COMBINATIONS);
	tcase_add_loop_test(tc, an_idle_peer_is_missed_too, 0, COMBINATIONS);
	tcase_add_loop_test(tc, a_restart_is_an_end_and_a_beginning, 0, COMBINATIONS);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(peer_suite)
