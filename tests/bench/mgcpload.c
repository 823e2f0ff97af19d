/* bench/mgcpload.c - an MGCP call agent that keeps a window of transactions in flight.
 *
 * layer: test program   thread: one   I/O: UDP, /proc
 *
 * mgcpload -g ADDR:PORT -n TRANSACTIONS [-w WINDOW] [-H] [-e ENDPOINT] [-d DOMAIN]
 *          [-p PID,PID] [-r PER_SECOND] [-f FLOWS -G MEDIA_ADDR] [-s FIRST]
 *
 * Each slot of the window walks a call through CRCX (any endpoint), CRCX (the same one),
 * MDCX, DLCX of the call; with -H it stops after the second CRCX, so calls stay up, and
 * writes their flows ("peer port gateway port") to FLOWS. Commands carry K: for the answers
 * already got (-K: no K:, for a gateway that refuses it). Unanswered commands are repeated after half a second. Prints one JSON
 * object: counts, errors, time, CPU of the processes named, answer times in us.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { WINDOW_MAX = 1024, MSG_MAX = 4096, PIDS_MAX = 16, RETRY_MS = 500, TRIES_MAX = 20 };
enum step { STEP_CRCX1, STEP_CRCX2, STEP_MDCX, STEP_DLCX, STEP_N };

struct call {
	enum step step;
	uint32_t tid, number;
	int tries;
	uint64_t first_sent, sent;
	char endpoint[128], conn[64];
	char msg[MSG_MAX];
	size_t len;
	bool busy;
};

static struct {
	struct sockaddr_in to;
	const char *endpoint, *domain, *flows, *media;
	uint32_t total, window, first, rate;
	bool hold, no_ack;
	int pid[PIDS_MAX], npid;
} opt = { .endpoint = "rtpbridge/$", .domain = "gw", .total = 20000, .window = 64 };

static struct call calls[WINDOW_MAX];
static uint32_t started, answered, errors, repeats, next_call, last_acked;
static uint32_t *took;
static uint32_t by_tid[1 << 16]; /* low bits of the id -> slot + 1 */
static FILE *flows_out;
static int sock;
static char first_error[200];

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static uint64_t cpu_ns(void)
{
	uint64_t sum = 0;

	for (int i = 0; i < opt.npid; i++) {
		char path[320];
		struct dirent *e;
		DIR *d;

		snprintf(path, sizeof(path), "/proc/%d/task", opt.pid[i]);
		d = opendir(path);
		while (d && (e = readdir(d))) {
			unsigned long long v = 0;
			FILE *f;

			snprintf(path, sizeof(path), "/proc/%d/task/%.20s/schedstat", opt.pid[i],
				 e->d_name);
			f = e->d_name[0] == '.' ? NULL : fopen(path, "r");
			if (f && fscanf(f, "%llu", &v) == 1)
				sum += v;
			if (f)
				fclose(f);
		}
		if (d)
			closedir(d);
	}
	return sum;
}

static void leg_addr(char out[32], uint32_t leg)
{
	snprintf(out, 32, "10.78.%u.%u", leg / 250 % 250 + 1, leg % 250 + 1);
}

static size_t put_sdp(char *p, size_t room, uint32_t leg)
{
	char a[32];

	leg_addr(a, leg);
	return (size_t)snprintf(p, room,
				"\r\nv=0\r\no=- %u 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\n"
				"m=audio %u RTP/AVP 0\r\na=ptime:20\r\n",
				leg, a, a, 30000u + 2 * (leg / 62500));
}

static void compose(struct call *c)
{
	static const char *const verb[] = { "CRCX", "CRCX", "MDCX", "DLCX" };
	size_t n;

	n = (size_t)snprintf(c->msg, sizeof(c->msg), "%s %u %s@%s MGCP 1.0\r\nC: %x\r\n",
			     verb[c->step], c->tid, c->endpoint, opt.domain, c->number + 1);
	if (last_acked && !opt.no_ack)
		n += (size_t)snprintf(c->msg + n, sizeof(c->msg) - n, "K: %u\r\n", last_acked);
	last_acked = 0;
	if (c->step == STEP_CRCX1 || c->step == STEP_CRCX2)
		n += (size_t)snprintf(c->msg + n, sizeof(c->msg) - n,
				      "L: p:20, a:PCMU\r\nM: sendrecv\r\n");
	if (c->step == STEP_MDCX)
		n += (size_t)snprintf(c->msg + n, sizeof(c->msg) - n, "I: %s\r\nM: sendrecv\r\n",
				      c->conn);
	if (c->step != STEP_DLCX)
		n += put_sdp(c->msg + n, sizeof(c->msg) - n,
			     2 * c->number + (c->step == STEP_CRCX2));
	c->len = n;
}

static void transmit(struct call *c)
{
	c->sent = now_ns();
	if (sendto(sock, c->msg, c->len, 0, (struct sockaddr *)&opt.to, sizeof(opt.to)) < 0 &&
	    errno != EAGAIN && errno != ECONNREFUSED)
		perror("sendto");
}

static void step_begin(struct call *c)
{
	static uint32_t tid = 10000;

	c->tid = tid++;
	c->tries = 0;
	by_tid[c->tid & 0xffff] = (uint32_t)(c - calls) + 1;
	compose(c);
	c->first_sent = now_ns();
	started++;
	transmit(c);
}

static void call_begin(struct call *c)
{
	if (started >= opt.total) {
		c->busy = false;
		return;
	}
	c->busy = true;
	c->step = STEP_CRCX1;
	c->number = opt.first + next_call++;
	snprintf(c->endpoint, sizeof(c->endpoint), "%s", opt.endpoint);
	step_begin(c);
}

/* The value of a line "X: ..." in the parameters of an answer. */
static bool line_value(const char *msg, const char *name, char *out, size_t size)
{
	size_t n = strlen(name);

	for (const char *p = strchr(msg, '\n'); p && p[1] && p[1] != '\r'; p = strchr(p + 1, '\n')) {
		if (strncasecmp(p + 1, name, n) || p[1 + n] != ':')
			continue;
		p += 2 + n;
		while (*p == ' ')
			p++;
		snprintf(out, size, "%.*s", (int)strcspn(p, "\r\n"), p);
		return true;
	}
	return false;
}

static void note_flow(const struct call *c, const char *msg)
{
	const char *m = strstr(msg, "\nm=audio "), *a = strstr(msg, "\nc=IN IP4 ");
	uint32_t leg = 2 * c->number + (c->step == STEP_CRCX2);
	char peer[32], addr[64];

	if (!m || !flows_out)
		return;
	leg_addr(peer, leg);
	snprintf(addr, sizeof(addr), "%s", opt.media ? opt.media : "0.0.0.0");
	if (a)
		snprintf(addr, sizeof(addr), "%.*s", (int)strcspn(a + 10, "\r\n"), a + 10);
	fprintf(flows_out, "%s %u %s %d\n", peer, 30000u + 2 * (leg / 62500), addr, atoi(m + 9));
}

static void advance(struct call *c, const char *msg, int code)
{
	char name[128], *at;

	took[answered++] = (uint32_t)((now_ns() - c->first_sent) / 1000);
	last_acked = c->tid;
	by_tid[c->tid & 0xffff] = 0;
	if (code < 200 || code > 299) {
		if (!errors++)
			snprintf(first_error, sizeof(first_error), "%.*s",
				 (int)strcspn(msg, "\r\n"), msg);
		call_begin(c);
		return;
	}
	if (c->step <= STEP_CRCX2)
		note_flow(c, msg);
	if (c->step == STEP_CRCX1) {
		if (line_value(msg, "Z", name, sizeof(name))) {
			at = strchr(name, '@');
			if (at)
				*at = '\0';
			snprintf(c->endpoint, sizeof(c->endpoint), "%s", name);
		}
		line_value(msg, "I", c->conn, sizeof(c->conn));
	}
	c->step++;
	if (c->step == STEP_N || (opt.hold && c->step == STEP_MDCX))
		call_begin(c);
	else
		step_begin(c);
}

static void answer_command(const char *msg, const struct sockaddr_in *from)
{
	char ok[64];
	uint32_t tid = 0;

	if (sscanf(msg, "%*4s %u", &tid) == 1) {
		int n = snprintf(ok, sizeof(ok), "200 %u OK\r\n", tid);

		sendto(sock, ok, (size_t)n, 0, (const struct sockaddr *)from, sizeof(*from));
	}
}

static void one_message(const char *msg, const struct sockaddr_in *from)
{
	uint32_t tid;
	int code;

	if (msg[0] < '0' || msg[0] > '9') {
		answer_command(msg, from);
		return;
	}
	if (sscanf(msg, "%d %u", &code, &tid) != 2 || code < 200)
		return;
	if (by_tid[tid & 0xffff]) {
		struct call *c = &calls[by_tid[tid & 0xffff] - 1];

		if (c->busy && c->tid == tid)
			advance(c, msg, code);
	}
}

static void receive(void)
{
	static char buf[65536];
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	ssize_t n;

	while ((n = recvfrom(sock, buf, sizeof(buf) - 1, MSG_DONTWAIT, (struct sockaddr *)&from,
			     &len)) > 0) {
		char *msg = buf, *dot;

		buf[n] = '\0';
		while ((dot = strstr(msg, "\n.\r\n")) || (dot = strstr(msg, "\n.\n"))) {
			dot[1] = '\0';
			one_message(msg, &from);
			msg = dot + 3 + (dot[2] == '\r');
		}
		one_message(msg, &from);
		len = sizeof(from);
	}
}

static void repeat_late(uint64_t now)
{
	for (uint32_t i = 0; i < opt.window; i++) {
		struct call *c = &calls[i];

		if (!c->busy || now - c->sent < (uint64_t)RETRY_MS * 1000000u)
			continue;
		if (++c->tries > TRIES_MAX) {
			fprintf(stderr, "mgcpload: no answer to %u: %.60s\n", c->tid, c->msg);
			exit(1);
		}
		repeats++;
		transmit(c);
	}
}

static bool any_busy(void)
{
	for (uint32_t i = 0; i < opt.window; i++)
		if (calls[i].busy)
			return true;
	return false;
}

static void run(void)
{
	uint64_t t0 = now_ns(), checked = t0;
	uint32_t launched = 0;
	struct pollfd p = { .fd = sock, .events = POLLIN };

	while (answered < opt.total && (launched < opt.window || any_busy())) {
		uint64_t now = now_ns();

		/* with a rate the window opens slowly, and each call waits for its turn */
		while (launched < opt.window &&
		       (!opt.rate || launched <= (now - t0) * opt.rate / 1000000000u))
			call_begin(&calls[launched++]);
		poll(&p, 1, 20);
		receive();
		if (now - checked > 100000000u) {
			repeat_late(now);
			checked = now;
		}
	}
}

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static void parse_pids(char *list)
{
	for (char *s = strtok(list, ","); s && opt.npid < PIDS_MAX; s = strtok(NULL, ","))
		opt.pid[opt.npid++] = atoi(s);
}

static void parse_target(char *s)
{
	char *colon = strrchr(s, ':');

	opt.to.sin_family = AF_INET;
	opt.to.sin_port = htons((uint16_t)(colon ? atoi(colon + 1) : 2427));
	if (colon)
		*colon = '\0';
	if (!inet_aton(s, &opt.to.sin_addr)) {
		fprintf(stderr, "mgcpload: bad address %s\n", s);
		exit(2);
	}
}

static void parse_options(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "g:n:w:HKe:d:p:r:f:G:s:")) != -1) {
		switch (c) {
		case 'g': parse_target(optarg); break;
		case 'n': opt.total = (uint32_t)atoi(optarg); break;
		case 'w': opt.window = (uint32_t)atoi(optarg); break;
		case 'H': opt.hold = true; break;
		case 'K': opt.no_ack = true; break;
		case 'e': opt.endpoint = optarg; break;
		case 'd': opt.domain = optarg; break;
		case 'p': parse_pids(optarg); break;
		case 'r': opt.rate = (uint32_t)atoi(optarg); break;
		case 'f': opt.flows = optarg; break;
		case 'G': opt.media = optarg; break;
		case 's': opt.first = (uint32_t)atoi(optarg); break;
		default: exit(2);
		}
	}
	if (!opt.to.sin_port || !opt.window || opt.window > WINDOW_MAX || !opt.total) {
		fprintf(stderr, "mgcpload: -g ADDR:PORT is needed, -w is 1 .. %d\n", WINDOW_MAX);
		exit(2);
	}
}

static uint32_t percentile(double p)
{
	return answered ? took[(uint32_t)((double)(answered - 1) * p)] : 0;
}

int main(int argc, char **argv)
{
	int size = 4 << 20;
	uint64_t t, cpu;

	parse_options(argc, argv);
	sock = socket(AF_INET, SOCK_DGRAM, 0);
	setsockopt(sock, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	took = calloc(opt.total + WINDOW_MAX, sizeof(*took));
	flows_out = opt.flows ? fopen(opt.flows, "a") : NULL;
	if (sock < 0 || !took || (opt.flows && !flows_out)) {
		perror("mgcpload");
		return 2;
	}
	cpu = cpu_ns();
	t = now_ns();
	run();
	t = now_ns() - t;
	cpu = cpu_ns() - cpu;
	if (flows_out)
		fclose(flows_out);
	qsort(took, answered, sizeof(*took), by_value);
	printf("{\"transactions\":%u,\"errors\":%u,\"first_error\":\"%s\",\"repeats\":%u,"
	       "\"calls\":%u,\"seconds\":%.3f,\"per_second\":%.0f,\"cpu_us\":%.2f,"
	       "\"p50_us\":%u,\"p99_us\":%u,\"max_us\":%u}\n",
	       answered, errors, first_error, repeats, next_call, (double)t / 1e9,
	       answered * 1e9 / (double)t, answered ? (double)cpu / 1e3 / answered : 0,
	       percentile(0.5), percentile(0.99), answered ? took[answered - 1] : 0);
	free(took);
	return errors ? 1 : 0;
}
