/* tests/replay/world.h - what a scenario plays in: model, media, owners, one engine.
 *
 * layer: tests   thread: main   I/O: none
 *
 * The core of the runner (run.c) knows engines by struct engine_ops only; what is MGCP's
 * own (configuration, service states, checks of status) is in mgcp.c.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "match.h"
#include "media.h"
#include "model/assoc.h"
#include "model/model.h"

enum { WORLD_PEERS = 64, WORLD_OWNERS = 8, WORLD_HOSTS = 16, WORLD_ENDS = 64 };

struct peer {
	char name[32];
	struct addr addr, local; /* local: our listener it talks to */
};

struct heard { /* a datagram the engine sent */
	struct heard *next;
	uint64_t at;
	struct assoc to;
	char *text; /* CRs taken off */
};

struct ended {
	char conn[64], cause[16], call[40];
	unsigned reason;
	uint32_t ps, pr, pl;
};

struct world {
	struct vars *vars;
	struct fake_media media;
	struct model *model;
	struct owner *owners[WORLD_OWNERS];
	int nowner;
	const struct engine_ops *ops;
	void *engine;
	uint64_t now;  /* ns */
	uint64_t tick; /* ns each turn of the engine takes; mostly 0 */
	struct peer peers[WORLD_PEERS];
	int npeer;
	struct heard *first, **last;
	struct ended ends[WORLD_ENDS];
	int nend, end_at;
	char why[512]; /* what went wrong */
	void *proto;   /* the protocol's own */
};

enum { WORLD_UNKNOWN = -2, WORLD_FAIL = -1, WORLD_OK = 0 };

int world_fail(struct world *w, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
struct peer *world_peer(struct world *w, const char *name);
struct owner *world_owner(struct world *w, const char *name); /* NULL name: the last */
bool world_addr(struct addr *a, const char *text);
/* Let the engine and the model do what is due at w->now, and take what it sent. */
int world_settle(struct world *w);
/* Time goes on to `to`, stopping at each timeout. */
int world_advance(struct world *w, uint64_t to, bool stop_at_output);

/* mgcp.c: lines that are the protocol's. WORLD_UNKNOWN when it is none of them. */
int mgcp_line(struct world *w, int argc, char **argv);
int mgcp_begin(struct world *w); /* before the first line */
void mgcp_end(struct world *w);
struct owner *mgcp_knows(struct world *w, const struct addr *local,
			 const struct addr *remote);
int mgcp_start(struct world *w); /* makes the engine if there is none */
const char *mgcp_judge(struct world *w, const char *bytes,
		       size_t n); /* NULL: well-formed */

/* Return codes the engine may send and no scenario has seen so far. Their number. */
int mgcp_unseen(FILE *out);

/* run.c: play one scenario. 0, or -1 with the reason on `out`. */
int scenario_run(const char *path, FILE *out);
