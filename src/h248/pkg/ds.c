/* h248/pkg/ds.c - Differentiated Services: the code point of what is sent.
 *
 * layer: h248 (L3)   thread: any   I/O: none
 * H.248.52 (the binary id is not proven)
 */
#include "h248/pkg.h"

static const struct hpkg_item items[] = {
	{ 0, "dscp", H248_PROPERTY, CAP_DSCP, 0, false, 0, 63, "hex" },
	{ 0 },
};

const struct hpkg hpkg_ds = { 0x008b, "ds", 2, HPKG_ON_RTP, NULL, items };
