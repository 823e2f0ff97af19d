/* tests/unit/check_stage.c - all or nothing: staging, rollback, commit, out of memory.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "model_test.h"

#include <string.h>

#include "util/mem.h"

static void stage_much(struct term *a, struct term *b)
{
	struct term_ask ask;
	struct term *t = NULL, *u = NULL;

	ask_text(&ask, "sendrecv 10.0.0.9:4000 0");
	ck_assert_int_eq(term_modify(a, &ask), CAUSE_OK);
	ask_text(&ask, "sendonly 10.0.0.8:4000 0;8");
	ck_assert_int_eq(term_modify(a, &ask), CAUSE_OK);
	ck_assert_int_eq(term_add(ep("rtpbridge/7"), &ask, &t), CAUSE_OK);
	ck_assert_int_eq(term_add(ep("conf/2"), &ask, &u), CAUSE_OK);
	ck_assert_int_eq(term_modify(u, &ask), CAUSE_OK);
	ck_assert_int_eq(term_subtract(u), CAUSE_OK);
	ck_assert_int_eq(term_subtract(b), CAUSE_OK);
	ck_assert_int_eq(term_subtract(b), CAUSE_TERM_UNKNOWN);
	ck_assert_ptr_null(term_find(w.o, str_of(b->name)));
	ck_assert_int_eq(term_add(ep("page/lobby"), &ask, &u), CAUSE_OK);
	ask_text(&ask, "sendrecv");
	ck_assert_int_eq(term_add_pair(ep("rtpbridge/8"), ep("line/2"), &ask, &t, &u),
			 CAUSE_OK);
	ck_assert_int_eq(term_subtract(t), CAUSE_OK);
	ask_text(&ask, "sendrecv 239.7.7.7:4000 0");
	ck_assert_int_eq(term_modify(a, &ask), CAUSE_OK);
	ask_text(&ask, "recvonly 10.0.0.8:4000 8");
	ck_assert_int_eq(term_add(ep("line/1"), &ask, &t), CAUSE_OK);
}

START_TEST(rollback_leaves_no_trace)
{
	struct term *a, *b, *c;
	const char *before;
	unsigned commits;

	zone("lobby", "239.1.1.1:5004");
	a = conn(ep("rtpbridge/1"), "sendrecv 10.0.0.1:4000 0", NULL);
	b = conn(ep("rtpbridge/1"), "sendrecv 10.0.0.2:4000 0", NULL);
	c = conn(ep("page/lobby"), "sendrecv 10.0.0.3:4000 0", NULL);
	before = dump();
	commits = w.fake.commits;
	stage_much(a, b);
	ck_assert_int_eq(term_subtract(c), CAUSE_OK);
	model_rollback(w.m);
	same_as(before);
	ck_assert_uint_eq(w.fake.commits, commits);
	ck_assert_ptr_eq(term_find(w.o, str_of(b->name)), b);
	model_rollback(w.m); /* once is enough, twice does no harm */
	ck_assert_int_eq(model_commit(w.m, w.now), CAUSE_OK);
	same_as(before);
	ck_assert_uint_eq(w.fake.commits, commits);
}
END_TEST

/* The order of an endpoint's connections is kept, whichever are taken out and come back.
 */
START_TEST(rollback_keeps_the_order)
{
	struct term *t[6];
	const char *before;

	for (int i = 0; i < 6; i++)
		t[i] = conn(ep("rtpbridge/1"), "inactive", NULL);
	before = dump();
	ck_assert_int_eq(term_subtract(t[2]), CAUSE_OK);
	ck_assert_int_eq(term_subtract(t[3]), CAUSE_OK);
	ck_assert_int_eq(term_subtract(t[0]), CAUSE_OK);
	ck_assert_int_eq(term_subtract(t[5]), CAUSE_OK);
	ck_assert_int_eq(term_subtract(t[1]), CAUSE_OK);
	ck_assert_int_eq(term_subtract(t[4]), CAUSE_OK);
	ck_assert_uint_eq(ep("rtpbridge/1")->nconn, 0);
	model_rollback(w.m);
	same_as(before);
}
END_TEST

/* One refusal in a row of calls takes back itself only. */
START_TEST(a_refused_call_leaves_the_others)
{
	struct term_ask ask;
	struct term *t = NULL, *u = NULL;

	ask_text(&ask, "recvonly");
	ck_assert_int_eq(term_add(ep("rtpbridge/1"), &ask, &t), CAUSE_OK);
	ask_text(&ask, "sendrecv");
	ck_assert_int_eq(term_add(ep("rtpbridge/2"), &ask, &u), CAUSE_REMOTE_MISSING);
	ck_assert_int_eq(term_modify(t, &ask), CAUSE_REMOTE_MISSING);
	ck_assert_int_eq(t->strm->mode, MODE_RECVONLY);
	ck_assert_int_eq(model_commit(w.m, w.now), CAUSE_OK);
	ck_assert_uint_eq(ep("rtpbridge/1")->nconn, 1);
	ck_assert_uint_eq(ep("rtpbridge/2")->nconn, 0);
	ck_assert_uint_eq(fake_live(&w.fake), 1);
}
END_TEST

START_TEST(a_refused_commit_takes_all_back)
{
	struct term_ask ask;
	struct term *t = NULL;
	const char *before;
	enum cause c;

	conn(ep("rtpbridge/1"), "sendrecv 10.0.0.1:4000 0", NULL);
	conn(ep("rtpbridge/1"), "sendrecv 10.0.0.2:4000 0", NULL);
	before = dump();
	ask_text(&ask, "recvonly");
	ck_assert_int_eq(term_add(ep("rtpbridge/2"), &ask, &t), CAUSE_OK);
	ask_text(&ask, "sendrecv 10.0.0.3:4000 0");
	ck_assert_int_eq(term_add(ep("rtpbridge/1"), &ask, &t), CAUSE_OK);
	ck_assert_int_eq(model_commit(w.m, w.now), CAUSE_MIX_NEEDED);
	same_as(before);
	w.fake.refuse_join = CAUSE_NO_RESOURCES;
	conn(ep("rtpbridge/3"), "recvonly 239.3.3.3:4000 0", &c);
	ck_assert_int_eq(c, CAUSE_NO_RESOURCES);
	same_as(before);
}
END_TEST

/* Subtracted and added in one command: neither begun nor ended as far as anybody hears.
 */
static unsigned ended;

static void on_ended(void *arg, const struct term_end *end)
{
	(void)arg;
	ck_assert_ptr_nonnull(end->term->endp);
	ck_assert_str_eq(end->reason, "agent");
	ck_assert_ptr_nonnull(end->term->strm->slot.stats);
	ended++;
}

START_TEST(what_never_was_never_ends)
{
	static const struct model_ops ops = { .ended = on_ended };
	struct model_totals n;
	struct term_ask ask;
	struct term *t = NULL;

	ended = 0;
	model_set_ops(w.m, &ops, NULL, PROTO_NONE);
	model_set_ops(w.m, &ops, NULL, PROTO_MGCP);
	ask_text(&ask, "recvonly");
	ck_assert_int_eq(term_add(ep("rtpbridge/1"), &ask, &t), CAUSE_OK);
	ck_assert_int_eq(term_subtract(t), CAUSE_OK);
	ck_assert_int_eq(model_commit(w.m, w.now), CAUSE_OK);
	ck_assert_uint_eq(ended, 0);
	t = conn(ep("rtpbridge/1"), "recvonly", NULL);
	ck_assert_uint_eq(t->since, w.now - 1);
	ck_assert_int_eq(del(t), CAUSE_OK);
	ck_assert_uint_eq(ended, 2); /* the engine and the records */
	model_get_totals(w.m, &n);
	ck_assert_uint_eq(n.calls_made, 1);
	ck_assert_uint_eq(n.calls_ended, 1);
	ck_assert_uint_eq(n.terminations, 0);
	ck_assert_uint_eq(n.streams, 0);
}
END_TEST

/* Every allocation of the command fails in turn: refused whole, nothing lost. */
START_TEST(no_memory_anywhere)
{
	const char *before;
	struct term *a, *b;
	struct term_ask ask;
	enum cause c;
	long n = 0;

	test_no_oom();
	zone("lobby", "239.1.1.1:5004");
	a = conn(ep("page/lobby"), "sendrecv 10.0.0.1:4000 0", NULL);
	b = conn(ep("rtpbridge/1"), "sendrecv 10.0.0.2:4000 0", NULL);
	for (;; n++) {
		struct term *t = NULL;

		before = dump();
		ask_text(&ask, "sendrecv 10.0.0.3:4000 0;telephone-event/8000");
		mem_fail_at(n);
		c = term_add(ep("page/lobby"), &ask, &t);
		if (c == CAUSE_OK)
			c = term_add(ep("rtpbridge/1"), &ask, &t);
		if (c == CAUSE_OK)
			c = term_subtract(a);
		if (c == CAUSE_OK)
			c = term_modify(b, &ask);
		if (c == CAUSE_OK)
			c = model_commit(w.m, w.now);
		else
			model_rollback(w.m);
		mem_fail_at(-1);
		if (c == CAUSE_OK)
			break;
		ck_assert(c == CAUSE_NO_MEMORY || c == CAUSE_NO_RESOURCES);
		same_as(before);
	}
	ck_assert_int_gt(n, 15);
	ck_assert_uint_eq(ep("page/lobby")->nconn, 1);
	ck_assert_uint_eq(ep("rtpbridge/1")->nconn, 2);
}
END_TEST

START_TEST(no_memory_for_zones)
{
	struct room_spec *s = arena_zalloc(w.arena, sizeof(*s));
	struct addr v[40];
	struct room *r = NULL;
	const char *before;
	enum cause c = CAUSE_NO_MEMORY;
	long n = 0;

	test_no_oom();
	strcpy(s->name, "lobby");
	s->ngroup = 1;
	s->group[0].emit = s->group[0].join = true;
	ck_assert(!addr_parse(&s->group[0].spec.group, STR_LIT("239.1.1.1:5004")));
	for (unsigned i = 0; i < 40; i++)
		v[i] = (struct addr){ .family = 4,
				      .ip = { 10, 9, 9, (uint8_t)i },
				      .port = 4000 };
	s->listener = v;
	s->nlistener = 40;
	before = dump();
	for (n = 0; c != CAUSE_OK; n++) {
		mem_fail_at(n);
		c = room_add(w.m, s, &r);
		mem_fail_at(-1);
		ck_assert(c == CAUSE_OK || c == CAUSE_NO_MEMORY ||
			  c == CAUSE_NO_RESOURCES);
		if (c != CAUSE_OK)
			same_as(before);
	}
	ck_assert_int_gt(n, 50);
	conn(ep("page/lobby"), "sendrecv 10.0.0.1:4000 0", NULL);
	before = dump();
	s->ngroup = 2;
	s->group[1] = s->group[0];
	s->group[1].spec.group.ip[3] = 2;
	s->group[0].join = false;
	s->nlistener = 20;
	for (n = 0, c = CAUSE_NO_MEMORY; c != CAUSE_OK; n++) {
		mem_fail_at(n);
		c = room_set(r, s);
		mem_fail_at(-1);
		if (c != CAUSE_OK)
			same_as(before);
	}
	before = dump();
	for (n = 0, c = CAUSE_NO_MEMORY; c != CAUSE_OK; n++) {
		mem_fail_at(n);
		c = room_del(r, true);
		mem_fail_at(-1);
		if (c != CAUSE_OK)
			same_as(before);
	}
}
END_TEST

/* What agents do in any order, with refusals in between; the world ends clean. */
START_TEST(a_long_walk)
{
	static const char *const asks[] = {
		"sendrecv 10.0.0.1:4000 0",
		"sendrecv 10.0.0.2:4000 0;8",
		"recvonly",
		"inactive",
		"sendonly 10.0.0.3:4000 0",
		"sendrecv 239.7.7.7:4000 0",
		"loopback",
		"recvonly 232.7.7.7:4000 0",
		"recvonly - PCMA",
		"netwloop 10.0.0.4:4000 8",
		"confrnce 10.0.0.5:4000 0",
		"sendrecv 224.0.0.9:4000 0",
	};
	static const char *const at[] = {
		"rtpbridge/1", "rtpbridge/2", "conf/1", "line/1", "page/lobby", "conf/2",
	};
	uint32_t x = 12345, n = test_in_oom() ? 300 : 4000;
	enum cause c;

	zone("lobby", "239.1.1.1:5004");
	for (uint32_t i = 0; i < n; i++) {
		struct endp *e, *e2;
		struct term *t, *u;

		x = x * 1664525 + 1013904223;
		e = ep(at[(x >> 8) % 6]);
		e2 = ep(at[(x >> 12) % 6]);
		t = list_empty(&e->conns) ? NULL
					  : LIST_OF(e->conns.next, struct term, in_endp);
		switch ((x >> 28) % 6) {
		case 0:
		case 1:
			conn(e, asks[(x >> 16) % 12], &c);
			break;
		case 2:
		case 3:
			if (t)
				change(t, asks[(x >> 16) % 12]);
			break;
		case 4:
			if (t)
				del(t);
			break;
		default: {
			struct term_ask ask = { .has = ASK_MODE, .mode = MODE_SENDRECV };

			if (term_add_pair(e, e2, &ask, &t, &u) == CAUSE_OK)
				model_commit(w.m, w.now);
			else
				model_rollback(w.m);
		}
		}
	}
	ck_assert_uint_eq(w.fake.errors, 0);
}
END_TEST

static Suite *stage_suite(void)
{
	Suite *s = suite_create("stage");
	TCase *tc = tcase_create("stage");

	tcase_add_checked_fixture(tc, world_open, world_close);
	tcase_add_test(tc, rollback_leaves_no_trace);
	tcase_add_test(tc, rollback_keeps_the_order);
	tcase_add_test(tc, a_refused_call_leaves_the_others);
	tcase_add_test(tc, a_refused_commit_takes_all_back);
	tcase_add_test(tc, what_never_was_never_ends);
	tcase_add_test(tc, no_memory_anywhere);
	tcase_add_test(tc, no_memory_for_zones);
	tcase_add_test(tc, a_long_walk);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(stage_suite)
