/* media/ringoff.c - ring mode's row in a build without libnftnl: it says so.
 *
 * layer: media (L3)   thread: control   I/O: none
 */
#include <stdio.h>

#include "media/pktio.h"
#include "util/err.h"

static int ringoff_probe(const struct med_conf *conf, char *why, size_t size)
{
	(void)conf;
	snprintf(why, size, "built without libnftnl and libmnl");
	return -H_ENOTSUP;
}

/* A row whose probe fails is never opened. */
const struct pktio_ops pktio_ring = {
	.name = "ring",
	.needs = "a build with libnftnl and libmnl",
	.probe = ringoff_probe,
};
