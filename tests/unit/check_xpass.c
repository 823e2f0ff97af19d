/* tests/unit/check_xpass.c - one leg to another that is on another worker.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "media_rig.h"

#include "media/xpass.h"
#include "util/mem.h"
#include "wire/rtp.h"

#define ANN "198.51.100.1:4000"
#define BOB "198.51.100.2:5000"

/* A leg that reaches `to`, which goes by the name of `cookie`. */
static struct plan_leg *far_leg(const char *remote, struct slot *to, uint64_t cookie)
{
	struct plan_leg *l = rig_leg(remote, 0), *big;

	big = mem_zalloc(plan_leg_size(0, 1));
	ck_assert_ptr_nonnull(big);
	*big = *l;
	mem_free(l);
	big->nfar = 1;
	plan_far(big)[0] = (struct plan_far){ to, cookie, to->w->index };
	return big;
}

static struct slot *hearer(uint16_t worker, uint64_t *cookie)
{
	struct slot *s = rig_slot(worker);
	struct plan_leg *l = rig_leg(BOB, 0);

	*cookie = l->cookie;
	rig_set(s, l);
	return s;
}

START_TEST(what_is_said_is_heard_on_another_worker)
{
	struct slot *a, *b;
	uint64_t name;
	unsigned last = 0;

	rig_up(2);
	b = hearer(1, &name);
	a = rig_slot(0);
	rig_set(a, far_leg(ANN, b, name));
	rig_stream(a, ANN, 7, 1000, 0xa, 20);
	rig_step(30);
	ck_assert_uint_eq(rig_heard(b), 20);
	for (unsigned i = 0; i < rig.nsent; i++) {
		const uint8_t *p = rig.sent[i].p;

		if (rig.sent[i].slot != b || rig.sent[i].rtcp)
			continue;
		ck_assert_uint_eq(rtph_ssrc(p), b->leg->ssrc);
		if (last)
			ck_assert_uint_eq(rtph_seq(p), last + 1);
		last = rtph_seq(p);
	}
	ck_assert_uint_eq(stats_get64(&b->stats.tx_packets), 20);
	ck_assert_uint_eq(stats_get64(&a->stats.rx_packets), 20);
	rig_down();
}
END_TEST

/* A burst beyond what workers pass on is lost and counted; then all is well again. */
START_TEST(a_burst_is_lost_and_counted)
{
	struct worker *w;
	struct slot *a, *b;
	uint64_t name, lost;

	rig_up(2);
	b = hearer(1, &name);
	a = rig_slot(0);
	rig_set(a, far_leg(ANN, b, name));
	w = rig.m->worker[0];
	for (uint16_t i = 0; i < 600; i++) { /* the other worker sleeps */
		rig_rtp(a, ANN, 0, i, 160u * i, 0xa);
		work_round(w, 0);
	}
	lost = stats_get64(&w->stats.pass_lost);
	ck_assert_uint_gt(lost, 50);
	ck_assert_uint_eq(rig_dropped(a, DROP_SEND), lost);
	rig_step(100);
	ck_assert_uint_eq(rig_heard(b), 600 - lost);
	rig_stream(a, ANN, 600, 160u * 600, 0xa, 10);
	rig_step(30);
	ck_assert_uint_eq(rig_heard(b), 610 - lost);
	rig_down();
}
END_TEST

/* Under way while its leg ends: heard by nobody, also when the slot's memory is in use
 * again, on that worker or another. */
static void late(uint16_t again)
{
	struct slot *a, *b, *c;
	uint64_t name, other;

	rig_up(3);
	b = hearer(1, &name);
	a = rig_slot(0);
	rig_set(a, far_leg(ANN, b, name));
	rig_rtp(a, ANN, 0, 1, 0, 0xa);
	rig_rtp(a, ANN, 0, 2, 160, 0xa);
	work_round(rig.m->worker[0], 0); /* passed, not yet taken */
	{
		struct plan_msg *msg = rig_msg(1, 1);

		msg->op[0] = (struct plan_op){ .kind = PLAN_LEG_DEL, .slot = b };
		rig_commit(msg);
		med_ops.slot_give(rig.m, b);
		/* as if the worker took the packets only after another round */
		struct ring held = rig.m->worker[1]->xpass->from[0];

		ck_assert_int_eq(ring_init(&rig.m->worker[1]->xpass->from[0], 16), 0);
		work_round(rig.m->worker[1], 0);
		rig_drain();
		ring_fini(&rig.m->worker[1]->xpass->from[0]);
		rig.m->worker[1]->xpass->from[0] = held;
	}
	c = hearer(again, &other);
	ck_assert_ptr_eq(c, b);
	rig_step(30);
	ck_assert_uint_eq(rig_heard(c), 0);
	rig_down();
}

START_TEST(a_late_packet_enters_no_other_leg)
{
	late((uint16_t)_i);
}
END_TEST

/* A leg that is given another name (a stream that moved) is found by that one. */
START_TEST(a_leg_gets_another_name)
{
	struct slot *a, *b;
	struct plan_leg *l;
	uint64_t name;

	rig_up(2);
	b = hearer(1, &name);
	a = rig_slot(0);
	l = rig_leg(BOB, 0);
	ck_assert_uint_ne(l->cookie, name);
	name = l->cookie;
	rig_set(b, l);
	rig_set(a, far_leg(ANN, b, name));
	rig_stream(a, ANN, 7, 1000, 0xa, 20);
	rig_step(30);
	ck_assert_uint_eq(rig_heard(b), 20);
	rig_del(b);
	rig_stream(a, ANN, 27, 5000, 0xa, 20);
	rig_step(30);
	ck_assert_uint_eq(rig_heard(b), 20);
	rig_down();
}
END_TEST

/* The plan names a leg that has been another's for long. */
START_TEST(an_old_name_is_nobody)
{
	struct slot *a, *b;
	uint64_t name;

	rig_up(2);
	b = hearer(1, &name);
	a = rig_slot(0);
	rig_set(a, far_leg(ANN, b, name + 1000));
	rig_stream(a, ANN, 7, 1000, 0xa, 20);
	rig_step(30);
	ck_assert_uint_eq(rig_heard(b), 0);
	rig_down();
}
END_TEST

static Suite *xpass_suite(void)
{
	Suite *s = suite_create("xpass");
	TCase *tc = tcase_create("legs");

	tcase_add_test(tc, what_is_said_is_heard_on_another_worker);
	tcase_add_test(tc, a_burst_is_lost_and_counted);
	tcase_add_loop_test(tc, a_late_packet_enters_no_other_leg, 1, 3);
	tcase_add_test(tc, an_old_name_is_nobody);
	tcase_add_test(tc, a_leg_gets_another_name);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(xpass_suite)
