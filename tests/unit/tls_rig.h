/* tests/unit/tls_rig.h - net_rig.h by TLS, and its other side: OpenSSL alone.
 *
 * layer: tests   thread: main   I/O: sockets on loopback
 *
 * tls_begin() makes a CA ("ca"), our certificate ("gw") and that of an MGC ("mgc", for
 * mgc.example), and a listener. Nothing waits: the functions of the other side turn the
 * net's loop until they are done.
 */
#pragma once

#include <openssl/ssl.h>

#include "certs.h"
#include "net_rig.h"

/* By tls_look(), of net_tls_each(). */
extern struct tls_seen {
	unsigned n; /* 1 for each that came in, 100 for dialled */
	struct net_tls_info info;
} tls_seen;

void tls_begin(struct net_tls_spec tls, struct net_spec spec); /* rig_end() ends it */
struct net_tls *tls_creds(struct net_tls_spec spec); /* what is NULL is ours */
void tls_look(void);

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
