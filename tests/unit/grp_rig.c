/* tests/unit/grp_rig.c - see grp_rig.h.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "grp_rig.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct grp_rig rig;

struct addr rig_ip(const char *text)
{
	struct addr a = { 0 };

	ck_assert_int_eq(addr_parse_ip(&a, str_of(text)), 0);
	return a;
}

static int f_open(void *arg, int family)
{
	(void)arg;
	(void)family;
	if (rig.open_rc)
		return rig.open_rc;
	for (int i = OWN_FD; i < SOCKS; i++) {
		if (rig.s[i].open)
			continue;
		memset(&rig.s[i], 0, sizeof(rig.s[i]));
		rig.s[i].open = true;
		rig.opened++;
		rig.now_open++;
		return i;
	}
	return -EMFILE;
}

static void f_close(void *arg, int fd)
{
	(void)arg;
	ck_assert(rig.s[fd].open);
	rig.s[fd].open = false;
	rig.now_open--;
}

static struct held *find(int fd, const struct addr *g, uint32_t ifindex)
{
	for (unsigned i = 0; i < rig.s[fd].n; i++)
		if (rig.s[fd].held[i].ifindex == ifindex &&
		    addr_same_host(&rig.s[fd].held[i].group, g))
			return &rig.s[fd].held[i];
	return NULL;
}

static int f_join(void *arg, int fd, const struct addr *g, uint32_t ifindex, bool exclude,
		  const struct addr *src, unsigned n)
{
	struct held *h;

	(void)arg;
	if (ifindex == ETH ? !rig.eth : ifindex != NEW || !rig.fresh)
		return -ENODEV;
	if (find(fd, g, ifindex))
		return -EADDRINUSE;
	if (g->family == 4 && (rig.s[fd].n >= rig.real_groups_max || n > 10))
		return -ENOBUFS;
	ck_assert_uint_lt(rig.s[fd].n, HELD);
	h = &rig.s[fd].held[rig.s[fd].n++];
	*h = (struct held){ .group = *g, .ifindex = ifindex, .exclude = exclude, .n = n };
	memcpy(h->src, src, n * sizeof(*src));
	return 0;
}

static int f_leave(void *arg, int fd, const struct addr *g, uint32_t ifindex)
{
	struct held *h = find(fd, g, ifindex);

	(void)arg;
	if (!h)
		return -EADDRNOTAVAIL;
	*h = rig.s[fd].held[--rig.s[fd].n];
	return 0;
}

static int f_all(void *arg, int fd, int family, bool on)
{
	(void)arg;
	(void)family;
	rig.s[fd].all = on;
	return 0;
}

static int f_route(void *arg, const struct addr *g)
{
	(void)arg;
	(void)g;
	return rig.route ? (int)rig.route : -ENETUNREACH;
}

static int f_name(void *arg, uint32_t ifindex, char name[IF_NAMESIZE])
{
	(void)arg;
	if (ifindex == ETH && rig.eth)
		snprintf(name, IF_NAMESIZE, "eth0");
	else if (ifindex == NEW && rig.fresh)
		snprintf(name, IF_NAMESIZE, "eth0");
	else
		return -ENXIO;
	return 0;
}

static void moved(void *arg, const struct grp_info *i, uint32_t before)
{
	(void)arg;
	rig.moves++;
	rig.moved_to = i->ifindex;
	rig.moved_from = before;
}

void rig_begin(void)
{
	static struct grp_sys sys = { .open = f_open,
				      .close = f_close,
				      .join = f_join,
				      .leave = f_leave,
				      .all = f_all,
				      .route = f_route,
				      .name = f_name,
				      .groups_max = 20,
				      .sources4_max = 10,
				      .sources6_max = 64 };
	struct grp_conf c = { .sys = &sys, .moved = moved };

	memset(&rig, 0, sizeof(rig));
	rig.eth = true;
	rig.route = ETH;
	rig.real_groups_max = 20;
	rig.s[RX_FD].open = rig.s[RX_FD2].open = true;
	ck_assert_int_eq(grp_open(&rig.grp, &c), 0);
}

void rig_end(void)
{
	grp_close(rig.grp);
	ck_assert_uint_eq(rig.now_open, 0);
	ck_assert_uint_eq(rig.s[RX_FD].n, 0);
	ck_assert_uint_eq(rig.s[RX_FD2].n, 0);
}

struct grp_spec rig_any(const char *group, uint32_t ifindex)
{
	return (struct grp_spec){ .group = rig_ip(group),
				  .ifindex = ifindex,
				  .exclude = true };
}

struct grp_spec rig_from(const char *group, bool exclude, unsigned n)
{
	struct grp_spec s = { .group = rig_ip(group),
			      .ifindex = ETH,
			      .exclude = exclude };

	s.nsource = (uint8_t)n;
	for (unsigned i = 0; i < n && i < GRP_SOURCES_MAX; i++) {
		s.sources[i] = rig_ip(s.group.family == 4 ? "192.0.2.0" : "2001:db8::");
		s.sources[i].ip[s.group.family == 4 ? 3 : 15] = (uint8_t)(i + 1);
	}
	return s;
}

static void count(void *arg, const struct grp_info *i)
{
	(void)arg;
	rig.members++;
	rig.waiting += !i->ifindex;
	rig.sockets += i->sockets;
}

void rig_look(void)
{
	rig.members = rig.waiting = rig.sockets = 0;
	grp_each(rig.grp, count, NULL);
}

int rig_join_row(struct grp_spec *s, int fd, unsigned n)
{
	unsigned last = s->group.family == 4 ? 3 : 15;

	for (unsigned i = 0; i < n; i++) {
		int err;

		s->group.ip[last] = (uint8_t)i;
		err = grp_join(rig.grp, s, fd);
		if (err)
			return err;
	}
	return 0;
}
