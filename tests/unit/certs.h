/* tests/unit/certs.h - certificates made on the spot, for tests of TLS.
 *
 * layer: tests   thread: main   I/O: files in the test's folder
 *
 *	cert_ca("ca");
 *	cert_make(&(struct cert_spec){ .file = "gw", .ca = "ca", .names = "DNS:gw" });
 *
 * leaves ca.pem and ca.key, gw.pem and gw.key in test_tmpdir(). Keys are P-256.
 */
#pragma once

#include <stdbool.h>

struct cert_spec {
	const char *file;    /* without ".pem" */
	const char *subject; /* CN; NULL: file */
	const char *ca;      /* who signs; NULL: itself, as a CA */
	const char *names;   /* subjectAltName as OpenSSL writes it; NULL: none */
	const char *use;     /* extendedKeyUsage; NULL: none */
	long from, until;    /* days from now; until 0: 10 */
};

void cert_ca(const char *file);
void cert_make(const struct cert_spec *spec);
/* A list by `ca` in FILE.pem that revokes the certificate REVOKED. */
void cert_crl(const char *file, const char *ca, const char *revoked);
/* "DIR/FILE.pem" or ".key"; good until the eighth call after. */
const char *cert_path(const char *file, const char *ending);
