/* media/sockopt.c - see sock.h.
 *
 * layer: media (L3)   thread: control; sockopt_marks: worker   I/O: sockets
 *
 * A unicast leg has two sockets, RTP and RTCP. What receives a group is bound to the
 * group's address with *_MULTICAST_ALL off, so that groups sharing a port do not hear
 * each other, and sends (if it does) by two more that are bound to our own address.
 */
#include "media/sock.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "media/med.h"
#include "media/slot.h"
#include "util/err.h"

#ifndef IPV6_MULTICAST_ALL
#define IPV6_MULTICAST_ALL 29
#endif

unsigned sockopt_fds(uint8_t flags)
{
	return (flags & (SLOT_EMIT | SLOT_JOIN)) == (SLOT_EMIT | SLOT_JOIN) ? 4 : 2;
}

static int sockopt_set(int fd, bool v6, int opt4, int opt6, int value)
{
	return setsockopt(fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? opt6 : opt4, &value,
			  sizeof(value));
}

static int sockopt_err(void)
{
	switch (errno) {
	case EADDRINUSE:
	case EACCES: /* a privileged port */
		return -H_EBUSY;
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
		return -H_ELIMIT;
	case ENOMEM:
		return -H_ENOMEM;
	case EADDRNOTAVAIL:
	case EAFNOSUPPORT:
		return -H_ENOTSUP;
	default:
		return -H_ESYS;
	}
}

static int sockopt_new(const struct addr *a, int *out)
{
	int fd = socket(a->family == 6 ? AF_INET6 : AF_INET,
			SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return sockopt_err();
	*out = fd;
	return 0;
}

/* RTP has room for bursts, and is never cut unless we must (sockopt_fragment): the system
 * needs no packet id then. */
static void sockopt_rtp(const struct slot *s, int fd, const struct addr *a, bool sends)
{
	int size = (int)s->w->med->conf.sock_buf;

	if (size)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (sends)
		sockopt_set(fd, a->family == 6, IP_MTU_DISCOVER, IPV6_MTU_DISCOVER,
			    IP_PMTUDISC_DO);
}

static int sockopt_bind(const struct addr *a, bool group, int *out)
{
	struct sockaddr_storage ss;
	socklen_t n = addr_to_sockaddr(a, &ss);
	int fd = -1, err = sockopt_new(a, &fd), one = 1;

	if (err)
		return err;
	*out = fd;
	if (group &&
	    (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) ||
	     sockopt_set(fd, a->family == 6, IP_MULTICAST_ALL, IPV6_MULTICAST_ALL, 0)))
		return sockopt_err();
	if (bind(fd, (struct sockaddr *)&ss, n))
		return sockopt_err();
	return 0;
}

/* How a group is sent to: interface, hops, loop. */
static int sockopt_group(const struct slot *s, int fd)
{
	const struct group_spec *g = s->spec;
	bool v6 = g->group.family == 6;
	int err = 0;

	if (v6 && g->ifindex)
		err = sockopt_set(fd, true, 0, IPV6_MULTICAST_IF, (int)g->ifindex);
	if (!v6) {
		struct ip_mreqn mr = { .imr_ifindex = (int)g->ifindex };

		memcpy(&mr.imr_address, s->tx_local.ip, 4);
		err = setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &mr, sizeof(mr));
	}
	err |= sockopt_set(fd, v6, IP_MULTICAST_TTL, IPV6_MULTICAST_HOPS,
			   g->hops ? g->hops : 1);
	err |= sockopt_set(fd, v6, IP_MULTICAST_LOOP, IPV6_MULTICAST_LOOP, g->loop);
	if (g->tos)
		err |= sockopt_set(fd, v6, IP_TOS, IPV6_TCLASS, g->tos);
	return err ? sockopt_err() : 0;
}

/* A pair of sockets at a and the port behind it, in fd[at] and fd[at + 1]. */
static int sockopt_pair(struct slot *s, const struct addr *a, unsigned at, bool join,
			bool emit)
{
	struct addr x = *a;
	int err = 0;

	for (unsigned i = 0; i < 2 && !err; i++) {
		err = sockopt_bind(&x, join, &s->fd[at + i]);
		if (!err && emit)
			err = sockopt_group(s, s->fd[at + i]);
		if (!err && !i)
			sockopt_rtp(s, s->fd[at], a, emit || !join);
		x.port++;
	}
	return err;
}

void sock_slot_close(struct pktio *io, struct slot *slot)
{
	(void)io;
	for (unsigned i = 0; i < SLOT_FDS; i++) {
		if (slot->fd[i] >= 0)
			close(slot->fd[i]);
		slot->fd[i] = -1;
	}
}

int sock_slot_open(struct pktio *io, struct slot *slot)
{
	bool join = slot->flags & SLOT_JOIN, emit = slot->flags & SLOT_EMIT;
	int err;

	err = sockopt_pair(slot, join ? &slot->local : &slot->tx_local, SLOT_FD_RTP, join,
			   emit && !join);
	if (!err && join && emit)
		err = sockopt_pair(slot, &slot->tx_local, SLOT_FD_TX, false, true);
	if (err)
		sock_slot_close(io, slot);
	slot->io_tos = slot->spec ? slot->spec->tos : 0;
	slot->io_hops = slot->spec && slot->spec->hops ? slot->spec->hops : 0;
	return err;
}

int sock_slot_fd(const struct slot *slot, bool rtcp)
{
	return slot->fd[rtcp];
}

void sockopt_fragment(int fd, bool v6)
{
	sockopt_set(fd, v6, IP_MTU_DISCOVER, IPV6_MTU_DISCOVER, IP_PMTUDISC_WANT);
}

void sockopt_marks(struct slot *s, uint8_t tos, uint8_t hops)
{
	unsigned at = s->fd[SLOT_FD_TX] >= 0 ? SLOT_FD_TX : SLOT_FD_RTP;
	bool v6 = s->tx_local.family == 6, group = s->flags & SLOT_EMIT;

	if (s->fd[at] < 0)
		return;
	for (unsigned i = at; i < at + 2; i++) {
		if (tos != s->io_tos)
			sockopt_set(s->fd[i], v6, IP_TOS, IPV6_TCLASS, tos);
		if (hops != s->io_hops && group && hops)
			sockopt_set(s->fd[i], v6, IP_MULTICAST_TTL, IPV6_MULTICAST_HOPS,
				    hops);
		else if (hops != s->io_hops && !group)
			sockopt_set(s->fd[i], v6, IP_TTL, IPV6_UNICAST_HOPS,
				    hops ? hops : -1);
	}
	s->io_tos = tos;
	s->io_hops = hops;
}

void sockopt_peer(struct slot *s, bool on)
{
	const struct slot_dest *d = &s->dest[0];
	const struct sockaddr none = { .sa_family = AF_UNSPEC };
	struct addr was = s->io_peer;

	if (on && d->addr.family && addr_eq(&was, &d->addr))
		return;
	memset(&s->io_peer, 0, sizeof(s->io_peer));
	if (on && d->addr.family && !connect(s->fd[SLOT_FD_RTP], &d->sa, d->salen))
		s->io_peer = d->addr;
	else if (was.family)
		connect(s->fd[SLOT_FD_RTP], &none, sizeof(none)); /* keeps its address */
}
