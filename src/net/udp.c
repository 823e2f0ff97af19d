/* net/udp.c - UDP listeners: recvmmsg in, sendmmsg out.
 *
 * layer: net (L3)   thread: control   I/O: one socket per listener
 *
 * A wildcard listener asks for IP_PKTINFO, so that the address a datagram was sent to is
 * known and the answer leaves from it; a bound one knows it already.
 */
#include <errno.h>
#include <event2/event.h>
#include <linux/errqueue.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/ops.h"
#include "util/err.h"
#include "util/mem.h"

enum { CTL_SPACE = NET_PKTINFO_SPACE };
enum { READ_ROUNDS = 8 }; /* batches per wake-up: other events get their turn */
enum { OUT_BYTES = NET_BATCH * 2048 };
enum { ERRORS_MOST = 4 }; /* a flood of forged ICMP must not keep a flush for ever */

/* A receive batch; one for all listeners, since nothing is kept between two reads. */
struct udp_in {
	struct mmsghdr msg[NET_BATCH];
	struct iovec iov[NET_BATCH];
	struct sockaddr_storage from[NET_BATCH];
	_Alignas(struct cmsghdr) char ctl[NET_BATCH][CTL_SPACE];
	char bytes[NET_BATCH][NET_DATAGRAM_MAX];
};

struct udp {
	int fd;
	bool wild;
	struct event *readable, *writable; /* owned */
	unsigned nout;                     /* messages waiting */
	size_t out_used;
	struct mmsghdr msg[NET_BATCH];
	struct iovec iov[NET_BATCH];
	struct sockaddr_storage to[NET_BATCH];
	_Alignas(struct cmsghdr) char ctl[NET_BATCH][CTL_SPACE];
	char out[OUT_BYTES];
};

static void udp_flush(struct net_listener *l);

/* ---- in ------------------------------------------------------------------------ */

static struct udp_in *in_get(struct net *n)
{
	struct udp_in *in = n->udp_in;

	if (in)
		return in;
	in = mem_zalloc(sizeof(*in));
	if (!in)
		return NULL;
	for (unsigned i = 0; i < NET_BATCH; i++) {
		in->iov[i] = (struct iovec){ in->bytes[i], NET_DATAGRAM_MAX };
		in->msg[i].msg_hdr.msg_iov = &in->iov[i];
		in->msg[i].msg_hdr.msg_iovlen = 1;
		in->msg[i].msg_hdr.msg_name = &in->from[i];
		in->msg[i].msg_hdr.msg_control = in->ctl[i];
	}
	n->udp_in = in;
	return in;
}

void net_pktinfo_get(struct addr *local, struct msghdr *h)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(h); c; c = CMSG_NXTHDR(h, c)) {
		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
			struct in_pktinfo pi;

			memcpy(&pi, CMSG_DATA(c), sizeof(pi));
			memcpy(local->ip, &pi.ipi_spec_dst, 4);
		} else if (c->cmsg_level == IPPROTO_IPV6 &&
			   c->cmsg_type == IPV6_PKTINFO) {
			struct in6_pktinfo pi;

			memcpy(&pi, CMSG_DATA(c), sizeof(pi));
			memcpy(local->ip, &pi.ipi6_addr, 16);
			if (addr_is_link_local(local))
				local->scope = pi.ipi6_ifindex;
		}
	}
}

static void take_one(struct net_listener *l, struct udp_in *in, unsigned i)
{
	struct udp *u = l->own;
	struct net_stats *st = &l->net->stats;
	struct net_peer from = { .at = l, .local = l->local };
	struct msghdr *h = &in->msg[i].msg_hdr;

	st->rx++;
	st->rx_octets += in->msg[i].msg_len;
	if (h->msg_flags & MSG_TRUNC) {
		st->rx_long++;
		return;
	}
	addr_from_sockaddr(&from.remote, &in->from[i]);
	if (u->wild)
		net_pktinfo_get(&from.local, h);
	l->net->user.input(l->net->user.arg, &from,
			   (struct span){ in->bytes[i], in->msg[i].msg_len });
}

static int read_batch(struct net_listener *l, struct udp_in *in)
{
	struct udp *u = l->own;
	int n;

	for (unsigned i = 0; i < NET_BATCH; i++) {
		in->msg[i].msg_hdr.msg_namelen = sizeof(in->from[i]);
		in->msg[i].msg_hdr.msg_controllen = u->wild ? CTL_SPACE : 0;
	}
	n = recvmmsg(u->fd, in->msg, NET_BATCH, MSG_DONTWAIT, NULL);
	l->net->stats.rx_calls++;
	return n;
}

bool net_is_gone(struct msghdr *h)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(h); c; c = CMSG_NXTHDR(h, c)) {
		struct sock_extended_err e;

		if ((c->cmsg_level != IPPROTO_IP || c->cmsg_type != IP_RECVERR) &&
		    (c->cmsg_level != IPPROTO_IPV6 || c->cmsg_type != IPV6_RECVERR))
			continue;
		if (c->cmsg_len < CMSG_LEN(sizeof(e)))
			continue;
		memcpy(&e, CMSG_DATA(c), sizeof(e));
		if (e.ee_origin == SO_EE_ORIGIN_ICMP || e.ee_origin == SO_EE_ORIGIN_ICMP6)
			return e.ee_errno == ECONNREFUSED ||
			       e.ee_errno == EHOSTUNREACH || e.ee_errno == ENETUNREACH;
	}
	return false;
}

/* Errors the system noted, with whom they concern; true when there was one. */
static bool read_errors(struct net_listener *l)
{
	struct udp *u = l->own;
	char ctl[512], byte;
	struct sockaddr_storage to;
	bool any = false;

	for (int i = 0; i < NET_BATCH; i++) {
		struct iovec iov = { &byte, 1 };
		struct msghdr h = { .msg_name = &to,
				    .msg_namelen = sizeof(to),
				    .msg_iov = &iov,
				    .msg_iovlen = 1,
				    .msg_control = ctl,
				    .msg_controllen = sizeof(ctl) };
		struct addr remote;

		if (recvmsg(u->fd, &h, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
			break;
		any = true;
		l->net->stats.rx_errors++;
		addr_from_sockaddr(&remote, &to);
		if (l->net->user.unreachable && remote.family && net_is_gone(&h))
			l->net->user.unreachable(l->net->user.arg, &remote);
	}
	return any;
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct net_listener *l = arg;
	struct net *net = l->net;
	struct udp_in *in = in_get(net);

	(void)fd;
	(void)what;
	if (!in)
		return; /* no memory now: the datagrams wait in the socket */
	for (int round = 0; round < READ_ROUNDS; round++) {
		int n = read_batch(l, in);

		if (n < 0 && errno != EAGAIN && errno != EINTR && read_errors(l))
			net->user.drained(net->user.arg);
		for (int i = 0; i < n; i++)
			take_one(l, in, (unsigned)i);
		if (n > 0)
			net->user.drained(net->user.arg);
		if (n < NET_BATCH)
			break;
	}
}

/* ---- out ----------------------------------------------------------------------- */

void net_pktinfo_put(struct msghdr *h, char *ctl, const struct addr *from)
{
	struct cmsghdr *c = (struct cmsghdr *)(void *)ctl;

	h->msg_control = ctl;
	if (from->family == 4) {
		struct in_pktinfo pi = { 0 };

		memcpy(&pi.ipi_spec_dst, from->ip, 4);
		c->cmsg_level = IPPROTO_IP;
		c->cmsg_type = IP_PKTINFO;
		c->cmsg_len = CMSG_LEN(sizeof(pi));
		h->msg_controllen = CMSG_SPACE(sizeof(pi));
		memcpy(CMSG_DATA(c), &pi, sizeof(pi));
	} else {
		struct in6_pktinfo pi = { .ipi6_ifindex = from->scope };

		memcpy(&pi.ipi6_addr, from->ip, 16);
		c->cmsg_level = IPPROTO_IPV6;
		c->cmsg_type = IPV6_PKTINFO;
		c->cmsg_len = CMSG_LEN(sizeof(pi));
		h->msg_controllen = CMSG_SPACE(sizeof(pi));
		memcpy(CMSG_DATA(c), &pi, sizeof(pi));
	}
}

static void udp_send(struct net_listener *l, const struct net_peer *to, struct span bytes)
{
	struct udp *u = l->own;
	struct msghdr *h;

	if (bytes.n > NET_DATAGRAM_MAX) {
		l->net->stats.tx_errors++;
		return;
	}
	if (u->nout == NET_BATCH || u->out_used + bytes.n > OUT_BYTES)
		udp_flush(l);
	if (u->nout == NET_BATCH || u->out_used + bytes.n > OUT_BYTES) {
		l->net->stats.tx_full++; /* the peer repeats itself, RFC 3435 3.5 */
		return;
	}
	h = &u->msg[u->nout].msg_hdr;
	*h = (struct msghdr){ .msg_iov = &u->iov[u->nout], .msg_iovlen = 1 };
	h->msg_name = &u->to[u->nout];
	h->msg_namelen = addr_to_sockaddr(&to->remote, &u->to[u->nout]);
	if (u->wild && !addr_is_any(&to->local))
		net_pktinfo_put(h, u->ctl[u->nout], &to->local);
	memcpy(u->out + u->out_used, bytes.p, bytes.n);
	u->iov[u->nout] = (struct iovec){ u->out + u->out_used, bytes.n };
	u->out_used += bytes.n;
	u->nout++;
}

/* Messages `from`.. stay: they move to the front. Their bytes stay where they are until
 * all are gone, since a batch that waits is rare. */
static void keep_rest(struct udp *u, unsigned from)
{
	for (unsigned i = from; i < u->nout && from; i++) {
		unsigned j = i - from;

		u->to[j] = u->to[i];
		u->iov[j] = u->iov[i];
		memcpy(u->ctl[j], u->ctl[i], CTL_SPACE);
		u->msg[j] = u->msg[i];
		u->msg[j].msg_hdr.msg_name = &u->to[j];
		u->msg[j].msg_hdr.msg_iov = &u->iov[j];
		if (u->msg[j].msg_hdr.msg_control)
			u->msg[j].msg_hdr.msg_control = u->ctl[j];
	}
	u->nout -= from;
	if (!u->nout)
		u->out_used = 0;
}

static void udp_flush(struct net_listener *l)
{
	struct udp *u = l->own;
	struct net_stats *st = &l->net->stats;
	unsigned done = 0, errors = 0;

	while (done < u->nout) {
		int n = sendmmsg(u->fd, u->msg + done, u->nout - done, MSG_DONTWAIT);

		st->tx_calls++;
		if (n > 0) {
			for (int i = 0; i < n; i++)
				st->tx_octets += u->iov[done + (unsigned)i].iov_len;
			st->tx += (unsigned)n;
			done += (unsigned)n;
		} else if (errno == EAGAIN || errno == ENOBUFS) {
			event_add(u->writable, NULL);
			break;
		} else if (errno == EINTR || (errors < ERRORS_MOST && read_errors(l))) {
			errors++; /* somebody else's, perhaps: once more */
		} else {
			st->tx_errors++; /* this one can't go: no route, not permitted */
			done++;
		}
	}
	keep_rest(u, done);
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	udp_flush(arg);
}

/* ---- open and close ------------------------------------------------------------ */

static int set_options(struct net_listener *l, const struct net_spec *spec, char *why)
{
	struct udp *u = l->own;
	int one = 1, tos = spec->dscp << 2, size = (int)spec->rcvbuf;
	bool v6 = l->local.family == 6;

	if (v6 && setsockopt(u->fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one)))
		return net_fail(why, &l->local, "IPV6_V6ONLY");
	if (u->wild && setsockopt(u->fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP,
				  v6 ? IPV6_RECVPKTINFO : IP_PKTINFO, &one, sizeof(one)))
		return net_fail(why, &l->local, "packet information");
	if (setsockopt(u->fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP,
		       v6 ? IPV6_RECVERR : IP_RECVERR, &one, sizeof(one)))
		return net_fail(why, &l->local, "error queue");
	if (tos && setsockopt(u->fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP,
			      v6 ? IPV6_TCLASS : IP_TOS, &tos, sizeof(tos)))
		return net_fail(why, &l->local, "DSCP");
	if (size && setsockopt(u->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)))
		return net_fail(why, &l->local, "receive buffer");
	if (spec->ifname && spec->ifname[0] &&
	    setsockopt(u->fd, SOL_SOCKET, SO_BINDTODEVICE, spec->ifname,
		       (socklen_t)strlen(spec->ifname) + 1))
		return net_fail(why, &l->local, spec->ifname);
	return 0;
}

static int bind_it(struct net_listener *l, char *why)
{
	struct udp *u = l->own;
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(&l->local, &ss);
	struct addr got;

	if (bind(u->fd, (struct sockaddr *)&ss, len))
		return net_fail(why, &l->local, "can't listen");
	len = sizeof(ss);
	if (getsockname(u->fd, (struct sockaddr *)&ss, &len))
		return net_fail(why, &l->local, "getsockname");
	addr_from_sockaddr(&got, &ss);
	l->local.port = got.port;
	return 0;
}

static int watch_it(struct net_listener *l, char *why)
{
	struct udp *u = l->own;

	u->readable =
		event_new(l->net->base, u->fd, EV_READ | EV_PERSIST, on_readable, l);
	u->writable = event_new(l->net->base, u->fd, EV_WRITE, on_writable, l);
	if (!u->readable || !u->writable || event_add(u->readable, NULL)) {
		snprintf(why, NET_WHY_MAX, "out of memory");
		return -H_ENOMEM;
	}
	return 0;
}

static void udp_close(struct net_listener *l)
{
	struct udp *u = l->own;

	if (u->readable)
		event_free(u->readable);
	if (u->writable)
		event_free(u->writable);
	if (u->fd >= 0)
		close(u->fd);
	mem_free(u);
	l->own = NULL;
}

static int udp_open(struct net_listener *l, const struct net_spec *spec,
		    char why[NET_WHY_MAX])
{
	struct udp *u = mem_zalloc(sizeof(*u));
	int err = 0;

	if (!u) {
		snprintf(why, NET_WHY_MAX, "out of memory");
		return -H_ENOMEM;
	}
	l->own = u;
	u->wild = addr_is_any(&l->local);
	u->fd = socket(l->local.family == 6 ? AF_INET6 : AF_INET,
		       SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (u->fd < 0)
		err = net_fail(why, &l->local, "socket");
	if (!err)
		err = set_options(l, spec, why);
	if (!err)
		err = bind_it(l, why);
	if (!err)
		err = watch_it(l, why);
	if (err)
		udp_close(l);
	return err;
}

const struct net_ops net_udp = {
	.name = "udp",
	.open = udp_open,
	.close = udp_close,
	.send = udp_send,
	.flush = udp_flush,
};
