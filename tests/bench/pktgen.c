/* bench/pktgen.c - send RTP at a steady rate from a packet socket and meter the gateway.
 *
 * layer: test program   thread: one   I/O: AF_PACKET, /proc, /sys
 *
 * pktgen -i IF -D MAC -f FLOWS -r PPS -t SECONDS [-w SECONDS] [-p PID,PID] [-k COMM]
 *        [-c CPU] [-l LEN]
 *
 * FLOWS: lines "source port destination port"; packets go round the flows in order, each
 * with its own SSRC, sequence and timestamp. -l is the RTP length (header and payload,
 * default 172). -w: warm up first, not counted (sources are validated then). -p: CPU time
 * of these processes' threads; -k: and of kernel threads whose name begins so (the veth's
 * NAPI thread). What comes back on IF is counted by a filter on the frame's length, so
 * RTCP and ARP don't count. Prints one JSON object.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	BATCH = 64,
	HEAD = 14 + 20 + 8,
	FRAME_MAX = 1514,
	PIDS_MAX = 64,
	FULL_NS = 20000000,
};

struct flow {
	uint8_t head[HEAD + 12];
	uint16_t seq;
	uint32_t ts;
};

static struct options {
	const char *ifname, *flows, *kthread;
	double pps, seconds, warm;
	int pid[PIDS_MAX], npid;
	int cpu;
	unsigned rtp_len;
	uint8_t mac[6], own_mac[6];
} opt = { .ifname = "x0", .pps = 1000, .seconds = 2, .cpu = -1, .rtp_len = 172 };

static struct flow *flows;
static size_t nflow, next_flow;

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void die(const char *what)
{
	perror(what);
	exit(2);
}

/* The first field of schedstat is time on a CPU in ns: it sees what getrusage hides. */
static uint64_t task_ns(const char *path)
{
	unsigned long long v = 0;
	FILE *f = fopen(path, "r");

	if (!f)
		return 0;
	if (fscanf(f, "%llu", &v) != 1)
		v = 0;
	fclose(f);
	return v;
}

static uint64_t process_ns(int pid)
{
	char path[300];
	struct dirent *e;
	uint64_t sum = 0;
	DIR *d;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	d = opendir(path);
	while (d && (e = readdir(d))) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "/proc/%d/task/%.20s/schedstat", pid,
			 e->d_name);
		sum += task_ns(path);
	}
	if (d)
		closedir(d);
	return sum;
}

static bool comm_starts(const char *pid, const char *prefix)
{
	char path[64], comm[64] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%.20s/comm", pid);
	f = fopen(path, "r");
	if (!f)
		return false;
	if (!fgets(comm, sizeof(comm), f))
		comm[0] = '\0';
	fclose(f);
	return !strncmp(comm, prefix, strlen(prefix));
}

static uint64_t kthread_ns(const char *prefix)
{
	struct dirent *e;
	uint64_t sum = 0;
	DIR *d = prefix ? opendir("/proc") : NULL;

	while (d && (e = readdir(d))) {
		char path[64];

		if (e->d_name[0] < '0' || e->d_name[0] > '9' ||
		    !comm_starts(e->d_name, prefix))
			continue;
		snprintf(path, sizeof(path), "/proc/%.20s/schedstat", e->d_name);
		sum += task_ns(path);
	}
	if (d)
		closedir(d);
	return sum;
}

static uint64_t gateway_ns(void)
{
	uint64_t sum = 0;

	for (int i = 0; i < opt.npid; i++)
		sum += process_ns(opt.pid[i]);
	return sum;
}

static uint16_t ip_sum(const uint8_t *p, size_t n)
{
	uint32_t s = 0;

	for (size_t i = 0; i + 1 < n; i += 2)
		s += (uint32_t)(p[i] << 8 | p[i + 1]);
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return (uint16_t)~s;
}

static void put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v & 0xffff);
}

static void flow_build(struct flow *f, struct in_addr src, int sport, struct in_addr dst,
		       int dport, uint32_t ssrc)
{
	uint8_t *ip = f->head + 14, *udp = ip + 20, *rtp = udp + 8;
	uint32_t group = ntohl(dst.s_addr);

	memset(f, 0, sizeof(*f));
	memcpy(f->head, opt.mac, 6);
	if (group >> 28 == 14) {
		const uint8_t mac[6] = { 1, 0, 0x5e, (uint8_t)(group >> 16 & 0x7f),
					 (uint8_t)(group >> 8), (uint8_t)group };
		memcpy(f->head, mac, 6);
	}
	memcpy(f->head + 6, opt.own_mac, 6);
	put16(f->head + 12, ETH_P_IP);
	ip[0] = 0x45;
	put16(ip + 2, 28 + opt.rtp_len);
	ip[8] = 64;
	ip[9] = IPPROTO_UDP;
	memcpy(ip + 12, &src, 4);
	memcpy(ip + 16, &dst, 4);
	put16(ip + 10, ip_sum(ip, 20));
	put16(udp, (unsigned)sport);
	put16(udp + 2, (unsigned)dport);
	put16(udp + 4, 8 + opt.rtp_len);
	rtp[0] = 0x80;
	put32(rtp + 8, ssrc);
	f->seq = 1;
}

static void flows_read(void)
{
	char a[64], b[64];
	int sport, dport;
	FILE *f = fopen(opt.flows, "r");

	if (!f)
		die(opt.flows);
	while (fscanf(f, "%63s %d %63s %d", a, &sport, b, &dport) == 4) {
		struct in_addr src, dst;

		if (!(nflow & (nflow + 1)) || !nflow) {
			flows = realloc(flows, (nflow + 1) * 2 * sizeof(*flows));
			if (!flows)
				die("realloc");
		}
		if (!inet_aton(a, &src))
			die("bad source address in flows");
		if (!inet_aton(b, &dst))
			die("bad address in flows");
		flow_build(&flows[nflow], src, sport, dst, dport,
			   0x48000000u + (uint32_t)nflow);
		nflow++;
	}
	fclose(f);
	if (!nflow) {
		fprintf(stderr, "pktgen: no flows\n");
		exit(2);
	}
}

/* A socket that counts frames of one length; nothing is ever read from it. */
static int counter_open(unsigned ifindex, unsigned frame_len)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, frame_len, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog prog = { sizeof(code) / sizeof(code[0]), code };
	struct sockaddr_ll ll = { .sll_family = AF_PACKET,
				  .sll_protocol = htons(ETH_P_IP),
				  .sll_ifindex = (int)ifindex };
	int one = 1, fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof(one)) ||
	    bind(fd, (struct sockaddr *)&ll, sizeof(ll)))
		die("counter socket");
	return fd;
}

static uint64_t counter_read(int fd)
{
	struct tpacket_stats st;
	socklen_t len = sizeof(st);

	if (getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &st, &len))
		die("PACKET_STATISTICS");
	return st.tp_packets;
}

static int sender_open(unsigned ifindex)
{
	struct sockaddr_ll ll = { .sll_family = AF_PACKET, .sll_ifindex = (int)ifindex };
	int one = 1, size = 4 << 20, fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&ll, sizeof(ll)))
		die("packet socket");
	setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	return fd;
}

static void frame_fill(uint8_t *frame, struct flow *f)
{
	uint8_t *rtp = frame + HEAD;

	memcpy(frame, f->head, sizeof(f->head));
	put16(rtp + 2, ++f->seq);
	put32(rtp + 4, f->ts += 160);
}

/* What the device has no place for is sent again, for a while: it is no loss yet. */
static void burst_send(int fd, unsigned n)
{
	static uint8_t frames[BATCH][FRAME_MAX];
	struct iovec iov[BATCH];
	struct mmsghdr m[BATCH] = { 0 };
	uint64_t start = now_ns();
	unsigned done = 0;

	for (unsigned i = 0; i < n; i++) {
		frame_fill(frames[i], &flows[next_flow]);
		next_flow = (next_flow + 1) % nflow;
		iov[i] = (struct iovec){ frames[i], HEAD + opt.rtp_len };
		m[i].msg_hdr.msg_iov = &iov[i];
		m[i].msg_hdr.msg_iovlen = 1;
	}
	while (done < n) {
		int k = sendmmsg(fd, m + done, n - done, 0);

		if (k > 0)
			done += (unsigned)k;
		else if (errno != ENOBUFS || now_ns() > start + FULL_NS)
			done++;
	}
}

static uint64_t run(int fd, double seconds)
{
	uint64_t t = now_ns(), end = t + (uint64_t)(seconds * 1e9), sent = 0;
	unsigned burst = (unsigned)(opt.pps * 200e-6);
	double due = (double)t;

	burst = burst < 1 ? 1 : burst > BATCH ? BATCH : burst;
	while (t < end) {
		burst_send(fd, burst);
		sent += burst;
		due += burst * 1e9 / opt.pps;
		t = now_ns();
		if (due > (double)t + 20000) {
			struct timespec ts = { (time_t)(due / 1e9),
					       (long)((uint64_t)due % 1000000000u) };

			clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
			t = now_ns();
		} else if ((double)t > due + 20e6) {
			due = (double)t;
		}
	}
	return sent;
}

static void parse_pids(char *list)
{
	for (char *s = strtok(list, ","); s && opt.npid < PIDS_MAX; s = strtok(NULL, ","))
		opt.pid[opt.npid++] = atoi(s);
}

static void parse_mac(const char *s)
{
	unsigned m[6];

	if (sscanf(s, "%x:%x:%x:%x:%x:%x", &m[0], &m[1], &m[2], &m[3], &m[4], &m[5]) != 6)
		die("bad MAC");
	for (int i = 0; i < 6; i++)
		opt.mac[i] = (uint8_t)m[i];
}

static void parse_options(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "i:f:k:r:t:w:p:c:l:D:")) != -1) {
		switch (c) {
		case 'i': opt.ifname = optarg; break;
		case 'f': opt.flows = optarg; break;
		case 'k': opt.kthread = optarg; break;
		case 'r': opt.pps = atof(optarg); break;
		case 't': opt.seconds = atof(optarg); break;
		case 'w': opt.warm = atof(optarg); break;
		case 'p': parse_pids(optarg); break;
		case 'c': opt.cpu = atoi(optarg); break;
		case 'l': opt.rtp_len = (unsigned)atoi(optarg); break;
		case 'D': parse_mac(optarg); break;
		default: exit(2);
		}
	}
	if (!opt.flows || opt.rtp_len < 12 || opt.rtp_len > FRAME_MAX - HEAD) {
		fprintf(stderr, "pktgen: -f FLOWS is needed, -l is 12 .. 1472\n");
		exit(2);
	}
}

static void own_mac(void)
{
	char path[128];
	unsigned m[6] = { 0 };
	FILE *f;

	snprintf(path, sizeof(path), "/sys/class/net/%s/address", opt.ifname);
	f = fopen(path, "r");
	if (!f ||
	    fscanf(f, "%x:%x:%x:%x:%x:%x", &m[0], &m[1], &m[2], &m[3], &m[4], &m[5]) != 6)
		die(path);
	fclose(f);
	for (int i = 0; i < 6; i++)
		opt.own_mac[i] = (uint8_t)m[i];
}

/* *prompt: what was back within 60 ms. A gateway with a socket for each stream can keep
 * the packets of seconds in them. */
static uint64_t drain(int counter, uint64_t *prompt)
{
	uint64_t got, more;

	usleep(60000);
	got = *prompt = counter_read(counter);
	do {
		usleep(60000);
		more = counter_read(counter);
		got += more;
	} while (more);
	return got;
}

int main(int argc, char **argv)
{
	uint64_t cpu, napi, sent, got, prompt;
	unsigned ifindex;
	int fd, counter;

	parse_options(argc, argv);
	ifindex = if_nametoindex(opt.ifname);
	if (!ifindex)
		die(opt.ifname);
	if (opt.cpu >= 0) {
		cpu_set_t set;

		CPU_ZERO(&set);
		CPU_SET((unsigned)opt.cpu, &set);
		sched_setaffinity(0, sizeof(set), &set);
	}
	own_mac();
	flows_read();
	fd = sender_open(ifindex);
	counter = counter_open(ifindex, HEAD + opt.rtp_len);
	run(fd, opt.warm);
	drain(counter, &prompt);

	cpu = gateway_ns();
	napi = kthread_ns(opt.kthread);
	sent = run(fd, opt.seconds);
	got = drain(counter, &prompt);
	cpu = gateway_ns() - cpu;
	napi = kthread_ns(opt.kthread) - napi;
	printf("{\"flows\":%zu,\"pps\":%.0f,\"seconds\":%.2f,\"sent\":%llu,\"received\":%"
	       "llu,\"prompt\":%llu,"
	       "\"cpu_ns\":%llu,\"napi_ns\":%llu}\n",
	       nflow, opt.pps, opt.seconds, (unsigned long long)sent,
	       (unsigned long long)got, (unsigned long long)prompt,
	       (unsigned long long)cpu, (unsigned long long)napi);
	free(flows);
	return 0;
}
