/* tests/unit/media_rig.h - the media layer on a wire and a clock of the test's.
 *
 * layer: tests   thread: main (control and workers in turn)   I/O: none
 *
 * rig_up() makes a struct med whose packet I/O is two lists: rig_rtp() and rig_raw()
 * put packets on the way in, rig_run() lets every worker make a round, rig.sent[] is what
 * went out. rig.now is the time.
 */
#pragma once

#include "test.h"

#include "media/med.h"
#include "util/addr.h"

enum { RIG_SENT = 4096, RIG_IN = 4096, RIG_BYTES = 512, RIG_EVENTS = 512 };

struct rig_sent {
	struct slot *slot;
	struct addr to;
	bool rtcp;
	uint32_t n;
	uint8_t p[RIG_BYTES];
};

struct rig {
	struct med *m;
	uint64_t now;
	struct rig_sent sent[RIG_SENT];
	unsigned nsent;
	struct med_event event[RIG_EVENTS];
	unsigned nevent;
	unsigned nback;              /* messages that came back */
	bool refuse_port;            /* slot_open answers -H_EBUSY */
	unsigned started, stopped, opened, closed;
};

extern struct rig rig;

void rig_up(unsigned workers);
void rig_conf(struct med_conf *conf, unsigned workers); /* what rig_up() uses */
void rig_up_conf(const struct med_conf *conf);
void rig_down(void);
void rig_run(void);                  /* a round of each worker, and control's drain */
void rig_step(uint64_t ms);          /* time goes by, in rounds of 10 ms */
void rig_drain(void);

struct addr rig_addr(const char *text); /* "192.0.2.1:5000" */
struct slot *rig_slot(uint16_t worker);
struct med_room *rig_room(uint16_t *worker);

/* A leg with sensible values: sends and receives, PCMU as key 1, payload type 0. */
struct plan_leg *rig_leg(const char *remote, unsigned nrelay);
/* Commits of one op; relay: NULL-terminated list of outputs. */
void rig_set(struct slot *s, struct plan_leg *leg);
void rig_del(struct slot *s);
void rig_set_room(struct med_room *r, uint16_t worker, struct plan_room *p);
void rig_commit(struct plan_msg *msg);
struct plan_msg *rig_msg(uint16_t worker, unsigned nop);
struct plan_room *rig_plan_room(unsigned nout, struct slot *const *out);

void rig_raw(struct slot *s, bool rtcp, const char *from, const void *p, uint32_t n);
void rig_rtp(struct slot *s, const char *from, uint8_t pt, uint16_t seq, uint32_t ts,
	     uint32_t ssrc);
/* n packets in a row, 20 ms apart, each in a round of its own. */
void rig_stream(struct slot *s, const char *from, uint16_t seq, uint32_t ts,
		uint32_t ssrc, unsigned n);
unsigned rig_heard(const struct slot *s); /* RTP sent by it */
uint64_t rig_dropped(const struct slot *s, enum strm_drop why);
unsigned rig_events(enum med_event_kind kind);
const struct med_event *rig_last(enum med_event_kind kind);
