/* tests/unit/check_sdp_build.c - descriptions built, the table of static types.
 *
 * layer: tests   thread: main   I/O: none
 * RFC 8866, 3551 6
 */
#include "wire/sdp.h"
#include "wire_rig.h"

static void prints(const struct sdp *s, const char *want)
{
	char mem[4096];
	struct buf b;

	buf_fixed(&b, mem, sizeof(mem));
	sdp_print(&b, s);
	ck_assert(buf_ok(&b));
	ck_span(buf_view(&b), want);
}

static struct addr ip(const char *text)
{
	struct addr a;

	ck_assert_int_eq(addr_parse_ip(&a, str_of(text)), 0);
	return a;
}

START_TEST(an_answer_is_built)
{
	struct addr here = ip("192.0.2.7");
	struct sdp *s = sdp_new(arena);
	struct sdp_media *m;

	sdp_set_origin(arena, s, 4000000000, 2, &here);
	s->conn = sdp_conn_new(arena, &here, SDP_TTL_NONE, 1);
	sdp_bw_add(arena, &s->bw, STR_LIT("AS"), 80);
	m = sdp_media_add(arena, s, STR_LIT("audio"), 16384, STR_LIT("RTP/AVP"));
	sdp_fmt_add(arena, m, 0, STR_LIT("PCMU"), 8000, 1, STR_LIT(""));
	sdp_fmt_add(arena, m, 97, STR_LIT("opus"), 48000, 2, STR_LIT("usedtx=1"));
	sdp_fmt_add(arena, m, 18, STR_LIT("G729"), 8000, 1, STR_LIT("annexb=no"));
	sdp_fmt_add(arena, m, 0, STR_LIT("PCMU"), 16000, 1, STR_LIT(""));
	sdp_attr_add(arena, &m->attrs, STR_LIT("ptime"), STR_LIT("20"));
	sdp_attr_add(arena, &m->attrs, STR_LIT("recvonly"), (struct span){ NULL, 0 });
	ck_assert(!arena_failed(arena));
	prints(s,
	       "v=0\r\no=- 4000000000 2 IN IP4 192.0.2.7\r\ns=-\r\nc=IN IP4 192.0.2.7\r\n"
	       "b=AS:80\r\nt=0 0\r\nm=audio 16384 RTP/AVP 0 97 18 0\r\n"
	       "a=rtpmap:97 opus/48000/2\r\na=fmtp:97 usedtx=1\r\na=fmtp:18 annexb=no\r\n"
	       "a=rtpmap:0 PCMU/16000\r\na=ptime:20\r\na=recvonly\r\n");
	ck_assert_int_eq(sdp_derive(arena, s, NULL), 0);
	ck_assert_uint_eq(m->ptime, 20);
	ck_assert_int_eq(m->dir, SDP_RECVONLY);
	ck_span(sdp_fmt_pt(m, 97)->fmtp, "usedtx=1");
}
END_TEST

START_TEST(groups_and_ipv6)
{
	struct addr g4 = ip("239.1.2.3"), g6 = ip("ff15::7"), from = ip("2001:db8::2");
	struct sdp *s = sdp_new(arena);
	struct sdp_media *m;

	sdp_set_origin(arena, s, 1, 1, &from);
	m = sdp_media_add(arena, s, STR_LIT("audio"), 5004, STR_LIT("RTP/AVP"));
	sdp_fmt_add(arena, m, 8, STR_LIT("PCMA"), 8000, 0, STR_LIT(""));
	m->conn = sdp_conn_new(arena, &g4, 16, 2);
	m->conn->next = sdp_conn_new(arena, &g6, 16, 3);
	prints(s, "v=0\r\no=- 1 1 IN IP6 2001:db8::2\r\ns=-\r\nt=0 0\r\n"
		  "m=audio 5004 RTP/AVP 8\r\nc=IN IP4 239.1.2.3/16/2\r\nc=IN IP6 "
		  "ff15::7/3\r\n");
	ck_assert_ptr_null(sdp_fmt_add(arena, m, 128, STR_LIT("X"), 1, 1, STR_LIT("")));
}
END_TEST

START_TEST(builders_pass_a_full_arena_on)
{
	struct addr here = ip("192.0.2.7");

	for (size_t most = 0; most < 2500; most += 16) {
		struct arena *a = arena_new(most);
		struct sdp *s;
		struct sdp_media *m;

		ck_assert_ptr_nonnull(a);
		s = sdp_new(a);
		sdp_set_origin(a, s, 1, 1, &here);
		sdp_conn_new(a, &here, 1, 1);
		sdp_bw_add(a, s ? &s->bw : NULL, STR_LIT("AS"), 1);
		m = sdp_media_add(a, s, STR_LIT("audio"), 1, STR_LIT("RTP/AVP"));
		sdp_fmt_add(a, m, 97, STR_LIT("opus"), 48000, 2, STR_LIT("x"));
		sdp_attr_add(a, m ? &m->attrs : NULL, STR_LIT("a"), STR_LIT("b"));
		ck_assert(arena_failed(a) || m);
		arena_free(a);
	}
}
END_TEST

START_TEST(derive_is_repeatable_and_checks)
{
	struct addr here = ip("192.0.2.7");
	struct sdp *s = sdp_new(arena);
	struct sdp_media *m;
	struct parse_err err = { 0 };

	sdp_set_origin(arena, s, 1, 1, &here);
	m = sdp_media_add(arena, s, STR_LIT("audio"), 5004, STR_LIT("RTP/AVP"));
	sdp_fmt_add(arena, m, 96, STR_LIT("L16"), 16000, 1, STR_LIT(""));
	sdp_attr_add(arena, &s->attrs, STR_LIT("source-filter"),
		     STR_LIT("incl IN IP4 232.1.1.1 192.0.2.5"));
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(sdp_derive(arena, s, &err), 0);
		ck_assert_ptr_nonnull(m->filters);
		ck_assert_ptr_null(m->filters->next);
	}
	sdp_attr_add(arena, &m->attrs, STR_LIT("ptime"), STR_LIT("soon"));
	ck_assert_int_eq(sdp_derive(arena, s, &err), -H_ESYNTAX);
	ck_assert_str_eq(err.clause, "RFC 8866 6.4");
}
END_TEST

START_TEST(static_types_of_the_profile)
{
	static const struct {
		unsigned pt;
		const char *name;
		uint32_t clock;
		unsigned channels;
	} rows[] = {
		{ 0, "PCMU", 8000, 1 },   { 3, "GSM", 8000, 1 },
		{ 4, "G723", 8000, 1 },   { 5, "DVI4", 8000, 1 },
		{ 6, "DVI4", 16000, 1 },  { 7, "LPC", 8000, 1 },
		{ 8, "PCMA", 8000, 1 },   { 9, "G722", 8000, 1 },
		{ 10, "L16", 44100, 2 },  { 11, "L16", 44100, 1 },
		{ 12, "QCELP", 8000, 1 }, { 13, "CN", 8000, 1 },
		{ 14, "MPA", 90000, 1 },  { 15, "G728", 8000, 1 },
		{ 16, "DVI4", 11025, 1 }, { 17, "DVI4", 22050, 1 },
		{ 18, "G729", 8000, 1 },  { 25, "CelB", 90000, 1 },
		{ 26, "JPEG", 90000, 1 }, { 28, "nv", 90000, 1 },
		{ 31, "H261", 90000, 1 }, { 32, "MPV", 90000, 1 },
		{ 33, "MP2T", 90000, 1 }, { 34, "H263", 90000, 1 },
	};
	unsigned known = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct sdp_static *s = sdp_static_pt(rows[i].pt);

		ck_assert_ptr_nonnull(s);
		ck_assert_str_eq(s->encoding, rows[i].name);
		ck_assert_uint_eq(s->clock, rows[i].clock);
		ck_assert_uint_eq(s->channels, rows[i].channels);
		ck_assert_ptr_eq(sdp_static_named(str_of(rows[i].name), rows[i].clock,
						  rows[i].channels),
				 s);
	}
	for (unsigned pt = 0; pt < 300; pt++)
		known += sdp_static_pt(pt) != NULL;
	ck_assert_uint_eq(known, sizeof(rows) / sizeof(rows[0]));
	ck_assert_ptr_null(sdp_static_named(STR_LIT("pcmu"), 16000, 1));
	ck_assert_ptr_nonnull(sdp_static_named(STR_LIT("pcmu"), 8000, 1));
}
END_TEST

static Suite *sdp_build_suite(void)
{
	Suite *s = suite_create("sdp_build");
	TCase *tc = tcase_create("build");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, an_answer_is_built);
	tcase_add_test(tc, groups_and_ipv6);
	tcase_add_test(tc, builders_pass_a_full_arena_on);
	tcase_add_test(tc, derive_is_repeatable_and_checks);
	tcase_add_test(tc, static_types_of_the_profile);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(sdp_build_suite)
