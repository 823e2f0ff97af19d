/* tests/unit/check_offer.c - which formats and descriptions a connection gets.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "model_test.h"

#include <stdio.h>
#include <string.h>

static const char *formats(const struct format_set *s)
{
	static char out[512];
	size_t n = 0;

	out[0] = '\0';
	for (unsigned i = 0; s && i < s->n; i++)
		n += (size_t)snprintf(out + n, sizeof(out) - n, "%s%u:%s", i ? " " : "",
				      s->v[i].pt, s->v[i].name);
	return out;
}

static struct term *with_sdp(struct endp *e, enum strm_mode mode, const char *sdp,
			     enum cause *c)
{
	struct term_ask ask = { .has = ASK_MODE | ASK_REMOTE, .mode = mode };
	struct term *t = NULL;

	ask.remote = sdp_text(sdp);
	*c = term_add(e, &ask, &t);
	if (*c == CAUSE_OK)
		*c = model_commit(w.m, w.now);
	else
		model_rollback(w.m);
	return *c == CAUSE_OK ? t : NULL;
}

/* RFC 3435 2.6, one connection alone: local options, remote description, what is told. */
static const struct row {
	const char *lco, *remote; /* lists with ';'; NULL: not given */
	const char *local;        /* NULL: 534 */
} rows[] = {
	{ NULL, NULL, "0:PCMU 8:PCMA" },               /* the pool's */
	{ NULL, "8;0", "8:PCMA 0:PCMU" },              /* the peer's order */
	{ NULL, "18", "18:G729" },                     /* the relay is blind */
	{ NULL, "whatever/8000", "96:whatever" },
	{ NULL, "0;telephone-event/8000", "0:PCMU 96:telephone-event" },
	{ "PCMA", NULL, "8:PCMA" },
	{ "PCMA;PCMU", "0;8", "8:PCMA 0:PCMU" },       /* 2.6: local options' order */
	{ "PCMA", "0;8", "8:PCMA" },
	{ "PCMA", "0", NULL },
	{ "G729", "0;8", NULL },
	{ "pcmu", "0", "0:PCMU" },
	{ "AMR", NULL, "96:AMR" },
	{ "AMR;telephone-event", NULL, "96:AMR 97:telephone-event" },
	{ "AMR", "x/8000;AMR/8000", "97:AMR" },        /* its number, not ours */
	{ "telephone-event", NULL, NULL },             /* no medium of its own */
	{ "PCMU;telephone-event", "0", "0:PCMU" },
	{ "PCMU/16000", "0", NULL },
	{ "L16/44100/2", NULL, "10:L16" },
	{ "L16/44100/1", NULL, "11:L16" },
	{ "G.711u", "0", "0:PCMU" },
	{ "opus", NULL, "96:opus" },
};

static void fill_list(struct term_ask *ask, const char *text)
{
	struct span rest = str_of(text);

	while (rest.p)
		ck_assert(format_parse(&ask->formats.v[ask->formats.n++],
				       str_cut(&rest, ';')));
	ask->has |= ASK_FORMATS;
}

START_TEST(negotiation)
{
	const struct row *r = &rows[_i];
	struct term_ask ask, lco = { 0 };
	struct term *t = NULL;
	char text[128];
	enum cause c;

	snprintf(text, sizeof(text), "recvonly %s %s", r->remote ? "10.0.0.1:4000" : "-",
		 r->remote ? r->remote : "");
	ask_text(&ask, r->remote ? text : "recvonly");
	if (r->lco) {
		fill_list(&lco, r->lco);
		ask.has |= ASK_FORMATS;
		ask.formats = lco.formats;
	}
	c = term_add(ep("rtpbridge/1"), &ask, &t);
	ck_assert_msg((c == CAUSE_OK) == (r->local != NULL), "row %d: %s", _i,
		      cause_str(c));
	if (c == CAUSE_OK)
		ck_assert_str_eq(formats(t->strm->local), r->local);
	else
		ck_assert_int_eq(c, CAUSE_CODEC_NONE);
	model_rollback(w.m);
	ck_assert_uint_eq(fake_live(&w.fake), 0);
}
END_TEST

/* The second leg of a bridge speaks what the first one does. */
START_TEST(legs_must_meet)
{
	struct term *a = conn(ep("rtpbridge/1"),
			      "inactive 10.0.0.1:4000 8;telephone-event/8000", NULL);
	struct term *b = conn(ep("rtpbridge/1"), "recvonly", NULL), *c;
	const struct plan_leg *p;
	enum cause why;

	ck_assert_str_eq(formats(b->strm->local), "8:PCMA 96:telephone-event");
	conn(ep("rtpbridge/1"), "inactive 10.0.0.3:4000 0", &why);
	ck_assert_int_eq(why, CAUSE_CODEC_NONE);
	conn(ep("rtpbridge/1"), "inactive - PCMU", &why);
	ck_assert_int_eq(why, CAUSE_CODEC_NONE);
	c = conn(ep("rtpbridge/1"), "inactive 10.0.0.3:4000 0;8;PCMU/16000", &why);
	ck_assert_int_eq(why, CAUSE_OK);
	ck_assert_str_eq(formats(c->strm->local), "8:PCMA");
	ck_assert_int_eq(del(c), CAUSE_OK);
	ck_assert_int_eq(change(b, "sendrecv 10.0.0.2:4000 0"), CAUSE_CODEC_NONE);
	/* other numbers for the same formats: mapped */
	ck_assert_int_eq(
		change(b, "sendrecv 10.0.0.2:4000 x/8000;PCMA/8000;telephone-event/8000"),
		CAUSE_OK);
	ck_assert_int_eq(change(a, "sendrecv"), CAUSE_OK);
	p = fake_slot(b, 1)->plan;
	ck_assert_uint_eq(fake_slot(a, 1)->plan->tx_pt[p->rx_key[97]], 8);
	ck_assert_uint_eq(fake_slot(a, 1)->plan->tx_pt[p->rx_key[98]], 96);
	p = fake_slot(a, 1)->plan;
	ck_assert_uint_eq(fake_slot(b, 1)->plan->tx_pt[p->rx_key[8]], 97);
	ck_assert_uint_eq(p->rx_key[0], 0);
}
END_TEST

START_TEST(fmtp_makes_another_format)
{
	enum cause c;
	struct term *a;

	with_sdp(ep("rtpbridge/1"), MODE_INACTIVE,
		 "c=IN IP4 10.0.0.1|t=0 0|m=audio 4000 RTP/AVP 98|a=rtpmap:98 AMR/8000|"
		 "a=fmtp:98 octet-align=1; mode-set=0,2,4", &c);
	ck_assert_int_eq(c, CAUSE_OK);
	with_sdp(ep("rtpbridge/1"), MODE_INACTIVE,
		 "c=IN IP4 10.0.0.2|t=0 0|m=audio 4000 RTP/AVP 98|a=rtpmap:98 AMR/8000",
		 &c);
	ck_assert_int_eq(c, CAUSE_CODEC_NONE);
	a = with_sdp(ep("rtpbridge/1"), MODE_INACTIVE,
		     "c=IN IP4 10.0.0.2|t=0 0|m=audio 4000 RTP/AVP 112|a=rtpmap:112 "
		     "amr/8000/1|"
		     "a=fmtp:112 mode-set=7;octet-align=1",
		     &c);
	ck_assert_int_eq(c, CAUSE_OK);
	/* what the other peer takes is what this one is told */
	ck_assert_ptr_nonnull(
		strstr(local_text(a), "a=fmtp:112 octet-align=1; mode-set=0,2,4\r\n"));
}
END_TEST

START_TEST(bandwidth_picks_formats)
{
	struct term_ask ask = { .has = ASK_MODE | ASK_BANDWIDTH, .mode = MODE_RECVONLY,
				.kbps_max = 80 };
	struct term *t = NULL;

	/* G.711 at 20 ms with IP, UDP, RTP is exactly 80 kbit/s */
	ck_assert_int_eq(term_add(ep("rtpbridge/1"), &ask, &t), CAUSE_OK);
	ask.kbps_max = 79;
	ck_assert_int_eq(term_add(ep("rtpbridge/2"), &ask, &t), CAUSE_CODEC_NONE);
	ask.has |= ASK_PTIME; /* longer packets take less */
	ask.ptime_min = ask.ptime_max = 40;
	ck_assert_int_eq(term_add(ep("rtpbridge/2"), &ask, &t), CAUSE_OK);
	ask.has &=
		~(uint32_t)ASK_PTIME; /* 3435 2.3.5: a codec named is a codec allowed */
	fill_list(&ask, "PCMU");
	ck_assert_int_eq(term_add(ep("rtpbridge/3"), &ask, &t), CAUSE_OK);
	ask.kbps_min = 100;
	ck_assert_int_eq(term_add(ep("rtpbridge/4"), &ask, &t), CAUSE_LOCAL_CONFLICT);
	model_rollback(w.m);
}
END_TEST

static uint16_t ptime_of(uint16_t least, uint16_t most, const char *list, enum cause *c)
{
	struct term_ask ask = { .has = ASK_MODE | ASK_PTIME, .mode = MODE_RECVONLY,
				.ptime_min = least, .ptime_max = most };
	struct term *t = NULL;
	uint16_t got = 0;

	if (list)
		fill_list(&ask, list);
	*c = term_add(ep("rtpbridge/1"), &ask, &t);
	if (*c == CAUSE_OK)
		got = t->strm->ptime;
	model_rollback(w.m);
	return got;
}

START_TEST(packetization_period)
{
	enum cause c;

	ck_assert_uint_eq(ptime_of(10, 10, NULL, &c), 10);
	ck_assert_uint_eq(ptime_of(10, 30, NULL, &c), 20);
	ck_assert_uint_eq(ptime_of(30, 60, NULL, &c), 30);
	ck_assert_uint_eq(ptime_of(10, 10, "GSM", &c), 20); /* a frame is 20 ms */
	ck_assert_uint_eq(ptime_of(50, 50, "GSM", &c), 40);
	ck_assert_uint_eq(ptime_of(20, 20, "G723", &c), 30);
	ptime_of(0, 0, NULL, &c);
	ck_assert_int_eq(c, CAUSE_PTIME_UNSUPPORTED);
	ptime_of(2000, 3000, NULL, &c);
	ck_assert_int_eq(c, CAUSE_PTIME_UNSUPPORTED);
	ptime_of(30, 20, NULL, &c);
	ck_assert_int_eq(c, CAUSE_LOCAL_CONFLICT);
}
END_TEST

static const struct bad {
	const char *sdp;
	enum cause want;
} bads[] = {
	{ "c=IN IP4 10.0.0.1|t=0 0", CAUSE_REMOTE_INVALID },
	{ "t=0 0|m=audio 4000 RTP/AVP 0", CAUSE_REMOTE_INVALID },
	{ "c=IN IP4 10.0.0.1|t=0 0|m=audio $ RTP/AVP 0", CAUSE_REMOTE_INVALID },
	{ "c=IN IP4 $|t=0 0|m=audio 4000 RTP/AVP 0", CAUSE_REMOTE_INVALID },
	{ "c=IN IP4 255.255.255.255|t=0 0|m=audio 4000 RTP/AVP 0", CAUSE_REMOTE_INVALID },
	{ "c=IN IP4 peer.example.net|t=0 0|m=audio 4000 RTP/AVP 0",
	  CAUSE_REMOTE_UNSUPPORTED },
	{ "c=LOCAL EPN line/1|t=0 0|m=audio 0 LOCAL 0|m=audio 1 LOCAL 0",
	  CAUSE_REMOTE_UNSUPPORTED },
	{ "c=IN IP4 10.0.0.1|t=0 0|m=image 4000 udptl t38", CAUSE_REMOTE_UNSUPPORTED },
	{ "c=IN IP4 10.0.0.1|t=0 0|m=audio 4000/2 RTP/AVP 0", CAUSE_REMOTE_UNSUPPORTED },
	{ "c=IN IP4 10.0.0.1|t=0 0|m=audio 4000 RTP/AVPF 0", CAUSE_REMOTE_UNSUPPORTED },
	{ "c=IN IP4 10.0.0.1|t=0 0|m=audio 4000 RTP/SAVP 0", CAUSE_SECURITY_UNSUPPORTED },
	{ "c=IN IP4 10.0.0.1|t=0 0|m=audio 4000 RTP/SAVPF 0",
	  CAUSE_SECURITY_UNSUPPORTED },
	{ "c=IN IP4 10.0.0.1|t=0 0|m=audio 4000 RTP/AVP 0|a=crypto:1 "
	  "AES_CM_128_HMAC_SHA1_80 "
	  "inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj",
	  CAUSE_SECURITY_UNSUPPORTED },
	{ "c=IN IP4 10.0.0.1|t=0 0|m=audio 4000 RTP/AVP 0|k=clear:geheim",
	  CAUSE_SECURITY_UNSUPPORTED },
	{ "c=IN IP4 10.0.0.1|t=0 0|m=audio 4000 RTP/AVP 101", CAUSE_CODEC_NONE },
	{ "c=IN IP4 10.0.0.1|t=0 0|m=audio 2 RTP/AVP 0|m=audio 4 RTP/AVP 0|m=audio 6 "
	  "RTP/AVP 0|"
	  "m=audio 8 RTP/AVP 0|m=audio 10 RTP/AVP 0",
	  CAUSE_STRM_LIMIT },
};

START_TEST(bad_remotes)
{
	const char *before = dump();
	enum cause c;

	with_sdp(ep("rtpbridge/1"), MODE_SENDRECV, bads[_i].sdp, &c);
	ck_assert_msg(c == bads[_i].want, "%s: %s", bads[_i].sdp, cause_str(c));
	same_as(before);
}
END_TEST

START_TEST(several_media)
{
	const char *text;
	enum cause c;
	struct term *t = with_sdp(ep("rtpbridge/1"), MODE_SENDRECV,
				  "c=IN IP4 10.0.0.1|t=0 0|m=audio 4000 RTP/AVP 0|"
				  "m=video 4002 RTP/AVP 97|a=rtpmap:97 H264/90000|"
				  "m=audio 0 RTP/AVP 8|m=audio 4006 RTP/SAVP 0", &c);
	struct term *u;

	ck_assert_int_eq(c, CAUSE_OK);
	ck_assert_uint_eq(t->nstrm, 4);
	ck_assert(t->strm[0].on && t->strm[1].on && !t->strm[2].on && !t->strm[3].on);
	ck_assert_uint_eq(fake_live(&w.fake), 2);
	text = local_text(t);
	ck_assert_ptr_nonnull(strstr(text, "m=video"));
	ck_assert_ptr_nonnull(strstr(text, "m=audio 0 RTP/AVP 8\r\n"));
	ck_assert_ptr_nonnull(strstr(text, "a=rtpmap:97 H264/90000\r\n"));
	u = with_sdp(ep("rtpbridge/1"), MODE_SENDRECV,
		     "c=IN IP4 10.0.0.2|t=0 0|m=audio 5000 RTP/AVP 0|"
		     "m=video 5002 RTP/AVP 99|a=rtpmap:99 H264/90000", &c);
	ck_assert_int_eq(c, CAUSE_OK);
	ck_assert(fake_relays(fake_slot(t, 1), fake_slot(u, 1)));
	ck_assert(fake_relays(fake_slot(u, 2), fake_slot(t, 2)));
	ck_assert(!fake_relays(fake_slot(t, 1), fake_slot(u, 2)));
	/* back to one: the others' ports are given back */
	ck_assert_int_eq(change(t, "sendrecv 10.0.0.1:4000 0"), CAUSE_OK);
	ck_assert_uint_eq(t->nstrm, 1);
	ck_assert_uint_eq(fake_live(&w.fake), 3);
}
END_TEST

START_TEST(local_description)
{
	struct term *t = conn(ep("rtpbridge/1"), "recvonly - PCMU;AMR", NULL);
	struct sdp *sdp;
	char want[512];

	snprintf(want, sizeof(want),
		 "v=0\r\no=- %llu 0 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 "
		 "0\r\n"
		 "m=audio 16384 RTP/AVP 0 96\r\na=rtpmap:96 AMR/8000\r\na=ptime:20\r\n",
		 (unsigned long long)t->id);
	ck_assert_str_eq(local_text(t), want);
	ck_assert_ptr_null(term_remote_sdp(t, w.arena));
	ck_assert_int_eq(change(t, "sendrecv"), CAUSE_REMOTE_MISSING);
	ck_assert_uint_eq(t->sdp_version, 0);
	ck_assert_int_eq(change(t, "inactive"), CAUSE_OK); /* a mode is not in it */
	ck_assert_uint_eq(t->sdp_version, 0);
	ck_assert_int_eq(change(t, "inactive - PCMA"), CAUSE_OK);
	ck_assert_uint_eq(t->sdp_version, 1);
	ck_assert_ptr_nonnull(strstr(local_text(t), " 1 IN IP4 "));
	ck_assert_int_eq(change(t, "inactive 10.0.0.1:4000 8"), CAUSE_OK);
	sdp = term_remote_sdp(t, w.arena);
	ck_assert_ptr_nonnull(sdp);
	ck_assert_uint_eq(sdp->media->port, 4000);
	ck_assert_uint_eq(sdp->conn->addr.ip[0], 10);
}
END_TEST

START_TEST(local_description_behind_nat)
{
	struct term *t;

	w.fake.nat = true;
	t = conn(ep("rtpbridge/1"), "recvonly", NULL);
	ck_assert_ptr_nonnull(strstr(local_text(t), "c=IN IP4 198.51.100.1\r\n"));
}
END_TEST

/* RFC 3264 6.1 */
START_TEST(directions_are_answered)
{
	static const char *const row[][2] = {
		{ "sendonly", "a=recvonly\r\n" }, { "recvonly", "a=sendonly\r\n" },
		{ "inactive", "a=inactive\r\n" },
	};
	char text[128];
	enum cause c;

	for (int i = 0; i < 3; i++) {
		struct term *t;

		snprintf(text, sizeof(text),
			 "c=IN IP4 10.0.0.1|t=0 0|m=audio 4000 RTP/AVP 0|a=%s",
			 row[i][0]);
		t = with_sdp(ep("rtpbridge/1"), MODE_INACTIVE, text, &c);
		ck_assert_int_eq(c, CAUSE_OK);
		ck_assert_ptr_nonnull(strstr(local_text(t), row[i][1]));
	}
}
END_TEST

START_TEST(families)
{
	struct term_ask ask = { .has = ASK_MODE | ASK_NETTYPE,
				.mode = MODE_RECVONLY,
				.family = 6 };
	struct term *t = NULL, *v6;

	ck_assert_int_eq(term_add(ep("rtpbridge/1"), &ask, &t), CAUSE_OK);
	ck_assert_ptr_nonnull(strstr(local_text(t), "c=IN IP6 2001:db8::1\r\n"));
	ask.family = 5;
	ck_assert_int_eq(term_add(ep("rtpbridge/1"), &ask, &t), CAUSE_LOCAL_UNSUPPORTED);
	model_rollback(w.m);
	ask_text(&ask, "sendrecv 10.0.0.1:4000 0");
	ask.has |= ASK_NETTYPE;
	ask.family = 6;
	ck_assert_int_eq(term_add(ep("rtpbridge/1"), &ask, &t), CAUSE_REMOTE_CONFLICT);
	model_rollback(w.m);
	v6 = conn(ep("rtpbridge/1"), "sendrecv [2001:db8::9]:4000 0", NULL);
	ck_assert_uint_eq(v6->strm->slot.local.family, 6);
	/* a port told stays, so its family does */
	ck_assert_int_eq(change(v6, "sendrecv 10.0.0.1:4000 0"),
			 CAUSE_REMOTE_UNSUPPORTED);
	conn(ep("rtpbridge/1"), "sendrecv 10.0.0.1:4000 0", NULL);
	ck_assert(fake_relays(fake_slot(v6, 1), fake_slot(v6, 1)) == false);
}
END_TEST

/* c=0.0.0.0 is a hold: described, but nowhere to send to. a=rtcp moves RTCP. */
START_TEST(hold_and_rtcp)
{
	struct addr a;
	enum cause c;
	struct term *t = with_sdp(ep("rtpbridge/1"), MODE_SENDRECV,
				  "c=IN IP4 0.0.0.0|t=0 0|m=audio 4000 RTP/AVP 0", &c);

	ck_assert_int_eq(c, CAUSE_OK);
	ck_assert(!(fake_slot(t, 1)->plan->flags & PLAN_SEND));
	ck_assert_uint_eq(fake_slot(t, 1)->plan->remote.family, 0);
	t = with_sdp(ep("rtpbridge/2"), MODE_SENDRECV,
		     "c=IN IP4 10.0.0.1|t=0 0|m=audio 4000 RTP/AVP 0|a=rtcp:5005 IN IP4 "
		     "10.0.0.2",
		     &c);
	ck_assert_int_eq(c, CAUSE_OK);
	ck_assert(!addr_parse(&a, STR_LIT("10.0.0.2:5005")));
	ck_assert(addr_eq(&fake_slot(t, 1)->plan->remote_rtcp, &a));
	t = with_sdp(ep("rtpbridge/3"), MODE_SENDRECV,
		     "c=IN IP4 10.0.0.1|t=0 0|m=audio 65535 RTP/AVP 0", &c);
	ck_assert_int_eq(c, CAUSE_OK);
	ck_assert_uint_eq(fake_slot(t, 1)->plan->remote_rtcp.family, 0);
}
END_TEST

START_TEST(refusals_of_media)
{
	enum cause c;

	w.fake.refuse_take = CAUSE_REMOTE_UNSUPPORTED;
	conn(ep("rtpbridge/1"), "recvonly", &c);
	ck_assert_int_eq(c, CAUSE_REMOTE_UNSUPPORTED);
	w.fake.refuse_take = CAUSE_OK;
	w.fake.take_limit = 1;
	conn(ep("rtpbridge/1"), "recvonly", NULL);
	conn(ep("rtpbridge/1"), "recvonly", &c);
	ck_assert_int_eq(c, CAUSE_NO_RESOURCES);
	w.fake.overload = true;
	conn(ep("rtpbridge/1"), "recvonly", &c);
	ck_assert_int_eq(c, CAUSE_OVERLOAD);
}
END_TEST

START_TEST(other_options)
{
	struct term_ask ask = { .has = ASK_MODE | ASK_DSCP,
				.mode = MODE_RECVONLY,
				.dscp = 46 };
	struct term *t = conn(ep("rtpbridge/2"), "recvonly", NULL);

	ck_assert_uint_eq(fake_slot(t, 1)->plan->tos, 34 << 2); /* the pool's */
	ck_assert_int_eq(term_add(ep("rtpbridge/1"), &ask, &t), CAUSE_OK);
	ck_assert_int_eq(model_commit(w.m, w.now), CAUSE_OK);
	ck_assert_uint_eq(fake_slot(t, 1)->plan->tos, 46 << 2);
	ask.dscp = 64;
	ck_assert_int_eq(term_modify(t, &ask), CAUSE_LOCAL_UNSUPPORTED);
	ask = (struct term_ask){ .has = ASK_FORMATS };
	ck_assert_int_eq(term_modify(t, &ask), CAUSE_CODEC_UNKNOWN);
	ask = (struct term_ask){ .has = ASK_MODE, .mode = (enum strm_mode)99 };
	ck_assert_int_eq(term_modify(t, &ask), CAUSE_MODE_UNSUPPORTED);
	model_rollback(w.m);
}
END_TEST

static Suite *offer_suite(void)
{
	Suite *s = suite_create("offer");
	TCase *tc = tcase_create("offer");

	tcase_add_checked_fixture(tc, world_open, world_close);
	tcase_add_loop_test(tc, negotiation, 0, sizeof(rows) / sizeof(*rows));
	tcase_add_loop_test(tc, bad_remotes, 0, sizeof(bads) / sizeof(*bads));
	tcase_add_test(tc, legs_must_meet);
	tcase_add_test(tc, fmtp_makes_another_format);
	tcase_add_test(tc, bandwidth_picks_formats);
	tcase_add_test(tc, packetization_period);
	tcase_add_test(tc, several_media);
	tcase_add_test(tc, local_description);
	tcase_add_test(tc, local_description_behind_nat);
	tcase_add_test(tc, directions_are_answered);
	tcase_add_test(tc, families);
	tcase_add_test(tc, hold_and_rtcp);
	tcase_add_test(tc, refusals_of_media);
	tcase_add_test(tc, other_options);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(offer_suite)
