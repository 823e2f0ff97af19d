/* tests/unit/check_err.c - errors by name, and errno as one of ours.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "test.h"

#include <errno.h>

#include "util/err.h"

static int of(int system)
{
	errno = system;
	return err_sys();
}

START_TEST(errno_becomes_ours)
{
	ck_assert_int_eq(of(EPERM), -H_EPERM);
	ck_assert_int_eq(of(EACCES), -H_EPERM);
	ck_assert_int_eq(of(ENOMEM), -H_ENOMEM);
	ck_assert_int_eq(of(ENOBUFS), -H_ENOMEM);
	ck_assert_int_eq(of(EBUSY), -H_EBUSY);
	ck_assert_int_eq(of(EINVAL), -H_ENOTSUP);
	ck_assert_int_eq(of(ENOPROTOOPT), -H_ENOTSUP);
	ck_assert_int_eq(of(EOPNOTSUPP), -H_ENOTSUP);
	ck_assert_int_eq(of(EAFNOSUPPORT), -H_ENOTSUP);
	ck_assert_int_eq(of(ENETDOWN), -H_ESYS);
	ck_assert_int_eq(errno, ENETDOWN); /* which way it failed is still known */
}
END_TEST

START_TEST(each_has_a_name)
{
	ck_assert_str_eq(err_str(H_EBUSY), err_str(-H_EBUSY));
	ck_assert_str_ne(err_str(H_EPERM), err_str(H_ENOTSUP));
	ck_assert_str_eq(err_str(1000), "unknown error");
}
END_TEST

static Suite *err_suite(void)
{
	Suite *s = suite_create("err");
	TCase *tc = tcase_create("err");

	tcase_add_test(tc, errno_becomes_ours);
	tcase_add_test(tc, each_has_a_name);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(err_suite)
