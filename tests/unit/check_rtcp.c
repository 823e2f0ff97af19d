/* tests/unit/check_rtcp.c - RTCP compounds: validator, reader, rewriting, builders.
 *
 * layer: tests   thread: main   I/O: none
 * RFC 3550 6, 7.2, A.2; RFC 3611; RFC 4585
 */
#include "wire_util.h"
#include "wire/rtcp.h"

static uint8_t mem[2048];
static struct buf out;

static void setup(void)
{
	buf_fixed(&out, mem, sizeof(mem));
}

static const struct rtcph_report reports[2] = {
	{ .ssrc = 0x11,
	  .fraction = 64,
	  .lost = -5,
	  .high_seq = 0x10002,
	  .jitter = 9,
	  .lsr = 0xaabbccdd,
	  .dlsr = 65536 },
	{ .ssrc = 0x22, .fraction = 255, .lost = 0x7fffff, .high_seq = 1, .jitter = 2 },
};
static const struct rtcph_info info = { 0xe0000000, 0x80000000, 160, 50, 8000 };

static int check(void)
{
	return rtcph_check(mem, out.n, 0, NULL);
}

static int raw(const uint8_t *p, size_t n, unsigned flags)
{
	struct parse_err err = { 0 };
	char *copy = exact((const char *)p, n);
	int rc = rtcph_check((uint8_t *)copy, n, flags, &err);

	if (rc) {
		ck_assert_int_eq(rc, -H_ESYNTAX);
		ck_assert_ptr_nonnull(err.what);
		ck_assert_uint_le(err.offset, n);
	}
	mem_free(copy);
	return rc;
}

/* SR with two blocks, SDES, BYE */
static void compound(void)
{
	rtcph_put_sr(&out, 0xabcd, &info, reports, 2);
	rtcph_put_cname(&out, 0xabcd, STR_LIT("hall@gw.example.net"));
	rtcph_put_bye(&out, 0xabcd, STR_LIT("closed"));
	ck_assert(buf_ok(&out));
}

START_TEST(what_is_built_is_valid_and_read_back)
{
	struct rtcph_iter it;
	struct rtcph_pkt k;
	struct rtcph_report r;

	compound();
	ck_assert_int_eq(check(), 0);
	it = rtcph_walk(mem, out.n);
	ck_assert(rtcph_next(&it, &k));
	ck_assert_uint_eq(k.type, RTCPH_SR);
	ck_assert_uint_eq(rtcph_sender(&k), 0xabcd);
	ck_assert_uint_eq(rtcph_sr_ntp_sec(&k), 0xe0000000);
	ck_assert_uint_eq(rtcph_sr_ntp_frac(&k), 0x80000000);
	ck_assert_uint_eq(rtcph_sr_rtp_ts(&k), 160);
	ck_assert_uint_eq(rtcph_sr_packets(&k), 50);
	ck_assert_uint_eq(rtcph_sr_octets(&k), 8000);
	ck_assert_uint_eq(rtcph_nblocks(&k), 2);
	for (unsigned i = 0; i < 2; i++) {
		rtcph_block_get(&r, rtcph_block(&k, i));
		ck_assert_uint_eq(r.ssrc, reports[i].ssrc);
		ck_assert_uint_eq(r.fraction, reports[i].fraction);
		ck_assert_int_eq(r.lost, reports[i].lost);
		ck_assert_uint_eq(r.high_seq, reports[i].high_seq);
		ck_assert_uint_eq(r.jitter, reports[i].jitter);
		ck_assert_uint_eq(r.lsr, reports[i].lsr);
		ck_assert_uint_eq(r.dlsr, reports[i].dlsr);
	}
	ck_assert(rtcph_next(&it, &k));
	ck_assert_uint_eq(k.type, RTCPH_SDES);
	ck_assert_uint_eq(rtcph_nblocks(&k), 0);
	ck_assert_uint_eq(rtcph_nsources(&k), 1);
	ck_span(rtcph_sdes_item(&k, 0, RTCPH_CNAME), "hall@gw.example.net");
	ck_assert_ptr_null(rtcph_sdes_item(&k, 0, RTCPH_TOOL).p);
	ck_assert_ptr_null(rtcph_sdes_item(&k, 1, RTCPH_CNAME).p);
	ck_assert_ptr_null(rtcph_bye_reason(&k).p);
	ck_assert(rtcph_next(&it, &k));
	ck_assert_uint_eq(k.type, RTCPH_BYE);
	ck_span(rtcph_bye_reason(&k), "closed");
	ck_assert_uint_eq(rtph_u32(rtcph_source(&k, 0)), 0xabcd);
	ck_assert(!rtcph_next(&it, &k));
}
END_TEST

START_TEST(the_wire_is_as_the_rfc_draws_it)
{
	static const uint8_t want[] = {
		0x81, 201,  0,   7,   0,    0,   0,    1,   0, 0, 0,    0x11, 64,   0xff,
		0xff, 0xfb, 0,   1,   0,    2,   0,    0,   0, 9, 0xaa, 0xbb, 0xcc, 0xdd,
		0,    1,    0,   0,   0x81, 202, 0,    3,   0, 0, 0,    1,    1,    4,
		'a',  '@',  'b', 'c', 0,    0,   0x81, 203, 0, 1, 0,    0,    0,    1,
	};

	rtcph_put_rr(&out, 1, reports, 1);
	rtcph_put_cname(&out, 1, STR_LIT("a@bc"));
	rtcph_put_bye(&out, 1, (struct span){ NULL, 0 });
	ck_assert_uint_eq(out.n, sizeof(want));
	ck_assert_mem_eq(mem, want, sizeof(want));
}
END_TEST

START_TEST(texts_of_every_length_are_padded)
{
	char text[300];

	memset(text, 'x', sizeof(text));
	for (size_t n = 0; n < sizeof(text); n++) {
		struct rtcph_iter it;
		struct rtcph_pkt k;
		size_t kept = n < RTCPH_TEXT_MAX ? n : RTCPH_TEXT_MAX;

		buf_reset(&out);
		rtcph_put_rr(&out, 1, NULL, 0);
		rtcph_put_cname(&out, 1, (struct span){ text, n });
		rtcph_put_bye(&out, 1, (struct span){ text, n });
		ck_assert_int_eq(check(), 0);
		it = rtcph_walk(mem, out.n);
		ck_assert(rtcph_next(&it, &k) && rtcph_next(&it, &k));
		ck_assert_uint_eq(rtcph_sdes_item(&k, 0, RTCPH_CNAME).n, kept);
		ck_assert(rtcph_next(&it, &k));
		ck_assert_uint_eq(rtcph_bye_reason(&k).n, kept);
	}
}
END_TEST

START_TEST(loss_stays_within_24_bits)
{
	static const int32_t rows[][2] = {
		{ 0, 0 },
		{ -1, -1 },
		{ 0x7fffff, 0x7fffff },
		{ 0x800000, 0x7fffff },
		{ -0x800000, -0x800000 },
		{ -0x800001, -0x800000 },
		{ INT32_MAX, 0x7fffff },
		{ INT32_MIN, -0x800000 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rtcph_report r = { .lost = rows[i][0], .fraction = 0xa5 };
		uint8_t b[24];

		rtcph_block_put(b, &r);
		rtcph_block_get(&r, b);
		ck_assert_int_eq(r.lost, rows[i][1]);
		ck_assert_uint_eq(r.fraction, 0xa5);
	}
}
END_TEST

START_TEST(a_translator_rewrites_in_place)
{
	struct rtcph_iter it;
	struct rtcph_pkt k;

	compound();
	it = rtcph_walk(mem, out.n);
	ck_assert(rtcph_next(&it, &k));
	rtcph_set_sender(&k, 0x99);
	rtcph_sr_set_rtp_ts(&k, 4711);
	rtcph_sr_set_counts(&k, 3, 4);
	rtcph_block_set_ssrc(rtcph_block(&k, 1), 0x77);
	rtcph_block_set_high_seq(rtcph_block(&k, 1), 0x30005);
	ck_assert_uint_eq(rtcph_sender(&k), 0x99);
	ck_assert_uint_eq(rtcph_sr_rtp_ts(&k), 4711);
	ck_assert_uint_eq(rtcph_sr_packets(&k), 3);
	ck_assert_uint_eq(rtcph_sr_octets(&k), 4);
	ck_assert_uint_eq(rtcph_block_ssrc(rtcph_block(&k, 0)), 0x11);
	ck_assert_uint_eq(rtcph_block_ssrc(rtcph_block(&k, 1)), 0x77);
	ck_assert_uint_eq(rtph_u32(rtcph_block(&k, 1) + 8), 0x30005);
	ck_assert_int_eq(check(), 0);
}
END_TEST

START_TEST(blocks_are_taken_out)
{
	struct rtcph_iter it;
	struct rtcph_pkt k;
	size_t n;

	compound();
	n = out.n;
	it = rtcph_walk(mem, n);
	ck_assert(rtcph_next(&it, &k));
	rtcph_block_del(mem, &n, &k, 2); /* there is no third */
	ck_assert_uint_eq(n, out.n);
	rtcph_block_del(mem, &n, &k, 0);
	ck_assert_uint_eq(n, out.n - 24);
	ck_assert_int_eq(rtcph_check(mem, n, 0, NULL), 0);
	it = rtcph_walk(mem, n);
	ck_assert(rtcph_next(&it, &k));
	ck_assert_uint_eq(rtcph_nblocks(&k), 1);
	ck_assert_uint_eq(rtcph_block_ssrc(rtcph_block(&k, 0)), 0x22);
	rtcph_block_del(mem, &n, &k, 0);
	ck_assert_int_eq(rtcph_check(mem, n, 0, NULL), 0);
	it = rtcph_walk(mem, n);
	ck_assert(rtcph_next(&it, &k) && rtcph_next(&it, &k));
	ck_span(rtcph_sdes_item(&k, 0, RTCPH_CNAME), "hall@gw.example.net");
}
END_TEST

START_TEST(the_blocks_of_a_report_are_bounded)
{
	static struct rtcph_report many[40];

	rtcph_put_rr(&out, 1, many, 40);
	ck_assert_int_eq(check(), 0);
	ck_assert_uint_eq(mem[0] & 0x1f, RTCPH_BLOCKS_MAX);
	buf_fixed(&out, mem, 10);
	rtcph_put_sr(&out, 1, &info, many, 3);
	ck_assert(!buf_ok(&out));
}
END_TEST

#define RR0 0x80, 201, 0, 1, 0, 0, 0, 1 /* an empty receiver report */

START_TEST(frames_that_are_refused)
{
	static const struct {
		uint8_t p[32];
		size_t n;
	} rows[] = {
		{ { 0 }, 0 },
		{ { 0x80, 201, 0, 0 }, 4 }, /* no sender */
		{ { 0x80, 201, 0, 1, 0, 0, 0, 1, 0 }, 9 },
		{ { 0x40, 201, 0, 1, 0, 0, 0, 1 }, 8 }, /* version 1 */
		{ { 0x80, 202, 0, 0, RR0 }, 12 },       /* SDES first */
		{ { 0x80, 201, 0, 2, 0, 0, 0, 1 }, 8 }, /* too long */
		{ { RR0, 0x80, 204, 0, 9 }, 12 },
		{ { RR0, 0, 0, 0, 0 }, 12 },                  /* rest not RTCP */
		{ { 0x81, 201, 0, 1, 0, 0, 0, 1 }, 8 },       /* block lacks */
		{ { 0x80, 200, 0, 1, 0, 0, 0, 1 }, 8 },       /* SR of an RR's size */
		{ { 0xa0, 201, 0, 1, 0, 0, 0, 4, RR0 }, 16 }, /* padding, not last */
		{ { 0xa0, 201, 0, 1, 0, 0, 0, 4 }, 8 },       /* eats the sender */
		{ { 0xa0, 201, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0 }, 12 }, /* padding of 0 */
		{ { 0xa0, 201, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3 }, 12 }, /* not of 4 */
		{ { 0xa0, 201, 0, 2, 0, 0, 0, 1, 0, 0, 0, 200 }, 12 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_msg(raw(rows[i].p, rows[i].n, 0), "row %zu", i);
}
END_TEST

START_TEST(frames_that_pass)
{
	static const struct {
		uint8_t p[32];
		size_t n;
	} rows[] = {
		{ { RR0 }, 8 },
		{ { RR0, RR0 }, 16 },
		{ { 0xa0, 201, 0, 2, 0, 0, 0, 1, 0, 0, 0, 4 }, 12 },
		{ { RR0, 0xa0, 203, 0, 1, 0, 0, 0, 4 }, 16 },
		{ { RR0, 0x80, 222, 0, 0 }, 12 },                    /* unknown type */
		{ { 0x80, 201, 0, 2, 0, 0, 0, 1, 1, 2, 3, 4 }, 12 }, /* extension */
		{ { RR0, 0x80, 202, 0, 0 }, 12 },                    /* no chunk */
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_msg(!raw(rows[i].p, rows[i].n, 0), "row %zu", i);
}
END_TEST

START_TEST(bodies_that_are_refused)
{
	static const struct {
		uint8_t p[32];
		size_t n;
	} rows[] = {
		{ { RR0, 0x81, 202, 0, 0 }, 12 },             /* chunk lacks */
		{ { RR0, 0x81, 202, 0, 1, 0, 0, 0, 1 }, 16 }, /* no end */
		{ { RR0, 0x81, 202, 0, 2, 0, 0, 0, 1, 1, 2, 'a', 'b' },
		  20 }, /* no null */
		{ { RR0, 0x81, 202, 0, 2, 0, 0, 0, 1, 1, 9, 'a', 0 }, 20 },
		{ { RR0, 0x81, 202, 0, 2, 0, 0, 0, 1, 8, 1, 1, 0 },
		  20 }, /* PRIV prefix */
		{ { RR0, 0x81, 202, 0, 2, 0, 0, 0, 1, 8, 0, 0, 0 }, 20 },
		{ { RR0, 0x81, 202, 0, 3, 0, 0, 0, 1, 0, 0, 0, 0, 1, 2, 3, 4 }, 24 },
		{ { RR0, 0x81, 203, 0, 0 }, 12 },
		{ { RR0, 0x80, 203, 0, 1, 4, 'a', 'b', 'c' }, 16 }, /* reason too long */
		{ { RR0, 0x80, 204, 0, 1, 0, 0, 0, 1 }, 16 },       /* APP, no name */
		{ { RR0, 0x81, 205, 0, 1, 0, 0, 0, 1 }, 16 },       /* no media source */
		{ { RR0, 0x81, 206, 0, 0 }, 12 },
		{ { RR0, 0x80, 207, 0, 0 }, 12 }, /* XR, no sender */
		{ { RR0, 0x80, 207, 0, 2, 0, 0, 0, 1, 99, 0, 0, 1 }, 20 },
		{ { RR0, 0x80, 207, 0, 2, 0, 0, 0, 1, 4, 0, 0, 0 }, 20 },
		{ { RR0, 0x80, 207, 0, 3, 0, 0, 0, 1, 1, 0, 0, 1, 0, 0, 0, 0 }, 24 },
		{ { RR0, 0x80, 207, 0, 3, 0, 0, 0, 1, 5, 0, 0, 1, 0, 0, 0, 0 }, 24 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_msg(raw(rows[i].p, rows[i].n, 0), "row %zu", i);
}
END_TEST

START_TEST(extended_reports_and_feedback_pass)
{
	static const uint8_t xr[] = { RR0, 0x80, 207, 0, 6, 0, 0,  0, 1, 4, 0, 0, 2, 0, 0,
				      0,   1,    0,   0, 0, 2, 99, 0, 0, 1, 1, 2, 3, 4 };
	static const uint8_t fb[] = { RR0, 0x81, 205, 0, 3, 0, 0, 0, 7,
				      0,   0,    0,   9, 0, 1, 0, 0 };
	uint8_t copy[sizeof(fb)];
	struct rtcph_iter it;
	struct rtcph_pkt k;

	ck_assert_int_eq(raw(xr, sizeof(xr), 0), 0);
	ck_assert_int_eq(raw(fb, sizeof(fb), 0), 0);
	memcpy(copy, fb, sizeof(fb));
	it = rtcph_walk(copy, sizeof(copy));
	ck_assert(rtcph_next(&it, &k));
	ck_assert_ptr_null(rtcph_fb_media(&k));
	ck_assert(rtcph_next(&it, &k));
	ck_assert_uint_eq(rtcph_sender(&k), 7);
	ck_assert_uint_eq(rtph_u32(rtcph_fb_media(&k)), 9);
}
END_TEST

START_TEST(reduced_size_when_allowed)
{
	static const uint8_t fb[] = { 0x81, 205, 0, 2, 0, 0, 0, 7, 0, 0, 0, 9 };

	ck_assert_int_ne(raw(fb, sizeof(fb), 0), 0);
	ck_assert_int_eq(raw(fb, sizeof(fb), RTCPH_REDUCED), 0);
	ck_assert_int_ne(raw(fb, 8, RTCPH_REDUCED), 0);
}
END_TEST

START_TEST(sources_of_sdes_and_bye)
{
	static uint8_t p[] = { RR0, 0x82, 202, 0, 6, 0, 0, 0, 5, 2,   1,   'n', 1, 1,
			       'c', 0,    0,   0, 0, 0, 6, 6, 2, 't', 'u', 0,   0, 0,
			       0,   0x82, 203, 0, 2, 0, 0, 0, 5, 0,   0,   0,   6 };
	struct rtcph_iter it = rtcph_walk(p, sizeof(p));
	struct rtcph_pkt k;

	ck_assert_int_eq(raw(p, sizeof(p), 0), 0);
	ck_assert(rtcph_next(&it, &k) && rtcph_next(&it, &k));
	ck_assert_uint_eq(rtcph_nsources(&k), 2);
	ck_assert_uint_eq(rtph_u32(rtcph_source(&k, 1)), 6);
	ck_span(rtcph_sdes_item(&k, 0, RTCPH_CNAME), "c");
	ck_span(rtcph_sdes_item(&k, 1, RTCPH_TOOL), "tu");
	ck_assert(rtcph_next(&it, &k));
	ck_assert_uint_eq(rtph_u32(rtcph_source(&k, 1)), 6);
	ck_assert_ptr_null(rtcph_bye_reason(&k).p);
	rtcph_set_sender(&k, 8);
	ck_assert_uint_eq(rtcph_sender(&k), 8);
	k.count = 0;
	ck_assert_uint_eq(rtcph_sender(&k), 0);
	rtcph_set_sender(&k, 9);
	ck_assert_uint_eq(rtph_u32(k.p + 4), 8);
}
END_TEST

START_TEST(every_truncation_is_judged)
{
	compound();
	for (size_t n = 0; n < out.n; n++) {
		bool whole = n == 76 || n == 108; /* behind the SR, behind the SDES */

		ck_assert_msg(!raw(mem, n, 0) == whole, "%zu", n);
	}
}
END_TEST

static Suite *rtcp_suite(void)
{
	Suite *s = suite_create("rtcp");
	TCase *tc = tcase_create("compound");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, what_is_built_is_valid_and_read_back);
	tcase_add_test(tc, the_wire_is_as_the_rfc_draws_it);
	tcase_add_test(tc, texts_of_every_length_are_padded);
	tcase_add_test(tc, loss_stays_within_24_bits);
	tcase_add_test(tc, a_translator_rewrites_in_place);
	tcase_add_test(tc, blocks_are_taken_out);
	tcase_add_test(tc, the_blocks_of_a_report_are_bounded);
	tcase_add_test(tc, frames_that_are_refused);
	tcase_add_test(tc, frames_that_pass);
	tcase_add_test(tc, bodies_that_are_refused);
	tcase_add_test(tc, extended_reports_and_feedback_pass);
	tcase_add_test(tc, reduced_size_when_allowed);
	tcase_add_test(tc, sources_of_sdes_and_bye);
	tcase_add_test(tc, every_truncation_is_judged);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(rtcp_suite)
