/* wire/h248_tok.h - the words of H.248's text form, long and short.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 Annex B.2; H.248.1 v2 and v3
 *
 * A word means something only in its place: "Add" may be a name as well. So the parser
 * asks for a token where the grammar has one, and nowhere else.
 */
#pragma once

#include <stdint.h>

#include "util/str.h"

enum h248_tok {
	TOK_NONE,
#define TOK1(name, word, version, slot)              TOK_##name,
#define TOK2(name, lng, sht, version, slot1, slot2) TOK_##name,
#include "wire/h248_tok.def"
#undef TOK1
#undef TOK2
	TOK_COUNT
};

/* The token of a word of letters, digits and '_', case-blind; TOK_NONE when there is none
 * in this protocol version. */
enum h248_tok h248_tok_find(struct span word, unsigned version);

/* Its spellings; the short one is the long one where the standard has no other. */
struct span h248_tok_long(enum h248_tok t);
struct span h248_tok_short(enum h248_tok t);

/* Where the hash puts a word: for the test that keeps h248_tok.def right. */
unsigned h248_tok_slot(struct span word);
