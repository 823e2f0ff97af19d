/* media/info.c - figures of the media layer for hollerctl.
 *
 * layer: media (L3)   thread: control   I/O: none
 */
#include <stdio.h>

#include "media/med.h"

int med_slot_fd(const struct slot *slot, bool rtcp)
{
	return slot->w->io->ops->slot_fd(slot, rtcp);
}

const char *med_slot_io(const struct slot *slot)
{
	return slot->w->io->ops->name;
}

void med_info(const struct med *m, struct med_info *out)
{
	*out = (struct med_info){
		.workers = m->nopen,
		.pools = m->conf.npool,
		.slots = m->slots.used,
		.rooms = m->rooms.used,
		.fds = atomic_load_explicit(&m->fds, memory_order_relaxed),
		.fd_budget = m->fd_budget,
		.refused = m->refused,
	};
}

bool med_worker_info(const struct med *m, unsigned i, struct med_worker_info *out)
{
	const struct worker *w;

	if (i >= m->nopen)
		return false;
	w = m->worker[i];
	*out = (struct med_worker_info){
		.io = w->io->ops->name,
		.slots = w->nslot,
		.gather = atomic_load_explicit(&w->stats.gather, memory_order_relaxed),
		.wakes = stats_get64(&w->stats.wakes),
		.batches = stats_get64(&w->stats.batches),
		.rx_packets = stats_get64(&w->stats.rx_packets),
		.tx_packets = stats_get64(&w->stats.tx_packets),
		.tx_failed = stats_get64(&w->stats.tx_failed),
		.xdp = stats_get64(&w->stats.xdp),
		.stray = stats_get64(&w->stats.stray),
		.passed = stats_get64(&w->stats.passed),
		.pass_lost = stats_get64(&w->stats.pass_lost),
		.messages = stats_get64(&w->stats.messages),
		.overflow = w->overflow,
		.events = stats_get64(&w->stats.events),
		.event_waits = stats_get64(&w->stats.event_waits),
	};
	snprintf(out->why, sizeof(out->why), "%s", w->why);
	return true;
}

bool med_pool_info(const struct med *m, unsigned i, struct med_pool_info *out)
{
	const struct port_pool *p;

	if (i >= m->conf.npool)
		return false;
	p = &m->pool[i];
	*out = (struct med_pool_info){
		.pool = &p->conf,
		.pairs = p->npair,
		.used = p->nused,
		.resting = portpool_resting(p, work_clock(m)),
		.busy = p->nbusy,
	};
	return true;
}
