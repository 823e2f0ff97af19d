/* tests/unit/check_h248_tok.c - the words of H.248's text form and their hash.
 *
 * layer: tests   thread: main   I/O: none
 * RFC 3525 Annex B.2
 */
#include "tests/unit/test.h"

#include "wire/h248_tok.h"

struct row {
	enum h248_tok tok;
	const char *lng, *sht;
	unsigned version, slot1, slot2;
};

static const struct row rows[] = {
#define TOK1(name, word, version, slot) { TOK_##name, word, word, version, slot, slot },
#define TOK2(name, lng, sht, version, slot1, slot2)                                      \
	{ TOK_##name, lng, sht, version, slot1, slot2 },
#include "wire/h248_tok.def"
#undef TOK1
#undef TOK2
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

START_TEST(every_word_has_the_slot_that_the_hash_gives)
{
	for (int i = 0; i < ROWS; i++) {
		ck_assert_msg(h248_tok_slot(str_of(rows[i].lng)) == rows[i].slot1,
			      "%s belongs in slot %u", rows[i].lng,
			      h248_tok_slot(str_of(rows[i].lng)));
		ck_assert_msg(h248_tok_slot(str_of(rows[i].sht)) == rows[i].slot2,
			      "%s belongs in slot %u", rows[i].sht,
			      h248_tok_slot(str_of(rows[i].sht)));
	}
}
END_TEST

START_TEST(no_two_words_share_a_slot)
{
	static unsigned char taken[1 << 16];

	for (int i = 0; i < ROWS; i++) {
		ck_assert_msg(!taken[rows[i].slot1]++, "%s: find another multiplier",
			      rows[i].lng);
		ck_assert_msg(rows[i].slot1 == rows[i].slot2 || !taken[rows[i].slot2]++,
			      "%s: find another multiplier", rows[i].sht);
	}
}
END_TEST

START_TEST(every_word_is_found_in_its_version_in_any_case)
{
	for (int i = 0; i < ROWS; i++) {
		char upper[32] = "";

		for (size_t k = 0; rows[i].lng[k]; k++)
			upper[k] = (char)(rows[i].lng[k] &
					  (rows[i].lng[k] > '9' ? ~0x20 : ~0));
		ck_assert_int_eq(h248_tok_find(str_of(upper), 3), rows[i].tok);
		ck_assert_int_eq(h248_tok_find(str_of(rows[i].lng), rows[i].version),
				 rows[i].tok);
		ck_assert_int_eq(h248_tok_find(str_of(rows[i].sht), 3), rows[i].tok);
		ck_assert_int_eq(h248_tok_find(str_of(rows[i].sht), rows[i].version - 1),
				 TOK_NONE);
		ck_assert(str_eq(h248_tok_long(rows[i].tok), str_of(rows[i].lng)));
		ck_assert(str_eq(h248_tok_short(rows[i].tok), str_of(rows[i].sht)));
	}
}
END_TEST

START_TEST(other_words_are_no_tokens)
{
	static const char *const others[] = { "",
					      "Zd",
					      "Addx",
					      "adds",
					      "MediaX",
					      "X",
					      "_",
					      "TransactionResponseAckn",
					      "TransactionResponseAcl",
					      "ServiceChangeAddresT",
					      "contextaudiT_",
					      "1",
					      "v22c",
					      "SPADIR" };

	for (unsigned i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		ck_assert_msg(h248_tok_find(str_of(others[i]), 3) == TOK_NONE, "%s",
			      others[i]);
}
END_TEST

static Suite *h248_tok_suite(void)
{
	Suite *s = suite_create("h248_tok");
	TCase *tc = tcase_create("words");

	tcase_add_test(tc, every_word_has_the_slot_that_the_hash_gives);
	tcase_add_test(tc, no_two_words_share_a_slot);
	tcase_add_test(tc, every_word_is_found_in_its_version_in_any_case);
	tcase_add_test(tc, other_words_are_no_tokens);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(h248_tok_suite)
