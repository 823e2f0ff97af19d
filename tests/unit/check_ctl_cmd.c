/* tests/unit/check_ctl_cmd.c - commands by the control socket, and what comes of them.
 *
 * layer: tests   thread: main, one for the daemon   I/O: sockets on loopback, files
 */
#include <json.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ctl/commands.h"
#include "gateway.h"
#include "test.h"

#define HAS(text)                                                                        \
	ck_assert_msg(strstr(gateway_last, text) != NULL, "%.500s", gateway_last)

START_TEST(every_command_that_reads_answers)
{
	char request[200];
	int fd;

	gateway_start("");
	fd = gateway_dial();
	for (int i = 0; i < CTL_CMDS; i++) {
		if (ctl_cmds[i].write)
			continue;
		snprintf(request, sizeof(request), "{\"cmd\":\"%s\"}", ctl_cmds[i].name);
		gateway_want(fd, request, "{\"ok\":true");
	}
	close(fd);
	gateway_stop();
}
END_TEST

START_TEST(answers_are_json)
{
	struct json_object *o, *v;
	int fd;

	gateway_start("");
	fd = gateway_dial();
	gateway_want(fd, "{\"cmd\":\"status\"}", "\"ok\":true");
	o = json_tokener_parse(gateway_last);
	ck_assert(o && json_object_object_get_ex(o, "result", &v));
	ck_assert(json_object_object_get_ex(v, "media", &v));
	ck_assert(json_object_object_get_ex(v, "io", &v));
	ck_assert_str_eq(json_object_get_string(v), "socket");
	json_object_put(o);
	close(fd);
	gateway_stop();
}
END_TEST

START_TEST(zones_are_made_changed_and_deleted)
{
	int fd, ca;

	gateway_start("");
	fd = gateway_dial();
	ca = gateway_agent();
	gateway_mgcp_want(ca, "AUEP 1 page/lobby@gw MGCP 1.0\r\n", "500 1");
	gateway_want(fd,
	    "{\"cmd\":\"zone add\",\"args\":{\"name\":\"lobby\",\"group\":"
	    "[\"239.1.2.3:5004@lo\",\"239.1.2.4:5004@lo\"],\"ttl\":4,\"label\":\"L\"}}",
	    "\"ok\":true");
	gateway_mgcp_want(ca, "AUEP 2 page/lobby@gw MGCP 1.0\r\n", "200 2");
	gateway_want(fd, "{\"cmd\":\"zone add\",\"args\":{\"name\":\"LOBBY\"}}",
	    "is there already");
	gateway_want(fd,
	    "{\"cmd\":\"zone add\",\"args\":{\"name\":\"b\",\"agents\":\"ca, x\"}}",
	    "there is no agent \\\"x\\\"");
	gateway_want(fd,
	    "{\"cmd\":\"zone set\",\"args\":{\"name\":\"lobby\",\"agents\":\"y\"}}",
	    "there is no agent \\\"y\\\"");
	gateway_want(fd,
	    "{\"cmd\":\"zone set\",\"args\":{\"name\":\"lobby\",\"listener\":"
	    "[\"127.0.0.1:4000\"],\"no-groups\":true,\"idle\":700}}",
	    "\"ok\":true");
	gateway_put(fd, "{\"cmd\":\"zones\"}\n", 16);
	ck_assert_ptr_nonnull(gateway_line(fd, 5000));
	HAS("\"groups\":[]");
	HAS("\"listeners\":[\"127.0.0.1:4000\"]");
	HAS("\"idle\":700");
	HAS("\"label\":\"L\"");
	ck_assert_ptr_nonnull(gateway_line(fd, 5000));
	gateway_want(fd, "{\"cmd\":\"rooms\",\"args\":{\"name\":\"lobby\"}}",
		     "\"rows\":2");
	gateway_want(fd, "{\"cmd\":\"rooms\",\"args\":{\"name\":\"attic\"}}",
	    "\"code\":\"unknown\"");
	gateway_want(fd, "{\"cmd\":\"zone set\",\"args\":{\"name\":\"attic\"}}",
	    "\"code\":\"unknown\"");
	gateway_want(
		fd,
		"{\"cmd\":\"zone set\",\"args\":{\"name\":\"lobby\",\"policy\":\"mix\"}}",
		"policy mix is not available yet");
	gateway_want(fd,
	    "{\"cmd\":\"zone set\",\"args\":{\"name\":\"lobby\",\"codec\":\"warble\"}}",
	    "codec warble is not known");
	gateway_want(fd, "{\"cmd\":\"zone add\",\"args\":{\"name\":\"7up\"}}",
	    "a letter, then letters, digits and _");
	gateway_mgcp_want(ca, "CRCX 3 page/lobby@gw MGCP 1.0\r\nC: 1\r\nM: recvonly\r\n",
			  "200 3");
	gateway_want(fd, "{\"cmd\":\"zone del\",\"args\":{\"name\":\"lobby\"}}",
	    "\"code\":\"busy\",\"error\":\"in use by 1 call;");
	gateway_want(
		fd, "{\"cmd\":\"zone del\",\"args\":{\"name\":\"lobby\",\"force\":true}}",
		"\"ok\":true");
	gateway_want(fd, "{\"cmd\":\"zone del\",\"args\":{\"name\":\"lobby\"}}",
	    "\"code\":\"unknown\"");
	close(ca);
	close(fd);
	gateway_stop();
}
END_TEST

START_TEST(zones_outlive_the_daemon)
{
	int fd;

	gateway_start("");
	fd = gateway_dial();
	gateway_want(fd,
	    "{\"cmd\":\"zone "
	    "add\",\"args\":{\"name\":\"kept\",\"group\":\"239.1.1.1:5000\"}}",
	    "\"ok\":true");
	gateway_want(fd,
	    "{\"cmd\":\"zone add\",\"args\":{\"name\":\"late\",\"group\":"
	    "\"239.1.1.2:5000@nosuch0\"}}",
	    "\"note\":\"interface nosuch0 is missing\"");
	close(fd);
	gateway_stop();
	ck_assert_int_eq(gateway_run(), 0);
	fd = gateway_dial();
	gateway_want(fd, "{\"cmd\":\"zones\"}", "\"rows\":2");
	gateway_want(fd, "{\"cmd\":\"endpoints\",\"args\":{\"pattern\":\"page/*\"}}",
	    "\"rows\":2");
	close(fd);
	gateway_stop();
}
END_TEST

START_TEST(calls_are_recorded)
{
	int fd, ca;

	gateway_start("");
	fd = gateway_dial();
	ca = gateway_agent();
	gateway_mgcp_want(ca,
			  "CRCX 7 rtpbridge/3@gw MGCP 1.0\r\nC: ABC\r\nM: recvonly\r\n",
			  "200 7");
	gateway_want(fd, "{\"cmd\":\"streams\"}", "\"rows\":1");
	gateway_want(fd, "{\"cmd\":\"contexts\"}", "\"rows\":1");
	gateway_want(fd, "{\"cmd\":\"endpoints\",\"args\":{\"busy\":true}}",
		     "\"rows\":1");
	gateway_mgcp_want(ca, "DLCX 8 rtpbridge/3@gw MGCP 1.0\r\nC: ABC\r\n", "250 8");
	gateway_put(fd, "{\"cmd\":\"calls\"}\n", 16);
	ck_assert_ptr_nonnull(gateway_line(fd, 5000));
	HAS("\"endpoint\":\"rtpbridge/3\"");
	HAS("\"call\":\"ABC\"");
	HAS("\"cause\":\"agent\"");
	ck_assert_ptr_nonnull(gateway_line(fd, 5000));
	HAS("\"rows\":1");
	gateway_want(fd, "{\"cmd\":\"calls\",\"args\":{\"call\":\"XYZ\"}}", "\"rows\":0");
	gateway_want(fd, "{\"cmd\":\"calls\",\"args\":{\"since\":60,\"limit\":\"5\"}}",
	    "\"rows\":1");
	close(ca);
	close(fd);
	gateway_stop();
}
END_TEST

START_TEST(messages_can_be_watched)
{
	int watch, other, ca, none;

	gateway_start("");
	watch = gateway_dial();
	none = gateway_dial();
	other = gateway_dial();
	ca = gateway_agent();
	gateway_put(watch, "{\"cmd\":\"trace\",\"args\":{\"what\":\"show\"}}\n", 39);
	gateway_put(none,
		    "{\"cmd\":\"trace\",\"args\":{\"what\":\"show\",\"peer\":\"192.0.2."
		    "1\"}}\n",
		    58);
	gateway_want(other, "{\"cmd\":\"status\"}", "\"ok\":true");
	usleep(50000);
	gateway_mgcp_want(ca, "AUEP 5 rtpbridge/1@gw MGCP 1.0\r\n", "200 5");
	ck_assert_ptr_nonnull(gateway_line(watch, 5000));
	HAS("\"dir\":\"in\"");
	HAS("AUEP 5 rtpbridge/1@gw MGCP 1.0\\u000d\\u000a");
	ck_assert_ptr_nonnull(gateway_line(watch, 5000));
	HAS("\"dir\":\"out\"");
	HAS("200 5");
	ck_assert_ptr_null(gateway_line(none, 300));
	gateway_want(other, "{\"cmd\":\"trace\",\"args\":{\"what\":\"on\"}}",
		     "\"ok\":true");
	gateway_want(other, "{\"cmd\":\"trace\",\"args\":{\"what\":\"off\"}}",
		     "\"ok\":true");
	close(watch);
	close(none);
	close(other);
	close(ca);
	gateway_stop();
}
END_TEST

START_TEST(levels_can_be_set)
{
	int fd;

	gateway_start("");
	fd = gateway_dial();
	gateway_want(
		fd,
		"{\"cmd\":\"log\",\"args\":{\"category\":\"mgcp\",\"level\":\"debug\"}}",
		"\"ok\":true");
	gateway_put(fd, "{\"cmd\":\"log\"}\n", 14);
	for (int i = 0; i < 4; i++)
		ck_assert_ptr_nonnull(gateway_line(fd, 5000));
	HAS("\"category\":\"mgcp\",\"level\":\"debug\"");
	for (int i = 0; i < 8; i++)
		ck_assert_ptr_nonnull(gateway_line(fd, 5000));
	gateway_want(
		fd,
		"{\"cmd\":\"log\",\"args\":{\"category\":\"all\",\"level\":\"error\"}}",
		"\"ok\":true");
	gateway_want(
		fd,
		"{\"cmd\":\"log\",\"args\":{\"category\":\"cats\",\"level\":\"error\"}}",
		"\"code\":\"unknown\"");
	close(fd);
	gateway_stop();
}
END_TEST

START_TEST(endpoints_can_leave_and_come_back)
{
	int fd, ca;

	gateway_start("");
	fd = gateway_dial();
	ca = gateway_agent();
	gateway_want(fd,
	    "{\"cmd\":\"service\",\"args\":{\"owner\":\"ca\",\"pattern\":\"rtpbridge/5\","
	    "\"change\":\"forced\"}}",
	    "\"endpoints\":1");
	gateway_mgcp_want(ca,
			  "CRCX 7 rtpbridge/5@gw MGCP 1.0\r\nC: ABC\r\nM: recvonly\r\n",
			  "501 7");
	gateway_want(fd,
	    "{\"cmd\":\"service\",\"args\":{\"owner\":\"ca\",\"pattern\":\"rtpbridge/5\","
	    "\"change\":\"back\"}}",
	    "\"endpoints\":1");
	gateway_want(fd,
	    "{\"cmd\":\"service\",\"args\":{\"owner\":\"cb\",\"pattern\":\"*\","
	    "\"change\":\"back\"}}",
	    "\"code\":\"unknown\"");
	gateway_want(fd,
	    "{\"cmd\":\"service\",\"args\":{\"owner\":\"ca\",\"pattern\":\"attic/*\","
	    "\"change\":\"back\"}}",
	    "\"code\":\"unknown\"");
	close(ca);
	close(fd);
	gateway_stop();
}
END_TEST

static Suite *ctl_cmd_suite(void)
{
	Suite *s = suite_create("ctl_cmd");
	TCase *tc = tcase_create("commands");

	tcase_add_test(tc, every_command_that_reads_answers);
	tcase_add_test(tc, answers_are_json);
	tcase_add_test(tc, zones_are_made_changed_and_deleted);
	tcase_add_test(tc, zones_outlive_the_daemon);
	tcase_add_test(tc, calls_are_recorded);
	tcase_add_test(tc, messages_can_be_watched);
	tcase_add_test(tc, levels_can_be_set);
	tcase_add_test(tc, endpoints_can_leave_and_come_back);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(ctl_cmd_suite)
