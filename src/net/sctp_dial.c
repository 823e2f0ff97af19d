/* net/sctp_dial.c - associations of ours: made when wanted, with pauses between failures.
 *
 * layer: net (L3)   thread: control   I/O: the stack's sockets
 *
 * As dial.c does for TCP, with the same pauses. A message from the peer ends the row of
 * failures, an association alone does not.
 */
#include "net/sctp_assoc.h"

enum { FORGET_MS = 60000, SETUP_LEAST_MS = 10000 };

static struct stk_assoc *find(struct stk_lis *lis, const struct addr *remote)
{
	LIST_EACH(it, &lis->assocs)
	{
		struct stk_assoc *a = LIST_OF(it, struct stk_assoc, in_all);

		if (a->info.dialled && addr_eq(&a->remote, remote))
			return a;
	}
	return NULL;
}

struct stk_assoc *assoc_dialled(struct stk_lis *lis, const struct addr *remote)
{
	const struct stk_known *k = known_by(lis, remote);
	const struct addr *name = k ? &k->peer.remote[0] : remote;
	struct stk_assoc *a = find(lis, name);

	return a ? a : assoc_new(lis, name, true);
}

void assoc_want(struct stk_assoc *a)
{
	if (a->info.state != NET_SCTP_WAITING || a->wanted)
		return;
	a->wanted = true;
	if (!a->failures || a->cooled)
		assoc_set_timer(a, 1);
}

void assoc_pause(struct stk_assoc *a)
{
	if (a->info.state != NET_SCTP_OPEN)
		stk_get()->net->stats.failed++;
	assoc_set_state(a, NET_SCTP_WAITING);
	a->wanted = a->cooled = false;
	if (a->failures < 100)
		a->failures++;
	assoc_set_timer(a, net_pause_ms(a->failures));
}

/* Longer than the stack tries; it is the one to give up, if it can. */
static uint64_t setup_ms(const struct stk_assoc *a)
{
	const struct net_sctp_spec *s = known_spec(a->lis, &a->remote);
	uint64_t ms = (uint64_t)s->rto_max * (s->init_retrans + 2u);

	return ms > SETUP_LEAST_MS ? ms : SETUP_LEAST_MS;
}

static void dial(struct stk_assoc *a)
{
	const char *why;

	a->cooled = false;
	assoc_set_state(a, NET_SCTP_CONNECTING);
	why = stk_get()->backend->dial(a);
	if (why)
		assoc_lost(a, why);
	else
		assoc_set_timer(a, setup_ms(a));
}

void assoc_dial_timer(struct stk_assoc *a)
{
	if (a->info.state == NET_SCTP_CONNECTING) {
		assoc_lost(a, "no answer");
	} else if (a->info.state != NET_SCTP_WAITING) {
		return;
	} else if (a->wanted) {
		dial(a);
	} else if (!a->cooled) {
		a->cooled = true;
		assoc_set_timer(a, FORGET_MS);
	} else {
		assoc_kill(a);
	}
}
