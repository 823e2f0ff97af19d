/* tests/unit/check_mgcp_event.c - local connection options, events, signals.
 *
 * layer: tests   thread: main   I/O: none
 * RFC 3435 3.2.2.1, 3.2.2.3, 3.2.2.4, 3.2.2.10, 3.2.2.16, 3.2.2.21
 */
#include "wire_rig.h"

static const struct mgcp_param *param(const char *line)
{
	return mgcp_line_param("RQNT", line);
}

static void refused(const char *const *lines, enum mgcp_fault fault)
{
	for (; *lines; lines++) {
		struct mgcp_msg *m = NULL;
		int rc = mgcp_line("RQNT", *lines, &m, NULL);

		ck_assert_msg(rc == -H_ESYNTAX, "accepted: %s", *lines);
		ck_assert_msg(m->fault == fault, "%s: %s", *lines,
			      mgcp_fault_name(m->fault));
	}
}

static const struct mgcp_lco *option(const char *line, enum mgcp_lco_id id)
{
	const struct mgcp_lco *o = param(line)->lcos;

	while (o && o->id != id)
		o = o->next;
	ck_assert_msg(o != NULL, "%s", line);
	return o;
}

START_TEST(all_options_of_the_rfc)
{
	static const char line[] =
		"L: p:10-20, a:PCMU;G726-32;image/t38, b:64 , e:on,gc:-12,"
		"S:OFF, t:B8, r:cl, k:base64:AbC+/=, nt:IN;ATM;LOCAL";
	const struct mgcp_lco *o = option(line, MGCP_LCO_P);

	ck_assert_uint_eq(o->lo, 10);
	ck_assert_uint_eq(o->hi, 20);
	o = option(line, MGCP_LCO_A);
	ck_span(o->words->text, "PCMU");
	ck_span(o->words->next->next->text, "image/t38");
	ck_span(o->value, "PCMU;G726-32;image/t38");
	o = option(line, MGCP_LCO_B);
	ck_assert_uint_eq(o->lo, 64);
	ck_assert_uint_eq(o->hi, 64);
	ck_assert(option(line, MGCP_LCO_E)->on);
	ck_assert(!option(line, MGCP_LCO_S)->on);
	o = option(line, MGCP_LCO_GC);
	ck_assert(!o->gain_auto);
	ck_assert_int_eq(o->gain, -12);
	ck_assert_uint_eq(option(line, MGCP_LCO_T)->tos, 0xb8);
	ck_assert_int_eq(option(line, MGCP_LCO_R)->resv, MGCP_RESV_CONTROLLED);
	o = option(line, MGCP_LCO_K);
	ck_assert_int_eq(o->method, MGCP_KEY_BASE64);
	ck_span(o->key, "AbC+/=");
	ck_span(option(line, MGCP_LCO_NT)->words->next->next->text, "LOCAL");
	ck_assert(option("L: gc:auto", MGCP_LCO_GC)->gain_auto);
	ck_assert_int_eq(option("L: gc:40", MGCP_LCO_GC)->gain, 40);
	ck_assert_int_eq(option("L: r:g", MGCP_LCO_R)->resv, MGCP_RESV_GUARANTEED);
	ck_assert_int_eq(option("L: r:be", MGCP_LCO_R)->resv, MGCP_RESV_BEST_EFFORT);
}
END_TEST

START_TEST(keys)
{
	const struct mgcp_lco *o = option("L: k:clear:\"my, key\"", MGCP_LCO_K);

	ck_assert(o->key_quoted);
	ck_span(o->key, "\"my, key\"");
	o = option("L: k:uri:http://k.example.net/1", MGCP_LCO_K);
	ck_assert_int_eq(o->method, MGCP_KEY_URI);
	ck_span(o->key, "http://k.example.net/1");
	ck_assert_int_eq(option("L: k:prompt", MGCP_LCO_K)->method, MGCP_KEY_PROMPT);
}
END_TEST

START_TEST(extension_options)
{
	static const char line[] =
		"L: x-lamp, x+must:1;\"a, b\", fxr/gw:t38;off, fmtp:\"101 0-15\","
		" m:x";
	const struct mgcp_lco *o = option(line, MGCP_LCO_VENDOR_MAY);

	ck_span(o->name, "x-lamp");
	ck_assert_ptr_null(o->value.p);
	ck_assert_ptr_null(o->words);
	o = option(line, MGCP_LCO_VENDOR_MUST);
	ck_span(o->words->text, "1");
	ck_assert(o->words->next->quoted);
	ck_span(mgcp_unquote(arena, o->words->next->text), "a, b");
	o = option(line, MGCP_LCO_PACKAGE);
	ck_span(o->name, "fxr/gw");
	ck_span(o->words->next->text, "off");
	o = option(line, MGCP_LCO_OTHER);
	ck_span(o->name, "fmtp");
	ck_span(o->next->name, "m"); /* a mode list is for capabilities only */
	ck_assert_int_eq(o->next->id, MGCP_LCO_OTHER);
}
END_TEST

START_TEST(broken_options)
{
	static const char *const bad[] = {
		"L: ,",
		"L: p:10,",
		"L: p",
		"L: p:",
		"L: p:x",
		"L: p:12345",
		"L: p:20-10",
		"L: p:10-",
		"L: b:-1",
		"L: a",
		"L: a:",
		"L: a:PCMU;",
		"L: a:;PCMU",
		"L: e:1",
		"L: e:",
		"L: s:yes",
		"L: gc:loud",
		"L: gc:-",
		"L: gc:12345",
		"L: t:123",
		"L: t:xy",
		"L: t:",
		"L: r:x",
		"L: k:",
		"L: k:clear",
		"L: k:clear:",
		"L: k:secret:x",
		"L: nt:",
		"L: p:10 a:PCMU",
		"L: x-a:",
		"L: x-a:\"b\"c",
		"L: a:PC%MU",
		"L: (:1",
		"L: -/x:1",
		"L: f/:1",
		"L: a/b/c(:1",
		"L: x-12345678901234567890123456789012345",
		"L: /x:1",
		NULL,
	};

	refused(bad, MGCP_FAULT_PARAM);
}
END_TEST

START_TEST(capabilities)
{
	static const char *const bad[] = { "A: v:", "A: v:-L", "A: m:loud",
					   "A: m:", NULL };
	static const char line[] =
		"A: a:PCMU;G728, p:10-100, e:on, s:off, t:0, v:L;FXR-2,"
		" m:sendonly;recvonly;SENDRECV;FM/mix, x-lamp";

	ck_span(option(line, MGCP_LCO_V)->words->next->text, "FXR-2");
	ck_span(option(line, MGCP_LCO_M)->words->next->next->text, "SENDRECV");
	ck_assert_uint_eq(option(line, MGCP_LCO_T)->tos, 0);
	ck_assert_uint_eq(option(line, MGCP_LCO_T)->value.n, 1);
	refused(bad, MGCP_FAULT_PARAM);
}
END_TEST

START_TEST(bearer_information)
{
	static const char *const bad[] = { "B: e:x", "B: e", "B: e:A;mu",
					   "B: e:",  "B: ,", NULL };
	const struct mgcp_lco *o = param("B: e:MU, FXR/wire:2, lamp")->lcos;

	ck_assert_int_eq(o->id, MGCP_LCO_ENC);
	ck_span(o->words->text, "MU");
	ck_assert_int_eq(o->next->id, MGCP_LCO_PACKAGE);
	ck_assert_int_eq(o->next->next->id, MGCP_LCO_OTHER);
	ck_span(param("B: e:A")->lcos->words->text, "A");
	refused(bad, MGCP_FAULT_PARAM);
}
END_TEST

START_TEST(event_names)
{
	static const struct {
		const char *line, *pkg, *name, *conn;
		enum mgcp_event_kind kind;
	} rows[] = {
		{ "T: hf", NULL, "hf", NULL, MGCP_EV_ID },
		{ "T: L/hu", "L", "hu", NULL, MGCP_EV_ID },
		{ "T: G/rt@0A3F58", "G", "rt", "0A3F58", MGCP_EV_ID },
		{ "T: R/qa@*", "R", "qa", "*", MGCP_EV_ID },
		{ "T: G/rt@$", "G", "rt", "$", MGCP_EV_ID },
		{ "T: T/ALL", "T", "ALL", NULL, MGCP_EV_ALL },
		{ "T: */all", "*", "all", NULL, MGCP_EV_ALL },
		{ "T: M/[0-9]", "M", "[0-9]", NULL, MGCP_EV_RANGE },
		{ "T: [0-9*#A-D]", NULL, "[0-9*#A-D]", NULL, MGCP_EV_RANGE },
		{ "T: D/*", "D", "*", NULL, MGCP_EV_ID },
		{ "T: D/#", "D", "#", NULL, MGCP_EV_ID },
		{ "T: *", NULL, "*", NULL, MGCP_EV_ID },
		{ "O: D/8295555T", "D", "8295555T", NULL, MGCP_EV_ID },
		{ "ES: x-y/a-b", "x-y", "a-b", NULL, MGCP_EV_ID },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct mgcp_event *e = param(rows[i].line)->events;

		ck_assert_ptr_null(e->next);
		ck_assert_int_eq(e->kind, rows[i].kind);
		ck_span(e->name, rows[i].name);
		ck_assert(span_is(e->pkg, rows[i].pkg ? rows[i].pkg : ""));
		ck_assert(span_is(e->conn, rows[i].conn ? rows[i].conn : ""));
	}
}
END_TEST

START_TEST(broken_event_names)
{
	static const char *const bad[] = {
		"T: ,",     "T: L/hu,",  "T: L/",      "T: /hu",      "T: -L/hu",
		"T: L/-hu", "T: L/hu-",  "T: L/hu@",   "T: L/hu@xyz", "T: L/hu@$1",
		"T: M/[]",  "T: M/[0-9", "T: M/[0 9]", "T: L/h_u",    "T: L/a/b",
		"T: L hu",  "T: [",      "T: */*/x",   "T: L*/hu",    NULL,
	};

	refused(bad, MGCP_FAULT_PARAM);
}
END_TEST

START_TEST(actions)
{
	const struct mgcp_event *e = param("R: L/hu(N), L/hf( s , n ),D/[0-9#T](D),"
					   "X/a(A,I,K),hd(FX/Play(a=1),N)(epar=2), hu")
					     ->events;

	ck_assert_int_eq(e->actions->id, MGCP_ACT_N);
	e = e->next;
	ck_assert_int_eq(e->actions->id, MGCP_ACT_S);
	ck_assert_int_eq(e->actions->next->id, MGCP_ACT_N);
	e = e->next;
	ck_assert_int_eq(e->actions->id, MGCP_ACT_D);
	e = e->next;
	ck_assert_int_eq(e->actions->id, MGCP_ACT_A);
	ck_assert_int_eq(e->actions->next->id, MGCP_ACT_I);
	ck_assert_int_eq(e->actions->next->next->id, MGCP_ACT_K);
	e = e->next;
	ck_assert_int_eq(e->actions->id, MGCP_ACT_EXT);
	ck_span(e->actions->pkg, "FX");
	ck_span(e->actions->name, "Play");
	ck_span(e->actions->params->text, "a");
	ck_span(e->params->text, "epar");
	ck_span(e->params->sub->text, "2");
	e = e->next;
	ck_assert_ptr_null(e->actions); /* notify, by default */
	ck_assert_ptr_null(e->next);
}
END_TEST

START_TEST(unknown_actions_are_told_from_bad_syntax)
{
	static const char *const unknown[] = { "R: L/hu(Q)", "R: L/hu(N,Notify)",
					       "R: L/hd(E(R(L/hu(Z))))", "R: L/hu(1)",
					       NULL };
	static const char *const bad[] = {
		"R: L/hu(",
		"R: L/hu()",
		"R: L/hu(N",
		"R: L/hu(N,)",
		"R: L/hu(N))",
		"R: L/hu(N)x",
		"R: L/hu(N)(",
		"R: L/hu(N)()",
		"R: L/hu(N)(a=)",
		"R: L/hu(FX/)",
		"R: L/hu(FX/a()",
		"R: L/hu(-F/a)",
		"R: L/hd(E)",
		"R: L/hd(E())",
		"R: L/hd(E(X(a)))",
		"R: L/hd(E(R(L/hu(N)))",
		"R: L/hd(E(S(L/dl),S(L/dl)))",
		"R: L/hd(E(R L/hu))",
		"R: L/hd(E(D(1,2)))",
		"R: L/hd(E(D((1)))",
		"R: L/hu N",
		NULL,
	};

	refused(unknown, MGCP_FAULT_ACTION);
	refused(bad, MGCP_FAULT_PARAM);
}
END_TEST

START_TEST(embedded_requests)
{
	const struct mgcp_event *e =
		param("R: L/hd(E(R(D/[0-9#T](D),L/hu(N)),S(L/dl(to=6000)),"
		      "D((0T|1xxx[5-7].))))")
			->events;
	const struct mgcp_embed *m = e->actions->embed;

	ck_assert_int_eq(e->actions->id, MGCP_ACT_E);
	ck_assert(m->has_r && m->has_s && m->has_d);
	ck_span(m->r->name, "[0-9#T]");
	ck_assert_int_eq(m->r->actions->id, MGCP_ACT_D);
	ck_span(m->r->next->name, "hu");
	ck_span(m->s->name, "dl");
	ck_span(m->s->params->sub->text, "6000");
	ck_span(m->d, "(0T|1xxx[5-7].)");
	/* Another order, empty lists, spaces: taken, not made. */
	m = param("R: hd(E( s( dl ) , r (hu(n)),d( [0-9].[#T] )))")
		    ->events->actions->embed;
	ck_span(m->s->name, "dl");
	ck_span(m->d, "[0-9].[#T]");
	m = param("R: hd(E(S(),D()))")->events->actions->embed;
	ck_assert(m->has_s && !m->s && m->has_d && !m->d.n && !m->has_r);
}
END_TEST

START_TEST(signals_and_their_parameters)
{
	const struct mgcp_event *e = param("S: L/adsi(\"123456 Your, (friend)\"), "
					   "A/ann(http://a.example.net/no.au, 7),"
					   "L/vmwi(+), L/rg(to(6000)), "
					   "X/y(a=b=c,d(e,f(g)),\"q\"\"q\"), G/rt@$")
					     ->events;
	const struct mgcp_epar *p = e->params;

	ck_assert(p->quoted);
	ck_span(mgcp_unquote(arena, p->text), "123456 Your, (friend)");
	e = e->next;
	ck_span(e->params->text, "http://a.example.net/no.au");
	ck_span(e->params->next->text, "7");
	e = e->next;
	ck_span(e->params->text, "+");
	e = e->next;
	ck_assert_int_eq(e->params->form, MGCP_EPAR_LIST);
	ck_span(e->params->sub->text, "6000");
	e = e->next;
	p = e->params;
	ck_assert_int_eq(p->form, MGCP_EPAR_EQUALS);
	ck_assert_int_eq(p->sub->form, MGCP_EPAR_EQUALS);
	ck_span(p->sub->sub->text, "c");
	p = p->next;
	ck_span(p->sub->next->sub->text, "g");
	ck_span(p->next->text, "\"q\"\"q\"");
	ck_span(e->next->conn, "$");
}
END_TEST

START_TEST(broken_signals)
{
	static const char *const bad[] = {
		"S: L/rg(",         "S: L/rg()",
		"S: L/rg(a",        "S: L/rg(a,)",
		"S: L/rg(=a)",      "S: L/rg(a=)",
		"S: L/rg(a(b)",     "S: L/rg(a()",
		"S: L/rg(a)(b)",    "S: L/rg(\"a\"b)",
		"S: L/rg(\"a\"=b)", "S: L/rg(a b)",
		"S: L/rg(\x01)",    NULL,
	};

	refused(bad, MGCP_FAULT_PARAM);
}
END_TEST

START_TEST(depth_is_bounded)
{
	static const char *const fits[] = {
		"S: L/x(a(b(c(d(e(f(g(h))))))))",
		"S: L/x(a=b=c=d=e=f=g=h)",
		"R: a(E(R(a(E(R(a(E(R(a(E(R(a(N)))))))))))))",
	};
	static const char *const deep[] = {
		"S: L/x(a(b(c(d(e(f(g(h(i)))))))))",
		"S: L/x(a=b=c=d=e=f=g=h=i)",
		"R: a(E(R(a(E(R(a(E(R(a(E(R(a(E(R(a(E(R(a(E(R(a(E(R(a(E(R(b",
	};

	for (size_t i = 0; i < sizeof(fits) / sizeof(fits[0]); i++)
		param(fits[i]);
	for (size_t i = 0; i < sizeof(deep) / sizeof(deep[0]); i++) {
		struct mgcp_msg *m = NULL;

		ck_assert_int_eq(mgcp_line("RQNT", deep[i], &m, NULL), -H_ELIMIT);
		ck_assert_int_eq(m->fault, MGCP_FAULT_LIMIT);
	}
}
END_TEST

static Suite *mgcp_event_suite(void)
{
	Suite *s = suite_create("mgcp_event");
	TCase *tc = tcase_create("lists");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, all_options_of_the_rfc);
	tcase_add_test(tc, keys);
	tcase_add_test(tc, extension_options);
	tcase_add_test(tc, broken_options);
	tcase_add_test(tc, capabilities);
	tcase_add_test(tc, bearer_information);
	tcase_add_test(tc, event_names);
	tcase_add_test(tc, broken_event_names);
	tcase_add_test(tc, actions);
	tcase_add_test(tc, unknown_actions_are_told_from_bad_syntax);
	tcase_add_test(tc, embedded_requests);
	tcase_add_test(tc, signals_and_their_parameters);
	tcase_add_test(tc, broken_signals);
	tcase_add_test(tc, depth_is_bounded);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(mgcp_event_suite)
