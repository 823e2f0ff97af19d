/* tests/unit/tls_rig.c - see tls_rig.h.
 *
 * layer: tests   thread: main   I/O: sockets on loopback
 */
#include "tls_rig.h"

#include <event2/event.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wire/tpkt.h"

enum { SHAKE_MS = 4000 };

struct tls_seen tls_seen;

struct net_tls *tls_creds(struct net_tls_spec spec)
{
	struct net_tls *t = NULL;
	char why[NET_WHY_MAX] = "";

	if (!spec.ca)
		spec.ca = cert_path("ca", "pem");
	if (!spec.certificate)
		spec.certificate = cert_path("gw", "pem");
	if (!spec.key)
		spec.key = cert_path("gw", "key");
	if (!spec.handshake_ms)
		spec.handshake_ms = SHAKE_MS;
	ck_assert_msg(!net_tls_new(&t, &spec, why), "%s", why);
	return t;
}

void tls_begin(struct net_tls_spec tls, struct net_spec spec)
{
	test_no_oom();
	signal(SIGPIPE, SIG_IGN);
	cert_ca("ca");
	cert_make(&(struct cert_spec){ "gw", .ca = "ca", .names = "DNS:gw.example" });
	cert_make(&(struct cert_spec){ "mgc", .ca = "ca", .names = "DNS:mgc.example" });
	rig = (struct rig){ .names = "192.0.2.1,mgc.example" };
	ck_assert(rig_new());
	net_set_tls(rig.net, tls_creds(tls));
	rig_listen(NET_tls, spec);
}

static void on_row(void *arg, const struct net_peer *peer, bool dialled,
		   const struct net_tls_info *info)
{
	(void)arg;
	(void)peer;
	tls_seen.n += dialled ? 100 : 1;
	tls_seen.info = *info;
}

void tls_look(void)
{
	tls_seen.n = 0;
	net_tls_each(rig.net, on_row, NULL);
}

/* ---- the other side ------------------------------------------------------------ */

static int accept_any(int ok, X509_STORE_CTX *store)
{
	(void)ok;
	(void)store;
	return 1;
}

struct peer peer_new(int fd, const char *cert, int most)
{
	struct peer p = { .ctx = SSL_CTX_new(TLS_method()), .fd = fd };

	SSL_CTX_set_security_level(p.ctx, 0);
	SSL_CTX_set_verify(p.ctx, SSL_VERIFY_PEER, accept_any);
	if (most == TLS1_1_VERSION)
		SSL_CTX_set_min_proto_version(p.ctx, TLS1_VERSION);
	if (most)
		SSL_CTX_set_max_proto_version(p.ctx, most);
	if (cert) {
		const char *pem = cert_path(cert, "pem");

		ck_assert(SSL_CTX_use_certificate_chain_file(p.ctx, pem));
		ck_assert(SSL_CTX_use_PrivateKey_file(p.ctx, cert_path(cert, "key"),
						      SSL_FILETYPE_PEM));
	}
	p.ssl = SSL_new(p.ctx);
	SSL_set_fd(p.ssl, fd);
	return p;
}

void peer_free(struct peer *p)
{
	SSL_free(p->ssl);
	SSL_CTX_free(p->ctx);
	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
}

int peer_caller(void)
{
	int fd = rig_caller();

	evutil_make_socket_nonblocking(fd);
	return fd;
}

int peer_shake(struct peer *p)
{
	uint64_t till = test_ms() + RIG_PATIENCE_MS;

	while (test_ms() < till) {
		int got = SSL_do_handshake(p->ssl), err = SSL_get_error(p->ssl, got);

		if (got == 1)
			return 1;
		if (err != SSL_ERROR_WANT_READ && err != SSL_ERROR_WANT_WRITE)
			return -1;
		rig_turn();
	}
	return 0;
}

struct peer peer_call(const char *cert, int most)
{
	struct peer p = peer_new(peer_caller(), cert, most);

	SSL_set_connect_state(p.ssl);
	peer_shake(&p);
	return p;
}

int peer_server(struct addr *at)
{
	int fd = rig_server(at);

	evutil_make_socket_nonblocking(fd);
	return fd;
}

int peer_accept(int ear)
{
	uint64_t till = test_ms() + RIG_PATIENCE_MS;
	int fd;

	while ((fd = accept(ear, NULL, NULL)) < 0 && test_ms() < till)
		rig_turn();
	ck_assert_int_ge(fd, 0);
	evutil_make_socket_nonblocking(fd);
	return fd;
}

struct peer peer_answer(int ear, const char *cert, int *got)
{
	struct peer p = peer_new(peer_accept(ear), cert, 0);

	SSL_set_accept_state(p.ssl);
	*got = peer_shake(&p);
	return p;
}

static bool put_all(struct peer *p, const char *bytes, size_t n)
{
	uint64_t till = test_ms() + RIG_PATIENCE_MS;
	size_t at = 0, one;

	while (at < n && test_ms() < till) {
		if (SSL_write_ex(p->ssl, bytes + at, n - at > 9000 ? 9000 : n - at, &one))
			at += one;
		else
			rig_turn();
	}
	return at == n;
}

void peer_say(struct peer *p, const char *bytes, size_t n)
{
	uint8_t h[TPKT_HEADER];

	tpkt_header(h, n);
	ck_assert(put_all(p, (const char *)h, sizeof(h)));
	ck_assert(put_all(p, bytes, n));
}

size_t peer_hear(struct peer *p, char *bytes, size_t n)
{
	uint64_t till = test_ms() + RIG_PATIENCE_MS;
	size_t at = 0, one;

	while (at < n && test_ms() < till) {
		if (SSL_read_ex(p->ssl, bytes + at, n - at, &one)) {
			at += one;
			continue;
		}
		if (SSL_get_error(p->ssl, 0) != SSL_ERROR_WANT_READ)
			break;
		rig_turn();
	}
	return at;
}
