/* media/ringbpf.h - filter programs of ring mode: what the kernel copies into a ring.
 *
 * layer: media (L3)   thread: control   I/O: none
 *
 * Classic BPF. All see whole Ethernet frames (the fan-out program: from the IP header on)
 * and accept or refuse; they pass no fragments (the kernel puts those together,
 * ringsock.h) and no frame that still carries a VLAN tag other than priority: the VLAN
 * device will show it again without.
 */
#pragma once

#include <linux/filter.h>
#include <stdbool.h>
#include <stdint.h>

#include "media/nftdrop.h"

enum { RINGBPF_MAX = 2048, RINGBPF_PORTS = 64 };

struct ringbpf {
	struct sock_filter v[RINGBPF_MAX];
	unsigned n;
	bool full;               /* did not fit: not to be used */
};

/* Unicast: UDP to one of the ranges, on one of the interfaces. */
void ringbpf_unicast(struct ringbpf *b, const uint32_t *ifindex, unsigned nif,
		     const struct nftdrop_range *range, unsigned nrange);
/* Groups: UDP multicast to one of the ports, on one of the interfaces. More ports than
 * RINGBPF_PORTS become one range from the least to the most. */
void ringbpf_groups(struct ringbpf *b, const uint32_t *ifindex, unsigned nif,
		    const uint16_t *port, unsigned nport);
/* Whose port is it? (destination port / 2) mod n, for PACKET_FANOUT_CBPF. */
void ringbpf_fanout(struct ringbpf *b, unsigned n);
/* Nothing at all. */
void ringbpf_nothing(struct ringbpf *b);
/* On a raw IPv4 (IPv6) socket: UDP ports of worker `index` of n inside [lo, hi]. */
void ringbpf_raw(struct ringbpf *b, uint8_t family, uint16_t lo, uint16_t hi,
		 unsigned index, unsigned n);
/* On a UDP socket bound to a group: what this host sent itself, and datagrams longer than
 * `longest` (with the UDP header), which no single frame can have brought. */
void ringbpf_looped(struct ringbpf *b, uint32_t longest);

/* 0 or -errno. */
int ringbpf_attach(int fd, const struct ringbpf *b);
