/* h248/names.c - text names of terminations and their binary ids.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 6.2.2, A.1
 *
 * An id is a number of 8 to 64 bits: prefix, zone, number from the top (struct h248_bin).
 * A zone's number is a hash of its name, the same after every restart; a conference room
 * has its own number.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "h248/hterm.h"
#include "util/err.h"

enum { WILD_ALL = 0x80, WILD_BELOW = 0x40, WILD_BIT = 0x3f };

static unsigned num_bits(const struct h248_bin *b)
{
	return b->octets * 8u - b->prefix_bits - b->zone_bits;
}

static uint64_t mask(unsigned bits)
{
	return bits >= 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;
}

/* FNV-1a, folded: not keyed, since MGCs are told the result. */
uint64_t names_zone(const struct h248_bin *b, struct span zone)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < zone.n; i++) {
		h ^= (uint8_t)str_lower(zone.p[i]);
		h *= UINT64_C(0x100000001b3);
	}
	return (h ^ h >> 32) & mask(b->zone_bits);
}

/* Without leading zeros: one number has one name. */
static bool zone_number(const struct h248_pool *p, struct span zone, uint64_t *out)
{
	uint32_t n = 0;

	if (!p->base) {
		*out = names_zone(&p->bin, zone);
		return true;
	}
	if ((zone.n > 1 && *zone.p == '0') ||
	    !(p->base == 16 ? zone.n <= 8 && str_hex32(zone, &n)
			    : str_u32(zone, UINT32_MAX, &n)))
		return false;
	*out = n;
	return n <= mask(p->bin.zone_bits);
}

static void put_id(const struct h248_bin *b, uint64_t zone, uint64_t num,
		   struct h248_term *out)
{
	unsigned nb = num_bits(b);
	uint64_t v = nb + b->zone_bits < 64 ? b->prefix << (nb + b->zone_bits) : 0;

	v |= zone << nb | num;
	out->nid = b->octets;
	for (unsigned i = 0; i < b->octets; i++)
		out->id[i] = (uint8_t)(v >> 8 * (b->octets - 1u - i));
}

/* A wildcard for the field whose topmost bit is `top`. */
static void put_wild(struct h248_term *out, char c, unsigned top)
{
	out->nwild = 1;
	out->wild[0] = (uint8_t)((c == '*' ? WILD_ALL : 0) | WILD_BELOW | top);
}

static bool is_wild(struct span s)
{
	return s.n == 1 && (*s.p == '*' || *s.p == '$');
}

/* The part of the name where the pattern has %d; false when the rest differs. */
static bool split_number(const char *pattern, struct span name, struct span *num)
{
	const char *at = strstr(pattern, "%d");
	size_t head = (size_t)(at - pattern), tail = strlen(at + 2);

	if (name.n <= head + tail ||
	    !str_ieq((struct span){ name.p, head }, (struct span){ pattern, head }) ||
	    !str_ieqz((struct span){ name.p + name.n - tail, tail }, at + 2))
		return false;
	*num = (struct span){ name.p + head, name.n - head - tail };
	return true;
}

/* "page/%s/%d" and "page/lobby/3": zone and number, or only a wildcard for both. */
static bool split_room(const char *pattern, struct span name, struct span *zone,
		       struct span *num)
{
	size_t head = (size_t)(strstr(pattern, "/%s/%d") - pattern) + 1;
	struct span rest;

	if (name.n <= head ||
	    !str_ieq((struct span){ name.p, head }, (struct span){ pattern, head }))
		return false;
	rest = (struct span){ name.p + head, name.n - head };
	*zone = str_cut(&rest, '/');
	*num = rest;
	if (!rest.p)
		return is_wild(*zone);
	return zone->n && !is_wild(*zone) && rest.n && !memchr(rest.p, '/', rest.n);
}

static int to_bin(void *arg, struct span text, struct h248_term *out)
{
	const struct h248_mg *mg = arg;

	for (unsigned i = 0; i < mg->conf.npool; i++) {
		const struct h248_pool *p = &mg->conf.pool[i];
		const struct h248_bin *b = &p->bin;
		struct span zone = { NULL, 0 }, num = { NULL, 0 };
		uint64_t z = 0;
		uint32_t n = 0;

		if (!b->octets || !(p->kind == H248_POOL_ROOMS
					    ? split_room(p->pattern, text, &zone, &num)
					    : split_number(p->pattern, text, &num)))
			continue;
		if (zone.p && !num.p) {
			put_id(b, 0, 0, out);
			put_wild(out, *zone.p, num_bits(b) + b->zone_bits - 1u);
			return 0;
		}
		if (zone.p && !zone_number(p, zone, &z))
			continue;
		if (!is_wild(num) && !str_u32(num, UINT32_MAX, &n))
			continue;
		if (n > mask(num_bits(b)))
			continue;
		put_id(b, z, n, out);
		if (is_wild(num))
			put_wild(out, *num.p, num_bits(b) - 1);
		return 0;
	}
	return -H_ENOENT;
}

/* The room of that number: conferences are told by their own, zones by their hash. */
static bool zone_name(struct h248_mg *mg, unsigned pool, uint64_t z,
		      char out[ENDP_NAME_MAX])
{
	const struct h248_pool *p = &mg->conf.pool[pool];
	size_t head = (size_t)(strstr(p->pattern, "/%s/%d") - p->pattern) + 1;
	const char *name;

	if (p->base) {
		snprintf(out, ENDP_NAME_MAX,
			 p->base == 16 ? "%.*s%" PRIx64 : "%.*s%" PRIu64, (int)head,
			 p->pattern, z);
		return true;
	}
	zoneid_make(mg);
	name = zoneid_name(mg, pool, z);
	if (name)
		memcpy(out, name, ENDP_NAME_MAX);
	return name != NULL;
}

static bool room_text(struct h248_mg *mg, unsigned pool, uint64_t v, char wild,
		      unsigned top, char out[H248_NAME_MAX + 1])
{
	const struct h248_pool *p = &mg->conf.pool[pool];
	unsigned nb = num_bits(&p->bin);
	uint64_t z = v >> nb & mask(p->bin.zone_bits);
	size_t head = (size_t)(strstr(p->pattern, "/%s/%d") - p->pattern);
	char room[ENDP_NAME_MAX];
	int n;

	if (wild && top == nb + p->bin.zone_bits - 1u) {
		snprintf(out, H248_NAME_MAX + 1, "%.*s/%c", (int)head, p->pattern, wild);
		return true;
	}
	if ((wild && top != nb - 1) || !zone_name(mg, pool, z, room))
		return false;
	if (wild)
		n = snprintf(out, H248_NAME_MAX + 1, "%s/%c", room, wild);
	else
		n = snprintf(out, H248_NAME_MAX + 1, "%s/%llu", room,
			     (unsigned long long)(v & mask(nb)));
	return n <= H248_NAME_MAX;
}

static bool number_text(const struct h248_pool *p, uint64_t v, char wild, unsigned top,
			char out[H248_NAME_MAX + 1])
{
	const char *at = strstr(p->pattern, "%d");
	unsigned nb = num_bits(&p->bin);

	if (wild && top != nb - 1)
		return false;
	if (!wild)
		return mg_pattern_name(p->pattern, (uint32_t)(v & mask(nb)), out);
	snprintf(out, H248_NAME_MAX + 1, "%.*s%c%s", (int)(at - p->pattern), p->pattern,
		 wild, at + 2);
	return true;
}

static int to_text(void *arg, const struct h248_term *bin, char out[H248_NAME_MAX + 1])
{
	struct h248_mg *mg = arg;
	char wild = bin->nwild ? bin->wild[0] & WILD_ALL ? '*' : '$' : '\0';
	unsigned top = bin->nwild ? bin->wild[0] & WILD_BIT : 0;
	uint64_t v = 0;

	if (bin->nwild > 1)
		return -H_ENOENT;
	for (unsigned i = 0; i < bin->nid; i++)
		v = v << 8 | bin->id[i];
	for (unsigned i = 0; i < mg->conf.npool; i++) {
		const struct h248_pool *p = &mg->conf.pool[i];
		unsigned rest = p->bin.octets * 8u - p->bin.prefix_bits;

		if (p->bin.octets != bin->nid ||
		    (rest < 64 ? v >> rest : 0) != p->bin.prefix)
			continue;
		if (p->kind == H248_POOL_ROOMS ? room_text(mg, i, v, wild, top, out)
					       : number_text(p, v, wild, top, out))
			return 0;
	}
	return -H_ENOENT;
}

void names_init(struct h248_mg *mg)
{
	mg->names = h248_names_plain; /* of digit maps */
	mg->names.arg = mg;
	mg->names.whole_octets = mg->conf.whole_octets;
	mg->names.to_bin = to_bin;
	mg->names.to_text = to_text;
}

int h248_engine_term_id(const struct h248_engine *e, const struct owner *o,
			struct span name, char out[40])
{
	const struct h248_mg *mg = mg_of(o);
	struct h248_term t = { .text = name, .kind = H248_TERM_NAME }, id;
	int n = 0;

	(void)e;
	if (str_ieqz(name, "root"))
		t.kind = H248_TERM_ROOT;
	else if (is_wild(name))
		t.kind = *name.p == '*' ? H248_TERM_ALL : H248_TERM_CHOOSE;
	if (!mg || h248_term_bin(&t, &mg->names, &id))
		return -H_ENOENT;
	if (id.nwild)
		n = snprintf(out, 40, "%02x.", id.wild[0]);
	for (unsigned i = 0; i < id.nid; i++)
		n += snprintf(out + n, (size_t)(40 - n), "%02x", id.id[i]);
	return 0;
}
