/* cli/run.c - send a request to hollerd and print its answer.
 *
 * layer: cli (L5)   thread: main   I/O: one UNIX socket, standard output and error
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "cli/cli.h"

enum { WAIT_MS = 60000, ANSWER_MAX = 8 << 20 };

struct answer {
	struct cli *cli;
	struct json_object *rows; /* owned: an array, for tables */
	uint64_t nrow;
	bool follow; /* rows are printed as they come, without end */
};

static int gone(const char *socket, const char *why)
{
	fprintf(stderr, "hollerctl: %s: %s\n", socket, why);
	return CTL_GONE;
}

static int dial(const struct cli *c, int *out)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(c->socket) >= sizeof(un.sun_path))
		return gone(c->socket, "name too long");
	memcpy(un.sun_path, c->socket, strlen(c->socket));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return gone(c->socket, strerror(errno));
	if (connect(fd, (struct sockaddr *)&un, sizeof(un))) {
		gone(c->socket, errno == ENOENT || errno == ECONNREFUSED
					? "no hollerd answers here"
					: strerror(errno));
		close(fd);
		return CTL_GONE;
	}
	*out = fd;
	return 0;
}

static int send_all(const struct cli *c, int fd)
{
	size_t done = 0;

	while (done < c->request.n) {
		ssize_t n =
			send(fd, c->request.p + done, c->request.n - done, MSG_NOSIGNAL);

		if (n < 0 && errno != EINTR)
			return gone(c->socket, strerror(errno));
		if (n > 0)
			done += (size_t)n;
	}
	return 0;
}

/* ---- one line of the answer ---------------------------------------------------- */

static void print_json_row(struct answer *a, struct json_object *row)
{
	if (!a->follow)
		fputs(a->nrow ? ",\n" : "[\n", stdout);
	fputs(json_object_to_json_string_ext(row, JSON_C_TO_STRING_PLAIN |
							  JSON_C_TO_STRING_NOSLASHESCAPE),
	      stdout);
	if (a->follow)
		fputc('\n', stdout);
}

static void take_row(struct answer *a, struct json_object *row)
{
	if (a->cli->json)
		print_json_row(a, row);
	else if (a->follow)
		cli_print_message(stdout, row);
	else
		json_object_array_add(a->rows, json_object_get(row));
	if (a->follow)
		fflush(stdout);
	a->nrow++;
}

static int take_error(struct json_object *o)
{
	struct json_object *v = NULL;
	const char *error = "refused", *code = "";

	if (json_object_object_get_ex(o, "error", &v))
		error = json_object_get_string(v);
	if (json_object_object_get_ex(o, "code", &v))
		code = json_object_get_string(v);
	fprintf(stderr, "hollerctl: %s\n", error);
	return (int)ctl_code_parse(code);
}

static int take_end(struct answer *a, struct json_object *o)
{
	struct json_object *v = NULL;
	bool result = json_object_object_get_ex(o, "result", &v);

	if (!json_object_object_get_ex(o, "ok", &v) || !json_object_get_boolean(v))
		return take_error(o);
	if (result)
		json_object_object_get_ex(o, "result", &v);
	if (a->cli->json && result)
		puts(json_object_to_json_string_ext(
			v, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	else if (a->cli->json && a->cli->cmd->cols && !a->follow)
		puts(a->nrow ? "\n]" : "[]");
	else if (a->cli->json)
		puts("{}");
	else if (result)
		cli_print_object(stdout, v, 0);
	else if (a->nrow || (a->cli->cmd->cols && !a->cli->cmd->write))
		cli_print_table(stdout, a->cli->cmd->cols, a->rows);
	return CTL_OK;
}

/* True when the answer is complete; *code is then the exit code. */
static bool take_line(struct answer *a, const char *line, int *code)
{
	struct json_object *o = json_tokener_parse(line), *row = NULL;
	bool more = false;

	if (!o) {
		*code = gone(a->cli->socket, "the answer is no JSON");
		return true;
	}
	if (json_object_object_get_ex(o, "row", &row)) {
		take_row(a, row);
		more = true;
	} else {
		*code = take_end(a, o);
	}
	json_object_put(o);
	return !more;
}

static int read_answer(struct answer *a, int fd, struct buf *in)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	size_t seen = 0;
	int code = CTL_OK;

	for (;;) {
		char *room = buf_room(in, 65536), *end;
		ssize_t n;

		if (!room)
			return gone(a->cli->socket, "the answer is too long");
		in->n -= 65536;
		if (poll(&pfd, 1, a->follow ? -1 : WAIT_MS) == 0)
			return gone(a->cli->socket, "no answer");
		n = read(fd, room, 65536);
		if (n <= 0)
			return gone(a->cli->socket, "the daemon hung up");
		in->n += (size_t)n;
		while ((end = memchr(in->p + seen, '\n', in->n - seen))) {
			*end = 0;
			if (take_line(a, in->p + seen, &code))
				return code;
			seen = (size_t)(end - in->p) + 1;
		}
		memmove(in->p, in->p + seen, in->n - seen);
		in->n -= seen;
		seen = 0;
	}
}

int cli_run(struct cli *c)
{
	struct answer a = { .cli = c, .rows = json_object_new_array() };
	struct buf in;
	int fd = -1, code = dial(c, &fd);

	if (!code) {
		/* Rows without an end: trace show. */
		a.follow = c->cmd == &ctl_cmds[CTL_CMD_trace];
		buf_init(&in, ANSWER_MAX);
		code = send_all(c, fd);
		if (!code)
			code = read_answer(&a, fd, &in);
		buf_fini(&in);
		close(fd);
	}
	json_object_put(a.rows);
	return code;
}
