/* h248/change.h - what one command changes of one termination. Private to h248/.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 7.1, 8 (a command that fails leaves the state as it was)
 *
 * change_open(), change_descs() (which stages on the model), then either the caller
 * commits and calls change_keep(), or it rolls back and calls change_drop().
 */
#pragma once

#include "h248/exec.h"
#include "h248/hterm.h"

struct change {
	struct exec *x;
	struct hterm *h;     /* NULL: ROOT */
	struct term *t;      /* NULL: in the null context, or ROOT */
	unsigned on;         /* enum hpkg_on */
	struct hmedia media; /* owned copy */
	struct hevents events, buffer;
	struct hroot root;
	bool new_events, new_buffer, lockstep;
	uint8_t state;
	const struct h248_digitmap *map;
	struct hmap *made;   /* owned, of `map` */
	struct h248_cmd *r;  /* the reply */
	struct h248_media *answer; /* of r; made on first use */
};

unsigned change_open(struct change *c, struct exec *x, struct hterm *h, struct term *t,
		     unsigned on, struct h248_cmd *r);
unsigned change_descs(struct change *c, const struct h248_desc *d);
void change_keep(struct change *c); /* the model is committed */
void change_drop(struct change *c); /* also after change_open() failed */

/* media.c */
/* What a named termination was given in the null context comes with it. */
unsigned media_bring(struct change *c);
unsigned media_apply(struct change *c, const struct h248_media *m);
/* The stream of the answer to put something in; NULL: no memory. */
struct h248_stream *answer_stream(struct change *c, uint16_t sid);
struct h248_tstate *answer_tstate(struct change *c);
/* Stage mode, source rules and DSCP of a stream as its LocalControl says. */
void media_ask(const struct hstrm *s, struct term_ask *ask);
struct h248_control *media_control(struct exec *x, const struct hstrm *s, unsigned on);

/* alt.c: Local and Remote descriptors, their alternatives and CHOOSE. */
unsigned alt_apply(struct change *c, struct hstrm *s, const struct h248_sdp *local,
		   const struct h248_sdp *remote);
/* Alternatives in force, for audits. */
struct h248_sdp *alt_desc(struct arena *a, const char *text);

/* events.c */
unsigned watch_check(struct change *c, const struct h248_events *e);
/* Let media look for what the Events descriptor in force asks for. */
unsigned watch_stage(struct change *c);
unsigned buffer_check(struct change *c, const struct h248_event *e);
unsigned signals_apply(struct change *c, const struct h248_signal *s);

/* root.c */
unsigned root_apply(struct change *c, const struct h248_tstate *ts);
int64_t root_get(const struct h248_mg *mg, unsigned cap);
