/* tests/unit/check_sctp_nat.c - a NAT gives the peer another UDP port in mid-association;
 * a forger tries to.
 *
 * layer: tests   thread: main   I/O: sockets on loopback
 * RFC 6951 5.4
 */
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>
#include <usrsctp.h>

#include "sctp_rig.h"

#define NAT "127.0.0.3"

enum { PACKET = 2048 };

/* The NAT: what comes to `near` leaves from `far` for the server, and back. */
static int near_fd, far_fd;
static struct event *near_ev, *far_ev;
static struct sockaddr_in client, server;
static uint8_t last[PACKET]; /* the last packet for the server */
static size_t nlast;
static unsigned back; /* packets from it */

static void on_near(evutil_socket_t fd, short what, void *arg)
{
	socklen_t n = sizeof(client);
	ssize_t got = recvfrom(fd, last, sizeof(last), 0, (struct sockaddr *)&client, &n);

	(void)what;
	(void)arg;
	if (got <= 0)
		return;
	nlast = (size_t)got;
	sendto(far_fd, last, nlast, 0, (struct sockaddr *)&server, sizeof(server));
}

static void on_far(evutil_socket_t fd, short what, void *arg)
{
	uint8_t p[PACKET];
	ssize_t got = recv(fd, p, sizeof(p), 0);

	(void)what;
	(void)arg;
	if (got <= 0)
		return;
	back++;
	sendto(near_fd, p, (size_t)got, 0, (struct sockaddr *)&client, sizeof(client));
}

static void open_far(void)
{
	far_fd = rig_udp(NAT, 0, NULL);
	far_ev = event_new(rig_base, far_fd, EV_READ | EV_PERSIST, on_far, NULL);
	event_add(far_ev, NULL);
}

static void close_far(void)
{
	event_free(far_ev);
	close(far_fd);
}

/* a at 127.0.0.1 calls b at 127.0.0.2 through it. */
static void begin(void)
{
	struct net_sctp_peer peer = { .nremote = 1 };
	char why[NET_WHY_MAX];

	rig_begin(NET_SCTP_CONN);
	rig_b.echo = true;
	server = (struct sockaddr_in){ .sin_family = AF_INET,
				       .sin_port = htons(rig_encaps) };
	server.sin_addr.s_addr = htonl(0x7f000002);
	near_fd = rig_udp(NAT, 0, &peer.encaps);
	near_ev = event_new(rig_base, near_fd, EV_READ | EV_PERSIST, on_near, NULL);
	event_add(near_ev, NULL);
	open_far();
	peer.remote[0] = rig_addr(NAT ":1");
	peer.remote[0].port = net_listener_addr(rig_b.l)->port;
	ck_assert_msg(!net_sctp_know(rig_a.l, &peer, why), "%s", why);
	net_connect(rig_a.l, &peer.remote[0]);
	RIG_UNTIL(rig_a.opens == 1 && rig_b.opens == 1);
}

static void end(void)
{
	event_free(near_ev);
	close(near_fd);
	close_far();
	rig_end();
}

static void talk(void)
{
	unsigned before = rig_a.inputs;

	rig_say(&rig_a.peer, 0, "hello", 5);
	RIG_UNTIL(rig_a.inputs == before + 1);
}

START_TEST(another_port_is_followed)
{
	begin();
	for (int i = 0; i < 5; i++) {
		talk();
		close_far();
		open_far();
	}
	talk();
	/* The server speaks first, from the address it learnt. */
	rig_say(&rig_b.peer, 0, "you there", 9);
	RIG_UNTIL(!strcmp(rig_a.text, "you there"));
	ck_assert_uint_eq(rig_a.closes + rig_b.closes, 0);
	ck_assert_uint_eq(rig_b.opens, 1);
	end();
}
END_TEST

static uint64_t strangers(void)
{
	return net_get_stats(rig_net)->rx_stranger;
}

/* As a forger would who knows all but the tag; and all, but garbled on the way. */
static void forge(unsigned at)
{
	uint8_t p[PACKET], was;
	uint32_t sum = 0;
	uint64_t before = strangers();
	int fd = rig_udp(NAT, 0, NULL);

	memcpy(p, last, nlast);
	was = p[at];
	p[at] ^= 1;
	if (at < 8) { /* the tag; the sum is right */
		memcpy(p + 8, &sum, sizeof(sum));
		sum = usrsctp_crc32c(p, nlast);
		memcpy(p + 8, &sum, sizeof(sum));
	}
	ck_assert_uint_ne(p[at], was);
	sendto(fd, p, nlast, 0, (struct sockaddr *)&server, sizeof(server));
	RIG_UNTIL(strangers() == before + 1);
	back = 0;
	rig_say(&rig_b.peer, 0, "still here", 10);
	RIG_UNTIL(!strcmp(rig_a.text, "still here"));
	ck_assert_uint_gt(back, 0);
	ck_assert_int_lt(recv(fd, p, sizeof(p), MSG_DONTWAIT), 0);
	close(fd);
	talk();
}

START_TEST(a_forger_moves_nothing)
{
	begin();
	talk();
	for (unsigned i = 4; i < 12; i++)
		forge(i);
	forge((unsigned)nlast - 1);
	end();
}
END_TEST

/* The NAT gives the old port to another host behind it: that one is no longer taken for
 * the one who moved. */
START_TEST(the_old_port_is_nobodys)
{
	uint64_t before;
	uint8_t p[PACKET];
	int old;

	begin();
	talk();
	old = far_fd;
	event_free(far_ev);
	open_far();
	talk();
	before = strangers();
	ck_assert(rig_init(old, net_listener_addr(rig_b.l), 0));
	RIG_UNTIL(strangers() == before + 1);
	ck_assert_int_lt(recv(old, p, sizeof(p), MSG_DONTWAIT), 0);
	talk();
	close(old);
	end();
}
END_TEST

static Suite *nat_suite(void)
{
	Suite *s = suite_create("sctp_nat");
	TCase *tc = tcase_create("moves");

	tcase_add_test(tc, another_port_is_followed);
	tcase_add_test(tc, a_forger_moves_nothing);
	tcase_add_test(tc, the_old_port_is_nobodys);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(nat_suite)
