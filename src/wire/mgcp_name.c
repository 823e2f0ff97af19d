/* wire/mgcp_name.c - endpoint names and notified entities.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3435 2.1.2, 3.2.1.3, Appendix A (endpointName, NotifiedEntity)
 */
#include "wire/mgcp_lex.h"

/* A part is "$", "*" or a string without either. */
static bool part_ok(struct mgcp_name *n, const char *p, size_t len, bool wild)
{
	if (!len || (wild && len != 1))
		return false;
	if (wild && *p == '$')
		n->any = true;
	else if (wild)
		n->all = true;
	return true;
}

static bool local_ok(struct mgcp_name *n)
{
	const char *from = n->local.p, *end = from + n->local.n;
	bool wild = false;

	if (n->local.n > MGCP_NAME_MAX)
		return false;
	for (const char *p = from; p < end; p++) {
		if (*p == '/') {
			if (!part_ok(n, from, (size_t)(p - from), wild))
				return false;
			from = p + 1;
			wild = false;
		} else if (*p == '$' || *p == '*') {
			wild = true;
		} else if (!lex_is(*p, LEX_LOCAL)) {
			return false;
		}
	}
	return part_ok(n, from, (size_t)(end - from), wild);
}

static bool literal_ok(struct mgcp_name *n, struct span d)
{
	struct addr ip;

	/* No zones: they would be looked up, and mean nothing to a peer. */
	if (d.n < 3 || d.p[1] == '[' || memchr(d.p, '%', d.n))
		return false;
	if (d.p[d.n - 1] != ']' || addr_parse_ip(&ip, d))
		return false;
	n->ip = ip;
	return true;
}

static bool domain_ok(struct mgcp_name *n)
{
	struct span d = n->domain;
	size_t i = 0;

	if (!d.n || d.n > MGCP_NAME_MAX)
		return false;
	if (d.p[0] == '[')
		return literal_ok(n, d);
	if (d.p[0] == '#') {
		while (++i < d.n && str_isdigit(d.p[i]))
			;
		return i == d.n && d.n > 1;
	}
	while (i < d.n && (lex_is(d.p[i], LEX_WORD) || d.p[i] == '.'))
		i++;
	return i == d.n;
}

static bool split_at(struct mgcp_name *n, struct span s)
{
	const char *at = s.n ? memchr(s.p, '@', s.n) : NULL;

	n->text = s;
	n->domain = s;
	if (!at)
		return false;
	n->local = (struct span){ s.p, (size_t)(at - s.p) };
	n->domain = (struct span){ at + 1, s.n - n->local.n - 1 };
	return true;
}

int mgcp_name_parse(struct mgcp_name *out, struct span s)
{
	struct mgcp_name n = { .any = false };

	if (!split_at(&n, s) || !local_ok(&n) || !domain_ok(&n))
		return -H_ESYNTAX;
	*out = n;
	return 0;
}

/* Take ":port" off the domain's end; the colons of "[2001:db8::1]" are not meant. */
static bool port_ok(struct mgcp_name *n)
{
	struct span d = n->domain;
	uint32_t port;
	size_t i = d.n;

	while (i && str_isdigit(d.p[i - 1]))
		i--;
	if (!i || d.p[i - 1] != ':')
		return true;
	if (d.n - i > 5 || !str_u32((struct span){ d.p + i, d.n - i }, 65535, &port) ||
	    !port)
		return false;
	n->port = (uint16_t)port;
	n->domain.n = i - 1;
	return true;
}

int mgcp_entity_parse(struct mgcp_name *out, struct span s)
{
	struct mgcp_name n = { .any = false };

	if (split_at(&n, s) && !local_ok(&n))
		return -H_ESYNTAX;
	if (!port_ok(&n) || !domain_ok(&n))
		return -H_ESYNTAX;
	*out = n;
	return 0;
}
