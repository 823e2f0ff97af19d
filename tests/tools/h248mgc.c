/* tests/tools/h248mgc.c - a small H.248 MGC for scripts: text, over UDP.
 *
 * layer: tests   thread: main   I/O: UDP, a UNIX socket
 * RFC 3525 7.2.8 (registration), 8.2
 *
 *	h248mgc serve --bind ADDRESS:2944 --control PATH   takes the gateway's
 *registration and tells each of its requests in a line of JSON h248mgc send --control
 *PATH 'Context = $ { ... }'  one transaction by that MGC; the answer as JSON. Ends with 0
 *when all went well, 1 with an error, 2 without an answer h248mgc load many calls; see
 *h248load.c
 */
#include "h248.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

static struct opt serve_opts[] = {
	{ "bind", NULL, "address:port of ours", false, false },
	{ "control", NULL, "path of the socket for send", false, false },
	{ "version", "3", "the highest version we speak", false, false },
	{ "rto", "400", "ms until the first retransmission", false, false },
	{ "tries", "6", "how often to send at most", false, false },
	{ "wait", "15000", "ms to wait for the gateway", false, false },
	{ "seconds", "86400", "how long", false, false },
	{ 0 },
};
static struct opt send_opts[] = {
	{ "control", NULL, "path of the socket of serve", false, false },
	{ 0 },
};

static struct {
	int fd;
	struct addr self, gateway; /* gateway.family 0: not registered */
	unsigned version, tid;
	struct hm m;
	char in[HM_MOST];
} mgc;
static volatile sig_atomic_t stop;

static void on_stop(int sig)
{
	(void)sig;
	stop = 1;
}

static size_t head(char *out, size_t room)
{
	char ip[ADDR_STRLEN];

	return (size_t)snprintf(out, room, "MEGACO/%u [%s]:%u\n", mgc.version,
				addr_print_ip(ip, &mgc.self), mgc.self.port);
}

/* ---- what the gateway asks ------------------------------------------------------- */

static void tell(const char *what, unsigned command)
{
	unsigned method = hm_find(&mgc.m, command, "Method", "MT");
	unsigned reason = hm_find(&mgc.m, command, "Reason", "RE");

	printf("{\"event\":\"%s\",\"mid\":", what);
	hm_json_str(stdout, mgc.m.mid);
	printf(",\"term\":");
	hm_json_str(stdout, mgc.m.v[command].value);
	if (method) {
		printf(",\"method\":");
		hm_json_str(stdout, mgc.m.v[method].value);
	}
	if (reason) {
		printf(",\"reason\":");
		hm_json_str(stdout, mgc.m.v[reason].value);
	}
	printf("}\n");
	fflush(stdout);
}

static bool leaves(unsigned command)
{
	unsigned i = hm_find(&mgc.m, command, "Method", "MT");
	struct span s = i ? mgc.m.v[i].value : (struct span){ "", 0 };

	return str_ieqz(s, "Forced") || str_ieqz(s, "FO") || str_ieqz(s, "Graceful") ||
	       str_ieqz(s, "GR");
}

static unsigned agreed(unsigned command)
{
	unsigned i = hm_find(&mgc.m, command, "Version", "V");
	uint32_t asked = 1, most = (uint32_t)opt_long(serve_opts, "version");

	if (i)
		str_u32(mgc.m.v[i].value, 99, &asked);
	return asked < most ? asked : most;
}

/* The body of our answer to one command. */
static size_t answer(char *out, size_t room, unsigned command, const struct addr *from,
		     unsigned *version)
{
	const struct hm_node *v = &mgc.m.v[command];
	bool change = hm_is(v, "ServiceChange", "SC");
	bool root = str_ieqz(v->value, "ROOT");
	int term = (int)v->value.n;

	if (change && root && !leaves(command)) {
		*version = agreed(command);
		mgc.gateway = *from;
		tell("registered", command);
		return (size_t)snprintf(
			out, room,
			"ServiceChange = ROOT { Services { Version = %u } }", *version);
	}
	if (change && root)
		mgc.gateway.family = 0;
	tell(change ? "service change" : "notify", command);
	return (size_t)snprintf(out, room, "%s = %.*s",
				change ? "ServiceChange" : "Notify", term, v->value.p);
}

static void answer_request(unsigned t, const struct addr *from)
{
	unsigned version = mgc.version;
	char out[4096];
	size_t n = head(out, sizeof(out));

	n += (size_t)snprintf(out + n, sizeof(out) - n, "Reply = %.*s {",
			      (int)mgc.m.v[t].value.n, mgc.m.v[t].value.p);
	for (unsigned a = t + 1; a < mgc.m.v[t].end; a = mgc.m.v[a].end) {
		n += (size_t)snprintf(out + n, sizeof(out) - n, "%s Context = %.*s { ",
				      a > t + 1 ? "," : "", (int)mgc.m.v[a].value.n,
				      mgc.m.v[a].value.p);
		for (unsigned c = a + 1; c < mgc.m.v[a].end; c = mgc.m.v[c].end) {
			if (n + 600 > sizeof(out))
				return;
			if (c > a + 1)
				n += (size_t)snprintf(out + n, sizeof(out) - n, ", ");
			n += answer(out + n, sizeof(out) - n, c, from, &version);
		}
		n += (size_t)snprintf(out + n, sizeof(out) - n, " }");
	}
	n += (size_t)snprintf(out + n, sizeof(out) - n, " }\n");
	udp_send(mgc.fd, from, out, n);
	mgc.version = version;
}

/* One datagram. The reply to `tid`, or 0. */
static unsigned input(unsigned tid)
{
	struct addr from;
	size_t n = udp_recv(mgc.fd, &from, mgc.in, sizeof(mgc.in));
	unsigned found = 0;
	uint32_t id;

	if (!n || !hm_read(&mgc.m, mgc.in, n))
		return 0;
	for (unsigned i = 1; i < mgc.m.n; i = mgc.m.v[i].end) {
		const struct hm_node *v = &mgc.m.v[i];

		if (hm_is(v, "Transaction", "T"))
			answer_request(i, &from);
		else if (hm_is(v, "Reply", "P") && str_u32(v->value, UINT32_MAX, &id) &&
			 id == tid)
			found = i;
	}
	return found;
}

/* ---- what we ask ----------------------------------------------------------------- */

static unsigned wait_reply(unsigned tid, uint64_t end)
{
	struct pollfd pfd = { .fd = mgc.fd, .events = POLLIN };
	unsigned found = 0;

	for (uint64_t now = now_ns(); !found && !stop && now < end; now = now_ns())
		if (poll(&pfd, 1, (int)((end - now) / 1000000) + 1) > 0)
			found = input(tid);
	return found;
}

static bool wait_gateway(void)
{
	struct pollfd pfd = { .fd = mgc.fd, .events = POLLIN };
	uint64_t end = now_ns() + (uint64_t)opt_long(serve_opts, "wait") * 1000000u;

	while (!mgc.gateway.family && !stop && now_ns() < end)
		if (poll(&pfd, 1, 100) > 0)
			input(0);
	return mgc.gateway.family != 0;
}

/* Every reply is confirmed, whether it asks for it (8.2.2) or not. */
static void confirm(unsigned tid)
{
	char out[200];
	size_t n = head(out, sizeof(out));

	n += (size_t)snprintf(out + n, sizeof(out) - n,
			      "TransactionResponseAck { %u }\n", tid);
	udp_send(mgc.fd, &mgc.gateway, out, n);
}

/* One transaction for a client: a JSON object into `f`. */
static void transact(FILE *f, const char *body)
{
	uint64_t rto = (uint64_t)opt_long(serve_opts, "rto") * 1000000u, start = now_ns();
	static char out[HM_MOST];
	size_t n;

	if (!wait_gateway()) {
		fputs("{\"ok\":false,\"errors\":[\"no gateway registered\"]}\n", f);
		return;
	}
	n = head(out, sizeof(out));
	n += (size_t)snprintf(out + n, sizeof(out) - n, "Transaction = %u { %s }\n",
			      ++mgc.tid, body);
	for (long try = 1; try <= opt_long(serve_opts, "tries") && !stop; try++) {
		unsigned r;

		udp_send(mgc.fd, &mgc.gateway, out, n);
		r = wait_reply(mgc.tid, now_ns() + rto);
		rto *= 2;
		if (!r)
			continue;
		confirm(mgc.tid);
		fputc('{', f);
		hm_json_reply(f, &mgc.m, r);
		fprintf(f, ",\"version\":%u,\"tries\":%ld,\"ms\":%.3f}\n", mgc.m.version,
			try, (double)(now_ns() - start) / 1e6);
		return;
	}
	fputs("{\"ok\":false,\"errors\":[\"no answer\"]}\n", f);
}

/* ---- serve, send ------------------------------------------------------------------ */

static int control_socket(const char *path, bool serve)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	int rc;

	if (!path || strlen(path) >= sizeof(un.sun_path))
		die("--control PATH, please");
	strcpy(un.sun_path, path);
	if (serve)
		unlink(path);
	rc = serve ? bind(fd, (struct sockaddr *)&un, sizeof(un))
		   : connect(fd, (struct sockaddr *)&un, sizeof(un));
	if (fd < 0 || rc || (serve && listen(fd, 8)))
		die("%s: %s", path, strerror(errno));
	return fd;
}

static void serve_client(int listener)
{
	int fd = accept(listener, NULL, NULL);
	static char body[HM_MOST];
	char *text = NULL;
	size_t size = 0;
	ssize_t n;
	FILE *f;

	if (fd < 0)
		return;
	n = recv(fd, body, sizeof(body) - 1, 0);
	f = n > 0 ? open_memstream(&text, &size) : NULL;
	if (f) {
		body[n] = '\0';
		transact(f, body);
		fclose(f);
		(void)!send(fd, text, size, MSG_NOSIGNAL);
		free(text);
	}
	close(fd);
}

static int serve_main(int argc, char **argv)
{
	struct sigaction sa = { .sa_handler = on_stop };
	struct pollfd pfd[2] = { { .events = POLLIN }, { .events = POLLIN } };
	uint64_t end;

	opts_parse(argc, argv, serve_opts,
		   "h248mgc serve --bind ADDRESS:PORT --control PATH");
	opt_addr(serve_opts, "bind", &mgc.self);
	if (!mgc.self.family || !mgc.self.port)
		die("h248mgc serve: --bind ADDRESS:PORT, please");
	mgc.version = 1;
	mgc.tid = (unsigned)(now_ns() / 1000 % 900000000) + 1;
	mgc.fd = pfd[0].fd = udp_open(&mgc.self, true);
	pfd[1].fd = control_socket(opt_str(serve_opts, "control"), true);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	fputs("ready\n", stderr);
	end = now_ns() + (uint64_t)opt_long(serve_opts, "seconds") * 1000000000u;
	while (!stop && now_ns() < end) {
		if (poll(pfd, 2, 200) <= 0)
			continue;
		if (pfd[0].revents)
			input(0);
		if (pfd[1].revents)
			serve_client(pfd[1].fd);
	}
	unlink(opt_str(serve_opts, "control"));
	return 0;
}

static int send_main(int argc, char **argv)
{
	int i = opts_parse(argc, argv, send_opts,
			   "h248mgc send --control PATH 'Context = ... { ... }'");
	static char in[4 * HM_MOST];
	ssize_t n;
	int fd;

	if (i + 1 != argc)
		die("h248mgc send: one text, please, as 'Context = * { AuditValue = * "
		    "}'");
	fd = control_socket(opt_str(send_opts, "control"), false);
	if (send(fd, argv[i], strlen(argv[i]), MSG_NOSIGNAL) < 0)
		die("h248mgc send: %s", strerror(errno));
	n = recv(fd, in, sizeof(in) - 1, 0);
	if (n <= 0)
		die("h248mgc send: the MGC said nothing");
	in[n] = '\0';
	fputs(in, stdout);
	if (strstr(in, "\"no answer\"") || strstr(in, "\"no gateway registered\""))
		return 2;
	return strstr(in, "\"ok\":true") ? 0 : 1;
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "serve"))
		return serve_main(argc - 1, argv + 1);
	if (argc > 1 && !strcmp(argv[1], "send"))
		return send_main(argc - 1, argv + 1);
	if (argc > 1 && !strcmp(argv[1], "load"))
		return hm_load_main(argc - 1, argv + 1);
	die("usage: h248mgc serve|send|load [--help]");
}
