/* model/outq.h - messages an engine wants sent, until its driver fetches them.
 *
 * layer: model (L2)   thread: control   I/O: none (who calls outq_take() sends)
 *
 * outq_init(); outq_put() copies a message in; outq_take() lends out the oldest until it
 * is called again; outq_fini(). One that finds no memory, or a queue nobody empties, is
 * as one lost on the way: both protocols send again.
 */
#pragma once

#include "model/assoc.h"
#include "util/list.h"

enum { OUTQ_MAX = 8192 }; /* messages nobody fetched */

struct outq {
	struct list list;    /* owned struct outq_msg, oldest first */
	struct outq_msg *given; /* owned: lent out last */
	uint32_t n;
};

void outq_init(struct outq *q);
void outq_fini(struct outq *q);
/* False: lost. */
bool outq_put(struct outq *q, const struct assoc *to, struct span bytes);
bool outq_take(struct outq *q, struct out_msg *out); /* false: none left */
