/* tests/unit/check_sctp_filter.c - the filter before the native stack: the program itself
 * on plain sockets, then the stack behind it.
 *
 * layer: tests   thread: main   I/O: sockets on loopback
 * RFC 6951 5.4
 */
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/sctp_bpf.h"
#include "sctp_rig.h"
#include "util/err.h"

static struct bpf_rule rules[BPF_RULES];
static unsigned nrules;
static struct bpf_sock udp4 = { .family = 4, .udp = true };
static struct bpf_sock udp6 = { .family = 6, .udp = true };

static void rule(const char *net, uint16_t port)
{
	struct bpf_rule *r = &rules[nrules++];

	ck_assert(!addr_parse_net(&r->net, &r->bits, str_of(net)));
	r->net.port = port;
}

/* A socket behind the rules. */
static int guarded(const char *at, uint16_t *port)
{
	static struct sock_filter code[BPF_MAXINSNS];
	struct sock_fprog p = { .filter = code };
	int fd = rig_udp(at, 0, port);

	if (fd < 0)
		return fd;
	ck_assert(!bpf_compile(rules, nrules, at[0] == ':' ? &udp6 : &udp4, code,
			       &p.len));
	ck_assert(!setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &p, sizeof(p)));
	return fd;
}

/* Does a datagram sent from there come through? */
static bool passes(int fd, const char *to, uint16_t port, const char *from,
		   uint16_t sport)
{
	struct sockaddr_storage ss;
	struct addr a;
	socklen_t n;
	char p[8];
	int out = rig_udp(from, sport, NULL);

	ck_assert_int_ge(out, 0);
	ck_assert(!addr_parse_ip(&a, str_of(to)));
	a.port = port;
	n = addr_to_sockaddr(&a, &ss);
	ck_assert_int_eq(sendto(out, "x", 1, 0, (struct sockaddr *)&ss, n), 1);
	close(out);
	return recv(fd, p, sizeof(p), MSG_DONTWAIT) == 1;
}

START_TEST(who_is_in_the_rules_passes)
{
	uint16_t at, a, b;
	int fd, x = rig_udp("127.0.0.1", 0, &a), y = rig_udp("127.0.0.1", 0, &b);

	close(x);
	close(y);
	nrules = 0;
	rule("127.3.0.0/16", 0);
	rule("127.4.0.9", a); /* only from there */
	rule("127.3.3.3", a);
	rule("127.3.3.3", b); /* two on a host */
	rule("127.5.0.128/25", 0);
	rule("127.6.0.1", 0);
	fd = guarded("127.0.0.1", &at);
	ck_assert(passes(fd, "127.0.0.1", at, "127.3.0.1", 0));
	ck_assert(passes(fd, "127.0.0.1", at, "127.3.255.255", 0));
	ck_assert(!passes(fd, "127.0.0.1", at, "127.2.255.255", 0));
	ck_assert(!passes(fd, "127.0.0.1", at, "127.0.0.1", 0));
	ck_assert(passes(fd, "127.0.0.1", at, "127.4.0.9", a));
	ck_assert(!passes(fd, "127.0.0.1", at, "127.4.0.9", b));
	ck_assert(passes(fd, "127.0.0.1", at, "127.3.3.3", a));
	ck_assert(passes(fd, "127.0.0.1", at, "127.3.3.3", b));
	ck_assert(!passes(fd, "127.0.0.1", at, "127.3.3.3", (uint16_t)(b ^ 1)));
	ck_assert(passes(fd, "127.0.0.1", at, "127.5.0.129", 0));
	ck_assert(!passes(fd, "127.0.0.1", at, "127.5.0.127", 0));
	ck_assert(passes(fd, "127.0.0.1", at, "127.6.0.1", 0));
	ck_assert(!passes(fd, "127.0.0.1", at, "127.6.0.2", 0));
	close(fd);
}
END_TEST

START_TEST(nobody_or_everybody)
{
	uint16_t at;
	int fd;

	nrules = 0;
	fd = guarded("127.0.0.1", &at);
	ck_assert(!passes(fd, "127.0.0.1", at, "127.0.0.1", 0));
	close(fd);
	rule("0.0.0.0/0", 0);
	fd = guarded("127.0.0.1", &at);
	ck_assert(passes(fd, "127.0.0.1", at, "127.9.9.9", 0));
	close(fd);
}
END_TEST

START_TEST(ipv6_is_told_apart)
{
	uint16_t at, a;
	int fd, x;

	nrules = 0;
	rule("fd00::/9", 0);
	rule("127.0.0.0/8", 0); /* of no meaning here */
	fd = guarded("::1", &at);
	if (fd < 0)
		return; /* no IPv6 on this host */
	ck_assert(!passes(fd, "::1", at, "::1", 0));
	close(fd);
	x = rig_udp("::1", 0, &a);
	close(x);
	rule("::1", a);
	fd = guarded("::1", &at);
	ck_assert(passes(fd, "::1", at, "::1", a));
	ck_assert(!passes(fd, "::1", at, "::1", (uint16_t)(a ^ 1)));
	close(fd);
	for (unsigned bits = 0; bits <= 128; bits += 16) {
		nrules = 0;
		rule("::1", 0);
		rules[0].bits = bits;
		fd = guarded("::1", &at);
		ck_assert(passes(fd, "::1", at, "::1", 0));
		close(fd);
		rules[0].net.ip[bits / 8 ? bits / 8 - 1 : 0] ^= 2;
		fd = guarded("::1", &at);
		ck_assert(passes(fd, "::1", at, "::1", 0) == !bits);
		close(fd);
	}
}
END_TEST

START_TEST(too_many_are_refused)
{
	static struct sock_filter code[BPF_MAXINSNS];
	unsigned short len;

	nrules = 0;
	while (nrules < BPF_RULES)
		rule("2001:db8::1", 9899);
	ck_assert_int_eq(bpf_compile(rules, nrules, &udp6, code, &len), -H_ELIMIT);
	ck_assert(!bpf_compile(rules, 150, &udp6, code, &len));
	ck_assert_uint_le(len, BPF_MAXINSNS);
	ck_assert(!bpf_compile(rules, nrules, &udp4, code, &len)); /* none of IPv4 */
}
END_TEST

/* INITs of a network are thinned, what else comes from it and all of friends is not. */
START_TEST(friends_are_not_thinned)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	int in = rig_udp("127.3.0.1", 0, NULL), fd;
	int friend = rig_udp("127.4.0.1", 0, NULL);
	uint8_t p[32] = { [12] = 1 };
	unsigned got[3] = { 0 };
	uint16_t at;

	nrules = 0;
	rule("127.0.0.0/8", 0);
	rule("127.4.0.1", 0);
	rules[1].friend = true;
	udp4.thin = true;
	fd = guarded("127.0.0.1", &at);
	udp4.thin = false;
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	to.sin_port = htons(at);
	for (int i = 0; i < 3 * 1600; i++) {
		p[7] = i % 3 == 1; /* the tag: an INIT has none */
		sendto(i % 3 == 2 ? friend : in, p, sizeof(p), 0, (struct sockaddr *)&to,
		       sizeof(to));
		got[i % 3] += recv(fd, p, sizeof(p), MSG_DONTWAIT) > 0;
	}
	ck_assert_uint_gt(got[0], 30);
	ck_assert_uint_lt(got[0], 300);
	ck_assert_uint_eq(got[1], 1600);
	ck_assert_uint_eq(got[2], 1600);
	close(in);
	close(friend);
	close(fd);
}
END_TEST

/* ---- the stack behind it ------------------------------------------------------- */

static bool answered(int fd)
{
	char p[2048];

	for (int i = 0; i < 50; i++) {
		rig_turn();
		if (recv(fd, p, sizeof(p), MSG_DONTWAIT) > 0)
			return true;
	}
	return false;
}

static bool asked(int fd)
{
	ck_assert(rig_init(fd, net_listener_addr(rig_a.l), 0));
	return answered(fd);
}

static void allow(const char *net)
{
	struct net_sctp_net v;

	ck_assert(!addr_parse_net(&v.net, &v.bits, str_of(net)));
	ck_assert(!net_sctp_allow(rig_net, &v, 1));
	rig_turn();
}

START_TEST(strangers_are_not_answered)
{
	int in = rig_udp("127.2.0.1", 0, NULL), out = rig_udp("127.3.0.1", 0, NULL);
	struct net_sctp_peer peer = { .nremote = 1 };
	char why[NET_WHY_MAX];
	uint16_t port;

	rig_begin(NET_SCTP_NATIVE);
	ck_assert(asked(in));
	ck_assert(asked(out)); /* nothing was said of who may come */
	allow("127.2.0.0/16");
	ck_assert(asked(in));
	ck_assert(!asked(out));
	RIG_UNTIL(net_get_stats(rig_net)->rx_stranger > 0);
	allow("127.3.0.0/16");
	ck_assert(!asked(in));
	ck_assert(asked(out));
	/* A peer one knows is heard from its port alone. */
	close(out);
	out = rig_udp("127.3.0.1", 0, &port);
	peer.remote[0] = rig_addr("127.3.0.1:2944");
	peer.encaps = port;
	peer.remote[0].port = RIG_INIT_PORT;
	ck_assert_msg(!net_sctp_know(rig_a.l, &peer, why), "%s", why);
	rig_turn();
	ck_assert(asked(out));
	close(in);
	in = rig_udp("127.3.0.1", 0, NULL);
	ck_assert(!asked(in));
	net_sctp_forget(rig_a.l, &peer.remote[0]);
	rig_turn();
	ck_assert(asked(in));
	close(in);
	close(out);
	rig_end();
}
END_TEST

/* Nobody told of 127.0.0.1; it is dialled, and the association lives on. */
START_TEST(who_is_dialled_is_heard)
{
	rig_begin(NET_SCTP_NATIVE);
	allow("127.2.0.0/16");
	rig_b.echo = true;
	rig_call(&rig_a, &rig_b);
	rig_say(&rig_a.peer, 0, "hello", 5);
	RIG_UNTIL(rig_a.inputs == 1);
	rig_end();
}
END_TEST

/* conn looks at packets itself. */
START_TEST(conn_needs_no_filter)
{
	rig_begin(NET_SCTP_CONN);
	allow("127.9.0.0/16");
	rig_call(&rig_a, &rig_b);
	rig_end();
}
END_TEST

static Suite *filter_suite(void)
{
	Suite *s = suite_create("sctp_filter");
	TCase *tc = tcase_create("program"), *stack = tcase_create("stack");

	tcase_add_test(tc, who_is_in_the_rules_passes);
	tcase_add_test(tc, nobody_or_everybody);
	tcase_add_test(tc, ipv6_is_told_apart);
	tcase_add_test(tc, too_many_are_refused);
	tcase_add_test(tc, friends_are_not_thinned);
	tcase_add_test(stack, strangers_are_not_answered);
	tcase_add_test(stack, who_is_dialled_is_heard);
	tcase_add_test(stack, conn_needs_no_filter);
	suite_add_tcase(s, tc);
	suite_add_tcase(s, stack);
	return s;
}

TEST_MAIN(filter_suite)
