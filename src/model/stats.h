/* model/stats.h - counters of one stream: written by its worker, read by control.
 *
 * layer: model (L2)   thread: one writer (worker), readers relaxed   I/O: none
 *
 * Lives in memory media/ owns, from slot_take() until the slot is retired after
 * slot_give(); what it held at the end comes with the retirement (struct strm_totals).
 * RFC 3550 6.4.1, A.3, A.8 for lost and jitter.
 */
#pragma once

#include <stdatomic.h>
#include <stdint.h>

enum strm_drop {                 /* why a packet was not passed on */
		 DROP_SOURCE,    /* from an address that is not the peer's */
		 DROP_PROBATION, /* source not yet valid, RFC 3550 A.1 */
		 DROP_FORMAT,  /* payload type not negotiated, or none for it on the other
				  side */
		 DROP_INVALID, /* not RTP or RTCP */
		 DROP_MODE,  /* the leg's mode does not receive, or nothing to send to */
		 DROP_FLOOR, /* somebody else holds the floor of the room */
		 DROP_OWN,   /* our own packet came back */
		 DROP_SEND,  /* the system would not take it */
		 DROP_POLICE, /* more than the agent lets in */
		 DROP_N
};

struct strm_stats {
	_Atomic uint64_t rx_packets, rx_octets; /* accepted; octets are payload */
	_Atomic uint64_t tx_packets, tx_octets;
	_Atomic uint64_t rx_expected; /* RFC 3550 A.3, over all sources so far */
	_Atomic uint64_t rx_last;               /* ns, monotonic; 0: never */
	_Atomic uint32_t rx_jitter;             /* timestamp units */
	_Atomic uint32_t rx_ssrc, tx_ssrc;
	_Atomic uint32_t rx_clock;              /* Hz of the payload type last received */
	_Atomic uint32_t rtcp_rx, rtcp_tx, rtcp_bad;
	_Atomic uint32_t peer_lost,
		peer_jitter; /* from the peer's last report block on us */
	_Atomic uint32_t rtt_us;                 /* from LSR/DLSR; 0: unknown */
	_Atomic uint32_t sources;                /* SSRC changes accepted */
	_Atomic uint32_t floor_waits; /* times it spoke and did not get the floor */
	_Atomic uint64_t drop[DROP_N];
};

static inline uint64_t stats_get64(const _Atomic uint64_t *v)
{
	return atomic_load_explicit(v, memory_order_relaxed);
}

static inline uint32_t stats_get32(const _Atomic uint32_t *v)
{
	return atomic_load_explicit(v, memory_order_relaxed);
}

/* Packets lost: expected minus received, never below 0 (duplicates can outnumber). */
static inline uint64_t stats_lost(const struct strm_stats *s)
{
	uint64_t want = stats_get64(&s->rx_expected), got = stats_get64(&s->rx_packets);

	return want > got ? want - got : 0;
}
