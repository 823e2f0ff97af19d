/* tests/tools/sctpload.c - sctpmgc's transactions: sent at a rate, answered, counted.
 *
 * layer: tests   thread: main   I/O: by peernet.h, standard output
 *
 * Every transaction is remembered, so that a second answer is seen, and one that is never
 * answered. The gap is the longest time between two answers while some were owed.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sctpmgc.h"
#include "tool.h"

enum { TXNS_MOST = 4 << 20, CALLS_MOST = 1 << 16, DRAIN_S = 20, CODES = 1000,
       STREAMS_SEEN = 64, TOLD_MOST = 4 };

enum owner { OF_CALL, OF_AUDIT };

struct txn {
	uint32_t call; /* or the audited context */
	uint8_t step, of, answers;
	uint64_t sent;
};

static struct txn *txns;
static uint32_t first_tid, ntxns, run_from; /* of this run */
static struct call *calls;
static uint32_t ncalls, freed[CALLS_MOST], nfreed, ready[CALLS_MOST], ready_at, nready;
static size_t flying;
static unsigned long codes[CODES], answers, again, stray, streams[STREAMS_SEEN];
static uint64_t last_answer, gap, last_gap_end;
static double *times;
static struct found found;
static struct buf out;
static bool going, stopping;

void load_init(void)
{
	txns = calloc(TXNS_MOST, sizeof(*txns));
	calls = calloc(CALLS_MOST, sizeof(*calls));
	times = calloc(TXNS_MOST, sizeof(*times));
	if (!txns || !calls || !times)
		die("out of memory");
	first_tid = (uint32_t)(now_ns() / 1000 % 900000000) + 1;
	buf_init(&out, PN_MESSAGE_MOST);
}

/* ---- one transaction ------------------------------------------------------------- */

/* Contexts are spread over streams; those of one keep their order. */
static uint16_t stream_of(const struct txn *t)
{
	uint32_t n = now_streams;
	uint32_t call = t->of == OF_CALL ? calls[t->call].number : t->call;

	if (n < 2)
		return 0;
	return (uint16_t)(1 + call % (n - 1));
}

static bool write_txn(const struct txn *t, uint32_t tid)
{
	buf_reset(&out);
	if (t->of == OF_AUDIT)
		return ops->write_audit(&out, (enum audit_step)t->step, t->call, tid);
	return ops->write(&out, &calls[t->call], t->step, tid);
}

static void send_txn(enum owner of, uint32_t call, unsigned step)
{
	struct txn *t = &txns[ntxns];

	if (ntxns == TXNS_MOST)
		die("too many transactions");
	*t = (struct txn){ .call = call, .step = (uint8_t)step, .of = (uint8_t)of,
			   .sent = now_ns() };
	if (!write_txn(t, first_tid + ntxns))
		die("a request can't be written");
	if (!flying)
		last_answer = t->sent;
	flying++;
	ntxns++;
	if (now_conn)
		pn_send(now_conn, stream_of(t), out.p, out.n);
}

void load_again(void)
{
	uint32_t from = ntxns > 100000 ? ntxns - 100000 : 0;

	for (uint32_t i = from; flying && i < ntxns; i++) {
		if (txns[i].answers || !write_txn(&txns[i], first_tid + i))
			continue;
		pn_send(now_conn, stream_of(&txns[i]), out.p, out.n);
		again++;
	}
}

static void note_time(const struct txn *t)
{
	uint64_t now = now_ns(), from = last_answer;

	if (now - from > gap) {
		gap = now - from;
		last_gap_end = now;
	}
	last_answer = now;
	times[t - txns] = (double)(now - t->sent) / 1e6;
}

/* ---- calls ----------------------------------------------------------------------- */

static uint32_t call_new(void)
{
	static uint32_t made;
	uint32_t i;

	if (nfreed)
		i = freed[--nfreed];
	else if (ncalls < CALLS_MOST)
		i = ncalls++;
	else
		return UINT32_MAX;
	calls[i] = (struct call){ .number = made++,
				  .peer_port = (uint16_t)(20000 + i % 4096 * 4) };
	snprintf(calls[i].name[0], MGC_NAME, "%s", env.endpoint);
	return i;
}

static void call_end(uint32_t i)
{
	calls[i].step = STEP_FREE;
	freed[nfreed++] = i;
}

static void call_step(uint32_t i)
{
	calls[i].flying = true;
	send_txn(OF_CALL, i, calls[i].step);
}

static void stands(const struct call *c)
{
	static unsigned told;

	if (told++ < TOLD_MOST)
		say("\"what\":\"call\",\"ctx\":%u,\"names\":[\"%s\",\"%s\"],"
		    "\"ports\":[%u,%u],\"peers\":[%u,%u]",
		    c->ctx, c->name[0], c->name[1], c->gw_port[0], c->gw_port[1],
		    c->peer_port, c->peer_port + 2u);
}

/* Answered: the next step waits for its turn, or the call is done. */
static void call_on(uint32_t i)
{
	struct call *c = &calls[i];

	c->flying = false;
	c->step++;
	if (c->step >= ops->steps) {
		call_end(i);
		return;
	}
	if (c->zone && c->step < ops->up)
		c->step = (uint8_t)ops->up;
	c->up = c->step >= ops->up;
	if (c->step == ops->up && !stopping && !going) {
		stands(c);
		return;
	}
	ready[(ready_at + nready++) % CALLS_MOST] = i;
}

void load_answer(uint32_t tid, unsigned code, uint16_t stream, const void *part)
{
	uint32_t at = tid - first_tid;
	struct txn *t;

	if (at >= ntxns) {
		stray++;
		return;
	}
	t = &txns[at];
	if (t->answers < 255)
		t->answers++;
	codes[code % CODES]++;
	streams[stream % STREAMS_SEEN]++;
	if (t->answers > 1)
		return;
	answers++;
	flying--;
	note_time(t);
	if (t->of == OF_AUDIT) {
		ops->take_audit(&found, (enum audit_step)t->step, part);
		return;
	}
	if (code != 200) {
		say("\"what\":\"refused\",\"tid\":%u,\"step\":%u,\"code\":%u", tid,
		    t->step, code);
		call_end(t->call);
		return;
	}
	ops->take(&calls[t->call], t->step, part);
	call_on(t->call);
}

/* The next step of one that waits, else of a new call. False: none. */
static bool go_on(bool fresh)
{
	uint32_t i;

	if (nready) {
		i = ready[ready_at];
		ready_at = (ready_at + 1) % CALLS_MOST;
		nready--;
	} else if (fresh) {
		i = call_new();
	} else {
		return false;
	}
	if (i == UINT32_MAX)
		return false;
	call_step(i);
	return true;
}

/* ---- runs ------------------------------------------------------------------------ */

static void begin(void)
{
	run_from = ntxns;
	memset(codes, 0, sizeof(codes));
	memset(streams, 0, sizeof(streams));
	answers = again = stray = 0;
	gap = 0;
	last_answer = now_ns();
}

static void drain(void)
{
	uint64_t end = now_ns() + DRAIN_S * 1000000000ull;

	while ((flying || nready) && !core_ended() && now_ns() < end) {
		while (flying < 64 && go_on(false))
			;
		core_poll(5);
	}
}

static void report(const char *what, double seconds)
{
	uint32_t n = ntxns - run_from, unanswered = 0, twice = 0, used = 0;
	const double *v = &times[run_from];

	for (uint32_t i = run_from; i < ntxns; i++) {
		unanswered += !txns[i].answers;
		twice += txns[i].answers > 1;
	}
	for (int i = 0; i < STREAMS_SEEN; i++)
		used += streams[i] > 0;
	printf("{\"what\":\"%s\",\"transactions\":%u,\"answered\":%lu,\"unanswered\":%u,"
	       "\"twice\":%u,\"again\":%lu,\"stray\":%lu,\"streams\":%u,\"calls\":%u,"
	       "\"seconds\":%.3f,\"per_second\":%.0f,\"gap_ms\":%.1f,\"codes\":{",
	       what, n, answers, unanswered, twice, again, stray, used, ncalls - nfreed,
	       seconds, seconds > 0 ? n / seconds : 0, (double)gap / 1e6);
	for (unsigned i = 0, any = 0; i < CODES; i++)
		if (codes[i])
			printf("%s\"%u\":%lu", any++ ? "," : "", i, codes[i]);
	printf("},\"ms\":{\"p50\":%.3f,\"p99\":%.3f,\"max\":%.3f}}\n",
	       quantile((double *)(uintptr_t)v, n, 0.5),
	       quantile((double *)(uintptr_t)v, n, 0.99),
	       quantile((double *)(uintptr_t)v, n, 1));
	fflush(stdout);
}

void load_run(const char *spec)
{
	struct span rest = str_of(spec);
	uint32_t v[3] = { 100, 5, 64 };
	uint64_t start, end, now;
	size_t due = 0;

	for (int i = 0; i < 3 && rest.p && rest.n; i++)
		if (!str_u32(str_cut(&rest, ':'), 1000000, &v[i]))
			die("load=RATE:SECONDS:WINDOW, please");
	begin();
	going = true;
	start = now_ns();
	end = start + v[1] * 1000000000ull;
	while ((now = now_ns()) < end && !core_ended()) {
		while ((v[0] ? (double)due <= (double)(now - start) / 1e9 * v[0]
			     : true) &&
		       (v[0] || flying < v[2]) && go_on(true))
			due++;
		core_poll(v[0] ? 1 : 20);
	}
	drain();
	going = false;
	report("load", (double)(now_ns() - start) / 1e9);
}

void load_hold(const char *spec)
{
	uint32_t want = 0, made = 0;
	uint64_t start = now_ns();

	if (!str_u32(str_of(spec), CALLS_MOST, &want))
		die("calls=N, please");
	begin();
	while (!core_ended() && (made < want || flying || nready)) {
		while (flying < 32 && (nready || made < want)) {
			made += !nready;
			if (!go_on(true))
				break;
		}
		if (!core_poll(20) && now_ns() - start > 60000000000ull)
			break;
	}
	report("calls", (double)(now_ns() - start) / 1e9);
}

void load_page(const char *zone)
{
	uint32_t i = call_new();

	begin();
	calls[i].zone = zone;
	call_step(i);
	drain();
	report("page", 0);
}

void load_release(void)
{
	uint64_t start = now_ns();

	begin();
	stopping = true;
	for (uint32_t i = 0; i < ncalls; i++)
		if (calls[i].step == ops->up && calls[i].up && !calls[i].flying)
			ready[(ready_at + nready++) % CALLS_MOST] = i;
	drain();
	stopping = false;
	report("release", (double)(now_ns() - start) / 1e9);
}

void load_audit(bool release)
{
	uint64_t start = now_ns();
	size_t n;

	begin();
	found.n = found.terms = 0;
	send_txn(OF_AUDIT, 0, AUDIT_ALL);
	drain();
	n = found.n;
	for (size_t i = 0; i < n && !core_ended(); i++) {
		send_txn(OF_AUDIT, found.ctx[i], AUDIT_ONE);
		drain();
	}
	for (size_t i = 0; release && i < n && !core_ended(); i++) {
		send_txn(OF_AUDIT, found.ctx[i], AUDIT_RELEASE);
		drain();
	}
	say("\"what\":\"audited\",\"contexts\":%zu,\"terminations\":%zu", n, found.terms);
	report(release ? "clear" : "audit", (double)(now_ns() - start) / 1e9);
}
