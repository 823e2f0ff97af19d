/* ctl/req.h - inside of ctl/: one request, as handlers see it.
 *
 * layer: ctl (L4)   thread: control   I/O: none (server.c's)
 *
 * A handler ctl_do_<id> does one of three: it answers at once (req_ok, req_fail, after
 * any number of rows), or it leaves a `step` that makes a few rows each time the client
 * has read enough, or it keeps the request until something else is done and answers then
 * (req_wait). The client may go away meanwhile: answers to it are then thrown away, and
 * `fini` frees the state in any case.
 */
#pragma once

#include <json.h>

#include "ctl/commands.h"
#include "ctl/ctl.h"
#include "ctl/jout.h"
#include "util/list.h"

enum { REQ_ROWS = 64 }; /* rows a step makes at most */

struct ctl_client;

struct ctl_req {
	struct list in_ctl;
	struct ctl *ctl;           /* borrowed */
	struct ctl_env *env;       /* borrowed */
	struct ctl_client *client; /* borrowed; NULL: gone */
	const struct ctl_cmd *cmd;
	struct json_object *args; /* owned; NULL: none */
	struct buf line;          /* the row or answer being made */
	struct jout j;
	uint64_t rows;
	/* False when it made its last row: then the request ends with ok. */
	bool (*step)(struct ctl_req *r);
	void *state; /* owned: freed by fini */
	void (*fini)(struct ctl_req *r);
	bool answered, waits;
};

typedef void(ctl_do_h)(struct ctl_req *r);

#define CTL_COMMAND(id, name, write, args, cols, help) ctl_do_h ctl_do_##id;
#include "ctl/commands.def"
#undef CTL_COMMAND

/* Arguments, already checked by the table. */
const char *req_text(const struct ctl_req *r, const char *name); /* NULL: not there */
bool req_number(const struct ctl_req *r, const char *name, uint64_t *out);
bool req_flag(const struct ctl_req *r, const char *name);
unsigned req_args(const struct ctl_req *r); /* how many were given */
unsigned req_count(const struct ctl_req *r, const char *name);
const char *req_nth(const struct ctl_req *r, const char *name, unsigned i);

struct jout *req_row(struct ctl_req *r); /* begin {"row":{ ; end with req_row_end() */
void req_row_end(struct ctl_req *r);
/* {"ok":true ... }: between the two, members of "result" may be written. */
struct jout *req_result(struct ctl_req *r);
void req_result_end(struct ctl_req *r);
void req_ok(struct ctl_req *r);
void req_fail(struct ctl_req *r, enum ctl_code code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void req_wait(struct ctl_req *r); /* will be answered later */

/* do_list.c's: a stream's counters. */
struct strm_stats;
void req_put_stats(struct jout *j, const struct strm_stats *s);

/* server.c's: a whole line for the client. */
void client_put(struct ctl_client *c, struct span line);
bool client_full(const struct ctl_client *c);
void client_next(struct ctl_client *c); /* the request is over */
void client_watch(struct ctl_client *c, const struct addr *peer); /* trace show */
void req_free(struct ctl_req *r);
/* A line from a client: the request it makes, or NULL when it was answered already. */
struct ctl_req *req_new(struct ctl *ctl, struct ctl_env *env, struct ctl_client *c,
			struct span line);
void req_start(struct ctl_req *r);
