/* tests/unit/check_source.c - whose packets a leg takes: bleed, injection, latching.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "media_rig.h"

#include <string.h>

#include "media/source.h"
#include "media/spray.h"
#include "media/worker.h"
#include "wire/rtp.h"

#define ANN      "198.51.100.1:4000" /* as signalled */
#define ANN_PORT "198.51.100.1:4444" /* the same host, another port */
#define NAT      "203.0.113.1:7000"  /* where Ann's packets really come from */
#define BOB      "198.51.100.2:5000"
#define EVE      "203.0.113.66:6000"
#define EVE2     "203.0.113.67:6000"

static struct slot *a, *b;

static struct plan_leg *leg(const char *remote, struct slot *out, enum plan_accept accept)
{
	struct plan_leg *l = rig_leg(remote, 1);

	l->relay[0] = out;
	l->accept = (uint8_t)accept;
	if (accept != ACCEPT_STRICT)
		l->flags |= PLAN_LATCH;
	return l;
}

/* a: the leg under attack; b: a quiet, strict one. */
static void up(enum plan_accept accept)
{
	rig_up(1);
	a = rig_slot(0);
	b = rig_slot(0);
	rig_set(a, leg(ANN, b, accept));
	rig_set(b, leg(BOB, a, ACCEPT_STRICT));
}

static unsigned sent_to(const char *who)
{
	struct addr x = rig_addr(who);
	unsigned n = 0;

	for (unsigned i = 0; i < rig.nsent; i++)
		n += addr_same_host(&rig.sent[i].to, &x);
	return n;
}

/* Forty packets each way between Ann (from `from`) and Bob. */
static void talk(const char *from, uint16_t seq)
{
	for (unsigned i = 0; i < 40; i++) {
		rig_rtp(a, from, 0, (uint16_t)(seq + i), 160 * i, 0xa);
		rig_rtp(b, BOB, 0, (uint16_t)(seq + i), 160 * i, 0xb);
		rig_step(20);
	}
}

START_TEST(strict_takes_the_signalled_address_only)
{
	up(ACCEPT_STRICT);
	rig_stream(a, EVE, 1, 0, 0xe, 20);
	rig_stream(a, ANN_PORT, 1, 0, 0xe, 20);
	ck_assert_uint_eq(rig.nsent, 0);
	ck_assert_uint_eq(rig_dropped(a, DROP_SOURCE), 40);
	talk(ANN, 500);
	ck_assert_uint_eq(rig_heard(b), 40);
	ck_assert_uint_eq(sent_to(EVE), 0);
	ck_assert_uint_eq(sent_to(ANN), 40);
	rig_down();
}
END_TEST

/* Spoofed packets from the right address between good ones: wrong SSRC, wild sequence,
 * a format that was not agreed. None gets through, and all good ones do. */
START_TEST(strict_lets_nothing_in_between)
{
	up(ACCEPT_STRICT);
	rig_stream(a, ANN, 1000, 0, 0xa, 2);
	for (uint16_t i = 2; i < 100; i++) {
		rig_rtp(a, ANN, 0, (uint16_t)(1000 + i), 160u * i, 0xa);
		rig_rtp(a, ANN, 0, (uint16_t)(7000 + i), 0, 0xe);
		rig_rtp(a, ANN, 0, (uint16_t)(7001 + i), 0, 0xe);
		rig_rtp(a, ANN, 0, (uint16_t)(30000 + 2 * i), 0, 0xa);
		rig_rtp(a, ANN, 0, (uint16_t)(30001 + 2 * i), 0, 0xa);
		rig_rtp(a, ANN, 8, (uint16_t)(1001 + i), 0, 0xa);
		rig_step(20);
	}
	ck_assert_uint_eq(rig_heard(b), 100);
	for (unsigned i = 0; i < 100; i++)
		ck_assert_uint_eq(rig.sent[i].p[50], (1000 + i) & 0xff);
	ck_assert_uint_eq(rig_dropped(a, DROP_FORMAT), 98);
	ck_assert_uint_eq(rig_dropped(a, DROP_PROBATION), 98 * 4);
	rig_down();
}
END_TEST

START_TEST(a_real_restart_is_followed)
{
	up(ACCEPT_STRICT);
	rig_stream(a, ANN, 1000, 0, 0xa, 20);
	rig_stream(a, ANN, 40000, 5, 0xa, 20); /* the same SSRC, another place */
	ck_assert_uint_ge(rig_heard(b), 20 + 17);
	rig_stream(a, ANN, 7, 5, 0xaa, 20); /* and another SSRC */
	ck_assert_uint_ge(rig_heard(b), 20 + 17 + 17);
	for (unsigned i = 1; i < rig.nsent; i++)
		ck_assert_uint_eq(
			(uint16_t)(rtph_seq(rig.sent[i].p) - rtph_seq(rig.sent[i - 1].p)),
			1);
	rig_down();
}
END_TEST

START_TEST(a_slow_stream_is_taken_too)
{
	up(ACCEPT_STRICT);
	for (uint16_t i = 0; i < 10; i++) {
		rig_rtp(a, ANN, 0, i, 8000u * i, 0xa);
		rig_step(1000);
	}
	ck_assert_uint_eq(rig_heard(b), 9); /* the first is too old by then */
	rig_down();
}
END_TEST

/* 3435 2.3.5: recvonly takes media before the remote description is there. */
START_TEST(media_may_come_before_the_remote_description)
{
	struct plan_leg *l;

	up(ACCEPT_STRICT);
	l = leg(NULL, b, ACCEPT_ANY);
	l->flags = PLAN_RECV;
	rig_set(a, l);
	rig_stream(a, ANN_PORT, 1, 0, 0xa, 20);
	ck_assert_uint_eq(rig_heard(b), 20);
	rig_rtp(b, BOB, 0, 1, 0, 0xb);
	rig_rtp(b, BOB, 0, 2, 160, 0xb);
	rig_run();
	ck_assert_uint_eq(rig_heard(a), 0);
	l = leg(ANN, b, ACCEPT_STRICT);
	l->generation = 2;
	rig_set(a, l);
	rig_stream(a, ANN_PORT, 21, 0, 0xa, 20);
	ck_assert_uint_eq(rig_heard(b), 20);
	rig_stream(a, ANN, 41, 0, 0xa, 20);
	ck_assert_uint_eq(rig_heard(b), 20 + 20);
	rig_down();
}
END_TEST

START_TEST(host_follows_the_port_once)
{
	up(ACCEPT_HOST);
	rig_stream(a, EVE, 1, 0, 0xe, 20);
	ck_assert_uint_eq(rig_heard(b), 0);
	talk(ANN_PORT, 1);
	ck_assert_uint_eq(rig_heard(b), 40);
	ck_assert_uint_eq(rig_events(MED_LATCHED), 1);
	ck_assert_uint_eq(rig_last(MED_LATCHED)->addr.port, 4444);
	ck_assert_uint_eq(a->dest[0].addr.port, 4444);
	ck_assert_uint_eq(a->dest[1].addr.port, 4445);
	rig_stream(a, "198.51.100.1:4500", 1, 0, 0xe, 20); /* a third port: too late */
	ck_assert_uint_eq(a->dest[0].addr.port, 4444);
	ck_assert_uint_eq(sent_to(EVE), 0);
	rig_down();
}
END_TEST

/* Sprayed before the call has a remote, while it is set up and later. */
START_TEST(bleed_without_latching_is_nothing)
{
	up(ACCEPT_STRICT);
	rig_set(a, leg(NULL, b, ACCEPT_STRICT));
	for (unsigned i = 0; i < 3; i++) {
		rig_stream(a, EVE, 1, 0, 0xe, 10);
		if (i == 1)
			rig_set(a, leg(ANN, b, ACCEPT_STRICT));
		talk(ANN, (uint16_t)(100 * i));
	}
	ck_assert_uint_eq(sent_to(EVE), 0);
	rig_down();
}
END_TEST

START_TEST(a_spray_before_the_true_source_gets_little)
{
	up(ACCEPT_ANY);
	for (uint16_t i = 0; i < 6; i++) { /* valid packets, but no lasting stream */
		rig_rtp(a, EVE, 0, i, 0, 0xe);
		rig_rtp(b, BOB, 0, i, 160u * i, 0xb);
		rig_step(20);
	}
	rig_step(200);
	talk(NAT, 1);
	talk(NAT, 41);
	ck_assert_uint_le(sent_to(EVE), SOURCE_STRANGERS);
	ck_assert_uint_ge(sent_to(NAT), 60);
	ck_assert_uint_eq(a->latch.state, LATCH_LOCKED);
	rig_down();
}
END_TEST

START_TEST(a_spray_during_a_latched_call_gets_nothing)
{
	up(ACCEPT_ANY);
	talk(NAT, 1);
	for (uint16_t i = 0; i < 50; i++) {
		rig_rtp(a, EVE, 0, i, 0, 0xe);
		rig_rtp(a, EVE2, 0, (uint16_t)(3 * i), 0, 0xe0u + i);
		rig_rtp(a, NAT, 0, (uint16_t)(41 + i), 0, 0xa);
		rig_rtp(b, BOB, 0, (uint16_t)(41 + i), 0, 0xb);
		rig_step(20);
	}
	ck_assert_uint_eq(sent_to(EVE) + sent_to(EVE2), 0);
	ck_assert_uint_eq(rig_heard(b), 90);
	ck_assert_uint_eq(rig_events(MED_LATCHED), 1);
	rig_down();
}
END_TEST

/* Both stream from the start: neither is proven while the other goes on. */
START_TEST(contested_trials_end_without_bleeding)
{
	up(ACCEPT_ANY);
	for (uint16_t i = 0; i < 50; i++) {
		rig_rtp(a, EVE, 0, i, 0, 0xe);
		rig_rtp(a, NAT, 0, i, 0, 0xa);
		rig_rtp(b, BOB, 0, i, 160u * i, 0xb);
		rig_step(20);
	}
	ck_assert_uint_le(sent_to(EVE), SOURCE_STRANGERS);
	ck_assert_uint_eq(a->latch.state, LATCH_TRIAL);
	rig_step(200); /* Eve gives up */
	talk(NAT, 50);
	ck_assert_uint_le(sent_to(EVE), SOURCE_STRANGERS);
	ck_assert_uint_eq(a->latch.state, LATCH_LOCKED);
	ck_assert(addr_same_host(&a->dest[0].addr, &a->src.from));
	rig_down();
}
END_TEST

/* One socket that streams at every port: both ends of a call, for as long as it likes. */
START_TEST(a_sprayer_of_all_ports_is_known)
{
	struct plan_leg *l;
	unsigned both;

	up(ACCEPT_ANY);
	rig_set(b, leg(BOB, a, ACCEPT_ANY));
	for (uint16_t i = 0; i < 100; i++) {
		rig_rtp(a, EVE, 0, i, 160u * i, 0xe);
		rig_rtp(b, EVE, 0, i, 160u * i, 0xe);
		rig_step(20);
	}
	both = sent_to(EVE); /* her own packets */
	ck_assert_uint_le(both, 2 * SOURCE_STRANGERS);
	ck_assert_uint_eq(a->latch.state, LATCH_OPEN);
	for (uint16_t i = 0; i < 100; i++) { /* now the call begins, behind a NAT */
		rig_rtp(a, EVE, 0, (uint16_t)(100 + i), 160u * i, 0xe);
		rig_rtp(b, EVE, 0, (uint16_t)(100 + i), 160u * i, 0xe);
		rig_rtp(a, NAT, 0, i, 160u * i, 0xa);
		rig_rtp(b, "203.0.113.1:7002", 0, i, 160u * i, 0xb);
		rig_step(20);
	}
	ck_assert_uint_eq(sent_to(EVE), both);
	ck_assert_uint_ge(sent_to(NAT), 2 * 80);
	/* a phone that goes from one call to the next is no sprayer */
	l = leg(ANN, b, ACCEPT_ANY);
	l->generation = 2;
	rig_set(a, l);
	rig_stream(a, "203.0.113.2:7000", 1, 0, 0x1, 30);
	ck_assert_uint_eq(a->latch.state, LATCH_LOCKED);
	l = leg(BOB, a, ACCEPT_ANY);
	l->generation = 2;
	rig_set(b, l);
	rig_stream(b, "203.0.113.2:7000", 31, 0, 0x1, 30);
	ck_assert_uint_eq(b->latch.state, LATCH_LOCKED);
	rig_down();
}
END_TEST

/* ... among a thousand callers behind NATs, each of whom is a stranger, too. */
START_TEST(a_sprayer_is_known_in_a_crowd)
{
	struct addr eve = rig_addr(EVE), other = rig_addr(NAT);
	bool known = false;

	up(ACCEPT_ANY);
	a->w->seed = 1;
	for (unsigned turn = 0; turn < 6; turn++) {
		known = spray_check(a->w, turn & 1 ? a : b, &eve);
		for (uint16_t i = 0; i < 1000; i++) {
			other.port = (uint16_t)(1000 + i);
			ck_assert(!spray_check(a->w, i & 1 ? a : b, &other));
		}
	}
	ck_assert(known);
	rig_down();
}
END_TEST

START_TEST(the_signalled_address_takes_over_from_a_stranger)
{
	up(ACCEPT_ANY);
	for (uint16_t i = 0; i < 50; i++) { /* she even gets a lock */
		rig_rtp(a, EVE, 0, i, 0, 0xe);
		rig_step(20);
	}
	ck_assert_uint_eq(a->latch.state, LATCH_LOCKED);
	talk(ANN, 1);
	ck_assert_uint_eq(sent_to(EVE), 0);
	ck_assert_uint_eq(sent_to(ANN), 40);
	ck_assert_uint_eq(a->dest[0].addr.port, 4000);
	rig_down();
}
END_TEST

START_TEST(a_new_remote_description_latches_anew)
{
	struct plan_leg *l;

	up(ACCEPT_ANY);
	talk(NAT, 1);
	ck_assert_uint_eq(a->dest[0].addr.port, 7000);
	rig_set(a, leg(ANN, b, ACCEPT_ANY)); /* the same generation: nothing changes */
	ck_assert_uint_eq(a->dest[0].addr.port, 7000);
	ck_assert_uint_eq(a->latch.state, LATCH_LOCKED);
	l = leg(ANN, b, ACCEPT_ANY);
	l->generation = 2;
	rig_set(a, l);
	ck_assert_uint_eq(a->dest[0].addr.port, 4000);
	ck_assert_uint_eq(a->latch.state, LATCH_OPEN);
	talk("203.0.113.2:7100", 500);
	ck_assert_uint_eq(a->dest[0].addr.port, 7100);
	ck_assert_uint_eq(rig_events(MED_LATCHED), 2);
	rig_down();
}
END_TEST

START_TEST(rtcp_of_strangers_is_not_heard)
{
	static const uint8_t rr[] = { 0x80, 201, 0, 1, 0, 0, 0, 0xe };

	up(ACCEPT_STRICT);
	rig_raw(a, true, EVE, rr, sizeof(rr));
	rig_run();
	ck_assert_uint_eq(stats_get32(&a->stats.rtcp_rx), 0);
	ck_assert_uint_eq(rig_dropped(a, DROP_SOURCE), 1);
	rig_raw(a, true, "198.51.100.1:4001", rr, sizeof(rr));
	rig_run();
	ck_assert_uint_eq(stats_get32(&a->stats.rtcp_rx), 1);
	rig_down();
}
END_TEST

static Suite *source_suite(void)
{
	Suite *s = suite_create("source");
	TCase *tc = tcase_create("attacks");

	tcase_add_test(tc, strict_takes_the_signalled_address_only);
	tcase_add_test(tc, strict_lets_nothing_in_between);
	tcase_add_test(tc, a_real_restart_is_followed);
	tcase_add_test(tc, a_slow_stream_is_taken_too);
	tcase_add_test(tc, media_may_come_before_the_remote_description);
	tcase_add_test(tc, host_follows_the_port_once);
	tcase_add_test(tc, bleed_without_latching_is_nothing);
	tcase_add_test(tc, a_spray_before_the_true_source_gets_little);
	tcase_add_test(tc, a_spray_during_a_latched_call_gets_nothing);
	tcase_add_test(tc, contested_trials_end_without_bleeding);
	tcase_add_test(tc, a_sprayer_of_all_ports_is_known);
	tcase_add_test(tc, a_sprayer_is_known_in_a_crowd);
	tcase_add_test(tc, the_signalled_address_takes_over_from_a_stranger);
	tcase_add_test(tc, a_new_remote_description_latches_anew);
	tcase_add_test(tc, rtcp_of_strangers_is_not_heard);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(source_suite)
