/* cli/table.c - rows as a table, objects as an indented list, messages as text.
 *
 * layer: cli (L5)   thread: main   I/O: standard output
 */
#include <string.h>
#include <time.h>

#include "cli/cli.h"
#include "util/mem.h"

enum { CELL_MAX = 60, COLS_MAX = 24 };

/* Bytes that could steer a terminal are shown as dots. */
static const char *tame(char *s)
{
	for (char *p = s; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = '.';
	return s;
}

/* A value in one line; lists joined by blanks and cut, with their number. */
static void cell(char out[CELL_MAX + 1], struct json_object *v)
{
	size_t n = 0;

	out[0] = 0;
	if (!v) {
		snprintf(out, CELL_MAX + 1, "-");
	} else if (json_object_is_type(v, json_type_boolean)) {
		snprintf(out, CELL_MAX + 1, "%s",
			 json_object_get_boolean(v) ? "yes" : "no");
	} else if (json_object_is_type(v, json_type_array)) {
		size_t len = json_object_array_length(v);

		for (size_t i = 0; i < len && n < CELL_MAX; i++) {
			const char *s =
				json_object_get_string(json_object_array_get_idx(v, i));
			int put;

			if (i && n + strlen(s) + 12 > CELL_MAX) {
				snprintf(out + n, CELL_MAX + 1 - n, " +%zu", len - i);
				break;
			}
			put = snprintf(out + n, CELL_MAX + 1 - n, "%s%s", i ? " " : "",
				       s);
			n += put > 0 ? (size_t)put : 0;
		}
	} else {
		snprintf(out, CELL_MAX + 1, "%s", json_object_get_string(v));
	}
	if (!out[0])
		snprintf(out, CELL_MAX + 1, "-");
	tame(out);
}

static struct json_object *get(struct json_object *row, const char *key)
{
	struct json_object *v = NULL;

	json_object_object_get_ex(row, key, &v);
	return v;
}

/* Widths, and which columns hold anything at all. */
static unsigned measure(const struct ctl_col *cols, struct json_object *rows,
			size_t *width, bool *number)
{
	char text[CELL_MAX + 1];
	unsigned n = 0;

	for (; cols[n].key && n < COLS_MAX; n++) {
		bool any = false;

		width[n] = strlen(cols[n].head);
		number[n] = true;
		for (size_t i = 0; i < json_object_array_length(rows); i++) {
			struct json_object *v =
				get(json_object_array_get_idx(rows, i), cols[n].key);

			cell(text, v);
			if (strcmp(text, "-"))
				any = true;
			if (v && !json_object_is_type(v, json_type_int) &&
			    !json_object_is_type(v, json_type_double))
				number[n] = false;
			if (strlen(text) > width[n])
				width[n] = strlen(text);
		}
		if (!any)
			width[n] = 0;
	}
	return n;
}

static void put_cell(FILE *out, const char *text, size_t width, bool right, bool first,
		     bool last)
{
	if (!first)
		fputs("  ", out);
	if (last && !right)
		fputs(text, out);
	else
		fprintf(out, right ? "%*s" : "%-*s", (int)width, text);
}

void cli_print_table(FILE *out, const struct ctl_col *cols, struct json_object *rows)
{
	size_t width[COLS_MAX];
	bool number[COLS_MAX], first;
	char text[CELL_MAX + 1];
	unsigned n = measure(cols, rows, width, number), last = 0;

	for (unsigned k = 0; k < n; k++) {
		if (!json_object_array_length(rows)) /* what it would show */
			width[k] = strlen(cols[k].head);
		if (width[k])
			last = k;
	}
	first = true;
	for (unsigned k = 0; k < n; k++) {
		if (!width[k])
			continue;
		put_cell(out, cols[k].head, width[k], number[k], first, k == last);
		first = false;
	}
	fputc('\n', out);
	for (size_t i = 0; i < json_object_array_length(rows); i++) {
		first = true;
		for (unsigned k = 0; k < n; k++) {
			if (!width[k])
				continue;
			cell(text, get(json_object_array_get_idx(rows, i), cols[k].key));
			put_cell(out, text, width[k], number[k], first, k == last);
			first = false;
		}
		fputc('\n', out);
	}
}

/* Seconds as people say them. */
static void put_time(FILE *out, double s)
{
	unsigned long n = (unsigned long)s;

	if (n >= 86400)
		fprintf(out, "%lu d ", n / 86400);
	if (n >= 3600)
		fprintf(out, "%lu h ", n / 3600 % 24);
	if (n >= 60)
		fprintf(out, "%lu min ", n / 60 % 60);
	fprintf(out, "%lu s\n", n % 60);
}

static void print_list(FILE *out, const char *key, struct json_object *v, int depth)
{
	fprintf(out, "%*s%s:\n", depth * 2, "", key);
	for (size_t i = 0; i < json_object_array_length(v); i++) {
		struct json_object *e = json_object_array_get_idx(v, i), *on = NULL;

		if (!json_object_is_type(e, json_type_object))
			fprintf(out, "%*s%s\n", depth * 2 + 2, "",
				json_object_get_string(e));
		else if (json_object_object_get_ex(e, "on", &on))
			fprintf(out, "%*s%-24s %-4s %s\n", depth * 2 + 2, "",
				json_object_get_string(get(e, "name")),
				json_object_get_boolean(on) ? "on" : "off",
				json_object_get_string(get(e, "why")));
		else
			cli_print_object(out, e, depth + 1);
	}
}

void cli_print_object(FILE *out, struct json_object *o, int depth)
{
	json_object_object_foreach(o, key, v)
	{
		char name[40];

		snprintf(name, sizeof(name), "%s", key);
		for (char *p = name; *p; p++)
			if (*p == '_')
				*p = ' ';
		if (v && json_object_is_type(v, json_type_object)) {
			fprintf(out, "%*s%s:\n", depth * 2, "", name);
			cli_print_object(out, v, depth + 1);
		} else if (v && json_object_is_type(v, json_type_array)) {
			print_list(out, name, v, depth);
		} else if (v && !strcmp(key, "uptime")) {
			fprintf(out, "%*s%-*s ", depth * 2, "", 20 - depth * 2, name);
			put_time(out, json_object_get_double(v));
		} else {
			fprintf(out, "%*s%-*s %s\n", depth * 2, "", 20 - depth * 2, name,
				v ? json_object_get_string(v) : "-");
		}
	}
}

/* A message of a trace: who and when, then its lines. Bytes that could steer a terminal
 * are shown as dots. */
void cli_print_message(FILE *out, struct json_object *row)
{
	const char *text = json_object_get_string(get(row, "message"));
	const char *dir = json_object_get_string(get(row, "dir"));
	struct timespec now;
	struct tm tm;
	char at[32] = "";

	clock_gettime(CLOCK_REALTIME, &now);
	if (localtime_r(&now.tv_sec, &tm))
		strftime(at, sizeof(at), "%H:%M:%S", &tm);
	if (get(row, "lost"))
		fprintf(out, "(%s messages were not shown)\n",
			json_object_get_string(get(row, "lost")));
	fprintf(out, "%s.%03ld %s %s\n", at, now.tv_nsec / 1000000,
		dir && !strcmp(dir, "out") ? "to" : "from",
		json_object_get_string(get(row, "peer")));
	for (; text && *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c != '\r')
			fputc((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f ? '.' : c,
			      out);
	}
	fputc('\n', out);
}
