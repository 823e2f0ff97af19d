/* wire/h248_mid.c - message identifiers and service change addresses as text.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 Annex B.2 (mId, domainAddress, domainName, mtpAddress), RFC 4291 2.2
 */
#include "wire/h248_lex.h"

#define CLAUSE "RFC 3525 B.2 mId"

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = str_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int h248_hex(struct span s, uint8_t *out, size_t max)
{
	size_t n = s.n / 2;

	if (s.n % 2 || n > max)
		return -1;
	for (size_t i = 0; i < n; i++) {
		int hi = hex_digit(s.p[2 * i]), lo = hex_digit(s.p[2 * i + 1]);

		if (hi < 0 || lo < 0)
			return -1;
		out[i] = (uint8_t)(hi << 4 | lo);
	}
	return (int)n;
}

static bool ip4_parse(struct span s, uint8_t out[4])
{
	for (int i = 0; i < 4; i++) {
		struct span part = str_cut(&s, '.');
		uint32_t v;

		if (part.n > 3 || !str_u32(part, 255, &v) || !s.p != (i == 3))
			return false;
		out[i] = (uint8_t)v;
	}
	return true;
}

/* One side of "::": groups of hex digits, an IPv4 address may end it. Octets, or -1. */
static int hex_groups(struct span s, uint8_t out[16], bool last)
{
	int n = 0;

	if (!s.n)
		return 0;
	do {
		struct span g = str_cut(&s, ':');
		uint32_t v;

		if (last && !s.p && n <= 12 && memchr(g.p, '.', g.n))
			return ip4_parse(g, out + n) ? n + 4 : -1;
		if (n > 14 || g.n > 4 || !str_hex32(g, &v))
			return -1;
		out[n++] = (uint8_t)(v >> 8);
		out[n++] = (uint8_t)v;
	} while (s.p);
	return n;
}

static bool ip6_parse(struct span s, uint8_t out[16])
{
	uint8_t tail[16];
	size_t gap = s.n;
	int a, b;

	for (size_t i = 0; i + 1 < s.n; i++) {
		if (s.p[i] == ':' && s.p[i + 1] == ':') {
			gap = i;
			break;
		}
	}
	if (gap == s.n)
		return hex_groups(s, out, true) == 16;
	a = hex_groups((struct span){ s.p, gap }, out, false);
	b = hex_groups((struct span){ s.p + gap + 2, s.n - gap - 2 }, tail, true);
	if (a < 0 || b < 0 || a + b > 14)
		return false;
	memset(out + a, 0, 16 - (size_t)a);
	memcpy(out + 16 - b, tail, (size_t)b);
	return true;
}

static const char *address_parse(struct span s, struct h248_mid *m)
{
	if (memchr(s.p, ':', s.n)) {
		m->kind = H248_MID_IP6;
		m->alen = 16;
		return ip6_parse(s, m->addr) ? NULL : "no IPv6 address";
	}
	m->kind = H248_MID_IP4;
	m->alen = 4;
	return ip4_parse(s, m->addr) ? NULL : "no IPv4 address";
}

static const char *domain_parse(struct span s, struct h248_mid *m)
{
	if (!s.n || s.n > H248_NAME_MAX || !is_char(s.p[0], C_ALPHA | C_DIGIT))
		return "no domain name";
	for (size_t i = 0; i < s.n; i++) {
		if (!is_char(s.p[i], C_ALPHA | C_DIGIT) && s.p[i] != '-' &&
		    s.p[i] != '.')
			return "no domain name";
	}
	m->kind = H248_MID_DOMAIN;
	m->name = s;
	return NULL;
}

/* `[...]` or `<...>` and a port behind it. */
static bool bracketed(struct hx *x, struct h248_mid *m)
{
	char close = *x->p == '[' ? ']' : '>';
	const char *from = x->p + 1;
	const char *to = memchr(from, close, (size_t)(x->end - from));
	const char *bad = "address without an end";

	if (to) {
		struct span s = { from, (size_t)(to - from) };

		bad = s.n > H248_NAME_MAX ? "address too long"
		      : close == ']'      ? address_parse(s, m)
					  : domain_parse(s, m);
	}
	if (bad)
		return hx_fail(x, from, CLAUSE, bad);
	x->p = to + 1;
	if (!hx_peek(x, ':'))
		return true;
	x->p++;
	m->has_port = 1;
	return hx_u16(x, &m->port, "RFC 3525 B.2 portNumber", "no port number");
}

static bool mtp(struct hx *x, struct h248_mid *m)
{
	struct span s;
	int n;

	if (!hx_need(x, '{', "RFC 3525 B.2 mtpAddress", "'{' expected"))
		return false;
	s = hx_run(x, C_NAME);
	n = h248_hex(s, m->addr, 4);
	if (n < 2)
		return hx_fail(x, s.p, "RFC 3525 B.2 mtpAddress",
			       "not 2 to 4 octets in hex digits");
	m->kind = H248_MID_MTP;
	m->alen = (uint8_t)n;
	hx_lws(x);
	if (!hx_peek(x, '}'))
		return hx_fail(x, x->p, "RFC 3525 B.2 mtpAddress", "'}' expected");
	x->p++;
	return true;
}

bool hx_mid(struct hx *x, struct h248_mid *m, const char *clause)
{
	struct span s;

	if (hx_peek(x, '[') || hx_peek(x, '<'))
		return bracketed(x, m);
	s = hx_run(x, C_TERM);
	if (hx_tok(x, s) == TOK_MTP) {
		const char *back = x->p;

		hx_lws(x);
		if (hx_peek(x, '{'))
			return mtp(x, m);
		x->p = back;
	}
	if (!hx_is_path(s))
		return hx_fail(x, s.p, clause, "no message identifier");
	m->kind = H248_MID_DEVICE;
	m->name = s;
	return true;
}

int h248_mid_parse(struct span s, struct h248_mid *out)
{
	struct h248_fault f;
	struct h248_mid m = { .kind = H248_MID_NONE };
	struct hx x = {
		.p = s.p, .start = s.p, .end = s.p + s.n, .version = 1, .fault = &f
	};

	if (!s.n || !hx_mid(&x, &m, CLAUSE) || x.p != x.end)
		return -H_ESYNTAX;
	*out = m;
	return 0;
}

/* Groups of zeros from `from`: the longest run of two or more is written "::". */
static int zero_run(const uint8_t *a, int *len)
{
	int best = -1;

	*len = 1;
	for (int i = 0; i < 8; i++) {
		int n = 0;

		while (i + n < 8 && !a[2 * (i + n)] && !a[2 * (i + n) + 1])
			n++;
		if (n > *len) {
			best = i;
			*len = n;
		}
	}
	return best;
}

static void ip6_print(struct buf *b, const uint8_t *a)
{
	int len, gap = zero_run(a, &len);

	for (int i = 0; i < 8; i++) {
		if (i == gap) {
			buf_str(b, "::");
			i += len - 1;
			continue;
		}
		if (i && i != gap + len)
			buf_char(b, ':');
		buf_printf(b, "%x", (unsigned)(a[2 * i] << 8 | a[2 * i + 1]));
	}
}

static void ip4_print(struct buf *b, const uint8_t *a)
{
	for (int i = 0; i < 4; i++) {
		if (i)
			buf_char(b, '.');
		buf_dec(b, a[i]);
	}
}

void h248_mid_print(struct buf *b, const struct h248_mid *m)
{
	switch ((enum h248_mid_kind)m->kind) {
	case H248_MID_IP4:
		buf_char(b, '[');
		ip4_print(b, m->addr);
		buf_char(b, ']');
		break;
	case H248_MID_IP6:
		buf_char(b, '[');
		ip6_print(b, m->addr);
		buf_char(b, ']');
		break;
	case H248_MID_DOMAIN:
		buf_char(b, '<');
		buf_span(b, m->name);
		buf_char(b, '>');
		break;
	case H248_MID_DEVICE:
		buf_span(b, m->name);
		return;
	case H248_MID_MTP:
		buf_str(b, "MTP{");
		for (int i = 0; i < m->alen && i < 4; i++)
			buf_printf(b, "%02X", m->addr[i]);
		buf_char(b, '}');
		return;
	case H248_MID_PORT:
		buf_dec(b, m->port);
		return;
	case H248_MID_NONE:
		return;
	}
	if (m->has_port) {
		buf_char(b, ':');
		buf_dec(b, m->port);
	}
}
