/* tests/unit/h248_rig.h - an arena, a message and a buffer for each test of the H.248
 * codec.
 *
 * layer: tests   thread: main   I/O: none
 */
#pragma once

#include "test.h"
#include "wire/h248.h"

extern struct arena *arena; /* between setup() and teardown(), the fixture */
extern struct h248_msg *msg;
extern struct h248_fault fault;
extern struct h248_misfit misfit;
extern struct buf out;

void setup(void);
void teardown(void);
/* It must be good. */
void parse_good(const char *text);
