/* tests/unit/check_h248e_conf.c - what the engine is told, and what it refuses in words.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "test.h"

#include <stddef.h>
#include <string.h>

#include "h248/conf.h"
#include "util/err.h"

static struct h248_mg_conf mg;
static char why[200];

static void setup(void)
{
	h248_mg_conf_init(&mg);
	strcpy(mg.name, "site");
	strcpy(mg.mid, "[192.0.2.1]:2944");
	why[0] = '\0';
}

static int check(void)
{
	struct h248_conf conf = { 1, &mg };

	return h248_conf_check(&conf, why, sizeof(why));
}

/* Refused, with a reason that holds `word` and names the gateway. */
static void bad(const char *word)
{
	ck_assert_int_eq(check(), -H_EINVAL);
	ck_assert_msg(strstr(why, word) != NULL, "%s", why);
	ck_assert(!strncmp(why, "site: ", 6) || !*mg.name);
	setup();
}

START_TEST(defaults_will_do)
{
	ck_assert_msg(!check(), "%s", why);
	ck_assert_uint_eq(mg.version, 3);
	ck_assert_uint_eq(mg.long_timer, 30000);
	ck_assert_uint_eq(mg.npool, 2);
}
END_TEST

START_TEST(names_and_identifiers)
{
	mg.name[0] = '\0';
	bad("name");
	mg.mid[0] = '\0';
	bad("message identifier");
	strcpy(mg.mid, "[192.0.2.1");
	bad("message identifier");
	strcpy(mg.mid, "<no domain");
	bad("message identifier");
	strcpy(mg.mid, "two words");
	bad("message identifier");
	strcpy(mg.mid, "<gw.example.net>:2944");
	ck_assert_msg(!check(), "%s", why);
	strcpy(mg.mid, "[2001:db8::1]");
	ck_assert_msg(!check(), "%s", why);
	strcpy(mg.mid, "gw1");
	ck_assert_msg(!check(), "%s", why);
	memset(mg.mid, 'a', sizeof(mg.mid));
	bad("message identifier");
}
END_TEST

START_TEST(versions_and_profiles)
{
	mg.version = 0;
	bad("version");
	mg.version = 4;
	bad("version 4");
	strcpy(mg.profile, "ResGW");
	bad("profile");
	strcpy(mg.profile, "/1");
	bad("profile");
	strcpy(mg.profile, "ResGW/100");
	bad("profile");
	strcpy(mg.profile, "ResGW/99");
	ck_assert_int_eq(check(), 0);
}
END_TEST

START_TEST(lists)
{
	mg.nmgc = H248_MGCS_MAX + 1;
	bad("too many addresses");
	mg.nlisten = H248_LISTEN_MAX + 1;
	bad("too many addresses");
	mg.nallow = H248_ALLOW_MAX + 1;
	bad("too many addresses");
	mg.nmgc = 1;
	bad("without address");
	mg.nmgc = 1;
	strcpy(mg.mgc[0].host, "mgc.example.net");
	ck_assert_int_eq(check(), 0);
	mg.mgc[0].version = 9;
	bad("version 9");
	mg.nallow = 1;
	mg.allow[0].net.family = 4;
	mg.allow[0].bits = 33;
	bad("prefix");
}
END_TEST

START_TEST(pools)
{
	strcpy(mg.pool[0].pattern, "rtp");
	bad("pattern");
	strcpy(mg.pool[0].pattern, "%d");
	bad("pattern");
	strcpy(mg.pool[0].pattern, "rtp/%d/x");
	bad("stand last");
	mg.pool[0].first = 10;
	mg.pool[0].last = 9;
	bad("first before last");
	strcpy(mg.pool[1].pattern, "page/%d");
	bad("rooms");
	mg.npool = H248_POOLS_MAX + 1;
	bad("too many pools");
}
END_TEST

START_TEST(binary_ids)
{
	mg.pool[0].bin.octets = 9;
	bad("no room");
	mg.pool[0].bin.prefix_bits = 32;
	bad("no room");
	mg.pool[0].bin.prefix = 8;
	bad("prefix too long");
	mg.pool[0].bin.zone_bits = 4;
	bad("bits for zones");
	mg.pool[1].bin.zone_bits = 4;
	mg.pool[1].bin.prefix_bits = 28;
	bad("too few bits");
	mg.pool[0].bin.octets = 2;
	bad("too short");
	mg.pool[2] = mg.pool[0];
	mg.npool = 3;
	bad("the same");
	mg.pool[2] = mg.pool[0];
	mg.pool[2].bin.prefix_bits = 2; /* one prefix begins like the other */
	mg.pool[2].bin.prefix = 0;
	mg.npool = 3;
	bad("the same");
	mg.pool[0].bin.octets = mg.pool[1].bin.octets = 0;
	ck_assert_int_eq(check(), 0);
	mg.whole_octets = 0;
	bad("1 to 8");
	mg.whole_octets = 9;
	bad("1 to 8");
}
END_TEST

enum { DAY = 24 * 3600 * 1000 };

/* One number out of its bounds: `v` more than the number at `above`, or `v` itself. */
static const struct number {
	size_t at, above;
	uint32_t v;
	const char *word;
} numbers[] = {
#define AT(f) offsetof(struct h248_mg_conf, f)
#define IS(f, v, word) { AT(f), 0, v, word }
#define PAST(f, other, word) { AT(f), AT(other), 1, word }
	IS(rto_min, 5, "in order"),
	PAST(rto_first, rto_max, "in order"),
	PAST(rto_max, t_max, "in order"),
	PAST(t_max, long_timer, "t_max"),
	IS(long_timer, DAY + 1, "t_max"),
	IS(mg_time, 0, "times of 0"),
	IS(netfail_time, 0, "times of 0"),
	IS(segment_time, 0, "times of 0"),
	IS(mwd, DAY + 1, "a day"),
	IS(tries, 0, "limit"),
	IS(store_max, 0, "limit"),
	IS(datagram_max, 507, "508"),
	IS(datagram_max, 65508, "508"),
	IS(stream_max, 100, "508"),
};
enum { NUMBERS = sizeof(numbers) / sizeof(numbers[0]) };

static uint32_t *number_at(size_t at)
{
	return (uint32_t *)(void *)((char *)&mg + at);
}

START_TEST(times_and_limits)
{
	const struct number *n = &numbers[_i];

	*number_at(n->at) = n->v + (n->above ? *number_at(n->above) : 0);
	bad(n->word);
}
END_TEST

START_TEST(terminations_of_a_context)
{
	mg.max_terms = 1;
	bad("limit");
	mg.max_terms = 65;
	bad("limit");
}
END_TEST

START_TEST(several)
{
	struct h248_mg_conf two[2];
	struct h248_conf conf = { 2, two };

	two[0] = two[1] = mg;
	ck_assert_int_eq(h248_conf_check(&conf, why, sizeof(why)), -H_EINVAL);
	ck_assert_ptr_nonnull(strstr(why, "twice"));
	strcpy(two[1].name, "other");
	ck_assert_int_eq(h248_conf_check(&conf, why, sizeof(why)), 0);
	conf.nmg = 0;
	ck_assert_int_eq(h248_conf_check(&conf, why, sizeof(why)), 0);
	/* nobody wants to know why */
	two[1].version = 0;
	conf.nmg = 2;
	ck_assert_int_eq(h248_conf_check(&conf, NULL, 0), -H_EINVAL);
}
END_TEST

static Suite *conf_suite(void)
{
	Suite *s = suite_create("h248 conf");
	TCase *tc = tcase_create("conf");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, defaults_will_do);
	tcase_add_test(tc, names_and_identifiers);
	tcase_add_test(tc, versions_and_profiles);
	tcase_add_test(tc, lists);
	tcase_add_test(tc, pools);
	tcase_add_test(tc, binary_ids);
	tcase_add_loop_test(tc, times_and_limits, 0, NUMBERS);
	tcase_add_test(tc, terminations_of_a_context);
	tcase_add_test(tc, several);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(conf_suite)
