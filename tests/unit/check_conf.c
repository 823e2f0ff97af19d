/* tests/unit/check_conf.c - configuration: what is taken, what is refused and how it is
 * said.
 *
 * layer: tests   thread: main   I/O: files under a folder of its own, the environment
 */
#include "daemon/conf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf_rig.h"
#include "daemon/value.h"
#include "util/err.h"

#define OWNER "agent \"ca\" { allow = {\"192.0.2.0/24\"} }\n"

/* Is refused, and one of the lines is "<file>:<line>: <rest>". */
static void refuse(const char *text, int line, const char *rest)
{
	char want[900];
	struct conf *c = rig_load(text);

	if (line)
		snprintf(want, sizeof(want), "%s:%d: %s\n", rig_path, line, rest);
	else
		snprintf(want, sizeof(want), "%s\n", rest);
	ck_assert_msg(!c, "taken: %s", text);
	ck_assert_msg(strstr(rig_said, want) != NULL, "wanted %sgot %s", want, rig_said);
}

/* ---- what is taken ------------------------------------------------------------- */

START_TEST(nothing_is_a_configuration)
{
	struct conf *c = rig_load("");

	ck_assert_msg(c != NULL, "%s", rig_said);
	ck_assert_int_eq(c->media.ports.first, 16384);
	ck_assert_int_eq(c->media.ports.last, 32767);
	ck_assert_int_eq(c->store.keep, 90LL * 86400000);
	ck_assert_uint_eq(c->mgcp.listen.n, 1);
	ck_assert_int_eq(c->ctl.mode, 0660);
	ck_assert_uint_eq(c->agent.n, 0);
	conf_free(c);
}
END_TEST

START_TEST(every_type_is_read)
{
	struct conf *c = rig_load(
		"# a comment\n"
		"media { io = RING  tick = 10ms\n ports = 20000-20999 // more\n"
		"  addresses = {\"192.0.2.1\", \"2001:db8::1\"} pin = on }\n"
		"ctl { mode = 0600 } store { keep = 36h file = \"\" }\n"
		"agent \"one\" { addresses = {\"192.0.2.9\", \"[2001:db8::9]:4000\"}\n"
		" groups = {\"239.7.0.0/16\", \"ff15::/16\"} }\n"
		"endpoint \"b/%x\" { codecs = {\"opus/48000/2\"} count = 7 }\n");
	struct addr *a;
	struct conf_agent *o;
	struct conf_net *g;

	ck_assert_msg(c != NULL, "%s", rig_said);
	ck_assert_int_eq(c->media.io, 2);
	ck_assert_int_eq(c->media.tick, 10);
	ck_assert_int_eq(c->media.ports.first, 20000);
	ck_assert(c->media.pin);
	ck_assert_uint_eq(c->media.addresses.n, 2);
	a = c->media.addresses.v;
	ck_assert_int_eq(a[1].family, 6);
	ck_assert_int_eq(c->ctl.mode, 0600);
	ck_assert_int_eq(c->store.keep, 36LL * 3600000);
	ck_assert_str_eq(c->store.file, "");
	o = c->agent.v;
	ck_assert_str_eq(o->head.title, "one");
	a = o->addresses.v;
	ck_assert_int_eq(a[0].port, 0);
	ck_assert_int_eq(a[1].port, 4000);
	g = o->groups.v;
	ck_assert_int_eq(g[0].bits, 16);
	ck_assert_int_eq(g[1].net.family, 6);
	conf_free(c);
}
END_TEST

START_TEST(titled_sections_may_stand_often)
{
	struct conf *c = rig_load("agent \"a\" { allow = {\"192.0.2.1\"} }\n"
			      "agent \"b\" { allow = {\"192.0.2.2\"} }\n"
			      "endpoint \"x/%d\" { owner = b }\n");
	struct conf_agent *a;

	ck_assert_msg(c != NULL, "%s", rig_said);
	ck_assert_uint_eq(c->agent.n, 2);
	a = c->agent.v;
	ck_assert_str_eq(a[1].head.title, "b");
	ck_assert_int_eq(a[1].head.line, 2);
	conf_free(c);
}
END_TEST

START_TEST(two_owners_share_nobody)
{
	struct conf *c = rig_load("agent \"a\" { allow = {\"192.0.2.0/24\"} listen = "
			      "{\"192.0.2.1:2427\"} }\n"
			      "agent \"b\" { allow = {\"192.0.2.0/24\"} listen = "
			      "{\"192.0.2.1:2428\"} }\n");

	ck_assert_msg(c != NULL, "%s", rig_said);
	conf_free(c);
	refuse("agent \"a\" { allow = {\"192.0.2.1\", \"192.0.2.2\"} }\n"
	       "agent \"b\" { allow = {\"192.0.2.0/24\", \"192.0.2.2\"} }\n",
	       2,
	       "agent \"b\".allow: 192.0.2.2 is agent \"a\"'s already; where they share "
	       "an address, each needs a listener of its own (listen)");
}
END_TEST

START_TEST(the_environment_goes_first)
{
	struct conf *c;

	test_no_oom();
	setenv("HOLLER_MEDIA_TICK", "5ms", 1);
	setenv("HOLLER_MGCP_LISTEN", "127.0.0.1:2000, [::1]:2001", 1);
	c = rig_load("media { tick = 1ms }\nmgcp { listen = {\"*:2427\"} }\n");
	ck_assert_msg(c != NULL, "%s", rig_said);
	ck_assert_int_eq(c->media.tick, 5);
	ck_assert_uint_eq(c->mgcp.listen.n, 2);
	ck_assert(c->media.head.env[schema_item_find(schema_find("media"), "tick") -
				    schema_find("media")->items]);
	conf_free(c);
	setenv("HOLLER_MEDIA_TICK", "soon", 1);
	refuse("", 0,
	       "environment HOLLER_MEDIA_TICK: \"soon\" is not a time (ms, s, m, h, d) "
	       "from 0 to 20ms");
	unsetenv("HOLLER_MEDIA_TICK");
	setenv("HOLLER_MEDIA_TIKC", "5ms", 1);
	refuse("", 0,
	       "environment HOLLER_MEDIA_TIKC: no such key; did you mean "
	       "HOLLER_MEDIA_TICK?");
	unsetenv("HOLLER_MEDIA_TIKC");
	unsetenv("HOLLER_MGCP_LISTEN");
}
END_TEST

/* ---- what is refused ----------------------------------------------------------- */

static const struct bad {
	const char *text;
	int line;
	const char *said;
} bads[] = {
	{ "\n\nmedai { }\n", 3, "no such section \"medai\"; did you mean \"media\"?" },
	{ "media {\n wrokers = 3\n}\n", 2,
	  "no such key \"wrokers\"; did you mean \"workers\"?" },
	{ "media {\n quux = 3\n}\n", 2, "no such key \"quux\"" },
	{ "media {\n\n workers = 65 }\n", 3,
	  "media.workers: \"65\" is not a number from 0 to 64" },
	{ "media { workers = -1 }\n", 1,
	  "media.workers: \"-1\" is not a number from 0 to 64" },
	{ "media { workers = 1x }\n", 1,
	  "media.workers: \"1x\" is not a number from 0 to 64" },
	{ "media { workers = \"\" }\n", 1,
	  "media.workers: \"\" is not a number from 0 to 64" },
	{ "media { io = rign }\n", 1,
	  "media.io: \"rign\" is not one of auto, socket, ring; did you mean ring?" },
	{ "media { io = quantum }\n", 1,
	  "media.io: \"quantum\" is not one of auto, socket, ring" },
	{ "media { pin = perhaps }\n", 1, "media.pin: \"perhaps\" is not yes or no" },
	{ "media { tick = 21ms }\n", 1,
	  "media.tick: \"21ms\" is not a time (ms, s, m, h, d) from 0 to 20ms" },
	{ "media { tick = 5 }\n", 1,
	  "media.tick: \"5\" is not a time (ms, s, m, h, d) from 0 to 20ms" },
	{ "store { keep = 99999999999999999999d }\n", 1,
	  "store.keep: \"99999999999999999999d\" is not a time (ms, s, m, h, d) from 0 "
	  "to "
	  "3650d" },
	{ "media { ports = 30000-20000 }\n", 1,
	  "media.ports: \"30000-20000\" is not a range within 1024-65535, as "
	  "\"16384-32767\"" },
	{ "media { ports = 80-90 }\n", 1,
	  "media.ports: \"80-90\" is not a range within 1024-65535, as \"16384-32767\"" },
	{ "media { advertise = \"example.net\" }\n", 1,
	  "media.advertise: \"example.net\" is not an IP address" },
	{ "mgcp { listen = {\"127.0.0.1\"} }\n", 1,
	  "mgcp.listen: \"127.0.0.1\" is not an address with port, as \"192.0.2.1:2427\" "
	  "or "
	  "\"[2001:db8::1]:2427\"" },
	{ "mgcp { listen = {\"*:20000\"} }\n", 1,
	  "mgcp.listen: port 20000 is one of the media ports" },
	{ "mgcp { listen = {\"*:2427\"} }\nnet \"n\" { ports = 2000-3000 }\n", 1,
	  "mgcp.listen: port 2427 is one of the media ports" },
	{ "ctl { mode = 0888 }\n", 1,
	  "ctl.mode: \"0888\" is not octal permissions up to 777" },
	{ "ctl { mode = 07777 }\n", 1,
	  "ctl.mode: \"07777\" is not octal permissions up to 777" },
	{ "log { levels = {\"mgcp=loud\"} }\n", 1,
	  "log.levels: \"mgcp=loud\" is not CATEGORY=LEVEL, as \"mgcp=debug\"" },
	{ "agent \"a\" { allow = {\"10.0.0.0/33\"} }\n", 1,
	  "agent \"a\".allow: \"10.0.0.0/33\" is not an address or a network, as "
	  "\"192.0.2.0/24\"" },
	{ OWNER "endpoint \"b/%x\" { codecs = {} }\n", 2,
	  "endpoint \"b/%x\".codecs: none: name one at least" },
	{ "agent \"a\" { allow = {\"10.0.0.1\"} }\nmgcp { listen = {} }\n", 1,
	  "agent \"a\": it is heard nowhere: mgcp.listen and mgcp.sctp are empty" },
	{ "agent \"a\" { }\n", 1,
	  "agent \"a\": nobody could command us: set allow or addresses" },
	{ "agent \"a\" { allow = {\"10.0.0.1\"} net = dmz }\nnet \"dmx\" { }\n", 1,
	  "agent \"a\".net: there is no net \"dmz\"; did you mean \"dmx\"?" },
	{ "agent \"a\" { allow = {\"10.0.0.1\"}\n max1 = 9 }\n", 1,
	  "agent \"a\".max2: is less than max1" },
	{ "endpoint \"b/%x\" { }\n", 1,
	  "endpoint \"b/%x\": says no owner, and there is not exactly one agent "
	  "section" },
	{ OWNER "endpoint \"b/%s\" { }\n", 2,
	  "endpoint \"b/%s\": a pattern has at most one %x or %d and no blank, @, * or "
	  "$" },
	{ OWNER "endpoint \"b/%x%x\" { }\n", 2,
	  "endpoint \"b/%x%x\": a pattern has at most one %x or %d and no blank, @, * or "
	  "$" },
	{ OWNER "endpoint \"b\" { }\n", 2,
	  "endpoint \"b\".count: more than one endpoint needs a %x or %d in the name" },
	{ OWNER "endpoint \"b/%x\" { owner = cb }\n", 2,
	  "endpoint \"b/%x\".owner: there is no agent \"cb\"; did you mean \"ca\"?" },
	{ OWNER "endpoint \"b/%x\" {\n codecs = {\"PCMU\", \"warble\"} }\n", 3,
	  "endpoint \"b/%x\".codecs: \"warble\" is not known; with a clock, as "
	  "\"warble/8000\", "
	  "it is passed on" },
	{ OWNER "endpoint \"b/%x\" { }\nendpoint \"c/%d\" { }\n"
		"endpoint \"B/1%d\" { count = 3 }\n",
	  4, "endpoint \"B/1%d\": some of its names are those of endpoint \"b/%x\" too" },
	{ OWNER "endpoint \"b//%x\" { }\n", 2,
	  "endpoint \"b//%x\": is no name: parts between slashes are not empty, and all "
	  "fits in 53 bytes" },
	{ OWNER "endpoint \"b/%x\" { count = 100001 }\n", 2,
	  "endpoint \"b/%x\".count: \"100001\" is not a number from 1 to 100000" },
	{ OWNER "endpoint \"b/%x\" { shared = yes }\n", 2,
	  "endpoint \"b/%x\".shared: only conferences (kind = conf) have rooms to "
	  "share" },
	{ OWNER "endpoint \"b/%x\" { kind = conf agents = {\"ca\"} }\n", 2,
	  "endpoint \"b/%x\".agents: says who may come in, but shared is not set" },
	{ OWNER "endpoint \"b/%x\" { kind = conf shared = yes agents = {\"cb\"} }\n", 2,
	  "endpoint \"b/%x\".agents: there is no agent \"cb\"; did you mean \"ca\"?" },
	{ OWNER "agent \"cc\" { allow = {\"10.0.0.9\"} }\n"
		"endpoint \"b/%d\" { owner = ca kind = conf shared = yes }\n"
		"endpoint \"b/%d\" { owner = cc count = 1 }\n",
	  4, "found duplicate title 'b/%d'" },
	{ OWNER "agent \"cc\" { allow = {\"10.0.0.9\"} }\n"
		"endpoint \"b/%d\" { owner = ca }\nendpoint \"mine\" { owner = ca\n"
		"pattern = \"b/%x\" first = 9 }\n",
	  4, "endpoint \"mine\": some of its names are those of endpoint \"b/%d\" too" },
	{ OWNER "agent \"cc\" { allow = {\"10.0.0.9\"} }\n"
		"endpoint \"b/%d\" { owner = ca kind = conf shared = yes }\n"
		"endpoint \"b/%x\" { owner = cc count = 1 }\n",
	  4, "endpoint \"b/%x\": some of its names are those of endpoint \"b/%d\" too" },
	{ "agent \"a\" { allow = {\"10.0.0.1\"} groups = {\"10.0.0.0/8\"} }\n", 1,
	  "agent \"a\".groups: 10.0.0.0/8 is no network of multicast groups, as "
	  "239.0.0.0/8 is" },
	{ "agent \"a\" { allow = {\"10.0.0.1\"} groups = {\"224.0.0.0/3\"} }\n", 1,
	  "agent \"a\".groups: 224.0.0.0/3 is no network of multicast groups, as "
	  "239.0.0.0/8 is" },
	{ "agent \"a\" { allow = {\"10.0.0.1\"} groups = {\"239.0.0.0/8\", "
	  "\"2001:db8::/32\"} }\n",
	  1,
	  "agent \"a\".groups: 2001:db8::/32 is no network of multicast groups, as "
	  "239.0.0.0/8 is" },
	{ "agent \"a\" { allow = {\"10.0.0.1\"} }\nagent \"a\" { allow = {\"10.0.0.2\"} "
	  "}\n",
	  2, "found duplicate title 'a'" },
	{ "\nmedia {\n workers = 1\n", 2, "this section is never closed" },
	{ "# media {\nagent \"}\"\n{ allow = {\"10.0.0.1\"} /* } \n */\n\n", 2,
	  "this section is never closed" },
	{ "media { workers =\n", 2, "premature end of file" },
};
enum { BADS = sizeof(bads) / sizeof(bads[0]) };

START_TEST(what_is_wrong_is_named)
{
	test_no_oom();
	refuse(bads[_i].text, bads[_i].line, bads[_i].said);
}
END_TEST

START_TEST(all_wrong_values_are_named_at_once)
{
	test_no_oom();
	refuse("media { workers = 65\n io = rign }\n", 1,
	       "media.workers: \"65\" is not a number from 0 to 64");
	ck_assert_ptr_nonnull(strstr(rig_said, "h.conf:2: media.io"));
}
END_TEST

START_TEST(long_and_odd_values_do_no_harm)
{
	static char text[70000];
	struct conf *c;

	test_no_oom();
	memset(text, 'x', sizeof(text) - 1);
	memcpy(text, "global { name = ", 16);
	memcpy(text + sizeof(text) - 4, " }\n", 4);
	ck_assert_ptr_null(rig_load(text));
	c = rig_load("global { name = \"a\\tb\" }\n");
	ck_assert_ptr_null(c);
	ck_assert_ptr_nonnull(
		strstr(rig_said, "\"a\\x09b\" is not a text of 0 to 64 printable"));
}
END_TEST

START_TEST(a_missing_file_is_named)
{
	struct buf why;

	buf_init(&why, 1000);
	ck_assert_ptr_null(conf_load("/nonexistent/h.conf", &why));
	buf_fini(&why);
}
END_TEST

/* Nothing is listened to where nothing is named, whatever the default is. */
START_TEST(an_empty_list_is_empty)
{
	struct conf *c = rig_load("h248 { tcp = {} }\nmgcp { listen = {} }\n");

	ck_assert_msg(c != NULL, "%s", rig_said);
	ck_assert_uint_eq(c->h248.udp.n, 2);
	ck_assert_uint_eq(c->h248.tcp.n, 0);
	ck_assert_uint_eq(c->mgcp.listen.n, 0);
	conf_free(c);
}
END_TEST

START_TEST(lists_have_an_end)
{
	static char text[20000];
	size_t n = (size_t)snprintf(text, sizeof(text), "log { levels = {");

	test_no_oom();
	for (int i = 0; i < 300; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s\"mgcp=info\"",
				      i ? "," : "");
	snprintf(text + n, sizeof(text) - n, "} }\n");
	refuse(text, 1, "log.levels: more than 256 values");
}
END_TEST

/* ---- reload -------------------------------------------------------------------- */

START_TEST(a_reload_keeps_what_needs_a_restart)
{
	struct conf *old, *now;
	struct buf names;

	test_no_oom();
	old = rig_load("media { workers = 2 ports = 20000-20999 }\n" OWNER
		   "endpoint \"b/%x\" { count = 5 }\nlog { level = info }\n");
	now = rig_load(
		"media { workers = 3 ports = 20000-20999 addresses = {\"127.0.0.1\"} "
		"}\n" OWNER
		"endpoint \"b/%x\" { count = 9 kind = conf }\nlog { level = debug }\n");
	ck_assert(old && now);
	buf_init(&names, 1000);
	ck_assert_uint_eq(conf_keep(old, now, &names), 3);
	buf_char(&names, 0);
	ck_assert_str_eq(names.p,
			 "media.workers\nmedia.addresses\nendpoint \"b/%x\".kind\n");
	ck_assert_int_eq(now->media.workers, 2);
	ck_assert_uint_eq(now->media.addresses.n, 0);
	ck_assert_int_eq(now->log.level, 3 + 1);
	ck_assert_int_eq(((struct conf_endpoint *)now->endpoint.v)->count, 9);
	ck_assert_int_eq(((struct conf_endpoint *)now->endpoint.v)->kind, 0);
	buf_fini(&names);
	conf_free(old);
	conf_free(now);
}
END_TEST

/* ---- the table ----------------------------------------------------------------- */

START_TEST(the_table_is_sound)
{
	for (const struct schema_section *s = schema; s->name; s++) {
		unsigned n = 0;

		ck_assert_ptr_nonnull(s->help);
		ck_assert(!s->titled == !s->title);
		for (const struct schema_item *it = s->items; it->name; it++, n++) {
			ck_assert_msg(it->help && it->help[0], "%s.%s has no help",
				      s->name, it->name);
			ck_assert_msg((it->type == SCHEMA_ENUM) == (it->names != NULL),
				      "%s.%s", s->name, it->name);
			ck_assert_msg(it->least <= it->most, "%s.%s", s->name, it->name);
			ck_assert_ptr_eq(schema_item_find(s, it->name), it);
			ck_assert_uint_lt(it->at, s->size);
		}
		ck_assert_uint_le(n, SCHEMA_ITEMS_MAX);
	}
}
END_TEST

/* Printed and read again it is the same. */
static void print_and_read(void *arg, const struct schema_section *s,
			   const struct conf_head *head, const struct schema_item *it)
{
	struct buf b;
	char why[300], mem[1000];
	union {
		char bytes[64];
		int64_t align;
		struct conf_list list;
	} again = { { 0 } };
	struct schema_item moved = *it;
	struct span text, one;

	(void)arg;
	buf_fixed(&b, mem, sizeof(mem));
	conf_print_item(&b, it, head);
	moved.at = 0;
	text = buf_view(&b);
	if (it->list)
		text = (struct span){ text.p + 1, text.n - 2 };
	while (text.n) {
		one = str_trim(it->list ? str_cut(&text, ',') : text);
		if (!it->list)
			text.n = 0;
		if (one.n > 1 && one.p[0] == '"')
			one = (struct span){ one.p + 1, one.n - 2 };
		if (!one.n && it->type != SCHEMA_STR)
			continue;
		ck_assert_msg(!item_append(&moved, &again, one, why, sizeof(why)),
			      "%s.%s: %s", s->name, it->name, why);
	}
	if (it->list || it->type != SCHEMA_STR || again.list.n) {
		struct schema_item here = moved;

		ck_assert_msg(item_eq(&here, &again, (const char *)head + it->at),
			      "%s.%s", s->name, it->name);
	}
	item_fini(&moved, &again);
}

START_TEST(what_is_printed_can_be_read)
{
	struct conf *c;

	test_no_oom();
	c = rig_load(OWNER "endpoint \"b/%x\" { }\nnet \"n\" { ports = 3000-4000 }\n");
	ck_assert_msg(c != NULL, "%s", rig_said);
	conf_each(c, print_and_read, NULL);
	conf_free(c);
}
END_TEST

static Suite *conf_suite(void)
{
	Suite *s = suite_create("conf");
	TCase *tc = tcase_create("taken");

	tcase_add_test(tc, nothing_is_a_configuration);
	tcase_add_test(tc, every_type_is_read);
	tcase_add_test(tc, titled_sections_may_stand_often);
	tcase_add_test(tc, two_owners_share_nobody);
	tcase_add_test(tc, the_environment_goes_first);
	suite_add_tcase(s, tc);
	tc = tcase_create("refused");
	tcase_add_loop_test(tc, what_is_wrong_is_named, 0, BADS);
	tcase_add_test(tc, all_wrong_values_are_named_at_once);
	tcase_add_test(tc, long_and_odd_values_do_no_harm);
	tcase_add_test(tc, a_missing_file_is_named);
	tcase_add_test(tc, an_empty_list_is_empty);
	tcase_add_test(tc, lists_have_an_end);
	suite_add_tcase(s, tc);
	tc = tcase_create("reload");
	tcase_add_test(tc, a_reload_keeps_what_needs_a_restart);
	suite_add_tcase(s, tc);
	tc = tcase_create("table");
	tcase_add_test(tc, the_table_is_sound);
	tcase_add_test(tc, what_is_printed_can_be_read);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(conf_suite)
