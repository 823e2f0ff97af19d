/* tests/tools/rtprecv.c - an ear: receives RTP, joins groups, counts and records.
 *
 * layer: tests   thread: main   I/O: UDP, files
 * RFC 3550 A.3, A.8; RFC 3678
 *
 * Says "ready" on standard error when its sockets are open and its groups joined. Ends
 * after --seconds, or when nothing came for --idle ms after the first packet, or on
 * SIGTERM; then prints what it heard. Exit 0 when anything was received, else 1.
 */
#include "tool.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SSRC_MOST = 8, AGES_MOST = 1 << 20 };

struct source {
	uint32_t ssrc, ts, first_ts;
	uint16_t seq, base;
	uint64_t cycles, packets, late, twins, ts_jumps;
	double jitter, transit;
};

struct ear {
	int fd;
	struct source src[SSRC_MOST];
	size_t nsrc;
	uint64_t packets, bytes, bad, markers, marks, mixed;
	uint32_t stream; /* of the marks seen first */
};

static struct opt o[] = {
	{ "listen", NULL, "address:port; of a group: port of all", false, false },
	{ "group", NULL, "join this group (address)", false, false },
	{ "source", NULL, "of this sender only", false, false },
	{ "if", NULL, "interface to join on", false, false },
	{ "count", "1", "how many ports, two apart", false, false },
	{ "legs", NULL, "file: the first word a line is the address:port", false, false },
	{ "wav", NULL, "record the first source of the first port", false, false },
	{ "seconds", "10", "how long at most", false, false },
	{ "idle", "0", "end when silent for so many ms after the first packet", false,
	  false },
	{ "echo", NULL, "send each packet back to its sender", true, false },
	{ 0 },
};
static struct ear *ears;
static size_t nears;
static struct wav record;
static size_t record_cap;
static double *ages; /* ms */
static size_t nages, npayload_types;
static unsigned payload_types[8];
static uint64_t first_ns, last_ns;
static volatile sig_atomic_t stop;

static void on_stop(int sig)
{
	(void)sig;
	stop = 1;
}

static void join(int fd, const struct addr *group)
{
	struct group_source_req gs = { .gsr_interface = if_index(opt_str(o, "if")) };
	int level = group->family == 4 ? IPPROTO_IP : IPPROTO_IPV6, off = 0;
	struct addr source;

	opt_addr(o, "source", &source);
	addr_to_sockaddr(group, &gs.gsr_group);
	addr_to_sockaddr(&source, &gs.gsr_source);
	if (group->family == 4)
		setsockopt(fd, IPPROTO_IP, IP_MULTICAST_ALL, &off, sizeof(off));
	if (source.family) {
		if (setsockopt(fd, level, MCAST_JOIN_SOURCE_GROUP, &gs, sizeof(gs)))
			die("join source: %s", strerror(errno));
	} else {
		struct group_req g = { .gr_interface = gs.gsr_interface };

		g.gr_group = gs.gsr_group;
		if (setsockopt(fd, level, MCAST_JOIN_GROUP, &g, sizeof(g)))
			die("join: %s", strerror(errno));
	}
}

static void ear_open(struct ear *e, struct addr a)
{
	struct addr group;

	opt_addr(o, "group", &group);
	if (group.family) { /* bound to the group: other groups on the port are not heard
			     */
		group.port = a.port;
		e->fd = udp_open(&group, true);
		join(e->fd, &group);
	} else {
		e->fd = udp_open(&a, false);
	}
}

static void ears_open(void)
{
	const char *path = opt_str(o, "legs");
	struct addr a;
	char line[300], w[100];
	FILE *f;

	if (!path) {
		opt_addr(o, "listen", &a);
		if (!a.port)
			die("rtprecv: --listen ADDRESS:PORT, please");
		nears = (size_t)opt_long(o, "count");
		ears = calloc(nears + 1, sizeof(*ears));
		for (size_t i = 0; ears && i < nears;
		     i++, a.port = (uint16_t)(a.port + 2))
			ear_open(&ears[i], a);
		return;
	}
	f = fopen(path, "r");
	if (!f)
		die("%s: %s", path, strerror(errno));
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%99s", w) != 1 || addr_parse(&a, str_of(w)))
			die("%s: no address: %s", path, line);
		ears = realloc(ears, (nears + 1) * sizeof(*ears));
		if (!ears)
			die("out of memory");
		ears[nears] = (struct ear){ 0 };
		ear_open(&ears[nears++], a);
	}
	fclose(f);
}

static struct source *source_of(struct ear *e, uint32_t ssrc, const uint8_t *p)
{
	struct source *s;

	for (size_t i = 0; i < e->nsrc; i++)
		if (e->src[i].ssrc == ssrc)
			return &e->src[i];
	if (e->nsrc == SSRC_MOST)
		return NULL;
	s = &e->src[e->nsrc++];
	*s = (struct source){ .ssrc = ssrc };
	s->base = s->seq = (uint16_t)(get16(p + 2) - 1);
	s->ts = s->first_ts = get32(p + 4);
	return s;
}

static void record_put(const struct source *s, unsigned pt, const uint8_t *p, size_t n,
		       uint32_t ts)
{
	size_t at = (uint32_t)(ts - s->first_ts);

	if (at > (size_t)RATE * 600)
		return;
	if (at + n > record_cap) {
		size_t cap = (at + n) * 2;
		int16_t *v = realloc(record.v, cap * sizeof(*v));

		if (!v)
			die("out of memory");
		memset(v + record_cap, 0, (cap - record_cap) * sizeof(*v));
		record.v = v;
		record_cap = cap;
	}
	for (size_t i = 0; i < n; i++)
		record.v[at + i] = pt == 8 ? alaw_to(p[i]) : ulaw_to(p[i]);
	if (at + n > record.n)
		record.n = at + n;
}

/* RFC 3550 A.3 and A.8, with one clock: ours. */
static void count(struct source *s, const uint8_t *p, size_t payload, uint64_t now)
{
	uint16_t seq = (uint16_t)get16(p + 2), step = (uint16_t)(seq - s->seq);
	double transit = (double)now / 1e9 * RATE - get32(p + 4), d;

	if (s->packets) {
		d = fabs(transit - s->transit);
		if (d < RATE * 10)
			s->jitter += (d - s->jitter) / 16;
	}
	s->transit = transit;
	s->packets++;
	if (!step) {
		s->twins++;
	} else if (step < 0x8000) {
		if (s->packets > 1 && get32(p + 4) - s->ts != step * (uint32_t)payload)
			s->ts_jumps++;
		if (seq < s->seq)
			s->cycles += 65536;
		s->seq = seq;
		s->ts = get32(p + 4);
	} else {
		s->late++;
	}
}

static void heard_mark(struct ear *e, const uint8_t *p, size_t n, uint64_t now)
{
	struct mark m;

	if (!mark_get(p, n, &m))
		return;
	if (!e->marks++)
		e->stream = m.stream;
	else if (e->stream != m.stream)
		e->mixed++;
	if (nages < AGES_MOST)
		ages[nages++] = (double)(now - m.sent_ns) / 1e6;
}

static void heard_type(unsigned pt)
{
	for (size_t i = 0; i < npayload_types; i++)
		if (payload_types[i] == pt)
			return;
	if (npayload_types < 8)
		payload_types[npayload_types++] = pt;
}

static void heard(struct ear *e, const uint8_t *p, size_t n, uint64_t now)
{
	size_t head = n > 0 ? RTP_HEAD + 4u * (p[0] & 15) : 0;
	struct source *s;

	if (n < RTP_HEAD || p[0] >> 6 != 2 || n < head) {
		e->bad++;
		return;
	}
	s = source_of(e, get32(p + 8), p);
	if (!s) {
		e->bad++;
		return;
	}
	first_ns = first_ns ? first_ns : now;
	last_ns = now;
	e->packets++;
	e->bytes += n;
	e->markers += p[1] >> 7;
	heard_type(p[1] & 0x7f);
	count(s, p, n - head, now);
	heard_mark(e, p + head, n - head, now);
	if (opt_on(o, "wav") && e == ears && s == e->src)
		record_put(s, p[1] & 0x7f, p + head, n - head, get32(p + 4));
}

static void ear_read(struct ear *e)
{
	uint8_t p[65536];
	struct sockaddr_storage from;
	socklen_t len = sizeof(from);
	bool echo = opt_on(o, "echo");
	ssize_t n;

	for (int i = 0; i < 64; i++) {
		n = recvfrom(e->fd, p, sizeof(p), 0, (struct sockaddr *)&from, &len);
		if (n < 0)
			return;
		heard(e, p, (size_t)n, now_ns());
		if (echo)
			(void)!sendto(e->fd, p, (size_t)n, 0, (struct sockaddr *)&from,
				      len);
	}
}

static void listen_all(void)
{
	uint64_t end = now_ns() + (uint64_t)opt_long(o, "seconds") * 1000000000u;
	uint64_t idle = (uint64_t)opt_long(o, "idle") * 1000000u;
	struct epoll_event got[256];
	int ep = epoll_create1(EPOLL_CLOEXEC);

	for (size_t i = 0; i < nears; i++) {
		struct epoll_event ev = { .events = EPOLLIN, .data.ptr = &ears[i] };

		if (epoll_ctl(ep, EPOLL_CTL_ADD, ears[i].fd, &ev))
			die("epoll: %s", strerror(errno));
	}
	fputs("ready\n", stderr);
	while (!stop && now_ns() < end &&
	       !(idle && last_ns && now_ns() - last_ns > idle)) {
		int n = epoll_wait(ep, got, 256, 50);

		for (int i = 0; i < n; i++)
			ear_read(got[i].data.ptr);
	}
	close(ep);
}

static int report(void)
{
	uint64_t packets = 0, lost = 0, late = 0, twins = 0, jumps = 0, bad = 0,
		 bytes = 0;
	uint64_t markers = 0, marks = 0, mixed = 0;
	size_t ssrcs = 0, alive = 0;
	double jitter = 0;

	for (size_t i = 0; i < nears; i++) {
		struct ear *e = &ears[i];

		alive += e->packets > 0;
		packets += e->packets;
		bytes += e->bytes;
		bad += e->bad;
		markers += e->markers;
		marks += e->marks;
		mixed += e->mixed;
		ssrcs += e->nsrc;
		for (size_t k = 0; k < e->nsrc; k++) {
			struct source *s = &e->src[k];
			uint64_t span = s->cycles + s->seq - s->base;
			uint64_t unique = s->packets - s->twins;

			lost += span > unique ? span - unique : 0;
			late += s->late;
			twins += s->twins;
			jumps += s->ts_jumps;
			jitter = s->jitter > jitter ? s->jitter : jitter;
		}
	}
	printf("{\"packets\":%llu,\"bytes\":%llu,\"lost\":%llu,\"reordered\":%llu,"
	       "\"duplicates\":%llu,\"bad\":%llu,",
	       (unsigned long long)packets, (unsigned long long)bytes,
	       (unsigned long long)lost, (unsigned long long)late,
	       (unsigned long long)twins, (unsigned long long)bad);
	printf("\"streams\":%zu,\"alive\":%zu,\"ssrcs\":%zu,\"ts_jumps\":%llu,"
	       "\"markers\":%llu,"
	       "\"jitter_ms\":%.3f,\"seconds\":%.3f,\"pts\":[",
	       nears, alive, ssrcs, (unsigned long long)jumps,
	       (unsigned long long)markers, jitter * 1000 / RATE,
	       (double)(last_ns - first_ns) / 1e9);
	for (size_t i = 0; i < npayload_types; i++)
		printf("%s%u", i ? "," : "", payload_types[i]);
	printf("],\"marked\":%llu,\"mixed\":%llu,\"age_ms\":{\"p50\":%.3f,\"p99\":%.3f,"
	       "\"max\":%.3f}}\n",
	       (unsigned long long)marks, (unsigned long long)mixed,
	       quantile(ages, nages, 0.5), quantile(ages, nages, 0.99),
	       quantile(ages, nages, 1));
	return packets ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct sigaction sa = { .sa_handler = on_stop };
	struct rlimit rl;
	int code;

	opts_parse(argc, argv, o, "rtprecv --listen ADDRESS:PORT [options]");
	getrlimit(RLIMIT_NOFILE, &rl);
	rl.rlim_cur = rl.rlim_max;
	setrlimit(RLIMIT_NOFILE, &rl);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	ages = calloc(AGES_MOST, sizeof(*ages));
	ears_open();
	if (!ages || !nears)
		die("rtprecv: nothing to listen to");
	listen_all();
	code = report();
	if (opt_on(o, "wav"))
		wav_write(&record, opt_str(o, "wav"));
	free(record.v);
	free(ages);
	free(ears);
	return code;
}
