/* wire/h248_tok.c - words to tokens by a perfect hash, and back.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 Annex B.2
 *
 * The hash takes the first 8 characters, the last one and the length: these tell all
 * words apart. MUL was found by trial; the slots in h248_tok.def go with it.
 */
#include "wire/h248_tok.h"

#include <string.h>

enum { SLOT_BITS = 11, WORD_MAX = 22 };

#define MUL 0x5af9304fa79aec0dULL

struct tok_row {
	struct span lng, sht;
	uint8_t version;
};

static const uint8_t slots[1 << SLOT_BITS] = {
#define TOK1(name, word, version, slot)              [slot] = TOK_##name,
#define TOK2(name, lng, sht, version, slot1, slot2)                                      \
	[slot1] = TOK_##name, [slot2] = TOK_##name,
#include "wire/h248_tok.def"
#undef TOK1
#undef TOK2
};

#define LIT(s) { s, sizeof(s) - 1 }

static const struct tok_row rows[TOK_COUNT] = {
#define TOK1(name, word, version, slot) [TOK_##name] = { LIT(word), LIT(word), version },
#define TOK2(name, lng, sht, version, slot1, slot2)                                      \
	[TOK_##name] = { LIT(lng), LIT(sht), version },
#include "wire/h248_tok.def"
#undef TOK1
#undef TOK2
};

/* Up to 8 characters as a number, lower case: letters, digits and '_' fold by one bit. */
static uint64_t fold8(const char *p, size_t n)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v |= (uint64_t)((unsigned char)p[i] | 0x20) << (8 * i);
	return v;
}

static unsigned slot_of(struct span w, uint64_t head)
{
	uint64_t last = (unsigned char)w.p[w.n - 1] | 0x20;
	uint64_t key = head ^ (uint64_t)w.n << 59 ^ last << 50;

	return (unsigned)(key * MUL >> (64 - SLOT_BITS));
}

unsigned h248_tok_slot(struct span word)
{
	return word.n ? slot_of(word, fold8(word.p, word.n < 8 ? word.n : 8)) : 0;
}

static bool same_word(struct span a, struct span b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++) {
		if ((a.p[i] | 0x20) != (b.p[i] | 0x20))
			return false;
	}
	return true;
}

enum h248_tok h248_tok_find(struct span word, unsigned version)
{
	enum h248_tok t;

	if (!word.n || word.n > WORD_MAX)
		return TOK_NONE;
	t = (enum h248_tok)slots[slot_of(word, fold8(word.p, word.n < 8 ? word.n : 8))];
	if (t == TOK_NONE || rows[t].version > version)
		return TOK_NONE;
	return same_word(word, rows[t].lng) || same_word(word, rows[t].sht) ? t
									    : TOK_NONE;
}

struct span h248_tok_long(enum h248_tok t)
{
	return rows[t].lng;
}

struct span h248_tok_short(enum h248_tok t)
{
	return rows[t].sht;
}
