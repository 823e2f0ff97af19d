/* model/format.h - media formats: names, clocks and the small keys plans use.
 *
 * layer: model (L2)   thread: control   I/O: none
 * RFC 3551 (static payload types), RFC 4855 (names), RFC 4733 (telephone-event)
 *
 * Two formats are the same when name (case-blind), clock, channels and what the name
 * makes of fmtp agree. A format in use has a key 1 .. PLAN_KEYS-1, counted by users.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "util/str.h"

enum { FORMAT_NAME_MAX = 32, FORMAT_FMTP_MAX = 128, FORMATS_MAX = 16 };

struct format {
	char name[FORMAT_NAME_MAX];   /* encoding name as in rtpmap: "PCMU" */
	uint32_t clock;               /* Hz */
	uint8_t channels;             /* at least 1 */
	uint8_t pt;                   /* payload type in the description it stands in */
	char fmtp[FORMAT_FMTP_MAX];   /* without the payload type; empty when none */
};

struct format_list {
	uint8_t n;
	struct format v[FORMATS_MAX]; /* in order of preference */
};

bool format_same(const struct format *a, const struct format *b);
/* "PCMU", "PCMU/8000", "G726-32", "telephone-event", RFC 3435 names too ("G.711u"...).
 * pt is the static one, or 0xff when dynamic. False when unknown and without a clock. */
bool format_parse(struct format *f, struct span s);
