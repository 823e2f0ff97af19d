/* tests/unit/check_shield.c - packets that reach the SCTP stack, and those that don't.
 *
 * layer: tests   thread: main   I/O: none
 * RFC 9260 3
 */
#include <stdlib.h>
#include <string.h>

#include "net/sctp_assoc.h"
#include "test.h"

#define HEAD "\x13\x88\x0b\x80\0\0\0\1cccc"
#define HEAD0 "\x13\x88\x0b\x80\0\0\0\0cccc"
#define INIT_BODY "\0\0\0\1\0\1\0\0\0\4\0\4\0\0\0\1"

/* From a block of that very size, for the sanitizer. */
static enum shield look(const char *p, size_t n)
{
	uint8_t *copy = malloc(n + !n);
	enum shield s;

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, p, n);
	s = shield_look(copy, n);
	free(copy);
	return s;
}

#define LOOK(text) look(text, sizeof(text) - 1)
#define GOOD(text, kind) ck_assert_int_eq(LOOK(text), kind)
#define BAD(text) ck_assert_int_eq(LOOK(text), SHIELD_BAD)

START_TEST(decent_packets)
{
	GOOD(HEAD0 "\1\0\0\x14" INIT_BODY, SHIELD_INIT);
	GOOD(HEAD0 "\1\0\0\x1c" INIT_BODY "\0\5\0\x8\x7f\0\0\1", SHIELD_INIT);
	GOOD(HEAD "\2\0\0\x14" INIT_BODY, SHIELD_OTHER);
	GOOD(HEAD "\x0a\0\0\x8" "cook", SHIELD_COOKIE);
	GOOD(HEAD "\x0a\0\0\x8" "cook" "\0\3\0\x11\0\0\0\1\0\0\0\0\0\0\0\7x\0\0\0",
	     SHIELD_COOKIE);
	GOOD(HEAD "\0\3\0\x11\0\0\0\1\0\0\0\0\0\0\0\7x\0\0\0", SHIELD_OTHER);
	GOOD(HEAD "\x0b\0\0\4", SHIELD_OTHER);
	GOOD(HEAD "\x06\0\0\4", SHIELD_OTHER);
	GOOD(HEAD "\x3f\0\0\5x\0\0\0", SHIELD_OTHER);
	GOOD(HEAD "\x3f\0\0\5x",
	     SHIELD_OTHER); /* the last one's padding may be missing */
}
END_TEST

START_TEST(headers)
{
	BAD("");
	BAD(HEAD);
	BAD(HEAD "\x0b\0\0");
	BAD("\0\0\x0b\x80\0\0\0\1cccc" "\x0b\0\0\4");
	BAD("\x13\x88\0\0\0\0\0\1cccc" "\x0b\0\0\4");
	BAD(HEAD "\1\0\0\x14" INIT_BODY);  /* INIT with a tag */
	BAD(HEAD0 "\x0b\0\0\4");           /* another without */
}
END_TEST

START_TEST(lengths)
{
	BAD(HEAD "\x0b\0\0\3");
	BAD(HEAD "\x0b\0\0\0");
	BAD(HEAD "\x0b\0\0\5");
	BAD(HEAD "\x0b\0\xff\xff");
	BAD(HEAD "\0\3\0\x10\0\0\0\1\0\0\0\0\0\0\0\7"); /* no octet of data */
	BAD(HEAD "\x0a\0\0\4");
	BAD(HEAD "\x0b\0\0\4\x0b\0\0");
	BAD(HEAD0 "\1\0\0\x10" "\0\0\0\1\0\1\0\0\0\4\0\4");
	BAD(HEAD0 "\1\0\0\x1c" INIT_BODY "\0\5\0\x9\x7f\0\0\1");
	BAD(HEAD0 "\1\0\0\x1c" INIT_BODY "\0\5\0\3\x7f\0\0\1");
	BAD(HEAD0 "\1\0\0\x16" INIT_BODY "\0\5\0\0");
}
END_TEST

START_TEST(init_of_nothing)
{
	BAD(HEAD0 "\1\0\0\x14\0\0\0\0\0\1\0\0\0\4\0\4\0\0\0\1");
	BAD(HEAD0 "\1\0\0\x14\0\0\0\1\0\1\0\0\0\0\0\4\0\0\0\1");
	BAD(HEAD0 "\1\0\0\x14\0\0\0\1\0\1\0\0\0\4\0\0\0\0\0\1");
}
END_TEST

START_TEST(alone_in_a_packet)
{
	BAD(HEAD0 "\1\0\0\x14" INIT_BODY "\x0b\0\0\4");
	BAD(HEAD "\x0b\0\0\4\2\0\0\x14" INIT_BODY);
	BAD(HEAD "\x0e\0\0\4\x0b\0\0\4");
	GOOD(HEAD "\x0e\0\0\4", SHIELD_OTHER);
	/* Behind an ABORT nothing is looked at. */
	GOOD(HEAD "\6\0\0\4\1\1\1", SHIELD_OTHER);
}
END_TEST

START_TEST(what_is_off)
{
	static const unsigned char off[] = { 12,  13,  15,  16,  64, 128,
					     129, 130, 192, 193, 194 };

	for (size_t i = 0; i < sizeof(off); i++) {
		char p[] = HEAD "\x0b\0\0\4.\0\0\x8" "abcd";

		p[16] = (char)off[i];
		ck_assert_int_eq(look(p, sizeof(p) - 1), SHIELD_BAD);
		p[16] = (char)(off[i] + 30); /* that nobody knows */
		ck_assert_int_eq(look(p, sizeof(p) - 1), SHIELD_OTHER);
	}
}
END_TEST

START_TEST(endless_lists)
{
	static char p[12 + 4 * 300] = HEAD;
	static char init[12 + 20 + 4 * 80] = HEAD0;

	for (size_t at = 12; at < sizeof(p); at += 4)
		memcpy(p + at, "\x0b\0\0\4", 4);
	ck_assert_int_eq(look(p, 12 + 4 * 256), SHIELD_OTHER);
	ck_assert_int_eq(look(p, sizeof(p)), SHIELD_BAD);
	memcpy(init + 12, "\1\0\1\x54" INIT_BODY, 20);
	for (size_t at = 32; at < sizeof(init); at += 4)
		memcpy(init + at, "\x80\0\0\4", 4);
	ck_assert_int_eq(look(init, sizeof(init)), SHIELD_BAD);
	init[14] = 0x01;
	init[15] = 0x14; /* 64 of them */
	ck_assert_int_eq(look(init, 32 + 4 * 64), SHIELD_INIT);
}
END_TEST

static Suite *shield_suite(void)
{
	Suite *s = suite_create("shield");
	TCase *tc = tcase_create("packets");

	tcase_add_test(tc, decent_packets);
	tcase_add_test(tc, headers);
	tcase_add_test(tc, lengths);
	tcase_add_test(tc, init_of_nothing);
	tcase_add_test(tc, alone_in_a_packet);
	tcase_add_test(tc, what_is_off);
	tcase_add_test(tc, endless_lists);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(shield_suite)
