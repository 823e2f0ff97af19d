/* model/kept.h - transactions and their answers, kept so that none is executed twice.
 *
 * layer: model (L2)   thread: control   I/O: none
 * RFC 3435 3.5.1, 3.5.2; RFC 3525 D.1.1
 *
 * An engine embeds struct kept as the first member of its own record, and finds that
 * by map_first() of the store with what it was begun with. One is executing from
 * kept_begin() to kept_end(), then answered until its answer is confirmed (the bytes
 * go, the record stays) or its time is over. Nothing is put out before that: when `most`
 * are held, kept_full() says so and the caller refuses new ones. Records leave in the
 * order they were answered, so each expiry is O(1).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "util/list.h"
#include "util/map.h"
#include "util/str.h"

struct kept {
	struct map_node node;
	struct list in_fifo; /* answered ones, oldest first */
	uint64_t forget;     /* ns; when its time is over */
	char *answer;        /* owned; NULL: executing, or confirmed */
	uint32_t n;          /* bytes of it */
};

struct kept_store {
	struct map map;
	struct list fifo;
	uint32_t most;
};

void kept_init(struct kept_store *s, uint32_t most);
void kept_fini(struct kept_store *s); /* what hangs on the records must be gone */
bool kept_full(const struct kept_store *s);
/* A record of `size` bytes, zero but for its kept; NULL: no memory. */
void *kept_begin(struct kept_store *s, size_t size, uint64_t hash);
/* The answer is copied; absent: none is kept. -H_ENOMEM: a repeat gets nothing. */
int kept_end(struct kept_store *s, struct kept *k, struct span answer, uint64_t forget);
void kept_confirm(struct kept *k);                    /* the bytes go */
void kept_drop(struct kept_store *s, struct kept *k); /* the whole record goes */
struct kept *kept_oldest(const struct kept_store *s); /* answered; NULL: none */
