/* daemon/gen.c - writes what comes from the tables: sample, manual pages, completion.
 *
 * layer: daemon (L5)   thread: main   I/O: standard input and output
 *
 *	gen conf                 conf/hollerd.conf
 *	gen bash                 contrib/hollerctl.bash
 *	gen man <page.in >page   lines @SECTIONS@, @COMMANDS@, @CODES@, @METRICS@ replaced
 *
 * `make generated` runs it; the results are kept in the tree and compared by a test.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "ctl/commands.h"
#include "daemon/schema.h"
#include "h248/engine.h"
#include "mgcp/engine.h"
#include "util/log.h"

enum { WIDTH = 78 };

/* ---- conf/hollerd.conf --------------------------------------------------------- */

static void put_comment(const char *text, const char *lead)
{
	int at = 0;

	while (*text) {
		size_t n = strcspn(text, " ");

		if (at && at + 1 + (int)n > WIDTH) {
			putchar('\n');
			at = 0;
		}
		if (!at)
			at = printf("%s", lead);
		at += printf(" %.*s", (int)n, text);
		text += n + (text[n] == ' ');
	}
	putchar('\n');
}

/* A default as it is written in a file. */
static void put_value(const struct schema_item *it)
{
	bool quote = it->type == SCHEMA_STR || it->type == SCHEMA_IP ||
		     it->type == SCHEMA_ADDR || it->type == SCHEMA_NET;
	struct span rest = str_of(it->def ? it->def : "");

	if (!it->list) {
		printf(quote || !rest.n ? "\"%s\"" : "%s", it->def ? it->def : "");
		return;
	}
	putchar('{');
	for (int i = 0; rest.n; i++) {
		struct span one = str_trim(str_cut(&rest, ','));

		printf(quote ? "%s\"%.*s\"" : "%s%.*s", i ? ", " : "", (int)one.n, one.p);
	}
	putchar('}');
}

static void put_item(const struct schema_item *it, bool comment)
{
	put_comment(it->help, "\t#");
	if (it->sample && !comment) {
		printf("\t%s = %s\n", it->name, it->sample);
		return;
	}
	printf("\t# %s = ", it->name);
	put_value(it);
	putchar('\n');
}

static void put_section(const struct schema_section *s)
{
	bool comment = s->titled && !s->sample_title;

	put_comment(s->help, "#");
	if (s->titled) {
		printf("# May stand often. The name in quotes: %s.\n", s->title);
		printf("%s%s \"%s\" {\n", comment ? "# " : "", s->name,
		       comment ? "name" : s->sample_title);
	} else {
		printf("%s {\n", s->name);
	}
	for (const struct schema_item *it = s->items; it->name; it++) {
		if (it != s->items)
			putchar('\n');
		put_item(it, comment);
	}
	printf("%s}\n\n", comment ? "# " : "");
}

static void gen_conf(void)
{
	fputs("# hollerd.conf - see hollerd.conf(5). Every key is shown with its "
	      "default.\n"
	      "# Keys outside sections with a name can also be set in the environment:\n"
	      "# HOLLER_MEDIA_WORKERS=2. hollerd -t checks a file, hollerctl reload "
	      "takes it.\n\n",
	      stdout);
	for (const struct schema_section *s = schema; s->name; s++)
		put_section(s);
}

/* ---- manual pages -------------------------------------------------------------- */

static void man_text(const char *s)
{
	if (*s == '.' || *s == '\'')
		fputs("\\&", stdout);
	for (; *s; s++) {
		if (*s == '\\')
			fputs("\\e", stdout);
		else if (*s == '-')
			fputs("\\-", stdout);
		else
			putchar(*s);
	}
}

static void man_item(const struct schema_section *s, const struct schema_item *it)
{
	fputs(".TP\n.B ", stdout);
	man_text(it->name);
	fputs("\n", stdout);
	man_text(it->help);
	printf("\n.br\n%c%s", toupper((unsigned char)schema_type_name(it)[0]),
	       schema_type_name(it) + 1);
	if (it->type == SCHEMA_ENUM) {
		for (int i = 0; it->names[i]; i++)
			printf("%s %s", i ? "," : ":", it->names[i]);
	} else if (it->type == SCHEMA_INT) {
		printf(" from %lld to %lld", (long long)it->least, (long long)it->most);
	}
	if (it->def && it->def[0]) {
		fputs("; default ", stdout);
		man_text(it->def);
	}
	fputs(it->reload ? ".\n" : "; a change needs a restart.\n", stdout);
	if (!s->titled) {
		fputs(".br\nEnvironment: HOLLER_", stdout);
		for (const char *p = s->name; *p; p++)
			putchar(toupper((unsigned char)*p));
		putchar('_');
		for (const char *p = it->name; *p; p++)
			putchar(toupper((unsigned char)*p));
		fputs(".\n", stdout);
	}
}

static void man_sections(void)
{
	for (const struct schema_section *s = schema; s->name; s++) {
		printf(".SS %s%s\n", s->name, s->titled ? " \\(dqNAME\\(dq" : "");
		man_text(s->help);
		if (s->titled) {
			fputs("\nMay stand often; NAME is ", stdout);
			man_text(s->title);
			putchar('.');
		}
		putchar('\n');
		for (const struct schema_item *it = s->items; it->name; it++)
			man_item(s, it);
	}
}

static void man_arg(const struct ctl_arg *a)
{
	fputs(".TP\n.B ", stdout);
	if (!a->place)
		printf("\\-\\-%s%s", a->name, a->meta ? " " : "");
	if (a->meta)
		man_text(a->meta);
	fputs(a->many ? "\n(may be given often) " : "\n", stdout);
	man_text(a->help);
	putchar('\n');
}

static void man_commands(void)
{
	for (int i = 0; i < CTL_CMDS; i++) {
		const struct ctl_cmd *c = &ctl_cmds[i];

		printf(".SS %s\n", c->name);
		man_text(c->help);
		putchar('\n');
		if (!c->args->name)
			continue;
		fputs(".RS\n", stdout);
		for (const struct ctl_arg *a = c->args; a->name; a++)
			man_arg(a);
		fputs(".RE\n", stdout);
	}
}

static void man_codes(void)
{
#define X(id, name, number, help) printf(".TP\n.B %d\n%s.\n", number, help);
	CTL_CODES(X)
#undef X
}

static void man_metric(const char *folder, const char *name, const char *unit,
		       const char *help)
{
	printf(".TP\n.B %s%s\n", folder, name);
	man_text(help);
	printf(" (%s)\n", unit);
}

static void man_metrics(void)
{
#define METRIC(name, value, unit, help) man_metric("", name, unit, help);
#include "ctl/metrics.def"
#undef METRIC
	for (int k = 0; k < MGCP_M_N; k++)
		man_metric("mgcp.", mgcp_metrics[k].name, mgcp_metrics[k].unit,
			   mgcp_metrics[k].help);
	for (int k = 0; k < H248_M_N; k++)
		man_metric("h248.", h248_metrics[k].name, h248_metrics[k].unit,
			   h248_metrics[k].help);
}

static void gen_man(void)
{
	char line[1000];

	while (fgets(line, sizeof(line), stdin)) {
		if (!strcmp(line, "@SECTIONS@\n"))
			man_sections();
		else if (!strcmp(line, "@COMMANDS@\n"))
			man_commands();
		else if (!strcmp(line, "@CODES@\n"))
			man_codes();
		else if (!strcmp(line, "@METRICS@\n"))
			man_metrics();
		else
			fputs(line, stdout);
	}
}

/* ---- completion ---------------------------------------------------------------- */

static void bash_words(const struct ctl_cmd *c)
{
	for (const struct ctl_arg *a = c->args; a->name; a++)
		if (!a->place)
			printf(" --%s", a->name);
	for (const struct ctl_arg *a = c->args; a->name; a++) {
		struct span rest =
			str_of(a->kind == CTL_WORD && a->place ? a->words : "");

		while (rest.n) {
			struct span word = str_cut(&rest, '|');

			printf(" %.*s", (int)word.n, word.p);
		}
	}
}

/* The first word, or the second words of commands of two. */
static void bash_commands(void)
{
	const char *last = "";

	for (int i = 0; i < CTL_CMDS; i++) {
		size_t n = strcspn(ctl_cmds[i].name, " ");

		if (strncmp(last, ctl_cmds[i].name, n) || last[n] != ' ')
			printf(" %.*s", (int)n, ctl_cmds[i].name);
		last = ctl_cmds[i].name;
	}
}

static void gen_bash(void)
{
	fputs("# bash completion of hollerctl; made from its table of commands.\n"
	      "_hollerctl()\n{\n"
	      "\tlocal cur=${COMP_WORDS[COMP_CWORD]} i words='' cmd=''\n"
	      "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	      "\t\tcase ${COMP_WORDS[i]} in\n"
	      "\t\t-s|--socket) ((i++)) ;;\n"
	      "\t\t-*) ;;\n"
	      "\t\t*) cmd+=${cmd:+ }${COMP_WORDS[i]} ;;\n"
	      "\t\tesac\n"
	      "\tdone\n"
	      "\tcase $cmd in\n"
	      "\t'') words='-s --socket --json --help --version help decode convert",
	      stdout);
	bash_commands();
	fputs("' ;;\n\tzone) words='", stdout);
	for (int i = 0; i < CTL_CMDS; i++)
		if (!strncmp(ctl_cmds[i].name, "zone ", 5))
			printf("%s ", ctl_cmds[i].name + 5);
	fputs("' ;;\n\tdecode*) words='--as mgcp sdp h248 h248-ber' ;;\n"
	      "\tconvert*) words='--from --to --ids bits h248 h248-compact h248-ber' "
	      ";;\n",
	      stdout);
	for (int i = 0; i < CTL_CMDS; i++) {
		printf("\t'%s'|'%s '*) words='--json", ctl_cmds[i].name,
		       ctl_cmds[i].name);
		bash_words(&ctl_cmds[i]);
		fputs("' ;;\n", stdout);
	}
	fputs("\tesac\n"
	      "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
	      "\t[[ $cmd == decode* || $cmd == convert* ]] && "
	      "mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- "
	      "\"$cur\")\n"
	      "\treturn 0\n"
	      "}\ncomplete -F _hollerctl hollerctl\n",
	      stdout);
}

int main(int argc, char **argv)
{
	const char *what = argc == 2 ? argv[1] : "";

	if (!strcmp(what, "conf"))
		gen_conf();
	else if (!strcmp(what, "man"))
		gen_man();
	else if (!strcmp(what, "bash"))
		gen_bash();
	else
		return 2;
	return 0;
}
