/* tests/unit/check_mgcp_lco.c - local connection options: checked, asked, kept, told.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "mgcp/codes.h"
#include "mgcp/lco.h"

static struct arena *arena;
static struct lco_set set;
static const struct lco_set none;

static void setup(void)
{
	arena = arena_new(1 << 16);
	set = none;
}

static void teardown(void)
{
	lco_fini(&set);
	arena_free(arena);
}

/* The options of an L: line, in the arena. */
static const struct mgcp_lco *options(const char *value)
{
	char text[512];
	struct mgcp_msg *m;
	struct span bytes;

	snprintf(text, sizeof(text), "CRCX 1 a@b MGCP 1.0\r\nL: %s\r\n", value);
	bytes = arena_span(arena, str_of(text));
	ck_assert_int_eq(mgcp_parse(arena, bytes, &m, NULL), 0);
	return mgcp_get(m, MGCP_PARAM_L)->lcos;
}

static unsigned judge(const char *value, bool link)
{
	return lco_check(options(value), link);
}

START_TEST(good_ones)
{
	ck_assert_uint_eq(judge("p:20", false), 0);
	ck_assert_uint_eq(
		judge("p:10-20, b:64, a:PCMU;PCMA, e:on, s:off, gc:auto", false), 0);
	ck_assert_uint_eq(judge("t:b8, r:be, nt:IN, gc:-7", false), 0);
	ck_assert_uint_eq(judge("x-any:thing, x-other:thing", false), 0);
	ck_assert_uint_eq(judge("nt:LOCAL", true), 0);
	ck_assert_uint_eq(lco_check(NULL, false), 0);
}
END_TEST

START_TEST(bad_ones)
{
	ck_assert_uint_eq(judge("p:0", false), 532);
	ck_assert_uint_eq(judge("r:g", false), 532);
	ck_assert_uint_eq(judge("r:cl", false), 532);
	ck_assert_uint_eq(judge("nt:ATM", false), 532);
	ck_assert_uint_eq(judge("nt:LOCAL", false), 532);
	ck_assert_uint_eq(judge("nt:IN", true), 524);
	ck_assert_uint_eq(judge("p:20, P:30", false), 524);
	ck_assert_uint_eq(judge("k:prompt", false), 541);
	ck_assert_uint_eq(judge("zz:1", false), 541);
	ck_assert_uint_eq(judge("x+a:1", false), 525);
	ck_assert_uint_eq(judge("fm/x:1", false), 518);
}
END_TEST

START_TEST(ask_the_model)
{
	struct term_ask ask = { 0 };

	ck_assert_uint_eq(lco_ask(options("p:10-30, b:32-64, t:b8, a:PCMA;PCMU"), &ask),
			  0);
	ck_assert_uint_eq(ask.has, ASK_PTIME | ASK_BANDWIDTH | ASK_DSCP | ASK_FORMATS);
	ck_assert_uint_eq(ask.ptime_min, 10);
	ck_assert_uint_eq(ask.ptime_max, 30);
	ck_assert_uint_eq(ask.kbps_min, 32);
	ck_assert_uint_eq(ask.kbps_max, 64);
	ck_assert_uint_eq(ask.dscp, 46);
	ck_assert_uint_eq(ask.formats.n, 2);
	ck_assert_str_eq(ask.formats.v[0].name, "PCMA");
}
END_TEST

START_TEST(unknown_codecs_drop_out)
{
	struct term_ask ask = { 0 }, empty = { 0 };
	char many[200] = "a:PCMU";

	ck_assert_uint_eq(lco_ask(options("a:NONSUCH;PCMU"), &ask), 0);
	ck_assert_uint_eq(ask.formats.n, 1);
	ck_assert_uint_eq(lco_ask(options("a:NONSUCH;NEITHER"), &empty), 534);
	for (int i = 0; i < 30; i++)
		strcat(many, ";PCMA");
	ask = (struct term_ask){ 0 };
	ck_assert_uint_eq(lco_ask(options(many), &ask), 0);
	ck_assert_uint_eq(ask.formats.n, FORMATS_MAX);
}
END_TEST

static const char *told(const struct lco_set *s)
{
	static char text[512];
	struct buf b;

	buf_fixed(&b, text, sizeof(text) - 1);
	lco_print(&b, s);
	text[b.n] = '\0';
	return text;
}

/* 2.3.6, 2.3.11: what is left out keeps its value and is told. */
START_TEST(later_ones_go_over_earlier_ones)
{
	struct lco_set one, two;

	ck_assert_int_eq(lco_merge(&one, &none, options("p:20, a:PCMU, e:on, x-y:1")), 0);
	ck_assert_int_eq(lco_merge(&two, &one, options("a:G729;PCMU, s:on, gc:auto")), 0);
	ck_assert_int_eq(
		lco_merge(&set, &two, options("e:off, b:8-16, t:a0, r:be, nt:IN")), 0);
	ck_assert_str_eq(told(&one), "p:20, a:PCMU, e:on");
	ck_assert_str_eq(told(&set),
			 "p:20, a:G729;PCMU, b:8-16, e:off, gc:auto, s:on, t:a0, "
			 "r:be, nt:IN");
	ck_assert_str_eq(told(&none), "");
	lco_fini(&one);
	lco_fini(&two);
}
END_TEST

START_TEST(nothing_new_is_a_copy)
{
	struct lco_set one;

	ck_assert_int_eq(lco_merge(&one, &none, options("a:PCMU, gc:-12")), 0);
	ck_assert_int_eq(lco_merge(&set, &one, NULL), 0);
	lco_fini(&one);
	ck_assert_str_eq(told(&set), "a:PCMU, gc:-12");
}
END_TEST

static Suite *lco_suite(void)
{
	Suite *s = suite_create("mgcp lco");
	TCase *tc = tcase_create("lco");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, good_ones);
	tcase_add_test(tc, bad_ones);
	tcase_add_test(tc, ask_the_model);
	tcase_add_test(tc, unknown_codecs_drop_out);
	tcase_add_test(tc, later_ones_go_over_earlier_ones);
	tcase_add_test(tc, nothing_new_is_a_copy);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(lco_suite)
