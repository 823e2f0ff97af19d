/* net/sctp_assoc.c - an association from its beginning to its end.
 *
 * layer: net (L3)   thread: control   I/O: none of its own
 * RFC 9260 9.2 (shutdown), 5.2 (restart)
 */
#include "net/sctp_assoc.h"

#include <event2/event.h>
#include <stdio.h>
#include <string.h>

#include "util/err.h"
#include "util/mem.h"

static struct net *net_of_stack(void)
{
	return stk_get()->net;
}

struct net_peer assoc_peer(const struct stk_assoc *a)
{
	return (struct net_peer){ .at = a->lis ? a->lis->l : NULL,
				  .local = a->local,
				  .remote = a->remote,
				  .conn = a->id,
				  .dialled = a->info.dialled };
}

struct stk_assoc *assoc_by_id(uint64_t id)
{
	const struct stk *st = stk_get();
	struct map_node *it;

	if (!st || !id)
		return NULL;
	it = map_first(&st->ids, map_u64(&st->ids, id));
	for (; it; it = map_next(it))
		if (MAP_OF(it, struct stk_assoc, by_id)->id == id)
			return MAP_OF(it, struct stk_assoc, by_id);
	return NULL;
}

uint64_t net_sctp_find(struct net *n, const void *user, const struct addr *remote)
{
	const struct map *m;
	struct map_node *it;

	if (!net_sctp_running(n))
		return 0;
	m = &stk_get()->remotes;
	it = map_first(m, map_u64(m, addr_hash(remote, 0)));
	for (; it; it = map_next(it)) {
		const struct stk_assoc *a = MAP_OF(it, struct stk_assoc, by_remote);

		if (addr_eq(&a->remote, remote) && a->lis && a->lis->l->user == user)
			return a->id;
	}
	return 0;
}

void assoc_set_state(struct stk_assoc *a, enum net_sctp_state state)
{
	a->info.state = state;
	a->info.since = stk_now();
}

void assoc_set_timer(struct stk_assoc *a, uint64_t ms)
{
	struct timeval tv = { .tv_sec = (time_t)(ms / 1000),
			      .tv_usec = (suseconds_t)(ms % 1000 * 1000) };

	if (ms)
		event_add(a->timer, &tv);
	else
		event_del(a->timer);
}

/* ---- its end ------------------------------------------------------------------- */

static void forget_id(struct stk_assoc *a)
{
	if (!a->id)
		return;
	map_del(&stk_get()->ids, &a->by_id);
	map_del(&stk_get()->remotes, &a->by_remote);
	net_of_stack()->stats.open--;
	a->id = 0;
}

/* Sends an ABORT if it is not over yet. */
static void drop_socket(struct stk_assoc *a)
{
	if (a->s.so)
		stk_abort(a->s.so);
	a->s.so = NULL;
	stk_get()->backend->release(a);
	assoc_forget_io(a);
}

static void leave_listener(struct stk_assoc *a, struct list *to)
{
	list_del(&a->in_all);
	list_add(to, &a->in_all);
	if (a->lis && !a->info.dialled)
		a->lis->taken--;
	a->lis = NULL;
}

void assoc_kill(struct stk_assoc *a)
{
	struct stk *st = stk_get();

	if (a->dead)
		return;
	forget_id(a);
	drop_socket(a);
	stk_slot_drop(&a->s);
	a->dead = true;
	event_del(a->timer);
	leave_listener(a, &st->dead);
	stk_wake();
}

void assoc_free(struct stk_assoc *a)
{
	list_del(&a->in_all);
	buf_fini(&a->held);
	event_free(a->timer);
	mem_free(a);
}

void assoc_hang_up(struct stk_assoc *a)
{
	if (a->dead || a->info.state == NET_SCTP_CLOSING)
		return;
	if (a->info.state != NET_SCTP_OPEN) {
		assoc_kill(a);
		return;
	}
	if (!a->fresh)
		assoc_flush(a);
	forget_id(a);
	assoc_forget_io(a);
	assoc_set_state(a, NET_SCTP_CLOSING);
	leave_listener(a, &stk_get()->closing);
	assoc_set_timer(a, STK_CLOSE_MS);
	if (usrsctp_shutdown(a->s.so, SHUT_WR))
		assoc_kill(a);
	else
		stk_mark(&a->s);
}

void assoc_lost(struct stk_assoc *a, const char *why)
{
	struct net *n = net_of_stack();
	struct net_peer peer = assoc_peer(a);
	bool known = a->info.state == NET_SCTP_OPEN || a->info.dialled;

	if (a->dead)
		return;
	if (a->info.state == NET_SCTP_CLOSING) {
		assoc_kill(a);
		return;
	}
	snprintf(a->info.last, sizeof(a->info.last), "%s", why);
	if (a->info.dialled) {
		forget_id(a);
		drop_socket(a);
		assoc_pause(a);
	} else {
		assoc_kill(a);
	}
	stk_get()->told = true;
	if (known && n->user.closed)
		n->user.closed(n->user.arg, &peer, why);
}

void assoc_notice(struct stk_assoc *a, enum net_notice what, const struct addr *path)
{
	struct net *n = net_of_stack();
	struct net_peer peer = assoc_peer(a);

	if (a->info.state != NET_SCTP_OPEN || a->dead)
		return;
	stk_get()->told = true;
	if (n->user.noticed)
		n->user.noticed(n->user.arg, &peer, what, path);
}

/* ---- its beginning ------------------------------------------------------------- */

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct stk_assoc *a = arg;

	(void)fd;
	(void)what;
	if (a->dead)
		return;
	if (a->drop) {
		net_of_stack()->stats.dropped++;
		assoc_lost(a, "it does not take what we send");
	} else if (a->info.state == NET_SCTP_CLOSING) {
		assoc_kill(a);
	} else {
		assoc_dial_timer(a);
	}
	stk_work();
}

struct stk_assoc *assoc_new(struct stk_lis *lis, const struct addr *remote, bool dialled)
{
	struct stk_assoc *a;

	if (!dialled && lis->taken >= lis->spec.conns_max)
		return NULL;
	a = mem_zalloc(sizeof(*a));
	if (!a)
		return NULL;
	a->lis = lis;
	a->local = lis->l->local;
	a->remote = *remote;
	a->info.dialled = dialled;
	list_init(&a->queue);
	list_init(&a->in_dirty);
	buf_init(&a->held, lis->spec.message_max);
	buf_init(&a->in, lis->spec.message_max);
	a->timer = evtimer_new(lis->l->net->base, on_timer, a);
	if (!a->timer || stk_slot_take(&a->s)) {
		if (a->timer)
			event_free(a->timer);
		mem_free(a);
		return NULL;
	}
	assoc_set_state(a, NET_SCTP_WAITING);
	list_add(&lis->assocs, &a->in_all);
	if (!dialled)
		lis->taken++;
	else
		filter_stale();
	return a;
}

static void read_streams(struct stk_assoc *a)
{
	struct sctp_status st = { 0 };
	socklen_t n = sizeof(st);

	if (usrsctp_getsockopt(a->s.so, IPPROTO_SCTP, SCTP_STATUS, &st, &n))
		return;
	a->info.streams_out = st.sstat_outstrms;
	a->info.streams_in = st.sstat_instrms;
}

static int new_id(struct stk_assoc *a)
{
	struct net *n = net_of_stack();
	struct map *ids = &stk_get()->ids, *remotes = &stk_get()->remotes;

	if (map_add(ids, &a->by_id, map_u64(ids, n->last_conn + 1)))
		return -H_ENOMEM;
	if (map_add(remotes, &a->by_remote,
		    map_u64(remotes, addr_hash(&a->remote, 0)))) {
		map_del(ids, &a->by_id);
		return -H_ENOMEM;
	}
	a->id = ++n->last_conn;
	n->stats.open++;
	return 0;
}

int assoc_open(struct stk_assoc *a)
{
	struct net *n = net_of_stack();
	struct net_peer peer;

	if (new_id(a))
		return -H_ENOMEM;
	assoc_set_state(a, NET_SCTP_OPEN);
	assoc_set_timer(a, 0);
	a->wanted = false;
	read_streams(a);
	if (stk_get()->backend->opened)
		stk_get()->backend->opened(a);
	peer = assoc_peer(a);
	stk_get()->told = true;
	a->fresh = true;
	if (n->user.opened)
		n->user.opened(n->user.arg, &peer);
	a->fresh = false;
	if (!a->dead && a->info.state == NET_SCTP_OPEN)
		assoc_flush(a);
	return 0;
}

/* RFC 9260 5.2.4.1. For the user it is an end and a beginning. */
void assoc_restarted(struct stk_assoc *a)
{
	struct net *n = net_of_stack();
	struct net_peer peer = assoc_peer(a);
	static const char why[] = "the peer restarted";

	n->stats.restarts++;
	assoc_notice(a, NET_RESTARTED, NULL);
	if (a->dead || a->info.state != NET_SCTP_OPEN)
		return;
	forget_id(a);
	assoc_forget_io(a);
	snprintf(a->info.last, sizeof(a->info.last), "%s", why);
	/* Not open while the user is told: what it sends now waits for `opened`. */
	assoc_set_state(a, NET_SCTP_CONNECTING);
	stk_get()->told = true;
	if (n->user.closed)
		n->user.closed(n->user.arg, &peer, why);
	if (!a->dead && a->info.state == NET_SCTP_CONNECTING && assoc_open(a))
		assoc_lost(a, "out of memory");
}
