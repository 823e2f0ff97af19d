/* tests/unit/check_relay.c - RTP from one leg to another: headers, formats, continuity.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "media_rig.h"

#include <string.h>

#include "util/rnd.h"
#include "wire/rtp.h"

#define ANN "198.51.100.1:4000"
#define BOB "198.51.100.2:5000"
#define EVE "203.0.113.9:6000"

static struct slot *a, *b;

static struct plan_leg *to(const char *remote, struct slot *out)
{
	struct plan_leg *leg = rig_leg(remote, 1);

	leg->relay[0] = out;
	return leg;
}

static void two_legs(void)
{
	rig_up(1);
	a = rig_slot(0);
	b = rig_slot(0);
	rig_set(a, to(ANN, b));
	rig_set(b, to(BOB, a));
}

static const struct rig_sent *last(void)
{
	ck_assert_uint_gt(rig.nsent, 0);
	return &rig.sent[rig.nsent - 1];
}

START_TEST(a_stream_is_relayed_with_our_ssrc)
{
	two_legs();
	rig_stream(a, ANN, 100, 1000, 0x11, 10);
	ck_assert_uint_eq(rig.nsent,
			  10); /* the first one too, once the second proved it */
	for (unsigned i = 0; i < rig.nsent; i++) {
		const struct rig_sent *s = &rig.sent[i];

		ck_assert_ptr_eq(s->slot, b);
		ck_assert_uint_eq(s->n, 172);
		ck_assert_uint_eq(rtph_ssrc(s->p), b->leg->ssrc);
		ck_assert_uint_eq(rtph_pt(s->p), 0);
		ck_assert_uint_eq(s->p[12], 100 + i);
		ck_assert_uint_eq(s->p[171], 100 + i);
		ck_assert_uint_eq(s->to.port, 5000);
		if (i) {
			ck_assert_uint_eq((uint16_t)(rtph_seq(s->p) - rtph_seq(s[-1].p)),
					  1);
			ck_assert_uint_eq(rtph_ts(s->p) - rtph_ts(s[-1].p), 160);
		}
	}
	ck_assert_uint_eq(stats_get64(&a->stats.rx_packets), 10);
	ck_assert_uint_eq(stats_get64(&a->stats.rx_octets), 10 * 160);
	ck_assert_uint_eq(stats_get64(&b->stats.tx_packets), 10);
	ck_assert_uint_eq(stats_lost(&a->stats), 0);
	ck_assert_uint_eq(rig_events(MED_FIRST_PACKET), 1);
	rig_down();
}
END_TEST

START_TEST(loss_and_jitter_are_measured)
{
	two_legs();
	rig_stream(a, ANN, 100, 0, 0x11, 10);
	rig_stream(a, ANN, 115, 160 * 15, 0x11, 10); /* five are missing */
	ck_assert_uint_eq(stats_get64(&a->stats.rx_expected), 25);
	ck_assert_uint_eq(stats_lost(&a->stats), 5);
	/* the five came 100 ms early by their timestamps: 800 units, then steady */
	ck_assert_uint_gt(stats_get32(&a->stats.rx_jitter), 10);
	ck_assert_uint_lt(stats_get32(&a->stats.rx_jitter), 51);
	ck_assert_uint_eq(stats_get32(&a->stats.rx_clock), 8000);
	rig_down();
}
END_TEST

START_TEST(sequence_numbers_wrap)
{
	two_legs();
	rig_stream(a, ANN, 65530, 0, 0x11, 20);
	ck_assert_uint_eq(rig.nsent, 20);
	ck_assert_uint_eq(stats_get64(&a->stats.rx_expected), 20);
	for (unsigned i = 1; i < rig.nsent; i++)
		ck_assert_uint_eq(
			(uint16_t)(rtph_seq(rig.sent[i].p) - rtph_seq(rig.sent[i - 1].p)),
			1);
	rig_down();
}
END_TEST

START_TEST(formats_are_mapped_or_refused)
{
	struct plan_leg *l;

	rig_up(1);
	a = rig_slot(0);
	b = rig_slot(0);
	l = to(ANN, b);
	l->rx_key[96] = 7;
	l->rx_key[101] = 8;
	rig_set(a, l);
	l = to(BOB, a);
	l->tx_pt[7] = 111;
	rig_set(b, l);
	rig_stream(a, ANN, 100, 0, 0x11, 2);
	rig_rtp(a, ANN, 96, 102, 320, 0x11);
	rig_run();
	ck_assert_uint_eq(rtph_pt(last()->p), 111);
	ck_assert_uint_eq(rig.nsent, 3);
	rig_rtp(a, ANN, 101, 103, 480, 0x11); /* b has none for it */
	rig_rtp(a, ANN, 97, 104, 640, 0x11);  /* a never offered it */
	rig_run();
	ck_assert_uint_eq(rig.nsent, 3);
	ck_assert_uint_eq(rig_dropped(a, DROP_FORMAT), 2);
	rig_down();
}
END_TEST

START_TEST(any_payload_type_passes_when_planned)
{
	struct plan_leg *l;

	two_legs();
	l = to(ANN, b);
	l->flags |= PLAN_ANY_PT;
	rig_set(a, l);
	l = to(BOB, a);
	l->flags |= PLAN_ANY_PT;
	rig_set(b, l);
	rig_rtp(a, ANN, 33, 1, 0, 0x11);
	rig_rtp(a, ANN, 33, 2, 0, 0x11);
	rig_run();
	ck_assert_uint_eq(rtph_pt(last()->p), 33);
	rig_down();
}
END_TEST

START_TEST(the_output_goes_on_when_the_source_changes)
{
	uint32_t seq, ts;

	two_legs();
	rig_stream(a, ANN, 100, 1000, 0x11, 10);
	seq = rtph_seq(last()->p);
	ts = rtph_ts(last()->p);
	rig_step(180); /* 200 ms after the last packet */
	rig_stream(a, ANN, 60000, 77, 0x22, 1);
	rig_stream(a, ANN, 60001, 237, 0x22, 1);
	ck_assert_uint_eq(rtph_seq(last()->p), (uint16_t)(seq + 2));
	ck_assert_uint_eq(rtph_ssrc(last()->p), b->leg->ssrc);
	/* 220 ms of clock */
	ck_assert_uint_eq(rtph_ts(last()->p) - ts, 220 * 8);
	ck_assert_uint_eq(stats_get32(&a->stats.sources), 2);
	ck_assert_uint_eq(stats_get64(&a->stats.rx_expected), 12);
	rig_down();
}
END_TEST

START_TEST(late_packets_keep_their_place)
{
	uint16_t first;

	two_legs();
	rig_stream(a, ANN, 100, 0, 0x11, 5);
	first = rtph_seq(rig.sent[0].p);
	rig_rtp(a, ANN, 0, 106, 960, 0x11);
	rig_rtp(a, ANN, 0, 105, 800, 0x11);
	rig_run();
	ck_assert_uint_eq(rig.nsent, 7);
	ck_assert_uint_eq((uint16_t)(rtph_seq(rig.sent[5].p) - first), 6);
	ck_assert_uint_eq((uint16_t)(rtph_seq(rig.sent[6].p) - first), 5);
	/* one from before the output began would take a number that was never ours */
	rig_rtp(a, ANN, 0, 99, 0, 0x11);
	rig_run();
	ck_assert_uint_eq(rig.nsent, 7);
	rig_down();
}
END_TEST

/* The first packet waits for the second; what does not prove itself, comes too late or is
 * long is not delivered afterwards. */
START_TEST(the_first_packet_is_kept)
{
	uint8_t p[600];

	two_legs();
	rig_rtp(a, ANN, 0, 100, 0, 0x11);
	rig_step(50);
	ck_assert_uint_eq(rig.nsent, 0);
	rig_rtp(a, ANN, 0, 200, 0, 0x11); /* no neighbour of the first */
	rig_step(20);
	ck_assert_uint_eq(rig_dropped(a, DROP_PROBATION), 1);
	rig_rtp(a, ANN, 0, 201, 160, 0x11);
	rig_step(20);
	ck_assert_uint_eq(rig.nsent, 2);
	ck_assert_uint_eq(rig.sent[0].p[12], 200);
	ck_assert_uint_eq(rig.sent[1].p[12], 201);
	ck_assert_uint_eq(stats_get64(&a->stats.rx_packets), 2);
	ck_assert_uint_eq(stats_get64(&a->stats.rx_expected), 2);
	rig_rtp(b, BOB, 0, 7, 0, 0x22);
	rig_step(300);
	rig_rtp(b, BOB, 0, 8, 160, 0x22); /* 0.3 s later: the first is stale */
	rig_step(20);
	ck_assert_uint_eq(rig.nsent, 3);
	ck_assert_uint_eq(last()->p[12], 8);
	rig_step(1000);
	rtph_write(p, 0, false, 900, 0, 0x33);
	rig_raw(b, false, BOB, p, sizeof(p));
	rig_step(20);
	rig_rtp(b, BOB, 0, 901, 160, 0x33);
	rig_step(20);
	ck_assert_uint_eq(rig.nsent, 4);
	rig_down();
}
END_TEST

START_TEST(the_first_packet_may_lie_before_a_wrap)
{
	two_legs();
	rig_stream(a, ANN, 65535, 0, 0x11, 3);
	ck_assert_uint_eq(rig.nsent, 3);
	ck_assert_uint_eq(stats_get64(&a->stats.rx_expected), 3);
	ck_assert_uint_eq(stats_lost(&a->stats), 0);
	ck_assert_uint_eq((uint16_t)(rtph_seq(rig.sent[2].p) - rtph_seq(rig.sent[0].p)),
			  2);
	rig_down();
}
END_TEST

START_TEST(modes_are_kept)
{
	struct plan_leg *l;

	two_legs();
	rig_stream(a, ANN, 100, 0, 0x11, 3);
	ck_assert_uint_eq(rig.nsent, 3);
	l = to(ANN, b);
	l->flags &= (uint8_t)~PLAN_RECV;
	rig_set(a, l);
	rig_stream(a, ANN, 103, 480, 0x11, 2);
	ck_assert_uint_eq(rig.nsent, 3);
	ck_assert_uint_eq(rig_dropped(a, DROP_MODE), 2);
	rig_set(a, to(ANN, b));
	l = to(BOB, a);
	l->flags &= (uint8_t)~PLAN_SEND;
	rig_set(b, l);
	rig_stream(a, ANN, 105, 800, 0x11, 2);
	ck_assert_uint_eq(rig.nsent, 3);
	ck_assert_uint_eq(rig_dropped(a, DROP_MODE), 4);
	rig_down();
}
END_TEST

START_TEST(a_loop_sends_back_what_came)
{
	struct plan_leg *l;

	rig_up(1);
	a = rig_slot(0);
	l = rig_leg(ANN, 0);
	l->flags = PLAN_LOOP;
	l->rx_key[96] = 9;
	rig_set(a, l);
	rig_rtp(a, ANN, 96, 1, 0, 0x11);
	rig_rtp(a, ANN, 96, 2, 160, 0x11);
	rig_run();
	ck_assert_uint_eq(rig.nsent, 2);
	ck_assert_ptr_eq(last()->slot, a);
	ck_assert_uint_eq(rtph_pt(last()->p), 96);
	ck_assert_uint_eq(last()->to.port, 4000);
	rig_down();
}
END_TEST

START_TEST(one_input_feeds_many_outputs)
{
	struct plan_leg *l;
	struct slot *out[40];

	rig_up(1);
	a = rig_slot(0);
	l = rig_leg(ANN, 40);
	for (unsigned i = 0; i < 40; i++) {
		out[i] = rig_slot(0);
		l->relay[i] = out[i];
		rig_set(out[i], rig_leg(BOB, 0));
	}
	rig_set(a, l);
	rig_stream(a, ANN, 1, 0, 0x11, 2);
	ck_assert_uint_eq(rig.nsent, 80);
	for (unsigned i = 0; i < 80; i++) {
		ck_assert_ptr_eq(rig.sent[i].slot, out[i % 40]);
		ck_assert_uint_eq(rtph_ssrc(rig.sent[i].p), out[i % 40]->leg->ssrc);
		ck_assert_uint_eq(rig.sent[i].p[100], 1 + i / 40);
	}
	rig_down();
}
END_TEST

START_TEST(what_is_not_rtp_is_dropped)
{
	static const uint8_t junk[][16] = {
		{ 0 },
		{ 0x40, 0 },
		{ 0x8f, 0 },
		{ 0x90, 0, 0, 1, [12] = 0, 0, 0xff, 0xff },
		{ 0xa0, 0, 0, 1, [15] = 200 },
	};

	two_legs();
	for (unsigned i = 0; i < 5; i++)
		rig_raw(a, false, ANN, junk[i], 16);
	rig_raw(a, false, ANN, junk[0], 0);
	rig_raw(a, false, ANN, "\x80", 1);
	rig_run();
	ck_assert_uint_eq(rig_dropped(a, DROP_INVALID), 7);
	ck_assert_uint_eq(rig.nsent, 0);
	rig_down();
}
END_TEST

START_TEST(nothing_is_relayed_before_the_remote_is_known)
{
	rig_up(1);
	a = rig_slot(0);
	b = rig_slot(0);
	rig_set(a, to(NULL, b));
	rig_set(b, to(BOB, a));
	rig_stream(a, EVE, 1, 0, 0x11, 5);
	rig_stream(b, BOB, 1, 0, 0x22, 5);
	ck_assert_uint_eq(rig.nsent, 0);
	ck_assert_uint_eq(rig_dropped(a, DROP_SOURCE), 5);
	rig_down();
}
END_TEST

/* RTP with bytes changed or cut: whatever gets through us is RTP of the same length. */
START_TEST(nothing_bad_is_relayed)
{
	unsigned rounds = test_in_oom() ? 10 : 20000;
	struct rtph h;
	uint8_t p[60];

	two_legs();
	rnd_fix(7);
	for (unsigned i = 0; i < rounds; i++) {
		uint32_t n = sizeof(p);

		rig.nsent = 0;
		memset(p, 0, sizeof(p));
		rtph_write(p, 0, false, (uint16_t)i, 160 * i, 0x11);
		for (unsigned k = rnd_below(3); k; k--)
			p[rnd_below(20)] = (uint8_t)rnd_u32();
		if (!rnd_below(4))
			n = rnd_below(sizeof(p));
		rig_raw(a, false, ANN, p, n);
		rig_run();
		rig.now += 20000000;
		for (unsigned k = 0; k < rig.nsent; k++)
			ck_assert_int_eq(rtph_parse(&h, rig.sent[k].p, rig.sent[k].n), 0);
	}
	if (!test_in_oom())
		ck_assert_uint_gt(stats_get64(&b->stats.tx_packets), rounds / 10);
	rig_down();
}
END_TEST

static Suite *relay_suite(void)
{
	Suite *s = suite_create("relay");
	TCase *tc = tcase_create("two legs");

	tcase_add_test(tc, a_stream_is_relayed_with_our_ssrc);
	tcase_add_test(tc, loss_and_jitter_are_measured);
	tcase_add_test(tc, sequence_numbers_wrap);
	tcase_add_test(tc, formats_are_mapped_or_refused);
	tcase_add_test(tc, any_payload_type_passes_when_planned);
	tcase_add_test(tc, the_output_goes_on_when_the_source_changes);
	tcase_add_test(tc, late_packets_keep_their_place);
	tcase_add_test(tc, the_first_packet_is_kept);
	tcase_add_test(tc, the_first_packet_may_lie_before_a_wrap);
	tcase_add_test(tc, modes_are_kept);
	tcase_add_test(tc, a_loop_sends_back_what_came);
	tcase_add_test(tc, one_input_feeds_many_outputs);
	tcase_add_test(tc, what_is_not_rtp_is_dropped);
	tcase_add_test(tc, nothing_bad_is_relayed);
	tcase_add_test(tc, nothing_is_relayed_before_the_remote_is_known);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(relay_suite)
