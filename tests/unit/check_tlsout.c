/* tests/unit/check_tlsout.c - TLS on loopback: what we dial, long messages, files, new
 * certificates under old connections.
 *
 * layer: tests   thread: main   I/O: sockets on loopback
 */
#include <event2/event.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tls_rig.h"
#include "util/err.h"
#include "util/mem.h"
#include "wire/tpkt.h"

/* ---- bytes --------------------------------------------------------------------- */

START_TEST(long_messages_pass_both_ways)
{
	static char big[TPKT_MAX], back[TPKT_MAX];
	struct peer p;

	tls_begin((struct net_tls_spec){ 0 }, (struct net_spec){ 0 });
	rig.echo = true;
	p = peer_call("mgc", 0);
	for (size_t i = 0; i < sizeof(big); i++)
		big[i] = (char)(i * 7 >> 3);
	for (int i = 0; i < 5; i++) {
		peer_say(&p, big, TPKT_MAX - TPKT_HEADER);
		ck_assert_uint_eq(peer_hear(&p, back, TPKT_MAX), TPKT_MAX);
		ck_assert(!memcmp(back + TPKT_HEADER, big, TPKT_MAX - TPKT_HEADER));
	}
	ck_assert_uint_eq(rig.inputs, 5);
	peer_free(&p);
	rig_end();
}
END_TEST

/* Who asks and does not read is read no more, and goes on where it was. */
START_TEST(a_slow_reader_holds_nobody_up)
{
	static char big[30000], back[30000 + TPKT_HEADER];
	unsigned sent = 0, before;
	struct peer p;
	uint8_t h[TPKT_HEADER];

	tls_begin((struct net_tls_spec){ 0 }, (struct net_spec){ .queue_max = 8 << 20 });
	rig.echo = true;
	p = peer_call("mgc", 0);
	UNTIL(rig.opens == 1);
	tpkt_header(h, sizeof(big));
	for (; sent < 2000; sent++) {
		size_t n;
		int turns = 0;

		if (!SSL_write_ex(p.ssl, h, sizeof(h), &n))
			break;
		for (size_t at = 0; at < sizeof(big) && turns < 100;)
			if (SSL_write_ex(p.ssl, big + at, sizeof(big) - at, &n))
				at += n;
			else
				rig_turn(), turns++;
		if (turns == 100)
			break;
	}
	ck_assert_uint_gt(sent, 10);
	ck_assert_uint_lt(sent, 2000);
	before = rig.inputs;
	rig_run(100);
	ck_assert_uint_eq(rig.inputs, before);
	ck_assert_uint_eq(rig.closes, 0);
	for (unsigned i = 0; i < before; i++)
		ck_assert_uint_eq(peer_hear(&p, back, sizeof(back)), sizeof(back));
	ck_assert_uint_eq(rig.closes, 0);
	peer_free(&p);
	rig_end();
}
END_TEST

/* ---- we dial ------------------------------------------------------------------- */

static char sni[64];

static int on_sni(SSL *s, int *alert, void *arg)
{
	const char *name = SSL_get_servername(s, TLSEXT_NAMETYPE_host_name);

	(void)alert;
	(void)arg;
	snprintf(sni, sizeof(sni), "%s", name ? name : "(none)");
	return SSL_TLSEXT_ERR_OK;
}

START_TEST(we_dial_and_what_waits_leaves)
{
	struct net_peer to = { 0 };
	char got[20];
	struct peer p;
	int ear, fd;

	tls_begin((struct net_tls_spec){ 0 }, (struct net_spec){ 0 });
	snprintf(rig.names, sizeof(rig.names), "%s",
		 _i ? "127.0.0.2" : "mgc.example,127.0.0.2");
	cert_make(&(struct cert_spec){ "srv", .ca = "ca",
				       .names = "DNS:mgc.example,IP:127.0.0.2" });
	ear = peer_server(&to.remote);
	to.at = rig.here;
	net_send(&to, STR_LIT("one"));
	net_send(&to, STR_LIT("two"));
	net_flush(rig.net);
	fd = peer_accept(ear);
	p = peer_new(fd, "srv", 0);
	SSL_CTX_set_tlsext_servername_callback(p.ctx, on_sni);
	SSL_set_accept_state(p.ssl);
	ck_assert_int_eq(peer_shake(&p), 1);
	ck_assert_str_eq(sni, _i ? "(none)" : "mgc.example");
	UNTIL(rig.opens == 1);
	ck_assert_uint_eq(peer_hear(&p, got, 14), 14);
	ck_assert(!memcmp(got, "\3\0\0\7one\3\0\0\7two", 14));
	tls_look();
	ck_assert_uint_eq(tls_seen.n, 100);
	ck_assert_ptr_nonnull(SSL_get0_peer_certificate(p.ssl));
	peer_say(&p, "answer", 6);
	UNTIL(rig.inputs == 1);
	peer_free(&p);
	close(ear);
	UNTIL(rig.closes == 1);
	rig_end();
}
END_TEST

/* Whoever answers there and is not our MGC gets not one octet of a message. */
START_TEST(an_impostor_hears_nothing)
{
	static const char *const cert[] = { "imp", "alien" };
	struct net_peer to = { 0 };
	struct peer p;
	uint64_t t0;
	int ear, got;
	char c;

	tls_begin((struct net_tls_spec){ 0 }, (struct net_spec){ 0 });
	cert_ca("stranger");
	cert_make(&(struct cert_spec){ "imp", .ca = "ca", .names = "DNS:other.example" });
	cert_make(&(struct cert_spec){ "alien", .ca = "stranger",
				       .names = "DNS:mgc.example" });
	ear = peer_server(&to.remote);
	to.at = rig.here;
	net_send(&to, STR_LIT("secret"));
	net_flush(rig.net);
	p = peer_answer(ear, cert[_i], &got);
	UNTIL(rig.closes == 1);
	ck_assert_uint_eq(peer_hear(&p, &c, 1), 0);
	ck_assert_uint_eq(rig.unsafes, 1);
	ck_assert_uint_eq(rig_stats()->tls_refused, 1);
	ck_assert_uint_eq(rig_stats()->failed, 1);
	ck_assert_uint_eq(rig.opens, 0);
	ck_assert_str_eq(rig.gone_why, rig.unsafe_why);
	peer_free(&p);
	t0 = test_ms();
	net_send(&to, STR_LIT("secret")); /* asked again: after a pause, the true one */
	net_flush(rig.net);
	p = peer_answer(ear, "mgc", &got);
	ck_assert_int_eq(got, 1);
	ck_assert_uint_ge(test_ms() - t0, 200);
	UNTIL(rig.opens == 1);
	peer_free(&p);
	close(ear);
	rig_end();
}
END_TEST

START_TEST(a_plain_server_is_none)
{
	struct net_peer to = { 0 };
	int ear, fd;

	tls_begin((struct net_tls_spec){ 0 }, (struct net_spec){ 0 });
	ear = peer_server(&to.remote);
	to.at = rig.here;
	net_connect(rig.here, &to.remote);
	fd = peer_accept(ear);
	ck_assert_int_gt(send(fd, "\3\0\0\11hello", 9, 0), 0);
	UNTIL(rig.closes == 1);
	ck_assert_uint_eq(rig.unsafes, 1);
	ck_assert_uint_eq(rig.opens, 0);
	close(fd);
	close(ear);
	rig_end();
}
END_TEST

static int as_it_is(int ok, X509_STORE_CTX *store)
{
	(void)store;
	return ok;
}

/* The peer's own check of our certificate, which TLS 1.3 tells late. */
START_TEST(who_refuses_our_certificate_is_reported)
{
	struct addr at;
	struct peer p;
	int ear, fd;

	tls_begin((struct net_tls_spec){ 0 }, (struct net_spec){ 0 });
	ear = peer_server(&at);
	net_connect(rig.here, &at);
	fd = peer_accept(ear);
	p = peer_new(fd, "mgc", 0);
	SSL_set_verify(p.ssl, SSL_VERIFY_PEER, as_it_is);
	SSL_set_accept_state(p.ssl);
	ck_assert_int_eq(peer_shake(&p), -1);
	UNTIL(rig.closes == 1);
	ck_assert_msg(strstr(rig.gone_why, "alert unknown ca") != NULL, "%s",
		      rig.gone_why);
	peer_free(&p);
	close(ear);
	rig_end();
}
END_TEST

/* ---- credentials --------------------------------------------------------------- */

START_TEST(new_certificates_serve_new_connections)
{
	struct peer p, q;
	char back[20], pem[400], key[400];
	X509 *cert;

	tls_begin((struct net_tls_spec){ 0 }, (struct net_spec){ 0 });
	rig.echo = true;
	p = peer_call("mgc", 0);
	UNTIL(rig.opens == 1);
	cert_make(&(struct cert_spec){ "new", .ca = "ca", .names = "DNS:gw.example" });
	snprintf(pem, sizeof(pem), "%s", cert_path("new", "pem"));
	snprintf(key, sizeof(key), "%s", cert_path("new", "key"));
	net_set_tls(rig.net,
		    tls_creds((struct net_tls_spec){ .certificate = pem, .key = key }));
	ck_assert_str_eq(net_tls_own(net_get_tls(rig.net))->subject, "CN=new");
	q = peer_call("mgc", 0);
	UNTIL(rig.opens == 2);
	peer_say(&p, "old", 3); /* the old one goes on */
	ck_assert_uint_eq(peer_hear(&p, back, 7), 7);
	peer_say(&q, "new", 3);
	ck_assert_uint_eq(peer_hear(&q, back, 7), 7);
	cert = SSL_get0_peer_certificate(q.ssl);
	ck_assert(X509_NAME_cmp(X509_get_subject_name(cert),
				X509_get_subject_name(SSL_get0_peer_certificate(p.ssl))));
	peer_free(&p);
	peer_free(&q);
	rig_end();
}
END_TEST

static const char *refusal(const char *ca, const char *cert, const char *key, int code)
{
	static char why[NET_WHY_MAX];
	struct net_tls *t = NULL;
	struct net_tls_spec spec = { .ca = ca, .certificate = cert, .key = key };

	ck_assert_int_eq(net_tls_new(&t, &spec, why), code);
	ck_assert_ptr_null(t);
	return why;
}

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

START_TEST(bad_files_are_refused_with_the_reason)
{
	char ca[400], gw[400], key[400], other[400], junk[400];

	test_no_oom();
	cert_ca("ca");
	cert_make(&(struct cert_spec){ "gw", .ca = "ca" });
	cert_make(&(struct cert_spec){ "other", .ca = "ca" });
	snprintf(ca, sizeof(ca), "%s", cert_path("ca", "pem"));
	snprintf(gw, sizeof(gw), "%s", cert_path("gw", "pem"));
	snprintf(key, sizeof(key), "%s", cert_path("gw", "key"));
	snprintf(other, sizeof(other), "%s", cert_path("other", "key"));
	snprintf(junk, sizeof(junk), "%s", cert_path("junk", "key"));
	write_file(junk, "no PEM at all\n");
	chmod(junk, 0600);
	ck_assert(strstr(refusal("/nowhere/ca.pem", gw, key, -H_ESYS),
			 "/nowhere/ca.pem: No such file"));
	ck_assert(strstr(refusal(junk, gw, key, -H_EINVAL), "no certificate in PEM"));
	ck_assert(strstr(refusal(ca, junk, key, -H_EINVAL), "no certificate in PEM"));
	ck_assert(strstr(refusal(ca, gw, junk, -H_EINVAL), "no private key in PEM"));
	ck_assert(strstr(refusal(ca, gw, other, -H_EINVAL), "not the certificate's key"));
	ck_assert(strstr(refusal(test_tmpdir(), gw, key, -H_EINVAL), "is no file"));
	ck_assert(strstr(refusal("/dev/zero", gw, key, -H_EINVAL), "is no file"));
	chmod(key, 0644);
	ck_assert(strstr(refusal(ca, gw, key, -H_EPERM), "others may read"));
	chmod(key, 0660);
	ck_assert(strstr(refusal(ca, gw, key, -H_EPERM), "others may read"));
	chmod(key, 0640);
	net_tls_free(tls_creds((struct net_tls_spec){ .key = key }));
}
END_TEST

START_TEST(a_key_with_a_passphrase_is_refused)
{
	char ca[400], gw[400], key[400];
	EVP_PKEY *k;
	FILE *f;

	test_no_oom();
	cert_ca("ca");
	cert_make(&(struct cert_spec){ "gw", .ca = "ca" });
	snprintf(ca, sizeof(ca), "%s", cert_path("ca", "pem"));
	snprintf(gw, sizeof(gw), "%s", cert_path("gw", "pem"));
	snprintf(key, sizeof(key), "%s", cert_path("gw", "key"));
	f = fopen(key, "r");
	k = PEM_read_PrivateKey(f, NULL, NULL, NULL);
	fclose(f);
	f = fopen(key, "w");
	ck_assert(PEM_write_PKCS8PrivateKey(f, k, EVP_aes_128_cbc(), "secret", 6, NULL,
					    NULL));
	fclose(f);
	EVP_PKEY_free(k);
	ck_assert(strstr(refusal(ca, gw, key, -H_EINVAL), "passphrase"));
}
END_TEST

static void hear_nothing(void *arg, const struct net_peer *from, struct span bytes)
{
	(void)arg;
	(void)from;
	(void)bytes;
}

START_TEST(without_credentials_no_listener)
{
	struct net_user user = { .input = hear_nothing };
	struct net_spec spec = { .kind = NET_tls };
	struct net_listener *l = NULL;
	char why[NET_WHY_MAX] = "";

	test_no_oom();
	rig.base = event_base_new();
	rig.net = net_new(rig.base, &user);
	addr_parse(&spec.local, STR_LIT("127.0.0.1:0"));
	ck_assert_int_eq(net_listen(rig.net, &spec, &l, why), -H_EINVAL);
	ck_assert(strstr(why, "certificate"));
	ck_assert_ptr_null(net_get_tls(rig.net));
	tls_look();
	ck_assert_uint_eq(tls_seen.n, 0);
	rig_end();
}
END_TEST

/* New files, a listener, one who calls and one we dial: all of it with the n-th of our
 * allocations failing. */
static bool do_all(const struct addr *server_at, long n)
{
	struct net_tls_spec files = { .ca = cert_path("ca", "pem"),
				      .certificate = cert_path("gw", "pem"),
				      .key = cert_path("gw", "key") };
	struct net_spec spec = { .kind = NET_tls };
	struct net_listener *l = NULL;
	struct net_tls *t = NULL;
	unsigned before = rig.unsafes;
	char why[NET_WHY_MAX];
	struct peer p;
	bool failed;

	addr_parse(&spec.local, STR_LIT("127.0.0.1:0"));
	mem_fail_at(n);
	if (!net_tls_new(&t, &files, why))
		net_set_tls(rig.net, t);
	if (net_listen(rig.net, &spec, &l, why))
		l = NULL;
	p = peer_call("mgc", 0);
	if (l)
		net_connect(l, server_at);
	rig_run(15);
	failed = mem_failed();
	mem_fail_at(-1);
	peer_free(&p);
	net_close(l);
	rig_run(rig.unsafes > before ? 250 : 5);
	return failed;
}

START_TEST(want_of_memory_is_survived)
{
	struct addr at;
	struct peer p;
	int ear;
	long n = 0;

	tls_begin((struct net_tls_spec){ 0 }, (struct net_spec){ 0 });
	ear = peer_server(&at);
	while (n < 200 && do_all(&at, n))
		n++;
	ck_assert_int_ge(n, 8);
	ck_assert_int_lt(n, 200);
	ck_assert_uint_eq(rig_stats()->open, 0);
	rig.opens = 0;
	p = peer_call("mgc", 0);
	UNTIL(rig.opens == 1);
	peer_free(&p);
	close(ear);
	rig_end();
}
END_TEST

static Suite *tlsout_suite(void)
{
	Suite *s = suite_create("tlsout");
	TCase *bytes = tcase_create("bytes"), *out = tcase_create("dialled"),
	      *files = tcase_create("files");

	tcase_add_test(bytes, long_messages_pass_both_ways);
	tcase_add_test(bytes, a_slow_reader_holds_nobody_up);
	suite_add_tcase(s, bytes);
	tcase_add_loop_test(out, we_dial_and_what_waits_leaves, 0, 2);
	tcase_add_loop_test(out, an_impostor_hears_nothing, 0, 2);
	tcase_add_test(out, a_plain_server_is_none);
	tcase_add_test(out, who_refuses_our_certificate_is_reported);
	suite_add_tcase(s, out);
	tcase_add_test(files, new_certificates_serve_new_connections);
	tcase_add_test(files, bad_files_are_refused_with_the_reason);
	tcase_add_test(files, a_key_with_a_passphrase_is_refused);
	tcase_add_test(files, without_credentials_no_listener);
	tcase_add_test(files, want_of_memory_is_survived);
	suite_add_tcase(s, files);
	return s;
}

TEST_MAIN(tlsout_suite)
