/* media/ringtap.h - a mapped receive ring that sees frames before the kernel's IP does.
 *
 * layer: media (L3)   thread: open, filter, close: control; the rest: worker
 * I/O: AF_PACKET, TPACKET_V3
 *
 * One tap listens on all devices; its filter says which frames, and until one is set it
 * sees none. Several workers' taps may form a fan-out group, which gives each frame to
 * one of them. The kernel fills blocks and hands over a block when it is full or
 * RINGTAP_MS old; frames are read in place, may be written to (PKT_HEAD bytes before the
 * payload too), and stay valid until ringtap_done().
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "media/ringbpf.h"

enum { RINGTAP_BLOCK = 1 << 16, RINGTAP_MS = 1 };

struct tpacket3_hdr;

struct ringtap {
	int fd;                  /* owned; -1: not open */
	uint8_t *map;            /* owned: nblock blocks */
	unsigned nblock;
	unsigned at;             /* block being read */
	unsigned first;          /* oldest block not given back */
	unsigned held;           /* blocks read to the end and not given back */
	unsigned left;           /* frames left in `at`, when `h` is set */
	struct tpacket3_hdr *h;  /* next frame; NULL: `at` is not begun */
};

/* A frame as the ring has it. */
struct ringtap_frame {
	uint8_t *ip;             /* behind the Ethernet header; writable */
	uint32_t n;              /* bytes of it */
	uint16_t type;           /* ethertype, host order */
	uint16_t gso_size; /* UDP payload of each segment of a super-frame; else 0 */
	uint32_t ifindex;
	bool sum_ok; /* checksum valid, or still to be made by hardware: no need
			to verify */
	bool cut;                /* longer than the ring takes */
	uint64_t real;           /* ns, wall clock, of arrival */
};

int ringtap_open(struct ringtap *t,
		 unsigned nblock); /* 0, -H_EPERM, -H_ENOTSUP, -H_ESYS */
void ringtap_close(struct ringtap *t);
int ringtap_filter(struct ringtap *t, const struct ringbpf *b);
/* Join a fan-out group of n taps; *id < 0: make one and set it. Taps join in the order of
 * their indices. */
int ringtap_fanout(struct ringtap *t, unsigned n, int *id);

bool ringtap_peek(struct ringtap *t, struct ringtap_frame *f); /* false: none there */
void ringtap_next(struct ringtap *t);                          /* past what peek showed */
void ringtap_done(struct ringtap *t);
/* Frames the kernel had no room for, since the last call. */
uint32_t ringtap_drops(struct ringtap *t);
