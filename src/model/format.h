/* model/format.h - media formats: names, clocks, lists.
 *
 * layer: model (L2)   thread: control   I/O: none
 * RFC 3551 (static payload types), RFC 4855 (names), RFC 4733 (telephone-event)
 *
 * Two formats are the same when name (case-blind), clock, channels and what the name
 * makes of fmtp agree; the payload type does not count. The relay is blind to what a
 * format is: any name with a clock will do.
 *
 * A format_list is a value, for specs and requests. A format_set is what streams keep: an
 * immutable list shared by all streams that have the same one (interned, counted).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "util/map.h"
#include "util/str.h"

enum {
	FORMAT_NAME_MAX = 32,
	FORMAT_FMTP_MAX = 128,
	FORMATS_MAX = 16,
	FORMAT_PT_DYN = 0xff
};

struct format {
	char name[FORMAT_NAME_MAX];   /* encoding name as in rtpmap: "PCMU" */
	uint32_t clock;               /* Hz */
	uint8_t channels;             /* at least 1 */
	uint8_t pt;                   /* payload type in the description it stands in;
					 FORMAT_PT_DYN: any, still to be chosen */
	char fmtp[FORMAT_FMTP_MAX];   /* without the payload type; empty when none */
};

struct format_list {
	uint8_t n;
	struct format v[FORMATS_MAX]; /* in order of preference */
};

/* Borrow with `const`; formats.h of the model makes and counts them. */
struct format_set {
	struct map_node node;
	uint32_t uses;
	uint8_t n;
	struct format v[];            /* in order of preference */
};

bool format_same(const struct format *a, const struct format *b);
/* The same with payload type and fmtp to the letter. */
bool format_equal(const struct format *a, const struct format *b);
/* "PCMU", "PCMU/8000", "opus/48000/2", "G726-32", "telephone-event", and the names
 * telephony uses ("G.711u", "g711a", "G.729", "GSM-EFR"). pt is the static one, or
 * FORMAT_PT_DYN. False when unknown and without a clock, or when a part is too long. */
bool format_parse(struct format *f, struct span s);
/* Media in its own right, not events, comfort noise or redundancy of another format. */
bool format_is_main(const struct format *f);
/* Milliseconds a frame takes (0: any period will do), and bits a second of the payload
 * (0: not known). */
uint32_t format_frame_ms(const struct format *f);
uint32_t format_rate(const struct format *f);
