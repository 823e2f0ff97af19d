/* model/wild.c - wildcards in endpoint names.
 *
 * layer: model (L2)   thread: control   I/O: none
 * RFC 3435 2.1.2
 *
 * Terms stand between slashes, a wildcard stands for one whole term; alone it stands for
 * every name. A pool is compared once, by its pattern, not name by name.
 */
#include "model/impl.h"

#include <string.h>

static bool is_wild(struct span term)
{
	return term.n == 1 && (*term.p == '*' || *term.p == '$');
}

bool endp_is_wild(struct span pattern)
{
	while (pattern.p)
		if (is_wild(str_cut(&pattern, '/')))
			return true;
	return false;
}

bool name_match(struct span name, struct span pattern)
{
	if (is_wild(pattern))
		return true;
	while (name.p && pattern.p) {
		struct span n = str_cut(&name, '/'), p = str_cut(&pattern, '/');

		if (!is_wild(p) && !str_ieq(n, p))
			return false;
	}
	return !name.p && !pattern.p;
}

/* Does term `i` of the pool's pattern hold the number? */
static bool has_number(struct span term)
{
	return term.n && memchr(term.p, '%', term.n);
}

static void join(char *name, size_t *n, struct span term)
{
	if (*n + term.n + 2 > ENDP_NAME_MAX)
		term.n = 0;
	if (*n)
		name[(*n)++] = '/';
	if (term.n)
		memcpy(name + *n, term.p, term.n);
	*n += term.n;
	name[*n] = '\0';
}

enum pool_match pool_match(const struct pool *p, struct span pattern,
			   char name[ENDP_NAME_MAX])
{
	struct span mine = str_of(p->spec.pattern);
	enum pool_match got = MATCH_ONE;
	size_t n = 0;

	if (is_wild(pattern))
		return MATCH_ALL;
	while (mine.p && pattern.p) {
		struct span a = str_cut(&mine, '/'), b = str_cut(&pattern, '/');

		if (has_number(a)) {
			got = is_wild(b) ? MATCH_ALL : got;
			join(name, &n, b);
		} else if (is_wild(b) || str_ieq(a, b)) {
			join(name, &n, a);
		} else {
			return MATCH_NONE;
		}
	}
	return mine.p || pattern.p ? MATCH_NONE : got;
}

static struct endp *pool_one(const struct pool *p, const char *name)
{
	struct endp *e = endp_find(p->owner, str_of(name));

	return e && e->pool == p ? e : NULL;
}

/* A place in the walk: pools first, then zones. */
static struct endp *in_pools(struct owner *o, struct span pattern, struct pool *from,
			     struct endp *after)
{
	struct list *i = from ? &from->in_owner : o->pools.next;

	for (; i != &o->pools; i = i->next, after = NULL) {
		struct pool *p = LIST_OF(i, struct pool, in_owner);
		char name[ENDP_NAME_MAX];
		struct list *at;

		switch (pool_match(p, pattern, name)) {
		case MATCH_ONE:
			if (!after && pool_one(p, name) && !pool_one(p, name)->gone)
				return pool_one(p, name);
			break;
		case MATCH_ALL:
			at = after ? after->in_list.next : p->endps.next;
			for (; at != &p->endps; at = at->next)
				if (!LIST_OF(at, struct endp, in_list)->gone)
					return LIST_OF(at, struct endp, in_list);
			break;
		case MATCH_NONE:
			break;
		}
	}
	return NULL;
}

static struct endp *in_zones(struct owner *o, struct span pattern, struct endp *after)
{
	struct list *i = after ? after->in_list.next : o->zones.next;

	for (; i != &o->zones; i = i->next) {
		struct endp *e = LIST_OF(i, struct endp, in_list);

		if (!e->gone && name_match(str_of(e->name), pattern))
			return e;
	}
	return NULL;
}

bool endp_next(struct owner *o, struct span pattern, struct endp **cursor)
{
	struct endp *at = *cursor, *e = NULL;

	if (!endp_is_wild(pattern)) {
		e = at ? NULL : endp_find(o, pattern);
	} else {
		if (!at || at->pool)
			e = in_pools(o, pattern, at ? at->pool : NULL, at);
		if (!e)
			e = in_zones(o, pattern, at && !at->pool ? at : NULL);
	}
	if (e)
		*cursor = e;
	return e != NULL;
}

uint32_t endp_count(struct owner *o, struct span pattern)
{
	uint32_t n = 0;

	if (!endp_is_wild(pattern))
		return endp_find(o, pattern) ? 1 : 0;
	LIST_EACH (i, &o->pools) {
		struct pool *p = LIST_OF(i, struct pool, in_owner);
		char name[ENDP_NAME_MAX];
		enum pool_match got = pool_match(p, pattern, name);

		if (got == MATCH_ALL)
			n += p->want;
		else if (got == MATCH_ONE && pool_one(p, name))
			n++;
	}
	for (struct endp *e = in_zones(o, pattern, NULL); e; e = in_zones(o, pattern, e))
		n++;
	return n;
}

static bool has_term(struct span pattern, char wild)
{
	while (pattern.p) {
		struct span term = str_cut(&pattern, '/');

		if (is_wild(term) && *term.p == wild)
			return true;
	}
	return false;
}

enum cause endp_choose(struct owner *o, struct span pattern, bool any_one,
		       struct endp **out)
{
	enum cause c = CAUSE_ENDP_UNKNOWN;

	if (has_term(pattern, '*') && !any_one)
		return CAUSE_WILDCARD; /* 3435 2.3.5: "all of" must not be used */
	LIST_EACH (i, &o->pools) {
		struct pool *p = LIST_OF(i, struct pool, in_owner);
		char name[ENDP_NAME_MAX];
		enum pool_match got = pool_match(p, pattern, name);
		struct endp *e = NULL;

		if (got == MATCH_ALL && !list_empty(&p->free))
			e = LIST_OF(p->free.next, struct endp, in_free);
		else if (got == MATCH_ONE)
			e = pool_one(p, name);
		if (e && !list_empty(&e->in_free)) {
			*out = e;
			return CAUSE_OK;
		}
		if (got == MATCH_ALL || e)
			c = CAUSE_ENDP_NONE_FREE;
	}
	if (in_zones(o, pattern, NULL))
		c = CAUSE_ENDP_NONE_FREE; /* a zone is never "any one" */
	return c;
}
