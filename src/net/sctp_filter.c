/* net/sctp_filter.c - what the kernel lets through to the stack.
 *
 * layer: net (L3)   thread: control   I/O: socket options of the stack's sockets
 * RFC 6951 5.4, 9260 8.4
 *
 * native: the stack opens its sockets itself and looks at whatever comes: it would answer
 * anybody's INIT, and take the UDP port of a forged packet for the peer's. So its
 * sockets, found among those of the process, get a filter (sctp_bpf.h) once the user has
 * said who may come: the networks of net_sctp_allow(), the addresses of known peers, who
 * is called, and all addresses an open association has told.
 *
 * conn looks at packets itself (sctp_shield.c), if it can keep up: its filter lets all
 * through.
 *
 * Filters are made anew with each change of these, and when the INITs of those who are
 * not known by their address are too many for the stack, or no longer so.
 */
#include <dirent.h>
#include <errno.h>
#include <linux/sock_diag.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/sctp_assoc.h"
#include "net/sctp_bpf.h"
#include "util/err.h"
#include "util/mem.h"

enum { SOCKETS_MAX = 32, RCVBUF = 1 << 20, THIN_LOOKS = 50 };

static struct {
	struct net_sctp_net *allow; /* owned */
	unsigned nallow;
	bool on, stale, failed;
	struct log_rate rate;
	unsigned nsock;
	struct filter_sock {
		int fd; /* the stack's */
		struct bpf_sock is;
		uint32_t drops;
		unsigned thin_for; /* looks yet */
	} sock[SOCKETS_MAX];
} filter;

void filter_stale(void)
{
	filter.stale = true;
	if (filter.on)
		stk_wake();
}

/* ---- the stack's sockets ------------------------------------------------------- */

static int option(int fd, int name)
{
	int v = -1;
	socklen_t n = sizeof(v);

	return getsockopt(fd, SOL_SOCKET, name, &v, &n) ? -1 : v;
}

static bool is_bound_to(int fd, uint16_t port)
{
	struct sockaddr_storage ss;
	socklen_t n = sizeof(ss);
	struct addr a;

	if (getsockname(fd, (struct sockaddr *)&ss, &n))
		return false;
	addr_from_sockaddr(&a, &ss);
	return a.port == port;
}

void filter_add(int fd, unsigned family, bool udp)
{
	if (filter.nsock == SOCKETS_MAX)
		return;
	filter.sock[filter.nsock++] =
		(struct filter_sock){ .fd = fd, .is = { .family = family, .udp = udp } };
	filter.on |= stk_get()->spec.backend == NET_SCTP_CONN;
	filter_stale();
}

void filter_del(int fd)
{
	for (unsigned i = 0; i < filter.nsock; i++)
		if (filter.sock[i].fd == fd) {
			filter.sock[i] = filter.sock[--filter.nsock];
			return;
		}
}

static void look_at(int fd, uint16_t encaps)
{
	int protocol = option(fd, SO_PROTOCOL), size = RCVBUF;
	bool udp = protocol == IPPROTO_UDP && encaps && is_bound_to(fd, encaps);
	bool raw = protocol == IPPROTO_SCTP && option(fd, SO_TYPE) == SOCK_RAW;

	if (!udp && !raw)
		return;
	filter_add(fd, option(fd, SO_DOMAIN) == AF_INET6 ? 6 : 4, udp);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
}

void filter_find(uint16_t encaps)
{
	DIR *d = opendir("/proc/self/fd");
	struct dirent *e;

	while (d && (e = readdir(d)))
		if (e->d_name[0] != '.')
			look_at(atoi(e->d_name), encaps);
	if (d)
		closedir(d);
	if (!filter.nsock)
		log_warn(LOGC_NET, "sctp: the stack's sockets are not to be seen in "
				   "/proc/self/fd: no filter before it");
}

void filter_stop(void)
{
	mem_free(filter.allow);
	memset(&filter, 0, sizeof(filter));
}

/* ---- who may come -------------------------------------------------------------- */

struct rules {
	struct bpf_rule v[BPF_RULES];
	unsigned n;
	bool full;
};

static bool covered(const struct rules *r, const struct addr *a, uint16_t port)
{
	for (unsigned i = 0; i < r->n; i++) {
		uint16_t there = r->v[i].net.port;

		if (addr_in_net(a, &r->v[i].net, r->v[i].bits) &&
		    (!there || there == port))
			return true;
	}
	return false;
}

static void add(struct rules *r, const struct addr *net, unsigned bits, bool friend,
		uint16_t port)
{
	if (r->n == BPF_RULES) {
		r->full = true;
		return;
	}
	r->v[r->n] = (struct bpf_rule){ *net, bits, friend };
	r->v[r->n++].net.port = port;
}

static void add_host(struct rules *r, const struct addr *a, uint16_t port)
{
	add(r, a, a->family == 6 ? 128 : 32, true, port);
}

/* conn: the port may move, see sctp_conn.c. */
static uint16_t port_of(const struct stk_known *k)
{
	if (stk_get()->spec.backend == NET_SCTP_CONN)
		return 0;
	return k && k->peer.encaps ? k->peer.encaps : stk_get()->spec.encaps;
}

uint16_t filter_port(const struct stk_assoc *a)
{
	const struct stk_known *k = known_by(a->lis, &a->remote);

	return k || a->info.dialled ? port_of(k) : 0;
}

static void add_known(struct rules *r, const struct stk_lis *lis)
{
	LIST_EACH(it, &lis->known)
	{
		const struct stk_known *k = LIST_OF(it, struct stk_known, in_lis);

		for (unsigned i = 0; i < k->peer.nremote; i++)
			add_host(r, &k->peer.remote[i], port_of(k));
	}
}

static void add_more(struct rules *r, const struct addr *a, uint16_t port)
{
	if (!covered(r, a, port))
		add_host(r, a, port);
}

/* Those nobody told of: who is called, or (paths) what addresses a peer says it has, from
 * the port it had when it came up. */
static void add_assocs(struct rules *r, bool paths)
{
	for (unsigned i = 0; i < STK_SLOTS; i++) {
		const struct stk_sock *s = stk_get()->slot[i];
		const struct stk_assoc *a = (const struct stk_assoc *)s;

		if (!s || s->listens)
			continue;
		if (!paths && a->lis && a->info.dialled)
			add_more(r, &a->remote, filter_port(a));
		for (unsigned k = 0; paths && k < a->npaths; k++)
			add_more(r, &a->path[k], a->encaps);
	}
}

static void add_port(struct rules *r, const struct stk_port *p)
{
	LIST_EACH(it, &p->users)
	add_known(r, LIST_OF(it, struct stk_lis, in_port));
}

static void collect(struct rules *r)
{
	static const struct addr all4 = { .family = 4 }, all6 = { .family = 6 };
	const struct stk *st = stk_get();

	LIST_EACH(it, &st->ports)
	add_port(r, LIST_OF(it, struct stk_port, in_stk));
	add_assocs(r, false);
	if (st->spec.backend == NET_SCTP_CONN) {
		add(r, &all4, 0, false, 0);
		add(r, &all6, 0, false, 0);
	}
	for (unsigned i = 0; i < filter.nallow; i++)
		add(r, &filter.allow[i].net, filter.allow[i].bits, false, 0);
	add_assocs(r, true);
}

/* ---- attached ------------------------------------------------------------------ */

static int attach(const struct filter_sock *s, const struct rules *r)
{
	static struct sock_filter code[BPF_MAXINSNS];
	struct sock_fprog prog = { .filter = code };

	if (r->full || bpf_compile(r->v, r->n, &s->is, code, &prog.len))
		return E2BIG;
	return setsockopt(s->fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog))
		       ? errno
		       : 0;
}

/* Better no filter than one that keeps friends out. */
static void give_up(int err)
{
	int none = 0;

	for (unsigned i = 0; i < filter.nsock; i++)
		setsockopt(filter.sock[i].fd, SOL_SOCKET, SO_DETACH_FILTER, &none,
			   sizeof(none));
	if (!filter.failed)
		log_warn(LOGC_NET,
			 "sctp: no filter before the stack, it hears everybody: %s",
			 err == E2BIG ? "too many peers and networks" : strerror(err));
	filter.failed = true;
}

void filter_apply(void)
{
	static struct rules r;
	int err = 0;

	if (!filter.on || !filter.stale)
		return;
	filter.stale = false;
	memset(&r, 0, sizeof(r));
	collect(&r);
	for (unsigned i = 0; i < filter.nsock && !err; i++)
		err = attach(&filter.sock[i], &r);
	if (err)
		give_up(err);
	else
		filter.failed = false;
}

int net_sctp_allow(struct net *n, const struct net_sctp_net *v, unsigned count)
{
	const struct net_sctp_stack *st = net_sctp_running(n);
	struct net_sctp_net *copy;

	if (!st || st->backend != NET_SCTP_NATIVE)
		return 0;
	copy = mem_alloc((count ? count : 1) * sizeof(*v));
	if (!copy)
		return -H_ENOMEM;
	if (count)
		memcpy(copy, v, count * sizeof(*v));
	mem_free(filter.allow);
	filter.allow = copy;
	filter.nallow = count;
	filter.on = true;
	filter_stale();
	return 0;
}

/* ---- looked at again and again ------------------------------------------------- */

/* More than half of its room is taken: the stack does not keep up. */
static void look_at_queue(struct filter_sock *s, const uint32_t *info)
{
	bool was = s->is.thin;

	if (info[SK_MEMINFO_RMEM_ALLOC] > info[SK_MEMINFO_RCVBUF] / 2)
		s->thin_for = THIN_LOOKS;
	else if (s->thin_for)
		s->thin_for--;
	s->is.thin = s->thin_for;
	if (was != s->is.thin)
		filter_stale();
}

uint32_t filter_look(void)
{
	uint32_t info[SK_MEMINFO_VARS], sum = 0;

	for (unsigned i = 0; i < filter.nsock; i++) {
		struct filter_sock *s = &filter.sock[i];
		socklen_t n = sizeof(info);

		if (getsockopt(s->fd, SOL_SOCKET, SO_MEMINFO, info, &n) ||
		    n < sizeof(info))
			continue;
		sum += info[SK_MEMINFO_DROPS] - s->drops;
		s->drops = info[SK_MEMINFO_DROPS];
		look_at_queue(s, info);
	}
	if (sum && log_allow(&filter.rate, 1, stk_now()))
		log_notice(LOGC_NET,
			   "sctp: %u packets of strangers, or more than can be taken in, "
			   "were dropped before the stack",
			   sum);
	return sum;
}
