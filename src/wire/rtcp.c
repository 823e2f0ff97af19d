/* wire/rtcp.c - the validator of compounds: nothing else looks first.
 *
 * layer: wire (L1)   thread: any (packet path)   I/O: none
 * RFC 3550 6.4-6.7, A.2; RFC 3611 3, 4; RFC 4585 6.1; RFC 5506 3
 */
#include "wire/rtcp.h"

#include "util/err.h"

struct check {
	const uint8_t *base;
	struct parse_err *err; /* may be NULL */
};

static int bad(const struct check *c, const uint8_t *at, const char *clause,
	       const char *what)
{
	if (c->err)
		*c->err = (struct parse_err){ (size_t)(at - c->base), clause, what };
	return -H_ESYNTAX;
}

static int check_sr(const struct check *c, const uint8_t *p, size_t n)
{
	if (n < 28 + 24 * (size_t)(p[0] & 0x1f))
		return bad(c, p, "RFC 3550 6.4.1",
			   "sender report shorter than its blocks");
	return 0;
}

static int check_rr(const struct check *c, const uint8_t *p, size_t n)
{
	if (n < 8 + 24 * (size_t)(p[0] & 0x1f))
		return bad(c, p, "RFC 3550 6.4.2",
			   "receiver report shorter than its blocks");
	return 0;
}

/* Behind the chunk that begins at `p`, or NULL when it does not fit. */
static const uint8_t *chunk_end(const uint8_t *p, const uint8_t *end)
{
	const uint8_t *q = p + 4;

	if (end - p < 8)
		return NULL;
	while (q < end && *q) {
		if (end - q < 2 || end - q < 2 + q[1])
			return NULL;
		/* 6.5.8: the prefix of PRIV lies within it */
		if (*q == RTCPH_PRIV && (!q[1] || q[2] >= q[1]))
			return NULL;
		q += 2 + q[1];
	}
	if (q == end)
		return NULL;
	return p + ((q - p + 4) & ~3); /* one null byte at least, then to 32 bits */
}

static int check_sdes(const struct check *c, const uint8_t *p, size_t n)
{
	const uint8_t *q = p + 4, *end = p + n;

	for (unsigned i = p[0] & 0x1f; i; i--) {
		const uint8_t *next = chunk_end(q, end);

		if (!next || next > end)
			return bad(c, q, "RFC 3550 6.5", "SDES chunk without end");
		q = next;
	}
	return q == end ? 0
			: bad(c, q, "RFC 3550 6.5", "bytes behind the last SDES chunk");
}

static int check_bye(const struct check *c, const uint8_t *p, size_t n)
{
	size_t ids = 4 + 4 * (size_t)(p[0] & 0x1f);

	if (n < ids)
		return bad(c, p, "RFC 3550 6.6", "BYE shorter than its sources");
	if (n > ids && ids + 1 + p[ids] > n)
		return bad(c, p + ids, "RFC 3550 6.6",
			   "BYE reason longer than the packet");
	return 0;
}

static int check_app(const struct check *c, const uint8_t *p, size_t n)
{
	return n < 12 ? bad(c, p, "RFC 3550 6.7", "APP without a name") : 0;
}

static int check_fb(const struct check *c, const uint8_t *p, size_t n)
{
	return n < 12 ? bad(c, p, "RFC 4585 6.1", "feedback without its sources") : 0;
}

/* The words a block of known type must have behind its first. */
static bool xr_words_ok(uint8_t type, unsigned words)
{
	switch (type) {
	case 1: /* loss RLE */
	case 2: /* duplicate RLE */
	case 3: /* packet receipt times */
		return words >= 2;
	case 4: /* receiver reference time */
		return words == 2;
	case 5: /* DLRR */
		return words % 3 == 0;
	case 6: /* statistics summary */
		return words == 9;
	case 7: /* VoIP metrics */
		return words == 8;
	default:
		return true;
	}
}

static int check_xr(const struct check *c, const uint8_t *p, size_t n)
{
	size_t off = 8;

	if (n < 8)
		return bad(c, p, "RFC 3611 2", "XR without its sender");
	while (off < n) {
		unsigned words = rtph_u16(p + off + 2);

		if (off + 4 + 4 * (size_t)words > n)
			return bad(c, p + off, "RFC 3611 3",
				   "XR block longer than the packet");
		if (!xr_words_ok(p[off], words))
			return bad(c, p + off, "RFC 3611 4",
				   "XR block of a wrong length");
		off += 4 + 4 * (size_t)words;
	}
	return 0;
}

static int check_body(const struct check *c, const uint8_t *p, size_t n)
{
	switch (p[1]) {
	case RTCPH_SR:
		return check_sr(c, p, n);
	case RTCPH_RR:
		return check_rr(c, p, n);
	case RTCPH_SDES:
		return check_sdes(c, p, n);
	case RTCPH_BYE:
		return check_bye(c, p, n);
	case RTCPH_APP:
		return check_app(c, p, n);
	case RTCPH_RTPFB:
	case RTCPH_PSFB:
		return check_fb(c, p, n);
	case RTCPH_XR:
		return check_xr(c, p, n);
	default:
		return 0;
	}
}

/* Padding of the packet that ends the datagram: bytes, or 0 when it is wrong. */
static size_t padding(const uint8_t *p, size_t n)
{
	size_t pad = p[n - 1];

	return pad && pad % 4 == 0 && pad <= n - 4 ? pad : 0;
}

int rtcph_check(const uint8_t *p, size_t n, unsigned flags, struct parse_err *err)
{
	const struct check c = { p, err };
	const uint8_t *q = p;
	size_t left = n;

	if (n < 8 || n % 4)
		return bad(&c, p, "RFC 3550 A.2", "length is not that of a compound");
	if (!(flags & RTCPH_REDUCED) && p[1] != RTCPH_SR && p[1] != RTCPH_RR)
		return bad(&c, p + 1, "RFC 3550 A.2",
			   "first packet is neither SR nor RR");
	while (left) {
		size_t len, body;

		if (left < 4 || q[0] >> 6 != 2)
			return bad(&c, q, "RFC 3550 A.2", "version is not 2");
		len = 4 * ((size_t)rtph_u16(q + 2) + 1);
		if (len > left)
			return bad(&c, q + 2, "RFC 3550 A.2",
				   "packet longer than the rest");
		body = len;
		if (q[0] & 0x20) {
			size_t pad = len == left ? padding(q, len) : 0;

			if (!pad)
				return bad(&c, q, "RFC 3550 6.4.1", "padding is wrong");
			body -= pad;
		}
		if (check_body(&c, q, body))
			return -H_ESYNTAX;
		q += len;
		left -= len;
	}
	return 0;
}
