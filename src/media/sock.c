/* media/sock.c - packet I/O by a socket per port: needs no privileges.
 *
 * layer: media (L3)   thread: slot_open, slot_close: control; the rest: worker
 * I/O: UDP sockets, epoll
 *
 * All sockets of a worker stand in one epoll set, level triggered. A round asks it again
 * until nothing is ready: the first pass takes one packet from each socket that has some,
 * so nobody waits behind a burst; later passes take more at a time from those that still
 * have packets.
 */
#include "media/sock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "media/med.h"
#include "media/slot.h"
#include "media/worker.h"
#include "util/err.h"
#include "util/mem.h"

enum { SOCK_BURST = 16, SOCK_RTCP = 1 };

struct sock_buf {
	uint8_t head[PKT_HEAD];
	uint8_t p[PKT_MAX];
};

struct sock_io {
	struct pktio io;
	int ep;
	struct sock_buf *buf; /* owned: PKT_BATCH of them */
	struct epoll_event ev[PKT_BATCH];
	struct mmsghdr mm[SOCK_BURST];
	struct iovec iov[SOCK_BURST];
	struct sockaddr_storage from[SOCK_BURST];
};

static struct sock_io *sock_of(struct pktio *io)
{
	return (struct sock_io *)(void *)io;
}

static int sock_probe(const struct med_conf *conf, char *why, size_t size)
{
	(void)conf;
	(void)why;
	(void)size;
	return 0; /* works everywhere */
}

static void sock_close(struct pktio *io)
{
	struct sock_io *s = sock_of(io);

	if (s->ep >= 0)
		close(s->ep);
	mem_free(s->buf);
	mem_free(s);
}

static int sock_open(struct pktio **out, struct worker *w)
{
	struct epoll_event ev = { .events = EPOLLIN, .data = { .u64 = 0 } };
	struct sock_io *s = mem_zalloc(sizeof(*s));
	int err = -H_ESYS;

	if (!s)
		return -H_ENOMEM;
	s->io.ops = &pktio_sock;
	s->io.w = w;
	s->buf = mem_array(PKT_BATCH, sizeof(*s->buf));
	s->ep = epoll_create1(EPOLL_CLOEXEC);
	if (!s->buf || s->ep < 0 || epoll_ctl(s->ep, EPOLL_CTL_ADD, w->kick, &ev)) {
		if (!s->buf)
			err = -H_ENOMEM;
		sock_close(&s->io);
		return err;
	}
	*out = &s->io;
	return 0;
}

/* --- receive --- */

static void sock_from(struct addr *a, const struct sockaddr_storage *ss)
{
	const struct sockaddr_in *in = (const void *)ss;

	if (ss->ss_family == AF_INET) {
		memset(a, 0, sizeof(*a));
		memcpy(a->ip, &in->sin_addr, 4);
		a->port = ntohs(in->sin_port);
		a->family = 4;
	} else {
		addr_from_sockaddr(a, ss);
	}
}

static void sock_pkt(struct sock_io *s, struct pkt *k, unsigned slot, uint64_t tag,
		     size_t len, const struct sockaddr_storage *from)
{
	k->p = s->buf[slot].p;
	k->n = (uint32_t)len;
	k->rtcp = tag & SOCK_RTCP;
	k->slot = (struct slot *)(uintptr_t)(tag & ~(uint64_t)SOCK_RTCP);
	sock_from(&k->from, from);
}

static int sock_tag_fd(uint64_t tag)
{
	const struct slot *sl = (struct slot *)(uintptr_t)(tag & ~(uint64_t)SOCK_RTCP);

	return sl->fd[tag & SOCK_RTCP];
}

/* One packet of one socket: 1 or 0. */
static unsigned sock_one(struct sock_io *s, struct pkt *v, unsigned at, uint64_t tag)
{
	socklen_t alen = sizeof(s->from[0]);
	ssize_t n = recvfrom(sock_tag_fd(tag), s->buf[at].p, PKT_MAX, MSG_TRUNC,
			     (struct sockaddr *)&s->from[0], &alen);

	if (n < 0)
		return 0;
	if (n > PKT_MAX) {
		stat_add64(&s->io.w->stats.stray, 1);
		return 0;
	}
	sock_pkt(s, &v[at], at, tag, (size_t)n, &s->from[0]);
	return 1;
}

/* Up to SOCK_BURST packets of a socket that has many. */
static unsigned sock_many(struct sock_io *s, struct pkt *v, unsigned at, unsigned max,
			  uint64_t tag)
{
	unsigned most = max - at < SOCK_BURST ? max - at : SOCK_BURST, kept = 0;
	int n;

	for (unsigned i = 0; i < most; i++) {
		s->iov[i] = (struct iovec){ s->buf[at + i].p, PKT_MAX };
		s->mm[i].msg_hdr = (struct msghdr){
			.msg_name = &s->from[i],
			.msg_namelen = sizeof(s->from[i]),
			.msg_iov = &s->iov[i],
			.msg_iovlen = 1,
		};
	}
	n = recvmmsg(sock_tag_fd(tag), s->mm, most, MSG_DONTWAIT, NULL);
	for (int i = 0; i < n; i++) {
		if (s->mm[i].msg_hdr.msg_flags & MSG_TRUNC) {
			stat_add64(&s->io.w->stats.stray, 1);
			continue;
		}
		sock_pkt(s, &v[at + kept], at + (unsigned)i, tag, s->mm[i].msg_len,
			 &s->from[i]);
		kept++;
	}
	return kept;
}

static int sock_ready(struct sock_io *s, unsigned max, int64_t wait_ns)
{
	struct timespec t = { .tv_sec = wait_ns / 1000000000,
			      .tv_nsec = wait_ns % 1000000000 };

	if (wait_ns == 0)
		return epoll_wait(s->ep, s->ev, (int)max, 0);
	return epoll_pwait2(s->ep, s->ev, (int)max, wait_ns < 0 ? NULL : &t, NULL);
}

static unsigned sock_recv(struct pktio *io, struct pkt *v, unsigned max, int64_t wait_ns)
{
	struct sock_io *s = sock_of(io);
	unsigned n = 0, pass = 0;
	uint64_t at;

	while (n < max) {
		int ready = sock_ready(s, max - n, pass ? 0 : wait_ns);
		unsigned before = n;

		for (int i = 0; i < ready && n < max; i++) {
			uint64_t tag = s->ev[i].data.u64;

			if (tag)
				n += pass ? sock_many(s, v, n, max, tag)
					  : sock_one(s, v, n, tag);
		}
		if (n == before)
			break;
		pass++;
	}
	at = work_clock(io->w->med);
	for (unsigned i = 0; i < n; i++)
		v[i].at = at;
	return n;
}

static void sock_done(struct pktio *io)
{
	(void)io;
}

/* --- send --- */

static int sock_out_fd(const struct out *o)
{
	int fd = o->slot->fd[o->rtcp ? SLOT_FD_TX_RTCP : SLOT_FD_TX];

	return fd >= 0 ? fd : o->slot->fd[o->rtcp];
}

/* Head and body in one piece when the room before the body is ours. */
static unsigned sock_iov(struct iovec *iov, const struct out *o)
{
	if (o->shared && o->nhead) {
		iov[0] = (struct iovec){ (void *)o->head, o->nhead };
		iov[1] = (struct iovec){ o->body, o->nbody };
		return 2;
	}
	memcpy(o->body - o->nhead, o->head, o->nhead);
	iov[0] = (struct iovec){ o->body - o->nhead, o->nhead + o->nbody };
	return 1;
}

static ssize_t sock_sendmsg(const struct out *o)
{
	struct slot_dest *d = &o->slot->dest[o->rtcp];
	struct iovec iov[2];
	struct msghdr m = {
		.msg_iov = iov,
		.msg_iovlen = sock_iov(iov, o),
	};

	if (o->rtcp || !o->slot->io_peer.family) {
		m.msg_name = &d->sa;
		m.msg_namelen = d->salen;
	}

	if (m.msg_iovlen > 1)
		return sendmsg(sock_out_fd(o), &m, 0);
	return sendto(sock_out_fd(o), iov[0].iov_base, iov[0].iov_len, 0, m.msg_name,
		      m.msg_namelen);
}

static void sock_send_one(struct sock_io *s, const struct out *o)
{
	if (sock_sendmsg(o) >= 0)
		return;
	if (errno == EMSGSIZE)
		sockopt_fragment(sock_out_fd(o), o->slot->tx_local.family == 6);
	/* else an ICMP error on an earlier packet, which is over with by this */
	if ((errno == EMSGSIZE || errno == ECONNREFUSED) && sock_sendmsg(o) >= 0)
		return;
	slot_tx_failed(o->slot);
	stat_add64(&s->io.w->stats.tx_failed, 1);
}

/* Several packets of one socket, each with a body of its own. */
static void sock_send_many(struct sock_io *s, struct out *v, unsigned n)
{
	struct slot_dest *d = &v->slot->dest[v->rtcp];
	bool to = v->rtcp || !v->slot->io_peer.family;
	struct iovec iov[SOCK_BURST][2];
	struct mmsghdr mm[SOCK_BURST];
	unsigned sent = 0;

	for (unsigned i = 0; i < n; i++)
		mm[i].msg_hdr = (struct msghdr){
			.msg_name = to ? &d->sa : NULL,
			.msg_namelen = to ? d->salen : 0,
			.msg_iov = iov[i],
			.msg_iovlen = sock_iov(iov[i], &v[i]),
		};
	while (sent < n) {
		int r = sendmmsg(sock_out_fd(v), mm + sent, n - sent, 0);

		if (r <= 0) { /* this one alone, and on with those behind */
			sock_send_one(s, &v[sent]);
			r = 1;
		}
		sent += (unsigned)r;
	}
}

static void sock_send(struct pktio *io, struct out *v, unsigned n)
{
	struct sock_io *s = sock_of(io);
	unsigned i = 0, k;

	while (i < n) {
		for (k = 1; i + k < n && k < SOCK_BURST; k++)
			if (v[i + k].slot != v[i].slot || v[i + k].rtcp != v[i].rtcp)
				break;
		if (k == 1)
			sock_send_one(s, &v[i]);
		else
			sock_send_many(s, &v[i], k);
		i += k;
	}
}

/* --- slots, on the worker --- */

static void sock_watch(struct sock_io *s, struct slot *slot, int op, unsigned which)
{
	struct epoll_event ev = { .events = EPOLLIN,
				  .data = { .u64 = (uintptr_t)slot | which } };

	if (slot->fd[which] >= 0 && epoll_ctl(s->ep, op, slot->fd[which], &ev))
		assert(op == EPOLL_CTL_DEL || errno == ENOMEM || errno == ENOSPC);
}

static void sock_slot_start(struct pktio *io, struct slot *slot)
{
	sock_watch(sock_of(io), slot, EPOLL_CTL_ADD, SLOT_FD_RTP);
	sock_watch(sock_of(io), slot, EPOLL_CTL_ADD, SLOT_FD_RTCP);
}

static void sock_slot_stop(struct pktio *io, struct slot *slot)
{
	sock_watch(sock_of(io), slot, EPOLL_CTL_DEL, SLOT_FD_RTP);
	sock_watch(sock_of(io), slot, EPOLL_CTL_DEL, SLOT_FD_RTCP);
}

/* Is RTP of this slot exchanged with one address only, so that its socket may be
 * connected (a fifth less work for the system per packet)? What arrives from elsewhere is
 * then dropped by the system, uncounted. */
static bool sock_settled(const struct slot *s)
{
	const struct plan_leg *leg = s->leg;

	if (s->flags & SLOT_JOIN)
		return false;
	if (s->flags & (SLOT_EMIT | SLOT_LISTENER))
		return true;
	if (!leg->remote.family || !addr_eq(&s->dest[0].addr, &leg->remote))
		return false;
	if (leg->accept == ACCEPT_STRICT ||
	    !(leg->flags & (PLAN_RECV | PLAN_LATCH | PLAN_LOOP)))
		return true;
	return s->latch.state == LATCH_LOCKED && addr_eq(&s->src.from, &leg->remote);
}

static void sock_slot_dest(struct pktio *io, struct slot *slot, bool rtcp)
{
	(void)io;
	if (rtcp || !slot->leg)
		return;
	sockopt_marks(slot, slot->leg->tos, slot->leg->hops);
	sockopt_peer(slot, sock_settled(slot));
}

static void sock_tick(struct pktio *io, uint64_t now)
{
	(void)io;
	(void)now;
}

const struct pktio_ops pktio_sock = {
	.name = "socket",
	.needs = "nothing",
	.probe = sock_probe,
	.open = sock_open,
	.close = sock_close,
	.slot_fds = sockopt_fds,
	.slot_open = sock_slot_open,
	.slot_close = sock_slot_close,
	.slot_fd = sock_slot_fd,
	.slot_start = sock_slot_start,
	.slot_stop = sock_slot_stop,
	.slot_dest = sock_slot_dest,
	.recv = sock_recv,
	.done = sock_done,
	.send = sock_send,
	.tick = sock_tick,
};
