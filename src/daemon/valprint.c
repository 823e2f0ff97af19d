/* daemon/valprint.c - configured values as they are written in a file.
 *
 * layer: daemon (L5)   thread: control   I/O: none
 */
#include "daemon/value.h"

#include <inttypes.h>

const struct value_unit value_units[VALUE_UNITS] = {
	{ "d", 86400000 }, { "h", 3600000 }, { "m", 60000 }, { "s", 1000 }, { "ms", 1 },
};

void value_print_ms(struct buf *b, int64_t ms)
{
	for (unsigned i = 0; i < VALUE_UNITS; i++) {
		if (ms && !(ms % value_units[i].ms)) {
			buf_printf(b, "%" PRId64 "%s", ms / value_units[i].ms,
				   value_units[i].name);
			return;
		}
	}
	buf_str(b, "0");
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
		value_print_ms(out, *(const int64_t *)v);
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
