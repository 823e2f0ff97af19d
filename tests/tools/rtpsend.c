/* tests/tools/rtpsend.c - a mouth: sends RTP at a steady pace.
 *
 * layer: tests   thread: main   I/O: UDP, files
 * RFC 3550 5.1, RFC 3551
 *
 * One stream from a WAV file, or any number of synthetic ones whose payload names stream,
 * number and time (see mark_put). Stream i goes from bind port + 2i to port + 2i, or as a
 * line "local-address:port remote-address:port" of --legs says.
 */
#include "tool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

enum { TICK_NS = 1000000 };

struct leg {
	int fd;
	struct sockaddr_storage to;
	socklen_t to_len;
	uint32_t ssrc, ts;
	uint16_t seq;
	uint64_t number, sent, errors;
};

static struct opt o[] = {
	{ "to", NULL, "address:port to send to", false, false },
	{ "bind", NULL, "address:port to send from", false, false },
	{ "legs", NULL, "file of streams: \"local:port remote:port\" a line", false,
	  false },
	{ "count", "1", "how many streams", false, false },
	{ "shift", "0", "added to the local ports of --legs", false, false },
	{ "wav", NULL, "send this sound (else synthetic frames)", false, false },
	{ "pt", "0", "payload type; 0 and 8 choose the law", false, false },
	{ "ptime", "20", "milliseconds a packet", false, false },
	{ "interval", NULL, "milliseconds between packets of a stream (as ptime)", false,
	  false },
	{ "seconds", "5", "how long, without --wav", false, false },
	{ "repeat", "1", "how often to send the sound", false, false },
	{ "pad", "0", "milliseconds of silence before and after the sound", false,
	  false },
	{ "size", "160", "bytes of a synthetic payload", false, false },
	{ "ssrc", NULL, "of the first stream (else by chance)", false, false },
	{ "seq", NULL, "first sequence number (else by chance)", false, false },
	{ "ttl", "16", "for groups", false, false },
	{ "if", NULL, "interface for groups", false, false },
	{ 0 },
};
static struct leg *legs;
static size_t nlegs;
static struct wav sound;
static unsigned pt;
static size_t frame; /* samples a packet */

static void leg_open(struct leg *l, const struct addr *from, const struct addr *to)
{
	int ttl = (int)opt_long(o, "ttl");
	struct ip_mreqn mreq = { .imr_ifindex = (int)if_index(opt_str(o, "if")) };
	int ifi = mreq.imr_ifindex;

	l->fd = udp_open(from, false);
	l->to_len = addr_to_sockaddr(to, &l->to);
	l->ssrc = (uint32_t)now_ns() * 2654435761u ^ (uint32_t)l->fd << 16;
	l->seq = (uint16_t)(l->ssrc >> 7);
	l->ts = l->ssrc * 31;
	if (to->family == 4) {
		setsockopt(l->fd, IPPROTO_IP, IP_MULTICAST_TTL, &ttl, sizeof(ttl));
		setsockopt(l->fd, IPPROTO_IP, IP_MULTICAST_IF, &mreq, sizeof(mreq));
	} else {
		setsockopt(l->fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &ttl, sizeof(ttl));
		setsockopt(l->fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &ifi, sizeof(ifi));
	}
}

static void legs_from_ports(void)
{
	struct addr from, to, f, t;

	opt_addr(o, "to", &to);
	opt_addr(o, "bind", &from);
	if (!to.family || !to.port)
		die("rtpsend: --to ADDRESS:PORT, please");
	if (!from.family)
		from.family = to.family;
	nlegs = (size_t)opt_long(o, "count");
	legs = calloc(nlegs + 1, sizeof(*legs));
	for (size_t i = 0; legs && i < nlegs; i++) {
		f = from;
		t = to;
		f.port = (uint16_t)(from.port ? from.port + 2 * i : 0);
		t.port = (uint16_t)(to.port + 2 * i);
		leg_open(&legs[i], &f, &t);
	}
}

static void legs_from_file(const char *path)
{
	char line[300], a[100], b[100];
	FILE *f = fopen(path, "r");
	struct addr from, to;

	if (!f)
		die("%s: %s", path, strerror(errno));
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%99s %99s", a, b) != 2 ||
		    addr_parse(&from, str_of(a)) || addr_parse(&to, str_of(b)))
			die("%s: not two addresses: %s", path, line);
		from.port = (uint16_t)(from.port + opt_long(o, "shift"));
		legs = realloc(legs, (nlegs + 1) * sizeof(*legs));
		if (!legs)
			die("out of memory");
		legs[nlegs] = (struct leg){ 0 };
		leg_open(&legs[nlegs++], &from, &to);
	}
	fclose(f);
}

static size_t sound_payload(uint8_t *p, const struct leg *l)
{
	size_t pad = (size_t)opt_long(o, "pad") * (RATE / 1000);
	size_t at = (size_t)l->number * frame;

	for (size_t i = 0; i < frame; i++, at++) {
		size_t k = at - pad;
		int16_t s = at >= pad && k < sound.n ? sound.v[k] : 0;

		p[i] = pt == 8 ? alaw_of(s) : ulaw_of(s);
	}
	return frame;
}

static void leg_send(struct leg *l, uint32_t stream, size_t size)
{
	uint8_t p[FRAME_MOST + RTP_HEAD];
	struct mark m = { stream, l->number, now_ns() };

	p[0] = 0x80;
	p[1] = (uint8_t)(pt | (l->number ? 0 : 0x80));
	put16(p + 2, l->seq++);
	put32(p + 4, l->ts);
	put32(p + 8, l->ssrc);
	if (sound.v) {
		size = sound_payload(p + RTP_HEAD, l);
	} else {
		memset(p + RTP_HEAD, 0xd5, size);
		mark_put(p + RTP_HEAD, &m);
	}
	if (sendto(l->fd, p, RTP_HEAD + size, 0, (struct sockaddr *)&l->to, l->to_len) <
	    0)
		l->errors++;
	else
		l->sent++;
	l->ts += (uint32_t)frame;
	l->number++;
}

/* Streams are spread evenly over the interval. Returns the worst lateness in ns. */
static uint64_t run(uint64_t packets, uint64_t interval, size_t size)
{
	uint64_t start = now_ns() + TICK_NS, worst = 0, done = 0;
	uint64_t all = packets * nlegs;

	while (done < all) {
		uint64_t now = now_ns(), due;

		for (;;) {
			due = start + done / nlegs * interval +
			      done % nlegs * interval / nlegs;
			if (done == all || due > now)
				break;
			if (now - due > worst)
				worst = now - due;
			leg_send(&legs[done % nlegs], (uint32_t)(done % nlegs), size);
			done++;
		}
		if (done < all)
			sleep_until(due > now + TICK_NS ? due : now + TICK_NS / 4);
	}
	return worst;
}

static uint64_t packets_to_send(uint64_t interval)
{
	uint64_t pad = (uint64_t)opt_long(o, "pad") * (RATE / 1000);

	if (sound.v)
		return (sound.n + 2 * pad + frame - 1) / frame;
	return (uint64_t)opt_long(o, "seconds") * 1000000000u / interval;
}

int main(int argc, char **argv)
{
	struct rlimit rl;
	uint64_t interval, worst = 0, sent = 0, errors = 0;
	long size;

	opts_parse(argc, argv, o, "rtpsend --to ADDRESS:PORT [options]");
	getrlimit(RLIMIT_NOFILE, &rl);
	rl.rlim_cur = rl.rlim_max;
	setrlimit(RLIMIT_NOFILE, &rl);
	pt = (unsigned)opt_long(o, "pt") & 0x7f;
	frame = (size_t)opt_long(o, "ptime") * (RATE / 1000);
	interval = (uint64_t)(opt_on(o, "interval") ? opt_long(o, "interval")
						    : opt_long(o, "ptime")) *
		   1000000u;
	size = opt_long(o, "size");
	if (size < MARK_SIZE || size > FRAME_MOST || !frame || frame > FRAME_MOST ||
	    !interval)
		die("rtpsend: --size %d to %d, --ptime 1 to 187", MARK_SIZE, FRAME_MOST);
	if (opt_on(o, "wav"))
		wav_read(&sound, opt_str(o, "wav"));
	if (opt_on(o, "legs"))
		legs_from_file(opt_str(o, "legs"));
	else
		legs_from_ports();
	for (size_t i = 0; i < nlegs; i++) {
		if (opt_on(o, "ssrc"))
			legs[i].ssrc = (uint32_t)opt_long(o, "ssrc") + (uint32_t)i;
		if (opt_on(o, "seq"))
			legs[i].seq = (uint16_t)opt_long(o, "seq");
	}
	for (long r = 0; nlegs && r < opt_long(o, "repeat"); r++) {
		uint64_t late = run(packets_to_send(interval), interval, (size_t)size);

		worst = late > worst ? late : worst;
		for (size_t i = 0; i < nlegs; i++)
			legs[i].number = 0;
	}
	for (size_t i = 0; i < nlegs; i++) {
		sent += legs[i].sent;
		errors += legs[i].errors;
	}
	printf("{\"streams\":%zu,\"sent\":%llu,\"errors\":%llu,\"late_ms_most\":%.3f}\n",
	       nlegs, (unsigned long long)sent, (unsigned long long)errors,
	       (double)worst / 1e6);
	free(legs);
	free(sound.v);
	return sent ? 0 : 1;
}
