/* wire/h248_value_enc.c - values of package items in binary.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 A.2 (double wrapping, types)
 */
#include "util/err.h"
#include "wire/h248_lex.h"
#include "wire/h248_value.h"

static void enc_tlv(struct buf *b, unsigned tag, const void *p, size_t n)
{
	buf_u8(b, (uint8_t)tag);
	if (n > 0xffff) {
		buf_u8(b, 0x83);
		buf_u8(b, (uint8_t)(n >> 16));
		buf_u16(b, (uint16_t)n);
	} else if (n > 0xff) {
		buf_u8(b, 0x82);
		buf_u16(b, (uint16_t)n);
	} else {
		if (n > 0x7f)
			buf_u8(b, 0x81);
		buf_u8(b, (uint8_t)n);
	}
	buf_put(b, p, n);
}

/* The fewest octets that keep the sign. */
static void enc_int(struct buf *b, unsigned tag, int64_t v, bool positive)
{
	uint8_t oct[9];
	size_t from = 0;

	oct[0] = v < 0 && !positive ? 0xff : 0;
	for (int i = 1; i <= 8; i++)
		oct[i] = (uint8_t)((uint64_t)v >> (64 - 8 * i));
	while (from < 8 && ((!oct[from] && !(oct[from + 1] & 0x80)) ||
			    (oct[from] == 0xff && oct[from + 1] & 0x80)))
		from++;
	enc_tlv(b, tag, oct + from, sizeof(oct) - from);
}

static void enc_string(struct buf *b, struct span s)
{
	unsigned tag = BER_IA5;

	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] > 0x7f)
			tag = BER_UTF8;
	}
	enc_tlv(b, tag, s.p, s.n);
}

static int enc_signame(struct buf *b, struct span s)
{
	const char *slash = memchr(s.p, '/', s.n);
	struct h248_pkgd d = { .p = s.p, .n = (uint16_t)s.n };
	uint8_t oct[4];
	uint32_t id;

	if (!slash || s.n > 2 * H248_NAME_MAX + 1)
		return -H_EINVAL;
	d.slash = (uint16_t)(slash - s.p);
	if (h248_pkgd_id(H248_SIGNAL, &d, &id))
		return -H_ENOENT;
	for (int i = 0; i < 4; i++)
		oct[i] = (uint8_t)(id >> (24 - 8 * i));
	enc_tlv(b, BER_OCTETS, oct, 4);
	return 0;
}

static int enc_octets(struct buf *b, struct span s)
{
	uint8_t oct[512];
	int n;

	if (s.n > 2 && s.p[0] == '0' && (s.p[1] | 0x20) == 'x')
		s = (struct span){ s.p + 2, s.n - 2 };
	n = h248_hex(s, oct, sizeof(oct));
	if (n < 0)
		return -H_EINVAL;
	enc_tlv(b, BER_OCTETS, oct, (size_t)n);
	return 0;
}

/* Nothing is known of the item: what the text looks like it is. */
static int enc_guess(struct buf *b, const struct h248_value *v)
{
	int64_t n;
	bool on;

	if (v->form == H248_VALUE_WORD && h248_value_bool(NULL, v, &on))
		enc_tlv(b, BER_BOOL, on ? "\xff" : "\0", 1);
	else if (v->form == H248_VALUE_WORD && h248_text_int(v->s, &n))
		enc_int(b, BER_INT, n, *v->s.p != '-');
	else
		enc_string(b, v->s);
	return 0;
}

int h248_value_enc(struct buf *b, const struct h248_item *it, const struct h248_value *v)
{
	enum h248_type type = h248_type_of(it);
	struct span in = v->s;
	int64_t n;
	bool on;

	if (v->form == H248_VALUE_BER &&
	    (h248_value_unwrap(v->s, &in) || type == H248_T_NONE)) {
		buf_span(b, v->s);
		return 0;
	}
	switch (type) {
	case H248_T_BOOL:
		if (!h248_value_bool(it, v, &on))
			return -H_EINVAL;
		enc_tlv(b, BER_BOOL, on ? "\xff" : "\0", 1);
		return 0;
	case H248_T_INT:
	case H248_T_DOUBLE:
	case H248_T_FIXED:
	case H248_T_ENUM:
	case H248_T_TONE:
		if (!h248_word_int(it, in, &n))
			return -H_EINVAL;
		enc_int(b,
			type == H248_T_ENUM || type == H248_T_TONE ? BER_ENUM : BER_INT,
			n, *in.p != '-');
		return 0;
	case H248_T_STRING:
		enc_string(b, in);
		return 0;
	case H248_T_OCTETS:
		return enc_octets(b, in);
	case H248_T_SIGNAME:
		return enc_signame(b, in);
	case H248_T_NONE:
		break;
	}
	return enc_guess(b, v);
}
