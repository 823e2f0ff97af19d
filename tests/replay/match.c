/* tests/replay/match.c - see match.h.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "match.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VARS_MAX = 256, NAME_MAX_LEN = 32, VALUE_MAX = 256 };

struct vars {
	int n;
	struct {
		char name[NAME_MAX_LEN], value[VALUE_MAX];
	} v[VARS_MAX];
};

struct vars *vars_new(void)
{
	return calloc(1, sizeof(struct vars));
}

void vars_free(struct vars *v)
{
	free(v);
}

void vars_set(struct vars *v, const char *name, const char *value)
{
	int i = 0;

	while (i < v->n && strcmp(v->v[i].name, name))
		i++;
	if (i == VARS_MAX)
		return;
	if (i == v->n)
		v->n++;
	snprintf(v->v[i].name, NAME_MAX_LEN, "%s", name);
	snprintf(v->v[i].value, VALUE_MAX, "%s", value);
}

const char *vars_get(const struct vars *v, const char *name)
{
	for (int i = 0; i < v->n; i++)
		if (!strcmp(v->v[i].name, name))
			return v->v[i].value;
	return NULL;
}

static char hole_open = '{', hole_close = '}';

void text_holes(char open, char close)
{
	hole_open = open;
	hole_close = close;
}

/* "{name}" at s: its name, and what stands behind. */
static const char *hole(const char *s, char name[NAME_MAX_LEN])
{
	size_t n = 0;

	if (*s++ != hole_open)
		return NULL;
	while (*s && *s != hole_close && n + 1 < NAME_MAX_LEN)
		name[n++] = *s++;
	name[n] = '\0';
	return *s == hole_close && n ? s + 1 : NULL;
}

char *text_fill(const struct vars *v, const char *text, const char **missing)
{
	static char name[NAME_MAX_LEN];
	size_t size = strlen(text) + 1, n = 0;
	char *out = malloc(size);

	while (out && *text) {
		const char *after = hole(text, name), *value;
		size_t len;

		if (!after) {
			out[n++] = *text++;
			continue;
		}
		value = vars_get(v, name);
		if (!value) {
			*missing = name;
			free(out);
			return NULL;
		}
		len = strlen(value);
		out = realloc(out, size += len);
		memcpy(out + n, value, len);
		n += len;
		text = after;
	}
	if (out)
		out[n] = '\0';
	return out;
}

static bool word_char(char c)
{
	return c && !strchr(" \t,;:/{}\r\n", c);
}

static bool match_here(struct vars *v, const char *want, const char *got);

static bool match_word(struct vars *v, const char *name, const char *after,
		       const char *got)
{
	const char *known = vars_get(v, name);
	char value[VALUE_MAX];
	size_t n = 0;

	if (known)
		return !strncmp(got, known, strlen(known)) &&
		       match_here(v, after, got + strlen(known));
	while (word_char(got[n]) && n + 1 < VALUE_MAX) {
		value[n] = got[n];
		n++;
	}
	value[n] = '\0';
	if (!n)
		return false;
	vars_set(v, name, value);
	return match_here(v, after, got + n);
}

static bool match_rest(struct vars *v, const char *after, const char *got)
{
	for (;; got++) {
		if (match_here(v, after, got))
			return true;
		if (!*got || *got == '\n')
			return false;
	}
}

static bool match_lines(struct vars *v, const char *after, const char *got)
{
	for (;;) {
		if (match_here(v, after, got))
			return true;
		got = strchr(got, '\n');
		if (!got++)
			return false;
	}
}

static bool match_here(struct vars *v, const char *want, const char *got)
{
	char name[NAME_MAX_LEN];
	const char *after;

	for (; *want; want++, got++) {
		if (!strncmp(want, "...\n", 4))
			return match_lines(v, want + 4, got);
		after = hole(want, name);
		if (after && !strcmp(name, "*"))
			return match_rest(v, after, got);
		if (after)
			return match_word(v, name, after, got);
		if (*want != *got)
			return false;
	}
	return !*got;
}

bool text_match(struct vars *v, const char *want, const char *got)
{
	struct vars trial = *v;

	if (!match_here(&trial, want, got))
		return false;
	*v = trial;
	return true;
}
