/* tests/replay/match.h - texts with holes: what is sent, and what is expected.
 *
 * layer: tests   thread: main   I/O: none
 *
 * {name} stands for one word (no blank, comma, semicolon, slash, colon or end of line);
 * the first time it is learnt, from then on it must be the same. {*} stands for anything
 * up to the end of the line, and a line that is just "..." for any number of lines.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct vars;

/* Other signs than "{" and "}" around names. */
void text_holes(char open, char close);

struct vars *vars_new(void);
void vars_free(struct vars *v);
void vars_set(struct vars *v, const char *name, const char *value);
const char *vars_get(const struct vars *v, const char *name); /* NULL: not known */

/* Fill the holes; the caller frees. NULL: one is not known (*name tells which). */
char *text_fill(const struct vars *v, const char *text, const char **name);
/* Does `got` look like `want`? Learns variables only when it does. */
bool text_match(struct vars *v, const char *want, const char *got);
