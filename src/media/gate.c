/* media/gate.c - see gate.h.
 *
 * layer: media (L3)   thread: worker   I/O: none
 *
 * A rate is a bucket told by one time: when it would have room for the next octet if all
 * came evenly. A packet fits as long as that lies no further ahead than the burst takes.
 */
#include "media/gate.h"

bool gate_admits(const struct plan_gate *g, const struct addr *from)
{
	if (g->net.family && !addr_in_net(from, &g->net, g->bits))
		return false;
	return !g->port_most ||
	       (from->port >= g->port_least && from->port <= g->port_most);
}

static uint64_t gate_ns(uint64_t octets, uint32_t rate)
{
	return octets * 1000000000u / rate;
}

static bool gate_room(uint64_t free, uint64_t now, uint32_t n, uint32_t rate,
		      uint32_t burst)
{
	uint64_t ahead = free > now ? free - now : 0;

	return !rate || ahead + gate_ns(n, rate) <= gate_ns(burst, rate);
}

static void gate_take(uint64_t *free, uint64_t now, uint32_t n, uint32_t rate)
{
	if (rate)
		*free = (*free > now ? *free : now) + gate_ns(n, rate);
}

bool gate_fits(struct slot *s, uint32_t n, uint64_t now)
{
	const struct plan_gate *g = &s->leg->gate;
	uint32_t all = n + GATE_UDP + (s->local.family == 6 ? GATE_IP6 : GATE_IP4);

	if (!gate_room(s->gate_free[0], now, all, g->rate, g->burst) ||
	    !gate_room(s->gate_free[1], now, all, g->peak, g->jump))
		return false;
	gate_take(&s->gate_free[0], now, all, g->rate);
	gate_take(&s->gate_free[1], now, all, g->peak);
	return true;
}
