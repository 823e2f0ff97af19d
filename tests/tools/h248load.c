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
#include <string.h>

#include "load.h"

enum step { ADD, MODIFY, UP, SUBTRACT, GONE, FAILED };
enum { TERM_MOST = 40 };

struct call {
	struct load_call load; /* first */
	uint32_t ctx;
	char term[2][TERM_MOST];
};

static struct opt o[] = {
	LOAD_OPTIONS,
	{ "register", NULL, "wait for the gateway's ServiceChange", true, false },
	{ "version", "1", "of our messages", false, false },
	{ 0 },
};
static struct hm m;
static bool registered;

/* ---- what is asked --------------------------------------------------------------- */

/* `acks`: what was answered is confirmed. */
static size_t put_head(char *p, size_t room, bool acks)
{
	char ip[ADDR_STRLEN];
	size_t n = (size_t)snprintf(p, room, "!/%ld [%s]:%u ", opt_long(o, "version"),
				    addr_print_ip(ip, &load.self), load.self.port);

	return acks ? n + load_put_acks(p + n, room - n, "K{", ",", "}") : n;
}

static size_t put_peer(char *p, size_t room, const struct call *c, unsigned leg)
{
	struct addr a = load_leg(&c->load, leg);
	char ip[ADDR_STRLEN];

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

static size_t call_write(struct load_call *l, char *p, size_t room, bool again)
{
	const struct call *c = (struct call *)(void *)l;
	size_t n = put_head(p, room, !again);

	n += (size_t)snprintf(p + n, room - n, "T=%u{", load_tid(l));
	if (l->step == ADD)
		n += put_add(p + n, room - n, c);
	else if (l->step == MODIFY)
		n += put_modify(p + n, room - n, c);
	else
		n += (size_t)snprintf(p + n, room - n, "C=%u{S=%s,S=%s}", c->ctx,
				      c->term[0], c->term[1]);
	return n + (size_t)snprintf(p + n, room - n, "}");
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

static void call_answered(struct load_call *l, unsigned reply)
{
	unsigned error = hm_find(&m, reply, "Error", "ER");
	uint32_t code = 200;

	if (error && !str_u32(m.v[error].value, UINT32_MAX, &code))
		code = 1;
	if (code == 200 && l->step == ADD && !learn((struct call *)(void *)l, reply))
		code = 1;
	load_answered(l, code, code == 200);
}

static void take_registration(unsigned t, const struct addr *from)
{
	char p[400];
	size_t n = put_head(p, sizeof(p), true);

	n += (size_t)snprintf(p + n, sizeof(p) - n, "P=%.*s{C=-{SC=ROOT{SV{V=%ld}}}}",
			      (int)m.v[t].value.n, m.v[t].value.p,
			      opt_long(o, "version"));
	udp_send(load.fd, from, p, n);
	registered = true;
}

static void input(const struct addr *from, const char *p, size_t n)
{
	uint32_t id;

	if (!hm_read(&m, p, n))
		return;
	for (unsigned i = 1; i < m.n; i = m.v[i].end) {
		const struct hm_node *v = &m.v[i];
		struct load_call *c = NULL;

		if (hm_is(v, "Transaction", "T"))
			take_registration(i, from);
		if (hm_is(v, "Reply", "P") && str_u32(v->value, UINT32_MAX, &id))
			c = load_find(id);
		if (c)
			call_answered(c, i);
	}
}

static void wait_registration(void)
{
	struct pollfd pfd = { .fd = load.fd, .events = POLLIN };
	uint64_t end = now_ns() + 20000000000u;

	while (!registered && now_ns() < end)
		if (poll(&pfd, 1, 100) > 0)
			load_input();
	if (!registered)
		die("h248mgc load: no gateway registered");
}

int hm_load_main(int argc, char **argv)
{
	static const struct load_ops ops = { .who = "h248mgc load",
					     .call_size = sizeof(struct call),
					     .up = UP,
					     .down = SUBTRACT,
					     .failed = FAILED,
					     .input = input,
					     .write = call_write };
	size_t failed;

	opts_parse(argc, argv, o, "h248mgc load --to ADDRESS:PORT --bind ADDRESS:PORT");
	load_prepare(&ops, o);
	if (!load.self.port)
		die("h248mgc load: --bind ADDRESS:PORT, please");
	if (opt_on(o, "register"))
		wait_registration();
	load_up();
	load_down();
	failed = load_failed();
	load_free();
	return failed ? 1 : 0;
}
