/* h248/pkg/gm.c - gate management: from which source packets are let in.
 *
 * layer: h248 (L3)   thread: any   I/O: none
 * H.248.43 (the binary ids are not proven)
 */
#include "h248/pkg.h"

/* saf: only from the address in Remote, or from what sam says instead; spf: only from
 * its port, or from those that spr says; dp: packets that were not let in. RTCP goes with
 * RTP, and what is sent comes from the address and port in Local: rsb, esas and esps may
 * be set to that, not to anything else. lsa and lsp, which would say where else from, are
 * left out. */
static const struct hpkg_item items[] = {
	{ 0, "saf", H248_PROPERTY, CAP_FILTER_ADDR, 0, false, 0, 1, "bool" },
	{ 0, "sam", H248_PROPERTY, CAP_MASK, .form = "mask" },
	{ 0, "spf", H248_PROPERTY, CAP_FILTER_PORT, 0, false, 0, 1, "bool" },
	{ 0, "spr", H248_PROPERTY, CAP_PORTS, 0, false, 1, 65535, .form = NULL },
	{ 0, "esas", H248_PROPERTY, CAP_SET_ADDR, 0, false, 0, 0, "bool" },
	{ 0, "esps", H248_PROPERTY, CAP_SET_PORT, 0, false, 0, 0, "bool" },
	{ 0, "rsb", H248_PROPERTY, CAP_RTCP, 0, false, 1, 1, "bool" },
	{ 0, "dp", H248_STAT, STAT_GATED, .form = NULL },
	{ 0 },
};

const struct hpkg hpkg_gm = { 0x008c, "gm", 2, HPKG_ON_RTP, NULL, items };
