/* tests/unit/grp_rig.h - memberships over a kernel that isn't there.
 *
 * layer: tests   thread: main   I/O: none
 *
 * The fake holds sockets as the kernel would: one membership per group and interface, 20
 * groups, 10 sources. rig_begin() opens `rig.grp` over it with interface ETH up, by which
 * all routes go, and two receiving sockets open; rig_end() closes it and looks that
 * nothing stays behind.
 */
#pragma once

#include "group/grp.h"
#include "test.h"

enum { SOCKS = 64, HELD = 64, ETH = 7, NEW = 12, RX_FD = 3, RX_FD2 = 4, OWN_FD = 36 };

struct held {
	struct addr group;
	uint32_t ifindex;
	bool exclude;
	unsigned n;
	struct addr src[GRP_SOURCES_MAX];
};

extern struct grp_rig {
	struct grp *grp;
	struct {
		bool open;
		bool all;
		unsigned n;
		struct held held[HELD];
	} s[SOCKS];
	unsigned opened, now_open; /* not the receiving sockets */
	uint32_t route;            /* of all groups; 0: none */
	bool eth, fresh;           /* ETH, NEW is there: each is called eth0 */
	unsigned real_groups_max;  /* what a socket takes, whatever it says */
	int open_rc;               /* what opening a socket fails with */

	unsigned moves; /* of memberships, and the last of them */
	uint32_t moved_to, moved_from;
	unsigned members, waiting, sockets; /* by rig_look() */
} rig;

void rig_begin(void);
void rig_end(void);
void rig_look(void);

struct addr rig_ip(const char *text);
struct grp_spec rig_any(const char *group, uint32_t ifindex);
/* `n` sources, on ETH. */
struct grp_spec rig_from(const char *group, bool exclude, unsigned n);
/* Joins the groups whose last octet is 0 to n - 1: 0, or the first error. */
int rig_join_row(struct grp_spec *s, int fd, unsigned n);
