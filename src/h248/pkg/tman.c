/* h248/pkg/tman.c - Traffic management: what comes in is policed.
 *
 * layer: h248 (L3)   thread: any   I/O: none
 * H.248.53 (the binary ids are not proven; the unit of dvt neither, so it is left out)
 */
#include "h248/pkg.h"

static const struct hpkg_item items[] = {
	{ 0, "pol", H248_PROPERTY, CAP_POLICE, 0, false, 0, 1, "bool" },
	{ 0, "sdr", H248_PROPERTY, CAP_RATE, 0, false, 1, INT32_MAX, .form = NULL },
	{ 0, "mbs", H248_PROPERTY, CAP_BURST, 0, false, 1, INT32_MAX, .form = NULL },
	{ 0, "pdr", H248_PROPERTY, CAP_PEAK, 0, false, 1, INT32_MAX, .form = NULL },
	{ 0 },
};

const struct hpkg hpkg_tman = { 0x008d, "tman", 1, HPKG_ON_RTP, NULL, items };
