/* cli/ids.c - see ids.h.
 *
 * layer: cli (L5)   thread: main   I/O: none
 * RFC 3525 A.1 (wildcard octets: bit 8 all, bit 7 this level and below, 6 bits place)
 */
#include "cli/ids.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "util/err.h"

enum { WILD_ALL = 0x80, WILD_BELOW = 0x40, WILD_BIT = 0x3f, NUMBER_BITS = 32 };

static unsigned number_bits(const struct ids_rule *r)
{
	return r->octets * 8u - r->prefix_bits;
}

static bool is_wild(struct span s)
{
	return s.n == 1 && (*s.p == '*' || *s.p == '$');
}

/* ---- a number in a pattern --------------------------------------------------------- */

static bool number_to_bin(const struct ids_rule *r, struct span text,
			  struct h248_term *out)
{
	size_t head = strlen(r->head), tail = strlen(r->tail);
	unsigned bits = number_bits(r);
	struct span num;
	uint32_t n = 0;
	uint64_t v;

	if (text.n <= head + tail || !str_istarts(text, r->head) ||
	    !str_ieqz((struct span){ text.p + text.n - tail, tail }, r->tail))
		return false;
	num = (struct span){ text.p + head, text.n - head - tail };
	if (!is_wild(num) && (!str_u32(num, UINT32_MAX, &n) ||
			      (bits < NUMBER_BITS && n >> bits)))
		return false;
	v = (bits < 64 ? (uint64_t)r->prefix << bits : 0) | n;
	*out = (struct h248_term){ .kind = H248_TERM_NAME, .nid = r->octets };
	for (unsigned i = 0; i < r->octets; i++)
		out->id[i] = (uint8_t)(v >> 8 * (r->octets - 1u - i));
	if (is_wild(num)) {
		out->nwild = 1;
		out->wild[0] = (uint8_t)((*num.p == '*' ? WILD_ALL : 0) | WILD_BELOW |
					 (bits - 1));
	}
	return true;
}

static bool number_to_text(const struct ids_rule *r, const struct h248_term *bin,
			   char out[H248_NAME_MAX + 1])
{
	unsigned bits = number_bits(r);
	uint64_t v = 0;

	if (bin->nid != r->octets || bin->nwild > 1)
		return false;
	for (unsigned i = 0; i < bin->nid; i++)
		v = v << 8 | bin->id[i];
	if (bits < 64 && v >> bits != r->prefix)
		return false;
	if (bits < 64)
		v &= (UINT64_C(1) << bits) - 1;
	if (bin->nwild && (bin->wild[0] & WILD_BIT) != bits - 1)
		return false;
	if (bin->nwild)
		snprintf(out, H248_NAME_MAX + 1, "%s%c%s", r->head,
			 bin->wild[0] & WILD_ALL ? '*' : '$', r->tail);
	else
		snprintf(out, H248_NAME_MAX + 1, "%s%" PRIu64 "%s", r->head, v, r->tail);
	return true;
}

/* ---- octets as bits ---------------------------------------------------------------- */

/* Eight digits: the octet, or -1. */
static int octet_of(struct span part)
{
	int v = 0;

	if (part.n != 8)
		return -1;
	for (size_t i = 0; i < 8; i++) {
		if (part.p[i] != '0' && part.p[i] != '1')
			return -1;
		v = v << 1 | (part.p[i] == '1');
	}
	return v;
}

static bool bits_to_bin(struct span text, struct h248_term *out)
{
	struct h248_term t = { .kind = H248_TERM_NAME };
	size_t parts = 1;

	for (size_t i = 0; i < text.n; i++)
		parts += text.p[i] == '/';
	if (parts > H248_ID_MAX)
		return false;
	while (text.p) {
		struct span part = str_cut(&text, '/');
		bool wild = is_wild(part);
		int v = wild ? 0 : octet_of(part);
		unsigned bit = (unsigned)(8 * (parts - t.nid) - 1);

		if (v < 0)
			return false;
		if (wild)
			t.wild[t.nwild++] = (uint8_t)((*part.p == '*' ? WILD_ALL : 0) |
						      (text.p ? 0 : WILD_BELOW) | bit);
		t.id[t.nid++] = (uint8_t)v;
	}
	*out = t;
	return true;
}

static bool bits_to_text(const struct h248_term *bin, char out[H248_NAME_MAX + 1])
{
	char wild[H248_ID_MAX] = { 0 };
	size_t n = bin->nid, at = 0;

	for (unsigned i = 0; i < bin->nwild; i++) {
		unsigned bit = bin->wild[i] & WILD_BIT, from_end = bit / 8 + 1;

		if (bit % 8 != 7 || from_end > bin->nid)
			return false;
		wild[bin->nid - from_end] = bin->wild[i] & WILD_ALL ? '*' : '$';
		if (bin->wild[i] & WILD_BELOW && bin->nid - from_end + 1 < n)
			n = bin->nid - from_end + 1;
	}
	if (!n || n * 9 > H248_NAME_MAX)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (i)
			out[at++] = '/';
		if (wild[i])
			out[at++] = wild[i];
		for (int bit = 7; !wild[i] && bit >= 0; bit--)
			out[at++] = bin->id[i] >> bit & 1 ? '1' : '0';
	}
	out[at] = '\0';
	return true;
}

/* ---- rules --------------------------------------------------------------------------
 */

static int to_bin(void *arg, struct span text, struct h248_term *out)
{
	const struct ids *ids = arg;

	for (unsigned i = 0; i < ids->n; i++)
		if (ids->rule[i].octets ? number_to_bin(&ids->rule[i], text, out)
					: bits_to_bin(text, out))
			return 0;
	return h248_names_plain.to_bin(NULL, text, out);
}

static int to_text(void *arg, const struct h248_term *bin, char out[H248_NAME_MAX + 1])
{
	const struct ids *ids = arg;

	for (unsigned i = 0; i < ids->n; i++)
		if (ids->rule[i].octets ? number_to_text(&ids->rule[i], bin, out)
					: bits_to_text(bin, out))
			return 0;
	return h248_names_plain.to_text(NULL, bin, out);
}

void ids_init(struct ids *ids)
{
	*ids = (struct ids){ .names = h248_names_plain };
	ids->names.arg = ids;
	ids->names.to_bin = to_bin;
	ids->names.to_text = to_text;
}

/* "rtp/%d=4:1/3" */
static bool parse_rule(struct ids_rule *r, struct span s)
{
	struct span pattern = str_cut(&s, '='), octets, prefix;
	uint32_t o, p, b;
	size_t at = 0;

	while (at + 2 <= pattern.n && memcmp(pattern.p + at, "%d", 2))
		at++;
	if (!at || at + 2 > pattern.n || pattern.n > IDS_PATTERN_MAX)
		return false;
	octets = str_cut(&s, ':');
	prefix = str_cut(&s, '/');
	if (!str_u32(octets, H248_ID_MAX, &o) || !str_u32(prefix, UINT32_MAX, &p) ||
	    !str_u32(s, NUMBER_BITS, &b) || !o || b >= o * 8 || o * 8 - b > 64 ||
	    (b < NUMBER_BITS && p >> b))
		return false;
	*r = (struct ids_rule){ .octets = (uint8_t)o, .prefix_bits = (uint8_t)b,
				.prefix = p };
	memcpy(r->head, pattern.p, at);
	memcpy(r->tail, pattern.p + at + 2, pattern.n - at - 2);
	return true;
}

bool ids_add(struct ids *ids, struct span rule)
{
	struct ids_rule *r = &ids->rule[ids->n];

	if (ids->n == IDS_RULES_MAX)
		return false;
	*r = (struct ids_rule){ .octets = 0 };
	if (!str_ieqz(rule, "bits") && !parse_rule(r, rule))
		return false;
	ids->n++;
	return true;
}
