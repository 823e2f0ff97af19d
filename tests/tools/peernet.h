/* tests/tools/peernet.h - how a test's MGC or call agent reaches the gateway.
 *
 * layer: tests   thread: main (usrsctp's own only fill a queue)   I/O: sockets
 * RFC 9260, 6951 (SCTP in UDP), 1006 (TPKT)
 *
 * SCTP by usrsctp, native: in UDP or raw, several addresses, server and client at once on
 * one socket of many associations. UDP and TCP for comparison. What happens comes as
 * events, in order, from pn_next().
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/addr.h"

enum pn_kind { PN_SCTP, PN_UDP, PN_TCP };
enum { PN_ADDRS = 4, PN_MESSAGE_MOST = 1 << 20 };

struct pn_spec {
	enum pn_kind kind;
	bool raw;
	struct addr local[PN_ADDRS]; /* all with the same port */
	unsigned nlocal;
	uint16_t encaps, remote_encaps; /* UDP ports; raw: 0 */
	uint32_t rto_first, rto_min, rto_max, heartbeat; /* ms */
	uint16_t path_retrans, assoc_retrans, streams;
	uint32_t ppid;
};

enum pn_what { PN_UP, PN_RESTART, PN_DOWN, PN_FAILED, PN_PATH, PN_MESSAGE };

struct pn_event {
	enum pn_what what;
	uint64_t at;   /* ns */
	uint32_t conn; /* association, connection or remote address */
	struct addr peer; /* of a path, of a message */
	const char *text; /* static: state of a path, why it went */
	uint16_t stream, streams;
	uint32_t ppid;
	size_t n;
	char *bytes; /* owned by the reader: free() */
};

void pn_open(const struct pn_spec *spec);
void pn_connect(const struct addr *remote, unsigned n);
/* 0 or -1: gone, or too much waits. */
int pn_send(uint32_t conn, uint16_t stream, const void *bytes, size_t n);
/* False: nothing came for so long. */
bool pn_next(struct pn_event *ev, int ms);
/* SHUTDOWN, and waits for its end at most a second. */
void pn_close(void);
unsigned pn_most_waiting(void); /* events at once, to see whether the peer kept pace */

/* peernet_sctp.c, for peernet.c: */
void sctpnet_open(const struct pn_spec *spec);
void sctpnet_connect(const struct addr *remote, unsigned n);
int sctpnet_send(uint32_t conn, uint16_t stream, const void *bytes, size_t n);
void sctpnet_close(void);
void pn_post(const struct pn_event *ev); /* any thread; `bytes` goes along */
