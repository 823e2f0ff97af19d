/* tests/unit/check_wild.c - endpoint names, pools, wildcards.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "model_test.h"

#include <string.h>

static uint32_t walk(struct owner *o, const char *pattern)
{
	struct endp *e = NULL;
	uint32_t n = 0;

	while (endp_next(o, str_of(pattern), &e)) {
		ck_assert_ptr_eq(e->owner, o);
		n++;
	}
	return n;
}

static enum cause choose(const char *pattern, bool any_one, const char **name)
{
	struct endp *e = NULL;
	enum cause c = endp_choose(w.o, str_of(pattern), any_one, &e);

	*name = c == CAUSE_OK ? e->name : "";
	return c;
}

/* RFC 3435 2.1.2. The world has 40 bridges, 4 conferences, 4 lines. */
START_TEST(star_is_all)
{
	static const struct {
		const char *pattern;
		uint32_t n;
	} row[] = {
		{ "*", 50 },
		{ "$", 50 },
		{ "rtpbridge/*", 40 },
		{ "RTPBRIDGE/*", 40 },
		{ "conf/*", 4 },
		{ "*/*", 50 },
		{ "*/1", 3 },
		{ "*/3", 3 },
		{ "*/1f", 1 },
		{ "page/*", 2 },
		{ "*/lobby", 1 },
		{ "rtpbridge/1", 1 },
		{ "rtpbridge/99", 0 },
		{ "nothing/*", 0 },
		{ "rtpbridge", 0 },
		{ "rtpbridge/*/*", 0 },
		{ "", 0 },
		{ "/", 0 },
		{ "*/", 0 },
		{ "/*", 0 },
		{ "rtpbridge/*/", 0 },
		{ "rtp*", 0 },
		{ "page/lobby", 1 },
		{ "rtpbridge/$", 40 },
	};

	zone("lobby", "");
	zone("hall", "");
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		ck_assert_msg(walk(w.o, row[i].pattern) == row[i].n, "%s",
			      row[i].pattern);
		ck_assert_msg(endp_count(w.o, str_of(row[i].pattern)) == row[i].n, "%s",
			      row[i].pattern);
	}
	ck_assert_uint_eq(walk(w.other, "*"), 6);
	ck_assert(endp_is_wild(STR_LIT("a/$")) && endp_is_wild(STR_LIT("*")));
	ck_assert(!endp_is_wild(STR_LIT("a*/b$")) && !endp_is_wild(STR_LIT("")));
}
END_TEST

START_TEST(a_walk_can_be_resumed)
{
	struct endp *e = NULL;
	char seen[64][ENDP_NAME_MAX];
	unsigned n = 0;

	zone("lobby", "");
	while (endp_next(w.o, STR_LIT("*"), &e)) {
		strcpy(seen[n++], e->name);
		if (n == 3) /* things change while an answer is under way */
			conn(ep("rtpbridge/9"), "inactive", NULL);
	}
	ck_assert_uint_eq(n, 49);
	for (unsigned i = 0; i < n; i++)
		for (unsigned k = 0; k < i; k++)
			ck_assert_str_ne(seen[i], seen[k]);
}
END_TEST

START_TEST(dollar_is_any_one_that_is_free)
{
	const char *name, *again;

	ck_assert_int_eq(choose("rtpbridge/$", false, &name), CAUSE_OK);
	ck_assert_str_eq(name, "rtpbridge/1");
	conn(ep(name), "inactive", NULL);
	ck_assert_int_eq(choose("rtpbridge/$", false, &again), CAUSE_OK);
	ck_assert_str_ne(name, again);
	ck_assert_int_eq(choose("$", false, &again), CAUSE_OK);
	ck_assert_int_eq(choose("*/$", true, &again), CAUSE_OK);
	ck_assert_int_eq(choose("$/2", false, &again), CAUSE_OK);
	ck_assert_str_eq(again, "rtpbridge/2");
	ck_assert_int_eq(choose("rtpbridge/*", true, &again), CAUSE_OK);
	ck_assert_int_eq(choose("rtpbridge/*", false, &again), CAUSE_WILDCARD);
	ck_assert_int_eq(choose("nothing/$", false, &again), CAUSE_ENDP_UNKNOWN);
	ck_assert_int_eq(choose("rtpbridge/$/$", false, &again), CAUSE_ENDP_UNKNOWN);
	endp_set_ready(ep("rtpbridge/3"), false);
	ck_assert_int_eq(choose("$/3", false, &again), CAUSE_OK);
	ck_assert_str_eq(again, "conf/3");
	endp_set_ready(ep("rtpbridge/3"), true);
	ck_assert_int_eq(choose("$/3", false, &again), CAUSE_OK);
	ck_assert_str_eq(again, "rtpbridge/3");
}
END_TEST

START_TEST(all_are_busy)
{
	struct endp *e = NULL;
	const char *name;
	struct term *t = NULL;

	while (choose("conf/$", false, &name) == CAUSE_OK)
		t = conn(ep(name), "inactive", NULL);
	ck_assert_int_eq(choose("conf/$", false, &name), CAUSE_ENDP_NONE_FREE);
	ck_assert_int_eq(choose("conf/1", false, &name), CAUSE_ENDP_NONE_FREE);
	ck_assert_uint_eq(endp_count(w.o, STR_LIT("conf/*")), 4);
	ck_assert_int_eq(del(t), CAUSE_OK);
	ck_assert_int_eq(choose("conf/$", false, &name), CAUSE_OK);
	zone("lobby", ""); /* never a zone */
	ck_assert_int_eq(choose("page/$", false, &name), CAUSE_ENDP_NONE_FREE);
	while (endp_choose(w.o, STR_LIT("$"), false, &e) == CAUSE_OK)
		conn(e, "inactive", NULL);
	ck_assert_uint_eq(ep("page/lobby")->nconn, 0);
}
END_TEST

/* The one that rested longest comes first. */
START_TEST(the_longest_free_is_chosen)
{
	const char *name;
	struct term *t = conn(ep("conf/1"), "inactive", NULL);

	ck_assert_int_eq(del(t), CAUSE_OK);
	ck_assert_int_eq(choose("conf/$", false, &name), CAUSE_OK);
	ck_assert_str_eq(name, "conf/2");
}
END_TEST

START_TEST(pools_that_are_none)
{
	static const char *const bad[] = {
		"",     "rtp",   "%x",     "a//%x",  "/a%x", "a%x/", "a/%x/%x",
		"a/%s", "a/*%x", "a b/%x", "a@b/%x", "a/%",  "$/%d",
	};
	struct pool_spec spec = { .kind = ENDP_BRIDGE, .first = 1, .count = 2 };
	struct pool *p = NULL;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		enum cause c;

		strcpy(spec.pattern, bad[i]);
		c = pool_add(w.m, w.o, &spec, &p);
		ck_assert_msg((c == CAUSE_NAME_INVALID) == !!strcmp(bad[i], "%x"), "%s",
			      bad[i]);
	}
	strcpy(spec.pattern, "Rtpbridge/%x");
	ck_assert_int_eq(pool_add(w.m, w.o, &spec, &p), CAUSE_NAME_TAKEN);
	strcpy(spec.pattern, "page/%d");
	spec.kind = ENDP_PAGE;
	ck_assert_int_eq(pool_add(w.m, w.o, &spec, &p), CAUSE_VALUE_INVALID);
	spec.kind = ENDP_BRIDGE;
	spec.count = 0;
	ck_assert_int_eq(pool_add(w.m, w.o, &spec, &p), CAUSE_VALUE_INVALID);
	spec.count = POOL_COUNT_MAX + 1;
	ck_assert_int_eq(pool_add(w.m, w.o, &spec, &p), CAUSE_VALUE_INVALID);
	memset(spec.pattern, 'a', sizeof(spec.pattern));
	spec.count = 1;
	ck_assert_int_eq(pool_add(w.m, w.o, &spec, &p), CAUSE_NAME_INVALID);
	ck_assert_uint_eq(walk(w.o, "*"), 50);
}
END_TEST

START_TEST(a_pool_half_taken_leaves_nothing)
{
	struct pool_spec spec = {
		.pattern = "line/%d", .kind = ENDP_LINE, .first = 0, .count = 9
	};
	struct pool *p = NULL;

	ck_assert_int_eq(pool_add(w.m, w.o, &spec, &p), CAUSE_NAME_TAKEN);
	ck_assert_ptr_null(endp_find(w.o, STR_LIT("line/0")));
	ck_assert_ptr_nonnull(endp_find(w.o, STR_LIT("line/1")));
}
END_TEST

static unsigned came, went, freed;

static void on_endp(void *arg, struct endp *e, bool in)
{
	(void)arg, (void)e;
	*(in ? &came : &went) += 1;
}

static void on_end(void *arg, struct endp *e)
{
	(void)arg, (void)e;
	freed++;
}

static const struct model_ops watch = { .endpoint = on_endp, .endp_end = on_end };

START_TEST(a_pool_resized)
{
	struct pool_spec spec = *pool_get_spec(w.confs);
	struct term *t = conn(ep("conf/4"), "sendrecv 10.0.0.1:4000 0", NULL);
	uint32_t busy = 0;

	came = went = freed = 0;
	model_set_ops(w.m, &watch, NULL, PROTO_MGCP);
	spec.count = 6;
	ck_assert_int_eq(pool_set(w.confs, &spec, false, NULL), CAUSE_OK);
	ck_assert_uint_eq(came, 2);
	ck_assert_ptr_nonnull(endp_find(w.o, STR_LIT("conf/6")));
	spec.count = 2;
	ck_assert_int_eq(pool_set(w.confs, &spec, false, &busy), CAUSE_ENDP_BUSY);
	ck_assert_uint_eq(busy, 1);
	ck_assert_uint_eq(walk(w.o, "conf/*"), 6);
	ck_assert_int_eq(pool_set(w.confs, &spec, true, &busy), CAUSE_OK);
	ck_assert_uint_eq(went, 4);
	ck_assert_uint_eq(freed, 3);
	ck_assert_uint_eq(walk(w.o, "conf/*"), 2);
	ck_assert_uint_eq(endp_count(w.o, STR_LIT("*")), 46);
	ck_assert(t->halted);
	ck_assert_uint_eq(fake_slot(t, 1)->plan->flags & (PLAN_RECV | PLAN_SEND), 0);
	spec.count = 5; /* the one still held comes back */
	ck_assert_int_eq(pool_set(w.confs, &spec, false, NULL), CAUSE_OK);
	ck_assert_uint_eq(walk(w.o, "conf/*"), 5);
	spec.count = 1;
	ck_assert_int_eq(pool_set(w.confs, &spec, true, NULL), CAUSE_OK);
	ck_assert_int_eq(del(t), CAUSE_OK);
	ck_assert_ptr_null(endp_find(w.o, STR_LIT("conf/4")));
	strcpy(spec.pattern, "other/%d");
	ck_assert_int_eq(pool_set(w.confs, &spec, false, NULL), CAUSE_NAME_INVALID);
}
END_TEST

/* No cost grows with what is held: ten thousand places, chosen, held, found. */
START_TEST(ten_thousand)
{
	enum { N = 10000 };
	struct pool_spec spec = { .pattern = "big/%x/a",
				  .kind = ENDP_BRIDGE,
				  .count = N };
	struct endp *e = NULL;
	struct pool *p = NULL;

	test_no_oom();
	ck_assert_int_eq(pool_add(w.m, w.o, &spec, &p), CAUSE_OK);
	for (int i = 0; i < N; i++) {
		ck_assert_int_eq(endp_choose(w.o, STR_LIT("big/$/a"), false, &e),
				 CAUSE_OK);
		conn(e, "inactive", NULL);
	}
	ck_assert_int_eq(endp_choose(w.o, STR_LIT("big/$/a"), false, &e),
			 CAUSE_ENDP_NONE_FREE);
	ck_assert_uint_eq(endp_count(w.o, STR_LIT("big/*/a")), N);
	ck_assert_uint_eq(walk(w.o, "big/*/*"), N);
	ck_assert_uint_eq(owner_terms(w.o), N);
}
END_TEST

START_TEST(owners_are_apart)
{
	struct owner_spec spec = { .name = "A", .proto = PROTO_MGCP };
	struct owner *o = NULL;
	unsigned n = 0;

	ck_assert_ptr_null(owner_add(w.m, &spec)); /* names differ by more than case */
	ck_assert_ptr_eq(owner_find(w.m, STR_LIT("B")), w.other);
	ck_assert_ptr_null(owner_find(w.m, STR_LIT("c")));
	while ((o = owner_next(w.m, o)))
		n++;
	ck_assert_uint_eq(n, 2);
	ck_assert_ptr_null(endp_find(w.other, STR_LIT("conf/1")));
	ck_assert_ptr_ne(endp_find(w.o, STR_LIT("rtpbridge/1")),
			 endp_find(w.other, STR_LIT("rtpbridge/1")));
	ck_assert_int_eq(
		endp_choose(w.other, STR_LIT("conf/$"), false, &(struct endp *){ 0 }),
		CAUSE_ENDP_UNKNOWN);
	conn(ep("rtpbridge/1"), "inactive", NULL);
	ck_assert_uint_eq(endp_find(w.other, STR_LIT("rtpbridge/1"))->nconn, 0);
	owner_set_user(w.o, &n);
	ck_assert_ptr_eq(owner_user(w.o), &n);
	ck_assert_ptr_null(owner_user(w.other));
}
END_TEST

static Suite *wild_suite(void)
{
	Suite *s = suite_create("wild");
	TCase *tc = tcase_create("wild");

	tcase_add_checked_fixture(tc, world_open, world_close);
	tcase_add_test(tc, star_is_all);
	tcase_add_test(tc, a_walk_can_be_resumed);
	tcase_add_test(tc, dollar_is_any_one_that_is_free);
	tcase_add_test(tc, all_are_busy);
	tcase_add_test(tc, the_longest_free_is_chosen);
	tcase_add_test(tc, pools_that_are_none);
	tcase_add_test(tc, a_pool_half_taken_leaves_nothing);
	tcase_add_test(tc, a_pool_resized);
	tcase_add_test(tc, ten_thousand);
	tcase_add_test(tc, owners_are_apart);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(wild_suite)
