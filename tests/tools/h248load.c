/* tests/tools/h248load.c - h248mgc load: many calls, set up, held and taken down.
 *
 * layer: tests   thread: main   I/O: UDP
 * RFC 3525 7.2, D.1
 *
 * A call is one transaction with two Adds (CHOOSE for all; the second knows its peer),
 * one Modify of the first leg with its peer, and one that Subtracts both and takes their
 * statistics. --mix subtracts each call as soon as it is up. Compact text, one
 * transaction a datagram. The simulated legs have addresses media:base + 4i and + 2 more.
 * With --register it first waits for a ServiceChange and takes it; without, it is an MGC
 * the gateway knows already.
 */
#include "h248.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum step { ADD, MODIFY, UP, SUBTRACT, GONE, FAILED };
enum { CODES = 1000, TXN_MOST = 1 << 20, ACK_MOST = 8, TERM_MOST = 40 };

struct call {
	uint8_t step, tries;
	bool flying;
	uint32_t ctx;
	uint64_t sent, again; /* of the transaction under way */
	char term[2][TERM_MOST];
};

static struct opt o[] = {
	{ "to", NULL, "address:port of the gateway", false, false },
	{ "bind", NULL, "address:port of ours", false, false },
	{ "register", NULL, "wait for the gateway's ServiceChange", true, false },
	{ "version", "1", "of our messages", false, false },
	{ "calls", "100", "how many", false, false },
	{ "window", "64", "transactions under way at most", false, false },
	{ "media", "127.0.0.1", "addresses of the simulated legs, by comma", false,
	  false },
	{ "base", "20000", "first port of theirs", false, false },
	{ "keep", NULL, "leave them up", true, false },
	{ "mix", NULL, "take each down as soon as it is up", true, false },
	{ "ack", NULL, "confirm replies in the next messages", true, false },
	{ "rto", "500", "ms until a retransmission", false, false },
	{ "tries", "7", "how often to send at most", false, false },
	{ 0 },
};
static struct call *calls;
static size_t ncalls, flying, started;
static unsigned first_tid, acks[ACK_MOST];
static size_t nacks;
static unsigned long codes[CODES], transactions, again_sent;
static double *times;
static struct addr gateway, self, media[16];
static size_t nmedia;
static struct hm m;
static bool registered;
static int fd;

/* ---- what is asked --------------------------------------------------------------- */

static unsigned tid_of(const struct call *c)
{
	return first_tid + (unsigned)(c - calls) * 4 + c->step;
}

static size_t put_head(char *p, size_t room)
{
	char ip[ADDR_STRLEN];
	size_t n = (size_t)snprintf(p, room, "!/%ld [%s]:%u ", opt_long(o, "version"),
				    addr_print_ip(ip, &self), self.port);

	if (!opt_on(o, "ack") || !nacks)
		return n;
	n += (size_t)snprintf(p + n, room - n, "K{%u", acks[0]);
	for (size_t i = 1; i < nacks; i++)
		n += (size_t)snprintf(p + n, room - n, ",%u", acks[i]);
	nacks = 0;
	return n + (size_t)snprintf(p + n, room - n, "}");
}

static size_t put_peer(char *p, size_t room, const struct call *c, unsigned leg)
{
	size_t i = (size_t)(c - calls);
	struct addr a = media[i % nmedia];
	char ip[ADDR_STRLEN];

	a.port = (uint16_t)((unsigned)opt_long(o, "base") + 4 * (i / nmedia) + 2 * leg);
	return (size_t)snprintf(p, room,
				"R{\nv=0\nc=IN %s %s\nm=audio %u RTP/AVP 0\na=ptime:20\n"
				"}",
				a.family == 6 ? "IP6" : "IP4", addr_print_ip(ip, &a),
				a.port);
}

static size_t put_add(char *p, size_t room, const struct call *c)
{
	static const char local[] = "L{\nv=0\nc=IN IP4 $\nm=audio $ RTP/AVP 0\n"
				    "a=ptime:20\n}";
	size_t n = (size_t)snprintf(p, room,
				    "C=${A=rtp/${M{ST=1{O{MO=RC},%s}}},"
				    "A=rtp/${M{ST=1{O{MO=SR},%s,",
				    local, local);

	n += put_peer(p + n, room - n, c, 1);
	return n + (size_t)snprintf(p + n, room - n, "}}}}");
}

static size_t put_modify(char *p, size_t room, const struct call *c)
{
	size_t n = (size_t)snprintf(p, room, "C=%u{MF=%s{M{ST=1{O{MO=SR},", c->ctx,
				    c->term[0]);

	n += put_peer(p + n, room - n, c, 0);
	return n + (size_t)snprintf(p + n, room - n, "}}}}");
}

static void call_send(struct call *c, bool again)
{
	char p[2048];
	size_t n = again ? 0 : put_head(p, sizeof(p));
	size_t keep = nacks;

	if (again) { /* confirms nothing */
		nacks = 0;
		n = put_head(p, sizeof(p));
		nacks = keep;
	}
	n += (size_t)snprintf(p + n, sizeof(p) - n, "T=%u{", tid_of(c));
	if (c->step == ADD)
		n += put_add(p + n, sizeof(p) - n, c);
	else if (c->step == MODIFY)
		n += put_modify(p + n, sizeof(p) - n, c);
	else
		n += (size_t)snprintf(p + n, sizeof(p) - n, "C=%u{S=%s,S=%s}", c->ctx,
				      c->term[0], c->term[1]);
	n += (size_t)snprintf(p + n, sizeof(p) - n, "}");
	udp_send(fd, &gateway, p, n);
	if (again) {
		c->tries++;
		again_sent++;
	} else {
		c->sent = now_ns();
		c->tries = 1;
		c->flying = true;
		flying++;
		transactions++;
	}
	c->again = now_ns() + ((uint64_t)opt_long(o, "rto") * 1000000u << (c->tries - 1));
}

/* ---- what is answered ------------------------------------------------------------ */

/* Context and terminations chosen by the gateway; false: not two of them. */
static bool learn(struct call *c, unsigned reply)
{
	unsigned ctx = hm_find(&m, reply, "Context", "C"), k = 0;

	if (!ctx || !str_u32(m.v[ctx].value, UINT32_MAX, &c->ctx))
		return false;
	for (unsigned i = ctx + 1; i < m.v[ctx].end && k < 2; i = m.v[i].end) {
		struct span t = m.v[i].value;

		if (!hm_is(&m.v[i], "Add", "A") || t.n >= TERM_MOST)
			continue;
		memcpy(c->term[k], t.p, t.n);
		c->term[k++][t.n] = '\0';
	}
	return k == 2;
}

static void call_answered(struct call *c, unsigned reply)
{
	unsigned error = hm_find(&m, reply, "Error", "ER");
	uint32_t code = 200;

	c->flying = false;
	flying--;
	if (error && !str_u32(m.v[error].value, CODES - 1, &code))
		code = 1;
	if (transactions <= TXN_MOST)
		times[transactions - 1 - flying] = (double)(now_ns() - c->sent) / 1e6;
	if (nacks < ACK_MOST)
		acks[nacks++] = tid_of(c);
	if (code == 200 && c->step == ADD && !learn(c, reply))
		code = 1;
	codes[code]++;
	if (code != 200) {
		c->step = FAILED;
		return;
	}
	c->step++;
	if (c->step == UP && opt_on(o, "mix"))
		c->step = SUBTRACT;
	if (c->step == MODIFY || c->step == SUBTRACT)
		call_send(c, false);
}

static void take_registration(unsigned t, const struct addr *from)
{
	char p[400];
	size_t n = put_head(p, sizeof(p));

	n += (size_t)snprintf(p + n, sizeof(p) - n, "P=%.*s{C=-{SC=ROOT{SV{V=%ld}}}}",
			      (int)m.v[t].value.n, m.v[t].value.p,
			      opt_long(o, "version"));
	udp_send(fd, from, p, n);
	registered = true;
}

static void message(const struct addr *from)
{
	uint32_t id;

	for (unsigned i = 1; i < m.n; i = m.v[i].end) {
		const struct hm_node *v = &m.v[i];
		size_t k;

		if (hm_is(v, "Transaction", "T"))
			take_registration(i, from);
		if (!hm_is(v, "Reply", "P") || !str_u32(v->value, UINT32_MAX, &id) ||
		    id < first_tid)
			continue;
		k = (id - first_tid) / 4;
		if (k < ncalls && calls[k].flying && tid_of(&calls[k]) == id)
			call_answered(&calls[k], i);
	}
}

static void input(void)
{
	static char p[HM_MOST];

	for (int i = 0; i < 64; i++) {
		struct sockaddr_storage ss;
		socklen_t len = sizeof(ss);
		struct addr from;
		ssize_t n = recvfrom(fd, p, sizeof(p), 0, (struct sockaddr *)&ss, &len);

		if (n <= 0)
			return;
		addr_from_sockaddr(&from, &ss);
		if (hm_read(&m, p, (size_t)n))
			message(&from);
	}
}

/* ---- the calls ------------------------------------------------------------------- */

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
	uint64_t looked = now_ns();
	size_t window = (size_t)opt_long(o, "window");

	started = 0;
	for (;;) {
		uint64_t now = now_ns();

		while (flying < window) {
			struct call *c = next_call(from);

			if (!c)
				break;
			if (from == UP)
				c->step = SUBTRACT;
			call_send(c, false);
		}
		if (!flying && started >= ncalls)
			return;
		if (poll(&pfd, 1, 20) > 0)
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

static void report(const char *what, double seconds, size_t up)
{
	size_t n = transactions > TXN_MOST ? TXN_MOST : transactions;

	printf("{\"phase\":\"%s\",\"calls\":%zu,\"up\":%zu,\"failed\":%zu,"
	       "\"transactions\":%lu,\"retransmitted\":%lu,\"seconds\":%.3f,"
	       "\"per_second\":%.0f,\"codes\":{",
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
	struct span rest = str_of(opt_str(o, "media"));

	opt_addr(o, "to", &gateway);
	opt_addr(o, "bind", &self);
	if (!gateway.family || !gateway.port || !self.family || !self.port)
		die("h248mgc load: --to and --bind ADDRESS:PORT, please");
	fd = udp_open(&self, true);
	while (rest.p && nmedia < 16)
		if (addr_parse_ip(&media[nmedia++], str_cut(&rest, ',')))
			die("--media: not an address");
	ncalls = (size_t)opt_long(o, "calls");
	calls = calloc(ncalls + 1, sizeof(*calls));
	times = calloc(TXN_MOST, sizeof(*times));
	if (!calls || !times)
		die("out of memory");
	first_tid = (unsigned)(now_ns() / 1000 % 900000000) + 1;
}

static void wait_registration(void)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	uint64_t end = now_ns() + 20000000000u;

	while (!registered && now_ns() < end)
		if (poll(&pfd, 1, 100) > 0)
			input();
	if (!registered)
		die("h248mgc load: no gateway registered");
}

int hm_load_main(int argc, char **argv)
{
	uint64_t start;
	size_t up, failed;

	opts_parse(argc, argv, o, "h248mgc load --to ADDRESS:PORT --bind ADDRESS:PORT");
	prepare();
	if (opt_on(o, "register"))
		wait_registration();
	start = now_ns();
	phase(ADD);
	up = count_in(UP);
	report(opt_on(o, "mix") ? "mix" : "up", (double)(now_ns() - start) / 1e9, up);
	failed = count_in(FAILED);
	if (!opt_on(o, "keep") && !opt_on(o, "mix")) {
		start = now_ns();
		phase(UP);
		report("down", (double)(now_ns() - start) / 1e9, up);
	}
	free(calls);
	free(times);
	return failed ? 1 : 0;
}
