/* tests/unit/media_live.h - the media layer with threads and real sockets.
 *
 * layer: tests   thread: main is control, workers run   I/O: UDP on loopback
 */
#pragma once

#include "test.h"

#include "media/media.h"

enum { LIVE_LO = 21000, LIVE_HI = 24999, LIVE_EVENTS = 64 };

struct live {
	struct med *m;
	struct med_pool pool;
	unsigned nback, nevent;
	struct med_event event[LIVE_EVENTS];
};

extern struct live live;

void live_up(const char *ip, unsigned workers);
void live_down(void);
void live_wait(unsigned n);          /* until n messages came back; 2 s at most */

struct slot_info live_take(uint16_t worker);
struct plan_leg *live_leg(const struct addr *remote, struct slot *out);
void live_set(enum plan_op_kind kind, struct slot_info *s, struct plan_leg *l);

int live_peer(struct addr *at);      /* a socket on the same address */
void live_say(int fd, const struct addr *to, uint16_t seq, size_t len);
/* Bytes of the next packet, or 0 after 5 s without one. */
size_t live_hear(int fd, uint8_t *p, size_t size, struct addr *from);
