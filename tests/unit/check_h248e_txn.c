/* tests/unit/check_h248e_txn.c - the store of replies.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "test.h"

#include "h248/txn.h"
#include "util/err.h"

enum { MOST = 4, MANY = 20000 };

static struct kept_store store;

static void setup(void)
{
	kept_init(&store, MOST);
}

static void teardown(void)
{
	kept_fini(&store);
}

static struct htxn *ended(uint64_t mid, uint32_t tid, uint64_t forget)
{
	struct htxn *t = htxn_begin(&store, mid, tid);

	ck_assert_ptr_nonnull(t);
	ck_assert_int_eq(htxn_end(&store, t, STR_LIT("P=1{}"), forget), 0);
	return t;
}

START_TEST(executes_then_answers)
{
	struct htxn *t;

	ck_assert_ptr_null(htxn_find(&store, 1, 7));
	t = htxn_begin(&store, 1, 7);
	ck_assert_ptr_nonnull(t);
	ck_assert(htxn_find(&store, 1, 7) == t);
	ck_assert(!t->done);
	ck_assert_int_eq(htxn_end(&store, t, STR_LIT("P=7{}"), 30), 0);
	ck_assert(t->done);
	ck_assert(str_eq((struct span){ t->kept.answer, t->kept.n }, STR_LIT("P=7{}")));
	ck_assert_uint_eq(htxn_next_expiry(&store), 30);
}
END_TEST

START_TEST(ids_are_of_their_sender)
{
	struct htxn *a = ended(1, 7, 30), *b = ended(2, 7, 30);

	ck_assert(a != b);
	ck_assert(htxn_find(&store, 1, 7) == a);
	ck_assert(htxn_find(&store, 2, 7) == b);
	ck_assert_ptr_null(htxn_find(&store, 3, 7));
	ck_assert_ptr_null(htxn_find(&store, 1, 8));
}
END_TEST

START_TEST(confirmed_keeps_the_id)
{
	struct htxn *t = ended(1, 7, 30);

	kept_confirm(&t->kept);
	ck_assert_ptr_null(t->kept.answer);
	ck_assert_uint_eq(t->kept.n, 0);
	ck_assert(htxn_find(&store, 1, 7) == t);
	kept_confirm(&t->kept);
}
END_TEST

START_TEST(nothing_is_put_out_for_a_new_one)
{
	for (uint32_t i = 0; i < MOST; i++) {
		ck_assert(!kept_full(&store));
		ended(1, i, 30 + i);
	}
	ck_assert(kept_full(&store));
	kept_drop(&store, &htxn_expired(&store, 30)->kept);
	ck_assert(!kept_full(&store));
	ck_assert_ptr_null(htxn_find(&store, 1, 0));
	ck_assert_ptr_nonnull(htxn_find(&store, 1, 1));
}
END_TEST

START_TEST(they_leave_in_order)
{
	for (uint32_t i = 0; i < MOST; i++)
		ended(1, i, 10 * (i + 1));
	ck_assert_ptr_null(htxn_expired(&store, 9));
	for (uint32_t i = 0; i < MOST; i++) {
		struct htxn *t = htxn_expired(&store, 10 * (i + 1));

		ck_assert_ptr_nonnull(t);
		ck_assert_uint_eq(t->tid, i);
		ck_assert_uint_eq(htxn_next_expiry(&store), 10 * (i + 1));
		kept_drop(&store, &t->kept);
		ck_assert_ptr_null(htxn_expired(&store, 10 * (i + 1)));
	}
	ck_assert_uint_eq(htxn_next_expiry(&store), UINT64_MAX);
}
END_TEST

/* What executes still is not forgotten, however long it takes. */
START_TEST(what_executes_stays)
{
	struct htxn *t = htxn_begin(&store, 1, 1);

	ck_assert_ptr_nonnull(t);
	ck_assert_ptr_null(htxn_expired(&store, UINT64_MAX));
	ck_assert_uint_eq(htxn_next_expiry(&store), UINT64_MAX);
	kept_drop(&store, &t->kept);
	ck_assert_ptr_null(htxn_find(&store, 1, 1));
}
END_TEST

START_TEST(no_reply_may_be_kept)
{
	struct htxn *t = htxn_begin(&store, 1, 1);

	ck_assert_ptr_nonnull(t);
	ck_assert_int_eq(htxn_end(&store, t, (struct span){ NULL, 0 }, 5), 0);
	ck_assert_ptr_null(t->kept.answer);
	ck_assert(htxn_expired(&store, 5) == t);
}
END_TEST

START_TEST(many_are_found)
{
	unsigned n = test_in_oom() ? 50 : MANY;

	store.most = MANY;
	for (uint32_t i = 0; i < n; i++)
		ended(i % 3, i, i);
	for (uint32_t i = 0; i < n; i++) {
		struct htxn *t = htxn_find(&store, i % 3, i);

		ck_assert_ptr_nonnull(t);
		ck_assert_uint_eq(t->tid, i);
	}
}
END_TEST

static Suite *txn_suite(void)
{
	Suite *s = suite_create("h248 txn");
	TCase *tc = tcase_create("store");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, executes_then_answers);
	tcase_add_test(tc, ids_are_of_their_sender);
	tcase_add_test(tc, confirmed_keeps_the_id);
	tcase_add_test(tc, nothing_is_put_out_for_a_new_one);
	tcase_add_test(tc, they_leave_in_order);
	tcase_add_test(tc, what_executes_stays);
	tcase_add_test(tc, no_reply_may_be_kept);
	tcase_add_test(tc, many_are_found);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(txn_suite)
