/* tests/unit/tls_rig.h - a net that speaks TLS on loopback, and its other side: OpenSSL
 * alone.
 *
 * layer: tests   thread: main   I/O: sockets on loopback
 *
 * rig_begin() makes a CA ("ca"), our certificate ("gw") and that of an MGC ("mgc", for
 * mgc.example), and a listener; `rig` counts what the net tells. Nothing waits: the
 * functions of the other side turn the net's loop until they are done.
 */
#pragma once

#include <openssl/ssl.h>

#include "certs.h"
#include "net/tls.h"
#include "test.h"

enum { RIG_PATIENCE_MS = 8000 };

struct rig {
	struct event_base *base;
	struct net *net;
	struct net_listener *here;
	unsigned inputs, opens, closes, unsafes, agains;
	size_t in_octets;
	char first[64], unsafe_why[NET_WHY_MAX], gone_why[NET_WHY_MAX];
	char names[200]; /* the peer must bear one of, with commas between */
	struct net_peer last;
	bool echo;
	unsigned nseen; /* by rig_look(): 1 for each that came in, 100 for dialled */
	struct net_tls_info seen;
};
extern struct rig rig;

void rig_begin(struct net_tls_spec tls, struct net_spec spec);
void rig_end(void);
struct net_tls *rig_creds(struct net_tls_spec spec); /* what is NULL is ours */
void rig_turn(void);
void rig_run(uint64_t ms);
uint64_t rig_ms(void);
void rig_look(void); /* net_tls_each() */
static inline const struct net_stats *rig_stats(void)
{
	return net_get_stats(rig.net);
}

/* `cond` is looked at again and again, and once more at the end. */
#define UNTIL(cond)                                                                      \
	do {                                                                             \
		uint64_t end_ = rig_ms() + RIG_PATIENCE_MS;                              \
		while (!(cond) && rig_ms() < end_)                                       \
			rig_turn();                                                      \
		ck_assert_msg(cond, #cond ": %s; %s", rig.unsafe_why, rig.gone_why);     \
	} while (0)

struct peer {
	SSL_CTX *ctx;
	SSL *ssl;
	int fd;
};

/* `most`: the newest version it speaks; 0: any. It takes any certificate. */
struct peer peer_new(int fd, const char *cert, int most);
void peer_free(struct peer *p);
int peer_shake(struct peer *p); /* 1: done; 0: the patience is over; -1: it failed */
int peer_caller(void);          /* a socket connected with the net */
struct peer peer_call(const char *cert, int most);
int peer_server(struct addr *at);
int peer_accept(int ear);
struct peer peer_answer(int ear, const char *cert, int *got);
void peer_say(struct peer *p, const char *bytes, size_t n); /* in a TPKT */
size_t peer_hear(struct peer *p, char *bytes, size_t n);    /* less: it ended */
