/* h248/txn.h - at-most-once: the replies of the last LONG-TIMER seconds.
 *
 * layer: h248 (L3)   thread: control   I/O: none
 * RFC 3525 8.1.1, D.1.1, D.1.2
 *
 * One store (model/kept.h) per virtual MG. A transaction is known by its id and its
 * sender's MID, from wherever it comes.
 */
#pragma once

#include "model/kept.h"

struct exec;
struct segs;

struct htxn {
	struct kept kept;    /* forget: when LONG-TIMER is over; answer: the message */
	uint64_t mid;        /* hash of the sender's MID */
	uint32_t tid;
	struct segs *segs;   /* owned by reply.c; instead of an answer */
	struct exec *exec;   /* borrowed: executing in slices */
	bool done;           /* executed */
	bool imm_ack;        /* a Pending was sent: confirmation was asked for */
};

struct htxn *htxn_find(const struct kept_store *s, uint64_t mid, uint32_t tid);
/* NULL: no memory */
struct htxn *htxn_begin(struct kept_store *s, uint64_t mid, uint32_t tid);
/* As kept_end(). */
int htxn_end(struct kept_store *s, struct htxn *t, struct span reply, uint64_t forget);
/* The oldest one, when its time is over; the caller frees its segs and drops it. */
struct htxn *htxn_expired(const struct kept_store *s, uint64_t now);
uint64_t htxn_next_expiry(const struct kept_store *s); /* UINT64_MAX: none */
