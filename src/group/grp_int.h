/* group/grp_int.h - inside of group/: members, and the sockets that hold them.
 *
 * layer: group (L3)   thread: control   I/O: none
 */
#pragma once

#include "group/grp.h"
#include "group/grp_sys.h"
#include "util/list.h"
#include "util/map.h"

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

/* Keeps the words for grp_error(); returns err. */
int grp_fail(struct grp *g, int err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* grp_hold.c: become a member on that interface, and no longer. */
int grp_hold(struct grp *g, struct member *m, uint32_t ifindex);
void grp_release(struct grp *g, struct member *m);
/* The sockets of ours it stands on let go. */
void grp_parts_leave(struct grp *g, struct member *m, uint32_t ifindex);
