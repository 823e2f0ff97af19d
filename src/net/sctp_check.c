/* net/sctp_check.c - what the stack fails at in silence, looked at before it starts.
 *
 * layer: net (L3)   thread: control   I/O: sockets that are closed at once
 * RFC 6951, 9260 6.4
 *
 * In UDP and in raw IPv6 the stack leaves the choice of the source address to the system,
 * which takes what the route says. An address the system would never choose is no second
 * path: packets from it never come, and the peer throws away those of the wrong source.
 */
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "net/sctp_assoc.h"
#include "util/err.h"

static int open_raw(int family)
{
	return socket(family, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_SCTP);
}

int check_raw(char why[NET_WHY_MAX])
{
	int fd = open_raw(AF_INET), err = errno;

	if (fd >= 0) {
		close(fd);
		return 0;
	}
	if (err == EPERM || err == EACCES) {
		snprintf(why, NET_WHY_MAX,
			 "sctp: raw IP needs CAP_NET_RAW: start as root or with that "
			 "capability, or set an encapsulation port (UDP)");
		return -H_EPERM;
	}
	snprintf(why, NET_WHY_MAX, "sctp: raw IP, protocol 132: %s", strerror(err));
	return -H_ESYS;
}

/* A UDP socket of its kind, bound or connected; with the address it has then. 0 or an
 * errno. */
static int probe(const struct addr *a, bool to, struct addr *mine)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(a, &ss);
	int fd = socket(a->family == 6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC,
			0);
	int one = 1, err = 0;

	if (fd < 0)
		return errno;
	if (a->family == 6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
	if ((to ? connect : bind)(fd, (struct sockaddr *)&ss, len))
		err = errno;
	len = sizeof(ss);
	if (!err && mine && getsockname(fd, (struct sockaddr *)&ss, &len))
		err = errno;
	close(fd);
	if (!err && mine)
		addr_from_sockaddr(mine, &ss);
	return err;
}

/* As the stack binds it; 0 or an errno. No IPv6 here is fine. */
static int try_port(uint8_t family, uint16_t port)
{
	struct addr any = { .family = family, .port = port };
	int err = probe(&any, false, NULL);

	return err == EAFNOSUPPORT ? 0 : err;
}

int check_encaps(uint16_t port, char why[NET_WHY_MAX])
{
	int err = try_port(4, port);

	if (!err)
		err = try_port(6, port);
	if (!err)
		return 0;
	if (err == EADDRINUSE) {
		snprintf(why, NET_WHY_MAX,
			 "sctp: UDP port %u is in use by another program (ss -ulpn shows "
			 "which): end it, or choose another encapsulation port",
			 port);
		return -H_EBUSY;
	}
	snprintf(why, NET_WHY_MAX, "sctp: UDP port %u: %s", port, strerror(err));
	return err == EACCES ? -H_EPERM : -H_ESYS;
}

/* The address the system sends from when it sends to `to`; 0 or an errno. */
int route_source(const struct addr *to, struct addr *from)
{
	struct addr with_port = *to;
	int err;

	if (!with_port.port)
		with_port.port = NET_SCTP_ENCAPS;
	err = probe(&with_port, true, from);
	if (!err)
		from->port = 0;
	return err;
}

static int no_address(const struct addr *a, int err, char why[NET_WHY_MAX])
{
	char at[ADDR_STRLEN];

	addr_print_ip(at, a);
	if (err == EADDRNOTAVAIL)
		snprintf(
			why, NET_WHY_MAX,
			"sctp: %s is no address of this host (ip address shows them), or "
			"not ready yet: add it or take it out of the list",
			at);
	else
		snprintf(why, NET_WHY_MAX, "sctp: %s: %s", at, strerror(err));
	return -H_ESYS;
}

int check_local(const struct addr *a, char why[NET_WHY_MAX])
{
	struct addr free_port = *a;
	char at[ADDR_STRLEN];
	int err;

	if (addr_is_any(a))
		return 0;
	if (addr_is_multicast(a)) {
		snprintf(why, NET_WHY_MAX, "sctp: %s is a group, no address to listen on",
			 addr_print_ip(at, a));
		return -H_EINVAL;
	}
	free_port.port = 0;
	err = probe(&free_port, false, NULL);
	return err ? no_address(a, err, why) : 0;
}

int check_route(const struct addr *to, const struct addr *local, unsigned n,
		char why[NET_WHY_MAX])
{
	char dst[ADDR_STRLEN], src[ADDR_STRLEN];
	struct addr from;
	bool family = false;

	for (unsigned i = 0; i < n; i++) {
		if (addr_is_any(&local[i]) && local[i].family == to->family)
			return 0;
		family = family || local[i].family == to->family;
	}
	addr_print_ip(dst, to);
	if (!family) {
		snprintf(why, NET_WHY_MAX,
			 "sctp: %s can't be reached: no local address is IPv%u", dst,
			 to->family);
		return -H_EINVAL;
	}
	if (route_source(to, &from))
		return 0; /* no route now: it may come, and the path is down till then */
	for (unsigned i = 0; i < n; i++)
		if (addr_same_host(&local[i], &from))
			return 0;
	snprintf(why, NET_WHY_MAX,
		 "sctp: packets to %.45s would leave from %.45s, no local address "
		 "here: add it, or give that route another source (src)",
		 dst, addr_print_ip(src, &from));
	return -H_EINVAL;
}

/* ---- no raw sockets ------------------------------------------------------------ */

/* The stack opens raw sockets whenever it may, in UDP too: then it would answer for the
 * whole host's SCTP. So this thread may not while it starts. */
static struct __user_cap_data_struct before[_LINUX_CAPABILITY_U32S_3];

static int caps(int number, struct __user_cap_data_struct *data)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };

	return (int)syscall(number, &head, data);
}

bool raw_off(void)
{
	struct __user_cap_data_struct now[_LINUX_CAPABILITY_U32S_3];

	if (caps(SYS_capget, before))
		return false;
	memcpy(now, before, sizeof(now));
	now[CAP_TO_INDEX(CAP_NET_RAW)].effective &= ~(uint32_t)CAP_TO_MASK(CAP_NET_RAW);
	return !caps(SYS_capset, now);
}

void raw_back(void)
{
	caps(SYS_capset, before);
}
