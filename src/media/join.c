/* media/join.c - see join.h.
 *
 * layer: media (L3)   thread: control   I/O: setsockopt
 * RFC 3678 5.1.1, 5.1.2
 */
#include "media/join.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

static int join_level(const struct group_spec *g)
{
	return g->group.family == 6 ? IPPROTO_IPV6 : IPPROTO_IP;
}

static int join_any(int fd, const struct group_spec *g, int what)
{
	struct group_req r;

	memset(&r, 0, sizeof(r));
	r.gr_interface = g->ifindex;
	addr_to_sockaddr(&g->group, &r.gr_group);
	return setsockopt(fd, join_level(g), what, &r, sizeof(r));
}

static int join_sources(int fd, const struct group_spec *g, int what)
{
	struct group_source_req r;

	memset(&r, 0, sizeof(r));
	r.gsr_interface = g->ifindex;
	addr_to_sockaddr(&g->group, &r.gsr_group);
	for (unsigned i = 0; i < g->nsource; i++) {
		addr_to_sockaddr(&g->sources[i], &r.gsr_source);
		if (setsockopt(fd, join_level(g), what, &r, sizeof(r)))
			return -1;
	}
	return 0;
}

static int join_fd(int fd, const struct group_spec *g)
{
	if (fd < 0)
		return 0;
	if (g->nsource && !g->exclude)
		return join_sources(fd, g, MCAST_JOIN_SOURCE_GROUP);
	if (join_any(fd, g, MCAST_JOIN_GROUP))
		return -1;
	return join_sources(fd, g, MCAST_BLOCK_SOURCE);
}

static void join_leave_fd(int fd, const struct group_spec *g)
{
	if (fd >= 0)
		join_any(fd, g, MCAST_LEAVE_GROUP);
}

static void join_leave(void *arg, struct slot *slot, const struct group_spec *g, int fd,
		       int fd_rtcp)
{
	(void)arg;
	(void)slot;
	join_leave_fd(fd, g);
	join_leave_fd(fd_rtcp, g);
}

static enum cause join_join(void *arg, struct slot *slot, const struct group_spec *g,
			    int fd, int fd_rtcp)
{
	if (!join_fd(fd, g) && !join_fd(fd_rtcp, g))
		return CAUSE_OK;
	join_leave(arg, slot, g, fd, fd_rtcp);
	return CAUSE_NO_RESOURCES;
}

const struct med_group_ops join_ops = { join_join, join_leave };
