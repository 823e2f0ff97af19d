/* model/pool.c - pools: endpoints made by a pattern and a count.
 *
 * layer: model (L2)   thread: control   I/O: none
 */
#include "model/impl.h"

#include <stdio.h>
#include <string.h>

#include "util/mem.h"

static bool name_char(char c)
{
	return c > ' ' && c <= '~' && !strchr("*$@/%", c);
}

/* Terms are not empty, hold no delimiters or wildcards (3435 2.1.2), and one holds the
 * number, when there are several. */
static bool split_pattern(struct pool *p)
{
	const char *s = p->spec.pattern, *at = strchr(s, '%');
	bool in_term = false;

	if (at ? (at[1] != 'x' && at[1] != 'd') || strchr(at + 1, '%')
	       : p->spec.count > 1)
		return false;
	for (const char *c = s; *c; c++) {
		if (*c == '/' ? !in_term : c != at && !name_char(*c))
			return false;
		in_term = *c != '/';
	}
	p->one = !at;
	p->hex = at && at[1] == 'x';
	p->head = at ? (struct span){ s, (size_t)(at - s) } : str_of(s);
	p->tail = at ? str_of(at + 2) : (struct span){ s, 0 };
	/* the longest number has 10 digits */
	return in_term && p->head.n + p->tail.n + 10 < ENDP_NAME_MAX;
}

static void default_formats(struct format_list *f)
{
	if (f->n)
		return;
	format_parse(&f->v[0], STR_LIT("PCMU"));
	format_parse(&f->v[1], STR_LIT("PCMA"));
	f->n = 2;
}

static enum cause spec_check(const struct pool_spec *spec)
{
	if (!memchr(spec->pattern, 0, sizeof(spec->pattern)))
		return CAUSE_NAME_INVALID;
	if (spec->kind == ENDP_PAGE || spec->kind > ENDP_PLAYER || !spec->count ||
	    spec->count > POOL_COUNT_MAX || spec->first > UINT32_MAX - spec->count ||
	    spec->dscp > 63 || spec->max_connections > CTX_TERMS_MAX / 2 ||
	    spec->formats.n > FORMATS_MAX || (spec->shared && spec->kind != ENDP_CONF))
		return CAUSE_VALUE_INVALID;
	return CAUSE_OK;
}

static void set_spec(struct pool *p, const struct pool_spec *spec)
{
	p->spec = *spec;
	p->spec.ptime = spec->ptime ? spec->ptime : 20;
	for (char *c = p->spec.pattern; *c; c++)
		*c = str_lower(*c);
	default_formats(&p->spec.formats);
}

static void place_name(const struct pool *p, uint32_t i, char name[ENDP_NAME_MAX])
{
	if (p->one)
		snprintf(name, ENDP_NAME_MAX, "%s", p->spec.pattern);
	else
		snprintf(name, ENDP_NAME_MAX, p->hex ? "%.*s%x%.*s" : "%.*s%u%.*s",
			 (int)p->head.n, p->head.p, p->spec.first + i, (int)p->tail.n,
			 p->tail.p);
}

struct endp *place_get(const struct pool *p, uint32_t i)
{
	char name[ENDP_NAME_MAX];
	struct endp *e;

	place_name(p, i, name);
	e = endp_find(p->owner, str_of(name));
	return e && e->pool == p ? e : NULL;
}

/* A conference's room is made for the pool's owner; guests find it. */
static enum cause give_room(struct pool *p, uint32_t i, struct endp *e)
{
	if (p->guest) {
		e->room = place_get(p->host, i)->room;
	} else {
		e->room = room_new(p->m);
		if (!e->room)
			return CAUSE_NO_MEMORY;
		e->room->endp = e;
	}
	e->room->nendp++;
	return CAUSE_OK;
}

static enum cause add_place(struct pool *p, uint32_t i)
{
	enum cause c = CAUSE_OK;
	char name[ENDP_NAME_MAX];
	struct endp *e;

	place_name(p, i, name);
	if (endp_find(p->owner, str_of(name)))
		return CAUSE_NAME_TAKEN;
	e = endp_new(p->owner, p, NULL, name);
	if (!e)
		return CAUSE_NO_MEMORY;
	if (p->spec.kind == ENDP_CONF)
		c = give_room(p, i, e);
	if (c != CAUSE_OK)
		endp_del(p->m, e);
	return c;
}

/* One that was to go and still has connections comes to stay, if it is the same room. */
static enum cause keep_place(const struct pool *p, uint32_t i, const struct endp *e)
{
	if (p->guest && e->room != place_get(p->host, i)->room)
		return CAUSE_ENDP_BUSY;
	return CAUSE_OK;
}

enum cause places_add(struct pool *p, uint32_t to)
{
	enum cause c = CAUSE_OK;

	for (uint32_t i = p->want; i < to && c == CAUSE_OK; i++) {
		const struct endp *e = place_get(p, i);

		c = e ? keep_place(p, i, e) : add_place(p, i);
	}
	if (c == CAUSE_OK)
		p->grows = to > p->want;
	return c;
}

/* When a pool's names have a term for the number, one pattern names them all. */
static bool tell_all(struct pool *p)
{
	char pattern[ENDP_NAME_MAX];
	const struct span *t = &p->tail;

	if (p->one || (p->head.n && p->head.p[p->head.n - 1] != '/') ||
	    (t->n && *t->p != '/'))
		return false;
	snprintf(pattern, sizeof(pattern), "%.*s*%.*s", (int)p->head.n, p->head.p,
		 (int)t->n, t->p);
	return tell_places(p->m, p->owner, pattern);
}

static void settle_one(struct pool *p, struct endp *e, bool tell)
{
	bool news = !e->told || e->gone;

	e->told = true;
	e->gone = false;
	if (news && tell)
		tell_endp(p->m, e, true);
}

/* Without a word for what was there before anybody listened. */
void places_settle(struct pool *p, bool keep)
{
	uint32_t from = p->want, to = p->spec.count;
	bool all;

	while (!keep && p->endps.prev != &p->endps &&
	       !LIST_OF(p->endps.prev, struct endp, in_list)->told)
		endp_del(p->m, LIST_OF(p->endps.prev, struct endp, in_list));
	if (!keep || !p->grows) {
		p->grows = false;
		return;
	}
	p->grows = false;
	p->want = to;
	all = to - from > 1 && tell_all(p);
	for (uint32_t i = from; i < to; i++)
		settle_one(p, place_get(p, i), !all);
}

enum cause pool_new(struct owner *o, const struct pool_spec *spec, struct pool **out)
{
	struct pool *p = mem_zalloc(sizeof(*p));

	if (!p)
		return CAUSE_NO_MEMORY;
	p->m = o->m;
	p->owner = o;
	list_init(&p->endps);
	list_init(&p->free);
	list_init(&p->guests);
	list_init(&p->in_host);
	list_add(&o->pools, &p->in_owner);
	set_spec(p, spec);
	if (!split_pattern(p)) {
		pool_free(p);
		return CAUSE_NAME_INVALID;
	}
	*out = p;
	return CAUSE_OK;
}

enum cause pool_add(struct model *m, struct owner *o, const struct pool_spec *spec,
		    struct pool **out)
{
	enum cause c = spec_check(spec);
	struct pool *p = NULL;

	(void)m;
	if (c == CAUSE_OK)
		c = pool_new(o, spec, &p);
	if (c != CAUSE_OK)
		return c;
	c = places_add(p, spec->count);
	if (c == CAUSE_OK)
		c = guests_add(p, spec->count);
	places_settle(p, c == CAUSE_OK);
	guests_settle(p, c == CAUSE_OK);
	if (c != CAUSE_OK) {
		pool_free(p);
		return c;
	}
	if (out)
		*out = p;
	return CAUSE_OK;
}

struct pool *pool_next(const struct owner *o, const struct pool *after)
{
	const struct list *i = after ? after->in_owner.next : o->pools.next;

	while (i != &o->pools && LIST_OF(i, struct pool, in_owner)->guest)
		i = i->next;
	return i == &o->pools ? NULL : LIST_OF(i, struct pool, in_owner);
}

const struct pool_spec *pool_get_spec(const struct pool *p)
{
	return &p->spec;
}

/* Places with connections, from `from` on. */
uint32_t places_busy(const struct pool *p, uint32_t from)
{
	uint32_t busy = 0;

	for (uint32_t i = from; i < p->want; i++)
		busy += place_get(p, i)->nconn ? 1 : 0;
	return busy;
}

void places_drop(struct pool *p, uint32_t to)
{
	uint32_t from = p->want;

	if (to >= from)
		return;
	p->want = to;
	while (from-- > to) {
		struct endp *e = place_get(p, from);

		e->gone = true;
		list_del(&e->in_free);
		tell_endp(p->m, e, false);
		endp_halt(e, "forced");
		endp_free_if_gone(p->m, e);
	}
}

/* All that can fail; nobody hears of it yet. */
static enum cause widen(struct pool *p, const struct pool_spec *spec)
{
	struct pool_spec was = p->spec;
	enum cause c = places_add(p, spec->count);

	set_spec(p, spec);
	if (c == CAUSE_OK)
		c = guests_add(p, spec->count);
	if (c != CAUSE_OK)
		p->spec = was;
	places_settle(p, c == CAUSE_OK);
	guests_settle(p, c == CAUSE_OK);
	return c;
}

enum cause pool_set(struct pool *p, const struct pool_spec *spec, bool force,
		    uint32_t *busy)
{
	enum cause c = spec_check(spec);
	uint32_t n;

	if (c != CAUSE_OK)
		return c;
	if (!str_ieqz(str_of(spec->pattern), p->spec.pattern) ||
	    spec->kind != p->spec.kind || spec->first != p->spec.first ||
	    (p->one && spec->count > 1))
		return CAUSE_NAME_INVALID;
	n = places_busy(p, spec->count) + guests_busy(p, spec);
	if (busy)
		*busy = n;
	if (n && !force)
		return CAUSE_ENDP_BUSY;
	c = widen(p, spec);
	if (c != CAUSE_OK)
		return c;
	guests_drop(p, spec->count);
	places_drop(p, spec->count);
	return CAUSE_OK;
}

void pool_free(struct pool *p)
{
	LIST_EACH_SAFE (at, &p->guests) {
		struct pool *g = LIST_OF(at, struct pool, in_host);

		list_del(&g->in_host);
		g->host = NULL;
		if (list_empty(&g->endps))
			pool_free(g);
	}
	LIST_EACH_SAFE (at, &p->endps)
		endp_del(p->m, LIST_OF(at, struct endp, in_list));
	list_del(&p->in_host);
	list_del(&p->in_owner);
	mem_free(p);
}
