/* tests/unit/check_idle.c - timers and events: nothing lives for ever.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "model_test.h"

#include <stdio.h>
#include <string.h>

#include "util/mem.h"
#include "util/tmr.h"

static struct seen {
	unsigned events, reports, releases, ended;
	struct term *term;
	const char *reason;
	enum med_event_kind kind;
	bool subtract;
} seen;

static void on_event(void *arg, struct owner *o, struct term *t,
		     const struct med_event *ev)
{
	(void)arg;
	ck_assert_ptr_eq(o, w.o);
	seen.events++;
	seen.term = t;
	seen.kind = ev->kind;
}

static void on_report(void *arg, struct owner *o, struct term *t, const char *reason)
{
	(void)arg;
	ck_assert_ptr_eq(o, w.o);
	seen.reports++;
	seen.term = t;
	seen.reason = reason;
}

static void on_release(void *arg, struct term *t, const char *reason)
{
	(void)arg;
	seen.releases++;
	seen.term = t;
	seen.reason = reason;
	if (seen.subtract)
		ck_assert_int_eq(del(t), CAUSE_OK);
}

static void on_ended(void *arg, const struct term_end *end)
{
	(void)arg;
	seen.ended++;
	seen.reason = end->reason;
}

static const struct model_ops watch = {
	.event = on_event, .report = on_report, .release = on_release, .ended = on_ended,
};

static void set(enum idle_action orphan, enum idle_action silent)
{
	struct owner_spec spec = *owner_get_spec(w.o);

	memset(&seen, 0, sizeof(seen));
	spec.orphan_action = orphan;
	spec.silent_action = silent;
	spec.orphan_ms = 60000;
	spec.silent_ms = 30000;
	owner_set_spec(w.o, &spec);
	model_set_ops(w.m, &watch, NULL, PROTO_MGCP);
}

static void run_timers(void)
{
	for (int i = 0; i < 100 && model_next_timeout(w.m) != TMR_NEVER; i++) {
		w.now = model_next_timeout(w.m);
		model_timeout(w.m, w.now);
	}
}

static bool running(const struct term *t)
{
	return fake_slot(t, 1)->plan->flags & (PLAN_RECV | PLAN_SEND);
}

START_TEST(orphans_are_released)
{
	struct term *t[200];
	char name[32];
	uint64_t start = w.now;

	set(IDLE_RELEASE, IDLE_OFF);
	for (int i = 0; i < 200; i++) {
		snprintf(name, sizeof(name), "rtpbridge/%x", i % 40 + 1);
		t[i] = conn(ep(name), "recvonly", NULL);
	}
	ck_assert_uint_eq(model_next_timeout(w.m), TMR_NEVER);
	owner_set_alive(w.o, false, start);
	ck_assert(!owner_is_alive(w.o));
	ck_assert_uint_eq(model_next_timeout(w.m), start + TMR_S(60));
	model_timeout(w.m, start + TMR_S(59));
	ck_assert_uint_eq(seen.releases, 0);
	model_timeout(w.m, start + TMR_S(60));
	ck_assert_uint_gt(seen.releases, 0);
	ck_assert_uint_lt(seen.releases, 200); /* a few at a time */
	run_timers();
	ck_assert_uint_eq(seen.releases, 200);
	ck_assert_str_eq(seen.reason, "orphan");
	ck_assert(!running(t[0]) && !running(t[199]));
	ck_assert_uint_eq(owner_terms(w.o), 200); /* kept until they are subtracted */
	ck_assert_int_eq(del(t[0]), CAUSE_OK);
	ck_assert_str_eq(seen.reason, "orphan");
	/* a new connection of agents that came back is not concerned */
	owner_set_alive(w.o, true, w.now);
	ck_assert(running(conn(ep("rtpbridge/1"), "recvonly", NULL)));
}
END_TEST

START_TEST(an_engine_ends_orphans_at_once)
{
	char name[32];

	set(IDLE_RELEASE, IDLE_OFF);
	seen.subtract = true;
	for (int i = 0; i < 150; i++) {
		snprintf(name, sizeof(name), "rtpbridge/%x", i % 40 + 1);
		conn(ep(name), "recvonly", NULL);
	}
	owner_set_alive(w.o, false, w.now);
	run_timers();
	ck_assert_uint_eq(seen.ended, 150);
	ck_assert_uint_eq(fake_live(&w.fake), 0);
	ck_assert_ptr_null(ctx_next(w.m, NULL));
}
END_TEST

START_TEST(orphans_are_reported_or_left_alone)
{
	struct term *t;
	struct model_totals n;

	set(IDLE_REPORT, IDLE_OFF);
	t = conn(ep("rtpbridge/1"), "recvonly", NULL);
	owner_set_alive(w.o, false, w.now);
	owner_set_alive(w.o, true, w.now); /* back in time */
	ck_assert_uint_eq(model_next_timeout(w.m), TMR_NEVER);
	owner_set_alive(w.o, false, w.now);
	run_timers();
	ck_assert_uint_eq(seen.reports, 1);
	ck_assert_ptr_null(seen.term);
	ck_assert(running(t));
	model_get_totals(w.m, &n);
	ck_assert_uint_eq(n.orphans, 1);
	owner_set_alive(w.o, true, w.now);
	set(IDLE_OFF, IDLE_OFF);
	owner_set_alive(w.o, false, w.now);
	ck_assert_uint_eq(model_next_timeout(w.m), TMR_NEVER);
}
END_TEST

START_TEST(silence)
{
	struct term *t;
	struct model_totals n;

	set(IDLE_OFF, IDLE_OFF);
	t = conn(ep("rtpbridge/1"), "recvonly", NULL);
	ck_assert_uint_eq(fake_slot(t, 1)->plan->silence_ms, 0);
	fake_event(&w.fake, MED_SILENT, t, NULL, 5);
	ck_assert_uint_eq(seen.events, 1);
	ck_assert_uint_eq(seen.reports + seen.releases, 0);
	set(IDLE_OFF, IDLE_REPORT);
	t = conn(ep("rtpbridge/2"), "recvonly", NULL);
	ck_assert_uint_eq(fake_slot(t, 1)->plan->silence_ms, 30000);
	fake_event(&w.fake, MED_SILENT, t, NULL, 5);
	ck_assert_uint_eq(seen.reports, 1);
	ck_assert_ptr_eq(seen.term, t);
	ck_assert(running(t));
	ck_assert_int_eq(change(t, "inactive"), CAUSE_OK);
	ck_assert_uint_eq(fake_slot(t, 1)->plan->silence_ms, 0);
	set(IDLE_OFF, IDLE_RELEASE);
	t = conn(ep("rtpbridge/3"), "recvonly", NULL);
	fake_event(&w.fake, MED_SILENT, t, NULL, 5);
	ck_assert_uint_eq(seen.releases, 1);
	ck_assert_str_eq(seen.reason, "silent");
	ck_assert(!running(t));
	model_get_totals(w.m, &n);
	ck_assert_uint_eq(n.silent, 3);
}
END_TEST

START_TEST(events_find_their_stream)
{
	struct term *t;
	struct med_event ev = { .kind = MED_FIRST_PACKET, .at = 5 };

	set(IDLE_OFF, IDLE_OFF);
	t = conn(ep("rtpbridge/1"), "recvonly", NULL);
	ev.cookie = fake_slot(t, 1)->plan->cookie;
	model_event(w.m, &ev);
	ck_assert_uint_eq(seen.events, 1);
	ck_assert_ptr_eq(seen.term, t);
	ck_assert_int_eq(seen.kind, MED_FIRST_PACKET);
	ck_assert_int_eq(del(t), CAUSE_OK);
	model_event(w.m, &ev); /* too late: nobody is concerned */
	ev.cookie = UINT64_MAX;
	ev.kind = MED_FLOOR_TAKEN;
	model_event(w.m, &ev); /* of no room */
	ck_assert_uint_eq(seen.events, 1);
}
END_TEST

/* Stopping media can fail for want of memory: it is tried again. */
START_TEST(no_memory_for_a_release)
{
	struct term *t;

	test_no_oom();
	set(IDLE_RELEASE, IDLE_OFF);
	t = conn(ep("rtpbridge/1"), "recvonly", NULL);
	owner_set_alive(w.o, false, w.now);
	mem_fail_at(0);
	model_timeout(w.m, model_next_timeout(w.m));
	mem_fail_at(-1);
	ck_assert(running(t));
	ck_assert_uint_ne(model_next_timeout(w.m), TMR_NEVER);
	run_timers();
	ck_assert(!running(t));
	ck_assert_uint_eq(seen.releases, 1);
}
END_TEST

START_TEST(shutdown_ends_all)
{
	set(IDLE_OFF, IDLE_OFF);
	zone("lobby", "239.1.1.1:5004");
	for (int i = 0; i < 5; i++)
		conn(ep("page/lobby"), "sendonly 10.0.0.1:4000 0", NULL);
	conn(ep("line/1"), "sendrecv 10.0.0.1:4000 0", NULL);
	conn(ep("rtpbridge/1"), "recvonly 239.3.3.3:4000 0", NULL);
	model_shutdown(w.m, w.now);
	ck_assert_uint_eq(seen.ended, 7);
	ck_assert_str_eq(seen.reason, "shutdown");
	ck_assert_uint_eq(fake_live(&w.fake), 0);
	ck_assert_ptr_null(room_next(w.m, NULL));
}
END_TEST

/* Without a shutdown, media being gone: all memory is given back all the same. */
START_TEST(free_without_shutdown)
{
	struct term_ask ask;
	struct term *t = NULL, *u = NULL;

	zone("lobby", "239.1.1.1:5004");
	t = conn(ep("page/lobby"), "sendrecv 10.0.0.1:4000 0", NULL);
	fake_event(&w.fake, MED_FLOOR_TAKEN, t, fake_room(&w.fake, 0), 1);
	conn(ep("page/lobby"), "sendonly 10.0.0.2:4000 0", NULL);
	conn(ep("line/1"), "sendrecv 10.0.0.1:4000 0", NULL);
	conn(ep("conf/1"), "sendrecv 10.0.0.1:4000 0", NULL);
	conn(ep("rtpbridge/1"), "recvonly 239.3.3.3:4000 0", NULL);
	ask_text(&ask, "sendrecv");
	ck_assert_int_eq(
		term_add_pair(ep("rtpbridge/1"), ep("rtpbridge/2"), &ask, &t, &u),
		CAUSE_OK);
	ck_assert_int_eq(model_commit(w.m, w.now), CAUSE_OK);
	ask_text(&ask, "recvonly"); /* and a command half done */
	ck_assert_int_eq(term_add(ep("rtpbridge/3"), &ask, &u), CAUSE_OK);
	ck_assert_int_eq(term_subtract(t), CAUSE_OK);
	model_free(w.m);
	w.m = NULL;
	fake_forget(&w.fake);
	arena_free(w.arena);
	w.arena = NULL;
	model_free(NULL);
}
END_TEST

static Suite *idle_suite(void)
{
	Suite *s = suite_create("idle");
	TCase *tc = tcase_create("idle");

	tcase_add_checked_fixture(tc, world_open, world_close);
	tcase_add_test(tc, orphans_are_released);
	tcase_add_test(tc, an_engine_ends_orphans_at_once);
	tcase_add_test(tc, orphans_are_reported_or_left_alone);
	tcase_add_test(tc, silence);
	tcase_add_test(tc, events_find_their_stream);
	tcase_add_test(tc, no_memory_for_a_release);
	tcase_add_test(tc, shutdown_ends_all);
	tcase_add_test(tc, free_without_shutdown);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(idle_suite)
