/* h248/segment.h - replies in several messages (v3, UDP). Private to h248/.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * H.248.1 v3 8.2.2, D.1
 *
 * The MGC confirms each segment. Those not confirmed are sent again every segment_time
 * until T-MAX is over; a repeat of the request brings all that are left.
 */
#pragma once

#include "h248/exec.h"

int segs_send(struct exec *x); /* 0, -H_ELIMIT: one command alone is too big, -H_ENOMEM */
void segs_again(struct h248_mg *mg, const struct via *via, const struct htxn *t);
bool segs_acked(struct h248_mg *mg, struct htxn *t, uint16_t seg); /* true: all are */
void segs_free(struct h248_mg *mg, struct htxn *t);
