/* tests/unit/check_wheel.c - the timing wheel against a plain list of times.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "test.h"

#include "media/wheel.h"
#include "util/rnd.h"

enum { TIMERS = 200, MS = 1000000 };

struct timer {
	struct wheel_node node;
	uint64_t due, fired;
	unsigned count;
	struct timer *kill, *again;
};

static struct wheel wheel;
static struct timer timer[TIMERS];

static void fire(struct wheel_node *n, uint64_t now)
{
	struct timer *t = WHEEL_OF(n, struct timer, node);

	ck_assert(!wheel_armed(n));
	t->fired = now;
	t->count++;
	if (t->kill)
		wheel_del(&wheel, &t->kill->node);
	if (t->again)
		wheel_set(&wheel, &t->again->node, now + WHEEL_TICK);
}

static void up(uint64_t now)
{
	wheel_init(&wheel, now);
	for (unsigned i = 0; i < TIMERS; i++) {
		timer[i] = (struct timer){ .due = 0 };
		wheel_node_init(&timer[i].node, fire);
	}
}

START_TEST(timers_fire_in_time_and_never_early)
{
	uint64_t now = 123456789;

	rnd_fix(1);
	up(now);
	for (unsigned i = 0; i < TIMERS; i++) {
		timer[i].due = now + (uint64_t)rnd_below(30000) * MS;
		wheel_set(&wheel, &timer[i].node, timer[i].due);
	}
	ck_assert_uint_eq(wheel.count, TIMERS);
	for (unsigned k = 0; k < 31000; k += 3) {
		now += 3 * MS;
		wheel_run(&wheel, now);
	}
	for (unsigned i = 0; i < TIMERS; i++) {
		ck_assert_uint_eq(timer[i].count, 1);
		ck_assert(timer[i].fired >= timer[i].due);
		ck_assert(timer[i].fired <= timer[i].due + WHEEL_TICK + 3 * MS);
	}
	ck_assert_uint_eq(wheel.count, 0);
	ck_assert_int_eq(wheel_wait(&wheel, now), -1);
}
END_TEST

START_TEST(setting_anew_moves_a_timer)
{
	up(0);
	wheel_set(&wheel, &timer[0].node, 100 * MS);
	wheel_set(&wheel, &timer[0].node, 500 * MS);
	wheel_run(&wheel, 300 * MS);
	ck_assert_uint_eq(timer[0].count, 0);
	wheel_set(&wheel, &timer[0].node, 400 * MS);
	wheel_run(&wheel, 420 * MS);
	ck_assert_uint_eq(timer[0].count, 1);
	wheel_run(&wheel, 1000 * MS);
	ck_assert_uint_eq(timer[0].count, 1);
}
END_TEST

START_TEST(deleted_timers_stay_quiet)
{
	up(0);
	wheel_del(&wheel, &timer[0].node); /* never set */
	wheel_set(&wheel, &timer[0].node, 100 * MS);
	wheel_set(&wheel, &timer[1].node, 100 * MS);
	wheel_del(&wheel, &timer[0].node);
	wheel_del(&wheel, &timer[0].node);
	wheel_run(&wheel, 1000 * MS);
	ck_assert_uint_eq(timer[0].count, 0);
	ck_assert_uint_eq(timer[1].count, 1);
	ck_assert_uint_eq(wheel.count, 0);
}
END_TEST

/* A handler may delete a timer of its own bucket, or one that waits for another turn. */
START_TEST(handlers_may_set_and_delete)
{
	const uint64_t turn = (uint64_t)WHEEL_TICK * WHEEL_SLOTS;

	up(0);
	wheel_set(&wheel, &timer[0].node, 100 * MS);
	wheel_set(&wheel, &timer[1].node, 100 * MS);
	wheel_set(&wheel, &timer[2].node, 100 * MS + turn);
	timer[0].kill = &timer[1];
	timer[0].again = &timer[3];
	timer[3].kill = &timer[2];
	wheel_run(&wheel, 115 * MS);
	ck_assert_uint_eq(timer[0].count, 1);
	ck_assert_uint_eq(timer[1].count, 0);
	wheel_run(&wheel, 200 * MS);
	ck_assert_uint_eq(timer[3].count, 1);
	wheel_run(&wheel, 3 * turn);
	ck_assert_uint_eq(timer[2].count, 0);
	ck_assert_int_eq(wheel_wait(&wheel, 3 * turn), -1);
}
END_TEST

START_TEST(a_long_sleep_fires_all_that_is_due)
{
	const uint64_t turn = (uint64_t)WHEEL_TICK * WHEEL_SLOTS;

	up(0);
	for (unsigned i = 0; i < 100; i++)
		wheel_set(&wheel, &timer[i].node, i * 77 * MS);
	wheel_set(&wheel, &timer[100].node, 7 * turn);
	wheel_run(&wheel, 5 * turn + 3 * MS);
	for (unsigned i = 0; i < 100; i++)
		ck_assert_uint_eq(timer[i].count, 1);
	ck_assert_uint_eq(timer[100].count, 0);
	wheel_run(&wheel, 8 * turn);
	ck_assert_uint_eq(timer[100].count, 1);
}
END_TEST

START_TEST(the_wait_ends_at_the_next_timer)
{
	int64_t wait;

	up(0);
	ck_assert_int_eq(wheel_wait(&wheel, 0), -1);
	wheel_set(&wheel, &timer[0].node, 5000u * (uint64_t)MS);
	wait = wheel_wait(&wheel, 0);
	ck_assert_int_ge(wait, 5000LL * MS);
	ck_assert_int_le(wait, 5000LL * MS + WHEEL_TICK);
	wheel_run(&wheel, 4990u * (uint64_t)MS);
	wait = wheel_wait(&wheel, 4990u * (uint64_t)MS);
	ck_assert_int_le(wait, 2 * WHEEL_TICK);
	wheel_set(&wheel, &timer[1].node, 1); /* long ago: at once */
	ck_assert_int_le(wheel_wait(&wheel, 4990u * (uint64_t)MS), WHEEL_TICK);
}
END_TEST

static Suite *wheel_suite(void)
{
	Suite *s = suite_create("wheel");
	TCase *tc = tcase_create("wheel");

	tcase_add_test(tc, timers_fire_in_time_and_never_early);
	tcase_add_test(tc, setting_anew_moves_a_timer);
	tcase_add_test(tc, deleted_timers_stay_quiet);
	tcase_add_test(tc, handlers_may_set_and_delete);
	tcase_add_test(tc, a_long_sleep_fires_all_that_is_due);
	tcase_add_test(tc, the_wait_ends_at_the_next_timer);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(wheel_suite)
