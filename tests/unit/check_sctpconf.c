/* tests/unit/check_sctpconf.c - SCTP in the configuration: peers, what the engines get of
 * it, and that what would need two stacks in one process is refused in words.
 *
 * layer: tests   thread: main   I/O: a file
 */
#include "conf_rig.h"
#include "daemon/apply.h"
#include "daemon/h248.h"
#include "daemon/sctp.h"
#include "util/mem.h"

#define H248 "agent \"a\" { protocol = h248 transport = sctp mgcs = {\"192.0.2.9\"} "
#define US "h248 { sctp = {\"192.0.2.1:2944\"} }\n"

START_TEST(peers_are_read)
{
	struct net_sctp_peer p;

	ck_assert(sctpd_parse_peer(str_of("192.0.2.1"), 2944, &p));
	ck_assert_uint_eq(p.nremote, 1);
	ck_assert_uint_eq(p.remote[0].port, 2944);
	ck_assert_uint_eq(p.encaps, 0);
	ck_assert(sctpd_parse_peer(str_of("192.0.2.1+198.51.100.1:3000/9900"), 2944, &p));
	ck_assert_uint_eq(p.nremote, 2);
	ck_assert_uint_eq(p.remote[0].port, 3000);
	ck_assert_uint_eq(p.remote[1].port, 3000);
	ck_assert_uint_eq(p.encaps, 9900);
	ck_assert(sctpd_parse_peer(str_of("[2001:db8::1]+192.0.2.1"), 7, &p));
	ck_assert_uint_eq(p.remote[0].family, 6);
	ck_assert_uint_eq(p.remote[1].family, 4);
	ck_assert(sctpd_parse_peer(str_of("2001:db8::1+[2001:db8::2]:5"), 7, &p));
	ck_assert_uint_eq(p.remote[0].port, 5);
}
END_TEST

START_TEST(what_is_no_peer_is_refused)
{
	static const char *const bad[] = {
		"",	       "+",		  "host",	     "192.0.2.1+",
		"192.0.2.1/x", "192.0.2.1/70000", "192.0.2.1:99999", "0.0.0.0",
		"1.1.1.1+1.1.1.2+1.1.1.3+1.1.1.4+1.1.1.5+1.1.1.6+1.1.1.7+1.1.1.8+1.1.1.9",
	};
	struct net_sctp_peer p;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(!sctpd_parse_peer(str_of(bad[i]), 1, &p), "%s", bad[i]);
}
END_TEST

START_TEST(nobody_wants_it_by_default)
{
	struct conf *c = rig_taken("agent \"a\" { allow = {\"192.0.2.0/24\"} }\n");

	ck_assert(!sctpd_wanted(c, CONF_MGCP));
	ck_assert(!sctpd_wanted(c, CONF_H248));
	ck_assert_int_eq(c->sctp.backend, CONF_SCTP_CONN);
	ck_assert_int_eq(c->sctp.encaps_port, NET_SCTP_ENCAPS);
	conf_free(c);
}
END_TEST

START_TEST(an_mgc_by_sctp)
{
	struct conf *c = rig_taken(US H248 "}\n");
	struct h248_conf out;
	char why[H248_WHY_MAX];
	struct h248_mg_conf *mg = h248_apply(c, &out, why);
	struct net_sctp_spec spec;

	ck_assert_msg(mg != NULL, "%s", why);
	ck_assert(sctpd_wanted(c, CONF_H248) && !sctpd_wanted(c, CONF_MGCP));
	ck_assert_uint_eq(mg->mgc[0].transport, TRANSPORT_SCTP);
	ck_assert_uint_eq(mg->listen[mg->nlisten - 1].transport, TRANSPORT_SCTP);
	ck_assert_str_eq(mg->mid, "[192.0.2.1]:2944");
	sctpd_spec(c, CONF_H248, &spec);
	ck_assert_uint_eq(spec.ppid, NET_SCTP_PPID_H248);
	ck_assert_uint_eq(spec.rto_initial, 200);
	ck_assert_uint_eq(spec.rto_min, 100);
	ck_assert_uint_eq(spec.rto_max, 400);
	ck_assert_int_eq(spec.heartbeat, 1000);
	ck_assert_uint_eq(spec.path_retrans, 1);
	ck_assert_uint_eq(spec.streams_out, 16);
	mem_free(mg);
	conf_free(c);
}
END_TEST

START_TEST(words_before_mgcs_count_more)
{
	struct conf *c =
		rig_taken(US "agent \"a\" { protocol = h248 transport = tcp mgcs = "
			     "{\"sctp:192.0.2.9:3000\", \"192.0.2.8\"} "
			     "sctp_heartbeat = 0 }\n");
	struct h248_conf out;
	char why[H248_WHY_MAX];
	struct h248_mg_conf *mg = h248_apply(c, &out, why);
	struct net_sctp_spec spec;

	ck_assert_msg(mg != NULL, "%s", why);
	ck_assert_uint_eq(mg->mgc[0].transport, TRANSPORT_SCTP);
	ck_assert_uint_eq(mg->mgc[0].addr.port, 3000);
	ck_assert_uint_eq(mg->mgc[1].transport, TRANSPORT_TCP);
	sctpd_spec(c, CONF_H248, &spec);
	ck_assert_int_eq(spec.heartbeat, NET_SCTP_HEARTBEAT_OFF);
	mem_free(mg);
	conf_free(c);
}
END_TEST

START_TEST(peers_may_command)
{
	struct conf *c = rig_taken(US "mgcp { sctp = {\"192.0.2.1:2427\"} }\n" H248
				  "sctp_peers = {\"192.0.2.9+198.51.100.9\"} }\n"
				  "agent \"m\" { transport = sctp addresses = "
				  "{\"192.0.2.7:2727\"} sctp_peers = "
				  "{\"192.0.2.7+198.51.100.7\"} }\n");
	struct mgcp_owner_conf m;
	struct h248_conf out;
	char why[H248_WHY_MAX];
	struct h248_mg_conf *mg = h248_apply(c, &out, why);
	const struct conf_agent *a = c->agent.v;

	ck_assert_msg(mg != NULL, "%s", why);
	ck_assert_uint_eq(mg->nallow, 2);
	ck_assert_uint_eq(mg->allow[1].bits, 32);
	apply_mgcp(c, &a[1], &m);
	ck_assert_uint_eq(m.transport, TRANSPORT_SCTP);
	ck_assert_uint_eq(m.nallow, 3);
	ck_assert_uint_ge(m.rto_first, 1000);
	ck_assert_uint_le(m.rto_first, m.rto_max);
	mem_free(mg);
	conf_free(c);
}
END_TEST

START_TEST(one_stack_for_all)
{
	rig_refused("sctp { encaps_port = 0 }\n" US H248 "}\n",
		    "backend conn runs in UDP");
	rig_refused("sctp { backend = native encaps_port = 0 }\n" US H248
		"sctp_peers = {\"192.0.2.9/9899\"} }\n",
		"whole process speak raw SCTP");
	rig_refused(US H248 "sctp_peers = {\"192.0.2.9/0\"} }\n",
		"whole process speak SCTP in UDP");
	rig_refused("mgcp { sctp = {\"192.0.2.1:2944\"} }\n" US H248 "}\n",
		"is mgcp.sctp's already");
	conf_free(rig_taken("sctp { backend = native encaps_port = 0 }\n" US H248
			"sctp_peers = {\"192.0.2.9\"} }\n"));
}
END_TEST

START_TEST(ports_that_clash_are_refused)
{
	rig_refused("sctp { encaps_port = 2427 }\n" US H248 "}\n",
		"mgcp.listen has UDP port");
	rig_refused("sctp { encaps_port = 2944 }\n" US H248 "}\n",
		    "h248.udp has UDP port");
	rig_refused("sctp { encaps_port = 20000 }\n" US H248 "}\n",
		"is one of the media ports");
	/* nobody uses it: no matter */
	conf_free(rig_taken("sctp { encaps_port = 20000 }\nagent \"a\" { allow = "
			"{\"192.0.2.1\"} }\n"));
}
END_TEST

START_TEST(what_is_missing_is_named)
{
	rig_refused(H248 "}\n", "h248.sctp has no address");
	rig_refused("agent \"m\" { transport = sctp addresses = {\"192.0.2.7:2727\"} }\n",
		"mgcp.sctp has no address");
	rig_refused("agent \"m\" { transport = tcp addresses = {\"192.0.2.7:2727\"} }\n",
		"MGCP runs by udp or sctp");
	rig_refused(US H248 "sctp_peers = {\"a.b.c\"} }\n", "is not ADDRESS");
	rig_refused(US H248 "sctp_rto_min = 500ms }\n", "is more than sctp_rto_max");
	rig_refused(US H248 "sctp_rto_initial = 2s }\n", "is not between");
	rig_refused("h248 { sctp = {\"*:0\"} }\n" H248 "}\n", "sctp");
}
END_TEST

static Suite *sctpconf_suite(void)
{
	Suite *s = suite_create("sctp configuration");
	TCase *tc = tcase_create("sctp");

	tcase_add_test(tc, peers_are_read);
	tcase_add_test(tc, what_is_no_peer_is_refused);
	tcase_add_test(tc, nobody_wants_it_by_default);
	tcase_add_test(tc, an_mgc_by_sctp);
	tcase_add_test(tc, words_before_mgcs_count_more);
	tcase_add_test(tc, peers_may_command);
	tcase_add_test(tc, one_stack_for_all);
	tcase_add_test(tc, ports_that_clash_are_refused);
	tcase_add_test(tc, what_is_missing_is_named);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(sctpconf_suite)
