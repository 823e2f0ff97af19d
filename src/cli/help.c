/* cli/help.c - hollerctl help, from the table of commands.
 *
 * layer: cli (L5)   thread: main   I/O: standard output
 */
#include <string.h>

#include "cli/cli.h"

enum { HELP_COLUMN = 16, OPTION_COLUMN = 34, WIDTH = 78 };

static void print_wrapped(FILE *out, const char *text, int indent)
{
	int at = indent;

	while (*text) {
		size_t n = strcspn(text, " ");

		if (at > indent && at + 1 + (int)n > WIDTH) {
			fprintf(out, "\n%*s", indent, "");
			at = indent;
		}
		fprintf(out, "%s%.*s", at > indent ? " " : "", (int)n, text);
		at += (at > indent) + (int)n;
		text += n + (text[n] == ' ');
	}
	fputc('\n', out);
}

void cli_print_args(FILE *out, const struct ctl_cmd *cmd)
{
	for (const struct ctl_arg *a = cmd->args; a->name; a++) {
		const char *open = a->need ? "" : "[", *close = a->need ? "" : "]";

		if (a->place)
			fprintf(out, " %s%s%s", open, a->meta, close);
		else if (a->kind == CTL_FLAG)
			fprintf(out, " [--%s]", a->name);
		else
			fprintf(out, " %s--%s %s%s%s", open, a->name, a->meta, close,
				a->many ? "..." : "");
	}
}

void cli_help(FILE *out, const struct ctl_cmd *cmd)
{
	char left[100];

	fprintf(out, "usage: hollerctl %s", cmd->name);
	cli_print_args(out, cmd);
	fputs("\n\n", out);
	print_wrapped(out, cmd->help, 0);
	for (const struct ctl_arg *a = cmd->args; a->name; a++) {
		if (a->place)
			snprintf(left, sizeof(left), "  %s", a->meta);
		else
			snprintf(left, sizeof(left), "  --%s%s%s", a->name,
				 a->meta ? " " : "", a->meta ? a->meta : "");
		fprintf(out, "%-*s", OPTION_COLUMN, left);
		if (strlen(left) >= OPTION_COLUMN)
			fprintf(out, "\n%*s", OPTION_COLUMN, "");
		print_wrapped(out, a->help, OPTION_COLUMN);
	}
}

int cli_group_help(FILE *out, const char *word)
{
	size_t n = strlen(word);
	int found = 0;

	for (int i = 0; i < CTL_CMDS; i++) {
		if (strncmp(ctl_cmds[i].name, word, n) || ctl_cmds[i].name[n] != ' ')
			continue;
		fprintf(out, "  %-*s", HELP_COLUMN - 2, ctl_cmds[i].name);
		print_wrapped(out, ctl_cmds[i].help, HELP_COLUMN);
		found++;
	}
	return found;
}

void cli_usage(FILE *out)
{
	fputs("usage: hollerctl [-s SOCKET] [--json] COMMAND [ARGUMENTS]\n\n", out);
	for (int i = 0; i < CTL_CMDS; i++) {
		fprintf(out, "  %-*s", HELP_COLUMN - 2, ctl_cmds[i].name);
		print_wrapped(out, ctl_cmds[i].help, HELP_COLUMN);
	}
	fprintf(out, "  %-*s", HELP_COLUMN - 2, "decode");
	print_wrapped(out, "Take messages in files apart; needs no daemon.", HELP_COLUMN);
	fprintf(out, "  %-*s", HELP_COLUMN - 2, "convert");
	print_wrapped(out, "Turn H.248 messages from text to binary and back; no daemon.",
		      HELP_COLUMN);
	fprintf(out, "  %-*s", HELP_COLUMN - 2, "help [NAME]");
	print_wrapped(out, "This, or more about one command.", HELP_COLUMN);
	fputs("\nexit codes:\n", out);
#define X(id, name, number, help) fprintf(out, "  %d  %s\n", number, help);
	CTL_CODES(X)
#undef X
}
