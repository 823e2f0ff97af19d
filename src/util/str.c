/* util/str.c - see str.h.
 *
 * layer: util (L0)   thread: any   I/O: none
 */
#include "util/str.h"

#include <stdio.h>

bool str_ieq(struct span a, struct span b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (str_lower(a.p[i]) != str_lower(b.p[i]))
			return false;
	return true;
}

bool str_ieqz(struct span a, const char *b)
{
	return str_ieq(a, str_of(b));
}

bool str_istarts(struct span s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.n >= n && str_ieq((struct span){ s.p, n }, (struct span){ prefix, n });
}

struct span str_trim(struct span s)
{
	while (s.n && (*s.p == ' ' || *s.p == '\t')) {
		s.p++;
		s.n--;
	}
	while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return s;
}

static struct span cut_at(struct span *rest, size_t i)
{
	struct span head = { rest->p, i };

	if (i == rest->n) {
		*rest = (struct span){ NULL, 0 };
	} else {
		rest->p += i + 1;
		rest->n -= i + 1;
	}
	return head;
}

struct span str_cut(struct span *rest, char sep)
{
	const char *at = rest->n ? memchr(rest->p, sep, rest->n) : NULL;

	return cut_at(rest, at ? (size_t)(at - rest->p) : rest->n);
}

struct span str_icut(struct span *rest, const char *seps)
{
	size_t i = 0;

	while (i < rest->n && (!rest->p[i] || !strchr(seps, rest->p[i])))
		i++;
	return cut_at(rest, i);
}

bool str_u64(struct span s, uint64_t most, uint64_t *out)
{
	uint64_t v = 0;

	if (!s.n)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		uint64_t d = (uint64_t)(unsigned char)s.p[i] - '0';

		if (d > 9 || d > most || v > (most - d) / 10)
			return false;
		v = v * 10 + d;
	}
	*out = v;
	return true;
}

bool str_u32(struct span s, uint32_t most, uint32_t *out)
{
	uint64_t v;

	if (!str_u64(s, most, &v))
		return false;
	*out = (uint32_t)v;
	return true;
}

static int hex_digit(char c)
{
	if (str_isdigit(c))
		return c - '0';
	c = str_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool str_hex32(struct span s, uint32_t *out)
{
	uint32_t v = 0;

	if (!s.n || s.n > 8)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		int d = hex_digit(s.p[i]);

		if (d < 0)
			return false;
		v = v << 4 | (uint32_t)d;
	}
	*out = v;
	return true;
}

static inline uint64_t rotl(uint64_t x, int b)
{
	return x << b | x >> (64 - b);
}

static inline void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotl(v[1], 13) ^ v[0];
	v[0] = rotl(v[0], 32);
	v[2] += v[3];
	v[3] = rotl(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotl(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotl(v[1], 17) ^ v[2];
	v[2] = rotl(v[2], 32);
}

static void sip_word(uint64_t v[4], uint64_t m)
{
	v[3] ^= m;
	sip_round(v);
	v[0] ^= m;
}

/* SipHash-1-3 with one 64-bit key used for both halves: peers can't aim collisions. */
static uint64_t sip(struct span s, uint64_t key, bool fold)
{
	uint64_t v[4] = { key ^ 0x736f6d6570736575ULL, ~key ^ 0x646f72616e646f6dULL,
			  key ^ 0x6c7967656e657261ULL, ~key ^ 0x7465646279746573ULL };
	uint64_t m = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = fold ? str_lower(s.p[i]) : s.p[i];

		m |= (uint64_t)(unsigned char)c << (8 * (i & 7));
		if ((i & 7) == 7) {
			sip_word(v, m);
			m = 0;
		}
	}
	sip_word(v, m | (uint64_t)s.n << 56);
	v[2] ^= 0xff;
	for (int i = 0; i < 3; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

uint64_t str_hash(struct span s, uint64_t seed)
{
	return sip(s, seed, false);
}

uint64_t str_ihash(struct span s, uint64_t seed)
{
	return sip(s, seed, true);
}

char *str_escape(char *out, size_t size, struct span s)
{
	size_t o = 0;

	for (size_t i = 0; i < s.n && o + 5 < size; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < 0x20 || c == 0x7f || c == '\\')
			o += (size_t)snprintf(out + o, size - o, "\\x%02x", c);
		else
			out[o++] = (char)c;
	}
	if (size)
		out[o] = '\0';
	return out;
}

unsigned str_distance(struct span a, struct span b)
{
	enum { MOST = 64 };
	unsigned row[MOST + 1];
	size_t na = a.n < MOST ? a.n : MOST, nb = b.n < MOST ? b.n : MOST;

	for (size_t j = 0; j <= nb; j++)
		row[j] = (unsigned)j;
	for (size_t i = 1; i <= na; i++) {
		unsigned diag = row[0];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= nb; j++) {
			unsigned up = row[j];
			bool differ = str_lower(a.p[i - 1]) != str_lower(b.p[j - 1]);
			unsigned best = diag + differ;

			if (up + 1 < best)
				best = up + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
			diag = up;
		}
	}
	return row[nb];
}
