/* tests/unit/check_arena.c - memory freed all at once.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "test.h"

#include <stdint.h>
#include <string.h>

#include "util/arena.h"
#include "util/mem.h"

static struct arena *a;

static void setup(void)
{
	a = arena_new(100000);
}

static void teardown(void)
{
	arena_free(a);
	a = NULL;
}

START_TEST(memory_is_aligned_and_apart)
{
	unsigned char *p[200];

	ck_assert_ptr_nonnull(a);
	for (size_t i = 0; i < 200; i++) {
		p[i] = arena_alloc(a, i + 1);
		ck_assert_ptr_nonnull(p[i]);
		ck_assert_uint_eq((uintptr_t)p[i] % 16, 0);
		memset(p[i], (int)i, i + 1);
	}
	for (size_t i = 0; i < 200; i++)
		for (size_t j = 0; j <= i; j++)
			ck_assert_uint_eq(p[i][j], i);
	ck_assert(!arena_failed(a));
}
END_TEST

START_TEST(limit_holds)
{
	ck_assert_ptr_nonnull(a);
	ck_assert_ptr_null(arena_alloc(a, 100001));
	ck_assert(arena_failed(a));
	ck_assert_ptr_null(arena_alloc(a, SIZE_MAX));
	ck_assert_ptr_null(arena_alloc(a, SIZE_MAX - 8));
	ck_assert_ptr_nonnull(arena_alloc(a, 90000)); /* others still get some */
	ck_assert_ptr_null(arena_alloc(a, 10001));
	ck_assert_uint_le(arena_used(a), 100000);
}
END_TEST

START_TEST(many_small_meet_the_limit)
{
	size_t n = 0;

	ck_assert_ptr_nonnull(a);
	while (arena_alloc(a, 1))
		n++;
	ck_assert(arena_failed(a));
	ck_assert_uint_le(n, 100000 / 16);
	ck_assert(test_in_oom() || n == 100000 / 16);
}
END_TEST

START_TEST(reset_forgets)
{
	char *first;

	ck_assert_ptr_nonnull(a);
	first = arena_strdup(a, "first");
	ck_assert_ptr_nonnull(first);
	arena_alloc(a, 50000);
	arena_alloc(a, SIZE_MAX);
	ck_assert(arena_failed(a));
	arena_reset(a);
	ck_assert(!arena_failed(a));
	ck_assert_uint_eq(arena_used(a), 0);
	ck_assert_ptr_eq(arena_strdup(a, "again"), first);
}
END_TEST

START_TEST(small_message_takes_one_allocation)
{
	struct arena *b;

	test_no_oom();
	mem_fail_at(1);
	b = arena_new(100000);
	for (int i = 0; i < 100; i++)
		ck_assert_ptr_nonnull(arena_alloc(b, 32));
	ck_assert(!mem_failed());
	mem_fail_at(-1);
	arena_free(b);
}
END_TEST

START_TEST(zeroed)
{
	unsigned char *p;

	ck_assert_ptr_nonnull(a);
	p = arena_alloc(a, 1000);
	ck_assert_ptr_nonnull(p);
	memset(p, 0xff, 1000);
	arena_reset(a);
	p = arena_zalloc(a, 1000);
	ck_assert_ptr_nonnull(p);
	for (int i = 0; i < 1000; i++)
		ck_assert_uint_eq(p[i], 0);
	p = arena_array(a, 10, 10);
	ck_assert(p && !p[99]);
	ck_assert_ptr_null(arena_array(a, SIZE_MAX / 2, 3));
	ck_assert(arena_failed(a));
}
END_TEST

START_TEST(copies)
{
	struct span s;
	char *p;

	ck_assert_ptr_nonnull(a);
	s = arena_span(a, STR_LIT("a\0b"));
	ck_assert(str_eq(s, STR_LIT("a\0b")) || arena_failed(a));
	p = arena_cstr(a, (struct span){ "lobby", 3 });
	ck_assert_str_eq(p, "lob");
	p = arena_cstr(a, str_of(NULL));
	ck_assert_str_eq(p, "");
	p = arena_printf(a, "%s/%d", "rtp", 7);
	ck_assert_str_eq(p, "rtp/7");
	p = arena_printf(a, "%05000d", 1);
	ck_assert_ptr_nonnull(p);
	ck_assert_uint_eq(strlen(p), 5000);
}
END_TEST

START_TEST(absent_stays_absent)
{
	ck_assert_ptr_nonnull(a);
	ck_assert_ptr_null(arena_span(a, str_of(NULL)).p);
	ck_assert(!arena_failed(a));
	ck_assert_ptr_nonnull(arena_span(a, STR_LIT("")).p);
}
END_TEST

START_TEST(no_arena_has_failed)
{
	arena_free(NULL);
	ck_assert(arena_failed(NULL));
	ck_assert_ptr_null(arena_alloc(NULL, 1));
	ck_assert_ptr_null(arena_array(NULL, SIZE_MAX, 2));
	ck_assert_ptr_null(arena_span(NULL, STR_LIT("x")).p);
}
END_TEST

static Suite *arena_suite(void)
{
	Suite *s = suite_create("arena");
	TCase *tc = tcase_create("arena");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, memory_is_aligned_and_apart);
	tcase_add_test(tc, limit_holds);
	tcase_add_test(tc, many_small_meet_the_limit);
	tcase_add_test(tc, reset_forgets);
	tcase_add_test(tc, small_message_takes_one_allocation);
	tcase_add_test(tc, zeroed);
	tcase_add_test(tc, copies);
	tcase_add_test(tc, absent_stays_absent);
	tcase_add_test(tc, no_arena_has_failed);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(arena_suite)
