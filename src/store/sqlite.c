/* store/sqlite.c - the SQLite row: open, lock, migrate, and say what is wrong.
 *
 * layer: store (L3)   thread: control at the start, then the store's   I/O: files
 */
#include "store/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/sql.h"
#include "util/err.h"
#include "util/mem.h"

enum { APPLICATION_ID = 0x486f6c72, BUSY_MS = 2000, WHOLE_MOST = 32 << 20 };

/* ---- small helpers ------------------------------------------------------------- */

static int err_of(int code)
{
	switch (code & 0xff) {
	case SQLITE_NOMEM:
		return -H_ENOMEM;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -H_EBUSY;
	case SQLITE_FULL:
		return -H_ELIMIT;
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return -H_EPERM;
	case SQLITE_CONSTRAINT:
		return -H_EEXIST;
	default:
		return -H_ESYS;
	}
}

static const char *hint_of(int code)
{
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return "; another program holds it locked";
	case SQLITE_FULL:
		return "; free some space";
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return "; the user of hollerd must be able to write it and its folder";
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return "; restore a copy or move it away";
	case SQLITE_CANTOPEN:
		return "; does its folder exist, and may the user of hollerd write "
		       "there?";
	default:
		return "";
	}
}

int sqlite_fail(struct store_db *db, char *why)
{
	int code = sqlite3_extended_errcode(db->h);

	return store_fail(err_of(code), why, "%s: %s%s", db->file, sqlite3_errmsg(db->h),
			  hint_of(code));
}

int sqlite_run(struct store_db *db, const char *sql, char *why)
{
	return sqlite3_exec(db->h, sql, NULL, NULL, NULL) ? sqlite_fail(db, why) : 0;
}

sqlite3_stmt *sqlite_prepare(struct store_db *db, const char *sql, char *why)
{
	sqlite3_stmt *st = NULL;

	if (sqlite3_prepare_v2(db->h, sql, -1, &st, NULL))
		sqlite_fail(db, why);
	return st;
}

int sqlite_step(struct store_db *db, sqlite3_stmt *st, char *why)
{
	int err = sqlite3_step(st) == SQLITE_DONE ? 0 : sqlite_fail(db, why);

	sqlite3_reset(st);
	return err;
}

int sqlite_atomic(struct store_db *db,
		  int (*f)(struct store_db *db, const void *arg, char *why),
		  const void *arg, char *why)
{
	char ignored[STORE_WHY_MAX];
	int err = sqlite_run(db, "BEGIN IMMEDIATE", why);

	if (err)
		return err;
	err = f(db, arg, why);
	if (!err)
		err = sqlite_run(db, "COMMIT", why);
	if (err && !sqlite3_get_autocommit(db->h))
		sqlite_run(db, "ROLLBACK", ignored);
	return err;
}

void sqlite_bind_text(sqlite3_stmt *st, int i, const char *text)
{
	sqlite3_bind_text(st, i, text, -1, SQLITE_TRANSIENT);
}

void sqlite_bind_addr(sqlite3_stmt *st, int i, const struct addr *a)
{
	char text[ADDR_STRLEN] = "";

	if (a->family && a->port)
		addr_print(text, a);
	else if (a->family)
		addr_print_ip(text, a);
	sqlite_bind_text(st, i, text);
}

void sqlite_col_text(sqlite3_stmt *st, int i, char *out, size_t size)
{
	const unsigned char *text = sqlite3_column_text(st, i);

	snprintf(out, size, "%s", text ? (const char *)text : "");
}

void sqlite_col_addr(sqlite3_stmt *st, int i, struct addr *out)
{
	char text[ADDR_STRLEN];

	sqlite_col_text(st, i, text, sizeof(text));
	*out = (struct addr){ 0 };
	if (text[0] && addr_parse(out, str_of(text)) && addr_parse_ip(out, str_of(text)))
		*out = (struct addr){ 0 };
}

/* ---- the schema ---------------------------------------------------------------- */

static int get_int(struct store_db *db, const char *sql, int *out, char *why)
{
	sqlite3_stmt *st = sqlite_prepare(db, sql, why);
	int err = 0;

	if (!st)
		return err_of(sqlite3_errcode(db->h));
	if (sqlite3_step(st) == SQLITE_ROW)
		*out = sqlite3_column_int(st, 0);
	else
		err = sqlite_fail(db, why);
	sqlite3_finalize(st);
	return err;
}

static int migrate(struct store_db *db, const void *arg, char *why)
{
	int from = *(const int *)arg, err = 0;
	char sql[80];

	for (int v = from; !err && store_sql_sqlite[v]; v++) {
		err = sqlite_run(db, store_sql_sqlite[v], why);
		snprintf(sql, sizeof(sql), "PRAGMA user_version = %d", v + 1);
		if (!err)
			err = sqlite_run(db, sql, why);
	}
	snprintf(sql, sizeof(sql), "PRAGMA application_id = %d", APPLICATION_ID);
	return err ? err : sqlite_run(db, sql, why);
}

static int check_schema(struct store_db *db, char *why)
{
	int version = 0, id = 0, tables = 0, known = 0, err;

	while (store_sql_sqlite[known])
		known++;
	err = get_int(db, "PRAGMA user_version", &version, why);
	if (!err)
		err = get_int(db, "PRAGMA application_id", &id, why);
	if (!err)
		err = get_int(db, "SELECT count(*) FROM sqlite_schema", &tables, why);
	if (err)
		return err;
	if (tables && id != APPLICATION_ID)
		return store_fail(-H_EINVAL, why,
				  "%s: this is some other program's database", db->file);
	if (version < 0 || version > known)
		return store_fail(-H_ENOTSUP, why,
				  "%s: made by a newer hollerd (its schema is %d, this "
				  "one knows %d)",
				  db->file, version, known);
	return version == known ? 0 : sqlite_atomic(db, migrate, &version, why);
}

static int check_table(struct store_db *db, const char *table, char *why)
{
	sqlite3_stmt *st;
	const unsigned char *text;
	char sql[80];
	int err = 0;

	snprintf(sql, sizeof(sql), "PRAGMA quick_check(%s)", table);
	st = sqlite_prepare(db, sql, why);
	if (!st)
		return err_of(sqlite3_errcode(db->h));
	if (sqlite3_step(st) != SQLITE_ROW) {
		err = sqlite_fail(db, why);
	} else {
		text = sqlite3_column_text(st, 0);
		if (!text || strcmp((const char *)text, "ok"))
			err = store_fail(
				-H_ESYS, why,
				"%s: damaged (%s); restore a copy or move it away",
				db->file, text ? (const char *)text : "?");
	}
	sqlite3_finalize(st);
	return err;
}

/* A damaged file is found at the start, not by the first page of the day. A long one
 * would hold up the start (a second for a million records), so there only zones are
 * looked at: call records that can't be written stop nothing. */
static int check_pages(struct store_db *db, char *why)
{
	static const char *const zones[] = { "zone", "zone_group", "zone_listener" };
	struct stat st;
	int err = 0;

	if (stat(sqlite3_db_filename(db->h, "main"), &st) || st.st_size <= WHOLE_MOST)
		return check_table(db, "1", why);
	for (size_t i = 0; !err && i < sizeof(zones) / sizeof(zones[0]); i++)
		err = check_table(db, zones[i], why);
	return err;
}

/* ---- open and close ------------------------------------------------------------ */

static int take_lock(struct store_db *db, const char *file, char *why)
{
	char path[4096], pid[16] = "";
	ssize_t n;

	if (snprintf(path, sizeof(path), "%s.lock", file) >= (int)sizeof(path))
		return store_fail(-H_EINVAL, why, "%s: name too long", db->file);
	db->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	if (db->lock < 0)
		return store_fail(errno == EACCES || errno == EROFS ? -H_EPERM : -H_ESYS,
				  why, "%s.lock: %s%s", db->file, strerror(errno),
				  hint_of(SQLITE_CANTOPEN));
	if (flock(db->lock, LOCK_EX | LOCK_NB)) {
		n = read(db->lock, pid, sizeof(pid) - 1);
		pid[n > 0 ? strcspn(pid, "\n") : 0] = 0;
		return store_fail(-H_EBUSY, why, "%s: in use by another hollerd%s%s",
				  db->file, pid[0] ? ", process " : "", pid);
	}
	n = snprintf(pid, sizeof(pid), "%d\n", (int)getpid());
	if (ftruncate(db->lock, 0) || write(db->lock, pid, (size_t)n) != n)
		return store_fail(-H_ESYS, why, "%s.lock: %s", db->file, strerror(errno));
	return 0;
}

/* A new one is nobody's business but ours and our group's. SQLite's own files beside it
 * take after it. */
static int make_file(const struct store_db *db, const char *file, char *why)
{
	int fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0640);

	if (fd >= 0)
		close(fd);
	else if (errno != EISDIR && errno != EACCES && errno != EROFS)
		return store_fail(-H_ESYS, why, "%s: %s%s", db->file, strerror(errno),
				  hint_of(SQLITE_CANTOPEN));
	return 0; /* SQLite says the rest */
}

static void sqlite_close(struct store_db *db)
{
	if (!db)
		return;
	sqlite3_finalize(db->call_add);
	sqlite3_close(db->h);
	if (db->lock >= 0)
		close(db->lock);
	mem_free(db);
}

static int sqlite_open(struct store_db **out, const struct store_conf *conf, char *why)
{
	struct store_db *db = mem_zalloc(sizeof(*db));
	int err;

	if (!db)
		return store_fail(-H_ENOMEM, why, "out of memory");
	db->lock = -1;
	snprintf(db->file, sizeof(db->file), "%s", conf->file);
	err = take_lock(db, conf->file, why);
	if (!err)
		err = make_file(db, conf->file, why);
	if (!err && sqlite3_open_v2(conf->file, &db->h,
				    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
					    SQLITE_OPEN_NOMUTEX,
				    NULL))
		err = sqlite_fail(db, why);
	if (!err)
		sqlite3_busy_timeout(db->h, BUSY_MS);
	if (!err)
		err = sqlite_run(
			db, "PRAGMA foreign_keys = ON; PRAGMA synchronous = NORMAL", why);
	if (!err)
		err = check_schema(db, why);
	if (!err)
		err = sqlite_run(db, "PRAGMA journal_mode = WAL", why);
	if (!err)
		err = check_pages(db, why);
	if (err) {
		sqlite_close(db);
		return err;
	}
	*out = db;
	return 0;
}

const struct store_ops store_sqlite = {
	.name = "sqlite",
	.open = sqlite_open,
	.close = sqlite_close,
	.zones = sqlite_zones,
	.zone_put = sqlite_zone_put,
	.zone_del = sqlite_zone_del,
	.calls_add = sqlite_calls_add,
	.calls = sqlite_calls,
	.purge = sqlite_purge,
};
