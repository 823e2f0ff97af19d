/* tests/unit/check_mgcp_codes.c - every cause and every return code has its place.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "test.h"

#include <string.h>

#include "mgcp/codes.h"

/* RFC 3435 2.4: all of them, in order. */
static const unsigned rfc[] = {
	0,   100, 101, 200, 250, 400, 401, 402, 403, 404, 405, 406, 407, 409, 410,
	500, 501, 502, 503, 504, 505, 506, 507, 508, 509, 510, 511, 512, 513, 514,
	515, 516, 517, 518, 519, 520, 521, 522, 523, 524, 525, 526, 527, 528, 529,
	530, 531, 532, 533, 534, 535, 536, 537, 538, 539, 540, 541,
};
enum { RFC_N = sizeof(rfc) / sizeof(rfc[0]) };

START_TEST(table_is_the_rfcs)
{
	unsigned n = 0;

	for (const struct mgcp_code_row *r = mgcp_codes; r->text; r++, n++) {
		ck_assert_uint_lt(n, RFC_N);
		ck_assert_uint_eq(r->code, rfc[n]);
		ck_assert_uint_gt(strlen(r->text), 1);
		ck_assert(mgcp_code_row(r->code) == r);
	}
	ck_assert_uint_eq(n, RFC_N);
}
END_TEST

START_TEST(what_is_never_said_has_a_reason)
{
	for (const struct mgcp_code_row *r = mgcp_codes; r->text; r++)
		if (r->use == MGCP_USE_NEVER || r->use == MGCP_USE_PEER)
			ck_assert_msg(r->why && *r->why, "%u", r->code);
		else
			ck_assert_msg(!r->why, "%u", r->code);
}
END_TEST

/* A code a cause becomes is one we admit to send. */
START_TEST(every_cause_has_a_code)
{
	for (int c = 0; c < CAUSE_N; c++) {
		unsigned code = mgcp_code_of((enum cause)c);
		const struct mgcp_code_row *r = mgcp_code_row(code);

		ck_assert_msg(r != NULL, "%s", cause_str((enum cause)c));
		ck_assert_msg(code != MGCP_PROTOCOL, "%s has no code",
			      cause_str((enum cause)c));
		ck_assert_msg(r->use == MGCP_USE_YES, "%s: %u", cause_str((enum cause)c),
			      code);
		ck_assert_msg((code == MGCP_OK) == (c == CAUSE_OK), "%s",
			      cause_str((enum cause)c));
	}
	ck_assert_uint_eq(mgcp_code_of(CAUSE_N), MGCP_PROTOCOL);
}
END_TEST

START_TEST(causes_that_matter)
{
	ck_assert_uint_eq(mgcp_code_of(CAUSE_NOT_OWNER), 500);
	ck_assert_uint_eq(mgcp_code_of(CAUSE_MIX_NEEDED), 403);
	ck_assert_uint_eq(mgcp_code_of(CAUSE_TRANSCODE_NEEDED), 534);
	ck_assert_uint_eq(mgcp_code_of(CAUSE_ENDP_NONE_FREE), 410);
	ck_assert_uint_eq(mgcp_code_of(CAUSE_SECURITY_UNSUPPORTED), 505);
	ck_assert_uint_eq(mgcp_code_of(CAUSE_GROUP_REFUSED), 505);
	ck_assert_uint_eq(mgcp_code_of(CAUSE_REMOTE_MISSING), 527);
	ck_assert_uint_eq(mgcp_code_of(CAUSE_MODE_UNSUPPORTED), 517);
}
END_TEST

/* RFC 3435 2.4, the last list. */
START_TEST(unknown_codes_fall_into_their_class)
{
	ck_assert_uint_eq(mgcp_code_known(200), 200);
	ck_assert_uint_eq(mgcp_code_known(521), 521);
	ck_assert_uint_eq(mgcp_code_known(42), 0);
	ck_assert_uint_eq(mgcp_code_known(199), 100);
	ck_assert_uint_eq(mgcp_code_known(299), 200);
	ck_assert_uint_eq(mgcp_code_known(301), 521);
	ck_assert_uint_eq(mgcp_code_known(499), 400);
	ck_assert_uint_eq(mgcp_code_known(599), 510);
	ck_assert_uint_eq(mgcp_code_known(800), 510);
	ck_assert_uint_eq(mgcp_code_known(999), 510);
}
END_TEST

START_TEST(reasons_are_told_by_number)
{
	ck_assert_uint_eq(mgcp_reason_of("agent"), 0);
	ck_assert_uint_eq(mgcp_reason_of("silent"), 902);
	ck_assert_uint_eq(mgcp_reason_of("shutdown"), 901);
	ck_assert_uint_eq(mgcp_reason_of("something else"), 900);
	ck_assert_str_ne(mgcp_reason_text(902), "");
	ck_assert_str_eq(mgcp_reason_text(999), "");
	ck_assert_str_eq(mgcp_code_text(999), "");
}
END_TEST

static Suite *codes_suite(void)
{
	Suite *s = suite_create("mgcp codes");
	TCase *tc = tcase_create("codes");

	tcase_add_test(tc, table_is_the_rfcs);
	tcase_add_test(tc, what_is_never_said_has_a_reason);
	tcase_add_test(tc, every_cause_has_a_code);
	tcase_add_test(tc, causes_that_matter);
	tcase_add_test(tc, unknown_codes_fall_into_their_class);
	tcase_add_test(tc, reasons_are_told_by_number);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(codes_suite)
