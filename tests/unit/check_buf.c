/* tests/unit/check_buf.c - byte writer and reader.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "test.h"

#include <string.h>

#include "util/buf.h"
#include "util/mem.h"

START_TEST(integers_are_big_endian)
{
	uint8_t mem[7];
	struct buf b;
	struct rd r;

	buf_fixed(&b, mem, sizeof(mem));
	buf_u8(&b, 0x01);
	buf_u16(&b, 0x0203);
	buf_u32(&b, 0x84858687);
	ck_assert(buf_ok(&b));
	ck_assert_mem_eq(mem, "\x01\x02\x03\x84\x85\x86\x87", 7);

	r = rd_of(mem, sizeof(mem));
	ck_assert_uint_eq(rd_u8(&r), 0x01);
	ck_assert_uint_eq(rd_u16(&r), 0x0203);
	ck_assert_uint_eq(rd_u32(&r), 0x84858687);
	ck_assert(rd_ok(&r));
	ck_assert_uint_eq(rd_left(&r), 0);
}
END_TEST

START_TEST(writer_error_sticks)
{
	char mem[4];
	struct buf b;

	buf_fixed(&b, mem, sizeof(mem));
	buf_str(&b, "abc");
	buf_u16(&b, 1);
	ck_assert(!buf_ok(&b));
	buf_char(&b, 'd'); /* would fit */
	ck_assert(!buf_ok(&b));
	ck_assert_uint_eq(b.n, 3);
	buf_reset(&b);
	buf_str(&b, "efgh");
	ck_assert(buf_ok(&b));
	ck_assert(str_eq(buf_view(&b), STR_LIT("efgh")));
	buf_fini(&b);
	ck_assert(!buf_ok(&b));
}
END_TEST

START_TEST(reader_error_sticks)
{
	struct rd r = rd_of("\x01\x02\x03", 3);

	ck_assert_uint_eq(rd_u32(&r), 0);
	ck_assert(!rd_ok(&r));
	ck_assert_uint_eq(rd_u8(&r), 0);
	ck_assert_uint_eq(rd_u16(&r), 0);
	ck_assert_ptr_null(rd_span(&r, 0).p);
}
END_TEST

START_TEST(reader_of_nothing)
{
	struct rd r = rd_of(NULL, 0);

	ck_assert_uint_eq(rd_left(&r), 0);
	ck_assert(rd_ok(&r));
	ck_assert_uint_eq(rd_u8(&r), 0);
	ck_assert(!rd_ok(&r));
}
END_TEST

START_TEST(reader_spans)
{
	struct rd r = rd_of("abcdef", 6);

	ck_assert(str_eq(rd_span(&r, 2), STR_LIT("ab")));
	ck_assert(str_eq(rd_span(&r, 4), STR_LIT("cdef")));
	ck_assert_uint_eq(rd_span(&r, SIZE_MAX).n, 0);
	ck_assert(!rd_ok(&r));
}
END_TEST

START_TEST(grows_to_the_limit)
{
	struct buf b;

	buf_init(&b, 1000);
	for (int i = 0; i < 1000; i++)
		buf_char(&b, (char)('a' + i % 26));
	if (!test_in_oom()) {
		ck_assert(buf_ok(&b));
		ck_assert_uint_eq(b.n, 1000);
		ck_assert_uint_le(b.cap, 1000);
		ck_assert_int_eq(b.p[999], 'a' + 999 % 26);
	}
	buf_char(&b, '!');
	ck_assert(!buf_ok(&b));
	ck_assert_uint_le(b.n, 1000);
	buf_fini(&b);
}
END_TEST

START_TEST(no_limit_does_not_loop)
{
	struct buf b;

	test_no_oom();
	buf_init(&b, SIZE_MAX);
	buf_str(&b, "x");
	mem_fail_at(0); /* no heap has that much, but sanitizers abort */
	ck_assert_ptr_null(buf_room(&b, SIZE_MAX - 1));
	mem_fail_at(-1);
	ck_assert(!buf_ok(&b));
	buf_fini(&b);
}
END_TEST

static const struct {
	uint64_t v;
	const char *text;
} decimals[] = {
	{ 0, "0" },
	{ 9, "9" },
	{ 10, "10" },
	{ 4294967296u, "4294967296" },
	{ UINT64_MAX, "18446744073709551615" },
};

START_TEST(decimal)
{
	char mem[20];
	struct buf b;

	buf_fixed(&b, mem, sizeof(mem));
	buf_dec(&b, decimals[_i].v);
	ck_assert(buf_ok(&b));
	ck_assert(str_eq(buf_view(&b), str_of(decimals[_i].text)));
}
END_TEST

START_TEST(prints)
{
	struct buf b;

	buf_init(&b, 4096);
	buf_printf(&b, "%s=%d", "n", -5);
	buf_printf(&b, "%s", "");
	buf_printf(&b, ";%0500d", 7); /* past the small path */
	buf_printf(&b, "%c", '.');
	if (buf_ok(&b)) {
		ck_assert_uint_eq(b.n, 4 + 501 + 1);
		ck_assert_mem_eq(b.p, "n=-5;000", 8);
		ck_assert_mem_eq(b.p + 503, "07.", 3);
	}
	ck_assert(buf_ok(&b) || test_in_oom());
	buf_fini(&b);
}
END_TEST

/* Text of exactly the room there is fits, short or long: no byte is kept for a NUL. */
START_TEST(prints_to_the_last_byte)
{
	static const size_t sizes[] = { 1, 255, 256, 257, 600 };
	size_t n = sizes[_i];
	char mem[601];
	struct buf b;

	mem[n] = '#';
	buf_fixed(&b, mem, n);
	buf_printf(&b, "%0*d", (int)n, 1);
	if (!test_in_oom()) {
		ck_assert(buf_ok(&b));
		ck_assert_uint_eq(b.n, n);
		ck_assert_int_eq(mem[n - 1], '1');
	}
	ck_assert_int_eq(mem[n], '#');
	buf_fixed(&b, mem, n - 1);
	buf_printf(&b, "%0*d", (int)n, 1);
	ck_assert(!buf_ok(&b));
}
END_TEST

START_TEST(nothing_is_no_failure)
{
	struct buf b;

	buf_init(&b, 16);
	buf_put(&b, NULL, 0);
	buf_span(&b, str_of(NULL));
	buf_str(&b, "");
	ck_assert(buf_ok(&b));
	ck_assert_uint_eq(b.n, 0);
	ck_assert_ptr_null(b.p);
	buf_fini(&b);
}
END_TEST

static Suite *buf_suite(void)
{
	Suite *s = suite_create("buf");
	TCase *tc = tcase_create("buf");

	tcase_add_test(tc, integers_are_big_endian);
	tcase_add_test(tc, writer_error_sticks);
	tcase_add_test(tc, reader_error_sticks);
	tcase_add_test(tc, reader_of_nothing);
	tcase_add_test(tc, reader_spans);
	tcase_add_test(tc, grows_to_the_limit);
	tcase_add_test(tc, no_limit_does_not_loop);
	tcase_add_loop_test(tc, decimal, 0, sizeof(decimals) / sizeof(decimals[0]));
	tcase_add_test(tc, prints);
	tcase_add_loop_test(tc, prints_to_the_last_byte, 0, 5);
	tcase_add_test(tc, nothing_is_no_failure);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(buf_suite)
