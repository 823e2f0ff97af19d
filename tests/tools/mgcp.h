/* tests/tools/mgcp.h - the little MGCP that a test's call agent needs.
 *
 * layer: tests   thread: main   I/O: UDP
 * RFC 3435
 *
 * A reading of its own, apart from the gateway's codec.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tool.h"

enum { PARAMS_MOST = 40, MSG_MOST = 16384 };

struct param {
	struct span name, value;
};

/* A message as read; borrows the bytes. */
struct msg {
	bool is_reply;
	unsigned code, tid;
	struct span verb, endpoint, text; /* text: the comment of a reply */
	struct param params[PARAMS_MOST];
	unsigned nparams;
	struct span sdp;   /* of the first description */
	struct addr media; /* its c= and m=audio port */
};

/* False when it is not MGCP. */
bool msg_read(struct msg *m, const char *p, size_t n);
/* The value of a parameter, {NULL, 0} without one. */
struct span msg_param(const struct msg *m, const char *name);
/* As a JSON object on standard output. `more`: members to add, or "". */
void msg_json(const struct msg *m, const char *more);
/* Where the next message of a piggybacked datagram begins: the line after a dot. */
size_t msg_piggyback(const char *p, size_t n);

/* Answers `code` to a command. */
void msg_answer(int fd, const struct addr *to, const struct msg *m, unsigned code);

int load_main(int argc, char **argv); /* mgcpload.c */
