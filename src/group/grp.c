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

#include "group/grp_int.h"
#include "util/err.h"
#include "util/log.h"
#include "util/mem.h"

int grp_fail(struct grp *g, int err, const char *fmt, ...)
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
		return grp_fail(g, -H_EINVAL, "not a multicast group");
	if (in->nsource > GRP_SOURCES_MAX)
		return grp_fail(g, -H_EINVAL, "more than %d sources", GRP_SOURCES_MAX);
	if (!in->exclude && !in->nsource)
		return grp_fail(g, -H_EINVAL, "an empty list of wanted sources");
	memset(out, 0, sizeof(*out));
	out->group = in->group;
	out->group.port = 0;
	out->ifindex = in->ifindex;
	out->exclude = in->exclude;
	for (unsigned i = 0; i < in->nsource; i++) {
		const struct addr *s = &in->sources[i];

		if (s->family != in->group.family || addr_is_multicast(s) ||
		    addr_is_any(s))
			return grp_fail(g, -H_EINVAL,
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
		return grp_fail(g, -H_ENOENT, "no route to %s: name an interface",
			    addr_print_ip(a, &s->group));
	rc = g->sys.name(g->sys.arg, (uint32_t)ifindex, name);
	if (rc)
		return grp_fail(g, -H_ENOENT, "no interface with index %d", ifindex);
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
		return grp_fail(g, -H_ENOMEM, "out of memory");
	m->spec = *s;
	m->fd = fd;
	m->users = 1;
	memcpy(m->name, name, sizeof(name));
	rc = grp_hold(g, m, (uint32_t)where);
	if (!rc) {
		rc = map_add(&g->members, &m->node,
			     addr_hash(&s->group, g->members.seed));
		if (!rc) {
			list_add(&g->all, &m->all);
			return m->filter ? GRP_FILTER : 0;
		}
		grp_fail(g, rc, "out of memory");
		grp_release(g, m);
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
		return grp_fail(g, -H_ENOENT, "not a member");
	if (--m->users)
		return 0;
	grp_release(g, m);
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
			grp_parts_leave(g, m, m->ifindex);
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

	grp_release(g, m);
	addr_print_ip(a, &m->spec.group);
	if (!ifindex)
		log_notice(LOGC_GROUP, "%s: %s is gone, the membership waits", a,
			   m->name);
	else if (grp_hold(g, m, ifindex))
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

		grp_release(g, m);
		member_free(g, m);
	}
	map_fini(&g->members);
	grp_sys_unwatch(g->nl);
	mem_free(g);
}
