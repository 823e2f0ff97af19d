/* tests/unit/wire_rig.c - see wire_rig.h.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "wire_rig.h"

struct arena *arena;

void setup(void)
{
	arena = arena_new(ARENA_MOST);
	ck_assert_ptr_nonnull(arena);
}

void teardown(void)
{
	arena_free(arena);
	arena = NULL;
}

int mgcp_line(const char *verb, const char *line, struct mgcp_msg **m,
	      struct parse_err *err)
{
	static char text[8192];

	snprintf(text, sizeof(text), "%s 5 a@b MGCP 1.0\r\n%s\r\n", verb, line);
	return mgcp_parse(arena, str_of(text), m, err);
}

const struct mgcp_param *mgcp_line_param(const char *verb, const char *line)
{
	struct parse_err err = { 0 };
	struct mgcp_msg *m = NULL;
	int rc = mgcp_line(verb, line, &m, &err);

	ck_assert_msg(!rc, "%s: %s at %zu", line, err.what, err.offset);
	ck_assert_uint_eq(m->nparams, 1);
	return m->params;
}
