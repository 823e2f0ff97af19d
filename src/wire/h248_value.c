/* wire/h248_value.c - values of package items: read, and written as text.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 A.2 (a value is BER within an OCTET STRING), B.2 (VALUE), B.3, 12.2
 */
#include "util/err.h"
#include "wire/h248_lex.h"
#include "wire/h248_value.h"

/* The tag of a wrapped value and its contents. 0: bare characters. All tags are below
 * 0x20, where no printable character is, so the two can't be taken for one another. */
unsigned h248_value_unwrap(struct span s, struct span *in)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t n, at = 2;

	*in = s;
	if (s.n < 2 || !(p[0] == BER_BOOL || p[0] == BER_INT || p[0] == BER_OCTETS ||
			 p[0] == BER_ENUM || p[0] == BER_UTF8 || p[0] == BER_IA5))
		return 0;
	n = p[1];
	if (n & 0x80) {
		unsigned k = n & 0x7f;

		if (!k || k > 4 || k + 2 > s.n)
			return 0;
		for (n = 0; k; k--)
			n = n << 8 | p[at++];
	}
	if (n != s.n - at)
		return 0;
	*in = (struct span){ s.p + at, n };
	return p[0];
}

struct span h248_value_octets(const struct h248_value *v)
{
	struct span in = v->s;

	if (v->form == H248_VALUE_BER)
		h248_value_unwrap(v->s, &in);
	return in;
}

bool h248_value_wrapped(const struct h248_value *v)
{
	struct span in;

	return v->form == H248_VALUE_BER && h248_value_unwrap(v->s, &in);
}

bool h248_value_choose(const struct h248_parm *p)
{
	if (p->rel != H248_REL_EQ)
		return false;
	return !p->vals || (!p->vals->next && p->vals->form != H248_VALUE_QUOTED &&
			    p->vals->s.n == 1 && *p->vals->s.p == '$');
}

/* --- numbers --- */

static bool ber_int(struct span s, int64_t *out)
{
	uint64_t v = s.n && *s.p & 0x80 ? UINT64_MAX : 0;

	if (!s.n || s.n > 9 || (s.n == 9 && *s.p))
		return false;
	for (size_t i = 0; i < s.n; i++)
		v = v << 8 | (unsigned char)s.p[i];
	*out = (int64_t)v;
	return true;
}

/* 12, -12, 0x0c (B.2) */
bool h248_text_int(struct span s, int64_t *out)
{
	bool minus = s.n && *s.p == '-';
	uint64_t v = 0;

	if (s.n > 2 && s.p[0] == '0' && (s.p[1] | 0x20) == 'x') {
		uint8_t oct[8];
		struct span hex = { s.p + 2, s.n - 2 };
		char even[16] = "0";
		int n;

		if (hex.n > 16)
			return false;
		if (hex.n % 2) {
			memcpy(even + 1, hex.p, hex.n);
			hex = (struct span){ even, hex.n + 1 };
		}
		n = h248_hex(hex, oct, 8);
		for (int i = 0; i < n; i++)
			v = v << 8 | oct[i];
		*out = (int64_t)v;
		return n > 0;
	}
	if (minus)
		s = (struct span){ s.p + 1, s.n - 1 };
	if (!str_u64(s, minus ? (uint64_t)INT64_MAX : UINT64_MAX, &v))
		return false;
	*out = minus ? -(int64_t)v : (int64_t)v;
	return true;
}

/* "12.5" as 32 bits and 32 bits of fraction */
static bool text_fixed(struct span s, int64_t *out)
{
	struct span rest = s, whole = str_cut(&rest, '.');
	uint32_t w;
	uint64_t f = 0, ten = 1;

	if (!str_u32(whole, INT32_MAX, &w) || rest.n > 9 || (rest.p && !rest.n))
		return false;
	for (size_t i = 0; i < rest.n; i++) {
		if (!str_isdigit(rest.p[i]))
			return false;
		f = f * 10 + (uint64_t)(rest.p[i] - '0');
		ten *= 10;
	}
	*out = (int64_t)((uint64_t)w << 32 | ((f << 32) + ten / 2) / ten);
	return true;
}

/* The number behind a name in "NR=1 UR=2", or the name of a number. */
static bool enum_by_name(const char *values, struct span name, int64_t *out)
{
	struct span rest = str_of(values);

	while (rest.p) {
		struct span num = str_cut(&rest, ' '), key = str_cut(&num, '=');

		if (str_ieq(key, name))
			return h248_text_int(num, out);
	}
	return false;
}

static struct span enum_by_number(const char *values, int64_t v)
{
	struct span rest = str_of(values);

	while (rest.p) {
		struct span num = str_cut(&rest, ' '), key = str_cut(&num, '=');
		int64_t k;

		if (h248_text_int(num, &k) && k == v)
			return key;
	}
	return (struct span){ NULL, 0 };
}

bool h248_word_int(const struct h248_item *it, struct span s, int64_t *out)
{
	switch (h248_type_of(it)) {
	case H248_T_ENUM:
		if (it->values && enum_by_name(it->values, s, out))
			return true;
		break;
	case H248_T_TONE: {
		const struct h248_item *tone = h248_tone_by_name(it, s);

		*out = tone ? tone->id : 0;
		if (tone || (s.n == 1 && *s.p == '*'))
			return true;
		break;
	}
	case H248_T_FIXED:
		return text_fixed(s, out);
	default:
		break;
	}
	return h248_text_int(s, out);
}

bool h248_value_int(const struct h248_item *it, const struct h248_value *v, int64_t *out)
{
	struct span in = v->s;
	unsigned tag = v->form == H248_VALUE_BER ? h248_value_unwrap(v->s, &in) : 0;

	if (tag == BER_INT || tag == BER_ENUM)
		return ber_int(in, out);
	return tag != BER_BOOL && tag != BER_OCTETS && h248_word_int(it, in, out);
}

bool h248_value_bool(const struct h248_item *it, const struct h248_value *v, bool *out)
{
	struct span in = v->s;
	unsigned tag = v->form == H248_VALUE_BER ? h248_value_unwrap(v->s, &in) : 0;

	(void)it;
	if (tag == BER_BOOL) {
		*out = in.n == 1 && *in.p;
		return in.n == 1;
	}
	*out = str_ieqz(in, "on") || str_ieqz(in, "true");
	return *out || str_ieqz(in, "off") || str_ieqz(in, "false");
}

/* --- to text --- */

static void put_fixed(struct buf *b, int64_t v)
{
	uint64_t frac = (uint32_t)v, ten = 1;

	buf_dec(b, (uint64_t)v >> 32);
	if (!frac)
		return;
	for (int digits = 1; digits <= 9; digits++) {
		uint64_t d = 0;

		ten *= 10;
		d = (frac * ten + (1u << 31)) >> 32;
		if (digits == 9 || (d < ten && ((d << 32) + ten / 2) / ten == frac)) {
			buf_printf(b, ".%0*llu", digits, (unsigned long long)d);
			return;
		}
	}
}

static void put_number(struct buf *b, const struct h248_item *it, int64_t v)
{
	enum h248_type type = h248_type_of(it);
	const struct h248_item *tone;
	struct span name = { NULL, 0 };

	if (type == H248_T_ENUM && it->values)
		name = enum_by_number(it->values, v);
	if (type == H248_T_TONE) {
		tone = v > 0 && v < 0xffff ? h248_tone_by_id(it, (unsigned)v) : NULL;
		name = tone ? str_of(tone->name) : v ? name : STR_LIT("*");
	}
	if (name.p)
		buf_span(b, name);
	else if (type == H248_T_FIXED && v >= 0)
		put_fixed(b, v);
	else if (v < 0)
		buf_printf(b, "%lld", (long long)v);
	else
		buf_dec(b, (uint64_t)v);
}

static void put_hex(struct buf *b, struct span s)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s.n; i++) {
		buf_char(b, digits[(unsigned char)s.p[i] >> 4]);
		buf_char(b, digits[s.p[i] & 15]);
	}
}

static int put_signame(struct buf *b, struct span s, bool quote)
{
	struct rd r = rd_of(s.p, s.n);
	struct h248_pkgd d = { .id = rd_u32(&r) };
	int rc;

	if (s.n != 4)
		return -H_EINVAL;
	if (quote)
		buf_char(b, '"');
	rc = h248_pkgd_put(b, H248_SIGNAL, &d);
	if (quote)
		buf_char(b, '"');
	return rc;
}

static bool all_of(struct span s, unsigned set)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!is_char(s.p[i], set))
			return false;
	}
	return true;
}

/* Characters of a binary value: a String is quoted, other types need it only where a
 * character asks for it (B.2). */
static int put_chars(struct buf *b, struct span s, bool string)
{
	if (s.n && !string && all_of(s, C_SAFE)) {
		buf_span(b, s);
		return 0;
	}
	if (!all_of(s, C_QUOTE))
		return -H_EINVAL;
	buf_char(b, '"');
	buf_span(b, s);
	buf_char(b, '"');
	return 0;
}

int h248_value_put(struct buf *b, const struct h248_item *it, const struct h248_value *v)
{
	enum h248_type type = h248_type_of(it);
	struct span in;
	unsigned tag;
	int64_t n;

	if (v->form == H248_VALUE_WORD && v->s.n && all_of(v->s, C_SAFE)) {
		buf_span(b, v->s);
		return 0;
	}
	if (v->form != H248_VALUE_BER)
		return put_chars(b, v->s, true);
	tag = h248_value_unwrap(v->s, &in);
	switch (tag) {
	case BER_BOOL:
		buf_str(b, in.n && *in.p ? "on" : "off");
		return in.n == 1 ? 0 : -H_EINVAL;
	case BER_INT:
	case BER_ENUM:
		if (!ber_int(in, &n))
			return -H_EINVAL;
		put_number(b, it, n);
		return 0;
	case BER_OCTETS:
		if (type == H248_T_SIGNAME)
			return put_signame(b, in, true);
		put_hex(b, in);
		return in.n ? 0 : -H_EINVAL;
	case 0:
		return put_chars(b, in, type == H248_T_STRING || type == H248_T_SIGNAME);
	default:
		return put_chars(b, in, type == H248_T_STRING || type == H248_T_NONE);
	}
}

/* Booleans and numbers have several spellings: one of them. */
static bool plain_typed(struct buf *b, const struct h248_item *it,
			const struct h248_value *v)
{
	enum h248_type type = h248_type_of(it);
	int64_t n;
	bool on;

	if (type == H248_T_BOOL && h248_value_bool(it, v, &on))
		buf_str(b, on ? "on" : "off");
	else if (type >= H248_T_INT && type <= H248_T_FIXED && h248_value_int(it, v, &n))
		put_number(b, it, n);
	else
		return false;
	return true;
}

void h248_value_plain(struct buf *b, const struct h248_item *it,
		      const struct h248_value *v)
{
	char *p;
	size_t from = b->n;
	struct span in = v->s;
	unsigned tag = v->form == H248_VALUE_BER ? h248_value_unwrap(v->s, &in) : 0;

	if (plain_typed(b, it, v))
		return;
	if (v->form == H248_VALUE_QUOTED || tag == BER_UTF8 || tag == BER_IA5) {
		buf_span(b, in);
		return;
	}
	if (tag == BER_OCTETS && h248_type_of(it) == H248_T_SIGNAME)
		put_signame(b, in, false);
	else if (tag)
		h248_value_put(b, it, v);
	else
		buf_span(b, in);
	p = b->p;
	for (size_t i = from; p && i < b->n; i++)
		p[i] = str_lower(p[i]);
}
