/* wire/mgcp_put.c - lines of a message written without a tree.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3435 3.2.1, 3.2.2, 3.3, 3.5.5
 */
#include "wire/mgcp.h"

void mgcp_put_eol(struct buf *b)
{
	buf_put(b, "\r\n", 2);
}

static void put_code(struct buf *b, unsigned code)
{
	char s[3] = { (char)('0' + code / 100 % 10), (char)('0' + code / 10 % 10),
		      (char)('0' + code % 10) };

	buf_put(b, s, sizeof(s));
}

void mgcp_put_response(struct buf *b, unsigned code, uint32_t tid, const char *pkg,
		       const char *comment)
{
	put_code(b, code);
	buf_char(b, ' ');
	buf_dec(b, tid);
	if (pkg) {
		buf_put(b, " /", 2);
		buf_str(b, pkg);
	}
	if (comment && *comment) {
		buf_char(b, ' ');
		buf_str(b, comment);
	}
	mgcp_put_eol(b);
}

void mgcp_put_command(struct buf *b, enum mgcp_verb verb, uint32_t tid,
		      struct span endpoint, struct span profile)
{
	buf_str(b, mgcp_verb_name(verb));
	buf_char(b, ' ');
	buf_dec(b, tid);
	buf_char(b, ' ');
	buf_span(b, endpoint);
	buf_put(b, " MGCP 1.0", 9);
	if (profile.n) {
		buf_char(b, ' ');
		buf_span(b, profile);
	}
	mgcp_put_eol(b);
}

void mgcp_put_name(struct buf *b, enum mgcp_param_id id)
{
	buf_str(b, mgcp_param_name(id));
	buf_put(b, ": ", 2);
}

void mgcp_put_param(struct buf *b, enum mgcp_param_id id, struct span value)
{
	mgcp_put_name(b, id);
	buf_span(b, value);
	mgcp_put_eol(b);
}

void mgcp_put_param_str(struct buf *b, enum mgcp_param_id id, const char *value)
{
	mgcp_put_param(b, id, str_of(value));
}

void mgcp_put_param_dec(struct buf *b, enum mgcp_param_id id, uint32_t value)
{
	mgcp_put_name(b, id);
	buf_dec(b, value);
	mgcp_put_eol(b);
}

void mgcp_put_sdp(struct buf *b)
{
	mgcp_put_eol(b);
}

void mgcp_put_dot(struct buf *b)
{
	buf_put(b, ".\r\n", 3);
}

void mgcp_put_reason(struct buf *b, unsigned code, const char *text)
{
	mgcp_put_name(b, MGCP_PARAM_E);
	put_code(b, code);
	if (text && *text) {
		buf_char(b, ' ');
		buf_str(b, text);
	}
	mgcp_put_eol(b);
}

void mgcp_put_quoted(struct buf *b, struct span s)
{
	buf_char(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			buf_char(b, '"');
		buf_char(b, s.p[i]);
	}
	buf_char(b, '"');
}

struct span mgcp_unquote(struct arena *a, struct span s)
{
	char *out;
	size_t n = 0;

	if (s.n < 2 || s.p[0] != '"' || s.p[s.n - 1] != '"')
		return s;
	s = (struct span){ s.p + 1, s.n - 2 };
	if (!s.n || !memchr(s.p, '"', s.n))
		return s;
	out = arena_alloc(a, s.n);
	if (!out)
		return (struct span){ NULL, 0 };
	for (size_t i = 0; i < s.n; i++) {
		out[n++] = s.p[i];
		if (s.p[i] == '"' && i + 1 < s.n && s.p[i + 1] == '"')
			i++; /* quoteEscape */
	}
	return (struct span){ out, n };
}
