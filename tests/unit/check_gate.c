/* tests/unit/check_gate.c - sources by network and port, policing, payload changes.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "media_rig.h"

#define ANN "192.0.2.1:5000"

enum { SA = 0x1111 };

static struct slot *a, *b;

static void up(void)
{
	rig_up(1);
	a = rig_slot(0);
	b = rig_slot(0);
	rig_set(b, rig_leg("192.0.2.2:6000", 0));
}

static struct plan_leg *gated(uint8_t accept)
{
	struct plan_leg *l = rig_leg(ANN, 1);

	l->relay[0] = b;
	l->flags |= PLAN_GATE;
	l->accept = accept;
	return l;
}

START_TEST(only_sources_of_the_network_are_let_in)
{
	struct plan_leg *l;

	up();
	l = gated(ACCEPT_ANY);
	l->gate.net = rig_addr("198.51.100.0:0");
	l->gate.bits = 24;
	rig_set(a, l);
	rig_stream(a, ANN, 1, 0, SA, 10); /* the signalled one is not in it */
	ck_assert_uint_eq(rig_dropped(a, DROP_SOURCE), 10);
	ck_assert_uint_eq(stats_get64(&a->stats.rx_packets), 0);
	rig_stream(a, "198.51.100.77:4000", 1, 0, SA + 1, 10);
	ck_assert_uint_eq(stats_get64(&a->stats.rx_packets), 10);
	ck_assert_uint_eq(stats_get64(&b->stats.tx_packets), 10);
	rig_down();
}
END_TEST

START_TEST(only_ports_of_the_range_are_let_in)
{
	struct plan_leg *l;

	up();
	l = gated(ACCEPT_HOST);
	l->gate.port_least = 5000;
	l->gate.port_most = 5010;
	rig_set(a, l);
	rig_stream(a, "192.0.2.1:4999", 1, 0, SA, 10);
	ck_assert_uint_eq(rig_dropped(a, DROP_SOURCE), 10);
	rig_stream(a, "192.0.2.1:5011", 1, 0, SA, 10);
	ck_assert_uint_eq(rig_dropped(a, DROP_SOURCE), 20);
	rig_stream(a, "192.0.2.1:5010", 1, 0, SA, 10);
	ck_assert_uint_eq(stats_get64(&a->stats.rx_packets), 10);
	rig_down();
}
END_TEST

/* A leg to be policed, once four packets have told how many octets `*one` has. */
static struct plan_leg *measured(uint32_t *one)
{
	up();
	rig_set(a, gated(ACCEPT_HOST));
	rig_stream(a, ANN, 1, 0, SA, 4);
	*one = (uint32_t)(stats_get64(&b->stats.tx_octets) / 4) + 12 + 28;
	return gated(ACCEPT_HOST);
}

START_TEST(a_rate_is_kept)
{
	uint32_t one;
	struct plan_leg *l = measured(&one);

	l->gate.rate = one * 25; /* half of what comes: 50 packets a second */
	l->gate.burst = one * 5;
	rig_set(a, l);
	rig_stream(a, ANN, 5, 800, SA, 100); /* two seconds */
	ck_assert_uint_ge(rig_dropped(a, DROP_POLICE), 40);
	ck_assert_uint_le(rig_dropped(a, DROP_POLICE), 50);
	ck_assert_uint_eq(stats_get64(&a->stats.rx_packets) +
				  rig_dropped(a, DROP_POLICE),
			  104);
	rig_down();
}
END_TEST

START_TEST(what_fits_the_rate_is_not_touched)
{
	uint32_t one;
	struct plan_leg *l = measured(&one);

	l->gate.rate = l->gate.peak = one * 50;
	l->gate.burst = l->gate.jump = one * 2;
	rig_set(a, l);
	rig_stream(a, ANN, 5, 800, SA, 200);
	ck_assert_uint_eq(rig_dropped(a, DROP_POLICE), 0);
	rig_down();
}
END_TEST

START_TEST(a_burst_is_all_that_comes_at_once)
{
	uint32_t one;
	struct plan_leg *l = measured(&one);

	l->gate.rate = one * 1000; /* plenty */
	l->gate.burst = one * 1000;
	l->gate.peak = one;
	l->gate.jump = one * 3;
	rig_set(a, l);
	for (uint16_t i = 0; i < 20; i++)
		rig_rtp(a, ANN, 0, (uint16_t)(5 + i), 800 + 160u * i, SA);
	rig_run();
	ck_assert_uint_eq(rig_dropped(a, DROP_POLICE), 17);
	rig_down();
}
END_TEST

/* One packet more, and how many changes were told so far. */
static unsigned changes_after(uint8_t pt, uint16_t seq)
{
	rig_rtp(a, ANN, pt, seq, 160u * (seq - 1u), SA);
	rig_run();
	return rig_events(MED_PAYLOAD);
}

/* E.12.2: the first one is no change, and what does not count neither. */
START_TEST(a_change_of_payload_is_told)
{
	struct plan_leg *l;

	up();
	l = rig_leg(ANN, 1);
	l->relay[0] = b;
	l->flags |= PLAN_WATCH_PT;
	l->rx_key[8] = l->rx_key[101] = 1;
	l->watch_pt[0] = 1 << 0 | 1 << 8;
	rig_set(a, l);
	rig_stream(a, ANN, 1, 0, SA, 10);
	ck_assert_uint_eq(rig_events(MED_PAYLOAD), 0);
	ck_assert_uint_eq(changes_after(101, 11), 0);
	ck_assert_uint_eq(changes_after(0, 12), 0);
	ck_assert_uint_eq(changes_after(8, 13), 1);
	ck_assert_uint_eq(rig_last(MED_PAYLOAD)->other, 8);
	ck_assert_uint_eq(rig_last(MED_PAYLOAD)->cookie, a->leg->cookie);
	ck_assert_uint_eq(changes_after(8, 14), 1);
	ck_assert_uint_eq(changes_after(0, 15), 2);
	ck_assert_uint_eq(rig_last(MED_PAYLOAD)->other, 0);
	rig_down();
}
END_TEST

static Suite *gate_suite(void)
{
	Suite *s = suite_create("gate");
	TCase *tc = tcase_create("gate");

	tcase_add_test(tc, only_sources_of_the_network_are_let_in);
	tcase_add_test(tc, only_ports_of_the_range_are_let_in);
	tcase_add_test(tc, a_rate_is_kept);
	tcase_add_test(tc, what_fits_the_rate_is_not_touched);
	tcase_add_test(tc, a_burst_is_all_that_comes_at_once);
	tcase_add_test(tc, a_change_of_payload_is_told);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(gate_suite)
