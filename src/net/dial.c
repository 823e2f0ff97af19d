/* net/dial.c - connections of ours: made when wanted, with pauses between failures.
 *
 * layer: net (L3)   thread: control   I/O: sockets
 *
 * The pause doubles with each failure in a row, from half a second to half a minute, and
 * half of it is random, so that gateways whose agent died don't come back in step. A
 * message from the peer ends the row, a connection alone does not: who takes calls and
 * hangs up gets pauses too.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/tconn.h"
#include "util/rnd.h"

enum {
	PAUSE_FIRST_MS = 500,
	PAUSE_MOST_MS = 30000,
	CONNECT_MS = 10000,
	FORGET_MS = 2 * PAUSE_MOST_MS,
	DIALLED_MOST = 256 /* peers: one that sends us from MGC to MGC fills no memory */
};

uint64_t net_pause_ms(unsigned failures)
{
	uint32_t ms = PAUSE_MOST_MS;

	if (failures < 7)
		ms = (uint32_t)PAUSE_FIRST_MS << (failures ? failures - 1 : 0);
	if (ms > PAUSE_MOST_MS)
		ms = PAUSE_MOST_MS;
	return ms / 2 + rnd_below(ms / 2 + 1);
}

static struct tconn *find(struct tcp *t, const struct addr *remote)
{
	LIST_EACH(it, &t->conns)
	{
		struct tconn *c = LIST_OF(it, struct tconn, in_tcp);

		if (c->dialled && addr_eq(&c->remote, remote))
			return c;
	}
	return NULL;
}

struct tconn *dial_get(struct net_listener *l, const struct addr *remote)
{
	struct tcp *t = l->own;
	struct tconn *c = find(t, remote);

	if (!c && t->dialled < DIALLED_MOST)
		c = tconn_new(l, remote, true);
	return c;
}

/* A socket that connects, or -1 with errno. From the listener's address, any port. */
static int start(const struct tconn *c)
{
	struct sockaddr_storage ss;
	struct addr from = c->at->local;
	socklen_t len;
	int fd = socket(c->remote.family == 6 ? AF_INET6 : AF_INET,
			SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	from.port = 0;
	len = addr_to_sockaddr(&from, &ss);
	if (tcp_options(c->at, fd) ||
	    (!addr_is_any(&from) && bind(fd, (struct sockaddr *)&ss, len))) {
		close(fd);
		return -1;
	}
	len = addr_to_sockaddr(&c->remote, &ss);
	if (connect(fd, (struct sockaddr *)&ss, len) && errno != EINPROGRESS) {
		close(fd);
		return -1;
	}
	return fd;
}

static void dial(struct tconn *c)
{
	int fd = start(c);

	if (fd < 0) {
		tconn_drop(c, strerror(errno));
		return;
	}
	if (tconn_connecting(c, fd)) {
		close(fd);
		tconn_drop(c, "out of memory");
		return;
	}
	tconn_set_timer(c, CONNECT_MS);
}

void dial_want(struct tconn *c)
{
	if (c->state != TCONN_WAITING || c->wanted)
		return;
	c->wanted = true;
	if (!c->failures || c->cooled)
		tconn_set_timer(c, 1);
}

void dial_pause(struct tconn *c)
{
	const struct tcp *t = c->at->own;

	c->at->net->stats.failed += c->state != TCONN_OPEN;
	c->state = TCONN_WAITING;
	c->wanted = c->cooled = false;
	if (c->failures < 100)
		c->failures++;
	tpkt_init(&c->in, t->spec.message_max);
	buf_init(&c->out, t->spec.queue_max);
	tconn_set_timer(c, net_pause_ms(c->failures));
}

void dial_timer(struct tconn *c)
{
	if (c->state == TCONN_CONNECTING) {
		tconn_drop(c, "no answer");
	} else if (c->wanted) {
		c->cooled = false;
		dial(c);
	} else if (!c->cooled) {
		c->cooled = true;
		tconn_set_timer(c, FORGET_MS);
	} else {
		tconn_kill(c);
	}
}

void dial_writable(struct tconn *c)
{
	int err = 0, fd = c->fd;
	socklen_t len = sizeof(err);

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len))
		err = errno;
	if (err) {
		tconn_drop(c, strerror(err));
		return;
	}
	c->at->net->stats.connected++;
	if (tconn_take(c, fd))
		tconn_drop(c, "out of memory");
}
