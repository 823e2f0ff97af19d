/* tests/unit/check_mgcp.c - the frame of MGCP messages, faults, limits.
 *
 * layer: tests   thread: main   I/O: none
 * RFC 3435 3.2.1, 3.3, 3.5.5
 */
#include "wire_rig.h"

static struct mgcp_msg *parsed(const char *text)
{
	struct parse_err err = { 0 };
	struct mgcp_msg *m = NULL;
	int rc = mgcp_parse(arena, str_of(text), &m, &err);

	ck_assert_msg(!rc, "%s: %s at %zu (%s)", text, err.what, err.offset, err.clause);
	ck_assert_ptr_nonnull(m);
	ck_assert_int_eq(m->fault, MGCP_FAULT_NONE);
	return m;
}

/* Refused with that fault; the message, or NULL when there is nothing to answer. */
static struct mgcp_msg *refused(const char *text, enum mgcp_fault fault)
{
	struct parse_err err = { 0 };
	struct mgcp_msg *m = NULL;
	int rc = mgcp_parse(arena, str_of(text), &m, &err);

	ck_assert_msg(rc, "accepted: %s", text);
	ck_assert_ptr_nonnull(err.what);
	ck_assert_ptr_nonnull(err.clause);
	ck_assert_uint_le(err.offset, strlen(text));
	if (m)
		ck_assert_msg(m->fault == fault, "%s: %s", text,
			      mgcp_fault_name(m->fault));
	return m;
}

START_TEST(every_verb_is_known_in_any_case)
{
	static const struct {
		const char *text;
		enum mgcp_verb verb;
	} rows[] = {
		{ "EPCF", MGCP_EPCF },     { "CRCX", MGCP_CRCX },
		{ "MDCX", MGCP_MDCX },     { "DLCX", MGCP_DLCX },
		{ "RQNT", MGCP_RQNT },     { "NTFY", MGCP_NTFY },
		{ "AUEP", MGCP_AUEP },     { "AUCX", MGCP_AUCX },
		{ "RSIP", MGCP_RSIP },     { "crcx", MGCP_CRCX },
		{ "rSiP", MGCP_RSIP },     { "XPER", MGCP_VERB_EXT },
		{ "CRCY", MGCP_VERB_EXT }, { "M2TH", MGCP_VERB_EXT },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[80];
		struct mgcp_msg *m;

		snprintf(text, sizeof(text), "%s 7 a/1@gw MGCP 1.0\r\n", rows[i].text);
		m = parsed(text);
		ck_assert_int_eq(m->verb, rows[i].verb);
		ck_span(m->verb_text, rows[i].text);
		if (m->verb != MGCP_VERB_EXT)
			ck_assert(str_ieqz(m->verb_text, mgcp_verb_name(m->verb)));
	}
	ck_assert_str_eq(mgcp_verb_name(MGCP_VERB_EXT), "");
	ck_assert_str_eq(mgcp_verb_name(MGCP_RESPONSE), "");
}
END_TEST

START_TEST(command_line_tells_its_fields)
{
	struct mgcp_msg *m = parsed("MDCX  000123\thall/3@gw-1.example.net  MGCP   1.0"
				    "  NCS 1.0 extra \r\nC: a1\r\n");

	ck_assert_uint_eq(m->tid, 123);
	ck_span(m->endpoint.local, "hall/3");
	ck_span(m->endpoint.domain, "gw-1.example.net");
	ck_assert_uint_eq(m->major, 1);
	ck_assert_uint_eq(m->minor, 0);
	ck_span(m->profile, "NCS 1.0 extra");
	ck_assert_uint_eq(m->nparams, 1);
	ck_assert_uint_eq(parsed("auep 999999999 *@g mgcp 1.0\n")->tid, 999999999);
	ck_assert_ptr_null(parsed("auep 1 *@g mgcp 1.0\n")->profile.p);
}
END_TEST

START_TEST(response_line_tells_its_fields)
{
	struct mgcp_msg *m = parsed("200 1203 all is well\r\n");

	ck_assert_int_eq(m->verb, MGCP_RESPONSE);
	ck_assert_uint_eq(m->code, 200);
	ck_assert_uint_eq(m->tid, 1203);
	ck_span(m->comment, "all is well");

	m = parsed("000 9\n");
	ck_assert_uint_eq(m->code, 0);
	ck_assert_uint_eq(m->comment.n, 0);

	m = parsed("800 17 /FXR no fax here\r\n");
	ck_span(m->code_pkg, "FXR");
	ck_span(m->comment, "no fax here");

	m = parsed("510 17 /FXR is comment here\r\n");
	ck_assert_ptr_null(m->code_pkg.p);
	ck_span(m->comment, "/FXR is comment here");
	ck_span(parsed("200 5 OK")->comment, "OK"); /* no line end: tolerated */
}
END_TEST

START_TEST(faults_of_the_first_line)
{
	static const struct {
		const char *text;
		enum mgcp_fault fault;
	} rows[] = {
		{ "CRCX 5 \r\n", MGCP_FAULT_ENDPOINT },
		{ "CRCX 5\r\n", MGCP_FAULT_HEAD },
		{ "CRC 5 a@b MGCP 1.0\r\n", MGCP_FAULT_HEAD },
		{ "CRCXX 5 a@b MGCP 1.0\r\n", MGCP_FAULT_HEAD },
		{ "9RCX 5 a@b MGCP 1.0\r\n", MGCP_FAULT_HEAD },
		{ "CRCX 5 a@b\r\n", MGCP_FAULT_HEAD },
		{ "CRCX 5 a@b MGCP\r\n", MGCP_FAULT_HEAD },
		{ "CRCX 5 a@b MGCP 1\r\n", MGCP_FAULT_HEAD },
		{ "CRCX 5 a@b MGCP 1.0x\r\n", MGCP_FAULT_HEAD },
		{ "CRCX 5 a@b SGCP 1.0\r\n", MGCP_FAULT_HEAD },
		{ "CRCX 5 a@b MGCP 1.0 N\001S\r\n", MGCP_FAULT_HEAD },
		{ "CRCX 5 a@b MGCP 1.0", MGCP_FAULT_HEAD },
		{ "CRCX 5 ab MGCP 1.0\r\n", MGCP_FAULT_ENDPOINT },
		{ "CRCX 5 a@ MGCP 1.0\r\n", MGCP_FAULT_ENDPOINT },
		{ "CRCX 5 a$@b MGCP 1.0\r\n", MGCP_FAULT_ENDPOINT },
		{ "CRCX 5 a@b MGCP 0.1\r\n", MGCP_FAULT_VERSION },
		{ "CRCX 5 a@b MGCP 2.0\r\n", MGCP_FAULT_VERSION },
		{ "CRCX 5 a@b MGCP 1.1 NCS\r\nwhat\r\n", MGCP_FAULT_VERSION },
		{ "800 5 /\r\n", MGCP_FAULT_HEAD },
		{ "800 5 /-x\r\n", MGCP_FAULT_HEAD },
		{ "200 5 o\001k\r\n", MGCP_FAULT_HEAD },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mgcp_msg *m = refused(rows[i].text, rows[i].fault);

		ck_assert_msg(m != NULL, "nothing to answer: %s", rows[i].text);
		ck_assert_uint_eq(m->tid, 5);
	}
}
END_TEST

START_TEST(without_an_id_there_is_nothing_to_answer)
{
	static const char *const texts[] = {
		"",
		"\r\n",
		"CRCX",
		"CRCX\r\n",
		"CRCX x a@b MGCP 1.0\r\n",
		"CRCX 0 a@b MGCP 1.0\r\n",
		"CRCX 1234567890 a@b MGCP 1.0\r\n",
		"CRCX 12x a@b MGCP 1.0\r\n",
		"200\r\n",
		"200 \r\n",
		"200 x OK\r\n",
		"200 0 OK\r\n",
		"2000\r\n",
		" \t \r\n",
		":",
		"CRCX -5 a@b MGCP 1.0\r\n",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		ck_assert_msg(!refused(texts[i], MGCP_FAULT_HEAD), "%s", texts[i]);
}
END_TEST

START_TEST(faults_of_parameters_name_them)
{
	static const struct {
		const char *text;
		enum mgcp_fault fault;
		enum mgcp_param_id id;
	} rows[] = {
		{ "C: xyz\r\n", MGCP_FAULT_PARAM, MGCP_PARAM_C },
		{ "M: data\r\n", MGCP_FAULT_PARAM, MGCP_PARAM_M },
		{ "C: 1\r\nL: p:x\r\n", MGCP_FAULT_PARAM, MGCP_PARAM_L },
		{ "R: L/hd(Q)\r\n", MGCP_FAULT_ACTION, MGCP_PARAM_R },
		{ "C: 1\r\nc: 1\r\n", MGCP_FAULT_TWICE, MGCP_PARAM_C },
		{ "C 1\r\n", MGCP_FAULT_LINE, MGCP_PARAM_NONE },
		{ ": 1\r\n", MGCP_FAULT_LINE, MGCP_PARAM_NONE },
		{ "C D: 1\r\n", MGCP_FAULT_LINE, MGCP_PARAM_NONE },
		{ "X+: 1\r\n", MGCP_FAULT_LINE, MGCP_PARAM_NONE },
		{ "C: 1", MGCP_FAULT_LINE, MGCP_PARAM_NONE }, /* cut? */
		{ "S: L/rg(\"x)\r\nC: 1\r\n", MGCP_FAULT_LINE, MGCP_PARAM_NONE },
		{ "C: 1\r\n\r\nv=0\r\n\r\nv=0\r\n", MGCP_FAULT_SDP, MGCP_PARAM_NONE },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[200];
		struct mgcp_msg *m;

		snprintf(text, sizeof(text), "CRCX 5 a@b MGCP 1.0\r\n%s", rows[i].text);
		m = refused(text, rows[i].fault);
		ck_assert_ptr_nonnull(m);
		ck_assert_int_eq(m->verb, MGCP_CRCX);
		ck_span(m->endpoint.text, "a@b");
		if (rows[i].id)
			ck_assert_int_eq(m->fault_param, rows[i].id);
	}
}
END_TEST

START_TEST(errors_say_where)
{
	struct parse_err err = { 0 };
	struct mgcp_msg *m;
	const char *text = "CRCX 5 a@b MGCP 1.0\r\nC: 12\r\nM: sendsome\r\n";

	ck_assert_int_eq(mgcp_parse(arena, str_of(text), &m, &err), -H_ESYNTAX);
	ck_assert_uint_eq(err.offset, (size_t)(strstr(text, "sendsome") - text));
	ck_assert_str_eq(err.clause, "RFC 3435 3.2.2.6");
	ck_assert_uint_eq(m->nparams, 1); /* what was good before it is kept */
	ck_assert_int_eq(mgcp_parse(arena, str_of(text), &m, NULL), -H_ESYNTAX);
}
END_TEST

START_TEST(a_response_may_repeat_and_leave_empty)
{
	struct mgcp_msg *m =
		parsed("200 9 OK\r\nI: 1\r\nI: 2\r\nZ: a/1@b\r\nZ: a/2@b\r\n"
		       "M: \r\nE:\r\nRM:\r\nRD:\r\nMD:\r\nI2:\r\nQ:\r\nC:\r\n");

	ck_assert_uint_eq(m->nparams, 12);
	ck_assert(mgcp_get(m, MGCP_PARAM_M)->empty);
	ck_assert_int_eq(mgcp_get(m, MGCP_PARAM_M)->mode, MGCP_MODE_NONE);
	ck_span(mgcp_get(m, MGCP_PARAM_I)->words->text, "1");
	refused("DLCX 9 a@b MGCP 1.0\r\nC:\r\n", MGCP_FAULT_PARAM);
	refused("MDCX 9 a@b MGCP 1.0\r\nM: \r\n", MGCP_FAULT_PARAM);
	refused("RSIP 9 a@b MGCP 1.0\r\nRM:\r\n", MGCP_FAULT_PARAM);
}
END_TEST

START_TEST(a_bad_response_still_tells_code_and_id)
{
	struct mgcp_msg *m = refused("521 88 go there\r\nN: a@b@c\r\n", MGCP_FAULT_PARAM);

	ck_assert_ptr_nonnull(m);
	ck_assert_uint_eq(m->code, 521);
	ck_assert_uint_eq(m->tid, 88);
	ck_assert_int_eq(m->fault_param, MGCP_PARAM_N);
}
END_TEST

START_TEST(descriptions_stand_behind_empty_lines)
{
	struct mgcp_msg *m =
		parsed("200 1 OK\r\nI: A\r\n\r\nv=0\r\nc=IN IP4 192.0.2.1\r\n"
		       "\r\nv=0\r\n");

	ck_assert_uint_eq(m->nsdp, 2);
	ck_span(m->sdp[0], "v=0\r\nc=IN IP4 192.0.2.1\r\n");
	ck_span(m->sdp[1], "v=0\r\n");

	m = parsed("CRCX 1 a@b MGCP 1.0\nC: 1\n\nv=0\ns=-");
	ck_assert_uint_eq(m->nsdp, 1);
	ck_span(m->sdp[0], "v=0\ns=-");
	ck_assert_uint_eq(parsed("CRCX 1 a@b MGCP 1.0\r\nC: 1\r\n\r\n\r\n")->nsdp, 0);
	ck_assert_uint_eq(parsed("CRCX 1 a@b MGCP 1.0\r\n\r\n\r\nv=0\r\n\r\n")->nsdp, 1);
	refused("200 1\r\n\r\nv=0\r\n\r\nv=0\r\n\r\nv=0\r\n", MGCP_FAULT_SDP);
}
END_TEST

START_TEST(dots_part_messages)
{
	static const char text[] =
		"200 5 OK\r\n.\r\nDLCX 6 a@b MGCP 1.0\r\nC: 1\r\n\r\nv=0\r\n"
		".\n.\r\n\r\n. \t\r\n\r\n250 7 OK\n.";
	struct span rest = str_of(text), one;

	ck_assert(mgcp_split(&rest, &one));
	ck_span(one, "200 5 OK\r\n");
	ck_assert(mgcp_split(&rest, &one));
	ck_span(one, "DLCX 6 a@b MGCP 1.0\r\nC: 1\r\n\r\nv=0\r\n");
	ck_assert(mgcp_split(&rest, &one));
	ck_span(one, "250 7 OK\n");
	ck_assert(!mgcp_split(&rest, &one));
	ck_assert(!mgcp_split(&rest, &one));
}
END_TEST

START_TEST(only_a_lone_dot_parts)
{
	struct span rest = STR_LIT("200 5 .\r\nX-a: .\r\n..\r\n.x\r\n"), one;

	ck_assert(mgcp_split(&rest, &one));
	ck_assert_uint_eq(one.n, strlen("200 5 .\r\nX-a: .\r\n..\r\n.x\r\n"));
	rest = (struct span){ NULL, 0 };
	ck_assert(!mgcp_split(&rest, &one));
	rest = STR_LIT("\r\n \r\n.\r\n");
	ck_assert(!mgcp_split(&rest, &one));
}
END_TEST

START_TEST(a_quoted_string_may_hold_line_ends)
{
	struct mgcp_msg *m =
		parsed("RQNT 1 a@b MGCP 1.0\r\nX: 1\r\n"
		       "S: L/adsi(\"two\r\nlines, \"\"really\"\"\")\r\nQ: loop\r\n");
	const struct mgcp_event *e = mgcp_get(m, MGCP_PARAM_S)->events;

	ck_assert(e->params->quoted);
	ck_span(mgcp_unquote(arena, e->params->text), "two\r\nlines, \"really\"");
	ck_assert_uint_eq(m->nparams, 3);
	/* A quote inside other text begins nothing. */
	m = parsed("RQNT 1 a@b MGCP 1.0\r\nX: 1\r\nX-note: 5\" disk\r\nQ: loop\r\n");
	ck_span(mgcp_get(m, MGCP_PARAM_VENDOR_MAY)->text, "5\" disk");
	ck_assert_uint_eq(m->nparams, 3);
}
END_TEST

/* `head`, then `line` so many times, then a line end. */
static char *many(const char *head, const char *line, size_t lines)
{
	size_t h = strlen(head), n = strlen(line);
	char *text = mem_alloc(h + n * lines + 3);

	ck_assert_ptr_nonnull(text);
	memcpy(text, head, h);
	for (size_t i = 0; i < lines; i++)
		memcpy(text + h + i * n, line, n);
	memcpy(text + h + n * lines, "\r\n", 3);
	return text;
}

START_TEST(messages_of_4000_bytes_and_more)
{
	char *text = many("200 5 OK\r\n", "Z: hall/12345@gw.example.net\r\n", 2000);
	struct mgcp_msg *m = parsed(text);
	unsigned n = 0;

	ck_assert_uint_gt(strlen(text), 4000);
	for (const struct mgcp_param *p = m->params; p; p = p->next)
		n++;
	ck_assert_uint_eq(n, 2000);
	mem_free(text);
}
END_TEST

START_TEST(limits_hold)
{
	char *text = many("200 5 OK\r\n", "I:\r\n", MGCP_PARAMS_MAX + 1);
	struct mgcp_msg *m = refused(text, MGCP_FAULT_LIMIT);

	ck_assert_uint_eq(m->tid, 5);
	mem_free(text);
	text = many("RQNT 5 a@b MGCP 1.0\r\nR: L/hd", ",T", MGCP_ITEMS_MAX);
	ck_assert_uint_eq(refused(text, MGCP_FAULT_LIMIT)->tid, 5);
	mem_free(text);
	text = many("200 5 OK\r\n", "X-a: 1\r\n", 9000);
	ck_assert_ptr_null(refused(text, MGCP_FAULT_LIMIT));
	mem_free(text);
	text = many("RQNT 5 a@b MGCP 1.0\r\nS: L/x(", "a=", 5000);
	refused(text, MGCP_FAULT_LIMIT);
	mem_free(text);
	text = many("RQNT 5 a@b MGCP 1.0\r\nR: L/x(E(R(", "a(E(R(", 5000);
	refused(text, MGCP_FAULT_LIMIT);
	mem_free(text);
}
END_TEST

START_TEST(a_full_arena_is_an_error_of_its_own)
{
	struct parse_err err = { 0 };
	struct mgcp_msg *m;

	for (size_t most = 0; most < 2000; most += 16) {
		struct arena *small = arena_new(most);
		int rc;

		ck_assert_ptr_nonnull(small);
		rc = mgcp_parse(small,
				STR_LIT("CRCX 5 a@b MGCP 1.0\r\nC: 1\r\nM: inactive\r\n"
					"L: a:PCMU;PCMA\r\n"),
				&m, &err);
		if (rc)
			ck_assert_int_eq(rc, -H_ENOMEM);
		if (rc && m)
			ck_assert_int_eq(m->fault, MGCP_FAULT_LIMIT);
		arena_free(small);
	}
}
END_TEST

static Suite *mgcp_suite(void)
{
	Suite *s = suite_create("mgcp");
	TCase *tc = tcase_create("frame");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, every_verb_is_known_in_any_case);
	tcase_add_test(tc, command_line_tells_its_fields);
	tcase_add_test(tc, response_line_tells_its_fields);
	tcase_add_test(tc, faults_of_the_first_line);
	tcase_add_test(tc, without_an_id_there_is_nothing_to_answer);
	tcase_add_test(tc, faults_of_parameters_name_them);
	tcase_add_test(tc, errors_say_where);
	tcase_add_test(tc, a_response_may_repeat_and_leave_empty);
	tcase_add_test(tc, a_bad_response_still_tells_code_and_id);
	tcase_add_test(tc, descriptions_stand_behind_empty_lines);
	tcase_add_test(tc, dots_part_messages);
	tcase_add_test(tc, only_a_lone_dot_parts);
	tcase_add_test(tc, a_quoted_string_may_hold_line_ends);
	tcase_add_test(tc, messages_of_4000_bytes_and_more);
	tcase_add_test(tc, limits_hold);
	tcase_add_test(tc, a_full_arena_is_an_error_of_its_own);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(mgcp_suite)
