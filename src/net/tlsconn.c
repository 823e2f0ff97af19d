/* net/tlsconn.c - see tlsconn.h: handshake, certificate check, records.
 *
 * layer: net (L3)   thread: control   I/O: the connection's socket
 */
#include "net/tlsconn.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "net/tconn.h"
#include "net/tlscred.h"
#include "util/err.h"
#include "util/mem.h"

struct tls {
	SSL *ssl;         /* owned */
	struct buf names; /* each ends with NUL; until the handshake is over */
	bool done;        /* with the handshake */
	bool broken;      /* nothing more can be said on it */
	bool want_write;
	bool refused;
	char why[NET_WHY_MAX];
};

/* ---- the peer's certificate ---------------------------------------------------- */

static bool bears(X509 *cert, const char *name)
{
	struct addr ip;

	if (!addr_parse_ip(&ip, str_of(name)))
		return X509_check_ip(cert, ip.ip, ip.family == 6 ? 16 : 4, 0) == 1;
	return X509_check_host(cert, name, 0,
			       X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS |
				       X509_CHECK_FLAG_NEVER_CHECK_SUBJECT,
			       NULL) == 1;
}

static bool bears_one(const struct tls *t, X509 *cert)
{
	for (size_t i = 0; i < t->names.n; i += strlen(t->names.p + i) + 1)
		if (bears(cert, t->names.p + i))
			return true;
	return false;
}

static void say_names(struct buf *b, const struct tls *t)
{
	for (size_t i = 0; i < t->names.n; i += strlen(t->names.p + i) + 1)
		buf_printf(b, "%s%s", i ? " or " : "", t->names.p + i);
}

static void say_refused(struct tls *t, X509 *cert, int error)
{
	struct net_tls_cert info;
	struct buf b;

	tls_cert_info(&info, cert);
	buf_fixed(&b, t->why, sizeof(t->why) - 1);
	if (error == X509_V_ERR_HOSTNAME_MISMATCH && !t->names.n) {
		buf_printf(&b,
			   "no name is known that its certificate (%.60s) should bear",
			   info.subject);
	} else if (error == X509_V_ERR_HOSTNAME_MISMATCH) {
		buf_printf(&b, "its certificate (%.60s) is not one of ", info.subject);
		say_names(&b, t);
	} else {
		buf_printf(&b, "its certificate (%.60s) is refused: %s", info.subject,
			   X509_verify_cert_error_string(error));
	}
	t->why[b.n] = 0;
	t->refused = true;
}

int tls_on_verify(int ok, X509_STORE_CTX *store)
{
	SSL *ssl =
		X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
	struct tls *t = SSL_get_app_data(ssl);
	X509 *cert = X509_STORE_CTX_get_current_cert(store);

	if (ok && !X509_STORE_CTX_get_error_depth(store) && !bears_one(t, cert)) {
		X509_STORE_CTX_set_error(store, X509_V_ERR_HOSTNAME_MISMATCH);
		ok = 0;
	}
	if (!ok)
		say_refused(t, cert, X509_STORE_CTX_get_error(store));
	return ok;
}

/* ---- its beginning and end ----------------------------------------------------- */

/* The first name that is none of a number goes into the hello of who dials (SNI). */
static bool ask_names(struct tls *t, const struct tconn *c)
{
	const struct net_user *u = &c->at->net->user;
	struct net_peer peer = { .at = c->at, .local = c->local, .remote = c->remote };
	struct addr ip;

	buf_init(&t->names, NET_TLS_NAMES_MAX);
	if (u->names)
		u->names(u->arg, &peer, &t->names);
	if (!buf_ok(&t->names))
		return false;
	if (c->dialled && t->names.n && addr_parse_ip(&ip, str_of(t->names.p)))
		return SSL_set_tlsext_host_name(t->ssl, t->names.p) == 1;
	return true;
}

struct tls *tls_new(const struct tconn *c, int fd)
{
	struct tls *t = mem_zalloc(sizeof(*t));

	if (!t)
		return NULL;
	t->ssl = SSL_new(c->at->net->tls->ctx);
	if (!t->ssl || !SSL_set_fd(t->ssl, fd) || !ask_names(t, c)) {
		tls_free(t);
		return NULL;
	}
	SSL_set_app_data(t->ssl, t);
	if (c->dialled)
		SSL_set_connect_state(t->ssl);
	else
		SSL_set_accept_state(t->ssl);
	return t;
}

void tls_free(struct tls *t)
{
	if (!t)
		return;
	if (t->done && !t->broken)
		SSL_shutdown(t->ssl);
	SSL_free(t->ssl);
	ERR_clear_error();
	buf_fini(&t->names);
	mem_free(t);
}

/* ---- what OpenSSL says --------------------------------------------------------- */

static const char *say_reason(unsigned long e)
{
	switch (ERR_GET_REASON(e)) {
	case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
		return "it shows no certificate";
	case SSL_R_UNSUPPORTED_PROTOCOL:
		return "it speaks no TLS as new as ours";
	case SSL_R_WRONG_VERSION_NUMBER:
	case SSL_R_HTTP_REQUEST:
	case SSL_R_UNEXPECTED_MESSAGE:
		return "what came is no TLS";
	default:
		return ERR_reason_error_string(e);
	}
}

/* Of a call that gave nothing: -1, or 0 when the peer said goodbye. */
static int not_now(struct tls *t, int got, int err)
{
	unsigned long e = ERR_peek_error();
	const char *reason = NULL;

	switch (SSL_get_error(t->ssl, got)) {
	case SSL_ERROR_WANT_READ:
		errno = EAGAIN;
		return -1;
	case SSL_ERROR_WANT_WRITE:
		t->want_write = true;
		errno = EAGAIN;
		return -1;
	case SSL_ERROR_ZERO_RETURN:
		if (t->done)
			return 0;
		break;
	case SSL_ERROR_SSL:
		reason = say_reason(e);
		break;
	default:
		reason = err ? strerror(err) : NULL;
	}
	if (!t->refused)
		snprintf(t->why, sizeof(t->why), "TLS: %s",
			 reason ? reason : "closed by the peer");
	t->broken = true;
	errno = EPROTO;
	return -1;
}

int tls_shake(struct tls *t)
{
	int got;

	ERR_clear_error();
	errno = 0;
	t->want_write = false;
	got = SSL_do_handshake(t->ssl);
	if (got == 1) {
		t->done = true;
		buf_fini(&t->names);
		return 1;
	}
	not_now(t, got, errno);
	return t->broken ? -1 : 0;
}

ssize_t tls_recv(struct tls *t, void *p, size_t n)
{
	size_t got = 0;

	ERR_clear_error();
	errno = 0;
	t->want_write = false;
	if (SSL_read_ex(t->ssl, p, n, &got))
		return (ssize_t)got;
	return not_now(t, 0, errno);
}

ssize_t tls_send(struct tls *t, const void *p, size_t n)
{
	size_t put = 0;

	ERR_clear_error();
	errno = 0;
	if (SSL_write_ex(t->ssl, p, n, &put))
		return (ssize_t)put;
	if (SSL_want_read(t->ssl)) { /* without renegotiation it never wants to */
		snprintf(t->why, sizeof(t->why), "TLS: out of step");
		t->broken = true;
		errno = EPROTO;
		return -1;
	}
	return not_now(t, 0, errno);
}

bool tls_is_revoked(const struct tls *t, const struct net_tls *by)
{
	X509_STORE_CTX *x = X509_STORE_CTX_new();
	X509 *cert = SSL_get0_peer_certificate(t->ssl);
	bool revoked = false;

	if (x && X509_STORE_CTX_init(x, SSL_CTX_get_cert_store(by->ctx), cert,
				     SSL_get_peer_cert_chain(t->ssl)) == 1)
		revoked = X509_verify_cert(x) != 1 &&
			  X509_STORE_CTX_get_error(x) == X509_V_ERR_CERT_REVOKED;
	X509_STORE_CTX_free(x);
	ERR_clear_error();
	return revoked;
}

bool tls_wants_write(const struct tls *t)
{
	return t->want_write;
}

bool tls_refused(const struct tls *t)
{
	return t->refused;
}

const char *tls_why(const struct tls *t)
{
	return t->why;
}

void tls_info(const struct tls *t, struct net_tls_info *out)
{
	X509 *cert = SSL_get0_peer_certificate(t->ssl);

	*out = (struct net_tls_info){ 0 };
	snprintf(out->version, sizeof(out->version), "%s", SSL_get_version(t->ssl));
	snprintf(out->cipher, sizeof(out->cipher), "%s", SSL_get_cipher_name(t->ssl));
	tls_cert_info(&out->peer, cert);
}
