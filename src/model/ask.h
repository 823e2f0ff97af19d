/* model/ask.h - what an agent asks of a connection or stream.
 *
 * layer: model (L2)   thread: control   I/O: none
 * RFC 3435 2.3.5, 2.6; RFC 3525 7.1.7, 7.1.8
 *
 * Filled by an engine, borrowed for the call of term.h or hctx.h that takes it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "model/format.h"
#include "model/ports.h"
#include "wire/sdp.h"

enum { STRM_MEDIA_MAX = 16 };

enum strm_mode {
	MODE_INACTIVE, MODE_SENDONLY, MODE_RECVONLY, MODE_SENDRECV, MODE_CONFRNCE,
	MODE_LOOPBACK, MODE_CONTTEST, MODE_NETWLOOP, MODE_NETWTEST, MODE_N
};

/* What is asked of one stream. A field counts when its bit is in `has`. */
enum ask_bit {
	ASK_MODE = 1 << 0,
	ASK_FORMATS = 1 << 1, /* LocalConnectionOptions a:, or H.248 Local */
	ASK_PTIME = 1 << 2,
	ASK_DSCP = 1 << 3,
	ASK_REMOTE = 1 << 4,
	ASK_GROUP = 1 << 5,     /* receive from this group (local multicast address) */
	ASK_BANDWIDTH = 1 << 6, /* kbit/s, least and most */
	ASK_NETTYPE = 1 << 7,
	ASK_LATCH = 1 << 8,     /* `latch`; `relatch`: forget the source in use */
	ASK_ACCEPT = 1 << 9,    /* `accept` */
	ASK_FORGET = 1 << 10,   /* the remote description */
	ASK_MEDIA = 1 << 11,    /* `media`: "video"; a remote description says it too */
	ASK_GATE = 1 << 12,     /* `gate` */
	ASK_WATCH = 1 << 13,    /* `watch`, `silence_ms` */
};

enum strm_watch {            /* events an agent asked for */
	WATCH_PAYLOAD = 1 << 0, /* MED_PAYLOAD */
};

struct term_ask {
	uint32_t has;
	enum strm_mode mode;         /* for every stream */
	struct format_list formats;
	uint16_t ptime_min, ptime_max;
	uint8_t dscp;                /* six bits */
	uint32_t kbps_min, kbps_max;
	uint8_t family;              /* ASK_NETTYPE: 4 or 6 */
	const struct sdp *remote;    /* borrowed for the call; n-th m= line is stream n */
	struct group_spec group;
	char media[STRM_MEDIA_MAX];
	bool latch, relatch;
	uint8_t accept;              /* enum plan_accept + 1; 0: the owner's */
	struct plan_gate gate;
	uint8_t watch;               /* enum strm_watch */
	/* MED_SILENT after this long, where the owner's timer is off; 0: not */
	uint32_t silence_ms;
};
