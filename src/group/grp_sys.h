/* group/grp_sys.h - memberships and interface news as the kernel has them.
 *
 * layer: group (L3)   thread: control   I/O: setsockopt(2), rtnetlink(7)
 * RFC 3678 5 and 6
 */
#pragma once

#include "group/grp.h"

void grp_sys_kernel(struct grp_sys *sys);      /* the kernel's calls and its limits */

int grp_sys_watch(void);                       /* an rtnetlink socket, or -errno */
void grp_sys_unwatch(int fd);
void grp_sys_news(int fd, struct grp *g); /* reads all there is, calls grp_link_... */
