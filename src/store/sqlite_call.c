/* store/sqlite_call.c - call records in SQLite.
 *
 * layer: store (L3)   thread: the store's   I/O: database
 */
#include <stdio.h>
#include <time.h>

#include "store/sqlite.h"
#include "util/err.h"

enum { PURGE_AT_ONCE = 5000, QUERY_S = 10, PROGRESS_STEPS = 100000 };

static void bind_call(sqlite3_stmt *st, const struct store_call *c)
{
	sqlite3_bind_int64(st, 1, c->started_ms);
	sqlite3_bind_int64(st, 2, (int64_t)c->duration_ms);
	sqlite_bind_text(st, 3, c->owner);
	sqlite_bind_text(st, 4, c->endpoint);
	sqlite_bind_text(st, 5, c->call_id);
	sqlite_bind_text(st, 6, c->connection);
	sqlite_bind_addr(st, 7, &c->local);
	sqlite_bind_addr(st, 8, &c->remote);
	sqlite_bind_text(st, 9, c->codec);
	sqlite3_bind_int64(st, 10, (int64_t)c->rx_packets);
	sqlite3_bind_int64(st, 11, (int64_t)c->rx_octets);
	sqlite3_bind_int64(st, 12, (int64_t)c->tx_packets);
	sqlite3_bind_int64(st, 13, (int64_t)c->tx_octets);
	sqlite3_bind_int64(st, 14, (int64_t)c->lost);
	sqlite3_bind_int64(st, 15, c->jitter_ms);
	sqlite3_bind_int64(st, 16, c->latency_ms);
	sqlite_bind_text(st, 17, c->cause);
	sqlite3_bind_int64(st, 18, c->reason);
}

static int add_all(struct store_db *db, const void *arg, char *why)
{
	const struct list *recs = arg;
	int err = 0;

	if (!db->call_add)
		db->call_add = sqlite_prepare(
			db,
			"INSERT INTO call (started, duration_ms, owner, endpoint, "
			"call_id, "
			"connection, local, remote, codec, rx_packets, rx_octets, "
			"tx_packets, "
			"tx_octets, lost, jitter_ms, latency_ms, cause, reason) "
			"VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
			why);
	if (!db->call_add)
		return -H_ESYS;
	for (const struct list *it = recs->next; !err && it != recs; it = it->next) {
		const struct store_rec *r = LIST_OF(it, const struct store_rec, link);

		bind_call(db->call_add, &r->call);
		err = sqlite_step(db, db->call_add, why);
	}
	return err;
}

int sqlite_calls_add(struct store_db *db, const struct list *recs, char *why)
{
	return sqlite_atomic(db, add_all, recs, why);
}

static void read_call(sqlite3_stmt *st, struct store_call *c)
{
	*c = (struct store_call){
		.id = sqlite3_column_int64(st, 0),
		.started_ms = sqlite3_column_int64(st, 1),
		.duration_ms = (uint64_t)sqlite3_column_int64(st, 2),
		.rx_packets = (uint64_t)sqlite3_column_int64(st, 10),
		.rx_octets = (uint64_t)sqlite3_column_int64(st, 11),
		.tx_packets = (uint64_t)sqlite3_column_int64(st, 12),
		.tx_octets = (uint64_t)sqlite3_column_int64(st, 13),
		.lost = (uint64_t)sqlite3_column_int64(st, 14),
		.jitter_ms = (uint32_t)sqlite3_column_int64(st, 15),
		.latency_ms = (uint32_t)sqlite3_column_int64(st, 16),
		.reason = (uint32_t)sqlite3_column_int64(st, 18),
	};
	sqlite_col_text(st, 3, c->owner, sizeof(c->owner));
	sqlite_col_text(st, 4, c->endpoint, sizeof(c->endpoint));
	sqlite_col_text(st, 5, c->call_id, sizeof(c->call_id));
	sqlite_col_text(st, 6, c->connection, sizeof(c->connection));
	sqlite_col_addr(st, 7, &c->local);
	sqlite_col_addr(st, 8, &c->remote);
	sqlite_col_text(st, 9, c->codec, sizeof(c->codec));
	sqlite_col_text(st, 17, c->cause, sizeof(c->cause));
}

/* Only what is asked for stands in the statement, so that the indices serve. */
static sqlite3_stmt *prepare_query(struct store_db *db, const struct store_query *q,
				   char *why)
{
	char sql[256];

	snprintf(sql, sizeof(sql),
		 "SELECT * FROM call WHERE 1%s%s%s%s ORDER BY id DESC LIMIT ?5",
		 q->owner[0] ? " AND owner = ?1" : "",
		 q->endpoint[0] ? " AND endpoint = ?2 COLLATE NOCASE" : "",
		 q->call_id[0] ? " AND call_id = ?3" : "",
		 q->since_ms ? " AND started >= ?4" : "");
	return sqlite_prepare(db, sql, why);
}

/* 1 ends a statement that runs too long: records and zones wait behind it. */
static int on_progress(void *arg)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec - *(const time_t *)arg > QUERY_S;
}

static int too_long(struct store_db *db, char *why)
{
	if (sqlite3_errcode(db->h) != SQLITE_INTERRUPT)
		return sqlite_fail(db, why);
	return store_fail(-H_ELIMIT, why,
			  "given up after %d s: ask for less (since, call id)", QUERY_S);
}

int sqlite_calls(struct store_db *db, const struct store_query *q, store_row_h *row,
		 void *arg, char *why)
{
	sqlite3_stmt *st = prepare_query(db, q, why);
	int step = 0, err = st ? 0 : -H_ESYS;
	struct timespec ts;
	time_t began;

	if (st) {
		sqlite_bind_text(st, 1, q->owner);
		sqlite_bind_text(st, 2, q->endpoint);
		sqlite_bind_text(st, 3, q->call_id);
		sqlite3_bind_int64(st, 4, q->since_ms);
		sqlite3_bind_int64(st, 5, q->limit);
	}
	clock_gettime(CLOCK_MONOTONIC, &ts);
	began = ts.tv_sec;
	sqlite3_progress_handler(db->h, PROGRESS_STEPS, on_progress, &began);
	while (!err && (step = sqlite3_step(st)) == SQLITE_ROW) {
		struct store_call c;

		read_call(st, &c);
		err = row(arg, &c);
	}
	if (!err && step != SQLITE_DONE)
		err = too_long(db, why);
	sqlite3_progress_handler(db->h, 0, NULL, NULL);
	sqlite3_finalize(st);
	return err;
}

int sqlite_purge(struct store_db *db, int64_t before_ms, bool *more, char *why)
{
	sqlite3_stmt *st =
		sqlite_prepare(db,
			       "DELETE FROM call WHERE id IN "
			       "(SELECT id FROM call WHERE started < ? LIMIT ?)",
			       why);
	int err = st ? 0 : -H_ESYS;

	if (st) {
		sqlite3_bind_int64(st, 1, before_ms);
		sqlite3_bind_int(st, 2, PURGE_AT_ONCE);
		err = sqlite_step(db, st, why);
	}
	*more = !err && sqlite3_changes(db->h) == PURGE_AT_ONCE;
	sqlite3_finalize(st);
	return err;
}
