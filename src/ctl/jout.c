/* ctl/jout.c - see jout.h.
 *
 * layer: ctl (L4)   thread: control   I/O: none
 */
#include "ctl/jout.h"

#include <inttypes.h>

/* Bytes of the UTF-8 character at p, or 0 when it is none (RFC 3629 4). */
static unsigned utf8_len(const unsigned char *p, size_t left)
{
	unsigned n = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;

	if (p[0] < 0xc2 || p[0] > 0xf4 || left < n)
		return 0;
	for (unsigned i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return n;
}

static void put_text(struct buf *b, struct span s)
{
	const unsigned char *p = (const unsigned char *)s.p;

	buf_char(b, '"');
	for (size_t i = 0; i < s.n;) {
		unsigned n = p[i] >= 0x80 ? utf8_len(p + i, s.n - i) : 1;

		if (p[i] == '"' || p[i] == '\\')
			buf_printf(b, "\\%c", p[i]);
		else if (!n || p[i] < 0x20 || p[i] == 0x7f)
			buf_printf(b, "\\u%04x", p[i]);
		else
			buf_put(b, s.p + i, n);
		i += n ? n : 1;
	}
	buf_char(b, '"');
}

static void put_key(struct jout *j, const char *key)
{
	if (j->more)
		buf_char(j->b, ',');
	j->more = true;
	if (!key)
		return;
	put_text(j->b, str_of(key));
	buf_char(j->b, ':');
}

void jout_open(struct jout *j, const char *key, char bracket)
{
	put_key(j, key);
	buf_char(j->b, bracket);
	j->more = false;
}

void jout_close(struct jout *j, char bracket)
{
	buf_char(j->b, bracket);
	j->more = true;
}

void jout_span(struct jout *j, const char *key, struct span s)
{
	put_key(j, key);
	put_text(j->b, s);
}

void jout_str(struct jout *j, const char *key, const char *s)
{
	put_key(j, key);
	if (s)
		put_text(j->b, str_of(s));
	else
		buf_str(j->b, "null");
}

void jout_u64(struct jout *j, const char *key, uint64_t v)
{
	put_key(j, key);
	buf_dec(j->b, v);
}

void jout_i64(struct jout *j, const char *key, int64_t v)
{
	put_key(j, key);
	buf_printf(j->b, "%" PRId64, v);
}

void jout_bool(struct jout *j, const char *key, bool v)
{
	put_key(j, key);
	buf_str(j->b, v ? "true" : "false");
}

void jout_addr(struct jout *j, const char *key, const struct addr *a)
{
	char text[ADDR_STRLEN] = "";

	if (a->family && a->port)
		addr_print(text, a);
	else if (a->family)
		addr_print_ip(text, a);
	jout_str(j, key, text);
}

void jout_seconds(struct jout *j, const char *key, uint64_t ms)
{
	put_key(j, key);
	buf_printf(j->b, "%" PRIu64 ".%03u", ms / 1000, (unsigned)(ms % 1000));
}
