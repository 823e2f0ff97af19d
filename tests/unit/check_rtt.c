/* tests/unit/check_rtt.c - retransmission timers.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "test.h"

#include "util/rtt.h"
#include "util/rnd.h"

START_TEST(starts_with_what_it_is_told)
{
	struct rtt r;
	struct rtt_try t;

	rtt_init(&r, 200, 100, 4000);
	ck_assert_uint_eq(rtt_rto(&r), 200000);
	rtt_start(&r, &t);
	ck_assert_uint_eq(t.rto, 200000);
	ck_assert(!t.repeated);
}
END_TEST

/* 3.5.3: T-DELAY doubles, the wait is between half of it and all of it, at most RTO-MAX.
 */
START_TEST(backs_off)
{
	struct rtt r;
	struct rtt_try t;
	uint32_t delay = 200000, sum = 200000;

	for (uint64_t seed = 1; seed < 50; seed++) {
		rnd_fix(seed);
		rtt_init(&r, 200, 100, 4000);
		rtt_start(&r, &t);
		delay = 200000;
		for (int n = 1; n <= 7; n++) {
			rtt_repeat(&r, &t);
			delay = delay * 2 > 8000000 ? 8000000 : delay * 2;
			ck_assert(t.repeated);
			ck_assert_uint_eq(t.delay, delay);
			ck_assert_uint_ge(t.rto,
					  delay / 2 < 4000000 ? delay / 2 : 4000000);
			ck_assert_uint_le(t.rto, delay < 4000000 ? delay : 4000000);
			sum += t.rto;
		}
	}
	ck_assert_uint_gt(sum, 200000);
}
END_TEST

START_TEST(adapts_to_what_it_measures)
{
	struct rtt r;
	struct rtt_try t;

	rtt_init(&r, 200, 10, 4000);
	for (int i = 0; i < 50; i++) {
		rtt_start(&r, &t);
		rtt_answered(&r, &t, 30000);
	}
	ck_assert_uint_eq(r.aad, 30000);
	ck_assert_uint_le(r.adev, 10);
	ck_assert_uint_ge(rtt_rto(&r), 30000);
	ck_assert_uint_le(rtt_rto(&r), 31000);
}
END_TEST

START_TEST(is_bounded)
{
	struct rtt r;
	struct rtt_try t;

	rtt_init(&r, 200, 100, 4000);
	for (int i = 0; i < 9; i++) {
		rtt_start(&r, &t);
		rtt_answered(&r, &t, 5);
	}
	ck_assert_uint_eq(rtt_rto(&r), 100000);
	for (int i = 0; i < 90; i++) {
		rtt_start(&r, &t);
		rtt_answered(&r, &t, UINT64_MAX);
	}
	ck_assert_uint_eq(rtt_rto(&r), 4000000);
}
END_TEST

/* Answers to repeats teach nothing, but the next command starts where they ended. */
START_TEST(learns_nothing_from_repeats)
{
	struct rtt r;
	struct rtt_try t;
	uint32_t worked;

	rtt_init(&r, 200, 100, 4000);
	rtt_start(&r, &t);
	rtt_answered(&r, &t, 50000);
	rtt_start(&r, &t);
	rtt_repeat(&r, &t);
	worked = t.rto;
	rtt_answered(&r, &t, 3000000);
	ck_assert_uint_eq(r.aad, 50000);
	ck_assert_uint_eq(rtt_rto(&r), worked);
	rtt_start(&r, &t);
	rtt_answered(&r, &t, 50000);
	ck_assert_uint_eq(r.carry, 0);
}
END_TEST

static Suite *rtt_suite(void)
{
	Suite *s = suite_create("mgcp rtt");
	TCase *tc = tcase_create("rtt");

	tcase_add_test(tc, starts_with_what_it_is_told);
	tcase_add_test(tc, backs_off);
	tcase_add_test(tc, adapts_to_what_it_measures);
	tcase_add_test(tc, is_bounded);
	tcase_add_test(tc, learns_nothing_from_repeats);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(rtt_suite)
