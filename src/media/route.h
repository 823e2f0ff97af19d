/* media/route.h - where a frame to some address goes: a cache over the kernel's tables.
 *
 * layer: media (L3)   thread: control fills, workers read   I/O: rtnetlink(7)
 *
 * Workers ask route_get() for a destination and keep the pointer; before each packet they
 * compare route_gen() with the generation they built headers for, and route_read() again
 * when it moved. No lock, no allocation, no system call: an answer that isn't there is
 * asked for through a queue, and the packet goes by socket meanwhile (ROUTE_PENDING too).
 * A hop's memory is never freed while the cache lives, only given to another destination,
 * which moves its generation: route_read() is then false and route_get() is due.
 *
 * Control owns the rest: route_input() when route_fd() is readable follows links,
 * addresses, routes, rules, neighbours and IPsec policies; neighbours in use are kept
 * resolved (managed neighbours, or used again and again where the kernel has none); what
 * was not used for ROUTE_IDLE_S is forgotten.
 *
 * ROUTE_DIRECT is a frame on an Ethernet device (bridge and VLAN devices included: the
 * device does its part). What only the kernel can do is ROUTE_SOCKET: destinations on
 * this host, tunnels, IPsec, non-Ethernet devices, broadcasts.
 */
#pragma once

#include <net/if.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "util/addr.h"

enum { ROUTE_IDLE_S = 300, ROUTE_KEY_WORDS = 7, ROUTE_NEXT_WORDS = 3 };

enum route_kind {
	ROUTE_PENDING,  /* not looked up yet, or the neighbour does not answer (yet) */
	ROUTE_DIRECT,   /* frame to dst_mac on ifindex */
	ROUTE_SOCKET,   /* only the kernel can */
	ROUTE_NONE,     /* the kernel has no way either */
};

struct route_key {
	struct addr dst, src;   /* ports are not looked at; src family 0: any */
	uint32_t ifindex;       /* 0: by route */
	uint32_t zero;
};

struct route_next {
	uint32_t ifindex;
	uint32_t mtu;           /* longest IP packet */
	uint8_t src_mac[6], dst_mac[6];
	uint8_t kind;           /* enum route_kind */
	uint8_t plain;          /* of the link, see struct route_link */
	uint8_t zero[2];
};

/* One destination. Read by the functions below only. */
struct route_hop {
	_Atomic uint32_t gen;   /* odd: being written */
	_Atomic uint32_t used;  /* seconds, set by readers */
	_Atomic uint64_t hash;  /* 0: free */
	_Atomic uint64_t key[ROUTE_KEY_WORDS];
	_Atomic uint64_t next[ROUTE_NEXT_WORDS];
};

struct route;
struct route_sys;
struct route_link;

struct route_conf {
	unsigned workers;       /* readers with a queue of their own */
	unsigned capacity;      /* destinations; rounded up */
	const struct route_sys *sys; /* tests: a kernel that isn't; else NULL */
	void *sys_arg;
	/* Links or addresses changed (after the news were taken in); may be NULL. */
	void (*changed)(void *arg);
	void *arg;
};

int route_open(struct route **out,
	       const struct route_conf *conf); /* 0, -H_ENOMEM, -H_ESYS */
void route_close(struct route *r);

/* --- workers --- */

/* The hop of k, or NULL: asked for, come again later. */
struct route_hop *route_get(struct route *r, unsigned worker, const struct route_key *k);
/* Consistent copy and its generation; false: this hop is another destination's by now. */
bool route_read(struct route_hop *h, const struct route_key *k, struct route_next *out,
		uint32_t *gen);

static inline uint32_t route_gen(const struct route_hop *h)
{
	return atomic_load_explicit(&h->gen, memory_order_acquire);
}

/* Moves whenever any hop's generation does. */
uint32_t route_epoch(const struct route *r);

static inline void route_use(struct route_hop *h, uint32_t now_s)
{
	if (atomic_load_explicit(&h->used, memory_order_relaxed) != now_s)
		atomic_store_explicit(&h->used, now_s, memory_order_relaxed);
}

/* --- control --- */

int route_fd(const struct route *r); /* an epoll descriptor, -1 with a fake kernel */
void route_input(struct route *r, uint64_t now);
void route_tick(struct route *r, uint64_t now); /* about once a second */
/* The hop of k, looked up now if need be. NULL: the cache is full of fresh ones. */
struct route_hop *route_add(struct route *r, const struct route_key *k, uint64_t now);
bool route_busy(const struct route *r);      /* call route_input() again soon */

struct route_link {
	uint32_t ifindex, mtu, flags, master;
	uint16_t type;          /* ARPHRD_... */
	uint8_t mac[6];
	bool plain; /* a card or veth: takes a frame as it is. Bridges, bonds and the
		       like look what is in it */
	char name[IF_NAMESIZE];
};

/* Borrowed till the next route_input(). NULL: none. */
const struct route_link *route_link_get(const struct route *r, uint32_t ifindex);
const struct route_link *route_link_next(const struct route *r,
					 const struct route_link *l);
uint32_t route_addr_link(const struct route *r, const struct addr *a); /* 0: not ours */

struct route_info {
	unsigned hops, pending, direct, by_socket, links, neighbours;
	uint64_t lookups, refused, lost; /* refused: no room; lost: requests dropped */
};
void route_info(const struct route *r, struct route_info *out);
