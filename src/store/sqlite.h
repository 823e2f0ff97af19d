/* store/sqlite.h - inside of the SQLite row: the handle and small helpers.
 *
 * layer: store (L3)   thread: the store's   I/O: database
 */
#pragma once

#include <sqlite3.h>

#include "store/ops.h"
#include "util/str.h"

struct store_db {
	sqlite3 *h;             /* owned */
	int lock;               /* descriptor of FILE.lock */
	char file[256];         /* for messages; cut when longer */
	sqlite3_stmt *call_add; /* owned; made on first use */
};

/* The failure SQLite just had: -H_E... and a sentence with a hint. */
int sqlite_fail(struct store_db *db, char *why);
/* Run SQL without results. */
int sqlite_run(struct store_db *db, const char *sql, char *why);
/* A statement ready to bind, or NULL. */
sqlite3_stmt *sqlite_prepare(struct store_db *db, const char *sql, char *why);
/* Step a statement that yields no row, then reset it. */
int sqlite_step(struct store_db *db, sqlite3_stmt *st, char *why);
/* BEGIN ... COMMIT around f, ROLLBACK when it fails. */
int sqlite_atomic(struct store_db *db,
		  int (*f)(struct store_db *db, const void *arg, char *why),
		  const void *arg, char *why);

void sqlite_bind_text(sqlite3_stmt *st, int i, const char *text);
void sqlite_bind_addr(sqlite3_stmt *st, int i,
		      const struct addr *a); /* with port if any */
void sqlite_col_text(sqlite3_stmt *st, int i, char *out, size_t size);
void sqlite_col_addr(sqlite3_stmt *st, int i, struct addr *out); /* family 0 when odd */

int sqlite_zones(struct store_db *db, store_zone_h *each, void *arg, char *why);
int sqlite_zone_put(struct store_db *db, const struct store_zone *z, char *why);
int sqlite_zone_del(struct store_db *db, const char *name, char *why);
int sqlite_calls_add(struct store_db *db, const struct list *recs, char *why);
int sqlite_calls(struct store_db *db, const struct store_query *q, store_row_h *row,
		 void *arg, char *why);
int sqlite_purge(struct store_db *db, int64_t before_ms, bool *more, char *why);
