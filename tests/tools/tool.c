/* tests/tools/tool.c - see tool.h.
 *
 * layer: tests   thread: main   I/O: sockets
 */
#include "tool.h"

#include <errno.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

void die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(2);
}

uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

void sleep_until(uint64_t ns)
{
	struct timespec ts = { (time_t)(ns / 1000000000u), (long)(ns % 1000000000u) };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL) == EINTR)
		;
}

static void usage_and_exit(const struct opt *o, const char *usage, int code)
{
	FILE *f = code ? stderr : stdout;

	fprintf(f, "usage: %s\n", usage);
	for (; o->name; o++)
		fprintf(f, "  --%-12s %s%s%s%s\n", o->name, o->help, o->value ? " (" : "",
			o->value ? o->value : "", o->value ? ")" : "");
	exit(code);
}

static struct opt *opt_find(struct opt *o, const char *name)
{
	while (o->name && strcmp(o->name, name))
		o++;
	return o->name ? o : NULL;
}

int opts_parse(int argc, char **argv, struct opt *o, const char *usage)
{
	int i;

	for (i = 1; i < argc && !strncmp(argv[i], "--", 2); i++) {
		struct opt *it = opt_find(o, argv[i] + 2);

		if (!strcmp(argv[i], "--help"))
			usage_and_exit(o, usage, 0);
		if (!strcmp(argv[i], "--"))
			return i + 1;
		if (!it || (!it->flag && i + 1 == argc))
			usage_and_exit(o, usage, 2);
		it->value = it->flag ? "1" : argv[++i];
		it->given = true;
	}
	return i;
}

const char *opt_str(const struct opt *o, const char *name)
{
	for (; o->name; o++)
		if (!strcmp(o->name, name))
			return o->value;
	die("no option %s", name);
}

long opt_long(const struct opt *o, const char *name)
{
	const char *s = opt_str(o, name);
	char *end;
	long v;

	if (!s)
		return 0;
	v = strtol(s, &end, 0);
	if (end == s || *end)
		die("--%s: \"%s\" is no number", name, s);
	return v;
}

bool opt_on(const struct opt *o, const char *name)
{
	return opt_str(o, name) != NULL;
}

void opt_addr(const struct opt *o, const char *name, struct addr *a)
{
	const char *s = opt_str(o, name);

	*a = (struct addr){ 0 };
	if (s && addr_parse(a, str_of(s)) && addr_parse_ip(a, str_of(s)))
		die("--%s: \"%s\" is no address", name, s);
}

int udp_open(const struct addr *a, bool reuse)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(a, &ss);
	int fd = socket(ss.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int one = 1, size = 1 << 20;
	char text[ADDR_STRLEN];

	if (fd < 0)
		die("socket: %s", strerror(errno));
	if (a->family == 6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
	if (reuse)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	if (bind(fd, (struct sockaddr *)&ss, len))
		die("bind %s: %s", addr_print(text, a), strerror(errno));
	return fd;
}

void udp_send(int fd, const struct addr *to, const char *p, size_t n)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(to, &ss);

	(void)!sendto(fd, p, n, 0, (struct sockaddr *)&ss, len);
}

size_t udp_recv(int fd, struct addr *from, char *p, size_t room)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	ssize_t n = recvfrom(fd, p, room, 0, (struct sockaddr *)&ss, &len);

	if (n <= 0)
		return 0;
	addr_from_sockaddr(from, &ss);
	return (size_t)n;
}

unsigned if_index(const char *name)
{
	unsigned i = name && *name ? if_nametoindex(name) : 0;

	if (name && *name && !i)
		die("no interface %s", name);
	return i;
}

void put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

void put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v & 0xffff);
}

unsigned get16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

uint32_t get32(const uint8_t *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

enum { MARK_MAGIC = 0x484f4c21 };

void mark_put(uint8_t *p, const struct mark *m)
{
	put32(p, MARK_MAGIC);
	put32(p + 4, m->stream);
	put32(p + 8, (uint32_t)(m->number >> 32));
	put32(p + 12, (uint32_t)m->number);
	put32(p + 16, (uint32_t)(m->sent_ns >> 32));
	put32(p + 20, (uint32_t)m->sent_ns);
}

bool mark_get(const uint8_t *p, size_t n, struct mark *m)
{
	if (n < MARK_SIZE || get32(p) != MARK_MAGIC)
		return false;
	m->stream = get32(p + 4);
	m->number = (uint64_t)get32(p + 8) << 32 | get32(p + 12);
	m->sent_ns = (uint64_t)get32(p + 16) << 32 | get32(p + 20);
	return true;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double quantile(double *v, size_t n, double q)
{
	if (!n)
		return 0;
	qsort(v, n, sizeof(*v), by_value);
	return v[(size_t)(q * (double)(n - 1) + 0.5)];
}

void json_str(const char *s, size_t n)
{
	putchar('"');
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < 0x20 || c >= 0x7f)
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}
