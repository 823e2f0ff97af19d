/* media/ringtx.h - frames out of ring mode.
 *
 * layer: media (L3)   thread: worker; open: control   I/O: none (ringout.c)
 */
#pragma once

#include "media/ringio.h"

void ringtx_open(struct ring_io *r);
void ringtx_dest(struct ring_io *r, struct slot *s, bool rtcp);
void ringtx_send(struct ring_io *r, struct out *v, unsigned n);
