/* store/ops.h - inside of store/: what a database implements.
 *
 * layer: store (L3)   thread: control before store_start(), then the store's
 * I/O: database
 *
 * All return 0 or -H_E... with a sentence an operator understands in why[STORE_WHY_MAX].
 */
#pragma once

#include "store/store.h"
#include "util/list.h"

struct store_db;

/* A record on its way. */
struct store_rec {
	struct list link;
	struct store_call call;
};

typedef int(store_row_h)(void *arg, const struct store_call *row); /* 0: go on */

/* Puts a sentence into why[STORE_WHY_MAX], cut when too long, and returns err. */
int store_fail(int err, char *why, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

struct store_ops {
	const char *name;
	int (*open)(struct store_db **out, const struct store_conf *conf, char *why);
	void (*close)(struct store_db *db);
	int (*zones)(struct store_db *db, store_zone_h *each, void *arg, char *why);
	int (*zone_put)(struct store_db *db, const struct store_zone *z, char *why);
	int (*zone_del)(struct store_db *db, const char *name, char *why);
	/* All of the list (struct store_rec.link) or none. */
	int (*calls_add)(struct store_db *db, const struct list *recs, char *why);
	int (*calls)(struct store_db *db, const struct store_query *q, store_row_h *row,
		     void *arg, char *why);
	/* Delete some records older than this; *more: there are others. */
	int (*purge)(struct store_db *db, int64_t before_ms, bool *more, char *why);
};

#define STORE_KIND(id) extern const struct store_ops store_##id;
#include "store/all.def"
#undef STORE_KIND
