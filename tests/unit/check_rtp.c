/* tests/unit/check_rtp.c - RTP headers.
 *
 * layer: tests   thread: main   I/O: none
 * RFC 3550 5.1, 5.3.1, A.1; RFC 5761 4
 */
#include "wire_util.h"
#include "wire/rtp.h"

/* marker, type 8, seq 0x1234, ts 0x01020304, SSRC 0xdeadbeef, 4 bytes of payload */
static const uint8_t plain[] = { 0x80, 0x88, 0x12, 0x34, 1, 2, 3, 4,
				 0xde, 0xad, 0xbe, 0xef, 9, 8, 7, 6 };
/* two CSRC, an extension of one word, three bytes of payload, padding of 5 */
static const uint8_t rich[] = { 0xb2, 0x60, 0,    1,    0, 0, 0,    2,    0,
				0,    0,    3,    0,    0, 0, 0x0a, 0,    0,
				0,    0x0b, 0xbe, 0xde, 0, 1, 0x10, 0x55, 0,
				0,    'a',  'b',  'c',  0, 0, 0,    0,    5 };

START_TEST(fields_are_read)
{
	struct rtph h;

	ck_assert_int_eq(rtph_parse(&h, plain, sizeof(plain)), 0);
	ck_assert(h.marker);
	ck_assert_uint_eq(h.pt, 8);
	ck_assert_uint_eq(h.seq, 0x1234);
	ck_assert_uint_eq(h.ts, 0x01020304);
	ck_assert_uint_eq(h.ssrc, 0xdeadbeef);
	ck_assert_uint_eq(h.off, 12);
	ck_assert_uint_eq(h.len, 4);
	ck_assert_uint_eq(h.pad, 0);
	ck_assert_uint_eq(h.ext_off, 0);
}
END_TEST

START_TEST(sources_extension_and_padding)
{
	struct rtph h;

	ck_assert_int_eq(rtph_parse(&h, rich, sizeof(rich)), 0);
	ck_assert(!h.marker);
	ck_assert_uint_eq(h.pt, 96);
	ck_assert_uint_eq(h.ncsrc, 2);
	ck_assert_uint_eq(rtph_csrc(rich, 0), 10);
	ck_assert_uint_eq(rtph_csrc(rich, 1), 11);
	ck_assert_uint_eq(h.ext_profile, 0xbede);
	ck_assert_uint_eq(h.ext_off, 24);
	ck_assert_uint_eq(h.ext_len, 4);
	ck_assert_uint_eq(h.off, 28);
	ck_assert_uint_eq(h.len, 3);
	ck_assert_uint_eq(h.pad, 5);
	ck_assert_mem_eq(rich + h.off, "abc", 3);
}
END_TEST

START_TEST(rewriting_touches_only_its_field)
{
	uint8_t p[sizeof(plain)], want[sizeof(plain)];

	memcpy(p, plain, sizeof(p));
	memcpy(want, plain, sizeof(want));
	rtph_set_pt(p, 0xff);
	want[1] = 0xff; /* the marker stays, the type is 7 bits */
	ck_assert_mem_eq(p, want, sizeof(p));
	rtph_set_marker(p, false);
	want[1] = 0x7f;
	ck_assert_mem_eq(p, want, sizeof(p));
	rtph_set_marker(p, true);
	ck_assert(rtph_marker(p));
	ck_assert_uint_eq(rtph_pt(p), 0x7f);
	rtph_set_seq(p, 0xfffe);
	rtph_set_ts(p, 0x80000001);
	rtph_set_ssrc(p, 7);
	ck_assert_uint_eq(rtph_seq(p), 0xfffe);
	ck_assert_uint_eq(rtph_ts(p), 0x80000001);
	ck_assert_uint_eq(rtph_ssrc(p), 7);
	ck_assert_mem_eq(p + 12, plain + 12, 4);
	ck_assert_uint_eq(p[0], 0x80);
}
END_TEST

START_TEST(a_new_header)
{
	uint8_t p[RTPH_MIN];
	struct rtph h;

	rtph_write(p, 101, true, 65535, 0xfffffff0, 0x01020304);
	ck_assert_int_eq(rtph_parse(&h, p, sizeof(p)), 0);
	ck_assert_uint_eq(h.pt, 101);
	ck_assert(h.marker);
	ck_assert_uint_eq(h.seq, 65535);
	ck_assert_uint_eq(h.ts, 0xfffffff0);
	ck_assert_uint_eq(h.ssrc, 0x01020304);
	ck_assert_uint_eq(h.len, 0);
}
END_TEST

START_TEST(every_truncation_is_judged)
{
	struct rtph h = { .seq = 77 };

	for (size_t n = 0; n < sizeof(rich); n++) {
		char *copy = exact((const char *)rich, n);
		bool ok = rtph_ok((uint8_t *)copy, n);

		/* Where the cut makes the last byte a padding that fits, nobody can tell.
		 */
		ck_assert_int_eq(ok,
				 n > 28 && copy[n - 1] && (uint8_t)copy[n - 1] <= n - 28);
		ck_assert_int_eq(rtph_parse(&h, (uint8_t *)copy, n), ok ? 0 : -H_ESYNTAX);
		if (!ok)
			ck_assert_uint_eq(h.seq, 77);
		mem_free(copy);
	}
	for (size_t n = 0; n < RTPH_MIN; n++)
		ck_assert(!rtph_ok(plain, n));
}
END_TEST

START_TEST(versions_and_lengths_are_checked)
{
	uint8_t p[sizeof(rich)];

	for (unsigned v = 0; v < 4; v++) {
		memcpy(p, plain, sizeof(plain));
		p[0] = (uint8_t)(v << 6);
		ck_assert_int_eq(rtph_ok(p, sizeof(plain)), v == 2);
	}
	memcpy(p, plain, sizeof(plain));
	p[0] = 0x82; /* two CSRC do not fit four bytes */
	ck_assert(!rtph_ok(p, sizeof(plain)));
	p[0] = 0x81;
	ck_assert(rtph_ok(p, sizeof(plain)));
	p[0] = 0x90; /* an extension of 0x0706 words */
	ck_assert(!rtph_ok(p, sizeof(plain)));
	memcpy(p, rich, sizeof(rich));
	p[sizeof(rich) - 1] = 0; /* padding of 0 */
	ck_assert(!rtph_ok(p, sizeof(rich)));
	p[sizeof(rich) - 1] = 8; /* all of the payload */
	ck_assert(rtph_ok(p, sizeof(rich)));
	p[sizeof(rich) - 1] = 9; /* more than it */
	ck_assert(!rtph_ok(p, sizeof(rich)));
	p[22] = 0xff; /* the longest extension */
	ck_assert(!rtph_ok(p, sizeof(rich)));
}
END_TEST

START_TEST(huge_packets_are_refused)
{
	uint8_t *p = mem_zalloc(70000);
	struct rtph h;

	ck_assert_ptr_nonnull(p);
	p[0] = 0x80;
	ck_assert_int_eq(rtph_parse(&h, p, 65535), 0);
	ck_assert_int_eq(rtph_parse(&h, p, 65536), -H_ESYNTAX);
	p[0] = 0x90;
	p[14] = 0x3f;
	ck_assert_int_eq(rtph_parse(&h, p, 65535), 0);
	ck_assert_uint_eq(h.ext_len, 4 * 0x3f00);
	ck_assert_uint_eq(h.off, 16 + 4 * 0x3f00);
	mem_free(p);
}
END_TEST

START_TEST(rtcp_on_the_same_port_is_told_apart)
{
	uint8_t p[2] = { 0x80, 0 };

	for (unsigned t = 0; t < 256; t++) {
		p[1] = (uint8_t)t;
		ck_assert_int_eq(rtph_is_rtcp(p, 2), t >= 192 && t <= 223);
	}
	p[1] = 200;
	ck_assert(!rtph_is_rtcp(p, 1));
}
END_TEST

static Suite *rtp_suite(void)
{
	Suite *s = suite_create("rtp");
	TCase *tc = tcase_create("header");

	tcase_add_test(tc, fields_are_read);
	tcase_add_test(tc, sources_extension_and_padding);
	tcase_add_test(tc, rewriting_touches_only_its_field);
	tcase_add_test(tc, a_new_header);
	tcase_add_test(tc, every_truncation_is_judged);
	tcase_add_test(tc, versions_and_lengths_are_checked);
	tcase_add_test(tc, huge_packets_are_refused);
	tcase_add_test(tc, rtcp_on_the_same_port_is_told_apart);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(rtp_suite)
