/* net/tls.h - TLS under the stream transport: credentials, and who is at the other end.
 *
 * layer: net (L3)   thread: control   I/O: files, when credentials are made
 * RFC 8446, RFC 5246 (1.2 is the least), RFC 6125 (names)
 *
 * Life: net_tls_new() reads and checks the files, net_set_tls() gives them to a net
 * before the first NET_tls listener opens, and again whenever they changed: connections
 * that are open go on with the old ones, new ones take the new; those of a peer whose
 * certificate the new revocation lists name are closed. A connection tells `opened` only
 * when both certificates are good: ours is asked for, theirs must lead to the CA, be in
 * its time, not be revoked and bear one of the names the user's `names` gives for that
 * peer (a DNS name or an IP address among its subjectAltNames; a subject alone is not
 * looked at). What fails is told by `unsafe`. Neither renegotiation nor resumption.
 *
 * Who opens NET_tls ignores SIGPIPE. Without OpenSSL the functions are here and refuse.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "net/net.h"

enum { NET_TLS_TEXT = 200 };

struct net_tls;

struct net_tls_spec {            /* files in PEM form, borrowed for the call */
	const char *ca;          /* who may sign a peer's certificate */
	const char *crl;         /* what was revoked; NULL or empty: none */
	const char *certificate; /* ours, then those between it and the CA */
	const char *key;         /* of ours; not to be read by others */
	bool only_13;
	uint32_t handshake_ms; /* 0: 10 s */
};

struct net_tls_cert {
	char subject[NET_TLS_TEXT], issuer[NET_TLS_TEXT]; /* RFC 2253, cut when long */
	int64_t from, until;                              /* s since 1970 */
};

struct net_tls_info {
	char version[16], cipher[64];
	struct net_tls_cert peer;
};

bool net_tls_built(void);
/* 0, -H_ENOTSUP, -H_EINVAL, -H_EPERM, -H_ESYS or -H_ENOMEM with a sentence in why. */
int net_tls_new(struct net_tls **out, const struct net_tls_spec *spec,
		char why[NET_WHY_MAX]);
void net_tls_free(struct net_tls *t);
const struct net_tls_cert *net_tls_own(const struct net_tls *t);

void net_set_tls(struct net *n, struct net_tls *t); /* takes it; NULL: none */
const struct net_tls *net_get_tls(const struct net *n);

typedef void(net_tls_h)(void *arg, const struct net_peer *peer, bool dialled,
			const struct net_tls_info *info);
void net_tls_each(struct net *n, net_tls_h *row, void *arg); /* the open ones */
