/* tests/unit/check_tls.c - TLS on loopback: who is let in, who is not and why, and what a
 * hostile peer gets.
 *
 * layer: tests   thread: main   I/O: sockets on loopback
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tls_rig.h"

/* ---- who is let in ------------------------------------------------------------- */

START_TEST(a_peer_we_know_is_heard)
{
	static const int most[] = { TLS1_3_VERSION, TLS1_2_VERSION };
	char back[20];
	struct peer p;

	tls_begin((struct net_tls_spec){ 0 }, (struct net_spec){ 0 });
	rig.echo = true;
	p = peer_call("mgc", most[_i]);
	peer_say(&p, "hello", 5);
	ck_assert_uint_eq(peer_hear(&p, back, 9), 9);
	ck_assert(!memcmp(back, "\3\0\0\11hello", 9));
	ck_assert_uint_eq(rig.opens, 1);
	ck_assert_uint_eq(rig_stats()->tls_shaken, 1);
	ck_assert_uint_eq(rig_stats()->tls_failed, 0);
	ck_assert(!SSL_session_reused(p.ssl));
	tls_look();
	ck_assert_uint_eq(tls_seen.n, 1);
	ck_assert_str_eq(tls_seen.info.version, _i ? "TLSv1.2" : "TLSv1.3");
	ck_assert_str_eq(tls_seen.info.cipher, SSL_get_cipher_name(p.ssl));
	ck_assert_str_eq(tls_seen.info.peer.subject, "CN=mgc");
	ck_assert_str_eq(tls_seen.info.peer.issuer, "CN=ca");
	ck_assert_int_gt(tls_seen.info.peer.until, (int64_t)time(NULL) + 9 * 86400);
	SSL_shutdown(p.ssl);
	UNTIL(rig.closes == 1);
	ck_assert_str_eq(rig.gone_why, "closed by the peer");
	ck_assert_uint_eq(rig_stats()->open, 0);
	peer_free(&p);
	rig_end();
}
END_TEST

static const struct {
	const char *subject, *ca, *san, *use, *names, *why;
	long from, until;
} certs[] = {
	{ "a", "ca", "IP:192.0.2.1", NULL, "192.0.2.1", NULL, 0, 0 },
	{ "b", "ca", "IP:2001:db8::7", NULL, "x.example,2001:db8::7", NULL, 0, 0 },
	{ "c", "ca", "DNS:*.net.example", NULL, "mgc.net.example", NULL, 0, 0 },
	{ "d", "ca", "DNS:a.example,DNS:mgc.example", "clientAuth", "mgc.example", NULL,
	  0, 0 },
	{ "e", "ca", "DNS:other.example", NULL, "mgc.example,192.0.2.1",
	  "its certificate (CN=e) is not one of mgc.example or 192.0.2.1", 0, 0 },
	{ "f", "ca", "IP:192.0.2.2", NULL, "192.0.2.1", "is not one of 192.0.2.1", 0, 0 },
	{ "mgc.example", "ca", NULL, NULL, "mgc.example", "is not one of", 0, 0 },
	{ "g", "ca", "DNS:192.0.2.1", NULL, "192.0.2.1", "is not one of", 0, 0 },
	{ "h", "ca", "DNS:*.example", NULL, "mgc.example", "is not one of", 0, 0 },
	{ "h", "ca", "DNS:*.net.example", NULL, "a.b.net.example", "is not one of", 0,
	  0 },
	{ "i", "ca", "DNS:mgc.example", NULL, "", "no name is known", 0, 0 },
	{ "j", "ca", "DNS:mgc.example", NULL, "mgc.example", "certificate has expired",
	  -20, -1 },
	{ "k", "ca", "DNS:mgc.example", NULL, "mgc.example",
	  "certificate is not yet valid", 5, 0 },
	{ "l", "stranger", "DNS:mgc.example", NULL, "mgc.example",
	  "unable to get local issuer certificate", 0, 0 },
	{ "m", NULL, "DNS:mgc.example", NULL, "mgc.example", "self-signed certificate", 0,
	  0 },
	{ "n", "ca", "DNS:mgc.example", "serverAuth", "mgc.example", "purpose", 0, 0 },
	{ "o", "mgc", "DNS:mgc.example", NULL, "mgc.example",
	  "unable to get local issuer certificate", 0, 0 },
};
enum { CERTS = sizeof(certs) / sizeof(certs[0]) };

START_TEST(certificates_are_checked)
{
	char c;
	struct peer p;

	tls_begin((struct net_tls_spec){ 0 }, (struct net_spec){ 0 });
	cert_ca("stranger");
	cert_make(&(struct cert_spec){ "peer", certs[_i].subject, certs[_i].ca,
				       certs[_i].san, certs[_i].use, certs[_i].from,
				       certs[_i].until });
	snprintf(rig.names, sizeof(rig.names), "%s", certs[_i].names);
	p = peer_call("peer", 0);
	if (!certs[_i].why) {
		UNTIL(rig.opens == 1);
		ck_assert_uint_eq(rig.unsafes, 0);
	} else {
		UNTIL(rig.unsafes == 1);
		ck_assert_msg(strstr(rig.unsafe_why, certs[_i].why) != NULL, "%s",
			      rig.unsafe_why);
		ck_assert_uint_eq(peer_hear(&p, &c, 1), 0);
		ck_assert_uint_eq(rig_stats()->tls_refused, 1);
		ck_assert_uint_eq(rig.opens + rig.closes + rig.inputs, 0);
	}
	peer_free(&p);
	rig_end();
}
END_TEST

START_TEST(who_shows_no_certificate_is_not_let_in)
{
	static const int most[] = { TLS1_3_VERSION, TLS1_2_VERSION };
	struct peer p;

	tls_begin((struct net_tls_spec){ 0 }, (struct net_spec){ 0 });
	p = peer_call(NULL, most[_i]);
	UNTIL(rig.unsafes == 1);
	ck_assert_str_eq(rig.unsafe_why, "TLS: it shows no certificate");
	ck_assert_uint_eq(rig_stats()->tls_failed, 1);
	ck_assert_uint_eq(rig.opens, 0);
	peer_free(&p);
	rig_end();
}
END_TEST

START_TEST(old_versions_are_not_spoken)
{
	struct peer p;

	tls_begin((struct net_tls_spec){ .only_13 = _i }, (struct net_spec){ 0 });
	p = peer_call("mgc", _i ? TLS1_2_VERSION : TLS1_1_VERSION);
	UNTIL(rig.unsafes == 1);
	ck_assert_str_eq(rig.unsafe_why, "TLS: it speaks no TLS as new as ours");
	ck_assert_uint_eq(rig.opens, 0);
	peer_free(&p);
	rig_end();
}
END_TEST

START_TEST(the_revoked_are_not_let_in)
{
	char crl[400];
	struct peer p, q;

	tls_begin((struct net_tls_spec){ 0 }, (struct net_spec){ 0 });
	cert_make(&(struct cert_spec){ "lost", .ca = "ca", .names = "DNS:mgc.example" });
	cert_crl("crl", "ca", "lost");
	snprintf(crl, sizeof(crl), "%s", cert_path("crl", "pem"));
	q = peer_call("lost", 0);
	UNTIL(rig.opens == 1);
	p = peer_call("mgc", 0);
	UNTIL(rig.opens == 2);
	net_set_tls(rig.net, tls_creds((struct net_tls_spec){ 0 }));
	rig_run(20);
	ck_assert_uint_eq(rig.closes, 0);
	net_set_tls(rig.net, tls_creds((struct net_tls_spec){ .crl = crl }));
	UNTIL(rig.closes == 1); /* in mid-connection */
	ck_assert_str_eq(rig.gone_why, "its certificate was revoked");
	peer_free(&q);
	q = peer_call("lost", 0);
	UNTIL(rig.unsafes == 1);
	ck_assert_msg(strstr(rig.unsafe_why, "certificate revoked") != NULL, "%s",
		      rig.unsafe_why);
	ck_assert_uint_eq(rig.opens, 2);
	ck_assert_uint_eq(rig.closes, 1);
	peer_free(&p);
	peer_free(&q);
	rig_end();
}
END_TEST

/* The same failure is told once; a host that fails has to wait a little. */
START_TEST(failures_are_told_once_and_slow_the_host_down)
{
	struct peer p;
	int fd;

	tls_begin((struct net_tls_spec){ 0 }, (struct net_spec){ 0 });
	cert_make(&(struct cert_spec){ "bad", .ca = "ca", .names = "DNS:bad.example" });
	p = peer_call("bad", 0);
	UNTIL(rig.unsafes == 1);
	ck_assert_uint_eq(rig.agains, 0);
	peer_free(&p);
	fd = peer_caller();
	UNTIL(rig_stats()->refused == 1);
	close(fd);
	rig_run(300);
	p = peer_call("bad", 0);
	UNTIL(rig.unsafes == 2);
	ck_assert_uint_eq(rig.agains, 1);
	peer_free(&p);
	rig_run(300);
	p = peer_call("mgc", 0);
	UNTIL(rig.opens == 1);
	peer_free(&p);
	rig_run(300);
	p = peer_call("bad", 0); /* since it went well meanwhile, this is news */
	UNTIL(rig.unsafes == 3);
	ck_assert_uint_eq(rig.agains, 1);
	peer_free(&p);
	rig_end();
}
END_TEST

/* ---- hostile ------------------------------------------------------------------- */

START_TEST(what_is_no_tls_ends_the_connection)
{
	static const char *const what[] = {
		"\3\0\0\11hello MEGACO/3 [1.2.3.4]",
		"GET / HTTP/1.0\r\n\r\n",
		"\26\3\1\377\377garbage garbage garbage",
		"\26\3\3\0\4\1\0\377\377\0\0",
		"\377\377\377\377\377\377\377\377\377\377\377\377",
	};
	static const size_t n[] = { 28, 18, 28, 11, 12 };
	char c;
	int fd;

	tls_begin((struct net_tls_spec){ .handshake_ms = 400 }, (struct net_spec){ 0 });
	fd = peer_caller();
	ck_assert_int_gt(send(fd, what[_i], n[_i], 0), 0);
	UNTIL(rig.unsafes == 1);
	ck_assert_uint_eq(rig.inputs + rig.opens + rig.closes, 0);
	if (_i < 2)
		ck_assert_str_eq(rig.unsafe_why, "TLS: what came is no TLS");
	UNTIL(recv(fd, &c, 1, 0) != -1 || errno != EAGAIN);
	close(fd);
	rig_end();
}
END_TEST

START_TEST(a_slow_handshake_is_cut_off)
{
	static const char hello[] = "\26\3\1\2\0\1\0\1\374\3\3";
	uint64_t t0;
	int fd;

	tls_begin((struct net_tls_spec){ .handshake_ms = 300 }, (struct net_spec){ 0 });
	fd = peer_caller();
	t0 = test_ms();
	for (size_t i = 0; !rig.unsafes && test_ms() - t0 < RIG_PATIENCE_MS; i++) {
		if (_i) /* it trickles, which prolongs nothing */
			send(fd, i < sizeof(hello) - 1 ? hello + i : "x", 1,
			     MSG_NOSIGNAL);
		rig_run(30);
	}
	ck_assert_uint_eq(rig.unsafes, 1);
	ck_assert_str_eq(rig.unsafe_why, "the TLS handshake was not ended");
	ck_assert_uint_ge(test_ms() - t0, 250);
	ck_assert_uint_lt(test_ms() - t0, 2500);
	ck_assert_uint_eq(rig_stats()->dropped, 1);
	close(fd);
	rig_end();
}
END_TEST

START_TEST(who_hangs_up_in_the_handshake_is_forgotten)
{
	int fd;

	tls_begin((struct net_tls_spec){ 0 }, (struct net_spec){ .conns_max = 1 });
	fd = peer_caller();
	ck_assert_int_gt(send(fd, "\26\3\1", 3, 0), 0);
	rig_run(50);
	close(fd);
	UNTIL(rig.unsafes == 1);
	ck_assert_str_eq(rig.unsafe_why, "TLS: closed by the peer");
	rig_run(300);
	fd = peer_caller(); /* the place is free again */
	rig_run(50);
	ck_assert_uint_eq(rig_stats()->refused, 0);
	close(fd);
	rig_end();
}
END_TEST

/* Damaged records after the handshake. */
START_TEST(a_forged_record_ends_the_connection)
{
	struct peer p;

	tls_begin((struct net_tls_spec){ 0 }, (struct net_spec){ 0 });
	p = peer_call("mgc", 0);
	UNTIL(rig.opens == 1);
	ck_assert_int_gt(send(p.fd, "\27\3\3\0\30xxxxxxxxxxxxxxxxxxxxxxxx", 29, 0), 0);
	UNTIL(rig.closes == 1);
	ck_assert_msg(!strncmp(rig.gone_why, "TLS: ", 5), "%s", rig.gone_why);
	ck_assert_uint_eq(rig.inputs, 0);
	peer_free(&p);
	rig_end();
}
END_TEST

START_TEST(nobody_makes_us_negotiate_anew)
{
	struct peer p;

	tls_begin((struct net_tls_spec){ 0 }, (struct net_spec){ 0 });
	p = peer_call("mgc", TLS1_2_VERSION);
	UNTIL(rig.opens == 1);
	SSL_renegotiate(p.ssl);
	ck_assert_int_eq(peer_shake(&p), -1); /* told that there is none */
	ck_assert_uint_eq(rig_stats()->tls_shaken, 1);
	ck_assert_uint_eq(rig.inputs, 0);
	peer_free(&p);
	rig_end();
}
END_TEST

START_TEST(keys_may_be_renewed)
{
	char back[20];
	struct peer p;

	tls_begin((struct net_tls_spec){ 0 }, (struct net_spec){ 0 });
	rig.echo = true;
	p = peer_call("mgc", TLS1_3_VERSION);
	for (int i = 0; i < 40; i++) {
		ck_assert(SSL_key_update(p.ssl, SSL_KEY_UPDATE_REQUESTED));
		SSL_do_handshake(p.ssl);
	}
	peer_say(&p, "hello", 5);
	ck_assert_uint_eq(peer_hear(&p, back, 9), 9);
	ck_assert_uint_eq(rig.inputs, 1);
	peer_free(&p);
	rig_end();
}
END_TEST

static Suite *tls_suite(void)
{
	Suite *s = suite_create("tls");
	TCase *in = tcase_create("who"), *bad = tcase_create("hostile");

	tcase_add_loop_test(in, a_peer_we_know_is_heard, 0, 2);
	tcase_add_loop_test(in, certificates_are_checked, 0, CERTS);
	tcase_add_loop_test(in, who_shows_no_certificate_is_not_let_in, 0, 2);
	tcase_add_loop_test(in, old_versions_are_not_spoken, 0, 2);
	tcase_add_test(in, the_revoked_are_not_let_in);
	tcase_add_test(in, failures_are_told_once_and_slow_the_host_down);
	suite_add_tcase(s, in);
	tcase_add_loop_test(bad, what_is_no_tls_ends_the_connection, 0, 5);
	tcase_add_loop_test(bad, a_slow_handshake_is_cut_off, 0, 2);
	tcase_add_test(bad, who_hangs_up_in_the_handshake_is_forgotten);
	tcase_add_test(bad, a_forged_record_ends_the_connection);
	tcase_add_test(bad, nobody_makes_us_negotiate_anew);
	tcase_add_test(bad, keys_may_be_renewed);
	suite_add_tcase(s, bad);
	return s;
}

TEST_MAIN(tls_suite)
