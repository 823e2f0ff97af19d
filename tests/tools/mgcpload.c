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
#include <stdio.h>
#include <string.h>

#include "load.h"

enum step { CRCX_A, CRCX_B, MDCX_A, UP, DLCX, GONE, FAILED };

struct call {
	struct load_call load; /* first */
	char endpoint[80], conn[40];
	struct addr gw[2];
};

static struct opt o[] = {
	LOAD_OPTIONS,
	{ "endpoint", "rtpbridge/$@gw", "where", false, false },
	{ "codec", "PCMU", "for L:", false, false },
	{ "legs-out", NULL, "file for rtpsend --legs and rtprecv --legs", false, false },
	{ 0 },
};

static struct call *call_of(struct load_call *l)
{
	return (struct call *)(void *)l;
}

static size_t put_sdp(char *p, size_t room, const struct load_call *c, unsigned leg)
{
	struct addr a = load_leg(c, leg);
	char ip[ADDR_STRLEN];
	const char *family = a.family == 6 ? "IP6" : "IP4";

	addr_print_ip(ip, &a);
	return (size_t)snprintf(p, room,
				"\r\nv=0\r\no=- %u 1 IN %s %s\r\ns=-\r\nc=IN %s %s\r\n"
				"t=0 0\r\nm=audio %u RTP/AVP %d\r\n",
				load_tid(c), family, ip, family, ip, a.port,
				strcmp(opt_str(o, "codec"), "PCMA") ? 0 : 8);
}

static size_t call_write(struct load_call *l, char *p, size_t room, bool again)
{
	static const char *const verbs[] = { "CRCX", "CRCX", "MDCX", "", "DLCX" };
	const struct call *c = call_of(l);
	size_t n;

	n = (size_t)snprintf(p, room, "%s %u %s MGCP 1.0\r\nC: %x\r\n", verbs[l->step],
			     load_tid(l), c->endpoint,
			     load.first_tid + (unsigned)load_index(l));
	if (!again)
		n += load_put_acks(p + n, room - n, "K: ", ", ", "\r\n");
	if (l->step == CRCX_A || l->step == CRCX_B)
		n += (size_t)snprintf(p + n, room - n, "L: p:20, a:%s\r\n",
				      opt_str(o, "codec"));
	if (l->step == MDCX_A)
		n += (size_t)snprintf(p + n, room - n, "I: %s\r\n", c->conn);
	if (l->step != DLCX) /* 3435 2.3.5: none sends before it knows where to */
		n += (size_t)snprintf(p + n, room - n, "M: %s\r\n",
				      l->step == CRCX_A ? "recvonly" : "sendrecv");
	if (l->step == CRCX_B || l->step == MDCX_A)
		n += put_sdp(p + n, room - n, l, l->step == CRCX_B);
	return n;
}

static void copy(char *out, size_t room, struct span s)
{
	if (s.n && s.n < room) {
		memcpy(out, s.p, s.n);
		out[s.n] = '\0';
	}
}

static void call_answered(struct load_call *l, const struct msg *m)
{
	struct call *c = call_of(l);
	bool good = m->code >= 200 && m->code < 300;

	if (good && l->step == CRCX_A) {
		copy(c->endpoint, sizeof(c->endpoint), msg_param(m, "Z"));
		copy(c->conn, sizeof(c->conn), msg_param(m, "I"));
		c->gw[0] = m->media;
	} else if (good && l->step == CRCX_B) {
		c->gw[1] = m->media;
	}
	load_answered(l, m->code, good);
}

static void input(const struct addr *from, const char *p, size_t n)
{
	struct msg m;

	for (size_t at = 0, step = 1; step && at < n; at += step) {
		struct load_call *c;

		if (!msg_read(&m, p + at, n - at))
			break;
		c = load_find(m.tid);
		if (!m.is_reply)
			msg_answer(load.fd, from, &m, 200);
		else if (m.code >= 200 && c)
			call_answered(c, &m);
		step = msg_piggyback(p + at, n - at);
	}
}

static void legs_out(const char *path)
{
	FILE *f = fopen(path, "w");
	char a[ADDR_STRLEN], b[ADDR_STRLEN];

	if (!f)
		die("%s: %s", path, strerror(errno));
	for (size_t i = 0; i < load.ncalls; i++) {
		struct load_call *c = load_at(i);

		for (unsigned leg = 0; c->step == UP && leg < 2; leg++) {
			struct addr peer = load_leg(c, leg);

			fprintf(f, "%s %s\n", addr_print(a, &peer),
				addr_print(b, &call_of(c)->gw[leg]));
		}
	}
	fclose(f);
}

int load_main(int argc, char **argv)
{
	static const struct load_ops ops = { .who = "mgcpca load",
					     .call_size = sizeof(struct call),
					     .up = UP,
					     .down = DLCX,
					     .failed = FAILED,
					     .input = input,
					     .write = call_write };
	size_t failed;

	opts_parse(argc, argv, o, "mgcpca load --to ADDRESS:PORT [options]");
	load_prepare(&ops, o);
	for (size_t i = 0; i < load.ncalls; i++) {
		struct call *c = call_of(load_at(i));

		snprintf(c->endpoint, sizeof(c->endpoint), "%s", opt_str(o, "endpoint"));
	}
	load_up();
	if (opt_on(o, "legs-out"))
		legs_out(opt_str(o, "legs-out"));
	load_down();
	failed = load_failed();
	load_free();
	return failed ? 1 : 0;
}
