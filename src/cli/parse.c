/* cli/parse.c - from the command line to a request.
 *
 * layer: cli (L5)   thread: main   I/O: standard error
 */
#include <string.h>

#include "cli/cli.h"
#include "ctl/jout.h"
#include "util/mem.h"

enum { REQUEST_MAX = 262144, WHY_MAX = 300 };

struct value {
	const struct ctl_arg *arg;
	const char *text;
};

struct parse {
	struct cli *cli;
	struct value *v; /* owned */
	int n;
	bool plain; /* "--" was met */
};

static int complain(const struct parse *p, const char *fmt, const char *a, const char *b)
{
	fprintf(stderr, "hollerctl: %s: ", p->cli->cmd->name);
	fprintf(stderr, fmt, a, b);
	fputc('\n', stderr);
	return CTL_USAGE;
}

static const struct ctl_arg *next_place(const struct parse *p)
{
	for (const struct ctl_arg *a = p->cli->cmd->args; a->name; a++) {
		bool used = false;

		for (int i = 0; i < p->n; i++)
			used |= p->v[i].arg == a;
		if (a->place && !used)
			return a;
	}
	return NULL;
}

static int put(struct parse *p, const struct ctl_arg *a, const char *text)
{
	char why[WHY_MAX];

	for (int i = 0; i < p->n; i++)
		if (p->v[i].arg == a && !a->many)
			return complain(p, "%s is given twice%s", a->name, "");
	if (a->kind != CTL_FLAG && !ctl_arg_check(a, str_of(text), why, sizeof(why)))
		return complain(p, "%s%s", why, "");
	p->v[p->n++] = (struct value){ a, text };
	return 0;
}

/* "--name=value", "--name value" or "--flag"; *used: words taken. */
static int put_option(struct parse *p, char **argv, int left, int *used)
{
	const char *word = argv[0] + 2, *eq = strchr(word, '=');
	struct span name = { word, eq ? (size_t)(eq - word) : strlen(word) };
	const struct ctl_arg *a = ctl_arg_find(p->cli->cmd, name);
	const char *near;

	*used = 1;
	if (!a) {
		near = ctl_arg_near(p->cli->cmd, name);
		return complain(p,
				near ? "there is no %s; did you mean --%s?"
				     : "there is no %s%s",
				argv[0], near ? near : "");
	}
	if (a->kind == CTL_FLAG && !eq)
		return put(p, a, "true");
	if (a->kind == CTL_FLAG || (!eq && left < 2))
		return complain(p,
				a->kind == CTL_FLAG ? "--%s takes no value%s"
						    : "--%s needs %s",
				a->name, a->kind == CTL_FLAG ? "" : a->meta);
	*used = eq ? 1 : 2;
	return put(p, a, eq ? eq + 1 : argv[1]);
}

static int put_word(struct parse *p, char **argv, int left, int *used)
{
	const struct ctl_arg *a;

	*used = 1;
	if (!p->plain && !strcmp(argv[0], "--")) {
		p->plain = true;
		return 0;
	}
	if (!p->plain && !strcmp(argv[0], "--json")) {
		p->cli->json = true;
		return 0;
	}
	if (!p->plain && (!strcmp(argv[0], "--help") || !strcmp(argv[0], "-h"))) {
		p->cli->help = true;
		return 0;
	}
	if (!p->plain && !strncmp(argv[0], "--", 2))
		return put_option(p, argv, left, used);
	a = next_place(p);
	return a ? put(p, a, argv[0]) : complain(p, "\"%s\" is too much%s", argv[0], "");
}

static int check_needed(const struct parse *p)
{
	for (const struct ctl_arg *a = p->cli->cmd->args; a->name; a++) {
		bool got = !a->need;

		for (int i = 0; i < p->n; i++)
			got |= p->v[i].arg == a;
		if (!got)
			return complain(p, "%s is missing%s", a->meta ? a->meta : a->name,
					"");
	}
	return 0;
}

static void print_value(struct jout *j, const char *key, const struct value *v)
{
	if (v->arg->kind == CTL_FLAG)
		jout_bool(j, key, true);
	else
		jout_str(j, key, v->text);
}

static void print_arg(struct jout *j, const struct parse *p, const struct ctl_arg *a)
{
	bool open = false;

	for (int i = 0; i < p->n; i++) {
		if (p->v[i].arg != a)
			continue;
		if (!a->many) {
			print_value(j, a->name, &p->v[i]);
			return;
		}
		if (!open)
			jout_open(j, a->name, '[');
		open = true;
		print_value(j, NULL, &p->v[i]);
	}
	if (open)
		jout_close(j, ']');
}

static void print_request(const struct parse *p)
{
	struct jout j = { .b = &p->cli->request };

	jout_open(&j, NULL, '{');
	jout_str(&j, "cmd", p->cli->cmd->name);
	jout_open(&j, "args", '{');
	for (const struct ctl_arg *a = p->cli->cmd->args; a->name; a++)
		print_arg(&j, p, a);
	jout_close(&j, '}');
	jout_close(&j, '}');
	buf_char(j.b, '\n');
}

/* The longest name that fits: "zone add" before "zone". */
static int find_cmd(struct cli *c, int argc, char **argv)
{
	char two[80];

	if (argc > 1) {
		snprintf(two, sizeof(two), "%s %s", argv[0], argv[1]);
		c->cmd = ctl_cmd_find(str_of(two));
		if (c->cmd)
			return 2;
	}
	c->cmd = ctl_cmd_find(str_of(argv[0]));
	return c->cmd ? 1 : 0;
}

static int no_cmd(int argc, char **argv)
{
	char name[80];
	const char *near;

	snprintf(name, sizeof(name), "%s%s%s", argv[0], argc > 1 ? " " : "",
		 argc > 1 ? argv[1] : "");
	near = ctl_cmd_near(str_of(name));
	if (!near)
		near = ctl_cmd_near(str_of(argv[0]));
	if (argc == 1 && cli_group_help(stderr, argv[0]))
		return CTL_USAGE;
	fprintf(stderr, "hollerctl: there is no command \"%s\"", name);
	if (near)
		fprintf(stderr, "; did you mean \"%s\"?", near);
	fputs("\nhollerctl help lists them.\n", stderr);
	return CTL_USAGE;
}

int cli_parse(struct cli *c, int argc, char **argv)
{
	int at = find_cmd(c, argc, argv), err = 0, used;
	struct parse p = { .cli = c };

	if (!at)
		return no_cmd(argc, argv);
	p.v = mem_array((size_t)argc, sizeof(*p.v));
	if (!p.v)
		return complain(&p, "%s%s", "out of memory", "");
	while (!err && !c->help && at < argc) {
		err = put_word(&p, argv + at, argc - at, &used);
		at += used;
	}
	if (!err && !c->help)
		err = check_needed(&p);
	if (!err && !c->help) {
		buf_init(&c->request, REQUEST_MAX);
		print_request(&p);
		if (!buf_ok(&c->request))
			err = complain(&p, "%s%s", "too many arguments", "");
	}
	mem_free(p.v);
	return err;
}
