/* tests/tools/load.h - many calls, set up, held and taken down: what the load generators
 * of MGCP and H.248 share.
 *
 * layer: tests   thread: main   I/O: UDP
 *
 * A call is a row of transactions, one under way at a time; `step` says which. So many
 * calls have one under way ("window"), lost ones are sent again, and each phase ends with
 * a report: one JSON object. A generator says by struct load_ops what is sent, gets what
 * comes, and tells it by load_answered().
 */
#pragma once

#include "tool.h"

/* The first member of a generator's own call. */
struct load_call {
	uint8_t step, tries;
	bool flying;
	uint64_t sent, again; /* of the transaction under way */
};

struct load_ops {
	const char *who; /* "mgcpca load" */
	size_t call_size;
	uint8_t up, down, failed; /* steps; the first is 0, after `down` comes gone */
	/* A datagram that came. */
	void (*input)(const struct addr *from, const char *p, size_t n);
	/* The transaction of c->step. */
	size_t (*write)(struct load_call *c, char *p, size_t room, bool again);
};

#define LOAD_OPTIONS                                                                     \
	{ "to", NULL, "address:port of the gateway", false, false },                     \
	{ "bind", NULL, "address:port of ours", false, false },                          \
	{ "calls", "100", "how many", false, false },                                    \
	{ "rate", "0", "calls a second; 0: as fast as the window lets", false, false },  \
	{ "window", "64", "transactions under way at most", false, false },              \
	{ "media", "127.0.0.1", "addresses of the simulated legs, by comma", false,      \
	  false },                                                                       \
	{ "base", "20000", "first port of theirs", false, false },                       \
	{ "hold", "0", "seconds to hold the calls before they are taken down", false,    \
	  false },                                                                       \
	{ "keep", NULL, "leave them up", true, false },                                  \
	{ "mix", NULL, "take each down as soon as it is up", true, false },              \
	{ "ack", NULL, "confirm replies in the next messages", true, false },            \
	{ "rto", "500", "ms until a retransmission", false, false },                     \
	{ "tries", "7", "how often to send at most", false, false }

extern struct load {
	const struct opt *o;
	const struct load_ops *ops;
	size_t ncalls;
	struct addr gateway, self;
	int fd;
	unsigned first_tid;
} load;

/* Opens the socket and makes the calls, by the options. */
void load_prepare(const struct load_ops *ops, const struct opt *o);
void load_free(void);
struct load_call *load_at(size_t i);
size_t load_index(const struct load_call *c);
unsigned load_tid(const struct load_call *c);
/* The call whose transaction under way this is; NULL: none. */
struct load_call *load_find(unsigned tid);
struct addr load_leg(const struct load_call *c, unsigned leg); /* simulated */
/* It was answered; when `good` its next transaction follows. */
void load_answered(struct load_call *c, unsigned code, bool good);

/* What was answered since is confirmed, if that is wanted: BEFORE 1 BETWEEN 2 AFTER. */
size_t load_put_acks(char *p, size_t room, const char *before, const char *between,
		     const char *after);
void load_input(void); /* what is there, to ops->input */

void load_up(void);       /* all calls, and the report */
void load_down(void);     /* unless they stay or are gone */
size_t load_failed(void); /* calls so far, on either way */
