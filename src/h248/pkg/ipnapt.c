/* h248/pkg/ipnapt.c - IP NAPT traversal: send to where packets come from.
 *
 * layer: h248 (L3)   thread: any   I/O: none
 * H.248.37 (the binary ids are not proven)
 */
#include "h248/pkg.h"

static const struct hpkg_item items[] = {
	{ 0, "latch", H248_SIGNAL, CAP_LATCH, .form = NULL },
	{ 0 },
};

const struct hpkg hpkg_ipnapt = { 0x0099, "ipnapt", 1, HPKG_ON_RTP, NULL, items };
