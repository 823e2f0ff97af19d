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
	BOUND_MAX = 16384,        /* sockets of others we care to list */
	STATE_CONNECTED = 1,      /* TCP_ESTABLISHED, which UDP sockets borrow */
	SCAN_NS = 1000000000,
};

struct bound {
	struct addr addr;         /* with port */
	bool connected;
};

struct portcheck {
	int fd;
	uint32_t seq;
	uint64_t scanned;         /* ns; 0: never, or old */
	struct bound *bound;      /* owned: all UDP sockets, by port */
	unsigned nbound, cap;
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
	mem_free(p->bound);
	mem_free(p);
}

/* "Which socket would get a datagram from nowhere to a:port?" In a question about one UDP
 * socket the kernel takes `src` for the far end and `dst` for ours. */
static void ask_put(struct portcheck *p, struct ask *q, const struct addr *a,
		    uint16_t port)
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

static void bound_add(struct portcheck *p, const struct nlmsghdr *h)
{
	const struct inet_diag_msg *m = NLMSG_DATA(h);
	struct bound *to;

	if (h->nlmsg_type != SOCK_DIAG_BY_FAMILY ||
	    h->nlmsg_len < NLMSG_LENGTH(sizeof(*m)))
		return;
	if (p->nbound == p->cap) {
		unsigned cap = p->cap ? p->cap * 2 : 64;
		void *more = cap <= BOUND_MAX ? mem_realloc(p->bound, cap * sizeof(*to))
					      : NULL;

		if (!more)
			return;
		p->bound = more;
		p->cap = cap;
	}
	to = &p->bound[p->nbound++];
	memset(to, 0, sizeof(*to));
	to->addr.family = m->idiag_family == AF_INET ? 4 : 6;
	memcpy(to->addr.ip, m->id.idiag_src, to->addr.family == 4 ? 4 : 16);
	to->addr.port = ntohs(m->id.idiag_sport);
	to->connected = m->idiag_state == STATE_CONNECTED;
}

static void bound_dump(struct portcheck *p, int family)
{
	_Alignas(8) uint8_t in[16384];
	static const struct addr nobody;
	struct ask q;
	ssize_t n;

	ask_put(p, &q, &nobody, 0);
	q.h.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	q.r.sdiag_family = (uint8_t)family;
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
			bound_add(p, h);
		}
	}
}

static int bound_cmp(const void *a, const void *b)
{
	return ((const struct bound *)a)->addr.port -
	       ((const struct bound *)b)->addr.port;
}

/* All UDP sockets of this host, at most once a second. */
static void bound_list(struct portcheck *p)
{
	struct timespec t;
	uint64_t now;

	clock_gettime(CLOCK_MONOTONIC, &t);
	now = (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
	if (p->scanned && now - p->scanned < SCAN_NS)
		return;
	p->nbound = 0;
	bound_dump(p, AF_INET);
	bound_dump(p, AF_INET6);
	if (p->nbound)
		qsort(p->bound, p->nbound, sizeof(p->bound[0]), bound_cmp);
	p->scanned = now;
}

void portcheck_again(struct portcheck *p)
{
	p->scanned = 0;
}

/* The first socket with that port or a later one. */
static unsigned bound_from(const struct portcheck *p, unsigned port)
{
	unsigned lo = 0, hi = p->nbound;

	while (lo < hi) {
		unsigned mid = (lo + hi) / 2;

		if (p->bound[mid].addr.port < port)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

unsigned portcheck_bound(struct portcheck *p, const struct addr *a, uint16_t lo,
			 uint16_t hi, uint16_t *v, unsigned most)
{
	unsigned n = 0;

	bound_list(p);
	for (unsigned i = bound_from(p, lo); i < p->nbound && n < most; i++) {
		const struct addr *b = &p->bound[i].addr;

		if (b->port > hi)
			break;
		if (!addr_is_any(b) && !addr_same_host(b, a))
			continue;
		if (addr_is_any(b) && b->family == 4 && a->family == 6)
			continue;
		if (!n || v[n - 1] != b->port)
			v[n++] = b->port;
	}
	return n;
}

/* A connected socket answers to its peer only, so a question about a port does not find
 * it. */
static bool connected_has(struct portcheck *p, uint16_t port, unsigned count)
{
	bound_list(p);
	for (unsigned i = bound_from(p, port); i < p->nbound; i++) {
		if (p->bound[i].addr.port >= port + count)
			break;
		if (p->bound[i].connected)
			return true;
	}
	return false;
}

int portcheck_taken(struct portcheck *p, const struct addr *a, uint16_t port,
		    unsigned count)
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
			 "ports overlap ip_local_port_range (%u-%u): choose others, or "
			 "set "
			 "net.ipv4.ip_local_reserved_ports = %u-%u",
			 from, to, lo, hi);
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
