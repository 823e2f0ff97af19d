/* h248/txn.h - at-most-once: the replies of the last LONG-TIMER seconds.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 8.1.1, D.1.1, D.1.2
 *
 * One store per virtual MG. A transaction is known by its id and its sender's MID, from
 * wherever it comes. An entry is executing from htxn_begin() to htxn_end(), then answered
 * until its reply is confirmed (the text goes, the id stays) or LONG-TIMER is over.
 * Nothing is put out before that: when `most` are held, htxn_full() says so and the
 * caller refuses new ids. Entries leave in the order they were answered, so each expiry
 * is O(1).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "util/list.h"
#include "util/map.h"
#include "util/str.h"

struct exec;
struct segs;

struct htxn {
	struct map_node by_key;
	struct list in_fifo; /* answered ones, oldest first */
	uint64_t mid;        /* hash of the sender's MID */
	uint64_t forget;     /* ns; when LONG-TIMER is over */
	uint32_t tid, n;     /* n: bytes of the reply */
	char *reply;         /* owned; the message; NULL: executing, or confirmed */
	struct segs *segs;   /* owned by reply.c; instead of `reply` */
	struct exec *exec;   /* borrowed: executing in slices */
	bool done;           /* executed */
	bool imm_ack;        /* a Pending was sent: confirmation was asked for */
};

struct htxn_store {
	struct map map;
	struct list fifo;
	uint32_t most;
};

void htxn_store_init(struct htxn_store *s, uint32_t most);
void htxn_store_fini(struct htxn_store *s); /* all `segs` must be gone */

struct htxn *htxn_find(const struct htxn_store *s, uint64_t mid, uint32_t tid);
bool htxn_full(const struct htxn_store *s);
struct htxn *htxn_begin(struct htxn_store *s, uint64_t mid,
			uint32_t tid); /* NULL: memory */
/* The reply is copied; absent: none is kept. -H_ENOMEM: a repeat gets nothing. */
int htxn_end(struct htxn_store *s, struct htxn *t, struct span reply, uint64_t forget);
void htxn_confirm(struct htxn *t);                      /* the reply's text goes */
void htxn_drop(struct htxn_store *s, struct htxn *t);   /* never executed after all */
/* The oldest one, when its time is over; the caller frees its segs and drops it. */
struct htxn *htxn_expired(const struct htxn_store *s, uint64_t now);
uint64_t htxn_next_expiry(const struct htxn_store *s);  /* UINT64_MAX: none */
