/* daemon/main.c - hollerd: arguments, and the way out.
 *
 * layer: daemon (L5)   thread: control   I/O: standard output and error
 */
#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

#include "config.h"
#include "daemon/daemon.h"
#include "daemon/logto.h"
#include "util/log.h"

static const char usage[] =
	"usage: hollerd [-c FILE] [-t] [-l LEVEL]\n"
	"  -c FILE   the configuration (default " CONF_FILE ")\n"
	"  -t        read and check it, say what is wrong, and end\n"
	"  -l LEVEL  log at least error, warning, notice, info or debug\n"
	"  -V        print the version\n"
	"  -h        print this\n"
	"Exit codes: 0 stopped as asked, 1 failed, 2 usage, 3 configuration.\n";

struct args {
	const char *file;
	bool test;
	int level;  /* -1: as configured */
	int status; /* to end with, or -1 */
};

static int usage_error(void)
{
	fputs(usage, stderr);
	return EXIT_USAGE;
}

static void parse_args(struct args *a, int argc, char **argv)
{
	int c;

	while (a->status < 0 && (c = getopt(argc, argv, "c:tl:Vh")) != -1) {
		switch (c) {
		case 'c':
			a->file = optarg;
			break;
		case 't':
			a->test = true;
			break;
		case 'l':
			a->level = log_level_parse(optarg);
			if (a->level < 0)
				a->status = usage_error();
			break;
		case 'V':
			puts("hollerd " PACKAGE_VERSION);
			a->status = EXIT_OK;
			break;
		case 'h':
			fputs(usage, stdout);
			a->status = EXIT_OK;
			break;
		default:
			a->status = usage_error();
		}
	}
	if (a->status < 0 && optind < argc)
		a->status = usage_error();
}

static struct conf *load(const char *file, bool test)
{
	struct buf why;
	struct conf *c;

	if (!file && !access(CONF_FILE, F_OK))
		file = CONF_FILE;
	buf_init(&why, 65536);
	c = conf_load(file, &why);
	if (c && test && !daemon_check(c, &why)) {
		conf_free(c);
		c = NULL;
	}
	if (why.n)
		fprintf(stderr, "%.*s", (int)why.n, why.p);
	buf_fini(&why);
	return c;
}

int main(int argc, char **argv)
{
	struct args a = { .level = -1, .status = -1 };
	struct daemon d = { .status = EXIT_OK };

	parse_args(&a, argc, argv);
	if (a.status >= 0)
		return a.status;
	d.conf = load(a.file, a.test);
	if (!d.conf)
		return EXIT_CONF;
	if (a.test) {
		conf_free(d.conf);
		return EXIT_OK;
	}
	d.log_least = a.level;
	logto_open(&d.conf->log);
	logto_levels(&d.conf->log, a.level);
	if (daemon_start(&d))
		d.status = EXIT_FAILED;
	else
		d.status = daemon_run(&d);
	daemon_free(&d);
	logto_close();
	return d.status;
}
