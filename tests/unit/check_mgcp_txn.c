/* tests/unit/check_mgcp_txn.c - the store of answers.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "test.h"

#include <stdlib.h>

#include "mgcp/txn.h"
#include "util/err.h"
#include "util/mem.h"

enum { MANY = 200000 };

static struct kept_store store;

static void setup(void)
{
	kept_init(&store, 4);
}

static void teardown(void)
{
	kept_fini(&store);
}

static struct txn *ended(uint32_t tid, const char *text, uint64_t forget)
{
	struct txn *t = txn_begin(&store, tid);

	ck_assert_ptr_nonnull(t);
	ck_assert_int_eq(txn_end(&store, t, 200, str_of(text), forget), 0);
	return t;
}

START_TEST(executes_then_answers)
{
	struct txn *t;

	ck_assert_ptr_null(txn_find(&store, 1));
	t = txn_begin(&store, 1);
	ck_assert_ptr_nonnull(t);
	ck_assert(txn_find(&store, 1) == t);
	ck_assert(txn_executing(t));
	ck_assert_int_eq(txn_end(&store, t, 250, STR_LIT("250 1 OK\r\n"), 30), 0);
	ck_assert(!txn_executing(t));
	ck_assert(str_eq((struct span){ t->kept.answer, t->kept.n },
			 STR_LIT("250 1 OK\r\n")));
	teardown();
}
END_TEST

START_TEST(confirmed_keeps_the_id)
{
	struct txn *t = ended(7, "200 7 OK\r\n", 30);

	kept_confirm(&t->kept);
	ck_assert_ptr_null(t->kept.answer);
	ck_assert_uint_eq(t->kept.n, 0);
	ck_assert(txn_find(&store, 7) == t);
	ck_assert(!txn_executing(t));
	kept_confirm(&t->kept);
	teardown();
}
END_TEST

START_TEST(nothing_leaves_before_its_time)
{
	ended(1, "a", 30);
	ended(2, "b", 31);
	ck_assert_uint_eq(txn_next_expiry(&store), 30);
	txn_expire(&store, 29);
	ck_assert_ptr_nonnull(txn_find(&store, 1));
	txn_expire(&store, 30);
	ck_assert_ptr_null(txn_find(&store, 1));
	ck_assert_ptr_nonnull(txn_find(&store, 2));
	ck_assert_uint_eq(txn_next_expiry(&store), 31);
	txn_expire(&store, 1000);
	ck_assert_ptr_null(txn_find(&store, 2));
	ck_assert_uint_eq(txn_next_expiry(&store), UINT64_MAX);
	teardown();
}
END_TEST

START_TEST(full_is_full)
{
	for (uint32_t i = 1; i <= 3; i++)
		ended(i, "x", i);
	ck_assert(!kept_full(&store));
	ck_assert_ptr_nonnull(txn_begin(&store, 4)); /* executing ones count too */
	ck_assert(kept_full(&store));
	kept_confirm(&txn_find(&store, 1)->kept);
	ck_assert(kept_full(&store)); /* the id stays */
	txn_expire(&store, 1);
	ck_assert(!kept_full(&store));
	teardown();
}
END_TEST

START_TEST(executing_ones_do_not_expire)
{
	ck_assert_ptr_nonnull(txn_begin(&store, 9));
	txn_expire(&store, UINT64_MAX);
	ck_assert_ptr_nonnull(txn_find(&store, 9));
	kept_drop(&store, &txn_find(&store, 9)->kept);
	ck_assert_ptr_null(txn_find(&store, 9));
	teardown();
}
END_TEST

/* One that waits for 000 is not freed under its timer. */
START_TEST(a_waiting_final_holds_up_expiry)
{
	struct txn *t = ended(1, "x", 5);

	t->final = (struct txn_final *)&store;
	ended(2, "y", 6);
	txn_expire(&store, 10);
	ck_assert(txn_find(&store, 1) == t);
	ck_assert_uint_eq(txn_next_expiry(&store), UINT64_MAX);
	t->final = NULL;
	txn_expire(&store, 10);
	ck_assert_ptr_null(txn_find(&store, 1));
	ck_assert_ptr_null(txn_find(&store, 2));
	teardown();
}
END_TEST

START_TEST(no_memory_for_the_text)
{
	struct txn *t;

	test_no_oom();
	t = txn_begin(&store, 3);
	mem_fail_at(0);
	ck_assert_int_eq(txn_end(&store, t, 200, STR_LIT("200 3 OK\r\n"), 9), -H_ENOMEM);
	mem_fail_at(-1);
	ck_assert(txn_find(&store, 3) == t); /* known, and never executed again */
	ck_assert(!txn_executing(t));
	ck_assert_ptr_null(t->kept.answer);
	mem_fail_at(0);
	ck_assert_ptr_null(txn_begin(&store, 4));
	mem_fail_at(-1);
	ck_assert_ptr_null(txn_find(&store, 4));
	teardown();
}
END_TEST

/* 200,000 answers of the usual size, found and left in order. */
START_TEST(many)
{
	static const char sdp[] =
		"200 100000 OK\r\nI: 0123456789ABCDEF\r\nZ: "
		"rtpbridge/2a@gw.example.net\r\n\r\n"
		"v=0\r\no=- 81985529216486895 0 IN IP4 192.0.2.10\r\ns=-\r\n"
		"c=IN IP4 192.0.2.10\r\nt=0 0\r\nm=audio 16384 RTP/AVP 0 8 101\r\n"
		"a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\n";

	test_no_oom();
	store.most = MANY;
	for (uint32_t i = 0; i < MANY; i++)
		ended(1000 + i * 7, sdp, i);
	ck_assert(kept_full(&store));
	for (uint32_t i = 0; i < MANY; i += 997)
		ck_assert_ptr_nonnull(txn_find(&store, 1000 + i * 7));
	ck_assert_ptr_null(txn_find(&store, 1001));
	ck_assert_uint_le(sizeof(struct txn) + sizeof(sdp) + 2 * sizeof(void *), 600);
	txn_expire(&store, MANY / 2 - 1);
	ck_assert_uint_eq(store.map.count, MANY / 2);
	ck_assert_ptr_null(txn_find(&store, 1000));
	teardown();
}
END_TEST

static Suite *txn_suite(void)
{
	Suite *s = suite_create("mgcp txn");
	TCase *tc = tcase_create("store");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, executes_then_answers);
	tcase_add_test(tc, confirmed_keeps_the_id);
	tcase_add_test(tc, nothing_leaves_before_its_time);
	tcase_add_test(tc, full_is_full);
	tcase_add_test(tc, executing_ones_do_not_expire);
	tcase_add_test(tc, a_waiting_final_holds_up_expiry);
	tcase_add_test(tc, no_memory_for_the_text);
	tcase_add_test(tc, many);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(txn_suite)
