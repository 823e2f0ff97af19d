/* tests/tools/mgcpca.c - a small MGCP call agent for scripts.
 *
 * layer: tests   thread: main   I/O: UDP, standard input
 * RFC 3435 3.5 (retransmission), 4.4
 *
 *	mgcpca send [options] VERB ENDPOINT [NAME=VALUE...]   one command, its answer as
 *JSON mgcpca serve [options]                                answers all, a JSON line for
 *each mgcpca load [options]                                 many calls; see mgcpload.c
 *
 * send ends with 0 on 2xx, 1 on another code, 2 without an answer. While it waits it
 * answers commands of the gateway (RSIP, NTFY) with 200.
 */
#include "mgcp.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct opt send_opts[] = {
	{ "to", NULL, "address:port of the gateway", false, false },
	{ "bind", NULL, "address:port of ours", false, false },
	{ "tid", NULL, "transaction id (else by chance)", false, false },
	{ "sdp", NULL, "file with a description to add; - for standard input", false,
	  false },
	{ "raw", NULL, "file with the whole message; - for standard input", false,
	  false },
	{ "rto", "400", "ms until the first retransmission", false, false },
	{ "tries", "6", "how often to send at most", false, false },
	{ "verbose", NULL, "show both messages on standard error", true, false },
	{ 0 },
};
static struct opt serve_opts[] = {
	{ "bind", "0.0.0.0:2727", "address:port of ours", false, false },
	{ "code", "200", "what to answer", false, false },
	{ "seconds", "3600", "how long", false, false },
	{ 0 },
};
static volatile sig_atomic_t stop;

static void on_stop(int sig)
{
	(void)sig;
	stop = 1;
}

static size_t read_file(const char *path, char *out, size_t room)
{
	FILE *f = strcmp(path, "-") ? fopen(path, "r") : stdin;
	size_t n;

	if (!f)
		die("%s: %s", path, strerror(errno));
	n = fread(out, 1, room, f);
	if (f != stdin)
		fclose(f);
	return n;
}

static size_t build(char *out, size_t room, unsigned tid, int n, char **word)
{
	const char *path = opt_str(send_opts, "sdp");
	size_t at = 0;

	if (n < 2)
		die("mgcpca send: VERB ENDPOINT, please");
	at += (size_t)snprintf(out, room, "%s %u %s MGCP 1.0\r\n", word[0], tid, word[1]);
	for (int i = 2; i < n && at < room; i++) {
		char *eq = strchr(word[i], '=');

		if (!eq)
			die("mgcpca send: \"%s\" is not NAME=VALUE", word[i]);
		at += (size_t)snprintf(out + at, room - at, "%.*s: %s\r\n",
				       (int)(eq - word[i]), word[i], eq + 1);
	}
	if (at + 2 >= room)
		die("mgcpca send: too long");
	if (path) {
		at += (size_t)snprintf(out + at, room - at, "\r\n");
		at += read_file(path, out + at, room - at);
	}
	return at;
}

/* Waits until `end`; true when the answer to tid came (in buf, m). Others are answered.
 */
static bool wait_answer(int fd, unsigned tid, uint64_t end, char *buf, struct msg *m)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	for (uint64_t now = now_ns(); now < end; now = now_ns()) {
		struct addr from;
		size_t n;

		if (poll(&pfd, 1, (int)((end - now) / 1000000) + 1) <= 0)
			continue;
		n = udp_recv(fd, &from, buf, MSG_MOST);
		for (size_t at = 0, step = 1; step && at < n; at += step) {
			if (!msg_read(m, buf + at, n - at))
				break;
			if (!m->is_reply)
				msg_answer(fd, &from, m, 200);
			else if (m->tid == tid && m->code >= 200)
				return true;
			step = msg_piggyback(buf + at, n - at);
		}
	}
	return false;
}

static int send_main(int argc, char **argv)
{
	int rest =
		opts_parse(argc, argv, send_opts,
			   "mgcpca send --to ADDRESS:PORT VERB ENDPOINT [NAME=VALUE...]");
	uint64_t rto = (uint64_t)opt_long(send_opts, "rto") * 1000000u, start = now_ns();
	unsigned tid = (unsigned)(start / 1000 % 900000000) + 1;
	char out[MSG_MOST], in[MSG_MOST], more[80];
	bool verbose = opt_on(send_opts, "verbose");
	struct addr to, from;
	struct msg m;
	size_t n;
	int fd;

	opt_addr(send_opts, "to", &to);
	opt_addr(send_opts, "bind", &from);
	if (!to.family || !to.port)
		die("mgcpca send: --to ADDRESS:PORT, please");
	if (!from.family)
		from.family = to.family;
	fd = udp_open(&from, true);
	if (opt_on(send_opts, "tid"))
		tid = (unsigned)opt_long(send_opts, "tid");
	if (opt_on(send_opts, "raw")) {
		n = read_file(opt_str(send_opts, "raw"), out, sizeof(out));
		if (!msg_read(&m, out, n))
			die("mgcpca send: the file is no MGCP command");
		tid = m.tid;
	} else {
		n = build(out, sizeof(out), tid, argc - rest, argv + rest);
	}
	if (verbose)
		fprintf(stderr, "%.*s\n", (int)n, out);
	for (long try = 1; try <= opt_long(send_opts, "tries"); try++, rto *= 2) {
		udp_send(fd, &to, out, n);
		if (!wait_answer(fd, tid, now_ns() + rto, in, &m))
			continue;
		snprintf(more, sizeof(more), ",\"tries\":%ld,\"ms\":%.3f", try,
			 (double)(now_ns() - start) / 1e6);
		msg_json(&m, more);
		return m.code >= 200 && m.code < 300 ? 0 : 1;
	}
	printf("{\"code\":0,\"text\":\"no answer\"}\n");
	return 2;
}

static int serve_main(int argc, char **argv)
{
	struct sigaction sa = { .sa_handler = on_stop };
	struct pollfd pfd = { .events = POLLIN };
	char in[MSG_MOST];
	struct addr a, from;
	struct msg m;
	uint64_t end;

	opts_parse(argc, argv, serve_opts, "mgcpca serve [options]");
	opt_addr(serve_opts, "bind", &a);
	pfd.fd = udp_open(&a, true);
	end = now_ns() + (uint64_t)opt_long(serve_opts, "seconds") * 1000000000u;
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	fputs("ready\n", stderr);
	while (!stop && now_ns() < end) {
		size_t n;

		if (poll(&pfd, 1, 200) <= 0)
			continue;
		n = udp_recv(pfd.fd, &from, in, sizeof(in));
		for (size_t at = 0, step = 1; step && at < n; at += step) {
			if (!msg_read(&m, in + at, n - at))
				break;
			if (!m.is_reply)
				msg_answer(pfd.fd, &from, &m,
					   (unsigned)opt_long(serve_opts, "code"));
			msg_json(&m, "");
			step = msg_piggyback(in + at, n - at);
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "send"))
		return send_main(argc - 1, argv + 1);
	if (argc > 1 && !strcmp(argv[1], "serve"))
		return serve_main(argc - 1, argv + 1);
	if (argc > 1 && !strcmp(argv[1], "load"))
		return load_main(argc - 1, argv + 1);
	die("usage: mgcpca send|serve|load [options]; --help after the word tells more");
}
