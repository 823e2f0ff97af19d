/* net/sctp_link.c - see sctp_conn.h: packets in and out by recvmmsg and sendmmsg.
 *
 * layer: net (L3)   thread: control   I/O: one UDP socket per local address
 * RFC 6951
 */
#include <errno.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/sctp_conn.h"
#include "util/err.h"
#include "util/mem.h"

enum {
	BATCH = 16,
	PACKET_MAX = 9216,
	OUT_MAX = 2048, /* the stack's are at most 1280 */
	ROUNDS = 8,     /* batches per wake-up: other events get their turn */
	RCVBUF = 4 << 20,
	CTL_SPACE = NET_PKTINFO_SPACE
};

struct link_in {
	struct mmsghdr msg[BATCH];
	struct iovec iov[BATCH];
	struct sockaddr_storage from[BATCH];
	_Alignas(struct cmsghdr) char ctl[BATCH][CTL_SPACE];
	_Alignas(8) uint8_t bytes[BATCH][PACKET_MAX];
};

struct link_out {
	unsigned n;
	struct mmsghdr msg[BATCH];
	struct iovec iov[BATCH];
	struct sockaddr_storage to[BATCH];
	_Alignas(struct cmsghdr) char ctl[BATCH][CTL_SPACE];
	uint8_t bytes[BATCH][OUT_MAX];
};

/* ---- in ------------------------------------------------------------------------ */

static struct link_in *in_get(void)
{
	struct stk *st = stk_get();
	struct link_in *in = st->packets;

	if (in)
		return in;
	in = mem_zalloc(sizeof(*in));
	for (unsigned i = 0; in && i < BATCH; i++) {
		struct msghdr *h = &in->msg[i].msg_hdr;

		in->iov[i] = (struct iovec){ in->bytes[i], PACKET_MAX };
		h->msg_iov = &in->iov[i];
		h->msg_iovlen = 1;
		h->msg_name = &in->from[i];
		h->msg_control = in->ctl[i];
	}
	st->packets = in;
	return in;
}

static int read_batch(struct stk_link *k, struct link_in *in)
{
	for (unsigned i = 0; i < BATCH; i++) {
		in->msg[i].msg_hdr.msg_namelen = sizeof(in->from[i]);
		in->msg[i].msg_hdr.msg_controllen = k->wild ? CTL_SPACE : 0;
	}
	return recvmmsg(k->fd, in->msg, BATCH, MSG_DONTWAIT, NULL);
}

static void take_one(struct stk_link *k, struct link_in *in, unsigned i)
{
	struct addr local = k->local, remote;

	if (in->msg[i].msg_hdr.msg_flags & MSG_TRUNC) {
		stk_get()->net->stats.rx_bad++;
		return;
	}
	addr_from_sockaddr(&remote, &in->from[i]);
	if (k->wild)
		net_pktinfo_get(&local, &in->msg[i].msg_hdr);
	conn_packet(k, &local, &remote, in->bytes[i], in->msg[i].msg_len);
}

void link_read(struct stk_link *k)
{
	struct link_in *in = in_get();

	if (!in)
		return; /* no memory now: the packets wait in the socket */
	k->refs++;
	for (int round = 0; round < ROUNDS; round++) {
		int n = read_batch(k, in);

		stk_expect();
		for (int i = 0; i < n; i++)
			take_one(k, in, (unsigned)i);
		stk_work();
		if (n < BATCH)
			break;
	}
	link_put(k);
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	link_read(arg);
}

/* ---- out ----------------------------------------------------------------------- */

int link_send(struct stk_link *k, const struct stk_upeer *to, const void *p, size_t n)
{
	struct link_out *o = k->out;
	struct msghdr *h;

	if (n > OUT_MAX)
		return EMSGSIZE;
	if (o->n == BATCH)
		link_flush(k);
	if (o->n == BATCH)
		return ENOBUFS;
	if (!o->n)
		event_active(k->later, EV_TIMEOUT, 0);
	h = &o->msg[o->n].msg_hdr;
	*h = (struct msghdr){ .msg_iov = &o->iov[o->n], .msg_iovlen = 1 };
	h->msg_name = &o->to[o->n];
	h->msg_namelen = addr_to_sockaddr(&to->remote, &o->to[o->n]);
	if (k->wild && !addr_is_any(&to->local))
		net_pktinfo_put(h, o->ctl[o->n], &to->local);
	memcpy(o->bytes[o->n], p, n);
	o->iov[o->n] = (struct iovec){ o->bytes[o->n], n };
	o->n++;
	return 0;
}

/* What the system won't take is gone: the stack sends it again. */
void link_flush(struct stk_link *k)
{
	struct link_out *o = k->out;
	unsigned done = 0;

	while (done < o->n) {
		int n = sendmmsg(k->fd, o->msg + done, o->n - done, MSG_DONTWAIT);

		if (n > 0) {
			done += (unsigned)n;
		} else if (errno == EAGAIN || errno == ENOBUFS) {
			stk_get()->net->stats.tx_full += o->n - done;
			break;
		} else if (errno != EINTR) {
			done++; /* no route, or refused by ICMP: a path that is down */
		}
	}
	o->n = 0;
}

static void on_later(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	link_flush(arg);
}

/* ---- open and close ------------------------------------------------------------ */

static int set_options(struct stk_link *k, uint8_t dscp, const char *ifname,
		       uint32_t rcvbuf, char *why)
{
	int one = 1, tos = dscp << 2, size = (int)(rcvbuf ? rcvbuf : RCVBUF);
	bool v6 = k->local.family == 6;

	if (v6 && setsockopt(k->fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one)))
		return net_fail(why, &k->local, "IPV6_V6ONLY");
	if (k->wild && setsockopt(k->fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP,
				  v6 ? IPV6_RECVPKTINFO : IP_PKTINFO, &one, sizeof(one)))
		return net_fail(why, &k->local, "packet information");
	if (tos && setsockopt(k->fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP,
			      v6 ? IPV6_TCLASS : IP_TOS, &tos, sizeof(tos)))
		return net_fail(why, &k->local, "DSCP");
	if (setsockopt(k->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(k->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (ifname && ifname[0] &&
	    setsockopt(k->fd, SOL_SOCKET, SO_BINDTODEVICE, ifname,
		       (socklen_t)strlen(ifname) + 1))
		return net_fail(why, &k->local, ifname);
	return 0;
}

static int bind_it(struct stk_link *k, char *why)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(&k->local, &ss);
	char at[ADDR_STRLEN];

	if (!bind(k->fd, (struct sockaddr *)&ss, len))
		return 0;
	if (errno != EADDRINUSE)
		return net_fail(why, &k->local, "can't carry SCTP");
	snprintf(why, NET_WHY_MAX,
		 "sctp: UDP %s is in use by another program (ss -ulpn shows which): end "
		 "it, or choose another encapsulation port",
		 addr_print(at, &k->local));
	return -H_EBUSY;
}

static int watch_it(struct stk_link *k, char *why)
{
	struct event_base *base = stk_get()->net->base;

	k->readable = event_new(base, k->fd, EV_READ | EV_PERSIST, on_readable, k);
	k->later = event_new(base, -1, 0, on_later, k);
	if (k->readable && k->later && !event_add(k->readable, NULL))
		return 0;
	snprintf(why, NET_WHY_MAX, "sctp: out of memory");
	return -H_ENOMEM;
}

static void close_it(struct stk_link *k)
{
	if (k->readable)
		event_free(k->readable);
	if (k->later)
		event_free(k->later);
	if (k->fd >= 0)
		close(k->fd);
	mem_free(k->out);
	mem_free(k);
}

static struct stk_link *find(const struct addr *local)
{
	LIST_EACH(it, &stk_get()->links)
	if (addr_eq(&LIST_OF(it, struct stk_link, in_stk)->local, local))
		return LIST_OF(it, struct stk_link, in_stk);
	return NULL;
}

int link_get(const struct addr *local, uint8_t dscp, const char *ifname, uint32_t rcvbuf,
	     struct stk_link **out, char why[NET_WHY_MAX])
{
	struct stk_link *k = find(local);
	int err = 0;

	if (k) {
		k->refs++;
		*out = k;
		return 0;
	}
	k = mem_zalloc(sizeof(*k));
	if (!k || !(k->out = mem_zalloc(sizeof(*k->out)))) {
		mem_free(k);
		snprintf(why, NET_WHY_MAX, "sctp: out of memory");
		return -H_ENOMEM;
	}
	k->local = *local;
	k->wild = addr_is_any(local);
	k->refs = 1;
	k->fd = socket(local->family == 6 ? AF_INET6 : AF_INET,
		       SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (k->fd < 0)
		err = net_fail(why, local, "socket");
	if (!err)
		err = set_options(k, dscp, ifname, rcvbuf, why);
	if (!err)
		err = bind_it(k, why);
	if (!err)
		err = watch_it(k, why);
	if (err) {
		close_it(k);
		return err;
	}
	list_add(&stk_get()->links, &k->in_stk);
	filter_add(k->fd, local->family, true);
	*out = k;
	return 0;
}

void link_put(struct stk_link *k)
{
	if (!k || --k->refs)
		return;
	link_flush(k);
	list_del(&k->in_stk);
	filter_del(k->fd);
	close_it(k);
}
