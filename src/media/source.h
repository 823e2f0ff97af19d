/* media/source.h - is this packet from the leg's true source?
 *
 * layer: media (L3)   thread: worker   I/O: none
 * RFC 3550 A.1 (probation, sequence), 8.2 (SSRC changes); RFC 3435 5.1 (whom to accept)
 *
 * A source is an address and an SSRC. It is taken in when MIN_SEQUENTIAL packets came in
 * a row. While one is in force another SSRC or a jump of the sequence has to prove itself
 * in the same way while the one in force is quiet, so forged packets between good ones
 * never win. Which addresses may be a source at all says plan_leg.accept. With ACCEPT_ANY
 * an address nobody signalled is on trial first: until it has sent well for a while
 * we send it SOURCE_STRANGERS packets at most (RTP bleed), and the address that was
 * signalled always takes over.
 */
#pragma once

#include "media/pktio.h"
#include "media/slot.h"

enum {
	SOURCE_MIN_SEQUENTIAL = 2,
	SOURCE_MAX_MISORDER = 100,
	SOURCE_MAX_DROPOUT = 3000,   /* a sequence may run ahead; less soon after ... */
	SOURCE_PER_MS = 32,          /* ... the packet before: a misorder and this a ms */
	SOURCE_STRANGERS = 5,        /* sent at most to an address on trial */
	SOURCE_PROOF = 10,           /* packets that end a trial ... */
	SOURCE_TRIAL = 200000000,    /* ... and ns it lasts at least */
	SOURCE_QUIET = 35000000,     /* ns without a packet before another may follow:
					less for fast streams, more for slow ones */
	SOURCE_GROUP_QUIET = 500000000, /* the same on a group, where many may talk */
	SOURCE_OK = -1,
	SOURCE_FIRST = -2,           /* the first of a new source: accepted ... */
	SOURCE_HOLD = -3,            /* ... by the next, which may deliver it too */
};

/* SOURCE_OK, SOURCE_FIRST (accepted, and so is the one held before it), SOURCE_HOLD, or
 * the enum strm_drop to count. The packet passed rtph_ok(). */
int source_check(struct worker *w, struct slot *s, const struct pkt *k);

/* The packet held before the first of the source is delivered: count it in. */
void source_before(struct slot *s);

/* The remote description changed: begin anew. */
void source_reset(struct slot *s);

/* May s send to where it sends now? Counts sends to strangers. */
bool source_may_send(struct slot *s);

/* Is that host the one whose RTP we take (or would)? For RTCP, which has its own port. */
bool source_is_peer(const struct slot *s, const struct addr *from);

/* Packets expected so far over all sources, A.3. */
uint64_t source_expected(const struct slot *s);
