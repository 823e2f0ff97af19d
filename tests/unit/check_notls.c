/* tests/unit/check_notls.c - built without OpenSSL: TLS is refused by name.
 *
 * layer: tests   thread: main   I/O: none
 */
#include <event2/event.h>
#include <string.h>

#include "net/tls.h"
#include "test.h"
#include "util/err.h"

static void on_input(void *arg, const struct net_peer *from, struct span bytes)
{
	(void)arg;
	(void)from;
	(void)bytes;
}

START_TEST(no_credentials_and_no_listener)
{
	struct net_tls_spec files = { "ca.pem", NULL, "gw.pem", "gw.key", false, 0 };
	struct net_user user = { .input = on_input };
	struct net_spec spec = { .kind = NET_tls };
	struct event_base *base;
	struct net_listener *l = NULL;
	struct net_tls *t = NULL;
	struct net *net;
	char why[NET_WHY_MAX] = "";

	test_no_oom();
	ck_assert(!net_tls_built());
	ck_assert_int_eq(net_tls_new(&t, &files, why), -H_ENOTSUP);
	ck_assert(strstr(why, "without OpenSSL"));
	base = event_base_new();
	net = net_new(base, &user);
	addr_parse(&spec.local, STR_LIT("127.0.0.1:0"));
	why[0] = 0;
	ck_assert_int_eq(net_listen(net, &spec, &l, why), -H_ENOTSUP);
	ck_assert(strstr(why, "without OpenSSL"));
	net_free(net);
	event_base_free(base);
}
END_TEST

static Suite *notls_suite(void)
{
	Suite *s = suite_create("notls");
	TCase *tc = tcase_create("refused");

	tcase_add_test(tc, no_credentials_and_no_listener);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(notls_suite)
