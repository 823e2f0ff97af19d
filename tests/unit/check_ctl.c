/* tests/unit/check_ctl.c - the control socket: requests, clients that behave badly,
 * parts.
 *
 * layer: tests   thread: main, one for the daemon   I/O: sockets on loopback, files
 */
#include <fcntl.h>
#include <json.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl/commands.h"
#include "ctl/jout.h"
#include "ctl/zone.h"
#include "gateway.h"
#include "test.h"

#define HAS(text)                                                                        \
	ck_assert_msg(strstr(gateway_last, text) != NULL, "%.500s", gateway_last)

/* ---- requests that are wrong --------------------------------------------------- */

static const char *const wrong[] = {
	"",
	" ",
	"hello",
	"{",
	"[]",
	"42",
	"null",
	"\"status\"",
	"{}",
	"{\"cmd\":42}",
	"{\"cmd\":\"\"}",
	"{\"cmd\":\"frobnicate\"}",
	"{\"cmd\":\"status\"} trailing",
	"{\"cmd\":\"status\"}{\"cmd\":\"status\"}",
	"{\"cmd\":\"status\",\"args\":[]}",
	"{\"cmd\":\"status\",\"args\":{\"x\":1}}",
	"{\"cmd\":\"zone add\"}",
	"{\"cmd\":\"zone add\",\"args\":{\"name\":null}}",
	"{\"cmd\":\"zone add\",\"args\":{\"name\":{}}}",
	"{\"cmd\":\"zone add\",\"args\":{\"name\":[\"a\"]}}",
	"{\"cmd\":\"zone add\",\"args\":{\"name\":\"\"}}",
	"{\"cmd\":\"zone add\",\"args\":{\"name\":\"a\\u0000b\"}}",
	"{\"cmd\":\"zone add\",\"args\":{\"name\":\"a\",\"ttl\":0}}",
	"{\"cmd\":\"zone add\",\"args\":{\"name\":\"a\",\"ttl\":256}}",
	"{\"cmd\":\"zone add\",\"args\":{\"name\":\"a\",\"ttl\":-1}}",
	"{\"cmd\":\"zone add\",\"args\":{\"name\":\"a\",\"ttl\":1.5}}",
	"{\"cmd\":\"zone add\",\"args\":{\"name\":\"a\",\"group\":[1,{}]}}",
	"{\"cmd\":\"zone add\",\"args\":{\"name\":\"a\",\"group\":\"10.0.0.1:4000\"}}",
	"{\"cmd\":\"zone "
	"add\",\"args\":{\"name\":\"a\",\"listener\":\"239.1.1.1:4000\"}}",
	"{\"cmd\":\"zone add\",\"args\":{\"name\":\"a\",\"source\":\"here\"}}",
	"{\"cmd\":\"zone del\",\"args\":{\"name\":\"a\",\"force\":\"yes\"}}",
	"{\"cmd\":\"log\",\"args\":{\"category\":\"mgcp\",\"level\":\"loud\"}}",
	"{\"cmd\":\"trace\",\"args\":{\"what\":\"maybe\"}}",
	"{\"cmd\":\"calls\",\"args\":{\"limit\":100000}}",
	"{\"cmd\":\"a\",\"args\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}}"
	"}}}",
	"\xff\xfe\x80{\"cmd\":\"status\"}",
};

START_TEST(wrong_requests_are_refused_and_the_next_one_works)
{
	int fd;

	gateway_start("");
	fd = gateway_dial();
	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		gateway_want(fd, wrong[i], "\"ok\":false,\"code\":\"usage\"");
	gateway_want(fd, "{\"cmd\":\"status\"}", "\"ok\":true");
	gateway_want(fd, "{\"cmd\":\"statsu\"}", "did you mean \\\"stats\\\"?");
	gateway_want(fd, "{\"cmd\":\"endpoints\",\"args\":{\"ownr\":\"x\"}}",
	    "did you mean owner?");
	close(fd);
	gateway_stop();
}
END_TEST

START_TEST(garbage_does_no_harm)
{
	static char junk[100000];
	unsigned seed = 1;

	gateway_start("");
	for (int round = 0; round < 20; round++) {
		int fd = gateway_dial();

		ck_assert_int_ge(fd, 0);
		for (size_t i = 0; i < sizeof(junk); i++) {
			seed = seed * 1103515245 + 12345;
			junk[i] = (char)(seed >> 16);
		}
		shutdown(fd, round % 2 ? SHUT_RD : -1);
		gateway_put(fd, junk, sizeof(junk) >> (round % 8));
		close(fd);
	}
	int fd = gateway_dial();
	gateway_want(fd, "{\"cmd\":\"status\"}", "\"ok\":true");
	close(fd);
	gateway_stop();
}
END_TEST

START_TEST(a_line_without_end_is_cut_off)
{
	static char text[400000];
	int fd;

	gateway_start("");
	fd = gateway_dial();
	memset(text, ' ', sizeof(text));
	gateway_put(fd, text, sizeof(text));
	ck_assert_ptr_nonnull(gateway_line(fd, 5000));
	HAS("\"code\":\"usage\"");
	ck_assert(gateway_closed(fd));
	close(fd);
	fd = gateway_dial();
	gateway_want(fd, "{\"cmd\":\"status\"}", "\"ok\":true");
	close(fd);
	gateway_stop();
}
END_TEST

START_TEST(a_request_may_come_in_pieces_and_many_at_once)
{
	static const char two[] = "{\"cmd\":\"log\"}\n{\"cmd\":\"status\"}\n";
	int fd;

	gateway_start("");
	fd = gateway_dial();
	for (size_t i = 0; i < sizeof(two) - 1; i++) {
		gateway_put(fd, two + i, 1);
		if (i % 8 == 0)
			usleep(1000);
	}
	for (int i = 0; i < 11; i++)
		ck_assert_ptr_nonnull(gateway_line(fd, 5000)); /* categories */
	ck_assert_ptr_nonnull(gateway_line(fd, 5000));
	HAS("\"rows\":11");
	ck_assert_ptr_nonnull(gateway_line(fd, 5000));
	HAS("\"version\"");
	close(fd);
	gateway_stop();
}
END_TEST

START_TEST(clients_have_a_limit)
{
	int fd[3];

	gateway_start("ctl { clients = 2 }\n");
	fd[0] = gateway_dial();
	fd[1] = gateway_dial();
	gateway_want(fd[1], "{\"cmd\":\"status\"}", "\"ok\":true");
	fd[2] = gateway_dial();
	ck_assert_ptr_nonnull(gateway_line(fd[2], 5000));
	HAS("too many clients");
	ck_assert(gateway_closed(fd[2]));
	for (int i = 0; i < 3; i++)
		close(fd[i]);
	usleep(100000);
	gateway_stop();
}
END_TEST

/* ---- long answers -------------------------------------------------------------- */

START_TEST(a_slow_reader_holds_up_nobody)
{
	static const char want[] = "{\"cmd\":\"endpoints\"}\n";
	int slow, quick, ca, rows = 0;
	const char *line;
	uint64_t begun;

	gateway_start("endpoint \"many/%d\" { count = 10000 }\n");
	slow = gateway_dial();
	quick = gateway_dial();
	ca = gateway_agent();
	gateway_put(slow, want, sizeof(want) - 1);
	usleep(300000);
	begun = test_ms();
	gateway_want(quick, "{\"cmd\":\"status\"}", "\"endpoints\":10020");
	gateway_mgcp_want(ca, "AUEP 5 rtpbridge/1@gw MGCP 1.0\r\n", "200 5");
	ck_assert_uint_lt(test_ms() - begun, 1000);
	while ((line = gateway_line(slow, 5000)) && !strncmp(line, "{\"row\"", 6))
		rows++;
	ck_assert_int_eq(rows, 10020);
	HAS("\"ok\":true,\"rows\":10020");
	close(slow);
	close(quick);
	close(ca);
	gateway_stop();
}
END_TEST

START_TEST(clients_may_vanish_at_any_time)
{
	static const char *const asks[] = {
		"{\"cmd\":\"endpoints\"}\n",
		"{\"cmd\":\"calls\"}\n",
		"{\"cmd\":\"zone add\",\"args\":{\"name\":\"gone\"}}\n",
		"{\"cmd\":\"trace\",\"args\":{\"what\":\"show\"}}\n",
		"{\"cmd\":\"stats\"}\n",
		"{\"cmd\":\"zone del\",\"args\":{\"name\":\"gone\"}}\n",
	};
	int fd;

	gateway_start("endpoint \"many/%d\" { count = 3000 }\n");
	for (int i = 0; i < 60; i++) {
		const char *a = asks[i % 6];

		fd = gateway_dial();
		gateway_put(fd, a, strlen(a));
		if (i % 3)
			usleep(1000);
		close(fd);
	}
	fd = gateway_dial();
	gateway_want(fd, "{\"cmd\":\"status\"}", "\"ok\":true");
	close(fd);
	gateway_stop();
}
END_TEST

/* ---- the daemon around it ------------------------------------------------------ */

START_TEST(the_socket_is_guarded)
{
	char path[500];
	struct stat st;
	int fd;

	gateway_start("ctl { mode = 0600 }\n");
	snprintf(path, sizeof(path), "%s/s", gateway_dir);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0600);
	gateway_stop();
	ck_assert_int_ne(stat(path, &st), 0); /* and taken away at the end */
	/* What a dead daemon left behind is replaced; what is no socket is not. */
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	close(fd);
	ck_assert_int_ne(gateway_run(), 0);
	unlink(path);
	ck_assert_int_eq(gateway_run(), 0);
	gateway_stop();
}
END_TEST

START_TEST(a_reload_drops_no_call)
{
	int fd, ca;

	gateway_start("");
	fd = gateway_dial();
	ca = gateway_agent();
	gateway_mgcp_want(ca,
			  "CRCX 7 rtpbridge/3@gw MGCP 1.0\r\nC: ABC\r\nM: recvonly\r\n",
			  "200 7");
	gateway_conf("endpoint \"new/%d\" { count = 5 }\nmedia { workers = 2 }\n");
	gateway_want(fd, "{\"cmd\":\"reload\"}",
		     "media.workers changes with the next start only");
	gateway_want(fd, "{\"cmd\":\"endpoints\",\"args\":{\"pattern\":\"new/*\"}}",
		     "\"rows\":5");
	gateway_conf("endpoint \"new/%d\" { cuont = 5 }\n");
	gateway_want(fd, "{\"cmd\":\"reload\"}",
	    "no such key \\\"cuont\\\"; did you mean \\\"count\\\"?");
	gateway_want(fd, "{\"cmd\":\"streams\"}", "\"rows\":1");
	gateway_want(fd, "{\"cmd\":\"conf\",\"args\":{\"prefix\":\"media.workers\"}}",
	    "\"rows\":1");
	gateway_mgcp_want(ca, "DLCX 8 rtpbridge/3@gw MGCP 1.0\r\nC: ABC\r\n", "250 8");
	close(ca);
	close(fd);
	gateway_stop();
}
END_TEST

START_TEST(bad_starts_are_refused)
{
	static const char *const confs[] = {
		"mgcp { listen = {\"192.0.2.1:2427\"} }\n",
		"net \"x\" { interface = nosuch0 }\n",
		"net \"x\" { }\n",
		"store { file = \"/dev/null/h.db\" }\n",
		"ctl { socket = \"/dev/null/s\" }\n",
		"ctl { group = nosuchgroup }\n",
		"agent \"b\" { allow = {\"10.0.0.1\"} group_interface = nosuch0 }\n",
		"agent \"b\" { allow = {\"10.0.0.1\"} t_hist = 1s }\n",
		"global { user = nosuchuser }\n",
	};

	test_no_oom();
	gateway_conf(confs[_i]);
	ck_assert_int_ne(gateway_run(), 0);
}
END_TEST

/* ---- parts --------------------------------------------------------------------- */

START_TEST(json_is_always_json)
{
	static const char *const texts[] = {
		"plain",
		"quo\"te \\ back",
		"\x01\x1f\x7f",
		"\xc3\xa9t\xc3\xa9",
		"\xf0\x9f\x93\xa3",
		"\xff\xfe bad \xc0\xaf",
		"cut \xe2\x82",
		"\xed\xa0\x80",
	};

	for (unsigned i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct json_tokener *tok;
		struct json_object *o;
		struct buf b;
		struct jout j = { .b = &b };

		buf_init(&b, 4096);
		jout_open(&j, NULL, '[');
		jout_str(&j, NULL, texts[i]);
		jout_u64(&j, NULL, UINT64_MAX);
		jout_seconds(&j, NULL, 1005);
		jout_close(&j, ']');
		if (!buf_ok(&b)) {
			buf_fini(&b);
			continue;
		}
		tok = json_tokener_new();
		json_tokener_set_flags(tok,
				       JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
		o = json_tokener_parse_ex(tok, b.p, (int)b.n);
		ck_assert_msg(o != NULL, "%.*s", (int)b.n, b.p);
		ck_assert(json_object_get_double(json_object_array_get_idx(o, 2)) >
			  1.004);
		json_object_put(o);
		json_tokener_free(tok);
		buf_fini(&b);
	}
}
END_TEST

START_TEST(groups_are_read_and_written)
{
	static const char *const good[] = {
		"239.1.2.3:5004",
		"239.1.2.3:5004@eth0.100",
		"[ff15::1]:5004@eth0",
		"232.1.1.1:5004@eth0=192.0.2.1,192.0.2.2",
	};
	static const char *const bad[] = {
		"",
		"239.1.2.3",
		"239.1.2.3:0",
		"239.1.2.3:99999",
		"10.1.1.1:5000",
		"239.1.2.3:5004@interface-too-long",
		"239.1.2.3:5004=here",
		"lobby",
	};
	struct store_group g;
	char why[200], mem[300];
	struct buf b;

	for (unsigned i = 0; i < 4; i++) {
		ck_assert_int_eq(zone_parse_group(&g, str_of(good[i]), why, sizeof(why)),
				 0);
		buf_fixed(&b, mem, sizeof(mem) - 1);
		zone_print_group(&b, &g);
		mem[b.n] = 0;
		ck_assert_str_eq(mem, good[i]);
	}
	for (unsigned i = 0; i < 8; i++)
		ck_assert_int_ne(zone_parse_group(&g, str_of(bad[i]), why, sizeof(why)),
				 0);
}
END_TEST

START_TEST(the_table_of_commands_is_sound)
{
	for (int i = 0; i < CTL_CMDS; i++) {
		const struct ctl_cmd *c = &ctl_cmds[i];

		ck_assert_ptr_eq(ctl_cmd_find(str_of(c->name)), c);
		ck_assert(c->help && c->help[0] && c->args);
		for (const struct ctl_arg *a = c->args; a->name; a++) {
			ck_assert_ptr_eq(ctl_arg_find(c, str_of(a->name)), a);
			ck_assert_msg(a->help && a->help[0], "%s %s", c->name, a->name);
			ck_assert_msg(a->kind == CTL_FLAG || a->meta, "%s %s", c->name,
				      a->name);
			ck_assert_msg((a->kind == CTL_WORD) == (a->words != NULL),
				      "%s %s", c->name, a->name);
			ck_assert(a->least <= a->most);
		}
	}
	ck_assert_ptr_null(ctl_cmd_find(STR_LIT("zone")));
	ck_assert_int_eq(ctl_code_parse("busy"), CTL_BUSY);
	ck_assert_int_eq(ctl_code_parse("what"), CTL_REFUSED);
}
END_TEST

static Suite *ctl_suite(void)
{
	Suite *s = suite_create("ctl");
	TCase *tc = tcase_create("requests");

	tcase_add_test(tc, wrong_requests_are_refused_and_the_next_one_works);
	tcase_add_test(tc, garbage_does_no_harm);
	tcase_add_test(tc, a_line_without_end_is_cut_off);
	tcase_add_test(tc, a_request_may_come_in_pieces_and_many_at_once);
	tcase_add_test(tc, clients_have_a_limit);
	tcase_add_test(tc, a_slow_reader_holds_up_nobody);
	tcase_add_test(tc, clients_may_vanish_at_any_time);
	suite_add_tcase(s, tc);
	tc = tcase_create("daemon");
	tcase_add_test(tc, the_socket_is_guarded);
	tcase_add_test(tc, a_reload_drops_no_call);
	tcase_add_loop_test(tc, bad_starts_are_refused, 0, 9);
	suite_add_tcase(s, tc);
	tc = tcase_create("parts");
	tcase_add_test(tc, json_is_always_json);
	tcase_add_test(tc, groups_are_read_and_written);
	tcase_add_test(tc, the_table_of_commands_is_sound);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(ctl_suite)
