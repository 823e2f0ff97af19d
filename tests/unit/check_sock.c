/* tests/unit/check_sock.c - the media layer with threads and real sockets on loopback.
 *
 * layer: tests   thread: main is control, workers run   I/O: UDP on loopback
 */
#include "test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "media/media.h"
#include "media/pktio.h"
#include "util/mem.h"
#include "wire/rtp.h"

enum { PORT_LO = 21000, PORT_HI = 21999 };

static struct med *m;
static struct med_pool pool;
static unsigned nback, nevent;
static struct med_event event[64];

static void retired(void *arg, struct plan_msg *msg)
{
	(void)arg;
	for (uint32_t i = 0; i < msg->nop; i++)
		mem_free(msg->op[i].leg);
	mem_free(msg);
	nback++;
}

static void told(void *arg, const struct med_event *ev)
{
	(void)arg;
	ck_assert_uint_lt(nevent, 64);
	event[nevent++] = *ev;
}

/* Let the workers work until n messages came back, 2 s at most. */
static void wait_back(unsigned n)
{
	struct pollfd p = { .fd = med_event_fd(m), .events = POLLIN };

	for (int i = 0; nback < n && i < 20; i++) {
		poll(&p, 1, 100);
		med_drain(m, retired, told, NULL);
	}
	ck_assert_uint_eq(nback, n);
}

static void up(const char *ip, unsigned workers)
{
	struct med_conf conf;
	char why[MED_WHY_MAX];

	nback = nevent = 0;
	memset(&pool, 0, sizeof(pool));
	ck_assert_int_eq(addr_parse_ip(&pool.addr, str_of(ip)), 0);
	pool.lo = PORT_LO;
	pool.hi = PORT_HI;
	med_conf_init(&conf);
	conf.io = "socket";
	conf.workers = workers;
	conf.pool = &pool;
	conf.npool = 1;
	ck_assert_msg(!med_new(&m, &conf, why, sizeof(why)), "%s", why);
	ck_assert_int_eq(med_start(m), 0);
}

static struct slot_info take(uint16_t worker)
{
	struct slot_req req = { .worker = worker, .family = pool.addr.family };
	struct slot_info info;

	ck_assert_int_eq(med_ops.slot_take(m, &req, &info), CAUSE_OK);
	return info;
}

/* A peer: a socket on loopback and its address. */
static int peer(struct addr *at)
{
	struct sockaddr_storage ss;
	struct addr a = pool.addr;
	socklen_t n = addr_to_sockaddr(&a, &ss);
	int fd = socket(a.family == 6 ? AF_INET6 : AF_INET, SOCK_DGRAM, 0);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&ss, n), 0);
	n = sizeof(ss);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&ss, &n), 0);
	addr_from_sockaddr(at, &ss);
	return fd;
}

static struct plan_leg *leg(const struct addr *remote, struct slot *out)
{
	struct plan_leg *l = mem_zalloc(sizeof(*l) + sizeof(struct slot *));

	ck_assert_ptr_nonnull(l);
	l->cookie = remote->port;
	l->generation = 1;
	l->flags = PLAN_RECV | PLAN_SEND | PLAN_WATCH_FIRST;
	l->accept = ACCEPT_STRICT;
	l->ssrc = 0x1234;
	l->clock = 8000;
	memset(l->tx_pt, PLAN_NO_PT, sizeof(l->tx_pt));
	l->rx_key[0] = 1;
	l->tx_pt[1] = 0;
	l->remote = *remote;
	l->nrelay = out != NULL;
	l->relay[0] = out;
	return l;
}

static void commit(enum plan_op_kind kind, struct slot_info *s, struct plan_leg *l)
{
	struct plan_msg *msg = mem_zalloc(sizeof(*msg) + sizeof(struct plan_op));

	ck_assert_ptr_nonnull(msg);
	msg->worker = s->worker;
	msg->nop = 1;
	msg->op[0] = (struct plan_op){ .kind = kind, .slot = s->slot, .leg = l };
	med_ops.commit(m, msg);
}

static void say(int fd, const struct addr *to, uint16_t seq, size_t len)
{
	uint8_t p[3000] = { 0 };
	struct sockaddr_storage ss;
	socklen_t n = addr_to_sockaddr(to, &ss);

	rtph_write(p, 0, false, seq, 160u * seq, 0x77);
	ck_assert_int_eq(sendto(fd, p, len, 0, (struct sockaddr *)&ss, n), (ssize_t)len);
}

/* Bytes of the next packet, or 0 after a second without one. */
static size_t hear(int fd, uint8_t *p, size_t size, struct addr *from)
{
	struct pollfd pf = { .fd = fd, .events = POLLIN };
	struct sockaddr_storage ss;
	socklen_t n = sizeof(ss);
	ssize_t r;

	if (poll(&pf, 1, 1000) != 1)
		return 0;
	r = recvfrom(fd, p, size, 0, (struct sockaddr *)&ss, &n);
	ck_assert_int_gt(r, 0);
	addr_from_sockaddr(from, &ss);
	return (size_t)r;
}

static void down(void)
{
	med_stop(m);
	med_drain(m, retired, told, NULL);
	med_free(m);
	m = NULL;
}

static void relay_both_ways(const char *ip)
{
	struct slot_info a, b;
	struct addr at_a, at_b, from;
	uint8_t p[2048];
	int fa, fb;

	up(ip, 1);
	a = take(0);
	b = take(0);
	fa = peer(&at_a);
	fb = peer(&at_b);
	commit(PLAN_LEG_SET, &a, leg(&at_a, b.slot));
	commit(PLAN_LEG_SET, &b, leg(&at_b, a.slot));
	wait_back(2);
	for (uint16_t i = 0; i < 20; i++) {
		say(fa, &a.local, (uint16_t)(100 + i), 172);
		say(fb, &b.local, (uint16_t)(900 + i), 172);
	}
	for (uint16_t i = 0; i < 19; i++) {
		ck_assert_uint_eq(hear(fb, p, sizeof(p), &from), 172);
		ck_assert(addr_eq(&from, &b.local));
		ck_assert_uint_eq(rtph_ssrc(p), 0x1234);
		ck_assert_uint_eq(hear(fa, p, sizeof(p), &from), 172);
		ck_assert(addr_eq(&from, &a.local));
	}
	ck_assert_uint_eq(stats_get64(&a.stats->rx_packets), 19);
	ck_assert_uint_eq(stats_get64(&b.stats->tx_packets), 19);
	commit(PLAN_LEG_DEL, &a, NULL);
	med_ops.slot_give(m, a.slot);
	commit(PLAN_LEG_DEL, &b, NULL);
	med_ops.slot_give(m, b.slot);
	wait_back(4);
	close(fa);
	close(fb);
	down();
}

START_TEST(two_peers_hear_each_other)
{
	relay_both_ways("127.0.0.1");
	ck_assert_uint_eq(nevent, 2);
	ck_assert_int_eq(event[0].kind, MED_FIRST_PACKET);
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

	up("127.0.0.1", 1);
	a = take(0);
	b = take(0);
	fa = peer(&at_a);
	fb = peer(&at_b);
	commit(PLAN_LEG_SET, &a, leg(&at_a, b.slot));
	commit(PLAN_LEG_SET, &b, leg(&at_b, a.slot));
	wait_back(2);
	say(fa, &a.local, 1, 1472);
	say(fa, &a.local, 2, PKT_MAX);
	say(fa, &a.local, 3, PKT_MAX + 1);
	say(fa, &a.local, 4, 172);
	ck_assert_uint_eq(hear(fb, p, sizeof(p), &from), PKT_MAX);
	ck_assert_uint_eq(hear(fb, p, sizeof(p), &from), 172);
	commit(PLAN_LEG_DEL, &a, NULL);
	commit(PLAN_LEG_DEL, &b, NULL);
	wait_back(4);
	down();
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

	up("127.0.0.1", 1);
	a = take(0);
	b = take(0);
	c = take(0);
	d = take(0);
	fa = peer(&at_a);
	fb = peer(&at_b);
	fc = peer(&at_c);
	fd = peer(&at_d);
	commit(PLAN_LEG_SET, &a, leg(&at_a, b.slot));
	commit(PLAN_LEG_SET, &b, leg(&at_b, a.slot));
	commit(PLAN_LEG_SET, &c, leg(&at_c, d.slot));
	commit(PLAN_LEG_SET, &d, leg(&at_d, c.slot));
	wait_back(4);
	for (uint16_t i = 0; i < 5000; i++) {
		say(fa, &a.local, i, 172);
		if (i % 500 == 0)
			say(fc, &c.local, (uint16_t)(i / 500), 172);
	}
	while (got < 9 && hear(fd, p, sizeof(p), &from))
		got++;
	ck_assert_uint_eq(got, 9);
	while (recv(fb, p, sizeof(p), MSG_DONTWAIT) > 0)
		;
	usleep(50000);
	say(fa, &a.local, 5000, 172);
	say(fa, &a.local, 5001, 172);
	ck_assert_uint_eq(hear(fb, p, sizeof(p), &from), 172);
	commit(PLAN_LEG_DEL, &a, NULL);
	commit(PLAN_LEG_DEL, &b, NULL);
	commit(PLAN_LEG_DEL, &c, NULL);
	commit(PLAN_LEG_DEL, &d, NULL);
	wait_back(8);
	down();
	close(fa);
	close(fb);
	close(fc);
	close(fd);
}
END_TEST

START_TEST(ports_come_from_the_pool_in_pairs)
{
	struct slot_info s[50];

	up("127.0.0.1", 3);
	for (unsigned i = 0; i < 50; i++) {
		s[i] = take((uint16_t)(i % 3));
		ck_assert_uint_eq(s[i].local.port % 2, 0);
		ck_assert_uint_ge(s[i].local.port, PORT_LO);
		ck_assert_uint_lt(s[i].local.port, PORT_HI);
		ck_assert_uint_eq(s[i].local.port / 2 % 3, i % 3);
		ck_assert_uint_eq(s[i].worker, i % 3);
		ck_assert_int_ge(med_slot_fd(s[i].slot, false), 0);
		ck_assert_int_ne(med_slot_fd(s[i].slot, false), med_slot_fd(s[i].slot, true));
		for (unsigned k = 0; k < i; k++)
			ck_assert_uint_ne(s[i].local.port, s[k].local.port);
	}
	for (unsigned i = 0; i < 50; i++)
		med_ops.slot_give(m, s[i].slot);
	down();
}
END_TEST

START_TEST(a_port_of_somebody_else_is_passed_over)
{
	struct slot_info s;
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct med_pool_info info;
	int fd[2];

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	for (unsigned i = 0; i < 2; i++) { /* the RTP port of one pair, RTCP of the next */
		in.sin_port = htons((uint16_t)(PORT_LO + 3 * i));
		fd[i] = socket(AF_INET, SOCK_DGRAM, 0);
		ck_assert_int_eq(bind(fd[i], (struct sockaddr *)&in, sizeof(in)), 0);
	}
	up("127.0.0.1", 1);
	down();
	pool.hi = PORT_LO + 5;
	{
		struct med_conf conf;
		char why[MED_WHY_MAX];

		med_conf_init(&conf);
		conf.pool = &pool;
		conf.npool = 1;
		conf.workers = 1;
		conf.io = "socket";
		ck_assert_int_eq(med_new(&m, &conf, why, sizeof(why)), 0);
	}
	s = take(0);
	ck_assert_uint_eq(s.local.port, PORT_LO + 4);
	ck_assert(med_pool_info(m, 0, &info));
	ck_assert_uint_eq(info.pairs, 3);
	ck_assert_uint_eq(info.used, 1);
	ck_assert_uint_le(info.busy, 2);
	med_ops.slot_give(m, s.slot);
	down();
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
	tcase_add_test(tc, ports_come_from_the_pool_in_pairs);
	tcase_add_test(tc, a_port_of_somebody_else_is_passed_over);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(sock_suite)
