/* daemon/record.c - a connection that ended becomes a call record.
 *
 * layer: daemon (L5)   thread: control   I/O: store/
 */
#include "daemon/record.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const struct strm *first_stream(const struct term *t)
{
	for (unsigned i = 0; i < t->nstrm; i++)
		if (t->strm[i].slot.slot)
			return &t->strm[i];
	return t->nstrm ? &t->strm[0] : NULL;
}

static void add_stats(struct store_call *c, const struct term *t)
{
	for (unsigned i = 0; i < t->nstrm; i++) {
		const struct strm_stats *s = t->strm[i].slot.stats;
		uint32_t clock;

		if (!t->strm[i].slot.slot || !s)
			continue;
		clock = stats_get32(&s->rx_clock);
		c->rx_packets += stats_get64(&s->rx_packets);
		c->rx_octets += stats_get64(&s->rx_octets);
		c->tx_packets += stats_get64(&s->tx_packets);
		c->tx_octets += stats_get64(&s->tx_octets);
		c->lost += stats_lost(s);
		if (clock && !c->jitter_ms)
			c->jitter_ms = (uint32_t)((uint64_t)stats_get32(&s->rx_jitter) *
						  1000 / clock);
	}
}

static void add_stream(struct store_call *c, const struct strm *s)
{
	const struct format_set *f = s->remote && s->remote->n ? s->remote : s->local;

	c->local = s->slot.local;
	c->remote = s->raddr;
	if (f && f->n)
		snprintf(c->codec, sizeof(c->codec), "%s", f->v[0].name);
}

/* What both protocols tell alike; then it is stored. */
static void record(struct store *store, struct store_call *c, const struct owner *o,
		   const struct term_end *end)
{
	const struct term *t = end->term;
	const struct strm *s = first_stream(t);
	uint64_t ms = end->at > t->since ? (end->at - t->since) / 1000000 : 0;
	struct timespec wall;

	clock_gettime(CLOCK_REALTIME, &wall);
	c->duration_ms = ms;
	c->started_ms =
		(int64_t)wall.tv_sec * 1000 + wall.tv_nsec / 1000000 - (int64_t)ms;
	snprintf(c->owner, sizeof(c->owner), "%s", owner_get_spec(o)->name);
	snprintf(c->cause, sizeof(c->cause), "%s", end->reason);
	add_stats(c, t);
	if (s)
		add_stream(c, s);
	store_call_add(store, c);
}

void record_call(struct store *store, const struct mgcp_call_end *end)
{
	struct store_call c = { .reason = end->reason_code, .latency_ms = end->la };

	snprintf(c.endpoint, sizeof(c.endpoint), "%s", end->endpoint);
	snprintf(c.call_id, sizeof(c.call_id), "%s", end->call_id);
	snprintf(c.connection, sizeof(c.connection), "%s", end->conn_id);
	record(store, &c, end->owner, end->end);
}

void record_h248(struct store *store, const struct h248_call_end *end)
{
	struct store_call c = { .reason = end->reason_code, .latency_ms = end->delay_ms };

	snprintf(c.endpoint, sizeof(c.endpoint), "%s", end->term);
	snprintf(c.call_id, sizeof(c.call_id), "%u", end->ctx);
	record(store, &c, end->owner, end->end);
}
