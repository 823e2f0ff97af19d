/* net/sctp_conn.c - the back end `conn`: the stack without threads or sockets of its own.
 *
 * layer: net (L3)   thread: control   I/O: sctp_link.c's
 * RFC 6951, 9260
 *
 * A packet of somebody with whom there is no association goes to the stack only if it is
 * an INIT or a COOKIE ECHO, for a port that listens, of a peer the user lets in. Before
 * the cookie is back nothing is kept here. The stack has one listening socket for each
 * port; which listener an association belongs to is known by the UDP socket it came on.
 */
#include "net/sctp_conn.h"

#include <errno.h>
#include <event2/event.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "util/err.h"

enum { LINKS_POLLED = 32 };
enum { TAG_AT = 4, TYPE_AT = 12, INIT_TAG_AT = 16, INIT = 1 }; /* RFC 9260 3.1, 3.3.2 */

/* ---- packets ------------------------------------------------------------------- */

static uint32_t u32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Our INIT says what tag packets to us are to bear. */
static void learn(struct stk_upeer *to, const uint8_t *p, size_t n)
{
	if (n >= INIT_TAG_AT + 4 && p[TYPE_AT] == INIT)
		upeer_set_tag(to, u32(p + INIT_TAG_AT));
}

static int output(void *id, void *p, size_t n, uint8_t tos, uint8_t df)
{
	struct stk *st = stk_get();
	const struct stk_upeer *to;
	struct stk_upeer *known;

	(void)tos;
	(void)df;
	if (!st)
		return ENETDOWN;
	to = known = upeer_by_id((uint64_t)(uintptr_t)id);
	if (known)
		learn(known, p, n);
	if (!to && st->guest && st->guest->id == (uint64_t)(uintptr_t)id)
		to = st->guest;
	return to ? link_send(to->link, to, p, n) : EHOSTUNREACH;
}

static struct stk_port *port_find(uint16_t port)
{
	LIST_EACH(it, &stk_get()->ports)
	if (LIST_OF(it, struct stk_port, in_stk)->port == port)
		return LIST_OF(it, struct stk_port, in_stk);
	return NULL;
}

static struct stk_lis *lis_at(struct stk_port *port, const struct stk_link *k)
{
	LIST_EACH(it, &port->users)
	if (LIST_OF(it, struct stk_lis, in_port)->link == k)
		return LIST_OF(it, struct stk_lis, in_port);
	return NULL;
}

/* Whoever sends this may make an association with a listener here. */
static bool may_come(struct stk_link *k, const struct addr *udp, const uint8_t *p)
{
	struct stk_port *port = port_find((uint16_t)(p[2] << 8 | p[3]));
	struct stk_lis *lis = port ? lis_at(port, k) : NULL;
	struct addr remote = *udp;

	if (!lis)
		return false;
	remote.port = (uint16_t)(p[0] << 8 | p[1]);
	known_name(lis, &remote);
	return lis_allows(lis, &remote);
}

static void feed(uint64_t id, const uint8_t *p, size_t n)
{
	usrsctp_conninput((void *)(uintptr_t)id, p, n, 0);
}

static void from_stranger(struct stk_link *k, const struct stk_upeer *who,
			  enum shield kind, const uint8_t *p, size_t n)
{
	struct stk *st = stk_get();
	struct stk_upeer *kept;

	kept = kind == SHIELD_OTHER ? upeer_moved(k, &who->local, &who->remote, p, n)
				    : NULL;
	if (kept) {
		feed(kept->id, p, n);
		return;
	}
	/* One who moved away from there keeps its id. */
	if (kind == SHIELD_OTHER || upeer_by_id(who->id) ||
	    !may_come(k, &who->remote, p)) {
		st->net->stats.rx_stranger++;
		return;
	}
	if (kind == SHIELD_INIT) {
		st->guest = who;
		feed(who->id, p, n);
		st->guest = NULL;
		return;
	}
	kept = upeer_get(k, &who->local, &who->remote);
	if (!kept)
		return;
	feed(who->id, p, n);
	stk_accept(port_find((uint16_t)(p[2] << 8 | p[3])));
	if (kept->refs > 1) /* the cookie was good, and so is the tag */
		upeer_set_tag(kept, u32(p + TAG_AT));
	upeer_put(kept);
}

void conn_packet(struct stk_link *k, const struct addr *local, const struct addr *remote,
		 const uint8_t *p, size_t n)
{
	struct stk *st = stk_get();
	enum shield kind = shield_look(p, n);
	struct stk_upeer who = { .link = k, .local = *local, .remote = *remote };
	struct stk_upeer *known;

	if (kind == SHIELD_BAD) {
		st->net->stats.rx_bad++;
		return;
	}
	known = upeer_find(local, remote);
	if (known) {
		/* 9260 5.2.4: a restart may follow, with a tag one can't be sure of */
		if (kind == SHIELD_COOKIE && u32(p + TAG_AT) != known->tag)
			upeer_set_tag(known, 0);
		feed(known->id, p, n);
		return;
	}
	who.id = upeer_id(local, remote);
	from_stranger(k, &who, kind, p, n);
}

/* ---- listening ----------------------------------------------------------------- */

/* Which UDP sockets it is for, is not the stack's business. */
static int bind_port(struct socket *so, const struct addr *at, uint16_t port)
{
	struct sockaddr_conn sc = { .sconn_family = AF_CONN, .sconn_port = htons(port) };

	(void)at;
	return usrsctp_bind(so, (struct sockaddr *)&sc, sizeof(sc));
}

static int port_open(struct stk_lis *s, struct stk_port *p, char why[NET_WHY_MAX])
{
	struct socket *so = usrsctp_socket(AF_CONN, SOCK_STREAM, IPPROTO_SCTP, NULL, NULL,
					   0, NULL);

	p->s.so = so;
	if (!so || usrsctp_set_non_blocking(so, 1) ||
	    stk_options(so, &s->sctp, AF_CONN) || stk_buffers(so, s))
		return net_fail(why, &s->l->local, "sctp: options");
	usrsctp_set_upcall(so, stk_upcall, (void *)(uintptr_t)p->s.slot);
	if (port_bind(so, NULL, &p->port, bind_port) || port_listen(p))
		return net_fail(why, &s->l->local, "sctp: can't listen");
	return 0;
}

static int attach(struct stk_lis *s, char why[NET_WHY_MAX])
{
	struct net_listener *l = s->l;
	struct stk_port *p = l->local.port ? port_find(l->local.port) : NULL;
	char at[ADDR_STRLEN];

	if (p && lis_at(p, s->link)) {
		snprintf(why, NET_WHY_MAX, "sctp: %s is listened on already",
			 addr_print(at, &l->local));
		return -H_EEXIST;
	}
	if (!p) {
		p = port_new(l->local.port, why);
		if (!p)
			return -H_ENOMEM;
		if (port_open(s, p, why)) {
			port_free(p);
			return -H_ESYS;
		}
	}
	s->port = p;
	l->local.port = s->local[0].port = p->port;
	list_add(&p->users, &s->in_port);
	return 0;
}

static int conn_listen(struct stk_lis *s, char why[NET_WHY_MAX])
{
	struct addr udp = s->l->local;
	int err;

	if (s->nlocal > 1) {
		snprintf(why, NET_WHY_MAX,
			 "sctp: back end conn has one path, so one local address; for "
			 "several choose native");
		return -H_EINVAL;
	}
	udp.port = stk_get()->spec.encaps;
	err = link_get(&udp, s->spec.dscp, s->spec.ifname, s->spec.rcvbuf, &s->link, why);
	if (err)
		return err;
	err = attach(s, why);
	if (err)
		link_put(s->link);
	return err;
}

static void conn_unlisten(struct stk_lis *s)
{
	list_del(&s->in_port);
	if (list_empty(&s->port->users))
		port_free(s->port);
	link_put(s->link);
}

static struct stk_upeer *upeer_of(const struct sockaddr_storage *from)
{
	const struct sockaddr_conn *sc = (const struct sockaddr_conn *)from;

	return upeer_by_id((uint64_t)(uintptr_t)sc->sconn_addr);
}

static struct stk_lis *conn_accepted(struct stk_port *p,
				     const struct sockaddr_storage *from,
				     struct addr *remote)
{
	const struct stk_upeer *u = upeer_of(from);
	struct stk_lis *lis = u ? lis_at(p, u->link) : NULL;

	if (!lis)
		return NULL;
	*remote = u->remote;
	remote->port = ntohs(((const struct sockaddr_conn *)from)->sconn_port);
	known_name(lis, remote);
	return lis;
}

static void conn_adopt(struct stk_assoc *a, const struct sockaddr_storage *from)
{
	uint16_t port = a->local.port;

	a->upeer = upeer_of(from);
	a->upeer->refs++;
	a->local = a->upeer->local;
	a->local.port = port;
}

/* ---- dialling ------------------------------------------------------------------ */

/* The UDP address to try this time, and the SCTP port behind it. */
static struct addr next_remote(struct stk_assoc *a)
{
	const struct stk_known *k = known_by(a->lis, &a->remote);
	struct addr to = a->remote;

	if (k)
		to = k->peer.remote[a->attempts++ % k->peer.nremote];
	to.port = k && k->peer.encaps ? k->peer.encaps : stk_get()->spec.encaps;
	return to;
}

static int call(struct stk_assoc *a)
{
	struct sockaddr_conn sc = { .sconn_family = AF_CONN,
				    .sconn_addr = (void *)(uintptr_t)a->upeer->id };

	sc.sconn_port = htons(known_spec(a->lis, &a->remote)->dial_port);
	if (usrsctp_bind(a->s.so, (struct sockaddr *)&sc, sizeof(sc)))
		return -1;
	sc.sconn_port = htons(a->remote.port);
	if (usrsctp_connect(a->s.so, (struct sockaddr *)&sc, sizeof(sc)) &&
	    errno != EINPROGRESS)
		return -1;
	return 0;
}

static const char *conn_dial(struct stk_assoc *a)
{
	struct addr to = next_remote(a), from = a->lis->link->local;
	struct socket *so;

	if (addr_is_any(&from)) {
		int err = route_source(&to, &from);

		if (err)
			return strerror(err);
		from.port = a->lis->link->local.port;
	}

	a->upeer = upeer_get(a->lis->link, &from, &to);
	if (!a->upeer)
		return "out of memory";
	so = usrsctp_socket(AF_CONN, SOCK_STREAM, IPPROTO_SCTP, NULL, NULL, 0, NULL);
	if (!so)
		return strerror(errno);
	a->s.so = so;
	usrsctp_set_upcall(so, stk_upcall, (void *)(uintptr_t)a->s.slot);
	if (usrsctp_set_non_blocking(so, 1) ||
	    stk_options(so, known_spec(a->lis, &a->remote), AF_CONN) ||
	    stk_buffers(so, a->lis) || call(a))
		return strerror(errno);
	return NULL;
}

static void conn_release(struct stk_assoc *a)
{
	upeer_put(a->upeer);
	a->upeer = NULL;
}

static bool conn_address(const struct stk_assoc *a, const void *sockaddr,
			 struct addr *out)
{
	const struct sockaddr_conn *sc = sockaddr;

	if (!a->upeer || sc->sconn_family != AF_CONN)
		return false;
	*out = a->upeer->remote; /* with the UDP port: that is where packets go */
	return true;
}

/* ---- the stack ----------------------------------------------------------------- */

static int conn_start(char why[NET_WHY_MAX])
{
	(void)why;
	upeer_start();
	usrsctp_init_nothreads(0, output, NULL);
	stk_sysctls();
	return 0;
}

static void conn_flush(void)
{
	filter_apply();
	LIST_EACH(it, &stk_get()->links)
	link_flush(LIST_OF(it, struct stk_link, in_stk));
}

static void conn_tick(uint64_t ms)
{
	usrsctp_handle_timers((uint32_t)ms);
}

static void conn_poll(int ms)
{
	struct stk_link *at[LINKS_POLLED];
	struct pollfd fds[LINKS_POLLED];
	nfds_t n = 0;

	LIST_EACH(it, &stk_get()->links)
	{
		if (n == LINKS_POLLED)
			break;
		at[n] = LIST_OF(it, struct stk_link, in_stk);
		at[n]->refs++;
		fds[n] = (struct pollfd){ .fd = at[n]->fd, .events = POLLIN };
		n++;
	}
	poll(fds, n, ms);
	for (nfds_t i = 0; i < n; i++) {
		if (fds[i].revents)
			link_read(at[i]);
		link_put(at[i]);
	}
}

const struct stk_backend stk_conn = {
	.start = conn_start,
	.listen = conn_listen,
	.unlisten = conn_unlisten,
	.dial = conn_dial,
	.accepted = conn_accepted,
	.adopt = conn_adopt,
	.release = conn_release,
	.address = conn_address,
	.tick = conn_tick,
	.poll = conn_poll,
	.flush = conn_flush,
	.look = filter_look,
	.stop = filter_stop,
};
