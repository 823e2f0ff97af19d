/* tests/unit/gateway.c - see gateway.h.
 *
 * layer: tests   thread: main, one for the daemon   I/O: sockets on loopback, files
 */
#include "gateway.h"

#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/daemon.h"
#include "net/net.h"
#include "test.h"

char gateway_dir[400], gateway_last[1 << 20];
struct addr gateway_mgcp;
unsigned gateway_rows;

static char rest[1 << 20]; /* read, not yet taken as lines; of one client at a time */
static size_t nrest;
static int rest_fd = -1;

static pthread_t thread;
static sem_t started;
static int start_err, status;

static void quiet(enum log_cat cat, enum log_level level, const char *line)
{
	char path[500];
	FILE *f;

	snprintf(path, sizeof(path), "%s/log", gateway_dir);
	f = fopen(path, "a");
	if (!f)
		return;
	fprintf(f, "%s %s: %s\n", log_level_name(level), log_cat_name(cat), line);
	fclose(f);
}

void gateway_conf(const char *more)
{
	char path[500];
	FILE *f;

	/* not again for another configuration: the gateway's thread may be reading it */
	if (strcmp(gateway_dir, test_tmpdir()))
		snprintf(gateway_dir, sizeof(gateway_dir), "%s", test_tmpdir());
	snprintf(path, sizeof(path), "%s/h.conf", gateway_dir);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fprintf(f,
		"ctl { socket = \"%s/s\" }\nstore { file = \"%s/h.db\" }\n"
		"mgcp { listen = {\"127.0.0.1:%d\"} }\n"
		"media { addresses = {\"127.0.0.1\"} io = socket workers = 1 }\n"
		"global { stop_delay = 0 }\n"
		"agent \"ca\" { allow = {\"127.0.0.1\"} announce = no }\n"
		"endpoint \"rtpbridge/%%x\" { owner = ca count = 20 }\n%s",
		gateway_dir, gateway_dir, 33000 + getpid() % 9000, more);
	fclose(f);
}

static void *gateway_main(void *arg)
{
	struct daemon d = { .log_least = -1 };
	char path[500];
	struct buf why;

	(void)arg;
	snprintf(path, sizeof(path), "%s/h.conf", gateway_dir);
	buf_init(&why, 10000);
	d.conf = conf_load(path, &why);
	if (!d.conf)
		fprintf(stderr, "%.*s", (int)why.n, why.p);
	buf_fini(&why);
	log_set_sink(quiet);
	start_err = d.conf ? daemon_start(&d) : -1;
	if (!start_err)
		gateway_mgcp = *net_listener_addr(net_listener_next(d.net, NULL));
	sem_post(&started);
	if (!start_err)
		status = daemon_run(&d);
	if (d.conf)
		daemon_free(&d);
	return NULL;
}

int gateway_run(void)
{
	sem_init(&started, 0, 0);
	ck_assert_int_eq(pthread_create(&thread, NULL, gateway_main, NULL), 0);
	sem_wait(&started);
	if (start_err)
		pthread_join(thread, NULL);
	return start_err;
}

void gateway_start(const char *more)
{
	static const char *const old[] = { "h.db", "h.db-wal", "h.db-shm", "log" };
	char path[500];

	test_no_oom();
	gateway_conf(more);
	for (unsigned i = 0; i < sizeof(old) / sizeof(old[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", gateway_dir, old[i]);
		unlink(path);
	}
	ck_assert_int_eq(gateway_run(), 0);
}

void gateway_stop(void)
{
	int fd = gateway_dial();

	gateway_ask(fd, "{\"cmd\":\"stop\",\"args\":{\"now\":true}}");
	close(fd);
	pthread_join(thread, NULL);
	ck_assert_int_eq(status, 0);
}

/* ---- clients ------------------------------------------------------------------- */

int gateway_dial(void)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(un.sun_path, sizeof(un.sun_path), "%.100s/s", gateway_dir);
	if (connect(fd, (struct sockaddr *)&un, sizeof(un))) {
		close(fd);
		return -1;
	}
	return fd;
}

void gateway_put(int fd, const char *bytes, size_t n)
{
	while (n) {
		ssize_t done = send(fd, bytes, n, MSG_NOSIGNAL);

		if (done <= 0)
			return;
		bytes += done;
		n -= (size_t)done;
	}
}

const char *gateway_line(int fd, int ms)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	char *end;
	ssize_t n;

	if (fd != rest_fd)
		nrest = 0;
	rest_fd = fd;
	while (!(end = memchr(rest, '\n', nrest))) {
		if (nrest == sizeof(rest) || poll(&pfd, 1, ms) != 1)
			return NULL;
		n = recv(fd, rest + nrest, sizeof(rest) - nrest, 0);
		if (n <= 0)
			return NULL;
		nrest += (size_t)n;
	}
	memcpy(gateway_last, rest, (size_t)(end - rest));
	gateway_last[end - rest] = 0;
	nrest -= (size_t)(end - rest) + 1;
	memmove(rest, end + 1, nrest);
	return gateway_last;
}

bool gateway_closed(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	char c;

	return (fd != rest_fd || !nrest) && poll(&pfd, 1, 5000) == 1 &&
	       recv(fd, &c, 1, 0) <= 0;
}

bool gateway_ask(int fd, const char *request)
{
	const char *line;

	gateway_put(fd, request, strlen(request));
	gateway_put(fd, "\n", 1);
	gateway_rows = 0;
	while ((line = gateway_line(fd, 5000)) && !strncmp(line, "{\"row\"", 6))
		gateway_rows++;
	return line != NULL;
}

void gateway_want(int fd, const char *request, const char *want)
{
	ck_assert_msg(gateway_ask(fd, request), "no answer to %s", request);
	ck_assert_msg(strstr(gateway_last, want) != NULL, "%s: wanted %s, got %.500s",
		      request, want, gateway_last);
}

int gateway_agent(void)
{
	struct sockaddr_storage ss;
	struct addr me;
	socklen_t len;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	ck_assert_int_eq(addr_parse(&me, STR_LIT("127.0.0.1:0")), 0);
	len = addr_to_sockaddr(&me, &ss);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&ss, len), 0);
	len = addr_to_sockaddr(&gateway_mgcp, &ss);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&ss, len), 0);
	return fd;
}

/* NULL: no answer. */
static const char *mgcp_ask(int fd, const char *message)
{
	static char answer[20000];
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	ssize_t n;

	send(fd, message, strlen(message), 0);
	if (poll(&pfd, 1, 5000) != 1)
		return NULL;
	n = recv(fd, answer, sizeof(answer) - 1, 0);
	if (n < 0)
		return NULL;
	answer[n] = 0;
	return answer;
}

void gateway_mgcp_want(int fd, const char *message, const char *want)
{
	const char *a = mgcp_ask(fd, message);

	ck_assert_msg(a && !strncmp(a, want, strlen(want)), "%s: wanted %s, got %s",
		      message, want, a ? a : "nothing");
}
