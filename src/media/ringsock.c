/* media/ringsock.c - the slow path of ring mode: what goes or comes by socket.
 *
 * layer: media (L3)   thread: open, close: control; the rest: worker   I/O: sockets
 *
 * In: the kernel puts fragments together; a raw socket per address of ours, shared by all
 * ports, reads the results (whole datagrams never come so far: the drop rule ate them). A
 * slot that listens to a group has two UDP sockets that take what this host itself sent
 * to the group, which no tap shows, and datagrams too long for one frame. Out: a socket
 * per leg for what only the kernel can deliver; it reads nothing.
 */
#include "media/ringsock.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "media/med.h"
#include "media/ringrx.h"
#include "util/err.h"

enum {
	READS = 32, /* datagrams a slow socket may give in one round */
	LONGEST_FRAME =
		1500 - FRAME_IP4, /* with the UDP header, of a common Ethernet frame */
	TAG_RTCP = 1,
};

static int bind_to(int fd, const struct addr *a)
{
	struct sockaddr_storage ss;
	socklen_t n = addr_to_sockaddr(a, &ss);

	return bind(fd, (struct sockaddr *)&ss, n);
}

static int af_of(const struct addr *a)
{
	return a->family == 4 ? AF_INET : AF_INET6;
}

static int sys_err(void)
{
	if (errno == EADDRINUSE)
		return -H_EBUSY;
	return errno == EMFILE || errno == ENFILE ? -H_ELIMIT : -H_ESYS;
}

/* --- fragments --- */

/* All ports of an address: from the least to the greatest of its ranges. */
static void raw_range(const struct med_conf *c, const struct addr *a, uint16_t *lo,
		      uint16_t *hi)
{
	*lo = UINT16_MAX;
	*hi = 0;
	for (unsigned i = 0; i < c->npool; i++) {
		if (!addr_same_host(&c->pool[i].addr, a))
			continue;
		*lo = c->pool[i].lo < *lo ? c->pool[i].lo : *lo;
		*hi = c->pool[i].hi > *hi ? c->pool[i].hi : *hi;
	}
}

static int raw_open(struct ring_io *r, const struct addr *pool)
{
	const struct med_conf *c = &r->io.w->med->conf;
	struct epoll_event ev = { .events = EPOLLIN };
	struct addr a = *pool;
	struct ringbpf b;
	uint16_t lo, hi;
	int one = 1, fd;

	if (r->nraw == RING_RAWS)
		return -H_ELIMIT;
	raw_range(c, &a, &lo, &hi);
	ringbpf_raw(&b, a.family, lo, hi, r->io.w->index, c->workers);
	fd = socket(af_of(&a), SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_UDP);
	if (fd < 0)
		return sys_err();
	a.port = 0;
	ev.data.u64 = RINGSOCK_TAG_RAW + r->nraw;
	r->raw_family[r->nraw] = a.family;
	r->raw[r->nraw++] = fd;
	if (ringbpf_attach(fd, &b) || bind_to(fd, &a))
		return -H_ESYS;
	if (a.family == 6 &&
	    setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &one, sizeof(one)))
		return -H_ESYS;
	return epoll_ctl(r->ep, EPOLL_CTL_ADD, fd, &ev) ? -H_ESYS : 0;
}

int ringsock_raws_open(struct ring_io *r)
{
	const struct med_conf *c = &r->io.w->med->conf;

	for (unsigned i = 0; i < c->npool; i++) {
		bool seen = false;
		int rc;

		for (unsigned k = 0; k < i; k++)
			seen = seen || addr_same_host(&c->pool[k].addr, &c->pool[i].addr);
		rc = seen ? 0 : raw_open(r, &c->pool[i].addr);
		if (rc)
			return rc;
	}
	return 0;
}

void ringsock_close(struct ring_io *r)
{
	while (r->nraw)
		close(r->raw[--r->nraw]);
}

/* IPv6 raw sockets keep the IP header to themselves: made up again from what they tell.
 */
static bool raw_header6(uint8_t *ip, size_t n, const struct msghdr *m, uint32_t *ifindex)
{
	const struct sockaddr_in6 *from = m->msg_name;
	uint16_t len = htons((uint16_t)n);

	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c;
	     c = CMSG_NXTHDR((struct msghdr *)m, c)) {
		struct in6_pktinfo pi;

		if (c->cmsg_level != IPPROTO_IPV6 || c->cmsg_type != IPV6_PKTINFO)
			continue;
		memcpy(&pi, CMSG_DATA(c), sizeof(pi));
		memset(ip, 0, FRAME_IP6);
		ip[0] = 0x60;
		memcpy(ip + 4, &len, 2);
		ip[6] = IPPROTO_UDP;
		memcpy(ip + 8, &from->sin6_addr, 16);
		memcpy(ip + 24, &pi.ipi6_addr, 16);
		*ifindex = pi.ipi6_ifindex;
		return true;
	}
	return false;
}

/* One datagram: how many packets it became, or -1 when there is none. */
static int raw_read(struct ring_io *r, unsigned which, struct pkt *v, unsigned max)
{
	bool v6 = r->raw_family[which] == 6;
	struct ring_spare *s = ringrx_spare_get(r);
	struct sockaddr_storage from;
	_Alignas(8) uint8_t control[128];
	struct iovec iov;
	struct msghdr m = { .msg_name = &from,
			    .msg_namelen = sizeof(from),
			    .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = control,
			    .msg_controllen = sizeof(control) };
	uint32_t ifindex = 0;
	struct frame f;
	ssize_t n;

	if (!s)
		return -1;
	iov.iov_base = v6 ? s->raw + FRAME_IP6 : s->raw;
	iov.iov_len = sizeof(s->raw) - (v6 ? FRAME_IP6 : 0);
	n = recvmsg(r->raw[which], &m, 0);
	if (n < 0)
		return -1;
	if (v6 && !raw_header6(s->raw, (size_t)n, &m, &ifindex))
		return 0;
	if (frame_parse(&f, s->raw, (size_t)n + (v6 ? FRAME_IP6 : 0),
			v6 ? FRAME_TYPE_IP6 : FRAME_TYPE_IP4) != FRAME_DATA ||
	    (m.msg_flags & MSG_TRUNC) || !frame_udp_ok(&f)) {
		stat_add64(&r->io.w->stats.stray, 1);
		return 0;
	}
	return (int)ringrx_deliver(r, &f, s->raw + (f.data - s->raw), ifindex,
				 work_clock(r->io.w->med), v, max);
}

/* --- groups: from this host, or long --- */

static int join_socket(const struct addr *a)
{
	struct ringbpf b;
	int one = 1, fd = socket(af_of(a), SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return sys_err();
	ringbpf_looped(&b, LONGEST_FRAME);
	if (ringbpf_attach(fd, &b) ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) ||
	    setsockopt(fd, af_of(a) == AF_INET ? IPPROTO_IP : IPPROTO_IPV6,
		       af_of(a) == AF_INET ? IP_PKTINFO : IPV6_RECVPKTINFO, &one,
		       sizeof(one)) ||
	    bind_to(fd, a)) {
		int rc = sys_err();

		close(fd);
		return rc;
	}
	return fd;
}

int ringsock_join_open(struct slot *s)
{
	struct addr a = s->local;

	for (unsigned i = 0; i < 2; i++, a.port++) {
		int fd = join_socket(&a);

		if (fd < 0) {
			ringsock_join_close(s);
			return fd;
		}
		s->fd[i] = fd;
	}
	return 0;
}

void ringsock_join_close(struct slot *s)
{
	for (unsigned i = 0; i < 2; i++) {
		if (s->fd[i] >= 0)
			close(s->fd[i]);
		s->fd[i] = -1;
	}
}

void ringsock_watch(struct ring_io *r, struct slot *s, bool on)
{
	for (unsigned i = 0; i < 2; i++) {
		struct epoll_event ev = { .events = EPOLLIN,
					  .data = { .u64 = (uintptr_t)s | i } };

		if (s->fd[i] >= 0 &&
		    epoll_ctl(r->ep, on ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, s->fd[i], &ev))
			stat_add64(&r->io.w->stats.stray, 1);
	}
}

static uint32_t info_ifindex(struct msghdr *m)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		struct in_pktinfo p4;
		struct in6_pktinfo p6;

		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
			memcpy(&p4, CMSG_DATA(c), sizeof(p4));
			return (uint32_t)p4.ipi_ifindex;
		}
		if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
			memcpy(&p6, CMSG_DATA(c), sizeof(p6));
			return p6.ipi6_ifindex;
		}
	}
	return 0;
}

/* One datagram of a group: 1 and *v, 0 not wanted, -1 there is none. */
static int join_read(struct ring_io *r, struct slot *s, bool rtcp, struct pkt *v)
{
	struct ring_spare *sp = ringrx_spare_get(r);
	const struct ring_leg *l = s->io_data;
	struct sockaddr_storage from;
	_Alignas(8) uint8_t control[128];
	struct iovec iov;
	struct msghdr m = { .msg_name = &from,
			    .msg_namelen = sizeof(from),
			    .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = control,
			    .msg_controllen = sizeof(control) };
	ssize_t n;

	if (!sp)
		return -1;
	iov = (struct iovec){ sp->raw, PKT_MAX };
	n = recvmsg(s->fd[rtcp], &m, 0);
	if (n < 0)
		return -1;
	addr_from_sockaddr(&v->from, &from);
	if ((m.msg_flags & MSG_TRUNC) || !ringrx_wanted(l, &v->from, info_ifindex(&m)))
		return 0;
	v->p = sp->raw;
	v->n = (uint32_t)n;
	v->rtcp = rtcp;
	v->slot = s;
	v->at = work_clock(r->io.w->med);
	return 1;
}

unsigned ringsock_recv(struct ring_io *r, uint64_t tag, struct pkt *v, unsigned max)
{
	struct slot *s = (struct slot *)(uintptr_t)(tag & ~(uint64_t)TAG_RTCP);
	bool raw = tag < RINGSOCK_TAG_RAW + RING_RAWS;
	unsigned n = 0;

	for (unsigned i = 0; i < READS && n < max; i++) {
		unsigned spare = r->nspare;
		int got = raw ? raw_read(r, (unsigned)(tag - RINGSOCK_TAG_RAW), v + n,
					 max - n)
			      : join_read(r, s, tag & TAG_RTCP, v + n);

		if (got <= 0)
			r->nspare = spare;
		if (got < 0)
			break;
		n += (unsigned)got;
	}
	return n;
}

/* --- out --- */

static void set_opt(int fd, bool v6, int opt4, int opt6, int v)
{
	/* A mark that can't be set is no reason not to send. */
	if (setsockopt(fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? opt6 : opt4, &v,
		       sizeof(v)))
		return;
}

static void set_group(int fd, const struct slot *s, uint32_t ifindex)
{
	bool v6 = s->tx_local.family == 6;
	struct ip_mreqn mr = { .imr_ifindex = (int)ifindex };

	memcpy(&mr.imr_address, s->tx_local.ip, 4);
	if (v6)
		set_opt(fd, true, 0, IPV6_MULTICAST_IF, (int)ifindex);
	else if (setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &mr, sizeof(mr)))
		return;
	set_opt(fd, v6, IP_MULTICAST_TTL, IPV6_MULTICAST_HOPS,
		s->spec->hops ? s->spec->hops : 1);
	set_opt(fd, v6, IP_MULTICAST_LOOP, IPV6_MULTICAST_LOOP, s->spec->loop);
}

static void set_marks(struct ring_leg *l, int fd)
{
	const struct slot *s = l->slot;
	bool v6 = s->tx_local.family == 6, group = s->spec && (s->flags & SLOT_EMIT);
	uint8_t tos = s->leg ? s->leg->tos : 0, hops = s->leg ? s->leg->hops : 0;

	if (!tos && group)
		tos = s->spec->tos;
	l->fd_tos = tos;
	l->fd_hops = hops;
	set_opt(fd, v6, IP_TOS, IPV6_TCLASS, tos);
	if (!group)
		set_opt(fd, v6, IP_TTL, IPV6_UNICAST_HOPS, hops ? hops : -1);
	else if (hops)
		set_opt(fd, v6, IP_MULTICAST_TTL, IPV6_MULTICAST_HOPS, hops);
}

static int leg_socket(struct ring_io *r, struct ring_leg *l, bool rtcp)
{
	const struct slot *s = l->slot;
	struct addr a = s->tx_local;
	struct ringbpf none;
	int fd;

	if (!med_fd_take(r->io.w->med, 1))
		return -1;
	a.port = (uint16_t)(a.port + rtcp);
	fd = socket(af_of(&a), SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	ringbpf_nothing(&none);
	if (fd < 0 || ringbpf_attach(fd, &none) || bind_to(fd, &a)) {
		if (fd >= 0)
			close(fd);
		med_fd_give(r->io.w->med, 1);
		return -1;
	}
	if (s->spec && (s->flags & SLOT_EMIT))
		set_group(fd, s, atomic_load_explicit(&l->ifindex, memory_order_relaxed));
	set_marks(l, fd);
	return fd;
}

static void leg_marks(struct ring_leg *l)
{
	const struct plan_leg *p = l->slot->leg;

	if (!p || (p->tos == l->fd_tos && p->hops == l->fd_hops))
		return;
	for (unsigned i = 0; i < 2; i++)
		if (l->fd[i] >= 0)
			set_marks(l, l->fd[i]);
}

void ringsock_send(struct ring_io *r, struct out *o)
{
	struct ring_leg *l = o->slot->io_data;
	struct slot_dest *d = &o->slot->dest[o->rtcp];
	struct iovec iov[2] = { { (void *)o->head, o->nhead }, { o->body, o->nbody } };
	struct msghdr m = { .msg_name = &d->sa, .msg_namelen = d->salen, .msg_iov = iov,
			    .msg_iovlen = 2 };
	int *fd = &l->fd[o->rtcp];

	if (!d->addr.family)
		return;
	if (*fd < 0) {
		*fd = leg_socket(r, l, o->rtcp);
		if (*fd >= 0 && list_empty(&l->open))
			list_add(&r->open, &l->open);
	} else {
		leg_marks(l);
	}
	l->fd_used = r->now_s;
	if (*fd < 0 || sendmsg(*fd, &m, 0) < 0) {
		slot_tx_failed(o->slot);
		stat_add64(&r->io.w->stats.tx_failed, 1);
	}
}

void ringsock_leg_close(struct ring_io *r, struct ring_leg *l)
{
	for (unsigned i = 0; i < 2; i++) {
		if (l->fd[i] < 0)
			continue;
		close(l->fd[i]);
		l->fd[i] = -1;
		med_fd_give(r->io.w->med, 1);
	}
	list_del(&l->open);
}

void ringsock_tick(struct ring_io *r)
{
	LIST_EACH_SAFE(it, &r->open)
	{
		struct ring_leg *l = LIST_OF(it, struct ring_leg, open);

		if (r->now_s - l->fd_used > RING_SOCK_IDLE_S)
			ringsock_leg_close(r, l);
	}
}
