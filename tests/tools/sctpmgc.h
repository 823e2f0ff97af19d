/* tests/tools/sctpmgc.h - the parts of sctpmgc: an MGC or call agent for tests.
 *
 * layer: tests   thread: main   I/O: by peernet.h, standard output
 *
 * core: connections, actions, transactions and their figures (sctpmgc.c, sctpload.c);
 * a protocol: how a step of a call is written and what an answer says (a struct mgc_ops,
 * sctph248.c and sctpmgcp.c). A call goes through steps 0 .. up - 1 to stand and then
 * through the rest to be gone.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "peernet.h"
#include "util/buf.h"
#include "util/str.h"

enum { MGC_LEGS = 2, MGC_NAME = 80, STEP_FREE = 255 };

struct call {
	uint32_t ctx;                  /* H.248 */
	char name[MGC_LEGS][MGC_NAME]; /* terminations; MGCP: endpoint and connection */
	const char *zone; /* a page into it; NULL: two legs */
	uint32_t number;  /* of all there were */
	uint16_t peer_port; /* of the first leg; the other's is 2 more */
	uint16_t gw_port[MGC_LEGS];
	uint8_t step;
	bool flying, up;
};

/* What an audit found. */
struct found {
	uint32_t *ctx; /* owned */
	size_t n, room, terms;
};

enum audit_step { AUDIT_ALL, AUDIT_ONE, AUDIT_RELEASE };

struct mgc_ops {
	unsigned up, steps;
	uint32_t ppid;
	uint16_t port; /* by default */
	/* One request into `b`; false: it can't be. */
	bool (*write)(struct buf *b, const struct call *c, unsigned step, uint32_t tid);
	bool (*write_audit)(struct buf *b, enum audit_step s, uint32_t ctx, uint32_t tid);
	/* A whole message: calls core_answer() and core_request() for what is in it. */
	void (*read)(struct span bytes, uint32_t conn, uint16_t stream);
	/* What a reply says, into the call it is for; audits into `found`. `part` is what
	 * core_answer() was given. */
	void (*take)(struct call *c, unsigned step, const void *part);
	void (*take_audit)(struct found *f, enum audit_step s, const void *part);
};

extern const struct mgc_ops mgc_h248, mgc_mgcp;

struct mgc_env { /* from the options */
	char mid[80];
	struct addr media;
	bool ber;
	unsigned version;
	const char *endpoint, *page_id;
};
extern struct mgc_env env;
extern const struct mgc_ops *ops;
extern uint32_t now_conn;     /* the one that was registered last, or opened */
extern uint16_t now_streams;  /* of it */
extern bool registered;

/* The core, for protocols. `code` 200: done. */
void core_answer(uint32_t tid, unsigned code, uint16_t stream, const void *part);
/* A request of the gateway's; `about` is one word of it ("ServiceChange"), `more` members
 * of JSON to print. True when it is a repeat. */
bool core_request(uint32_t tid, uint32_t conn, const char *about, const char *more);
void core_registered(uint32_t conn);
void core_reply(uint32_t conn, uint16_t stream, struct span bytes);
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* sctpload.c: transactions. */
void load_init(void);
void load_run(const char *rate_seconds_window); /* "200:10:64" */
void load_hold(const char *calls);              /* "100" */
void load_page(const char *zone);               /* a call that speaks into it */
void load_release(void);                        /* calls of ours that stand */
void load_audit(bool release);                  /* what the gateway says there is */
void load_answer(uint32_t tid, unsigned code, uint16_t stream, const void *part);
void load_again(void); /* a new connection: what is unanswered goes out again */
/* sctpmgc.c: one round of events; false: nothing came for `ms`. */
bool core_poll(int ms);
bool core_ended(void); /* SIGTERM came: leave off */
