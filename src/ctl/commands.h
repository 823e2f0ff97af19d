/* ctl/commands.h - the table of commands, shared by hollerd and hollerctl.
 *
 * layer: ctl (L4)   thread: any   I/O: none
 *
 * A row of commands.def names a command, whether it changes anything, its arguments, the
 * columns of its table and its help. hollerctl makes requests, tables, the manual page
 * and the completion from it; hollerd checks requests by it and calls ctl_do_<id>.
 *
 * On the wire a request is one line {"cmd":"zone add","args":{"name":"lobby",...}}; the
 * values of arguments are texts or numbers, of `many` ones also arrays, of flags true.
 * The answer is any number of lines {"row":{...}} and then one line {"ok":true,...} or
 * {"ok":false,"code":"refused","error":"..."}. Codes: see enum ctl_code.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/str.h"

enum ctl_arg_kind {
	CTL_TEXT,   /* [0] to `most` bytes */
	CTL_NUMBER, /* least to most */
	CTL_WORD,   /* one of `words`, separated by "|" */
	CTL_FLAG,   /* there or not */
};

struct ctl_arg {
	const char *name; /* key in JSON; "--name" on the command line */
	enum ctl_arg_kind kind;
	bool place; /* without "--", by its place */
	bool need, many;
	int64_t least, most;
	const char *words;
	const char *meta; /* how it is shown: "ADDR:PORT" */
	const char *help;
};

/* A column of the human table: JSON key of a row, and its heading. */
struct ctl_col {
	const char *key, *head;
};

enum ctl_cmd_id {
#define CTL_COMMAND(id, name, write, args, cols, help) CTL_CMD_##id,
#include "ctl/commands.def"
#undef CTL_COMMAND
	CTL_CMDS
};

struct ctl_cmd {
	const char *name;           /* one or two words */
	bool write;                 /* changes something: logged with who asked */
	const struct ctl_arg *args; /* ends without name */
	const struct ctl_col *cols; /* ends without key; NULL: one object, key by line */
	const char *help;
};

extern const struct ctl_cmd ctl_cmds[CTL_CMDS];

/* Why a request was not done; hollerctl's exit code is the number. */
#define CTL_CODES(X)                                                                     \
	X(OK, "ok", 0, "done")                                                           \
	X(REFUSED, "refused", 1, "the daemon refused, or something failed")              \
	X(USAGE, "usage", 2, "the command line, or the request, is wrong")               \
	X(GONE, "gone", 3, "no daemon answers at the socket, or it went away")           \
	X(UNKNOWN, "unknown", 4, "there is no such zone, endpoint, owner or the like")   \
	X(BUSY, "busy", 5, "in use; with --force it may be done")

enum ctl_code {
#define X(id, name, number, help) CTL_##id = number,
	CTL_CODES(X)
#undef X
};

const char *ctl_code_name(enum ctl_code c);
enum ctl_code ctl_code_parse(const char *name); /* CTL_REFUSED when unknown */

const struct ctl_cmd *ctl_cmd_find(struct span name);
const struct ctl_arg *ctl_arg_find(const struct ctl_cmd *c, struct span name);
/* The nearest name, or NULL. */
const char *ctl_cmd_near(struct span name);
const char *ctl_arg_near(const struct ctl_cmd *c, struct span name);
/* Is this text a value of that argument? Else a sentence in why[size]. */
bool ctl_arg_check(const struct ctl_arg *a, struct span value, char *why, size_t size);
