/* daemon/listen.c - the control listeners, and what comes in there.
 *
 * layer: daemon (L5)   thread: control   I/O: net/
 */
#include <string.h>

#include "daemon/daemon.h"
#include "daemon/h248.h"
#include "net/net.h"
#include "util/err.h"

/* What the configuration wants opened. */
struct want {
	const char *name;
	enum net_kind kind;
	const struct conf_list *at;
	const char *tag; /* user of the listener */
	int64_t dscp, rcvbuf, connections, partial;
};

enum { WANTS = 4 };

static const enum net_kind kinds[] = {
	[TRANSPORT_UDP] = NET_udp,
	[TRANSPORT_TCP] = NET_tcp,
	[TRANSPORT_TLS] = NET_tls,
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

	w[0] = (struct want){ .name = "mgcp",
			      .kind = NET_udp,
			      .at = &c->mgcp.listen,
			      .dscp = c->mgcp.dscp,
			      .rcvbuf = c->mgcp.rcvbuf };
	w[1] = (struct want){ .name = "h248",
			      .kind = NET_udp,
			      .at = &h->udp,
			      .tag = h248_listener_tag,
			      .dscp = h->dscp,
			      .rcvbuf = h->rcvbuf };
	w[2] = w[1];
	w[2].kind = NET_tcp;
	w[2].at = &h->tcp;
	w[2].connections = h->connections;
	w[2].partial = h->partial;
	w[3] = w[2];
	w[3].kind = NET_tls;
	w[3].at = &h->tls;
	return h248_wanted(c) ? WANTS : 1;
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

static int open_one(struct daemon *d, const struct want *w, const struct addr *a,
		    struct buf *said)
{
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
	int err = net_listen(d->net, &spec, &l, why);

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

int listen_apply(struct daemon *d, const struct conf *c, struct buf *said)
{
	struct net_listener *l = net_listener_next(d->net, NULL), *next;
	struct want w[WANTS];
	unsigned n = wants(c, w);
	int err = 0;

	for (; l; l = next) {
		next = net_listener_next(d->net, l);
		if (!is_wanted(w, n, l))
			net_close(l);
	}
	for (unsigned k = 0; k < n; k++) {
		const struct addr *v = w[k].at->v;

		for (size_t i = 0; i < w[k].at->n; i++)
			if (!is_open(d->net, &w[k], &v[i]) &&
			    open_one(d, &w[k], &v[i], said))
				err = -H_ESYS;
	}
	return err;
}
