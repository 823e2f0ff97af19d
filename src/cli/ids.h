/* cli/ids.h - how `hollerctl convert` turns names of terminations into binary ids.
 *
 * layer: cli (L5)   thread: main   I/O: none
 * RFC 3525 A.1
 *
 * The standard leaves it to MGC and gateway. Without a rule that fits, names of up to 8
 * characters are their own octets (h248_names_plain). Rules, tried in order:
 *
 *	rtp/%d=4:1/3  as `ephemeral_ids` in hollerd.conf: 4 octets, the topmost 3 bits are
 *	              1, the rest is the number
 *	bits          each octet is a level of eight digits, 00100000/00000001: what
 *	              Erlang's megaco writes
 */
#pragma once

#include "wire/h248.h"

enum { IDS_RULES_MAX = 16, IDS_PATTERN_MAX = 40 };

struct ids_rule {
	char head[IDS_PATTERN_MAX + 1], tail[IDS_PATTERN_MAX + 1]; /* around the number */
	uint8_t octets, prefix_bits;                               /* octets 0: bits */
	uint32_t prefix;
};

struct ids {
	struct h248_names names; /* to convert with; its arg is this struct */
	unsigned n;
	struct ids_rule rule[IDS_RULES_MAX];
};

void ids_init(struct ids *ids);
/* False: no rule, or one too many. */
bool ids_add(struct ids *ids, struct span rule);
