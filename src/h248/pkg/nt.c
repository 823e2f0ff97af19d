/* h248/pkg/nt.c - Network package: what any network termination has.
 *
 * layer: h248 (L3)   thread: any   I/O: none
 * RFC 3525 E.11
 */
#include "h248/pkg.h"

/* qualert is left out: nobody measures quality yet. */
static const struct hpkg_item items[] = {
	{ 7, "jit", H248_PROPERTY, CAP_JITTER, 0, false, 0, 10000, .form = NULL },
	{ 5, "netfail", H248_EVENT, CAP_NETFAIL, .form = NULL },
	{ 1, "dur", H248_STAT, STAT_DURATION, .form = NULL },
	{ 2, "os", H248_STAT, STAT_OCTETS_SENT, .form = NULL },
	{ 3, "or", H248_STAT, STAT_OCTETS_RECEIVED, .form = NULL },
	{ 0 },
};

const struct hpkg hpkg_nt = { 0x000b, "nt", 1, HPKG_ON_RTP | HPKG_ON_PORT | HPKG_ON_NAMED,
			      NULL, items };
