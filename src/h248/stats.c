/* h248/stats.c - statistics: counted by media, told by packages.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 7.1.15, E.11.4, E.12.4
 */
#include <string.h>

#include "h248/audit.h"
#include "h248/pkg.h"

static void add_strm(const struct strm *s, struct hstats *o)
{
	const struct strm_stats *st = s->slot.slot ? s->slot.stats : NULL;

	if (!st)
		return;
	o->os += stats_get64(&st->tx_octets);
	o->or += stats_get64(&st->rx_octets);
	o->ps += stats_get64(&st->tx_packets);
	o->pr += stats_get64(&st->rx_packets);
	o->lost += stats_lost(st);
	o->expected += stats_get64(&st->rx_expected);
	o->gated += stats_get64(&st->drop[DROP_SOURCE]);
	if (!o->jitter) {
		o->jitter = stats_get32(&st->rx_jitter);
		o->clock = stats_get32(&st->rx_clock);
	}
	if (!o->rtt_us)
		o->rtt_us = stats_get32(&st->rtt_us);
}

void stats_sum(const struct term *t, const struct strm *only, uint64_t now,
	       struct hstats *out)
{
	*out = (struct hstats){ 0 };
	out->dur_ms = t->since && now > t->since ? (now - t->since) / 1000000 : 0;
	for (unsigned i = 0; i < t->nstrm; i++)
		if (!only || only == &t->strm[i])
			add_strm(&t->strm[i], out);
	if (!out->clock)
		out->clock = 8000;
}

/* Delay is half the round trip, in timestamp units; loss is percent, 2^32 for one. */
static int64_t value_of(const struct hstats *s, unsigned cap)
{
	switch (cap) {
	case STAT_DURATION:
		return (int64_t)s->dur_ms;
	case STAT_OCTETS_SENT:
		return (int64_t)s->os;
	case STAT_OCTETS_RECEIVED:
		return (int64_t)s->or;
	case STAT_SENT:
		return (int64_t)s->ps;
	case STAT_RECEIVED:
		return (int64_t)s->pr;
	case STAT_LOSS:
		if (!s->expected)
			return 0;
		return (int64_t)((double)s->lost * 100.0 * 4294967296.0 /
				 (double)s->expected);
	case STAT_JITTER:
		return s->jitter;
	case STAT_DELAY:
		return (int64_t)((uint64_t)s->rtt_us / 2 * s->clock / 1000000);
	case STAT_GATED:
		return (int64_t)s->gated;
	default:
		return 0;
	}
}

static struct h248_parm *stat_parm(struct subject *s, const struct hpkg *p,
				   const struct hpkg_item *it, const struct hstats *v)
{
	struct arena *a = s->x->arena;
	struct h248_parm *q = arena_zalloc(a, sizeof(*q));

	if (!q || !hpkg_name(a, p, it, s->x->msg->via.binary, &q->name))
		return NULL;
	q->vals = v ? hpkg_value(a, it, value_of(v, it->cap)) : NULL;
	q->rel = v ? H248_REL_EQ : H248_REL_NONE;
	return q;
}

struct h248_parm *stats_of(struct subject *s, const struct strm *st)
{
	struct h248_parm *list = NULL, **end = &list;
	bool values = s->t && s->x->cmd->kind != H248_AUDIT_CAP; /* 7.2.6 */
	struct hstats v;

	if (s->t)
		stats_sum(s->t, st, s->x->mg->e->now, &v);
	for (const struct hpkg *const *p = hpkgs; *p; p++)
		for (const struct hpkg_item *it = (*p)->items; it->name; it++) {
			struct h248_parm *q;

			if (it->kind != H248_STAT || !hpkg_realised(*p, s->on))
				continue;
			q = stat_parm(s, *p, it, values ? &v : NULL);
			if (!q)
				continue;
			*end = q;
			end = &q->next;
		}
	return list;
}

struct h248_parm *stats_one(struct subject *s, const struct h248_pkgd *name)
{
	struct hpkg_ref ref;
	struct hstats v;

	if (hpkg_find(H248_STAT, name, s->on, s->x->version, &ref))
		return NULL;
	if (s->t)
		stats_sum(s->t, NULL, s->x->mg->e->now, &v);
	return stat_parm(s, ref.pkg, ref.item, s->t ? &v : NULL);
}
