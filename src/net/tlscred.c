/* net/tlscred.c - see tls.h: the files, and what OpenSSL is told once for all.
 *
 * layer: net (L3)   thread: control   I/O: files
 */
#include "net/tlscred.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "net/tlsconn.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/mem.h"

enum {
	FILE_MOST = 1 << 20,
	CHAIN_MOST = 64 << 10, /* octets of certificates a peer may send */
	DEPTH = 8,
	SECURITY = 2, /* OpenSSL's level: 112 bits, RSA from 2048 */
	HANDSHAKE_MS = 10000
};

/* Of 1.2 only what keeps old talk secret when a key is lost, and is authenticated. */
static const char ciphers_12[] = "ECDHE+AESGCM:ECDHE+CHACHA20";

/* ---- words --------------------------------------------------------------------- */

static int say_ssl(char *why, const char *path, const char *what)
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());

	snprintf(why, NET_WHY_MAX, "%s: %s%s%s", path, what, reason ? ": " : "",
		 reason ? reason : "");
	ERR_clear_error();
	return -H_EINVAL;
}

static int say_errno(char *why, const char *path)
{
	snprintf(why, NET_WHY_MAX, "%s: %s", path, strerror(errno));
	return -H_ESYS;
}

static void print_name(char out[NET_TLS_TEXT], const X509_NAME *name)
{
	BIO *b = BIO_new(BIO_s_mem());
	int n = 0;

	if (b && X509_NAME_print_ex(b, name, 0, XN_FLAG_RFC2253) >= 0)
		n = BIO_read(b, out, NET_TLS_TEXT - 1);
	out[n > 0 ? n : 0] = 0;
	BIO_free(b);
}

static int64_t seconds(const ASN1_TIME *t)
{
	struct tm tm;

	return ASN1_TIME_to_tm(t, &tm) ? (int64_t)timegm(&tm) : 0;
}

void tls_cert_info(struct net_tls_cert *out, X509 *cert)
{
	*out = (struct net_tls_cert){ 0 };
	if (!cert)
		return;
	print_name(out->subject, X509_get_subject_name(cert));
	print_name(out->issuer, X509_get_issuer_name(cert));
	out->from = seconds(X509_get0_notBefore(cert));
	out->until = seconds(X509_get0_notAfter(cert));
}

/* ---- files --------------------------------------------------------------------- */

/* A key is the owner's alone; its group may read it, as ssl-cert's does. */
static int check_mode(const struct stat *st, const char *path, bool secret, char *why)
{
	if (!S_ISREG(st->st_mode)) {
		snprintf(why, NET_WHY_MAX, "%s: is no file", path);
		return -H_EINVAL;
	}
	if (st->st_size > FILE_MOST) {
		snprintf(why, NET_WHY_MAX, "%s: is too long", path);
		return -H_ELIMIT;
	}
	if (secret && (st->st_mode & 027)) {
		snprintf(why, NET_WHY_MAX,
			 "%s: others may read or write the key: chmod 600 it, or 640",
			 path);
		return -H_EPERM;
	}
	if (secret && st->st_uid && st->st_uid != geteuid()) {
		snprintf(why, NET_WHY_MAX,
			 "%s: the key belongs to neither root nor the user we are", path);
		return -H_EPERM;
	}
	return 0;
}

static int read_all(int fd, struct buf *out, const char *path, char *why)
{
	char part[4096];
	ssize_t n;

	while ((n = read(fd, part, sizeof(part))) > 0)
		buf_put(out, part, (size_t)n);
	OPENSSL_cleanse(part, sizeof(part));
	if (n < 0)
		return say_errno(why, path);
	if (buf_ok(out))
		return 0;
	snprintf(why, NET_WHY_MAX, "%s: too long, or out of memory", path);
	return -H_ENOMEM;
}

static int slurp(struct buf *out, const char *path, bool secret, char *why)
{
	int err, fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0)
		return say_errno(why, path);
	err = fstat(fd, &st) ? say_errno(why, path) : check_mode(&st, path, secret, why);
	if (!err && !buf_room(out, (size_t)st.st_size + 1)) /* so that it never moves */
		err = -H_ENOMEM;
	buf_reset(out);
	if (!err)
		err = read_all(fd, out, path, why);
	close(fd);
	return err;
}

static void wipe(struct buf *b)
{
	if (b->p)
		OPENSSL_cleanse(b->p, b->cap);
	buf_fini(b);
}

/* Calls `take` with a BIO of the file's bytes. */
static int with_file(struct net_tls *t, const char *path, bool secret,
		     int (*take)(struct net_tls *t, BIO *in, const char *path, char *why),
		     char *why)
{
	struct buf b;
	BIO *in;
	int err;

	buf_init(&b, FILE_MOST + 1);
	err = slurp(&b, path, secret, why);
	if (!err) {
		ERR_clear_error();
		in = BIO_new_mem_buf(b.p ? b.p : "", (int)b.n);
		err = in ? take(t, in, path, why) : -H_ENOMEM;
		BIO_free(in);
	}
	wipe(&b);
	return err;
}

/* Nobody is there to be asked for a passphrase. */
static int no_passphrase(char *p, int size, int writing, void *arg)
{
	(void)p;
	(void)size;
	(void)writing;
	*(bool *)arg = true;
	return -1;
}

static int take_chain(struct net_tls *t, BIO *in, const char *path, char *why)
{
	bool asked = false;
	X509 *cert = PEM_read_bio_X509_AUX(in, NULL, no_passphrase, &asked);
	int good;

	if (!cert)
		return say_ssl(why, path, "no certificate in PEM form");
	good = SSL_CTX_use_certificate(t->ctx, cert);
	tls_cert_info(&t->own, cert);
	X509_free(cert);
	if (good != 1)
		return say_ssl(why, path, "not usable");
	while ((cert = PEM_read_bio_X509(in, NULL, no_passphrase, &asked))) {
		if (SSL_CTX_add0_chain_cert(t->ctx, cert) != 1) {
			X509_free(cert);
			return say_ssl(why, path, "a certificate of its chain");
		}
	}
	ERR_clear_error();
	return 0;
}

static int take_key(struct net_tls *t, BIO *in, const char *path, char *why)
{
	bool asked = false;
	EVP_PKEY *key = PEM_read_bio_PrivateKey(in, NULL, no_passphrase, &asked);
	int good;

	if (!key && asked)
		return say_ssl(why, path,
			       "the key has a passphrase, and nobody is there to say it");
	if (!key)
		return say_ssl(why, path, "no private key in PEM form");
	good = SSL_CTX_use_PrivateKey(t->ctx, key);
	EVP_PKEY_free(key);
	if (good != 1 || SSL_CTX_check_private_key(t->ctx) != 1)
		return say_ssl(why, path, "is not the certificate's key");
	return 0;
}

static int take_ca(struct net_tls *t, BIO *in, const char *path, char *why)
{
	X509_STORE *store = SSL_CTX_get_cert_store(t->ctx);
	unsigned n = 0;
	X509 *cert;

	while ((cert = PEM_read_bio_X509(in, NULL, NULL, NULL))) {
		int good = X509_STORE_add_cert(store, cert) == 1 &&
			   SSL_CTX_add_client_CA(t->ctx, cert) == 1;

		X509_free(cert);
		if (!good)
			return say_ssl(why, path, "a certificate is not usable");
		n++;
	}
	if (!n)
		return say_ssl(why, path, "no certificate in PEM form");
	ERR_clear_error();
	return 0;
}

static int take_crl(struct net_tls *t, BIO *in, const char *path, char *why)
{
	X509_STORE *store = SSL_CTX_get_cert_store(t->ctx);
	unsigned n = 0;
	X509_CRL *crl;

	while ((crl = PEM_read_bio_X509_CRL(in, NULL, NULL, NULL))) {
		int good = X509_STORE_add_crl(store, crl);

		X509_CRL_free(crl);
		if (good != 1)
			return say_ssl(why, path, "a revocation list is not usable");
		n++;
	}
	if (!n)
		return say_ssl(why, path, "no revocation list in PEM form");
	ERR_clear_error();
	X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK);
	return 0;
}

/* ---- credentials --------------------------------------------------------------- */

static int make_ctx(struct net_tls *t, const struct net_tls_spec *spec)
{
	SSL_CTX *x = SSL_CTX_new(TLS_method());

	t->ctx = x;
	if (!x)
		return -H_ENOMEM;
	SSL_CTX_set_security_level(x, SECURITY);
	SSL_CTX_set_options(x, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
				       SSL_OP_NO_TICKET |
				       SSL_OP_CIPHER_SERVER_PREFERENCE |
				       SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_mode(x, SSL_MODE_ENABLE_PARTIAL_WRITE |
				    SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
				    SSL_MODE_RELEASE_BUFFERS);
	/* One record a call: what is no data (key updates) must not keep us. */
	SSL_CTX_clear_mode(x, SSL_MODE_AUTO_RETRY);
	SSL_CTX_set_session_cache_mode(x, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_num_tickets(x, 0);
	SSL_CTX_set_max_cert_list(x, CHAIN_MOST);
	SSL_CTX_set_verify_depth(x, DEPTH);
	SSL_CTX_set_verify(x, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
			   tls_on_verify);
	if (!SSL_CTX_set_min_proto_version(x, spec->only_13 ? TLS1_3_VERSION
							    : TLS1_2_VERSION) ||
	    !SSL_CTX_set_cipher_list(x, ciphers_12))
		return -H_ENOMEM;
	return 0;
}

static int read_files(struct net_tls *t, const struct net_tls_spec *spec, char *why)
{
	int err = with_file(t, spec->ca, false, take_ca, why);

	if (!err && spec->crl && spec->crl[0])
		err = with_file(t, spec->crl, false, take_crl, why);
	if (!err)
		err = with_file(t, spec->certificate, false, take_chain, why);
	return err ? err : with_file(t, spec->key, true, take_key, why);
}

bool net_tls_built(void)
{
	return true;
}

int net_tls_new(struct net_tls **out, const struct net_tls_spec *spec,
		char why[NET_WHY_MAX])
{
	struct net_tls *t = mem_zalloc(sizeof(*t));
	int err = t ? make_ctx(t, spec) : -H_ENOMEM;

	snprintf(why, NET_WHY_MAX, "out of memory");
	if (!err)
		err = read_files(t, spec, why);
	if (err) {
		net_tls_free(t);
		return err;
	}
	t->handshake_ms = spec->handshake_ms ? spec->handshake_ms : HANDSHAKE_MS;
	*out = t;
	return 0;
}

void net_tls_free(struct net_tls *t)
{
	if (!t)
		return;
	SSL_CTX_free(t->ctx);
	mem_free(t);
}

const struct net_tls_cert *net_tls_own(const struct net_tls *t)
{
	return &t->own;
}

uint32_t net_tls_patience(const struct net_tls *t)
{
	return t->handshake_ms;
}
