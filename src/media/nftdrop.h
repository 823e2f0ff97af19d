/* media/nftdrop.h - behind the tap, the kernel forgets our media packets.
 *
 * layer: media (L3)   thread: control   I/O: nf_tables over a netlink socket kept open
 *
 * Two tables of ours, owned by the socket: when it closes, kill -9 included, the kernel
 * removes them. "holler-PID" of family netdev drops, on the ingress of each device, whole
 * UDP datagrams to our addresses and media ports: no socket search, no ICMP answer.
 * Fragments pass (the kernel puts them together for us), as does all multicast and all
 * that carries a VLAN tag (it is the VLAN device's; VLAN 0 is none). "holler-PID" of
 * family inet drops the ICMP "port unreachable" the kernel would answer to what did pass.
 *
 * Life: open, set (again whenever devices or ranges change; each set replaces all at
 * once), close. Built without libnftnl, open answers -H_ENOTSUP.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "util/addr.h"

struct nftdrop_range {
	struct addr addr;    /* ours, unicast; the port is not looked at */
	uint16_t lo, hi;     /* both ends included */
};

struct nftdrop;

/* 0, or -H_EPERM, -H_ENOTSUP, -H_ENOMEM, -H_ESYS and in English why. */
int nftdrop_open(struct nftdrop **out, char *why, size_t size);
/* Device names and ranges; none of either removes all. On failure the old ones stay. */
int nftdrop_set(struct nftdrop *d, const char *const *dev, unsigned ndev,
		const struct nftdrop_range *range, unsigned nrange);
/* The name of both tables. */
const char *nftdrop_table(const struct nftdrop *d);
void nftdrop_close(struct nftdrop *d);
