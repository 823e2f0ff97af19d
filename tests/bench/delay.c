/* bench/delay.c - how long the gateway holds a packet: natural pace in, groups out.
 *
 * layer: test program   thread: sender, receiver, bare timer   I/O: AF_PACKET
 *
 * delay -i IF -D MAC -f FLOWS -t SECONDS [-c CPU]
 *
 * Each flow sends 50 packets/s, evenly staggered, with the sending time in the payload.
 * The receiver takes every IPv4 multicast RTP packet that comes in on IF and compares its
 * kernel time stamp with the payload. A bare thread that wakes every 2 ms and does
 * nothing tells how long a packet would wait for it at best on this machine: from each
 * moment between two of its wake-ups to the second. Prints one JSON object, times in us.
 */
#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	HEAD = 42,
	RTP_LEN = 172,
	FRAME = HEAD + RTP_LEN,
	FLOWS_MAX = 1000,
	PERIOD_NS = 20000000
};

struct flow {
	struct in_addr src, dst;
	int sport, dport;
	uint16_t seq;
};

static struct flow flows[FLOWS_MAX];
static unsigned nflow, ifindex;
static const char *ifname = "x0", *flows_path;
static uint8_t mac[6];
static double seconds = 5;
static int cpu = -1;
static atomic_bool done;
static uint32_t *took, *late;
static size_t ntook, nlate, cap;

static uint64_t clock_ns(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static void sleep_until(uint64_t at)
{
	struct timespec ts = { (time_t)(at / 1000000000u), (long)(at % 1000000000u) };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
}

static void put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void ip_build(uint8_t *ip, const struct flow *f)
{
	uint32_t s = 0;

	ip[0] = 0x45;
	put16(ip + 2, 28 + RTP_LEN);
	ip[8] = 64;
	ip[9] = IPPROTO_UDP;
	memcpy(ip + 12, &f->src, 4);
	memcpy(ip + 16, &f->dst, 4);
	for (int i = 0; i < 20; i += 2)
		s += (uint32_t)(ip[i] << 8 | ip[i + 1]);
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	put16(ip + 10, ~s & 0xffff);
}

static void packet_send(int fd, unsigned i)
{
	uint8_t b[FRAME] = { 0 }, *rtp = b + HEAD;
	struct flow *f = &flows[i];
	uint64_t now;

	memcpy(b, mac, 6);
	b[6] = 2;
	put16(b + 12, ETH_P_IP);
	ip_build(b + 14, f);
	put16(b + 34, (unsigned)f->sport);
	put16(b + 36, (unsigned)f->dport);
	put16(b + 38, 8 + RTP_LEN);
	rtp[0] = 0x80;
	put16(rtp + 2, ++f->seq);
	put16(rtp + 4, f->seq * 160u >> 16);
	put16(rtp + 6, f->seq * 160u & 0xffff);
	put16(rtp + 8, 0x4a00);
	put16(rtp + 10, i);
	now = clock_ns(CLOCK_REALTIME);
	memcpy(rtp + 12, &now, sizeof(now));
	if (send(fd, b, sizeof(b), 0) < 0)
		perror("send");
}

static int packet_socket(bool filter)
{
	/* only what leaves the gateway for a group: UDP whose destination is 224/4 */
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, FRAME, 0, 4),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 30),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xf0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0xe0, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 256),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog prog = { sizeof(code) / sizeof(code[0]), code };
	struct sockaddr_ll ll = { .sll_family = AF_PACKET, .sll_ifindex = (int)ifindex,
				  .sll_protocol = htons(filter ? ETH_P_IP : 0) };
	struct timeval tv = { 0, 200000 };
	int one = 1, size = 8 << 20, fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (fd < 0 ||
	    (filter && setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog))))
		die("packet socket");
	setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	if (bind(fd, (struct sockaddr *)&ll, sizeof(ll)))
		die("bind");
	return fd;
}

static uint64_t stamp_of(struct msghdr *m)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		struct timespec ts;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SO_TIMESTAMPNS)
			continue;
		memcpy(&ts, CMSG_DATA(c), sizeof(ts));
		return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
	}
	return clock_ns(CLOCK_REALTIME);
}

static void *receiver(void *arg)
{
	int fd = *(int *)arg;
	uint8_t b[2048];
	char ctl[128];

	while (!atomic_load(&done)) {
		struct iovec iov = { b, sizeof(b) };
		struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = ctl,
				    .msg_controllen = sizeof(ctl) };
		uint64_t sent;

		if (recvmsg(fd, &m, 0) < FRAME || ntook == cap)
			continue;
		memcpy(&sent, b + HEAD + 12, sizeof(sent));
		took[ntook++] = (uint32_t)((stamp_of(&m) - sent) / 1000);
	}
	return NULL;
}

static void *bare_timer(void *arg)
{
	enum { TICK_NS = 2000000, SAMPLE_NS = 50000 };
	uint64_t at = clock_ns(CLOCK_MONOTONIC), before = at;

	(void)arg;
	while (!atomic_load(&done)) {
		uint64_t now;

		sleep_until(at += TICK_NS);
		now = clock_ns(CLOCK_MONOTONIC);
		for (uint64_t t = before; t < now && nlate < cap; t += SAMPLE_NS)
			late[nlate++] = (uint32_t)((now - t) / 1000);
		before = now;
	}
	return NULL;
}

static uint64_t send_all(int fd)
{
	uint64_t at = clock_ns(CLOCK_MONOTONIC), sent = 0;
	uint64_t step = PERIOD_NS / nflow, end = at + (uint64_t)(seconds * 1e9);

	for (unsigned i = 0; at < end; i = (i + 1) % nflow, at += step, sent++) {
		sleep_until(at);
		packet_send(fd, i);
	}
	return sent;
}

static void flows_read(void)
{
	char a[64], b[64];
	FILE *f = fopen(flows_path, "r");

	if (!f)
		die(flows_path);
	while (nflow < FLOWS_MAX && fscanf(f, "%63s %d %63s %d", a, &flows[nflow].sport,
					   b, &flows[nflow].dport) == 4) {
		if (!inet_aton(a, &flows[nflow].src) || !inet_aton(b, &flows[nflow].dst))
			die("bad address");
		nflow++;
	}
	fclose(f);
	if (!nflow)
		die("no flows");
}

static void parse_options(int argc, char **argv)
{
	unsigned m[6] = { 0 };
	int c;

	while ((c = getopt(argc, argv, "i:D:f:t:c:")) != -1) {
		switch (c) {
		case 'i': ifname = optarg; break;
		case 'f': flows_path = optarg; break;
		case 't': seconds = atof(optarg); break;
		case 'c': cpu = atoi(optarg); break;
		case 'D':
			sscanf(optarg, "%x:%x:%x:%x:%x:%x", &m[0], &m[1], &m[2], &m[3],
			       &m[4], &m[5]);
			break;
		default: exit(2);
		}
	}
	for (int i = 0; i < 6; i++)
		mac[i] = (uint8_t)m[i];
	ifindex = if_nametoindex(ifname);
	if (!ifindex || !flows_path) {
		fprintf(stderr, "delay: -i IF and -f FLOWS are needed\n");
		exit(2);
	}
}

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static uint32_t at(uint32_t *v, size_t n, double p)
{
	return n ? v[(size_t)((double)(n - 1) * p)] : 0;
}

int main(int argc, char **argv)
{
	pthread_t rx, timer;
	int in, out;
	uint64_t sent;

	parse_options(argc, argv);
	flows_read();
	cap = (size_t)(seconds * (50 * nflow + 21000)) + 100000;
	took = calloc(cap, sizeof(*took));
	late = calloc(cap, sizeof(*late));
	if (!took || !late)
		die("calloc");
	if (cpu >= 0) {
		cpu_set_t set;

		CPU_ZERO(&set);
		CPU_SET((unsigned)cpu, &set);
		sched_setaffinity(0, sizeof(set), &set);
	}
	in = packet_socket(true);
	out = packet_socket(false);
	if (pthread_create(&rx, NULL, receiver, &in))
		die("pthread_create");
	if (pthread_create(&timer, NULL, bare_timer, NULL))
		die("pthread_create");
	sent = send_all(out);
	usleep(300000);
	atomic_store(&done, true);
	pthread_join(rx, NULL);
	pthread_join(timer, NULL);
	qsort(took, ntook, sizeof(*took), by_value);
	qsort(late, nlate, sizeof(*late), by_value);
	printf("{\"flows\":%u,\"sent\":%llu,\"received\":%zu,\"p50_us\":%u,\"p99_us\":%u,"
	       "\"max_us\":%u,\"timer_p50_us\":%u,\"timer_p99_us\":%u}\n",
	       nflow, (unsigned long long)sent, ntook, at(took, ntook, 0.5),
	       at(took, ntook, 0.99), at(took, ntook, 1), at(late, nlate, 0.5),
	       at(late, nlate, 0.99));
	return 0;
}
