/* tests/unit/check_route_nl.c - netlink messages, made by hand, taken apart.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "test.h"

#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/xfrm.h>
#include <net/if_arp.h>
#include <string.h>

#include "media/route_nl.h"
#include "util/err.h"

static const uint8_t mac_us[6] = { 2, 0, 0, 0, 0, 1 },
		     mac_gw[6] = { 2, 0, 0, 0, 0, 0xfe };

static struct addr ip(const char *text)
{
	struct addr a = { 0 };

	ck_assert_int_eq(addr_parse_ip(&a, str_of(text)), 0);
	return a;
}

struct msg {
	_Alignas(8) uint8_t b[512];
	size_t n;
};

static void msg_begin(struct msg *m, uint16_t type, const void *fixed, size_t len)
{
	struct nlmsghdr h = { .nlmsg_type = type };

	memset(m, 0, sizeof(*m));
	memcpy(m->b, &h, sizeof(h));
	memcpy(m->b + NLMSG_HDRLEN, fixed, len);
	m->n = NLMSG_HDRLEN + NLMSG_ALIGN(len);
}

static void msg_attr(struct msg *m, unsigned short type, const void *p, size_t len)
{
	struct rtattr a = { .rta_len = (unsigned short)RTA_LENGTH(len),
			    .rta_type = type };

	memcpy(m->b + m->n, &a, sizeof(a));
	memcpy(m->b + m->n + sizeof(a), p, len);
	m->n += RTA_SPACE(len);
}

static void msg_end(struct msg *m)
{
	uint32_t n = (uint32_t)m->n;

	memcpy(m->b, &n, sizeof(n));
}

static struct route_news got[8];
static unsigned ngot;

static void collect(void *arg, const struct route_news *n)
{
	(void)arg;
	if (ngot < 8)
		got[ngot] = *n;
	ngot++;
}

static void parse(const struct msg *m, size_t n)
{
	_Alignas(8) uint8_t copy[512]; /* so that reading past n is seen */

	ngot = 0;
	memset(copy, 0xa5, sizeof(copy));
	memcpy(copy, m->b, n);
	route_nl_parse(copy, n, collect, NULL);
}

static struct msg msg_link(void)
{
	struct ifinfomsg i = { .ifi_type = ARPHRD_ETHER,
			       .ifi_index = 7,
			       .ifi_flags = IFF_UP };
	uint32_t mtu = 1492, master = 3;
	struct msg m;

	msg_begin(&m, RTM_NEWLINK, &i, sizeof(i));
	msg_attr(&m, IFLA_ADDRESS, mac_us, 6);
	msg_attr(&m, IFLA_IFNAME, "veth-a", 7);
	msg_attr(&m, IFLA_MTU, &mtu, 4);
	msg_attr(&m, IFLA_MASTER, &master, 4);
	msg_end(&m);
	return m;
}

START_TEST(link_bytes)
{
	struct msg m = msg_link();

	parse(&m, m.n);
	ck_assert_uint_eq(ngot, 1);
	ck_assert_int_eq(got[0].kind, NEWS_LINK);
	ck_assert_uint_eq(got[0].link.ifindex, 7);
	ck_assert_uint_eq(got[0].link.mtu, 1492);
	ck_assert_uint_eq(got[0].link.master, 3);
	ck_assert_uint_eq(got[0].link.flags, IFF_UP);
	ck_assert_str_eq(got[0].link.name, "veth-a");
	ck_assert_mem_eq(got[0].link.mac, mac_us, 6);
	for (size_t cut = 0; cut < m.n; cut++) {
		parse(&m, cut);
		ck_assert_uint_eq(ngot, 0);
	}
}
END_TEST

START_TEST(a_name_too_long_is_cut)
{
	struct ifinfomsg i = { .ifi_type = ARPHRD_ETHER, .ifi_index = 7 };
	struct msg m;

	msg_begin(&m, RTM_NEWLINK, &i, sizeof(i));
	msg_attr(&m, IFLA_IFNAME, "abcdefghijklmnopqrstuvwxyz", 26);
	msg_end(&m);
	parse(&m, m.n);
	ck_assert_str_eq(got[0].link.name, "abcdefghijklmno");
}
END_TEST

/* A link of that kind; "": its information names none. NULL: it has none. */
static bool plain(const char *kind)
{
	struct ifinfomsg i = { .ifi_type = ARPHRD_ETHER, .ifi_index = 7 };
	struct msg m;

	msg_begin(&m, RTM_NEWLINK, &i, sizeof(i));
	if (kind) {
		struct nlattr a = { .nla_type = IFLA_INFO_KIND };
		uint8_t info[32] = { 0 };

		a.nla_len = (uint16_t)(sizeof(a) + strlen(kind) + 1);
		memcpy(info, &a, sizeof(a));
		memcpy(info + sizeof(a), kind, strlen(kind));
		msg_attr(&m, IFLA_LINKINFO, info, *kind ? a.nla_len : 0);
	}
	msg_end(&m);
	parse(&m, m.n);
	ck_assert_uint_eq(ngot, 1);
	return got[0].link.plain;
}

START_TEST(only_cards_and_veth_are_plain)
{
	ck_assert(plain(NULL));
	ck_assert(plain(""));
	ck_assert(plain("veth"));
	ck_assert(!plain("vet"));
	ck_assert(!plain("veth2"));
	ck_assert(!plain("bridge"));
	ck_assert(!plain("bond"));
	ck_assert(!plain("vlan"));
}
END_TEST

START_TEST(neighbour_bytes)
{
	struct ndmsg d = { .ndm_family = AF_INET,
			   .ndm_ifindex = 7,
			   .ndm_state = NUD_STALE };
	struct addr a = ip("10.0.0.9");
	uint32_t ext = 1;
	struct msg m;

	msg_begin(&m, RTM_NEWNEIGH, &d, sizeof(d));
	msg_attr(&m, NDA_DST, a.ip, 4);
	msg_attr(&m, NDA_LLADDR, mac_gw, 6);
	msg_attr(&m, 15, &ext, 4);
	msg_end(&m);
	parse(&m, m.n);
	ck_assert_uint_eq(ngot, 1);
	ck_assert_int_eq(got[0].kind, NEWS_NEIGH);
	ck_assert(got[0].has_mac && got[0].managed);
	ck_assert_uint_eq(got[0].state, NUD_STALE);
	ck_assert(addr_same_host(&got[0].ip, &a));

	msg_begin(&m, RTM_DELNEIGH, &d, sizeof(d));
	msg_attr(&m, NDA_DST, a.ip, 2); /* too short for an address */
	msg_end(&m);
	parse(&m, m.n);
	ck_assert_uint_eq(ngot, 0);
}
END_TEST

START_TEST(address_and_route_bytes)
{
	struct ifaddrmsg i = { .ifa_family = AF_INET6, .ifa_index = 7 };
	struct addr a = ip("2001:db8::5");
	struct rtmsg rt = { .rtm_family = AF_INET };
	struct msg m;

	msg_begin(&m, RTM_DELADDR, &i, sizeof(i));
	msg_attr(&m, IFA_ADDRESS, a.ip, 16);
	msg_end(&m);
	parse(&m, m.n);
	ck_assert_int_eq(got[0].kind, NEWS_ADDR_GONE);
	ck_assert(addr_same_host(&got[0].ip, &a));
	msg_begin(&m, RTM_DELROUTE, &rt, sizeof(rt));
	msg_end(&m);
	parse(&m, m.n);
	ck_assert_int_eq(got[0].kind, NEWS_ROUTE);
	msg_begin(&m, 999, &rt, sizeof(rt));
	msg_end(&m);
	parse(&m, m.n);
	ck_assert_uint_eq(ngot, 0);
}
END_TEST

START_TEST(answer_bytes)
{
	struct rtmsg rt = { .rtm_family = AF_INET, .rtm_type = RTN_UNICAST };
	struct addr gw = ip("10.0.0.254"), gw6 = ip("fe80::1");
	struct {
		struct rtattr a;
		uint32_t v;
	} mtu = { { 8, RTAX_MTU }, 1300 };
	struct {
		uint16_t family;
		uint8_t ip[16];
	} via = { .family = AF_INET6 };
	struct route_answer ans;
	uint32_t oif = 7;
	struct nlmsgerr e = { .error = -101 };
	struct msg m;

	msg_begin(&m, RTM_NEWROUTE, &rt, sizeof(rt));
	msg_attr(&m, RTA_OIF, &oif, 4);
	msg_attr(&m, RTA_GATEWAY, gw.ip, 4);
	msg_attr(&m, RTA_METRICS, &mtu, sizeof(mtu));
	msg_end(&m);
	ck_assert_int_eq(route_nl_answer(m.b, m.n, &ans), 0);
	ck_assert_uint_eq(ans.ifindex, 7);
	ck_assert_uint_eq(ans.mtu, 1300);
	ck_assert(addr_same_host(&ans.via, &gw) && !ans.encap);
	for (size_t cut = 0; cut < m.n; cut++)
		ck_assert_int_eq(route_nl_answer(m.b, cut, &ans), -H_ESYNTAX);

	memcpy(via.ip, gw6.ip, 16);
	msg_begin(&m, RTM_NEWROUTE, &rt, sizeof(rt));
	msg_attr(&m, RTA_VIA, &via, sizeof(via));
	msg_attr(&m, RTA_ENCAP, &mtu, sizeof(mtu));
	msg_end(&m);
	ck_assert_int_eq(route_nl_answer(m.b, m.n, &ans), 0);
	ck_assert(addr_same_host(&ans.via, &gw6) && ans.encap);

	msg_begin(&m, NLMSG_ERROR, &e, sizeof(e));
	msg_end(&m);
	ck_assert_int_eq(route_nl_answer(m.b, m.n, &ans), -H_ENOENT);
}
END_TEST

START_TEST(policy_bytes)
{
	struct xfrm_userpolicy_info p = { .dir = XFRM_POLICY_OUT };
	struct route_policy v[1];
	struct addr net = ip("192.0.2.0");
	unsigned n = 0;
	struct msg m;

	p.sel.family = AF_INET;
	p.sel.prefixlen_d = 24;
	memcpy(&p.sel.daddr, net.ip, 4);
	msg_begin(&m, XFRM_MSG_NEWPOLICY, &p, sizeof(p));
	msg_end(&m);
	ck_assert(route_nl_policies(m.b, m.n, v, 1, &n));
	ck_assert_uint_eq(n, 1);
	ck_assert(addr_same_host(&v[0].dst, &net));
	ck_assert_uint_eq(v[0].dst_bits, 24);
	ck_assert(!route_nl_policies(m.b, m.n, v, 1, &n)); /* no room: said */
	n = 0;
	p.dir = XFRM_POLICY_IN;
	msg_begin(&m, XFRM_MSG_NEWPOLICY, &p, sizeof(p));
	msg_end(&m);
	ck_assert(route_nl_policies(m.b, m.n, v, 1, &n));
	ck_assert_uint_eq(n, 0);
}
END_TEST

static Suite *route_nl_suite(void)
{
	Suite *s = suite_create("route_nl");
	TCase *tc = tcase_create("bytes");

	tcase_add_test(tc, link_bytes);
	tcase_add_test(tc, a_name_too_long_is_cut);
	tcase_add_test(tc, only_cards_and_veth_are_plain);
	tcase_add_test(tc, neighbour_bytes);
	tcase_add_test(tc, address_and_route_bytes);
	tcase_add_test(tc, answer_bytes);
	tcase_add_test(tc, policy_bytes);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(route_nl_suite)
