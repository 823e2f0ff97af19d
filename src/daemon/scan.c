/* daemon/scan.c - see scan.h.
 *
 * layer: daemon (L5)   thread: control   I/O: none
 */
#include "daemon/scan.h"

#include <ctype.h>

struct at {
	const char *p, *end;
	int line;
};

static void skip_line(struct at *a)
{
	while (a->p < a->end && *a->p != '\n')
		a->p++;
}

static void skip_comment(struct at *a)
{
	for (a->p += 2; a->p < a->end; a->p++) {
		if (*a->p == '\n')
			a->line++;
		if (*a->p == '*' && a->p + 1 < a->end && a->p[1] == '/') {
			a->p += 2;
			return;
		}
	}
}

static void skip_quoted(struct at *a, char quote)
{
	for (a->p++; a->p < a->end && *a->p != quote; a->p++) {
		if (*a->p == '\\' && a->p + 1 < a->end)
			a->p++;
		if (*a->p == '\n')
			a->line++;
	}
	if (a->p < a->end)
		a->p++;
}

/* Past blanks, comments and quoted texts; true when something else stands here. */
static bool skip_dull(struct at *a)
{
	char c = *a->p, next = a->p + 1 < a->end ? a->p[1] : 0;

	if (c == '\n') {
		a->line++;
		a->p++;
	} else if (isspace((unsigned char)c)) {
		a->p++;
	} else if (c == '#' || (c == '/' && next == '/')) {
		skip_line(a);
	} else if (c == '/' && next == '*') {
		skip_comment(a);
	} else if (c == '"' || c == '\'') {
		skip_quoted(a, c);
	} else {
		return true;
	}
	return false;
}

static struct span take_word(struct at *a)
{
	struct span w = { a->p, 0 };

	while (a->p < a->end && !isspace((unsigned char)*a->p) &&
	       !strchr("{}\"'#=,()", *a->p))
		a->p++;
	w.n = (size_t)(a->p - w.p);
	if (!w.n)
		a->p++;
	return w;
}

void scan_file(struct scan *s, struct span text)
{
	struct at a = { text.p, text.n ? text.p + text.n : text.p, 1 };
	struct span word = { NULL, 0 };
	int depth = 0, word_line = 0;

	s->n = 0;
	s->open = 0;
	while (a.p < a.end) {
		if (!skip_dull(&a))
			continue;
		if (*a.p == '{') {
			if (!depth && s->n < SCAN_SECTIONS) {
				s->name[s->n] = word;
				s->line[s->n++] = word_line;
			}
			if (!depth++)
				s->open = word_line;
			a.p++;
		} else if (*a.p == '}') {
			if (depth && !--depth)
				s->open = 0;
			a.p++;
		} else {
			word_line = a.line;
			word = take_word(&a);
		}
	}
}

int scan_line(const struct scan *s, const char *name, unsigned i)
{
	for (unsigned k = 0; k < s->n; k++)
		if (str_eq(s->name[k], str_of(name)) && !i--)
			return s->line[k];
	return 0;
}
