/* tests/unit/check_tcp.c - streams on loopback: frames, strangers, slow peers, dialling.
 *
 * layer: tests   thread: main   I/O: sockets on loopback
 */
#include <errno.h>
#include <event2/event.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "net/net.h"
#include "test.h"
#include "util/err.h"
#include "wire/tpkt.h"

enum { PATIENCE_MS = 5000 };

static struct event_base *base;
static struct net *net;
static struct net_listener *here;
static unsigned inputs, opens, closes;
static size_t in_octets;
static char first[64];
static struct net_peer last, gone;
static char gone_why[NET_WHY_MAX];
static bool echo, strangers;
static unsigned answers; /* for each message, so many of 6000 octets */

static void on_input(void *arg, const struct net_peer *from, struct span bytes)
{
	static char big[6000];

	(void)arg;
	if (!inputs++)
		snprintf(first, sizeof(first), "%.*s",
			 (int)(bytes.n < 60 ? bytes.n : 60), bytes.p);
	in_octets += bytes.n;
	last = *from;
	if (echo)
		net_send(from, bytes);
	for (unsigned i = 0; i < answers; i++)
		net_send(from, (struct span){ big, sizeof(big) });
}

static void on_drained(void *arg)
{
	(void)arg;
	net_flush(net);
}

static bool on_accept(void *arg, const struct net_peer *from)
{
	(void)arg;
	return !strangers && from->remote.family == 4;
}

static void on_opened(void *arg, const struct net_peer *peer)
{
	(void)arg;
	opens++;
	last = *peer;
}

static void on_closed(void *arg, const struct net_peer *peer, const char *why)
{
	(void)arg;
	closes++;
	gone = *peer;
	snprintf(gone_why, sizeof(gone_why), "%s", why);
}

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

static void turn(void)
{
	struct timeval tv = { .tv_usec = 2000 };

	event_base_loopexit(base, &tv);
	event_base_dispatch(base);
}

static void run_ms(uint64_t ms)
{
	uint64_t end = now_ms() + ms;

	while (now_ms() < end)
		turn();
}

#define UNTIL(cond)                                                   \
	do {                                                          \
		uint64_t end_ = now_ms() + PATIENCE_MS;               \
		while (!(cond) && now_ms() < end_)                    \
			turn();                                       \
		ck_assert(cond);                                      \
	} while (0)

static void begin_with(struct net_spec spec)
{
	struct net_user user = { .input = on_input,
				 .drained = on_drained,
				 .accept = on_accept,
				 .opened = on_opened,
				 .closed = on_closed };
	char why[NET_WHY_MAX] = "";

	test_no_oom();
	base = event_base_new();
	net = net_new(base, &user);
	ck_assert(base && net);
	spec.kind = NET_tcp;
	addr_parse(&spec.local, STR_LIT("127.0.0.1:0"));
	ck_assert_msg(!net_listen(net, &spec, &here, why), "%s", why);
}

static void begin(void)
{
	begin_with((struct net_spec){ 0 });
}

static void end(void)
{
	net_free(net);
	event_base_free(base);
}

static const struct net_stats *st(void)
{
	return net_get_stats(net);
}

/* ---- the other side ------------------------------------------------------------ */

static int caller(void)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(net_listener_addr(here), &ss);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	ck_assert_int_eq(connect(fd, (struct sockaddr *)&ss, len), 0);
	return fd;
}

static int server(struct addr *at, const char *where)
{
	struct sockaddr_storage ss;
	socklen_t len;
	int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);

	addr_parse(at, str_of(where));
	len = addr_to_sockaddr(at, &ss);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&ss, len), 0);
	ck_assert_int_eq(listen(fd, 5), 0);
	len = sizeof(ss);
	getsockname(fd, (struct sockaddr *)&ss, &len);
	addr_from_sockaddr(at, &ss);
	return fd;
}

static void say(int fd, const void *p, size_t n)
{
	uint8_t h[TPKT_HEADER];

	tpkt_header(h, n);
	ck_assert_int_eq(send(fd, h, sizeof(h), 0), (int)sizeof(h));
	ck_assert_int_eq(send(fd, p, n, 0), (ssize_t)n);
}

/* Bytes that come within the patience, the loop running; 0: the end. */
static size_t hear(int fd, void *p, size_t n)
{
	uint64_t till = now_ms() + PATIENCE_MS;
	size_t got = 0;

	while (got < n && now_ms() < till) {
		ssize_t r = recv(fd, (char *)p + got, n - got, MSG_DONTWAIT);

		if (r == 0 || (r < 0 && errno != EAGAIN))
			break;
		if (r > 0)
			got += (size_t)r;
		else
			turn();
	}
	return got;
}

static bool ended(int fd)
{
	char c;

	return hear(fd, &c, 1) == 0;
}

/* ---- taken in ------------------------------------------------------------------ */

START_TEST(a_message_comes_and_its_answer_goes)
{
	char back[64];
	int fd;

	begin();
	echo = true;
	fd = caller();
	say(fd, "hello", 5);
	ck_assert_uint_eq(hear(fd, back, 9), 9);
	ck_assert(!memcmp(back, "\x03\x00\x00\x09hello", 9));
	ck_assert_str_eq(first, "hello");
	ck_assert_uint_eq(opens, 1);
	ck_assert_uint_ne(last.conn, 0);
	ck_assert_uint_eq(st()->open, 1);
	ck_assert_uint_eq(st()->accepted, 1);
	close(fd);
	UNTIL(closes == 1);
	ck_assert_uint_eq(gone.conn, last.conn);
	ck_assert_uint_eq(st()->open, 0);
	ck_assert(!net_conn_peer(net, last.conn, &gone));
	end();
}
END_TEST

START_TEST(the_longest_message_passes_both_ways)
{
	static char big[TPKT_MAX], back[TPKT_MAX];
	int fd;

	begin();
	echo = true;
	fd = caller();
	memset(big, 'b', sizeof(big));
	say(fd, big, TPKT_MAX - TPKT_HEADER);
	ck_assert_uint_eq(hear(fd, back, TPKT_MAX), TPKT_MAX);
	ck_assert(!memcmp(back + TPKT_HEADER, big, TPKT_MAX - TPKT_HEADER));
	ck_assert_uint_eq(inputs, 1);
	close(fd);
	end();
}
END_TEST

START_TEST(strangers_get_nothing)
{
	int fd;

	begin();
	strangers = true;
	fd = caller();
	ck_assert(ended(fd));
	ck_assert_uint_eq(st()->refused, 1);
	ck_assert_uint_eq(opens + closes, 0);
	close(fd);
	end();
}
END_TEST

START_TEST(so_many_and_no_more)
{
	int fd[3];

	begin_with((struct net_spec){ .conns_max = 2 });
	for (int i = 0; i < 3; i++)
		fd[i] = caller();
	UNTIL(st()->refused == 1);
	ck_assert_uint_eq(st()->open, 2);
	close(fd[0]);
	UNTIL(st()->open == 1);
	fd[0] = caller();
	UNTIL(st()->open == 2);
	for (int i = 0; i < 3; i++)
		close(fd[i]);
	end();
}
END_TEST

START_TEST(what_is_no_tpkt_ends_the_connection)
{
	static const char *const bad[] = { "MEGACO/3 [1.2.3.4]", "\3\0\0\0", "\3\0\0\3",
					   "\3\0\1\0" };
	static const size_t n[] = { 18, 4, 4, 4 };
	int fd;

	begin_with((struct net_spec){ .message_max = 100 });
	fd = caller();
	ck_assert_int_gt(send(fd, bad[_i], n[_i], 0), 0);
	ck_assert(ended(fd));
	ck_assert_uint_eq(closes, 1);
	ck_assert_uint_eq(st()->dropped, 1);
	ck_assert_str_eq(gone_why, _i == 3 ? "a message is too long"
					   : "what came is no TPKT");
	ck_assert_uint_eq(inputs, 0);
	close(fd);
	end();
}
END_TEST

/* Octets that trickle in do not prolong the time of a message. */
START_TEST(a_trickle_is_cut_off)
{
	uint64_t t0;
	int fd;

	begin_with((struct net_spec){ .partial_ms = 150 });
	fd = caller();
	t0 = now_ms();
	send(fd, "\3\0\0\40", 4, 0);
	while (!closes && now_ms() - t0 < 2000) {
		send(fd, "x", 1, MSG_NOSIGNAL);
		run_ms(40);
	}
	ck_assert_uint_eq(closes, 1);
	ck_assert_uint_lt(now_ms() - t0, 1000);
	ck_assert_str_eq(gone_why, "a message was begun and not ended");
	close(fd);
	end();
}
END_TEST

START_TEST(who_says_nothing_at_all_is_closed)
{
	int fd, quick;

	begin_with((struct net_spec){ .partial_ms = 150 });
	fd = caller();
	quick = caller();
	say(quick, "I am here", 9);
	UNTIL(closes == 1);
	ck_assert_str_eq(gone_why, "nothing was heard for too long");
	run_ms(300);
	ck_assert_uint_eq(closes, 1); /* who has spoken may be silent */
	ck_assert_uint_eq(inputs, 1);
	close(fd);
	close(quick);
	end();
}
END_TEST

START_TEST(idleness_has_a_limit_when_asked_for)
{
	int fd;

	begin_with((struct net_spec){ .idle_ms = 150 });
	fd = caller();
	say(fd, "x", 1);
	UNTIL(closes == 1);
	ck_assert_uint_eq(inputs, 1);
	close(fd);
	end();
}
END_TEST

/* Who asks and does not read answers is read no more; memory stays bounded. */
START_TEST(who_does_not_read_is_not_read)
{
	static char big[50000];
	unsigned before;
	int fd;

	begin_with((struct net_spec){ .queue_max = 8 << 20 });
	answers = 1;
	fd = caller();
	for (int i = 0; i < 4000; i++) {
		uint8_t h[TPKT_HEADER];

		tpkt_header(h, 100);
		if (send(fd, h, sizeof(h), MSG_DONTWAIT) < 4)
			break;
		if (send(fd, big, 100, MSG_DONTWAIT) < 100)
			break;
	}
	run_ms(300);
	before = inputs;
	run_ms(100);
	ck_assert_uint_eq(inputs, before);
	ck_assert_uint_lt(inputs, 3000);
	ck_assert_uint_eq(closes, 0);
	while (hear(fd, big, sizeof(big)) == sizeof(big) && inputs == before)
		;
	ck_assert_uint_gt(inputs, before);
	close(fd);
	end();
}
END_TEST

START_TEST(a_full_queue_ends_the_connection)
{
	int fd;

	begin_with((struct net_spec){ .queue_max = 200000 });
	answers = 200;
	fd = caller();
	say(fd, "x", 1);
	UNTIL(closes == 1);
	ck_assert_str_eq(gone_why, "it does not take what we send");
	ck_assert_uint_gt(st()->tx_full, 0);
	close(fd);
	end();
}
END_TEST

START_TEST(ours_to_close)
{
	uint64_t id;
	int fd;

	begin();
	fd = caller();
	UNTIL(opens == 1);
	id = last.conn;
	ck_assert(net_conn_peer(net, id, &gone));
	ck_assert_uint_eq(gone.remote.port, last.remote.port);
	net_disconnect(net, id);
	net_disconnect(net, id);
	net_disconnect(net, 12345);
	ck_assert(ended(fd));
	ck_assert_uint_eq(closes, 0);
	net_send(&last, STR_LIT("to nobody"));
	ck_assert_uint_eq(st()->tx_errors, 1);
	close(fd);
	end();
}
END_TEST

/* ---- dialled ------------------------------------------------------------------- */

START_TEST(what_is_sent_first_waits_for_the_connection)
{
	struct net_peer to = { 0 };
	char got[64];
	int ear, fd;

	begin();
	ear = server(&to.remote, "127.0.0.2:0");
	to.at = here;
	net_send(&to, STR_LIT("one"));
	net_send(&to, STR_LIT("two"));
	net_flush(net);
	UNTIL(opens == 1);
	fd = accept(ear, NULL, NULL);
	ck_assert_uint_eq(hear(fd, got, 14), 14);
	ck_assert(!memcmp(got, "\3\0\0\7one\3\0\0\7two", 14));
	ck_assert_uint_eq(st()->connected, 1);
	ck_assert_uint_ne(last.conn, 0);
	to = last; /* and by number */
	net_send(&to, STR_LIT("three"));
	net_flush(net);
	ck_assert_uint_eq(hear(fd, got, 9), 9);
	say(fd, "answer", 6);
	UNTIL(inputs == 1);
	ck_assert_uint_eq(last.conn, to.conn);
	close(fd);
	close(ear);
	end();
}
END_TEST

START_TEST(a_lost_one_is_made_anew_after_a_pause)
{
	struct addr at;
	uint64_t t0, id;
	int ear, fd;

	begin();
	ear = server(&at, "127.0.0.2:0");
	net_connect(here, &at);
	net_connect(here, &at); /* one is enough */
	UNTIL(opens == 1);
	id = last.conn;
	fd = accept(ear, NULL, NULL);
	close(fd);
	UNTIL(closes == 1);
	ck_assert_uint_eq(gone.conn, id);
	t0 = now_ms();
	net_connect(here, &at);
	UNTIL(opens == 2);
	ck_assert_uint_ge(now_ms() - t0, 200);
	ck_assert_uint_ne(last.conn, id);
	close(ear);
	end();
}
END_TEST

START_TEST(where_nobody_listens_pauses_grow)
{
	struct net_peer to = { 0 };
	uint64_t t0, took[3];
	int ear;

	begin();
	ear = server(&to.remote, "127.0.0.2:0");
	close(ear);
	to.at = here;
	for (unsigned i = 0; i < 3; i++) {
		t0 = now_ms();
		net_send(&to, STR_LIT("lost"));
		net_flush(net);
		UNTIL(closes == i + 1);
		took[i] = now_ms() - t0;
		ck_assert_uint_eq(gone.conn, 0);
		ck_assert(addr_eq(&gone.remote, &to.remote));
	}
	ck_assert_uint_lt(took[0], 200);
	ck_assert_uint_ge(took[1], 240); /* half of 500 ms, the rest is random */
	ck_assert_uint_ge(took[2], 490);
	ck_assert_uint_eq(st()->failed, 3);
	ck_assert_uint_eq(opens, 0);
	end();
}
END_TEST

/* Who sends us from one MGC to the next fills no memory. */
START_TEST(so_many_are_dialled_and_no_more)
{
	struct addr at;

	begin();
	addr_parse(&at, STR_LIT("127.0.0.2:1"));
	for (unsigned i = 0; i < 300; i++) {
		struct net_peer to = { .at = here, .remote = at };

		to.remote.port = (uint16_t)(i + 1);
		net_send(&to, STR_LIT("x"));
	}
	ck_assert_uint_eq(st()->tx, 256);
	ck_assert_uint_eq(st()->tx_errors, 44);
	end();
}
END_TEST

START_TEST(a_message_in_return_ends_the_row_of_failures)
{
	struct addr at;
	int ear, fd;

	begin();
	ear = server(&at, "127.0.0.2:0");
	for (unsigned i = 0; i < 3; i++) {
		uint64_t t0 = now_ms();

		net_connect(here, &at);
		UNTIL(opens == i + 1);
		ck_assert_uint_lt(now_ms() - t0, 600);
		fd = accept(ear, NULL, NULL);
		say(fd, "well met", 8);
		UNTIL(inputs == i + 1);
		close(fd);
		UNTIL(closes == i + 1);
	}
	close(ear);
	end();
}
END_TEST

START_TEST(a_port_in_use_is_said_to_be)
{
	struct net_spec spec = { .kind = NET_tcp };
	struct net_listener *l;
	char why[NET_WHY_MAX];

	begin();
	spec.local = *net_listener_addr(here);
	ck_assert_int_eq(net_listen(net, &spec, &l, why), -H_ESYS);
	ck_assert_ptr_nonnull(strstr(why, "can't listen"));
	end();
}
END_TEST

START_TEST(want_of_memory_is_said)
{
	struct net_user user = { .input = on_input, .drained = on_drained };
	struct net_spec spec = { .kind = NET_tcp };
	struct net_listener *l;
	struct addr at;
	char why[NET_WHY_MAX];

	base = event_base_new();
	net = net_new(base, &user);
	addr_parse(&spec.local, STR_LIT("127.0.0.1:0"));
	if (net && !net_listen(net, &spec, &l, why)) {
		int fd, ear = server(&at, "127.0.0.2:0");

		here = l;
		fd = caller();
		say(fd, "x", 1);
		net_connect(l, &at);
		run_ms(20);
		close(fd);
		close(ear);
		run_ms(10);
	}
	net_free(net);
	event_base_free(base);
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
	tc = tcase_create("dialled");
	tcase_add_test(tc, what_is_sent_first_waits_for_the_connection);
	tcase_add_test(tc, a_lost_one_is_made_anew_after_a_pause);
	tcase_add_test(tc, where_nobody_listens_pauses_grow);
	tcase_add_test(tc, a_message_in_return_ends_the_row_of_failures);
	tcase_add_test(tc, so_many_are_dialled_and_no_more);
	suite_add_tcase(s, tc);
	tc = tcase_create("errors");
	tcase_add_test(tc, a_port_in_use_is_said_to_be);
	tcase_add_test(tc, want_of_memory_is_said);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(tcp_suite)
