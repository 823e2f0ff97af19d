/* tests/unit/check_tpkt.c - TPKT: whole, in parts, empty, too long, not TPKT at all.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "wire/tpkt.h"

#include <stdio.h>
#include <string.h>

#include "test.h"
#include "util/err.h"

static struct tpkt t;
static struct span message;
static char stream[2 * TPKT_MAX];
static size_t stream_n;

static void begin(uint32_t most)
{
	tpkt_init(&t, most);
	stream_n = 0;
}

static void put(const void *p, size_t n)
{
	uint8_t h[TPKT_HEADER];

	tpkt_header(h, n);
	memcpy(stream + stream_n, h, sizeof(h));
	memcpy(stream + stream_n + sizeof(h), p, n);
	stream_n += sizeof(h) + n;
}

static bool is(const char *text)
{
	return str_eq(message, str_of(text));
}

START_TEST(the_header_is_that_of_the_rfc)
{
	uint8_t h[TPKT_HEADER];

	tpkt_header(h, 0);
	ck_assert(!memcmp(h, "\x03\x00\x00\x04", 4));
	tpkt_header(h, 0x1230);
	ck_assert(!memcmp(h, "\x03\x00\x12\x34", 4));
	tpkt_header(h, TPKT_MAX - TPKT_HEADER);
	ck_assert(!memcmp(h, "\x03\x00\xff\xff", 4));
}
END_TEST

START_TEST(whole_messages_are_not_copied)
{
	struct span in;

	begin(1000);
	put("one", 3);
	put("two", 3);
	in = (struct span){ stream, stream_n };
	ck_assert_int_eq(tpkt_input(&t, &in, &message), 1);
	ck_assert(is("one"));
	ck_assert_ptr_eq(message.p, stream + 4);
	ck_assert_int_eq(tpkt_input(&t, &in, &message), 1);
	ck_assert(is("two"));
	ck_assert_int_eq(tpkt_input(&t, &in, &message), 0);
	ck_assert_uint_eq(in.n, 0);
	ck_assert(!tpkt_is_partial(&t));
	ck_assert_uint_eq(t.part.cap, 0);
	tpkt_fini(&t);
}
END_TEST

START_TEST(every_cut_gives_the_same)
{
	size_t step = (size_t)_i + 1, seen = 0, bytes = 0;

	begin(1000);
	put("one", 3);
	put("", 0);
	put("second message", 14);
	put("3", 1);
	for (size_t at = 0; at < stream_n; at += step) {
		size_t n = stream_n - at < step ? stream_n - at : step;
		struct span in = { stream + at, n };
		int got;

		while ((got = tpkt_input(&t, &in, &message)) > 0) {
			ck_assert(is(seen == 0   ? "one"
				     : seen == 1 ? "second message"
						 : "3"));
			seen++;
			bytes += message.n;
		}
		if (got < 0 && test_in_oom())
			break;
		ck_assert_int_eq(got, 0);
	}
	if (!t.fail) {
		ck_assert_uint_eq(seen, 3);
		ck_assert_uint_eq(bytes, 18);
		ck_assert(!tpkt_is_partial(&t));
	}
	tpkt_fini(&t);
}
END_TEST

START_TEST(lengths_under_four_end_the_stream)
{
	char bad[] = { 3, 0, 0, (char)_i, 0, 0, 0, 0 };
	struct span in = { bad, sizeof(bad) };

	begin(1000);
	ck_assert_int_eq(tpkt_input(&t, &in, &message), -H_ESYNTAX);
	in = STR_LIT("\3\0\0\5x");
	ck_assert_int_eq(tpkt_input(&t, &in, &message), -H_ESYNTAX);
	tpkt_fini(&t);
}
END_TEST

START_TEST(another_version_ends_it_with_the_first_octet)
{
	struct span in = STR_LIT("M");

	begin(1000);
	ck_assert_int_eq(tpkt_input(&t, &in, &message), -H_ESYNTAX);
	tpkt_fini(&t);
}
END_TEST

START_TEST(a_bad_length_in_parts_is_seen)
{
	struct span in = STR_LIT("\3\0");

	begin(1000);
	ck_assert_int_eq(tpkt_input(&t, &in, &message), 0);
	ck_assert(tpkt_is_partial(&t));
	in = STR_LIT("\0\2");
	ck_assert_int_eq(tpkt_input(&t, &in, &message), -H_ESYNTAX);
	tpkt_fini(&t);
}
END_TEST

START_TEST(the_limit_is_exact)
{
	static char big[TPKT_MAX];
	struct span in;
	uint32_t most = _i ? 100 : TPKT_MAX;
	size_t n = _i ? 100 : TPKT_MAX - TPKT_HEADER;

	begin(most);
	memset(big, 'x', sizeof(big));
	put(big, n);
	in = (struct span){ stream, stream_n };
	ck_assert_int_eq(tpkt_input(&t, &in, &message), 1);
	ck_assert_uint_eq(message.n, n);
	if (_i) {
		stream_n = 0;
		put(big, n + 1);
		in = (struct span){ stream, TPKT_HEADER };
		ck_assert_int_eq(tpkt_input(&t, &in, &message), -H_ELIMIT);
	}
	tpkt_fini(&t);
}
END_TEST

/* A header may promise 64 KiB: what is kept is what came. */
START_TEST(memory_follows_the_bytes)
{
	static char big[TPKT_MAX - TPKT_HEADER];
	struct span in;

	begin(TPKT_MAX);
	put(big, sizeof(big));
	in = (struct span){ stream, 300 };
	ck_assert_int_eq(tpkt_input(&t, &in, &message), 0);
	ck_assert_uint_eq(t.part.n, 300);
	ck_assert_uint_le(t.part.cap, 1024);
	in = (struct span){ stream + 300, stream_n - 300 };
	ck_assert_int_eq(tpkt_input(&t, &in, &message), 1);
	ck_assert_uint_eq(message.n, sizeof(big));
	tpkt_fini(&t);
}
END_TEST

static Suite *tpkt_suite(void)
{
	Suite *s = suite_create("tpkt");
	TCase *tc = tcase_create("good");

	tcase_add_test(tc, the_header_is_that_of_the_rfc);
	tcase_add_test(tc, whole_messages_are_not_copied);
	tcase_add_loop_test(tc, every_cut_gives_the_same, 0, 36);
	tcase_add_loop_test(tc, the_limit_is_exact, 0, 2);
	tcase_add_test(tc, memory_follows_the_bytes);
	suite_add_tcase(s, tc);
	tc = tcase_create("bad");
	tcase_add_loop_test(tc, lengths_under_four_end_the_stream, 0, 4);
	tcase_add_test(tc, another_version_ends_it_with_the_first_octet);
	tcase_add_test(tc, a_bad_length_in_parts_is_seen);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(tpkt_suite)
