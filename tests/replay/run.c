/* tests/replay/run.c - plays a scenario line by line.
 *
 * layer: tests   thread: main   I/O: reads the file
 */
#include <stdlib.h>
#include <string.h>

#include "world.h"

enum { ARGS_MAX = 24, LINES_MAX = 4096, SCRIPT_MAX = 1 << 20 };

struct script {
	char *lines[LINES_MAX];
	int n, at;                        /* at: next line */
	int loop_from, loop_left, loop_n; /* of the loop in work; loop_from 0: none */
	char *memory;
};

/* ---- steps ------------------------------------------------------------------------ */

static uint64_t seconds(const char *s)
{
	return (uint64_t)(strtod(s, NULL) * 1e9 + 0.5);
}

static char *body_of(struct script *s)
{
	size_t n = 0;
	int end = s->at;
	char *text;

	while (end < s->n && strcmp(s->lines[end], ">>>"))
		n += strlen(s->lines[end++]) + 1;
	if (end == s->n)
		return NULL;
	text = malloc(n + 1);
	for (n = 0; text && s->at < end; s->at++) {
		size_t len = strlen(s->lines[s->at]);

		memcpy(text + n, s->lines[s->at], len);
		n += len;
		text[n++] = '\n';
	}
	s->at++;
	if (text)
		text[n] = '\0';
	return text;
}

static char *with_crlf(const char *s)
{
	char *out = malloc(strlen(s) * 2 + 1), *p = out;

	for (; out && *s; s++) {
		if (*s == '\n')
			*p++ = '\r';
		*p++ = *s;
	}
	if (out)
		*p = '\0';
	return out;
}

/* from NAME [lf] <<< */
static int step_from(struct world *w, int argc, char **argv, const char *body)
{
	struct peer *p = world_peer(w, argv[1]);
	struct assoc as = { 0 };
	const char *missing = "?";
	char *text, *wire;
	size_t n;

	if (!p)
		return world_fail(w, "nobody is called %s", argv[1]);
	text = text_fill(w->vars, body, &missing);
	if (!text)
		return world_fail(w, "{%s} is not known", missing);
	wire = argc > 2 && !strcmp(argv[2], "lf") ? strdup(text) : with_crlf(text);
	n = wire ? strlen(wire) : 0;
	as.transport = p->transport;
	as.id = p->conn;
	as.local = p->local;
	as.remote = p->addr;
	as.owner = w->px->knows(w, &as.local, &as.remote);
	if (wire && w->px->encode && w->px->encode(w, p, &wire, &n))
		return WORLD_FAIL;
	if (as.owner && wire)
		w->ops->input(w->engine, &as, (struct span){ wire, n }, w->now);
	free(text);
	free(wire);
	return world_settle(w);
}

static int wrong_output(struct world *w, const char *what, const char *body)
{
	const struct heard *h = w->first;
	char to[ADDR_STRLEN];

	if (!h)
		return world_fail(w, "%s, but nothing was sent; expected:\n%s", what,
				  body);
	return world_fail(w, "%s; sent to %s at %.3f:\n%s--- expected:\n%s", what,
			  addr_print(to, &h->to.remote),
			  (double)(h->at - WORLD_ZERO) / 1e9, h->text, body);
}

/* expect to NAME [within LEAST MOST] <<< */
static int step_expect(struct world *w, int argc, char **argv, const char *body)
{
	struct peer *p = argc > 2 ? world_peer(w, argv[2]) : NULL;
	uint64_t least = 0, most = 0, since = w->now;

	if (!p)
		return world_fail(w, "expect to whom?");
	if (argc > 5 && !strcmp(argv[3], "within")) {
		least = seconds(argv[4]);
		most = seconds(argv[5]);
		if (world_advance(w, since + most, true))
			return WORLD_FAIL;
	}
	if (!w->first)
		return wrong_output(w, "silence", body);
	if (!addr_eq(&w->first->to.remote, &p->addr))
		return wrong_output(w, "to somebody else", body);
	if (p->local.family && !addr_eq(&w->first->to.local, &p->local))
		return wrong_output(w, "from another address of ours", body);
	if (most && w->first->at < since + least)
		return wrong_output(w, "too early", body);
	if (!text_match(w->vars, body, w->first->text))
		return wrong_output(w, "not that", body);
	world_drop(w);
	return 0;
}

/* expect none [for S] */
static int step_none(struct world *w, int argc, char **argv)
{
	if (argc > 3 && world_advance(w, w->now + seconds(argv[3]), true))
		return WORLD_FAIL;
	return w->first ? wrong_output(w, "silence was expected", "") : 0;
}

/* drop all|COUNT: outputs nobody looks at */
static int step_drop(struct world *w, const char *what)
{
	long n = strcmp(what, "all") ? atol(what) : 1 << 30;

	for (; n && w->first; n--)
		world_drop(w);
	return !n || !strcmp(what, "all") ? 0 : world_fail(w, "less than that was sent");
}

static int step_time(struct world *w, const char *how, const char *t)
{
	uint64_t to = seconds(t) + (strcmp(how, "at") ? w->now : WORLD_ZERO);

	return to < w->now ? world_fail(w, "time does not go back")
			   : world_advance(w, to, false);
}

static int step_short(struct world *w, int argc, char **argv)
{
	int rc;

	if (argc > 1 && (!strcmp(argv[0], "at") || !strcmp(argv[0], "after")))
		return step_time(w, argv[0], argv[1]);
	if (argc > 1 && !strcmp(argv[0], "drop"))
		return step_drop(w, argv[1]);
	if (argc > 1 && !strcmp(argv[0], "expect") && !strcmp(argv[1], "none"))
		return step_none(w, argc, argv);
	if (argc > 1 && !strcmp(argv[0], "use") && w->other.px) {
		if (strcmp(w->px->name, argv[1]))
			world_turn(w);
		return strcmp(w->px->name, argv[1]) ? world_fail(w, "use what?") : 0;
	}
	if (argc > 2 && !strcmp(argv[0], "let")) {
		vars_set(w->vars, argv[1], argv[2]);
		return 0;
	}
	if (argc > 1 && !strcmp(argv[0], "tick")) {
		w->tick = seconds(argv[1]);
		return 0;
	}
	rc = world_line(w, argc, argv);
	return rc == WORLD_UNKNOWN ? w->px->line(w, argc, argv) : rc;
}

/* ---- the script ------------------------------------------------------------------- */

static int load(struct script *s, const char *path)
{
	FILE *f = fopen(path, "r");
	size_t n;
	char *p, *next;

	if (!f)
		return -1;
	s->memory = calloc(1, SCRIPT_MAX + 1);
	n = s->memory ? fread(s->memory, 1, SCRIPT_MAX, f) : 0;
	fclose(f);
	for (p = s->memory; p && *p && s->n < LINES_MAX; p = next) {
		next = strchr(p, '\n');
		if (next)
			*next++ = '\0';
		s->lines[s->n++] = p;
	}
	return n && n < SCRIPT_MAX && (!p || !*p) ? 0 : -1;
}

static int split(char *line, char **argv)
{
	int n = 0;

	for (char *p = strtok(line, " \t"); p && n < ARGS_MAX; p = strtok(NULL, " \t"))
		argv[n++] = p;
	return n;
}

/* loop N ... end: {n} counts from 1 */
static bool loop_line(struct world *w, struct script *s, int argc, char **argv)
{
	char text[16];

	if (argc > 1 && !strcmp(argv[0], "loop")) {
		s->loop_from = s->at;
		s->loop_left = atoi(argv[1]);
		s->loop_n = 1;
	} else if (!strcmp(argv[0], "end") && s->loop_from) {
		if (s->loop_n++ < s->loop_left)
			s->at = s->loop_from;
		else
			s->loop_from = 0;
	} else {
		return false;
	}
	snprintf(text, sizeof(text), "%d", s->loop_n);
	vars_set(w->vars, "n", text);
	return true;
}

static int one_line(struct world *w, struct script *s)
{
	char *argv[ARGS_MAX], *line, *body = NULL;
	const char *missing = "?";
	int argc, rc;

	line = text_fill(w->vars, s->lines[s->at++], &missing);
	if (!line)
		return world_fail(w, "{%s} is not known", missing);
	argc = split(line, argv);
	if (!argc || *argv[0] == '#') {
		rc = 0;
	} else if (loop_line(w, s, argc, argv)) {
		rc = 0;
	} else if (!strcmp(argv[argc - 1], "<<<")) {
		body = body_of(s);
		if (!body)
			rc = world_fail(w, ">>> is missing");
		else if (!strcmp(argv[0], "from") && argc > 2)
			rc = step_from(w, argc - 1, argv, body);
		else
			rc = step_expect(w, argc - 1, argv, body);
	} else {
		rc = step_short(w, argc, argv);
		if (rc == WORLD_UNKNOWN)
			rc = world_fail(w, "no such line: %s", argv[0]);
	}
	free(body);
	free(line);
	return rc;
}

int scenario_run(const char *path, FILE *out)
{
	struct world *w = calloc(1, sizeof(*w));
	struct script *s = calloc(1, sizeof(*s));
	int rc = -1, line = 0;

	if (!w || !s || load(s, path) || world_open(w, path)) {
		fprintf(out, "%s: can't be read\n", path);
	} else {
		for (rc = 0; !rc && s->at < s->n;) {
			line = s->at + 1;
			rc = one_line(w, s);
		}
		if (!rc && s->loop_from)
			rc = world_fail(w, "a loop has no end");
		if (!rc && w->first)
			rc = wrong_output(w, "left over at the end", "");
		if (rc)
			fprintf(out, "%s:%d: %s\n", path, line, w->why);
	}
	if (w && w->px)
		world_close(w);
	if (s)
		free(s->memory);
	free(s);
	free(w);
	return rc ? -1 : 0;
}
