/* tests/unit/check_store_fail.c - every way a database can fail: damaged, old, locked,
 * full, another's.
 *
 * layer: tests   thread: main and the store's   I/O: files under a folder of its own
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "store_rig.h"
#include "util/err.h"

enum { PAGE = 4096 };

/* It is not opened, and `words` are among those that say why: the error. */
static int refused(const char *name, const char *words)
{
	int err = rig_open(name);

	ck_assert_int_ne(err, 0);
	ck_assert_msg(strstr(rig.why, words) != NULL, "%s", rig.why);
	return err;
}

START_TEST(two_processes_do_not_share_a_database)
{
	struct store_conf conf = { .kind = "sqlite", .file = rig.file, .queue = 64 };
	struct store *second;

	test_no_oom();
	ck_assert_int_eq(rig_open_new("shared.db"), 0);
	ck_assert_int_eq(store_open(&second, &conf, rig.why), -H_EBUSY);
	ck_assert_ptr_nonnull(strstr(rig.why, "in use by another hollerd, process "));
	store_close(rig.st);
	ck_assert_int_eq(store_open(&second, &conf, rig.why), 0);
	store_close(second);
}
END_TEST

START_TEST(a_file_that_is_no_database_is_refused)
{
	FILE *f;

	test_no_oom();
	snprintf(rig.file, sizeof(rig.file), "%s/text.db", test_tmpdir());
	f = fopen(rig.file, "w");
	ck_assert_ptr_nonnull(f);
	for (int i = 0; i < 500; i++)
		fputs("Dear diary, today nothing happened. ", f);
	fclose(f);
	refused("text.db", "not a database; restore a copy");
}
END_TEST

/* Junk over so many pages of the file. */
static void damage(off_t at, size_t pages)
{
	char junk[4 * PAGE];
	int fd = open(rig.file, O_RDWR);

	memset(junk, 0x5a, sizeof(junk));
	ck_assert_int_eq(pwrite(fd, junk, pages * PAGE, at), (ssize_t)(pages * PAGE));
	close(fd);
}

START_TEST(a_damaged_database_is_refused)
{
	test_no_oom();
	ck_assert_int_eq(rig_open_new("bad.db"), 0);
	store_close(rig.st);
	damage(PAGE, 4);
	refused("bad.db", "restore a copy or move it away");
}
END_TEST

/* Where the first page of a table is. */
static off_t page_of(const char *table)
{
	char text[200];
	sqlite3_stmt *q;
	sqlite3 *h;
	off_t at;

	snprintf(text, sizeof(text),
		 "SELECT (rootpage - 1) * (SELECT page_size FROM pragma_page_size) "
		 "FROM sqlite_schema WHERE name = '%s'",
		 table);
	ck_assert_int_eq(sqlite3_open(rig.file, &h), SQLITE_OK);
	ck_assert_int_eq(sqlite3_prepare_v2(h, text, -1, &q, NULL), SQLITE_OK);
	ck_assert_int_eq(sqlite3_step(q), SQLITE_ROW);
	at = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	sqlite3_close(h);
	return at;
}

/* The start is not held up by a look at all records; those that can't be written stop
 * nothing. Zones are looked at. */
START_TEST(a_long_one_is_looked_at_where_zones_are)
{
	struct store_call c = { .endpoint = "x" };
	struct store_stats stats = { 0 };

	test_no_oom();
	ck_assert_int_eq(rig_open_new("long.db"), 0);
	store_close(rig.st);
	rig_sql("CREATE TABLE filler (b); INSERT INTO filler VALUES (zeroblob(34 << "
		"20))");
	damage(page_of("call"), 1);
	ck_assert_int_eq(rig_open("long.db"), 0);
	ck_assert_int_eq(store_start(rig.st), 0);
	ck_assert(store_call_add(rig.st, &c));
	for (int i = 0; i < 400 && !stats.broken; i++) {
		poll(NULL, 0, 20);
		store_get_stats(rig.st, &stats);
	}
	ck_assert(stats.broken);
	store_close(rig.st);
	damage(page_of("zone"), 1);
	refused("long.db", "restore a copy or move it away");
}
END_TEST

START_TEST(a_newer_schema_is_refused)
{
	test_no_oom();
	ck_assert_int_eq(rig_open_new("newer.db"), 0);
	store_close(rig.st);
	rig_sql("PRAGMA user_version = 77");
	ck_assert_int_eq(refused("newer.db", "newer hollerd (its schema is 77"),
			 -H_ENOTSUP);
}
END_TEST

START_TEST(another_programs_database_is_refused)
{
	test_no_oom();
	snprintf(rig.file, sizeof(rig.file), "%s/other.db", test_tmpdir());
	rig_sql("CREATE TABLE recipe (cake TEXT)");
	ck_assert_int_eq(refused("other.db", "some other program's"), -H_EINVAL);
}
END_TEST

START_TEST(an_old_schema_is_migrated)
{
	test_no_oom();
	ck_assert_int_eq(rig_open_new("old.db"), 0);
	store_close(rig.st);
	rig_sql("INSERT INTO zone VALUES ('kept','','first','PCMU',20,500,''); DROP "
		"TABLE "
		"call; "
		"PRAGMA user_version = 1");
	ck_assert_int_eq(rig_open("old.db"), 0);
	ck_assert_int_eq(store_zones(rig.st, rig_on_zone, NULL, rig.why), 0);
	ck_assert_uint_eq(rig.nkept, 1);
	rig_drop_zones();
	store_close(rig.st);
	rig_sql("INSERT INTO call SELECT * FROM call WHERE 0"); /* is there again */
}
END_TEST

START_TEST(a_migration_that_fails_changes_nothing)
{
	test_no_oom();
	ck_assert_int_eq(rig_open_new("half.db"), 0);
	store_close(rig.st);
	rig_sql("PRAGMA user_version = 1"); /* then 0002 meets its own table */
	refused("half.db", "already exists");
	rig_sql("PRAGMA user_version = 2");
	ck_assert_int_eq(rig_open("half.db"), 0);
	store_close(rig.st);
}
END_TEST

START_TEST(a_missing_folder_is_named)
{
	refused("no/such/folder/x.db", "does its folder exist");
}
END_TEST

START_TEST(a_locked_database_is_said_to_be)
{
	struct store_zone z;
	sqlite3 *h;

	test_no_oom();
	ck_assert_int_eq(rig_open_new("locked.db"), 0);
	ck_assert_int_eq(store_start(rig.st), 0);
	ck_assert_int_eq(sqlite3_open(rig.file, &h), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(h, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	rig_zone(&z, "lobby", 1);
	ck_assert_int_eq(store_zone_put(rig.st, &z, rig_on_done, &rig.err), 0);
	rig_wait(1);
	ck_assert_int_eq(rig.err, -H_EBUSY);
	ck_assert_ptr_nonnull(strstr(rig.why, "another program holds it locked"));
	sqlite3_close(h);
	ck_assert_int_eq(store_zone_put(rig.st, &z, rig_on_done, &rig.err), 0);
	rig_wait(2);
	ck_assert_int_eq(rig.err, 0);
	store_zone_fini(&z);
	store_close(rig.st);
}
END_TEST

/* A disk that is full is a file that must not grow. libcheck writes a file of its own at
 * each ck_assert, so there are none in between. */
static void let_grow(rlim_t bytes)
{
	struct rlimit lim = { bytes, RLIM_INFINITY };

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &lim);
}

static void wait_quietly(unsigned n)
{
	struct pollfd pfd = { .fd = store_fd(rig.st), .events = POLLIN };

	for (int i = 0; rig.done < n && i < 50; i++)
		if (poll(&pfd, 1, 200) == 1)
			store_poll(rig.st);
}

START_TEST(a_full_disk_stops_nothing)
{
	struct store_stats stats;
	struct store_query q = { .limit = 1 };
	struct store_zone z;
	char said[STORE_WHY_MAX];
	int zone_err;

	test_no_oom();
	ck_assert_int_eq(rig_open_new("disk.db"), 0);
	ck_assert_int_eq(store_start(rig.st), 0);
	rig_zone(&z, "lobby", 2000);
	let_grow(8192);
	store_zone_put(rig.st, &z, rig_on_done, &rig.err);
	wait_quietly(1);
	zone_err = rig.err;
	memcpy(said, rig.why, sizeof(said));
	for (unsigned i = 0; i < 10; i++) {
		struct store_call c = rig_call(i);

		store_call_add(rig.st, &c);
	}
	store_calls(rig.st, &q, rig_on_calls, &rig.err);
	wait_quietly(2);
	store_get_stats(rig.st, &stats);
	let_grow(RLIM_INFINITY);
	ck_assert_int_ne(zone_err, 0);
	ck_assert_msg(strstr(said, "disk") != NULL, "%s", said);
	ck_assert(stats.broken);
	ck_assert_uint_eq(stats.waiting, 10);
	ck_assert_int_eq(store_calls(rig.st, &q, rig_on_calls, &rig.err), 0);
	rig_wait(3);
	store_get_stats(rig.st, &stats);
	ck_assert(!stats.broken);
	ck_assert_uint_eq(stats.written, 10);
	store_zone_fini(&z);
	store_close(rig.st);
}
END_TEST

START_TEST(too_many_jobs_are_refused)
{
	unsigned taken = 0;

	test_no_oom();
	ck_assert_int_eq(rig_open_new("jobs.db"), 0);
	while (taken < 1000 && !store_zone_del(rig.st, "x", rig_on_done, &rig.err))
		taken++;
	ck_assert_uint_eq(taken, 255);
	ck_assert_int_eq(store_start(rig.st), 0);
	rig_wait(taken);
	store_close(rig.st);
}
END_TEST

START_TEST(an_unknown_kind_is_refused)
{
	struct store_conf conf = { .kind = "tape", .file = "x", .queue = 16 };

	ck_assert_int_ne(store_open(&rig.st, &conf, rig.why), 0);
}
END_TEST

START_TEST(opening_survives_want_of_memory)
{
	if (!rig_open_new("oom.db"))
		store_close(rig.st);
}
END_TEST

static Suite *store_fail_suite(void)
{
	Suite *s = suite_create("store failures");
	TCase *tc = tcase_create("failures");

	tcase_add_test(tc, two_processes_do_not_share_a_database);
	tcase_add_test(tc, a_file_that_is_no_database_is_refused);
	tcase_add_test(tc, a_damaged_database_is_refused);
	tcase_add_test(tc, a_long_one_is_looked_at_where_zones_are);
	tcase_add_test(tc, a_newer_schema_is_refused);
	tcase_add_test(tc, another_programs_database_is_refused);
	tcase_add_test(tc, an_old_schema_is_migrated);
	tcase_add_test(tc, a_migration_that_fails_changes_nothing);
	tcase_add_test(tc, a_missing_folder_is_named);
	tcase_add_test(tc, a_locked_database_is_said_to_be);
	tcase_add_test(tc, a_full_disk_stops_nothing);
	tcase_add_test(tc, too_many_jobs_are_refused);
	tcase_add_test(tc, an_unknown_kind_is_refused);
	tcase_add_test(tc, opening_survives_want_of_memory);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(store_fail_suite)
