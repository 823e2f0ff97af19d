/* tests/unit/check_link.c - connections between endpoints of the gateway (Z2, I2).
 *
 * layer: tests   thread: main   I/O: none
 */
#include "model_test.h"

#include <stdio.h>
#include <string.h>

#include "model/hctx.h"

static enum cause pair(const char *a, const char *b, const char *mode, struct term **t1,
		       struct term **t2)
{
	struct term_ask ask;
	enum cause c;

	ask_text(&ask, mode);
	c = term_add_pair(ep(a), ep(b), &ask, t1, t2);
	if (c == CAUSE_OK)
		return model_commit(w.m, w.now);
	model_rollback(w.m);
	return c;
}

START_TEST(media_crosses_the_pair)
{
	struct term *a = conn(ep("rtpbridge/1"), "sendrecv 10.0.0.1:4000 0", NULL);
	struct term *l1 = NULL, *l2 = NULL, *b;

	ck_assert_int_eq(pair("rtpbridge/1", "rtpbridge/2", "sendrecv", &l1, &l2),
			 CAUSE_OK);
	ck_assert_ptr_eq(l1->link, l2);
	ck_assert_int_eq(l2->strm->mode, MODE_SENDRECV);
	b = conn(ep("rtpbridge/2"), "sendrecv 10.0.0.2:4000 0", NULL);
	ck_assert(fake_relays(fake_slot(a, 1), fake_slot(b, 1)));
	ck_assert(fake_relays(fake_slot(b, 1), fake_slot(a, 1)));
	ck_assert_ptr_eq(fake_slot(a, 1)->plan->rtcp_peer, fake_slot(b, 1));
	ck_assert_uint_eq(ep("rtpbridge/1")->nconn, 2);
	/* each half is modified by itself */
	ck_assert_int_eq(change(l1, "recvonly"), CAUSE_OK);
	ck_assert(!fake_relays(fake_slot(a, 1), fake_slot(b, 1)));
	ck_assert(fake_relays(fake_slot(b, 1), fake_slot(a, 1)));
	ck_assert_int_eq(change(l1, "sendrecv"), CAUSE_OK);
	ck_assert_int_eq(change(l2, "inactive"), CAUSE_OK);
	ck_assert(!fake_relays(fake_slot(a, 1), fake_slot(b, 1)));
	ck_assert_int_eq(change(l2, "sendrecv"), CAUSE_OK);
	ck_assert(fake_relays(fake_slot(a, 1), fake_slot(b, 1)));
	/* and subtracted by itself */
	ck_assert_int_eq(del(l2), CAUSE_OK);
	ck_assert_ptr_null(l1->link);
	ck_assert(!fake_relays(fake_slot(a, 1), fake_slot(b, 1)));
	ck_assert_int_eq(change(l1, "recvonly"), CAUSE_OK);
	ck_assert_int_eq(del(l1), CAUSE_OK);
}
END_TEST

START_TEST(its_description_is_local)
{
	struct term *l1 = NULL, *l2 = NULL;
	struct term_ask ask = { .has = ASK_REMOTE };
	char want[512];

	ck_assert_int_eq(pair("rtpbridge/1", "line/2", "inactive", &l1, &l2), CAUSE_OK);
	snprintf(want, sizeof(want),
		 "v=0\r\no=- %llu 0 LOCAL EPN line/2\r\ns=-\r\nc=LOCAL EPN line/2\r\nt=0 "
		 "0\r\n"
		 "a=MGCPlocalcx:%s\r\nm=audio 0 LOCAL 0\r\n",
		 (unsigned long long)l2->id, l2->name);
	ck_assert_str_eq(local_text(l2), want);
	/* told back by the agent it changes nothing; anything else can't be met */
	ask.remote = sdp_text("c=LOCAL EPN line/2|t=0 0|m=audio 0 LOCAL 0");
	ck_assert_int_eq(term_modify(l1, &ask), CAUSE_OK);
	ck_assert_int_eq(model_commit(w.m, w.now), CAUSE_OK);
	ck_assert_ptr_nonnull(term_remote_sdp(l1, w.arena));
	ck_assert_int_eq(change(l1, "sendrecv 10.0.0.1:4000 0"), CAUSE_REMOTE_CONFLICT);
}
END_TEST

START_TEST(pairs_that_are_refused)
{
	struct term *l1 = NULL, *l2 = NULL;
	struct term_ask ask;
	const char *before = dump();

	ck_assert_int_eq(pair("rtpbridge/1", "rtpbridge/1", "sendrecv", &l1, &l2),
			 CAUSE_LOCAL_CONFLICT);
	ck_assert_int_eq(
		pair("rtpbridge/1", "rtpbridge/2", "sendrecv 10.0.0.1:4000 0", &l1, &l2),
		CAUSE_REMOTE_CONFLICT);
	ck_assert_int_eq(pair("rtpbridge/1", "rtpbridge/2", "conttest", &l1, &l2),
			 CAUSE_MODE_UNSUPPORTED);
	ask_text(&ask, "sendrecv");
	ck_assert_int_eq(term_add_pair(ep("rtpbridge/1"),
				       endp_find(w.other, STR_LIT("rtpbridge/1")), &ask,
				       &l1, &l2),
			 CAUSE_NOT_OWNER);
	same_as(before);
}
END_TEST

/* Formats must meet across the link, and mixing is counted across it. */
START_TEST(one_bridge_in_two_places)
{
	struct term *l1 = NULL, *l2 = NULL, *b;
	enum cause c;

	conn(ep("rtpbridge/1"), "sendrecv 10.0.0.1:4000 8", NULL);
	ck_assert_int_eq(pair("rtpbridge/1", "rtpbridge/2", "sendrecv", &l1, &l2),
			 CAUSE_OK);
	conn(ep("rtpbridge/2"), "sendrecv 10.0.0.2:4000 0", &c);
	ck_assert_int_eq(c, CAUSE_CODEC_NONE);
	b = conn(ep("rtpbridge/2"), "recvonly", NULL);
	ck_assert_uint_eq(b->strm->local->n, 1);
	ck_assert_uint_eq(b->strm->local->v[0].pt, 8);
	conn(ep("rtpbridge/2"), "sendrecv 10.0.0.3:4000 8", &c);
	ck_assert_int_eq(c, CAUSE_MIX_NEEDED);
}
END_TEST

/* A chain of bridges, closed to a ring: no packet goes round. */
START_TEST(a_ring_of_links)
{
	struct term *l1 = NULL, *l2 = NULL;
	struct term *a = conn(ep("rtpbridge/1"), "sendrecv 10.0.0.1:4000 0", NULL), *b;

	ck_assert_int_eq(pair("rtpbridge/1", "rtpbridge/2", "sendrecv", &l1, &l2),
			 CAUSE_OK);
	ck_assert_int_eq(pair("rtpbridge/2", "rtpbridge/3", "sendrecv", &l1, &l2),
			 CAUSE_OK);
	ck_assert_int_eq(pair("rtpbridge/3", "rtpbridge/1", "sendrecv", &l1, &l2),
			 CAUSE_OK);
	b = conn(ep("rtpbridge/3"), "sendrecv 10.0.0.2:4000 0", NULL);
	ck_assert_uint_eq(fake_slot(a, 1)->plan->nrelay, 1);
	ck_assert(fake_relays(fake_slot(a, 1), fake_slot(b, 1)));
	ck_assert(!fake_relays(fake_slot(a, 1), fake_slot(a, 1)));
}
END_TEST

START_TEST(a_link_into_a_zone_and_a_player)
{
	struct term *l1 = NULL, *l2 = NULL, *a;
	enum cause c;

	zone("lobby", "239.1.1.1:5004");
	a = conn(ep("rtpbridge/1"), "sendrecv 10.0.0.1:4000 0", NULL);
	ck_assert_int_eq(pair("rtpbridge/1", "page/lobby", "sendrecv", &l1, &l2),
			 CAUSE_OK);
	ck_assert_ptr_eq(fake_slot(a, 1)->plan->room, fake_room(&w.fake, 0));
	ck_assert(fake_in_room(fake_room(&w.fake, 0), fake_slot(a, 1)));
	conn(ep("rtpbridge/2"), "sendrecv 10.0.0.1:4000 8", NULL);
	c = pair("rtpbridge/2", "page/lobby", "sendrecv", &l1, &l2);
	ck_assert_int_eq(c, CAUSE_CODEC_NONE); /* the zone speaks PCMU */
	ck_assert_int_eq(del(a), CAUSE_OK);
	ck_assert_ptr_nonnull(l1);
}
END_TEST

START_TEST(workers_of_both_ends)
{
	struct term *l1 = NULL, *l2 = NULL, *a, *b;

	w.fake.workers = 4;
	ck_assert_int_eq(pair("rtpbridge/1", "rtpbridge/2", "sendrecv", &l1, &l2),
			 CAUSE_OK);
	ck_assert_int_eq(pair("rtpbridge/2", "rtpbridge/3", "sendrecv", &l1, &l2),
			 CAUSE_OK);
	ck_assert_int_eq(pair("rtpbridge/3", "rtpbridge/4", "sendrecv", &l1, &l2),
			 CAUSE_OK);
	a = conn(ep("rtpbridge/1"), "inactive", NULL);
	b = conn(ep("rtpbridge/4"), "inactive", NULL);
	ck_assert_uint_eq(a->ctx->worker, b->ctx->worker);
}
END_TEST

/* Both ends have media already, on different workers: each stays where it is. */
START_TEST(across_two_workers)
{
	struct term *l1 = NULL, *l2 = NULL, *a, *b;

	w.fake.workers = 4;
	a = conn(ep("rtpbridge/1"), "sendrecv 10.0.0.1:4000 0", NULL);
	b = conn(ep("rtpbridge/2"), "sendrecv 10.0.0.2:4000 0", NULL);
	ck_assert_uint_ne(a->strm->slot.worker, b->strm->slot.worker);
	ck_assert_int_eq(pair("rtpbridge/1", "rtpbridge/2", "sendrecv", &l1, &l2),
			 CAUSE_OK);
	ck_assert(fake_relays(fake_slot(a, 1), fake_slot(b, 1)));
	ck_assert(fake_relays(fake_slot(b, 1), fake_slot(a, 1)));
	ck_assert_uint_eq(fake_slot(a, 1)->plan->nfar, 1);
	ck_assert_uint_eq(fake_slot(a, 1)->plan->nrelay, 0);
	ck_assert_ptr_null(fake_slot(a, 1)->plan->rtcp_peer);
	ck_assert_int_eq(del(l1), CAUSE_OK);
	ck_assert_uint_eq(fake_slot(a, 1)->plan->nfar, 0);
	ck_assert(!fake_relays(fake_slot(b, 1), fake_slot(a, 1)));
}
END_TEST

static struct term *rtp_in(struct ctx *c, const char *name, const char *remote)
{
	struct term_ask ask = { .has = ASK_MODE | ASK_REMOTE, .mode = MODE_SENDRECV };
	struct term *t = NULL;
	char line[100];

	snprintf(line, sizeof(line), "c=IN IP4 %s|t=0 0|m=audio 4000 RTP/AVP 0", remote);
	ask.remote = sdp_text(line);
	ck_assert_int_eq(term_add_in(c, TERM_RTP, NULL, name, &t), CAUSE_OK);
	ck_assert_int_eq(term_stream(t, 1, &ask), CAUSE_OK);
	return t;
}

/* RFC 3525 7.2.4: its port stays where it is, and so does its worker. */
START_TEST(moved_to_another_workers_context)
{
	struct ctx *c1 = NULL, *c2 = NULL;
	struct term *a, *b, *c;
	uint16_t worker;

	w.fake.workers = 4;
	ck_assert_int_eq(ctx_add(w.o, &c1), CAUSE_OK);
	a = rtp_in(c1, "rtp/1", "10.0.0.1");
	b = rtp_in(c1, "rtp/2", "10.0.0.2");
	ck_assert_int_eq(model_commit(w.m, w.now), CAUSE_OK);
	ck_assert_int_eq(ctx_add(w.o, &c2), CAUSE_OK);
	c = rtp_in(c2, "rtp/3", "10.0.0.3");
	ck_assert_int_eq(model_commit(w.m, w.now), CAUSE_OK);
	ck_assert_uint_eq(a->strm->slot.worker, b->strm->slot.worker);
	worker = b->strm->slot.worker;
	ck_assert_uint_ne(c->strm->slot.worker, worker);
	ck_assert_int_eq(term_move(b, c2), CAUSE_OK);
	ck_assert_int_eq(model_commit(w.m, w.now), CAUSE_OK);
	ck_assert_uint_eq(b->strm->slot.worker, worker);
	ck_assert(fake_relays(fake_slot(b, 1), fake_slot(c, 1)));
	ck_assert(fake_relays(fake_slot(c, 1), fake_slot(b, 1)));
	ck_assert(!fake_relays(fake_slot(a, 1), fake_slot(b, 1)));
	ck_assert_uint_eq(fake_slot(b, 1)->plan->nfar, 1);
	ck_assert_int_eq(term_move(b, c1), CAUSE_OK); /* and back */
	ck_assert_int_eq(model_commit(w.m, w.now), CAUSE_OK);
	ck_assert_uint_eq(fake_slot(b, 1)->plan->nfar, 0);
	ck_assert_uint_eq(fake_slot(c, 1)->plan->nfar, 0);
	ck_assert(fake_relays(fake_slot(a, 1), fake_slot(b, 1)));
}
END_TEST

/* The work of a command has a bound: chains end somewhere. */
START_TEST(a_chain_has_an_end)
{
	struct pool_spec spec = { .pattern = "chain/%d",
				  .kind = ENDP_BRIDGE,
				  .count = 200 };
	struct term *l1 = NULL, *l2 = NULL;
	struct pool *p = NULL;
	char a[32], b[32];
	enum cause c = CAUSE_OK;
	int i;

	ck_assert_int_eq(pool_add(w.m, w.o, &spec, &p), CAUSE_OK);
	for (i = 0; i < 199 && c == CAUSE_OK; i++) {
		snprintf(a, sizeof(a), "chain/%d", i);
		snprintf(b, sizeof(b), "chain/%d", i + 1);
		c = pair(a, b, "sendrecv", &l1, &l2);
	}
	ck_assert_int_eq(c, CAUSE_CTX_FULL);
	ck_assert_int_gt(i, 100);
}
END_TEST

static Suite *link_suite(void)
{
	Suite *s = suite_create("link");
	TCase *tc = tcase_create("link");

	tcase_add_checked_fixture(tc, world_open, world_close);
	tcase_add_test(tc, media_crosses_the_pair);
	tcase_add_test(tc, its_description_is_local);
	tcase_add_test(tc, pairs_that_are_refused);
	tcase_add_test(tc, one_bridge_in_two_places);
	tcase_add_test(tc, a_ring_of_links);
	tcase_add_test(tc, a_link_into_a_zone_and_a_player);
	tcase_add_test(tc, workers_of_both_ends);
	tcase_add_test(tc, across_two_workers);
	tcase_add_test(tc, moved_to_another_workers_context);
	tcase_add_test(tc, a_chain_has_an_end);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(link_suite)
