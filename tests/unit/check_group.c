/* tests/unit/check_group.c - connections that emit to and join multicast groups.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "model_test.h"

#include <stdio.h>
#include <string.h>

static enum cause add(const char *endpoint, enum strm_mode mode, const char *sdp,
		      struct term **t)
{
	struct term_ask ask = { .has = ASK_MODE | ASK_REMOTE, .mode = mode };
	enum cause c;

	ask.remote = sdp_text(sdp);
	c = term_add(ep(endpoint), &ask, t);
	if (c == CAUSE_OK)
		return model_commit(w.m, w.now);
	model_rollback(w.m);
	return c;
}

START_TEST(modes_emit_and_join)
{
	static const struct {
		const char *mode;
		bool emit, join;
	} row[] = {
		{ "sendonly", true, false }, { "recvonly", false, true },
		{ "sendrecv", true, true },  { "inactive", false, false },
		{ "confrnce", true, true },
	};
	struct term *g = conn(ep("rtpbridge/1"), "inactive 239.5.5.5:4000 0", NULL);
	struct term *t = conn(ep("rtpbridge/1"), "sendrecv 10.0.0.1:4000 0", NULL);
	struct slot *s = fake_slot(g, 1);

	ck_assert_uint_eq(s->req.flags, SLOT_JOIN | SLOT_EMIT);
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		ck_assert_int_eq(change(g, row[i].mode), CAUSE_OK);
		ck_assert_ptr_eq(fake_slot(g, 1), s);
		ck_assert_int_eq(fake_relays(fake_slot(t, 1), s), row[i].emit);
		ck_assert_int_eq(fake_relays(s, fake_slot(t, 1)), row[i].join);
		ck_assert_uint_eq(s->joined, row[i].join);
	}
	ck_assert(s->plan->flags & PLAN_GROUP);
	ck_assert_uint_eq(s->plan->hops, 16);
	ck_assert_ptr_null(s->plan->rtcp_peer);
	ck_assert_uint_eq(s->plan->remote_rtcp.port, 4001);
	ck_assert_int_eq(del(g), CAUSE_OK);
	ck_assert_uint_eq(w.fake.joins, w.fake.leaves);
}
END_TEST

/* RFC 3264 6.2: the answer repeats group, port, TTL and direction. */
START_TEST(the_answer_repeats_the_group)
{
	const char *text;
	struct term *t = NULL;

	ck_assert_int_eq(
		add("rtpbridge/1", MODE_RECVONLY,
		    "c=IN IP4 232.5.5.5/20|t=0 0|m=audio 4000 RTP/AVP 8 0|a=recvonly|"
		    "a=ptime:30|a=source-filter: incl IN IP4 232.5.5.5 10.1.1.1 10.1.1.2",
		    &t),
		CAUSE_OK);
	text = local_text(t);
	ck_assert_ptr_nonnull(strstr(text, "c=IN IP4 232.5.5.5/20\r\n"));
	ck_assert_ptr_nonnull(strstr(text, "m=audio 4000 RTP/AVP 8 0\r\n"));
	ck_assert_ptr_nonnull(strstr(text, "a=ptime:30\r\n"));
	ck_assert_ptr_nonnull(strstr(text, "a=recvonly\r\n"));
	ck_assert_ptr_nonnull(strstr(
		text, "a=source-filter: incl IN IP4 232.5.5.5 10.1.1.1 10.1.1.2\r\n"));
	ck_assert_ptr_nonnull(strstr(text, "IN IP4 192.0.2.1\r\n")); /* o= */
	ck_assert_uint_eq(t->strm->group->nsource, 2);
	ck_assert(!t->strm->group->exclude);
	/* the direction of a group never changes the mode */
	ck_assert(fake_slot(t, 1)->plan->flags & PLAN_RECV);
}
END_TEST

START_TEST(ipv6_takes_the_owners_hops)
{
	struct owner_spec spec = *owner_get_spec(w.o);
	struct term *t;

	spec.group_hops = 7;
	spec.group_ifindex = 3;
	owner_set_spec(w.o, &spec);
	t = conn(ep("rtpbridge/1"), "sendonly [ff15::5]:4000 0", NULL);
	ck_assert_uint_eq(fake_slot(t, 1)->plan->hops, 7);
	ck_assert_uint_eq(fake_slot(t, 1)->group.ifindex, 3);
	ck_assert_ptr_nonnull(strstr(local_text(t), "c=IN IP6 ff15::5\r\n"));
}
END_TEST

static const struct {
	const char *at;
	enum cause want;
} ranges[] = {
	{ "239.255.255.255:4000", CAUSE_OK },
	{ "232.0.0.1:4000", CAUSE_OK },
	{ "[ff35::1]:4000", CAUSE_OK },
	{ "[ff3e::8000:1]:4000", CAUSE_OK },
	{ "[ff15::1]:4000", CAUSE_OK },
	{ "[ff18::1]:4000", CAUSE_OK },
	{ "224.0.0.1:4000", CAUSE_GROUP_REFUSED },
	{ "224.0.0.251:4000", CAUSE_GROUP_REFUSED },
	{ "224.0.1.75:4000", CAUSE_GROUP_REFUSED },
	{ "225.1.1.1:4000", CAUSE_GROUP_REFUSED },
	{ "233.1.1.1:4000", CAUSE_GROUP_REFUSED },
	{ "[ff02::1]:4000", CAUSE_GROUP_REFUSED },
	{ "[ff12::1]:4000", CAUSE_GROUP_REFUSED },
	{ "[ff31::1]:4000", CAUSE_GROUP_REFUSED },
	{ "[ff0e::1]:4000", CAUSE_GROUP_REFUSED },
	{ "[ff19::1]:4000", CAUSE_GROUP_REFUSED },
	{ "[ff3e:1::1]:4000", CAUSE_GROUP_REFUSED },
	{ "239.1.1.1:5004", CAUSE_GROUP_REFUSED }, /* the zone's */
	{ "239.1.1.1:5006", CAUSE_OK },
};

START_TEST(groups_allowed_by_default)
{
	char text[80];
	enum cause c;

	zone("lobby", "239.1.1.1:5004");
	snprintf(text, sizeof(text), "sendonly %s 0", ranges[_i].at);
	conn(ep("rtpbridge/1"), text, &c);
	ck_assert_msg(c == ranges[_i].want, "%s: %s", ranges[_i].at, cause_str(c));
}
END_TEST

START_TEST(groups_allowed_by_the_owner)
{
	struct owner_spec spec = *owner_get_spec(w.o);
	unsigned bits = 0;
	enum cause c;

	spec.ngroups = 1;
	ck_assert(!addr_parse_net(&spec.groups[0].net, &bits, STR_LIT("224.0.0.0/8")));
	spec.groups[0].bits = (uint8_t)bits;
	owner_set_spec(w.o, &spec);
	conn(ep("rtpbridge/1"), "sendonly 224.0.1.75:4000 0", NULL);
	conn(ep("rtpbridge/2"), "sendonly 239.5.5.5:4000 0", &c);
	ck_assert_int_eq(c, CAUSE_GROUP_REFUSED);
	conn(ep("rtpbridge/2"), "sendonly 224.0.0.5:4000 0", &c); /* whoever allows it */
	ck_assert_int_eq(c, CAUSE_GROUP_REFUSED);
}
END_TEST

START_TEST(bad_groups)
{
	static const struct {
		const char *sdp;
		enum cause want;
	} row[] = {
		{ "c=IN IP4 239.5.5.5/0|t=0 0|m=audio 4000 RTP/AVP 0",
		  CAUSE_REMOTE_UNSUPPORTED },
		{ "c=IN IP4 239.5.5.5/16/3|t=0 0|m=audio 4000 RTP/AVP 0",
		  CAUSE_REMOTE_UNSUPPORTED },
		{ "c=IN IP4 239.5.5.5/16|t=0 0|m=audio 4000 RTP/AVP 0|"
		  "a=source-filter: incl IN IP4 * source.example.net",
		  CAUSE_REMOTE_UNSUPPORTED },
		{ "c=IN IP4 232.5.5.5/16|t=0 0|m=audio 4000 RTP/AVP 0",
		  CAUSE_REMOTE_UNSUPPORTED },
		{ "c=IN IP4 239.5.5.5/16|t=0 0|m=audio 4000 RTP/AVP 0", CAUSE_OK },
		{ "c=IN IP4 239.5.5.5|t=0 0|m=audio 4000 RTP/AVP 0", CAUSE_OK },
	};
	struct term *t = NULL;

	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		enum cause c = add("rtpbridge/1", MODE_RECVONLY, row[i].sdp, &t);

		ck_assert_msg(c == row[i].want, "%s: %s", row[i].sdp, cause_str(c));
	}
}
END_TEST

/* RFC 4607: a group of the SSM ranges is joined by source or not at all; emitting is
 * free. */
START_TEST(ssm_needs_a_source_to_join)
{
	struct term *t = conn(ep("rtpbridge/1"), "sendonly 232.5.5.5:4000 0", NULL);

	ck_assert_int_eq(change(t, "sendrecv"), CAUSE_REMOTE_UNSUPPORTED);
	ck_assert_int_eq(t->strm->mode, MODE_SENDONLY);
	t = conn(ep("rtpbridge/2"), "sendonly [ff35::5]:4000 0", NULL);
	ck_assert_int_eq(change(t, "recvonly"), CAUSE_REMOTE_UNSUPPORTED);
}
END_TEST

/* Another group, other sources or another TTL: another slot, and the old one left. */
START_TEST(a_group_exchanged)
{
	struct term *t = conn(ep("rtpbridge/1"), "recvonly 239.5.5.5:4000 0", NULL);
	struct slot *s = fake_slot(t, 1);

	ck_assert_uint_eq(w.fake.joins, 1);
	ck_assert_int_eq(change(t, "recvonly 239.5.5.5:4000 0"), CAUSE_OK);
	ck_assert_ptr_eq(fake_slot(t, 1), s);
	ck_assert_int_eq(change(t, "recvonly 239.5.5.6:4000 0"), CAUSE_OK);
	ck_assert_uint_eq(w.fake.joins, 2);
	ck_assert_uint_eq(w.fake.leaves, 1);
	ck_assert_int_eq(change(t, "recvonly 10.0.0.1:4000 0"), CAUSE_OK);
	ck_assert_uint_eq(w.fake.leaves, 2);
	ck_assert_ptr_null(t->strm->group);
	ck_assert(!(fake_slot(t, 1)->plan->flags & PLAN_GROUP));
	ck_assert_int_eq(change(t, "recvonly 239.5.5.5:4000 0"), CAUSE_OK);
	ck_assert_uint_eq(fake_live(&w.fake), 1);
}
END_TEST

/* H.248: the Local descriptor names the group, the Remote a unicast peer. */
START_TEST(a_group_asked_for_itself)
{
	struct term_ask ask;
	struct term *t = NULL;

	ask_text(&ask, "sendrecv 10.0.0.1:4000 0");
	ask.has |= ASK_GROUP;
	ck_assert(!addr_parse(&ask.group.group, STR_LIT("239.5.5.5:4000")));
	ck_assert_int_eq(term_add(ep("rtpbridge/1"), &ask, &t), CAUSE_OK);
	ck_assert_int_eq(model_commit(w.m, w.now), CAUSE_OK);
	ck_assert_uint_eq(w.fake.joins, 1);
	ck_assert_uint_eq(fake_slot(t, 1)->plan->remote.ip[0], 10);
	ck_assert_int_eq(change(t, "sendrecv 10.0.0.2:4000 0"),
			 CAUSE_OK); /* and it stays */
	ck_assert_uint_eq(w.fake.leaves, 0);
	ask.group.group.ip[0] = 224;
	ask.group.group.ip[1] = ask.group.group.ip[2] = 0;
	ck_assert_int_eq(term_modify(t, &ask), CAUSE_GROUP_REFUSED);
	model_rollback(w.m);
}
END_TEST

static Suite *group_suite(void)
{
	Suite *s = suite_create("group");
	TCase *tc = tcase_create("group");

	tcase_add_checked_fixture(tc, world_open, world_close);
	tcase_add_test(tc, modes_emit_and_join);
	tcase_add_test(tc, the_answer_repeats_the_group);
	tcase_add_test(tc, ipv6_takes_the_owners_hops);
	tcase_add_loop_test(tc, groups_allowed_by_default, 0,
			    sizeof(ranges) / sizeof(*ranges));
	tcase_add_test(tc, groups_allowed_by_the_owner);
	tcase_add_test(tc, bad_groups);
	tcase_add_test(tc, ssm_needs_a_source_to_join);
	tcase_add_test(tc, a_group_exchanged);
	tcase_add_test(tc, a_group_asked_for_itself);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(group_suite)
