/* daemon/listen.c - the control listeners, and what comes in there.
 *
 * layer: daemon (L5)   thread: control   I/O: net/
 */
#include <string.h>

#include "daemon/daemon.h"
#include "net/net.h"
#include "util/err.h"

static bool is_wanted(const struct conf *c, const struct addr *a)
{
	const struct addr *v = c->mgcp.listen.v;

	for (size_t i = 0; i < c->mgcp.listen.n; i++)
		if (addr_eq(&v[i], a))
			return true;
	return false;
}

static bool is_open(struct net *n, const struct addr *a)
{
	struct net_listener *l = NULL;

	while ((l = net_listener_next(n, l)))
		if (addr_eq(net_listener_addr(l), a))
			return true;
	return false;
}

static int open_one(struct daemon *d, const struct conf *c, const struct addr *a,
		    struct buf *said)
{
	struct net_spec spec = {
		.kind = NET_udp,
		.local = *a,
		.dscp = (uint8_t)c->mgcp.dscp,
		.rcvbuf = (uint32_t)c->mgcp.rcvbuf,
	};
	struct net_listener *l;
	char why[NET_WHY_MAX], at[ADDR_STRLEN];
	int err = net_listen(d->net, &spec, &l, why);

	if (err) {
		if (said)
			buf_printf(said, "mgcp: %s\n", why);
		else
			log_err(LOGC_NET, "mgcp: %s", why);
		return err;
	}
	log_info(LOGC_NET, "mgcp: listening on %s", addr_print(at, net_listener_addr(l)));
	return 0;
}

int listen_apply(struct daemon *d, const struct conf *c, struct buf *said)
{
	const struct addr *v = c->mgcp.listen.v;
	struct net_listener *l = net_listener_next(d->net, NULL), *next;
	int err = 0;

	for (; l; l = next) {
		next = net_listener_next(d->net, l);
		if (!is_wanted(c, net_listener_addr(l)))
			net_close(l);
	}
	for (size_t i = 0; i < c->mgcp.listen.n; i++)
		if (!is_open(d->net, &v[i]) && open_one(d, c, &v[i], said))
			err = -H_ESYS;
	return err;
}
