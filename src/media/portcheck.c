/* media/portcheck.c - see portcheck.h.
 *
 * layer: media (L3)   thread: control   I/O: NETLINK_SOCK_DIAG, /proc/sys
 */
#include "media/portcheck.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "util/err.h"
#include "util/mem.h"

enum {
	ASK_MAX = 4,
	TEXT_MAX = 65536,
	STATE_CONNECTED = 1,      /* TCP_ESTABLISHED, which UDP sockets borrow */
	SCAN_NS = 1000000000,
};

struct portcheck {
	int fd;
	uint32_t seq;
	uint64_t scanned;         /* ns; 0: never */
	uint8_t connected[65536 / 8]; /* local ports of connected sockets, any address */
};

struct ask {
	struct nlmsghdr h;
	struct inet_diag_req_v2 r;
};

int portcheck_open(struct portcheck **out)
{
	struct portcheck *p = mem_zalloc(sizeof(*p));

	if (!p)
		return -H_ENOMEM;
	p->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	if (p->fd < 0) {
		mem_free(p);
		return -H_ESYS;
	}
	*out = p;
	return 0;
}

void portcheck_close(struct portcheck *p)
{
	if (!p)
		return;
	close(p->fd);
	mem_free(p);
}

/* "Which socket would get a datagram from nowhere to a:port?" In a question about one UDP
 * socket the kernel takes `src` for the far end and `dst` for ours. */
static void ask_put(struct portcheck *p, struct ask *q, const struct addr *a, uint16_t port)
{
	memset(q, 0, sizeof(*q));
	q->h.nlmsg_len = sizeof(*q);
	q->h.nlmsg_type = SOCK_DIAG_BY_FAMILY;
	q->h.nlmsg_flags = NLM_F_REQUEST;
	q->h.nlmsg_seq = ++p->seq;
	q->r.sdiag_family = a->family == 4 ? AF_INET : AF_INET6;
	q->r.sdiag_protocol = IPPROTO_UDP;
	q->r.idiag_states = ~0u;
	memcpy(q->r.id.idiag_dst, a->ip, a->family == 4 ? 4 : 16);
	q->r.id.idiag_dport = htons(port);
	q->r.id.idiag_if = a->scope;
	q->r.id.idiag_cookie[0] = q->r.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
}

/* Answers wait when send() returns. Counts sockets found; *left: questions unanswered. */
static int answers_count(struct portcheck *p, uint32_t first, unsigned *left)
{
	_Alignas(8) uint8_t in[8192];
	int taken = 0;
	ssize_t n;

	while (*left && (n = recv(p->fd, in, sizeof(in), MSG_DONTWAIT)) > 0) {
		const struct nlmsghdr *h = (const void *)in;
		size_t rest = (size_t)n;

		for (; NLMSG_OK(h, rest); h = NLMSG_NEXT(h, rest)) {
			if (h->nlmsg_seq - first >= ASK_MAX)
				continue; /* of an earlier question */
			if (*left)
				(*left)--;
			taken += h->nlmsg_type == SOCK_DIAG_BY_FAMILY;
		}
	}
	return taken;
}

static void connected_add(struct portcheck *p, const struct nlmsghdr *h)
{
	const struct inet_diag_msg *m = NLMSG_DATA(h);
	uint16_t port;

	if (h->nlmsg_type != SOCK_DIAG_BY_FAMILY || h->nlmsg_len < NLMSG_LENGTH(sizeof(*m)))
		return;
	port = ntohs(m->id.idiag_sport);
	p->connected[port / 8] |= (uint8_t)(1 << port % 8);
}

static void connected_dump(struct portcheck *p, int family)
{
	_Alignas(8) uint8_t in[16384];
	static const struct addr nobody;
	struct ask q;
	ssize_t n;

	ask_put(p, &q, &nobody, 0);
	q.h.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	q.r.sdiag_family = (uint8_t)family;
	q.r.idiag_states = 1u << STATE_CONNECTED;
	if (send(p->fd, &q, sizeof(q), 0) < 0)
		return;
	while ((n = recv(p->fd, in, sizeof(in), MSG_DONTWAIT)) > 0) {
		const struct nlmsghdr *h = (const void *)in;
		size_t rest = (size_t)n;

		for (; NLMSG_OK(h, rest); h = NLMSG_NEXT(h, rest)) {
			if (h->nlmsg_seq != q.h.nlmsg_seq)
				continue;
			if (h->nlmsg_type == NLMSG_DONE || h->nlmsg_type == NLMSG_ERROR)
				return;
			connected_add(p, h);
		}
	}
}

/* A connected socket answers to its peer only, so a question about a port does not find
 * it: these are listed, at most once a second. */
static bool connected_has(struct portcheck *p, uint16_t port, unsigned count)
{
	struct timespec t;
	uint64_t now;

	clock_gettime(CLOCK_MONOTONIC, &t);
	now = (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
	if (!p->scanned || now - p->scanned > SCAN_NS) {
		memset(p->connected, 0, sizeof(p->connected));
		connected_dump(p, AF_INET);
		connected_dump(p, AF_INET6);
		p->scanned = now;
	}
	for (unsigned i = port; i < port + count && i < 65536; i++)
		if (p->connected[i / 8] & 1 << i % 8)
			return true;
	return false;
}

int portcheck_taken(struct portcheck *p, const struct addr *a, uint16_t port, unsigned count)
{
	struct ask q[ASK_MAX];
	unsigned left = count;
	int taken;

	if (!count || count > ASK_MAX)
		return -H_EINVAL;
	if (connected_has(p, port, count))
		return 1;
	for (unsigned i = 0; i < count; i++)
		ask_put(p, &q[i], a, (uint16_t)(port + i));
	if (send(p->fd, q, count * sizeof(q[0]), 0) < 0)
		return -H_ESYS;
	taken = answers_count(p, q[0].h.nlmsg_seq, &left);
	if (taken)
		return 1;
	return left ? -H_ESYS : 0;
}

/* Is the port among "a,b-c,..."? */
static bool listed(const char *s, unsigned port)
{
	while (*s) {
		char *end;
		unsigned long lo = strtoul(s, &end, 10), hi = lo;

		if (end == s)
			return false;
		if (*end == '-')
			hi = strtoul(end + 1, &end, 10);
		if (port >= lo && port <= hi)
			return true;
		s = *end ? end + 1 : end;
	}
	return false;
}

int portcheck_texts(uint16_t lo, uint16_t hi, const char *range, const char *reserved,
		    char *why, size_t size)
{
	unsigned from, to;

	if (sscanf(range, "%u %u", &from, &to) != 2)
		return 0;
	for (unsigned port = lo; port <= hi; port++) {
		if (port < from || port > to || listed(reserved, port))
			continue;
		snprintf(why, size,
			 "media ports %u-%u overlap the system's own (%u-%u): choose others, or "
			 "set net.ipv4.ip_local_reserved_ports = %u-%u",
			 lo, hi, from, to, lo, hi);
		return -H_EBUSY;
	}
	return 0;
}

static char *text_read(const char *path)
{
	char *text = mem_zalloc(TEXT_MAX);
	FILE *f = text ? fopen(path, "re") : NULL;
	size_t n = 0;

	if (f) {
		n = fread(text, 1, TEXT_MAX - 1, f);
		fclose(f);
	}
	if (n)
		text[n - (text[n - 1] == '\n')] = '\0';
	return text;
}

int portcheck_range(uint16_t lo, uint16_t hi, char *why, size_t size)
{
	char *range = text_read("/proc/sys/net/ipv4/ip_local_port_range");
	char *reserved = text_read("/proc/sys/net/ipv4/ip_local_reserved_ports");
	int rc = -H_ENOMEM;

	if (range && reserved)
		rc = portcheck_texts(lo, hi, range, reserved, why, size);
	else
		snprintf(why, size, "out of memory");
	mem_free(range);
	mem_free(reserved);
	return rc;
}
