/* tests/tools/sctpflood.c - INITs from forged sources, as fast as the system lets.
 *
 * layer: tests   thread: main   I/O: a raw socket
 * RFC 9260 3.3.2 (INIT), 6951 (in UDP), Appendix A (CRC32c)
 *
 * Each has a source address of its own out of 65,536, a port and a tag of its own. Needs
 * CAP_NET_RAW, and no reverse path filter at the other end.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/ip.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "tool.h"

enum { BATCH = 64, IP_LEN = 20, UDP_LEN = 8, SCTP_LEN = 12, INIT_LEN = 20,
       PACKET_MOST = IP_LEN + UDP_LEN + SCTP_LEN + INIT_LEN, PROTO_SCTP = 132,
       PROTO_UDP = 17, INIT = 1 };

static struct opt o[] = {
	{ "to", NULL, "address and SCTP port of the target", false, false },
	{ "encaps", "9899", "its UDP port; 0: raw", false, false },
	{ "from", "10.99.0.0", "the first of 65,536 sources", false, false },
	{ "count", "1000000", "packets", false, false },
	{ "rate", "0", "packets a second; 0: all there is", false, false },
	{ "bad-crc", NULL, "with a wrong checksum", true, false },
	{ 0 },
};
static uint32_t crc_table[256];

static void crc_init(void)
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t c = i;

		for (int k = 0; k < 8; k++)
			c = c & 1 ? c >> 1 ^ 0x82f63b78u : c >> 1;
		crc_table[i] = c;
	}
}

static uint32_t crc32c(const uint8_t *p, size_t n)
{
	uint32_t c = 0xffffffffu;

	while (n--)
		c = crc_table[(c ^ *p++) & 0xff] ^ c >> 8;
	return ~c;
}

static uint32_t noise(void)
{
	static uint64_t s = 0x9e3779b97f4a7c15u;

	s ^= s << 13;
	s ^= s >> 7;
	s ^= s << 17;
	return (uint32_t)(s >> 16);
}

static size_t put_ip(uint8_t *p, const struct addr *from, const struct addr *to,
		     size_t len, uint8_t proto)
{
	memset(p, 0, IP_LEN);
	p[0] = 0x45;
	put16(p + 2, (unsigned)(IP_LEN + len));
	p[8] = 64;
	p[9] = proto;
	memcpy(p + 12, from->ip, 4);
	put16(p + 14, noise() & 0xffff);
	memcpy(p + 16, to->ip, 4);
	return IP_LEN;
}

static size_t put_sctp(uint8_t *p, unsigned port, bool bad)
{
	uint32_t crc;

	memset(p, 0, SCTP_LEN + INIT_LEN);
	put16(p, 1024 + noise() % 60000);
	put16(p + 2, port);
	p[SCTP_LEN] = INIT;
	put16(p + SCTP_LEN + 2, INIT_LEN);
	put32(p + SCTP_LEN + 4, noise() | 1);
	put32(p + SCTP_LEN + 8, 1 << 20);
	put16(p + SCTP_LEN + 12, 16);
	put16(p + SCTP_LEN + 14, 16);
	put32(p + SCTP_LEN + 16, noise());
	crc = crc32c(p, SCTP_LEN + INIT_LEN);
	if (bad)
		crc++;
	memcpy(p + 8, &crc, 4); /* least octet first, and so is this machine */
	return SCTP_LEN + INIT_LEN;
}

static size_t put_packet(uint8_t *p, const struct addr *from, const struct addr *to,
			 unsigned encaps, bool bad)
{
	size_t n = 0, inner = SCTP_LEN + INIT_LEN;

	if (!encaps) {
		n += put_ip(p, from, to, inner, PROTO_SCTP);
	} else {
		n += put_ip(p, from, to, UDP_LEN + inner, PROTO_UDP);
		put16(p + n, 1024 + noise() % 60000);
		put16(p + n + 2, encaps);
		put16(p + n + 4, (unsigned)(UDP_LEN + inner));
		put16(p + n + 6, 0);
		n += UDP_LEN;
	}
	return n + put_sctp(p + n, to->port, bad);
}

int main(int argc, char **argv)
{
	static uint8_t packets[BATCH][PACKET_MOST];
	struct mmsghdr msgs[BATCH] = { 0 };
	struct iovec iov[BATCH];
	struct sockaddr_storage ss;
	struct addr from, to;
	long count, sent = 0, rate;
	unsigned encaps;
	socklen_t len;
	uint64_t start;
	int fd;

	opts_parse(argc, argv, o, "sctpflood --to ADDRESS:PORT [options]");
	opt_addr(o, "to", &to);
	opt_addr(o, "from", &from);
	count = opt_long(o, "count");
	rate = opt_long(o, "rate");
	encaps = (unsigned)opt_long(o, "encaps");
	fd = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
	if (fd < 0 || to.family != 4)
		die("a raw socket and an IPv4 target, please: %s", strerror(errno));
	crc_init();
	len = addr_to_sockaddr(&to, &ss);
	start = now_ns();
	while (sent < count) {
		int n = 0;

		for (; n < BATCH && sent + n < count; n++) {
			iov[n].iov_base = packets[n];
			iov[n].iov_len = put_packet(packets[n], &from, &to, encaps,
						    opt_on(o, "bad-crc"));
			msgs[n].msg_hdr = (struct msghdr){ .msg_name = &ss,
							   .msg_namelen = len,
							   .msg_iov = &iov[n],
							   .msg_iovlen = 1 };
		}
		n = sendmmsg(fd, msgs, (unsigned)n, 0);
		if (n < 0 && errno != ENOBUFS && errno != EINTR)
			die("sendmmsg: %s", strerror(errno));
		sent += n > 0 ? n : 0;
		if (rate)
			sleep_until(start +
				    (uint64_t)sent * 1000000000u / (uint64_t)rate);
	}
	printf("{\"sent\":%ld,\"seconds\":%.3f}\n", sent,
	       (double)(now_ns() - start) / 1e9);
	return 0;
}
