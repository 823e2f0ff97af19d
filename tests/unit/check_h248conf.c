/* tests/unit/check_h248conf.c - agent sections with protocol = h248, as the engine gets
 * them; what is wrong with them is named.
 *
 * layer: tests   thread: main   I/O: a file
 */
#include <stdio.h>

#include "conf_rig.h"
#include "daemon/h248.h"
#include "util/mem.h"

static struct conf *conf;
static struct h248_conf out;
static struct h248_mg_conf *mg;
static char why[H248_WHY_MAX];

static void apply(const char *text)
{
	conf = rig_taken(text);
	mg = h248_apply(conf, &out, why);
}

static void end(void)
{
	mem_free(mg);
	conf_free(conf);
	mg = NULL;
}

START_TEST(one_word_makes_a_virtual_mg)
{
	apply("agent \"a\" { protocol = h248 mgcs = {\"192.0.2.1\"} }\n");
	ck_assert_msg(mg != NULL, "%s", why);
	ck_assert_uint_eq(out.nmg, 1);
	ck_assert_str_eq(mg->name, "a");
	ck_assert_uint_eq(mg->nmgc, 1);
	ck_assert_uint_eq(mg->mgc[0].transport, TRANSPORT_UDP);
	ck_assert_uint_eq(mg->mgc[0].addr.port, 0);
	ck_assert_uint_eq(mg->nlisten, 4); /* both ports, both transports */
	ck_assert_int_eq(mg->mid[0], '<'); /* no address of ours: our name */
	ck_assert_uint_eq(mg->version, 3);
	ck_assert(!mg->pretty && !mg->mgc[0].binary);
	ck_assert(h248_wanted(conf));
	end();
}
END_TEST

START_TEST(mgcs_are_read_in_all_forms)
{
	apply("h248 { udp = {\"192.0.2.7:2944\"} tcp = {\"192.0.2.7:2944\"} }\n"
	      "agent \"a\" { protocol = h248 encoding = ber version = 2\n"
	      " mgcs = {\"tcp:192.0.2.1:3000\", \"udp:ca.example.net\",\n"
	      " \"TCP:ca2.example.net:2950\", \"[2001:db8::1]:2945\"} }\n");
	ck_assert_msg(mg != NULL, "%s", why);
	ck_assert_uint_eq(mg->nmgc, 4);
	ck_assert_uint_eq(mg->mgc[0].transport, TRANSPORT_TCP);
	ck_assert_uint_eq(mg->mgc[0].addr.port, 3000);
	ck_assert(mg->mgc[0].binary && mg->listen[0].binary);
	ck_assert_str_eq(mg->mgc[1].host, "ca.example.net");
	ck_assert_uint_eq(mg->mgc[1].addr.family, 0);
	ck_assert_str_eq(mg->mgc[2].host, "ca2.example.net");
	ck_assert_uint_eq(mg->mgc[2].addr.port, 2950);
	ck_assert_uint_eq(mg->mgc[2].transport, TRANSPORT_TCP);
	ck_assert_uint_eq(mg->mgc[3].addr.family, 6);
	ck_assert_uint_eq(mg->mgc[3].version, 2);
	ck_assert_str_eq(mg->mid, "[192.0.2.7]:2944");
	end();
}
END_TEST

START_TEST(mgs_and_mgcp_owners_stand_side_by_side)
{
	apply("agent \"m\" { allow = {\"127.0.0.1\"} }\n"
	      "agent \"a\" { protocol = h248 allow = {\"198.51.100.0/24\"}\n"
	      " mgcs = {\"198.51.100.1\"} mid = \"gw1\" }\n"
	      "agent \"b\" { protocol = h248 mgcs = {\"192.0.2.1\"}\n"
	      " mid = \"<b.example.net>:2944\" ephemerals = \"eph/%d\"\n"
	      " ephemeral_first = 5 ephemeral_last = 200 ephemeral_ids = \"2:3/4\"\n"
	      " port_ids = \"\" listen = {\"*:2944\"} }\n");
	ck_assert_msg(mg != NULL, "%s", why);
	ck_assert_uint_eq(out.nmg, 2);
	ck_assert_str_eq(mg[0].mid, "gw1");
	ck_assert_uint_eq(mg[0].nallow, 1);
	ck_assert_uint_eq(mg[0].allow[0].bits, 24);
	ck_assert_str_eq(mg[1].pool[0].pattern, "eph/%d");
	ck_assert_uint_eq(mg[1].pool[0].last, 200);
	ck_assert_uint_eq(mg[1].pool[0].bin.octets, 2);
	ck_assert_uint_eq(mg[1].pool[0].bin.prefix, 3);
	ck_assert_uint_eq(mg[1].pool[0].bin.prefix_bits, 4);
	ck_assert_uint_eq(mg[1].pool[1].bin.octets, 0);
	ck_assert_uint_eq(mg[1].nlisten, 2);
	end();
}
END_TEST

START_TEST(without_one_nothing_is_opened)
{
	apply("agent \"m\" { allow = {\"127.0.0.1\"} }\n");
	ck_assert(!h248_wanted(conf));
	ck_assert_uint_eq(out.nmg, 0);
	end();
}
END_TEST

static const struct bad {
	const char *items, *why;
} bad[] = {
	{ "mgcs = {\"tcp:\"}", "mgcs" },
	{ "mgcs = {\"0.0.0.0\"}", "mgcs" },
	{ "mgcs = {\"ca.example.net:99999\"}", "mgcs" },
	{ "mgcs = {\"192.0.2.1\"} mid = \"[nonsense\"", "message identifier" },
	{ "mgcs = {\"192.0.2.1\"} mg_profile = \"ResGW\"", "profile" },
	{ "mgcs = {\"192.0.2.1\"} ephemeral_ids = \"4\"", "ephemeral_ids" },
	{ "mgcs = {\"192.0.2.1\"} ephemeral_ids = \"4:1/3:2\"", "ephemeral_ids" },
	{ "mgcs = {\"192.0.2.1\"} port_ids = \"8:2/3\"", "port_ids" },
	{ "mgcs = {\"192.0.2.1\"} port_ids = \"4:1/3:8\"", "the same" },
	{ "mgcs = {\"192.0.2.1\"} ephemerals = \"rtp\"", "pattern" },
	{ "mgcs = {\"192.0.2.1\"} }\n"
	  "agent \"b\" { protocol = h248 mgcs = {\"192.0.2.1\"}",
	  "agent \"b\": mgcs: 192.0.2.1 is agent \"a\"'s already" },
	{ "mgcs = {\"tcp:192.0.2.1\"} listen = {\"*:2944\"} }\n"
	  "agent \"b\" { protocol = h248 mgcs = {\"192.0.2.2\", \"tcp:192.0.2.1\"}",
	  "listener of its own" },
	{ "mgcs = {\"ca.example.net\"} }\n"
	  "agent \"b\" { protocol = h248 mgcs = {\"CA.example.net\"}",
	  "is agent \"a\"'s already" },
	{ "mgcs = {\"198.51.100.1\"} allow = {\"192.0.2.0/24\"} }\n"
	  "agent \"b\" { protocol = h248 mgcs = {\"192.0.2.1\"}",
	  "agent \"a\": allow: 192.0.2.1 is an MGC of agent \"b\"" },
	{ "mgcs = {\"tcp:192.0.2.1\"} }\n"
	  "agent \"b\" { protocol = h248 mgcs = {\"192.0.2.2\"} allow = {\"0.0.0.0/0\"}",
	  "agent \"b\": allow: 192.0.2.1 is an MGC" },
	{ "mgcs = {\"192.0.2.1\"} }\nendpoint \"rtpbridge/%d\" {", "no use for bridges" },
	{ "mgcs = {\"192.0.2.1\"} }\n"
	  "endpoint \"c%d\" { kind = conf ids = \"8:5/3:29\"",
	  "names that end in /%d" },
	{ "mgcs = {\"192.0.2.1\"} }\n"
	  "endpoint \"conf/%d\" { kind = conf ids = \"8:2/3:29\"",
	  "are the same" },
	{ "mgcs = {\"192.0.2.1\"} }\n"
	  "endpoint \"conf/%x\" { kind = conf ids = \"8:5/3:8\" count = 257",
	  "too few for room" },
	{ "mgcs = {\"192.0.2.1\"} }\n"
	  "h248 { udp = {\"*:20000\"}",
	  "one of the media ports" },
	{ "mgcs = {\"192.0.2.1\"} rto_max = 30s t_max = 20s", "in order" },
};

START_TEST(what_is_wrong_is_named)
{
	char text[500];

	snprintf(text, sizeof(text), "agent \"a\" { protocol = h248 %s }\n",
		 bad[_i].items);
	rig_refused(text, bad[_i].why);
}
END_TEST

/* One MGC may control two of them: by addresses of ours that only one listens at. */
START_TEST(mgs_of_one_mgc_have_listeners_of_their_own)
{
	apply("h248 { udp = {\"192.0.2.7:2944\", \"192.0.2.8:2944\"} tcp = {} }\n"
	      "agent \"a\" { protocol = h248 mgcs = {\"192.0.2.1\"}\n"
	      " listen = {\"192.0.2.7:2944\"} }\n"
	      "agent \"b\" { protocol = h248 mgcs = {\"192.0.2.1\"}\n"
	      " listen = {\"192.0.2.8:2944\"} }\n");
	ck_assert_msg(mg != NULL, "%s", why);
	ck_assert_uint_eq(mg[0].nlisten, 1);
	ck_assert_str_eq(mg[0].mid, "[192.0.2.7]:2944");
	ck_assert_str_eq(mg[1].mid, "[192.0.2.8]:2944");
	end();
}
END_TEST

START_TEST(ber_speaks_from_its_own_port)
{
	apply("h248 { udp = {\"192.0.2.7:2944\", \"192.0.2.7:2945\"}\n"
	      " tcp = {\"192.0.2.7:3000\"} }\n"
	      "agent \"a\" { protocol = h248 encoding = ber mgcs = {\"192.0.2.1\"} }\n");
	ck_assert_msg(mg != NULL, "%s", why);
	ck_assert_uint_eq(mg->nlisten, 3);
	ck_assert(!mg->listen[0].binary && mg->listen[1].binary && mg->listen[2].binary);
	ck_assert_str_eq(mg->mid, "[192.0.2.7]:2945");
	end();
}
END_TEST

START_TEST(rooms_of_an_endpoint_section_have_ids)
{
	apply("agent \"a\" { protocol = h248 mgcs = {\"192.0.2.1\"}\n"
	      " wildcard_octets = 8 max_terminations = 5 digit_maps = 7\n"
	      " mg_pending = 300ms mgc_pending = 1s netfail_time = 3s }\n"
	      "endpoint \"conf/%d\" { kind = conf count = 4 ids = \"8:5/3:29\" }\n"
	      "endpoint \"quiet/%x\" { kind = conf count = 4 }\n");
	ck_assert_msg(mg != NULL, "%s", why);
	ck_assert_uint_eq(mg->npool, 3);
	ck_assert_str_eq(mg->pool[2].pattern, "conf/%s/%d");
	ck_assert_uint_eq(mg->pool[2].kind, H248_POOL_ROOMS);
	ck_assert_uint_eq(mg->pool[2].bin.prefix, 5);
	ck_assert_uint_eq(mg->pool[2].base, 10);
	ck_assert_uint_eq(mg->pool[2].bin.zone_bits, 29);
	ck_assert_uint_eq(mg->whole_octets, 8);
	ck_assert_uint_eq(mg->max_terms, 5);
	ck_assert_uint_eq(mg->max_maps, 7);
	ck_assert_uint_eq(mg->mg_pending, 300);
	ck_assert_uint_eq(mg->mgc_pending, 1000);
	ck_assert_uint_eq(mg->netfail_time, 3000);
	end();
}
END_TEST

START_TEST(nobody_to_command_it_is_refused)
{
	rig_refused("agent \"a\" { protocol = h248 }\n", "set mgcs");
	/* it would wait for ever: who is only allowed is registered with by nobody */
	rig_refused("agent \"a\" { protocol = h248 allow = {\"192.0.2.1\"} }\n",
		    "allow only adds to them");
}
END_TEST

/* What could be configured and never sent would be lost without a word. */
START_TEST(no_datagram_may_be_longer_than_net_takes)
{
	static const char *const item[] = { "udp_max", "datagram_max" };
	const struct schema_section *agent = schema_find("agent");

	for (int i = 0; i < 2; i++) {
		const struct schema_item *it = schema_item_find(agent, item[i]);

		ck_assert_ptr_nonnull(it);
		ck_assert_int_le(it->most, NET_DATAGRAM_MAX);
	}
}
END_TEST

static Suite *h248conf_suite(void)
{
	Suite *s = suite_create("h248conf");
	TCase *tc = tcase_create("apply");

	tcase_add_test(tc, one_word_makes_a_virtual_mg);
	tcase_add_test(tc, mgcs_are_read_in_all_forms);
	tcase_add_test(tc, mgs_and_mgcp_owners_stand_side_by_side);
	tcase_add_test(tc, without_one_nothing_is_opened);
	tcase_add_loop_test(tc, what_is_wrong_is_named, 0, sizeof(bad) / sizeof(bad[0]));
	tcase_add_test(tc, nobody_to_command_it_is_refused);
	tcase_add_test(tc, no_datagram_may_be_longer_than_net_takes);
	tcase_add_test(tc, mgs_of_one_mgc_have_listeners_of_their_own);
	tcase_add_test(tc, ber_speaks_from_its_own_port);
	tcase_add_test(tc, rooms_of_an_endpoint_section_have_ids);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(h248conf_suite)
