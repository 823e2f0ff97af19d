/* tests/unit/check_str.c - spans.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "test.h"

#include "util/str.h"

#define ck_span(s, text) ck_assert(str_eq(s, str_of(text)))

START_TEST(equality)
{
	ck_assert(str_eq(STR_LIT("abc"), str_of("abc")));
	ck_assert(!str_eq(STR_LIT("abc"), STR_LIT("abd")));
	ck_assert(!str_eq(STR_LIT("abc"), STR_LIT("ab")));
	ck_assert(str_eq(STR_LIT(""), str_of(NULL)));
	ck_assert(str_ieq(STR_LIT("CrCx"), STR_LIT("cRcX")));
	ck_assert(!str_ieq(STR_LIT("CRCX"), STR_LIT("CRC")));
	ck_assert(!str_ieq(STR_LIT("@["), STR_LIT("`{"))); /* neighbours of A and Z */
	ck_assert(str_ieqz(STR_LIT("Page/Lobby"), "page/lobby"));
	ck_assert(!str_ieqz(STR_LIT(""), "x"));
}
END_TEST

START_TEST(prefix)
{
	ck_assert(str_istarts(STR_LIT("MGCP 1.0"), "mgcp"));
	ck_assert(str_istarts(STR_LIT("x"), ""));
	ck_assert(!str_istarts(STR_LIT("MGC"), "mgcp"));
	ck_assert(!str_istarts(str_of(NULL), "a"));
}
END_TEST

START_TEST(trim)
{
	ck_span(str_trim(STR_LIT(" \t a b\t ")), "a b");
	ck_span(str_trim(STR_LIT("a")), "a");
	ck_assert_uint_eq(str_trim(STR_LIT(" \t ")).n, 0);
	ck_assert_uint_eq(str_trim(str_of(NULL)).n, 0);
	ck_span(str_trim(STR_LIT("\ra\n")), "\ra\n"); /* line ends are not blanks */
}
END_TEST

START_TEST(cut)
{
	struct span rest = STR_LIT("a,,b");

	ck_span(str_cut(&rest, ','), "a");
	ck_span(str_cut(&rest, ','), "");
	ck_span(rest, "b");
	ck_assert_ptr_nonnull(rest.p);
	ck_span(str_cut(&rest, ','), "b");
	ck_assert_ptr_null(rest.p);
	ck_assert_ptr_null(str_cut(&rest, ',').p);
}
END_TEST

START_TEST(cut_at_last_byte)
{
	struct span rest = STR_LIT("a,");

	ck_span(str_cut(&rest, ','), "a");
	ck_assert_ptr_nonnull(rest.p); /* empty, not absent: one more piece */
	ck_assert_uint_eq(rest.n, 0);
	ck_assert_ptr_nonnull(str_cut(&rest, ',').p);
	ck_assert_ptr_null(rest.p);
}
END_TEST

START_TEST(cut_at_any)
{
	struct span rest = STR_LIT("a;b\0c,d");
	struct span head;

	ck_span(str_icut(&rest, ",;"), "a");
	head = str_icut(&rest, ",;");
	ck_assert_uint_eq(head.n, 3); /* a NUL byte is never a separator */
	ck_span(rest, "d");
	ck_span(str_icut(&rest, ",;"), "d");
	ck_assert_ptr_null(rest.p);
}
END_TEST

static const struct {
	const char *text;
	uint64_t most;
	bool ok;
	uint64_t value;
} numbers[] = {
	{ "0", 10, true, 0 },
	{ "10", 10, true, 10 },
	{ "11", 10, false, 0 },
	{ "3", 5, true, 3 },
	{ "6", 5, false, 0 },
	{ "0", 0, true, 0 },
	{ "1", 0, false, 0 },
	{ "000000000000000000000000007", 10, true, 7 },
	{ "18446744073709551615", UINT64_MAX, true, UINT64_MAX },
	{ "18446744073709551616", UINT64_MAX, false, 0 },
	{ "99999999999999999999", UINT64_MAX, false, 0 },
	{ "", 10, false, 0 },
	{ "-1", 10, false, 0 },
	{ "+1", 10, false, 0 },
	{ " 1", 10, false, 0 },
	{ "1 ", 10, false, 0 },
	{ "1a", 10, false, 0 },
	{ "/", 10, false, 0 },
	{ ":", 10, false, 0 },
	{ "\xb1", 10, false, 0 },
};

START_TEST(number)
{
	uint64_t v = 4242;
	bool ok = str_u64(str_of(numbers[_i].text), numbers[_i].most, &v);

	ck_assert_msg(ok == numbers[_i].ok, "\"%s\"", numbers[_i].text);
	ck_assert_uint_eq(v, ok ? numbers[_i].value : 4242);
}
END_TEST

START_TEST(number_of_32_bits)
{
	uint32_t v = 7;

	ck_assert(str_u32(STR_LIT("4294967295"), UINT32_MAX, &v));
	ck_assert_uint_eq(v, UINT32_MAX);
	ck_assert(!str_u32(STR_LIT("4294967296"), UINT32_MAX, &v));
	ck_assert(!str_u32(STR_LIT("65536"), 65535, &v));
	ck_assert_uint_eq(v, UINT32_MAX);
}
END_TEST

START_TEST(hex)
{
	uint32_t v = 1;

	ck_assert(str_hex32(STR_LIT("dEaDbEeF"), &v));
	ck_assert_uint_eq(v, 0xdeadbeef);
	ck_assert(str_hex32(STR_LIT("0"), &v));
	ck_assert_uint_eq(v, 0);
	ck_assert(!str_hex32(STR_LIT(""), &v));
	ck_assert(!str_hex32(STR_LIT("123456789"), &v));
	ck_assert(!str_hex32(STR_LIT("0x1"), &v));
	ck_assert(!str_hex32(STR_LIT("g"), &v));
	ck_assert(!str_hex32(STR_LIT("1G"), &v));
	ck_assert_uint_eq(v, 0);
}
END_TEST

START_TEST(hash)
{
	char text[40] = "0123456789abcdefghijklmnopqrstuvwxyz";

	for (size_t n = 0; n < 20; n++) {
		uint64_t h = str_hash((struct span){ text, n }, 1);

		ck_assert(h == str_hash((struct span){ text, n }, 1));
		ck_assert(h != str_hash((struct span){ text, n }, 2));
		ck_assert(h != str_hash((struct span){ text, n + 1 }, 1));
		ck_assert(h != str_hash((struct span){ text + 1, n }, 1) || !n);
	}
	/* a NUL more is another text, though the bytes hashed are padded with zeros */
	ck_assert(str_hash(STR_LIT("a"), 3) != str_hash(STR_LIT("a\0"), 3));
	ck_assert(str_ihash(STR_LIT("Page"), 9) == str_ihash(STR_LIT("pAGE"), 9));
	ck_assert(str_hash(STR_LIT("Page"), 9) != str_hash(STR_LIT("page"), 9));
}
END_TEST

START_TEST(escape)
{
	char out[64], tiny[6];

	ck_assert_str_eq(str_escape(out, sizeof(out), STR_LIT("a\r\nb\\\x7f")),
			 "a\\x0d\\x0ab\\x5c\\x7f");
	ck_assert_str_eq(str_escape(out, sizeof(out), STR_LIT("a\0b")), "a\\x00b");
	ck_assert_str_eq(str_escape(out, sizeof(out), str_of(NULL)), "");
	ck_assert_str_eq(str_escape(tiny, sizeof(tiny), STR_LIT("\n\n")), "\\x0a");
	ck_assert_uint_lt(strlen(str_escape(tiny, sizeof(tiny), STR_LIT("abcdefgh"))), 6);
	tiny[0] = '!';
	str_escape(tiny, 0, STR_LIT("abc"));
	ck_assert_int_eq(tiny[0], '!');
	str_escape(tiny, 1, STR_LIT("abc"));
	ck_assert_str_eq(tiny, "");
}
END_TEST

START_TEST(distance)
{
	char big[200];

	memset(big, 'x', sizeof(big));
	ck_assert_uint_eq(str_distance(STR_LIT("listen"), STR_LIT("listen")), 0);
	ck_assert_uint_eq(str_distance(STR_LIT("lisen"), STR_LIT("listen")), 1);
	ck_assert_uint_eq(str_distance(STR_LIT("LISTEN"), STR_LIT("listen")), 0);
	ck_assert_uint_eq(str_distance(STR_LIT("kitten"), STR_LIT("sitting")), 3);
	ck_assert_uint_eq(str_distance(STR_LIT(""), STR_LIT("abc")), 3);
	ck_assert_uint_eq(str_distance(STR_LIT("abc"), STR_LIT("")), 3);
	ck_assert_uint_eq(str_distance((struct span){ big, 200 }, STR_LIT("")), 64);
}
END_TEST

static Suite *str_suite(void)
{
	Suite *s = suite_create("str");
	TCase *tc = tcase_create("str");

	tcase_add_test(tc, equality);
	tcase_add_test(tc, prefix);
	tcase_add_test(tc, trim);
	tcase_add_test(tc, cut);
	tcase_add_test(tc, cut_at_last_byte);
	tcase_add_test(tc, cut_at_any);
	tcase_add_loop_test(tc, number, 0, sizeof(numbers) / sizeof(numbers[0]));
	tcase_add_test(tc, number_of_32_bits);
	tcase_add_test(tc, hex);
	tcase_add_test(tc, hash);
	tcase_add_test(tc, escape);
	tcase_add_test(tc, distance);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(str_suite)
