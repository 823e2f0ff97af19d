/* tests/unit/check_xlate.c - RTCP between two legs: RFC 3550 7.2.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "media_rig.h"

#include <string.h>

#include "util/rnd.h"
#include "wire/rtcp.h"

#define ANN     "198.51.100.1:4000"
#define ANN_CTL "198.51.100.1:4001"
#define BOB     "198.51.100.2:5000"
#define BOB_CTL "198.51.100.2:5001"

enum { SA = 0xaaaa, SB = 0xbbbb };

static struct slot *a, *b;
static uint8_t mem[1024];
static struct buf out;

static struct plan_leg *to(const char *remote, struct slot *peer)
{
	struct plan_leg *l = rig_leg(remote, 1);

	l->relay[0] = peer;
	l->rtcp_peer = peer;
	return l;
}

/* Two legs in mid-call: twenty packets each way have gone through. */
static void up(void)
{
	rig_up(1);
	a = rig_slot(0);
	b = rig_slot(0);
	rig_set(a, to(ANN, b));
	rig_set(b, to(BOB, a));
	for (uint16_t i = 0; i < 20; i++) {
		rig_rtp(a, ANN, 0, (uint16_t)(100 + i), 1000 + 160u * i, SA);
		rig_rtp(b, BOB, 0, (uint16_t)(60000 + i), 90000 + 160u * i, SB);
		rig_step(20);
	}
	ck_assert_uint_eq(rig.nsent, 40);
	buf_fixed(&out, mem, sizeof(mem));
}

static void deliver(struct slot *s, const char *from)
{
	ck_assert(buf_ok(&out));
	rig_raw(s, true, from, out.p, (uint32_t)out.n);
	buf_reset(&out);
	rig_run();
}

/* The n-th packet of the last datagram sent, which must be valid RTCP. */
static struct rtcph_pkt sent(unsigned n)
{
	struct rig_sent *s = &rig.sent[rig.nsent - 1];
	struct rtcph_iter it = rtcph_walk(s->p, s->n);
	struct rtcph_pkt p;

	ck_assert(s->rtcp);
	ck_assert_int_eq(rtcph_check(s->p, s->n, 0, NULL), 0);
	for (unsigned i = 0; i <= n; i++)
		ck_assert(rtcph_next(&it, &p));
	return p;
}

static unsigned packets(void)
{
	struct rig_sent *s = &rig.sent[rig.nsent - 1];
	struct rtcph_iter it = rtcph_walk(s->p, s->n);
	struct rtcph_pkt p;
	unsigned n = 0;

	while (rtcph_next(&it, &p))
		n++;
	return n;
}

/* The sequence number and timestamp b sent for the one of a's. */
static const uint8_t *rtp_of(const struct slot *s, uint8_t low)
{
	for (unsigned i = 0; i < rig.nsent; i++)
		if (rig.sent[i].slot == s && !rig.sent[i].rtcp &&
		    rig.sent[i].p[12] == low)
			return rig.sent[i].p;
	ck_abort_msg("no such packet");
}

START_TEST(a_sender_report_speaks_for_our_stream)
{
	struct rtcph_info info = { 0x11111111, 0x22222222, 1000 + 160 * 19, 5, 6 };
	struct rtcph_pkt p;

	up();
	rtcph_put_sr(&out, SA, &info, NULL, 0);
	rtcph_put_cname(&out, SA, STR_LIT("ann@host"));
	deliver(a, ANN_CTL);
	ck_assert_ptr_eq(rig.sent[rig.nsent - 1].slot, b);
	ck_assert_uint_eq(rig.sent[rig.nsent - 1].to.port, 5001);
	p = sent(0);
	ck_assert_uint_eq(p.type, RTCPH_SR);
	ck_assert_uint_eq(rtcph_sender(&p), b->leg->ssrc);
	ck_assert_uint_eq(rtcph_sr_ntp_sec(&p), 0x11111111);
	ck_assert_uint_eq(rtcph_sr_ntp_frac(&p), 0x22222222);
	ck_assert_uint_eq(rtcph_sr_rtp_ts(&p), rtph_ts(rtp_of(b, 119)));
	ck_assert_uint_eq(rtcph_sr_packets(&p), 20);
	ck_assert_uint_eq(rtcph_sr_octets(&p), 20 * 160);
	p = sent(1);
	ck_assert_uint_eq(p.type, RTCPH_SDES);
	ck_assert_uint_eq(rtph_u32(rtcph_source(&p, 0)), b->leg->ssrc);
	ck_assert(str_eq(rtcph_sdes_item(&p, 0, RTCPH_CNAME), STR_LIT("ann@host")));
	rig_down();
}
END_TEST

START_TEST(report_blocks_are_mapped_back)
{
	struct rtcph_report r[3] = {
		{ .ssrc = 0x9999, .lost = 3 },
		{ .fraction = 7, .lost = 12, .jitter = 33, .lsr = 0x1234, .dlsr = 0x55 },
		{ .ssrc = 0x8888 },
	};
	struct rtcph_report got;
	struct rtcph_pkt p;

	up();
	/* Ann heard Bob's 60019, which had another number on her side */
	r[1].ssrc = a->leg->ssrc;
	r[1].high_seq = rtph_seq(rtp_of(a, 60019 & 0xff));
	rtcph_put_rr(&out, SA, r, 3);
	rtcph_put_cname(&out, SA, STR_LIT("ann"));
	deliver(a, ANN_CTL);
	p = sent(0);
	ck_assert_uint_eq(p.type, RTCPH_RR);
	ck_assert_uint_eq(rtcph_sender(&p), b->leg->ssrc);
	ck_assert_uint_eq(rtcph_nblocks(&p), 1);
	rtcph_block_get(&got, rtcph_block(&p, 0));
	ck_assert_uint_eq(got.ssrc, SB);
	ck_assert_uint_eq(got.high_seq, 60019);
	ck_assert_uint_eq(got.fraction, 7);
	ck_assert_int_eq(got.lost, 12);
	ck_assert_uint_eq(got.jitter, 33);
	ck_assert_uint_eq(got.lsr, 0x1234);
	ck_assert_uint_eq(got.dlsr, 0x55);
	ck_assert_uint_eq(packets(), 2);
	ck_assert_uint_eq(stats_get32(&a->stats.peer_lost), 12);
	ck_assert_uint_eq(stats_get32(&a->stats.peer_jitter), 33);
	rig_down();
}
END_TEST

/* Who only listens, or reports by another SSRC than it speaks with, keeps its name. */
START_TEST(a_listener_keeps_its_name)
{
	struct rtcph_pkt p;

	up();
	rtcph_put_rr(&out, SA + 1, NULL, 0);
	rtcph_put_cname(&out, SA + 1, STR_LIT("ann"));
	rtcph_put_bye(&out, SA + 1, (struct span){ 0 });
	deliver(a, ANN_CTL);
	ck_assert_uint_eq(packets(), 2); /* Ann's voice has not left */
	p = sent(0);
	ck_assert_uint_eq(rtcph_sender(&p), b->leg->ssrc);
	p = sent(1);
	ck_assert_uint_eq(p.type, RTCPH_SDES);
	ck_assert_uint_eq(rtph_u32(rtcph_source(&p, 0)), b->leg->ssrc);
	ck_assert(str_eq(rtcph_sdes_item(&p, 0, RTCPH_CNAME), STR_LIT("ann")));
	rig_down();
}
END_TEST

START_TEST(wraps_are_counted_in_what_is_mapped_back)
{
	struct rtcph_report r = { .lost = 0 }, got;
	struct rtcph_pkt p;

	up();
	rig_stream(b, BOB, 60020, 90000 + 3200, SB, 8); /* and on over the end */
	for (uint32_t i = 60028; i < 65536 + 100; i += 90)
		rig_stream(b, BOB, (uint16_t)i, 90000, SB, 1);
	r.ssrc = a->leg->ssrc;
	r.high_seq = a->tx.cycles + a->tx.last_seq;
	rtcph_put_rr(&out, SA, &r, 1);
	deliver(a, ANN_CTL);
	p = sent(0);
	rtcph_block_get(&got, rtcph_block(&p, 0));
	ck_assert_uint_eq(got.high_seq, b->src.cycles + b->src.max_seq);
	ck_assert_uint_gt(got.high_seq, 65535);
	rig_down();
}
END_TEST

START_TEST(a_bye_is_passed_on_as_ours)
{
	struct rtcph_pkt p;

	up();
	rtcph_put_rr(&out, SA, NULL, 0);
	rtcph_put_bye(&out, SA, STR_LIT("enough"));
	deliver(a, ANN_CTL);
	p = sent(1);
	ck_assert_uint_eq(p.type, RTCPH_BYE);
	ck_assert_uint_eq(rtph_u32(rtcph_source(&p, 0)), b->leg->ssrc);
	ck_assert(str_eq(rtcph_bye_reason(&p), STR_LIT("enough")));
	rig_down();
}
END_TEST

/* PLI, NACK and FIR by hand: header, sender, media, FCI. */
static void feedback(uint8_t fmt, uint8_t type, uint32_t media, const uint32_t *fci,
		     unsigned n)
{
	buf_u8(&out, (uint8_t)(0x80 | fmt));
	buf_u8(&out, type);
	buf_u16(&out, (uint16_t)(2 + n));
	buf_u32(&out, SA);
	buf_u32(&out, media);
	for (unsigned i = 0; i < n; i++)
		buf_u32(&out, fci[i]);
}

START_TEST(feedback_is_mapped)
{
	uint32_t nack, fir[2];
	struct rtcph_pkt p;

	up();
	nack = (uint32_t)rtph_seq(rtp_of(a, 60010 & 0xff)) << 16 | 0x8001;
	fir[0] = a->leg->ssrc;
	fir[1] = 0x07000000;
	rtcph_put_rr(&out, SA, NULL, 0);
	feedback(1, RTCPH_PSFB, a->leg->ssrc, NULL, 0);
	feedback(1, RTCPH_RTPFB, a->leg->ssrc, &nack, 1);
	feedback(4, RTCPH_PSFB, 0, fir, 2);
	feedback(15, RTCPH_PSFB, a->leg->ssrc, &nack, 1); /* insides unknown */
	feedback(1, RTCPH_PSFB, 0x4444, NULL, 0);         /* about somebody else */
	deliver(a, ANN_CTL);
	ck_assert_uint_eq(packets(), 4);
	p = sent(1);
	ck_assert_uint_eq(p.type, RTCPH_PSFB);
	ck_assert_uint_eq(rtcph_sender(&p), b->leg->ssrc);
	ck_assert_uint_eq(rtph_u32(rtcph_fb_media(&p)), SB);
	p = sent(2);
	ck_assert_uint_eq(rtph_u16(p.p + 12), 60010);
	ck_assert_uint_eq(rtph_u16(p.p + 14), 0x8001);
	p = sent(3);
	ck_assert_uint_eq(rtph_u32(p.p + 12), SB);
	rig_down();
}
END_TEST

START_TEST(what_cannot_be_mapped_is_taken_out)
{
	struct rtcph_pkt p;

	up();
	rtcph_put_rr(&out, SA, NULL, 0);
	buf_u32(&out, 0x80cf0001u); /* XR without blocks */
	buf_u32(&out, SA);
	buf_u32(&out, 0x80cc0002u); /* APP */
	buf_u32(&out, SA);
	buf_u32(&out, 0x74657374u);
	deliver(a, ANN_CTL);
	ck_assert_uint_eq(packets(), 2);
	p = sent(1);
	ck_assert_uint_eq(p.type, RTCPH_APP);
	ck_assert_uint_eq(rtcph_sender(&p), b->leg->ssrc);
	rig_down();
}
END_TEST

START_TEST(padding_is_not_passed_on)
{
	struct rtcph_pkt p;

	up();
	rtcph_put_rr(&out, SA, NULL, 0);
	buf_u32(&out, 0xa1cb0002u); /* BYE with four bytes of padding */
	buf_u32(&out, SA);
	buf_u32(&out, 4);
	deliver(a, ANN_CTL);
	p = sent(1);
	ck_assert_uint_eq(p.type, RTCPH_BYE);
	ck_assert_uint_eq(p.p[0] & 0x20, 0);
	ck_assert_uint_eq(p.n, 8);
	rig_down();
}
END_TEST

START_TEST(a_report_of_another_source_is_not_passed_on)
{
	struct rtcph_info info = { .rtp_ts = 1 };
	unsigned before;

	up();
	before = rig.nsent;
	rtcph_put_sr(&out, 0xcccc, &info, NULL, 0);
	deliver(a, ANN_CTL);
	rtcph_put_sr(&out, SA, &info, NULL, 0); /* from a stranger */
	deliver(a, "203.0.113.5:4001");
	ck_assert_uint_eq(rig.nsent, before);
	rig_down();
}
END_TEST

START_TEST(bad_rtcp_is_counted_and_dropped)
{
	static const uint8_t bad[][12] = {
		{ 0x80, 200, 0, 1, 0, 0, 0, 1 }, /* an SR cut short */
		{ 0x80, 203, 0, 1, 0, 0, 0, 1 }, /* does not begin with a report */
		{ 0x81, 201, 0, 1, 0, 0, 0, 1 }, /* a block announced, none there */
		{ 0x80, 201, 0, 9, 0, 0, 0, 1 }, /* longer than the datagram */
		{ 0x00, 201, 0, 1, 0, 0, 0, 1 }, /* another version */
	};
	unsigned before;

	up();
	before = rig.nsent;
	for (unsigned i = 0; i < 5; i++)
		rig_raw(a, true, ANN_CTL, bad[i], 8);
	for (uint32_t n = 0; n < 8; n++)
		rig_raw(a, true, ANN_CTL, "\x80\xc9\x00\x01\x00\x00\xaa\xaa", n);
	rig_run();
	ck_assert_uint_eq(stats_get32(&a->stats.rtcp_bad), 13);
	ck_assert_uint_eq(rig.nsent, before);
	rig_down();
}
END_TEST

START_TEST(rtcp_follows_the_port_it_comes_from)
{
	struct plan_leg *l;

	up();
	l = to(ANN, b);
	l->accept = ACCEPT_HOST;
	l->flags |= PLAN_LATCH;
	rig_set(a, l);
	rtcph_put_rr(&out, SA, NULL, 0);
	deliver(a, "198.51.100.1:4999");
	rtcph_put_rr(&out, SB, NULL, 0);
	deliver(b, BOB_CTL);
	ck_assert_ptr_eq(rig.sent[rig.nsent - 1].slot, a);
	ck_assert_uint_eq(rig.sent[rig.nsent - 1].to.port, 4999);
	rig_down();
}
END_TEST

/* Valid compounds with bytes changed, cut or glued: whatever gets through us is valid. */
START_TEST(nothing_bad_is_passed_on)
{
	struct rtcph_info info = { 1, 2, 3, 4, 5 };
	struct rtcph_report r[2] = { { .high_seq = 9 }, { .ssrc = 77 } };
	const uint32_t fir[2] = { 1, 2 };
	unsigned rounds = test_in_oom() ? 10 : 20000, passed = 0;

	up();
	r[0].ssrc = a->leg->ssrc;
	rnd_fix(7);
	for (unsigned i = 0; i < rounds; i++) {
		rig.nsent = 0;
		buf_reset(&out);
		rtcph_put_sr(&out, SA, &info, r, rnd_below(3));
		rtcph_put_cname(&out, SA, STR_LIT("somebody"));
		if (rnd_below(2))
			feedback((uint8_t)rnd_below(16), RTCPH_PSFB, a->leg->ssrc, fir,
				 2);
		if (rnd_below(2))
			rtcph_put_bye(&out, SA, STR_LIT("why"));
		for (unsigned k = rnd_below(4); k; k--)
			mem[rnd_below((uint32_t)out.n)] = (uint8_t)rnd_u32();
		if (!rnd_below(4))
			out.n -= rnd_below((uint32_t)out.n);
		rig_raw(a, true, ANN_CTL, mem, (uint32_t)out.n);
		rig_run();
		for (unsigned k = 0; k < rig.nsent; k++)
			ck_assert_int_eq(
				rtcph_check(rig.sent[k].p, rig.sent[k].n, 0, NULL), 0);
		passed += rig.nsent;
	}
	ck_assert_uint_gt(passed, rounds / 10);
	rig_down();
}
END_TEST

static Suite *xlate_suite(void)
{
	Suite *s = suite_create("xlate");
	TCase *tc = tcase_create("between two legs");

	tcase_add_test(tc, a_sender_report_speaks_for_our_stream);
	tcase_add_test(tc, report_blocks_are_mapped_back);
	tcase_add_test(tc, a_listener_keeps_its_name);
	tcase_add_test(tc, wraps_are_counted_in_what_is_mapped_back);
	tcase_add_test(tc, a_bye_is_passed_on_as_ours);
	tcase_add_test(tc, feedback_is_mapped);
	tcase_add_test(tc, what_cannot_be_mapped_is_taken_out);
	tcase_add_test(tc, padding_is_not_passed_on);
	tcase_add_test(tc, a_report_of_another_source_is_not_passed_on);
	tcase_add_test(tc, bad_rtcp_is_counted_and_dropped);
	tcase_add_test(tc, nothing_bad_is_passed_on);
	tcase_add_test(tc, rtcp_follows_the_port_it_comes_from);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(xlate_suite)
