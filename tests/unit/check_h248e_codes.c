/* tests/unit/check_h248e_codes.c - every cause, code and reason has its place.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "test.h"

#include <string.h>

#include "h248/codes.h"

START_TEST(rows_are_in_order_and_whole)
{
	unsigned last = 0;

	for (const struct h248_code_row *r = h248_codes; r->text; r++) {
		ck_assert_uint_gt(r->code, last);
		ck_assert_uint_lt(r->code, 600);
		ck_assert_uint_gt(strlen(r->text), 4);
		ck_assert(h248_code_row(r->code) == r);
		ck_assert_str_eq(h248_code_text(r->code), r->text);
		last = r->code;
	}
	ck_assert_uint_eq(last, H248_NONE_SUCH);
}
END_TEST

/* No quotes and no controls: they go between quotes as they are. */
START_TEST(texts_can_be_quoted)
{
	for (const struct h248_code_row *r = h248_codes; r->text; r++)
		for (const char *p = r->text; *p; p++)
			ck_assert_msg(*p >= ' ' && *p < 127 && *p != '"', "%u", r->code);
}
END_TEST

START_TEST(what_is_never_said_has_a_reason)
{
	for (const struct h248_code_row *r = h248_codes; r->text; r++)
		if (r->use == H248_USE_NEVER || r->use == H248_USE_PEER)
			ck_assert_msg(r->why && *r->why, "%u", r->code);
		else
			ck_assert_msg(!r->why, "%u", r->code);
}
END_TEST

/* A code a cause becomes is one we admit to send. */
START_TEST(every_cause_has_a_code)
{
	for (int c = 0; c < CAUSE_N; c++) {
		unsigned code = h248_code_of((enum cause)c);
		const struct h248_code_row *r = h248_code_row(code);

		if (c == CAUSE_OK) {
			ck_assert_uint_eq(code, 0);
			continue;
		}
		ck_assert_msg(r != NULL, "%s", cause_str((enum cause)c));
		ck_assert_msg(c == CAUSE_INTERNAL || code != H248_INTERNAL,
			      "%s has no code", cause_str((enum cause)c));
		ck_assert_msg(r->use == H248_USE_YES, "%s: %u", cause_str((enum cause)c),
			      code);
	}
	ck_assert_uint_eq(h248_code_of(CAUSE_N), H248_INTERNAL);
}
END_TEST

START_TEST(causes_that_matter)
{
	ck_assert_uint_eq(h248_code_of(CAUSE_NOT_OWNER), 430);
	ck_assert_uint_eq(h248_code_of(CAUSE_CTX_UNKNOWN), 411);
	ck_assert_uint_eq(h248_code_of(CAUSE_TERM_EXISTS), 433);
	ck_assert_uint_eq(h248_code_of(CAUSE_CTX_FULL), 434);
	ck_assert_uint_eq(h248_code_of(CAUSE_CTX_LIMIT), 412);
	ck_assert_uint_eq(h248_code_of(CAUSE_ENDP_NONE_FREE), 432);
	ck_assert_uint_eq(h248_code_of(CAUSE_GROUP_REFUSED), 510);
	ck_assert_uint_eq(h248_code_of(CAUSE_MIX_NEEDED), 510);
	ck_assert_uint_eq(h248_code_of(CAUSE_OVERLOAD), 511);
	ck_assert_uint_eq(h248_code_of(CAUSE_MODE_UNSUPPORTED), 517);
}
END_TEST

START_TEST(reasons_are_told_by_number)
{
	ck_assert_str_eq(h248_reason_text(901), "Cold Boot");
	ck_assert_str_eq(h248_reason_text(H248_STATE_LOSS), "State Loss");
	ck_assert_str_eq(h248_reason_text(899), "");
	ck_assert_str_eq(h248_reason_text(916), "");
	ck_assert_str_eq(h248_reason_text(0), "");
	ck_assert_uint_eq(h248_reason_of("silent"), 906);
	ck_assert_uint_eq(h248_reason_of("orphan"), 915);
	ck_assert_uint_eq(h248_reason_of("forced"), 905);
	ck_assert_uint_eq(h248_reason_of("shutdown"), 905);
}
END_TEST

START_TEST(unknown_codes_have_no_row)
{
	ck_assert_ptr_null(h248_code_row(0));
	ck_assert_ptr_null(h248_code_row(499));
	ck_assert_str_eq(h248_code_text(999), "");
}
END_TEST

static Suite *codes_suite(void)
{
	Suite *s = suite_create("h248 codes");
	TCase *tc = tcase_create("codes");

	tcase_add_test(tc, rows_are_in_order_and_whole);
	tcase_add_test(tc, texts_can_be_quoted);
	tcase_add_test(tc, what_is_never_said_has_a_reason);
	tcase_add_test(tc, every_cause_has_a_code);
	tcase_add_test(tc, causes_that_matter);
	tcase_add_test(tc, reasons_are_told_by_number);
	tcase_add_test(tc, unknown_codes_have_no_row);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(codes_suite)
