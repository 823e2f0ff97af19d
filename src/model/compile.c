/* model/compile.c - from who hears whom to the plans of legs.
 *
 * layer: model (L2)   thread: control   I/O: none
 * RFC 3550 7.1, 7.2 (translators)
 *
 * A leg's plan is written into zeroed memory, so two plans that say the same are the same
 * bytes and a leg that did not change is not sent again.
 */
#include "model/impl.h"

#include <string.h>

#include "util/mem.h"

static uint8_t key_add(struct island *is, const struct format *f)
{
	if (is->nkey == PLAN_KEYS)
		return 0;
	is->key[is->nkey] = f;
	return (uint8_t)is->nkey++;
}

static uint8_t key_of(const struct island *is, const struct format *f)
{
	for (uint32_t i = 1; i < is->nkey; i++)
		if (is->key[i] && format_same(is->key[i], f))
			return (uint8_t)i;
	return 0;
}

/* Keys mean something on this island only; the zone's format is KEY_ROOM on all. */
static enum cause number_keys(struct island *is)
{
	is->nkey = KEY_ROOM + 1;
	is->key[0] = is->key[KEY_ROOM] = NULL;
	for (uint32_t i = 0; i < is->n; i++) {
		const struct room *r = is->leg[i].room;

		r = r ? r : is->leg[i].out_room;
		if (r)
			is->key[KEY_ROOM] = &r->spec->format;
	}
	for (uint32_t i = 0; i < is->n; i++) {
		const struct format_set *l = is->leg[i].strm->local;

		for (unsigned k = 0; l && k < l->n; k++)
			if (!key_of(is, &l->v[k]) && !key_add(is, &l->v[k]))
				return CAUSE_NO_RESOURCES;
	}
	return CAUSE_OK;
}

/* What `pt` stands for when it arrives. */
static void set_rx(struct plan_leg *p, uint8_t pt, uint8_t key, uint32_t clock)
{
	p->rx_key[pt & 127] = key;
	p->rx_rate[pt & 127] = (uint16_t)(clock / 25 > UINT16_MAX ? 0 : clock / 25);
}

static void set_keys(const struct island *is, const struct strm *s, struct plan_leg *p)
{
	memset(p->tx_pt, PLAN_NO_PT, sizeof(p->tx_pt));
	for (unsigned i = 0; s->local && i < s->local->n; i++)
		set_rx(p, s->local->v[i].pt, key_of(is, &s->local->v[i]),
		       s->local->v[i].clock);
	for (unsigned i = 0; s->remote && i < s->remote->n; i++) {
		const struct format *f = &s->remote->v[i];
		uint8_t key = key_of(is, f);
		bool ours = false;

		for (unsigned k = 0; s->local && k < s->local->n; k++)
			ours |= format_same(&s->local->v[k], f);
		if (!key || !ours)
			continue;
		if (p->tx_pt[key] == PLAN_NO_PT) {
			p->tx_pt[key] = f->pt;
			p->clock = p->clock ? p->clock : f->clock;
		}
		/* some peers send the number they told instead of the one we told */
		if (!p->rx_key[f->pt & 127])
			set_rx(p, f->pt, key, f->clock);
	}
	if (!p->clock && s->local && s->local->n)
		p->clock = s->local->v[0].clock;
}

static void set_flags(const struct leg *l, struct plan_leg *p)
{
	const struct owner_spec *o = &l->term->ctx->owner->spec;
	const struct strm *s = l->strm;
	enum strm_mode mode = strm_mode_now(l->term, s);
	bool group = s->group && addr_eq(&s->raddr, &s->group->group);

	if (l->term->kind == TERM_NAMED) {
		p->flags = PLAN_RECV | PLAN_SEND | (l->loop ? PLAN_LOOP : 0);
		p->accept = ACCEPT_ANY;
		return;
	}
	p->accept = s->accept ? (uint8_t)(s->accept - 1) : o->accept;
	if (mode_hears(mode))
		p->flags |= PLAN_RECV;
	if (mode_sends(mode) && p->remote.family)
		p->flags |= PLAN_SEND;
	if (l->loop)
		p->flags |= PLAN_LOOP;
	if (s->group)
		p->flags |= PLAN_GROUP;
	if ((o->latch || s->latch) && !group)
		p->flags |= PLAN_LATCH;
	if (s->latch && !s->accept)
		p->accept = ACCEPT_ANY;
	if (!s->told && mode == MODE_RECVONLY && p->accept != ACCEPT_STRICT)
		p->accept = ACCEPT_ANY; /* 3435 2.3.5: media must be accepted */
	if (p->flags & PLAN_RECV && !s->group) {
		p->silence_ms = o->silent_action != IDLE_OFF ? o->silent_ms : 0;
		p->silence_ms = p->silence_ms ? p->silence_ms : s->silence_ms;
	}
}

/* Formats of events, tones and comfort noise come and go between the others. */
static void set_watch(const struct strm *s, struct plan_leg *p)
{
	if (!(s->watch & WATCH_PAYLOAD))
		return;
	p->flags |= PLAN_WATCH_PT;
	for (unsigned i = 0; s->local && i < s->local->n; i++) {
		const struct format *f = &s->local->v[i];

		if (format_is_main(f))
			p->watch_pt[f->pt >> 6 & 1] |= UINT64_C(1) << (f->pt & 63);
	}
}

static void set_gate(const struct strm *s, struct plan_leg *p)
{
	p->gate = s->gate;
	if (s->gate.net.family || s->gate.port_most || s->gate.rate || s->gate.peak)
		p->flags |= PLAN_GATE;
}

/* Those on the same worker first. */
static void set_relay(const struct island *is, uint32_t at, struct plan_leg *p)
{
	uint16_t home = is->leg[at].strm->slot.worker;

	for (uint32_t i = 0; i < is->n; i++)
		if (leg_reaches(is, at, i) && is->leg[i].strm->slot.worker == home)
			p->relay[p->nrelay++] = is->leg[i].strm->slot.slot;
	for (uint32_t i = 0; i < is->n; i++) {
		const struct leg *to = &is->leg[i];

		if (leg_reaches(is, at, i) && to->strm->slot.worker != home)
			plan_far(p)[p->nfar++] = (struct plan_far){
				.slot = to->strm->slot.slot,
				.cookie = strm_cookie(to->term, to->strm),
				.worker = to->strm->slot.worker,
			};
	}
}

static bool unicast(const struct leg *l)
{
	return l->term->kind == TERM_RTP && !l->strm->group && !l->room && !l->out_room;
}

/* RTCP is translated where two unicast legs of one worker hear nobody but each other. */
static void set_rtcp(const struct island *is, uint32_t at, struct plan_leg *p)
{
	const struct leg *l = &is->leg[at];

	if (p->nrelay != 1 || p->nfar || l->nsrc != 1 || !unicast(l))
		return;
	for (uint32_t i = 0; i < is->n; i++) {
		const struct leg *other = &is->leg[i];
		uint32_t n = 0;

		if (!leg_reaches(is, at, i) || !leg_reaches(is, i, at))
			continue;
		for (uint32_t k = 0; k < is->n; k++)
			n += leg_reaches(is, i, k) ? 1 : 0;
		if (n == 1 && other->nsrc == 1 && unicast(other))
			p->rtcp_peer = other->strm->slot.slot;
	}
}

static void build(const struct island *is, uint32_t at, struct plan_leg *p)
{
	const struct leg *l = &is->leg[at];
	const struct strm *s = l->strm;

	p->cookie = strm_cookie(l->term, s);
	p->generation = s->generation;
	p->remote = s->raddr;
	p->remote_rtcp = s->raddr_rtcp;
	p->ssrc = s->ssrc;
	p->tos = (uint8_t)(s->dscp << 2);
	p->hops = s->group ? s->group->hops : 0;
	p->nsrc = l->nsrc;
	p->room = l->room ? l->room->med : NULL;
	p->room_port = l->room_port ? l->room_port : l->out_port;
	set_flags(l, p);
	set_watch(s, p);
	set_gate(s, p);
	set_keys(is, s, p);
	set_relay(is, at, p);
	set_rtcp(is, at, p);
}

static bool same_plan(const struct plan_leg *a, const struct plan_leg *b)
{
	return a && b && a->nrelay == b->nrelay && a->nfar == b->nfar &&
	       !memcmp(a, b, plan_leg_size(a->nrelay, a->nfar));
}

enum cause change_add(struct model *m, const struct plan_leg **where,
		      const struct slot_info *slot, const struct plan_leg *plan)
{
	struct change *c;
	size_t size;

	if (plan && same_plan(*where, plan))
		return CAUSE_OK;
	c = vec_add(&m->change, sizeof(*c));
	if (!c)
		return CAUSE_NO_MEMORY;
	c->where = where;
	c->slot = slot->slot;
	c->worker = slot->worker;
	if (!plan)
		return CAUSE_OK;
	size = plan_leg_size(plan->nrelay, plan->nfar);
	c->leg = mem_alloc(size);
	if (!c->leg)
		return CAUSE_NO_MEMORY;
	memcpy(c->leg, plan, size);
	return CAUSE_OK;
}

/* Membership of the group follows the mode. */
static enum cause set_member(struct model *m, struct leg *l)
{
	struct strm *s = l->strm;
	bool want = s->group && mode_hears(strm_mode_now(l->term, s));

	if (want == s->joined)
		return CAUSE_OK;
	return member_add(m, s->slot.slot, s->group, &s->joined, want);
}

/* A place among the outputs of the zone it hears. */
static enum cause set_output(struct model *m, struct leg *l, const struct plan_leg *p)
{
	struct room *r = p->flags & PLAN_SEND ? l->out_room : NULL;
	struct strm *s = l->strm;
	enum cause c = CAUSE_OK;

	if (s->out && s->out->fan->room != r)
		c = fan_part(m, &s->out);
	if (c == CAUSE_OK && r && !s->out)
		c = fan_join(m, r, s->slot.worker, s->slot.slot, &s->out);
	return c;
}

static enum cause compile_leg(struct model *m, uint32_t at)
{
	struct leg *l = &m->isl->leg[at];
	struct plan_leg *p = m->scratch;
	enum cause c;

	memset(p, 0, plan_leg_size(0, m->isl->n));
	build(m->isl, at, p);
	c = change_add(m, &l->strm->plan, &l->strm->slot, p);
	if (c == CAUSE_OK)
		c = set_member(m, l);
	if (c == CAUSE_OK)
		c = set_output(m, l, p);
	return c;
}

static enum cause compile_island(struct model *m, struct ctx *c)
{
	enum cause r = island_build(m, c);

	if (r == CAUSE_OK)
		r = island_check(m->isl);
	if (r == CAUSE_OK)
		r = number_keys(m->isl);
	for (uint32_t i = 0; r == CAUSE_OK && i < m->isl->n; i++)
		r = compile_leg(m, i);
	for (uint32_t i = 0; r == CAUSE_OK && i < m->isl->nctx; i++)
		m->isl->ctx[i]->done = m->epoch;
	return r;
}

enum cause compile_dirty(struct model *m)
{
	enum cause r = CAUSE_OK;

	LIST_EACH (i, &m->dirty) {
		struct ctx *c = LIST_OF(i, struct ctx, in_dirty);

		if (r == CAUSE_OK && c->nterm && c->done != m->epoch)
			r = compile_island(m, c);
	}
	return r;
}
