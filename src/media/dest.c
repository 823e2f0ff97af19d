/* media/dest.c - see dest.h.
 *
 * layer: media (L3)   thread: worker   I/O: none (tells the row)
 */
#include "media/dest.h"

#include <string.h>

static void dest_set(struct worker *w, struct slot *s, bool rtcp, const struct addr *to)
{
	struct slot_dest *d = &s->dest[rtcp];
	struct sockaddr_storage ss;

	d->addr = *to;
	if (to->family) {
		d->salen = addr_to_sockaddr(to, &ss);
		memcpy(&d->sa, &ss, d->salen);
	}
	w->io->ops->slot_dest(w->io, s, rtcp);
}

void dest_plan(struct worker *w, struct slot *s)
{
	bool latched = (s->leg->flags & PLAN_LATCH) && s->latch.state != LATCH_OPEN;

	dest_set(w, s, false, latched ? &s->dest[0].addr : &s->leg->remote);
	dest_set(w, s, true, latched ? &s->dest[1].addr : &s->leg->remote_rtcp);
}

void dest_latch(struct worker *w, struct slot *s, const struct addr *to)
{
	struct addr rtcp = *to;

	if (addr_eq(&s->dest[0].addr, to))
		return;
	rtcp.port++;
	dest_set(w, s, false, to);
	dest_set(w, s, true, addr_eq(to, &s->leg->remote) ? &s->leg->remote_rtcp : &rtcp);
}

void dest_latch_rtcp(struct worker *w, struct slot *s, const struct addr *to)
{
	if ((s->leg->flags & PLAN_LATCH) && s->latch.state == LATCH_LOCKED &&
	    !addr_eq(&s->dest[1].addr, to))
		dest_set(w, s, true, to);
}
