/* tests/unit/h248_rig.c - see h248_rig.h.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "h248_rig.h"

struct arena *arena;
struct h248_msg *msg;
struct h248_fault fault;
struct h248_misfit misfit;
struct buf out;

void setup(void)
{
	arena = arena_new(1 << 24);
	ck_assert_ptr_nonnull(arena);
	buf_init(&out, 1 << 20);
}

void teardown(void)
{
	buf_fini(&out);
	arena_free(arena);
}

void parse_good(const char *text)
{
	ck_assert_msg(!h248_text_parse(arena, str_of(text), &msg, &fault),
		      "%s: %s at %zu", text, fault.err.what, fault.err.offset);
}
