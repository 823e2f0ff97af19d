/* group/grp.c - who is a member of what, counted; see grp.h.
 *
 * layer: group (L3)   thread: control   I/O: through struct grp_sys
 * RFC 3376 2 and 3.1, 3678, 3810 3
 */
#include "group/grp.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "group/grp_sys.h"
#include "util/err.h"
#include "util/list.h"
#include "util/log.h"
#include "util/map.h"
#include "util/mem.h"

/* A socket of ours that is a member and reads nothing. */
struct carrier {
	struct list node;
	int fd;
	int family;
	unsigned groups;
	bool full;         /* the kernel said so before we reckoned */
};

struct member {
	struct map_node node;    /* grp.members, by group */
	struct list all;         /* grp.all */
	struct grp_spec spec;    /* sources sorted, without ports */
	int fd;
	unsigned users;
	uint32_t ifindex;        /* 0: waiting */
	char name[IF_NAMESIZE];
	bool filter;             /* what grp_join() answered */
	unsigned nparts;
	struct carrier
		*part[GRP_SOURCES_MAX]; /* borrowed; part i holds its share of sources */
};

struct grp {
	struct grp_sys sys;
	struct map members;
	struct list all, carriers;
	grp_moved_h *moved;
	void *arg;
	int nl;
	char error[160];
};

static int fail(struct grp *g, int err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static int fail(struct grp *g, int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(g->error, sizeof(g->error), fmt, ap);
	va_end(ap);
	return err;
}

const char *grp_error(const struct grp *g)
{
	return g->error;
}

static int source_cmp(const void *a, const void *b)
{
	return memcmp(((const struct addr *)a)->ip, ((const struct addr *)b)->ip, 16);
}

/* The spec without what does not count: ports, order and repeats of sources. */
static int spec_clean(struct grp *g, const struct grp_spec *in, struct grp_spec *out)
{
	unsigned n = 0;

	if (!addr_is_multicast(&in->group))
		return fail(g, -H_EINVAL, "not a multicast group");
	if (in->nsource > GRP_SOURCES_MAX)
		return fail(g, -H_EINVAL, "more than %d sources", GRP_SOURCES_MAX);
	if (!in->exclude && !in->nsource)
		return fail(g, -H_EINVAL, "an empty list of wanted sources");
	memset(out, 0, sizeof(*out));
	out->group = in->group;
	out->group.port = 0;
	out->ifindex = in->ifindex;
	out->exclude = in->exclude;
	for (unsigned i = 0; i < in->nsource; i++) {
		const struct addr *s = &in->sources[i];

		if (s->family != in->group.family || addr_is_multicast(s) ||
		    addr_is_any(s))
			return fail(g, -H_EINVAL,
				    "source %u is no address of the group's family",
				    i + 1);
		out->sources[i] = *s;
		out->sources[i].port = 0;
		out->sources[i].scope = 0;
	}
	qsort(out->sources, in->nsource, sizeof(struct addr), source_cmp);
	for (unsigned i = 0; i < in->nsource; i++)
		if (!i || !addr_eq(&out->sources[i], &out->sources[i - 1]))
			out->sources[n++] = out->sources[i];
	memset(out->sources + n, 0, (GRP_SOURCES_MAX - n) * sizeof(struct addr));
	out->nsource = (uint8_t)n;
	return 0;
}

static bool spec_eq(const struct grp_spec *a, const struct grp_spec *b)
{
	if (!addr_eq(&a->group, &b->group) || a->ifindex != b->ifindex)
		return false;
	if (a->exclude != b->exclude || a->nsource != b->nsource)
		return false;
	for (unsigned i = 0; i < a->nsource; i++)
		if (!addr_eq(&a->sources[i], &b->sources[i]))
			return false;
	return true;
}

static struct member *member_find(const struct grp *g, const struct grp_spec *s, int fd)
{
	uint64_t h = addr_hash(&s->group, g->members.seed);

	for (struct map_node *n = map_first(&g->members, h); n; n = map_next(n)) {
		struct member *m = MAP_OF(n, struct member, node);

		if (m->fd == fd && spec_eq(&m->spec, s))
			return m;
	}
	return NULL;
}

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
		return fail(g, -H_ENOMEM, "out of memory");
	c->family = family;
	c->fd = g->sys.open(g->sys.arg, family);
	if (c->fd < 0) {
		rc = c->fd;
		mem_free(c);
		return fail(g, -H_ESYS, "a socket for memberships: %s", strerror(-rc));
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
		return fail(g, -H_ENOENT, "join %s: no interface with index %u", a,
			    ifindex);
	if (err == -ENOBUFS || err == -ENOMEM)
		return fail(g, -H_ELIMIT, "join %s: this socket holds all it can", a);
	if (err == -EADDRINUSE)
		return fail(g, -H_EEXIST, "join %s: this socket is a member already", a);
	return fail(g, -H_ESYS, "join %s on interface %u: %s", a, ifindex,
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

static void parts_leave(struct grp *g, struct member *m, uint32_t ifindex)
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
			parts_leave(g, m, ifindex);
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

static int member_hold(struct grp *g, struct member *m, uint32_t ifindex)
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

static void member_release(struct grp *g, struct member *m)
{
	if (!m->ifindex)
		return;
	if (m->nparts)
		parts_leave(g, m, m->ifindex);
	else
		g->sys.leave(g->sys.arg, m->fd, &m->spec.group, m->ifindex);
	m->ifindex = 0;
}

static void member_free(struct grp *g, struct member *m)
{
	map_del(&g->members, &m->node);
	list_del(&m->all);
	mem_free(m);
}

/* The interface a spec asks for now; its name into name[]. */
static int spec_where(struct grp *g, const struct grp_spec *s, char name[IF_NAMESIZE])
{
	int ifindex = (int)s->ifindex, rc;
	char a[ADDR_STRLEN];

	if (!ifindex)
		ifindex = g->sys.route(g->sys.arg, &s->group);
	if (ifindex <= 0)
		return fail(g, -H_ENOENT, "no route to %s: name an interface",
			    addr_print_ip(a, &s->group));
	rc = g->sys.name(g->sys.arg, (uint32_t)ifindex, name);
	if (rc)
		return fail(g, -H_ENOENT, "no interface with index %d", ifindex);
	return ifindex;
}

static int member_new(struct grp *g, const struct grp_spec *s, int fd)
{
	char name[IF_NAMESIZE] = "";
	struct member *m;
	int where = spec_where(g, s, name), rc;

	if (where < 0)
		return where;
	m = mem_zalloc(sizeof(*m));
	if (!m)
		return fail(g, -H_ENOMEM, "out of memory");
	m->spec = *s;
	m->fd = fd;
	m->users = 1;
	memcpy(m->name, name, sizeof(name));
	rc = member_hold(g, m, (uint32_t)where);
	if (!rc) {
		rc = map_add(&g->members, &m->node,
			     addr_hash(&s->group, g->members.seed));
		if (!rc) {
			list_add(&g->all, &m->all);
			return m->filter ? GRP_FILTER : 0;
		}
		fail(g, rc, "out of memory");
		member_release(g, m);
	}
	mem_free(m);
	return rc;
}

int grp_join(struct grp *g, const struct grp_spec *spec, int fd)
{
	struct grp_spec s;
	struct member *m;
	int rc = spec_clean(g, spec, &s);

	if (rc)
		return rc;
	m = member_find(g, &s, fd);
	if (!m)
		return member_new(g, &s, fd);
	m->users++;
	return m->filter ? GRP_FILTER : 0;
}

int grp_leave(struct grp *g, const struct grp_spec *spec, int fd)
{
	struct grp_spec s;
	struct member *m;

	if (spec_clean(g, spec, &s))
		return -H_ENOENT;
	m = member_find(g, &s, fd);
	if (!m)
		return fail(g, -H_ENOENT, "not a member");
	if (--m->users)
		return 0;
	member_release(g, m);
	member_free(g, m);
	return 0;
}

void grp_forget(struct grp *g, int fd)
{
	LIST_EACH_SAFE(it, &g->all)
	{
		struct member *m = LIST_OF(it, struct member, all);

		if (m->fd != fd || fd < 0)
			continue;
		if (m->nparts)
			parts_leave(g, m, m->ifindex);
		member_free(g, m);
	}
}

static void info_fill(const struct member *m, struct grp_info *i)
{
	*i = (struct grp_info){ .spec = m->spec, .ifindex = m->ifindex, .fd = m->fd,
				.users = m->users, .sockets = m->nparts };
	memcpy(i->ifname, m->name, sizeof(i->ifname));
}

/* To another interface, or (0) to none for now. */
static void member_move(struct grp *g, struct member *m, uint32_t ifindex)
{
	uint32_t before = m->ifindex;
	char a[ADDR_STRLEN];
	struct grp_info i;

	member_release(g, m);
	addr_print_ip(a, &m->spec.group);
	if (!ifindex)
		log_notice(LOGC_GROUP, "%s: %s is gone, the membership waits", a,
			   m->name);
	else if (member_hold(g, m, ifindex))
		log_err(LOGC_GROUP, "%s again: %s", a, g->error);
	else if (!g->sys.name(g->sys.arg, ifindex, m->name))
		log_notice(LOGC_GROUP, "%s: joined again on %s", a, m->name);
	info_fill(m, &i);
	if (g->moved && m->ifindex != before)
		g->moved(g->arg, &i, before);
}

static uint32_t route_of(struct grp *g, const struct member *m)
{
	int r = g->sys.route(g->sys.arg, &m->spec.group);

	return r > 0 ? (uint32_t)r : 0;
}

void grp_link_gone(struct grp *g, uint32_t ifindex)
{
	LIST_EACH(it, &g->all)
	{
		struct member *m = LIST_OF(it, struct member, all);
		uint32_t to;

		if (!ifindex || m->ifindex != ifindex)
			continue;
		to = m->spec.ifindex ? 0 : route_of(g, m);
		member_move(g, m, to == ifindex ? 0 : to);
	}
}

void grp_link_here(struct grp *g, uint32_t ifindex, const char *name)
{
	LIST_EACH(it, &g->all)
	{
		struct member *m = LIST_OF(it, struct member, all);

		if (m->ifindex == ifindex) /* renamed? */
			snprintf(m->name, sizeof(m->name), "%s", name);
		else if (!m->ifindex && m->spec.ifindex && !strcmp(m->name, name))
			member_move(g, m, ifindex);
	}
}

void grp_routes_changed(struct grp *g)
{
	LIST_EACH(it, &g->all)
	{
		struct member *m = LIST_OF(it, struct member, all);
		uint32_t to;

		if (m->spec.ifindex)
			continue;
		to = route_of(g, m);
		if (to && to != m->ifindex)
			member_move(g, m, to);
	}
}

uint32_t grp_ifindex(const struct grp *g, const struct grp_spec *spec, int fd)
{
	struct grp scratch;
	struct grp_spec s;
	const struct member *m;

	if (spec_clean(&scratch, spec, &s))
		return 0;
	m = member_find(g, &s, fd);
	return m ? m->ifindex : 0;
}

void grp_each(struct grp *g, grp_each_h *f, void *arg)
{
	LIST_EACH_SAFE(it, &g->all)
	{
		struct grp_info i;

		info_fill(LIST_OF(it, struct member, all), &i);
		f(arg, &i);
	}
}

int grp_fd(const struct grp *g)
{
	return g->nl;
}

void grp_input(struct grp *g)
{
	if (g->nl >= 0)
		grp_sys_news(g->nl, g);
}

int grp_open(struct grp **out, const struct grp_conf *conf)
{
	struct grp *g = mem_zalloc(sizeof(*g));
	int rc;

	if (!g)
		return -H_ENOMEM;
	g->nl = -1;
	map_init(&g->members);
	list_init(&g->all);
	list_init(&g->carriers);
	if (conf) {
		g->moved = conf->moved;
		g->arg = conf->arg;
	}
	if (conf && conf->sys) {
		g->sys = *conf->sys;
	} else {
		grp_sys_kernel(&g->sys);
		rc = grp_sys_watch();
		if (rc < 0) {
			grp_close(g);
			return -H_ESYS;
		}
		g->nl = rc;
	}
	*out = g;
	return 0;
}

void grp_close(struct grp *g)
{
	if (!g)
		return;
	while (!list_empty(&g->all)) {
		struct member *m = LIST_OF(g->all.next, struct member, all);

		member_release(g, m);
		member_free(g, m);
	}
	map_fini(&g->members);
	grp_sys_unwatch(g->nl);
	mem_free(g);
}
