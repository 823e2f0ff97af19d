/* tests/unit/check_trust.c - TLS in a daemon: what hollerd -t says of the files, whose
 * names count, who is heard by TLS alone, new files under a running daemon.
 *
 * layer: tests   thread: main, and the daemon's workers   I/O: sockets, files
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "certs.h"
#include "conf_rig.h"
#include "daemon/h248.h"
#include "daemon/trust.h"
#include "h248/engine.h"
#include "util/mem.h"

static struct daemon d;
static char logged[400];

static void on_log(enum log_cat cat, enum log_level level, const char *line)
{
	(void)cat;
	if (level <= LOGL_WARN)
		snprintf(logged, sizeof(logged), "%s", line);
}

/* `gw` is the certificate's and the key's name. */
static struct conf *load(const char *gw, const char *h248, const char *agents)
{
	const char *dir = test_tmpdir();
	char text[4000];

	snprintf(text, sizeof(text),
		 "ctl { socket = \"\" }\nstore { file = \"\" }\n"
		 "mgcp { listen = {\"127.0.0.1:%d\"} }\n"
		 "media { addresses = {\"127.0.0.1\"} io = socket workers = 1\n"
		 " ports = 50000-60000 }\n"
		 "tls { ca = \"%s/ca.pem\" certificate = \"%s/%s.pem\"\n"
		 " key = \"%s/%s.key\" }\nh248 { %s }\n%s\n",
		 34000 + getpid() % 9000, dir, dir, gw, dir, gw, h248, agents);
	return rig_load(text);
}

static void make_certs(void)
{
	test_no_oom();
	log_set_sink(on_log);
	cert_ca("ca");
	cert_make(&(struct cert_spec){ "gw", .ca = "ca", .until = 300 });
	cert_make(&(struct cert_spec){ "new", .ca = "ca", .until = 300 });
	cert_make(&(struct cert_spec){ "short", .ca = "ca", .until = 20 });
	cert_make(&(struct cert_spec){ "over", .ca = "ca", .from = -9, .until = -1 });
}

/* ---- hollerd -t ---------------------------------------------------------------- */

static bool check(const char *gw)
{
	struct conf *c =
		load(gw, "tls = {\"127.0.0.1:2946\"}",
		     "agent \"a\" { protocol = h248 mgcs = {\"tls:192.0.2.1\"} }");
	struct buf b;
	bool good;

	ck_assert_msg(c != NULL, "%s", rig_said);
	buf_init(&b, sizeof(rig_said) - 1);
	good = daemon_check(c, &b);
	snprintf(rig_said, sizeof(rig_said), "%.*s", (int)b.n, b.p ? b.p : "");
	buf_fini(&b);
	conf_free(c);
	return good;
}

START_TEST(files_are_looked_at_by_the_test_of_a_configuration)
{
	make_certs();
	ck_assert(check("gw"));
	ck_assert_str_eq(rig_said, "");
	ck_assert(check("short"));
	ck_assert_msg(strstr(rig_said, "our certificate ends on ") != NULL, "%s",
		      rig_said);
	ck_assert(check("over"));
	ck_assert_msg(strstr(rig_said, "our certificate ended on ") != NULL, "%s",
		      rig_said);
	ck_assert(!check("nothing"));
	ck_assert_msg(strstr(rig_said, "nothing.pem: No such file") != NULL, "%s",
		      rig_said);
	chmod(cert_path("gw", "key"), 0644);
	ck_assert(!check("gw"));
	ck_assert_msg(strstr(rig_said, "others may read or write the key") != NULL, "%s",
		      rig_said);
}
END_TEST

static const struct bad {
	const char *h248, *agent, *why;
} bad[] = {
	{ "udp = {\"*:2944\"}", "mgcs = {\"tls:192.0.2.1\"}", "h248 { tls = " },
	{ "udp = {\"*:2944\"}", "mgcs = {\"192.0.2.1\"} tls_only = yes", "tls_only" },
	{ "tls = {\"192.0.2.7:2944\"}", "mgcs = {\"192.0.2.1\"}",
	  "192.0.2.7:2944 is one of h248.tcp already" },
	{ "tls = {\"*:2946\"}",
	  "mgcs = {\"tls:192.0.2.1\"} listen = {\"192.0.2.7:2944\"}",
	  "it may use no address of h248.tls" },
	{ "tls = {\"*:2946\"}",
	  "mgcs = {\"tls:192.0.2.1\", \"192.0.2.2\"} tls_only = yes",
	  "for 192.0.2.2 it may use no address of h248.udp" },
};

START_TEST(what_cannot_work_is_refused_before_it_starts)
{
	char agent[300];
	struct conf *c;
	struct buf b;

	make_certs();
	snprintf(agent, sizeof(agent), "agent \"a\" { protocol = h248 %s }",
		 bad[_i].agent);
	c = load("gw", bad[_i].h248, agent);
	buf_init(&b, sizeof(rig_said) - 1);
	if (c) {
		ck_assert(!daemon_check(c, &b));
		snprintf(rig_said, sizeof(rig_said), "%.*s", (int)b.n, b.p);
	}
	ck_assert_msg(strstr(rig_said, bad[_i].why) != NULL, "%s", rig_said);
	buf_fini(&b);
	conf_free(c);
}
END_TEST

START_TEST(files_must_be_named)
{
	rig_refused("h248 { tls = {\"*:2946\"} }\n", "tls.ca: names no file");
	ck_assert(strstr(rig_said, "tls.certificate: names no file"));
	ck_assert(strstr(rig_said, "tls.key: names no file"));
}
END_TEST

/* ---- who is heard by what ------------------------------------------------------ */

START_TEST(by_tls_alone)
{
	static const struct {
		const char *items;
		bool only;
	} v[] = {
		{ "mgcs = {\"tls:192.0.2.1\", \"TLS:mgc.example:2944\"}", true },
		{ "mgcs = {\"tls:192.0.2.1\", \"192.0.2.2\"}", false },
		{ "mgcs = {\"tls:192.0.2.1\", \"tls:192.0.2.2\"} tls_only = yes", true },
		{ "mgcs = {\"tls:192.0.2.1\"} tls_only = no", false },
		{ "allow = {\"192.0.2.1\"} mgcs = {\"192.0.2.2\"}", false },
		{ "allow = {\"192.0.2.1\"} mgcs = {\"tls:mgc\"} tls_only = yes", true },
	};
	char agent[300], why[H248_WHY_MAX];
	struct h248_mg_conf *mg;
	struct h248_conf out;
	struct conf *c;

	make_certs();
	snprintf(agent, sizeof(agent), "agent \"a\" { protocol = h248 %s }", v[_i].items);
	c = load("gw", "tls = {\"192.0.2.7:2946\"}", agent);
	ck_assert_msg(c != NULL, "%s", rig_said);
	ck_assert_int_eq(trust_only(c->agent.v), v[_i].only);
	mg = h248_apply(c, &out, why);
	ck_assert_msg(mg != NULL, "%s", why);
	ck_assert_uint_eq(mg->nlisten, v[_i].only ? 1 : 5);
	ck_assert_int_eq(mg->listen[0].transport, TRANSPORT_TLS);
	if (_i < 2) {
		ck_assert_int_eq(mg->mgc[0].transport, TRANSPORT_TLS);
		ck_assert_str_eq(mg->mgc[0].host, "192.0.2.1");
	}
	mem_free(mg);
	conf_free(c);
}
END_TEST

static void start(const char *agents)
{
	char at[120];

	make_certs();
	snprintf(at, sizeof(at),
		 "udp = {\"127.0.0.1:%d\"} tcp = {} sctp = {} tls = {\"127.0.0.1:%d\"}",
		 20000 + getpid() % 5000, 25000 + getpid() % 5000);
	d = (struct daemon){ .log_least = -1, .conf = load("gw", at, agents) };
	ck_assert_msg(d.conf != NULL, "%s", rig_said);
	ck_assert_msg(!daemon_start(&d), "%s", logged);
}

static const char *names_for(const char *remote)
{
	static char text[400];
	struct net_peer peer = { 0 };
	struct buf b;

	while ((peer.at = net_listener_next(d.net, peer.at)) &&
	       !net_listener_is(peer.at, NET_tls))
		;
	ck_assert_ptr_nonnull(peer.at);
	addr_parse(&peer.local, STR_LIT("127.0.0.1:40000"));
	addr_parse(&peer.remote, str_of(remote));
	buf_init(&b, sizeof(text) - 1);
	trust_names(&d, &peer, &b);
	memset(text, 0, sizeof(text));
	for (size_t i = 0; i + 1 < b.n; i++)
		text[i] = b.p[i] ? b.p[i] : ' ';
	buf_fini(&b);
	return text;
}

START_TEST(whose_name_a_peer_must_bear)
{
	start("agent \"a\" { protocol = h248 mid = \"a\"\n"
	      " mgcs = {\"tls:192.0.2.1\", \"tls:mgc.invalid\", \"tls:192.0.2.3\",\n"
	      " \"tls:[2001:db8::1]:2950\"} }\n"
	      "agent \"b\" { protocol = h248 mid = \"b\" allow = {\"198.51.100.0/24\"}\n"
	      " mgcs = {\"tls:198.51.100.1\"}\n"
	      " tls_names = {\"one.example\", \"198.51.100.9\"} }\n"
	      "agent \"c\" { protocol = h248 mid = \"c\" allow = {\"203.0.113.0/24\"}\n"
	      " mgcs = {\"mgc3.invalid\"} }\n");
	/* whose address it is comes first */
	ck_assert_str_eq(names_for("192.0.2.3:2944"),
			 "192.0.2.3 192.0.2.1 mgc.invalid 2001:db8::1");
	ck_assert_str_eq(names_for("198.51.100.77:1"), "one.example 198.51.100.9");
	ck_assert_str_eq(names_for("203.0.113.5:1"), "203.0.113.5");
	ck_assert_str_eq(names_for("10.1.1.1:1"), "");
	daemon_free(&d);
}
END_TEST

START_TEST(plain_words_of_a_tls_mgc_are_a_strangers)
{
	struct addr udp, tls, remote;
	const struct addr *v;

	start("agent \"a\" { protocol = h248 mid = \"a\" mgcs = {\"tls:192.0.2.1\"} }\n");
	v = d.conf->h248.udp.v;
	udp = *v;
	v = d.conf->h248.tls.v;
	tls = *v;
	addr_parse(&remote, STR_LIT("192.0.2.1:2944"));
	ck_assert_ptr_nonnull(h248_engine_knows(d.h248, &tls, &remote, TRANSPORT_TLS));
	ck_assert_ptr_null(h248_engine_knows(d.h248, &udp, &remote, TRANSPORT_UDP));
	ck_assert_ptr_null(h248_engine_knows(d.h248, &tls, &remote, TRANSPORT_TCP));
	udp.port = 40000;
	ck_assert_ptr_null(h248_engine_knows(d.h248, &udp, &remote, TRANSPORT_TCP));
	daemon_free(&d);
}
END_TEST

/* ---- new files ----------------------------------------------------------------- */

static int reload(void)
{
	struct buf b;
	int err;

	buf_init(&b, sizeof(rig_said) - 1);
	err = daemon_reload(&d, &b);
	snprintf(rig_said, sizeof(rig_said), "%.*s", (int)b.n, b.p ? b.p : "");
	buf_fini(&b);
	return err;
}

static void copy(const char *from, const char *to, const char *ending)
{
	char bytes[4000];
	FILE *f = fopen(cert_path(from, ending), "r");
	size_t n = fread(bytes, 1, sizeof(bytes), f);

	fclose(f);
	f = fopen(cert_path(to, ending), "w");
	ck_assert_uint_eq(fwrite(bytes, 1, n, f), n);
	fclose(f);
}

START_TEST(a_reload_reads_the_files_again)
{
	start("agent \"a\" { protocol = h248 mid = \"a\" mgcs = {\"tls:192.0.2.1\"} }\n");
	ck_assert_str_eq(net_tls_own(net_get_tls(d.net))->subject, "CN=gw");
	copy("new", "gw", "pem"); /* half of a renewal: nothing changes */
	ck_assert_int_ne(reload(), 0);
	ck_assert_msg(strstr(rig_said, "not the certificate's key") != NULL, "%s",
		      rig_said);
	ck_assert_str_eq(net_tls_own(net_get_tls(d.net))->subject, "CN=gw");
	copy("new", "gw", "key");
	ck_assert_msg(!reload(), "%s", rig_said);
	ck_assert_str_eq(net_tls_own(net_get_tls(d.net))->subject, "CN=new");
	logged[0] = 0;
	trust_round(&d, now_ns());
	ck_assert_str_eq(logged, "");
	copy("short", "gw", "pem");
	copy("short", "gw", "key");
	ck_assert_msg(!reload(), "%s", rig_said);
	ck_assert_msg(strstr(logged, "certificate ends") != NULL, "%s", logged);
	logged[0] = 0;
	trust_round(&d, now_ns()); /* told today */
	ck_assert_str_eq(logged, "");
	trust_round(&d, now_ns() + 86401ull * 1000000000u);
	ck_assert_msg(strstr(logged, "certificate ends") != NULL, "%s", logged);
	daemon_free(&d);
}
END_TEST

START_TEST(a_daemon_without_its_key_does_not_start)
{
	make_certs();
	unlink(cert_path("gw", "key"));
	d = (struct daemon){ .log_least = -1,
			     .conf = load("gw", "tls = {\"127.0.0.1:2946\"}",
					  "agent \"a\" { protocol = h248 mgcs = "
					  "{\"tls:192.0.2.1\"} }") };
	ck_assert_msg(d.conf != NULL, "%s", rig_said);
	ck_assert_int_ne(daemon_start(&d), 0);
	ck_assert_msg(strstr(logged, "gw.key: No such file") != NULL, "%s", logged);
	daemon_free(&d);
}
END_TEST

static Suite *trust_suite(void)
{
	Suite *s = suite_create("trust");
	TCase *tc = tcase_create("configuration"), *run = tcase_create("daemon");

	tcase_add_test(tc, files_are_looked_at_by_the_test_of_a_configuration);
	tcase_add_loop_test(tc, what_cannot_work_is_refused_before_it_starts, 0,
			    sizeof(bad) / sizeof(bad[0]));
	tcase_add_test(tc, files_must_be_named);
	tcase_add_loop_test(tc, by_tls_alone, 0, 6);
	suite_add_tcase(s, tc);
	tcase_add_test(run, whose_name_a_peer_must_bear);
	tcase_add_test(run, plain_words_of_a_tls_mgc_are_a_strangers);
	tcase_add_test(run, a_reload_reads_the_files_again);
	tcase_add_test(run, a_daemon_without_its_key_does_not_start);
	suite_add_tcase(s, run);
	return s;
}

TEST_MAIN(trust_suite)
