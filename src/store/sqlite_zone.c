/* store/sqlite_zone.c - zones in SQLite.
 *
 * layer: store (L3)   thread: control at the start, then the store's   I/O: database
 */
#include <stdio.h>
#include <string.h>

#include "store/sqlite.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/mem.h"

/* ---- write --------------------------------------------------------------------- */

static void print_sources(char *out, size_t size, const struct store_group *g)
{
	char text[ADDR_STRLEN];
	struct buf b;

	buf_fixed(&b, out, size - 1);
	for (unsigned i = 0; i < g->nsource; i++)
		buf_printf(&b, "%s%s", i ? "," : "", addr_print_ip(text, &g->sources[i]));
	out[b.n] = 0;
}

static int put_groups(struct store_db *db, const struct store_zone *z, char *why)
{
	sqlite3_stmt *st = sqlite_prepare(
		db, "INSERT INTO zone_group VALUES (?,?,?,?,?,?,?,?,?,?,?)", why);
	char sources[32 * ADDR_STRLEN];
	int err = st ? 0 : -H_ESYS;

	for (unsigned i = 0; !err && i < z->ngroup; i++) {
		const struct store_group *g = &z->group[i];

		sqlite_bind_text(st, 1, z->name);
		sqlite3_bind_int64(st, 2, i);
		sqlite_bind_addr(st, 3, &g->group);
		sqlite_bind_text(st, 4, g->ifname);
		sqlite3_bind_int(st, 5, g->emit);
		sqlite3_bind_int(st, 6, g->receive);
		sqlite3_bind_int(st, 7, g->hops);
		sqlite3_bind_int(st, 8, g->dscp);
		sqlite3_bind_int(st, 9, g->loop);
		sqlite_bind_addr(st, 10, &g->source);
		print_sources(sources, sizeof(sources), g);
		sqlite_bind_text(st, 11, sources);
		err = sqlite_step(db, st, why);
	}
	sqlite3_finalize(st);
	return err;
}

static int put_listeners(struct store_db *db, const struct store_zone *z, char *why)
{
	sqlite3_stmt *st =
		sqlite_prepare(db, "INSERT INTO zone_listener VALUES (?,?,?)", why);
	int err = st ? 0 : -H_ESYS;

	for (unsigned i = 0; !err && i < z->nlistener; i++) {
		sqlite_bind_text(st, 1, z->name);
		sqlite3_bind_int64(st, 2, i);
		sqlite_bind_addr(st, 3, &z->listener[i]);
		err = sqlite_step(db, st, why);
	}
	sqlite3_finalize(st);
	return err;
}

static int del_rows(struct store_db *db, const void *arg, char *why)
{
	sqlite3_stmt *st = sqlite_prepare(db, "DELETE FROM zone WHERE name = ?", why);
	int err;

	if (!st)
		return -H_ESYS;
	sqlite_bind_text(st, 1, arg);
	err = sqlite_step(db, st, why);
	sqlite3_finalize(st);
	return err;
}

static int put_rows(struct store_db *db, const void *arg, char *why)
{
	const struct store_zone *z = arg;
	sqlite3_stmt *st;
	int err = del_rows(db, z->name, why);

	if (err)
		return err;
	st = sqlite_prepare(db, "INSERT INTO zone VALUES (?,?,?,?,?,?,?)", why);
	if (!st)
		return -H_ESYS;
	sqlite_bind_text(st, 1, z->name);
	sqlite_bind_text(st, 2, z->label);
	sqlite_bind_text(st, 3, z->policy);
	sqlite_bind_text(st, 4, z->codec);
	sqlite3_bind_int64(st, 5, z->ptime);
	sqlite3_bind_int64(st, 6, z->idle_ms);
	sqlite_bind_text(st, 7, z->admit);
	err = sqlite_step(db, st, why);
	sqlite3_finalize(st);
	if (!err)
		err = put_groups(db, z, why);
	return err ? err : put_listeners(db, z, why);
}

int sqlite_zone_put(struct store_db *db, const struct store_zone *z, char *why)
{
	return sqlite_atomic(db, put_rows, z, why);
}

int sqlite_zone_del(struct store_db *db, const char *name, char *why)
{
	return sqlite_atomic(db, del_rows, name, why);
}

/* ---- read ---------------------------------------------------------------------- */

static void read_sources(sqlite3_stmt *st, int i, struct store_group *g)
{
	char text[32 * ADDR_STRLEN];
	struct span rest;

	sqlite_col_text(st, i, text, sizeof(text));
	rest = str_of(text);
	while (rest.n && g->nsource < 32)
		if (!addr_parse_ip(&g->sources[g->nsource], str_cut(&rest, ',')))
			g->nsource++;
}

static void read_group(sqlite3_stmt *st, struct store_group *g)
{
	*g = (struct store_group){
		.emit = sqlite3_column_int(st, 2),
		.receive = sqlite3_column_int(st, 3),
		.hops = (uint8_t)sqlite3_column_int(st, 4),
		.dscp = (uint8_t)sqlite3_column_int(st, 5),
		.loop = sqlite3_column_int(st, 6),
	};
	sqlite_col_addr(st, 0, &g->group);
	sqlite_col_text(st, 1, g->ifname, sizeof(g->ifname));
	sqlite_col_addr(st, 7, &g->source);
	read_sources(st, 8, g);
}

static int read_groups(struct store_db *db, struct store_zone *z, char *why)
{
	sqlite3_stmt *st = sqlite_prepare(db,
					  "SELECT address, interface, emit, receive, "
					  "hops, dscp, loop, source, sources "
					  "FROM zone_group WHERE zone = ? ORDER BY ord",
					  why);
	int step;

	if (!st)
		return -H_ESYS;
	sqlite_bind_text(st, 1, z->name);
	while ((step = sqlite3_step(st)) == SQLITE_ROW && z->ngroup < STORE_GROUPS_MAX)
		read_group(st, &z->group[z->ngroup++]);
	if (step != SQLITE_DONE && step != SQLITE_ROW) {
		step = sqlite_fail(db, why);
		sqlite3_finalize(st);
		return step;
	}
	sqlite3_finalize(st);
	return 0;
}

static int add_listener(struct store_zone *z, const struct addr *a, char *why)
{
	struct addr *v = z->listener;

	if (!(z->nlistener & (z->nlistener - 1))) { /* full at each power of two */
		size_t room = z->nlistener ? z->nlistener * 2u : 1;

		v = mem_realloc(v, room * sizeof(*v));
	}
	if (!v)
		return store_fail(-H_ENOMEM, why, "out of memory");
	z->listener = v;
	v[z->nlistener++] = *a;
	return 0;
}

static int read_listeners(struct store_db *db, struct store_zone *z, char *why)
{
	sqlite3_stmt *st = sqlite_prepare(
		db, "SELECT address FROM zone_listener WHERE zone = ? ORDER BY ord", why);
	int step = 0, err = 0;

	if (!st)
		return -H_ESYS;
	sqlite_bind_text(st, 1, z->name);
	while (!err && z->nlistener < STORE_LISTENERS_MAX &&
	       (step = sqlite3_step(st)) == SQLITE_ROW) {
		struct addr a;

		sqlite_col_addr(st, 0, &a);
		err = add_listener(z, &a, why);
	}
	if (!err && step != SQLITE_DONE && step != SQLITE_ROW)
		err = sqlite_fail(db, why);
	sqlite3_finalize(st);
	return err;
}

static int read_zone(struct store_db *db, sqlite3_stmt *st, struct store_zone *z,
		     char *why)
{
	int err;

	*z = (struct store_zone){
		.ptime = (uint32_t)sqlite3_column_int64(st, 4),
		.idle_ms = (uint32_t)sqlite3_column_int64(st, 5),
	};
	sqlite_col_text(st, 0, z->name, sizeof(z->name));
	sqlite_col_text(st, 1, z->label, sizeof(z->label));
	sqlite_col_text(st, 2, z->policy, sizeof(z->policy));
	sqlite_col_text(st, 3, z->codec, sizeof(z->codec));
	sqlite_col_text(st, 6, z->admit, sizeof(z->admit));
	err = read_groups(db, z, why);
	return err ? err : read_listeners(db, z, why);
}

int sqlite_zones(struct store_db *db, store_zone_h *each, void *arg, char *why)
{
	sqlite3_stmt *st = sqlite_prepare(
		db,
		"SELECT name, label, policy, codec, ptime, idle_ms, admit FROM zone "
		"ORDER BY name",
		why);
	struct store_zone *z = mem_alloc(sizeof(*z));
	int step = 0, err = st ? 0 : -H_ESYS;

	if (st && !z)
		err = store_fail(-H_ENOMEM, why, "out of memory");
	while (!err && (step = sqlite3_step(st)) == SQLITE_ROW) {
		err = read_zone(db, st, z, why);
		if (!err)
			each(arg, z);
		store_zone_fini(z);
	}
	if (!err && step != SQLITE_DONE)
		err = sqlite_fail(db, why);
	sqlite3_finalize(st);
	mem_free(z);
	return err;
}
