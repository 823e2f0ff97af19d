/* tests/unit/check_guest.c - conferences that several owners meet in.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "model_test.h"

#include <stdio.h>
#include <string.h>

#include "model/hctx.h"

static enum cause share(bool shared, const char *admit, uint32_t count, bool force,
			uint32_t *busy)
{
	struct pool_spec spec = *pool_get_spec(w.confs);

	spec.shared = shared;
	spec.count = count;
	snprintf(spec.admit, sizeof(spec.admit), "%s", admit);
	return pool_set(w.confs, &spec, force, busy);
}

static struct owner *owner(const char *name, enum proto proto)
{
	struct owner_spec spec = { .proto = proto, .accept = ACCEPT_HOST };

	snprintf(spec.name, sizeof(spec.name), "%s", name);
	return owner_add(w.m, &spec);
}

static struct endp *of(struct owner *o, const char *name)
{
	return endp_find(o, str_of(name));
}

static struct endp *theirs(const char *name)
{
	struct endp *e = of(w.other, name);

	ck_assert_ptr_nonnull(e);
	return e;
}

START_TEST(not_shared_is_not_there)
{
	struct endp *e = NULL;

	ck_assert_ptr_null(of(w.other, "conf/1"));
	ck_assert_int_eq(share(true, "", 4, false, NULL), CAUSE_OK);
	ck_assert_ptr_ne(theirs("conf/1"), ep("conf/1"));
	ck_assert_ptr_eq(theirs("conf/1")->room, ep("conf/1")->room);
	ck_assert_uint_eq(endp_count(w.other, STR_LIT("conf/*")), 4);
	ck_assert_uint_eq(endp_count(w.o, STR_LIT("conf/*")), 4);
	/* it meets others by name, and never takes a room of theirs by chance */
	ck_assert_int_eq(endp_choose(w.other, STR_LIT("conf/$"), false, &e),
			 CAUSE_ENDP_NONE_FREE);
	ck_assert_int_eq(share(false, "", 4, false, NULL), CAUSE_OK);
	ck_assert_ptr_null(of(w.other, "conf/1"));
	ck_assert_uint_eq(endp_count(w.other, STR_LIT("conf/*")), 0);
	ck_assert_int_eq(share(true, "", 4, false, NULL), CAUSE_OK);
	ck_assert_ptr_nonnull(of(w.other, "conf/4"));
}
END_TEST

START_TEST(two_owners_meet)
{
	struct term *a, *b;
	struct endp *e = NULL;
	enum cause c;

	ck_assert_int_eq(share(true, "", 4, false, NULL), CAUSE_OK);
	b = conn(theirs("conf/1"), "sendrecv 10.0.0.2:4000 0", NULL);
	ck_assert_int_eq(endp_choose(w.o, STR_LIT("conf/$"), false, &e), CAUSE_OK);
	ck_assert_ptr_ne(e, ep("conf/1")); /* somebody is in there */
	a = conn(ep("conf/1"), "sendrecv 10.0.0.1:4000 0", NULL);
	ck_assert(fake_relays(fake_slot(a, 1), fake_slot(b, 1)));
	ck_assert(fake_relays(fake_slot(b, 1), fake_slot(a, 1)));
	ck_assert_ptr_ne(a->ctx, b->ctx);
	ck_assert_ptr_eq(b->ctx->owner, w.other);
	ck_assert_ptr_null(term_find(w.o, str_of(b->name)));
	ck_assert_ptr_null(term_find(w.other, str_of(a->name)));
	ck_assert_uint_eq(ep("conf/1")->nconn, 1);
	conn(theirs("conf/1"), "sendrecv 10.0.0.3:4000 0", &c);
	ck_assert_int_eq(c, CAUSE_MIX_NEEDED);
	ck_assert_int_eq(del(a), CAUSE_OK);
	ck_assert(!fake_relays(fake_slot(b, 1), fake_slot(b, 1)));
	ck_assert_uint_eq(fake_slot(b, 1)->plan->nrelay, 0);
	ck_assert_int_eq(del(b), CAUSE_OK);
	for (int i = 0; i < 4; i++) { /* conf/1 is free again */
		ck_assert_int_eq(endp_choose(w.o, STR_LIT("conf/$"), false, &e),
				 CAUSE_OK);
		conn(e, "inactive", NULL);
	}
	ck_assert_uint_eq(ep("conf/1")->nconn, 1);
}
END_TEST

START_TEST(only_those_named)
{
	struct owner *c = owner("c", PROTO_MGCP);
	uint32_t busy = 0;
	struct term *t;

	ck_assert_int_eq(share(true, "b , nobody", 4, false, NULL), CAUSE_OK);
	ck_assert_ptr_nonnull(of(w.other, "conf/1"));
	ck_assert_ptr_null(of(c, "conf/1"));
	t = conn(theirs("conf/2"), "sendrecv 10.0.0.2:4000 0", NULL);
	ck_assert_int_eq(share(true, "C", 4, false, &busy), CAUSE_ENDP_BUSY);
	ck_assert_uint_eq(busy, 1);
	ck_assert_ptr_null(of(c, "conf/1")); /* nothing was changed */
	ck_assert_int_eq(share(true, "C", 4, true, &busy), CAUSE_OK);
	ck_assert_ptr_nonnull(of(c, "conf/1"));
	ck_assert(t->halted);
	ck_assert(theirs("conf/2")->gone);
	ck_assert_ptr_null(of(w.other, "conf/1"));
	ck_assert_int_eq(del(t), CAUSE_OK);
	ck_assert_ptr_null(of(w.other, "conf/2"));
}
END_TEST

START_TEST(who_comes_later)
{
	struct owner *c;
	struct term *t;

	ck_assert_int_eq(share(true, "late", 4, false, NULL), CAUSE_OK);
	ck_assert_ptr_null(of(w.other, "conf/1"));
	c = owner("late", PROTO_MGCP);
	ck_assert_ptr_nonnull(c);
	ck_assert_ptr_nonnull(of(c, "conf/4"));
	t = conn(of(c, "conf/4"), "recvonly", NULL);
	ck_assert_uint_eq(t->strm->local->n, 2);
}
END_TEST

/* All places come and go with those of the pool; one whose room is gone makes way. */
START_TEST(a_shared_pool_resized)
{
	uint32_t busy = 0;
	struct term *t;

	ck_assert_int_eq(share(true, "", 6, false, NULL), CAUSE_OK);
	ck_assert_uint_eq(endp_count(w.other, STR_LIT("conf/*")), 6);
	t = conn(theirs("conf/6"), "sendrecv 10.0.0.2:4000 0", NULL);
	ck_assert_int_eq(share(true, "", 2, false, &busy), CAUSE_ENDP_BUSY);
	ck_assert_uint_eq(busy, 1);
	ck_assert_int_eq(share(true, "", 2, true, &busy), CAUSE_OK);
	ck_assert_uint_eq(endp_count(w.other, STR_LIT("conf/*")), 2);
	ck_assert_ptr_null(of(w.o, "conf/6"));
	ck_assert(t->halted);
	ck_assert_int_eq(share(true, "", 6, false, NULL), CAUSE_ENDP_BUSY);
	ck_assert_ptr_null(of(w.o, "conf/3")); /* all or none */
	ck_assert_ptr_null(of(w.other, "conf/3"));
	ck_assert_int_eq(share(true, "", 5, false, NULL), CAUSE_OK);
	ck_assert_uint_eq(endp_count(w.other, STR_LIT("conf/*")), 5);
	ck_assert_int_eq(del(t), CAUSE_OK);
	ck_assert_int_eq(share(true, "", 6, false, NULL), CAUSE_OK);
	ck_assert_ptr_eq(theirs("conf/6")->room, ep("conf/6")->room);
}
END_TEST

START_TEST(names_that_are_taken)
{
	struct pool_spec spec = { .pattern = "conf/%d", .kind = ENDP_CONF, .first = 4,
				  .count = 1, .ptime = 20 };

	ck_assert_int_eq(pool_add(w.m, w.other, &spec, NULL), CAUSE_OK);
	ck_assert_int_eq(share(true, "", 4, false, NULL), CAUSE_NAME_TAKEN);
	ck_assert_ptr_null(of(w.other, "conf/1"));
	ck_assert(!pool_get_spec(w.confs)->shared);
	ck_assert_int_eq(share(true, "", 3, false, NULL), CAUSE_OK);
	ck_assert_ptr_nonnull(of(w.other, "conf/3"));
	/* a bridge has nothing to meet in */
	spec = *pool_get_spec(w.bridges);
	spec.shared = true;
	ck_assert_int_eq(pool_set(w.bridges, &spec, false, NULL), CAUSE_VALUE_INVALID);
}
END_TEST

/* A port of an MG and a connection of a call agent, on whatever workers they are. */
START_TEST(across_protocols_and_workers)
{
	struct term_ask ask = { .has = ASK_MODE, .mode = MODE_SENDRECV };
	struct owner *mg = owner("mg", PROTO_H248);
	struct term *rtp = NULL, *port = NULL, *a;
	struct ctx *c = NULL;
	char name[TERM_NAME_MAX];

	w.fake.workers = 4;
	ck_assert_int_eq(share(true, "mg", 4, false, NULL), CAUSE_OK);
	a = conn(ep("conf/1"), "sendrecv 10.0.0.1:4000 0", NULL);
	ck_assert_int_eq(ctx_add(mg, &c), CAUSE_OK);
	ck_assert_int_eq(term_add_in(c, TERM_RTP, NULL, "rtp/1", &rtp), CAUSE_OK);
	ask.has |= ASK_REMOTE;
	ask.remote = sdp_text("c=IN IP4 10.0.0.2|t=0 0|m=audio 4000 RTP/AVP 0");
	ck_assert_int_eq(term_stream(rtp, 1, &ask), CAUSE_OK);
	ck_assert_int_eq(model_commit(w.m, w.now), CAUSE_OK);
	ck_assert_uint_ne(a->strm->slot.worker, rtp->strm->slot.worker);
	ck_assert_int_eq(port_name(of(mg, "conf/1"), w.now, name), CAUSE_OK);
	ck_assert_str_eq(name, "conf/1/1");
	ck_assert_int_eq(term_add_in(c, TERM_PORT, of(mg, "conf/1"), name, &port),
			 CAUSE_OK);
	ask.has = ASK_MODE;
	ck_assert_int_eq(term_stream(port, 1, &ask), CAUSE_OK);
	ck_assert_int_eq(model_commit(w.m, w.now), CAUSE_OK);
	ck_assert(fake_relays(fake_slot(a, 1), fake_slot(rtp, 1)));
	ck_assert(fake_relays(fake_slot(rtp, 1), fake_slot(a, 1)));
	ck_assert_uint_eq(fake_slot(a, 1)->plan->nfar, 1);
}
END_TEST

static unsigned patterns, came, went;
static bool not_so;
static char last[64];

static void on_endp(void *arg, struct endp *e, bool in)
{
	(void)arg, (void)e;
	*(in ? &came : &went) += 1;
}

static bool on_places(void *arg, struct owner *o, const char *pattern)
{
	(void)arg;
	snprintf(last, sizeof(last), "%s %s", owner_get_spec(o)->name, pattern);
	patterns++;
	return !not_so;
}

static const struct model_ops watch = { .endpoint = on_endp, .places = on_places };

START_TEST(what_is_announced)
{
	struct pool_spec spec = { .pattern = "new/%d", .kind = ENDP_BRIDGE, .count = 50 };

	model_set_ops(w.m, &watch, NULL, PROTO_MGCP);
	ck_assert_int_eq(share(true, "", 4, false, NULL), CAUSE_OK);
	ck_assert_uint_eq(patterns, 1);
	ck_assert_str_eq(last, "b conf/*");
	ck_assert_int_eq(share(true, "", 5, false, NULL), CAUSE_OK);
	ck_assert_uint_eq(came, 2); /* conf/5, to both */
	ck_assert_int_eq(share(false, "", 5, false, NULL), CAUSE_OK);
	ck_assert_uint_eq(went, 5);
	ck_assert_int_eq(pool_add(w.m, w.o, &spec, NULL), CAUSE_OK);
	ck_assert_uint_eq(patterns, 2);
	ck_assert_str_eq(last, "a new/*");
	strcpy(spec.pattern, "new/x%d"); /* its wildcard would name others too */
	ck_assert_int_eq(pool_add(w.m, w.o, &spec, NULL), CAUSE_OK);
	ck_assert_uint_eq(patterns, 2);
	ck_assert_uint_eq(came, 52);
}
END_TEST

/* More than one at once by their pattern, if the engine says that this is true. */
START_TEST(growth_is_announced)
{
	struct pool_spec spec = { .pattern = "new/%d", .kind = ENDP_BRIDGE, .count = 50 };
	struct pool *p = NULL;

	model_set_ops(w.m, &watch, NULL, PROTO_MGCP);
	ck_assert_int_eq(pool_add(w.m, w.o, &spec, &p), CAUSE_OK);
	ck_assert_uint_eq(patterns, 1);
	spec.count = 5000;
	ck_assert_int_eq(pool_set(p, &spec, false, NULL), CAUSE_OK);
	ck_assert_uint_eq(patterns, 2);
	ck_assert_uint_eq(came, 0);
	spec.count = 5001;
	ck_assert_int_eq(pool_set(p, &spec, false, NULL), CAUSE_OK);
	ck_assert_uint_eq(patterns, 2);
	ck_assert_uint_eq(came, 1);
	not_so = true;
	spec.count = 5011;
	ck_assert_int_eq(pool_set(p, &spec, false, NULL), CAUSE_OK);
	ck_assert_uint_eq(patterns, 3);
	ck_assert_uint_eq(came, 11);
}
END_TEST

START_TEST(a_pool_of_one)
{
	struct pool_spec spec = { .pattern = "Hoot", .kind = ENDP_CONF, .count = 1,
				  .shared = true };
	struct pool *p = NULL;
	struct endp *e = NULL;

	ck_assert_int_eq(pool_add(w.m, w.o, &spec, &p), CAUSE_OK);
	ck_assert_ptr_nonnull(of(w.other, "hoot"));
	ck_assert_int_eq(endp_choose(w.o, STR_LIT("hoot"), false, &e), CAUSE_OK);
	ck_assert_uint_eq(endp_count(w.o, STR_LIT("hoot")), 1);
	ck_assert_uint_eq(endp_count(w.o, STR_LIT("*")), 49);
	spec.count = 2;
	ck_assert_int_eq(pool_set(p, &spec, false, NULL), CAUSE_NAME_INVALID);
	strcpy(spec.pattern, "two");
	ck_assert_int_eq(pool_add(w.m, w.o, &spec, &p), CAUSE_NAME_INVALID);
}
END_TEST

static Suite *guest_suite(void)
{
	Suite *s = suite_create("guest");
	TCase *tc = tcase_create("guest");

	tcase_add_checked_fixture(tc, world_open, world_close);
	tcase_add_test(tc, not_shared_is_not_there);
	tcase_add_test(tc, two_owners_meet);
	tcase_add_test(tc, only_those_named);
	tcase_add_test(tc, who_comes_later);
	tcase_add_test(tc, a_shared_pool_resized);
	tcase_add_test(tc, names_that_are_taken);
	tcase_add_test(tc, across_protocols_and_workers);
	tcase_add_test(tc, what_is_announced);
	tcase_add_test(tc, growth_is_announced);
	tcase_add_test(tc, a_pool_of_one);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(guest_suite)
