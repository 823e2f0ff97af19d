/* tests/unit/check_ports.c - ports, rest, addresses, budgets, messages to and fro.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "media_rig.h"

#include <string.h>

#include "util/err.h"
#include "util/mem.h"
#include "util/tmr.h"

#define ANN "198.51.100.1:4000"

static struct slot_info take_ok(const struct slot_req *req)
{
	struct slot_info s;

	ck_assert_int_eq(med_ops.slot_take(rig.m, req, &s), CAUSE_OK);
	return s;
}

static enum cause take(uint8_t family, const char *net)
{
	struct slot_req req = { .worker = 0, .family = family };
	struct slot_info s;

	strcpy(req.net, net);
	return med_ops.slot_take(rig.m, &req, &s);
}

/* --- the pool alone --- */

START_TEST(pairs_are_even_and_whole)
{
	struct med_pool c = { .lo = 1001, .hi = 1010 };
	struct port_pool p;
	uint16_t pair;

	ck_assert_int_eq(portpool_init(&p, &c, 1, 0), 0);
	ck_assert_uint_eq(p.npair, 4); /* 1002 .. 1009 */
	for (unsigned i = 0; i < 4; i++) {
		ck_assert_int_eq(portpool_take(&p, 0, 1, &pair), 0);
		ck_assert_uint_ge(portpool_port(&p, pair), 1002);
		ck_assert_uint_le(portpool_port(&p, pair), 1008);
		ck_assert(portpool_used(&p, portpool_port(&p, pair)));
		ck_assert(portpool_used(&p, (uint16_t)(portpool_port(&p, pair) + 1)));
	}
	ck_assert(!portpool_used(&p, 1001));
	ck_assert(!portpool_used(&p, 1010));
	ck_assert(!portpool_used(&p, 0));
	ck_assert(!portpool_used(&p, 65535));
	ck_assert_int_eq(portpool_take(&p, 0, 1, &pair), -H_ELIMIT);
	portpool_fini(&p);
	c.lo = 1009;
	ck_assert_int_eq(portpool_init(&p, &c, 1, 0), -H_EINVAL);
	c.lo = c.hi = 0;
	ck_assert_int_eq(portpool_init(&p, &c, 1, 0), -H_EINVAL);
	c.lo = 65534;
	c.hi = 65535;
	ck_assert_int_eq(portpool_init(&p, &c, 1, 0), 0);
	ck_assert_uint_eq(p.npair, 1);
	portpool_fini(&p);
}
END_TEST

START_TEST(each_worker_has_its_own_share)
{
	struct med_pool c = { .lo = 2000, .hi = 2999 };
	struct port_pool p;
	unsigned got[3] = { 0, 0, 0 };
	uint16_t pair;

	ck_assert_int_eq(portpool_init(&p, &c, 3, 0), 0);
	for (unsigned w = 0; w < 3; w++)
		while (!portpool_take(&p, w, 1, &pair)) {
			ck_assert_uint_eq(portpool_port(&p, pair) / 2 % 3, w);
			got[w]++;
		}
	ck_assert_uint_eq(got[0] + got[1] + got[2], 500);
	ck_assert_uint_ge(got[0], 166);
	ck_assert_uint_ge(got[1], 166);
	ck_assert_uint_ge(got[2], 166);
	portpool_fini(&p);
}
END_TEST

START_TEST(a_freed_pair_rests)
{
	struct med_pool c = { .lo = 2000, .hi = 2003 };
	struct port_pool p;
	uint16_t a, b, x;

	ck_assert_int_eq(portpool_init(&p, &c, 1, 100), 0);
	ck_assert_int_eq(portpool_take(&p, 0, 10, &a), 0);
	ck_assert_int_eq(portpool_take(&p, 0, 10, &b), 0);
	portpool_give(&p, a, 20);
	ck_assert_uint_eq(portpool_resting(&p, 50), 1);
	ck_assert_int_eq(portpool_take(&p, 0, 119, &x), -H_ELIMIT);
	portpool_give(&p, b, 60);
	ck_assert_int_eq(portpool_take(&p, 0, 120, &x), 0);
	ck_assert_uint_eq(x, a);
	ck_assert_int_eq(portpool_take(&p, 0, 120, &x), -H_ELIMIT);
	ck_assert_int_eq(portpool_take(&p, 0, 160, &x), 0);
	ck_assert_uint_eq(x, b);
	ck_assert_uint_eq(portpool_resting(&p, 160), 0);
	portpool_fini(&p);
}
END_TEST

/* --- slots --- */

START_TEST(a_port_rests_between_calls)
{
	struct med_conf conf;
	struct med_pool pool = { .lo = 3000, .hi = 3001 };
	struct slot_req req = { .worker = 0 };
	struct slot_info s;

	rig_conf(&conf, 1);
	pool.addr = rig_addr("192.0.2.1:0");
	conf.pool = &pool;
	rig_up_conf(&conf);
	s = take_ok(&req);
	ck_assert_uint_eq(s.local.port, 3000);
	ck_assert_int_eq(take(4, ""), CAUSE_NO_RESOURCES);
	med_ops.slot_give(rig.m, s.slot);
	rig.now += TMR_MS(4900);
	ck_assert_int_eq(take(4, ""), CAUSE_NO_RESOURCES);
	rig.now += TMR_MS(200);
	ck_assert_int_eq(take(4, ""), CAUSE_OK);
	rig_down();
}
END_TEST

START_TEST(addresses_are_chosen_by_name_family_and_route)
{
	struct med_conf conf;
	struct med_pool pool[4] = {
		{ .name = "lan", .lo = 3000, .hi = 3099 },
		{ .name = "wan", .lo = 4000, .hi = 4099 },
		{ .name = "six", .lo = 5000, .hi = 5099 },
		{ .name = "loop", .lo = 6000, .hi = 6099 },
	};
	struct slot_req req = { .worker = 0 };
	struct slot_info s;

	rig_conf(&conf, 1);
	pool[0].addr = rig_addr("192.0.2.1:0");
	pool[1].addr = rig_addr("192.0.2.2:0");
	pool[1].told = rig_addr("203.0.113.9:0");
	pool[2].addr = rig_addr("[2001:db8::1]:0");
	pool[3].addr = rig_addr("127.0.0.1:0");
	conf.pool = pool;
	conf.npool = 4;
	rig_up_conf(&conf);
	s = take_ok(&req);
	ck_assert_uint_eq(s.local.port / 1000, 3);
	ck_assert(addr_eq(&s.local, &s.told));
	req.family = 6;
	s = take_ok(&req);
	ck_assert_uint_eq(s.local.port / 1000, 5);
	req.family = 4;
	strcpy(req.net, "wan");
	s = take_ok(&req);
	ck_assert_uint_eq(s.local.port / 1000, 4);
	ck_assert_uint_eq(s.told.ip[0], 203);
	ck_assert_uint_eq(s.told.port, s.local.port);
	req.net[0] = '\0';
	req.toward = rig_addr("127.0.0.9:99"); /* reached from 127.0.0.1 */
	s = take_ok(&req);
	ck_assert_uint_eq(s.local.port / 1000, 6);
	req.family = 0;
	req.toward = rig_addr("[2001:db8::99]:99");
	s = take_ok(&req);
	ck_assert_uint_eq(s.local.port / 1000, 5);
	ck_assert_int_eq(take(4, "six"), CAUSE_REMOTE_UNSUPPORTED);
	ck_assert_int_eq(take(0, "none"), CAUSE_REMOTE_UNSUPPORTED);
	rig_down();
}
END_TEST

START_TEST(descriptors_are_budgeted)
{
	struct slot_req req = { .worker = 0 };
	struct med_info info;
	struct slot_info s;
	unsigned n = 0;

	rig_up(1);
	med_info(rig.m, &info);
	ck_assert_uint_gt(info.fd_budget, 0);
	rig.m->fd_budget = 11;
	while (med_ops.slot_take(rig.m, &req, &s) == CAUSE_OK)
		n++;
	ck_assert_uint_eq(n, 5);
	med_info(rig.m, &info);
	ck_assert_uint_eq(info.fds, 10);
	ck_assert_uint_eq(info.slots, 5);
	ck_assert_uint_eq(info.refused, 1);
	med_ops.slot_give(rig.m, med_chunk_items(rig.m->slots.chunk));
	ck_assert_int_eq(take(4, ""), CAUSE_OK);
	rig_down();
	ck_assert_uint_eq(rig.closed, rig.opened);
}
END_TEST

START_TEST(ports_of_others_end_in_no_resources)
{
	struct med_pool_info info;

	rig_up(1);
	rig.refuse_port = true;
	ck_assert_int_eq(take(4, ""), CAUSE_NO_RESOURCES);
	ck_assert(med_pool_info(rig.m, 0, &info));
	ck_assert_uint_eq(info.busy, 64);
	ck_assert_uint_eq(info.used, 0);
	ck_assert(!med_pool_info(rig.m, 1, &info));
	rig.refuse_port = false;
	ck_assert_int_eq(take(4, ""), CAUSE_OK);
	rig_down();
}
END_TEST

START_TEST(groups_need_an_address_and_a_port)
{
	struct group_spec g = { .nsource = 0 };
	struct slot_req req = { .worker = 0, .flags = SLOT_EMIT, .group = &g };
	struct slot_info s;

	rig_up(1);
	g.group = rig_addr("192.0.2.5:5004");
	ck_assert_int_eq(med_ops.slot_take(rig.m, &req, &s), CAUSE_REMOTE_UNSUPPORTED);
	g.group = rig_addr("239.1.1.1:0");
	ck_assert_int_eq(med_ops.slot_take(rig.m, &req, &s), CAUSE_REMOTE_UNSUPPORTED);
	g.group = rig_addr("239.1.1.1:5004");
	s = take_ok(&req);
	ck_assert_uint_eq(s.local.port / 1000, 10);
	g.source = rig_addr("192.0.2.50:0");
	s = take_ok(&req);
	ck_assert_uint_eq(s.local.ip[3], 50);
	ck_assert(med_is_own(rig.m, &s.local));
	g.source = rig_addr("[2001:db8::5]:0");
	ck_assert_int_eq(med_ops.slot_take(rig.m, &req, &s), CAUSE_REMOTE_UNSUPPORTED);
	g.source.family = 0;
	req.flags = SLOT_JOIN;
	s = take_ok(&req);
	ck_assert_uint_eq(s.local.port, 5004);
	ck_assert_uint_eq(s.local.ip[0], 239);
	rig_down();
}
END_TEST

/* --- messages --- */

START_TEST(a_slot_given_early_is_closed_when_its_messages_are_back)
{
	struct plan_msg *msg;
	struct slot *s;

	rig_up(1);
	s = rig_slot(0);
	rig_set(s, rig_leg(ANN, 0));
	ck_assert_uint_eq(rig.started, 1);
	msg = rig_msg(0, 1);
	msg->op[0] = (struct plan_op){ .kind = PLAN_LEG_DEL, .slot = s };
	rig_commit(msg);
	med_ops.slot_give(rig.m, s);
	ck_assert_uint_eq(rig.closed, 0); /* the worker may still use it */
	rig_run();
	ck_assert_uint_eq(rig.stopped, 1);
	ck_assert_uint_eq(rig.closed, 1);
	s = rig_slot(0);
	med_ops.slot_give(rig.m, s); /* never in force */
	ck_assert_uint_eq(rig.closed, 2);
	rig_down();
}
END_TEST

START_TEST(old_plans_come_back)
{
	struct plan_leg *l[3];
	struct plan_msg *msg;
	struct slot *s;

	rig_up(1);
	s = rig_slot(0);
	for (unsigned i = 0; i < 3; i++) {
		l[i] = rig_leg(ANN, 0);
		msg = rig_msg(0, 1);
		msg->op[0] =
			(struct plan_op){ .kind = PLAN_LEG_SET, .slot = s, .leg = l[i] };
		rig_commit(msg);
		work_round(rig.m->worker[0], 0);
		ck_assert_ptr_eq(s->leg, l[i]);
		ck_assert_ptr_eq(msg->op[0].leg, i ? l[i - 1] : NULL);
		rig_drain();
	}
	ck_assert_uint_eq(rig.nback, 3);
	rig_down();
}
END_TEST

/* More messages than any ring holds, none taken in meanwhile. */
START_TEST(overflow_waits_and_keeps_order)
{
	struct med_worker_info info;
	struct med_conf conf;
	struct plan_leg *last = NULL;
	struct slot *s;

	rig_conf(&conf, 1);
	conf.queue = 100;
	rig_up_conf(&conf);
	s = rig_slot(0);
	for (unsigned i = 0; i < 4196; i++) {
		struct plan_msg *msg = rig_msg(0, 1);

		ck_assert(!med_ops.overloaded(rig.m));
		last = rig_leg(ANN, 0);
		msg->op[0] =
			(struct plan_op){ .kind = PLAN_LEG_SET, .slot = s, .leg = last };
		rig_commit(msg);
	}
	ck_assert(med_ops.overloaded(rig.m));
	ck_assert_int_eq(take(4, ""), CAUSE_NO_RESOURCES);
	ck_assert(med_worker_info(rig.m, 0, &info));
	ck_assert_uint_eq(info.overflow, 100);
	rig_run();
	rig_run();
	ck_assert_ptr_eq(s->leg, last);
	ck_assert_uint_eq(rig.nback, 4196);
	ck_assert(!med_ops.overloaded(rig.m));
	rig_down();
}
END_TEST

/* Control does not listen: the worker keeps what it can't give back. */
START_TEST(what_control_does_not_take_is_kept)
{
	struct slot *s;

	rig_up(1);
	s = rig_slot(0);
	for (unsigned i = 0; i < 4200; i++) {
		struct plan_msg *msg = rig_msg(0, 1);

		msg->op[0] = (struct plan_op){ .kind = PLAN_LEG_SET,
					       .slot = s,
					       .leg = rig_leg(ANN, 0) };
		rig_commit(msg);
		work_round(rig.m->worker[0], 0);
	}
	ck_assert_ptr_nonnull(rig.m->worker[0]->keep);
	rig_drain();
	ck_assert_uint_eq(rig.nback, 4096);
	rig_run();
	ck_assert_ptr_null(rig.m->worker[0]->keep);
	ck_assert_uint_eq(rig.nback, 4200);
	rig_down();
}
END_TEST

START_TEST(a_commit_is_in_force_whole)
{
	struct plan_msg *msg;
	struct slot *a, *b;

	rig_up(1);
	a = rig_slot(0);
	b = rig_slot(0);
	msg = rig_msg(0, 2);
	msg->op[0] = (struct plan_op){ .kind = PLAN_LEG_SET,
				       .slot = a,
				       .leg = rig_leg(ANN, 1) };
	msg->op[0].leg->relay[0] = b;
	msg->op[1] = (struct plan_op){ .kind = PLAN_LEG_SET,
				       .slot = b,
				       .leg = rig_leg("198.51.100.2:5000", 0) };
	rig_commit(msg);
	rig_stream(a, ANN, 1, 0, 1, 3); /* the very first packets find both legs */
	ck_assert_uint_eq(rig.nsent, 3);
	ck_assert_uint_eq(rig_dropped(a, DROP_MODE), 0);
	rig_down();
}
END_TEST

START_TEST(work_is_placed_where_least_is)
{
	struct slot_req req = { .worker = PORTS_ANY_WORKER };
	unsigned n[4] = { 0 };

	rig_up(4);
	for (unsigned i = 0; i < 40; i++)
		n[take_ok(&req).worker]++;
	for (unsigned i = 0; i < 4; i++)
		ck_assert_uint_eq(n[i], 10);
	rig_down();
}
END_TEST

START_TEST(bad_configurations_are_refused_in_words)
{
	struct med_conf conf;
	struct med *m = NULL;
	char why[MED_WHY_MAX];
	struct med_pool pool = { .lo = 5001, .hi = 5001 };

	rig_conf(&conf, 1);
	conf.npool = 0;
	ck_assert_int_lt(med_new(&m, &conf, why, sizeof(why)), 0);
	ck_assert_str_eq(why, "no media address is configured");
	rig_conf(&conf, 1);
	pool.addr = rig_addr("192.0.2.1:0");
	conf.pool = &pool;
	ck_assert_int_eq(med_new(&m, &conf, why, sizeof(why)), -H_EINVAL);
	ck_assert_ptr_nonnull(strstr(why, "192.0.2.1"));
	rig_conf(&conf, 1);
	conf.row = NULL;
	conf.io = "pigeon";
	ck_assert_int_eq(med_new(&m, &conf, why, sizeof(why)), -H_ENOTSUP);
	ck_assert_ptr_nonnull(strstr(why, "pigeon"));
	ck_assert_ptr_null(m);
}
END_TEST

static Suite *ports_suite(void)
{
	Suite *s = suite_create("ports");
	TCase *tc = tcase_create("ports");

	tcase_add_test(tc, pairs_are_even_and_whole);
	tcase_add_test(tc, each_worker_has_its_own_share);
	tcase_add_test(tc, a_freed_pair_rests);
	tcase_add_test(tc, a_port_rests_between_calls);
	tcase_add_test(tc, addresses_are_chosen_by_name_family_and_route);
	tcase_add_test(tc, descriptors_are_budgeted);
	tcase_add_test(tc, ports_of_others_end_in_no_resources);
	tcase_add_test(tc, groups_need_an_address_and_a_port);
	suite_add_tcase(s, tc);
	tc = tcase_create("messages");
	tcase_add_test(tc, a_slot_given_early_is_closed_when_its_messages_are_back);
	tcase_add_test(tc, old_plans_come_back);
	tcase_add_test(tc, overflow_waits_and_keeps_order);
	tcase_add_test(tc, what_control_does_not_take_is_kept);
	tcase_add_test(tc, a_commit_is_in_force_whole);
	tcase_add_test(tc, work_is_placed_where_least_is);
	tcase_add_test(tc, bad_configurations_are_refused_in_words);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(ports_suite)
