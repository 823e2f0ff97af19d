/* tests/unit/check_tmr.c - the timer heap.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "test.h"

#include "util/rnd.h"
#include "util/tmr.h"

enum { MANY = 1000 };

struct bell {
	struct tmr t;
	int rang;
};

static struct tmr_heap heap;
static struct bell bells[MANY];
static uint64_t last_at;
static int total;

static void ring_bell(struct tmr *t, uint64_t now)
{
	struct bell *b = TMR_OF(t, struct bell, t);

	ck_assert(t->at <= now);
	ck_assert(t->at >= last_at); /* in order */
	ck_assert(!tmr_armed(t));
	last_at = t->at;
	b->rang++;
	total++;
}

static void setup(void)
{
	tmr_heap_init(&heap);
	for (int i = 0; i < MANY; i++) {
		tmr_init(&bells[i].t, ring_bell);
		bells[i].rang = 0;
	}
	last_at = 0;
	total = 0;
	rnd_fix(7);
}

static void teardown(void)
{
	tmr_heap_fini(&heap);
}

START_TEST(nothing_armed)
{
	ck_assert(tmr_next(&heap) == TMR_NEVER);
	tmr_run(&heap, TMR_S(5));
	tmr_del(&heap, &bells[0].t);
	ck_assert(!tmr_armed(&bells[0].t));
}
END_TEST

START_TEST(rings_in_order)
{
	for (int i = 0; i < MANY; i++)
		ck_assert_int_eq(tmr_set(&heap, &bells[i].t, rnd_below(100000)), 0);
	for (int i = 0; i < MANY; i += 3)
		tmr_del(&heap, &bells[i].t);
	for (int i = 0; i < MANY; i += 5)
		ck_assert_int_eq(tmr_set(&heap, &bells[i].t, rnd_below(100000)), 0);
	for (uint64_t now = 0; now <= 100000; now += 100) {
		tmr_run(&heap, now);
		ck_assert(tmr_next(&heap) > now);
	}
	for (int i = 0; i < MANY; i++)
		ck_assert_int_eq(bells[i].rang, i % 5 == 0 || i % 3 != 0);
	ck_assert(tmr_next(&heap) == TMR_NEVER);
}
END_TEST

START_TEST(set_again_moves)
{
	ck_assert_int_eq(tmr_set(&heap, &bells[0].t, TMR_MS(10)), 0);
	ck_assert_int_eq(tmr_set(&heap, &bells[0].t, TMR_MS(20)), 0);
	ck_assert(tmr_next(&heap) == TMR_MS(20));
	tmr_run(&heap, TMR_MS(10));
	ck_assert_int_eq(total, 0);
	tmr_run(&heap, TMR_MS(20));
	ck_assert_int_eq(total, 1);
	tmr_run(&heap, TMR_S(20));
	ck_assert_int_eq(total, 1);
}
END_TEST

static void again_at_once(struct tmr *t, uint64_t now)
{
	total++;
	ck_assert_int_eq(tmr_set(&heap, t, now), 0);
}

START_TEST(one_that_never_stops_holds_nobody)
{
	tmr_init(&bells[0].t, again_at_once);
	ck_assert_int_eq(tmr_set(&heap, &bells[0].t, 1), 0);
	ck_assert_int_eq(tmr_set(&heap, &bells[1].t, 5), 0);
	tmr_run(&heap, 1);
	ck_assert_int_lt(total, 10);
	for (int i = 0; i < 10; i++)
		tmr_run(&heap, 5);
	ck_assert_int_eq(bells[1].rang, 1);
	ck_assert(tmr_next(&heap) <= 5);
}
END_TEST

static void kill_next(struct tmr *t, uint64_t now)
{
	(void)now;
	tmr_del(&heap, &(TMR_OF(t, struct bell, t) + 1)->t);
	total++;
}

START_TEST(a_handler_may_delete_another)
{
	tmr_init(&bells[0].t, kill_next);
	ck_assert_int_eq(tmr_set(&heap, &bells[0].t, 1), 0);
	ck_assert_int_eq(tmr_set(&heap, &bells[1].t, 2), 0);
	ck_assert_int_eq(tmr_set(&heap, &bells[2].t, 3), 0);
	tmr_run(&heap, 10);
	ck_assert_int_eq(bells[1].rang, 0);
	ck_assert_int_eq(bells[2].rang, 1);
}
END_TEST

static Suite *tmr_suite(void)
{
	Suite *s = suite_create("tmr");
	TCase *tc = tcase_create("tmr");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, nothing_armed);
	tcase_add_test(tc, rings_in_order);
	tcase_add_test(tc, set_again_moves);
	tcase_add_test(tc, one_that_never_stops_holds_nobody);
	tcase_add_test(tc, a_handler_may_delete_another);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(tmr_suite)
