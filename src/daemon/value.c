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

struct unit {
	const char *name;
	int64_t ms;
};

static const struct unit units[] = {
	{ "d", 86400000 }, { "h", 3600000 }, { "m", 60000 }, { "s", 1000 }, { "ms", 1 },
};
enum { UNITS = sizeof(units) / sizeof(units[0]) };

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
	if (!str_u64((struct span){ s.p, digits }, (uint64_t)(INT64_MAX / units[0].ms),
		     &v))
		return -H_EINVAL;
	if (!v && !unit.n) {
		*out = 0;
		return 0;
	}
	for (unsigned i = 0; i < UNITS; i++) {
		if (str_ieqz(unit, units[i].name)) {
			*out = (int64_t)v * units[i].ms;
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

static void print_ms(struct buf *b, int64_t ms)
{
	for (unsigned i = 0; i < UNITS; i++) {
		if (ms && !(ms % units[i].ms)) {
			buf_printf(b, "%" PRId64 "%s", ms / units[i].ms, units[i].name);
			return;
		}
	}
	buf_str(b, "0");
}

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
		print_ms(b, it->least);
		buf_str(b, " to ");
		print_ms(b, it->most);
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

static void print_net(struct buf *out, const struct conf_net *n)
{
	char text[ADDR_STRLEN];
	bool whole = n->bits == (n->net.family == 6 ? 128 : 32);

	if (n->net.port) {
		buf_printf(out, "\"%s\"", addr_print(text, &n->net));
		return;
	}
	addr_print_ip(text, &n->net);
	if (whole)
		buf_printf(out, "\"%s\"", text);
	else
		buf_printf(out, "\"%s/%u\"", text, n->bits);
}

static void print_str(struct buf *out, const char *s)
{
	buf_char(out, '"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			buf_char(out, '\\');
		buf_char(out, *s);
	}
	buf_char(out, '"');
}

static void print_addr(struct buf *out, const struct schema_item *it,
		       const struct addr *a)
{
	char text[ADDR_STRLEN];

	if (!a->family)
		buf_str(out, "\"\"");
	else if (it->type == SCHEMA_IP || !a->port)
		buf_printf(out, "\"%s\"", addr_print_ip(text, a));
	else
		buf_printf(out, "\"%s\"", addr_print(text, a));
}

void value_print(struct buf *out, const struct schema_item *it, const void *v)
{
	const struct conf_range *r = v;

	switch (it->type) {
	case SCHEMA_BOOL:
		buf_str(out, *(const bool *)v ? "yes" : "no");
		break;
	case SCHEMA_INT:
		buf_printf(out, "%" PRId64, *(const int64_t *)v);
		break;
	case SCHEMA_MODE:
		buf_printf(out, "0%" PRIo64, *(const int64_t *)v);
		break;
	case SCHEMA_TIME:
		print_ms(out, *(const int64_t *)v);
		break;
	case SCHEMA_ENUM:
		buf_str(out, it->names[*(const int *)v]);
		break;
	case SCHEMA_STR:
		print_str(out, *(char *const *)v);
		break;
	case SCHEMA_RANGE:
		buf_printf(out, r->last ? "%u-%u" : "\"\"", r->first, r->last);
		break;
	case SCHEMA_NET:
		print_net(out, v);
		break;
	default:
		print_addr(out, it, v);
	}
}

/* ---- items --------------------------------------------------------------------- */

static void *member(const struct schema_item *it, void *section)
{
	return (char *)section + it->at;
}

int item_append(const struct schema_item *it, void *section, struct span text, char *why,
		size_t size)
{
	struct conf_list *l = member(it, section);
	size_t one = value_size(it);
	void *v;
	int err;

	if (!it->list) {
		value_fini(it, l);
		return value_parse(it, text, l, why, size);
	}
	if (l->n >= SCHEMA_LIST_MAX) {
		snprintf(why, size, "more than %d values", SCHEMA_LIST_MAX);
		return -H_ELIMIT;
	}
	v = mem_realloc(l->v, (l->n + 1) * one);
	if (!v) {
		snprintf(why, size, "out of memory");
		return -H_ENOMEM;
	}
	l->v = v;
	memset((char *)v + l->n * one, 0, one);
	err = value_parse(it, text, (char *)v + l->n * one, why, size);
	if (!err)
		l->n++;
	return err;
}

int item_set(const struct schema_item *it, void *section, struct span text, char *why,
	     size_t size)
{
	int err = 0;

	item_fini(it, section);
	if (!it->list) {
		if (!text.n && it->type != SCHEMA_STR)
			return 0; /* no value: all zeroes */
		return item_append(it, section, text, why, size);
	}
	while (text.n && !err) {
		struct span one = str_trim(str_cut(&text, ','));

		if (one.n)
			err = item_append(it, section, one, why, size);
	}
	return err;
}

void item_fini(const struct schema_item *it, void *section)
{
	struct conf_list *l = member(it, section);

	if (!it->list) {
		value_fini(it, l);
		return;
	}
	for (size_t i = 0; i < l->n; i++)
		value_fini(it, (char *)l->v + i * value_size(it));
	mem_free(l->v);
	*l = (struct conf_list){ 0 };
}

bool item_eq(const struct schema_item *it, const void *a, const void *b)
{
	const struct conf_list *x = (const void *)((const char *)a + it->at);
	const struct conf_list *y = (const void *)((const char *)b + it->at);
	size_t one = value_size(it);

	if (!it->list)
		return value_eq(it, x, y);
	if (x->n != y->n)
		return false;
	for (size_t i = 0; i < x->n; i++)
		if (!value_eq(it, (char *)x->v + i * one, (char *)y->v + i * one))
			return false;
	return true;
}

void conf_print_item(struct buf *out, const struct schema_item *it, const void *section)
{
	const struct conf_list *l = (const void *)((const char *)section + it->at);

	if (!it->list) {
		value_print(out, it, l);
		return;
	}
	buf_char(out, '{');
	for (size_t i = 0; i < l->n; i++) {
		if (i)
			buf_str(out, ", ");
		value_print(out, it, (const char *)l->v + i * value_size(it));
	}
	buf_char(out, '}');
}
