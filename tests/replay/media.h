/* tests/replay/media.h - a media layer that moves nothing: ports, plans in force,
 * counters.
 *
 * layer: tests   thread: main   I/O: none
 *
 * Ports are 192.0.2.10 (or 2001:db8::10) with even numbers from 16384 on, given back ones
 * are not re-used. Plans are swapped as workers would and come back by
 * fake_media_flush().
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "model/model.h"

struct fake_media {
	struct model *model;
	uint16_t next_port;
	uint32_t taken;  /* slots out now */
	uint32_t refuse; /* so many slot_take() fail */
	bool overloaded;
	struct plan_msg *done, **tail;
};

void fake_media_init(struct fake_media *f);
const struct media_ops *fake_media_ops(void);
void fake_media_flush(struct fake_media *f);
/* The counters of a slot, to be set by the scenario. */
struct strm_stats *fake_media_stats(struct slot *s);
