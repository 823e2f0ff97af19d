/* tests/replay/world.h - what a scenario plays in: model, media, owners, one engine.
 *
 * layer: tests   thread: main   I/O: none
 *
 * The core of the runner (world.c, run.c, lines.c) knows engines by struct engine_ops
 * only; what is MGCP's own (configuration, service states, checks of status) is in mgcp.c
 * and mgcp_so.c, H.248's in h248.c and h248_so.c.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "match.h"
#include "media.h"
#include "model/assoc.h"
#include "model/model.h"

enum { WORLD_PEERS = 64, WORLD_OWNERS = 8, WORLD_ENDS = 64 };

/* When scenarios begin, ns. */
#define WORLD_ZERO UINT64_C(1000000000000)

struct world;

struct peer {
	char name[32];
	struct addr addr, local; /* local: our listener it talks to */
	enum transport transport;
	uint64_t conn; /* of its stream */
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

/* One engine and what is its protocol's. */
struct half {
	struct owner *owners[WORLD_OWNERS];
	int nowner;
	const struct engine_ops *ops;
	void *engine;
	const struct world_proto *px;
	void *proto;
};

struct world {
	struct vars *vars;
	struct fake_media media;
	struct model *model;
	struct owner *owners[WORLD_OWNERS]; /* from here on as in struct half: */
	int nowner;                         /* the engine the lines are about */
	const struct engine_ops *ops;
	void *engine;
	uint64_t now;  /* ns */
	uint64_t tick; /* ns each turn of the engine takes; mostly 0 */
	struct peer peers[WORLD_PEERS];
	int npeer;
	struct heard *first, **last;
	struct ended ends[WORLD_ENDS];
	int nend, end_at;
	char why[4096]; /* what went wrong */
	const struct world_proto *px;
	void *proto;   /* the protocol's own */
	struct half other; /* px NULL: only one engine plays */
};

enum { WORLD_UNKNOWN = -2, WORLD_FAIL = -1, WORLD_OK = 0 };

int world_fail(struct world *w, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
struct peer *world_peer(struct world *w, const char *name);
struct owner *world_owner(struct world *w, const char *name); /* NULL name: the last */
bool world_addr(struct addr *a, const char *text);
/* WORLD_FAIL where `is` is not as wanted. */
int world_is(struct world *w, const char *what, const char *is, const char *want);
int world_is_number(struct world *w, const char *what, uint64_t is, const char *want);
/* Let the engine and the model do what is due at w->now, and take what it sent. */
int world_settle(struct world *w);
/* Time goes on to `to`, stopping at each timeout. */
int world_advance(struct world *w, uint64_t to, bool stop_at_output);
/* The other engine is the one the lines are about. */
void world_turn(struct world *w);
void world_ended(struct world *w, const struct ended *e); /* a call record */
void world_drop(struct world *w);                         /* the first heard */
int world_open(struct world *w, const char *path);
void world_close(struct world *w);

/* lines.c: lines about model and media. WORLD_UNKNOWN when it is none of them. */
int world_line(struct world *w, int argc, char **argv);

/* "set NAME VALUE": a uint32_t of a configuration; what to do with idle calls. */
struct world_number {
	const char *name;
	size_t at;
};
bool world_set_number(void *conf, const struct world_number *v, size_t n, char **argv);
int world_set_idle(struct world *w, char **argv);
/* "service OWNER PATTERN graceful|forced|back|cancel": which of these, in the order of
 * both engines' enums; WORLD_FAIL for none, or when there is no such owner. */
int world_service(struct world *w, char **argv);

/* What a protocol adds; a scenario's folder says which one it is. */
struct world_proto {
	const char *name;
	const char *folder; /* "/mgcp/" */
	char open, close;   /* around the name of a hole: "{x}" */
	/* Lines that are its own. WORLD_UNKNOWN when it is none of them. */
	int (*line)(struct world *w, int argc, char **argv);
	size_t size; /* of what `proto` points to, zeroed before the first line */
	const struct engine_ops *ops;
	struct owner *(*knows)(struct world *w, const struct addr *local,
			       const struct addr *remote);
	/* NULL: well-formed. *n bytes at *text may be put in another form (malloc). */
	const char *(*judge)(struct world *w, char **text, size_t *n);
	/* The other way round, of what a peer says; NULL: as it is. */
	int (*encode)(struct world *w, const struct peer *p, char **text, size_t *n);
};
extern const struct world_proto mgcp_proto, h248_proto;

/* Return codes the engine may send and no scenario has seen so far. Their number. */
int mgcp_unseen(FILE *out);
int h248_unseen(FILE *out);
/* Lines of h248_so.c, of mgcp_so.c. */
int h248_so(struct world *w, int argc, char **argv);
int mgcp_so(struct world *w, int argc, char **argv);

/* run.c: play one scenario. 0, or -1 with the reason on `out`. */
int scenario_run(const char *path, FILE *out);
