/* tests/unit/check_mgcp_pkg.c - may these events be asked for?
 *
 * layer: tests   thread: main   I/O: none
 *
 * With packages of the test's own: a line "L" that detects hook and digits by map, plays
 * "rg", knows "sl" without being able to do it; and "G", where "rt" is both.
 */
#include "test.h"

#include <stdio.h>

#include "mgcp/codes.h"
#include "mgcp/pkg.h"

static const struct mgcp_item line_items[] = {
	{ "hd", MGCP_ITEM_EVENT, MGCP_ITEM_EVENT },
	{ "hu", MGCP_ITEM_EVENT, MGCP_ITEM_EVENT },
	{ "sl", MGCP_ITEM_EVENT | MGCP_ITEM_SIGNAL, 0 },
	{ "rg", MGCP_ITEM_SIGNAL, MGCP_ITEM_SIGNAL },
	{ NULL, 0, 0 },
};
static const struct mgcp_item generic_items[] = {
	{ "rt", MGCP_ITEM_EVENT | MGCP_ITEM_SIGNAL, MGCP_ITEM_EVENT | MGCP_ITEM_SIGNAL },
	{ NULL, 0, 0 },
};
static const struct mgcp_pkg line = { "L", 1, line_items };
static const struct mgcp_pkg generic = { "G", 0, generic_items };
static const struct mgcp_pkg empty = { "E", 0, NULL };
static const struct mgcp_pkg *const some[] = { &line, &generic, &empty, NULL };
static const struct mgcp_pkg *const none[] = { NULL };

static struct arena *arena;

static void setup(void)
{
	arena = arena_new(1 << 16);
}

static void teardown(void)
{
	arena_free(arena);
}

/* The code an RQNT with this R: (or S:) line deserves. */
static unsigned judge(const struct mgcp_pkg *const *pkgs, const char *letter,
		      const char *value, bool has_map)
{
	bool sig = *letter == 'S';
	char text[512];
	struct mgcp_msg *m;
	const struct mgcp_param *p;
	int n = snprintf(text, sizeof(text), "RQNT 1 a@b MGCP 1.0\r\nX: 1\r\n%s: %s\r\n",
			 letter, value);

	arena_reset(arena);
	if (mgcp_parse(arena, (struct span){ text, (size_t)n }, &m, NULL))
		return 1;
	p = mgcp_get(m, sig ? MGCP_PARAM_S : MGCP_PARAM_R);
	return mgcp_events_check(pkgs, p->events,
				 sig ? MGCP_ITEM_SIGNAL : MGCP_ITEM_EVENT, has_map);
}

START_TEST(without_packages_nothing_is_known)
{
	ck_assert_uint_eq(judge(none, "R", "", false), 0);
	ck_assert_uint_eq(judge(none, "S", "", false), 0);
	ck_assert_uint_eq(judge(none, "R", "L/hd(N)", false), 518);
	ck_assert_uint_eq(judge(none, "S", "G/rt", false), 518);
	ck_assert_uint_eq(judge(none, "R", "hd", false), 522);
	ck_assert_uint_eq(judge(none, "R", "*/all", false), 522);
	ck_assert_uint_eq(judge(none, "R", "L/hd(N,I)", false), 523);
	ck_assert_uint_eq(judge(none, "R", "D/[0-9](D)", false), 519);
}
END_TEST

START_TEST(names)
{
	ck_assert_uint_eq(judge(some, "R", "L/hd", false), 0);
	ck_assert_uint_eq(judge(some, "R", "l/HD(N), G/rt", false), 0);
	ck_assert_uint_eq(judge(some, "R", "hd", false), 0); /* L is the default */
	ck_assert_uint_eq(judge(some, "R", "rt", false), 522);
	ck_assert_uint_eq(judge(some, "R", "L/rg", false), 522); /* a signal only */
	ck_assert_uint_eq(judge(some, "S", "L/rg", false), 0);
	ck_assert_uint_eq(judge(some, "S", "L/hd", false), 522);
	ck_assert_uint_eq(judge(some, "R", "L/sl", false), 512);
	ck_assert_uint_eq(judge(some, "S", "L/sl", false), 513);
	ck_assert_uint_eq(judge(some, "R", "Q/hd", false), 518);
	ck_assert_uint_eq(judge(some, "R", "L/all", false), 0);
	ck_assert_uint_eq(judge(some, "R", "E/all", false), 522);
	ck_assert_uint_eq(judge(some, "R", "*/all", false), 0);
	ck_assert_uint_eq(judge(some, "R", "*/hd", false), 522);
}
END_TEST

START_TEST(twice)
{
	ck_assert_uint_eq(judge(some, "R", "L/hd, L/hu", false), 0);
	ck_assert_uint_eq(judge(some, "R", "L/hd, l/HD", false), 538);
	ck_assert_uint_eq(judge(some, "S", "G/rt@1, G/rt@2, G/rt", false), 0);
	ck_assert_uint_eq(judge(some, "S", "G/rt@1, G/rt@1", false), 538);
}
END_TEST

/* The table of 2.3.3, both ways round; swap audio is not there. */
START_TEST(actions_that_go_together)
{
	static const char letters[] = "NSADKI";
	static const char *const good = " NK KN AK KA DK KD KI IK ";
	char pair[64], look[8];

	for (const char *a = letters; *a; a++) {
		snprintf(pair, sizeof(pair), "L/hd(%c)", *a);
		ck_assert_uint_eq(judge(some, "R", pair, true), *a == 'S' ? 523 : 0);
		for (const char *b = letters; *b; b++) {
			bool ok;

			snprintf(pair, sizeof(pair), "L/hd(%c,%c)", *a, *b);
			snprintf(look, sizeof(look), " %c%c ", *a, *b);
			ok = strstr(good, look) != NULL;
			ck_assert_msg(judge(some, "R", pair, true) == (ok ? 0u : 523u),
				      "%s", pair);
		}
	}
	ck_assert_uint_eq(judge(some, "R", "L/hd(X/y)", true), 518);
	ck_assert_uint_eq(judge(some, "R", "L/hd(G/y)", true), 523);
}
END_TEST

START_TEST(digit_maps)
{
	ck_assert_uint_eq(judge(some, "R", "L/hd(D)", false), 519);
	ck_assert_uint_eq(judge(some, "R", "L/hd(D)", true), 0);
	ck_assert_uint_eq(judge(some, "R", "L/hd(E(R(L/hu(D)),D([0-9].)))", false), 0);
	ck_assert_uint_eq(judge(some, "R", "L/hd(E(R(L/hu(D))))", false), 519);
}
END_TEST

START_TEST(embedding)
{
	ck_assert_uint_eq(judge(some, "R", "L/hd(E(R(L/hu(N)),S(L/rg)))", false), 0);
	ck_assert_uint_eq(judge(some, "R", "L/hd(A,E(R(L/hu)))", false), 0);
	ck_assert_uint_eq(judge(some, "R", "L/hd(I,E(R(L/hu)))", false), 523);
	ck_assert_uint_eq(judge(some, "R", "L/hd(E(R(Q/hu)))", false), 518);
	ck_assert_uint_eq(judge(some, "R", "L/hd(E(S(L/nn)))", false), 522);
	ck_assert_uint_eq(judge(some, "R", "L/hd(E(R(L/hu(E(S(L/rg))))))", false), 523);
}
END_TEST

START_TEST(long_lists_end)
{
	char text[4096] = "L/hd";
	size_t n = 4;

	for (int i = 0; i < MGCP_EVENTS_MOST + 1; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, ",G/rt@%x", i);
	struct mgcp_msg *m;
	char msg[5000];
	int len =
		snprintf(msg, sizeof(msg), "RQNT 1 a@b MGCP 1.0\r\nS: %s\r\n", text + 5);

	ck_assert_int_eq(mgcp_parse(arena, (struct span){ msg, (size_t)len }, &m, NULL),
			 0);
	ck_assert_uint_eq(mgcp_events_check(some, mgcp_get(m, MGCP_PARAM_S)->events,
					    MGCP_ITEM_SIGNAL, false),
			  510);
}
END_TEST

START_TEST(the_list_there_is_ends)
{
	unsigned n = 0;

	while (mgcp_pkgs[n])
		n++;
	ck_assert_uint_lt(n, 100);
}
END_TEST

static Suite *pkg_suite(void)
{
	Suite *s = suite_create("mgcp pkg");
	TCase *tc = tcase_create("pkg");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, without_packages_nothing_is_known);
	tcase_add_test(tc, names);
	tcase_add_test(tc, twice);
	tcase_add_test(tc, actions_that_go_together);
	tcase_add_test(tc, digit_maps);
	tcase_add_test(tc, embedding);
	tcase_add_test(tc, long_lists_end);
	tcase_add_test(tc, the_list_there_is_ends);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(pkg_suite)
