/* tests/unit/check_zone.c - zones: who speaks and who hears.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "model_test.h"

#include <stdio.h>
#include <string.h>

static uint32_t waiting(const struct room *r)
{
	struct room_state st;

	room_get_state(r, &st);
	return st.waiting;
}

static uint64_t talker(const struct room *r)
{
	struct room_state st;

	room_get_state(r, &st);
	return st.talker;
}

START_TEST(a_caller_is_heard_on_the_groups)
{
	struct room *r = zone("lobby", "239.1.1.1:5004 [ff15::1]:5004");
	struct term *t = conn(ep("page/lobby"), "recvonly 10.0.0.1:4000 0", NULL);
	const struct plan_leg *p = fake_slot(t, 1)->plan;
	const struct plan_leg *g = zone_slot(r, 0)->plan;

	ck_assert(fake_relays(fake_slot(t, 1), zone_slot(r, 0)));
	ck_assert(fake_relays(fake_slot(t, 1), zone_slot(r, 1)));
	ck_assert_ptr_eq(p->room, zone_med());
	ck_assert_uint_eq(p->nrelay, 0);
	ck_assert_uint_eq(p->nsrc, 0);
	ck_assert(!fake_in_room(zone_med(), fake_slot(t, 1))); /* it only speaks */
	ck_assert(g->flags & PLAN_GROUP && g->flags & PLAN_SEND &&
		  !(g->flags & PLAN_RECV));
	ck_assert_uint_eq(g->tx_pt[p->rx_key[0]], 0);
	ck_assert_uint_eq(g->hops, 1);
	ck_assert_uint_eq(g->remote.port, 5004);
	ck_assert_uint_eq(g->remote_rtcp.port, 5005);
	ck_assert_uint_eq(t->ctx->nterm, 2);
	ck_assert_ptr_null(room_output(r, 2, NULL, NULL));
}
END_TEST

START_TEST(callers_hear_each_other_but_not_themselves)
{
	struct term *a, *b, *c;

	zone("lobby", "239.1.1.1:5004");
	a = conn(ep("page/lobby"), "sendrecv 10.0.0.1:4000 0", NULL);
	b = conn(ep("page/lobby"), "sendrecv 10.0.0.2:4000 0", NULL);
	c = conn(ep("page/lobby"), "sendonly 10.0.0.3:4000 0", NULL);
	ck_assert_ptr_ne(a->ctx, b->ctx);
	ck_assert(fake_relays(fake_slot(a, 1), fake_slot(b, 1)));
	ck_assert(fake_relays(fake_slot(b, 1), fake_slot(a, 1)));
	ck_assert(fake_relays(fake_slot(a, 1), fake_slot(c, 1)));
	ck_assert(!fake_relays(fake_slot(c, 1), fake_slot(a, 1)));
	/* split horizon */
	ck_assert(fake_in_room(zone_med(), fake_slot(a, 1)));
	ck_assert_uint_ne(fake_slot(a, 1)->plan->room_port, 0);
	ck_assert(fake_slot(a, 1)->plan->room_port != fake_slot(b, 1)->plan->room_port);
	ck_assert_ptr_null(fake_slot(a, 1)->plan->rtcp_peer);
	ck_assert_int_eq(change(a, "recvonly"), CAUSE_OK);
	ck_assert(!fake_in_room(zone_med(), fake_slot(a, 1)));
	ck_assert_int_eq(change(a, "inactive"), CAUSE_OK);
	ck_assert_ptr_null(fake_slot(a, 1)->plan->room);
	ck_assert_int_eq(del(c), CAUSE_OK);
	ck_assert_uint_eq(zone_med()->plan[0]->chunk[0]->n, 2); /* the group and b */
}
END_TEST

/* What comes in on a group goes to callers and to other groups, never back to it. */
START_TEST(groups_that_are_joined)
{
	struct room *r = zone("lobby", "239.1.1.1:5004");
	struct room_spec *s = zone_spec(r);
	struct term *t = conn(ep("page/lobby"), "sendonly 10.0.0.1:4000 0", NULL);

	s->ngroup = 2;
	s->group[1] = s->group[0];
	s->group[1].spec.group.ip[3] = 2;
	s->group[1].join = true;
	ck_assert_int_eq(room_set(r, s), CAUSE_OK);
	ck_assert_uint_eq(w.fake.joins, 1);
	ck_assert(fake_relays(zone_slot(r, 1), zone_slot(r, 0)));
	ck_assert(fake_relays(zone_slot(r, 1), fake_slot(t, 1)));
	ck_assert(!fake_relays(zone_slot(r, 1), zone_slot(r, 1)));
	ck_assert(!fake_relays(zone_slot(r, 0), zone_slot(r, 1)));
	s->ngroup = 1;
	ck_assert_int_eq(room_set(r, s), CAUSE_OK);
	ck_assert_uint_eq(w.fake.leaves, 1);
	w.fake.refuse_join = CAUSE_NO_RESOURCES;
	s->ngroup = 2;
	ck_assert_int_eq(room_set(r, s), CAUSE_NO_RESOURCES);
	ck_assert_ptr_null(room_output(r, 1, NULL, NULL));
	ck_assert_uint_eq(w.fake.joins, w.fake.leaves);
}
END_TEST

/* DESIGN: joining a room of 5000 copies one chunk. */
START_TEST(five_thousand_listeners)
{
	enum { N = 5000 };
	struct room_spec *s = arena_zalloc(w.arena, sizeof(*s));
	struct addr *v = arena_array(w.arena, N, sizeof(*v));
	const struct plan_room *before, *after;
	unsigned same = 0;
	struct room *r = NULL;
	struct term *t;

	test_no_oom();
	for (unsigned i = 0; i < N; i++)
		v[i] = (struct addr){ .family = 4,
				      .ip = { 10, 1, (uint8_t)(i >> 8), (uint8_t)i },
				      .port = 4000 };
	strcpy(s->name, "big");
	s->listener = v;
	s->nlistener = N;
	ck_assert_int_eq(room_add(w.m, s, &r), CAUSE_OK);
	ck_assert_uint_eq(fake_live(&w.fake), N);
	w.fake.hold = true; /* keep the plans to compare */
	t = conn(ep("page/big"), "sendonly 10.0.0.1:4000 0", NULL);
	after = zone_med()->plan[0];
	before = w.fake.held->op[w.fake.held->nop - 1].rplan;
	ck_assert_ptr_nonnull(before);
	ck_assert_uint_eq(after->nchunk, N / PLAN_CHUNK + 1);
	for (uint32_t i = 0; i < after->nchunk; i++)
		same += before->chunk[i] == after->chunk[i];
	ck_assert_uint_eq(same, after->nchunk - 1);
	ck_assert(fake_in_room(zone_med(), fake_slot(t, 1)));
	ck_assert_uint_eq(w.fake.last_sets, 1);
	/* one listener less: the last takes its place, so at most two chunks change */
	fake_retire(&w.fake);
	v[100] = v[N - 1];
	s->nlistener = N - 1;
	before = zone_med()->plan[0];
	ck_assert_int_eq(room_set(r, s), CAUSE_OK);
	after = zone_med()->plan[0];
	same = 0;
	for (uint32_t i = 0; i < after->nchunk; i++)
		same += before->chunk[i] == after->chunk[i];
	ck_assert_uint_ge(same, after->nchunk - 2);
	ck_assert_uint_eq(w.fake.last_dels, 1);
	fake_retire(&w.fake);
}
END_TEST

/* Outputs are spread when a room is big, and the home worker knows where they are. */
START_TEST(outputs_on_several_workers)
{
	struct room *r;
	struct term *t[4];
	char text[64];
	struct addr v[600];
	struct room_spec *s;
	uint64_t others = 0;

	w.fake.workers = 4;
	r = zone("lobby", "239.1.1.1:5004");
	s = zone_spec(r);
	for (unsigned i = 0; i < 600; i++)
		v[i] = (struct addr){ .family = 4,
				      .ip = { 10, 1, (uint8_t)(i >> 8), (uint8_t)i },
				      .port = 4000 };
	s->listener = v;
	s->nlistener = 600;
	ck_assert_int_eq(room_set(r, s), CAUSE_OK);
	for (int i = 0; i < 4; i++) {
		snprintf(text, sizeof(text), "sendonly 10.0.0.%d:4000 0", i + 1);
		t[i] = conn(ep("page/lobby"), text, NULL);
		others |= 1u << t[i]->ctx->worker;
	}
	ck_assert_uint_eq(others, 15);
	ck_assert_uint_eq(zone_med()->plan[zone_med()->worker]->others,
			  others & ~(1u << zone_med()->worker));
	for (int i = 0; i < 4; i++)
		ck_assert(fake_in_room(zone_med(), fake_slot(t[i], 1)));
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(del(t[i]), CAUSE_OK);
	ck_assert_uint_eq(zone_med()->plan[zone_med()->worker]->others, 0);
}
END_TEST

START_TEST(the_floor)
{
	struct room *r = zone("lobby", "239.1.1.1:5004");
	struct term *a = conn(ep("page/lobby"), "sendrecv 10.0.0.1:4000 0", NULL);
	struct term *b = conn(ep("page/lobby"), "sendrecv 10.0.0.2:4000 0", NULL);
	struct room_state st;

	fake_event(&w.fake, MED_FLOOR_TAKEN, a, zone_med(), 77);
	fake_event(&w.fake, MED_FLOOR_WAIT, b, zone_med(), 78);
	fake_event(&w.fake, MED_FLOOR_WAIT, b, zone_med(), 79);
	room_get_state(r, &st);
	ck_assert_uint_eq(st.talker, a->id);
	ck_assert_uint_eq(st.since, 77);
	ck_assert_uint_eq(st.waiting, 1);
	ck_assert_uint_eq(st.pages, 1);
	ck_assert_uint_eq(st.ports, 2);
	ck_assert(b->waiting && !a->waiting);
	fake_event(&w.fake, MED_FLOOR_FREE, a, zone_med(), 80);
	ck_assert_uint_eq(talker(r), 0);
	fake_event(&w.fake, MED_FLOOR_TAKEN, b, zone_med(), 81);
	ck_assert_uint_eq(talker(r), b->id);
	ck_assert_uint_eq(waiting(r), 0);
	fake_event(&w.fake, MED_FLOOR_WAIT, a, zone_med(), 82);
	ck_assert_int_eq(del(a), CAUSE_OK); /* waiting is forgotten with it */
	ck_assert_uint_eq(waiting(r), 0);
	ck_assert_int_eq(del(b), CAUSE_OK); /* and the floor */
	ck_assert_uint_eq(talker(r), 0);
}
END_TEST

/* Who spoke in vain and stopped does not wait any more. */
START_TEST(a_caller_gives_up)
{
	struct room *r = zone("lobby", "239.1.1.1:5004");
	struct term *a = conn(ep("page/lobby"), "sendrecv 10.0.0.1:4000 0", NULL);
	struct term *b = conn(ep("page/lobby"), "sendrecv 10.0.0.2:4000 0", NULL);
	struct term *c = conn(ep("page/lobby"), "sendrecv 10.0.0.3:4000 0", NULL);
	const uint64_t s = 1000000000;

	fake_event(&w.fake, MED_FLOOR_TAKEN, a, zone_med(), s);
	atomic_store(&fake_slot(b, 1)->stats.rx_last, s);
	atomic_store(&fake_slot(c, 1)->stats.rx_last, 5 * s);
	fake_event(&w.fake, MED_FLOOR_WAIT, b, zone_med(), s);
	fake_event(&w.fake, MED_FLOOR_WAIT, c, zone_med(), s);
	ck_assert_uint_eq(waiting(r), 2);
	fake_event(&w.fake, MED_FLOOR_FREE, a, zone_med(), 5 * s);
	ck_assert_uint_eq(waiting(r), 1);
	ck_assert(!b->waiting && c->waiting);
}
END_TEST

START_TEST(a_room_is_full)
{
	struct endp *e;
	struct term_ask ask;
	struct term *t = NULL;
	enum cause c = CAUSE_OK;
	unsigned n = 0;

	test_no_oom();
	zone("lobby", "");
	e = ep("page/lobby");
	ask_text(&ask, "inactive");
	while (c == CAUSE_OK && n++ <= ROOM_PORTS_MAX)
		c = term_add(e, &ask, &t);
	ck_assert_int_eq(c, CAUSE_ROOM_FULL);
	ck_assert_uint_eq(n, ROOM_PORTS_MAX + 1);
	model_rollback(w.m);
	ck_assert_uint_eq(e->nconn, 0);
}
END_TEST

/* Owners meet here and nowhere else; who is not admitted finds no endpoint. */
START_TEST(two_owners_one_room)
{
	struct room *r = zone("lobby", "239.1.1.1:5004");
	struct endp *theirs = endp_find(w.other, STR_LIT("page/lobby"));
	struct term *a, *b;
	struct room_spec *s;

	ck_assert_ptr_nonnull(theirs);
	a = conn(ep("page/lobby"), "sendrecv 10.0.0.1:4000 0", NULL);
	b = conn(theirs, "sendrecv 10.0.0.2:4000 0", NULL);
	ck_assert(fake_relays(fake_slot(a, 1), fake_slot(b, 1)));
	ck_assert_uint_eq(ep("page/lobby")->nconn, 1);
	ck_assert_uint_eq(theirs->nconn, 1);
	ck_assert_ptr_null(term_find(w.o, str_of(b->name)));
	ck_assert_int_eq(del(b), CAUSE_OK);
	s = zone_spec(r);
	strcpy(s->admit, " x, A ");
	ck_assert_int_eq(room_set(r, s), CAUSE_OK);
	ck_assert_ptr_null(endp_find(w.other, STR_LIT("page/lobby")));
	ck_assert(room_admits(r, w.o) && !room_admits(r, w.other));
	s->admit[0] = '\0';
	ck_assert_int_eq(room_set(r, s), CAUSE_OK);
	ck_assert_ptr_nonnull(endp_find(w.other, STR_LIT("page/lobby")));
}
END_TEST

/* Plans that wait for a slow worker keep their chunks; each is freed once. */
START_TEST(plans_given_back_late)
{
	struct term *t[70];

	w.fake.hold = true;
	zone("lobby", "239.1.1.1:5004");
	for (int i = 0; i < 70; i++)
		t[i] = conn(ep("page/lobby"), "sendonly 10.0.0.1:4000 0", NULL);
	fake_retire(&w.fake);
	for (int i = 0; i < 70; i += 2)
		ck_assert_int_eq(del(t[i]), CAUSE_OK);
	ck_assert_uint_eq(zone_med()->plan[0]->nchunk, 2);
	for (int i = 1; i < 70; i += 2)
		ck_assert_int_eq(del(t[i]), CAUSE_OK);
	ck_assert_uint_eq(zone_med()->plan[0]->nchunk, 1);
	ck_assert_uint_eq(zone_med()->plan[0]->chunk[0]->n, 1);
}
END_TEST

static Suite *zone_suite(void)
{
	Suite *s = suite_create("zone");
	TCase *tc = tcase_create("zone");

	tcase_add_checked_fixture(tc, world_open, world_close);
	tcase_add_test(tc, a_caller_is_heard_on_the_groups);
	tcase_add_test(tc, callers_hear_each_other_but_not_themselves);
	tcase_add_test(tc, groups_that_are_joined);
	tcase_add_test(tc, five_thousand_listeners);
	tcase_add_test(tc, outputs_on_several_workers);
	tcase_add_test(tc, the_floor);
	tcase_add_test(tc, a_caller_gives_up);
	tcase_add_test(tc, a_room_is_full);
	tcase_add_test(tc, two_owners_one_room);
	tcase_add_test(tc, plans_given_back_late);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(zone_suite)
