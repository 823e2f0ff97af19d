/* mgcp/txn.h - at-most-once: the answers of the last T-HIST seconds.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 3.2.1.2, 3.5.1, 3.5.2
 *
 * One store (model/kept.h) per owner: its agents share one space of ids, so a repeat is
 * known wherever it comes from.
 */
#pragma once

#include "model/kept.h"

struct txn_final;

struct txn {
	struct kept kept;        /* forget: when T-HIST is over */
	uint32_t tid;
	uint16_t code;           /* of the final answer; 0: executing */
	bool told;               /* a provisional answer was sent */
	struct txn_final *final; /* the engine's: awaits 000 (3.5.6) */
};

struct txn *txn_find(const struct kept_store *s, uint32_t tid);
struct txn *txn_begin(struct kept_store *s, uint32_t tid); /* NULL: no memory */
/* As kept_end(), with the final answer's code. */
int txn_end(struct kept_store *s, struct txn *t, unsigned code, struct span answer,
	    uint64_t forget);
/* Forget what is due, oldest first, up to one whose `final` is still set. */
void txn_expire(struct kept_store *s, uint64_t now);
uint64_t txn_next_expiry(const struct kept_store *s); /* UINT64_MAX: none */

static inline bool txn_executing(const struct txn *t)
{
	return t->code == 0;
}
