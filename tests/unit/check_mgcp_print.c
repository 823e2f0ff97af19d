/* tests/unit/check_mgcp_print.c - MGCP messages printed, written line by line, copied.
 *
 * layer: tests   thread: main   I/O: none
 * RFC 3435 3.2, 3.3, 3.5.5
 */
#include "wire_util.h"
#include "wire/mgcp.h"

static struct arena *arena;
static char mem[8192];
static struct buf out;

static void setup(void)
{
	arena = arena_new(ARENA_MOST);
	buf_fixed(&out, mem, sizeof(mem));
}

static void teardown(void)
{
	arena_free(arena);
	arena = NULL;
}

static struct mgcp_msg *parsed(struct span text)
{
	struct parse_err err = { 0 };
	struct mgcp_msg *m = NULL;
	int rc = mgcp_parse(arena, text, &m, &err);

	ck_assert_msg(!rc, "%.*s: %s at %zu", (int)text.n, text.p, err.what, err.offset);
	return m;
}

static const char every[] =
	"CRCX 4711 hall/1@gw.example.net MGCP 1.0 NCS 1.0\r\n"
	"K: 6-9, 12\r\n"
	"C: 9f00A1\r\n"
	"I: 1,2\r\n"
	"I2: 3\r\n"
	"N: ca@[192.0.2.1]:2727\r\n"
	"X: a0\r\n"
	"L: p:10-20, a:PCMU;image/t38, b:64, e:on, gc:-3, gc:auto, s:off, t:b8, t:08, "
	"r:g, r:be,"
	" r:cl, k:clear:\"a b\", k:prompt, nt:IN;LOCAL, x-lamp:on;\"a, b\", x+must, "
	"fxr/gw:t38,"
	" lamp\r\n"
	"M: sendrecv\r\n"
	"R: "
	"L/hu(N),D/[0-9#T](D),L/hd(E(R(D/[0-9#T](D),L/hu(N)),S(L/"
	"dl(to=6000)),D((0T|[5-7].))))"
	",X/f(A,S,I,K,p/Act(z))(epar=2,a(b,c=\"d\")),*/all\r\n"
	"S: L/rg(to(6000)),A/ann(http://a.example.net/x.au,\"two, parts\"),G/rt@$\r\n"
	"D: (0T|[1-7]xxx)\r\n"
	"O: D/5,D/T\r\n"
	"P: PS=1, OS=2, PR=3, OR=4, PL=5, JI=6, LA=7, X-ab=8, pk/cp=9\r\n"
	"E: 801 /FXR odd\r\n"
	"Z: a/*@gw\r\n"
	"Z2: hall/2@gw\r\n"
	"F: A,R,RC,LC,X-Flower,FXR/FXC\r\n"
	"Q: loop,discard\r\n"
	"T: L/hu,R/qa@*\r\n"
	"RM: cancel-graceful\r\n"
	"RD: 300\r\n"
	"A: a:PCMU;G728, t:1, v:L;FXR, m:sendonly;L/foo\r\n"
	"ES: L/hu\r\n"
	"PL: L:1,G:0\r\n"
	"MD: 8100\r\n"
	"B: e:mu, FXR/wire:2\r\n"
	"X-Flower: Daisy \"x\r\n"
	"X+Must: \"quo\"\"ted\"\r\n"
	"FXR/FXC: on\r\n"
	"Odd: one\r\n"
	"\r\n"
	"v=0\r\n"
	"c=IN IP4 192.0.2.41\r\n";

START_TEST(what_is_parsed_is_printed)
{
	mgcp_print(&out, parsed(str_of(every)));
	ck_assert(buf_ok(&out));
	ck_span(buf_view(&out), every);
}
END_TEST

START_TEST(loose_forms_print_strictly)
{
	static const char loose[] =
		"crcx  000009\t a@b  mgcp  1.0  \nk: 1 ,2-2\nl:P: 20 ,A:pcmu ; x\n"
		"m:SENDONLY\nq: DISCARD , LOOP\nr: l/hu ( n , s ) ( a = b )\n"
		"X : 1\nS:\n\n\nv=0\n\n";

	mgcp_print(&out, parsed(str_of(loose)));
	ck_span(buf_view(&out), "crcx 9 a@b MGCP 1.0\r\nk: 1, 2\r\nl: p:20, a:pcmu;x\r\n"
				"m: sendonly\r\nq: loop,discard\r\nr: l/hu(N,S)(a=b)\r\n"
				"X: 1\r\nS: \r\n\r\nv=0\n");
}
END_TEST

START_TEST(responses_print)
{
	static const char text[] =
		"200 1203 OK\r\nM: FM/mixed\r\nRM: hw/cold-1\r\nM: \r\n"
		"\r\nv=0\r\n\r\nv=0\r\ns=-\r\n";
	static const char pkg[] = "850 7 /FXR no fax\r\n";

	mgcp_print(&out, parsed(str_of(text)));
	ck_span(buf_view(&out), text);
	buf_reset(&out);
	mgcp_print(&out, parsed(str_of(pkg)));
	ck_span(buf_view(&out), pkg);
	buf_reset(&out);
	mgcp_print(&out, parsed(STR_LIT("000 7")));
	ck_span(buf_view(&out), "000 7\r\n");
}
END_TEST

/* Every prefix from a block of its size: no read beyond, never a half-done success. */
START_TEST(every_truncation_is_safe)
{
	size_t sdp = (size_t)(strstr(every, "v=0") - every);

	for (size_t n = 0; n < strlen(every); n++) {
		char *copy = exact(every, n);
		struct mgcp_msg *m = NULL;
		int rc = mgcp_parse(arena, (struct span){ copy, n }, &m, NULL);

		buf_reset(&out);
		if (!rc)
			mgcp_print(&out, m);
		/* A command's header is whole at line ends only. */
		if (n < sdp)
			ck_assert_int_eq(!rc, n && copy[n - 1] == '\n');
		mem_free(copy);
		arena_reset(arena);
	}
}
END_TEST

START_TEST(every_flipped_byte_is_safe)
{
	size_t size = strlen(every);

	for (size_t i = 0; i < size; i++) {
		static const char put[] = { 0,   '\n', '\r', '"', '(', ')',
					    ',', ':',  '=',  '/', '@', '[',
					    ']', '-',  ' ',  'z', '9', (char)0xff };
		char *copy = exact(every, size);

		for (size_t k = 0; k < sizeof(put) && (i % 3 == k % 3 || i % 7 == 0);
		     k++) {
			struct span rest = { copy, size }, one;
			struct mgcp_msg *m;

			copy[i] = put[k];
			while (mgcp_split(&rest, &one)) {
				buf_reset(&out);
				if (!mgcp_parse(arena, one, &m, NULL))
					mgcp_print(&out, m);
			}
			arena_reset(arena);
		}
		mem_free(copy);
	}
}
END_TEST

START_TEST(lines_are_written)
{
	mgcp_put_response(&out, 200, 1203, NULL, "OK");
	mgcp_put_param_str(&out, MGCP_PARAM_I, "FDE234C8");
	mgcp_put_param(&out, MGCP_PARAM_Z, STR_LIT("hall/1@gw"));
	mgcp_put_param_dec(&out, MGCP_PARAM_MD, 4000);
	mgcp_put_sdp(&out);
	buf_str(&out, "v=0\r\n");
	mgcp_put_dot(&out);
	mgcp_put_command(&out, MGCP_RSIP, 7, STR_LIT("*@gw"), STR_LIT("NCS 1.0"));
	mgcp_put_name(&out, MGCP_PARAM_RM);
	buf_str(&out, mgcp_restart_name(MGCP_RESTART_FORCED));
	mgcp_put_eol(&out);
	mgcp_put_reason(&out, 905, "lost");
	mgcp_put_dot(&out);
	mgcp_put_response(&out, 0, 9, NULL, NULL);
	mgcp_put_dot(&out);
	mgcp_put_response(&out, 820, 9, "FXR", "");
	mgcp_put_command(&out, MGCP_NTFY, 8, STR_LIT("a@b"), (struct span){ NULL, 0 });
	mgcp_put_reason(&out, 0, NULL);
	ck_span(buf_view(&out), "200 1203 OK\r\nI: FDE234C8\r\nZ: hall/1@gw\r\nMD: "
				"4000\r\n\r\nv=0\r\n.\r\n"
				"RSIP 7 *@gw MGCP 1.0 NCS 1.0\r\nRM: forced\r\nE: 905 "
				"lost\r\n.\r\n000 9\r\n.\r\n"
				"820 9 /FXR\r\nNTFY 8 a@b MGCP 1.0\r\nE: 000\r\n");
}
END_TEST

START_TEST(quoting_and_statistics)
{
	struct mgcp_stat b = { .id = MGCP_STAT_LA, .value = UINT32_MAX };
	struct mgcp_stat a = { .id = MGCP_STAT_PS, .value = 7, .next = &b };

	mgcp_put_quoted(&out, STR_LIT("say \"hi\", now"));
	ck_span(mgcp_unquote(arena, buf_view(&out)), "say \"hi\", now");
	buf_reset(&out);
	mgcp_put_stats(&out, &a);
	ck_span(buf_view(&out), "PS=7, LA=999999999"); /* full counters stay full */
}
END_TEST

START_TEST(a_small_buffer_is_an_error)
{
	const struct mgcp_msg *m = parsed(str_of(every));

	for (size_t n = 0; n < strlen(every); n += 7) {
		buf_fixed(&out, mem, n);
		mgcp_print(&out, m);
		ck_assert(!buf_ok(&out));
	}
}
END_TEST

START_TEST(copies_outlive_the_message)
{
	size_t n = strlen(every);
	char *text = exact(every, n);
	struct mgcp_msg *m = parsed((struct span){ text, n });
	struct arena *keep = arena_new(ARENA_MOST);
	struct mgcp_event *r = mgcp_events_dup(keep, mgcp_get(m, MGCP_PARAM_R)->events);
	struct mgcp_lco *l = mgcp_lcos_dup(keep, mgcp_get(m, MGCP_PARAM_L)->lcos);
	const char *want = strstr(every, "R: ") + 3, *opts = strstr(every, "L: ") + 3;

	mem_free(text);
	arena_reset(arena);
	mgcp_put_events(&out, r);
	ck_assert_int_eq(strncmp(mem, want, out.n), 0);
	ck_assert_int_eq(want[out.n], '\r');
	buf_reset(&out);
	mgcp_put_lcos(&out, l);
	ck_assert_int_eq(strncmp(mem, opts, out.n), 0);
	ck_assert_int_eq(opts[out.n], '\r');
	arena_free(keep);
}
END_TEST

START_TEST(copies_into_a_full_arena_fail)
{
	struct mgcp_msg *m = parsed(str_of(every));
	const struct mgcp_param *r = mgcp_get(m, MGCP_PARAM_R),
				*l = mgcp_get(m, MGCP_PARAM_L);

	for (size_t most = 0; most < 6000; most += 48) {
		struct arena *small = arena_new(most);

		ck_assert_ptr_nonnull(small);
		ck_assert(mgcp_events_dup(small, r->events) || arena_failed(small));
		ck_assert(mgcp_lcos_dup(small, l->lcos) || arena_failed(small));
		arena_free(small);
	}
}
END_TEST

static Suite *mgcp_print_suite(void)
{
	Suite *s = suite_create("mgcp_print");
	TCase *tc = tcase_create("print");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, what_is_parsed_is_printed);
	tcase_add_test(tc, loose_forms_print_strictly);
	tcase_add_test(tc, responses_print);
	tcase_add_test(tc, every_truncation_is_safe);
	tcase_add_test(tc, every_flipped_byte_is_safe);
	tcase_add_test(tc, lines_are_written);
	tcase_add_test(tc, quoting_and_statistics);
	tcase_add_test(tc, a_small_buffer_is_an_error);
	tcase_add_test(tc, copies_outlive_the_message);
	tcase_add_test(tc, copies_into_a_full_arena_fail);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(mgcp_print_suite)
