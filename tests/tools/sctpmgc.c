/* tests/tools/sctpmgc.c - an MGC (H.248) or call agent (MGCP) by SCTP, UDP or TCP.
 *
 * layer: tests   thread: main   I/O: by peernet.h, standard output
 *
 *	sctpmgc --local 10.1.0.2,10.2.0.2 --path udp register load=200:10 serve
 *
 * It answers what the gateway asks and does the words given one after the other. Each
 * line it prints is a JSON object with "what" and "t", seconds since it began.
 */
#include "sctpmgc.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

enum { SEEN_MOST = 256, WORD_MOST = 64 };

static struct opt o[] = {
	{ "local", "127.0.0.1", "addresses of ours, by comma", false, false },
	{ "port", "0", "port of ours; 0: the protocol's", false, false },
	{ "path", "udp", "SCTP in udp or raw; none: no SCTP, see --plain", false, false },
	{ "plain", NULL, "udp or tcp in place of SCTP", false, false },
	{ "encaps", "9899", "UDP port of ours for SCTP", false, false },
	{ "remote-encaps", "9899", "UDP port of the gateway's", false, false },
	{ "connect", NULL, "addresses of the gateway's, by comma: dial", false, false },
	{ "remote-port", "0", "port of the gateway's; 0: as ours", false, false },
	{ "protocol", "h248", "h248 or mgcp", false, false },
	{ "ber", NULL, "H.248: speak BER", true, false },
	{ "version", "2", "H.248: the most we agree to", false, false },
	{ "mid", NULL, "H.248: our name; else the first address and the port", false,
	  false },
	{ "media", "192.0.2.1", "address in our descriptions of media", false, false },
	{ "endpoint", "rtpbridge/$@gw", "MGCP: where calls go", false, false },
	{ "page-id", NULL, "BER: the zone's id, as hollerctl agents tells it", false,
	  false },
	{ "streams", "16", "SCTP streams", false, false },
	{ "rto", "200,100,400", "first, least, most, ms", false, false },
	{ "heartbeat", "500", "ms", false, false },
	{ "path-retrans", "1", "", false, false },
	{ "assoc-retrans", "6", "", false, false },
	{ 0 },
};
static const char usage[] =
	"sctpmgc [options] WORD...\n"
	"  up             wait until a connection is there\n"
	"  register       wait until the gateway has registered (H.248), or is heard\n"
	"  load=R:S:W     S seconds of calls, R transactions a second, W at once at "
	"most;\n"
	"                 R 0: as many as W lets\n"
	"  calls=N        set up N calls and leave them\n"
	"  page=ZONE      a call that speaks into that zone\n"
	"  until          answer until SIGUSR1\n"
	"  release        take down the calls set up here\n"
	"  audit          ask what there is\n"
	"  clear          ask, and take all of it down\n"
	"  wait=S         answer for S seconds\n"
	"  serve          answer until SIGTERM";

struct mgc_env env;
const struct mgc_ops *ops;
uint32_t now_conn;
uint16_t now_streams = 1;
bool registered;
static uint64_t began;
static volatile sig_atomic_t ended, told;
static struct {
	uint32_t tid, conn;
} seen[SEEN_MOST];
static unsigned nseen;
static unsigned long requests, repeats, messages;

void say(const char *fmt, ...)
{
	va_list ap;

	printf("{\"t\":%.3f,", (double)(now_ns() - began) / 1e9);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	puts("}");
	fflush(stdout);
}

static void on_signal(int sig)
{
	if (sig == SIGUSR1)
		told = 1;
	else
		ended = 1;
}

/* ---- what comes in --------------------------------------------------------------- */

void core_answer(uint32_t tid, unsigned code, uint16_t stream, const void *part)
{
	load_answer(tid, code, stream, part);
}

bool core_request(uint32_t tid, uint32_t conn, const char *about, const char *more)
{
	requests++;
	for (unsigned i = 0; i < SEEN_MOST; i++)
		if (seen[i].tid == tid && tid) {
			repeats++;
			return true;
		}
	seen[nseen % SEEN_MOST].tid = tid;
	seen[nseen++ % SEEN_MOST].conn = conn;
	say("\"what\":\"request\",\"conn\":%u,\"tid\":%u,\"about\":\"%s\"%s", conn, tid,
	    about, more);
	return false;
}

void core_registered(uint32_t conn)
{
	now_conn = conn;
	registered = true;
	say("\"what\":\"registered\",\"conn\":%u", conn);
	load_again();
}

void core_reply(uint32_t conn, uint16_t stream, struct span bytes)
{
	if (pn_send(conn, stream, bytes.p, bytes.n))
		say("\"what\":\"unsent\",\"conn\":%u", conn);
}

static void on_up(const struct pn_event *ev)
{
	if (!now_conn || ops == &mgc_mgcp)
		now_conn = ev->conn;
	now_streams = ev->streams ? ev->streams : 1;
	say("\"what\":\"up\",\"conn\":%u,\"streams\":%u", ev->conn, ev->streams);
	if (ops == &mgc_mgcp)
		load_again();
}

static void on_gone(const struct pn_event *ev)
{
	static const char *const names[] = { [PN_RESTART] = "restart", [PN_DOWN] = "down",
					     [PN_FAILED] = "failed" };

	if (ev->conn == now_conn || !ev->conn) {
		registered = false;
		if (ev->what != PN_RESTART)
			now_conn = 0;
	}
	say("\"what\":\"%s\",\"conn\":%u,\"why\":\"%s\"", names[ev->what], ev->conn,
	    ev->text ? ev->text : "");
}

static void on_path(const struct pn_event *ev)
{
	char ip[ADDR_STRLEN];

	say("\"what\":\"path\",\"conn\":%u,\"path\":\"%s\",\"state\":\"%s\"", ev->conn,
	    addr_print_ip(ip, &ev->peer), ev->text);
}

static void on_event(const struct pn_event *ev)
{
	switch (ev->what) {
	case PN_UP:
		on_up(ev);
		break;
	case PN_PATH:
		on_path(ev);
		break;
	case PN_MESSAGE:
		messages++;
		if (ev->ppid != ops->ppid && !opt_on(o, "plain"))
			say("\"what\":\"ppid\",\"value\":%u", ev->ppid);
		ops->read((struct span){ ev->bytes, ev->n }, ev->conn, ev->stream);
		free(ev->bytes);
		break;
	default:
		on_gone(ev);
	}
}

bool core_ended(void)
{
	return ended;
}

bool core_poll(int ms)
{
	struct pn_event ev;
	int n = 0;

	if (!pn_next(&ev, ms))
		return false;
	do {
		on_event(&ev);
	} while (++n < 64 && pn_next(&ev, 0));
	return true;
}

/* ---- the words ------------------------------------------------------------------- */

static bool until(const bool *b, const uint32_t *v)
{
	while (!ended && !(b ? *b : *v != 0))
		core_poll(100);
	return !ended;
}

static void wait_ms(uint64_t ms)
{
	uint64_t end = now_ns() + ms * 1000000u;

	while (!ended && now_ns() < end)
		core_poll(20);
}

static void until_told(void)
{
	while (!ended && !told)
		core_poll(50);
	told = 0;
}

static void act(const char *word)
{
	char name[WORD_MOST];
	const char *eq = strchr(word, '=');

	snprintf(name, sizeof(name), "%.*s", eq ? (int)(eq - word) : WORD_MOST - 1, word);
	eq = eq ? eq + 1 : "";
	if (!strcmp(name, "up"))
		until(NULL, &now_conn);
	else if (!strcmp(name, "register"))
		until(&registered, NULL);
	else if (!strcmp(name, "load"))
		load_run(eq);
	else if (!strcmp(name, "calls"))
		load_hold(eq);
	else if (!strcmp(name, "page"))
		load_page(eq);
	else if (!strcmp(name, "until"))
		until_told();
	else if (!strcmp(name, "release"))
		load_release();
	else if (!strcmp(name, "audit") || !strcmp(name, "clear"))
		load_audit(*name == 'c');
	else if (!strcmp(name, "wait"))
		wait_ms((uint64_t)(strtod(eq, NULL) * 1000));
	else if (!strcmp(name, "serve"))
		wait_ms(UINT64_MAX / 2000000u);
	else
		die("sctpmgc: no such word: %s", word);
}

/* ---- options --------------------------------------------------------------------- */

static unsigned addrs_of(const char *name, uint16_t port, struct addr out[PN_ADDRS])
{
	struct span rest = str_of(opt_str(o, name));
	unsigned n = 0;

	while (rest.p && rest.n && n < PN_ADDRS) {
		if (addr_parse_ip(&out[n], str_cut(&rest, ',')))
			die("--%s: not an address", name);
		out[n++].port = port;
	}
	return n;
}

static void figures_of(const char *name, uint32_t *v, unsigned n)
{
	struct span rest = str_of(opt_str(o, name));

	for (unsigned i = 0; i < n; i++)
		if (!str_u32(str_cut(&rest, ','), 600000, &v[i]))
			die("--%s: %u numbers, please", name, n);
}

static void prepare_env(const struct addr *local)
{
	char ip[ADDR_STRLEN];

	opt_addr(o, "media", &env.media);
	env.ber = opt_on(o, "ber");
	env.version = (unsigned)opt_long(o, "version");
	env.endpoint = opt_str(o, "endpoint");
	env.page_id = opt_str(o, "page-id");
	if (opt_on(o, "mid"))
		snprintf(env.mid, sizeof(env.mid), "%s", opt_str(o, "mid"));
	else
		snprintf(env.mid, sizeof(env.mid), "[%s]:%u", addr_print_ip(ip, local),
			 local->port);
}

static void prepare(void)
{
	struct pn_spec s = { .kind = PN_SCTP };
	uint16_t port = (uint16_t)opt_long(o, "port");
	const char *plain = opt_str(o, "plain");
	uint32_t rto[3];

	ops = strcmp(opt_str(o, "protocol"), "mgcp") ? &mgc_h248 : &mgc_mgcp;
	figures_of("rto", rto, 3);
	if (!port)
		port = (uint16_t)(ops->port + (opt_on(o, "ber") ? 1 : 0));
	s.nlocal = addrs_of("local", port, s.local);
	if (plain)
		s.kind = strcmp(plain, "tcp") ? PN_UDP : PN_TCP;
	s.raw = !strcmp(opt_str(o, "path"), "raw");
	s.encaps = (uint16_t)opt_long(o, "encaps");
	s.remote_encaps = (uint16_t)opt_long(o, "remote-encaps");
	s.rto_first = rto[0];
	s.rto_min = rto[1];
	s.rto_max = rto[2];
	s.heartbeat = (uint32_t)opt_long(o, "heartbeat");
	s.path_retrans = (uint16_t)opt_long(o, "path-retrans");
	s.assoc_retrans = (uint16_t)opt_long(o, "assoc-retrans");
	s.streams = (uint16_t)opt_long(o, "streams");
	s.ppid = ops->ppid;
	prepare_env(&s.local[0]);
	pn_open(&s);
}

static void dial(void)
{
	struct addr to[PN_ADDRS];
	uint16_t port = (uint16_t)opt_long(o, "remote-port");
	unsigned n;

	if (!opt_on(o, "connect"))
		return;
	if (!port)
		port = (uint16_t)opt_long(o, "port");
	if (!port)
		port = (uint16_t)(ops == &mgc_mgcp ? 2427 : ops->port + env.ber);
	n = addrs_of("connect", port, to);
	pn_connect(to, n);
}

int main(int argc, char **argv)
{
	int at = opts_parse(argc, argv, o, usage);

	began = now_ns();
	signal(SIGTERM, on_signal);
	signal(SIGINT, on_signal);
	signal(SIGUSR1, on_signal);
	signal(SIGPIPE, SIG_IGN);
	load_init();
	prepare();
	say("\"what\":\"ready\"");
	dial();
	for (; at < argc && !ended; at++)
		act(argv[at]);
	say("\"what\":\"end\",\"messages\":%lu,\"requests\":%lu,\"repeats\":%lu,"
	    "\"most_waiting\":%u",
	    messages, requests, repeats, pn_most_waiting());
	pn_close();
	return 0;
}
