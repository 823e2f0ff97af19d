/* group/grp_hold.c - the sockets a membership stands on: how many it takes, and which.
 *
 * layer: group (L3)   thread: control   I/O: through struct grp_sys
 * RFC 3376 2, 3678; a socket holds 20 groups of IPv4, and so many sources of each
 */
#include <errno.h>
#include <string.h>

#include "group/grp_int.h"
#include "util/err.h"
#include "util/mem.h"

/* Does a socket hold this group on this interface already, whatever the filter? */
static bool held(const struct grp *g, const struct addr *group, uint32_t ifindex,
		 const struct carrier *c, int fd)
{
	uint64_t h = addr_hash(group, g->members.seed);

	for (struct map_node *n = map_first(&g->members, h); n; n = map_next(n)) {
		const struct member *m = MAP_OF(n, struct member, node);

		if (m->ifindex != ifindex || !addr_eq(&m->spec.group, group))
			continue;
		if (fd >= 0 && m->fd == fd)
			return true;
		for (unsigned i = 0; c && i < m->nparts; i++)
			if (m->part[i] == c)
				return true;
	}
	return false;
}

static int carrier_new(struct grp *g, int family, struct carrier **out)
{
	struct carrier *c = mem_zalloc(sizeof(*c));
	int rc;

	if (!c)
		return grp_fail(g, -H_ENOMEM, "out of memory");
	c->family = family;
	c->fd = g->sys.open(g->sys.arg, family);
	if (c->fd < 0) {
		rc = c->fd;
		mem_free(c);
		return grp_fail(g, -H_ESYS, "a socket for memberships: %s",
				strerror(-rc));
	}
	list_push(&g->carriers, &c->node);
	*out = c;
	return 0;
}

static void carrier_drop(struct grp *g, struct carrier *c)
{
	c->full = false;
	if (--c->groups)
		return;
	g->sys.close(g->sys.arg, c->fd);
	list_del(&c->node);
	mem_free(c);
}

static bool carrier_fits(const struct grp *g, const struct carrier *c,
			 const struct member *m, uint32_t ifindex)
{
	if (c->family != m->spec.group.family || c->full)
		return false;
	if (c->family == 4 && c->groups >= g->sys.groups_max)
		return false;
	for (unsigned i = 0; i < m->nparts; i++)
		if (m->part[i] == c)
			return false;
	return !held(g, &m->spec.group, ifindex, c, -1);
}

static struct carrier *carrier_get(struct grp *g, const struct member *m,
				   uint32_t ifindex)
{
	LIST_EACH(it, &g->carriers)
	{
		struct carrier *c = LIST_OF(it, struct carrier, node);

		if (carrier_fits(g, c, m, ifindex))
			return c;
	}
	return NULL;
}

static int say_join(struct grp *g, const struct member *m, uint32_t ifindex, int err)
{
	char a[ADDR_STRLEN];

	addr_print_ip(a, &m->spec.group);
	if (err == -ENODEV || err == -ENXIO)
		return grp_fail(g, -H_ENOENT, "join %s: no interface with index %u", a,
			    ifindex);
	if (err == -ENOBUFS || err == -ENOMEM)
		return grp_fail(g, -H_ELIMIT, "join %s: this socket holds all it can", a);
	if (err == -EADDRINUSE)
		return grp_fail(g, -H_EEXIST, "join %s: this socket is a member already",
				a);
	return grp_fail(g, -H_ESYS, "join %s on interface %u: %s", a, ifindex,
		    strerror(-err));
}

/* One part on some socket of ours: the first that takes it, else a new one. */
static int part_join(struct grp *g, struct member *m, uint32_t ifindex,
		     const struct addr *src, unsigned n)
{
	struct carrier *c;
	int rc, tries = 0;

	do {
		c = carrier_get(g, m, ifindex);
		if (!c) {
			rc = carrier_new(g, m->spec.group.family, &c);
			if (rc)
				return rc;
		}
		rc = g->sys.join(g->sys.arg, c->fd, &m->spec.group, ifindex,
				 m->spec.exclude, src, n);
		if (!rc) {
			c->groups++;
			m->part[m->nparts++] = c;
			return 0;
		}
		c->full = true;
		if (!c->groups) { /* a fresh socket: no other will do better */
			c->groups = 1;
			carrier_drop(g, c);
			break;
		}
	} while (rc == -ENOBUFS && ++tries < 64);
	if (rc != -ENOBUFS)
		LIST_EACH(it, &g->carriers)
			LIST_OF(it, struct carrier, node)->full = false;
	return say_join(g, m, ifindex, rc);
}

void grp_parts_leave(struct grp *g, struct member *m, uint32_t ifindex)
{
	while (m->nparts) {
		struct carrier *c = m->part[--m->nparts];

		g->sys.leave(g->sys.arg, c->fd, &m->spec.group, ifindex);
		carrier_drop(g, c);
	}
}

static int parts_join(struct grp *g, struct member *m, uint32_t ifindex)
{
	const struct grp_spec *s = &m->spec;
	unsigned most = s->group.family == 4 ? g->sys.sources4_max : g->sys.sources6_max;
	unsigned at = 0, n = s->nsource;
	int rc;

	if (s->exclude && n > most)
		n = 0; /* lists on several sockets would exclude only what all exclude */
	do {
		unsigned k = n - at < most ? n - at : most;

		rc = part_join(g, m, ifindex, s->sources + at, k);
		if (rc) {
			grp_parts_leave(g, m, ifindex);
			return rc;
		}
		at += k;
	} while (at < n);
	return 0;
}

/* Socket mode. An include list too long for one socket goes onto sockets of ours, and the
 * fd is let hear whatever this host has joined (it is bound to the group). */
static int fd_join(struct grp *g, struct member *m, uint32_t ifindex)
{
	const struct grp_spec *s = &m->spec;
	unsigned most = s->group.family == 4 ? g->sys.sources4_max : g->sys.sources6_max;
	bool wide = s->nsource > most;
	int rc;

	if (held(g, &s->group, ifindex, NULL, m->fd))
		return say_join(g, m, ifindex, -EADDRINUSE);
	rc = g->sys.all(g->sys.arg, m->fd, s->group.family, wide && !s->exclude);
	if (rc)
		return say_join(g, m, ifindex, rc);
	if (wide && !s->exclude)
		return parts_join(g, m, ifindex);
	rc = g->sys.join(g->sys.arg, m->fd, &s->group, ifindex, s->exclude, s->sources,
			 wide ? 0 : s->nsource);
	return rc ? say_join(g, m, ifindex, rc) : 0;
}

int grp_hold(struct grp *g, struct member *m, uint32_t ifindex)
{
	unsigned most =
		m->spec.group.family == 4 ? g->sys.sources4_max : g->sys.sources6_max;
	int rc = m->fd >= 0 ? fd_join(g, m, ifindex) : parts_join(g, m, ifindex);

	if (rc)
		return rc;
	m->filter = m->fd >= 0 ? m->spec.nsource > most : m->spec.nsource > 0;
	m->ifindex = ifindex;
	return 0;
}

void grp_release(struct grp *g, struct member *m)
{
	if (!m->ifindex)
		return;
	if (m->nparts)
		grp_parts_leave(g, m, m->ifindex);
	else
		g->sys.leave(g->sys.arg, m->fd, &m->spec.group, m->ifindex);
	m->ifindex = 0;
}
