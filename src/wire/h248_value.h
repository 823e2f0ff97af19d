/* wire/h248_value.h - what the readers and writers of H.248 values share.
 *
 * layer: wire (L1)   thread: any   I/O: none
 * RFC 3525 A.2, B.2
 *
 * Internal to src/wire/h248_value*.c.
 */
#pragma once

#include "wire/h248_pkg.h"

/* Universal tags of wrapped values. */
enum {
	BER_BOOL = 1,
	BER_INT = 2,
	BER_OCTETS = 4,
	BER_ENUM = 10,
	BER_UTF8 = 12,
	BER_IA5 = 22,
};

static inline enum h248_type h248_type_of(const struct h248_item *it)
{
	return it ? (enum h248_type)it->type : H248_T_NONE;
}

/* The tag of a wrapped value and its contents; 0: bare characters. */
unsigned h248_value_unwrap(struct span s, struct span *in);
bool h248_text_int(struct span s, int64_t *out);
/* A number, or the name of one, by the item's type. */
bool h248_word_int(const struct h248_item *it, struct span s, int64_t *out);
