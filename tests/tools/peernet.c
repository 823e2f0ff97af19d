/* tests/tools/peernet.c - see peernet.h: the queue, UDP and TCP.
 *
 * layer: tests   thread: main, pn_post() any   I/O: sockets
 */
#include "peernet.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include "tool.h"

enum { SOCKETS_MOST = 32, TPKT_HEAD = 4, READ_MOST = 65536 };

struct node {
	struct node *next;
	struct pn_event ev;
};

/* A TCP connection, or a UDP remote address. */
struct conn {
	int fd;
	struct addr peer;
	char *in;
	size_t nin;
};

static struct pn_spec spec;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct node *first, **last = &first;
static unsigned waiting, most_waiting;
static int wake_fd, listen_fd = -1;
static struct conn conns[SOCKETS_MOST];
static unsigned nconns;

void pn_post(const struct pn_event *ev)
{
	struct node *n = malloc(sizeof(*n));
	uint64_t one = 1;
	bool was_empty;

	if (!n)
		die("out of memory");
	n->next = NULL;
	n->ev = *ev;
	n->ev.at = now_ns();
	pthread_mutex_lock(&lock);
	was_empty = !first;
	*last = n;
	last = &n->next;
	if (++waiting > most_waiting)
		most_waiting = waiting;
	pthread_mutex_unlock(&lock);
	if (was_empty)
		(void)!write(wake_fd, &one, sizeof(one));
}

static bool take(struct pn_event *ev)
{
	struct node *n;

	pthread_mutex_lock(&lock);
	n = first;
	if (n) {
		first = n->next;
		waiting--;
		if (!first)
			last = &first;
	}
	pthread_mutex_unlock(&lock);
	if (!n)
		return false;
	*ev = n->ev;
	free(n);
	return true;
}

unsigned pn_most_waiting(void)
{
	return most_waiting;
}

/* ---- UDP and TCP ----------------------------------------------------------------- */

static uint32_t conn_new(int fd, const struct addr *peer)
{
	if (nconns == SOCKETS_MOST)
		die("too many connections");
	conns[nconns] = (struct conn){ .fd = fd, .peer = *peer };
	return ++nconns;
}

static void post_up(uint32_t conn, const struct addr *peer)
{
	pn_post(&(struct pn_event){
		.what = PN_UP, .conn = conn, .peer = *peer, .streams = 1 });
}

static uint32_t conn_of(const struct addr *peer)
{
	for (unsigned i = 0; i < nconns; i++)
		if (addr_eq(&conns[i].peer, peer))
			return i + 1;
	post_up(nconns + 1, peer);
	return conn_new(-1, peer);
}

static void post_message(uint32_t conn, const char *p, size_t n)
{
	struct pn_event ev = { .what = PN_MESSAGE, .conn = conn, .n = n,
			       .peer = conns[conn - 1].peer, .bytes = malloc(n + 1) };

	if (!ev.bytes)
		die("out of memory");
	memcpy(ev.bytes, p, n);
	pn_post(&ev);
}

static void udp_read(void)
{
	static char p[READ_MOST];

	for (int i = 0; i < 256; i++) {
		struct sockaddr_storage ss;
		socklen_t len = sizeof(ss);
		struct addr from;
		ssize_t n = recvfrom(listen_fd, p, sizeof(p), MSG_DONTWAIT,
				     (struct sockaddr *)&ss, &len);

		if (n <= 0)
			return;
		addr_from_sockaddr(&from, &ss);
		post_message(conn_of(&from), p, (size_t)n);
	}
}

static void tcp_gone(uint32_t id)
{
	struct conn *c = &conns[id - 1];

	close(c->fd);
	c->fd = -1;
	pn_post(&(struct pn_event){
		.what = PN_DOWN, .conn = id, .peer = c->peer, .text = "closed" });
}

static void tcp_read(uint32_t id)
{
	struct conn *c = &conns[id - 1];
	ssize_t n;
	size_t at = 0;

	if (!c->in)
		c->in = malloc(2 * READ_MOST);
	if (!c->in)
		die("out of memory");
	n = recv(c->fd, c->in + c->nin, 2 * READ_MOST - c->nin, MSG_DONTWAIT);
	if (n <= 0) {
		if (n == 0 || errno != EAGAIN)
			tcp_gone(id);
		return;
	}
	c->nin += (size_t)n;
	while (c->nin - at >= TPKT_HEAD) {
		size_t len = get16((uint8_t *)c->in + at + 2);

		if (len < TPKT_HEAD || c->nin - at < len)
			break;
		post_message(id, c->in + at + TPKT_HEAD, len - TPKT_HEAD);
		at += len;
	}
	memmove(c->in, c->in + at, c->nin - at);
	c->nin -= at;
}

static void tcp_accept(void)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	struct addr from;
	int one = 1, fd = accept(listen_fd, (struct sockaddr *)&ss, &len);

	if (fd < 0)
		return;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	addr_from_sockaddr(&from, &ss);
	post_up(conn_new(fd, &from), &from);
}

static int tcp_socket(struct sockaddr_storage *ss, socklen_t *len, const struct addr *a)
{
	int fd, one = 1;

	*len = addr_to_sockaddr(a, ss);
	fd = socket(ss->ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		die("socket: %s", strerror(errno));
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

static void tcp_listen(void)
{
	struct sockaddr_storage ss;
	socklen_t len;

	listen_fd = tcp_socket(&ss, &len, &spec.local[0]);
	if (bind(listen_fd, (struct sockaddr *)&ss, len) || listen(listen_fd, 8))
		die("listen: %s", strerror(errno));
}

static void tcp_dial(const struct addr *remote)
{
	struct sockaddr_storage ss;
	socklen_t len;
	int fd = tcp_socket(&ss, &len, remote);

	if (connect(fd, (struct sockaddr *)&ss, len)) {
		close(fd);
		pn_post(&(struct pn_event){
			.what = PN_FAILED, .peer = *remote, .text = strerror(errno) });
		return;
	}
	post_up(conn_new(fd, remote), remote);
}

static int tcp_send(const struct conn *c, const void *bytes, size_t n)
{
	static uint8_t p[TPKT_HEAD + READ_MOST];
	size_t at = 0;

	if (c->fd < 0 || n > READ_MOST - TPKT_HEAD)
		return -1;
	p[0] = 3;
	p[1] = 0;
	put16(p + 2, (unsigned)(n + TPKT_HEAD));
	memcpy(p + TPKT_HEAD, bytes, n);
	while (at < n + TPKT_HEAD) {
		ssize_t k = send(c->fd, p + at, n + TPKT_HEAD - at, MSG_NOSIGNAL);

		if (k <= 0)
			return -1;
		at += (size_t)k;
	}
	return 0;
}

static int udp_send_to(const struct addr *to, const void *bytes, size_t n)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(to, &ss);

	return sendto(listen_fd, bytes, n, 0, (struct sockaddr *)&ss, len) < 0 ? -1 : 0;
}

/* ---- all ------------------------------------------------------------------------- */

void pn_open(const struct pn_spec *s)
{
	spec = *s;
	wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (spec.kind == PN_SCTP)
		sctpnet_open(&spec);
	else if (spec.kind == PN_UDP)
		listen_fd = udp_open(&spec.local[0], true);
	else
		tcp_listen();
}

void pn_connect(const struct addr *remote, unsigned n)
{
	if (spec.kind == PN_SCTP)
		sctpnet_connect(remote, n);
	else if (spec.kind == PN_TCP)
		tcp_dial(remote);
	else
		conn_of(remote);
}

int pn_send(uint32_t conn, uint16_t stream, const void *bytes, size_t n)
{
	if (spec.kind == PN_SCTP)
		return sctpnet_send(conn, stream, bytes, n);
	if (!conn || conn > nconns)
		return -1;
	if (spec.kind == PN_UDP)
		return udp_send_to(&conns[conn - 1].peer, bytes, n);
	return tcp_send(&conns[conn - 1], bytes, n);
}

bool pn_next(struct pn_event *ev, int ms)
{
	struct pollfd fds[2 + SOCKETS_MOST] = { { .fd = wake_fd, .events = POLLIN },
						{ .fd = listen_fd, .events = POLLIN } };
	nfds_t n = 2;
	uint64_t v;

	if (take(ev))
		return true;
	for (unsigned i = 0; i < nconns; i++)
		fds[n++] = (struct pollfd){ .fd = conns[i].fd, .events = POLLIN };
	if (poll(fds, n, ms) <= 0)
		return take(ev);
	(void)!read(wake_fd, &v, sizeof(v));
	for (unsigned i = 0; i < n - 2; i++)
		if (fds[i + 2].revents)
			tcp_read(i + 1);
	if (fds[1].revents && spec.kind == PN_UDP)
		udp_read();
	else if (fds[1].revents)
		tcp_accept();
	return take(ev);
}

void pn_close(void)
{
	if (spec.kind == PN_SCTP)
		sctpnet_close();
	for (unsigned i = 0; i < nconns; i++)
		free(conns[i].in);
}
