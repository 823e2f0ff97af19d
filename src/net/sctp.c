/* net/sctp.c - SCTP as a transport: listeners, and what is asked of their associations.
 *
 * layer: net (L3)   thread: control   I/O: none of its own
 * RFC 9260, 6951
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "net/sctp_assoc.h"
#include "util/err.h"
#include "util/mem.h"

bool lis_allows(struct stk_lis *s, const struct addr *remote)
{
	const struct net_user *u = &s->l->net->user;
	struct net_peer from = { .at = s->l, .local = s->l->local, .remote = *remote };

	return s->taken < s->spec.conns_max && (!u->accept || u->accept(u->arg, &from));
}

/* ---- out ----------------------------------------------------------------------- */

static void lis_send(struct net_listener *l, const struct net_peer *to,
			 struct span bytes)
{
	struct stk_assoc *a = to->conn ? assoc_by_id(to->conn)
				       : assoc_dialled(l->own, &to->remote);

	if (!a) {
		l->net->stats.tx_errors++;
		return;
	}
	assoc_send(a, to->key, bytes);
	if (!to->conn)
		assoc_want(a);
}

static void lis_flush(struct net_listener *l)
{
	(void)l;
	stk_flush();
}

static void lis_connect(struct net_listener *l, const struct addr *remote)
{
	struct stk_assoc *a = assoc_dialled(l->own, remote);

	if (a)
		assoc_want(a);
}

static bool lis_disconnect(struct net *n, uint64_t conn)
{
	struct stk_assoc *a = assoc_by_id(conn);

	(void)n;
	if (a)
		assoc_hang_up(a);
	return a;
}

static void lis_each(struct net_listener *l, net_conn_h *f, void *arg)
{
	LIST_EACH(it, &((struct stk_lis *)l->own)->assocs)
	{
		const struct stk_assoc *a = LIST_OF(it, struct stk_assoc, in_all);
		struct net_peer peer = assoc_peer(a);

		if (a->id || a->wanted)
			f(arg, &peer);
	}
}

static bool lis_peer(const struct net *n, uint64_t conn, struct net_peer *out)
{
	const struct stk_assoc *a = assoc_by_id(conn);

	(void)n;
	if (!a)
		return false;
	*out = assoc_peer(a);
	return true;
}

/* ---- open and close ------------------------------------------------------------ */

static void lis_free(struct stk_lis *s)
{
	known_clear(s);
	mem_free(s);
}

static void lis_close(struct net_listener *l)
{
	struct stk_lis *s = l->own;

	LIST_EACH_SAFE(it, &s->assocs)
	assoc_hang_up(LIST_OF(it, struct stk_assoc, in_all));
	stk_get()->backend->unlisten(s);
	stk_flush();
	lis_free(s);
	l->own = NULL;
}

static int check_addresses(const struct stk_lis *s, char why[NET_WHY_MAX])
{
	int err = 0;

	for (unsigned i = 0; i < s->nlocal && !err; i++)
		err = check_local(&s->local[i], why);
	return err;
}

static int lis_open(struct net_listener *l, const struct net_spec *spec,
		     char why[NET_WHY_MAX])
{
	struct stk_lis *s;
	int err;

	if (!net_sctp_running(l->net)) {
		snprintf(why, NET_WHY_MAX, "sctp: the stack is not started");
		return -H_EINVAL;
	}
	s = mem_zalloc(sizeof(*s));
	if (!s) {
		snprintf(why, NET_WHY_MAX, "sctp: out of memory");
		return -H_ENOMEM;
	}
	s->l = l;
	l->own = s;
	list_init(&s->in_port);
	list_init(&s->assocs);
	list_init(&s->known);
	err = lis_copy(s, spec, why);
	if (!err)
		err = check_addresses(s, why);
	if (!err)
		err = stk_get()->backend->listen(s, why);
	if (err)
		lis_free(s);
	return err;
}

const struct net_ops net_sctp = {
	.name = "sctp",
	.open = lis_open,
	.close = lis_close,
	.send = lis_send,
	.flush = lis_flush,
	.connect = lis_connect,
	.disconnect = lis_disconnect,
	.peer = lis_peer,
	.each = lis_each,
	.end = stk_stop,
};
