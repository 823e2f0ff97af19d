/* tests/unit/check_zone_change.c - zones changed, refused and deleted, also under the
 * calls.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "model_test.h"

#include <string.h>

/* TTL and DSCP by a new plan for the same slot; another group by another slot. */
START_TEST(a_zone_changed_under_the_calls)
{
	struct room *r = zone("lobby", "239.1.1.1:5004 239.1.1.2:5004");
	struct room_spec *s = zone_spec(r);
	struct term *t = conn(ep("page/lobby"), "sendrecv 10.0.0.1:4000 0", NULL);
	struct slot *g0 = zone_slot(r, 0), *g1 = zone_slot(r, 1);

	s->group[0].spec.hops = 32;
	s->dscp = 46;
	ck_assert_int_eq(room_set(r, s), CAUSE_OK);
	ck_assert_ptr_eq(zone_slot(r, 0), g0);
	ck_assert_uint_eq(g0->plan->hops, 32);
	ck_assert_uint_eq(g0->plan->tos, 46 << 2);
	ck_assert_uint_eq(fake_slot(t, 1)->plan->tos, 46 << 2);
	ck_assert_uint_eq(w.fake.last_sets, 3);
	s->group[1].spec.loop = true; /* the socket's */
	ck_assert_int_eq(room_set(r, s), CAUSE_OK);
	ck_assert_ptr_eq(zone_slot(r, 0), g0);
	ck_assert_ptr_ne(zone_slot(r, 1), g1);
	s->group[0] = s->group[1];
	s->ngroup = 1;
	g1 = zone_slot(r, 1);
	ck_assert_int_eq(room_set(r, s), CAUSE_OK);
	ck_assert_ptr_eq(zone_slot(r, 0), g1);
	ck_assert_uint_eq(fake_live(&w.fake), 2);
	ck_assert(fake_relays(fake_slot(t, 1), g1));
	s->floor_idle_ms = 900;
	ck_assert_int_eq(room_set(r, s), CAUSE_OK);
	ck_assert_uint_eq(zone_med()->plan[0]->floor_idle, 900000000);
}
END_TEST

START_TEST(changes_that_are_refused)
{
	struct room *r = zone("lobby", "239.1.1.1:5004");
	struct room_spec *s;
	const char *before;

	zone("hall", "239.1.1.2:5004");
	conn(ep("page/lobby"), "sendrecv 10.0.0.1:4000 0", NULL);
	before = dump();
	s = zone_spec(r);
	s->policy = ROOM_MIX;
	ck_assert_int_eq(room_set(r, s), CAUSE_POLICY_UNSUPPORTED);
	s = zone_spec(r);
	ck_assert(format_parse(&s->format, STR_LIT("G722")));
	ck_assert_int_eq(room_set(r, s), CAUSE_ROOM_FORMAT);
	s = zone_spec(r);
	s->group[0].spec.group.ip[3] = 2;
	ck_assert_int_eq(room_set(r, s), CAUSE_GROUP_REFUSED);
	s = zone_spec(r);
	strcpy(s->name, "cellar");
	ck_assert_int_eq(room_set(r, s), CAUSE_NAME_INVALID);
	s = zone_spec(r);
	strcpy(s->admit, "b");
	ck_assert_int_eq(room_set(r, s), CAUSE_ROOM_BUSY);
	s = zone_spec(r);
	s->ngroup = 2;
	s->group[1] = s->group[0];
	ck_assert_int_eq(room_set(r, s), CAUSE_VALUE_INVALID);
	s->group[1].spec.group.ip[3] = 9;
	w.fake.take_limit = 3;
	ck_assert_int_eq(room_set(r, s), CAUSE_NO_RESOURCES);
	ck_assert_int_eq(room_del(r, false), CAUSE_ROOM_BUSY);
	same_as(before);
	w.fake.take_limit = -1;
	ck_assert_int_eq(room_set(r, s), CAUSE_OK);
}
END_TEST

START_TEST(a_format_may_change_while_nobody_speaks)
{
	struct room *r = zone("lobby", "239.1.1.1:5004");
	struct room_spec *s = zone_spec(r);
	struct term *t;
	enum cause c;

	ck_assert(format_parse(&s->format, STR_LIT("G722")));
	ck_assert_int_eq(room_set(r, s), CAUSE_OK);
	conn(ep("page/lobby"), "recvonly 10.0.0.1:4000 0", &c);
	ck_assert_int_eq(c, CAUSE_CODEC_NONE);
	conn(ep("page/lobby"), "recvonly - PCMU", &c);
	ck_assert_int_eq(c, CAUSE_CODEC_NONE);
	t = conn(ep("page/lobby"),
		 "recvonly 10.0.0.1:4000 0;G722/8000;telephone-event/8000", NULL);
	ck_assert_uint_eq(t->strm->local->n, 1);
	ck_assert_uint_eq(t->strm->local->v[0].pt, 96);
	ck_assert_uint_eq(
		zone_slot(r, 0)->plan->tx_pt[fake_slot(t, 1)->plan->rx_key[96]], 9);
	ck_assert_uint_eq(fake_slot(t, 1)->plan->rx_key[0], 0);
}
END_TEST

START_TEST(specs_that_are_no_zones)
{
	static const char *const names[] = { "",           "1st",    "a-b",
					     "with space", "page/x", "_x" };
	struct room_spec *s = arena_zalloc(w.arena, sizeof(*s));
	struct addr listener = { .family = 4, .ip = { 239, 1, 1, 1 }, .port = 4000 };
	struct room *r;

	ck_assert_ptr_nonnull(s);
	for (int i = 0; i < 6; i++) {
		strcpy(s->name, names[i]);
		ck_assert_int_eq(room_add(w.m, s, &r), CAUSE_NAME_INVALID);
	}
	memset(s->name, 'x', sizeof(s->name));
	ck_assert_int_eq(room_add(w.m, s, &r), CAUSE_NAME_INVALID);
	strcpy(s->name, "Lobby_2");
	s->nlistener = 1;
	s->listener = &listener;
	ck_assert_int_eq(room_add(w.m, s, &r), CAUSE_VALUE_INVALID);
	s->nlistener = 0;
	s->ngroup = 1;
	s->group[0] = (struct room_group){ .spec.group = listener };
	ck_assert_int_eq(room_add(w.m, s, &r), CAUSE_VALUE_INVALID); /* neither way */
	s->group[0].emit = true;
	s->group[0].spec.group.ip[0] = 10;
	ck_assert_int_eq(room_add(w.m, s, &r), CAUSE_VALUE_INVALID);
	s->group[0].spec.group.ip[0] = 239;
	w.fake.refuse_room = CAUSE_NO_RESOURCES;
	ck_assert_int_eq(room_add(w.m, s, &r), CAUSE_NO_RESOURCES);
	w.fake.refuse_room = CAUSE_OK;
	ck_assert_int_eq(room_add(w.m, s, &r), CAUSE_OK);
	strcpy(s->name, "lobby_2");
	s->ngroup = 0;
	ck_assert_int_eq(room_add(w.m, s, &r), CAUSE_NAME_TAKEN);
	ck_assert_ptr_eq(room_find(w.m, STR_LIT("LOBBY_2")), r);
	ck_assert_ptr_eq(endp_find(w.o, STR_LIT("page/LOBBY_2")), ep("page/lobby_2"));
}
END_TEST

static struct seen {
	unsigned came, went, ended, released, freed;
	struct term *last;
	bool subtract;
} seen;

static void on_endp(void *arg, struct endp *e, bool in)
{
	(void)arg, (void)e;
	*(in ? &seen.came : &seen.went) += 1;
}

static void on_end(void *arg, struct endp *e)
{
	(void)arg, (void)e;
	seen.freed++;
}

static void on_release(void *arg, struct term *t, const char *reason)
{
	(void)arg;
	ck_assert_str_eq(reason, "forced");
	ck_assert(t->halted);
	seen.released++;
	seen.last = t;
	if (seen.subtract)
		ck_assert_int_eq(del(t), CAUSE_OK);
}

static void on_ended(void *arg, const struct term_end *end)
{
	(void)arg;
	ck_assert_str_eq(end->reason, "forced");
	seen.ended++;
}

static const struct model_ops watch = {
	.endpoint = on_endp, .endp_end = on_end, .release = on_release, .ended = on_ended,
};

/* Rule 7: media stops, ports stay until they are subtracted. */
START_TEST(a_zone_deleted_in_use)
{
	struct room *r;
	struct term *a, *b;

	memset(&seen, 0, sizeof(seen));
	model_set_ops(w.m, &watch, NULL, PROTO_MGCP);
	r = zone("lobby", "239.1.1.1:5004");
	ck_assert_uint_eq(seen.came, 2);
	a = conn(ep("page/lobby"), "sendrecv 10.0.0.1:4000 0", NULL);
	b = conn(endp_find(w.other, STR_LIT("page/lobby")), "sendrecv 10.0.0.2:4000 0",
		 NULL);
	ck_assert_int_eq(room_del(r, true), CAUSE_OK);
	ck_assert_uint_eq(seen.released, 2);
	ck_assert_uint_eq(seen.went, 2);
	ck_assert_uint_eq(seen.freed, 0);
	ck_assert_ptr_null(room_find(w.m, STR_LIT("lobby")));
	ck_assert_ptr_null(zone_med());
	ck_assert_uint_eq(fake_slot(a, 1)->plan->flags & (PLAN_RECV | PLAN_SEND), 0);
	ck_assert_ptr_nonnull(endp_find(w.o, STR_LIT("page/lobby")));
	conn(ep("page/lobby"), "inactive", &(enum cause){ 0 });
	ck_assert_uint_eq(ep("page/lobby")->nconn, 1);
	ck_assert_uint_eq(fake_live(&w.fake), 2);
	ck_assert_int_eq(del(a), CAUSE_OK);
	ck_assert_ptr_null(endp_find(w.o, STR_LIT("page/lobby")));
	ck_assert_int_eq(del(b), CAUSE_OK);
	ck_assert_uint_eq(seen.freed, 2);
	ck_assert_uint_eq(seen.ended, 2);
	ck_assert_uint_eq(fake_live(&w.fake), 0);
	zone("lobby", "239.1.1.1:5004"); /* all of it is free again */
}
END_TEST

START_TEST(an_engine_may_subtract_at_once)
{
	struct room *r;

	memset(&seen, 0, sizeof(seen));
	seen.subtract = true;
	model_set_ops(w.m, &watch, NULL, PROTO_MGCP);
	r = zone("lobby", "239.1.1.1:5004");
	for (int i = 0; i < 3; i++)
		conn(ep("page/lobby"), "sendonly 10.0.0.1:4000 0", NULL);
	ck_assert_int_eq(room_del(r, true), CAUSE_OK);
	ck_assert_uint_eq(seen.released, 3);
	ck_assert_uint_eq(seen.ended, 3);
	ck_assert_uint_eq(fake_live(&w.fake), 0);
	ck_assert_ptr_null(ctx_next(w.m, NULL));
}
END_TEST

START_TEST(an_owner_that_comes_later_finds_the_zones)
{
	struct owner_spec spec = { .name = "late", .proto = PROTO_H248 };
	struct owner *o;

	zone("lobby", "239.1.1.1:5004");
	o = owner_add(w.m, &spec);
	ck_assert_ptr_nonnull(o);
	ck_assert_ptr_nonnull(endp_find(o, STR_LIT("page/lobby")));
}
END_TEST

static Suite *zone_change_suite(void)
{
	Suite *s = suite_create("zone changes");
	TCase *tc = tcase_create("changes");

	tcase_add_checked_fixture(tc, world_open, world_close);
	tcase_add_test(tc, a_zone_changed_under_the_calls);
	tcase_add_test(tc, changes_that_are_refused);
	tcase_add_test(tc, a_format_may_change_while_nobody_speaks);
	tcase_add_test(tc, specs_that_are_no_zones);
	tcase_add_test(tc, a_zone_deleted_in_use);
	tcase_add_test(tc, an_engine_may_subtract_at_once);
	tcase_add_test(tc, an_owner_that_comes_later_finds_the_zones);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(zone_change_suite)
