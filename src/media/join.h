/* media/join.h - group memberships on the slot's own sockets, by the kernel alone.
 *
 * layer: media (L3)   thread: control   I/O: setsockopt
 * RFC 3678 5 (MCAST_JOIN_GROUP and its sisters)
 *
 * What med_conf.group is when daemon/ plugs in nothing better: no counting, and the
 * kernel's limits per socket are ours.
 */
#pragma once

#include "media/media.h"

extern const struct med_group_ops join_ops;
