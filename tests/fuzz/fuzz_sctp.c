/* tests/fuzz/fuzz_sctp.c - packets of a peer that follows no rules, into live
 * associations.
 *
 * layer: tests   thread: main   I/O: sockets on loopback
 * RFC 9260, 6951
 *
 * An input is a list of steps: what to do, a length in two octets, and as many octets.
 * The peer played here knows ports, tags and checksums, so that what is wrong with its
 * chunks reaches the state machine behind them. At the end of each input everything is
 * aborted and a decent peer must still get an association and an answer.
 *
 * Debian's usrsctp has no sanitizer in it. To look into it as well, build it with
 * -fsanitize=address and configure with USRSCTP_CFLAGS and USRSCTP_LIBS of that build.
 */
#include <arpa/inet.h>
#include <event2/event.h>
#include <sys/socket.h>
#include <unistd.h>
#include <usrsctp.h>

#include "fuzz.h"

#include "net/sctp.h"
#include "net/sctp_stack.h"

enum { PORT = 2944, OUR_PORT = 5000, STEPS_MOST = 64 };
enum { HEADER = 12, PACKET_MOST = 4096, TURNS = 6, TAGS = STEPS_MOST };
enum step {
	MEET,    /* a decent handshake */
	CHUNKS,  /* a packet with the right tag */
	INIT,    /* one chunk, tag 0 */
	COOKIE,  /* the last cookie, spoilt by what is given */
	BARE,    /* a packet with the tag that is given */
	DIAL,    /* the gateway calls us */
	ANSWER,  /* an INIT ACK or what else goes to its tag */
	SAY,     /* the gateway sends a message of so many octets */
	TIME,    /* goes by */
	SACK,    /* CHUNKS, with its first TSN counted from the gateway's first */
	STEP_KINDS
};

static struct event_base *base;
static struct net *net;
static struct net_listener *here;
static int fd;
static struct sockaddr_in gateway;
static uint32_t tag, tsn; /* theirs */
static uint32_t our_tag;  /* a new one each time, as RFC 9260 5.3.1 wants it */
static uint16_t their_port = PORT, dial_port;
static uint32_t dial_tag, dial_tsn; /* of the gateway's last INIT */
static uint32_t tags[TAGS]; /* any of these may still be somebody's */
static unsigned ntags;
static uint8_t cookie[PACKET_MOST];
static size_t cookie_len;
static unsigned inputs;
static struct net_peer last;

static void on_input(void *arg, const struct net_peer *from, struct span bytes)
{
	(void)arg;
	inputs++;
	last = *from;
	net_send(from, bytes);
}

static void on_drained(void *arg)
{
	(void)arg;
	net_flush(net);
}

static void on_opened(void *arg, const struct net_peer *peer)
{
	(void)arg;
	last = *peer;
}

static int make_socket(uint16_t *port)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
				  .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t n = sizeof(in);
	int s = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (s < 0 || bind(s, (struct sockaddr *)&in, sizeof(in)) ||
	    getsockname(s, (struct sockaddr *)&in, &n))
		fuzz_bug("no socket");
	*port = ntohs(in.sin_port);
	return s;
}

static void set_up(void)
{
	struct net_user user = { .input = on_input,
				 .drained = on_drained,
				 .opened = on_opened };
	struct net_sctp_stack stack = { .backend = NET_SCTP_CONN };
	struct net_sctp_spec sctp = { .streams_in = 8, .init_retrans = 1 };
	struct net_spec spec = { .kind = NET_sctp, .sctp = &sctp, .message_max = 9000 };
	char why[NET_WHY_MAX];
	uint16_t ours;
	int spare = make_socket(&stack.encaps);

	close(spare);
	fd = make_socket(&ours);
	base = event_base_new();
	net = net_new(base, &user);
	addr_parse(&spec.local, STR_LIT("127.0.0.1:2944"));
	if (!net || net_sctp_start(net, &stack, why) ||
	    net_listen(net, &spec, &here, why))
		fuzz_bug("no listener");
	gateway = (struct sockaddr_in){ .sin_family = AF_INET,
					.sin_port = htons(stack.encaps),
					.sin_addr = { htonl(INADDR_LOOPBACK) } };
}

static void put32(uint8_t *p, uint32_t v)
{
	v = htonl(v);
	memcpy(p, &v, 4);
}

static uint32_t get32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, 4);
	return ntohl(v);
}

/* ---- packets ------------------------------------------------------------------- */

/* What the gateway sends: its tag, cookie and first TSN are taken from it. */
static void learn(const uint8_t *p, size_t n)
{
	const uint8_t *c = p + HEADER;
	size_t at = HEADER + 20;

	if (n < HEADER + 20)
		return;
	if (c[0] == 1) { /* it calls: again and again, so it must not mix with the rest */
		dial_tag = get32(c + 4);
		dial_tsn = get32(c + 16);
		dial_port = (uint16_t)(p[0] << 8 | p[1]);
	} else if (c[0] == 2) {
		tag = get32(c + 4);
		tsn = get32(c + 16);
		tags[ntags++ % TAGS] = tag;
	}
	for (; c[0] == 2 && at + 4 <= n;) {
		size_t len = (size_t)(p[at + 2] << 8 | p[at + 3]);

		if (len < 4 || at + len > n)
			return;
		if (p[at] == 0 && p[at + 1] == 7) {
			cookie_len = len - 4;
			memcpy(cookie, p + at + 4, cookie_len);
		}
		at += (len + 3) & ~(size_t)3;
	}
}

static void run(void)
{
	uint8_t p[PACKET_MOST];
	ssize_t n;

	for (int i = 0; i < TURNS; i++) {
		event_base_loop(base, EVLOOP_NONBLOCK);
		while ((n = recv(fd, p, sizeof(p), 0)) > 0)
			learn(p, (size_t)n);
	}
}

static void send_packet(uint32_t vtag, const uint8_t *chunks, size_t n)
{
	uint8_t p[PACKET_MOST] = { OUR_PORT >> 8, OUR_PORT & 255 };
	uint32_t crc;

	if (n > sizeof(p) - HEADER)
		n = sizeof(p) - HEADER;
	p[2] = (uint8_t)(their_port >> 8);
	p[3] = (uint8_t)their_port;
	put32(p + 4, vtag);
	if (n)
		memcpy(p + HEADER, chunks, n);
	crc = usrsctp_crc32c(p, HEADER + n);
	memcpy(p + 8, &crc, 4);
	if (sendto(fd, p, HEADER + n, 0, (struct sockaddr *)&gateway, sizeof(gateway)) <
	    0)
		return; /* its buffer is full: as good as lost */
	run();
}

static void send_init(void)
{
	uint8_t c[20] = { 1, 0, 0, 20 };

	put32(c + 4, ++our_tag);
	put32(c + 8, 65536);
	put32(c + 12, 16 << 16 | 16);
	put32(c + 16, 1);
	their_port = PORT;
	send_packet(0, c, sizeof(c));
}

static void send_cookie(const uint8_t *spoil, size_t n)
{
	uint8_t c[PACKET_MOST] = { 10, 0 };
	size_t len = 4 + cookie_len;

	if (len > sizeof(c))
		return;
	memcpy(c + 4, cookie, cookie_len);
	for (size_t i = 0; i + 1 < n && cookie_len; i += 2)
		c[4 + spoil[i] % cookie_len] ^= spoil[i + 1];
	c[2] = (uint8_t)(len >> 8);
	c[3] = (uint8_t)len;
	send_packet(tag, c, (len + 3) & ~(size_t)3);
}

static void meet(void)
{
	cookie_len = 0;
	send_init();
	send_cookie(NULL, 0);
}

static void abort_all(void)
{
	static const uint8_t chunk[4] = { 6, 0, 0, 4 };

	if (dial_tag) {
		their_port = dial_port;
		send_packet(dial_tag, chunk, sizeof(chunk));
	}
	their_port = PORT;
	for (unsigned i = 0; i < ntags && i < TAGS; i++)
		send_packet(tags[i], chunk, sizeof(chunk));
	ntags = tag = dial_tag = 0;
	cookie_len = 0; /* it would still be good */
}

/* ---- steps --------------------------------------------------------------------- */

static void dial(void)
{
	struct net_sctp_peer peer = { .nremote = 1 };
	struct sockaddr_in in;
	socklen_t n = sizeof(in);
	char why[NET_WHY_MAX];

	addr_parse(&peer.remote[0], STR_LIT("127.0.0.1:5000"));
	if (getsockname(fd, (struct sockaddr *)&in, &n))
		return;
	peer.encaps = ntohs(in.sin_port);
	if (net_sctp_know(here, &peer, why))
		fuzz_bug("a peer was refused");
	net_connect(here, &peer.remote[0]);
	usleep(2000);
	run();
}

static void say(size_t n)
{
	static const char text[20000];

	net_send(&last, (struct span){ text, n % sizeof(text) });
	net_flush(net);
	run();
}

static void sack(const uint8_t *p, size_t n)
{
	uint8_t c[PACKET_MOST];

	if (n < 8 || n > sizeof(c))
		return;
	memcpy(c, p, n);
	put32(c + 4, get32(c + 4) + tsn);
	send_packet(tag, c, n);
}

static void do_step(enum step what, const uint8_t *p, size_t n)
{
	switch (what) {
	case MEET:
		meet();
		break;
	case ANSWER:
		if (!dial_tag)
			break;
		tag = dial_tag;
		tsn = dial_tsn;
		their_port = dial_port;
		send_packet(tag, p, n);
		break;
	case CHUNKS:
		send_packet(tag, p, n);
		break;
	case INIT:
		send_packet(0, p, n);
		break;
	case COOKIE:
		send_cookie(p, n);
		break;
	case BARE:
		if (n >= 4)
			send_packet(get32(p), p + 4, n - 4);
		break;
	case DIAL:
		dial();
		break;
	case SAY:
		say(n ? (size_t)(p[0] << 8 | p[n - 1]) : 0);
		break;
	case TIME:
		stk_conn.tick(n ? p[0] * 8u : 100);
		stk_work();
		run();
		break;
	case SACK:
		sack(p, n);
		break;
	case STEP_KINDS:
		break;
	}
}

/* The gateway is as good as new for those who behave. */
static void check_it_lives(void)
{
	uint8_t data[20] = { 0, 3, 0, 20, [19] = '.' };
	unsigned before;

	abort_all();
	meet();
	before = inputs;
	put32(data + 4, 1);
	send_packet(tag, data, sizeof(data));
	for (int i = 0; i < 50 && inputs == before; i++)
		run();
	if (inputs == before)
		fuzz_bug("a decent peer gets no answer");
	abort_all();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned steps = 0;

	if (!net)
		set_up();
	while (size >= 3 && steps++ < STEPS_MOST) {
		size_t n = (size_t)(data[1] << 8 | data[2]);

		if (n > size - 3)
			n = size - 3;
		do_step((enum step)(data[0] % STEP_KINDS), data + 3, n);
		data += 3 + n;
		size -= 3 + n;
	}
	check_it_lives();
	return 0;
}
