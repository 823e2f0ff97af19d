/* mgcp/txn.h - at-most-once: the answers of the last T-HIST seconds.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 3.2.1.2, 3.5.1, 3.5.2
 *
 * One store per owner: its agents share one space of ids, so a repeat is known wherever
 * it comes from. An entry is executing from txn_begin() to txn_end(), then answered
 * until its answer is confirmed (the text goes, the id stays) or T-HIST is over. Nothing
 * is put out before that: when `most` are held, txn_full() says so and the caller
 * refuses new ids. Entries leave in the order they came, so each expiry is O(1).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "util/list.h"
#include "util/map.h"
#include "util/str.h"

struct txn_final;

struct txn {
	struct map_node by_tid;
	struct list in_fifo;     /* answered ones, oldest first */
	uint64_t forget;         /* ns; when T-HIST is over */
	char *answer;            /* owned; NULL: executing, or confirmed */
	uint32_t tid, n;         /* n: bytes of the answer */
	uint16_t code;           /* of the final answer; 0: executing */
	bool told;               /* a provisional answer was sent */
	struct txn_final *final; /* the engine's: awaits 000 (3.5.6) */
};

struct txn_store {
	struct map map;
	struct list fifo;
	uint32_t most;
};

void txn_store_init(struct txn_store *s, uint32_t most);
void txn_store_fini(struct txn_store *s); /* all `final` must be gone */

struct txn *txn_find(const struct txn_store *s, uint32_t tid);
bool txn_full(const struct txn_store *s);
struct txn *txn_begin(struct txn_store *s, uint32_t tid); /* NULL: no memory */
/* The answer is copied. -H_ENOMEM: the id is kept, a repeat gets nothing. */
int txn_end(struct txn_store *s, struct txn *t, unsigned code, struct span answer,
	    uint64_t forget);
void txn_drop(struct txn_store *s, struct txn *t); /* never executed after all */
void txn_confirm(struct txn *t);                   /* K: or 000 */
/* Forget what is due, oldest first, up to one whose `final` is still set. */
void txn_expire(struct txn_store *s, uint64_t now);
uint64_t txn_next_expiry(const struct txn_store *s); /* UINT64_MAX: none */

static inline bool txn_executing(const struct txn *t)
{
	return t->code == 0;
}
