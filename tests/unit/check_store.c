/* tests/unit/check_store.c - the database: life, migrations, and every way it can fail.
 *
 * layer: tests   thread: main and the store's   I/O: files under a folder of its own
 */
#include "store/store.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"
#include "util/err.h"
#include "util/log.h"
#include "util/mem.h"

static char file[512], why[STORE_WHY_MAX];
static struct store *st;

static void quiet(enum log_cat cat, enum log_level level, const char *line)
{
	(void)cat;
	(void)level;
	(void)line;
}

static int open_named(const char *name)
{
	struct store_conf conf = { .kind = "sqlite", .file = file, .queue = 64 };

	snprintf(file, sizeof(file), "%s/%s", test_tmpdir(), name);
	log_set_sink(quiet);
	return store_open(&st, &conf, why);
}

/* Every test has a database of its own, made anew. */
static int open_new(const char *name)
{
	char path[600];
	static const char *const tails[] = { "", "-wal", "-shm", ".lock" };

	for (unsigned i = 0; i < 4; i++) {
		snprintf(path, sizeof(path), "%s/%s%s", test_tmpdir(), name, tails[i]);
		unlink(path);
	}
	return open_named(name);
}

static void sql(const char *text)
{
	sqlite3 *h;

	ck_assert_int_eq(sqlite3_open(file, &h), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(h, text, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(h);
}

/* ---- helpers that drive the thread --------------------------------------------- */

static int got_err;
static unsigned got_done;
static size_t got_rows;
static struct store_call first_row;

static void on_done(void *arg, int err, const char *text)
{
	*(int *)arg = err;
	got_done++;
	snprintf(why, sizeof(why), "%s", text);
}

static void on_calls(void *arg, int err, const char *text, const struct store_call *rows,
		     size_t n)
{
	on_done(arg, err, text);
	got_rows = n;
	if (n)
		first_row = rows[0];
}

static void wait_done(unsigned n)
{
	struct pollfd pfd = { .fd = store_fd(st), .events = POLLIN };

	while (got_done < n) {
		ck_assert_int_eq(poll(&pfd, 1, 10000), 1);
		store_poll(st);
	}
}

static void fill_zone(struct store_zone *z, const char *name, unsigned listeners)
{
	*z = (struct store_zone){ .policy = "first",
				  .codec = "PCMU/8000",
				  .ptime = 20,
				  .idle_ms = 500,
				  .ngroup = 2 };
	snprintf(z->name, sizeof(z->name), "%s", name);
	snprintf(z->label, sizeof(z->label), "Ward \"3\", O'Neill; --");
	z->group[0] = (struct store_group){
		.emit = true, .hops = 4, .dscp = 46, .loop = true, .ifname = "eth0"
	};
	ck_assert_int_eq(addr_parse(&z->group[0].group, STR_LIT("239.1.2.3:5004")), 0);
	ck_assert_int_eq(addr_parse_ip(&z->group[0].source, STR_LIT("192.0.2.9")), 0);
	z->group[1] = (struct store_group){ .receive = true, .hops = 1, .nsource = 2 };
	ck_assert_int_eq(addr_parse(&z->group[1].group, STR_LIT("[ff15::7]:6000")), 0);
	ck_assert_int_eq(addr_parse_ip(&z->group[1].sources[0], STR_LIT("2001:db8::1")),
			 0);
	ck_assert_int_eq(addr_parse_ip(&z->group[1].sources[1], STR_LIT("2001:db8::2")),
			 0);
	z->listener = listeners ? mem_array(listeners, sizeof(struct addr)) : NULL;
	for (unsigned i = 0; z->listener && i < listeners; i++) {
		char text[64];

		snprintf(text, sizeof(text), "198.51.100.%u:%u", i % 250 + 1, 4000 + i);
		ck_assert_int_eq(addr_parse(&z->listener[i], str_of(text)), 0);
		z->nlistener++;
	}
}

static struct store_zone kept[4];
static unsigned nkept;

static void keep_zone(void *arg, const struct store_zone *z)
{
	(void)arg;
	if (nkept < 4 && store_zone_copy(&kept[nkept], z))
		nkept++;
}

static void drop_zones(void)
{
	while (nkept)
		store_zone_fini(&kept[--nkept]);
}

/* ---- zones --------------------------------------------------------------------- */

/* Also what SQLite puts beside it; a mode an operator gave stays. */
START_TEST(others_may_not_read_it)
{
	char path[600];
	struct stat s;
	mode_t was = umask(0);
	int err;

	test_no_oom();
	err = open_new("mode.db");
	umask(was);
	ck_assert_int_eq(err, 0);
	ck_assert_int_eq(stat(file, &s), 0);
	ck_assert_uint_eq(s.st_mode & 0777, 0640);
	snprintf(path, sizeof(path), "%s-wal", file);
	ck_assert_int_eq(stat(path, &s), 0);
	ck_assert_uint_eq(s.st_mode & 0777, 0640);
	store_close(st);
	ck_assert_int_eq(chmod(file, 0600), 0);
	ck_assert_int_eq(open_named("mode.db"), 0);
	store_close(st);
	ck_assert_int_eq(stat(file, &s), 0);
	ck_assert_uint_eq(s.st_mode & 0777, 0600);
}
END_TEST

START_TEST(zones_come_back_as_they_were)
{
	struct store_zone z;

	test_no_oom();
	ck_assert_int_eq(open_new("zones.db"), 0);
	ck_assert_int_eq(store_start(st), 0);
	fill_zone(&z, "lobby", 300);
	ck_assert_int_eq(store_zone_put(st, &z, on_done, &got_err), 0);
	wait_done(1);
	ck_assert_int_eq(got_err, 0);
	snprintf(z.label, sizeof(z.label), "second");
	ck_assert_int_eq(store_zone_put(st, &z, on_done, &got_err), 0);
	wait_done(2);
	store_close(st);

	ck_assert_int_eq(open_named("zones.db"), 0);
	ck_assert_int_eq(store_zones(st, keep_zone, NULL, why), 0);
	ck_assert_uint_eq(nkept, 1);
	ck_assert_str_eq(kept[0].name, "lobby");
	ck_assert_str_eq(kept[0].label, "second");
	ck_assert_uint_eq(kept[0].nlistener, 300);
	ck_assert(!memcmp(kept[0].listener, z.listener, 300 * sizeof(struct addr)));
	ck_assert_uint_eq(kept[0].ngroup, 2);
	for (int i = 0; i < 2; i++) {
		ck_assert(addr_eq(&kept[0].group[i].group, &z.group[i].group));
		ck_assert(addr_eq(&kept[0].group[i].source, &z.group[i].source));
		ck_assert_str_eq(kept[0].group[i].ifname, z.group[i].ifname);
		ck_assert_int_eq(kept[0].group[i].emit, z.group[i].emit);
		ck_assert_int_eq(kept[0].group[i].receive, z.group[i].receive);
		ck_assert_int_eq(kept[0].group[i].loop, z.group[i].loop);
		ck_assert_int_eq(kept[0].group[i].hops, z.group[i].hops);
		ck_assert_int_eq(kept[0].group[i].dscp, z.group[i].dscp);
		ck_assert_int_eq(kept[0].group[i].nsource, z.group[i].nsource);
	}
	ck_assert(addr_eq(&kept[0].group[1].sources[1], &z.group[1].sources[1]));
	drop_zones();
	store_zone_fini(&z);
	store_close(st);
}
END_TEST

START_TEST(deleted_zones_are_gone_whole)
{
	struct store_zone z;

	test_no_oom();
	ck_assert_int_eq(open_new("del.db"), 0);
	ck_assert_int_eq(store_start(st), 0);
	fill_zone(&z, "Lobby", 3);
	ck_assert_int_eq(store_zone_put(st, &z, on_done, &got_err), 0);
	ck_assert_int_eq(store_zone_del(st, "LOBBY", on_done, &got_err),
			 0); /* case-blind */
	ck_assert_int_eq(store_zone_del(st, "never", on_done, &got_err), 0);
	wait_done(3);
	ck_assert_int_eq(got_err, 0);
	store_zone_fini(&z);
	store_close(st);
	ck_assert_int_eq(open_named("del.db"), 0);
	ck_assert_int_eq(store_zones(st, keep_zone, NULL, why), 0);
	ck_assert_uint_eq(nkept, 0);
	store_close(st);
	sql("INSERT INTO zone_listener SELECT 'x', count(*), '' FROM zone_listener "
	    "WHERE 0"); /* the tables are still ours */
}
END_TEST

START_TEST(a_copy_needs_memory)
{
	struct store_zone z, copy;

	fill_zone(&z, "lobby", 2);
	if (store_zone_copy(&copy, &z)) {
		ck_assert_ptr_ne(copy.listener, z.listener);
		store_zone_fini(&copy);
	}
	store_zone_fini(&z);
}
END_TEST

/* ---- calls --------------------------------------------------------------------- */

static struct store_call a_call(unsigned i)
{
	struct store_call c = { .started_ms = 1000 * (int64_t)i,
				.duration_ms = 61000,
				.rx_packets = 3000,
				.lost = 7,
				.jitter_ms = 3,
				.reason = 900 };

	snprintf(c.owner, sizeof(c.owner), "ca%u", i % 2);
	snprintf(c.endpoint, sizeof(c.endpoint), "rtpbridge/%x", i);
	snprintf(c.call_id, sizeof(c.call_id), "C%u", i / 2);
	snprintf(c.cause, sizeof(c.cause), "agent");
	addr_parse(&c.local, STR_LIT("192.0.2.1:16384"));
	return c;
}

START_TEST(records_are_found_newest_first)
{
	struct store_query q = { .limit = 10 };

	test_no_oom();
	ck_assert_int_eq(open_new("calls.db"), 0);
	ck_assert_int_eq(store_start(st), 0);
	for (unsigned i = 0; i < 20; i++) {
		struct store_call c = a_call(i);

		ck_assert(store_call_add(st, &c));
	}
	ck_assert_int_eq(store_calls(st, &q, on_calls, &got_err), 0);
	wait_done(1);
	ck_assert_int_eq(got_err, 0);
	ck_assert_uint_eq(got_rows, 10);
	ck_assert_str_eq(first_row.endpoint, "rtpbridge/13");
	ck_assert_uint_eq(first_row.lost, 7);
	ck_assert_uint_eq(first_row.reason, 900);
	ck_assert_uint_eq(first_row.local.port, 16384);
	ck_assert_uint_eq(first_row.remote.family, 0);
	snprintf(q.owner, sizeof(q.owner), "ca1");
	snprintf(q.call_id, sizeof(q.call_id), "C3");
	ck_assert_int_eq(store_calls(st, &q, on_calls, &got_err), 0);
	wait_done(2);
	ck_assert_uint_eq(got_rows, 1);
	ck_assert_str_eq(first_row.endpoint, "rtpbridge/7");
	snprintf(q.owner, sizeof(q.owner), "x' OR '1'='1");
	ck_assert_int_eq(store_calls(st, &q, on_calls, &got_err), 0);
	wait_done(3);
	ck_assert_uint_eq(got_rows, 0);
	store_close(st);
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
	ck_assert_int_eq(open_new("filters.db"), 0);
	ck_assert_int_eq(store_start(st), 0);
	for (unsigned i = 0; i < 20; i++) {
		struct store_call c = a_call(i);

		ck_assert(store_call_add(st, &c));
	}
	for (unsigned i = 0; i < n; i++) {
		ck_assert_int_eq(store_calls(st, &v[i].q, on_calls, &got_err), 0);
		wait_done(i + 1);
		ck_assert_int_eq(got_err, 0);
		ck_assert_msg(got_rows == v[i].rows, "%u: %zu", i, got_rows);
	}
	store_close(st);
}
END_TEST

START_TEST(a_full_queue_drops_and_counts)
{
	struct store_stats stats;
	unsigned taken = 0;

	test_no_oom();
	ck_assert_int_eq(open_new("full.db"), 0); /* not started: nobody writes */
	for (unsigned i = 0; i < 100; i++) {
		struct store_call c = a_call(i);

		taken += store_call_add(st, &c);
	}
	store_get_stats(st, &stats);
	ck_assert_uint_eq(taken, 64);
	ck_assert_uint_eq(stats.waiting, 64);
	ck_assert_uint_eq(stats.dropped, 36);
	store_close(st);
}
END_TEST

START_TEST(closing_writes_what_waits)
{
	struct store_query q = { .limit = 100 };
	struct store_call c = a_call(1);

	test_no_oom();
	ck_assert_int_eq(open_new("close.db"), 0);
	ck_assert_int_eq(store_start(st), 0);
	ck_assert(store_call_add(st, &c));
	store_close(st);
	ck_assert_int_eq(open_named("close.db"), 0);
	ck_assert_int_eq(store_start(st), 0);
	ck_assert_int_eq(store_calls(st, &q, on_calls, &got_err), 0);
	wait_done(1);
	ck_assert_uint_eq(got_rows, 1);
	store_close(st);
}
END_TEST

START_TEST(old_records_are_purged)
{
	struct store_query q = { .limit = 100 };
	struct store_call c = a_call(1); /* of 1970 */

	test_no_oom();
	ck_assert_int_eq(open_new("purge.db"), 0);
	ck_assert_int_eq(store_start(st), 0);
	ck_assert(store_call_add(st, &c));
	store_close(st);
	ck_assert_int_eq(open_named("purge.db"), 0);
	store_set_conf(st, 64, 86400000);
	ck_assert_int_eq(store_start(st), 0);
	ck_assert_int_eq(store_zone_del(st, "x", on_done, &got_err), 0);
	wait_done(1);
	usleep(200000);
	ck_assert_int_eq(store_calls(st, &q, on_calls, &got_err), 0);
	wait_done(2);
	ck_assert_uint_eq(got_rows, 0);
	store_close(st);
}
END_TEST

/* ---- failures ------------------------------------------------------------------ */

START_TEST(two_processes_do_not_share_a_database)
{
	struct store_conf conf = { .kind = "sqlite", .file = file, .queue = 64 };
	struct store *second;

	test_no_oom();
	ck_assert_int_eq(open_new("shared.db"), 0);
	ck_assert_int_eq(store_open(&second, &conf, why), -H_EBUSY);
	ck_assert_ptr_nonnull(strstr(why, "in use by another hollerd, process "));
	store_close(st);
	ck_assert_int_eq(store_open(&second, &conf, why), 0);
	store_close(second);
}
END_TEST

START_TEST(a_file_that_is_no_database_is_refused)
{
	FILE *f;

	test_no_oom();
	snprintf(file, sizeof(file), "%s/text.db", test_tmpdir());
	f = fopen(file, "w");
	ck_assert_ptr_nonnull(f);
	for (int i = 0; i < 500; i++)
		fputs("Dear diary, today nothing happened. ", f);
	fclose(f);
	ck_assert_int_ne(open_named("text.db"), 0);
	ck_assert_ptr_nonnull(strstr(why, "not a database; restore a copy"));
}
END_TEST

START_TEST(a_damaged_database_is_refused)
{
	char junk[16384];
	int fd;

	test_no_oom();
	ck_assert_int_eq(open_new("bad.db"), 0);
	store_close(st);
	memset(junk, 0x5a, sizeof(junk));
	fd = open(file, O_RDWR);
	ck_assert_int_eq(pwrite(fd, junk, sizeof(junk), 4096), (int)sizeof(junk));
	close(fd);
	ck_assert_int_ne(open_named("bad.db"), 0);
	ck_assert_msg(strstr(why, "restore a copy or move it away") != NULL, "%s", why);
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
	ck_assert_int_eq(sqlite3_open(file, &h), SQLITE_OK);
	ck_assert_int_eq(sqlite3_prepare_v2(h, text, -1, &q, NULL), SQLITE_OK);
	ck_assert_int_eq(sqlite3_step(q), SQLITE_ROW);
	at = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	sqlite3_close(h);
	return at;
}

static void damage(const char *table)
{
	char junk[4096];
	off_t at = page_of(table);
	int fd = open(file, O_RDWR);

	memset(junk, 0x5a, sizeof(junk));
	ck_assert_int_eq(pwrite(fd, junk, sizeof(junk), at), (int)sizeof(junk));
	close(fd);
}

/* The start is not held up by a look at all records; those that can't be written stop
 * nothing. Zones are looked at. */
START_TEST(a_long_one_is_looked_at_where_zones_are)
{
	struct store_call c = { .endpoint = "x" };
	struct store_stats stats = { 0 };

	test_no_oom();
	ck_assert_int_eq(open_new("long.db"), 0);
	store_close(st);
	sql("CREATE TABLE filler (b); INSERT INTO filler VALUES (zeroblob(34 << 20))");
	damage("call");
	ck_assert_int_eq(open_named("long.db"), 0);
	ck_assert_int_eq(store_start(st), 0);
	ck_assert(store_call_add(st, &c));
	for (int i = 0; i < 400 && !stats.broken; i++) {
		poll(NULL, 0, 20);
		store_get_stats(st, &stats);
	}
	ck_assert(stats.broken);
	store_close(st);
	damage("zone");
	ck_assert_int_ne(open_named("long.db"), 0);
	ck_assert_msg(strstr(why, "restore a copy or move it away") != NULL, "%s", why);
}
END_TEST

START_TEST(a_newer_schema_is_refused)
{
	test_no_oom();
	ck_assert_int_eq(open_new("newer.db"), 0);
	store_close(st);
	sql("PRAGMA user_version = 77");
	ck_assert_int_eq(open_named("newer.db"), -H_ENOTSUP);
	ck_assert_ptr_nonnull(strstr(why, "newer hollerd (its schema is 77"));
}
END_TEST

START_TEST(another_programs_database_is_refused)
{
	test_no_oom();
	snprintf(file, sizeof(file), "%s/other.db", test_tmpdir());
	sql("CREATE TABLE recipe (cake TEXT)");
	ck_assert_int_eq(open_named("other.db"), -H_EINVAL);
	ck_assert_ptr_nonnull(strstr(why, "some other program's"));
}
END_TEST

START_TEST(an_old_schema_is_migrated)
{
	test_no_oom();
	ck_assert_int_eq(open_new("old.db"), 0);
	store_close(st);
	sql("INSERT INTO zone VALUES ('kept','','first','PCMU',20,500,''); DROP TABLE "
	    "call; "
	    "PRAGMA user_version = 1");
	ck_assert_int_eq(open_named("old.db"), 0);
	ck_assert_int_eq(store_zones(st, keep_zone, NULL, why), 0);
	ck_assert_uint_eq(nkept, 1);
	drop_zones();
	store_close(st);
	sql("INSERT INTO call SELECT * FROM call WHERE 0"); /* is there again */
}
END_TEST

START_TEST(a_migration_that_fails_changes_nothing)
{
	test_no_oom();
	ck_assert_int_eq(open_new("half.db"), 0);
	store_close(st);
	sql("PRAGMA user_version = 1"); /* then 0002 meets its own table */
	ck_assert_int_ne(open_named("half.db"), 0);
	ck_assert_ptr_nonnull(strstr(why, "already exists"));
	sql("PRAGMA user_version = 2");
	ck_assert_int_eq(open_named("half.db"), 0);
	store_close(st);
}
END_TEST

START_TEST(a_missing_folder_is_named)
{
	ck_assert_int_ne(open_named("no/such/folder/x.db"), 0);
	ck_assert_ptr_nonnull(strstr(why, "does its folder exist"));
}
END_TEST

START_TEST(a_locked_database_is_said_to_be)
{
	struct store_zone z;
	sqlite3 *h;

	test_no_oom();
	ck_assert_int_eq(open_new("locked.db"), 0);
	ck_assert_int_eq(store_start(st), 0);
	ck_assert_int_eq(sqlite3_open(file, &h), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(h, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	fill_zone(&z, "lobby", 1);
	ck_assert_int_eq(store_zone_put(st, &z, on_done, &got_err), 0);
	wait_done(1);
	ck_assert_int_eq(got_err, -H_EBUSY);
	ck_assert_ptr_nonnull(strstr(why, "another program holds it locked"));
	sqlite3_close(h);
	ck_assert_int_eq(store_zone_put(st, &z, on_done, &got_err), 0);
	wait_done(2);
	ck_assert_int_eq(got_err, 0);
	store_zone_fini(&z);
	store_close(st);
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
	struct pollfd pfd = { .fd = store_fd(st), .events = POLLIN };

	for (int i = 0; got_done < n && i < 50; i++)
		if (poll(&pfd, 1, 200) == 1)
			store_poll(st);
}

START_TEST(a_full_disk_stops_nothing)
{
	struct store_stats stats;
	struct store_query q = { .limit = 1 };
	struct store_zone z;
	char said[STORE_WHY_MAX];
	int zone_err;

	test_no_oom();
	ck_assert_int_eq(open_new("disk.db"), 0);
	ck_assert_int_eq(store_start(st), 0);
	fill_zone(&z, "lobby", 2000);
	let_grow(8192);
	store_zone_put(st, &z, on_done, &got_err);
	wait_quietly(1);
	zone_err = got_err;
	memcpy(said, why, sizeof(said));
	for (unsigned i = 0; i < 10; i++) {
		struct store_call c = a_call(i);

		store_call_add(st, &c);
	}
	store_calls(st, &q, on_calls, &got_err);
	wait_quietly(2);
	store_get_stats(st, &stats);
	let_grow(RLIM_INFINITY);
	ck_assert_int_ne(zone_err, 0);
	ck_assert_msg(strstr(said, "disk") != NULL, "%s", said);
	ck_assert(stats.broken);
	ck_assert_uint_eq(stats.waiting, 10);
	ck_assert_int_eq(store_calls(st, &q, on_calls, &got_err), 0);
	wait_done(3);
	store_get_stats(st, &stats);
	ck_assert(!stats.broken);
	ck_assert_uint_eq(stats.written, 10);
	store_zone_fini(&z);
	store_close(st);
}
END_TEST

START_TEST(too_many_jobs_are_refused)
{
	unsigned taken = 0;

	test_no_oom();
	ck_assert_int_eq(open_new("jobs.db"), 0);
	while (taken < 1000 && !store_zone_del(st, "x", on_done, &got_err))
		taken++;
	ck_assert_uint_eq(taken, 255);
	ck_assert_int_eq(store_start(st), 0);
	wait_done(taken);
	store_close(st);
}
END_TEST

START_TEST(an_unknown_kind_is_refused)
{
	struct store_conf conf = { .kind = "tape", .file = "x", .queue = 16 };

	ck_assert_int_ne(store_open(&st, &conf, why), 0);
}
END_TEST

START_TEST(opening_survives_want_of_memory)
{
	if (!open_new("oom.db"))
		store_close(st);
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
	tc = tcase_create("failures");
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

TEST_MAIN(store_suite)
