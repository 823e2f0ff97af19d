/* tests/unit/tls_rig.c - see tls_rig.h.
 *
 * layer: tests   thread: main   I/O: sockets on loopback
 */
#include "tls_rig.h"

#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "wire/tpkt.h"

enum { SHAKE_MS = 4000 };

struct rig rig;

/* ---- what the net tells -------------------------------------------------------- */

static void on_input(void *arg, const struct net_peer *from, struct span bytes)
{
	(void)arg;
	if (!rig.inputs++)
		snprintf(rig.first, sizeof(rig.first), "%.*s",
			 (int)(bytes.n < 60 ? bytes.n : 60), bytes.p);
	rig.in_octets += bytes.n;
	rig.last = *from;
	if (rig.echo)
		net_send(from, bytes);
}

static void on_drained(void *arg)
{
	(void)arg;
	net_flush(rig.net);
}

static void on_opened(void *arg, const struct net_peer *peer)
{
	(void)arg;
	rig.opens++;
	rig.last = *peer;
}

static void on_closed(void *arg, const struct net_peer *peer, const char *why)
{
	(void)arg;
	(void)peer;
	rig.closes++;
	snprintf(rig.gone_why, sizeof(rig.gone_why), "%s", why);
}

static void on_names(void *arg, const struct net_peer *peer, struct buf *out)
{
	struct span rest = str_of(rig.names);

	(void)arg;
	ck_assert_uint_ne(peer->remote.port, 0);
	ck_assert_uint_ne(peer->local.port, 0);
	while (rest.n) {
		buf_span(out, str_cut(&rest, ','));
		buf_char(out, 0);
	}
}

static void on_unsafe(void *arg, const struct net_peer *peer, const char *why, bool again)
{
	(void)arg;
	(void)peer;
	rig.unsafes++;
	rig.agains += again;
	snprintf(rig.unsafe_why, sizeof(rig.unsafe_why), "%s", why);
}

uint64_t rig_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

void rig_turn(void)
{
	struct timeval tv = { .tv_usec = 1000 };

	event_base_loopexit(rig.base, &tv);
	event_base_dispatch(rig.base);
}

void rig_run(uint64_t ms)
{
	uint64_t end = rig_ms() + ms;

	while (rig_ms() < end)
		rig_turn();
}

/* ---- ours ---------------------------------------------------------------------- */

struct net_tls *rig_creds(struct net_tls_spec spec)
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

void rig_begin(struct net_tls_spec tls, struct net_spec spec)
{
	struct net_user user = { .input = on_input,
				 .drained = on_drained,
				 .opened = on_opened,
				 .closed = on_closed,
				 .names = on_names,
				 .unsafe = on_unsafe };
	char why[NET_WHY_MAX] = "";

	test_no_oom();
	signal(SIGPIPE, SIG_IGN);
	cert_ca("ca");
	cert_make(&(struct cert_spec){ "gw", .ca = "ca", .names = "DNS:gw.example" });
	cert_make(&(struct cert_spec){ "mgc", .ca = "ca", .names = "DNS:mgc.example" });
	rig = (struct rig){ .names = "192.0.2.1,mgc.example" };
	rig.base = event_base_new();
	rig.net = net_new(rig.base, &user);
	ck_assert(rig.base && rig.net);
	net_set_tls(rig.net, rig_creds(tls));
	spec.kind = NET_tls;
	addr_parse(&spec.local, STR_LIT("127.0.0.1:0"));
	ck_assert_msg(!net_listen(rig.net, &spec, &rig.here, why), "%s", why);
}

void rig_end(void)
{
	net_free(rig.net);
	event_base_free(rig.base);
}

static void on_row(void *arg, const struct net_peer *peer, bool dialled,
		   const struct net_tls_info *info)
{
	(void)arg;
	(void)peer;
	rig.nseen += dialled ? 100 : 1;
	rig.seen = *info;
}

void rig_look(void)
{
	rig.nseen = 0;
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
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(net_listener_addr(rig.here), &ss);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	ck_assert_int_eq(connect(fd, (struct sockaddr *)&ss, len), 0);
	evutil_make_socket_nonblocking(fd);
	return fd;
}

int peer_shake(struct peer *p)
{
	uint64_t till = rig_ms() + RIG_PATIENCE_MS;

	while (rig_ms() < till) {
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
	struct sockaddr_storage ss;
	socklen_t len;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	addr_parse(at, STR_LIT("127.0.0.2:0"));
	len = addr_to_sockaddr(at, &ss);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&ss, len), 0);
	ck_assert_int_eq(listen(fd, 5), 0);
	len = sizeof(ss);
	getsockname(fd, (struct sockaddr *)&ss, &len);
	addr_from_sockaddr(at, &ss);
	return fd;
}

int peer_accept(int ear)
{
	uint64_t till = rig_ms() + RIG_PATIENCE_MS;
	int fd;

	while ((fd = accept(ear, NULL, NULL)) < 0 && rig_ms() < till)
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
	uint64_t till = rig_ms() + RIG_PATIENCE_MS;
	size_t at = 0, one;

	while (at < n && rig_ms() < till) {
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
	uint64_t till = rig_ms() + RIG_PATIENCE_MS;
	size_t at = 0, one;

	while (at < n && rig_ms() < till) {
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
