/* h248/pkg/rtp.c - RTP package; what it inherits of nt is told as nt's.
 *
 * layer: h248 (L3)   thread: any   I/O: none
 * RFC 3525 E.12
 */
#include "h248/pkg.h"

static const struct hpkg_item items[] = {
	{ 1, "pltrans", H248_EVENT, CAP_PAYLOAD, .form = NULL },
	{ 4, "ps", H248_STAT, STAT_SENT, .form = NULL },
	{ 5, "pr", H248_STAT, STAT_RECEIVED, .form = NULL },
	{ 6, "pl", H248_STAT, STAT_LOSS, .form = "fixed" },
	{ 7, "jit", H248_STAT, STAT_JITTER, .form = NULL },
	{ 8, "delay", H248_STAT, STAT_DELAY, .form = NULL },
	{ 0 },
};

const struct hpkg hpkg_rtp = { 0x000c, "rtp", 1, HPKG_ON_RTP, "nt", items };
