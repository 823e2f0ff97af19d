/* h248/mg.h - one virtual MG, and what the engine is made of. Private to h248/.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 11.1
 *
 * The engine owns one h248_mg per owner. What hangs on contexts (struct hctx), on
 * terminations (struct hterm) and on transactions belongs to it.
 */
#pragma once

#include "h248/codes.h"
#include "h248/engine.h"
#include "h248/txn.h"
#include "model/hctx.h"
#include "model/outq.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/list.h"
#include "util/log.h"
#include "util/map.h"
#include "util/rtt.h"
#include "util/tmr.h"
#include "wire/h248.h"

enum { MG_MID_MAX = 128, MG_TRY_MAX = 8 };

/* How a message came, and how the answer goes. */
struct via {
	struct assoc as;
	bool binary;
};

struct h248_engine {
	struct model *model; /* borrowed */
	struct h248_ops ops;
	void *arg;
	struct list mgs; /* owned */
	struct tmr_heap timers;
	struct outq out;
	struct list execs;   /* struct exec: suspended transactions */
	struct arena *spare; /* owned; for the next message, or NULL */
	struct buf print;
	uint64_t now;
	bool started, warm;
	bool stopping; /* daemon/ ends all calls itself */
	char text[H248_MID_LEN]; /* lent out by status.c */
};

/* An MGC to talk to. */
struct mgc {
	struct h248_mgc conf; /* address with port, transport, form, version */
	int at;               /* place in the list; -1: told by MgcIdToTry */
};

/* The control association (11.2, 11.5). */
struct svc {
	enum h248_phase phase;
	struct tmr tmr;       /* 9.2, or to ask the resolver again */
	struct mgc mgc;       /* in use, or being asked */
	char mid[MG_MID_MAX]; /* of the MGC in control, as printed; "": none yet */
	char was[MG_MID_MAX]; /* of the one before it, for Disconnected */
	struct addr was_addr;
	uint64_t id;          /* of its connection; 0: none */
	uint8_t version;      /* agreed; 0: none */
	uint8_t wanted;       /* told in the ServiceChange that is out */
	uint8_t method;       /* enum h248_method of that */
	uint16_t reason;
	int failed;           /* place in the list of the one that failed; -1: none */
	unsigned hops;        /* MgcIdToTry followed one after the other */
	bool known;           /* some MGC has controlled us since the start */
	struct hreq *req;     /* borrowed: the ServiceChange on ROOT in flight */
	struct tmr quiet;     /* conf.silent_mgc */
};

struct hroot { /* E.2, in ms */
	uint32_t mg_time, mgc_time, mg_pending, mgc_pending;
	uint32_t mg_limit, mgc_limit;
	bool mg_own, mgc_own; /* the provisional timers were set by themselves */
};

struct hand { /* a hand-off ordered, until its reply is out */
	struct h248_mid mid;
	char name[H248_MID_LEN];
	bool due;
};

struct h248_mg {
	struct list in_engine;
	struct h248_engine *e; /* borrowed: parent */
	struct owner *owner;   /* borrowed: the model's */
	struct h248_mg_conf conf;
	struct h248_mid mid; /* of conf.mid */
	struct h248_names names;
	struct map zoneids; /* owned struct zoneid; see zoneid.c */
	bool zoneids_made;
	bool gone, started;
	struct svc svc;
	struct hand hand;
	struct kept_store txns;

	struct map reqs; /* struct hreq by id: all of ours */
	struct list flight, queue;
	uint32_t nflight, nqueue, next_tid;
	struct rtt rtt;

	struct hroot root;
	uint8_t state;    /* of ROOT: enum h248_svcstate */
	bool graceful;
	struct tmr grace; /* operator's graceful leave */
	struct list maps; /* owned struct hmap: ROOT's */
	uint32_t nmap, nterm; /* nmap: of ROOT and terminations */
	uint32_t nexec;       /* transactions suspended: each holds its message */
	uint32_t next_rtp[H248_POOLS_MAX];
	struct list hterms; /* struct hterm: all */

	uint64_t last_heard;
	struct log_rate rate;
	uint64_t metric[H248_M_N];
};

/* mg.c */
struct h248_mg *mg_new(struct h248_engine *e, struct owner *o,
		       const struct h248_mg_conf *conf);
void mg_free(struct h248_mg *mg);
void mg_set_conf(struct h248_mg *mg, const struct h248_mg_conf *conf);
static inline struct h248_mg *mg_of(const struct owner *o)
{
	return owner_user(o);
}
bool mg_listens(const struct h248_mg *mg, const struct addr *local, enum transport t);
bool mg_knows(const struct h248_mg *mg, const struct addr *remote, bool port);
static inline void mg_count(struct h248_mg *mg, enum h248_metric m)
{
	mg->metric[m]++;
}
/* A peer's mistake, rate limited. */
void mg_complain(struct h248_mg *mg, const struct addr *from, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void mg_mid_text(const struct h248_mid *mid, char out[MG_MID_MAX]);
/* A number's place in a pattern: "rtp/%d" and 7 to "rtp/7". */
bool mg_pattern_name(const char *pattern, uint32_t n, char out[TERM_NAME_MAX]);
uint64_t mg_wall(const struct h248_mg *mg); /* hundredths of a second */
void mg_time(const struct h248_mg *mg, struct h248_time *out);

/* names.c: text names and binary ids. */
void names_init(struct h248_mg *mg);
uint64_t names_zone(const struct h248_bin *b, struct span zone); /* hash of its name */
/* zoneid.c: the way back; NULL: no such zone. */
const char *zoneid_name(const struct h248_mg *mg, unsigned pool, uint64_t zone);
void zoneid_make(struct h248_mg *mg);   /* unless it is made */
void zoneid_forget(struct h248_mg *mg); /* zones came or went */

/* out.c: messages on their way out; one that finds no memory is a lost one. */
void hout_put(struct h248_engine *e, const struct assoc *to, struct span bytes);
/* Print one message of ours into e->print. 0, or what the printers say. */
int hout_print(struct h248_mg *mg, bool binary, uint8_t version,
	       const struct h248_trans *t, const struct h248_error *err);
int hout_send(struct h248_mg *mg, const struct via *via, uint8_t version,
	      const struct h248_trans *t);
/* Where requests to the MGC in use go. False: its address is not known (yet). */
bool hout_mgc(struct h248_mg *mg, const struct mgc *m, uint64_t id, struct via *out);
size_t hout_most(const struct h248_mg *mg, const struct assoc *as);
