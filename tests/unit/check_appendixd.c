/* tests/unit/check_appendixd.c - RFC 3435 Appendix D: all 21 cells, and three
 * connections.
 *
 * layer: tests   thread: main   I/O: none
 *
 * What goes out of each side is read from the compiled plans, not from the model. A row
 * holds the outgoing media of A, B and H as in the RFC: letters of what is heard.
 */
#include "model_test.h"

#include <string.h>

static const struct cell {
	const char *a, *b;         /* the modes */
	const char *ao, *bo, *ho;  /* "HB": Hi + Bi; "": none */
} cells[] = {
	{ "sendonly", "sendonly", "H", "H", "" },
	{ "recvonly", "sendonly", "", "H", "A" },
	{ "sendrecv", "sendonly", "H", "H", "A" },
	{ "confrnce", "sendonly", "H", "H", "A" },
	{ "inactive", "sendonly", "", "H", "" },
	{ "netwloop", "sendonly", "A", "H", "" },
	{ "recvonly", "recvonly", "", "", "AB" },
	{ "sendrecv", "recvonly", "H", "", "AB" },
	{ "confrnce", "recvonly", "H", "", "AB" },
	{ "inactive", "recvonly", "", "", "B" },
	{ "netwloop", "recvonly", "A", "", "B" },
	{ "sendrecv", "sendrecv", "H", "H", "AB" },
	{ "confrnce", "sendrecv", "H", "H", "AB" },
	{ "inactive", "sendrecv", "", "H", "B" },
	{ "netwloop", "sendrecv", "A", "H", "B" },
	{ "confrnce", "confrnce", "HB", "HA", "AB" },
	{ "inactive", "confrnce", "", "H", "B" },
	{ "netwloop", "confrnce", "A", "H", "B" },
	{ "inactive", "inactive", "", "", "" },
	{ "netwloop", "inactive", "A", "", "" },
	{ "netwloop", "netwloop", "A", "B", "" },
};

static struct slot *near_slot(void)
{
	LIST_EACH (i, &w.fake.slots)
		if (LIST_OF(i, struct slot, in_fake)->near)
			return LIST_OF(i, struct slot, in_fake);
	return NULL;
}

static struct term *add(char name, const char *mode)
{
	char text[64] = "";

	strcat(text, mode);
	strcat(text, " 10.0.0.1:4000 0");
	text[strlen(mode) + 8] = name == 'A' ? '1' : name == 'B' ? '2' : '3';
	return conn(ep("line/1"), text, NULL);
}

/* Who is heard at `to`, in the order H, A, B, C. */
static const char *heard(const struct slot *to, struct slot *const *from, char out[8])
{
	static const char letters[] = "HABC";
	size_t n = 0;

	for (int i = 0; i < 4; i++)
		if (from[i] && fake_relays(from[i], to))
			out[n++] = letters[i];
	out[n] = '\0';
	return out;
}

START_TEST(cell)
{
	const struct cell *c = &cells[_i];
	struct term *a, *b;
	struct slot *from[4] = { 0 };
	char out[8];

	a = add('A', c->a);
	b = add('B', c->b);
	from[0] = near_slot();
	from[1] = fake_slot(a, 1);
	from[2] = fake_slot(b, 1);
	ck_assert_ptr_nonnull(from[0]);
	ck_assert_msg(!strcmp(heard(from[1], from, out), c->ao), "%s/%s: Ao=%s", c->a,
		      c->b, out);
	ck_assert_msg(!strcmp(heard(from[2], from, out), c->bo), "%s/%s: Bo=%s", c->a,
		      c->b, out);
	ck_assert_msg(!strcmp(heard(from[0], from, out), c->ho), "%s/%s: Ho=%s", c->a,
		      c->b, out);
}
END_TEST

/* The table read the other way round, by changing the modes of connections that are up.
 */
START_TEST(cell_turned)
{
	const struct cell *c = &cells[_i];
	struct term *a = add('A', "inactive"), *b = add('B', "inactive");
	struct slot *from[4] = { near_slot(), fake_slot(b, 1), fake_slot(a, 1) };
	char out[8];

	ck_assert_int_eq(change(b, c->a), CAUSE_OK);
	ck_assert_int_eq(change(a, c->b), CAUSE_OK);
	ck_assert_str_eq(heard(from[1], from, out), c->ao);
	ck_assert_str_eq(heard(from[2], from, out), c->bo);
	ck_assert_str_eq(heard(from[0], from, out), c->ho);
}
END_TEST

static const char *const modes[] = {
	"sendonly", "recvonly", "sendrecv", "confrnce", "inactive", "netwloop",
};

/* The cell of two modes, and whether it has to be read turned round. */
static const struct cell *cell_of(const char *a, const char *b, bool *turned)
{
	for (size_t i = 0; i < sizeof(cells) / sizeof(*cells); i++) {
		*turned = false;
		if (!strcmp(cells[i].a, a) && !strcmp(cells[i].b, b))
			return &cells[i];
		*turned = true;
		if (!strcmp(cells[i].a, b) && !strcmp(cells[i].b, a))
			return &cells[i];
	}
	ck_abort_msg("no cell for %s and %s", a, b);
	return NULL;
}

/* Bits (0 H, 1.. connections) of what the pair (x, y) makes go out of x, and into H. */
static unsigned out_of(const char *mode_x, const char *mode_y, unsigned x, unsigned y,
		       bool near)
{
	bool turned;
	const struct cell *c = cell_of(mode_x, mode_y, &turned);
	const char *s = near ? c->ho : turned ? c->bo : c->ao;
	unsigned bits = 0;

	for (; *s; s++)
		bits |= 1u << (*s == 'H' ? 0 : (*s == 'A') != turned ? x : y);
	return bits;
}

/* Three connections: what goes out is the union over the pairs. */
START_TEST(three)
{
	const char *m[4] = { NULL, modes[_i / 36], modes[_i / 6 % 6], modes[_i % 6] };
	struct slot *from[4];
	char letters[] = "HABC";

	for (unsigned i = 1; i < 4; i++)
		from[i] = fake_slot(add(letters[i], m[i]), 1);
	from[0] = near_slot();
	for (unsigned x = 0; x < 4; x++) {
		unsigned want = 0, got = 0;

		for (unsigned y = 1; y < 4; y++)
			for (unsigned z = y + 1; z < 4; z++) {
				if (!x)
					want |= out_of(m[y], m[z], y, z, true);
				else if (x == y)
					want |= out_of(m[y], m[z], y, z, false);
				else if (x == z)
					want |= out_of(m[z], m[y], z, y, false);
			}
		for (unsigned y = 0; y < 4; y++)
			got |= fake_relays(from[y], from[x]) ? 1u << y : 0;
		ck_assert_msg(got == want, "%s %s %s: out of %c goes %x, not %x", m[1],
			      m[2], m[3], letters[x], got, want);
	}
}
END_TEST

/* 3435 2.3.1: in loopback the endpoint hears itself and nobody else does; conferences
 * among the connections go on. */
START_TEST(loopback_turns_the_near_side_round)
{
	struct term *a = add('A', "loopback"), *b = add('B', "confrnce"),
		    *c = add('C', "confrnce");
	struct slot *h = near_slot();
	struct slot *from[4] = { h, fake_slot(a, 1), fake_slot(b, 1), fake_slot(c, 1) };
	char out[8];

	ck_assert_str_eq(heard(h, from, out), "H");
	ck_assert_str_eq(heard(from[1], from, out), "");
	ck_assert_str_eq(heard(from[2], from, out), "C");
	ck_assert_str_eq(heard(from[3], from, out), "B");
	ck_assert_int_eq(change(a, "inactive"), CAUSE_OK);
	ck_assert_str_eq(heard(h, from, out), "BC");
	ck_assert_str_eq(heard(from[2], from, out), "HC");
}
END_TEST

/* Without a near side in media nothing mixes: one conference of two, not of three. */
START_TEST(no_near_side_no_mixing)
{
	enum cause c;

	w.fake.no_near = true;
	add('A', "confrnce");
	add('B', "confrnce");
	ck_assert_ptr_null(near_slot());
	conn(ep("line/1"), "confrnce 10.0.0.3:4000 0", &c);
	ck_assert_int_eq(c, CAUSE_MIX_NEEDED);
	conn(ep("line/1"), "sendrecv 10.0.0.3:4000 0", &c);
	ck_assert_int_eq(c, CAUSE_OK);
}
END_TEST

START_TEST(near_side_goes_with_the_last_connection)
{
	struct term *a = add('A', "sendrecv"), *b = add('B', "inactive");

	ck_assert_int_eq(del(a), CAUSE_OK);
	ck_assert_ptr_nonnull(near_slot());
	ck_assert_int_eq(del(b), CAUSE_OK);
	ck_assert_ptr_null(near_slot());
	ck_assert_uint_eq(fake_live(&w.fake), 0);
	ck_assert_ptr_null(ctx_next(w.m, NULL));
}
END_TEST

START_TEST(transponders_are_refused)
{
	enum cause c;

	conn(ep("line/1"), "conttest", &c);
	ck_assert_int_eq(c, CAUSE_MODE_UNSUPPORTED);
	conn(ep("line/1"), "netwtest 10.0.0.1:4000 0", &c);
	ck_assert_int_eq(c, CAUSE_MODE_UNSUPPORTED);
	ck_assert_uint_eq(fake_live(&w.fake), 0);
}
END_TEST

static Suite *appendixd_suite(void)
{
	Suite *s = suite_create("appendix D");
	TCase *tc = tcase_create("cells");

	tcase_add_checked_fixture(tc, world_open, world_close);
	_Static_assert(sizeof(cells) / sizeof(*cells) == 21, "all cells");
	tcase_add_loop_test(tc, cell, 0, 21);
	tcase_add_loop_test(tc, cell_turned, 0, 21);
	tcase_add_loop_test(tc, three, 0, 216);
	tcase_add_test(tc, loopback_turns_the_near_side_round);
	tcase_add_test(tc, no_near_side_no_mixing);
	tcase_add_test(tc, near_side_goes_with_the_last_connection);
	tcase_add_test(tc, transponders_are_refused);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(appendixd_suite)
