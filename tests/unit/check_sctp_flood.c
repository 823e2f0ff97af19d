/* tests/unit/check_sctp_flood.c - SCTP under pressure: many INITs nobody follows up,
 * noise, no memory.
 *
 * layer: tests   thread: main   I/O: sockets on loopback
 * RFC 9260 5.1.3
 */
#include <arpa/inet.h>
#include <malloc.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sctp_rig.h"
#include "util/err.h"
#include "util/mem.h"

/* SERVED_TURNS: of 2 ms at least, so 3 s where nothing else holds the machine up. */
enum { SOURCES = 100, ROUNDS = 100, SPARE = 64 << 10, SERVED_TURNS = 1500 };

/* In the address sanitizer; absent without it. */
size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

static size_t in_use(void)
{
	if (__sanitizer_get_current_allocated_bytes)
		return __sanitizer_get_current_allocated_bytes();
	return mallinfo2().uordblks;
}

static int source(unsigned i)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	in.sin_addr.s_addr = htonl(0x7f010000 + 1 + i); /* 127.1.0.1 and on */
	ck_assert_int_ge(fd, 0);
	ck_assert(!bind(fd, (struct sockaddr *)&in, sizeof(in)));
	return fd;
}

static unsigned answers(int fd)
{
	unsigned n = 0;
	char p[2048];

	while (recv(fd, p, sizeof(p), MSG_DONTWAIT) > 0)
		n++;
	return n;
}

static unsigned flood(const int *fds, unsigned rounds, const struct addr *to)
{
	static unsigned n;
	unsigned got = 0;

	for (unsigned r = 0; r < rounds; r++) {
		for (unsigned i = 0; i < SOURCES; i++)
			rig_init(fds[i], to, n++);
		rig_turn();
		for (unsigned i = 0; i < SOURCES; i++)
			got += answers(fds[i]);
	}
	return got;
}

static unsigned known(void)
{
	struct net_sctp_info info;
	unsigned n = 0;

	for (unsigned it = 0; net_sctp_next(rig_net, &it, &info);)
		n++;
	return n;
}

static void open_all(int *fds)
{
	for (unsigned i = 0; i < SOURCES; i++)
		fds[i] = source(i);
}

START_TEST(inits_cost_no_memory)
{
	size_t before, after;
	unsigned got;
	const struct addr *to;
	int fds[SOURCES];

	rig_begin((enum net_sctp_backend)_i);
	to = net_listener_addr(rig_a.l);
	open_all(fds);
	flood(fds, 5, to);
	before = in_use();
	got = flood(fds, ROUNDS, to);
	after = in_use();
	ck_assert_uint_gt(got, SOURCES * ROUNDS / 10); /* they are good ones */
	ck_assert_msg(after < before + SPARE, "%zu octets more", after - before);
	ck_assert_uint_eq(known(), 0);
	/* In the middle of it somebody decent is served. */
	net_connect(rig_b.l, to);
	for (unsigned i = 0; !rig_b.opens && i < SERVED_TURNS; i++)
		flood(fds, 1, to);
	ck_assert_uint_eq(rig_b.opens, 1);
	rig_end();
}
END_TEST

START_TEST(strangers_get_no_octet)
{
	struct addr to;
	int fds[SOURCES];

	rig_a.refuse = true;
	rig_begin(NET_SCTP_CONN);
	to = *net_listener_addr(rig_a.l);
	open_all(fds);
	ck_assert_uint_eq(flood(fds, 10, &to), 0);
	to.port ^= 1;
	ck_assert_uint_eq(flood(fds, 10, &to), 0); /* nobody listens */
	ck_assert_uint_eq(net_get_stats(rig_net)->rx_stranger, 20 * SOURCES);
	rig_end();
}
END_TEST

START_TEST(noise_is_counted_and_dropped)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	int fd = source(0);
	char p[1500];

	rig_begin(NET_SCTP_CONN);
	to.sin_port = htons(rig_encaps);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	srandom(1);
	for (int i = 0; i < 2000; i++) {
		for (size_t k = 0; k < sizeof(p); k++)
			p[k] = (char)random();
		sendto(fd, p, (size_t)random() % sizeof(p), 0, (struct sockaddr *)&to,
		       sizeof(to));
		if (i % 50 == 0)
			rig_turn();
	}
	rig_turn();
	ck_assert_uint_eq(answers(fd), 0);
	ck_assert_uint_gt(net_get_stats(rig_net)->rx_bad, 1000);
	rig_call(&rig_a, &rig_b);
	close(fd);
	rig_end();
}
END_TEST

/* ---- without memory ------------------------------------------------------------ */

static void echo(void *arg, const struct net_peer *from, struct span bytes)
{
	(void)arg;
	net_send(from, bytes);
}

static void flush(void *arg)
{
	net_flush(*(struct net **)arg);
}

/* As far as it goes with the n-th allocation failing; false: there were not so many. */
static bool try_all(int n)
{
	struct net_sctp_stack stack = { .backend = NET_SCTP_CONN, .encaps = rig_encaps };
	struct net_spec spec = { .kind = NET_sctp };
	struct net_listener *a = NULL, *b = NULL;
	struct net_sctp_peer peer = { .nremote = 1 };
	struct net *net = NULL;
	struct net_user user = { .input = echo, .drained = flush, .arg = &net };
	struct net_peer to = { 0 };
	char why[NET_WHY_MAX] = "";
	bool failed;
	int err;

	rig_base = event_base_new();
	mem_fail_at(n);
	net = net_new(rig_base, &user);
	err = net ? net_sctp_start(net, &stack, why) : -H_ENOMEM;
	spec.local = rig_addr("127.0.0.1:0");
	err = err ? err : net_listen(net, &spec, &a, why);
	spec.local = rig_addr("127.0.0.2:0");
	err = err ? err : net_listen(net, &spec, &b, why);
	if (!err) {
		to.at = a;
		peer.remote[0] = to.remote = *net_listener_addr(b);
		err = net_sctp_know(a, &peer, why);
	}
	if (err) {
		ck_assert_msg(!net || why[0], "n = %d: no reason given", n);
	} else {
		net_connect(a, &to.remote);
		net_send(&to, STR_LIT("hello"));
		net_flush(net);
		for (int i = 0; i < 12; i++)
			rig_turn();
	}
	failed = mem_failed();
	mem_fail_at(-1);
	net_free(net);
	event_base_free(rig_base);
	return failed;
}

START_TEST(every_allocation_fails_once)
{
	int n = 0;

	test_no_oom();
	rig_encaps = rig_free_port();
	while (try_all(n) && n < 200)
		n++;
	ck_assert_int_gt(n, 15);
	ck_assert_int_lt(n, 200);
}
END_TEST

static Suite *flood_suite(void)
{
	Suite *s = suite_create("sctp_flood");
	TCase *tc = tcase_create("hostile");

	rig_both(tc, inits_cost_no_memory);
	tcase_add_test(tc, strangers_get_no_octet);
	tcase_add_test(tc, noise_is_counted_and_dropped);
	tcase_add_test(tc, every_allocation_fails_once);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(flood_suite)
