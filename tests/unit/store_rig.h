/* tests/unit/store_rig.h - a database of a test, and what its thread gave back.
 *
 * layer: tests   thread: main and the store's   I/O: files under a folder of its own
 */
#pragma once

#include "store/store.h"
#include "test.h"

extern struct store_rig {
	struct store *st;
	char file[512], why[STORE_WHY_MAX];
	int err;       /* of the last that was done */
	unsigned done; /* so many were */
	size_t rows;   /* of the last rig_on_calls(), and the first of them */
	struct store_call first;
	struct store_zone kept[4]; /* by rig_on_zone() */
	unsigned nkept;
} rig;

/* rig_open_new() deletes what is there of that name: each test has its own. */
int rig_open(const char *name);
int rig_open_new(const char *name);
void rig_sql(const char *text); /* by another hand than the store's */

void rig_wait(unsigned n); /* until so many jobs are done */
void rig_on_done(void *arg, int err, const char *text); /* arg: &rig.err */
void rig_on_calls(void *arg, int err, const char *text, const struct store_call *rows,
		  size_t n);
void rig_on_zone(void *arg, const struct store_zone *z);
void rig_drop_zones(void);

void rig_zone(struct store_zone *z, const char *name, unsigned listeners);
struct store_call rig_call(unsigned i);
