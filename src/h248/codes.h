/* h248/codes.h - error codes and ServiceChange reasons: one table each.
 *
 * layer: h248 (L3)   thread: any   I/O: none
 * RFC 3525 7.1.19, 7.3, 13.2 (codes), 7.2.8, 13.3 (reasons); H.248.8
 */
#pragma once

#include "model/cause.h"

/* Codes are plain numbers; 0 means "go on" inside the engine. */
enum h248_code {
	H248_BAD_MESSAGE = 400,
	H248_PROTOCOL = 401,
	H248_UNAUTHORIZED = 402,
	H248_BAD_TRANSACTION = 403,
	H248_BAD_VERSION = 406,
	H248_BAD_ID = 410,
	H248_NO_CONTEXT = 411,
	H248_NO_CONTEXT_IDS = 412,
	H248_TOO_MANY_TRANS = 413,
	H248_BAD_COMBINATION = 421,
	H248_BAD_ACTION = 422,
	H248_NO_TERM = 430,
	H248_NO_MATCH = 431,
	H248_NONE_FREE = 432,
	H248_IN_CONTEXT = 433,
	H248_CTX_FULL = 434,
	H248_NOT_IN_CTX = 435,
	H248_NO_PACKAGE = 440,
	H248_NO_SDP = 441,
	H248_BAD_COMMAND = 442,
	H248_NO_COMMAND = 443,
	H248_NO_DESCRIPTOR = 444,
	H248_NO_PROPERTY = 445,
	H248_NO_PARAMETER = 446,
	H248_DESC_ILLEGAL = 447,
	H248_DESC_TWICE = 448,
	H248_BAD_VALUE = 449,
	H248_NOT_PROPERTY = 450,
	H248_NOT_EVENT = 451,
	H248_NOT_SIGNAL = 452,
	H248_NOT_STATISTIC = 453,
	H248_NOT_VALUE = 454,
	H248_PROPERTY_ILLEGAL = 455,
	H248_PROPERTY_TWICE = 456,
	H248_MISSING_PARM = 457,
	H248_UNEXPECTED_ID = 458,
	H248_NO_PROFILE = 459,
	H248_STAT_STREAM = 460,
	H248_IMPLIED_ADD = 471,
	H248_INTERNAL = 500,
	H248_NOT_DONE = 501,
	H248_NOT_READY = 502,
	H248_UNAVAILABLE = 503,
	H248_NOT_YOURS = 504,
	H248_TOO_EARLY = 505,
	H248_TOO_PENDING = 506,
	H248_NO_RESOURCES = 510,
	H248_BUSY = 511,
	H248_CANT_DETECT = 512,
	H248_CANT_SIGNAL = 513,
	H248_CANT_ANNOUNCE = 514,
	H248_BAD_MEDIA = 515,
	H248_BAD_MODE = 517,
	H248_BUFFER_FULL = 518,
	H248_MAPS_FULL = 519,
	H248_NO_MAP = 520,
	H248_CHANGING = 521,
	H248_NO_TOPOLOGY = 522,
	H248_NO_BANDWIDTH = 526,
	H248_HARDWARE = 529,
	H248_NET_TEMPORARY = 530,
	H248_NET_PERMANENT = 531,
	H248_NOT_AUDITED = 532,
	H248_TOO_BIG = 533,
	H248_READ_ONLY = 534,
	H248_HOOK = 540,
	H248_NOT_ALLOWED = 542,
	H248_NONE_SUCH = 581
};

enum h248_code_use {
	H248_USE_YES,     /* sent; a test says when */
	H248_USE_PACKAGE, /* of packages that are not here yet */
	H248_USE_PEER,    /* what an MGC may answer */
	H248_USE_NEVER    /* not sent: `why` says why */
};

struct h248_code_row {
	unsigned short code;
	enum h248_code_use use;
	const char *text;
	const char *why; /* NEVER, PEER */
};

extern const struct h248_code_row h248_codes[]; /* ends with text NULL */

const struct h248_code_row *h248_code_row(unsigned code); /* NULL: unknown */
const char *h248_code_text(unsigned code);                /* "" when unknown */
unsigned h248_code_of(enum cause c);                      /* 0 for CAUSE_OK */

enum h248_reason {
	H248_RESTORED = 900,
	H248_COLD_BOOT,
	H248_WARM_BOOT,
	H248_MGC_DIRECTED,
	H248_MALFUNCTION,
	H248_OUT_OF_SERVICE,
	H248_LOWER_LAYER,
	H248_TRANSMISSION,
	H248_MG_FAILING,
	H248_MGC_FAILING,
	H248_MEDIA_FAILURE,
	H248_MODEM_FAILURE,
	H248_MUX_FAILURE,
	H248_SIGNAL_FAILURE,
	H248_EVENT_FAILURE,
	H248_STATE_LOSS
};

const char *h248_reason_text(unsigned reason);      /* "" when unknown */
unsigned h248_reason_of(const char *model_reason);  /* "silent", "orphan", "forced" */
