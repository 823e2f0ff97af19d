/* tests/unit/net_rig.c - see net_rig.h.
 *
 * layer: tests   thread: main   I/O: sockets on loopback
 */
#include "net_rig.h"

#include <errno.h>
#include <event2/event.h>
#include <stdio.h>
#include <sys/socket.h>

#include "wire/tpkt.h"

struct rig rig;

/* ---- what the net tells -------------------------------------------------------- */

static void on_input(void *arg, const struct net_peer *from, struct span bytes)
{
	static char big[6000];

	(void)arg;
	if (!rig.inputs++)
		snprintf(rig.first, sizeof(rig.first), "%.*s",
			 (int)(bytes.n < 60 ? bytes.n : 60), bytes.p);
	rig.in_octets += bytes.n;
	rig.last = *from;
	if (rig.echo)
		net_send(from, bytes);
	for (unsigned i = 0; i < rig.answers; i++)
		net_send(from, (struct span){ big, sizeof(big) });
}

static void on_drained(void *arg)
{
	(void)arg;
	net_flush(rig.net);
}

static bool on_accept(void *arg, const struct net_peer *from)
{
	(void)arg;
	return !rig.strangers && from->remote.family == 4;
}

static void on_opened(void *arg, const struct net_peer *peer)
{
	(void)arg;
	rig.opens++;
	rig.last = *peer;
}

static void on_closed(void *arg, const struct net_peer *peer, const char *why)
{
	(void)arg;
	rig.closes++;
	rig.gone = *peer;
	snprintf(rig.gone_why, sizeof(rig.gone_why), "%s", why);
}

static void on_names(void *arg, const struct net_peer *peer, struct buf *out)
{
	struct span rest = str_of(rig.names);

	(void)arg;
	ck_assert_uint_ne(peer->remote.port, 0);
	ck_assert_uint_ne(peer->local.port, 0);
	while (rest.n) {
		buf_span(out, str_cut(&rest, ','));
		buf_char(out, 0);
	}
}

static void on_unsafe(void *arg, const struct net_peer *peer, const char *why, bool again)
{
	(void)arg;
	(void)peer;
	rig.unsafes++;
	rig.agains += again;
	snprintf(rig.unsafe_why, sizeof(rig.unsafe_why), "%s", why);
}

void rig_turn(void)
{
	struct timeval tv = { .tv_usec = 1000 };

	event_base_loopexit(rig.base, &tv);
	event_base_dispatch(rig.base);
}

void rig_run(uint64_t ms)
{
	uint64_t end = test_ms() + ms;

	while (test_ms() < end)
		rig_turn();
}

bool rig_new(void)
{
	static const struct net_user user = { .input = on_input,
					      .drained = on_drained,
					      .accept = on_accept,
					      .opened = on_opened,
					      .closed = on_closed,
					      .names = on_names,
					      .unsafe = on_unsafe };

	rig.base = event_base_new();
	rig.net = rig.base ? net_new(rig.base, &user) : NULL;
	return rig.base && rig.net;
}

void rig_listen(enum net_kind kind, struct net_spec spec)
{
	char why[NET_WHY_MAX] = "";

	spec.kind = kind;
	addr_parse(&spec.local, STR_LIT("127.0.0.1:0"));
	ck_assert_msg(!net_listen(rig.net, &spec, &rig.here, why), "%s", why);
}

void rig_begin(struct net_spec spec)
{
	test_no_oom();
	ck_assert(rig_new());
	rig_listen(NET_tcp, spec);
}

void rig_end(void)
{
	net_free(rig.net);
	if (rig.base)
		event_base_free(rig.base);
}

/* ---- the other side ------------------------------------------------------------ */

int rig_caller(void)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(net_listener_addr(rig.here), &ss);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	ck_assert_int_eq(connect(fd, (struct sockaddr *)&ss, len), 0);
	return fd;
}

int rig_server(struct addr *at)
{
	struct sockaddr_storage ss;
	socklen_t len;
	int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);

	addr_parse(at, STR_LIT("127.0.0.2:0"));
	len = addr_to_sockaddr(at, &ss);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&ss, len), 0);
	ck_assert_int_eq(listen(fd, 5), 0);
	len = sizeof(ss);
	getsockname(fd, (struct sockaddr *)&ss, &len);
	addr_from_sockaddr(at, &ss);
	return fd;
}

void rig_say(int fd, const void *p, size_t n)
{
	uint8_t h[TPKT_HEADER];

	tpkt_header(h, n);
	ck_assert_int_eq(send(fd, h, sizeof(h), 0), (int)sizeof(h));
	ck_assert_int_eq(send(fd, p, n, 0), (ssize_t)n);
}

/* Octets that come within the patience, and whether the stream ended before. */
static size_t take(int fd, void *p, size_t n, bool *ended)
{
	uint64_t till = test_ms() + RIG_PATIENCE_MS;
	size_t got = 0;

	*ended = false;
	while (got < n && !*ended && test_ms() < till) {
		ssize_t r = recv(fd, (char *)p + got, n - got, MSG_DONTWAIT);

		if (r == 0 || (r < 0 && errno != EAGAIN))
			*ended = true;
		else if (r > 0)
			got += (size_t)r;
		else
			rig_turn();
	}
	return got;
}

size_t rig_hear(int fd, void *p, size_t n)
{
	bool ended;

	return take(fd, p, n, &ended);
}

bool rig_ended(int fd)
{
	bool ended;
	char c;

	return !take(fd, &c, 1, &ended) && ended;
}
