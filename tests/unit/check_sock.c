/* tests/unit/check_sock.c - the media layer with threads and real sockets on loopback.
 *
 * layer: tests   thread: main is control, workers run   I/O: UDP on loopback
 */
#include "media_live.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "media/pktio.h"
#include "wire/rtp.h"

static void relay_both_ways(const char *ip)
{
	struct slot_info a, b;
	struct addr at_a, at_b, from;
	uint8_t p[2048];
	int fa, fb;

	live_up(ip, 1);
	a = live_take(0);
	b = live_take(0);
	fa = live_peer(&at_a);
	fb = live_peer(&at_b);
	live_set(PLAN_LEG_SET, &a, live_leg(&at_a, b.slot));
	live_set(PLAN_LEG_SET, &b, live_leg(&at_b, a.slot));
	live_wait(2);
	for (uint16_t i = 0; i < 20; i++) {
		live_say(fa, &a.local, (uint16_t)(100 + i), 172);
		live_say(fb, &b.local, (uint16_t)(900 + i), 172);
	}
	for (uint16_t i = 0; i < 20; i++) {
		ck_assert_uint_eq(live_hear(fb, p, sizeof(p), &from), 172);
		ck_assert(addr_eq(&from, &b.local));
		ck_assert_uint_eq(rtph_ssrc(p), 0x1234);
		ck_assert_uint_eq(live_hear(fa, p, sizeof(p), &from), 172);
		ck_assert(addr_eq(&from, &a.local));
	}
	ck_assert_uint_eq(stats_get64(&a.stats->rx_packets), 20);
	ck_assert_uint_eq(stats_get64(&b.stats->tx_packets), 20);
	live_set(PLAN_LEG_DEL, &a, NULL);
	med_ops.slot_give(live.m, a.slot);
	live_set(PLAN_LEG_DEL, &b, NULL);
	med_ops.slot_give(live.m, b.slot);
	live_wait(4);
	close(fa);
	close(fb);
	live_down();
}

START_TEST(two_peers_hear_each_other)
{
	relay_both_ways("127.0.0.1");
	ck_assert_uint_eq(live.nevent, 2);
	ck_assert_int_eq(live.event[0].kind, MED_FIRST_PACKET);
}
END_TEST

START_TEST(ipv6_too)
{
	relay_both_ways("::1");
}
END_TEST

START_TEST(big_packets_pass_and_too_big_ones_do_not_harm)
{
	struct slot_info a, b;
	struct addr at_a, at_b, from;
	uint8_t p[4096];
	int fa, fb;

	live_up("127.0.0.1", 1);
	a = live_take(0);
	b = live_take(0);
	fa = live_peer(&at_a);
	fb = live_peer(&at_b);
	live_set(PLAN_LEG_SET, &a, live_leg(&at_a, b.slot));
	live_set(PLAN_LEG_SET, &b, live_leg(&at_b, a.slot));
	live_wait(2);
	live_say(fa, &a.local, 1, 1472);
	live_say(fa, &a.local, 2, PKT_MAX);
	live_say(fa, &a.local, 3, PKT_MAX + 1);
	live_say(fa, &a.local, 4, 172);
	ck_assert_uint_eq(live_hear(fb, p, sizeof(p), &from), PKT_MAX);
	ck_assert_uint_eq(live_hear(fb, p, sizeof(p), &from), 172);
	live_set(PLAN_LEG_DEL, &a, NULL);
	live_set(PLAN_LEG_DEL, &b, NULL);
	live_wait(4);
	live_down();
	close(fa);
	close(fb);
}
END_TEST

/* A burst on one call: it and a quiet neighbour both live through it. */
START_TEST(a_burst_starves_nobody)
{
	struct slot_info a, b, c, d;
	struct addr at_a, at_b, from;
	uint8_t p[2048];
	unsigned got = 0;
	int fa, fb, fc, fd;
	struct addr at_c, at_d;

	live_up("127.0.0.1", 1);
	a = live_take(0);
	b = live_take(0);
	c = live_take(0);
	d = live_take(0);
	fa = live_peer(&at_a);
	fb = live_peer(&at_b);
	fc = live_peer(&at_c);
	fd = live_peer(&at_d);
	live_set(PLAN_LEG_SET, &a, live_leg(&at_a, b.slot));
	live_set(PLAN_LEG_SET, &b, live_leg(&at_b, a.slot));
	live_set(PLAN_LEG_SET, &c, live_leg(&at_c, d.slot));
	live_set(PLAN_LEG_SET, &d, live_leg(&at_d, c.slot));
	live_wait(4);
	for (uint16_t i = 0; i < 5000; i++) {
		live_say(fa, &a.local, i, 172);
		if (i % 500 == 0)
			live_say(fc, &c.local, (uint16_t)(i / 500), 172);
	}
	while (got < 9 && live_hear(fd, p, sizeof(p), &from))
		got++;
	ck_assert_uint_eq(got, 9);
	while (recv(fb, p, sizeof(p), MSG_DONTWAIT) > 0)
		;
	usleep(50000);
	live_say(fa, &a.local, 5000, 172);
	live_say(fa, &a.local, 5001, 172);
	ck_assert_uint_eq(live_hear(fb, p, sizeof(p), &from), 172);
	live_set(PLAN_LEG_DEL, &a, NULL);
	live_set(PLAN_LEG_DEL, &b, NULL);
	live_set(PLAN_LEG_DEL, &c, NULL);
	live_set(PLAN_LEG_DEL, &d, NULL);
	live_wait(8);
	live_down();
	close(fa);
	close(fb);
	close(fc);
	close(fd);
}
END_TEST

/* A source's first packet waits for the second, then both come. */
static void hear_both(int fd)
{
	struct addr from;
	uint8_t p[2048];

	for (unsigned i = 0; i < 2; i++)
		ck_assert_uint_eq(live_hear(fd, p, sizeof(p), &from), 172);
}

/* Once a peer has proved itself its socket is connected: strangers are dropped by the
 * system, a peer that is gone for a while does no harm, a new remote is followed. */
START_TEST(settled_legs_follow_their_peer)
{
	struct slot_info a, b;
	struct addr at_a, at_b, at_c, from;
	struct sockaddr_storage ss;
	struct plan_leg *l;
	uint8_t p[2048];
	int fa, fb, fc;

	live_up("127.0.0.1", 1);
	a = live_take(0);
	b = live_take(0);
	fa = live_peer(&at_a);
	fb = live_peer(&at_b);
	fc = live_peer(&at_c);
	live_set(PLAN_LEG_SET, &a, live_leg(&at_a, b.slot));
	live_set(PLAN_LEG_SET, &b, live_leg(&at_b, a.slot));
	live_wait(2);
	live_say(fb, &b.local, 1, 172);
	live_say(fb, &b.local, 2, 172);
	hear_both(fa);
	for (uint16_t i = 0; i < 5; i++)
		live_say(fc, &b.local, i, 172);
	close(fb); /* the peer goes: what is sent to it comes back as an error */
	for (uint16_t i = 0; i < 10; i++)
		live_say(fa, &a.local, i, 172);
	usleep(50000);
	fb = socket(AF_INET, SOCK_DGRAM, 0);
	ck_assert_int_eq(bind(fb, (struct sockaddr *)&ss, addr_to_sockaddr(&at_b, &ss)),
			 0);
	for (uint16_t i = 10; i < 15; i++)
		live_say(fa, &a.local, i, 172);
	for (uint16_t i = 10; i < 15; i++)
		ck_assert_uint_eq(live_hear(fb, p, sizeof(p), &from), 172);
	ck_assert_uint_eq(stats_get64(&b.stats->tx_packets), 15);
	l = live_leg(&at_c, a.slot); /* b's remote is another now */
	l->generation = 2;
	live_set(PLAN_LEG_SET, &b, l);
	live_wait(3);
	live_say(fa, &a.local, 15, 172);
	ck_assert_uint_eq(live_hear(fc, p, sizeof(p), &from), 172);
	ck_assert(addr_eq(&from, &b.local));
	live_say(fc, &b.local, 50, 172);
	live_say(fc, &b.local, 51, 172);
	hear_both(fa);
	/* any port of that host, so the socket is opened again */
	l = live_leg(&at_c, a.slot);
	l->generation = 3;
	l->accept = ACCEPT_HOST;
	l->flags |= PLAN_LATCH;
	live_set(PLAN_LEG_SET, &b, l);
	live_wait(4);
	live_say(fb, &b.local, 70, 172);
	live_say(fb, &b.local, 71, 172);
	hear_both(fa);
	live_say(fa, &a.local, 16, 172);
	ck_assert_uint_eq(live_hear(fb, p, sizeof(p), &from), 172);
	live_set(PLAN_LEG_DEL, &a, NULL);
	live_set(PLAN_LEG_DEL, &b, NULL);
	live_wait(6);
	live_down();
	close(fa);
	close(fb);
	close(fc);
}
END_TEST

START_TEST(ports_come_from_the_pool_in_pairs)
{
	struct slot_info s[50];

	live_up("127.0.0.1", 3);
	for (unsigned i = 0; i < 50; i++) {
		s[i] = live_take((uint16_t)(i % 3));
		ck_assert_uint_eq(s[i].local.port % 2, 0);
		ck_assert_uint_ge(s[i].local.port, LIVE_LO);
		ck_assert_uint_lt(s[i].local.port, LIVE_HI);
		ck_assert_uint_eq(s[i].local.port / 2 % 3, i % 3);
		ck_assert_uint_eq(s[i].worker, i % 3);
		ck_assert_int_ge(med_slot_fd(s[i].slot, false), 0);
		ck_assert_int_ne(med_slot_fd(s[i].slot, false),
				 med_slot_fd(s[i].slot, true));
		for (unsigned k = 0; k < i; k++)
			ck_assert_uint_ne(s[i].local.port, s[k].local.port);
	}
	for (unsigned i = 0; i < 50; i++)
		med_ops.slot_give(live.m, s[i].slot);
	live_down();
}
END_TEST

START_TEST(a_port_of_somebody_else_is_passed_over)
{
	struct slot_info s;
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct med_pool_info info;
	int fd[2];

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	for (unsigned i = 0; i < 2;
	     i++) { /* the RTP port of one pair, RTCP of the next */
		in.sin_port = htons((uint16_t)(LIVE_LO + 3 * i));
		fd[i] = socket(AF_INET, SOCK_DGRAM, 0);
		ck_assert_int_eq(bind(fd[i], (struct sockaddr *)&in, sizeof(in)), 0);
	}
	live_up("127.0.0.1", 1);
	live_down();
	live.pool.hi = LIVE_LO + 5;
	{
		struct med_conf conf;
		char why[MED_WHY_MAX];

		med_conf_init(&conf);
		conf.pool = &live.pool;
		conf.npool = 1;
		conf.workers = 1;
		conf.io = "socket";
		ck_assert_int_eq(med_new(&live.m, &conf, why, sizeof(why)), 0);
	}
	s = live_take(0);
	ck_assert_uint_eq(s.local.port, LIVE_LO + 4);
	ck_assert(med_pool_info(live.m, 0, &info));
	ck_assert_uint_eq(info.pairs, 3);
	ck_assert_uint_eq(info.used, 1);
	ck_assert_uint_le(info.busy, 2);
	med_ops.slot_give(live.m, s.slot);
	live_down();
	close(fd[0]);
	close(fd[1]);
}
END_TEST

static Suite *sock_suite(void)
{
	Suite *s = suite_create("sock");
	TCase *tc = tcase_create("loopback");

	tcase_add_test(tc, two_peers_hear_each_other);
	tcase_add_test(tc, ipv6_too);
	tcase_add_test(tc, big_packets_pass_and_too_big_ones_do_not_harm);
	tcase_add_test(tc, a_burst_starves_nobody);
	tcase_add_test(tc, settled_legs_follow_their_peer);
	tcase_add_test(tc, ports_come_from_the_pool_in_pairs);
	tcase_add_test(tc, a_port_of_somebody_else_is_passed_over);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(sock_suite)
