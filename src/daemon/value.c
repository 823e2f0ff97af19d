/* daemon/value.c - see value.h.
 *
 * layer: daemon (L5)   thread: control   I/O: none
 */
#include "daemon/value.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "util/err.h"
#include "util/mem.h"

const char *value_nearest(struct span word,
			  const char *(*nth)(const void *arg, unsigned i),
			  const void *arg)
{
	const char *best = NULL, *name;
	unsigned least = word.n < 4 ? 2 : 3, d;

	for (unsigned i = 0; (name = nth(arg, i)); i++) {
		d = str_distance(word, str_of(name));
		if (d < least) {
			least = d;
			best = name;
		}
	}
	return best;
}

static const char *nth_word(const void *arg, unsigned i)
{
	const char *const *names = arg;

	return names[i];
}

/* ---- parse: 0 or -H_EINVAL; on a failure `out` is untouched ------------------------ */

static int parse_bool(struct span s, bool *out)
{
	static const char *const yes[] = { "yes", "true", "on", "1" };
	static const char *const no[] = { "no", "false", "off", "0" };

	for (unsigned i = 0; i < 4; i++) {
		if (str_ieqz(s, yes[i]) || str_ieqz(s, no[i])) {
			*out = str_ieqz(s, yes[i]);
			return 0;
		}
	}
	return -H_EINVAL;
}

static int parse_mode(struct span s, int64_t *out)
{
	int64_t v = 0;

	if (!s.n || s.n > 6)
		return -H_EINVAL;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '7')
			return -H_EINVAL;
		v = v * 8 + (s.p[i] - '0');
	}
	*out = v;
	return 0;
}

static int parse_int(struct span s, int64_t *out)
{
	uint64_t v;

	if (!str_u64(s, INT64_MAX, &v))
		return -H_EINVAL;
	*out = (int64_t)v;
	return 0;
}

static int parse_time(struct span s, int64_t *out)
{
	size_t digits = 0;
	struct span unit;
	uint64_t v;

	while (digits < s.n && str_isdigit(s.p[digits]))
		digits++;
	unit = str_trim((struct span){ s.p + digits, s.n - digits });
	if (!str_u64((struct span){ s.p, digits },
		     (uint64_t)(INT64_MAX / value_units[0].ms), &v))
		return -H_EINVAL;
	if (!v && !unit.n) {
		*out = 0;
		return 0;
	}
	for (unsigned i = 0; i < VALUE_UNITS; i++) {
		if (str_ieqz(unit, value_units[i].name)) {
			*out = (int64_t)v * value_units[i].ms;
			return 0;
		}
	}
	return -H_EINVAL;
}

static int parse_range(struct span s, struct conf_range *out)
{
	struct span rest = s, first = str_trim(str_cut(&rest, '-'));
	uint32_t a, b;

	rest = str_trim(rest);
	if (!str_u32(first, 65535, &a) || !str_u32(rest, 65535, &b) || a > b)
		return -H_EINVAL;
	*out = (struct conf_range){ (uint16_t)a, (uint16_t)b };
	return 0;
}

/* "192.0.2.0/24", "192.0.2.7", "192.0.2.7:2727", "[2001:db8::1]:2727" */
static int parse_net(struct span s, struct conf_net *out)
{
	struct conf_net v = { 0 };
	unsigned bits;

	if (!addr_parse_net(&v.net, &bits, s))
		v.bits = (uint8_t)bits;
	else if (!addr_parse(&v.net, s))
		v.bits = v.net.family == 6 ? 128 : 32;
	else
		return -H_EINVAL;
	*out = v;
	return 0;
}

/* A port may be left out where the schema lets it be 0. */
static int parse_addr(const struct schema_item *it, struct span s, struct addr *out)
{
	struct addr a = { 0 };

	if (addr_parse(&a, s)) {
		if (it->least || addr_parse_ip(&a, s))
			return -H_EINVAL;
	}
	*out = a;
	return 0;
}

static int parse_enum(const struct schema_item *it, struct span s, int *out)
{
	for (int i = 0; it->names[i]; i++) {
		if (str_ieqz(s, it->names[i])) {
			*out = i;
			return 0;
		}
	}
	return -H_EINVAL;
}

static int parse_str(const struct schema_item *it, struct span s, char **out)
{
	char *v;

	if ((int64_t)s.n > it->most || (int64_t)s.n < it->least || memchr(s.p, 0, s.n))
		return -H_EINVAL;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20)
			return -H_EINVAL;
	v = mem_alloc(s.n + 1);
	if (!v)
		return -H_ENOMEM;
	memcpy(v, s.p, s.n);
	v[s.n] = 0;
	*out = v;
	return 0;
}

static bool in_bounds(const struct schema_item *it, const void *v)
{
	const struct conf_range *r = v;
	const struct addr *a = v;
	const int64_t *n = v;

	switch (it->type) {
	case SCHEMA_INT:
	case SCHEMA_MODE:
	case SCHEMA_TIME:
		return *n >= it->least && *n <= it->most;
	case SCHEMA_RANGE:
		return r->first >= it->least && r->last <= it->most;
	case SCHEMA_ADDR:
		return a->port >= it->least && a->port <= it->most;
	default:
		return true;
	}
}

static int parse_any(const struct schema_item *it, struct span s, void *out)
{
	switch (it->type) {
	case SCHEMA_BOOL:
		return parse_bool(s, out);
	case SCHEMA_INT:
		return parse_int(s, out);
	case SCHEMA_MODE:
		return parse_mode(s, out);
	case SCHEMA_TIME:
		return parse_time(s, out);
	case SCHEMA_ENUM:
		return parse_enum(it, s, out);
	case SCHEMA_STR:
		return parse_str(it, s, out);
	case SCHEMA_IP:
		return addr_parse_ip(out, s) ? -H_EINVAL : 0;
	case SCHEMA_ADDR:
		return parse_addr(it, s, out);
	case SCHEMA_RANGE:
		return parse_range(s, out);
	case SCHEMA_NET:
		return parse_net(s, out);
	default:
		return -H_EINVAL;
	}
}

/* ---- what is wrong, in words --------------------------------------------------- */

static void wanted(struct buf *b, const struct schema_item *it, struct span text)
{
	const char *near;

	switch (it->type) {
	case SCHEMA_BOOL:
		buf_str(b, "yes or no");
		break;
	case SCHEMA_INT:
		buf_printf(b, "a number from %" PRId64 " to %" PRId64, it->least,
			   it->most);
		break;
	case SCHEMA_MODE:
		buf_printf(b, "octal permissions up to %" PRIo64, it->most);
		break;
	case SCHEMA_TIME:
		buf_str(b, "a time (ms, s, m, h, d) from ");
		value_print_ms(b, it->least);
		buf_str(b, " to ");
		value_print_ms(b, it->most);
		break;
	case SCHEMA_ENUM:
		buf_str(b, "one of");
		for (int i = 0; it->names[i]; i++)
			buf_printf(b, "%s %s", i ? "," : "", it->names[i]);
		near = value_nearest(text, nth_word, it->names);
		if (near)
			buf_printf(b, "; did you mean %s?", near);
		break;
	case SCHEMA_STR:
		buf_printf(b, "a text of %" PRId64 " to %" PRId64 " printable bytes",
			   it->least, it->most);
		break;
	case SCHEMA_IP:
		buf_str(b, "an IP address");
		break;
	case SCHEMA_ADDR:
		buf_printf(b, "an address with port, as \"192.0.2.1:2427\" or "
			      "\"[2001:db8::1]:2427\"");
		break;
	case SCHEMA_RANGE:
		buf_printf(b,
			   "a range within %" PRId64 "-%" PRId64 ", as \"16384-32767\"",
			   it->least, it->most);
		break;
	case SCHEMA_NET:
		buf_str(b, "an address or a network, as \"192.0.2.0/24\"");
		break;
	default:
		break;
	}
}

int value_parse(const struct schema_item *it, struct span text, void *out, char *why,
		size_t size)
{
	union {
		int64_t n;
		struct addr a;
		struct conf_net net;
		struct conf_range r;
		char *s;
		bool b;
		int e;
	} v = { 0 };
	int err = parse_any(it, text, &v);
	struct buf b;
	char word[64];

	if (!err && !in_bounds(it, &v))
		err = -H_EINVAL;
	if (!err) {
		memcpy(out, &v, value_size(it));
		return 0;
	}
	if (err == -H_ENOMEM) {
		snprintf(why, size, "out of memory");
		return err;
	}
	buf_fixed(&b, why, size - 1);
	buf_printf(&b, "\"%s\" is not ", str_escape(word, sizeof(word), text));
	wanted(&b, it, text);
	why[b.n] = 0;
	return err;
}

/* ---- the rest of a value's life ------------------------------------------------ */

size_t value_size(const struct schema_item *it)
{
	static const size_t sizes[SCHEMA_TYPES] = {
		[SCHEMA_BOOL] = sizeof(bool),
		[SCHEMA_INT] = sizeof(int64_t),
		[SCHEMA_TIME] = sizeof(int64_t),
		[SCHEMA_ENUM] = sizeof(int),
		[SCHEMA_STR] = sizeof(char *),
		[SCHEMA_IP] = sizeof(struct addr),
		[SCHEMA_ADDR] = sizeof(struct addr),
		[SCHEMA_RANGE] = sizeof(struct conf_range),
		[SCHEMA_NET] = sizeof(struct conf_net),
		[SCHEMA_MODE] = sizeof(int64_t),
	};

	return sizes[it->type];
}

void value_fini(const struct schema_item *it, void *v)
{
	if (it->type == SCHEMA_STR) {
		mem_free(*(char **)v);
		*(char **)v = NULL;
	}
}

bool value_eq(const struct schema_item *it, const void *a, const void *b)
{
	const struct conf_net *x = a, *y = b;

	switch (it->type) {
	case SCHEMA_STR:
		return !strcmp(*(char *const *)a, *(char *const *)b);
	case SCHEMA_IP:
	case SCHEMA_ADDR:
		return addr_eq(a, b);
	case SCHEMA_NET:
		return addr_eq(&x->net, &y->net) && x->bits == y->bits;
	default:
		return !memcmp(a, b, value_size(it));
	}
}
