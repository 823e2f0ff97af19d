/* tests/unit/net_rig.h - a net that listens for streams on loopback, and its other side.
 *
 * layer: tests   thread: main   I/O: sockets on loopback
 *
 * rig_begin() listens by TCP (tls_rig.h: by TLS); `rig` counts what the net tells.
 * Nothing waits: what reads for the other side turns the net's loop until it is done.
 */
#pragma once

#include "net/tls.h"
#include "test.h"

enum { RIG_PATIENCE_MS = 8000 };

extern struct rig {
	struct event_base *base;
	struct net *net;
	struct net_listener *here;
	unsigned inputs, opens, closes, unsafes, agains;
	size_t in_octets;
	char first[64], unsafe_why[NET_WHY_MAX], gone_why[NET_WHY_MAX];
	char names[200]; /* the peer must bear one of, with commas between */
	struct net_peer last, gone;
	bool echo, strangers; /* strangers: nobody may come in */
	unsigned answers;     /* for each message, so many of 6000 octets */
} rig;

bool rig_new(void); /* base and net; false: no memory */
void rig_listen(enum net_kind kind, struct net_spec spec);
void rig_begin(struct net_spec spec);
void rig_end(void);
void rig_turn(void);
void rig_run(uint64_t ms);
static inline const struct net_stats *rig_stats(void)
{
	return net_get_stats(rig.net);
}

/* `cond` is looked at again and again, and once more at the end. */
#define UNTIL(cond)                                                                      \
	do {                                                                             \
		uint64_t end_ = test_ms() + RIG_PATIENCE_MS;                             \
		while (!(cond) && test_ms() < end_)                                      \
			rig_turn();                                                      \
		ck_assert_msg(cond, #cond ": %s; %s", rig.unsafe_why, rig.gone_why);     \
	} while (0)

int rig_caller(void);             /* a socket connected with the net */
int rig_server(struct addr *at);  /* a socket that listens, on 127.0.0.2 */
void rig_say(int fd, const void *p, size_t n); /* in a TPKT */
/* What comes within the patience; less than n: no more came. */
size_t rig_hear(int fd, void *p, size_t n);
bool rig_ended(int fd); /* within the patience, and nothing came before */
