/* group/grp_sys.c - see grp_sys.h.
 *
 * layer: group (L3)   thread: control   I/O: setsockopt(2), rtnetlink(7)
 * RFC 3678 5 and 6
 */
#include "group/grp_sys.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef IP_MULTICAST_ALL
#define IP_MULTICAST_ALL 49
#endif
#ifndef IPV6_MULTICAST_ALL
#define IPV6_MULTICAST_ALL 29
#endif

static int level_of(const struct addr *a)
{
	return a->family == 4 ? IPPROTO_IP : IPPROTO_IPV6;
}

static int result(int rc)
{
	return rc < 0 ? -errno : 0;
}

/* What nobody reads must not pile up: no port is bound, so nothing is delivered. */
static int sys_open(void *arg, int family)
{
	int fd = socket(family == 4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)arg;
	return fd < 0 ? -errno : fd;
}

static void sys_close(void *arg, int fd)
{
	(void)arg;
	close(fd);
}

static int sys_all(void *arg, int fd, int family, bool on)
{
	int v = on;

	(void)arg;
	if (family == 4)
		return result(
			setsockopt(fd, IPPROTO_IP, IP_MULTICAST_ALL, &v, sizeof(v)));
	return result(setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_ALL, &v, sizeof(v)));
}

static int sys_leave(void *arg, int fd, const struct addr *group, uint32_t ifindex)
{
	struct group_req r = { .gr_interface = ifindex };

	(void)arg;
	addr_to_sockaddr(group, &r.gr_group);
	return result(setsockopt(fd, level_of(group), MCAST_LEAVE_GROUP, &r, sizeof(r)));
}

/* The first step makes the membership; an include list must not begin as any-source. */
static int join_first(int fd, const struct addr *group, uint32_t ifindex, bool exclude,
		      const struct addr *src)
{
	struct group_req r = { .gr_interface = ifindex };
	struct group_source_req s = { .gsr_interface = ifindex };

	if (exclude) {
		addr_to_sockaddr(group, &r.gr_group);
		return result(
			setsockopt(fd, level_of(group), MCAST_JOIN_GROUP, &r, sizeof(r)));
	}
	addr_to_sockaddr(group, &s.gsr_group);
	addr_to_sockaddr(src, &s.gsr_source);
	return result(
		setsockopt(fd, level_of(group), MCAST_JOIN_SOURCE_GROUP, &s, sizeof(s)));
}

static int set_filter(int fd, const struct addr *group, uint32_t ifindex, bool exclude,
		      const struct addr *src, unsigned n)
{
	union {
		struct group_filter f;
		uint8_t room[GROUP_FILTER_SIZE(GRP_SOURCES_MAX)];
	} u;

	memset(&u, 0, sizeof(u));
	u.f.gf_interface = ifindex;
	addr_to_sockaddr(group, &u.f.gf_group);
	u.f.gf_fmode = exclude ? MCAST_EXCLUDE : MCAST_INCLUDE;
	u.f.gf_numsrc = n;
	for (unsigned i = 0; i < n; i++)
		addr_to_sockaddr(&src[i], (struct sockaddr_storage *)(void *)(u.room +
				 GROUP_FILTER_SIZE(i)));
	return result(setsockopt(fd, level_of(group), MCAST_MSFILTER, &u,
				 (socklen_t)GROUP_FILTER_SIZE(n)));
}

static int sys_join(void *arg, int fd, const struct addr *group, uint32_t ifindex,
		    bool exclude, const struct addr *src, unsigned n)
{
	int rc = join_first(fd, group, ifindex, exclude, src);

	if (rc || n < (exclude ? 1u : 2u))
		return rc;
	rc = set_filter(fd, group, ifindex, exclude, src, n);
	if (rc)
		sys_leave(arg, fd, group, ifindex);
	return rc;
}

static int sys_name(void *arg, uint32_t ifindex, char name[IF_NAMESIZE])
{
	(void)arg;
	return if_indextoname(ifindex, name) ? 0 : -errno;
}

static int nl_open(uint32_t groups)
{
	struct sockaddr_nl me = { .nl_family = AF_NETLINK, .nl_groups = groups };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
			NETLINK_ROUTE);
	int rc;

	if (fd < 0)
		return -errno;
	if (bind(fd, (struct sockaddr *)&me, sizeof(me))) {
		rc = -errno;
		close(fd);
		return rc;
	}
	return fd;
}

/* The attribute of that type among len bytes at p: its value and size, or NULL. */
static const void *attr_get(const void *p, size_t len, unsigned short type, size_t *size)
{
	const uint8_t *b = p;
	struct rtattr a;

	while (len >= sizeof(a)) {
		size_t step;

		memcpy(&a, b, sizeof(a));
		step = RTA_ALIGN((size_t)a.rta_len);
		if (a.rta_len < sizeof(a) || a.rta_len > len)
			return NULL;
		if (a.rta_type == type) {
			*size = a.rta_len - RTA_LENGTH(0);
			return b + RTA_LENGTH(0);
		}
		if (step >= len)
			return NULL;
		b += step;
		len -= step;
	}
	return NULL;
}

static uint32_t attr_u32(const void *p, size_t len, unsigned short type)
{
	size_t size = 0;
	uint32_t v = 0;
	const void *a = attr_get(p, len, type, &size);

	if (a && size == sizeof(v))
		memcpy(&v, a, sizeof(v));
	return v;
}

/* "ip route get GROUP": the outgoing interface. The answer waits when send() returns. */
static int sys_route(void *arg, const struct addr *group)
{
	struct {
		struct nlmsghdr n;
		struct rtmsg r;
		struct rtattr a;
		uint8_t ip[16];
	} q = { .r.rtm_family = group->family == 4 ? AF_INET : AF_INET6 };
	_Alignas(8) uint8_t in[2048];
	size_t len = group->family == 4 ? 4 : 16;
	const struct nlmsghdr *h = (const void *)in;
	int fd = nl_open(0), found = -ENETUNREACH;
	ssize_t n;

	(void)arg;
	if (fd < 0)
		return fd;
	q.r.rtm_dst_len = (unsigned char)(len * 8);
	q.a.rta_type = RTA_DST;
	q.a.rta_len = (unsigned short)RTA_LENGTH(len);
	memcpy(q.ip, group->ip, len);
	q.n.nlmsg_len = (uint32_t)(NLMSG_LENGTH(sizeof(q.r)) + RTA_LENGTH(len));
	q.n.nlmsg_type = RTM_GETROUTE;
	q.n.nlmsg_flags = NLM_F_REQUEST;
	n = send(fd, &q, q.n.nlmsg_len, 0) < 0 ? -1 : recv(fd, in, sizeof(in), 0);
	if (n > 0 && NLMSG_OK(h, (size_t)n) && h->nlmsg_type == RTM_NEWROUTE) {
		const struct rtmsg *r = NLMSG_DATA(h);

		found = (int)attr_u32(RTM_RTA(r), RTM_PAYLOAD(h), RTA_OIF);
	}
	close(fd);
	return found > 0 ? found : -ENETUNREACH;
}

static unsigned limit_of(const char *path, unsigned otherwise)
{
	FILE *f = fopen(path, "re");
	unsigned v = 0;

	if (!f)
		return otherwise;
	if (fscanf(f, "%u", &v) != 1 || !v)
		v = otherwise;
	fclose(f);
	return v;
}

void grp_sys_kernel(struct grp_sys *sys)
{
	*sys = (struct grp_sys){
		.open = sys_open,
		.close = sys_close,
		.join = sys_join,
		.leave = sys_leave,
		.all = sys_all,
		.route = sys_route,
		.name = sys_name,
		.groups_max = limit_of("/proc/sys/net/ipv4/igmp_max_memberships", 20),
		.sources4_max = limit_of("/proc/sys/net/ipv4/igmp_max_msf", 10),
		.sources6_max = limit_of("/proc/sys/net/ipv6/mld_max_msf", 64),
	};
}

int grp_sys_watch(void)
{
	return nl_open(RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE |
		       RTMGRP_IPV6_IFADDR | RTMGRP_IPV6_ROUTE);
}

void grp_sys_unwatch(int fd)
{
	if (fd >= 0)
		close(fd);
}

static void link_news(struct grp *g, const struct nlmsghdr *h)
{
	const struct ifinfomsg *i = NLMSG_DATA(h);
	char name[IF_NAMESIZE] = "";
	const char *a;
	size_t size;

	if (h->nlmsg_len < NLMSG_LENGTH(sizeof(*i)) || i->ifi_family != AF_UNSPEC)
		return; /* a bridge's news of its ports */
	a = attr_get(IFLA_RTA(i), IFLA_PAYLOAD(h), IFLA_IFNAME, &size);
	if (a)
		snprintf(name, sizeof(name), "%.*s", (int)size, a);
	if (h->nlmsg_type == RTM_DELLINK)
		grp_link_gone(g, (uint32_t)i->ifi_index);
	else if (name[0])
		grp_link_here(g, (uint32_t)i->ifi_index, name);
}

/* When news were lost: look at every link again. */
static void links_again(struct grp *g)
{
	struct if_nameindex *all = if_nameindex();

	for (struct if_nameindex *i = all; i && i->if_index; i++)
		grp_link_here(g, i->if_index, i->if_name);
	if (all)
		if_freenameindex(all);
}

void grp_sys_news(int fd, struct grp *g)
{
	_Alignas(8) uint8_t in[16384];
	bool routes = false;
	ssize_t n;

	while ((n = recv(fd, in, sizeof(in), 0)) > 0 || (n < 0 && errno == ENOBUFS)) {
		const struct nlmsghdr *h = (const void *)in;
		size_t left = n > 0 ? (size_t)n : 0;

		if (n < 0) {
			links_again(g);
			routes = true;
		}
		for (; NLMSG_OK(h, left); h = NLMSG_NEXT(h, left)) {
			if (h->nlmsg_type == RTM_NEWLINK || h->nlmsg_type == RTM_DELLINK)
				link_news(g, h);
			else
				routes = true;
		}
	}
	if (routes)
		grp_routes_changed(g);
}
