/* tests/unit/wire_rig.h - an arena for each test of a text codec, and one line of MGCP.
 *
 * layer: tests   thread: main   I/O: none
 */
#pragma once

#include "wire/mgcp.h"
#include "wire_util.h"

extern struct arena *arena; /* between setup() and teardown(), the fixture */
void setup(void);
void teardown(void);

/* A command of that verb with this line alone. */
int mgcp_line(const char *verb, const char *line, struct mgcp_msg **m,
	      struct parse_err *err);
/* Its parameter; it must be good. */
const struct mgcp_param *mgcp_line_param(const char *verb, const char *line);
