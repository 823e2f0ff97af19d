/* tests/unit/check_net.c - UDP listeners on loopback: batches, addresses, errors.
 *
 * layer: tests   thread: main   I/O: sockets on loopback
 */
#include "net/net.h"

#include <errno.h>
#include <event2/event.h>
#include <linux/errqueue.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/ops.h"
#include "test.h"
#include "util/err.h"

static struct event_base *base;
static struct net *net;
static unsigned inputs, drains, gone;
static struct net_peer last;
static char last_bytes[NET_DATAGRAM_MAX + 1];
static size_t last_n;
static struct addr gone_addr;
static bool echo;

static void on_input(void *arg, const struct net_peer *from, struct span bytes)
{
	(void)arg;
	inputs++;
	last = *from;
	last_n = bytes.n;
	memcpy(last_bytes, bytes.p, bytes.n);
	if (echo)
		net_send(from, bytes);
}

static void on_drained(void *arg)
{
	(void)arg;
	drains++;
	net_flush(net);
}

static void on_gone(void *arg, const struct addr *remote)
{
	(void)arg;
	gone++;
	gone_addr = *remote;
}

static void begin(void)
{
	struct net_user user = { .input = on_input,
				 .drained = on_drained,
				 .unreachable = on_gone };

	test_no_oom();
	base = event_base_new();
	net = net_new(base, &user);
	ck_assert(base && net);
}

static void end(void)
{
	net_free(net);
	event_base_free(base);
}

static struct net_listener *listen_at(const char *at, char *why)
{
	struct net_spec spec = { .kind = NET_udp, .user = &inputs };
	struct net_listener *l = NULL;

	ck_assert_int_eq(addr_parse(&spec.local, str_of(at)), 0);
	if (net_listen(net, &spec, &l, why))
		return NULL;
	return l;
}

static int peer(const char *at, struct addr *bound)
{
	struct sockaddr_storage ss;
	struct addr a;
	socklen_t len;
	int fd;

	ck_assert_int_eq(addr_parse(&a, str_of(at)), 0);
	len = addr_to_sockaddr(&a, &ss);
	fd = socket(ss.ss_family, SOCK_DGRAM, 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&ss, len), 0);
	len = sizeof(ss);
	getsockname(fd, (struct sockaddr *)&ss, &len);
	addr_from_sockaddr(bound, &ss);
	return fd;
}

static void say(int fd, const struct addr *to, const void *bytes, size_t n)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(to, &ss);

	ck_assert_int_eq(sendto(fd, bytes, n, 0, (struct sockaddr *)&ss, len),
			 (ssize_t)n);
}

static void turn(void)
{
	event_base_loop(base, EVLOOP_NONBLOCK);
}

/* ---- in and out ---------------------------------------------------------------- */

START_TEST(a_datagram_comes_and_its_answer_goes)
{
	char why[NET_WHY_MAX], got[100];
	struct net_listener *l;
	struct addr me, from;
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	int fd;

	begin();
	echo = true;
	l = listen_at(_i ? "[::1]:0" : "127.0.0.1:0", why);
	ck_assert_msg(l != NULL, "%s", why);
	ck_assert_uint_ne(net_listener_addr(l)->port, 0);
	ck_assert_ptr_eq(net_listener_user(l), &inputs);
	fd = peer(_i ? "[::1]:0" : "127.0.0.1:0", &me);
	say(fd, net_listener_addr(l), "hello", 5);
	turn();
	ck_assert_uint_eq(inputs, 1);
	ck_assert_uint_eq(drains, 1);
	ck_assert(addr_eq(&last.remote, &me));
	ck_assert(addr_eq(&last.local, net_listener_addr(l)));
	ck_assert_int_eq(recvfrom(fd, got, sizeof(got), MSG_DONTWAIT,
				  (struct sockaddr *)&ss, &len),
			 5);
	addr_from_sockaddr(&from, &ss);
	ck_assert(addr_eq(&from, net_listener_addr(l)));
	close(fd);
	end();
}
END_TEST

START_TEST(a_wildcard_answers_from_the_address_asked)
{
	char why[NET_WHY_MAX], got[100];
	struct net_listener *l;
	struct addr me, to, from;
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	int fd;

	begin();
	echo = true;
	l = listen_at("*:0", why);
	ck_assert_msg(l != NULL, "%s", why);
	fd = peer("127.0.0.1:0", &me);
	ck_assert_int_eq(addr_parse_ip(&to, STR_LIT("127.0.0.77")), 0);
	to.port = net_listener_addr(l)->port;
	say(fd, &to, "x", 1);
	turn();
	ck_assert(addr_eq(&last.local, &to));
	ck_assert_int_eq(recvfrom(fd, got, sizeof(got), MSG_DONTWAIT,
				  (struct sockaddr *)&ss, &len),
			 1);
	addr_from_sockaddr(&from, &ss);
	ck_assert(addr_eq(&from, &to));
	ck_assert_ptr_eq(net_find(net, NET_udp, &to), l);
	to.port++;
	ck_assert_ptr_null(net_find(net, NET_udp, &to));
	close(fd);
	end();
}
END_TEST

START_TEST(many_come_in_few_calls)
{
	char why[NET_WHY_MAX], got[100];
	const struct net_stats *st;
	struct net_listener *l;
	struct addr me;
	int fd, n = 0;

	begin();
	echo = true;
	l = listen_at("127.0.0.1:0", why);
	fd = peer("127.0.0.1:0", &me);
	for (int i = 0; i < 100; i++)
		say(fd, net_listener_addr(l), "abcdefgh", 8);
	turn();
	st = net_get_stats(net);
	ck_assert_uint_eq(st->rx, 100);
	ck_assert_uint_eq(st->tx, 100);
	ck_assert_uint_le(st->rx_calls, 5);
	ck_assert_uint_le(st->tx_calls, 5);
	while (recv(fd, got, sizeof(got), MSG_DONTWAIT) == 8)
		n++;
	ck_assert_int_eq(n, 100);
	close(fd);
	end();
}
END_TEST

START_TEST(long_ones_are_counted_and_dropped)
{
	static char big[NET_DATAGRAM_MAX + 1];
	char why[NET_WHY_MAX];
	struct net_listener *l;
	struct net_peer to;
	struct addr me;
	int fd;

	begin();
	l = listen_at("127.0.0.1:0", why);
	fd = peer("127.0.0.1:0", &me);
	say(fd, net_listener_addr(l), big, sizeof(big));
	say(fd, net_listener_addr(l), big, NET_DATAGRAM_MAX);
	say(fd, net_listener_addr(l), big, 0);
	turn();
	ck_assert_uint_eq(net_get_stats(net)->rx_long, 1);
	ck_assert_uint_eq(inputs, 2);
	ck_assert_uint_eq(last_n, 0);
	to = (struct net_peer){ .at = l, .local = *net_listener_addr(l), .remote = me };
	net_send(&to, (struct span){ big, sizeof(big) });
	ck_assert_uint_eq(net_get_stats(net)->tx_errors, 1);
	close(fd);
	end();
}
END_TEST

START_TEST(big_answers_fill_batches_whole)
{
	static char big[4000];
	char why[NET_WHY_MAX], got[10000];
	struct net_listener *l;
	struct net_peer to;
	struct addr me;
	int fd, n = 0;

	begin();
	l = listen_at("127.0.0.1:0", why);
	fd = peer("127.0.0.1:0", &me);
	to = (struct net_peer){ .at = l, .local = *net_listener_addr(l), .remote = me };
	for (int i = 0; i < 20; i++) { /* more than one batch's bytes */
		big[0] = (char)i;
		net_send(&to, (struct span){ big, sizeof(big) });
	}
	net_flush(net);
	for (ssize_t len; (len = recv(fd, got, sizeof(got), MSG_DONTWAIT)) > 0; n++) {
		ck_assert_int_eq(len, (ssize_t)sizeof(big));
		ck_assert_int_eq(got[0], n);
	}
	ck_assert_int_eq(n, 20);
	close(fd);
	end();
}
END_TEST

/* ---- errors -------------------------------------------------------------------- */

START_TEST(a_port_in_use_is_said_to_be)
{
	char why[NET_WHY_MAX], at[ADDR_STRLEN];
	struct net_listener *l;

	begin();
	l = listen_at("127.0.0.1:0", why);
	ck_assert_ptr_nonnull(l);
	ck_assert_ptr_null(listen_at(addr_print(at, net_listener_addr(l)), why));
	ck_assert_ptr_nonnull(strstr(why, "can't listen: Address already in use"));
	ck_assert_ptr_nonnull(strstr(why, at));
	ck_assert_ptr_eq(net_listener_next(net, NULL), l);
	ck_assert_ptr_null(net_listener_next(net, l));
	end();
}
END_TEST

START_TEST(an_address_not_ours_is_said_to_be)
{
	char why[NET_WHY_MAX];

	begin();
	ck_assert_ptr_null(listen_at("192.0.2.77:2427", why));
	ck_assert_ptr_nonnull(strstr(why, "192.0.2.77:2427: can't listen"));
	end();
}
END_TEST

START_TEST(a_missing_interface_is_named)
{
	struct net_spec spec = { .kind = NET_udp, .ifname = "nosuch0" };
	struct net_listener *l;
	char why[NET_WHY_MAX];

	begin();
	ck_assert_int_eq(addr_parse(&spec.local, STR_LIT("127.0.0.1:0")), 0);
	ck_assert_int_eq(net_listen(net, &spec, &l, why), -H_ESYS);
	ck_assert_ptr_nonnull(strstr(why, "nosuch0"));
	end();
}
END_TEST

START_TEST(an_agent_that_is_gone_is_told)
{
	char why[NET_WHY_MAX], got[10];
	struct net_listener *l;
	struct net_peer to;
	struct addr dead, me;
	int fd, live;

	begin();
	l = listen_at("127.0.0.1:0", why);
	fd = peer("127.0.0.1:0", &dead);
	close(fd);
	to = (struct net_peer){ .at = l, .local = *net_listener_addr(l), .remote = dead };
	net_send(&to, STR_LIT("anybody there"));
	net_flush(net);
	turn();
	ck_assert_uint_eq(gone, 1);
	ck_assert(addr_eq(&gone_addr, &dead));
	/* And an error of one does not eat the message of another. */
	live = peer("127.0.0.1:0", &me);
	net_send(&to, STR_LIT("x"));
	net_flush(net);
	to.remote = me;
	net_send(&to, STR_LIT("y"));
	net_flush(net);
	ck_assert_int_eq(recv(live, got, sizeof(got), MSG_DONTWAIT), 1);
	ck_assert_uint_eq(net_get_stats(net)->tx_errors, 0);
	close(live);
	end();
}
END_TEST

START_TEST(what_has_no_way_does_not_stop_the_rest)
{
	char why[NET_WHY_MAX], got[10];
	struct net_listener *l;
	struct net_peer to;
	struct addr me;
	int fd;

	begin();
	l = listen_at("127.0.0.1:0", why);
	fd = peer("127.0.0.1:0", &me);
	to = (struct net_peer){ .at = l, .local = *net_listener_addr(l) };
	ck_assert_int_eq(addr_parse(&to.remote, STR_LIT("192.0.2.1:2727")), 0);
	net_send(&to, STR_LIT("lost")); /* from 127.0.0.1 nothing leaves the host */
	to.remote = me;
	net_send(&to, STR_LIT("kept"));
	net_flush(net);
	ck_assert_uint_eq(net_get_stats(net)->tx_errors, 1);
	ck_assert_int_eq(recv(fd, got, sizeof(got), MSG_DONTWAIT), 4);
	close(fd);
	end();
}
END_TEST

START_TEST(listeners_close_alone)
{
	char why[NET_WHY_MAX], at[ADDR_STRLEN];
	struct net_listener *a, *b;

	begin();
	a = listen_at("127.0.0.1:0", why);
	b = listen_at("127.0.0.1:0", why);
	addr_print(at, net_listener_addr(a));
	net_close(a);
	ck_assert_ptr_eq(net_listener_next(net, NULL), b);
	ck_assert_ptr_nonnull(listen_at(at, why));
	ck_assert_str_eq(net_listener_kind(b), "udp");
	end();
}
END_TEST

START_TEST(want_of_memory_is_said)
{
	struct net_user user = { .input = on_input, .drained = on_drained };
	struct net_spec spec = { .kind = NET_udp };
	struct net_listener *l;
	char why[NET_WHY_MAX];
	struct event_base *b = event_base_new();
	struct net *n = net_new(b, &user);

	addr_parse(&spec.local, STR_LIT("127.0.0.1:0"));
	if (n && !net_listen(n, &spec, &l, why))
		ck_assert_ptr_nonnull(l);
	net_free(n);
	event_base_free(b);
}
END_TEST

/* What stands in the error queue, as the system writes it. */
static bool is_gone(int level, int type, uint8_t origin, uint32_t err)
{
	_Alignas(struct cmsghdr) char ctl[256] = { 0 };
	struct sock_extended_err e = { .ee_errno = err, .ee_origin = origin };
	struct msghdr h = { .msg_control = ctl,
			    .msg_controllen = CMSG_SPACE(sizeof(e)) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&h);

	c->cmsg_level = level;
	c->cmsg_type = type;
	c->cmsg_len = CMSG_LEN(sizeof(e));
	memcpy(CMSG_DATA(c), &e, sizeof(e));
	return net_is_gone(&h);
}

/* A datagram that was too long for the path must not make us leave an agent. */
START_TEST(not_every_error_means_that_nobody_is_there)
{
	const uint8_t icmp = SO_EE_ORIGIN_ICMP, icmp6 = SO_EE_ORIGIN_ICMP6;
	struct msghdr none = { 0 };

	ck_assert(is_gone(IPPROTO_IP, IP_RECVERR, icmp, ECONNREFUSED));
	ck_assert(is_gone(IPPROTO_IPV6, IPV6_RECVERR, icmp6, ECONNREFUSED));
	ck_assert(is_gone(IPPROTO_IP, IP_RECVERR, icmp, EHOSTUNREACH));
	ck_assert(is_gone(IPPROTO_IP, IP_RECVERR, icmp, ENETUNREACH));
	ck_assert(!is_gone(IPPROTO_IP, IP_RECVERR, icmp, EMSGSIZE));
	ck_assert(!is_gone(IPPROTO_IPV6, IPV6_RECVERR, icmp6, EMSGSIZE));
	ck_assert(!is_gone(IPPROTO_IP, IP_RECVERR, icmp, EPROTO));
	ck_assert(!is_gone(IPPROTO_IP, IP_RECVERR, SO_EE_ORIGIN_LOCAL, EMSGSIZE));
	ck_assert(!is_gone(IPPROTO_IP, IP_RECVERR, SO_EE_ORIGIN_LOCAL, ECONNREFUSED));
	ck_assert(!is_gone(IPPROTO_IP, IP_PKTINFO, icmp, ECONNREFUSED));
	ck_assert(!net_is_gone(&none));
}
END_TEST

static Suite *net_suite(void)
{
	Suite *s = suite_create("net");
	TCase *tc = tcase_create("udp");

	tcase_add_loop_test(tc, a_datagram_comes_and_its_answer_goes, 0, 2);
	tcase_add_test(tc, a_wildcard_answers_from_the_address_asked);
	tcase_add_test(tc, many_come_in_few_calls);
	tcase_add_test(tc, long_ones_are_counted_and_dropped);
	tcase_add_test(tc, big_answers_fill_batches_whole);
	suite_add_tcase(s, tc);
	tc = tcase_create("errors");
	tcase_add_test(tc, a_port_in_use_is_said_to_be);
	tcase_add_test(tc, an_address_not_ours_is_said_to_be);
	tcase_add_test(tc, a_missing_interface_is_named);
	tcase_add_test(tc, an_agent_that_is_gone_is_told);
	tcase_add_test(tc, not_every_error_means_that_nobody_is_there);
	tcase_add_test(tc, what_has_no_way_does_not_stop_the_rest);
	tcase_add_test(tc, listeners_close_alone);
	tcase_add_test(tc, want_of_memory_is_said);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(net_suite)
