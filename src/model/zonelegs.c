/* model/zonelegs.c - what a zone is made of: its checks, groups and listeners.
 *
 * layer: model (L2)   thread: control   I/O: none
 *
 * A changed zone gets a new array of legs. Those that stay as they are keep their slots;
 * the others' slots are taken and dropped like those of connections, so one commit and
 * one rollback serve both.
 */
#include "model/impl.h"

#include <string.h>

#include "util/mem.h"
#include "util/rnd.h"

enum { FLOOR_IDLE_MOST = 600000 };

static bool letter(char c)
{
	c = str_lower(c);
	return c >= 'a' && c <= 'z';
}

static bool name_ok(const char *s)
{
	if (!memchr(s, 0, ZONE_NAME_MAX + 1) || !letter(*s))
		return false;
	for (; *s; s++)
		if (!letter(*s) && !str_isdigit(*s) && *s != '_')
			return false;
	return true;
}

static enum cause group_check(struct model *m, const struct room *r,
			      const struct room_group *g)
{
	const struct addr *a = &g->spec.group;
	uint64_t h = addr_hash(a, m->groups.seed);

	if (!addr_is_multicast(a) || !a->port || g->spec.nsource > PORTS_SOURCES_MAX ||
	    (!g->emit && !g->join) ||
	    (a->family == 4 && a->ip[0] == 224 && !a->ip[1] && !a->ip[2]))
		return CAUSE_VALUE_INVALID;
	for (struct map_node *i = map_first(&m->groups, h); i; i = map_next(i)) {
		const struct room_group_key *k = MAP_OF(i, struct room_group_key, node);

		if (k->room != r && addr_eq(&k->group, a))
			return CAUSE_GROUP_REFUSED;
	}
	return CAUSE_OK;
}

static bool twice(const struct room_spec *s)
{
	for (unsigned i = 0; i < s->ngroup; i++)
		for (unsigned k = 0; k < i; k++)
			if (addr_eq(&s->group[i].spec.group, &s->group[k].spec.group) &&
			    s->group[i].spec.ifindex == s->group[k].spec.ifindex)
				return true;
	return false;
}

enum cause room_spec_check(struct model *m, const struct room *r,
			   const struct room_spec *s)
{
	if (!name_ok(s->name))
		return CAUSE_NAME_INVALID;
	if (s->policy != ROOM_FIRST)
		return CAUSE_POLICY_UNSUPPORTED;
	if (s->ngroup > ROOM_GROUPS_MAX || s->nlistener > ROOM_LISTENERS_MAX ||
	    s->dscp > 63 || s->floor_idle_ms > FLOOR_IDLE_MOST ||
	    (s->format.name[0] && !s->format.clock) ||
	    !memchr(s->admit, 0, sizeof(s->admit)) ||
	    !memchr(s->label, 0, sizeof(s->label)))
		return CAUSE_VALUE_INVALID;
	for (unsigned i = 0; i < s->ngroup; i++) {
		enum cause c = group_check(m, r, &s->group[i]);

		if (c != CAUSE_OK)
			return c;
	}
	for (uint32_t i = 0; i < s->nlistener; i++)
		if (!s->listener[i].family || !s->listener[i].port ||
		    addr_is_multicast(&s->listener[i]) || addr_is_any(&s->listener[i]))
			return CAUSE_VALUE_INVALID;
	return twice(s) ? CAUSE_VALUE_INVALID : CAUSE_OK;
}

/* Can the slot stay? TTL and DSCP are the plan's, all else is the socket's. */
static bool same_slot(const struct room_leg *l, const struct room_group *g)
{
	const struct group_spec *a = l->group, *b = &g->spec;

	if (!addr_eq(&a->group, &b->group) || a->ifindex != b->ifindex ||
	    a->loop != b->loop || !addr_same_host(&a->source, &b->source) ||
	    a->nsource != b->nsource || a->exclude != b->exclude || l->emit != g->emit ||
	    l->join != g->join)
		return false;
	for (unsigned i = 0; i < a->nsource; i++)
		if (!addr_same_host(&a->sources[i], &b->sources[i]))
			return false;
	return true;
}

static struct room_leg *old_group(struct room *r, const struct room_group *g)
{
	for (uint32_t i = 0; i < r->nleg && r->legs[i].group; i++)
		if (!r->legs[i].kept && same_slot(&r->legs[i], g))
			return &r->legs[i];
	return NULL;
}

static struct room_leg *old_listener(const struct map *olds, const struct addr *to)
{
	uint64_t h = addr_hash(to, olds->seed);

	for (struct map_node *i = map_first(olds, h); i; i = map_next(i)) {
		struct room_leg *l = MAP_OF(i, struct room_leg, by_addr);

		if (!l->kept && addr_eq(&l->to, to))
			return l;
	}
	return NULL;
}

static enum cause leg_take(struct room *r, struct room_leg *l, uint64_t cookie)
{
	struct undo *u = undo_add(r->m, UNDO_TAKE);
	struct slot_req req = {
		.cookie = cookie,
		.worker = r->worker,
		.family = l->to.family,
		.toward = l->to,
		.group = l->group,
	};
	enum cause c;

	if (!u)
		return CAUSE_NO_MEMORY;
	req.flags = (uint8_t)((l->emit && l->group ? SLOT_EMIT : 0) |
			      (l->join ? SLOT_JOIN : 0) | (l->group ? 0 : SLOT_LISTENER));
	c = r->m->media->slot_take(r->m->media_arg, &req, &l->slot);
	if (c != CAUSE_OK) {
		r->m->undo.n--;
		return c;
	}
	u->slot = l->slot;
	l->ssrc = rnd_u32();
	return CAUSE_OK;
}

static void leg_reuse(struct room_leg *to, struct room_leg *from)
{
	from->kept = true;
	to->slot = from->slot;
	to->plan = from->plan;
	to->out = from->out;
	to->joined = from->joined;
	to->ssrc = from->ssrc;
}

static enum cause stage_group(struct room *r, struct room_leg *l,
			      const struct room_group *g, uint64_t cookie)
{
	struct room_leg *old = old_group(r, g);

	l->group = group_copy(&g->spec);
	if (!l->group)
		return CAUSE_NO_MEMORY;
	l->to = g->spec.group;
	l->emit = g->emit;
	l->join = g->join;
	if (!old)
		return leg_take(r, l, cookie);
	leg_reuse(l, old);
	return CAUSE_OK;
}

static enum cause stage_listener(struct room *r, struct room_leg *l,
				 const struct map *olds, const struct addr *to,
				 uint64_t cookie)
{
	struct room_leg *old = old_listener(olds, to);

	l->to = *to;
	l->emit = true;
	if (!old)
		return leg_take(r, l, cookie);
	leg_reuse(l, old);
	return CAUSE_OK;
}

static enum cause leg_drop(struct room *r, struct room_leg *l)
{
	struct undo *u;
	struct group_spec *copy = l->joined ? group_copy(l->group) : NULL;

	if (l->joined && !copy)
		return CAUSE_NO_MEMORY;
	u = undo_add(r->m, UNDO_DROP);
	if (!u) {
		mem_free(copy);
		return CAUSE_NO_MEMORY;
	}
	u->slot = l->slot;
	u->plan = l->plan;
	u->out = l->out;
	u->group = copy;
	return CAUSE_OK;
}

enum cause room_legs_drop(struct room *r)
{
	enum cause c = CAUSE_OK;

	for (uint32_t i = 0; i < r->nleg && c == CAUSE_OK; i++)
		if (!r->legs[i].kept)
			c = leg_drop(r, &r->legs[i]);
	return c;
}

void room_legs_free(struct room_leg *legs, uint32_t n)
{
	for (uint32_t i = 0; legs && i < n; i++)
		mem_free(legs[i].group);
	mem_free(legs);
}

static enum cause stage_all(struct room *r, const struct room_spec *s, struct map *olds,
			    struct room_leg *v)
{
	enum cause c = CAUSE_OK;
	uint64_t cookie = room_cookie(r) + 1;

	for (uint32_t i = 0; i < r->nleg; i++) {
		struct room_leg *l = &r->legs[i];

		l->kept = false;
		if (!l->group &&
		    map_add(olds, &l->by_addr, addr_hash(&l->to, olds->seed)))
			return CAUSE_NO_MEMORY;
	}
	for (uint32_t i = 0; i < s->ngroup && c == CAUSE_OK; i++)
		c = stage_group(r, &v[i], &s->group[i], cookie + i);
	for (uint32_t i = 0; i < s->nlistener && c == CAUSE_OK; i++)
		c = stage_listener(r, &v[s->ngroup + i], olds, &s->listener[i],
				   cookie + s->ngroup + i);
	return c == CAUSE_OK ? room_legs_drop(r) : c;
}

enum cause room_legs_stage(struct room *r, const struct room_spec *spec,
			   struct room_leg **legs, uint32_t *n)
{
	uint32_t count = spec->ngroup + spec->nlistener;
	struct room_leg *v = mem_array(count ? count : 1, sizeof(*v));
	struct map olds;
	enum cause c;

	if (!v)
		return CAUSE_NO_MEMORY;
	map_init(&olds);
	c = stage_all(r, spec, &olds, v);
	map_fini(&olds);
	if (c != CAUSE_OK) {
		room_legs_free(v, count);
		return c;
	}
	*legs = v;
	*n = count;
	return CAUSE_OK;
}

static void build(const struct room *r, uint32_t i, struct plan_leg *p)
{
	const struct room_leg *l = &r->legs[i];
	uint8_t pt = r->spec->format.pt;

	p->cookie = p->room_port = room_cookie(r) + 1 + i;
	p->flags = (uint8_t)((l->group ? PLAN_GROUP : 0) | (l->emit ? PLAN_SEND : 0) |
			     (l->join ? PLAN_RECV : 0));
	p->accept = l->join ? ACCEPT_ANY : ACCEPT_STRICT;
	p->tos =
		(uint8_t)(l->group && l->group->tos ? l->group->tos : r->spec->dscp << 2);
	p->hops = l->group ? (l->group->hops ? l->group->hops : 1) : 0;
	p->ssrc = l->ssrc;
	p->clock = r->spec->format.clock;
	p->remote = p->remote_rtcp = l->to;
	p->remote_rtcp.port++;
	p->room = l->join ? r->med : NULL;
	p->nsrc = l->emit ? 1 : 0;
	memset(p->tx_pt, PLAN_NO_PT, sizeof(p->tx_pt));
	p->tx_pt[KEY_ROOM] = pt;
	p->rx_key[pt & 127] = KEY_ROOM;
	p->rx_rate[pt & 127] = (uint16_t)(p->clock / 25);
}

static enum cause compile_one(struct room *r, uint32_t i)
{
	struct room_leg *l = &r->legs[i];
	struct plan_leg *p = r->m->scratch;
	enum cause c;

	memset(p, 0, sizeof(*p));
	build(r, i, p);
	c = change_add(r->m, &l->plan, &l->slot, p);
	if (c == CAUSE_OK && l->emit && !l->out)
		c = fan_join(r->m, r, l->slot.worker, l->slot.slot, &l->out);
	if (c == CAUSE_OK && l->join && !l->joined)
		c = member_add(r->m, l->slot.slot, l->group, &l->joined, true);
	return c;
}

enum cause room_compile(struct model *m, struct room *r)
{
	struct fan *home = fan_get(r, r->worker);
	enum cause c = home ? CAUSE_OK : CAUSE_NO_MEMORY;

	if (home)
		fan_touch(m, home);
	for (uint32_t i = 0; i < r->nleg && c == CAUSE_OK && !r->gone; i++)
		c = compile_one(r, i);
	return c;
}
