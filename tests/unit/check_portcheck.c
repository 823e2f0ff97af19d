/* tests/unit/check_portcheck.c - UDP ports taken by others, and ranges that overlap.
 *
 * layer: tests   thread: main   I/O: sockets on 127.0.0.1
 */
#include "test.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "media/portcheck.h"
#include "util/err.h"

static char why[200];

static int range_of(uint16_t lo, uint16_t hi, const char *range, const char *reserved)
{
	why[0] = '\0';
	return portcheck_texts(lo, hi, range, reserved, why, sizeof(why));
}

START_TEST(ranges_apart_are_fine)
{
	ck_assert_int_eq(range_of(10000, 20000, "32768\t60999", ""), 0);
	ck_assert_int_eq(range_of(10000, 32767, "32768\t60999", ""), 0);
	ck_assert_int_eq(range_of(61000, 65535, "32768\t60999", ""), 0);
}
END_TEST

START_TEST(overlaps_are_said)
{
	ck_assert_int_eq(range_of(10000, 32768, "32768\t60999", ""), -H_EBUSY);
	ck_assert_ptr_nonnull(strstr(why, "ip_local_reserved_ports = 10000-32768"));
	ck_assert_int_eq(range_of(60999, 65535, "32768\t60999", ""), -H_EBUSY);
	ck_assert_int_eq(range_of(40000, 40001, "32768\t60999", "8080,9000-9100"),
			 -H_EBUSY);
}
END_TEST

START_TEST(reserved_ports_are_fine)
{
	ck_assert_int_eq(range_of(40000, 40003, "32768\t60999", "40000-40003"), 0);
	ck_assert_int_eq(
		range_of(40000, 40003, "32768\t60999", "22,40000-40001,40002,40003"), 0);
	ck_assert_int_eq(range_of(40000, 40003, "32768\t60999", "40000-40002"), -H_EBUSY);
	ck_assert_int_eq(range_of(40000, 40000, "32768\t60999", "nonsense"), -H_EBUSY);
	ck_assert_int_eq(range_of(40000, 40000, "unreadable", ""), 0);
	ck_assert_int_eq(range_of(65535, 65535, "32768\t65535", "65535"), 0);
}
END_TEST

/* A socket on that address, port by the kernel. */
static int bound(int af, const char *ip, uint16_t *port)
{
	struct sockaddr_in6 a6 = { .sin6_family = AF_INET6 };
	struct sockaddr_in a4 = { .sin_family = AF_INET };
	struct sockaddr *sa = af == AF_INET ? (void *)&a4 : (void *)&a6;
	socklen_t n = af == AF_INET ? sizeof(a4) : sizeof(a6);
	int fd = socket(af, SOCK_DGRAM, 0);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(inet_pton(af, ip, af == AF_INET ? (void *)&a4.sin_addr :
							   (void *)&a6.sin6_addr), 1);
	ck_assert_int_eq(bind(fd, sa, n), 0);
	ck_assert_int_eq(getsockname(fd, sa, &n), 0);
	*port = ntohs(af == AF_INET ? a4.sin_port : a6.sin6_port);
	return fd;
}

static struct addr ip_of(const char *text)
{
	struct addr a = { 0 };

	ck_assert_int_eq(addr_parse_ip(&a, str_of(text)), 0);
	return a;
}

START_TEST(taken_ports_are_found)
{
	static const struct {
		int af;
		const char *bind, *ask;
		int taken;
	} row[] = {
		{ AF_INET, "127.0.0.1", "127.0.0.1", 1 },
		{ AF_INET, "0.0.0.0", "127.0.0.1", 1 },
		{ AF_INET, "127.0.0.2", "127.0.0.1", 0 },
		{ AF_INET6, "::", "127.0.0.1", 1 },
		{ AF_INET6, "::1", "::1", 1 },
		{ AF_INET, "0.0.0.0", "::1", 0 },
	};
	struct portcheck *p = NULL;

	ck_assert_int_eq(portcheck_open(&p), 0);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct addr a = ip_of(row[i].ask);
		uint16_t port;
		int fd = bound(row[i].af, row[i].bind, &port);

		ck_assert_msg(portcheck_taken(p, &a, port, 1) == row[i].taken, "row %zu",
			      i);
		/* the second of a pair counts too */
		ck_assert_msg(portcheck_taken(p, &a, (uint16_t)(port - 1), 2) ==
				      row[i].taken,
			      "row %zu, pair", i);
		close(fd);
		ck_assert_int_eq(portcheck_taken(p, &a, port, 1), 0);
	}
	portcheck_close(p);
}
END_TEST

START_TEST(connected_sockets_are_found)
{
	struct sockaddr_in far = { .sin_family = AF_INET, .sin_port = htons(9) };
	struct addr a = ip_of("127.0.0.1");
	struct portcheck *p = NULL;
	uint16_t port;
	int fd = bound(AF_INET, "127.0.0.1", &port);

	far.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&far, sizeof(far)), 0);
	ck_assert_int_eq(portcheck_open(&p), 0);
	ck_assert_int_eq(portcheck_taken(p, &a, port, 1), 1);
	ck_assert_int_eq(portcheck_taken(p, &a, (uint16_t)(port + 1), 1), 0);
	close(fd);
	portcheck_close(p);
}
END_TEST

START_TEST(bound_ports_are_listed)
{
	struct addr a = ip_of("127.0.0.1"), v6 = ip_of("::1");
	uint16_t port[3], v[16];
	struct portcheck *p = NULL;
	int fd[3] = { bound(AF_INET, "127.0.0.1", &port[0]),
		      bound(AF_INET, "127.0.0.2", &port[1]),
		      bound(AF_INET6, "::", &port[2]) };
	unsigned n;

	ck_assert_int_eq(portcheck_open(&p), 0);
	n = portcheck_bound(p, &a, port[0], port[0], v, 16);
	ck_assert_uint_eq(n, 1);
	ck_assert_uint_eq(v[0], port[0]);
	n = portcheck_bound(p, &a, port[1], port[1], v, 16);
	ck_assert_uint_eq(n, 0);
	ck_assert_uint_eq(portcheck_bound(p, &a, port[2], port[2], v, 16), 1);
	ck_assert_uint_eq(portcheck_bound(p, &v6, port[2], port[2], v, 16), 1);
	ck_assert_uint_eq(portcheck_bound(p, &v6, port[0], port[0], v, 16), 0);
	close(fd[0]);
	ck_assert_uint_eq(portcheck_bound(p, &a, port[0], port[0], v, 16),
			  1); /* a second */
	portcheck_again(p);
	ck_assert_uint_eq(portcheck_bound(p, &a, port[0], port[0], v, 16), 0);
	n = portcheck_bound(p, &a, 1, 65535, v, 1);
	ck_assert_uint_eq(n, 1); /* no more than there is room for */
	close(fd[1]);
	close(fd[2]);
	portcheck_close(p);
}
END_TEST

START_TEST(odd_questions)
{
	struct addr a = ip_of("127.0.0.1");
	struct portcheck *p = NULL;

	ck_assert_int_eq(portcheck_open(&p), 0);
	ck_assert_int_eq(portcheck_taken(p, &a, 1, 0), -H_EINVAL);
	ck_assert_int_eq(portcheck_taken(p, &a, 1, 5), -H_EINVAL);
	portcheck_close(p);
	portcheck_close(NULL);
}
END_TEST

static Suite *portcheck_suite(void)
{
	Suite *s = suite_create("portcheck");
	TCase *tc = tcase_create("ports");

	tcase_add_test(tc, ranges_apart_are_fine);
	tcase_add_test(tc, overlaps_are_said);
	tcase_add_test(tc, reserved_ports_are_fine);
	tcase_add_test(tc, taken_ports_are_found);
	tcase_add_test(tc, connected_sockets_are_found);
	tcase_add_test(tc, bound_ports_are_listed);
	tcase_add_test(tc, odd_questions);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(portcheck_suite)
