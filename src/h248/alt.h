/* h248/alt.h - alternatives of Local and Remote in work. Private to h248/alt*.c.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 7.1.8
 */
#pragma once

#include "h248/change.h"
#include "wire/sdp.h"

enum { ALTS_MAX = 8, TEXT_MAX = 16384 };

struct alt {
	struct sdp *sdp;
	struct sdp_media *med;   /* NULL: none given */
	struct format_list formats;
	bool any;                /* formats by our choice */
	bool open;               /* something was left to us */
};

struct alts {
	struct change *c;
	struct hstrm *s;
	struct alt local[ALTS_MAX], remote[ALTS_MAX];
	unsigned nlocal, nremote, at; /* at: the Local in force */
	bool forget;
	enum cause why;          /* of the first refusal */
};

bool alt_format(const struct sdp_fmt *f, struct format *out); /* false: not RTP's */
unsigned alt_answer_local(struct alts *a);
unsigned alt_answer_remote(struct alts *a, struct alt *r, bool tell);
