/* util/addr.c - see addr.h.
 *
 * layer: util (L0)   thread: any   I/O: none
 */
#include "util/addr.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <stdio.h>

#include "util/err.h"

static unsigned ip_len(const struct addr *a)
{
	return a->family == 6 ? 16 : a->family == 4 ? 4 : 0;
}

bool addr_same_host(const struct addr *a, const struct addr *b)
{
	return a->family == b->family && !memcmp(a->ip, b->ip, sizeof(a->ip)) &&
	       a->scope == b->scope;
}

bool addr_eq(const struct addr *a, const struct addr *b)
{
	return a->port == b->port && addr_same_host(a, b);
}

bool addr_is_multicast(const struct addr *a)
{
	if (a->family == 4)
		return (a->ip[0] & 0xf0) == 0xe0;
	return a->family == 6 && a->ip[0] == 0xff;
}

bool addr_is_any(const struct addr *a)
{
	static const uint8_t zero[16];

	return a->family && !memcmp(a->ip, zero, sizeof(zero));
}

bool addr_is_loopback(const struct addr *a)
{
	if (a->family == 4)
		return a->ip[0] == 127;
	return a->family == 6 && IN6_IS_ADDR_LOOPBACK((const struct in6_addr *)a->ip);
}

bool addr_is_link_local(const struct addr *a)
{
	if (a->family == 4)
		return a->ip[0] == 169 && a->ip[1] == 254;
	return a->family == 6 && a->ip[0] == 0xfe && (a->ip[1] & 0xc0) == 0x80;
}

uint64_t addr_hash(const struct addr *a, uint64_t seed)
{
	struct span bytes = { (const char *)a, offsetof(struct addr, pad) };

	return str_hash(bytes, seed);
}

int addr_parse_ip(struct addr *a, struct span s)
{
	char text[INET6_ADDRSTRLEN + IF_NAMESIZE + 1];
	struct addr r = { 0 };
	char *scope;

	if (s.n > 2 && s.p[0] == '[' && s.p[s.n - 1] == ']')
		s = (struct span){ s.p + 1, s.n - 2 };
	if (!s.n || s.n >= sizeof(text))
		return -H_ESYNTAX;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	if (strlen(text) != s.n)
		return -H_ESYNTAX;

	scope = strchr(text, '%');
	if (scope) {
		*scope++ = '\0';
		r.scope = if_nametoindex(scope);
		if (!r.scope)
			return -H_ESYNTAX;
	}
	if (!scope && inet_pton(AF_INET, text, r.ip) == 1)
		r.family = 4;
	else if (inet_pton(AF_INET6, text, r.ip) == 1)
		r.family = 6;
	else
		return -H_ESYNTAX;

	*a = r;
	return 0;
}

int addr_parse(struct addr *a, struct span s)
{
	struct addr r;
	uint32_t port;
	size_t i = s.n;

	while (i && s.p[i - 1] != ':')
		i--;
	if (i < 2 || !str_u32((struct span){ s.p + i, s.n - i }, 65535, &port))
		return -H_ESYNTAX;

	s.n = i - 1;
	if (s.n == 1 && *s.p == '*')
		r = (struct addr){ .family = 4 };
	else if (addr_parse_ip(&r, s) || (r.family == 6 && *s.p != '['))
		return -H_ESYNTAX;

	r.port = (uint16_t)port;
	*a = r;
	return 0;
}

int addr_parse_net(struct addr *a, unsigned *bits, struct span s)
{
	struct span rest = s, ip = str_cut(&rest, '/');
	struct addr r;
	uint32_t n;
	int err = addr_parse_ip(&r, ip);

	if (err)
		return err;
	n = ip_len(&r) * 8;
	if (rest.p && !str_u32(rest, n, &n))
		return -H_ESYNTAX;
	*a = r;
	*bits = n;
	return 0;
}

bool addr_in_net(const struct addr *a, const struct addr *net, unsigned bits)
{
	unsigned whole = bits / 8, part = bits % 8;

	if (a->family != net->family || memcmp(a->ip, net->ip, whole))
		return false;
	return !part || !((a->ip[whole] ^ net->ip[whole]) >> (8 - part));
}

char *addr_print_ip(char out[ADDR_STRLEN], const struct addr *a)
{
	char name[IF_NAMESIZE];
	int af = a->family == 4 ? AF_INET : AF_INET6;

	if (!a->family || !inet_ntop(af, a->ip, out, ADDR_STRLEN)) {
		strcpy(out, "-");
		return out;
	}
	if (a->scope && if_indextoname(a->scope, name)) {
		strcat(out, "%");
		strcat(out, name);
	}
	return out;
}

char *addr_print(char out[ADDR_STRLEN], const struct addr *a)
{
	char ip[ADDR_STRLEN];

	addr_print_ip(ip, a);
	snprintf(out, ADDR_STRLEN, a->family == 6 ? "[%.70s]:%u" : "%.70s:%u", ip,
		 a->port);
	return out;
}

void addr_from_sockaddr(struct addr *a, const struct sockaddr_storage *ss)
{
	*a = (struct addr){ 0 };
	if (ss->ss_family == AF_INET) {
		const struct sockaddr_in *in = (const void *)ss;

		a->family = 4;
		a->port = ntohs(in->sin_port);
		memcpy(a->ip, &in->sin_addr, 4);
	} else if (ss->ss_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const void *)ss;

		a->port = ntohs(in6->sin6_port);
		if (IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr)) {
			a->family = 4;
			memcpy(a->ip, in6->sin6_addr.s6_addr + 12, 4);
			return;
		}
		a->family = 6;
		memcpy(a->ip, &in6->sin6_addr, 16);
		a->scope = addr_is_link_local(a) ? in6->sin6_scope_id : 0;
	}
}

socklen_t addr_to_sockaddr(const struct addr *a, struct sockaddr_storage *ss)
{
	memset(ss, 0, sizeof(*ss));
	if (a->family == 6) {
		struct sockaddr_in6 *in6 = (void *)ss;

		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons(a->port);
		in6->sin6_scope_id = a->scope;
		memcpy(&in6->sin6_addr, a->ip, 16);
		return sizeof(*in6);
	}
	struct sockaddr_in *in = (void *)ss;

	in->sin_family = AF_INET;
	in->sin_port = htons(a->port);
	memcpy(&in->sin_addr, a->ip, 4);
	return sizeof(*in);
}
