/* media/track.h - what a slot knows of its source, its output and its reports.
 *
 * layer: media (L3)   thread: the slot's worker   I/O: none
 * RFC 3550 A.1 (sequence), A.3 (loss), A.8 (jitter), 6.4 (reports)
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "util/addr.h"

struct slot;

/* A source in force, and one that wants to be (RFC 3550 A.1; latching in source.h). */
struct slot_src {
	struct addr from;            /* where its packets come from */
	uint64_t last_at;            /* ns: its last packet */
	uint32_t ssrc;
	int32_t gap_us;              /* between packets, smoothed */
	uint32_t cycles;             /* shifted count of wraps */
	uint16_t max_seq, base_seq;  /* highest, first */
	bool valid;
};

struct slot_cand {
	struct addr from;
	uint32_t ssrc;
	uint16_t next;               /* sequence number that would confirm it */
	uint8_t seen;                /* packets in order so far; 0: no candidate */
};

enum { SLOT_CANDS = 3 };

enum latch_state {
	LATCH_OPEN,                  /* nobody yet: sends go to the signalled address */
	LATCH_TRIAL,                 /* a first one, not proven: few sends to strangers */
	LATCH_LOCKED,
};

struct slot_latch {
	uint8_t state;               /* enum latch_state */
	uint8_t sent;                /* packets sent to strangers in this generation */
	bool strange;                /* we send to an address nobody signalled */
	uint16_t good;               /* valid packets in a row in TRIAL */
	uint64_t since;              /* ns: begin of TRIAL */
};

/* Continuity of what we send when the source changes. */
struct slot_tx {
	const struct slot *from;     /* whose packets go out now; never followed */
	uint32_t from_ssrc, from_gen;
	uint16_t seq_off;            /* out = in + off */
	uint16_t last_seq, first_seq;
	uint32_t ts_off, last_ts, step;
	uint32_t cycles;             /* wraps of last_seq, for report blocks */
	uint32_t ext_off;            /* the same as seq_off with wraps */
	uint32_t count;              /* packets since the source changed */
	uint64_t last_at;
	bool started;
};

/* RTCP of our own and what is known from the peer's. The first part is about the source
 * in force. */
struct slot_rep {
	uint32_t prior_expected, prior_received; /* A.3, at the last report */
	uint32_t lsr;                /* middle of the NTP time of the last SR received */
	uint64_t lsr_at;             /* when, ns */
	uint64_t received_base, expected_base; /* totals when the source began */
	uint64_t activity;           /* packets in and out at the last report */
	uint64_t tx_before;          /* packets out at the last report */
};
