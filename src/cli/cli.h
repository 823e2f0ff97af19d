/* cli/cli.h - inside of hollerctl: request, answer, table.
 *
 * layer: cli (L5)   thread: main   I/O: one UNIX socket, standard output and error
 */
#pragma once

#include <json.h>
#include <stdbool.h>
#include <stdio.h>

#include "ctl/commands.h"
#include "util/buf.h"

struct cli {
	const char *socket;
	bool json;
	const struct ctl_cmd *cmd;
	bool help;          /* --help stood behind the command: nothing is sent */
	struct buf request; /* the line to send */
};

/* Words of the command line (without options of hollerctl itself) to a request line.
 * 0 or CTL_USAGE after a complaint on standard error. */
int cli_parse(struct cli *c, int argc, char **argv);
/* Send it and print the answer; the exit code. */
int cli_run(struct cli *c);
/* Values as people read them. */
void cli_print_table(FILE *out, const struct ctl_col *cols, struct json_object *rows);
void cli_print_object(FILE *out, struct json_object *o, int depth);
void cli_print_message(FILE *out, struct json_object *row);
/* help.c */
void cli_usage(FILE *out);
void cli_help(FILE *out, const struct ctl_cmd *cmd);
/* The commands of two words that begin with this one; how many there are. */
int cli_group_help(FILE *out, const char *word);
void cli_print_args(FILE *out, const struct ctl_cmd *cmd);
