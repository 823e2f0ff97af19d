/* media/portcheck.h - are these UDP ports free for media?
 *
 * layer: media (L3)   thread: control   I/O: NETLINK_SOCK_DIAG, /proc/sys
 *
 * In ring mode no socket holds a media port, so the kernel would give it to anybody and
 * nobody would tell: portcheck_taken() looks before a port is handed out. And a range
 * that overlaps the kernel's own range for outgoing sockets would swallow other programs'
 * answers: portcheck_range() tells, and what to do about it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/addr.h"

struct portcheck;

int portcheck_open(struct portcheck **out);   /* 0, -H_ENOMEM, -H_ESYS */
void portcheck_close(struct portcheck *p);

/* Is a UDP socket bound there, to this address or to all? `count` (1 to 4) ports from
 * `port`. Connected sockets count with any address and may be missed for a second.
 * 0: free, 1: at least one is taken, -H_EINVAL, -H_ESYS. */
int portcheck_taken(struct portcheck *p, const struct addr *a, uint16_t port,
		    unsigned count);

/* Ports in [lo, hi] that other sockets are bound to on this address or on all, in rising
 * order: as many as fit into v[most]; returns how many. As of at most a second ago. */
unsigned portcheck_bound(struct portcheck *p, const struct addr *a, uint16_t lo,
			 uint16_t hi, uint16_t *v, unsigned most);
void portcheck_again(struct portcheck *p);   /* what was listed is old */

/* 0; -H_EBUSY when [lo, hi] overlaps net.ipv4.ip_local_port_range where
 * ip_local_reserved_ports does not except it; then `why` says so and how to mend it. */
int portcheck_range(uint16_t lo, uint16_t hi, char *why, size_t size);

/* The same from the two files' texts, for tests. */
int portcheck_texts(uint16_t lo, uint16_t hi, const char *range, const char *reserved,
		    char *why, size_t size);
