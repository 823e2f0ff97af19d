/* tests/unit/check_store.c - zones and call records are kept and found again.
 *
 * layer: tests   thread: main and the store's   I/O: files under a folder of its own
 */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "store_rig.h"

/* ---- zones --------------------------------------------------------------------- */

/* Also what SQLite puts beside it; a mode an operator gave stays. */
START_TEST(others_may_not_read_it)
{
	char path[600];
	struct stat s;
	mode_t was = umask(0);
	int err;

	test_no_oom();
	err = rig_open_new("mode.db");
	umask(was);
	ck_assert_int_eq(err, 0);
	ck_assert_int_eq(stat(rig.file, &s), 0);
	ck_assert_uint_eq(s.st_mode & 0777, 0640);
	snprintf(path, sizeof(path), "%s-wal", rig.file);
	ck_assert_int_eq(stat(path, &s), 0);
	ck_assert_uint_eq(s.st_mode & 0777, 0640);
	store_close(rig.st);
	ck_assert_int_eq(chmod(rig.file, 0600), 0);
	ck_assert_int_eq(rig_open("mode.db"), 0);
	store_close(rig.st);
	ck_assert_int_eq(stat(rig.file, &s), 0);
	ck_assert_uint_eq(s.st_mode & 0777, 0600);
}
END_TEST

START_TEST(zones_come_back_as_they_were)
{
	struct store_zone z;

	test_no_oom();
	ck_assert_int_eq(rig_open_new("zones.db"), 0);
	ck_assert_int_eq(store_start(rig.st), 0);
	rig_zone(&z, "lobby", 300);
	ck_assert_int_eq(store_zone_put(rig.st, &z, rig_on_done, &rig.err), 0);
	rig_wait(1);
	ck_assert_int_eq(rig.err, 0);
	snprintf(z.label, sizeof(z.label), "second");
	ck_assert_int_eq(store_zone_put(rig.st, &z, rig_on_done, &rig.err), 0);
	rig_wait(2);
	store_close(rig.st);

	ck_assert_int_eq(rig_open("zones.db"), 0);
	ck_assert_int_eq(store_zones(rig.st, rig_on_zone, NULL, rig.why), 0);
	ck_assert_uint_eq(rig.nkept, 1);
	ck_assert_str_eq(rig.kept[0].name, "lobby");
	ck_assert_str_eq(rig.kept[0].label, "second");
	ck_assert_uint_eq(rig.kept[0].nlistener, 300);
	ck_assert(!memcmp(rig.kept[0].listener, z.listener, 300 * sizeof(struct addr)));
	ck_assert_uint_eq(rig.kept[0].ngroup, 2);
	for (int i = 0; i < 2; i++) {
		ck_assert(addr_eq(&rig.kept[0].group[i].group, &z.group[i].group));
		ck_assert(addr_eq(&rig.kept[0].group[i].source, &z.group[i].source));
		ck_assert_str_eq(rig.kept[0].group[i].ifname, z.group[i].ifname);
		ck_assert_int_eq(rig.kept[0].group[i].emit, z.group[i].emit);
		ck_assert_int_eq(rig.kept[0].group[i].receive, z.group[i].receive);
		ck_assert_int_eq(rig.kept[0].group[i].loop, z.group[i].loop);
		ck_assert_int_eq(rig.kept[0].group[i].hops, z.group[i].hops);
		ck_assert_int_eq(rig.kept[0].group[i].dscp, z.group[i].dscp);
		ck_assert_int_eq(rig.kept[0].group[i].nsource, z.group[i].nsource);
	}
	ck_assert(addr_eq(&rig.kept[0].group[1].sources[1], &z.group[1].sources[1]));
	rig_drop_zones();
	store_zone_fini(&z);
	store_close(rig.st);
}
END_TEST

START_TEST(deleted_zones_are_gone_whole)
{
	struct store_zone z;

	test_no_oom();
	ck_assert_int_eq(rig_open_new("del.db"), 0);
	ck_assert_int_eq(store_start(rig.st), 0);
	rig_zone(&z, "Lobby", 3);
	ck_assert_int_eq(store_zone_put(rig.st, &z, rig_on_done, &rig.err), 0);
	ck_assert_int_eq(store_zone_del(rig.st, "LOBBY", rig_on_done, &rig.err),
			 0); /* case-blind */
	ck_assert_int_eq(store_zone_del(rig.st, "never", rig_on_done, &rig.err), 0);
	rig_wait(3);
	ck_assert_int_eq(rig.err, 0);
	store_zone_fini(&z);
	store_close(rig.st);
	ck_assert_int_eq(rig_open("del.db"), 0);
	ck_assert_int_eq(store_zones(rig.st, rig_on_zone, NULL, rig.why), 0);
	ck_assert_uint_eq(rig.nkept, 0);
	store_close(rig.st);
	rig_sql("INSERT INTO zone_listener SELECT 'x', count(*), '' FROM zone_listener "
	    "WHERE 0"); /* the tables are still ours */
}
END_TEST

START_TEST(a_copy_needs_memory)
{
	struct store_zone z, copy;

	rig_zone(&z, "lobby", 2);
	if (store_zone_copy(&copy, &z)) {
		ck_assert_ptr_ne(copy.listener, z.listener);
		store_zone_fini(&copy);
	}
	store_zone_fini(&z);
}
END_TEST

/* ---- calls --------------------------------------------------------------------- */

START_TEST(records_are_found_newest_first)
{
	struct store_query q = { .limit = 10 };

	test_no_oom();
	ck_assert_int_eq(rig_open_new("calls.db"), 0);
	ck_assert_int_eq(store_start(rig.st), 0);
	for (unsigned i = 0; i < 20; i++) {
		struct store_call c = rig_call(i);

		ck_assert(store_call_add(rig.st, &c));
	}
	ck_assert_int_eq(store_calls(rig.st, &q, rig_on_calls, &rig.err), 0);
	rig_wait(1);
	ck_assert_int_eq(rig.err, 0);
	ck_assert_uint_eq(rig.rows, 10);
	ck_assert_str_eq(rig.first.endpoint, "rtpbridge/13");
	ck_assert_uint_eq(rig.first.lost, 7);
	ck_assert_uint_eq(rig.first.reason, 900);
	ck_assert_uint_eq(rig.first.local.port, 16384);
	ck_assert_uint_eq(rig.first.remote.family, 0);
	snprintf(q.owner, sizeof(q.owner), "ca1");
	snprintf(q.call_id, sizeof(q.call_id), "C3");
	ck_assert_int_eq(store_calls(rig.st, &q, rig_on_calls, &rig.err), 0);
	rig_wait(2);
	ck_assert_uint_eq(rig.rows, 1);
	ck_assert_str_eq(rig.first.endpoint, "rtpbridge/7");
	snprintf(q.owner, sizeof(q.owner), "x' OR '1'='1");
	ck_assert_int_eq(store_calls(rig.st, &q, rig_on_calls, &rig.err), 0);
	rig_wait(3);
	ck_assert_uint_eq(rig.rows, 0);
	store_close(rig.st);
}
END_TEST

/* Each filter alone and together; a call is found by its index, however many there are.
 */
START_TEST(filters_find_what_they_say)
{
	static const struct {
		struct store_query q;
		size_t rows;
	} v[] = {
		{ { .limit = 100 }, 20 },
		{ { .owner = "ca1", .limit = 100 }, 10 },
		{ { .owner = "ca9", .limit = 100 }, 0 },
		{ { .endpoint = "RTPBRIDGE/13", .limit = 100 }, 1 },
		{ { .endpoint = "%", .limit = 100 }, 0 },
		{ { .call_id = "C3", .limit = 100 }, 2 },
		{ { .call_id = "c3", .limit = 100 }, 0 },
		{ { .call_id = "C3", .endpoint = "rtpbridge/7", .limit = 100 }, 1 },
		{ { .call_id = "C3", .endpoint = "rtpbridge/8", .limit = 100 }, 0 },
		{ { .since_ms = INT64_MAX, .limit = 100 }, 0 },
		{ { .since_ms = 1, .owner = "ca1", .limit = 3 }, 3 },
	};
	unsigned n = sizeof(v) / sizeof(v[0]);

	test_no_oom();
	ck_assert_int_eq(rig_open_new("filters.db"), 0);
	ck_assert_int_eq(store_start(rig.st), 0);
	for (unsigned i = 0; i < 20; i++) {
		struct store_call c = rig_call(i);

		ck_assert(store_call_add(rig.st, &c));
	}
	for (unsigned i = 0; i < n; i++) {
		ck_assert_int_eq(store_calls(rig.st, &v[i].q, rig_on_calls, &rig.err), 0);
		rig_wait(i + 1);
		ck_assert_int_eq(rig.err, 0);
		ck_assert_msg(rig.rows == v[i].rows, "%u: %zu", i, rig.rows);
	}
	store_close(rig.st);
}
END_TEST

START_TEST(a_full_queue_drops_and_counts)
{
	struct store_stats stats;
	unsigned taken = 0;

	test_no_oom();
	ck_assert_int_eq(rig_open_new("full.db"), 0); /* not started: nobody writes */
	for (unsigned i = 0; i < 100; i++) {
		struct store_call c = rig_call(i);

		taken += store_call_add(rig.st, &c);
	}
	store_get_stats(rig.st, &stats);
	ck_assert_uint_eq(taken, 64);
	ck_assert_uint_eq(stats.waiting, 64);
	ck_assert_uint_eq(stats.dropped, 36);
	store_close(rig.st);
}
END_TEST

START_TEST(closing_writes_what_waits)
{
	struct store_query q = { .limit = 100 };
	struct store_call c = rig_call(1);

	test_no_oom();
	ck_assert_int_eq(rig_open_new("close.db"), 0);
	ck_assert_int_eq(store_start(rig.st), 0);
	ck_assert(store_call_add(rig.st, &c));
	store_close(rig.st);
	ck_assert_int_eq(rig_open("close.db"), 0);
	ck_assert_int_eq(store_start(rig.st), 0);
	ck_assert_int_eq(store_calls(rig.st, &q, rig_on_calls, &rig.err), 0);
	rig_wait(1);
	ck_assert_uint_eq(rig.rows, 1);
	store_close(rig.st);
}
END_TEST

START_TEST(old_records_are_purged)
{
	struct store_query q = { .limit = 100 };
	struct store_call c = rig_call(1); /* of 1970 */
	unsigned asked = 0;

	test_no_oom();
	ck_assert_int_eq(rig_open_new("purge.db"), 0);
	ck_assert_int_eq(store_start(rig.st), 0);
	ck_assert(store_call_add(rig.st, &c));
	ck_assert_int_eq(store_calls(rig.st, &q, rig_on_calls, &rig.err), 0);
	rig_wait(++asked);
	ck_assert_uint_eq(rig.rows, 1);
	store_close(rig.st);
	ck_assert_int_eq(rig_open("purge.db"), 0);
	store_set_conf(rig.st, 64, 86400000);
	ck_assert_int_eq(store_start(rig.st), 0);
	do {
		poll(NULL, 0, 20);
		ck_assert_int_eq(store_calls(rig.st, &q, rig_on_calls, &rig.err), 0);
		rig_wait(++asked);
		ck_assert_int_eq(rig.err, 0);
	} while (rig.rows && asked < 400);
	ck_assert_uint_eq(rig.rows, 0);
	store_close(rig.st);
}
END_TEST

static Suite *store_suite(void)
{
	Suite *s = suite_create("store");
	TCase *tc = tcase_create("zones");

	tcase_add_test(tc, others_may_not_read_it);
	tcase_add_test(tc, zones_come_back_as_they_were);
	tcase_add_test(tc, deleted_zones_are_gone_whole);
	tcase_add_test(tc, a_copy_needs_memory);
	suite_add_tcase(s, tc);
	tc = tcase_create("calls");
	tcase_add_test(tc, records_are_found_newest_first);
	tcase_add_test(tc, filters_find_what_they_say);
	tcase_add_test(tc, a_full_queue_drops_and_counts);
	tcase_add_test(tc, closing_writes_what_waits);
	tcase_add_test(tc, old_records_are_purged);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(store_suite)
