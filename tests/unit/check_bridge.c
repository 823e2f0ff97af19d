/* tests/unit/check_bridge.c - packet relays: two connections hear each other.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "model_test.h"

#include <stdio.h>
#include <string.h>

START_TEST(two_connections_relay)
{
	struct term *a = conn(ep("rtpbridge/1"), "sendrecv 10.0.0.1:4000 0", NULL);
	struct term *b = conn(ep("RTPbridge/1"), "sendrecv 10.0.0.2:5000 0", NULL);
	const struct plan_leg *p;

	ck_assert(fake_relays(fake_slot(a, 1), fake_slot(b, 1)));
	ck_assert(fake_relays(fake_slot(b, 1), fake_slot(a, 1)));
	ck_assert(!fake_relays(fake_slot(a, 1), fake_slot(a, 1)));
	p = fake_slot(a, 1)->plan;
	ck_assert_uint_eq(p->nsrc, 1);
	ck_assert_uint_eq(p->remote.port, 4000);
	ck_assert_uint_eq(p->remote_rtcp.port, 4001);
	ck_assert_ptr_eq(p->rtcp_peer, fake_slot(b, 1));
	ck_assert_uint_eq(p->tx_pt[p->rx_key[0]], 0);
	ck_assert_uint_eq(p->rx_key[8], 0);
	ck_assert_uint_eq(p->rx_rate[0], 8000 / 25);
	ck_assert_uint_eq(p->accept, ACCEPT_HOST);
	ck_assert_ptr_eq(a->ctx, b->ctx);
	ck_assert_ptr_eq(term_by_id(w.m, p->cookie >> 2), a);
}
END_TEST

/* Who hears whom on a bridge: one way, no way, both. */
START_TEST(modes_are_directions)
{
	static const struct {
		const char *a, *b;
		bool ab, ba;
	} row[] = {
		{ "sendrecv", "sendrecv", true, true },
		{ "recvonly", "sendonly", true, false },
		{ "sendonly", "recvonly", false, true },
		{ "recvonly", "recvonly", false, false },
		{ "sendonly", "sendonly", false, false },
		{ "inactive", "sendrecv", false, false },
		{ "sendrecv", "inactive", false, false },
		{ "confrnce", "sendrecv", true, true },
		{ "confrnce", "confrnce", true, true },
		{ "sendrecv", "sendonly", true, false },
		{ "netwloop", "sendrecv", false, false },
	};
	struct term *a = conn(ep("rtpbridge/2"), "inactive 10.0.0.1:4000 0", NULL);
	struct term *b = conn(ep("rtpbridge/2"), "inactive 10.0.0.2:4000 0", NULL);
	struct slot *sa = fake_slot(a, 1), *sb = fake_slot(b, 1);

	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		ck_assert_int_eq(change(a, row[i].a), CAUSE_OK);
		ck_assert_int_eq(change(b, row[i].b), CAUSE_OK);
		ck_assert_int_eq(fake_relays(sa, sb), row[i].ab);
		ck_assert_int_eq(fake_relays(sb, sa), row[i].ba);
		ck_assert_int_eq(ctx_hears(a, b, 1), row[i].ab);
		ck_assert_int_eq(sa->plan->rtcp_peer == sb, row[i].ab && row[i].ba);
		ck_assert_int_eq(fake_relays(sa, sa), !strcmp(row[i].a, "netwloop"));
	}
	ck_assert(!ctx_hears(a, b, 2));
	ck_assert(!ctx_hears(a, b, 0));
}
END_TEST

/* 3435 2.3.1: with one connection in loopback, the others get their own media back. */
START_TEST(loopback_on_a_bridge)
{
	struct term *a = conn(ep("rtpbridge/2"), "loopback", NULL);
	struct term *b = conn(ep("rtpbridge/2"), "sendrecv 10.0.0.2:4000 0", NULL);

	ck_assert(fake_relays(fake_slot(b, 1), fake_slot(b, 1)));
	ck_assert(!fake_relays(fake_slot(b, 1), fake_slot(a, 1)));
	ck_assert(!fake_relays(fake_slot(a, 1), fake_slot(a, 1)));
	ck_assert_int_eq(change(a, "inactive"), CAUSE_OK);
	ck_assert(!fake_relays(fake_slot(b, 1), fake_slot(b, 1)));
}
END_TEST

/* Profile osmocom: loopback is what the agent means by netwloop. */
START_TEST(loopback_of_the_connection_itself)
{
	struct owner_spec spec = *owner_get_spec(w.o);
	struct term *a;

	spec.loop_net = true;
	owner_set_spec(w.o, &spec);
	a = conn(ep("rtpbridge/2"), "loopback 10.0.0.2:4000 0", NULL);
	ck_assert(fake_relays(fake_slot(a, 1), fake_slot(a, 1)));
	ck_assert_int_eq(a->strm->mode, MODE_LOOPBACK);
}
END_TEST

/* Two talkers at most; listeners as many as the endpoint takes. */
START_TEST(a_mix_is_refused)
{
	struct endp *e = ep("rtpbridge/3");
	struct term *a = conn(e, "sendrecv 10.0.0.1:4000 0", NULL), *c;
	enum cause why;

	conn(e, "sendrecv 10.0.0.2:4000 0", NULL);
	conn(e, "sendrecv 10.0.0.3:4000 0", &why);
	ck_assert_int_eq(why, CAUSE_MIX_NEEDED);
	conn(e, "sendonly 10.0.0.3:4000 0", &why);
	ck_assert_int_eq(why, CAUSE_MIX_NEEDED);
	c = conn(e, "inactive 10.0.0.3:4000 0", &why);
	ck_assert_int_eq(why, CAUSE_OK);
	ck_assert_int_eq(change(c, "recvonly"), CAUSE_MIX_NEEDED);
	ck_assert_int_eq(c->strm->mode, MODE_INACTIVE);
	ck_assert_int_eq(change(a, "inactive"), CAUSE_OK);
	ck_assert_int_eq(change(c, "sendrecv"), CAUSE_OK);
	ck_assert_uint_eq(e->nconn, 3);
}
END_TEST

START_TEST(one_talker_many_listeners)
{
	struct endp *e = ep("rtpbridge/4");
	struct term *talker = conn(e, "recvonly 10.0.0.1:4000 0", NULL), *t[20];
	char text[64];

	for (unsigned i = 0; i < 20; i++) {
		snprintf(text, sizeof(text), "sendonly 10.0.1.%u:4000 0", i + 1);
		t[i] = conn(e, text, NULL);
	}
	ck_assert_uint_eq(fake_slot(talker, 1)->plan->nrelay, 20);
	for (unsigned i = 0; i < 20; i++)
		ck_assert(fake_relays(fake_slot(talker, 1), fake_slot(t[i], 1)));
	ck_assert_ptr_null(fake_slot(talker, 1)->plan->rtcp_peer);
	ck_assert_int_eq(del(t[7]), CAUSE_OK);
	ck_assert_uint_eq(fake_slot(talker, 1)->plan->nrelay, 19);
}
END_TEST

START_TEST(endpoint_is_full)
{
	struct pool_spec spec = *pool_get_spec(w.bridges);
	struct endp *e = ep("rtpbridge/5");
	enum cause c;

	spec.max_connections = 2;
	ck_assert_int_eq(pool_set(w.bridges, &spec, false, NULL), CAUSE_OK);
	conn(e, "inactive", NULL);
	conn(e, "inactive", NULL);
	conn(e, "inactive", &c);
	ck_assert_int_eq(c, CAUSE_CTX_FULL);
}
END_TEST

/* Only what changed is sent, and nothing for nothing. */
START_TEST(a_change_sends_what_changed)
{
	struct term *a = conn(ep("rtpbridge/6"), "sendrecv 10.0.0.1:4000 0", NULL), *b;
	unsigned commits;

	ck_assert_uint_eq(w.fake.last_sets, 1);
	b = conn(ep("rtpbridge/6"), "sendrecv 10.0.0.2:4000 0", NULL);
	ck_assert_uint_eq(w.fake.last_sets, 2);
	commits = w.fake.commits;
	ck_assert_int_eq(change(a, "sendrecv 10.0.0.1:4000 0"), CAUSE_OK);
	ck_assert_uint_eq(w.fake.commits, commits);
	ck_assert_int_eq(change(a, "sendrecv 10.0.0.9:4000 0"), CAUSE_OK);
	ck_assert_uint_eq(w.fake.last_sets, 1);
	ck_assert_int_eq(del(b), CAUSE_OK);
	ck_assert_uint_eq(w.fake.last_sets, 1);
	ck_assert_uint_eq(w.fake.last_dels, 1);
	ck_assert_uint_eq(fake_slot(a, 1)->plan->nrelay, 0);
	ck_assert_int_eq(del(a), CAUSE_OK);
	ck_assert_uint_eq(w.fake.last_dels, 1);
	ck_assert_ptr_null(ctx_next(w.m, NULL));
}
END_TEST

START_TEST(generation_follows_the_peer)
{
	struct term *a = conn(ep("rtpbridge/6"), "recvonly", NULL);
	const struct plan_leg *p = fake_slot(a, 1)->plan;
	uint32_t gen = p->generation, ssrc = p->ssrc;

	/* 3435 2.3.5: without a description, recvonly takes what comes */
	ck_assert_int_eq(p->accept, ACCEPT_ANY);
	ck_assert(p->flags & PLAN_RECV && !(p->flags & PLAN_SEND));
	ck_assert_int_eq(change(a, "sendrecv 10.0.0.1:4000 0"), CAUSE_OK);
	p = fake_slot(a, 1)->plan;
	ck_assert_int_eq(p->accept, ACCEPT_HOST);
	ck_assert_uint_ne(p->generation, gen);
	gen = p->generation;
	ck_assert_int_eq(change(a, "sendonly 10.0.0.1:4000 0"), CAUSE_OK);
	ck_assert_uint_eq(fake_slot(a, 1)->plan->generation, gen);
	ck_assert_int_eq(change(a, "sendonly 10.0.0.1:4002 0"), CAUSE_OK);
	ck_assert_uint_ne(fake_slot(a, 1)->plan->generation, gen);
	ck_assert_uint_eq(fake_slot(a, 1)->plan->ssrc, ssrc);
}
END_TEST

/* An operator who says strict wants no media of somebody who was never named. */
START_TEST(strict_takes_nobody_before)
{
	struct owner_spec spec = *owner_get_spec(w.o);
	struct term *a;

	spec.accept = ACCEPT_STRICT;
	owner_set_spec(w.o, &spec);
	a = conn(ep("rtpbridge/6"), "recvonly", NULL);
	ck_assert_int_eq(fake_slot(a, 1)->plan->accept, ACCEPT_STRICT);
	ck_assert_uint_eq(fake_slot(a, 1)->plan->remote.family, 0);
	ck_assert_int_eq(change(a, "recvonly 10.0.0.1:4000 0"), CAUSE_OK);
	ck_assert_int_eq(fake_slot(a, 1)->plan->accept, ACCEPT_STRICT);
	ck_assert_uint_eq(fake_slot(a, 1)->plan->remote.port, 4000);
}
END_TEST

/* 3435 2.3.5: 527 when there is nowhere to send to. */
START_TEST(modes_that_need_a_remote)
{
	static const char *const need[] = { "sendonly", "sendrecv", "confrnce",
					    "netwloop" };
	static const char *const free[] = { "recvonly", "inactive", "loopback" };
	struct term *t;
	enum cause c;

	for (int i = 0; i < 4; i++) {
		conn(ep("rtpbridge/7"), need[i], &c);
		ck_assert_int_eq(c, CAUSE_REMOTE_MISSING);
	}
	ck_assert_uint_eq(ep("rtpbridge/7")->nconn, 0);
	for (int i = 0; i < 3; i++) {
		t = conn(ep("rtpbridge/7"), free[i], NULL);
		ck_assert_int_eq(change(t, "sendrecv"), CAUSE_REMOTE_MISSING);
		ck_assert_int_eq(del(t), CAUSE_OK);
	}
}
END_TEST

/* A conference is a room: a context for each connection, two talkers at most. */
START_TEST(conference)
{
	struct endp *e = ep("conf/1");
	struct term *a = conn(e, "sendrecv 10.0.0.1:4000 0", NULL);
	struct term *b = conn(e, "sendrecv 10.0.0.2:4000 0", NULL), *d;
	struct endp *any = NULL;
	enum cause c;

	ck_assert_ptr_ne(a->ctx, b->ctx);
	ck_assert_uint_eq(a->ctx->worker, b->ctx->worker);
	ck_assert_uint_eq(a->ctx->nterm, 2);
	ck_assert(fake_relays(fake_slot(a, 1), fake_slot(b, 1)));
	ck_assert(fake_relays(fake_slot(b, 1), fake_slot(a, 1)));
	ck_assert_ptr_eq(fake_slot(a, 1)->plan->rtcp_peer, fake_slot(b, 1));
	conn(e, "sendrecv 10.0.0.3:4000 0", &c);
	ck_assert_int_eq(c, CAUSE_MIX_NEEDED);
	d = conn(e, "inactive 10.0.0.3:4000 0", NULL);
	ck_assert_int_eq(change(b, "inactive"), CAUSE_OK);
	ck_assert_int_eq(change(d, "sendonly"), CAUSE_OK);
	ck_assert(fake_relays(fake_slot(a, 1), fake_slot(d, 1)));
	ck_assert_int_eq(del(a), CAUSE_OK);
	ck_assert_uint_eq(fake_slot(d, 1)->plan->nsrc, 0);
	ck_assert_int_eq(endp_choose(w.o, STR_LIT("conf/$"), false, &any), CAUSE_OK);
	ck_assert_ptr_ne(any, e);
	ck_assert_int_eq(del(b), CAUSE_OK);
	ck_assert_int_eq(del(d), CAUSE_OK);
	ck_assert_ptr_null(ctx_next(w.m, NULL));
	ck_assert_uint_eq(fake_live(&w.fake), 0);
}
END_TEST

/* With several workers all legs of what hears each other are on one. */
START_TEST(one_worker_for_one_context)
{
	struct term *t[8];

	w.fake.workers = 4;
	for (int i = 0; i < 8; i++)
		t[i] = conn(ep(i & 1 ? "rtpbridge/8" : "rtpbridge/9"),
			    "inactive 10.0.0.1:4000 0", NULL);
	for (int i = 2; i < 8; i++)
		ck_assert_uint_eq(t[i]->ctx->worker, t[i - 2]->ctx->worker);
	ck_assert_uint_ne(t[0]->ctx->worker, t[1]->ctx->worker);
}
END_TEST

START_TEST(names_are_found_by_their_owner_only)
{
	struct term *a = conn(ep("rtpbridge/1"), "inactive", NULL);
	char lower[TERM_NAME_MAX];

	for (size_t i = 0; i <= strlen(a->name); i++)
		lower[i] = str_lower(a->name[i]);
	ck_assert_ptr_eq(term_find(w.o, str_of(a->name)), a);
	ck_assert_ptr_eq(term_find(w.o, str_of(lower)), a);
	ck_assert_ptr_null(term_find(w.other, str_of(a->name)));
	ck_assert_ptr_null(term_find(w.o, STR_LIT("")));
	ck_assert_uint_le(strlen(a->name), 32);
}
END_TEST

static Suite *bridge_suite(void)
{
	Suite *s = suite_create("bridge");
	TCase *tc = tcase_create("bridge");

	tcase_add_checked_fixture(tc, world_open, world_close);
	tcase_add_test(tc, two_connections_relay);
	tcase_add_test(tc, modes_are_directions);
	tcase_add_test(tc, loopback_on_a_bridge);
	tcase_add_test(tc, loopback_of_the_connection_itself);
	tcase_add_test(tc, a_mix_is_refused);
	tcase_add_test(tc, one_talker_many_listeners);
	tcase_add_test(tc, endpoint_is_full);
	tcase_add_test(tc, a_change_sends_what_changed);
	tcase_add_test(tc, generation_follows_the_peer);
	tcase_add_test(tc, strict_takes_nobody_before);
	tcase_add_test(tc, modes_that_need_a_remote);
	tcase_add_test(tc, conference);
	tcase_add_test(tc, one_worker_for_one_context);
	tcase_add_test(tc, names_are_found_by_their_owner_only);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(bridge_suite)
