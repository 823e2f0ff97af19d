/* cli/main.c - hollerctl: options, and which way to go.
 *
 * layer: cli (L5)   thread: main   I/O: standard output and error
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/decode.h"
#include "config.h"

static const char *default_socket(void)
{
	const char *s = getenv("HOLLER_CTL_SOCKET");

	return s && s[0] ? s : "/run/holler/hollerd.sock";
}

/* A group of commands, or one that asks no daemon. */
static bool help_local(const char *name)
{
	if (!strcmp(name, "decode"))
		decode_usage(stdout);
	else if (!strcmp(name, "convert"))
		convert_usage(stdout);
	else
		return cli_group_help(stdout, name) > 0;
	return true;
}

static int help(int argc, char **argv)
{
	struct cli c = { .socket = "" };
	char name[80];

	if (!argc) {
		cli_usage(stdout);
		return CTL_OK;
	}
	snprintf(name, sizeof(name), "%s%s%s", argv[0], argc > 1 ? " " : "",
		 argc > 1 ? argv[1] : "");
	c.cmd = ctl_cmd_find(str_of(name));
	if (!c.cmd && argc > 1) /* "trace show" */
		c.cmd = ctl_cmd_find(str_of(argv[0]));
	if (!c.cmd && argc == 1 && help_local(argv[0]))
		return CTL_OK;
	if (!c.cmd) {
		fprintf(stderr, "hollerctl: there is no command \"%s\"\n", name);
		return CTL_USAGE;
	}
	cli_help(stdout, c.cmd);
	return CTL_OK;
}

static int usage_error(void)
{
	cli_usage(stderr);
	return CTL_USAGE;
}

int main(int argc, char **argv)
{
	struct cli c = { .socket = default_socket() };
	int at = 1, code;

	for (; at < argc && argv[at][0] == '-'; at++) {
		if ((!strcmp(argv[at], "-s") || !strcmp(argv[at], "--socket")) &&
		    at + 1 < argc) {
			c.socket = argv[++at];
		} else if (!strcmp(argv[at], "--json")) {
			c.json = true;
		} else if (!strcmp(argv[at], "-V") || !strcmp(argv[at], "--version")) {
			puts("hollerctl " PACKAGE_VERSION);
			return CTL_OK;
		} else if (!strcmp(argv[at], "-h") || !strcmp(argv[at], "--help")) {
			cli_usage(stdout);
			return CTL_OK;
		} else {
			return usage_error();
		}
	}
	if (at == argc)
		return usage_error();
	if (!strcmp(argv[at], "decode"))
		return decode_main(argc - at, argv + at);
	if (!strcmp(argv[at], "convert"))
		return convert_main(argc - at, argv + at);
	if (!strcmp(argv[at], "help"))
		return help(argc - at - 1, argv + at + 1);
	code = cli_parse(&c, argc - at, argv + at);
	if (!code && c.help)
		cli_help(stdout, c.cmd);
	else if (!code)
		code = cli_run(&c);
	buf_fini(&c.request);
	return code;
}
