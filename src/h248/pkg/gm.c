/* h248/pkg/gm.c - gate management: from which source packets are let in.
 *
 * layer: h248 (L3)   thread: any   I/O: none
 * H.248.43 (the binary ids are not proven)
 */
#include "h248/pkg.h"

/* saf: only from the address in Remote, or from what sam says instead; spf: only from
 * its port, or from those that spr says. The explicit local source (esas, esps, lsa, lsp)
 * is not ours to give, and what rsb and dp count is not proven well enough. */
static const struct hpkg_item items[] = {
	{ 0, "saf", H248_PROPERTY, CAP_FILTER_ADDR, 0, false, 0, 1, "bool" },
	{ 0, "sam", H248_PROPERTY, CAP_MASK, .form = "mask" },
	{ 0, "spf", H248_PROPERTY, CAP_FILTER_PORT, 0, false, 0, 1, "bool" },
	{ 0, "spr", H248_PROPERTY, CAP_PORTS, 0, false, 1, 65535, .form = NULL },
	{ 0 },
};

const struct hpkg hpkg_gm = { 0x008c, "gm", 2, HPKG_ON_RTP, NULL, items };
