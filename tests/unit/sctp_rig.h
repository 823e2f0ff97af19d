/* tests/unit/sctp_rig.h - two ends of SCTP in one process, and what they are told.
 *
 * layer: tests   thread: main   I/O: sockets on loopback
 */
#pragma once

#include <event2/event.h>
#include <string.h>

#include "net/sctp.h"
#include "test.h"

enum { RIG_PATIENCE_MS = 8000, RIG_INIT_PORT = 1280 };

/* One listener and what came of it. */
struct rig_side {
	struct net_listener *l;
	unsigned inputs, opens, closes, notices[8];
	size_t octets;
	uint32_t key, ppid;
	char text[64]; /* beginning of the last message */
	char why[80];  /* of the last `closed` */
	struct net_peer peer, gone;
	struct addr path; /* of the last notice */
	bool echo, deaf, refuse;
	bool unwanted; /* hung up as soon as it is open */
	struct net_sctp_spec sctp;
	struct net_spec spec;
};

extern struct event_base *rig_base;
extern struct net *rig_net;
extern struct rig_side rig_a, rig_b; /* set what they listen with before */
extern uint16_t rig_encaps;

uint16_t rig_free_port(void);                /* UDP */
/* A UDP socket there that never blocks, and its port; -1: nobody may have it. */
int rig_udp(const char *at, uint16_t port, uint16_t *got);
/* Sends a good INIT in UDP for that listener's address. The n-th has a tag of its own,
 * and comes from RIG_INIT_PORT + n. */
bool rig_init(int fd, const struct addr *to, unsigned n);
struct addr rig_addr(const char *text);
void rig_start(enum net_sctp_backend backend); /* the net and its stack */
void rig_listen(struct rig_side *s, const char *local);
void rig_begin(enum net_sctp_backend backend); /* both, and a and b listen */
void rig_call(struct rig_side *from, const struct rig_side *to); /* till it is open */
void rig_say(const struct net_peer *to, uint32_t key, const void *p, size_t n);
void rig_turn(void);
void rig_end(void);

#define RIG_UNTIL(cond)                                                       \
	do {                                                                  \
		uint64_t rig_end_ = test_ms() + RIG_PATIENCE_MS;              \
		while (!(cond) && test_ms() < rig_end_)                       \
			rig_turn();                                           \
		ck_assert(cond);                                              \
	} while (0)

/* A test with each back end, in UDP; raw IP is for tests with a network of their own. */
#define rig_both(tc, test)                                                    \
	tcase_add_loop_test(tc, test, NET_SCTP_CONN, NET_SCTP_NATIVE + 1)
