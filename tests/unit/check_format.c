/* tests/unit/check_format.c - names of formats, and the texts of causes and modes.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "model_test.h"

#include <string.h>

static const struct {
	const char *text, *name;
	uint32_t clock;
	uint8_t channels, pt;
} names[] = {
	{ "PCMU", "PCMU", 8000, 1, 0 },
	{ "pcma", "PCMA", 8000, 1, 8 },
	{ "G722", "G722", 8000, 1, 9 },
	{ "G729", "G729", 8000, 1, 18 },
	{ "g.729", "G729", 8000, 1, 18 },
	{ "GSM", "GSM", 8000, 1, 3 },
	{ "GSM-EFR", "GSM-EFR", 8000, 1, FORMAT_PT_DYN },
	{ "G726-32", "G726-32", 8000, 1, FORMAT_PT_DYN },
	{ "AMR", "AMR", 8000, 1, FORMAT_PT_DYN },
	{ "AMR-WB", "AMR-WB", 16000, 1, FORMAT_PT_DYN },
	{ "AMR/8000", "AMR", 8000, 1, FORMAT_PT_DYN },
	{ "opus", "opus", 48000, 2, FORMAT_PT_DYN },
	{ "opus/48000/2", "opus", 48000, 2, FORMAT_PT_DYN },
	{ "telephone-event", "telephone-event", 8000, 1, FORMAT_PT_DYN },
	{ "L16/44100/2", "L16", 44100, 2, 10 },
	{ "L16/8000", "L16", 8000, 1, FORMAT_PT_DYN },
	{ "PCMU/16000", "PCMU", 16000, 1, FORMAT_PT_DYN },
	{ "X-thing/12345/3", "X-thing", 12345, 3, FORMAT_PT_DYN },
	{ "H264", "H264", 90000, 1, FORMAT_PT_DYN },
};

START_TEST(known_names)
{
	struct format f;

	ck_assert_msg(format_parse(&f, str_of(names[_i].text)), "%s", names[_i].text);
	ck_assert_str_eq(f.name, names[_i].name);
	ck_assert_uint_eq(f.clock, names[_i].clock);
	ck_assert_uint_eq(f.channels, names[_i].channels);
	ck_assert_uint_eq(f.pt, names[_i].pt);
	ck_assert_str_eq(f.fmtp, "");
}
END_TEST

START_TEST(no_names)
{
	static const char *const bad[] = {
		"",
		"/8000",
		"thing",
		"PCMU/",
		"PCMU/0",
		"PCMU/8000/",
		"PCMU/8000/0",
		"PCMU/x",
		"PCMU/8000/256",
		"thing/99999999999",
		"a b/8000",
		"a\tb/8000",
		"a-name-that-is-longer-than-any-name-is/8000",
	};
	struct format f = { .pt = 77 };

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ck_assert_msg(!format_parse(&f, str_of(bad[i])), "%s", bad[i]);
	ck_assert_uint_eq(f.pt, 77); /* untouched */
}
END_TEST

static bool same(const char *a, const char *fmtp_a, const char *b, const char *fmtp_b)
{
	struct format x, y;

	ck_assert(format_parse(&x, str_of(a)) && format_parse(&y, str_of(b)));
	strcpy(x.fmtp, fmtp_a);
	strcpy(y.fmtp, fmtp_b);
	y.pt = 120;
	ck_assert_int_eq(format_same(&x, &y), format_same(&y, &x));
	return format_same(&x, &y);
}

START_TEST(what_makes_two_formats_one)
{
	ck_assert(same("PCMU", "", "pcmu/8000", ""));
	ck_assert(!same("PCMU", "", "PCMU/16000", ""));
	ck_assert(!same("L16/8000/1", "", "L16/8000/2", ""));
	ck_assert(!same("PCMU", "", "PCMA", ""));
	ck_assert(same("G729", "annexb=no", "G729", ""));
	ck_assert(same("AMR", "octet-align=1;mode-set=1", "AMR",
		       "mode-set=7; octet-align=1"));
	ck_assert(!same("AMR", "octet-align=1", "AMR", ""));
	ck_assert(same("AMR", "octet-align=0", "AMR", ""));
	ck_assert(!same("AMR", "octet-align=1;crc=1", "AMR", "octet-align=1"));
	ck_assert(!same("iLBC", "mode=20", "iLBC", ""));
	ck_assert(same("iLBC", "mode=30", "iLBC", ""));
	ck_assert(
		!same("H264", "packetization-mode=1", "H264", "profile-level-id=42e01f"));
	ck_assert(same("telephone-event", "0-15", "telephone-event", "0-16"));
	ck_assert(same("thing/8000", "a=1", "thing/8000", "a=2"));
	ck_assert(!same("G7221", "bitrate=24000", "G7221", "bitrate=32000"));
}
END_TEST

START_TEST(what_is_known_of_them)
{
	struct format f;

	ck_assert(format_parse(&f, STR_LIT("PCMU")));
	ck_assert_uint_eq(format_rate(&f), 64000);
	ck_assert_uint_eq(format_frame_ms(&f), 0);
	ck_assert(format_is_main(&f));
	ck_assert(format_parse(&f, STR_LIT("telephone-event")));
	ck_assert(!format_is_main(&f));
	ck_assert(format_parse(&f, STR_LIT("CN")));
	ck_assert(!format_is_main(&f));
	ck_assert(format_parse(&f, STR_LIT("G723")));
	ck_assert_uint_eq(format_frame_ms(&f), 30);
	ck_assert(format_parse(&f, STR_LIT("iLBC")));
	ck_assert_uint_eq(format_frame_ms(&f), 30);
	strcpy(f.fmtp, "mode=20");
	ck_assert_uint_eq(format_frame_ms(&f), 20);
	ck_assert(format_parse(&f, STR_LIT("L16/16000/2")));
	ck_assert_uint_eq(format_rate(&f), 512000);
	ck_assert(format_parse(&f, STR_LIT("thing/8000")));
	ck_assert_uint_eq(format_rate(&f), 0);
	ck_assert(format_is_main(&f));
}
END_TEST

START_TEST(every_cause_and_mode_has_a_text)
{
	for (int i = 0; i < CAUSE_N; i++) {
		ck_assert_ptr_nonnull(cause_str((enum cause)i));
		for (int k = 0; k < i; k++)
			ck_assert_str_ne(cause_str((enum cause)i),
					 cause_str((enum cause)k));
	}
	ck_assert_str_eq(cause_str((enum cause)CAUSE_N), cause_str((enum cause)-1));
	for (int i = 0; i < MODE_N; i++)
		ck_assert_str_ne(mode_str((enum strm_mode)i),
				 mode_str((enum strm_mode)MODE_N));
}
END_TEST

static Suite *format_suite(void)
{
	Suite *s = suite_create("format");
	TCase *tc = tcase_create("format");

	tcase_add_loop_test(tc, known_names, 0, sizeof(names) / sizeof(*names));
	tcase_add_test(tc, no_names);
	tcase_add_test(tc, what_makes_two_formats_one);
	tcase_add_test(tc, what_is_known_of_them);
	tcase_add_test(tc, every_cause_and_mode_has_a_text);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(format_suite)
