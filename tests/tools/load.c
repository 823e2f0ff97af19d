/* tests/tools/load.c - see load.h.
 *
 * layer: tests   thread: main   I/O: UDP
 */
#include "load.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CODES = 1000, TXN_MOST = 1 << 20, MEDIA_MOST = 16, MESSAGE_MOST = 2048 };
enum { ACKS_MOST = 8, INPUT_MOST = 65536, INPUTS = 64 };

struct load load;

static char *calls;
static size_t flying, started, ntimes, up;
static unsigned long codes[CODES], transactions, again_sent;
static double *times;
static struct addr media[MEDIA_MOST];
static size_t nmedia;
static unsigned acks[ACKS_MOST]; /* replies nobody confirmed yet */
static size_t nacks;

struct load_call *load_at(size_t i)
{
	return (struct load_call *)(void *)(calls + i * load.ops->call_size);
}

size_t load_index(const struct load_call *c)
{
	return (size_t)((const char *)c - calls) / load.ops->call_size;
}

/* Transaction ids a call has: one for each step. */
static unsigned tids(void)
{
	return load.ops->down + 1u;
}

unsigned load_tid(const struct load_call *c)
{
	return load.first_tid + (unsigned)load_index(c) * tids() + c->step;
}

struct load_call *load_find(unsigned tid)
{
	size_t k = (tid - load.first_tid) / tids();
	struct load_call *c =
		tid >= load.first_tid && k < load.ncalls ? load_at(k) : NULL;

	return c && c->flying && load_tid(c) == tid ? c : NULL;
}

struct addr load_leg(const struct load_call *c, unsigned leg)
{
	size_t i = load_index(c);
	struct addr a = media[i % nmedia];

	a.port = (uint16_t)((unsigned)opt_long(load.o, "base") + 4 * (i / nmedia) +
			    2 * leg);
	return a;
}

/* ---- one transaction ------------------------------------------------------------- */

static void send_call(struct load_call *c, bool again)
{
	char p[MESSAGE_MOST];
	size_t n = load.ops->write(c, p, sizeof(p), again);

	udp_send(load.fd, &load.gateway, p, n);
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
	c->again = now_ns() +
		   ((uint64_t)opt_long(load.o, "rto") * 1000000u << (c->tries - 1));
}

void load_answered(struct load_call *c, unsigned code, bool good)
{
	const struct load_ops *ops = load.ops;

	c->flying = false;
	flying--;
	if (ntimes < TXN_MOST)
		times[ntimes++] = (double)(now_ns() - c->sent) / 1e6;
	if (nacks < ACKS_MOST)
		acks[nacks++] = load_tid(c);
	codes[code % CODES]++;
	c->step = good ? (uint8_t)(c->step + 1) : ops->failed;
	if (c->step == ops->up && opt_on(load.o, "mix"))
		c->step = ops->down;
	if (c->step < ops->up || c->step == ops->down)
		send_call(c, false);
}

size_t load_put_acks(char *p, size_t room, const char *before, const char *between,
		     const char *after)
{
	size_t n = 0;

	if (!opt_on(load.o, "ack") || !nacks)
		return 0;
	for (size_t i = 0; i < nacks; i++)
		n += (size_t)snprintf(p + n, room - n, "%s%u", i ? between : before,
				      acks[i]);
	nacks = 0;
	return n + (size_t)snprintf(p + n, room - n, "%s", after);
}

void load_input(void)
{
	static char p[INPUT_MOST];
	struct addr from;
	size_t n;

	for (int i = 0; i < INPUTS && (n = udp_recv(load.fd, &from, p, sizeof(p))); i++)
		load.ops->input(&from, p, n);
}

static void look_after_late(uint64_t now)
{
	for (size_t i = 0; flying && i < load.ncalls; i++) {
		struct load_call *c = load_at(i);

		if (!c->flying || now < c->again)
			continue;
		if (c->tries >= opt_long(load.o, "tries")) {
			c->flying = false;
			c->step = load.ops->failed;
			codes[0]++;
			flying--;
		} else {
			send_call(c, true);
		}
	}
}

/* ---- the calls ------------------------------------------------------------------- */

static struct load_call *next_call(unsigned from)
{
	while (started < load.ncalls && load_at(started)->step != from)
		started++;
	return started < load.ncalls ? load_at(started++) : NULL;
}

static void start_call(struct load_call *c)
{
	if (c->step == load.ops->up)
		c->step = load.ops->down;
	send_call(c, false);
}

/* Every call in state `from` goes through its next transactions. */
static void phase(unsigned from)
{
	struct pollfd pfd = { .fd = load.fd, .events = POLLIN };
	uint64_t start = now_ns(), looked = start;
	size_t window = (size_t)opt_long(load.o, "window"), due = 0;
	double rate = (double)opt_long(load.o, "rate");

	started = 0;
	while (flying || started < load.ncalls) {
		uint64_t now = now_ns();
		struct load_call *c;

		while (flying < window &&
		       (!(rate > 0) ||
			(double)due <= (double)(now - start) / 1e9 * rate)) {
			c = next_call(from);
			if (!c)
				break;
			due++;
			start_call(c);
		}
		if ((flying || started < load.ncalls) &&
		    poll(&pfd, 1, rate > 0 ? 1 : 20) > 0)
			load_input();
		if (now - looked > 50000000u) {
			look_after_late(now);
			looked = now;
		}
	}
}

static size_t count_in(unsigned step)
{
	size_t n = 0;

	for (size_t i = 0; i < load.ncalls; i++)
		n += load_at(i)->step == step;
	return n;
}

static void report(const char *what, double seconds)
{
	printf("{\"phase\":\"%s\",\"calls\":%zu,\"up\":%zu,\"failed\":%zu,"
	       "\"transactions\":%lu,\"retransmitted\":%lu,\"seconds\":%.3f,"
	       "\"per_second\":%.0f,\"codes\":{",
	       what, load.ncalls, up, count_in(load.ops->failed), transactions,
	       again_sent, seconds, seconds > 0 ? (double)transactions / seconds : 0);
	for (unsigned i = 0, any = 0; i < CODES; i++)
		if (codes[i])
			printf("%s\"%u\":%lu", any++ ? "," : "", i, codes[i]);
	printf("},\"ms\":{\"p50\":%.3f,\"p99\":%.3f,\"max\":%.3f}}\n",
	       quantile(times, ntimes, 0.5), quantile(times, ntimes, 0.99),
	       quantile(times, ntimes, 1));
	fflush(stdout);
	memset(codes, 0, sizeof(codes));
	transactions = again_sent = 0;
	ntimes = 0;
}

void load_up(void)
{
	uint64_t start = now_ns();

	phase(0);
	up = count_in(load.ops->up);
	report(opt_on(load.o, "mix") ? "mix" : "up", (double)(now_ns() - start) / 1e9);
}

void load_down(void)
{
	uint64_t start;

	if (opt_on(load.o, "keep") || opt_on(load.o, "mix"))
		return;
	sleep_until(now_ns() + (uint64_t)opt_long(load.o, "hold") * 1000000000u);
	start = now_ns();
	phase(load.ops->up);
	report("down", (double)(now_ns() - start) / 1e9);
}

size_t load_failed(void)
{
	return count_in(load.ops->failed);
}

/* ---- life ------------------------------------------------------------------------ */

void load_prepare(const struct load_ops *ops, const struct opt *o)
{
	struct span rest = str_of(opt_str(o, "media"));

	load.o = o;
	load.ops = ops;
	opt_addr(o, "to", &load.gateway);
	opt_addr(o, "bind", &load.self);
	if (!load.gateway.family || !load.gateway.port)
		die("%s: --to ADDRESS:PORT, please", ops->who);
	if (!load.self.family)
		load.self.family = load.gateway.family;
	load.fd = udp_open(&load.self, true);
	while (rest.p && nmedia < MEDIA_MOST)
		if (addr_parse_ip(&media[nmedia++], str_cut(&rest, ',')))
			die("--media: not an address");
	load.ncalls = (size_t)opt_long(o, "calls");
	calls = calloc(load.ncalls + 1, ops->call_size);
	times = calloc(TXN_MOST, sizeof(*times));
	if (!calls || !times)
		die("out of memory");
	load.first_tid = (unsigned)(now_ns() / 1000 % 900000000) + 1;
}

void load_free(void)
{
	free(calls);
	free(times);
}
