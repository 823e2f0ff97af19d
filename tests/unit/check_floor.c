/* tests/unit/check_floor.c - rooms: the floor, fan-out, groups, several workers.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "media_rig.h"

#include <string.h>

#include "media/floor.h"
#include "wire/rtp.h"

#define ANN "198.51.100.1:4000"
#define BOB "198.51.100.2:5000"

static struct med_room *room;
static uint16_t home;

/* A caller who speaks into the room. */
static struct slot *caller(uint16_t worker, const char *remote)
{
	struct slot *s = rig_slot(worker);
	struct plan_leg *l = rig_leg(remote, 0);

	l->room = room;
	rig_set(s, l);
	return s;
}

static struct slot *listener(uint16_t worker)
{
	struct slot *s = rig_slot(worker);

	rig_set(s, rig_leg("192.0.2.77:9000", 0));
	return s;
}

static void up(unsigned workers)
{
	rig_up(workers);
	room = rig_room(&home);
}

START_TEST(everybody_hears_the_first_talker)
{
	struct slot *l[70], *a, *b;

	up(1);
	for (unsigned i = 0; i < 70; i++)
		l[i] = listener(0);
	rig_set_room(room, 0, rig_plan_room(70, l));
	a = caller(0, ANN);
	b = caller(0, BOB);
	rig_stream(a, ANN, 1, 0, 0xa, 3);
	ck_assert_uint_eq(rig.nsent, 3 * 70);
	for (unsigned i = 0; i < 70; i++)
		ck_assert_uint_eq(rig_heard(l[i]), 3);
	ck_assert_uint_eq(rig_events(MED_FLOOR_TAKEN), 1);
	rig_stream(b, BOB, 1, 0, 0xb, 3);
	ck_assert_uint_eq(rig.nsent, 3 * 70);
	ck_assert_uint_eq(rig_dropped(b, DROP_FLOOR), 3);
	ck_assert_uint_eq(stats_get32(&b->stats.floor_waits), 1);
	ck_assert_uint_eq(rig_events(MED_FLOOR_WAIT), 1);
	rig_down();
}
END_TEST

START_TEST(the_floor_falls_free_after_a_pause)
{
	struct slot *l, *a, *b;

	up(1);
	l = listener(0);
	rig_set_room(room, 0, rig_plan_room(1, &l));
	a = caller(0, ANN);
	b = caller(0, BOB);
	rig_stream(a, ANN, 1, 0, 0xa, 3);
	rig_step(520);
	ck_assert_uint_eq(rig_events(MED_FLOOR_FREE), 1);
	ck_assert_uint_eq(rig.event[rig.nevent - 1].cookie, 700);
	ck_assert_uint_eq(rig.event[rig.nevent - 1].other, a->leg->cookie);
	rig_stream(b, BOB, 1, 0, 0xb, 3);
	ck_assert_uint_eq(rig_heard(l), 3 + 3);
	ck_assert_uint_eq(rig_events(MED_FLOOR_TAKEN), 2);
	/* one stream to the listener all the way */
	ck_assert_uint_eq((uint16_t)(rtph_seq(rig.sent[3].p) - rtph_seq(rig.sent[0].p)),
			  3);
	ck_assert_uint_eq(rtph_ssrc(rig.sent[3].p), rtph_ssrc(rig.sent[0].p));
	rig_down();
}
END_TEST

START_TEST(the_floor_falls_free_when_its_holder_goes)
{
	struct slot *l, *a, *b;
	struct plan_leg *p;

	up(1);
	l = listener(0);
	rig_set_room(room, 0, rig_plan_room(1, &l));
	a = caller(0, ANN);
	b = caller(0, BOB);
	rig_stream(a, ANN, 1, 0, 0xa, 2);
	rig_del(a);
	ck_assert_uint_eq(rig_events(MED_FLOOR_FREE), 1);
	rig_stream(b, BOB, 1, 0, 0xb, 2);
	ck_assert_uint_eq(rig_heard(l), 4);
	p = rig_leg(BOB, 0); /* now b may only listen */
	p->room = room;
	p->flags = PLAN_SEND;
	rig_set(b, p);
	ck_assert_uint_eq(rig_events(MED_FLOOR_FREE), 2);
	rig_down();
}
END_TEST

START_TEST(nobody_hears_himself)
{
	struct slot *a, *v[2];

	up(1);
	a = caller(0, ANN);
	v[0] = a;
	v[1] = listener(0);
	rig_set_room(room, 0, rig_plan_room(2, v));
	rig_stream(a, ANN, 1, 0, 0xa, 5);
	ck_assert_uint_eq(rig_heard(a), 0);
	ck_assert_uint_eq(rig_heard(v[1]), 5);
	rig_down();
}
END_TEST

START_TEST(a_port_does_not_hear_what_it_said)
{
	struct slot *a, *v[3];

	up(1);
	for (unsigned i = 0; i < 3; i++) {
		struct plan_leg *l = rig_leg("192.0.2.77:9000", 0);

		l->room_port = i ? 40 + i : 0;
		v[i] = rig_slot(0);
		rig_set(v[i], l);
	}
	rig_set_room(room, 0, rig_plan_room(3, v));
	a = rig_slot(0);
	{
		struct plan_leg *l = rig_leg(ANN, 0);

		l->room = room;
		l->room_port = 42;
		rig_set(a, l);
	}
	rig_stream(a, ANN, 1, 0, 0xa, 5);
	ck_assert_uint_eq(rig_heard(v[0]), 5);
	ck_assert_uint_eq(rig_heard(v[1]), 5);
	ck_assert_uint_eq(rig_heard(v[2]), 0);
	rig_down();
}
END_TEST

START_TEST(a_room_changes_under_its_talker)
{
	struct slot *v[2], *a;

	up(1);
	v[0] = listener(0);
	v[1] = listener(0);
	rig_set_room(room, 0, rig_plan_room(1, v));
	a = caller(0, ANN);
	rig_stream(a, ANN, 1, 0, 0xa, 3);
	rig_set_room(room, 0, rig_plan_room(2, v));
	rig_stream(a, ANN, 4, 480, 0xa, 2);
	ck_assert_uint_eq(rig_heard(v[0]), 5);
	ck_assert_uint_eq(rig_heard(v[1]), 2);
	ck_assert_uint_eq(rig_events(MED_FLOOR_TAKEN), 1);
	ck_assert_uint_eq(rig_events(MED_FLOOR_FREE), 0);
	rig_set_room(room, 0, NULL);
	rig_stream(a, ANN, 6, 800, 0xa, 2);
	ck_assert_uint_eq(rig_heard(v[0]), 5);
	ck_assert_uint_eq(rig_dropped(a, DROP_MODE), 2);
	rig_down();
}
END_TEST

/* Talker on one worker, room on another, listeners on three. */
START_TEST(a_room_spans_workers)
{
	struct slot *l[3], *a, *b;
	struct plan_room *p;
	uint16_t other;

	up(3);
	other = (uint16_t)((home + 1) % 3);
	for (uint16_t i = 0; i < 3; i++)
		l[i] = listener(i);
	for (uint16_t i = 0; i < 3; i++) {
		p = rig_plan_room(1, &l[i]);
		p->others = i == home ? 7 & ~(1u << home) : 0;
		rig_set_room(room, i, p);
	}
	a = caller(other, ANN);
	b = caller((uint16_t)((home + 2) % 3), BOB);
	rig_stream(a, ANN, 1, 0, 0xa, 10);
	rig_step(30);
	for (unsigned i = 0; i < 3; i++)
		ck_assert_uint_eq(rig_heard(l[i]), 10);
	ck_assert_uint_eq(rig_events(MED_FLOOR_TAKEN), 1);
	for (uint16_t i = 0; i < 5; i++) { /* b in vain */
		rig_rtp(a, ANN, 0, (uint16_t)(11 + i), 160u * (10u + i), 0xa);
		rig_rtp(b, BOB, 0, i, 160u * i, 0xb);
		rig_step(20);
	}
	rig_step(30);
	ck_assert_uint_eq(rig_dropped(b, DROP_FLOOR), 5);
	ck_assert_uint_eq(rig_events(MED_FLOOR_WAIT), 1);
	for (unsigned i = 0; i < 3; i++)
		ck_assert_uint_eq(rig_heard(l[i]), 15);
	rig_del(a);
	rig_step(30);
	ck_assert_uint_eq(rig_events(MED_FLOOR_FREE), 1);
	rig_stream(b, BOB, 100, 0, 0xb, 10);
	rig_step(30);
	for (unsigned i = 0; i < 3; i++)
		ck_assert_uint_ge(rig_heard(l[i]), 15 + 8);
	rig_down();
}
END_TEST

/* What is on its way to a room that is gone finds nothing, also when the memory is
 * another room's already. */
START_TEST(a_late_packet_enters_no_other_room)
{
	struct slot *l, *a;
	struct med_room *again;
	uint16_t other, at;

	up(2);
	other = (uint16_t)(1 - home);
	l = listener(home);
	rig_set_room(room, home, rig_plan_room(1, &l));
	a = caller(other, ANN);
	rig_rtp(a, ANN, 0, 1, 0, 0xa);
	rig_rtp(a, ANN, 0, 2, 160, 0xa);
	work_round(rig.m->worker[other], 0); /* passed, not yet taken */
	{
		struct plan_msg *msg = rig_msg(home, 1);

		msg->op[0] = (struct plan_op){ .kind = PLAN_ROOM_DEL, .room = room };
		rig_commit(msg);
		med_ops.room_give(rig.m, room);
		rig.m->worker[home]->med->row->done(rig.m->worker[home]->io);
		work_round(rig.m->worker[home], 0);
		rig_drain();
	}
	ck_assert_uint_eq(rig.nsent, 0);
	for (unsigned i = 0; i < MED_CHUNK; i++) { /* until the memory comes round */
		ck_assert_int_eq(med_ops.room_take(rig.m, 1, &again, &at), CAUSE_OK);
		if (again == room)
			break;
	}
	ck_assert_ptr_eq(again, room);
	rig_run();
	ck_assert_uint_eq(rig.nsent, 0);
	rig_down();
}
END_TEST

START_TEST(a_group_leg_listens_to_one_talker_at_a_time)
{
	struct group_spec g = { .nsource = 0 };
	struct slot_req req = { .worker = 0, .flags = SLOT_JOIN, .group = &g };
	struct slot_info in;
	struct plan_leg *p;
	struct slot *l;
	char own[ADDR_STRLEN];

	up(1);
	g.group = rig_addr("239.1.2.3:5004");
	ck_assert_int_eq(med_ops.slot_take(rig.m, &req, &in), CAUSE_OK);
	ck_assert_uint_eq(in.local.port, 5004);
	l = listener(0);
	rig_set_room(room, 0, rig_plan_room(1, &l));
	p = rig_leg(NULL, 0);
	p->room = room;
	p->flags = PLAN_RECV | PLAN_GROUP;
	rig_set(in.slot, p);
	for (uint16_t i = 0; i < 10; i++) {
		rig_rtp(in.slot, ANN, 0, i, 160u * i, 0xa);
		rig_rtp(in.slot, BOB, 0, i, 160u * i, 0xb);
		rig_rtp(in.slot, addr_print(own, &l->local), 0, i, 160u * i,
			l->leg->ssrc);
		rig_step(20);
	}
	ck_assert_uint_eq(rig_heard(l), 9);
	ck_assert_uint_eq(rig_dropped(in.slot, DROP_OWN), 10);
	ck_assert_uint_ge(rig_dropped(in.slot, DROP_SOURCE), 8);
	rig_step(600);
	rig_stream(in.slot, BOB, 100, 0, 0xb, 5);
	ck_assert_uint_eq(rig_heard(l), 9 + 5);
	rig_down();
}
END_TEST

START_TEST(a_group_leg_keeps_its_source_filter)
{
	struct group_spec g = { .nsource = 1 };
	struct slot_req req = { .worker = 0, .flags = SLOT_JOIN, .group = &g };
	struct slot_info in;
	struct plan_leg *p;
	struct slot *l;

	up(1);
	g.group = rig_addr("232.1.2.3:5004");
	g.sources[0] = rig_addr(BOB);
	ck_assert_int_eq(med_ops.slot_take(rig.m, &req, &in), CAUSE_OK);
	l = listener(0);
	p = rig_leg(NULL, 1);
	p->relay[0] = l;
	p->flags = PLAN_RECV | PLAN_GROUP;
	rig_set(in.slot, p);
	rig_stream(in.slot, ANN, 1, 0, 0xa, 10);
	ck_assert_uint_eq(rig_heard(l), 0);
	rig_stream(in.slot, BOB, 1, 0, 0xb, 10);
	ck_assert_uint_eq(rig_heard(l), 10);
	rig_down();
}
END_TEST

static Suite *floor_suite(void)
{
	Suite *s = suite_create("floor");
	TCase *tc = tcase_create("rooms");

	tcase_add_test(tc, everybody_hears_the_first_talker);
	tcase_add_test(tc, the_floor_falls_free_after_a_pause);
	tcase_add_test(tc, the_floor_falls_free_when_its_holder_goes);
	tcase_add_test(tc, nobody_hears_himself);
	tcase_add_test(tc, a_port_does_not_hear_what_it_said);
	tcase_add_test(tc, a_room_changes_under_its_talker);
	tcase_add_test(tc, a_room_spans_workers);
	tcase_add_test(tc, a_late_packet_enters_no_other_room);
	tcase_add_test(tc, a_group_leg_listens_to_one_talker_at_a_time);
	tcase_add_test(tc, a_group_leg_keeps_its_source_filter);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(floor_suite)
