/* tests/unit/check_addr.c - addresses.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "test.h"

#include "util/addr.h"
#include "util/err.h"

static struct addr ip(const char *text)
{
	struct addr a = { 0 };

	ck_assert_msg(!addr_parse_ip(&a, str_of(text)), "%s", text);
	return a;
}

/* Text that parses, and how it is printed again (NULL: the same). */
static const struct {
	const char *text, *print;
} good[] = {
	{ "192.0.2.1:2427", NULL },
	{ "[2001:db8::1]:2427", NULL },
	{ "[2001:DB8:0:0::0001]:0", "[2001:db8::1]:0" },
	{ "*:2427", "0.0.0.0:2427" },
	{ "[::]:65535", NULL },
	{ "[192.0.2.1]:5", "192.0.2.1:5" },
};

START_TEST(with_port)
{
	const char *want = good[_i].print ? good[_i].print : good[_i].text;
	char out[ADDR_STRLEN];
	struct addr a;

	ck_assert_int_eq(addr_parse(&a, str_of(good[_i].text)), 0);
	ck_assert_str_eq(addr_print(out, &a), want);
}
END_TEST

static const char *const bad[] = {
	"", ":", ":1", "192.0.2.1", "192.0.2.1:", "192.0.2.1:65536", "192.0.2.1:x",
	"192.0.2.256:1", "192.0.2:1", "2001:db8::1:2427", "[2001:db8::1]",
	"[2001:db8::1:1", "[]:1", "[:1", "example.net:1", "192.0.2.1:-1", "192.0.2.1 :1",
	"[000000000000000000000000000000000000000000000000000000000000000000000::]:1",
	"[0000000000000000000000000000000000000000000000000000000000000000000000000::]:1",
};

START_TEST(refused)
{
	struct addr a = { .port = 7 };

	ck_assert_msg(addr_parse(&a, str_of(bad[_i])) == -H_ESYNTAX, "%s", bad[_i]);
	ck_assert_uint_eq(a.port, 7); /* untouched */
}
END_TEST

START_TEST(nul_inside_is_refused)
{
	struct addr a;

	ck_assert_int_eq(addr_parse_ip(&a, STR_LIT("192.0.2.1\0")), -H_ESYNTAX);
	ck_assert_int_eq(addr_parse_ip(&a, str_of(NULL)), -H_ESYNTAX);
}
END_TEST

START_TEST(kinds)
{
	struct addr none = { 0 }, a;

#define IS(fn, text) (a = ip(text), fn(&a))
	ck_assert(IS(addr_is_multicast, "224.0.0.0"));
	ck_assert(IS(addr_is_multicast, "239.255.255.255"));
	ck_assert(IS(addr_is_multicast, "ff02::1"));
	ck_assert(!IS(addr_is_multicast, "223.255.255.255"));
	ck_assert(!IS(addr_is_multicast, "240.0.0.0"));
	ck_assert(!IS(addr_is_multicast, "fe80::1") && !addr_is_multicast(&none));
	ck_assert(IS(addr_is_any, "0.0.0.0") && IS(addr_is_any, "::"));
	ck_assert(!IS(addr_is_any, "::1") && !addr_is_any(&none));
	ck_assert(IS(addr_is_loopback, "127.9.9.9") && IS(addr_is_loopback, "::1"));
	ck_assert(!IS(addr_is_loopback, "128.0.0.1") && !IS(addr_is_loopback, "::2"));
	ck_assert(!addr_is_loopback(&none));
	ck_assert(IS(addr_is_link_local, "169.254.3.4"));
	ck_assert(IS(addr_is_link_local, "febf::1"));
	ck_assert(!IS(addr_is_link_local, "fec0::1"));
	ck_assert(!IS(addr_is_link_local, "169.253.3.4"));
#undef IS
}
END_TEST

START_TEST(equality_and_hash)
{
	struct addr a = ip("192.0.2.1"), b = ip("192.0.2.1"), c = ip("192.0.2.2");

	b.port = 5;
	ck_assert(addr_same_host(&a, &b) && !addr_eq(&a, &b));
	ck_assert(!addr_same_host(&a, &c));
	ck_assert(addr_hash(&a, 1) != addr_hash(&b, 1));
	ck_assert(addr_hash(&a, 1) != addr_hash(&a, 2));
	a.port = 5;
	ck_assert(addr_eq(&a, &b) && addr_hash(&a, 1) == addr_hash(&b, 1));
	b = ip("fe80::1");
	c = b;
	c.scope = 3;
	ck_assert(!addr_eq(&b, &c) && !addr_same_host(&b, &c));
}
END_TEST

static const struct {
	const char *net, *in, *out;
	unsigned bits;
} nets[] = {
	{ "239.1.0.0/16", "239.1.255.255", "239.2.0.0", 16 },
	{ "10.0.0.128/25", "10.0.0.255", "10.0.0.127", 25 },
	{ "0.0.0.0/0", "255.1.2.3", "::1", 0 },
	{ "192.0.2.7", "192.0.2.7", "192.0.2.6", 32 },
	{ "ff3e::/31", "ff3f:ffff::1", "fe3e::1", 12 },
	{ "2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::1", 33 },
	{ "::1", "::1", "::2", 128 },
};

START_TEST(networks)
{
	struct addr net, in = ip(nets[_i].in), out = ip(nets[_i].out);
	unsigned bits;

	ck_assert_int_eq(addr_parse_net(&net, &bits, str_of(nets[_i].net)), 0);
	if (_i == 4)
		bits = 12;
	ck_assert_uint_eq(bits, nets[_i].bits);
	ck_assert(addr_in_net(&in, &net, bits));
	ck_assert(!addr_in_net(&out, &net, bits));
}
END_TEST

START_TEST(bad_networks)
{
	static const char *const text[] = { "10.0.0.0/33", "::/129", "10.0.0.0/", "/8",
					    "10.0.0.0/x", "10/8", "" };
	struct addr net;
	unsigned bits;

	ck_assert_int_eq(addr_parse_net(&net, &bits, str_of(text[_i])), -H_ESYNTAX);
}
END_TEST

START_TEST(sockaddr_and_back)
{
	static const char *const text[] = { "192.0.2.1:1", "[2001:db8::1]:24", "[::]:0" };
	struct sockaddr_storage ss;
	struct addr a, b;

	ck_assert_int_eq(addr_parse(&a, str_of(text[_i])), 0);
	ck_assert_uint_eq(addr_to_sockaddr(&a, &ss),
			  a.family == 4 ? sizeof(struct sockaddr_in) :
					  sizeof(struct sockaddr_in6));
	addr_from_sockaddr(&b, &ss);
	ck_assert(addr_eq(&a, &b));
}
END_TEST

START_TEST(sockaddr_specials)
{
	struct sockaddr_storage ss = { .ss_family = AF_UNIX };
	struct addr a, want = ip("192.0.2.9"), mapped = ip("::ffff:192.0.2.9");
	char out[ADDR_STRLEN];

	addr_from_sockaddr(&a, &ss);
	ck_assert_uint_eq(a.family, 0);
	ck_assert_str_eq(addr_print_ip(out, &a), "-");
	ck_assert_str_eq(addr_print(out, &a), "-:0");

	/* what a dual-stack socket hears from an IPv4 peer is that IPv4 peer */
	addr_to_sockaddr(&mapped, &ss);
	addr_from_sockaddr(&a, &ss);
	ck_assert(addr_eq(&a, &want));
}
END_TEST

START_TEST(scope)
{
	struct sockaddr_storage ss;
	char out[ADDR_STRLEN];
	struct addr a, b;

	ck_assert_int_eq(addr_parse(&a, STR_LIT("[fe80::1%lo]:5")), 0);
	ck_assert_uint_ne(a.scope, 0);
	ck_assert_str_eq(addr_print(out, &a), "[fe80::1%lo]:5");
	addr_to_sockaddr(&a, &ss);
	addr_from_sockaddr(&b, &ss);
	ck_assert(addr_eq(&a, &b));
	ck_assert_int_eq(addr_parse_ip(&a, STR_LIT("192.0.2.1%lo")), -H_ESYNTAX);
}
END_TEST

static Suite *addr_suite(void)
{
	Suite *s = suite_create("addr");
	TCase *tc = tcase_create("addr");

	tcase_add_loop_test(tc, with_port, 0, sizeof(good) / sizeof(good[0]));
	tcase_add_loop_test(tc, refused, 0, sizeof(bad) / sizeof(bad[0]));
	tcase_add_test(tc, nul_inside_is_refused);
	tcase_add_test(tc, kinds);
	tcase_add_test(tc, equality_and_hash);
	tcase_add_loop_test(tc, networks, 0, sizeof(nets) / sizeof(nets[0]));
	tcase_add_loop_test(tc, bad_networks, 0, 7);
	tcase_add_loop_test(tc, sockaddr_and_back, 0, 3);
	tcase_add_test(tc, sockaddr_specials);
	tcase_add_test(tc, scope);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(addr_suite)
