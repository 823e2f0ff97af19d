/* tests/unit/check_mcast.c - groups by the socket row, on loopback.
 *
 * layer: tests   thread: main is control, workers run   I/O: UDP on lo, IPv4 and IPv6
 */
#include "media_live.h"

#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "util/mem.h"
#include "wire/rtp.h"

enum { PORT = 25004 };

static unsigned lo;

static struct group_spec group_of(const char *ip)
{
	struct group_spec g = { .ifindex = lo, .loop = true, .hops = 3, .tos = 0xb8 };

	ck_assert_int_eq(addr_parse_ip(&g.group, str_of(ip)), 0);
	g.group.port = PORT;
	return g;
}

static struct slot_info take_group(const struct group_spec *g, uint8_t flags)
{
	struct slot_req req = { .worker = 0, .flags = flags, .group = g };
	struct slot_info s;

	ck_assert_int_eq(med_ops.slot_take(live.m, &req, &s), CAUSE_OK);
	return s;
}

/* A listener that has nothing to do with us: RTP of a group. */
static int member(const struct group_spec *g)
{
	struct sockaddr_storage ss;
	struct group_req r;
	socklen_t n = addr_to_sockaddr(&g->group, &ss);
	bool v6 = g->group.family == 6;
	int fd = socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM, 0), one = 1;

	memset(&r, 0, sizeof(r));
	r.gr_interface = lo;
	addr_to_sockaddr(&g->group, &r.gr_group);
	ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)), 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&ss, n), 0);
	ck_assert_int_eq(setsockopt(fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP, MCAST_JOIN_GROUP,
				    &r, sizeof(r)),
			 0);
	if (v6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_RECVTCLASS, &one, sizeof(one));
	else
		setsockopt(fd, IPPROTO_IP, IP_RECVTOS, &one, sizeof(one));
	return fd;
}

/* A caller's packets come out on the group, once, and nothing on another group that
 * shares the port. */
static void emit(const char *ip, const char *group, const char *other)
{
	struct group_spec g, o;
	struct slot_info out, in;
	struct addr at, from;
	struct plan_leg *l;
	uint8_t p[2048];
	int fd, heard, deaf;

	live_up(ip, 1);
	g = group_of(group);
	o = group_of(other);
	heard = member(&g);
	deaf = member(&o);
	out = take_group(&g, SLOT_EMIT);
	ck_assert(addr_same_host(&out.local, &live.pool.addr));
	in = live_take(0);
	fd = live_peer(&at);
	l = live_leg(&g.group, NULL);
	l->flags = PLAN_SEND | PLAN_GROUP;
	live_set(PLAN_LEG_SET, &out, l);
	live_set(PLAN_LEG_SET, &in, live_leg(&at, out.slot));
	live_wait(2);
	for (uint16_t i = 0; i < 10; i++)
		live_say(fd, &in.local, i, 172);
	for (uint16_t i = 0; i < 10; i++) {
		ck_assert_uint_eq(live_hear(heard, p, sizeof(p), &from), 172);
		ck_assert(addr_eq(&from, &out.local));
	}
	ck_assert_int_lt(recv(heard, p, sizeof(p), MSG_DONTWAIT), 0);
	ck_assert_int_lt(recv(deaf, p, sizeof(p), MSG_DONTWAIT), 0);
	ck_assert_uint_eq(stats_get64(&out.stats->tx_packets), 10);
	live_set(PLAN_LEG_DEL, &in, NULL);
	live_set(PLAN_LEG_DEL, &out, NULL);
	live_wait(4);
	live_down();
	close(fd);
	close(heard);
	close(deaf);
}

START_TEST(a_group_hears_what_is_sent_to_it)
{
	emit("127.0.0.1", "239.77.1.1", "239.77.1.2");
}
END_TEST

/* Loopback takes IPv6 groups only where somebody gave it a route for them. */
static bool no_ipv6(void)
{
	struct sockaddr_in6 to = { .sin6_family = AF_INET6, .sin6_port = 9 };
	int fd = socket(AF_INET6, SOCK_DGRAM, 0), idx = (int)lo;
	bool no;

	to.sin6_addr.s6_addr[0] = 0xff;
	to.sin6_addr.s6_addr[1] = 0x15;
	to.sin6_addr.s6_addr[15] = 1;
	setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &idx, sizeof(idx));
	no = sendto(fd, "", 1, 0, (struct sockaddr *)&to, sizeof(to)) < 0;
	close(fd);
	if (no)
		fprintf(stderr, "no route for IPv6 groups on lo: not looked at here\n");
	return no;
}

/* In a namespace of its own the test may be told another interface and its address. */
static const char *ip6(void)
{
	return getenv("MCAST_IP6") ? getenv("MCAST_IP6") : "::1";
}

START_TEST(an_ipv6_group_too)
{
	if (no_ipv6())
		return;
	emit(ip6(), "ff15::77:1", "ff15::77:2");
}
END_TEST

static void say_group(int fd, const struct group_spec *g, uint16_t seq)
{
	int idx = (int)lo;

	if (g->group.family == 6) {
		ck_assert_int_eq(setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &idx,
					    sizeof(idx)),
				 0);
	} else {
		struct ip_mreqn r = { .imr_ifindex = idx };

		ck_assert_int_eq(
			setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &r, sizeof(r)), 0);
	}
	live_say(fd, &g->group, seq, 172);
}

/* Two slots on two groups with one port: each hears its own group only. */
static void join(const char *ip, const char *group, const char *other)
{
	struct group_spec g[2];
	struct slot_info in[2], out[2];
	struct addr at[2], from, me;
	struct plan_leg *l;
	uint8_t p[2048];
	int fd[2], talker;

	live_up(ip, 1);
	g[0] = group_of(group);
	g[1] = group_of(other);
	for (unsigned i = 0; i < 2; i++) {
		in[i] = take_group(&g[i], SLOT_JOIN);
		ck_assert(addr_eq(&in[i].local, &g[i].group));
		ck_assert_int_eq(med_ops.join(live.m, in[i].slot, &g[i]), CAUSE_OK);
		out[i] = live_take(0);
		fd[i] = live_peer(&at[i]);
		live_set(PLAN_LEG_SET, &out[i], live_leg(&at[i], NULL));
		l = live_leg(&at[i], out[i].slot);
		memset(&l->remote, 0, sizeof(l->remote));
		l->flags = PLAN_RECV | PLAN_GROUP;
		live_set(PLAN_LEG_SET, &in[i], l);
	}
	live_wait(4);
	talker = live_peer(&me);
	for (uint16_t i = 0; i < 10; i++)
		say_group(talker, &g[0], i);
	for (uint16_t i = 0; i < 10; i++)
		ck_assert_uint_eq(live_hear(fd[0], p, sizeof(p), &from), 172);
	ck_assert_int_lt(recv(fd[1], p, sizeof(p), MSG_DONTWAIT), 0);
	ck_assert_uint_eq(stats_get64(&in[1].stats->rx_packets), 0);
	med_ops.leave(live.m, in[0].slot, &g[0]);
	for (uint16_t i = 10; i < 15; i++)
		say_group(talker, &g[0], i);
	usleep(50000);
	ck_assert_uint_eq(stats_get64(&in[0].stats->rx_packets), 10);
	for (unsigned i = 0; i < 2; i++) {
		live_set(PLAN_LEG_DEL, &in[i], NULL);
		live_set(PLAN_LEG_DEL, &out[i], NULL);
		close(fd[i]);
	}
	live_wait(8);
	live_down();
	close(talker);
}

START_TEST(groups_that_share_a_port_do_not_mix)
{
	join("127.0.0.1", "239.77.2.1", "239.77.2.2");
}
END_TEST

START_TEST(nor_do_ipv6_groups)
{
	if (no_ipv6())
		return;
	join(ip6(), "ff15::77:21", "ff15::77:22");
}
END_TEST

/* A slot that talks to a group and listens to it does not hear itself. */
START_TEST(our_own_packets_are_dropped)
{
	struct group_spec g;
	struct slot_info both, in;
	struct addr at, from;
	struct plan_leg *l;
	uint8_t p[2048];
	int fd, talker;

	live_up("127.0.0.1", 1);
	g = group_of("239.77.3.1");
	both = take_group(&g, SLOT_EMIT | SLOT_JOIN);
	ck_assert_int_eq(med_ops.join(live.m, both.slot, &g), CAUSE_OK);
	in = live_take(0);
	fd = live_peer(&at);
	l = live_leg(&g.group, in.slot);
	l->flags |= PLAN_GROUP;
	live_set(PLAN_LEG_SET, &both, l);
	live_set(PLAN_LEG_SET, &in, live_leg(&at, both.slot));
	live_wait(2);
	for (uint16_t i = 0; i < 10; i++)
		live_say(fd, &in.local, i, 172);
	usleep(100000);
	ck_assert_uint_eq(stats_get64(&both.stats->tx_packets), 10);
	ck_assert_uint_eq(stats_get64(&both.stats->drop[DROP_OWN]), 10);
	talker = live_peer(&from);
	for (uint16_t i = 0; i < 3; i++)
		say_group(talker, &g, i);
	ck_assert_uint_eq(live_hear(fd, p, sizeof(p), &from), 172);
	ck_assert(addr_eq(&from, &in.local));
	live_set(PLAN_LEG_DEL, &both, NULL);
	live_set(PLAN_LEG_DEL, &in, NULL);
	live_wait(4);
	live_down();
	close(fd);
	close(talker);
}
END_TEST

static Suite *mcast_suite(void)
{
	Suite *s = suite_create("mcast");
	TCase *tc = tcase_create("groups");

	lo = if_nametoindex(getenv("MCAST_IF") ? getenv("MCAST_IF") : "lo");
	tcase_add_test(tc, a_group_hears_what_is_sent_to_it);
	tcase_add_test(tc, an_ipv6_group_too);
	tcase_add_test(tc, groups_that_share_a_port_do_not_mix);
	tcase_add_test(tc, nor_do_ipv6_groups);
	tcase_add_test(tc, our_own_packets_are_dropped);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(mcast_suite)
