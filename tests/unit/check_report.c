/* tests/unit/check_report.c - RTCP of our own: intervals, figures, BYE; silence.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "media_rig.h"

#include <string.h>

#include "media/report.h"
#include "wire/rtcp.h"

#define ANN     "198.51.100.1:4000"
#define ANN_CTL "198.51.100.1:4001"
#define BOB     "198.51.100.2:5000"

enum { SA = 0xaaaa };

static struct slot *a, *b;

/* A leg whose RTCP ends here; b sends what a hears. */
static void up(void)
{
	struct med_conf conf;
	struct plan_leg *l;

	rig_conf(&conf, 1);
	conf.rtcp_ms = 5000;
	rig_up_conf(&conf);
	a = rig_slot(0);
	b = rig_slot(0);
	l = rig_leg(ANN, 1);
	l->relay[0] = b;
	rig_set(a, l);
	rig_set(b, rig_leg(BOB, 0));
}

static unsigned reports(const struct slot *s, const struct rig_sent **last)
{
	unsigned n = 0;

	for (unsigned i = 0; i < rig.nsent; i++) {
		if (rig.sent[i].slot != s || !rig.sent[i].rtcp)
			continue;
		n++;
		*last = &rig.sent[i];
	}
	return n;
}

static struct rtcph_pkt packet(const struct rig_sent *s, unsigned n)
{
	struct rtcph_iter it = rtcph_walk((uint8_t *)s->p, s->n);
	struct rtcph_pkt p;

	ck_assert_int_eq(rtcph_check(s->p, s->n, 0, NULL), 0);
	for (unsigned i = 0; i <= n; i++)
		ck_assert(rtcph_next(&it, &p));
	return p;
}

START_TEST(receivers_report_every_five_seconds)
{
	const struct rig_sent *r = NULL;
	struct rtcph_report block;
	struct rtcph_pkt p;
	unsigned n;

	up();
	rig_stream(a, ANN, 1, 0, SA, 500);
	rig_stream(a, ANN, 511, 510 * 160, SA, 1000); /* ten lost */
	n = reports(a, &r);                           /* 30 s */
	ck_assert_uint_ge(n, 4);
	ck_assert_uint_le(n, 13);
	p = packet(r, 0);
	ck_assert_uint_eq(p.type, RTCPH_RR);
	ck_assert_uint_eq(rtcph_sender(&p), a->leg->ssrc);
	ck_assert_uint_eq(rtcph_nblocks(&p), 1);
	rtcph_block_get(&block, rtcph_block(&p, 0));
	ck_assert_uint_eq(block.ssrc, SA);
	ck_assert_int_eq(block.lost, 10);
	ck_assert_uint_gt(block.high_seq, 600);
	ck_assert_uint_eq(r->to.port, 4001);
	p = packet(r, 1);
	ck_assert_uint_eq(p.type, RTCPH_SDES);
	ck_assert(str_eq(rtcph_sdes_item(&p, 0, RTCPH_CNAME), STR_LIT("gw@example")));
	ck_assert_uint_eq(stats_get32(&a->stats.rtcp_tx), n);
	rig_down();
}
END_TEST

START_TEST(senders_report_what_they_sent)
{
	const struct rig_sent *r = NULL;
	struct rtcph_pkt p;
	uint32_t last;

	up();
	rig_stream(a, ANN, 1, 0, SA, 400);
	ck_assert_uint_ge(reports(b, &r), 1);
	p = packet(r, 0);
	ck_assert_uint_eq(p.type, RTCPH_SR);
	ck_assert_uint_eq(rtcph_sender(&p), b->leg->ssrc);
	ck_assert_uint_eq(rtcph_nblocks(&p), 0);
	ck_assert_uint_le(rtcph_sr_packets(&p), 400);
	ck_assert_uint_eq(rtcph_sr_octets(&p), rtcph_sr_packets(&p) * 160);
	/* the timestamp fits the packet sent last before it, within a round */
	last = rtph_ts(rig.sent[0].p) + 160 * (rtcph_sr_packets(&p) - 1);
	ck_assert_uint_le(rtcph_sr_rtp_ts(&p) - last, 160);
	rig_down();
}
END_TEST

START_TEST(the_first_report_has_fractions_since_then)
{
	const struct rig_sent *r = NULL;
	struct rtcph_report block;
	struct rtcph_pkt p;

	up();
	for (uint16_t i = 0; i < 2000; i = (uint16_t)(i + 2)) { /* every second one */
		if (i == 2)
			rig_stream(a, ANN, 1, 160, SA, 1);
		rig_stream(a, ANN, i, 160u * i, SA, 1);
	}
	ck_assert_uint_ge(reports(a, &r), 2);
	p = packet(r, 0);
	rtcph_block_get(&block, rtcph_block(&p, 0));
	ck_assert_uint_ge(block.fraction, 120);
	ck_assert_uint_le(block.fraction, 135);
	rig_down();
}
END_TEST

START_TEST(idle_legs_report_nothing)
{
	const struct rig_sent *r = NULL;
	unsigned n;

	up();
	rig_step(20000);
	ck_assert_uint_eq(reports(a, &r), 0);
	rig_stream(a, ANN, 1, 0, SA, 300);
	rig_step(10000);
	n = reports(a, &r);
	rig_step(60000);
	ck_assert_uint_eq(reports(a, &r), n);
	rig_stream(a, ANN, 301, 300 * 160, SA, 300);
	ck_assert_uint_gt(reports(a, &r), n);
	rig_down();
}
END_TEST

START_TEST(round_trips_are_measured)
{
	struct rtcph_info info = { .ntp_sec = 0x1111, .ntp_frac = 0x22220000 };
	const struct rig_sent *r = NULL;
	struct rtcph_report block = { .jitter = 44, .lost = 5 };
	struct rtcph_pkt p;
	uint8_t mem[256];
	struct buf out;
	uint32_t now = (uint32_t)(report_ntp() >> 16), took;

	up();
	rig_stream(a, ANN, 1, 0, SA, 2);
	buf_fixed(&out, mem, sizeof(mem));
	block.ssrc = a->leg->ssrc;
	block.lsr = now - 0x20000; /* sent 2 s ago, kept for 1.5 s */
	block.dlsr = 0x18000;
	rtcph_put_sr(&out, SA, &info, &block, 1);
	rig_raw(a, true, ANN_CTL, mem, (uint32_t)out.n);
	rig_run();
	ck_assert_uint_ge(stats_get32(&a->stats.rtt_us), 500000);
	took = (uint32_t)(report_ntp() >> 16) - now;
	ck_assert_uint_le(stats_get32(&a->stats.rtt_us),
			  501000 + (uint64_t)took * 1000000 / 65536);
	ck_assert_uint_eq(stats_get32(&a->stats.peer_lost), 5);
	ck_assert_uint_eq(stats_get32(&a->stats.peer_jitter), 44);
	rig_stream(a, ANN, 3, 320, SA, 400);
	ck_assert_uint_ge(reports(a, &r), 1);
	p = packet(r, 0);
	rtcph_block_get(&block, rtcph_block(&p, 0));
	ck_assert_uint_eq(block.lsr, 0x11112222);
	ck_assert_uint_gt(block.dlsr, 0x8000);
	rig_down();
}
END_TEST

START_TEST(a_leg_that_sent_says_bye)
{
	const struct rig_sent *r = NULL;
	struct rtcph_pkt p;
	uint32_t ssrc;

	up();
	rig_stream(a, ANN, 1, 0, SA, 3);
	ssrc = b->leg->ssrc;
	rig_del(b);
	ck_assert_uint_eq(reports(b, &r), 1);
	p = packet(r, 0);
	ck_assert_uint_eq(p.type, RTCPH_SR);
	p = packet(r, 2);
	ck_assert_uint_eq(p.type, RTCPH_BYE);
	ck_assert_uint_eq(rtph_u32(rtcph_source(&p, 0)), ssrc);
	ck_assert_uint_eq(r->to.port, 5001);
	rig_del(a); /* has never sent */
	ck_assert_uint_eq(reports(a, &r), 0);
	rig_down();
}
END_TEST

/* A group that is sent to gets sender reports on the port behind its own. */
START_TEST(groups_get_sender_reports)
{
	struct group_spec g = { .hops = 4 };
	struct slot_req req = { .worker = 0, .flags = SLOT_EMIT, .group = &g };
	const struct rig_sent *r = NULL;
	struct slot_info out;
	struct plan_leg *l;
	struct rtcph_pkt p;

	up();
	g.group = rig_addr("239.1.2.3:5004");
	ck_assert_int_eq(med_ops.slot_take(rig.m, &req, &out), CAUSE_OK);
	l = rig_leg("239.1.2.3:5004", 0);
	l->flags = PLAN_SEND | PLAN_GROUP;
	rig_set(out.slot, l);
	l = rig_leg(ANN, 1);
	l->relay[0] = out.slot;
	rig_set(a, l);
	rig_stream(a, ANN, 1, 0, SA, 1000);
	ck_assert_uint_ge(reports(out.slot, &r), 2);
	ck_assert_uint_eq(r->to.port, 5005);
	ck_assert_uint_eq(r->to.ip[0], 239);
	p = packet(r, 0);
	ck_assert_uint_eq(p.type, RTCPH_SR);
	ck_assert_uint_eq(rtcph_sender(&p), out.slot->leg->ssrc);
	rig_step(30000); /* nobody talks: no reports */
	rig.nsent = 0;
	rig_step(30000);
	ck_assert_uint_eq(rig.nsent, 0);
	rig_down();
}
END_TEST

START_TEST(silence_is_told_once_and_its_end_too)
{
	struct plan_leg *l;

	up();
	l = rig_leg(ANN, 1);
	l->relay[0] = b;
	l->silence_ms = 1000;
	rig_set(a, l);
	rig_step(900);
	ck_assert_uint_eq(rig_events(MED_SILENT), 0);
	rig_step(200);
	ck_assert_uint_eq(rig_events(MED_SILENT), 1);
	ck_assert_uint_eq(rig_last(MED_SILENT)->cookie, a->leg->cookie);
	rig_step(5000);
	ck_assert_uint_eq(rig_events(MED_SILENT), 1);
	rig_stream(a, ANN, 1, 0, SA, 100);
	ck_assert_uint_eq(rig_events(MED_SPEAKS), 1);
	ck_assert_uint_eq(rig_events(MED_SILENT), 1);
	rig_step(1200);
	ck_assert_uint_eq(rig_events(MED_SILENT), 2);
	ck_assert(rig_last(MED_SILENT)->at - rig_last(MED_SPEAKS)->at > 2800000000u);
	rig_down();
}
END_TEST

START_TEST(a_leg_that_may_not_receive_is_not_silent)
{
	struct plan_leg *l;

	up();
	l = rig_leg(ANN, 0);
	l->flags = PLAN_SEND;
	l->silence_ms = 100;
	rig_set(a, l);
	rig_step(1000);
	ck_assert_uint_eq(rig_events(MED_SILENT), 0);
	rig_down();
}
END_TEST

static Suite *report_suite(void)
{
	Suite *s = suite_create("report");
	TCase *tc = tcase_create("reports");

	tcase_add_test(tc, receivers_report_every_five_seconds);
	tcase_add_test(tc, senders_report_what_they_sent);
	tcase_add_test(tc, the_first_report_has_fractions_since_then);
	tcase_add_test(tc, idle_legs_report_nothing);
	tcase_add_test(tc, round_trips_are_measured);
	tcase_add_test(tc, a_leg_that_sent_says_bye);
	tcase_add_test(tc, groups_get_sender_reports);
	tcase_add_test(tc, silence_is_told_once_and_its_end_too);
	tcase_add_test(tc, a_leg_that_may_not_receive_is_not_silent);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(report_suite)
