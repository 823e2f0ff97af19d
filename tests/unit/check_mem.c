/* tests/unit/check_mem.c - the door to the heap and its switch.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "test.h"

#include <stdint.h>
#include <string.h>

#include "util/mem.h"

START_TEST(zalloc_is_zero)
{
	unsigned char *p = mem_zalloc(64);

	ck_assert_ptr_nonnull(p);
	for (int i = 0; i < 64; i++)
		ck_assert_uint_eq(p[i], 0);
	mem_free(p);
}
END_TEST

START_TEST(array_is_zero_and_knows_overflow)
{
	size_t half = SIZE_MAX / 2 + 1;
	uint32_t *p = mem_array(16, sizeof(*p));

	ck_assert_ptr_nonnull(p);
	for (int i = 0; i < 16; i++)
		ck_assert_uint_eq(p[i], 0);
	mem_free(p);
	ck_assert_ptr_null(mem_array(half, 2));
	ck_assert_ptr_null(mem_array(2, half));
}
END_TEST

START_TEST(realloc_keeps_bytes)
{
	char *p = mem_realloc(NULL, 4), *q;

	ck_assert_ptr_nonnull(p);
	memcpy(p, "abc", 4);
	q = mem_realloc(p, 4000);
	if (!q)
		mem_free(p);
	ck_assert_ptr_nonnull(q);
	ck_assert_str_eq(q, "abc");
	mem_free(q);
}
END_TEST

START_TEST(strdup_copies)
{
	const char *from = "page/lobby";
	char *p = mem_strdup(from), *e = mem_strdup("");

	if (!p || !e) {
		mem_free(p);
		mem_free(e);
	}
	ck_assert(p && e);
	ck_assert_ptr_ne(p, from);
	ck_assert_str_eq(p, from);
	ck_assert_str_eq(e, "");
	mem_free(p);
	mem_free(e);
	mem_free(NULL);
}
END_TEST

START_TEST(nth_fails_once)
{
	void *p[5];

	test_no_oom();
	mem_fail_at(2);
	for (int i = 0; i < 5; i++) {
		ck_assert_int_eq(mem_failed(), i > 2);
		p[i] = mem_alloc(8);
		ck_assert_int_eq(p[i] == NULL, i == 2);
	}
	mem_fail_at(-1);
	ck_assert_int_eq(mem_failed(), 0);
	for (int i = 0; i < 5; i++)
		mem_free(p[i]);
}
END_TEST

START_TEST(every_door_can_fail)
{
	void *keep;

	test_no_oom();
	keep = mem_alloc(1);
	mem_fail_at(0);
	ck_assert_ptr_null(mem_zalloc(1));
	mem_fail_at(0);
	ck_assert_ptr_null(mem_array(1, 1));
	mem_fail_at(0);
	ck_assert_ptr_null(mem_strdup("x"));
	mem_fail_at(0);
	ck_assert_ptr_null(mem_realloc(keep, 100)); /* and keep stays */
	mem_fail_at(-1);
	mem_free(keep);
}
END_TEST

static Suite *mem_suite(void)
{
	Suite *s = suite_create("mem");
	TCase *tc = tcase_create("mem");

	tcase_add_test(tc, zalloc_is_zero);
	tcase_add_test(tc, array_is_zero_and_knows_overflow);
	tcase_add_test(tc, realloc_keeps_bytes);
	tcase_add_test(tc, strdup_copies);
	tcase_add_test(tc, nth_fails_once);
	tcase_add_test(tc, every_door_can_fail);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(mem_suite)
