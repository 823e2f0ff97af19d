/* net/tlscred.h - inside of net/: what OpenSSL was given.
 *
 * layer: net (L3)   thread: control   I/O: files
 */
#pragma once

#include <openssl/ssl.h>

#include "net/tls.h"

struct net_tls {
	SSL_CTX *ctx; /* owned */
	struct net_tls_cert own;
	uint32_t handshake_ms;
};

int tls_on_verify(int ok, X509_STORE_CTX *store); /* tlsconn.c */
void tls_cert_info(struct net_tls_cert *out, X509 *cert);
