/* tests/unit/check_zone.c - zones: who speaks, who hears, and changes under the calls.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "model_test.h"

#include <stdio.h>
#include <string.h>

#include "util/mem.h"

static struct med_room *med(void)
{
	return fake_room(&w.fake, 0);
}

static struct slot *group_slot(const struct room *r, uint32_t i)
{
	struct slot_info info;

	ck_assert_ptr_nonnull(room_output(r, i, NULL, &info));
	return info.slot;
}

static struct room_spec *spec_of(const struct room *r)
{
	struct room_spec *s = arena_zalloc(w.arena, sizeof(*s));

	ck_assert_ptr_nonnull(s);
	room_get_spec(r, s);
	return s;
}

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
	const struct plan_leg *g = group_slot(r, 0)->plan;

	ck_assert(fake_relays(fake_slot(t, 1), group_slot(r, 0)));
	ck_assert(fake_relays(fake_slot(t, 1), group_slot(r, 1)));
	ck_assert_ptr_eq(p->room, med());
	ck_assert_uint_eq(p->nrelay, 0);
	ck_assert_uint_eq(p->nsrc, 0);
	ck_assert(!fake_in_room(med(), fake_slot(t, 1))); /* it only speaks */
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
	ck_assert(fake_in_room(med(), fake_slot(a, 1)));
	ck_assert_uint_ne(fake_slot(a, 1)->plan->room_port, 0);
	ck_assert(fake_slot(a, 1)->plan->room_port != fake_slot(b, 1)->plan->room_port);
	ck_assert_ptr_null(fake_slot(a, 1)->plan->rtcp_peer);
	ck_assert_int_eq(change(a, "recvonly"), CAUSE_OK);
	ck_assert(!fake_in_room(med(), fake_slot(a, 1)));
	ck_assert_int_eq(change(a, "inactive"), CAUSE_OK);
	ck_assert_ptr_null(fake_slot(a, 1)->plan->room);
	ck_assert_int_eq(del(c), CAUSE_OK);
	ck_assert_uint_eq(med()->plan[0]->chunk[0]->n, 2); /* the group and b */
}
END_TEST

/* What comes in on a group goes to callers and to other groups, never back to it. */
START_TEST(groups_that_are_joined)
{
	struct room *r = zone("lobby", "239.1.1.1:5004");
	struct room_spec *s = spec_of(r);
	struct term *t = conn(ep("page/lobby"), "sendonly 10.0.0.1:4000 0", NULL);

	s->ngroup = 2;
	s->group[1] = s->group[0];
	s->group[1].spec.group.ip[3] = 2;
	s->group[1].join = true;
	ck_assert_int_eq(room_set(r, s), CAUSE_OK);
	ck_assert_uint_eq(w.fake.joins, 1);
	ck_assert(fake_relays(group_slot(r, 1), group_slot(r, 0)));
	ck_assert(fake_relays(group_slot(r, 1), fake_slot(t, 1)));
	ck_assert(!fake_relays(group_slot(r, 1), group_slot(r, 1)));
	ck_assert(!fake_relays(group_slot(r, 0), group_slot(r, 1)));
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

/* TTL and DSCP by a new plan for the same slot; another group by another slot. */
START_TEST(a_zone_changed_under_the_calls)
{
	struct room *r = zone("lobby", "239.1.1.1:5004 239.1.1.2:5004");
	struct room_spec *s = spec_of(r);
	struct term *t = conn(ep("page/lobby"), "sendrecv 10.0.0.1:4000 0", NULL);
	struct slot *g0 = group_slot(r, 0), *g1 = group_slot(r, 1);

	s->group[0].spec.hops = 32;
	s->dscp = 46;
	ck_assert_int_eq(room_set(r, s), CAUSE_OK);
	ck_assert_ptr_eq(group_slot(r, 0), g0);
	ck_assert_uint_eq(g0->plan->hops, 32);
	ck_assert_uint_eq(g0->plan->tos, 46 << 2);
	ck_assert_uint_eq(fake_slot(t, 1)->plan->tos, 46 << 2);
	ck_assert_uint_eq(w.fake.last_sets, 3);
	s->group[1].spec.loop = true; /* the socket's */
	ck_assert_int_eq(room_set(r, s), CAUSE_OK);
	ck_assert_ptr_eq(group_slot(r, 0), g0);
	ck_assert_ptr_ne(group_slot(r, 1), g1);
	s->group[0] = s->group[1];
	s->ngroup = 1;
	g1 = group_slot(r, 1);
	ck_assert_int_eq(room_set(r, s), CAUSE_OK);
	ck_assert_ptr_eq(group_slot(r, 0), g1);
	ck_assert_uint_eq(fake_live(&w.fake), 2);
	ck_assert(fake_relays(fake_slot(t, 1), g1));
	s->floor_idle_ms = 900;
	ck_assert_int_eq(room_set(r, s), CAUSE_OK);
	ck_assert_uint_eq(med()->plan[0]->floor_idle, 900000000);
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
	s = spec_of(r);
	s->policy = ROOM_MIX;
	ck_assert_int_eq(room_set(r, s), CAUSE_POLICY_UNSUPPORTED);
	s = spec_of(r);
	ck_assert(format_parse(&s->format, STR_LIT("G722")));
	ck_assert_int_eq(room_set(r, s), CAUSE_ROOM_FORMAT);
	s = spec_of(r);
	s->group[0].spec.group.ip[3] = 2;
	ck_assert_int_eq(room_set(r, s), CAUSE_GROUP_REFUSED);
	s = spec_of(r);
	strcpy(s->name, "cellar");
	ck_assert_int_eq(room_set(r, s), CAUSE_NAME_INVALID);
	s = spec_of(r);
	strcpy(s->admit, "b");
	ck_assert_int_eq(room_set(r, s), CAUSE_ROOM_BUSY);
	s = spec_of(r);
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
	struct room_spec *s = spec_of(r);
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
		group_slot(r, 0)->plan->tx_pt[fake_slot(t, 1)->plan->rx_key[96]], 9);
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
	after = med()->plan[0];
	before = w.fake.held->op[w.fake.held->nop - 1].rplan;
	ck_assert_ptr_nonnull(before);
	ck_assert_uint_eq(after->nchunk, N / PLAN_CHUNK + 1);
	for (uint32_t i = 0; i < after->nchunk; i++)
		same += before->chunk[i] == after->chunk[i];
	ck_assert_uint_eq(same, after->nchunk - 1);
	ck_assert(fake_in_room(med(), fake_slot(t, 1)));
	ck_assert_uint_eq(w.fake.last_sets, 1);
	/* one listener less: the last takes its place, so at most two chunks change */
	fake_retire(&w.fake);
	v[100] = v[N - 1];
	s->nlistener = N - 1;
	before = med()->plan[0];
	ck_assert_int_eq(room_set(r, s), CAUSE_OK);
	after = med()->plan[0];
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
	s = spec_of(r);
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
	ck_assert_uint_eq(med()->plan[med()->worker]->others,
			  others & ~(1u << med()->worker));
	for (int i = 0; i < 4; i++)
		ck_assert(fake_in_room(med(), fake_slot(t[i], 1)));
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(del(t[i]), CAUSE_OK);
	ck_assert_uint_eq(med()->plan[med()->worker]->others, 0);
}
END_TEST

START_TEST(the_floor)
{
	struct room *r = zone("lobby", "239.1.1.1:5004");
	struct term *a = conn(ep("page/lobby"), "sendrecv 10.0.0.1:4000 0", NULL);
	struct term *b = conn(ep("page/lobby"), "sendrecv 10.0.0.2:4000 0", NULL);
	struct room_state st;

	fake_event(&w.fake, MED_FLOOR_TAKEN, a, med(), 77);
	fake_event(&w.fake, MED_FLOOR_WAIT, b, med(), 78);
	fake_event(&w.fake, MED_FLOOR_WAIT, b, med(), 79);
	room_get_state(r, &st);
	ck_assert_uint_eq(st.talker, a->id);
	ck_assert_uint_eq(st.since, 77);
	ck_assert_uint_eq(st.waiting, 1);
	ck_assert_uint_eq(st.pages, 1);
	ck_assert_uint_eq(st.ports, 2);
	ck_assert(b->waiting && !a->waiting);
	fake_event(&w.fake, MED_FLOOR_FREE, a, med(), 80);
	ck_assert_uint_eq(talker(r), 0);
	fake_event(&w.fake, MED_FLOOR_TAKEN, b, med(), 81);
	ck_assert_uint_eq(talker(r), b->id);
	ck_assert_uint_eq(waiting(r), 0);
	fake_event(&w.fake, MED_FLOOR_WAIT, a, med(), 82);
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

	fake_event(&w.fake, MED_FLOOR_TAKEN, a, med(), s);
	atomic_store(&fake_slot(b, 1)->stats.rx_last, s);
	atomic_store(&fake_slot(c, 1)->stats.rx_last, 5 * s);
	fake_event(&w.fake, MED_FLOOR_WAIT, b, med(), s);
	fake_event(&w.fake, MED_FLOOR_WAIT, c, med(), s);
	ck_assert_uint_eq(waiting(r), 2);
	fake_event(&w.fake, MED_FLOOR_FREE, a, med(), 5 * s);
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
	s = spec_of(r);
	strcpy(s->admit, " x, A ");
	ck_assert_int_eq(room_set(r, s), CAUSE_OK);
	ck_assert_ptr_null(endp_find(w.other, STR_LIT("page/lobby")));
	ck_assert(room_admits(r, w.o) && !room_admits(r, w.other));
	s->admit[0] = '\0';
	ck_assert_int_eq(room_set(r, s), CAUSE_OK);
	ck_assert_ptr_nonnull(endp_find(w.other, STR_LIT("page/lobby")));
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
	ck_assert_ptr_null(med());
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
	ck_assert_uint_eq(med()->plan[0]->nchunk, 2);
	for (int i = 1; i < 70; i += 2)
		ck_assert_int_eq(del(t[i]), CAUSE_OK);
	ck_assert_uint_eq(med()->plan[0]->nchunk, 1);
	ck_assert_uint_eq(med()->plan[0]->chunk[0]->n, 1);
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
	tcase_add_test(tc, a_zone_changed_under_the_calls);
	tcase_add_test(tc, changes_that_are_refused);
	tcase_add_test(tc, a_format_may_change_while_nobody_speaks);
	tcase_add_test(tc, specs_that_are_no_zones);
	tcase_add_test(tc, five_thousand_listeners);
	tcase_add_test(tc, outputs_on_several_workers);
	tcase_add_test(tc, the_floor);
	tcase_add_test(tc, a_caller_gives_up);
	tcase_add_test(tc, a_room_is_full);
	tcase_add_test(tc, two_owners_one_room);
	tcase_add_test(tc, a_zone_deleted_in_use);
	tcase_add_test(tc, an_engine_may_subtract_at_once);
	tcase_add_test(tc, an_owner_that_comes_later_finds_the_zones);
	tcase_add_test(tc, plans_given_back_late);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(zone_suite)
