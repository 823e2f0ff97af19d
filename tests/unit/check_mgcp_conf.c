/* tests/unit/check_mgcp_conf.c - defaults and what is refused.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "test.h"

#include <string.h>

#include "mgcp/conf.h"
#include "util/err.h"

static struct mgcp_owner_conf owner[2];
static char why[200];

static int judge(uint32_t n)
{
	struct mgcp_conf conf = { n, owner };

	why[0] = '\0';
	return mgcp_conf_check(&conf, why, sizeof(why));
}

static void setup(void)
{
	for (int i = 0; i < 2; i++) {
		mgcp_owner_conf_init(&owner[i], MGCP_PROFILE_DEFAULT);
		strcpy(owner[i].name, i ? "two" : "one");
		strcpy(owner[i].gateway, "gw.example.net");
	}
}

START_TEST(defaults_are_the_rfcs)
{
	ck_assert_uint_eq(owner[0].t_hist, 30000);
	ck_assert_uint_eq(owner[0].t_max, 20000);
	ck_assert_uint_eq(owner[0].longtran, 5000);
	ck_assert_uint_eq(owner[0].max1, 5);
	ck_assert_uint_eq(owner[0].max2, 7);
	ck_assert_uint_eq(owner[0].rto_max, 4000);
	ck_assert_uint_eq(owner[0].tdinit, 15000);
	ck_assert_uint_eq(owner[0].tdmin, 15000);
	ck_assert_uint_eq(owner[0].tdmax, 600000);
	ck_assert_uint_ge(owner[0].datagram_max, 4000);
	ck_assert_uint_eq(owner[0].store_max, 200000);
	ck_assert(owner[0].announce);
	ck_assert_int_eq(judge(2), 0);
}
END_TEST

START_TEST(osmocom_gets_no_rsip)
{
	mgcp_owner_conf_init(&owner[0], MGCP_PROFILE_OSMOCOM);
	strcpy(owner[0].name, "bsc");
	ck_assert(!owner[0].announce);
	ck_assert_int_eq(judge(1), 0); /* and needs no name of its own */
}
END_TEST

#define REFUSED(change)                                                                  \
	do {                                                                             \
		setup();                                                                 \
		change;                                                                  \
		ck_assert_int_eq(judge(2), -H_EINVAL);                                   \
		ck_assert_msg(strlen(why) > 5, #change);                                 \
	} while (0)

START_TEST(what_breaks_at_most_once_is_refused)
{
	REFUSED(owner[0].t_hist = owner[0].t_max - 1);
	REFUSED(owner[0].t_max = 0);
	REFUSED(owner[0].t_hist = 3600001);
	REFUSED(owner[0].rto_max = owner[0].t_max + 1);
	REFUSED(owner[0].rto_min = 0);
	REFUSED(owner[0].rto_first = owner[0].rto_min - 1);
	REFUSED(owner[0].rto_max = owner[0].rto_first - 1);
	REFUSED(owner[0].longtran = owner[0].t_hist);
	REFUSED(owner[0].longtran = 0);
	REFUSED(owner[0].max2 = owner[0].max1);
	REFUSED(owner[0].max1 = 0);
	REFUSED(owner[0].tdinit = 999);
	REFUSED(owner[0].tdmax = owner[0].tdinit - 1);
}
END_TEST

START_TEST(other_nonsense_is_refused)
{
	REFUSED(owner[1].name[0] = '\0');
	REFUSED(strcpy(owner[1].name, "one"));
	REFUSED(memset(owner[0].name, 'a', sizeof(owner[0].name)));
	REFUSED(owner[0].gateway[0] = '\0');
	REFUSED(strcpy(owner[0].notified, "a b@c"));
	REFUSED(owner[0].store_max = 0);
	REFUSED(owner[0].tries = 0);
	REFUSED(owner[0].datagram_max = 3999);
	REFUSED(owner[0].datagram_max = 65508);
	REFUSED(owner[0].nallow = MGCP_ALLOW_MAX + 1);
	REFUSED(owner[0].nagent = MGCP_AGENTS_MAX + 1);
}
END_TEST

static Suite *conf_suite(void)
{
	Suite *s = suite_create("mgcp conf");
	TCase *tc = tcase_create("conf");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, defaults_are_the_rfcs);
	tcase_add_test(tc, osmocom_gets_no_rsip);
	tcase_add_test(tc, what_breaks_at_most_once_is_refused);
	tcase_add_test(tc, other_nonsense_is_refused);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(conf_suite)
