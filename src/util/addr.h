/* util/addr.h - an IPv4 or IPv6 address with a port.
 *
 * layer: util (L0)   thread: any   I/O: none
 *
 * `family` is 0 (none), 4 or 6. `ip` holds 4 or 16 bytes in network order, the rest is
 * zero, so two addresses may be compared and hashed as bytes. `port` is in host order.
 * `scope` is the interface index of a link-local IPv6 address, else 0.
 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "util/str.h"

enum { ADDR_STRLEN = 80 };

struct addr {
	uint8_t ip[16];
	uint16_t port;
	uint8_t family, pad;
	uint32_t scope;
};

bool addr_eq(const struct addr *a, const struct addr *b);      /* with port */
bool addr_same_host(const struct addr *a, const struct addr *b); /* without port */
bool addr_is_multicast(const struct addr *a);
bool addr_is_any(const struct addr *a);                        /* 0.0.0.0 or :: */
bool addr_is_loopback(const struct addr *a);
bool addr_is_link_local(const struct addr *a);
uint64_t addr_hash(const struct addr *a, uint64_t seed);       /* with port */

/* "192.0.2.1", "2001:db8::1", "[2001:db8::1]"; no port, no names. 0 or -H_ESYNTAX. */
int addr_parse_ip(struct addr *a, struct span s);
/* "192.0.2.1:2427", "[2001:db8::1]:2427", "*:2427" (any IPv4), "[::]:2427". */
int addr_parse(struct addr *a, struct span s);
/* "239.1.0.0/16": the network and its length in bits. A bare address is a whole one. */
int addr_parse_net(struct addr *a, unsigned *bits, struct span s);
bool addr_in_net(const struct addr *a, const struct addr *net, unsigned bits);

/* Both return out, NUL-terminated. With port: "a.b.c.d:p", "[v6]:p". */
char *addr_print(char out[ADDR_STRLEN], const struct addr *a);
char *addr_print_ip(char out[ADDR_STRLEN], const struct addr *a);

void addr_from_sockaddr(struct addr *a, const struct sockaddr_storage *ss);
socklen_t addr_to_sockaddr(const struct addr *a, struct sockaddr_storage *ss);
