/* tests/tools/mgcpload.c - mgcpca load: many calls, set up, held and taken down.
 *
 * layer: tests   thread: main   I/O: UDP, files
 * RFC 3435 3.5.5 (K:)
 *
 * A call is CRCX on the any-of endpoint, CRCX on the one chosen (with the second leg's
 * description), MDCX of the first leg, and at the end DLCX. --mix takes each call down as
 * soon as it is up. The simulated legs have addresses media:base + 4i and + 2 more;
 * --legs-out says where the gateway listens for each: "peer gateway" a line.
 */
#include "mgcp.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum step { CRCX_A, CRCX_B, MDCX_A, UP, DLCX, GONE, FAILED };
enum { CODES = 1000, TXN_MOST = 1 << 20, ACK_MOST = 8 };

struct call {
	uint8_t step, tries, flying;
	uint64_t sent, again; /* of the transaction under way */
	char endpoint[80], conn[40];
	struct addr gw[2];
};

static struct opt o[] = {
	{ "to", NULL, "address:port of the gateway", false, false },
	{ "bind", NULL, "address:port of ours", false, false },
	{ "calls", "100", "how many", false, false },
	{ "rate", "0", "calls a second; 0: as fast as the window lets", false, false },
	{ "window", "64", "transactions under way at most", false, false },
	{ "endpoint", "rtpbridge/$@gw", "where", false, false },
	{ "media", "127.0.0.1", "addresses of the simulated legs, by comma", false,
	  false },
	{ "base", "20000", "first port of theirs", false, false },
	{ "codec", "PCMU", "for L:", false, false },
	{ "legs-out", NULL, "file for rtpsend --legs and rtprecv --legs", false, false },
	{ "hold", "0", "seconds to hold the calls before they are taken down", false,
	  false },
	{ "keep", NULL, "leave them up", true, false },
	{ "mix", NULL, "take each down as soon as it is up", true, false },
	{ "ack", NULL, "send K: with each command", true, false },
	{ "rto", "500", "ms until a retransmission", false, false },
	{ "tries", "7", "how often to send at most", false, false },
	{ 0 },
};
static struct call *calls;
static size_t ncalls, flying, started, resting;
static unsigned first_tid, acks[ACK_MOST];
static size_t nacks;
static unsigned long codes[CODES], transactions, again_sent;
static double *times;
static struct addr gateway, media[16];
static size_t nmedia;
static int fd;

static unsigned tid_of(const struct call *c)
{
	return first_tid + (unsigned)(c - calls) * 5 + c->step;
}

static struct addr leg_addr(const struct call *c, unsigned leg)
{
	size_t i = (size_t)(c - calls);
	struct addr a = media[i % nmedia];

	a.port = (uint16_t)((unsigned)opt_long(o, "base") + 4 * (i / nmedia) + 2 * leg);
	return a;
}

static size_t put_sdp(char *p, size_t room, const struct call *c, unsigned leg)
{
	struct addr a = leg_addr(c, leg);
	char ip[ADDR_STRLEN];
	const char *family = a.family == 6 ? "IP6" : "IP4";

	addr_print_ip(ip, &a);
	return (size_t)snprintf(p, room,
				"\r\nv=0\r\no=- %u 1 IN %s %s\r\ns=-\r\nc=IN %s %s\r\n"
				"t=0 0\r\nm=audio %u RTP/AVP %d\r\n",
				tid_of(c), family, ip, family, ip, a.port,
				strcmp(opt_str(o, "codec"), "PCMA") ? 0 : 8);
}

static size_t put_acks(char *p, size_t room)
{
	size_t n = 0;

	if (!opt_on(o, "ack") || !nacks)
		return 0;
	n = (size_t)snprintf(p, room, "K: %u", acks[0]);
	for (size_t i = 1; i < nacks; i++)
		n += (size_t)snprintf(p + n, room - n, ", %u", acks[i]);
	n += (size_t)snprintf(p + n, room - n, "\r\n");
	nacks = 0;
	return n;
}

static void call_send(struct call *c, bool again)
{
	static const char *const verbs[] = { "CRCX", "CRCX", "MDCX", "", "DLCX" };
	char p[2048];
	size_t n;

	n = (size_t)snprintf(p, sizeof(p), "%s %u %s MGCP 1.0\r\nC: %x\r\n",
			     verbs[c->step], tid_of(c), c->endpoint,
			     first_tid + (unsigned)(c - calls));
	if (!again)
		n += put_acks(p + n, sizeof(p) - n);
	if (c->step == CRCX_A || c->step == CRCX_B)
		n += (size_t)snprintf(p + n, sizeof(p) - n, "L: p:20, a:%s\r\n",
				      opt_str(o, "codec"));
	if (c->step == MDCX_A)
		n += (size_t)snprintf(p + n, sizeof(p) - n, "I: %s\r\n", c->conn);
	if (c->step != DLCX) /* 3435 2.3.5: none sends before it knows where to */
		n += (size_t)snprintf(p + n, sizeof(p) - n, "M: %s\r\n",
				      c->step == CRCX_A ? "recvonly" : "sendrecv");
	if (c->step == CRCX_B || c->step == MDCX_A)
		n += put_sdp(p + n, sizeof(p) - n, c, c->step == CRCX_B);
	udp_send(fd, &gateway, p, n);
	if (!again) {
		c->sent = now_ns();
		c->tries = 1;
		c->flying = true;
		flying++;
		transactions++;
	} else {
		c->tries++;
		again_sent++;
	}
	c->again = now_ns() + ((uint64_t)opt_long(o, "rto") * 1000000u << (c->tries - 1));
}

static void call_go_on(struct call *c)
{
	if (c->step == UP && opt_on(o, "mix"))
		c->step = DLCX;
	if (c->step < UP || c->step == DLCX)
		call_send(c, false);
	else
		resting++;
}

static void copy(char *out, size_t room, struct span s)
{
	if (s.n && s.n < room) {
		memcpy(out, s.p, s.n);
		out[s.n] = '\0';
	}
}

static void call_answered(struct call *c, const struct msg *m)
{
	c->flying = false;
	flying--;
	codes[m->code % CODES]++;
	if (transactions <= TXN_MOST)
		times[transactions - 1 - flying] = (double)(now_ns() - c->sent) / 1e6;
	if (nacks < ACK_MOST)
		acks[nacks++] = m->tid;
	if (m->code < 200 || m->code >= 300) {
		c->step = FAILED;
		resting++;
		return;
	}
	if (c->step == CRCX_A) {
		copy(c->endpoint, sizeof(c->endpoint), msg_param(m, "Z"));
		copy(c->conn, sizeof(c->conn), msg_param(m, "I"));
		c->gw[0] = m->media;
	} else if (c->step == CRCX_B) {
		c->gw[1] = m->media;
	}
	c->step++;
	call_go_on(c);
}

static void input(void)
{
	char p[MSG_MOST];
	struct msg m;

	for (int i = 0; i < 64; i++) {
		struct sockaddr_storage ss;
		socklen_t len = sizeof(ss);
		struct addr from;
		ssize_t n = recvfrom(fd, p, sizeof(p), 0, (struct sockaddr *)&ss, &len);
		size_t at = 0, step = 1, k;

		if (n <= 0)
			return;
		addr_from_sockaddr(&from, &ss);
		for (; step && at < (size_t)n; at += step) {
			if (!msg_read(&m, p + at, (size_t)n - at))
				break;
			k = (m.tid - first_tid) / 5;
			if (!m.is_reply)
				msg_answer(fd, &from, &m, 200);
			else if (m.code >= 200 && m.tid >= first_tid && k < ncalls &&
				 calls[k].flying && tid_of(&calls[k]) == m.tid)
				call_answered(&calls[k], &m);
			step = msg_piggyback(p + at, (size_t)n - at);
		}
	}
}

static void look_after_late(uint64_t now)
{
	for (size_t i = 0; flying && i < ncalls; i++) {
		struct call *c = &calls[i];

		if (!c->flying || now < c->again)
			continue;
		if (c->tries >= opt_long(o, "tries")) {
			c->flying = false;
			c->step = FAILED;
			codes[0]++;
			flying--;
			resting++;
		} else {
			call_send(c, true);
		}
	}
}

static struct call *next_call(enum step from)
{
	while (started < ncalls && calls[started].step != from)
		started++;
	return started < ncalls ? &calls[started++] : NULL;
}

/* Every call in state `from` goes through its next transactions. */
static void phase(enum step from)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	uint64_t start = now_ns(), looked = start;
	size_t window = (size_t)opt_long(o, "window"), due = 0;
	double rate = (double)opt_long(o, "rate");
	struct call *c = NULL;

	started = 0;
	for (;;) {
		uint64_t now = now_ns();

		while (flying < window &&
		       (!(rate > 0) ||
			(double)due <= (double)(now - start) / 1e9 * rate)) {
			c = next_call(from);
			if (!c)
				break;
			due++;
			if (from == UP)
				c->step = DLCX;
			call_send(c, false);
		}
		if (!flying && started >= ncalls)
			return;
		if (poll(&pfd, 1, rate > 0 ? 1 : 20) > 0)
			input();
		if (now - looked > 50000000u) {
			look_after_late(now);
			looked = now;
		}
	}
}

static size_t count_in(enum step s)
{
	size_t n = 0;

	for (size_t i = 0; i < ncalls; i++)
		n += calls[i].step == s;
	return n;
}

static void legs_out(const char *path)
{
	FILE *f = fopen(path, "w");
	char a[ADDR_STRLEN], b[ADDR_STRLEN];

	if (!f)
		die("%s: %s", path, strerror(errno));
	for (size_t i = 0; i < ncalls; i++) {
		for (unsigned leg = 0; calls[i].step == UP && leg < 2; leg++) {
			struct addr peer = leg_addr(&calls[i], leg);

			fprintf(f, "%s %s\n", addr_print(a, &peer),
				addr_print(b, &calls[i].gw[leg]));
		}
	}
	fclose(f);
}

static void report(const char *what, double seconds, size_t up)
{
	size_t n = transactions > TXN_MOST ? TXN_MOST : transactions;

	printf("{\"phase\":\"%s\",\"calls\":%zu,\"up\":%zu,\"failed\":%zu,"
	       "\"transactions\":%lu,"
	       "\"retransmitted\":%lu,\"seconds\":%.3f,\"per_second\":%.0f,\"codes\":{",
	       what, ncalls, up, count_in(FAILED), transactions, again_sent, seconds,
	       seconds > 0 ? (double)transactions / seconds : 0);
	for (unsigned i = 0, any = 0; i < CODES; i++)
		if (codes[i])
			printf("%s\"%u\":%lu", any++ ? "," : "", i, codes[i]);
	printf("},\"ms\":{\"p50\":%.3f,\"p99\":%.3f,\"max\":%.3f}}\n",
	       quantile(times, n, 0.5), quantile(times, n, 0.99), quantile(times, n, 1));
	fflush(stdout);
	memset(codes, 0, sizeof(codes));
	memset(times, 0, TXN_MOST * sizeof(*times));
	transactions = again_sent = 0;
}

static void prepare(void)
{
	struct addr from;
	struct span rest;

	opt_addr(o, "to", &gateway);
	opt_addr(o, "bind", &from);
	if (!gateway.family || !gateway.port)
		die("mgcpca load: --to ADDRESS:PORT, please");
	if (!from.family)
		from.family = gateway.family;
	fd = udp_open(&from, true);
	rest = str_of(opt_str(o, "media"));
	while (rest.p && nmedia < 16)
		if (addr_parse_ip(&media[nmedia++], str_cut(&rest, ',')))
			die("--media: not an address");
	ncalls = (size_t)opt_long(o, "calls");
	calls = calloc(ncalls + 1, sizeof(*calls));
	times = calloc(TXN_MOST, sizeof(*times));
	if (!calls || !times)
		die("out of memory");
	first_tid = (unsigned)(now_ns() / 1000 % 900000000) + 1;
	for (size_t i = 0; i < ncalls; i++)
		snprintf(calls[i].endpoint, sizeof(calls[i].endpoint), "%s",
			 opt_str(o, "endpoint"));
}

int load_main(int argc, char **argv)
{
	uint64_t start;
	size_t up, failed;

	opts_parse(argc, argv, o, "mgcpca load --to ADDRESS:PORT [options]");
	prepare();
	start = now_ns();
	phase(CRCX_A);
	up = count_in(UP);
	report(opt_on(o, "mix") ? "mix" : "up", (double)(now_ns() - start) / 1e9, up);
	failed = count_in(FAILED);
	if (opt_on(o, "legs-out"))
		legs_out(opt_str(o, "legs-out"));
	if (!opt_on(o, "keep") && !opt_on(o, "mix")) {
		sleep_until(now_ns() + (uint64_t)opt_long(o, "hold") * 1000000000u);
		start = now_ns();
		phase(UP);
		report("down", (double)(now_ns() - start) / 1e9, up);
	}
	free(calls);
	free(times);
	return failed ? 1 : 0;
}
