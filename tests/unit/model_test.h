/* tests/unit/model_test.h - what tests of the model share: a world to act in.
 *
 * layer: tests   thread: main   I/O: none
 */
#pragma once

#include "fake_media.h"
#include "test.h"
#include "util/arena.h"

extern struct world {
	struct fake_media fake;
	struct model *m;
	struct owner *o, *other;     /* two MGCP owners: "a" and "b" */
	struct pool *bridges;        /* rtpbridge/%x: 1 .. 40, of "a" */
	struct pool *confs, *lines;  /* conf/%d: 1 .. 4; line/%d: 1 .. 4, of "a" */
	struct arena *arena;
	uint64_t now;
} w;

/* Fixtures: a world with the pools above; world_close() fails when media was misused or
 * something is left behind. */
void world_open(void);
void world_close(void);

struct sdp *sdp_text(const char *text); /* "m=audio 4000 RTP/AVP 0|c=..": | is CRLF */
/* "sendrecv 10.0.0.1:4000 PCMU;PCMA": mode, remote and formats of one audio stream; "-"
 * in place of the address: no remote description. Formats 0, 8 and 18 by number, others
 * as name/clock get payload types from 96 up. */
void ask_text(struct term_ask *ask, const char *text);
struct endp *ep(const char *name);            /* of "a"; fails when absent */
/* Stage and commit. The termination, or NULL with the cause in *c (NULL: must succeed).
 */
struct term *conn(struct endp *e, const char *ask, enum cause *c);
enum cause change(struct term *t, const char *ask);
enum cause del(struct term *t);
struct room *zone(const char *name,
		  const char *groups);        /* "239.1.1.1:5000 239.1.1.2:5000" */
struct med_room *zone_med(void); /* of the first */
struct slot *zone_slot(const struct room *r, uint32_t i); /* of an output */
struct room_spec *zone_spec(const struct room *r); /* a copy, in the arena */
const char *local_text(const struct term *t); /* the local description, as printed */
/* All of the model's and the fake's state, as text of the world's arena. */
const char *dump(void);
void same_as(const char *before);             /* fails with the first line that differs */
