/* net/sctp_native.c - the back end `native`: the stack's own sockets and threads.
 *
 * layer: net (L3)   thread: control   I/O: the stack's
 * RFC 9260 6.4 (several addresses), 6951
 *
 * The stack takes the addresses of the host once, when it starts; one that comes later
 * can't be listened on. Its threads call stk_upcall() and nothing else of ours.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "net/sctp_assoc.h"
#include "util/err.h"

static int domain_of(const struct addr *a, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (a[i].family == 6)
			return AF_INET6;
	return AF_INET;
}

static bool has_family(const struct addr *a, unsigned n, uint8_t family)
{
	for (unsigned i = 0; i < n; i++)
		if (a[i].family == family)
			return true;
	return false;
}

/* A socket with all options, not bound; NULL with errno. The stack knows no IPV6_V6ONLY:
 * one of IPv6 bound to all addresses takes IPv4 as well, see native_accepted(). */
static struct socket *make_socket(const struct stk_lis *s,
				  const struct net_sctp_spec *spec, unsigned slot)
{
	int domain = domain_of(s->local, s->nlocal);
	struct socket *so =
		usrsctp_socket(domain, SOCK_STREAM, IPPROTO_SCTP, NULL, NULL, 0, NULL);

	if (!so)
		return NULL;
	if (usrsctp_set_non_blocking(so, 1) || stk_options(so, spec, domain) ||
	    stk_buffers(so, s)) {
		usrsctp_close(so);
		return NULL;
	}
	usrsctp_set_upcall(so, stk_upcall, (void *)(uintptr_t)slot);
	return so;
}

static int bind_one(struct socket *so, const struct addr *a, uint16_t port)
{
	struct sockaddr_storage ss;
	struct addr at = *a;

	at.port = port;
	if (addr_is_any(a))
		return usrsctp_bind(so, (struct sockaddr *)&ss,
				    addr_to_sockaddr(&at, &ss));
	addr_to_sockaddr(&at, &ss);
	return usrsctp_bindx(so, (struct sockaddr *)&ss, 1, SCTP_BINDX_ADD_ADDR);
}

/* The first takes the port, or a free one for 0. */
static int bind_all(struct socket *so, const struct stk_lis *s, uint16_t *port)
{
	int err;

	if (s->nlocal == 2 && addr_is_any(&s->local[0])) /* IPv6's takes IPv4, too */
		return port_bind(so, &s->local[s->local[1].family == 6], port, bind_one);
	err = port_bind(so, &s->local[0], port, bind_one);
	for (unsigned i = 1; i < s->nlocal && !err; i++)
		err = bind_one(so, &s->local[i], *port);
	return err;
}

/* ---- listening ----------------------------------------------------------------- */

static int say(char why[NET_WHY_MAX], const struct addr *at, int err)
{
	errno = err;
	if (err == EADDRNOTAVAIL || err == EINVAL) {
		char text[ADDR_STRLEN];

		snprintf(why, NET_WHY_MAX,
			 "sctp: %s: this or a further address came to the host after the "
			 "stack was started, or is not usable: restart",
			 addr_print(text, at));
		return -H_ESYS;
	}
	return net_fail(why, at, "sctp: can't listen");
}

static int native_listen(struct stk_lis *s, char why[NET_WHY_MAX])
{
	struct stk_port *p = port_new(s->l->local.port, why);

	if (!p)
		return -H_ENOMEM;
	p->s.so = make_socket(s, &s->sctp, p->s.slot);
	if (!p->s.so || bind_all(p->s.so, s, &p->port) ||
	    port_listen(p)) {
		int err = errno;

		port_free(p);
		return say(why, &s->l->local, err);
	}
	list_add(&p->users, &s->in_port);
	s->port = p;
	s->l->local.port = p->port;
	for (unsigned i = 0; i < s->nlocal; i++)
		s->local[i].port = p->port;
	return 0;
}

static void native_unlisten(struct stk_lis *s)
{
	list_del(&s->in_port);
	port_free(s->port);
}

static struct stk_lis *native_accepted(struct stk_port *p,
				       const struct sockaddr_storage *from,
				       struct addr *remote)
{
	struct list *it = list_first(&p->users);
	struct stk_lis *lis = it ? LIST_OF(it, struct stk_lis, in_port) : NULL;

	addr_from_sockaddr(remote, from);
	/* The stack's IPv6 sockets take IPv4 too. */
	if (!lis || !has_family(lis->local, lis->nlocal, remote->family))
		return NULL;
	known_name(lis, remote);
	return lis;
}

/* ---- dialling ------------------------------------------------------------------ */

/* Of those there is a local address of the same kind for; packed, as the call wants. */
static unsigned pack_remotes(const struct stk_assoc *a, const struct stk_known *k,
			     char room[NET_SCTP_ADDRS * sizeof(struct sockaddr_in6)])
{
	const struct addr *at = k ? k->peer.remote : &a->remote;
	unsigned n = k ? k->peer.nremote : 1, used = 0;
	size_t fill = 0;

	for (unsigned i = 0; i < n; i++) {
		struct sockaddr_storage ss;
		struct addr to = at[i];
		socklen_t len;

		if (!has_family(a->lis->local, a->lis->nlocal, to.family))
			continue;
		to.port = a->remote.port;
		len = addr_to_sockaddr(&to, &ss);
		memcpy(room + fill, &ss, len);
		fill += len;
		used++;
	}
	return used;
}

static const char *native_dial(struct stk_assoc *a)
{
	const struct stk_known *k = known_by(a->lis, &a->remote);
	const struct net_sctp_spec *spec = known_spec(a->lis, &a->remote);
	uint16_t encaps = stk_get()->spec.encaps, port = spec->dial_port;
	_Alignas(8) char to[NET_SCTP_ADDRS * sizeof(struct sockaddr_in6)];
	unsigned n = pack_remotes(a, k, to);

	if (!n)
		return "no local address of its kind";
	filter_apply();
	if (encaps && k && k->peer.encaps)
		encaps = k->peer.encaps;
	a->s.so = make_socket(a->lis, spec, a->s.slot);
	if (!a->s.so || (encaps && stk_encaps(a->s.so, encaps)) ||
	    bind_all(a->s.so, a->lis, &port))
		return strerror(errno);
	if (usrsctp_connectx(a->s.so, (struct sockaddr *)to, (int)n, NULL) &&
	    errno != EINPROGRESS)
		return strerror(errno);
	return NULL;
}

static bool native_address(const struct stk_assoc *a, const void *sockaddr,
			   struct addr *out)
{
	struct sockaddr_storage ss = { 0 };
	const struct sockaddr *sa = sockaddr;

	(void)a;
	memcpy(&ss, sockaddr, stk_sockaddr_len(sa));
	addr_from_sockaddr(out, &ss);
	return out->family;
}

/* Its heartbeats may come from each of them. */
static void native_opened(struct stk_assoc *a)
{
	struct sockaddr *all = NULL;
	int n = usrsctp_getpaddrs(a->s.so, 0, &all);
	const char *p = (const char *)all;

	a->npaths = 0;
	a->encaps = filter_port(a);
	for (int i = 0; i < n && i < NET_SCTP_ADDRS; i++) {
		const struct sockaddr *sa = (const struct sockaddr *)(const void *)p;

		if (native_address(a, sa, &a->path[a->npaths]))
			a->npaths++;
		p += stk_sockaddr_len(sa);
	}
	if (n > 0)
		usrsctp_freepaddrs(all);
	filter_stale();
}

static void native_release(struct stk_assoc *a)
{
	a->npaths = 0;
	filter_stale();
}

/* ---- the stack ----------------------------------------------------------------- */

/* Its threads take no signals: these are for the loop. */
static void start_quietly(uint16_t encaps)
{
	sigset_t all, before;
	bool off = encaps && raw_off();

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	usrsctp_init(encaps, NULL, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (off)
		raw_back();
	stk_sysctls();
}

static int native_start(char why[NET_WHY_MAX])
{
	uint16_t encaps = stk_get()->spec.encaps;

	start_quietly(encaps);
	if (!encaps || check_encaps(encaps, why) == -H_EBUSY) { /* it has the port */
		filter_find(encaps);
		return 0;
	}
	usrsctp_finish();
	snprintf(why, NET_WHY_MAX, "sctp: the stack could not open UDP port %u", encaps);
	return -H_ESYS;
}

static void native_poll(int ms)
{
	poll(NULL, 0, ms);
}

const struct stk_backend stk_native = {
	.start = native_start,
	.stop = filter_stop,
	.listen = native_listen,
	.unlisten = native_unlisten,
	.dial = native_dial,
	.accepted = native_accepted,
	.opened = native_opened,
	.release = native_release,
	.address = native_address,
	.poll = native_poll,
	.flush = filter_apply,
	.look = filter_look,
};
