/* tests/unit/check_frame.c - frames taken apart and built.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "test.h"

#include <arpa/inet.h>
#include <string.h>

#include "media/frame.h"

static const uint8_t mac_a[6] = { 2, 0, 0, 0, 0, 1 }, mac_b[6] = { 2, 0, 0, 0, 0, 2 };

static struct addr addr_at(const char *text)
{
	struct addr a = { 0 };

	ck_assert_int_eq(addr_parse(&a, str_of(text)), 0);
	return a;
}

/* The plain way of RFC 1071, as a second opinion. */
static uint16_t plain_sum(const uint8_t *p, size_t n, uint32_t s)
{
	for (size_t i = 0; i < n; i++)
		s += i & 1 ? p[i] : (uint32_t)p[i] << 8;
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return (uint16_t)s;
}

static size_t build(uint8_t *out, const char *src, const char *dst, size_t n)
{
	struct addr a = addr_at(src), b = addr_at(dst);
	struct frame_tmpl t;

	frame_tmpl_set(&t, mac_a, mac_b, &a, &b, 0xb8, 7);
	for (size_t i = 0; i < n; i++)
		out[t.len + i] = (uint8_t)(i * 37 + 11);
	frame_put(&t, out, (uint16_t)n, 0x1234, frame_sum(out + t.len, n));
	return t.len + n;
}

START_TEST(sum_agrees_with_the_plain_way)
{
	uint8_t b[300];

	for (size_t i = 0; i < sizeof(b); i++)
		b[i] = (uint8_t)(i * 193 + (i >> 3));
	for (size_t n = 0; n <= sizeof(b); n++)
		ck_assert_uint_eq(ntohs(frame_fold(frame_sum(b, n))), plain_sum(b, n, 0));
	memset(b, 0xff, sizeof(b));
	for (size_t n = 0; n <= sizeof(b); n++)
		ck_assert_uint_eq(ntohs(frame_fold(frame_sum(b, n))), plain_sum(b, n, 0));
}
END_TEST

START_TEST(built_ip4_is_parsed_again)
{
	uint8_t b[300];
	size_t n = build(b, "192.0.2.1:20000", "198.51.100.7:30002", 172);
	struct addr a, want;
	struct frame f;

	ck_assert_uint_eq(n, FRAME_HDR4 + 172);
	ck_assert_mem_eq(b, mac_b, 6);
	ck_assert_mem_eq(b + 6, mac_a, 6);
	ck_assert_uint_eq(plain_sum(b + 14, 20, 0), 0xffff);
	ck_assert_int_eq(frame_parse(&f, b + 14, n - 14, FRAME_TYPE_IP4), FRAME_DATA);
	ck_assert_uint_eq(f.len, 172);
	ck_assert_uint_eq(f.tos, 0xb8);
	ck_assert_uint_eq(b[14 + 8], 7);
	ck_assert_ptr_eq(f.data, b + FRAME_HDR4);
	ck_assert(frame_udp_ok(&f));
	frame_src(&f, &a);
	want = addr_at("192.0.2.1:20000");
	ck_assert(addr_eq(&a, &want));
	frame_dst(&f, &a);
	want = addr_at("198.51.100.7:30002");
	ck_assert(addr_eq(&a, &want));
}
END_TEST

START_TEST(built_ip6_is_parsed_again)
{
	uint8_t b[300];
	size_t n = build(b, "[2001:db8::1]:20000", "[2001:db8:0:1::2]:30002", 171);
	struct addr a, want;
	struct frame f;

	ck_assert_uint_eq(n, FRAME_HDR6 + 171);
	ck_assert_int_eq(frame_parse(&f, b + 14, n - 14, FRAME_TYPE_IP6), FRAME_DATA);
	ck_assert_uint_eq(f.len, 171);
	ck_assert_uint_eq(f.tos, 0xb8);
	ck_assert_uint_eq(b[14 + 7], 7);
	ck_assert(frame_udp_ok(&f));
	frame_src(&f, &a);
	want = addr_at("[2001:db8::1]:20000");
	ck_assert(addr_eq(&a, &want));
	frame_dst(&f, &a);
	want = addr_at("[2001:db8:0:1::2]:30002");
	ck_assert(addr_eq(&a, &want));
}
END_TEST

START_TEST(checksum_holds_for_every_length_and_breaks_with_a_bit)
{
	static const char *const from[] = { "192.0.2.1:20000", "[2001:db8::1]:20000" };
	static const char *const to[] = { "192.0.2.2:4", "[2001:db8::2]:4" };
	static const uint16_t type[] = { FRAME_TYPE_IP4, FRAME_TYPE_IP6 };
	uint8_t b[1500];
	struct frame f;

	for (int v = 0; v < 2; v++) {
		for (size_t len = 0; len < 1400; len += 1 + len / 16) {
			size_t n = build(b, from[v], to[v], len);

			ck_assert_int_eq(frame_parse(&f, b + 14, n - 14, type[v]),
					 FRAME_DATA);
			ck_assert(frame_udp_ok(&f));
			b[n - 1] ^= 4;
			ck_assert(!frame_udp_ok(&f));
		}
	}
}
END_TEST

START_TEST(no_checksum_is_fine_over_ip4_only)
{
	uint8_t b[200];
	struct frame f;
	size_t n = build(b, "192.0.2.1:1", "192.0.2.2:2", 20);

	b[14 + 20 + 6] = b[14 + 20 + 7] = 0;
	ck_assert_int_eq(frame_parse(&f, b + 14, n - 14, FRAME_TYPE_IP4), FRAME_DATA);
	ck_assert(frame_udp_ok(&f));
	n = build(b, "[2001:db8::1]:1", "[2001:db8::2]:2", 20);
	b[14 + 40 + 6] = b[14 + 40 + 7] = 0;
	ck_assert_int_eq(frame_parse(&f, b + 14, n - 14, FRAME_TYPE_IP6), FRAME_DATA);
	ck_assert(!frame_udp_ok(&f));
}
END_TEST

/* RFC 768: a sum that comes out as zero is sent as all ones. */
START_TEST(a_zero_checksum_is_sent_as_ones)
{
	struct addr a = addr_at("0.0.0.0:0"), b = addr_at("0.0.0.0:0");
	uint8_t out[FRAME_HDR4 + 2];
	struct frame_tmpl t;
	struct frame f;

	frame_tmpl_set(&t, mac_a, mac_b, &a, &b, 0, 0);
	/* 17 + 10 + 10 and the payload make 0xffff */
	out[FRAME_HDR4] = 0xff;
	out[FRAME_HDR4 + 1] = 0xff - 37;
	frame_put(&t, out, 2, 0, frame_sum(out + FRAME_HDR4, 2));
	ck_assert_uint_eq(out[FRAME_HDR4 - 2], 0xff);
	ck_assert_uint_eq(out[FRAME_HDR4 - 1], 0xff);
	ck_assert_int_eq(frame_parse(&f, out + 14, sizeof(out) - 14, FRAME_TYPE_IP4),
			 FRAME_DATA);
	ck_assert(frame_udp_ok(&f));
	ck_assert_uint_eq(out[14 + 8], 64);
}
END_TEST

START_TEST(padding_behind_the_datagram_is_not_payload)
{
	uint8_t b[100] = { 0 };
	struct frame f;

	build(b, "192.0.2.1:1", "192.0.2.2:2", 4);
	ck_assert_int_eq(frame_parse(&f, b + 14, 46, FRAME_TYPE_IP4), FRAME_DATA);
	ck_assert_uint_eq(f.len, 4);
	ck_assert(frame_udp_ok(&f));
}
END_TEST

START_TEST(every_cut_is_refused)
{
	static const char *const from[] = { "192.0.2.1:20000", "[2001:db8::1]:20000" };
	static const char *const to[] = { "192.0.2.2:4", "[2001:db8::2]:4" };
	static const uint16_t type[] = { FRAME_TYPE_IP4, FRAME_TYPE_IP6 };
	uint8_t b[200];
	struct frame f;

	for (int v = 0; v < 2; v++) {
		size_t n = build(b, from[v], to[v], 30) - 14;

		for (size_t cut = 0; cut < n; cut++)
			ck_assert_int_eq(frame_parse(&f, b + 14, cut, type[v]),
					 FRAME_OTHER);
		ck_assert_int_eq(frame_parse(&f, b + 14, n, type[!v]), FRAME_OTHER);
		ck_assert_int_eq(frame_parse(&f, b + 14, n, 0x0806), FRAME_OTHER);
	}
}
END_TEST

START_TEST(lying_lengths_are_refused)
{
	uint8_t b[200];
	struct frame f;
	size_t n = build(b, "192.0.2.1:1", "192.0.2.2:2", 20) - 14;

	b[14 + 20 + 5]++; /* UDP longer than IP */
	ck_assert_int_eq(frame_parse(&f, b + 14, n, FRAME_TYPE_IP4), FRAME_OTHER);
	b[14 + 20 + 5] = 7; /* shorter than its header */
	ck_assert_int_eq(frame_parse(&f, b + 14, n, FRAME_TYPE_IP4), FRAME_OTHER);
	build(b, "192.0.2.1:1", "192.0.2.2:2", 20);
	b[14] = 0x44; /* header shorter than can be */
	ck_assert_int_eq(frame_parse(&f, b + 14, n, FRAME_TYPE_IP4), FRAME_OTHER);
	b[14] = 0x4f; /* longer than the datagram */
	b[14 + 3] = 40;
	ck_assert_int_eq(frame_parse(&f, b + 14, n, FRAME_TYPE_IP4), FRAME_OTHER);
	build(b, "192.0.2.1:1", "192.0.2.2:2", 20);
	b[14 + 9] = 6; /* TCP */
	ck_assert_int_eq(frame_parse(&f, b + 14, n, FRAME_TYPE_IP4), FRAME_OTHER);
}
END_TEST

START_TEST(ip4_options_are_stepped_over)
{
	uint8_t b[200], o[200];
	struct frame f;
	size_t n = build(b, "192.0.2.1:5004", "192.0.2.2:6", 20) - 14;

	memcpy(o, b + 14, 20);
	memset(o + 20, 1, 8);
	memcpy(o + 28, b + 34, n - 20);
	o[0] = 0x47;
	o[3] = (uint8_t)(n + 8);
	ck_assert_int_eq(frame_parse(&f, o, n + 8, FRAME_TYPE_IP4), FRAME_DATA);
	ck_assert_uint_eq(f.sport, 5004);
	ck_assert(frame_udp_ok(&f));
}
END_TEST

START_TEST(ip4_fragments_are_told)
{
	uint8_t b[200];
	struct frame f;
	size_t n = build(b, "192.0.2.1:5004", "192.0.2.2:20002", 80) - 14;

	b[14 + 6] = 0x20;
	ck_assert_int_eq(frame_parse(&f, b + 14, n, FRAME_TYPE_IP4), FRAME_FRAGMENT);
	ck_assert(f.first);
	ck_assert_uint_eq(f.dport, 20002);
	b[14 + 6] = 0x20;
	b[14 + 7] = 1;
	ck_assert_int_eq(frame_parse(&f, b + 14, n, FRAME_TYPE_IP4), FRAME_FRAGMENT);
	ck_assert(!f.first);
	ck_assert_ptr_null(f.udp);
	b[14 + 6] = 0; /* the last one */
	ck_assert_int_eq(frame_parse(&f, b + 14, n, FRAME_TYPE_IP4), FRAME_FRAGMENT);
	b[14 + 6] = 0x40; /* don't fragment */
	b[14 + 7] = 0;
	ck_assert_int_eq(frame_parse(&f, b + 14, n, FRAME_TYPE_IP4), FRAME_DATA);
}
END_TEST

/* The frame at b (IPv6, no extension) with extension headers put in between. */
static size_t extend(uint8_t *o, const uint8_t *b, size_t n, const uint8_t *ext,
		     size_t len)
{
	memcpy(o, b + 14, 40);
	memcpy(o + 40, ext, len);
	memcpy(o + 40 + len, b + 54, n - 40);
	o[4] = (uint8_t)((n - 40 + len) >> 8);
	o[5] = (uint8_t)(n - 40 + len);
	return n + len;
}

START_TEST(ip6_extensions_are_stepped_over)
{
	static const uint8_t ext[] = {
		60, 0, 1, 4, 0, 0, 0, 0, 43, 1, 1, 12, 0, 0, 0, 0,
		0,  0, 0, 0, 0, 0, 0, 0, 17, 0, 0, 0,  0, 0, 0, 0
	};
	uint8_t b[200], o[300];
	struct frame f;
	size_t n = build(b, "[2001:db8::1]:5004", "[2001:db8::2]:6", 20) - 14;

	n = extend(o, b, n, ext, sizeof(ext));
	o[6] = 0;
	ck_assert_int_eq(frame_parse(&f, o, n, FRAME_TYPE_IP6), FRAME_DATA);
	ck_assert_uint_eq(f.sport, 5004);
	ck_assert_uint_eq(f.len, 20);
	ck_assert(frame_udp_ok(&f));
	o[41] = 200; /* runs past the end */
	ck_assert_int_eq(frame_parse(&f, o, n, FRAME_TYPE_IP6), FRAME_OTHER);
	o[41] = 0;
	o[40] = 51; /* authentication: IPsec's, not ours */
	ck_assert_int_eq(frame_parse(&f, o, n, FRAME_TYPE_IP6), FRAME_OTHER);
}
END_TEST

START_TEST(ip6_extensions_are_bounded)
{
	uint8_t b[200], o[600], ext[8 * 20] = { 0 };
	struct frame f;
	size_t n = build(b, "[2001:db8::1]:5004", "[2001:db8::2]:6", 20) - 14;

	for (size_t i = 0; i < 20; i++)
		ext[8 * i] = i == 19 ? 17 : 60;
	n = extend(o, b, n, ext, sizeof(ext));
	o[6] = 60;
	ck_assert_int_eq(frame_parse(&f, o, n, FRAME_TYPE_IP6), FRAME_OTHER);
}
END_TEST

START_TEST(ip6_fragments_are_told)
{
	uint8_t ext[] = { 17, 0, 0, 1, 0, 0, 0, 9 };
	uint8_t b[200], o[300];
	struct frame f;
	size_t n = build(b, "[2001:db8::1]:5004", "[2001:db8::2]:6", 40) - 14;

	n = extend(o, b, n, ext, sizeof(ext));
	o[6] = 44;
	ck_assert_int_eq(frame_parse(&f, o, n, FRAME_TYPE_IP6), FRAME_FRAGMENT);
	ck_assert(f.first);
	ck_assert_uint_eq(f.sport, 5004);
	o[43] = 8; /* offset 1, the last */
	ck_assert_int_eq(frame_parse(&f, o, n, FRAME_TYPE_IP6), FRAME_FRAGMENT);
	ck_assert(!f.first);
	o[43] = 0; /* an atomic fragment is a whole datagram */
	ck_assert_int_eq(frame_parse(&f, o, n, FRAME_TYPE_IP6), FRAME_DATA);
	ck_assert(frame_udp_ok(&f));
	o[40] = 6; /* a piece of TCP */
	ck_assert_int_eq(frame_parse(&f, o, n, FRAME_TYPE_IP6), FRAME_OTHER);
}
END_TEST

START_TEST(group_macs)
{
	static const uint8_t want4[6] = { 0x01, 0, 0x5e, 0x01, 0x02, 0x03 };
	static const uint8_t want6[6] = { 0x33, 0x33, 0, 0, 0x01, 0x02 };
	struct addr g = addr_at("239.129.2.3:5004"); /* the 24th bit is not carried */
	uint8_t mac[6];

	frame_group_mac(mac, &g);
	ck_assert_mem_eq(mac, want4, 6);
	g = addr_at("[ff15::102]:5004");
	frame_group_mac(mac, &g);
	ck_assert_mem_eq(mac, want6, 6);
}
END_TEST

static Suite *frame_suite(void)
{
	Suite *s = suite_create("frame");
	TCase *tc = tcase_create("frames");

	tcase_add_test(tc, sum_agrees_with_the_plain_way);
	tcase_add_test(tc, built_ip4_is_parsed_again);
	tcase_add_test(tc, built_ip6_is_parsed_again);
	tcase_add_test(tc, checksum_holds_for_every_length_and_breaks_with_a_bit);
	tcase_add_test(tc, no_checksum_is_fine_over_ip4_only);
	tcase_add_test(tc, a_zero_checksum_is_sent_as_ones);
	tcase_add_test(tc, padding_behind_the_datagram_is_not_payload);
	tcase_add_test(tc, every_cut_is_refused);
	tcase_add_test(tc, lying_lengths_are_refused);
	tcase_add_test(tc, ip4_options_are_stepped_over);
	tcase_add_test(tc, ip4_fragments_are_told);
	tcase_add_test(tc, ip6_extensions_are_stepped_over);
	tcase_add_test(tc, ip6_extensions_are_bounded);
	tcase_add_test(tc, ip6_fragments_are_told);
	tcase_add_test(tc, group_macs);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(frame_suite)
