/* net/tconn.c - see tconn.h: bytes in, bytes out, and their end.
 *
 * layer: net (L3)   thread: control   I/O: sockets
 */
#include "net/tconn.h"

#include <errno.h>
#include <event2/event.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/tlsconn.h"
#include "util/err.h"
#include "util/mem.h"

enum {
	READ_BYTES = 16384,
	READ_ROUNDS = 4, /* per wake-up: other connections get their turn */
	HIGH_PART = 8    /* read no more when 1/8 of the queue is in use */
};

struct net_peer tconn_peer(const struct tconn *c)
{
	return (struct net_peer){
		.at = c->at, .local = c->local, .remote = c->remote, .conn = c->id,
		.dialled = c->dialled
	};
}

static size_t waiting(const struct tconn *c)
{
	return c->out.n - c->sent;
}

static size_t high(const struct tconn *c)
{
	const struct tcp *t = c->at->own;

	return t->spec.queue_max / HIGH_PART;
}

/* ---- its end ------------------------------------------------------------------- */

static void drop_event(struct event **e)
{
	if (*e)
		event_free(*e);
	*e = NULL;
}

/* Everything of the socket; the connection may be dialled anew. */
static void hang_up(struct tconn *c)
{
	struct net *n = c->at->net;

	drop_event(&c->readable);
	drop_event(&c->writable);
	tls_free(c->tls);
	c->tls = NULL;
	if (c->fd >= 0)
		close(c->fd);
	if (c->state == TCONN_OPEN) {
		n->stats.open--;
		map_del(&n->conns, &c->by_id);
	}
	list_del(&c->in_dirty);
	tpkt_fini(&c->in);
	buf_fini(&c->out);
	c->fd = -1;
	c->id = 0;
	c->sent = 0;
	c->stopped = c->partial = false;
	c->why = NULL;
}

void tconn_kill(struct tconn *c)
{
	struct tcp *t = c->at->own;

	if (c->state == TCONN_DEAD)
		return;
	hang_up(c);
	if (c->dialled)
		t->dialled--;
	else
		t->taken--;
	c->state = TCONN_DEAD;
	event_del(c->timer);
	list_del(&c->in_tcp);
	list_add(&t->dead, &c->in_tcp);
	event_active(t->reap, EV_TIMEOUT, 0);
}

void tconn_drop(struct tconn *c, const char *why)
{
	struct net *n = c->at->net;
	struct net_peer peer = tconn_peer(c);
	bool known = c->state == TCONN_OPEN || c->dialled;
	bool shaking = c->state == TCONN_SHAKING;
	bool refused = shaking && tls_refused(c->tls);
	char text[NET_WHY_MAX]; /* `why` may go with the session */

	snprintf(text, sizeof(text), "%s", why);
	if (c->dialled) {
		hang_up(c);
		dial_pause(c);
	} else {
		tconn_kill(c);
	}
	if (shaking)
		tls_failed(peer.at, &peer, c->dialled, refused, text);
	if (known && n->user.closed)
		n->user.closed(n->user.arg, &peer, text);
	if (n->user.drained)
		n->user.drained(n->user.arg);
}

void tconn_drop_later(struct tconn *c, const char *why)
{
	if (c->why)
		return;
	c->why = why;
	event_active(c->timer, EV_TIMEOUT, 0);
}

void tconn_free(struct tconn *c)
{
	list_del(&c->in_tcp);
	drop_event(&c->timer);
	mem_free(c);
}

/* ---- time ---------------------------------------------------------------------- */

void tconn_set_timer(struct tconn *c, uint64_t ms)
{
	struct timeval tv = { .tv_sec = (time_t)(ms / 1000),
			      .tv_usec = (suseconds_t)(ms % 1000 * 1000) };

	if (ms)
		event_add(c->timer, &tv);
	else
		event_del(c->timer);
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct tconn *c = arg;

	(void)fd;
	(void)what;
	if (c->state == TCONN_DEAD)
		return;
	if (c->why || c->state == TCONN_OPEN || c->state == TCONN_SHAKING) {
		c->at->net->stats.dropped++;
		tconn_drop(c, c->why ? c->why
			      : c->state == TCONN_SHAKING
				      ? "the TLS handshake was not ended"
			      : c->partial ? "a message was begun and not ended"
					   : "nothing was heard for too long");
		return;
	}
	dial_timer(c);
}

/* A message begun has its time from the first octet, whatever trickles in after it. */
static void watch_pace(struct tconn *c, bool whole)
{
	const struct tcp *t = c->at->own;
	bool partial = tpkt_is_partial(&c->in);

	if (!whole && partial == c->partial)
		return;
	c->partial = partial;
	tconn_set_timer(c, partial ? t->spec.partial_ms : t->spec.idle_ms);
}

/* ---- in ------------------------------------------------------------------------ */

static int open_it(struct tconn *c, int fd);

static const char *say_tpkt(int err)
{
	return err == -H_ELIMIT   ? "a message is too long"
	       : err == -H_ENOMEM ? "out of memory"
				  : "what came is no TPKT";
}

/* False: the connection is gone. */
static bool take(struct tconn *c, struct span bytes)
{
	struct net *n = c->at->net;
	struct span message;
	bool whole = false;
	int got;

	while ((got = tpkt_input(&c->in, &bytes, &message)) > 0) {
		struct net_peer from = tconn_peer(c);

		whole = true;
		c->failures = 0;
		n->stats.rx++;
		n->user.input(n->user.arg, &from, message);
		if (c->state != TCONN_OPEN)
			return false;
	}
	if (got < 0) {
		n->stats.dropped++;
		tconn_drop(c, say_tpkt(got));
		return false;
	}
	if (!c->why)
		watch_pace(c, whole);
	return true;
}

/* The handshake, as far as it goes now. */
static void shake(struct tconn *c)
{
	int got = tls_shake(c->tls);
	struct net_peer peer = tconn_peer(c);

	if (got < 0) {
		tconn_drop(c, tls_why(c->tls));
		return;
	}
	if (!got) {
		if (tls_wants_write(c->tls))
			event_add(c->writable, NULL);
		return;
	}
	tls_went_well(c->at, &peer);
	if (open_it(c, c->fd))
		tconn_drop(c, "out of memory");
}

/* As recv(); a TLS record is never longer than READ_BYTES, so none is read in part. */
static ssize_t get(struct tconn *c, char *bytes)
{
	ssize_t got;

	c->at->net->stats.rx_calls++;
	if (!c->tls)
		return recv(c->fd, bytes, READ_BYTES, 0);
	got = tls_recv(c->tls, bytes, READ_BYTES);
	if (got < 0 && tls_wants_write(c->tls))
		event_add(c->writable, NULL);
	return got;
}

static const char *say_end(const struct tconn *c, ssize_t got)
{
	return !got ? "closed by the peer" : c->tls ? tls_why(c->tls) : strerror(errno);
}

static void read_it(struct tconn *c)
{
	struct net *n = c->at->net;
	char bytes[READ_BYTES];

	for (int round = 0; round < READ_ROUNDS && !c->stopped; round++) {
		ssize_t got = get(c, bytes);

		if (got < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (got <= 0) {
			tconn_drop(c, say_end(c, got));
			return;
		}
		n->stats.rx_octets += (uint64_t)got;
		if (!take(c, (struct span){ bytes, (size_t)got }))
			return;
		n->user.drained(n->user.arg);
		if (c->state != TCONN_OPEN || (got < READ_BYTES && !c->tls))
			return;
	}
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct tconn *c = arg;

	(void)fd;
	(void)what;
	if (c->state == TCONN_SHAKING)
		shake(c);
	else
		read_it(c);
}

/* ---- out ----------------------------------------------------------------------- */

static void stop_or_go(struct tconn *c)
{
	bool stop = waiting(c) > high(c);

	if (stop == c->stopped || c->state != TCONN_OPEN)
		return;
	c->stopped = stop;
	if (stop)
		event_del(c->readable);
	else
		event_add(c->readable, NULL);
}

static void make_room(struct tconn *c)
{
	if (c->sent < c->out.n / 2)
		return;
	memmove(c->out.p, c->out.p + c->sent, waiting(c));
	c->out.n -= c->sent;
	c->sent = 0;
}

void tconn_send(struct tconn *c, struct span bytes)
{
	struct tcp *t = c->at->own;
	struct net_stats *st = &c->at->net->stats;
	uint8_t h[TPKT_HEADER];

	if (c->why)
		return;
	if (bytes.n > TPKT_MAX - TPKT_HEADER) {
		st->tx_errors++;
		return;
	}
	if (c->sent)
		make_room(c);
	tpkt_header(h, bytes.n);
	buf_put(&c->out, h, sizeof(h));
	buf_span(&c->out, bytes);
	if (!buf_ok(&c->out)) {
		st->tx_full++;
		tconn_drop_later(c, "it does not take what we send");
		return;
	}
	st->tx++;
	if (c->state == TCONN_OPEN && list_empty(&c->in_dirty))
		list_add(&t->dirty, &c->in_dirty);
}

static ssize_t put(struct tconn *c)
{
	const char *p = c->out.p + c->sent;

	return c->tls ? tls_send(c->tls, p, waiting(c))
		      : send(c->fd, p, waiting(c), MSG_NOSIGNAL);
}

void tconn_flush(struct tconn *c)
{
	struct net_stats *st = &c->at->net->stats;

	while (waiting(c) && c->state == TCONN_OPEN && !c->why) {
		ssize_t n = put(c);

		st->tx_calls++;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN) {
			event_add(c->writable, NULL);
			break;
		}
		if (n < 0) {
			tconn_drop_later(c, "it can't be written to");
			return;
		}
		st->tx_octets += (uint64_t)n;
		c->sent += (size_t)n;
	}
	if (!waiting(c)) {
		buf_reset(&c->out);
		c->sent = 0;
	}
	stop_or_go(c);
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
	struct tconn *c = arg;

	(void)fd;
	(void)what;
	if (c->state == TCONN_CONNECTING) {
		dial_writable(c);
	} else if (c->state == TCONN_SHAKING) {
		shake(c);
	} else {
		if (c->tls && tls_wants_write(c->tls))
			read_it(c);
		if (c->state == TCONN_OPEN)
			tconn_flush(c);
	}
}

/* ---- its beginning ------------------------------------------------------------- */

struct tconn *tconn_new(struct net_listener *l, const struct addr *remote, bool dialled)
{
	struct tcp *t = l->own;
	struct tconn *c = mem_zalloc(sizeof(*c));

	if (!c)
		return NULL;
	c->at = l;
	c->fd = -1;
	c->remote = *remote;
	c->dialled = dialled;
	list_init(&c->in_dirty);
	tpkt_init(&c->in, t->spec.message_max);
	buf_init(&c->out, t->spec.queue_max);
	c->timer = evtimer_new(l->net->base, on_timer, c);
	if (!c->timer) {
		mem_free(c);
		return NULL;
	}
	list_add(&t->conns, &c->in_tcp);
	if (dialled)
		t->dialled++;
	else
		t->taken++;
	return c;
}

/* The events of a socket, once; a dialled one has them before it is open. */
static int watch(struct tconn *c, int fd)
{
	struct event_base *base = c->at->net->base;

	if (!c->readable)
		c->readable = event_new(base, fd, EV_READ | EV_PERSIST, on_readable, c);
	if (!c->writable)
		c->writable = event_new(base, fd, EV_WRITE, on_writable, c);
	return c->readable && c->writable ? 0 : -H_ENOMEM;
}

static int open_it(struct tconn *c, int fd)
{
	struct net *n = c->at->net;
	const struct tcp *t = c->at->own;
	struct net_peer peer;

	if (watch(c, fd) || event_add(c->readable, NULL))
		return -H_ENOMEM;
	if (map_add(&n->conns, &c->by_id, map_u64(&n->conns, n->last_conn + 1)))
		return -H_ENOMEM;
	c->id = ++n->last_conn;
	c->fd = fd;
	c->state = TCONN_OPEN;
	c->wanted = false;
	n->stats.open++;
	tconn_set_timer(c, c->dialled ? t->spec.idle_ms : t->spec.partial_ms);
	peer = tconn_peer(c);
	if (n->user.opened)
		n->user.opened(n->user.arg, &peer);
	if (c->state == TCONN_OPEN && waiting(c))
		tconn_flush(c);
	if (n->user.drained)
		n->user.drained(n->user.arg);
	return 0;
}

static int shake_hands(struct tconn *c, int fd)
{
	c->tls = tls_new(c, fd);
	if (!c->tls || watch(c, fd) || event_add(c->readable, NULL))
		return -H_ENOMEM;
	c->fd = fd;
	c->state = TCONN_SHAKING;
	tconn_set_timer(c, net_tls_patience(c->at->net->tls));
	shake(c);
	return 0;
}

int tconn_take(struct tconn *c, int fd)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);

	if (!getsockname(fd, (struct sockaddr *)&ss, &len))
		addr_from_sockaddr(&c->local, &ss);
	return c->at->kind == NET_tls ? shake_hands(c, fd) : open_it(c, fd);
}

int tconn_connecting(struct tconn *c, int fd)
{
	if (watch(c, fd) || event_add(c->writable, NULL))
		return -H_ENOMEM;
	c->fd = fd;
	c->state = TCONN_CONNECTING;
	return 0;
}
