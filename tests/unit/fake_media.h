/* tests/unit/fake_media.h - media for tests of the model and the engines: it remembers.
 *
 * layer: tests   thread: main   I/O: none
 *
 *	struct fake_media f;
 *
 *	fake_init(&f);
 *	m = model_new(&fake_ops, &f);
 *	f.model = m;          so that messages are given back
 *	...
 *	model_shutdown(m, now);
 *	model_free(m);
 *	fake_fini(&f);        nothing may be left: see f.errors
 *
 * Ports count up from 16384 on 192.0.2.1 and 2001:db8::1; `told` is the same with
 * 198.51.100.1 in place of the first when f.nat is set. What breaks the contract of
 *ports.h and plan.h (a message for a slot given back, the wrong worker, ...) is printed
 *and counted in f.errors. Link libfake.la.
 */
#pragma once

#include "model/model.h"
#include "util/list.h"

struct fake_media;

struct slot {
	struct list in_fake;
	struct fake_media *fake;
	struct slot_info info;
	struct strm_stats stats;
	struct slot_req req;         /* group points to `group` */
	struct group_spec group;
	const struct plan_leg *plan; /* in force */
	unsigned joined;
	bool near;
};

struct med_room {
	struct list in_fake;
	uint64_t cookie;
	uint16_t worker;
	struct plan_room *plan[4];   /* in force, by worker */
};

struct fake_media {
	struct model *model;
	struct list slots, rooms;
	uint16_t port, workers, next_worker; /* workers: 1 .. 4 */
	unsigned takes, gives, joins, leaves, commits, ops, errors;
	bool nat, no_near, hold;     /* hold: give no message back */
	bool overload;
	int take_limit;              /* refuse slots from this many on; -1: never */
	enum cause refuse_take, refuse_join, refuse_room; /* CAUSE_OK: no */
	struct plan_msg *held;
	unsigned last_sets, last_dels, last_rooms;
};

extern const struct media_ops fake_ops;

void fake_init(struct fake_media *f);
void fake_fini(struct fake_media *f);
void fake_forget(struct fake_media *f); /* media ended first: all is gone, no error */
void fake_retire(struct fake_media *f);      /* give back what is held */
unsigned fake_live(const struct fake_media *f); /* slots taken and not given back */

/* By the port in the local description; NULL: none. */
struct slot *fake_port(const struct fake_media *f, uint16_t port);
struct slot *fake_slot(const struct term *t, unsigned stream); /* stream from 1 */
/* Does what `from` takes in go to `to`, by the plans in force? Directly, by a zone, or,
 * with from == to, by a loop. */
bool fake_relays(const struct slot *from, const struct slot *to);
/* Is the slot among the zone's outputs? */
bool fake_in_room(const struct med_room *r, const struct slot *s);
struct med_room *fake_room(const struct fake_media *f,
			   unsigned i); /* i-th taken, from 0 */
/* An event of a termination's first stream, or of a room about it. */
void fake_event(struct fake_media *f, enum med_event_kind kind, const struct term *t,
		const struct med_room *room, uint64_t at);
