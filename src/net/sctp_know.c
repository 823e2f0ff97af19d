/* net/sctp_know.c - settings of a listener, and the peers it was told of.
 *
 * layer: net (L3)   thread: control   I/O: none
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "net/sctp_assoc.h"
#include "util/err.h"
#include "util/mem.h"

enum {
	MESSAGE_MAX = 65535,
	MESSAGE_MOST = 1 << 20,
	QUEUE_MAX = 4 << 20,
	CONNS_MAX = 64,
	RTO_INITIAL = 200,
	RTO_MIN = 100,
	RTO_MAX = 400,
	RTO_MOST = 60000,
	HEARTBEAT = 1000,
	PATH_RETRANS = 1,
	ASSOC_RETRANS = 10,
	INIT_RETRANS = 5,
	STREAMS_OUT = 16,
	STREAMS_IN = 64,
	STREAMS_MOST = 1024 /* each costs memory, ours and the peer's */
};

static int fail(char why[NET_WHY_MAX], const struct addr *a, const char *what)
{
	char at[ADDR_STRLEN];

	snprintf(why, NET_WHY_MAX, "sctp %s: %s", addr_print(at, a), what);
	return -H_EINVAL;
}

static uint32_t or_else(uint32_t value, uint32_t otherwise)
{
	return value ? value : otherwise;
}

static void spec_defaults(struct net_sctp_spec *s)
{
	s->rto_min = or_else(s->rto_min, RTO_MIN);
	s->rto_max = or_else(s->rto_max, s->rto_min > RTO_MAX ? s->rto_min : RTO_MAX);
	if (!s->rto_initial)
		s->rto_initial = s->rto_min > RTO_INITIAL   ? s->rto_min
				 : s->rto_max < RTO_INITIAL ? s->rto_max
							    : RTO_INITIAL;
	if (!s->heartbeat)
		s->heartbeat = HEARTBEAT;
	s->path_retrans = (uint16_t)or_else(s->path_retrans, PATH_RETRANS);
	s->assoc_retrans = (uint16_t)or_else(s->assoc_retrans, ASSOC_RETRANS);
	s->init_retrans = (uint16_t)or_else(s->init_retrans, INIT_RETRANS);
	s->streams_out = (uint16_t)or_else(s->streams_out, STREAMS_OUT);
	s->streams_in = (uint16_t)or_else(s->streams_in, STREAMS_IN);
}

/* NULL: it makes sense. */
static const char *spec_fault(const struct net_sctp_spec *s)
{
	if (s->rto_min > s->rto_initial || s->rto_initial > s->rto_max)
		return "RTO: least, initial and most are not in that order";
	if (s->rto_min < 10 || s->rto_max > RTO_MOST)
		return "RTO: from 10 ms to 60 s";
	if (s->heartbeat != NET_SCTP_HEARTBEAT_OFF &&
	    (s->heartbeat < 100 || s->heartbeat > 600000))
		return "heartbeat: from 100 ms to 600 s";
	if (s->path_retrans > 255 || s->assoc_retrans > 255 || s->init_retrans > 255)
		return "retransmissions: at most 255";
	if (s->streams_out > STREAMS_MOST || s->streams_in > STREAMS_MOST)
		return "streams: at most 1024 each way";
	return NULL;
}

/* All of a family beside others; all IPv4 and all IPv6 are fine. */
static bool mixes_all(const struct stk_lis *s)
{
	unsigned all = 0;

	for (unsigned i = 0; i < s->nlocal; i++)
		all += addr_is_any(&s->local[i]);
	return all && s->nlocal > 1 &&
	       (all != 2 || s->nlocal != 2 || s->local[0].family == s->local[1].family);
}

int lis_copy(struct stk_lis *s, const struct net_spec *spec, char why[NET_WHY_MAX])
{
	const char *fault;

	s->spec = *spec;
	s->spec.ifname = NULL;
	s->spec.sctp = NULL;
	s->spec.message_max = or_else(spec->message_max, MESSAGE_MAX);
	s->spec.queue_max = or_else(spec->queue_max, QUEUE_MAX);
	s->spec.conns_max = or_else(spec->conns_max, CONNS_MAX);
	if (spec->sctp)
		s->sctp = *spec->sctp;
	spec_defaults(&s->sctp);
	fault = spec_fault(&s->sctp);
	if (!fault && s->spec.message_max > MESSAGE_MOST)
		fault = "messages: at most 1 MiB";
	if (!fault && s->sctp.nalso >= NET_SCTP_ADDRS)
		fault = "at most 8 local addresses";
	if (fault)
		return fail(why, &spec->local, fault);
	s->local[0] = spec->local;
	for (unsigned i = 0; i < s->sctp.nalso; i++) {
		s->local[i + 1] = s->sctp.also[i];
		s->local[i + 1].port = spec->local.port;
	}
	s->nlocal = 1 + s->sctp.nalso;
	if (mixes_all(s))
		return fail(why, &spec->local, "all addresses, or a list of them");
	return 0;
}

/* ---- peers --------------------------------------------------------------------- */

static bool is_of(const struct stk_known *k, const struct addr *remote)
{
	for (unsigned i = 0; i < k->peer.nremote; i++)
		if (addr_same_host(&k->peer.remote[i], remote))
			return true;
	return false;
}

/* Several may be at one host: with that port if there is one, else the first. */
struct stk_known *known_by(struct stk_lis *lis, const struct addr *remote)
{
	struct stk_known *best = NULL;

	LIST_EACH(it, &lis->known)
	{
		struct stk_known *k = LIST_OF(it, struct stk_known, in_lis);

		if (!is_of(k, remote))
			continue;
		if (k->peer.remote[0].port == remote->port)
			return k;
		if (!best)
			best = k;
	}
	return best;
}

void known_name(struct stk_lis *lis, struct addr *remote)
{
	const struct stk_known *k = known_by(lis, remote);
	uint16_t port = remote->port;

	if (!k)
		return;
	*remote = k->peer.remote[0];
	remote->port = port;
}

const struct net_sctp_spec *known_spec(struct stk_lis *lis, const struct addr *remote)
{
	const struct stk_known *k = known_by(lis, remote);

	return k && k->peer.spec ? k->peer.spec : &lis->sctp;
}

static struct stk_known *by_first(struct stk_lis *lis, const struct addr *first)
{
	LIST_EACH(it, &lis->known)
	{
		struct stk_known *k = LIST_OF(it, struct stk_known, in_lis);

		if (addr_eq(&k->peer.remote[0], first))
			return k;
	}
	return NULL;
}

static void forget(struct stk_known *k)
{
	list_del(&k->in_lis);
	mem_free(k);
	filter_stale();
}

void known_clear(struct stk_lis *lis)
{
	LIST_EACH_SAFE(it, &lis->known)
	forget(LIST_OF(it, struct stk_known, in_lis));
}

static const char *peer_fault(const struct net_sctp_peer *p,
			      const struct net_sctp_spec *s)
{
	const struct net_sctp_stack *st = &stk_get()->spec;

	if (!p->nremote || p->nremote > NET_SCTP_ADDRS)
		return "a peer has 1 to 8 addresses";
	if (!p->remote[0].port)
		return "the peer's SCTP port is missing";
	for (unsigned i = 0; i < p->nremote; i++)
		if (addr_is_any(&p->remote[i]) || addr_is_multicast(&p->remote[i]))
			return "this is no address of a peer";
	if (p->encaps && !st->encaps)
		return "a UDP port of the peer, but the stack here has none (raw IP): "
		       "give both one, or neither";
	return s ? spec_fault(s) : NULL;
}

/* Where the system, not the stack, chooses the source: it must choose one of ours. */
static int check_routes(const struct stk_lis *lis, const struct net_sctp_peer *p,
			char why[NET_WHY_MAX])
{
	const struct net_sctp_stack *st = &stk_get()->spec;
	int err = 0;

	for (unsigned i = 0; i < p->nremote && !err; i++)
		if (st->backend == NET_SCTP_NATIVE &&
		    (st->encaps || p->remote[i].family == 6))
			err = check_route(&p->remote[i], lis->local, lis->nlocal, why);
	return err;
}

int net_sctp_know(struct net_listener *l, const struct net_sctp_peer *p,
		  char why[NET_WHY_MAX])
{
	struct stk_lis *lis = l->own;
	struct net_sctp_spec spec = { 0 };
	struct stk_known *k;
	const char *fault;

	assert(l->kind == NET_sctp);
	if (p->spec) {
		spec = *p->spec;
		spec_defaults(&spec);
	}
	fault = peer_fault(p, p->spec ? &spec : NULL);
	if (fault)
		return fail(why, &p->remote[0], fault);
	if (check_routes(lis, p, why))
		return -H_EINVAL;
	k = by_first(lis, &p->remote[0]);
	if (!k) {
		k = mem_zalloc(sizeof(*k));
		if (!k) {
			snprintf(why, NET_WHY_MAX, "sctp: out of memory");
			return -H_ENOMEM;
		}
		list_add(&lis->known, &k->in_lis);
	}
	k->peer = *p;
	k->spec = spec;
	k->peer.spec = p->spec ? &k->spec : NULL;
	for (unsigned i = 1; i < p->nremote; i++)
		k->peer.remote[i].port = p->remote[0].port;
	filter_stale();
	return 0;
}

void net_sctp_forget(struct net_listener *l, const struct addr *first)
{
	struct stk_known *k = by_first(l->own, first);

	if (k)
		forget(k);
}
