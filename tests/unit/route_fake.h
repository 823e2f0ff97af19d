/* tests/unit/route_fake.h - a kernel that isn't there, for the cache of next hops.
 *
 * layer: tests   thread: main   I/O: none
 */
#pragma once

#include "test.h"

#include "media/route.h"
#include "media/route_nl.h"

enum { ETH = 2, TUN = 5, LO = 1 };

extern const uint8_t mac_us[6], mac_gw[6], mac_new[6];

/* A kernel with eth (2), tun (5), lo (1): 10.0.0.0/24 on eth, all else by `gw`. */
extern struct fake {
	struct addr gw;
	uint32_t mtu;
	bool secured, encap, unreachable;
	unsigned lookups, resolves, releases, news_n;
	int resolve_rc;
	bool neigh_known;
	struct route_news news[16];
} fake;

extern struct route *r;              /* what open_fake() opened */
extern unsigned changes;             /* how often it told of some */

struct route *open_fake(unsigned capacity);
struct addr ip(const char *text);
struct route_news neigh_news(const char *who, uint16_t state, const uint8_t mac[6]);
struct route_news link_news(uint32_t ifindex, uint16_t type, const char *name);
void news(struct route_news n, uint64_t now); /* the kernel says so */
struct route_key key_of(const char *dst);
struct route_next look(const char *dst);      /* the hop to it, made when missing */
