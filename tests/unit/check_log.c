/* tests/unit/check_log.c - log lines, error names and random numbers.
 *
 * layer: tests   thread: main   I/O: standard error, into a pipe
 */
#include "test.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "util/err.h"
#include "util/log.h"
#include "util/rnd.h"

static char seen[2048];
static int lines;

static void sink(enum log_cat cat, enum log_level level, const char *line)
{
	snprintf(seen, sizeof(seen), "%s %s %.1500s", log_cat_name(cat),
		 log_level_name(level), line);
	lines++;
}

static void setup(void)
{
	log_set_sink(sink);
	log_set_all(LOGL_INFO);
	seen[0] = '\0';
	lines = 0;
}

static void teardown(void)
{
	log_set_sink(NULL);
}

START_TEST(levels_filter)
{
	log_dbg(LOGC_MGCP, "hidden");
	ck_assert_int_eq(lines, 0);
	log_info(LOGC_MGCP, "call %d", 12);
	ck_assert_str_eq(seen, "mgcp info call 12");
	log_levels[LOGC_MGCP] = LOGL_DBG;
	log_dbg(LOGC_MGCP, "shown");
	ck_assert_str_eq(seen, "mgcp debug shown");
	log_dbg(LOGC_NET, "hidden");
	ck_assert_int_eq(lines, 2);
	log_levels[LOGC_NET] = LOGL_ERR;
	log_warn(LOGC_NET, "hidden");
	log_err(LOGC_NET, "shown");
	ck_assert_int_eq(lines, 3);
}
END_TEST

static int calls;

static int costly(void)
{
	return ++calls;
}

START_TEST(hidden_lines_cost_nothing)
{
	log_dbg(LOGC_MODEL, "%d", costly());
	ck_assert_int_eq(calls, 0);
	log_err(LOGC_MODEL, "%d", costly());
	ck_assert_int_eq(calls, 1);
}
END_TEST

START_TEST(names_and_back)
{
	for (int c = 0; c < LOGC_N; c++)
		ck_assert_int_eq(log_cat_parse(log_cat_name((enum log_cat)c)), c);
	for (int l = LOGL_ERR; l <= LOGL_DBG; l++)
		ck_assert_int_eq(log_level_parse(log_level_name((enum log_level)l)), l);
	ck_assert_int_eq(log_cat_parse("nonsense"), -1);
	ck_assert_int_eq(log_level_parse(""), -1);
	ck_assert_str_eq(log_cat_name(LOGC_N), "?");
	ck_assert_str_eq(log_level_name((enum log_level)9), "?");
}
END_TEST

START_TEST(standard_error_gets_whole_lines)
{
	char big[3000], out[4096];
	int fd[2], keep = dup(2);
	ssize_t n;

	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	ck_assert_int_eq(pipe(fd), 0);
	dup2(fd[1], 2);
	log_set_sink(NULL);
	log_notice(LOGC_DAEMON, "up");
	log_err(LOGC_DAEMON, "%s", big);
	dup2(keep, 2);
	n = read(fd[0], out, sizeof(out) - 1);
	ck_assert_int_gt(n, 0);
	out[n] = '\0';
	ck_assert_ptr_eq(strstr(out, "notice: daemon: up\n"), out);
	ck_assert_int_eq(out[n - 1], '\n'); /* a long line is cut, and ends */
	ck_assert_int_gt(n, 500);
	ck_assert_int_lt(n, 1300);
	close(fd[0]);
	close(fd[1]);
	close(keep);
}
END_TEST

enum { SEC = 1000000000 };

START_TEST(rate_is_limited)
{
	struct log_rate r = { 0 };
	int passed = 0;

	for (int i = 0; i < 100; i++)
		passed += log_allow(&r, 5, 1);
	ck_assert_int_eq(passed, 5);
	ck_assert_uint_eq(r.lost, 95);
	ck_assert(log_allow(&r, 5, SEC + 2));
	ck_assert(!log_allow(&r, 5, SEC + 3));
	/* half seconds are not lost: 2.5 s after the last line there are two more */
	ck_assert(log_allow(&r, 5, 3ull * SEC + SEC / 2));
	ck_assert(log_allow(&r, 5, 3ull * SEC + SEC / 2));
	ck_assert(!log_allow(&r, 5, 3ull * SEC + SEC / 2));
	ck_assert(log_allow(&r, 5, 4ull * SEC + 2));
	/* and after a long silence a burst again, no more */
	passed = 0;
	for (int i = 0; i < 100; i++)
		passed += log_allow(&r, 5, 1000ull * SEC);
	ck_assert_int_eq(passed, 5);
}
END_TEST

START_TEST(every_error_has_a_name)
{
	for (int e = H_OK; e <= H_ENOTSUP; e++) {
		ck_assert_str_ne(err_str(e), "unknown error");
		ck_assert_ptr_eq(err_str(e), err_str(-e));
	}
	ck_assert_str_eq(err_str(9999), "unknown error");
	ck_assert_str_eq(err_str(-9999), "unknown error");
}
END_TEST

START_TEST(random_below)
{
	unsigned hit[7] = { 0 };

	for (int i = 0; i < 7000; i++) {
		uint32_t v = rnd_below(7);

		ck_assert_uint_lt(v, 7);
		hit[v]++;
	}
	for (int i = 0; i < 7; i++)
		ck_assert_uint_gt(hit[i], 700); /* 1000 are expected */
	ck_assert_uint_eq(rnd_below(1), 0);
	ck_assert_uint_lt(rnd_below(UINT32_MAX), UINT32_MAX);
	ck_assert(rnd_u64() != rnd_u64());
}
END_TEST

START_TEST(random_can_be_repeated)
{
	uint64_t a, b;

	rnd_fix(99);
	a = rnd_u64();
	b = rnd_u64();
	rnd_fix(99);
	ck_assert(rnd_u64() == a && rnd_u64() == b && a != b);
	rnd_fix(98);
	ck_assert(rnd_u64() != a);
}
END_TEST

static Suite *log_suite(void)
{
	Suite *s = suite_create("log");
	TCase *tc = tcase_create("log");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, levels_filter);
	tcase_add_test(tc, hidden_lines_cost_nothing);
	tcase_add_test(tc, names_and_back);
	tcase_add_test(tc, standard_error_gets_whole_lines);
	tcase_add_test(tc, rate_is_limited);
	suite_add_tcase(s, tc);
	tc = tcase_create("err and rnd");
	tcase_add_test(tc, every_error_has_a_name);
	tcase_add_test(tc, random_below);
	tcase_add_test(tc, random_can_be_repeated);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(log_suite)
