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
 * number. */
static bool split_pattern(struct pool *p)
{
	const char *s = p->spec.pattern, *at = strchr(s, '%');
	bool in_term = false;

	if (!at || (at[1] != 'x' && at[1] != 'd') || strchr(at + 1, '%'))
		return false;
	for (const char *c = s; *c; c++) {
		if (*c == '/' ? !in_term : c != at && !name_char(*c))
			return false;
		in_term = *c != '/';
	}
	p->hex = at[1] == 'x';
	p->head = (struct span){ s, (size_t)(at - s) };
	p->tail = str_of(at + 2);
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
	    spec->formats.n > FORMATS_MAX)
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
	snprintf(name, ENDP_NAME_MAX, p->hex ? "%.*s%x%.*s" : "%.*s%u%.*s",
		 (int)p->head.n, p->head.p, p->spec.first + i, (int)p->tail.n, p->tail.p);
}

static enum cause add_place(struct pool *p, uint32_t i, struct endp **out)
{
	char name[ENDP_NAME_MAX];
	struct endp *e;

	place_name(p, i, name);
	if (endp_find(p->owner, str_of(name)))
		return CAUSE_NAME_TAKEN;
	e = endp_new(p->owner, p, NULL, name);
	if (!e)
		return CAUSE_NO_MEMORY;
	if (p->spec.kind == ENDP_CONF) {
		e->room = room_new(p->m);
		if (!e->room) {
			endp_del(p->m, e);
			return CAUSE_NO_MEMORY;
		}
		e->room->endp = e;
	}
	*out = e;
	return CAUSE_OK;
}

static struct endp *place_get(const struct pool *p, uint32_t i)
{
	char name[ENDP_NAME_MAX];
	struct endp *e;

	place_name(p, i, name);
	e = endp_find(p->owner, str_of(name));
	return e && e->pool == p ? e : NULL;
}

/* Places from..to-1, all or none; those that were to go and still have connections come
 * to stay. */
static enum cause add_places(struct pool *p, uint32_t from, uint32_t to)
{
	struct list *last = p->endps.prev;
	enum cause c = CAUSE_OK;
	struct endp *e;

	for (uint32_t i = from; i < to && c == CAUSE_OK; i++)
		if (!place_get(p, i))
			c = add_place(p, i, &e);
	while (c != CAUSE_OK && p->endps.prev != last)
		endp_del(p->m, LIST_OF(p->endps.prev, struct endp, in_list));
	if (c == CAUSE_OK)
		p->want = to;
	return c;
}

enum cause pool_add(struct model *m, struct owner *o, const struct pool_spec *spec,
		    struct pool **out)
{
	enum cause c = spec_check(spec);
	struct pool *p;

	if (c != CAUSE_OK)
		return c;
	p = mem_zalloc(sizeof(*p));
	if (!p)
		return CAUSE_NO_MEMORY;
	p->m = m;
	p->owner = o;
	list_init(&p->endps);
	list_init(&p->free);
	set_spec(p, spec);
	c = split_pattern(p) ? add_places(p, 0, spec->count) : CAUSE_NAME_INVALID;
	if (c != CAUSE_OK) {
		mem_free(p);
		return c;
	}
	list_add(&o->pools, &p->in_owner);
	if (out)
		*out = p;
	return CAUSE_OK;
}

struct pool *pool_next(const struct owner *o, const struct pool *after)
{
	const struct list *next = after ? after->in_owner.next : o->pools.next;

	return next == &o->pools ? NULL : LIST_OF(next, struct pool, in_owner);
}

const struct pool_spec *pool_get_spec(const struct pool *p)
{
	return &p->spec;
}

/* Places from..to-1 with connections. */
static uint32_t count_busy(const struct pool *p, uint32_t from, uint32_t to)
{
	uint32_t busy = 0;

	for (uint32_t i = from; i < to; i++)
		busy += place_get(p, i)->nconn ? 1 : 0;
	return busy;
}

static void shrink(struct pool *p, uint32_t count)
{
	uint32_t from = p->want;

	p->want = count;
	while (from-- > count) {
		struct endp *e = place_get(p, from);

		e->gone = true;
		list_del(&e->in_free);
		tell_endp(p->m, e, false);
		endp_halt(e, "forced");
		endp_free_if_gone(p->m, e);
	}
}

static enum cause grow(struct pool *p, uint32_t count)
{
	uint32_t from = p->want;
	enum cause c = add_places(p, from, count);

	for (; c == CAUSE_OK && from < count; from++) {
		struct endp *e = place_get(p, from);

		e->gone = false;
		tell_endp(p->m, e, true);
	}
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
	    spec->kind != p->spec.kind || spec->first != p->spec.first)
		return CAUSE_NAME_INVALID;
	n = count_busy(p, spec->count, p->want);
	if (busy)
		*busy = n;
	if (n && !force)
		return CAUSE_ENDP_BUSY;
	if (spec->count > p->want)
		c = grow(p, spec->count);
	else if (spec->count < p->want)
		shrink(p, spec->count);
	if (c == CAUSE_OK)
		set_spec(p, spec);
	return c;
}

void pool_free(struct pool *p)
{
	LIST_EACH_SAFE (at, &p->endps)
		endp_del(p->m, LIST_OF(at, struct endp, in_list));
	list_del(&p->in_owner);
	mem_free(p);
}
