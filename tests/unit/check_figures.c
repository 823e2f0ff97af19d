/* tests/unit/check_figures.c - RFC 3525's figures 1 to 3 (contexts) and 7 (topology), and
 * two owners in one room.
 *
 * layer: tests   thread: main   I/O: none
 * RFC 3525 6.1, 7.1.18, 7.2.4; H.248.1 v2, v3 (topology by stream, five kinds)
 *
 * "SCN bearers" are line/1 .. line/4, "RTP streams" ephemerals.
 */
#include "model_test.h"

#include <string.h>

#include "model/hctx.h"

static void commit(void)
{
	ck_assert_int_eq(model_commit(w.m, w.now), CAUSE_OK);
}

static struct ctx *context(void)
{
	struct ctx *c = NULL;

	ck_assert_int_eq(ctx_add(w.o, &c), CAUSE_OK);
	return c;
}

static struct term *put(struct ctx *c, const char *name, const char *ask)
{
	struct endp *e = *name == 'l' ? ep(name) : NULL;
	struct term_ask a = { 0 };
	struct term *t = NULL;

	ck_assert_int_eq(term_add_in(c, e ? TERM_NAMED : TERM_RTP, e, name, &t),
			 CAUSE_OK);
	ask_text(&a, ask);
	if (e)
		a.has = ASK_MODE;
	ck_assert_int_eq(term_stream(t, 1, &a), CAUSE_OK);
	commit();
	return t;
}

static bool flow(const struct term *from, const struct term *to)
{
	return ctx_hears(from, to, 1);
}

#define BOTHWAY(a, b) ck_assert(flow(a, b) && flow(b, a))
#define ONEWAY(a, b)  ck_assert(flow(a, b) && !flow(b, a))
#define APART(a, b)   ck_assert(!flow(a, b) && !flow(b, a))

START_TEST(figure_1)
{
	struct ctx *c1, *c2, *c3;
	struct term *rtp, *b1, *b2, *b4;

	world_open();
	c1 = context();
	rtp = put(c1, "rtp/1", "sendrecv 10.0.0.1:4000 0");
	b1 = put(c1, "line/1", "sendrecv -");
	b2 = put(c1, "line/2", "sendrecv -");
	c2 = context();
	b4 = put(c2, "line/4", "sendrecv -");
	c3 = context();
	put(c3, "rtp/2", "sendrecv 10.0.0.2:4000 0");
	put(c3, "rtp/3", "sendrecv 10.0.0.3:4000 0");
	BOTHWAY(rtp, b1);
	BOTHWAY(rtp, b2);
	BOTHWAY(b1, b2);
	APART(b4, b1);
	ck_assert_uint_eq(owner_ctxs(w.o), 3);
	ck_assert_uint_eq(c1->nterm, 3);
	ck_assert_uint_eq(c2->nterm, 1);
	ck_assert_uint_eq(c3->nterm, 2);
	BOTHWAY(term_find(w.o, STR_LIT("rtp/2")), term_find(w.o, STR_LIT("rtp/3")));
	/* line/3 is in the null context: nobody's, and free to be added */
	ck_assert_ptr_null(term_find(w.o, STR_LIT("line/3")));
	ck_assert_uint_eq(ep("line/3")->nconn, 0);
	world_close();
}
END_TEST

START_TEST(figures_2_and_3)
{
	struct ctx *c1, *c2;
	struct term *t1, *t2, *t3;
	uint64_t id;

	world_open();
	c1 = context();
	t2 = put(c1, "rtp/1", "sendrecv 10.0.0.1:4000 0");
	t1 = put(c1, "line/1", "sendrecv -");
	c2 = context();
	t3 = put(c2, "line/2", "sendrecv -");
	BOTHWAY(t1, t2);
	APART(t1, t3);
	id = t1->id;
	ck_assert_int_eq(term_move(t1, c2), CAUSE_OK);
	commit();
	ck_assert(t1->ctx == c2 && t1->id == id);
	ck_assert_uint_eq(c1->nterm, 1);
	ck_assert_uint_eq(c2->nterm, 2);
	BOTHWAY(t1, t3);
	APART(t1, t2);
	ck_assert(!fake_relays(fake_slot(t2, 1), fake_slot(t1, 1)));
	/* the last one out ends the context */
	ck_assert_int_eq(term_move(t2, c2), CAUSE_OK);
	commit();
	ck_assert_uint_eq(owner_ctxs(w.o), 1);
	world_close();
}
END_TEST

/* A context can't be in two states: a move that is taken back has not been. */
START_TEST(a_move_rolled_back)
{
	struct ctx *c1, *c2;
	struct term *t1, *t2;

	world_open();
	c1 = context();
	t1 = put(c1, "line/1", "sendrecv -");
	t2 = put(c1, "line/2", "sendrecv -");
	c2 = context();
	put(c2, "line/3", "sendrecv -");
	ck_assert_int_eq(term_move(t1, c2), CAUSE_OK);
	model_rollback(w.m);
	ck_assert(t1->ctx == c1);
	BOTHWAY(t1, t2);
	ck_assert_uint_eq(c2->nterm, 1);
	world_close();
}
END_TEST

static struct term *t1, *t2, *t3;

static void three(void)
{
	struct ctx *c;

	world_open();
	c = context();
	t1 = put(c, "line/1", "sendrecv -");
	t2 = put(c, "line/2", "sendrecv -");
	t3 = put(c, "line/3", "sendrecv -");
}

static void topology(struct term *a, struct term *b, enum topo_dir dir)
{
	ck_assert_int_eq(ctx_topology(a, b, dir, 0), CAUSE_OK);
	commit();
}

START_TEST(figure_7)
{
	three();
	/* 1: no topology */
	BOTHWAY(t1, t2);
	BOTHWAY(t1, t3);
	BOTHWAY(t2, t3);
	ck_assert_uint_eq(ctx_topo_count(t1->ctx), 0);
	/* 2: T1, T2 isolate */
	topology(t1, t2, TOPO_ISOLATE);
	APART(t1, t2);
	BOTHWAY(t1, t3);
	BOTHWAY(t2, t3);
	/* 3: T3, T2 oneway */
	topology(t3, t2, TOPO_ONEWAY);
	APART(t1, t2);
	BOTHWAY(t1, t3);
	ONEWAY(t3, t2);
	/* 4: T2, T3 oneway */
	topology(t2, t3, TOPO_ONEWAY);
	APART(t1, t2);
	BOTHWAY(t1, t3);
	ONEWAY(t2, t3);
	/* 5: T2, T3 bothway: as 2 */
	topology(t2, t3, TOPO_BOTHWAY);
	APART(t1, t2);
	BOTHWAY(t1, t3);
	BOTHWAY(t2, t3);
	/* 6: T1, T2 bothway: as 1 */
	topology(t1, t2, TOPO_BOTHWAY);
	BOTHWAY(t1, t2);
	BOTHWAY(t1, t3);
	BOTHWAY(t2, t3);
	ck_assert_uint_eq(ctx_topo_count(t1->ctx), 0);
	world_close();
}
END_TEST

/* 7.1.18: one that comes later is bothway to all, whatever holds among the others. */
START_TEST(a_fourth_hears_all)
{
	struct term *t4;

	three();
	topology(t1, t2, TOPO_ISOLATE);
	topology(t1, t3, TOPO_ONEWAY);
	t4 = put(t1->ctx, "line/4", "sendrecv -");
	BOTHWAY(t4, t1);
	BOTHWAY(t4, t2);
	BOTHWAY(t4, t3);
	APART(t1, t2);
	ONEWAY(t1, t3);
	world_close();
}
END_TEST

/* It is of the termination's time in this context. */
START_TEST(topology_ends_with_its_termination)
{
	struct ctx *c;

	three();
	c = t1->ctx;
	topology(t1, t2, TOPO_ISOLATE);
	ck_assert_int_eq(term_subtract(t1), CAUSE_OK);
	commit();
	ck_assert_uint_eq(ctx_topo_count(c), 0);
	t1 = put(c, "line/1", "sendrecv -");
	BOTHWAY(t1, t2);
	world_close();
}
END_TEST

/* Also when it only went to another one, and came back. */
START_TEST(topology_ends_with_a_move)
{
	struct ctx *c1, *c2;

	three();
	c1 = t1->ctx;
	topology(t1, t2, TOPO_ISOLATE);
	topology(t2, t3, TOPO_BOTH);
	c2 = context();
	put(c2, "line/4", "sendrecv -");
	ck_assert_int_eq(term_move(t1, c2), CAUSE_OK);
	model_rollback(w.m);
	APART(t1, t2);
	ck_assert_int_eq(term_move(t1, c2), CAUSE_OK);
	commit();
	ck_assert_int_eq(term_move(t1, c1), CAUSE_OK);
	commit();
	BOTHWAY(t1, t2);
	ONEWAY(t2, t3);
	world_close();
}
END_TEST

START_TEST(topology_rolled_back)
{
	three();
	topology(t1, t2, TOPO_ONEWAY);
	ck_assert_int_eq(ctx_topology(t1, t2, TOPO_ISOLATE, 0), CAUSE_OK);
	model_rollback(w.m);
	ONEWAY(t1, t2);
	world_close();
}
END_TEST

/* v2: by stream; without one it is of all. */
START_TEST(topology_by_stream)
{
	struct term_ask a = { .has = ASK_MODE, .mode = MODE_SENDRECV };
	uint16_t second;

	three();
	ck_assert_int_eq(term_stream(t1, 9, &a), CAUSE_OK);
	ck_assert_int_eq(term_stream(t2, 9, &a), CAUSE_OK);
	commit();
	second = term_strm(t1, 9)->id;
	ck_assert_int_eq(ctx_topology(t1, t2, TOPO_ISOLATE, 9), CAUSE_OK);
	commit();
	BOTHWAY(t1, t2);
	ck_assert(!ctx_hears(t1, t2, second) && !ctx_hears(t2, t1, second));
	ck_assert(!ctx_topo_same(t1, t2));
	topology(t1, t2, TOPO_BOTHWAY);
	ck_assert(ctx_hears(t1, t2, second) && ctx_hears(t2, t1, second));
	ck_assert(ctx_topo_same(t1, t2));
	world_close();
}
END_TEST

/* v3: t2 hears what t1 sends outward; with BOTH also what it takes in. */
START_TEST(topology_of_taps)
{
	enum topo_dir dir = TOPO_BOTHWAY;

	three();
	topology(t1, t2, TOPO_EXTERNAL);
	ck_assert(!flow(t2, t1));
	ck_assert(ctx_topo_get(t1, t2, 1, &dir));
	ck_assert_int_eq(dir, TOPO_EXTERNAL);
	topology(t1, t2, TOPO_BOTH);
	ck_assert(flow(t1, t2) && !flow(t2, t1));
	ck_assert(ctx_topo_get(t1, t2, 1, &dir));
	ck_assert_int_eq(dir, TOPO_BOTH);
	BOTHWAY(t1, t3);
	BOTHWAY(t2, t3);
	world_close();
}
END_TEST

/* One house, two masters: a connection of "a" on the zone's endpoint, a port of "b". */
START_TEST(two_owners_in_a_room)
{
	struct owner_spec spec = { .name = "site", .proto = PROTO_H248 };
	struct owner *site;
	struct room *lobby;
	struct term *listener, *talker, *port;
	struct term_ask a = { .has = ASK_MODE, .mode = MODE_SENDONLY };
	struct ctx *c = NULL;
	struct endp *e;
	char name[TERM_NAME_MAX];

	world_open();
	site = owner_add(w.m, &spec);
	lobby = zone("lobby", "239.1.1.1:5000");
	ck_assert(site && lobby);
	listener = conn(ep("page/lobby"), "recvonly 10.0.0.1:4000 0", NULL);
	e = endp_find(site, STR_LIT("page/lobby"));
	ck_assert(e && e != ep("page/lobby"));
	ck_assert_int_eq(ctx_add(site, &c), CAUSE_OK);
	ck_assert_int_eq(term_add_in(c, TERM_RTP, NULL, "rtp/1", &talker), CAUSE_OK);
	ask_text(&a, "sendrecv 10.0.0.2:4000 0");
	ck_assert_int_eq(term_stream(talker, 1, &a), CAUSE_OK);
	ck_assert_int_eq(port_name(e, w.now, name), CAUSE_OK);
	ck_assert_str_eq(name, "page/lobby/1");
	ck_assert_int_eq(term_add_in(c, TERM_PORT, e, name, &port), CAUSE_OK);
	a = (struct term_ask){ .has = ASK_MODE, .mode = MODE_SENDONLY };
	ck_assert_int_eq(term_stream(port, 1, &a), CAUSE_OK);
	commit();
	/* what the one's caller says goes to the group; the other's does not hear it */
	ck_assert_ptr_nonnull(fake_slot(talker, 1)->plan->room);
	ck_assert_ptr_nonnull(fake_slot(listener, 1)->plan->room);
	ck_assert(!fake_relays(fake_slot(listener, 1), fake_slot(talker, 1)));
	/* neither finds the other's */
	ck_assert_ptr_null(term_find(w.o, STR_LIT("rtp/1")));
	ck_assert_ptr_null(term_find(site, str_of(listener->name)));
	ck_assert_ptr_null(ctx_find(w.o, c->id));
	/* and the end of one is nothing to the other */
	ck_assert_int_eq(term_subtract(port), CAUSE_OK);
	commit();
	ck_assert_ptr_null(fake_slot(talker, 1)->plan->room);
	ck_assert_ptr_nonnull(fake_slot(listener, 1)->plan->room);
	world_close();
}
END_TEST

static Suite *figures_suite(void)
{
	Suite *s = suite_create("figures");
	TCase *tc = tcase_create("contexts");

	tcase_add_test(tc, figure_1);
	tcase_add_test(tc, figures_2_and_3);
	tcase_add_test(tc, a_move_rolled_back);
	tcase_add_test(tc, figure_7);
	tcase_add_test(tc, a_fourth_hears_all);
	tcase_add_test(tc, topology_ends_with_its_termination);
	tcase_add_test(tc, topology_ends_with_a_move);
	tcase_add_test(tc, topology_rolled_back);
	tcase_add_test(tc, topology_by_stream);
	tcase_add_test(tc, topology_of_taps);
	tcase_add_test(tc, two_owners_in_a_room);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(figures_suite)
