/* tests/unit/check_ring.c - the ring between two threads.
 *
 * layer: tests   thread: main and one more   I/O: none
 */
#include "test.h"

#include <pthread.h>
#include <sched.h>
#include <stdint.h>

#include "util/err.h"
#include "util/ring.h"

START_TEST(first_in_first_out)
{
	struct ring r;
	int v[8];

	ck_assert_int_eq(ring_init(&r, 5), 0); /* becomes 8 */
	ck_assert(ring_empty(&r));
	ck_assert_ptr_null(ring_pop(&r));
	for (int round = 0; round < 5; round++) {
		for (int i = 0; i < 8; i++)
			ck_assert(ring_push(&r, &v[i]));
		ck_assert(!ring_push(&r, &v[0]));
		ck_assert(!ring_empty(&r));
		for (int i = 0; i < 8; i++)
			ck_assert_ptr_eq(ring_pop(&r), &v[i]);
		ck_assert_ptr_null(ring_pop(&r));
		ck_assert(ring_empty(&r));
	}
	ring_fini(&r);
}
END_TEST

START_TEST(full_takes_again_after_a_pop)
{
	struct ring r;
	int v[4];

	ck_assert_int_eq(ring_init(&r, 2), 0);
	ck_assert(ring_push(&r, &v[0]) && ring_push(&r, &v[1]) && !ring_push(&r, &v[2]));
	ck_assert_ptr_eq(ring_pop(&r), &v[0]);
	ck_assert(ring_push(&r, &v[2]));
	ck_assert(!ring_push(&r, &v[3]));
	ck_assert_ptr_eq(ring_pop(&r), &v[1]);
	ck_assert_ptr_eq(ring_pop(&r), &v[2]);
	ring_fini(&r);
}
END_TEST

START_TEST(size_has_a_limit)
{
	struct ring r;

	ck_assert_int_eq(ring_init(&r, SIZE_MAX), -H_ELIMIT);
}
END_TEST

enum { PASSED = 50000 };

static void *produce(void *arg)
{
	struct ring *r = arg;

	for (uintptr_t i = 1; i <= PASSED; i++)
		while (!ring_push(r, (void *)i))
			sched_yield();
	return NULL;
}

START_TEST(between_threads)
{
	struct ring r;
	pthread_t t;

	test_no_oom();
	ck_assert_int_eq(ring_init(&r, 64), 0);
	ck_assert_int_eq(pthread_create(&t, NULL, produce, &r), 0);
	for (uintptr_t want = 1; want <= PASSED;) {
		void *p = ring_pop(&r);

		if (!p) {
			sched_yield();
			continue;
		}
		if ((uintptr_t)p != want)
			ck_abort_msg("out of order");
		want++;
	}
	pthread_join(t, NULL);
	ck_assert(ring_empty(&r));
	ring_fini(&r);
}
END_TEST

static Suite *ring_suite(void)
{
	Suite *s = suite_create("ring");
	TCase *tc = tcase_create("ring");

	tcase_add_test(tc, first_in_first_out);
	tcase_add_test(tc, full_takes_again_after_a_pop);
	tcase_add_test(tc, size_has_a_limit);
	tcase_add_test(tc, between_threads);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(ring_suite)
