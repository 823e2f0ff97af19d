/* daemon/groups.h - media's joins, done by group/.
 *
 * layer: daemon (L5)   thread: control   I/O: group/
 */
#pragma once

#include "group/grp.h"
#include "media/media.h"

struct event_base;
struct groups;

extern const struct med_group_ops groups_ops; /* their arg: struct groups */

struct groups *groups_open(struct event_base *base); /* NULL: no memory or sockets */
void groups_close(struct groups *gs);
