/* tests/unit/check_mgcp_param.c - values of MGCP parameter lines.
 *
 * layer: tests   thread: main   I/O: none
 * RFC 3435 3.2.1.3, 3.2.2
 */
#include "wire_rig.h"

static const struct mgcp_param *param(const char *line)
{
	return mgcp_line_param("MDCX", line);
}

static void refused(const char *const *lines, enum mgcp_param_id id)
{
	for (; *lines; lines++) {
		struct mgcp_msg *m = NULL;
		int rc = mgcp_line("MDCX", *lines, &m, NULL);

		ck_assert_msg(rc == -H_ESYNTAX, "accepted: %s", *lines);
		ck_assert_ptr_nonnull(m);
		ck_assert_int_eq(m->fault, MGCP_FAULT_PARAM);
		ck_assert_int_eq(m->fault_param, id);
		ck_assert_uint_eq(m->nparams, 0);
	}
}

START_TEST(names_in_any_case)
{
	static const struct {
		const char *line;
		enum mgcp_param_id id;
	} rows[] = {
		{ "K: 1", MGCP_PARAM_K },
		{ "b:e:mu", MGCP_PARAM_B },
		{ "c:1", MGCP_PARAM_C },
		{ "i:", MGCP_PARAM_I },
		{ "N:", MGCP_PARAM_N },
		{ "x: 1", MGCP_PARAM_X },
		{ "L:", MGCP_PARAM_L },
		{ "m: INACTIVE", MGCP_PARAM_M },
		{ "R:", MGCP_PARAM_R },
		{ "s:", MGCP_PARAM_S },
		{ "d:", MGCP_PARAM_D },
		{ "o:", MGCP_PARAM_O },
		{ "p:", MGCP_PARAM_P },
		{ "e: 900", MGCP_PARAM_E },
		{ "z:", MGCP_PARAM_Z },
		{ "z2: a@b", MGCP_PARAM_Z2 },
		{ "i2: 1", MGCP_PARAM_I2 },
		{ "f:", MGCP_PARAM_F },
		{ "q: LOOP", MGCP_PARAM_Q },
		{ "t:", MGCP_PARAM_T },
		{ "rm: Restart", MGCP_PARAM_RM },
		{ "rD: 1", MGCP_PARAM_RD },
		{ "a:", MGCP_PARAM_A },
		{ "eS:", MGCP_PARAM_ES },
		{ "pl:", MGCP_PARAM_PL },
		{ "Md: 4000", MGCP_PARAM_MD },
		{ "X-Bell: on", MGCP_PARAM_VENDOR_MAY },
		{ "x+Bell: on", MGCP_PARAM_VENDOR_MUST },
		{ "FXR/FXC: on", MGCP_PARAM_PACKAGE },
		{ "X-Osmo-IGN: C", MGCP_PARAM_VENDOR_MAY },
		{ "U: x", MGCP_PARAM_OTHER },
		{ "RC: x", MGCP_PARAM_OTHER },
		{ "LC:", MGCP_PARAM_OTHER },
		{ "K2: 1", MGCP_PARAM_OTHER },
		{ "X : 1", MGCP_PARAM_X },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_msg(param(rows[i].line)->id == rows[i].id, "%s", rows[i].line);
	for (unsigned id = MGCP_PARAM_K; id <= MGCP_PARAM_LC; id++)
		ck_assert_uint_eq(mgcp_param_of(str_of(mgcp_param_name(id))), id);
	ck_assert_int_eq(mgcp_param_of(STR_LIT("-/x")), MGCP_PARAM_NONE);
	ck_assert_int_eq(mgcp_param_of(STR_LIT("p/")), MGCP_PARAM_NONE);
	ck_assert_int_eq(mgcp_param_of(STR_LIT("")), MGCP_PARAM_NONE);
	ck_assert_int_eq(mgcp_param_of(STR_LIT("A_B")), MGCP_PARAM_NONE);
}
END_TEST

START_TEST(response_ack_ranges)
{
	static const char *const bad[] = { "K: 0",   "K: 5-4", "K: 1-",
					   "K: 1,",  "K: x",   "K: 1234567890",
					   "K: 1 2", "K: ,1",  "K: 1-2-3",
					   NULL };
	const struct mgcp_range *r =
		param("K: 6234-6255, 6257 ,00019030 - 19044")->ranges;

	ck_assert_uint_eq(r->lo, 6234);
	ck_assert_uint_eq(r->hi, 6255);
	r = r->next;
	ck_assert_uint_eq(r->lo, 6257);
	ck_assert_uint_eq(r->hi, 6257);
	r = r->next;
	ck_assert_uint_eq(r->lo, 19030);
	ck_assert_uint_eq(r->hi, 19044);
	ck_assert_ptr_null(r->next);
	ck_assert(param("K:")->empty);
	refused(bad, MGCP_PARAM_K);
}
END_TEST

START_TEST(identifiers)
{
	static const char *const bad_c[] = {
		"C:",     "C: g",  "C: 1 2",
		"C: 1,2", "C: -1", "C: 123456789012345678901234567890123",
		NULL
	};
	static const char *const bad_i[] = { "I: 1,", "I: 1;2", "I: $", "I: *", NULL };
	static const char *const bad_x[] = { "X: 0x1", "X: 1,2", NULL };
	const struct mgcp_word *w = param("I: FDE234C8, dfe233d1")->words;

	ck_span(w->text, "FDE234C8");
	ck_span(w->next->text, "dfe233d1");
	ck_assert_ptr_null(w->next->next);
	ck_span(param("C: \t 12345678901234567890123456789012 ")->id_text,
		"12345678901234567890123456789012");
	ck_span(param("X: 0")->id_text, "0");
	ck_assert(param("X:")->empty);
	ck_span(param("I2: 7")->words->text, "7");
	refused(bad_c, MGCP_PARAM_C);
	refused(bad_i, MGCP_PARAM_I);
	refused(bad_x, MGCP_PARAM_X);
}
END_TEST

START_TEST(modes)
{
	static const char *const names[] = { "sendonly", "recvonly", "sendrecv",
					     "confrnce", "inactive", "loopback",
					     "conttest", "netwloop", "netwtest" };
	static const char *const bad[] = { "M:",           "M: data", "M: sendrec",
					   "M: sendrecvx", "M: /x",   "M: p/",
					   "M: p/a-b",     "M: -p/x", NULL };

	for (unsigned i = 0; i < 9; i++) {
		char line[40];

		snprintf(line, sizeof(line), "M: %s", names[i]);
		ck_assert_uint_eq(param(line)->mode, MGCP_SENDONLY + i);
		ck_assert_str_eq(mgcp_mode_name(MGCP_SENDONLY + i), names[i]);
	}
	ck_assert_int_eq(param("M: SendRecv")->mode, MGCP_SENDRECV);
	ck_assert_int_eq(param("M: FM/mixed2")->mode, MGCP_MODE_EXT);
	refused(bad, MGCP_PARAM_M);
}
END_TEST

START_TEST(notified_entities)
{
	static const char *const bad[] = {
		"N: a@",          "N: @b",       "N: a@b@c",
		"N: a b",         "N: a@b:x",    "N: b:0",
		"N: b:65536",     "N: b:123456", "N: b:",
		"N: a@[192.0.2]", "N: [::1",     "N: a@[fe80::1%eth0]",
		"N: a@[[::1]]",   "N: #",        "N: #1x",
		"N: x_y",         NULL
	};
	const struct mgcp_name *n = param("N: Call-agent@ca.example.net:5234")->name_v;

	ck_span(n->local, "Call-agent");
	ck_span(n->domain, "ca.example.net");
	ck_assert_uint_eq(n->port, 5234);
	ck_assert_uint_eq(n->ip.family, 0);
	n = param("N: [128.96.41.12]")->name_v;
	ck_assert_ptr_null(n->local.p);
	ck_assert_uint_eq(n->ip.family, 4);
	ck_assert_uint_eq(n->port, 0);
	n = param("N: x/y@[2001:DB8::12]:99")->name_v;
	ck_assert_uint_eq(n->ip.family, 6);
	ck_assert_uint_eq(n->port, 99);
	ck_span(n->domain, "[2001:DB8::12]");
	ck_span(n->text, "x/y@[2001:DB8::12]:99");
	ck_span(param("N: #123")->name_v->domain, "#123");
	refused(bad, MGCP_PARAM_N);
}
END_TEST

START_TEST(endpoint_names)
{
	static const char *const good[] = {
		"a@b",
		"*@gw",
		"$@gw",
		"a/*@gw",
		"a/$/c@gw",
		"*/*/*@gw",
		"null@mgw",
		"X35V3+A4/13@gw23.example.net",
		"ds/ds1-3/6@[192.0.2.1]",
		"p@[::1]",
		"p@#7",
		"0-9.;:<=>?[]^_`{|}~!\"#%&'()+,@b",
	};
	static const char *const bad[] = {
		"",       "@",       "a",       "a@",           "@b",     "a@b:1",
		"a//b@c", "/a@c",    "a/@c",    "a*@b",         "*a@b",   "a/$$@b",
		"a b@c",  "a@b c",   "a@b@c",   "a@*",          "a@[::1", "a@::1]",
		"a@b_c",  "a\001@b", "a\200@b", "a@[1.2.3.4]x",
	};
	struct mgcp_name n = { .port = 9 };

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ck_assert_msg(!mgcp_name_parse(&n, str_of(good[i])), "%s", good[i]);
	n.port = 9;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(mgcp_name_parse(&n, str_of(bad[i])), "%s", bad[i]);
	ck_assert_uint_eq(n.port, 9); /* untouched on failure */
	ck_assert_int_eq(mgcp_name_parse(&n, STR_LIT("a/*/$@b")), 0);
	ck_assert(n.any && n.all);
	ck_assert_int_eq(mgcp_name_parse(&n, STR_LIT("a/b@b")), 0);
	ck_assert(!n.any && !n.all);
}
END_TEST

START_TEST(names_are_bounded)
{
	char long_name[600];
	struct mgcp_name n;

	memset(long_name, 'a', sizeof(long_name));
	long_name[255] = '@';
	ck_assert_int_eq(mgcp_name_parse(&n, (struct span){ long_name, 511 }), 0);
	ck_assert_int_ne(mgcp_name_parse(&n, (struct span){ long_name, 512 }), 0);
	long_name[255] = 'a';
	long_name[256] = '@';
	ck_assert_int_ne(mgcp_name_parse(&n, (struct span){ long_name, 300 }), 0);
}
END_TEST

START_TEST(second_and_specific_endpoints)
{
	static const char *const bad[] = { "Z2:", "Z2: a", "Z2: a@b:1", NULL };

	ck_span(param("Z2: hall/2@gw")->name_v->local, "hall/2");
	ck_span(param("Z: hall/3@gw")->name_v->local, "hall/3");
	ck_assert(param("Z:")->empty);
	refused(bad, MGCP_PARAM_Z2);
}
END_TEST

START_TEST(connection_parameters)
{
	static const char *const bad[] = { "P: PS",        "P: PS=",  "P: =1",
					   "P: PS=1,",     "P: PS=x", "P: PS=1234567890",
					   "P: PS=-1",     "P: a/=1", "P: /b=1",
					   "P: PS=1 OS=2", NULL };
	const struct mgcp_stat *s =
		param("P: PS=1245, os=62345, PR=0,OR = 45123, PL=999999999,"
		      " JI=27,LA=48, X-xy=5, RTP/lost-2=6")
			->stats;
	static const uint32_t want[] = { 1245, 62345, 0, 45123, 999999999, 27, 48, 5, 6 };

	for (unsigned i = 0; i < 9; i++, s = s->next) {
		ck_assert_uint_eq(s->id, i < MGCP_STAT_EXT ? i : MGCP_STAT_EXT);
		ck_assert_uint_eq(s->value, want[i]);
		if (i == 8)
			ck_span(s->name, "RTP/lost-2");
	}
	ck_assert_ptr_null(s);
	refused(bad, MGCP_PARAM_P);
}
END_TEST

START_TEST(reason_codes)
{
	static const char *const bad[] = { "E:",         "E: 90",         "E: 9000",
					   "E: 90x",     "E: x",          "E: 800 /",
					   "E: 800 /-a", "E: 900 a\001b", NULL };
	const struct mgcp_param *p = param("E: 900 Endpoint malfunctioning ");

	ck_assert_uint_eq(p->code, 900);
	ck_span(p->comment, "Endpoint malfunctioning");
	p = param("E: 000");
	ck_assert_uint_eq(p->code, 0);
	ck_assert_uint_eq(p->comment.n, 0);
	p = param("E: 801 /FXR no tone");
	ck_span(p->code_pkg, "FXR");
	ck_span(p->comment, "no tone");
	p = param("E: 900 /FXR");
	ck_assert_ptr_null(p->code_pkg.p);
	ck_span(p->comment, "/FXR");
	refused(bad, MGCP_PARAM_E);
}
END_TEST

START_TEST(requested_info)
{
	static const char *const bad[] = { "F: A,",  "F: A,,B", "F: A B",
					   "F: -/x", "F: X-",   NULL };
	static const enum mgcp_param_id want[] = {
		MGCP_PARAM_N,          MGCP_PARAM_X,       MGCP_PARAM_RC,
		MGCP_PARAM_LC,         MGCP_PARAM_ES,      MGCP_PARAM_MD,
		MGCP_PARAM_VENDOR_MAY, MGCP_PARAM_PACKAGE, MGCP_PARAM_OTHER,
	};
	const struct mgcp_code *c =
		param("F: N,x, RC,lc ,ES,MD,X-Bell,FXR/FXC,Gong")->codes;

	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++, c = c->next)
		ck_assert_int_eq(c->id, want[i]);
	ck_assert_ptr_null(c);
	ck_assert(param("F:")->empty);
	refused(bad, MGCP_PARAM_F);
}
END_TEST

START_TEST(quarantine_handling)
{
	static const char *const bad[] = {
		"Q:",           "Q: loop,step", "Q: process,discard", "Q: wait",
		"Q: loop,loop", "Q: loop,",     "Q: step discard",    NULL
	};
	const struct mgcp_param *p = param("Q: loop, discard");

	ck_assert(p->loop && p->discard && !p->step && !p->process);
	p = param("Q: PROCESS,step");
	ck_assert(p->step && p->process && !p->loop && !p->discard);
	p = param("Q: process");
	ck_assert(p->process && !p->step && !p->loop);
	refused(bad, MGCP_PARAM_Q);
}
END_TEST

START_TEST(restarts)
{
	static const char *const bad_rm[] = { "RM:", "RM: again", "RM: restarts",
					      "RM: p/", NULL };
	static const char *const bad_rd[] = { "RD:",   "RD: 1234567", "RD: -1",
					      "RD: x", "RD: 1 2",     NULL };
	static const char *const names[] = { "graceful", "forced", "restart",
					     "disconnected", "cancel-graceful" };

	for (unsigned i = 0; i < 5; i++) {
		char line[40];

		snprintf(line, sizeof(line), "RM: %s", names[i]);
		ck_assert_uint_eq(param(line)->restart, MGCP_RESTART_GRACEFUL + i);
		ck_assert_str_eq(mgcp_restart_name(MGCP_RESTART_GRACEFUL + i), names[i]);
	}
	ck_assert_int_eq(param("RM: hw/cold-1")->restart, MGCP_RESTART_EXT);
	ck_assert_uint_eq(param("RD: 000600")->number, 600);
	refused(bad_rm, MGCP_PARAM_RM);
	refused(bad_rd, MGCP_PARAM_RD);
}
END_TEST

START_TEST(package_list_and_datagram_size)
{
	static const char *const bad_pl[] = { "PL: L",    "PL: L:",   "PL: :1", "PL: L:x",
					      "PL: -L:1", "PL: L:1,", NULL };
	static const char *const bad_md[] = { "MD:", "MD: 08100", "MD: 1234567890",
					      "MD: x", NULL };
	const struct mgcp_pkgver *v = param("PL: L:1,G:0, FOO-2:123456789")->pkgs;

	ck_span(v->pkg, "L");
	ck_assert_uint_eq(v->version, 1);
	ck_span(v->next->next->pkg, "FOO-2");
	ck_assert_uint_eq(v->next->next->version, 123456789);
	ck_assert_uint_eq(param("MD: 8100")->number, 8100);
	refused(bad_pl, MGCP_PARAM_PL);
	refused(bad_md, MGCP_PARAM_MD);
}
END_TEST

START_TEST(digit_maps_are_kept_as_text)
{
	static const char *const bad[] = { "D: (1;2)", "D: \"1\"", "D: 1\001", "D: 1,2",
					   NULL };

	ck_span(param("D: (0T|00T|[1-7]xxx|8xxxxxxx|#xxxxxxx|*xx|91xxxxxxxxxx|9011x.T)")
			->map,
		"(0T|00T|[1-7]xxx|8xxxxxxx|#xxxxxxx|*xx|91xxxxxxxxxx|9011x.T)");
	ck_span(param("D: ( 1 | 2 )")->map, "( 1 | 2 )");
	ck_assert(param("D:")->empty);
	refused(bad, MGCP_PARAM_D);
}
END_TEST

START_TEST(extension_values)
{
	static const char *const bad[] = { "X-a: \"open\" x", "X-a: a\001b", NULL };

	ck_span(param("X-a: any: text; \"here\" = (x)")->text,
		"any: text; \"here\" = (x)");
	ck_span(param("X-a: \"quo\"\"ted\"")->text, "\"quo\"\"ted\"");
	ck_assert(param("X+a:")->empty);
	refused(bad, MGCP_PARAM_VENDOR_MAY);
}
END_TEST

START_TEST(unquoting)
{
	ck_span(mgcp_unquote(arena, STR_LIT("\"a\"\"b\"")), "a\"b");
	ck_span(mgcp_unquote(arena, STR_LIT("\"\"")), "");
	ck_span(mgcp_unquote(arena, STR_LIT("\"\"\"\"")), "\"");
	ck_span(mgcp_unquote(arena, STR_LIT("plain")), "plain");
	ck_span(mgcp_unquote(arena, STR_LIT("\"")), "\"");
	ck_span(mgcp_unquote(arena, STR_LIT("")), "");
}
END_TEST

static Suite *mgcp_param_suite(void)
{
	Suite *s = suite_create("mgcp_param");
	TCase *tc = tcase_create("values");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, names_in_any_case);
	tcase_add_test(tc, response_ack_ranges);
	tcase_add_test(tc, identifiers);
	tcase_add_test(tc, modes);
	tcase_add_test(tc, notified_entities);
	tcase_add_test(tc, endpoint_names);
	tcase_add_test(tc, names_are_bounded);
	tcase_add_test(tc, second_and_specific_endpoints);
	tcase_add_test(tc, connection_parameters);
	tcase_add_test(tc, reason_codes);
	tcase_add_test(tc, requested_info);
	tcase_add_test(tc, quarantine_handling);
	tcase_add_test(tc, restarts);
	tcase_add_test(tc, package_list_and_datagram_size);
	tcase_add_test(tc, digit_maps_are_kept_as_text);
	tcase_add_test(tc, extension_values);
	tcase_add_test(tc, unquoting);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(mgcp_param_suite)
