/* daemon/listen.c - the control listeners, and what comes in there.
 *
 * layer: daemon (L5)   thread: control   I/O: net/
 */
#include <string.h>

#include "daemon/daemon.h"
#include "daemon/h248.h"
#include "daemon/sctp.h"
#include "net/net.h"
#include "util/err.h"
#include "util/mem.h"

/* What the configuration wants opened. */
struct want {
	const char *name;
	enum net_kind kind;
	const struct conf_list *at;
	const char *tag; /* user of the listener */
	int64_t dscp, rcvbuf, connections, partial;
	int protocol; /* SCTP */
};

enum { WANTS = 6 };

static const enum net_kind kinds[] = {
	[TRANSPORT_UDP] = NET_udp,
	[TRANSPORT_TCP] = NET_tcp,
	[TRANSPORT_TLS] = NET_tls,
	[TRANSPORT_SCTP] = NET_sctp,
};

enum net_kind listen_kind(enum transport t)
{
	return kinds[t];
}

enum transport listen_transport(const struct net_listener *l)
{
	for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (net_listener_is(l, kinds[i]))
			return (enum transport)i;
	return TRANSPORT_UDP;
}

static unsigned wants(const struct conf *c, struct want w[WANTS])
{
	const struct conf_h248 *h = &c->h248;
	unsigned n = 0;

	w[n++] = (struct want){ .name = "mgcp",
			      .kind = NET_udp,
			      .at = &c->mgcp.listen,
			      .dscp = c->mgcp.dscp,
			      .rcvbuf = c->mgcp.rcvbuf };
	if (sctpd_wanted(c, CONF_MGCP))
		w[n++] = (struct want){ .name = "mgcp",
					.kind = NET_sctp,
					.at = &c->mgcp.sctp,
					.dscp = c->mgcp.dscp,
					.protocol = CONF_MGCP };
	if (!h248_wanted(c))
		return n;
	w[n++] = (struct want){ .name = "h248",
			      .kind = NET_udp,
			      .at = &h->udp,
			      .tag = h248_listener_tag,
			      .dscp = h->dscp,
			      .rcvbuf = h->rcvbuf };
	w[n] = w[n - 1];
	w[n].kind = NET_tcp;
	w[n].at = &h->tcp;
	w[n].connections = h->connections;
	w[n++].partial = h->partial;
	w[n] = w[n - 1];
	w[n].kind = NET_tls;
	w[n++].at = &h->tls;
	if (!sctpd_wanted(c, CONF_H248))
		return n;
	w[n] = w[n - 1];
	w[n].kind = NET_sctp;
	w[n].at = &h->sctp;
	w[n++].protocol = CONF_H248;
	return n;
}

/* Native SCTP: the addresses of one port are one end, the first is its name. */
static bool is_more(const struct conf *c, const struct want *w, size_t i)
{
	const struct addr *v = w->at->v;

	if (w->kind != NET_sctp || c->sctp.backend != CONF_SCTP_NATIVE)
		return false;
	for (size_t k = 0; k < i; k++)
		if (v[k].port == v[i].port)
			return true;
	return false;
}

static int sctp_end(const struct conf *c, const struct want *w, size_t i,
		    struct net_sctp_spec *out, struct buf *said)
{
	const struct addr *v = w->at->v;

	sctpd_spec(c, w->protocol, out);
	for (size_t k = i + 1; k < w->at->n; k++) {
		if (v[k].port != v[i].port || !is_more(c, w, k))
			continue;
		if (out->nalso == NET_SCTP_ADDRS - 1) {
			if (said)
				buf_printf(said, "%s: at most %d SCTP addresses\n",
					   w->name, NET_SCTP_ADDRS);
			return -H_ELIMIT;
		}
		out->also[out->nalso] = v[k];
		out->also[out->nalso++].port = 0;
	}
	return 0;
}

static bool is_same(const struct want *w, const struct addr *a,
		    const struct net_listener *l)
{
	return net_listener_is(l, w->kind) && net_listener_user(l) == w->tag &&
	       addr_eq(net_listener_addr(l), a);
}

static bool is_wanted(const struct want *w, unsigned n, const struct net_listener *l)
{
	for (unsigned k = 0; k < n; k++) {
		const struct addr *v = w[k].at->v;

		for (size_t i = 0; i < w[k].at->n; i++)
			if (is_same(&w[k], &v[i], l))
				return true;
	}
	return false;
}

static bool is_open(struct net *n, const struct want *w, const struct addr *a)
{
	struct net_listener *l = NULL;

	while ((l = net_listener_next(n, l)))
		if (is_same(w, a, l))
			return true;
	return false;
}

static int open_one(struct daemon *d, const struct conf *c, const struct want *w,
		    size_t nth, struct buf *said)
{
	const struct addr *a = (const struct addr *)w->at->v + nth;
	struct net_sctp_spec sctp;
	struct net_spec spec = {
		.kind = w->kind,
		.local = *a,
		.dscp = (uint8_t)w->dscp,
		.rcvbuf = (uint32_t)w->rcvbuf,
		.user = (void *)(uintptr_t)w->tag,
		.conns_max = (uint32_t)w->connections,
		.partial_ms = (uint32_t)w->partial,
	};
	struct net_listener *l;
	char why[NET_WHY_MAX], at[ADDR_STRLEN];
	int err = 0;

	if (w->kind == NET_sctp) {
		err = sctp_end(c, w, nth, &sctp, said);
		spec.sctp = &sctp;
	}
	if (err)
		return err;
	err = net_listen(d->net, &spec, &l, why);
	if (err) {
		if (said)
			buf_printf(said, "%s: %s\n", w->name, why);
		else
			log_err(LOGC_NET, "%s: %s", w->name, why);
		return err;
	}
	log_info(LOGC_NET, "%s: listening on %s %s", w->name, net_listener_kind(l),
		 addr_print(at, net_listener_addr(l)));
	return 0;
}

/* An SCTP end may have addresses of both families: better than none if `any`. */
static bool fits(const struct net_listener *l, const struct assoc *as, const void *tag,
		 bool any)
{
	const struct addr *a = net_listener_addr(l);

	if (listen_transport(l) != as->transport || net_listener_user(l) != tag)
		return false;
	if (any)
		return as->transport == TRANSPORT_SCTP &&
		       (!as->local.port || as->local.port == a->port);
	return a->family == as->remote.family;
}

struct net_listener *listen_for(struct daemon *d, const struct assoc *as, const void *tag)
{
	struct net_listener *l = NULL;

	if (as->local.family && as->local.port)
		l = net_find(d->net, kinds[as->transport], &as->local);
	if (l && fits(l, as, tag, false))
		return l;
	for (int any = 0; any < 2; any++)
		for (l = NULL; (l = net_listener_next(d->net, l));)
			if (fits(l, as, tag, any))
				return l;
	return NULL;
}

/* ---- those that go -------------------------------------------------------------- */

struct gone {
	struct list in_all;
	struct net_listener *l;
	struct net_peer *conn; /* owned */
	size_t n;
};

static void add_gone(void *arg, const struct net_peer *peer)
{
	struct gone *g = arg;
	struct net_peer *v = mem_realloc(g->conn, (g->n + 1) * sizeof(*v));

	if (!v)
		return; /* the engine finds out by itself, later */
	g->conn = v;
	v[g->n++] = *peer;
}

static void shut_unwanted(struct daemon *d, const struct want *w, unsigned n,
			  struct list *all)
{
	struct net_listener *l = net_listener_next(d->net, NULL), *next;

	for (; l; l = next) {
		struct gone *g = NULL;

		next = net_listener_next(d->net, l);
		if (is_wanted(w, n, l))
			continue;
		g = mem_zalloc(sizeof(*g));
		if (!g) {
			net_close(l);
			continue;
		}
		g->l = l;
		list_add(all, &g->in_all);
		net_shut(l, add_gone, g);
	}
}

/* The engines dial again, or elsewhere, now that the new listeners are there. */
static void tell_gone(struct daemon *d, struct list *all)
{
	LIST_EACH_SAFE(it, all)
	{
		struct gone *g = LIST_OF(it, struct gone, in_all);

		for (size_t i = 0; i < g->n; i++)
			loop_closed(d, &g->conn[i], "our address is gone");
		net_close(g->l);
		mem_free(g->conn);
		mem_free(g);
	}
}

int listen_apply(struct daemon *d, const struct conf *c, struct buf *said)
{
	struct want w[WANTS];
	unsigned n = wants(c, w);
	struct list gone;
	int err = 0;

	list_init(&gone);
	shut_unwanted(d, w, n, &gone);
	for (unsigned k = 0; k < n; k++) {
		const struct addr *v = w[k].at->v;

		for (size_t i = 0; i < w[k].at->n; i++)
			if (!is_more(c, &w[k], i) && !is_open(d->net, &w[k], &v[i]) &&
			    open_one(d, c, &w[k], i, said))
				err = -H_ESYS;
	}
	tell_gone(d, &gone);
	return err;
}
