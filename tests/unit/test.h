/* tests/unit/test.h - what every unit test program includes.
 *
 * layer: tests   thread: main   I/O: none
 *
 * A test program is one suite, and ends with TEST_MAIN:
 *
 *	START_TEST(empty_span_is_not_a_number)
 *	{
 *		ck_assert(!str_u32(STR_LIT(""), 10, &v));
 *	}
 *	END_TEST
 *
 *	static Suite *str_suite(void)
 *	{
 *		Suite *s = suite_create("str");
 *		TCase *tc = tcase_create("numbers");
 *
 *		tcase_add_test(tc, empty_span_is_not_a_number);
 *		suite_add_tcase(s, tc);
 *		return s;
 *	}
 *
 *	TEST_MAIN(str_suite)
 *
 * and in its .mk: check_str_LDADD = $(TEST_LIBS) $(L0). Every test runs in a process of
 * its own (not with -n, for debuggers) and has 60 s, or what tcase_set_timeout() says.
 * The last line of the output is "check_str: 12 passed, 0 failed, 0 skipped".
 *
 * With HOLLER_OOM=all in the environment each test runs again and again with its n-th
 * allocation failing, n = 0, 1, ... until none failed; HOLLER_OOM=5 does n = 5 alone. A
 * run is good when it neither crashes, hangs nor leaks: a failed ck_assert is fine once
 * an allocation was made to fail. Leaks are looked for while the locals of the test are
 * alive, so keep what a test owns in locals, globals or things these point to. At most
 * HOLLER_OOM_MS (default 500) are spent on one test, and a 20th of it on each when all
 * took 6 seconds; past n = 40 only some n are tried.
 */
#pragma once

#include <check.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __GNUC__
#ifndef __clang__
#pragma GCC optimize("O0") /* dead locals would look like leaks */
#endif
#endif

#define TEST_MAIN(suite_fn)                              \
	int main(int argc, char **argv)                  \
	{                                                \
		return test_main(argc, argv, suite_fn);  \
	}

int test_main(int argc, char **argv, Suite *(*suite)(void));

/* First thing in a test that makes allocations fail itself, starts programs or can't be
 * repeated: it then runs only once. */
void test_no_oom(void);

/* From here on no allocation fails: for taking down what can't be taken down without
 * memory, at the end of a process. */
void test_oom_over(void);

/* True while an allocation is made to fail in this run: loops may be shorter then. */
bool test_in_oom(void);

uint64_t test_ms(void); /* a clock that only goes forward */

/* A folder of this test program's own, removed with all in it when the program ends. */
const char *test_tmpdir(void);

/* Where libcheck is stepped in for; not called by name. */
TCase *test_tcase(const char *name);
void test_mark(const char *file, int line);
void test_failed(const char *file, int line, const char *expr, const char *msg, ...)
	__attribute__((noreturn, format(printf, 4, 5)));

#ifndef TEST_MAIN_C
#define tcase_create test_tcase
#define _mark_point test_mark
#define _ck_assert_failed test_failed
#endif
