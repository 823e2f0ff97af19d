/* store/store.h - what outlives the process: zones and call records.
 *
 * layer: store (L3)   thread: control calls, the store's own thread works   I/O: database
 *
 * Life: store_open() opens, locks and migrates the database; store_zones() reads what is
 * kept; both wait, and are for the start only. store_start() makes the thread: from then
 * on jobs go in by a ring, results come back by another, store_fd() turns readable and
 * store_poll() runs the callbacks. store_close() writes what waits and ends the thread.
 *
 * Call records are gathered and written in one transaction a second; when the queue is
 * full they are dropped and counted. A database that fails later (disk full, damaged)
 * stops nothing: it is logged once, jobs answer with the reason, records wait and are
 * then dropped.
 *
 * Two processes never share a database: FILE.lock is held.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/addr.h"

struct store;

enum { STORE_WHY_MAX = 300, STORE_GROUPS_MAX = 16, STORE_LISTENERS_MAX = 5000 };

struct store_conf {
	const char *kind; /* a row of all.def: "sqlite" */
	const char *file;
	uint32_t queue;   /* call records that may wait */
	uint64_t keep_ms; /* how long records are kept; 0: for ever */
};

struct store_group {
	struct addr group, source; /* source: family 0 when by route */
	char ifname[16];
	bool emit, receive, loop;
	uint8_t hops, dscp;
	uint8_t nsource; /* receive from these only; 0: anybody */
	struct addr sources[32];
};

struct store_zone {
	char name[49], label[128], policy[16], codec[64], admit[256];
	uint32_t ptime, idle_ms;
	uint32_t ngroup, nlistener;
	struct store_group group[STORE_GROUPS_MAX];
	struct addr *listener; /* owned: store_zone_fini() */
};

struct store_call {
	int64_t id;         /* the database's; newest are highest */
	int64_t started_ms; /* since 1970 */
	uint64_t duration_ms;
	char owner[48], endpoint[64], call_id[40], connection[40], codec[40], cause[16];
	struct addr local, remote;
	uint64_t rx_packets, rx_octets, tx_packets, tx_octets, lost;
	uint32_t jitter_ms, latency_ms, reason;
};

struct store_query {                               /* newest first */
	char owner[48], endpoint[64], call_id[40]; /* empty: any */
	int64_t since_ms;                          /* 0: any */
	uint32_t limit;
};

void store_zone_fini(struct store_zone *z);
bool store_zone_copy(struct store_zone *to, const struct store_zone *from);

int store_open(struct store **out, const struct store_conf *conf,
	       char why[STORE_WHY_MAX]);
typedef void(store_zone_h)(void *arg, const struct store_zone *z);
int store_zones(struct store *s, store_zone_h *each, void *arg, char why[STORE_WHY_MAX]);
int store_start(struct store *s);
int store_fd(const struct store *s);
void store_poll(struct store *s);
void store_close(struct store *s);
void store_set_conf(struct store *s, uint32_t queue, uint64_t keep_ms);

/* `done` runs from store_poll(), err 0 or -H_E... with a sentence. -H_EAGAIN at once
 * (and no callback) when too many jobs wait; -H_ENOMEM likewise. */
typedef void(store_done_h)(void *arg, int err, const char *why);
int store_zone_put(struct store *s, const struct store_zone *z, store_done_h *done,
		   void *arg);
int store_zone_del(struct store *s, const char *name, store_done_h *done, void *arg);

/* Rows are the callback's until it returns. */
typedef void(store_calls_h)(void *arg, int err, const char *why,
			    const struct store_call *rows, size_t n);
int store_calls(struct store *s, const struct store_query *q, store_calls_h *done,
		void *arg);

bool store_call_add(struct store *s, const struct store_call *c); /* false: dropped */

struct store_stats {
	uint64_t written, dropped, failed; /* records; failed tries to write */
	uint64_t waiting;
	bool broken; /* the last try to write failed */
};
void store_get_stats(const struct store *s, struct store_stats *out);
