/* tests/unit/sctp_rig.c - see sctp_rig.h.
 *
 * layer: tests   thread: main   I/O: sockets on loopback
 */
#include "sctp_rig.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>
#include <usrsctp.h>

struct event_base *rig_base;
struct net *rig_net;
struct rig_side rig_a, rig_b;
uint16_t rig_encaps;

uint16_t rig_free_port(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	socklen_t n = sizeof(in);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	ck_assert(!bind(fd, (struct sockaddr *)&in, sizeof(in)));
	ck_assert(!getsockname(fd, (struct sockaddr *)&in, &n));
	close(fd);
	return ntohs(in.sin_port);
}

int rig_udp(const char *at, uint16_t port, uint16_t *got)
{
	struct sockaddr_storage ss;
	struct addr a;
	socklen_t n;
	int fd, one = 1;

	ck_assert(!addr_parse_ip(&a, str_of(at)));
	a.port = port;
	fd = socket(a.family == 6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	ck_assert_int_ge(fd, 0);
	if (port)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	n = addr_to_sockaddr(&a, &ss);
	if (bind(fd, (struct sockaddr *)&ss, n)) {
		close(fd);
		return -1;
	}
	n = sizeof(ss);
	getsockname(fd, (struct sockaddr *)&ss, &n);
	addr_from_sockaddr(&a, &ss);
	if (got)
		*got = a.port;
	return fd;
}

bool rig_init(int fd, const struct addr *to, unsigned n)
{
	struct sockaddr_storage ss;
	struct addr at = *to;
	socklen_t len;
	struct init {
		uint16_t from, to;
		uint32_t tag, sum;
		uint8_t type, flags;
		uint16_t length;
		uint32_t mine, window;
		uint16_t out, in;
		uint32_t tsn;
	} p = { .from = htons((uint16_t)(RIG_INIT_PORT + n % 60000)),
		.to = htons(to->port),
		.type = 1,
		.length = htons(20),
		.mine = htonl(n + 1),
		.window = htonl(65536),
		.out = htons(16),
		.in = htons(16),
		.tsn = htonl(1) };

	p.sum = usrsctp_crc32c(&p, sizeof(p));
	at.port = rig_encaps;
	len = addr_to_sockaddr(&at, &ss);
	return sendto(fd, &p, sizeof(p), 0, (struct sockaddr *)&ss, len) == sizeof(p);
}

struct addr rig_addr(const char *text)
{
	struct addr a;

	ck_assert(!addr_parse(&a, str_of(text)));
	return a;
}

static struct rig_side *side(const struct net_peer *p)
{
	return net_listener_user(p->at);
}

static void on_input(void *arg, const struct net_peer *from, struct span bytes)
{
	struct rig_side *s = side(from);

	(void)arg;
	s->inputs++;
	s->octets += bytes.n;
	s->key = from->key;
	s->ppid = from->ppid;
	s->peer = *from;
	snprintf(s->text, sizeof(s->text), "%.*s", (int)(bytes.n < 60 ? bytes.n : 60),
		 bytes.p);
	if (s->echo)
		net_send(from, bytes);
}

static void on_drained(void *arg)
{
	(void)arg;
	net_flush(rig_net);
}

static bool on_accept(void *arg, const struct net_peer *from)
{
	(void)arg;
	return !side(from)->refuse;
}

static void on_opened(void *arg, const struct net_peer *peer)
{
	(void)arg;
	side(peer)->opens++;
	side(peer)->peer = *peer;
	if (side(peer)->unwanted)
		net_disconnect(rig_net, peer->conn);
}

static void on_closed(void *arg, const struct net_peer *peer, const char *why)
{
	(void)arg;
	side(peer)->closes++;
	side(peer)->gone = *peer;
	snprintf(side(peer)->why, sizeof(side(peer)->why), "%s", why);
}

static void on_noticed(void *arg, const struct net_peer *peer, enum net_notice what,
		       const struct addr *path)
{
	(void)arg;
	side(peer)->notices[what]++;
	if (path)
		side(peer)->path = *path;
}

void rig_start(enum net_sctp_backend backend)
{
	struct net_user user = { .input = on_input,
				 .drained = on_drained,
				 .accept = on_accept,
				 .opened = on_opened,
				 .closed = on_closed,
				 .noticed = on_noticed };
	struct net_sctp_stack stack = { .backend = backend };
	char why[NET_WHY_MAX] = "";

	test_no_oom();
	if (!rig_encaps)
		rig_encaps = rig_free_port();
	stack.encaps = rig_encaps;
	rig_base = event_base_new();
	rig_net = net_new(rig_base, &user);
	ck_assert(rig_base && rig_net);
	ck_assert_msg(!net_sctp_start(rig_net, &stack, why), "%s", why);
}

void rig_listen(struct rig_side *s, const char *local)
{
	char why[NET_WHY_MAX] = "";

	s->spec.kind = NET_sctp;
	s->spec.local = rig_addr(local);
	s->spec.sctp = &s->sctp;
	s->spec.user = s;
	ck_assert_msg(!net_listen(rig_net, &s->spec, &s->l, why), "%s", why);
}

void rig_begin(enum net_sctp_backend backend)
{
	rig_start(backend);
	rig_listen(&rig_a, "127.0.0.1:0");
	/* native: the system sends from 127.0.0.1 in any case */
	rig_listen(&rig_b, backend == NET_SCTP_CONN ? "127.0.0.2:0" : "127.0.0.1:0");
}

void rig_call(struct rig_side *from, const struct rig_side *to)
{
	unsigned before = from->opens, there = to->opens;

	net_connect(from->l, net_listener_addr(to->l));
	RIG_UNTIL(from->opens > before && to->opens > there);
}

void rig_say(const struct net_peer *to, uint32_t key, const void *p, size_t n)
{
	struct net_peer at = *to;

	at.key = key;
	net_send(&at, (struct span){ p, n });
	net_flush(rig_net);
}

void rig_turn(void)
{
	struct timeval tv = { .tv_usec = 2000 };

	event_base_loopexit(rig_base, &tv);
	event_base_dispatch(rig_base);
}

void rig_end(void)
{
	net_free(rig_net);
	event_base_free(rig_base);
	rig_net = NULL;
}
