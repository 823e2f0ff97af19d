/* group/grp.h - this host's memberships in multicast groups.
 *
 * layer: group (L3)   thread: control   I/O: sockets that are members, one rtnetlink
 *socket RFC 1112, 3376 2, 3678 (protocol-independent calls), 3810 3, 4604, 4607
 *
 * A membership is (group, interface, source filter). Two forms:
 * - ring mode (fd -1): the kernel is to send the reports and let the frames in; the
 *   membership sits on sockets of ours that read nothing, as many as the kernel's limits
 *   (20 groups, 10 sources per socket) ask for. Equal joins are counted.
 * - socket mode (fd >= 0): the receiving socket itself must be the member, else with
 *   IP_MULTICAST_ALL=0 (set here) nothing reaches it. The fd is borrowed: leave before
 *   closing it (or tell with grp_forget() that it is closed).
 *
 * Source lists: `exclude` with no sources is any-source; include needs at least one.
 * Where a socket can't hold the filter whole, grp_join() answers GRP_FILTER: what arrives
 * is the wanted and maybe more, and the caller must look at sources itself. Ring mode
 * always must: the kernel's filters don't act on a tap.
 *
 * Interface 0 means "as the route to the group says", and follows when routes change. A
 * membership whose interface goes away waits and is renewed when an interface of that
 *name (or a route) is there again; grp_open()'s `moved` tells the new index, so that
 *filters and senders can follow.
 *
 *	grp_open(&g, NULL);
 *	if (grp_join(g, &spec, -1) < 0)
 *		log_err(LOGC_GROUP, "%s", grp_error(g));
 *	... when grp_fd(g) is readable: grp_input(g);
 */
#pragma once

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "util/addr.h"

enum {
	GRP_SOURCES_MAX = 32,
	GRP_FILTER = 1, /* joined, but look at the sources yourself */
};

struct grp_spec {
	struct addr group;   /* the port is not looked at */
	uint32_t ifindex;    /* 0: by route */
	bool exclude;        /* sources[] are excluded, else included */
	uint8_t nsource;
	struct addr sources[GRP_SOURCES_MAX];
};

/* One membership as it is, for display. */
struct grp_info {
	struct grp_spec spec;
	uint32_t ifindex;       /* where it is held now; 0: waiting for the interface */
	char ifname[IF_NAMESIZE];
	int fd;                 /* -1: on sockets of ours */
	unsigned users;
	unsigned sockets;       /* of ours it takes */
};

struct grp;
typedef void(grp_moved_h)(void *arg, const struct grp_info *now, uint32_t ifindex_before);
typedef void(grp_each_h)(void *arg, const struct grp_info *i);

/* The system below, replaced in tests. All answer 0 (or an fd or index) or -errno. */
struct grp_sys {
	int (*open)(void *arg, int family);      /* a socket that reads nothing */
	void (*close)(void *arg, int fd);
	/* A full membership: group on ifindex with this filter, n sources; again with
	 * change = true replaces the filter. */
	int (*join)(void *arg, int fd, const struct addr *group, uint32_t ifindex,
		    bool exclude, const struct addr *src, unsigned n);
	int (*leave)(void *arg, int fd, const struct addr *group, uint32_t ifindex);
	int (*all)(void *arg, int fd, int family, bool on); /* IP_MULTICAST_ALL */
	int (*route)(void *arg, const struct addr *group);  /* interface index */
	int (*name)(void *arg, uint32_t ifindex, char name[IF_NAMESIZE]);
	void *arg;
	unsigned groups_max;     /* per IPv4 socket (IPv6 has no such limit) */
	unsigned sources4_max, sources6_max;
};

struct grp_conf {
	const struct grp_sys *sys;  /* NULL: the kernel's */
	grp_moved_h *moved;         /* may be NULL */
	void *arg;
};

int grp_open(struct grp **out, const struct grp_conf *conf); /* 0, -H_ENOMEM, -H_ESYS */
void grp_close(struct grp *g);                               /* leaves all */

/* 0 or GRP_FILTER; -H_EINVAL (not a group, mixed families, too many sources), -H_ENOENT
 * (no such interface, no route), -H_EEXIST (this fd is a member with another filter),
 * -H_ELIMIT (this fd can hold no more), -H_ENOMEM, -H_ESYS. grp_error() says it in words.
 */
int grp_join(struct grp *g, const struct grp_spec *s, int fd);
/* The same spec as joined; 0 or -H_ENOENT. */
int grp_leave(struct grp *g, const struct grp_spec *s, int fd);
void grp_forget(struct grp *g, int fd); /* the fd was closed: its memberships are gone */
const char *grp_error(const struct grp *g);

/* Where a spec is held now: an interface index, 0 when it waits or isn't joined. */
uint32_t grp_ifindex(const struct grp *g, const struct grp_spec *s, int fd);
void grp_each(struct grp *g, grp_each_h *f, void *arg);

/* News of links and routes. -1: there is no descriptor (grp_sys of a test). */
int grp_fd(const struct grp *g);
void grp_input(struct grp *g);
/* What grp_input() calls; also for tests. */
void grp_link_gone(struct grp *g, uint32_t ifindex);
void grp_link_here(struct grp *g, uint32_t ifindex, const char *name);
void grp_routes_changed(struct grp *g);
